#!/usr/bin/env bash
# schemathesis.sh - test a running server against its own OpenAPI document by a tester that is not ours (Schemathesis,
# from PyPI).
#
#   tests/tools/schemathesis.sh --install   only make the tester ready
#   tests/tools/schemathesis.sh URL         test the server at URL
#
# The server is a throw-away one: objects are made, changed and removed. What is tested and how long is in
# schemathesis.toml, what no schema can tell the tester in schemathesis_hooks.py. It takes from the environment:
#   CONTRACT_CA       the server's CA (PEM)
#   CONTRACT_KEY      an admin's API key
#   CONTRACT_KEY_ID   its id, which the tests spare
#   CONTRACT_AGENT    the identity (certificate and key, PEM) of the agent ag-web-1
#   CONTRACT_RENEWED  the identity of another agent, whose identity is renewed
#   CONTRACT_ARGS     more arguments for Schemathesis, such as --include-operation-id jobs_list
# Exit status: that of Schemathesis (0: all checks passed); 2 when it could not be made ready.
#
# It lives in a Python environment under $CERTCTL_CACHE (default ~/.cache/certctl), made at the first call and named by
# the hash of its pinned packages. Calls in parallel wait for each other.
set -euo pipefail

die() { printf 'schemathesis.sh: %s\n' "$*" >&2; exit 2; }

[[ $# == 1 ]] || die "usage: schemathesis.sh URL | --install"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
requirements=$here/schemathesis-requirements.txt
cache=${CERTCTL_CACHE:-${HOME:-/tmp}/.cache/certctl}

command -v python3 >/dev/null || die "python3 is missing (Debian packages: python3-venv python3-pip)"
command -v flock >/dev/null || die "flock is missing (Debian package: util-linux)"
python3 -c 'import ensurepip, venv' 2>/dev/null ||
  die "python3 cannot make virtual environments (Debian packages: python3-venv python3-pip)"

hash=$( { python3 --version; cat "$requirements"; } | sha256sum | cut -c1-16)
venv=$cache/venv-schemathesis-$hash
mkdir -p "$cache"
if [[ ! -e $venv/ready ]]; then
  (
    exec 9>"$cache/venv-schemathesis.lock"
    flock 9
    [[ ! -e $venv/ready ]] || exit 0
    printf 'schemathesis.sh: installing the tester into %s\n' "$venv" >&2
    rm -rf "$venv"
    log=$cache/venv-schemathesis.log
    { python3 -m venv "$venv" &&
      "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --no-deps -r "$requirements"; } >"$log" 2>&1 || {
      tail -n 15 "$log" >&2
      exit 1
    }
    touch "$venv/ready"
  ) || die "the tester could not be installed (the log above; does this machine reach a Python package index?)"
fi
[[ $1 != --install ]] || exit 0
for name in CA KEY KEY_ID AGENT RENEWED; do
  variable=CONTRACT_$name
  [[ -n ${!variable:-} ]] || die "$variable is not set"
done

# Schemathesis keeps what it learned in the working directory: a new one for each run.
run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT
cd "$run"
export SCHEMATHESIS_HOOKS=$here/schemathesis_hooks.py PYTHONDONTWRITEBYTECODE=1
# From a file: the tester leaves out the operation that gave it the document.
"$venv/bin/python" - "$1/api/v1/openapi.json" "$CONTRACT_CA" >openapi.json <<'END'
import ssl, sys, urllib.request

_, url, ca = sys.argv
print(urllib.request.urlopen(url, context=ssl.create_default_context(cafile=ca)).read().decode())
END
"$venv/bin/schemathesis" --config-file "$here/schemathesis.toml" run openapi.json --url "$1" ${CONTRACT_ARGS:-}
