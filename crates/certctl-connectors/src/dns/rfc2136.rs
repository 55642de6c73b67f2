//! Dynamic updates (RFC 2136) signed with TSIG (RFC 8945), for BIND, Knot, PowerDNS and the like.
//!
//! Not for: SIG(0) or GSS-TSIG. Invariants: an update adds or deletes one record by its value, so no other value of the name is
//! touched; a success is one that the server has signed.

use std::io;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use certctl_core::secret::Secret;
use hickory_proto::op::{Message, ResponseCode, update_message};
use hickory_proto::rr::rdata::TXT;
use hickory_proto::rr::rdata::tsig::{TsigAlgorithm, TsigError};
use hickory_proto::rr::{RData, Record, RecordSet, TSigner};
use serde_json::{Value, json};

use super::schema::{self, Schema, TTL};
use super::{Call, DnsError, Fqdn, SetsTxt, TxtRecord, wire};
use crate::fields::{Problem, Problems};

const PORT: u16 = 53;
/// How far the clocks may be apart, in seconds (RFC 8945, section 10).
const FUDGE: u16 = 300;

/// The configuration.
#[derive(Debug, Clone)]
pub struct Rfc2136 {
    host: String,
    port: u16,
    key_name: Fqdn,
    algorithm: Algorithm,
    secret: Secret<Vec<u8>>,
    /// As it was given, for what an answer may repeat.
    text: Secret<String>,
    zone: Option<Fqdn>,
    ttl: u64,
}

/// What signs.
#[derive(Debug, Clone, Copy)]
enum Algorithm {
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "hmac-sha256" => Ok(Self::Sha256),
            "hmac-sha384" => Ok(Self::Sha384),
            "hmac-sha512" => Ok(Self::Sha512),
            other => Err(format!("{other:?} is not known: use hmac-sha256, hmac-sha384 or hmac-sha512")),
        }
    }

    const fn tsig(self) -> TsigAlgorithm {
        match self {
            Self::Sha256 => TsigAlgorithm::HmacSha256,
            Self::Sha384 => TsigAlgorithm::HmacSha384,
            Self::Sha512 => TsigAlgorithm::HmacSha512,
        }
    }
}

pub(super) fn schema() -> Schema {
    let fields = vec![
        (
            "server",
            schema::text(
                "Server",
                "The primary server of the zone, such as ns1.example.org or 192.0.2.1:53; asked by TCP",
            ),
        ),
        ("key_name", schema::text("Key's name", "The name of the TSIG key, as the server has it")),
        ("secret", schema::secret("Key's secret", "The TSIG key in base64")),
        (
            "algorithm",
            json!({
                "type": "string", "enum": ["hmac-sha256", "hmac-sha384", "hmac-sha512"], "default": "hmac-sha256",
                "title": "Algorithm", "x-group": "Provider", "description": "The algorithm of the TSIG key, as the server has it",
            }),
        ),
        ("zone", schema::zone_field()),
        ("ttl", schema::ttl(TTL)),
    ];
    (fields, vec!["server", "key_name", "secret"])
}

pub(super) fn read(config: &Value) -> Result<Rfc2136, Vec<Problem>> {
    let problems = Problems::default();
    let mut fields = problems.object(config);
    let server = fields.required("server", parse_server);
    let key_name = fields.required("key_name", Fqdn::parse);
    let secret = fields.required("secret", parse_secret);
    let algorithm = fields.parsed("algorithm", Algorithm::parse).unwrap_or(Algorithm::Sha256);
    let zone = schema::read_zone(&mut fields);
    let ttl = schema::read_ttl(&mut fields, TTL);
    fields.finish();
    let found = server.zip(key_name).zip(secret);
    problems.finish(found.map(|(((host, port), key_name), (secret, text))| Rfc2136 {
        host,
        port,
        key_name,
        algorithm,
        secret,
        text,
        zone,
        ttl,
    }))
}

/// `HOST`, `HOST:PORT`, `ADDRESS`, `[ADDRESS]:PORT`.
fn parse_server(text: &str) -> Result<(String, u16), String> {
    let wrong = || format!("{text:?} is neither a host nor an address, with or without a port");
    if let Ok(address) = text.parse::<std::net::IpAddr>() {
        return Ok((address.to_string(), PORT));
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok((address.ip().to_string(), address.port()));
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok().filter(|port| *port > 0).ok_or_else(wrong)?),
        None => (text, PORT),
    };
    let name = Fqdn::parse(host).map_err(|_| wrong())?;
    Ok((name.as_str().to_owned(), port))
}

fn parse_secret(text: &str) -> Result<(Secret<Vec<u8>>, Secret<String>), String> {
    match STANDARD.decode(text) {
        Ok(bytes) if (16..=128).contains(&bytes.len()) => {
            Ok((Secret::new(bytes), Secret::new(text.to_owned())))
        }
        Ok(_) | Err(_) => Err("is not 16 to 128 bytes in base64".to_owned()),
    }
}

impl Rfc2136 {
    async fn update(&self, call: Call<'_>, record: &TxtRecord, adds: bool) -> Result<(), DnsError> {
        let zone = self.zone.as_ref().unwrap_or_else(|| record.zone());
        if !record.name().is_within(zone) {
            return Err(DnsError::Refused(format!("{} is not in the zone {zone}", record.name())));
        }
        let servers = call.around.outside.guard().resolve(&self.host, self.port).await?;
        let made = |error: io::Error| DnsError::Refused(format!("the update cannot be made: {error}"));
        let message = self.message(zone, record, adds).map_err(made)?;
        let mut last = None;
        for server in servers {
            match self.exchange(&message, server, call).await {
                Ok(answer) => return self.judge(&answer, zone, record),
                Err(error) => last = Some(format!("{server}: {error}")),
            }
        }
        Err(DnsError::retry(format!("the server {} did not answer: {}", self.host, last.unwrap_or_default())))
    }

    fn message(&self, zone: &Fqdn, record: &TxtRecord, adds: bool) -> io::Result<Message> {
        let strings =
            record.value().as_bytes().chunks(255).map(|part| String::from_utf8_lossy(part).into_owned());
        let ttl = u32::try_from(self.ttl).unwrap_or(60);
        let text = RData::TXT(TXT::new(strings.collect()));
        let set = RecordSet::from(Record::from_rdata(wire::name(record.name())?, ttl, text));
        let zone = wire::name(zone)?;
        Ok(if adds {
            update_message::append(set, zone, false, false)
        } else {
            update_message::delete_by_rdata(set, zone, false)
        })
    }
}

/// An answer, and whether it carries the server's signature.
struct Signed {
    answer: Message,
    error: Option<TsigError>,
    verified: Result<(), String>,
}

impl Rfc2136 {
    async fn exchange(&self, message: &Message, server: SocketAddr, call: Call<'_>) -> io::Result<Signed> {
        let key = wire::name(&self.key_name)?;
        let signer = TSigner::new(self.secret.expose().clone(), self.algorithm.tsig(), key, FUDGE)
            .map_err(io::Error::other)?;
        let now = u64::try_from(call.now.as_second()).unwrap_or(0);
        let mut message = message.clone();
        let verifier = message.finalize(&signer, now).map_err(io::Error::other)?;
        let bytes = message.to_vec().map_err(io::Error::other)?;
        let answered = wire::by_tcp(server, &bytes).await?;
        let answer = wire::parsed(&message, &answered)?;
        let error = match &answer.signature {
            Some(signature) => signature.data.error,
            None => None,
        };
        let verified = match verifier {
            Some(mut verifier) => verifier.verify(&answered).map(drop).map_err(|error| error.to_string()),
            None => Err("the request was not signed".to_owned()),
        };
        Ok(Signed { answer, error, verified })
    }

    fn judge(&self, signed: &Signed, zone: &Fqdn, record: &TxtRecord) -> Result<(), DnsError> {
        let (server, key) = (&self.host, &self.key_name);
        let refused = |what: String| Err(DnsError::Refused(format!("the server {server} {what}")));
        match signed.error {
            Some(TsigError::BadKey) => return refused(format!("does not know the key {key} (BADKEY)")),
            Some(TsigError::BadSig) => {
                return refused(format!(
                    "finds the signature of the key {key} wrong: its secret or algorithm is another there (BADSIG)"
                ));
            }
            Some(TsigError::BadTime) => {
                return refused(
                    "has a clock that is more than 5 minutes away from this one (BADTIME)".to_owned(),
                );
            }
            Some(TsigError::BadTrunc | TsigError::Unknown(_)) | None => {}
        }
        let code = signed.answer.metadata.response_code;
        match code {
            ResponseCode::NoError => match &signed.verified {
                Ok(()) => Ok(()),
                Err(why) => Err(DnsError::retry(format!(
                    "the answer of the server {server} cannot be trusted: {why}"
                ))),
            },
            ResponseCode::Refused => {
                refused(format!("does not let the key {key} change {} (REFUSED)", record.name()))
            }
            ResponseCode::NotAuth | ResponseCode::NotZone => {
                refused(format!("is not the primary of the zone {zone} ({code})"))
            }
            ResponseCode::NotImp | ResponseCode::FormErr => {
                refused(format!("does not take updates ({code})"))
            }
            _ => Err(DnsError::retry(format!("the server {server} answered {code}"))),
        }
    }
}

impl SetsTxt for Rfc2136 {
    fn sensitive(&self) -> Vec<&str> {
        vec![self.text.expose().as_str()]
    }

    async fn set(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.update(call, record, true).await
    }

    async fn remove(&self, call: Call<'_>, record: &TxtRecord) -> Result<(), DnsError> {
        self.update(call, record, false).await
    }
}
