//! Authorities outside of the control plane: their kinds, how control of a name is proved to them, and what a test of one says.
//!
//! Not for: asking them (connectors' `issuers::outside`). Invariant: the text of a variant never changes, because it is stored.

use crate::text_enum;

text_enum! {
    /// A kind of authority outside.
    pub enum AuthorityKind {
        /// ACME (RFC 8555): Let's Encrypt and its like, or one of one's own.
        Acme = "acme",
        /// The PKI engine of Vault or OpenBao.
        Vault = "vault",
        /// A program on the server.
        Exec = "exec",
    }
}

text_enum! {
    /// How control of a name is proved: the challenges of ACME that certctl answers.
    pub enum ProofKind {
        /// A file that a web server gives at port 80 (RFC 8555, section 8.3).
        Http01 = "http-01",
        /// A TXT record (RFC 8555, section 8.4).
        Dns01 = "dns-01",
        /// A certificate that a server shows at port 443 (RFC 8737).
        TlsAlpn01 = "tls-alpn-01",
        /// A TXT record that stays, which the names' operator has set once (draft-ietf-acme-dns-persist).
        DnsPersist01 = "dns-persist-01",
    }
}

text_enum! {
    /// Who gives the answers of http-01.
    pub enum Http01By {
        /// The agent that holds the certificate's key, on its own host.
        Agent = "agent",
        /// The control plane, where the names' web servers send who asks for an answer.
        ControlPlane = "control_plane",
    }
}

text_enum! {
    /// What came of one step of a test of an authority.
    pub enum TestStepState {
        /// It went well.
        Ok = "ok",
        /// It did not.
        Failed = "failed",
        /// It was not tried: one before it failed, or it cannot be tried without a certificate.
        Skipped = "skipped",
    }
}
