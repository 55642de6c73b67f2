#!/usr/bin/env bash
# deps.sh - make sure that this machine has what a make target needs.
#
#   tests/tools/deps.sh demo    what `make demo` needs
#   tests/tools/deps.sh lint    what `make lint` needs
#   tests/tools/deps.sh web     what `make web` needs: Node
#   tests/tools/deps.sh browser what `make e2e` needs: Node, Chromium, nginx
#   tests/tools/deps.sh test    what `make test` needs: PostgreSQL, nginx, BIND, Pebble, OpenBao, acme2certifier, GnuTLS' tools, pkilint,
#                               Schemathesis, cargo-nextest
#
# A Rust toolchain, a C compiler and, for the dashboard, Node must be there already. The rest
# is installed: Debian packages by apt when this runs as root, without starting any service; cargo-nextest by
# cargo; pkilint, Schemathesis, OpenBao and acme2certifier by pip into environments of their own. Without root it names what is missing and exits 1.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin:/usr/sbin:/sbin

say() { printf 'deps.sh: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

what=${1:-test}
case $what in
  demo) wanted=(nginx openssl curl) ;;
  lint) wanted=(python) ;;
  test) wanted=(nginx openssl certtool curl flock python venv postgresql psql named dig pebble jq) ;;
  web) wanted=() ;;
  browser) wanted=(nginx openssl curl chromium pebble) ;;
  *) die "usage: deps.sh demo | lint | web | browser | test" ;;
esac

# have NAME: whether the machine has it already.
have() {
  case $1 in
    python) command -v python3 ;;
    venv) python3 -c 'import ensurepip, venv' ;;
    # The places where tests/peers/postgres.sh looks.
    postgresql) [[ -x /usr/lib/postgresql/15/bin/initdb || ( -x /usr/local/bin/initdb && -x /usr/local/bin/postgres ) ]] ;;
    *) command -v "$1" ;;
  esac >/dev/null 2>&1
}

# package NAME: the Debian package that brings it.
package() {
  case $1 in
    python) echo python3 ;;
    venv) echo python3-venv ;;
    postgresql) echo postgresql-15 ;;
    psql) echo postgresql-client-15 ;;
    certtool) echo gnutls-bin ;;
    flock) echo util-linux ;;
    named) echo bind9 ;;
    dig) echo bind9-dnsutils ;;
    *) echo "$1" ;;
  esac
}

command -v cargo >/dev/null ||
  die "cargo is missing: install Rust from https://rustup.rs; rust-toolchain.toml then picks the version"
command -v cc >/dev/null || die "a C compiler (cc) is missing: install it with  apt-get install gcc libc6-dev"
if [[ $what == web || $what == browser ]] && ! node -e 'const [a, b] = process.versions.node.split("."); process.exit(+a > 20 || (+a === 20 && +b >= 19) ? 0 : 1)' 2>/dev/null; then
  die "Node.js 20.19 or newer is missing: install it from https://nodejs.org; the dashboard is built with it"
fi

packages=()
for name in "${wanted[@]}"; do have "$name" || packages+=("$(package "$name")"); done
if ((${#packages[@]})); then
  line="apt-get install --no-install-recommends ${packages[*]}"
  command -v apt-get >/dev/null ||
    die "missing: ${packages[*]} (these are Debian's names; this system has no apt-get: install its own packages)"
  [[ $(id -u) == 0 ]] || die "missing: ${packages[*]}; run as root:  $line"
  # shellcheck source=../peers/lib.sh
  (
    . "$root/tests/peers/lib.sh"
    PEER_NAME=deps.sh
    # The first argument is a file that is not there: install all packages in one go.
    need_apt /nonexistent "${packages[@]}"
  ) || die "apt could not install them; try by hand:  $line"
  for name in "${wanted[@]}"; do
    have "$name" || die "$(package "$name") is installed but $name is still not usable; see  dpkg -L $(package "$name")"
  done
fi

if [[ $what == test ]]; then
  if ! cargo nextest --version >/dev/null 2>&1; then
    say "building cargo-nextest (once, some minutes)"
    cargo install --quiet --locked --debug --no-default-features --features default-no-update \
      cargo-nextest@0.9.143 ||
      die "cargo-nextest could not be built; try by hand:  cargo install --locked cargo-nextest"
  fi
  "$here/pkilint.sh" --install
  "$here/schemathesis.sh" --install
  "$root/tests/peers/openbao.sh" install
  "$root/tests/peers/acme2certifier.sh" install
fi
