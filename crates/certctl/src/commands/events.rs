//! `certctl events`: the live stream.
//!
//! Not for: the audit trail, which is kept and sealed. Invariant: with `--follow` a broken stream is taken up again
//! after the last event that was shown, so none is shown twice, and one that is no longer kept is told.

use std::time::Duration;

use certctl_api::client::ClientError;
use certctl_api::events::{Event, StreamItem};
use clap::Args;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::failure::Failure;
use crate::output::{Console, Exit, Format, Tone};
use crate::query::Query;
use crate::session::Session;

/// Without `--follow`: how long the stream is quiet when all kept events were sent.
const QUIET: Duration = Duration::from_secs(1);
/// How long to wait before a broken stream is taken up again.
const AGAIN: Duration = Duration::from_secs(1);

/// `certctl events`
#[derive(Debug, Args)]
pub(crate) struct Events {
    /// Go on with new events until interrupted; without it, those that are kept
    #[arg(long, short)]
    follow: bool,
    /// Only this kind, such as job.changed, or all that begin alike, such as certificate.*; may be given several times
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    kind: Vec<String>,
    /// Only events of this object, such as mc-api-prod
    #[arg(long, value_name = "ID")]
    object: Option<String>,
    /// Begin after this place in the stream; without it --follow begins now, else with the oldest kept
    #[arg(long, value_name = "PLACE", value_parser = clap::value_parser!(i64).range(0..))]
    since: Option<i64>,
}

impl Events {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        // A wrong address, CA or key is an answer at once; only a stream that breaks later is taken up again.
        let _: serde_json::Value = session.client.read("/auth/check").await?;
        let kinds = (!self.kind.is_empty()).then(|| self.kind.join(","));
        let query =
            Query::default().with("kinds", kinds.as_ref()).with("object", self.object.as_ref()).after("");
        let mut last = if self.follow { self.since } else { Some(self.since.unwrap_or(0)) };
        loop {
            let Some(broken) = self.once(session, &query, &mut last).await? else { return Ok(Exit::Ok) };
            match broken {
                ClientError::Unreachable { .. } if self.follow => {}
                ClientError::Unreachable { .. }
                | ClientError::Tls(_)
                | ClientError::Refused { .. }
                | ClientError::Unreadable { .. } => return Err(broken.into()),
            }
            session.console.hint("the stream broke off; it is taken up again")?;
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Shows one stream until it breaks (the error) or, without `--follow`, is quiet (none).
    async fn once(
        &self,
        session: &mut Session<'_>,
        query: &str,
        last: &mut Option<i64>,
    ) -> Result<Option<ClientError>, Failure> {
        let (client, query, since) = (session.client.clone(), query.to_owned(), *last);
        let (sender, mut events) = mpsc::unbounded_channel::<StreamItem>();
        let mut stream = JoinSet::new();
        stream.spawn(async move { client.events(&query, since, |item| sender.send(item).is_ok()).await });
        loop {
            let next = if self.follow {
                events.recv().await
            } else {
                match tokio::time::timeout(QUIET, events.recv()).await {
                    Ok(next) => next,
                    Err(_) => return Ok(None),
                }
            };
            match next {
                Some(StreamItem::Event(event)) => {
                    *last = Some(event.seq);
                    show(&mut *session.console, &event)?;
                }
                Some(StreamItem::Reset(reset)) => session.console.hint(&missed(reset.oldest))?,
                None => break,
            }
        }
        match stream.join_next().await {
            Some(Ok(Err(error))) => Ok(Some(error)),
            Some(Ok(Ok(())) | Err(_)) | None => Ok(None),
        }
    }
}

fn missed(oldest: i64) -> String {
    format!(
        "events before place {oldest} are no longer kept; the stream goes on from there, and `certctl audit list` has what \
         is older"
    )
}

fn show(console: &mut Console, event: &Event) -> Result<(), Failure> {
    let unprintable = |detail: String| Failure::Answer { what: "GET /events".to_owned(), detail };
    match console.format {
        // One object on a line, so that a reader need not wait for the end.
        Format::Json | Format::Ndjson => {
            let text = serde_json::to_string(event).map_err(|error| unprintable(error.to_string()))?;
            console.line(&text)
        }
        Format::Csv => Err(Failure::usage("events have no columns", "use -o ndjson: one object on a line")),
        Format::Yaml => {
            let text = yaml_serde::to_string(event).map_err(|error| unprintable(error.to_string()))?;
            console.raw(&format!("---\n{text}"))
        }
        Format::Table | Format::Wide => {
            let line = line(event, console.format == Format::Wide);
            console.line(&line)
        }
    }
}

/// Place, time, kind, object, and the facts.
fn line(event: &Event, wide: bool) -> String {
    let facts: Vec<String> = match event.data.as_object() {
        Some(object) => object
            .iter()
            .filter(|(_, value)| !value.is_null() && (wide || !value.is_object() && !value.is_array()))
            .map(|(name, value)| match value.as_str() {
                Some(text) if !text.contains(' ') => format!("{name}={text}"),
                Some(_) | None => format!("{name}={value}"),
            })
            .collect(),
        None => Vec::new(),
    };
    let changed = match event.changed.as_slice() {
        [] => String::new(),
        names => format!("  [{}]", names.join(" ")),
    };
    let kind = Tone::Notice.paint(&format!("{:<20}", event.kind));
    format!("{:>8}  {}  {kind}  {}{changed}  {}", event.seq, event.at, event.object_id, facts.join(" "))
}

#[cfg(test)]
mod tests {
    use certctl_core::time::Ts;
    use serde_json::json;

    use super::*;
    use crate::output::tests::captured;

    fn event() -> Event {
        Event {
            seq: 7,
            id: "ev-1".parse().unwrap(),
            at: Ts::from_second(60),
            kind: "job.changed".to_owned(),
            object_kind: "job".to_owned(),
            object_id: "job-1".to_owned(),
            revision: Some(3),
            changed: vec!["state".to_owned(), "error".to_owned()],
            data: json!({ "state": "Failed", "cause": "no route", "target_id": null, "list": [1] }),
        }
    }

    fn printed(format: Format) -> String {
        let (mut console, out, _) = captured(format, false, Ts::from_second(0));
        show(&mut console, &event()).unwrap();
        show(&mut console, &event()).unwrap();
        out.text()
    }

    #[test]
    fn people_get_one_line_with_the_facts() {
        let text = printed(Format::Table);
        let first = text.lines().next().unwrap();
        assert!(first.contains("1970-01-01T00:01:00Z") && first.contains("job-1"), "{first}");
        assert!(first.contains("job-1  [state error]  "), "{first}");
        assert!(first.ends_with("cause=\"no route\" state=Failed"), "{first}");
        assert!(printed(Format::Wide).contains("list=[1]"));
    }

    #[test]
    fn programs_get_one_document_for_each_event() {
        let text = printed(Format::Json);
        assert_eq!(text.lines().count(), 2);
        assert!(
            text.lines().all(|line| serde_json::from_str::<Event>(line).is_ok_and(|e| e.seq == 7)),
            "{text}"
        );
        assert_eq!(printed(Format::Yaml).matches("---\n").count(), 2);
    }
}
