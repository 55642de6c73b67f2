"""Lints every *.pem, *.crl and *.ocsp of a folder with pkilint in one process; started by pkilint.sh, which says how.

The rules are put together as pkilint's own commands lint_pkix_cert, lint_pkix_signer_signee_cert_chain, lint_crl
and lint_ocsp_response do it; one process for all files because starting Python takes longer than linting a certificate.

Two of its rules know less than certificates may carry, so a finding of theirs is judged once more by the rule's
own library, and only by it (see `is_beyond_the_rule`). How many were let pass is printed.
"""

import base64
import logging
import pathlib
import re
import sys

import validators
from pkilint import loader, pkix, report
from pkilint.bin import lint_pkix_signer_signee_cert_chain as chain_command
from pkilint.pkix import certificate, crl, extension, name, ocsp
from pkilint.validation import ValidationFindingSeverity

# A severity and everything worse than it; pkilint's numbers fall as severity rises.
THRESHOLD = ValidationFindingSeverity.WARNING

BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)


class BadInput(Exception):
    """The folder does not hold what should be linted."""


def read_chain(path):
    """The certificates of one file, DER, in order."""
    chain = []
    for label, content in BLOCK.findall(path.read_text("ascii")):
        if label != "CERTIFICATE":
            raise BadInput(f"{path.name} holds a {label}, expected certificates only")
        chain.append(base64.b64decode(content))
    if not chain:
        raise BadInput(f"{path.name} holds no certificate")
    return chain


def certificate_rules():
    return certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(
            name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS
        ),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )


def crl_rules():
    return crl.create_pkix_crl_validator_container(
        [
            pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
            pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS),
        ],
        [
            crl.create_issuer_validator_container([]),
            crl.create_validity_validator_container([]),
            crl.create_extensions_validator_container([]),
        ],
    )


def ocsp_rules():
    return ocsp.create_pkix_ocsp_response_validator_container(
        [
            ocsp.create_response_decoder(),
            pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
            pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS),
        ],
        [],
    )


def is_beyond_the_rule(code, value):
    """Whether a syntax finding only shows what pkilint's rule does not know.

    - Its rule for DNS names is RFC 1034's, without wildcards, which RFC 5280 (section 4.2.1.6) leaves to
      applications and RFC 9525 (section 6.3) defines; and it wants two labels, while internal names may have one.
    - Its rule for URIs knows the schemes of web browsers, while RFC 5280 allows any (spiffe:// for one).
    """
    if code == "pkix.invalid_domain_name_syntax":
        star, dot, parent = value.partition(".")
        if star == "*" and dot:
            return validators.domain(parent) is True
        return not dot and validators.domain(f"{value}.example") is True
    if code == "pkix.invalid_uri_syntax":
        scheme, separator, rest = value.partition("://")
        is_scheme = re.fullmatch("[a-z][a-z0-9+.-]*", scheme) is not None
        return (
            bool(separator)
            and is_scheme
            and validators.url(f"https://{rest}", simple_host=True) is True
        )
    return False


def judge(results):
    """The results without what is beyond the rules, and how many findings that were."""
    kept = []
    n_passed = 0
    for result in results:
        value = str(result.node.pdu) if result.finding_descriptions else ""
        remaining = [
            description
            for description in result.finding_descriptions
            if not is_beyond_the_rule(description.finding.code, value)
        ]
        n_passed += len(result.finding_descriptions) - len(remaining)
        kept.append(result._replace(finding_descriptions=remaining))
    return kept, n_passed


def lint_one(rules, der, label):
    return rules.validate(loader.load_der_certificate(der, label).root)


def lint_pair(rules, issuer_der, subject_der, label):
    decoding, issuer_rules, subject_rules = rules
    documents = {}
    for role, der in (("issuer", issuer_der), ("subject", subject_der)):
        documents[role] = loader.load_der_certificate(
            der, f"{label} {role}", role, documents
        )
    issuer, subject = documents["issuer"].root, documents["subject"].root
    return (
        decoding.validate(issuer)
        + decoding.validate(subject)
        + issuer_rules.validate(issuer)
        + subject_rules.validate(subject)
    )


def main(folder):
    logging.disable(logging.CRITICAL)
    one_rules = certificate_rules()
    pair_rules = (
        chain_command.create_decoder_validation_container(),
        chain_command.create_issuer_validation_container(),
        chain_command.create_subject_validation_container(),
    )
    paths = [
        path
        for path in sorted(pathlib.Path(folder).iterdir())
        if path.suffix in (".pem", ".crl", ".ocsp")
    ]
    if not paths:
        raise BadInput(f"{folder} holds no *.pem, *.crl or *.ocsp file")
    others = {
        ".crl": (crl_rules(), loader.load_der_crl),
        ".ocsp": (ocsp_rules(), loader.load_der_ocsp_response),
    }
    n_certificates = n_pairs = n_others = n_findings = n_passed = 0
    for path in paths:
        checks = []
        if path.suffix in others:
            rules, load = others[path.suffix]
            checks.append(
                (path.name, rules.validate(load(path.read_bytes(), path.name).root))
            )
            n_others += 1
        chain = read_chain(path) if path.suffix == ".pem" else []
        for index, der in enumerate(chain):
            label = f"{path.name} certificate {index + 1}"
            checks.append((label, lint_one(one_rules, der, label)))
            n_certificates += 1
        for index, (subject, issuer) in enumerate(zip(chain, chain[1:])):
            label = f"{path.name} pair {index + 1}"
            checks.append((label, lint_pair(pair_rules, issuer, subject, label)))
            n_pairs += 1
        for label, results in checks:
            results, n_beyond = judge(results)
            n_passed += n_beyond
            n_found = report.get_findings_count(results, THRESHOLD)
            if n_found:
                n_findings += n_found
                print(f"{label}:")
                print(report.ReportGeneratorPlaintext(results, THRESHOLD).generate())
    print(
        f"pkilint: {len(paths)} files, {n_certificates} certificates, {n_pairs} pairs,"
        f" {n_others} CRLs and OCSP responses, {n_findings} findings"
        f" ({n_passed} names beyond its rules judged again and passed)"
    )
    return 1 if n_findings else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except (BadInput, ValueError, UnicodeDecodeError) as error:
        print(f"pkilint_many.py: {error}", file=sys.stderr)
        sys.exit(2)
