#!/usr/bin/env bash
# coverage.sh - which lines the tests reach, against the gates of coverage.toml.
#
#   tests/tools/coverage.sh            build the crates under gates with rustc's own instrumentation, run their tests, report
#   tests/tools/coverage.sh --env      print what a shell has to set so that a run of tests is counted, and begin to count anew
#   tests/tools/coverage.sh --report   only report what was reached since, by a run of the whole workspace
#
# It needs nothing beside the toolchain and LLVM's two tools, llvm-profdata and llvm-cov: those that LLVM_PROFDATA and
# LLVM_COV name, else the toolchain's (rustup component llvm-tools, which is added when it can be), else Debian's llvm-19 or
# newer. Only crates of this workspace are instrumented; the crates that they use are those of the normal build.
# What is measured: the tests in their own processes, and the programs that they start and that end by themselves; a program
# that is killed does not count.
# Exit status: 0 all gates are held, 1 one is missed or a test failed, 2 it cannot be measured here.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
target=${CARGO_TARGET_DIR:-$PWD/target}
out=$target/coverage
crates=(certctl-core certctl-pki certctl-store certctl-server)

die() { printf 'coverage.sh: %s\n' "$*" >&2; exit 2; }

# tool NAME: the path of an LLVM tool that reads what this rustc writes.
tool() {
  local given=$1 name=$2 libdir host found
  [[ -z $given ]] || { echo "$given"; return; }
  host=$(rustc -vV | sed -n 's/^host: //p')
  libdir=$(rustc --print sysroot)/lib/rustlib/$host/bin
  if [[ ! -x $libdir/$name ]] && command -v rustup >/dev/null; then
    timeout 300 rustup component add llvm-tools >&2 || true
  fi
  [[ ! -x $libdir/$name ]] || { echo "$libdir/$name"; return; }
  for version in 30 29 28 27 26 25 24 23 22 21 20 19; do
    found=$(command -v "$name-$version") && { echo "$found"; return; }
  done
  return 1
}

profdata=$(tool "${LLVM_PROFDATA:-}" llvm-profdata) && cov=$(tool "${LLVM_COV:-}" llvm-cov) ||
  die "llvm-profdata and llvm-cov are missing: rustup component add llvm-tools, or apt-get install llvm-19"

packages=()
for crate in "${crates[@]}"; do packages+=(-p "$crate"); done
if [[ ${1:-} != --report ]]; then
  rm -rf "$out"
  mkdir -p "$out/raw"
fi
export RUSTC_WORKSPACE_WRAPPER=$here/coverage-rustc.sh
# Build scripts and the processes of a test write into a few files, which they share.
export LLVM_PROFILE_FILE=$out/raw/%4m.profraw
case ${1:-} in
  '') cargo nextest run "${packages[@]}" ;;
  --env)
    printf 'export RUSTC_WORKSPACE_WRAPPER=%q LLVM_PROFILE_FILE=%q\n' "$RUSTC_WORKSPACE_WRAPPER" "$LLVM_PROFILE_FILE"
    exit 0
    ;;
  --report)
    ls "$out"/raw/*.profraw >/dev/null 2>&1 || die "there was no run yet"
    # What make test has built, with the features that all crates together ask for.
    packages=(--workspace)
    ;;
  *) die "usage: coverage.sh [--env | --report]" ;;
esac
cargo nextest list "${packages[@]}" --list-type binaries-only --message-format json >"$out/binaries.json"
"$profdata" merge -sparse -o "$out/all.profdata" "$out"/raw/*.profraw
mapfile -t binaries < <(python3 -c 'import json, sys
for name, one in json.load(open(sys.argv[1]))["rust-binaries"].items():
    if name.split("::")[0] in sys.argv[2:]: print("-object=" + one["binary-path"])' "$out/binaries.json" "${crates[@]}")
"$cov" export -format=lcov -instr-profile="$out/all.profdata" \
  -ignore-filename-regex='/(\.cargo|rustc|tests|target)/' "${binaries[@]}" >"$out/lines.lcov"
python3 "$here/coverage.py" "$out/lines.lcov"
