#!/usr/bin/env bash
# pebble.sh - Pebble (ACME, RFC 8555, test CA) with its challenge test server.
# Usage: pebble.sh install | start [DIR] | stop DIR | status DIR | run -- CMD...
# Gives: PEBBLE_URL (ACME directory), PEBBLE_CA (CA of its HTTPS listener),
#   PEBBLE_MGMT (management: /roots/0, /intermediates/0, /cert-status-by-serial/HEX),
#   PEBBLE_ROOT (issuing root, saved once), PEBBLE_HTTP01_PORT and
#   PEBBLE_TLSALPN_PORT (where Pebble calls back for validation),
#   CHALLTESTSRV_URL (management of the mock DNS/challenge server),
#   CHALLTESTSRV_DNS (host:port of the mock DNS: all names are 127.0.0.1).
# Settings: PEBBLE_VALIDATE=1   real validation (default: always valid)
#   PEBBLE_EAB=1                require external account binding (key id kid-1,
#                               key in PEBBLE_EAB_HMAC)
#   PEBBLE_VA_SLEEP=1           keep Pebble's random delay before validation
#   PEBBLE_WFE_NONCEREJECT      percentage of good nonces to refuse (default 0;
#                               Pebble's own default is 5)
#   PEBBLE_AUTHZREUSE           percentage of authorizations reused (default 0)
#   PEBBLE_STRICT=1             run with -strict
#   PEBBLE_DNS=HOST:PORT        resolve through this server, not the mock DNS
#                               (for DNS-01 with bind.sh)
#   PEBBLE_ANSWERS=1            the challenge test server answers HTTP-01 and
#                               TLS-ALPN-01 too (POST add-http01, add-tlsalpn01)
#   PEBBLE_CERT_DAYS            validity of issued certificates (default 90)
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

peer_install() { need_apt pebble pebble; need_apt curl curl; need_apt openssl openssl; }

peer_start() {
  local url mgmt http tls dns cm
  read -r url mgmt http tls dns cm < <(free_ports 6)
  peer_ca "$PEER_DIR/tls"
  peer_leaf "$PEER_DIR/tls" "$PEER_DIR/tls/server" localhost DNS:localhost IP:127.0.0.1
  local eab=false; [[ ${PEBBLE_EAB:-} == 1 ]] && eab=true
  local hmac=zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W
  cat > "$PEER_DIR/pebble.json" <<JSON
{"pebble": {
  "listenAddress": "127.0.0.1:$url", "managementListenAddress": "127.0.0.1:$mgmt",
  "certificate": "$PEER_DIR/tls/server.chain.pem", "privateKey": "$PEER_DIR/tls/server.key",
  "httpPort": $http, "tlsPort": $tls, "ocspResponderURL": "",
  "externalAccountBindingRequired": $eab,
  "externalAccountMACKeys": {"kid-1": "$hmac"},
  "domainBlocklist": ["blocked.example"],
  "certificateValidityPeriod": $(( ${PEBBLE_CERT_DAYS:-90} * 86400 ))
}}
JSON
  # unless told otherwise the challenge server answers DNS only: the product's
  # own solvers take the HTTP-01 and TLS-ALPN-01 ports
  local http_at= tls_at=
  [[ ${PEBBLE_ANSWERS:-} == 1 ]] && http_at=127.0.0.1:$http tls_at=127.0.0.1:$tls
  spawn challtestsrv pebble-challtestsrv -dns01 "127.0.0.1:$dns" -http01 "$http_at" -https01 "" \
    -tlsalpn01 "$tls_at" -management "127.0.0.1:$cm" -defaultIPv4 127.0.0.1 -defaultIPv6 ""
  wait_tcp "$cm"
  local -a env=(PEBBLE_WFE_NONCEREJECT="${PEBBLE_WFE_NONCEREJECT:-0}" PEBBLE_AUTHZREUSE="${PEBBLE_AUTHZREUSE:-0}")
  [[ ${PEBBLE_VA_SLEEP:-} == 1 ]] || env+=(PEBBLE_VA_NOSLEEP=1)
  [[ ${PEBBLE_VALIDATE:-} == 1 ]] || env+=(PEBBLE_VA_ALWAYS_VALID=1)
  local -a strict=(); [[ ${PEBBLE_STRICT:-} == 1 ]] && strict=(-strict)
  spawn pebble env "${env[@]}" pebble -config "$PEER_DIR/pebble.json" -dnsserver "${PEBBLE_DNS:-127.0.0.1:$dns}" "${strict[@]}"
  wait_http "https://127.0.0.1:$url/dir"
  curl -fsSk --noproxy '*' "https://127.0.0.1:$mgmt/roots/0" -o "$PEER_DIR/root.pem"
  out PEBBLE_URL "https://127.0.0.1:$url/dir"
  out PEBBLE_CA "$PEER_DIR/tls/ca.pem"
  out PEBBLE_MGMT "https://127.0.0.1:$mgmt"
  out PEBBLE_ROOT "$PEER_DIR/root.pem"
  out PEBBLE_HTTP01_PORT "$http"
  out PEBBLE_TLSALPN_PORT "$tls"
  out PEBBLE_EAB_KID kid-1
  out PEBBLE_EAB_HMAC "$hmac"
  out PEBBLE_PID "$SPAWNED"
  out CHALLTESTSRV_URL "http://127.0.0.1:$cm"
  out CHALLTESTSRV_DNS "127.0.0.1:$dns"
}

peer_main pebble "$@"
