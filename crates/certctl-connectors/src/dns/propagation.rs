//! Whether a record is there: at every server of its zone, asked one by one.
//!
//! A CA asks any of them, so that one which does not show the value yet can fail the order; resolvers would answer from what they
//! remember. Not for: setting it. Invariants: what is not seen is an error that names each server and what it answered; the
//! servers are asked at once and then at growing distances, and the time is tokio's.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, ErrorKind};
use std::time::Duration;

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{RData, RecordType};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::lookup::{Authority, Lookup};
use super::{DnsError, Fqdn, Guard, TxtRecord, shortened, wire};

/// The longest that one server is waited for in one round.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long and how often servers are asked.
#[derive(Debug, Clone, Copy)]
pub struct Propagation {
    /// Where they listen; another one than 53 is for tests.
    pub port: u16,
    /// The longest that is waited.
    pub deadline: Duration,
    /// The pause after the first round; each further one is half as long again.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
}

impl Default for Propagation {
    fn default() -> Self {
        Self {
            port: 53,
            deadline: Duration::from_secs(300),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(15),
        }
    }
}

/// What a server showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The value, maybe among others.
    Value,
    /// Other values.
    Others(Vec<String>),
    /// No TXT record, by a code such as NXDOMAIN.
    Nothing(String),
    /// No answer that can be used.
    Failed(String),
    /// There is no way to it from here, such as by IPv6 on a host without.
    NoWay(String),
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value => f.write_str("shows the value"),
            Self::Others(values) => write!(f, "shows other values: {}", values.join(", ")),
            Self::Nothing(code) => write!(f, "answered {code}"),
            Self::Failed(why) => write!(f, "did not answer: {why}"),
            Self::NoWay(why) => write!(f, "cannot be reached from here: {why}"),
        }
    }
}

/// Why a record is not taken for seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PropagationError {
    /// The servers could not be found.
    #[error(transparent)]
    Unknown(#[from] DnsError),
    /// Not all of them showed it in time.
    #[error(
        "after {} s the value is not at all servers of {zone}: {}",
        waited.as_secs(), list(missing)
    )]
    Missing {
        /// The zone.
        zone: Fqdn,
        /// For how long they were asked.
        waited: Duration,
        /// Those that did not, with their last answers.
        missing: Vec<(Authority, Shown)>,
    },
}

fn list(missing: &[(Authority, Shown)]) -> String {
    let one = |(server, shown): &(Authority, Shown)| format!("{} ({}) {shown}", server.name, server.address);
    missing.iter().map(one).collect::<Vec<_>>().join("; ")
}

impl Propagation {
    /// Waits until every server of the record's zone shows its value, and names them. Addresses without a way from here are left
    /// out as long as there is another.
    ///
    /// # Errors
    /// [`PropagationError::Missing`] when the deadline passes first.
    pub async fn wait(
        &self,
        lookup: &Lookup,
        guard: &Guard,
        record: &TxtRecord,
    ) -> Result<Vec<Authority>, PropagationError> {
        let begun = Instant::now();
        let end = begun + self.deadline;
        let late = || DnsError::retry(format!("the servers of {} were not found in time", record.zone()));
        let finding = lookup.authorities(record.zone(), self.port);
        let servers = tokio::time::timeout_at(end, finding).await.map_err(|_| late())??;
        let mut shown: BTreeMap<Authority, Shown> = BTreeMap::new();
        let mut pause = self.first_pause;
        loop {
            let open = servers.iter().filter(|server| shown.get(*server) != Some(&Shown::Value));
            for (server, answer) in round(open.cloned().collect(), guard, record, end).await {
                shown.insert(server, answer);
            }
            let reached = |answer: &Shown| !matches!(answer, Shown::NoWay(_));
            let is_done =
                shown.values().filter(|answer| reached(answer)).all(|answer| *answer == Shown::Value);
            if is_done && shown.values().any(reached) {
                return Ok(shown
                    .into_iter()
                    .filter(|(_, answer)| reached(answer))
                    .map(|(server, _)| server)
                    .collect());
            }
            let left = end.saturating_duration_since(Instant::now());
            if left < self.first_pause {
                let missing = shown.into_iter().filter(|(_, answer)| *answer != Shown::Value).collect();
                let waited = begun.elapsed();
                return Err(PropagationError::Missing { zone: record.zone().clone(), waited, missing });
            }
            // Half of what is left, so that the last look is near the end and not before the last pause.
            tokio::time::sleep(pause.min(left / 2)).await;
            pause = (pause * 3 / 2).min(self.longest_pause);
        }
    }
}

/// Asks servers at the same time.
async fn round(
    servers: Vec<Authority>,
    guard: &Guard,
    record: &TxtRecord,
    end: Instant,
) -> Vec<(Authority, Shown)> {
    let (mut asking, mut answers) = (JoinSet::new(), Vec::new());
    for server in servers {
        if let Some(because) = guard.forbids(server.address.ip()) {
            let why = guard.refusal(server.address.ip(), because);
            answers.push((server, Shown::Failed(why)));
            continue;
        }
        let (name, value) = (record.name().clone(), record.value().to_owned());
        let patience = Instant::now() + PATIENCE;
        asking.spawn(async move {
            let query = wire::query(server.address, &name, RecordType::TXT);
            let answer = match tokio::time::timeout_at(end.min(patience), query).await {
                Ok(Ok(answer)) => judge(&answer, &value),
                Ok(Err(error)) => failure(&error),
                Err(_) => Shown::Failed("the time was over".to_owned()),
            };
            (server, answer)
        });
    }
    answers.extend(asking.join_all().await);
    answers
}

fn failure(error: &io::Error) -> Shown {
    match error.kind() {
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable | ErrorKind::AddrNotAvailable => {
            Shown::NoWay(error.to_string())
        }
        _ => Shown::Failed(error.to_string()),
    }
}

fn judge(answer: &Message, value: &str) -> Shown {
    let code = answer.metadata.response_code;
    if code != ResponseCode::NoError {
        return Shown::Nothing(code.to_string());
    }
    let texts = answer.answers.iter().filter_map(|record| match &record.data {
        RData::TXT(text) => {
            Some(text.txt_data.iter().map(|part| String::from_utf8_lossy(part)).collect::<String>())
        }
        _ => None,
    });
    let texts: Vec<String> = texts.collect();
    if texts.iter().any(|text| text == value) {
        Shown::Value
    } else if texts.is_empty() {
        Shown::Nothing("that there is no TXT record".to_owned())
    } else {
        Shown::Others(texts.iter().map(|text| format!("{:?}", shortened(text, 60))).collect())
    }
}

#[cfg(test)]
mod tests {
    use hickory_proto::op::{MessageType, Query};
    use hickory_proto::rr::rdata::TXT;
    use hickory_proto::rr::{Name, Record};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::bent::bytes_like;

    fn asked() -> Message {
        let mut message = Message::query();
        message.metadata.id = 7;
        message
            .add_query(Query::query(Name::from_ascii("_acme-challenge.a.test.").unwrap(), RecordType::TXT));
        message
    }

    /// A good answer with a text.
    fn answer(text: &str) -> Message {
        let mut message = asked();
        message.metadata.message_type = MessageType::Response;
        let data = RData::TXT(TXT::new(vec![text.to_owned()]));
        message.add_answer(Record::from_rdata(
            Name::from_ascii("_acme-challenge.a.test.").unwrap(),
            60,
            data,
        ));
        message
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn an_answer_of_any_bytes_is_judged_or_said_to_be_none(
            bytes in bytes_like(answer("value").to_vec().unwrap()), more in vec(any::<u8>(), 0..40),
        ) {
            for bytes in [bytes.clone(), [&[0, 7], &more[..]].concat(), [bytes, more].concat()] {
                match wire::parsed(&asked(), &bytes) {
                    Ok(message) => {
                        prop_assert_eq!(message.metadata.id, 7);
                        let shown = judge(&message, "value");
                        prop_assert!(!shown.to_string().is_empty() && shown.to_string().len() < 20_000);
                    }
                    Err(error) => prop_assert!(error.to_string().contains("answer"), "{}", error),
                }
            }
        }

        #[test]
        fn a_value_is_seen_among_any_others(texts in vec(vec(any::<u8>(), 0..60), 0..5), value in "[a-zA-Z0-9_-]{43}") {
            let mut message = answer("other");
            for text in &texts {
                let data = RData::TXT(TXT::from_bytes(vec![text.as_slice()]));
                message.add_answer(Record::from_rdata(Name::from_ascii("_acme-challenge.a.test.").unwrap(), 60, data));
            }
            prop_assert!(matches!(judge(&message, &value), Shown::Others(seen) if seen.len() == texts.len() + 1));
            let data = RData::TXT(TXT::new(vec![value.clone()]));
            message.add_answer(Record::from_rdata(Name::from_ascii("_acme-challenge.a.test.").unwrap(), 60, data));
            prop_assert_eq!(judge(&message, &value), Shown::Value);
        }
    }
}
