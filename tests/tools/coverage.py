"""Holds an lcov file against the gates of coverage.toml, and says which files are the worst.

usage: coverage.py LINES.lcov

Lines behind `#[cfg(test)] mod tests` do not count: by the style of this project tests are last in their file.
"""

import re
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TESTS = re.compile(r"^#\[cfg\(test\)\]\s*\n(?:#\[[^\n]*\n)*(?:pub(?:\([a-z]+\))? )?mod \w+ \{", re.MULTILINE)
WORST = 12


def product_lines(path):
    """The number of the last line before the tests."""
    text = path.read_text()
    found = TESTS.search(text)
    return text.count("\n", 0, found.start()) if found else text.count("\n") + 1


def read(lcov):
    """Each file below the root: its lines that can be reached, with how often each was."""
    files = {}
    lines, last = None, 0
    for entry in lcov.read_text().splitlines():
        kind, _, value = entry.partition(":")
        if kind == "SF":
            path = Path(value)
            known = path.is_relative_to(ROOT) and path.exists()
            lines = files.setdefault(path.relative_to(ROOT).as_posix(), {}) if known else None
            last = product_lines(path) if known else 0
        elif kind == "DA" and lines is not None:
            number, count = (int(part) for part in value.split(",")[:2])
            if number <= last:
                lines[number] = max(lines.get(number, 0), count)
    return files


def spans(lines):
    """Lines that nothing reached, as ranges."""
    missed = sorted(number for number, count in lines.items() if count == 0)
    shown, start = [], None
    for i, number in enumerate(missed):
        start = number if start is None else start
        if i + 1 == len(missed) or missed[i + 1] > number + 3:
            shown.append(f"{start}-{number}" if number > start else f"{start}")
            start = None
    return ", ".join(shown[:12]) + (" ..." if len(shown) > 12 else "")


def main():
    files = read(Path(sys.argv[1]))
    gates = tomllib.loads((HERE / "coverage.toml").read_text())["gate"]
    missed = []
    for gate in gates:
        own = {name: lines for name, lines in files.items() if name.startswith(tuple(gate["paths"])) and lines}
        total = sum(len(lines) for lines in own.values())
        reached = sum(count > 0 for lines in own.values() for count in lines.values())
        if total == 0:
            sys.exit(f"coverage: nothing was measured for {gate['name']}: do its paths still exist?")
        share = 100 * reached / total
        held = share >= gate["lines"]
        print(f"{gate['name']:8} {share:6.2f}% of {total} lines, gate {gate['lines']}%: {'held' if held else 'MISSED'}")
        if not held:
            missed.append(gate["name"])
        worst = sorted(own.items(), key=lambda item: -sum(count == 0 for count in item[1].values()))[:WORST]
        for name, lines in worst:
            n = sum(count == 0 for count in lines.values())
            if n and (not held or "--all" in sys.argv):
                print(f"    {n:4} of {len(lines):4} missed in {name}: {spans(lines)}")
    if missed:
        sys.exit(f"coverage: under their gates: {', '.join(missed)}")


main()
