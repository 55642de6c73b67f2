#!/usr/bin/env python3
"""Licences and banned crates of our dependencies, by the rules of deny.toml; exit status 1 names each finding.

Asks `cargo tree --locked` for all that is built on this machine's platform (certctl is built for Linux), tests and
build scripts included. Not `cargo metadata`: it also names optional crates that no feature switches on.
`--stdin` judges lines `NAME vVERSION|LICENCE` instead. Not for: known vulnerabilities.
Invariant: a crate without a licence expression is a finding, and so is one whose expression does not parse.
"""
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r"\s*(\(|\)|[A-Za-z0-9.+-]+|/)")


def permitted(expression, allowed):
    """Evaluate an SPDX expression: OR binds weaker than AND, AND weaker than WITH; an old `/` means OR."""
    tokens, at = [], 0
    while expression[at:].strip():
        match = TOKEN.match(expression, at)
        if not match:
            raise ValueError(f"unexpected text at {expression[at:]!r}")
        tokens.append("OR" if match[1] == "/" else match[1])
        at = match.end()

    def take(expected=None):
        if not tokens or (expected and tokens[0] != expected):
            raise ValueError(f"expected {expected or 'a licence'} before {' '.join(tokens) or 'the end'}")
        return tokens.pop(0)

    def one():
        if tokens[:1] == ["("]:
            take()
            value = either()
            take(")")
            return value
        name = take()
        if name in ("OR", "AND", "WITH", ")"):
            raise ValueError(f"expected a licence, found {name}")
        if tokens[:1] == ["WITH"]:
            take()
            name = f"{name} WITH {take()}"
        return name in allowed

    def both():
        value = one()
        while tokens[:1] == ["AND"]:
            take()
            value = one() and value
        return value

    def either():
        value = both()
        while tokens[:1] == ["OR"]:
            take()
            value = both() or value
        return value

    value = either()
    if tokens:
        raise ValueError(f"left over: {' '.join(tokens)}")
    return value


def findings(lines, rules):
    allowed = set(rules["licenses"]["allow"])
    banned = {ban["crate"]: ban["reason"] for ban in rules["bans"]["deny"]}
    for line in lines:
        title, expression = line.split("|")
        name = title.split()[0]
        if name in banned:
            yield f"{title}: banned: {banned[name]}; find who brings it: cargo tree --workspace -i {name}"
        try:
            if not expression:
                yield f"{title}: names no licence"
            elif not permitted(expression, allowed):
                yield f"{title}: licence {expression} is not in the allow list of deny.toml"
        except ValueError as error:
            yield f"{title}: licence {expression!r} cannot be read: {error}"


def main(arguments):
    if arguments == ["--stdin"]:
        text = sys.stdin.read()
    elif not arguments:
        command = ["cargo", "tree", "--locked", "--workspace", "--prefix", "none", "--format", "{p}|{l}"]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"deny.py: {' '.join(command)} failed (its own words are above)")
        text = done.stdout
    else:
        sys.exit("usage: deny.py [--stdin]")
    # A repeated crate ends in (*); a crate of this repository shows its folder.
    lines = {line.removesuffix(" (*)") for line in text.splitlines() if line and f"({ROOT}/" not in line}
    if not lines:
        sys.exit("deny.py: there is no dependency: nothing was checked")
    found = list(findings(sorted(lines), tomllib.loads((ROOT / "deny.toml").read_text())))
    for line in found:
        print(line)
    print(f"deny.py: {len(lines)} dependencies, {len(found)} findings")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
