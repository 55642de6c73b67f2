//! Kinds of DNS providers: who sets the records that prove control of a name (RFC 8555, section 8.4).
//!
//! Not for: setting them (connectors' `dns`). Invariant: the text of a kind never changes, because it is stored.

use crate::text_enum;

text_enum! {
    /// A kind of DNS provider.
    pub enum DnsProviderKind {
        /// Dynamic updates signed with TSIG, for BIND, Knot, PowerDNS and Windows.
        Rfc2136 = "rfc2136",
        /// Cloudflare.
        Cloudflare = "cloudflare",
        /// Amazon Route 53.
        Route53 = "route53",
        /// Google Cloud DNS.
        Google = "google",
        /// Azure DNS.
        Azure = "azure",
        /// DigitalOcean.
        Digitalocean = "digitalocean",
        /// Hetzner.
        Hetzner = "hetzner",
        /// deSEC.
        Desec = "desec",
        /// A server of acme-dns, which names are delegated to by CNAME.
        AcmeDns = "acme_dns",
        /// A program on the server.
        Exec = "exec",
        /// An HTTP endpoint of one's own, signed by Standard Webhooks.
        Webhook = "webhook",
        /// A provider of an agent's own policy, whose credentials stay on its host.
        Agent = "agent",
    }
}
