#!/usr/bin/env bash
# pkilint.sh - judge certificates, CRLs and OCSP responses by a linter that is not ours (pkilint, from PyPI).
#
#   tests/tools/pkilint.sh DIR        lint every *.pem, *.crl and *.ocsp in DIR
#   tests/tools/pkilint.sh --install  only make the linter ready
#
# A *.pem may hold one certificate or a chain, the leaf first; a *.crl holds one CRL and a *.ocsp one OCSP response, DER,
# judged by the rules of lint_crl (profile PKIX) and lint_ocsp_response. Each certificate is linted by the rules of
# lint_pkix_cert, and each neighbouring pair, issuer and subject, by those of lint_pkix_signer_signee_cert_chain.
# Exit status: 0 no finding of severity WARNING or worse; 1 findings, on standard output; 2 the linter
# could not be made ready or the input could not be read. It never passes without having linted something.
#
# The linter lives in a Python environment under $CERTCTL_CACHE (default ~/.cache/certctl), made at the
# first call and named by the hash of its pinned packages. Calls in parallel wait for each other.
set -euo pipefail

die() { printf 'pkilint.sh: %s\n' "$*" >&2; exit 2; }

[[ $# == 1 ]] || die "usage: pkilint.sh DIR | --install"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
requirements=$here/pkilint-requirements.txt
cache=${CERTCTL_CACHE:-${HOME:-/tmp}/.cache/certctl}

command -v python3 >/dev/null || die "python3 is missing (Debian packages: python3-venv python3-pip)"
command -v flock >/dev/null || die "flock is missing (Debian package: util-linux)"
python3 -c 'import ensurepip, venv' 2>/dev/null ||
  die "python3 cannot make virtual environments (Debian packages: python3-venv python3-pip)"

hash=$( { python3 --version; cat "$requirements"; } | sha256sum | cut -c1-16)
venv=$cache/venv-pkilint-$hash
mkdir -p "$cache"
if [[ ! -e $venv/ready ]]; then
  (
    exec 9>"$cache/venv-pkilint.lock"
    flock 9
    [[ ! -e $venv/ready ]] || exit 0
    printf 'pkilint.sh: installing the linter into %s\n' "$venv" >&2
    rm -rf "$venv"
    log=$cache/venv-pkilint.log
    { python3 -m venv "$venv" &&
      "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --no-deps -r "$requirements"; } >"$log" 2>&1 || {
      tail -n 15 "$log" >&2
      exit 1
    }
    touch "$venv/ready"
  ) || die "the linter could not be installed (the log above; does this machine reach a Python package index?)"
fi
[[ $1 != --install ]] || exit 0
[[ -d $1 ]] || die "$1 is not a directory"
exec "$venv/bin/python" "$here/pkilint_many.py" "$1"
