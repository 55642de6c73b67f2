#!/usr/bin/env python3
"""Licences and banned crates of our dependencies, by the rules of deny.toml; exit status 1 names each finding.

Reads `cargo metadata --locked` by default; `--metadata FILE` judges a stored answer instead (`-` is standard input).
Not for: known vulnerabilities. A crate without a licence expression is a finding, and so is one that does not parse.
"""
import json
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


def findings(metadata, rules):
    allowed = set(rules["licenses"]["allow"])
    banned = {ban["crate"]: ban["reason"] for ban in rules["bans"]["deny"]}
    own = set(metadata["workspace_members"])
    # The lock file also names crates that no feature of ours switches on: only what the graph reaches counts.
    reached = {node["id"] for node in metadata["resolve"]["nodes"]}
    for package in sorted(metadata["packages"], key=lambda p: (p["name"], p["version"])):
        if package["id"] in own or package["id"] not in reached:
            continue
        title = f"{package['name']} {package['version']}"
        if package["name"] in banned:
            yield f"{title}: banned: {banned[package['name']]}; find who brings it: cargo tree -i {package['name']}"
        try:
            expression = package["license"]
            if not expression:
                yield f"{title}: names no licence"
            elif not permitted(expression, allowed):
                yield f"{title}: licence {expression} is not in the allow list of deny.toml"
        except ValueError as error:
            yield f"{title}: licence {package['license']!r} cannot be read: {error}"


def main(arguments):
    if arguments[:1] == ["--metadata"] and len(arguments) == 2:
        text = sys.stdin.read() if arguments[1] == "-" else Path(arguments[1]).read_text()
    elif not arguments:
        command = ["cargo", "metadata", "--format-version", "1", "--locked"]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(f"deny.py: {' '.join(command)} failed (its own words are above)")
        text = done.stdout
    else:
        sys.exit("usage: deny.py [--metadata FILE]")
    metadata = json.loads(text)
    found = list(findings(metadata, tomllib.loads((ROOT / "deny.toml").read_text())))
    for line in found:
        print(line)
    count = len(metadata["resolve"]["nodes"]) - len(metadata["workspace_members"])
    if count < 1:
        sys.exit("deny.py: the graph holds no dependency: nothing was checked")
    print(f"deny.py: {count} dependencies, {len(found)} findings")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
