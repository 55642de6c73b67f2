//! Asks authorities when they want their certificates renewed (ACME Renewal Information, RFC 9773).
//!
//! Not for: the decision, which is core's and looks at what is stored here. Invariants: an authority is asked no sooner than
//! it said; the moment within its window is the same on every replica; an authority that never matched the certificate is told
//! to people.

use std::time::Duration;

use certctl_connectors::issuers::outside::{AuthorityError, Call, RenewalHint};
use certctl_core::renewal::spread_of;
use certctl_core::time::Ts;
use certctl_store::renewal_hints::{self, RenewalHintRow};
use certctl_store::{Tx, holders, versions};

use crate::app::App;
use crate::error::Error;

/// Hints that one round asks for.
const ABREAST: i64 = 16;
/// The longest that one question may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The least and the most between two questions (RFC 9773, section 4.3, leaves it to the client within a day).
const LEAST_SECONDS: i64 = 60;
const MOST_SECONDS: i64 = 86_400;
/// After a question without an answer.
const AGAIN_SECONDS: i64 = 3_600;
/// After the authority said that it does not know the certificate.
const UNKNOWN_SECONDS: i64 = 21_600;
/// How old a version gets at least before it is renewed because its authority wants it so, if that is less than a twentieth of
/// its life.
const SOONEST_SECONDS: i64 = 3_600;
/// How long before the end of a version it is renewed at the latest, if that is less than a twentieth of its life.
const LATEST_SECONDS: i64 = 86_400;
/// The most of a text that is kept, in characters.
const MAX_WORDS: usize = 1_000;

/// Asks for what is due; says when the next is.
///
/// # Errors
/// Those of the store.
pub async fn tick(app: App) -> Result<Option<Duration>, Error> {
    loop {
        let due =
            app.store.read("hints.due", |tx| renewal_hints::due(tx, ABREAST).map_err(Error::from)).await?;
        let n = due.len();
        let mut running = tokio::task::JoinSet::new();
        for row in due {
            let app = app.clone();
            running.spawn(async move { one(&app, row).await });
        }
        while let Some(ended) = running.join_next().await {
            ended.map_err(Error::internal)??;
        }
        if n == 0 || app.shutdown.is_cancelled() {
            break;
        }
    }
    let next =
        app.store.read("hints.next_due", |tx| renewal_hints::next_due(tx).map_err(Error::from)).await?;
    Ok(next.map(|at| at.since(app.now()).max(Duration::from_millis(100))))
}

async fn one(app: &App, row: RenewalHintRow) -> Result<(), Error> {
    let (worker, wanted) = (app.clone(), row.clone());
    let found = app
        .store
        .read("hints.version", move |tx| {
            let lanes = holders::of_certificate(tx, &wanted.certificate_id)?;
            let is_current =
                lanes.iter().any(|lane| lane.current_version_id.as_ref() == Some(&wanted.version_id));
            let Some(version) = versions::by_id(tx, &wanted.version_id)?.filter(|_| is_current) else {
                return Ok(None);
            };
            let authority = worker.issuers.outside(tx, &worker.sealer, &version.issuer_id)?;
            Ok::<_, Error>(authority.map(|authority| (authority, version.certificate_der)))
        })
        .await?;
    let Some((authority, leaf)) = found else {
        let id = row.version_id;
        return app
            .store
            .bookkeeping("hints.forget", move |tx| renewal_hints::delete(tx, &id).map_err(Error::from))
            .await;
    };
    let call = Call { around: &app.ways.issuers, random: &*app.random, now: app.now(), deadline: PATIENCE };
    let answer = authority.renewal(&call, &leaf).await;
    if let Err(error) = &answer {
        tracing::warn!(cert.id = %row.certificate_id, "No renewal time for {}: {error}", row.version_id);
    }
    app.store.bookkeeping("hints.write", move |tx| write(tx, row.clone(), &answer)).await
}

fn write(
    tx: &mut Tx<'_>,
    mut row: RenewalHintRow,
    answer: &Result<Option<RenewalHint>, AuthorityError>,
) -> Result<(), Error> {
    let now = tx.now();
    row.asked_at = Some(now);
    let in_seconds = |seconds: i64| Some(now.plus_seconds(seconds.clamp(LEAST_SECONDS, MOST_SECONDS)));
    let whole = |wait: Duration| i64::try_from(wait.as_secs()).unwrap_or(MOST_SECONDS);
    match answer {
        Ok(Some(hint)) => {
            row.opens_at = Some(hint.start);
            row.closes_at = Some(hint.end);
            row.explanation = hint.explanation.as_ref().map(|text| text.chars().take(MAX_WORDS).collect());
            row.problem = None;
            row.ask_at = in_seconds(whole(hint.ask_again));
            let Some(version) = versions::by_id(tx, &row.version_id)? else { return Ok(()) };
            let lifetime = version.not_after.seconds_since(version.not_before).max(0);
            // An authority that wants each of its certificates renewed at once does not get one after the other.
            let soonest = version.created_at.plus_seconds((lifetime / 20).min(SOONEST_SECONDS));
            // And one whose window is after the end does not let it come.
            let latest = version.not_after.plus_seconds(-(lifetime / 20).min(LATEST_SECONDS));
            let at = moment(&row, hint.start, hint.end).max(soonest).min(latest);
            if holders::set_hint(tx, &row.version_id, (&row.certificate_id, &row.holder), Some(at))? {
                tx.notify("engine:renewal");
            }
        }
        // It says no such things.
        Ok(None) => {
            row.ask_at = None;
            row.problem = None;
        }
        Err(AuthorityError::Retry { detail, after, .. }) => {
            row.problem = Some(detail.chars().take(MAX_WORDS).collect());
            row.ask_at = in_seconds(after.map_or(AGAIN_SECONDS, whole).max(AGAIN_SECONDS));
        }
        Err(AuthorityError::Refused(detail) | AuthorityError::OrderFailed(detail)) => {
            row.problem = Some(detail.chars().take(MAX_WORDS).collect());
            row.ask_at = in_seconds(UNKNOWN_SECONDS);
        }
    }
    Ok(renewal_hints::put(tx, &row)?)
}

/// A moment in the window, the same at each question (RFC 9773, section 4.2, asks for a random one; by the ids of certificate
/// and holder it is spread as evenly).
fn moment(row: &RenewalHintRow, start: Ts, end: Ts) -> Ts {
    let length = end.seconds_since(start).max(0);
    let thousandths =
        i64::try_from(spread_of(&[row.certificate_id.as_str(), &row.holder]) % 1_000).unwrap_or(0);
    start.plus_seconds(length / 1_000 * thousandths + length % 1_000 * thousandths / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moment_is_in_the_window_and_the_same_each_time() {
        let row = |holder: &str| RenewalHintRow {
            version_id: "cv-1".parse().unwrap(),
            certificate_id: "mc-a".parse().unwrap(),
            holder: holder.to_owned(),
            opens_at: None,
            closes_at: None,
            explanation: None,
            problem: None,
            asked_at: None,
            ask_at: None,
        };
        let (start, end) = (Ts::from_second(1_000), Ts::from_second(90_000));
        let at = |holder: &str| moment(&row(holder), start, end);
        assert_eq!(at("ag-1"), at("ag-1"));
        assert_ne!(at("ag-1"), at("ag-2"));
        for n in 0..100 {
            let at = at(&format!("ag-{n}"));
            assert!(start <= at && at <= end, "{at}");
        }
        assert_eq!(moment(&row("ag-1"), end, end), end);
    }
}
