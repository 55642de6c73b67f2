#!/usr/bin/env bash
# bind.sh - BIND 9 with dynamic zones, for DNS-01 through RFC 2136 updates signed
# with TSIG.
# Usage: bind.sh install | start [DIR] | stop DIR | status DIR | run -- CMD...
# Gives: DNS_SERVER (host:port, UDP and TCP), DNS_HOST, DNS_PORT, DNS_ZONES,
#   TSIG_NAME, TSIG_ALGORITHM, TSIG_SECRET (base64; may update TXT records only),
#   TSIG_KEYFILE (for nsupdate -k), BIND_PID.
# Settings: BIND_ZONES      the zones (default 'example.test corp.test')
#   BIND_RECORDS            further records, one a line, with names that end in a dot
#   BIND_ALGORITHM          of the key (default hmac-sha256)
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

peer_install() {
  need_apt dig bind9-dnsutils; need_apt named bind9
}

peer_start() {
  local port z zones algorithm; port=$(free_port)
  zones=${BIND_ZONES:-example.test corp.test}; algorithm=${BIND_ALGORITHM:-hmac-sha256}
  local secret; secret=$(openssl rand -base64 64 | tr -d "\n")
  printf 'key "acme-key" {\n  algorithm %s;\n  secret "%s";\n};\n' "$algorithm" "$secret" > "$PEER_DIR/acme.key"
  mkdir -p "$PEER_DIR/zones"
  for z in $zones; do
    cat > "$PEER_DIR/zones/$z.zone" <<ZONE
\$ORIGIN $z.
\$TTL 60
@ IN SOA ns.$z. admin.$z. 1 3600 600 86400 60
@ IN NS ns.$z.
ns IN A 127.0.0.1
* IN A 127.0.0.1
@ IN A 127.0.0.1
${BIND_RECORDS:-}
ZONE
  done
  { printf 'include "%s/acme.key";\noptions { directory "%s"; listen-on port %s { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; pid-file "%s/named.pid"; session-keyfile "%s/session.key"; dnssec-validation no; };\ncontrols { };\n' "$PEER_DIR" "$PEER_DIR" "$port" "$PEER_DIR" "$PEER_DIR"
    for z in $zones; do
      printf 'zone "%s" { type primary; file "zones/%s.zone"; update-policy { grant acme-key wildcard *.%s. TXT; }; };\n' "$z" "$z" "$z"
    done
  } > "$PEER_DIR/named.conf"
  named-checkconf "$PEER_DIR/named.conf"
  spawn bind named -f -n 1 -c "$PEER_DIR/named.conf"
  wait_for dns sh -c "dig +time=1 +tries=1 +short @127.0.0.1 -p $port soa ${zones%% *} | grep -q ns"
  out DNS_SERVER "127.0.0.1:$port"; out DNS_HOST 127.0.0.1; out DNS_PORT "$port"; out DNS_ZONES "$zones"
  out TSIG_NAME acme-key; out TSIG_ALGORITHM "$algorithm"; out TSIG_SECRET "$secret"; out TSIG_KEYFILE "$PEER_DIR/acme.key"
  out BIND_PID "$SPAWNED"
}

peer_main bind "$@"
