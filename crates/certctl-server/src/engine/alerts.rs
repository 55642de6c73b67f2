//! The alerts task: looks for what deserves a person's eye, and closes what is over.
//!
//! Invariants: a look's cost follows the trouble there is, never the inventory; each transaction is one page; a task that
//! is killed goes on where the store says, and an alert that was opened has its notifications ordered.

use std::time::{Duration, Instant};

use certctl_store::alert_rules::{self, AlertRuleRow, Evaluated};
use certctl_store::audit::Context;

use crate::app::App;
use crate::error::{Error, chain};
use crate::ops::alerts::rules;
use crate::ops::alerts::watch::{self, Page, Surroundings, WATCHES, Watch};
use crate::ops::alerts::{look_at_ends, wake};

/// Ends looked at in one transaction.
const ENDS: i64 = 200;
/// Alerts whose quiet is ended in one transaction.
const WAKES: i64 = 200;

/// Rules read in one transaction.
const RULES: i64 = 20;
/// Of so many seconds a rule takes one at most.
const SHARE: i64 = 20;

/// Looks at everything once.
///
/// # Errors
/// Those of the store.
pub async fn tick(app: App) -> Result<Option<Duration>, Error> {
    let around =
        Surroundings { server_tls: app.platform.served(), backup_max_age: app.config.backup_max_age };
    let context = crate::ops::system(&app, "alerts");
    while !app.shutdown.is_cancelled() {
        let context = context.clone();
        let looked = app.store.write("alerts.ends", move |tx| look_at_ends(tx, &context, ENDS)).await?;
        if i64::try_from(looked).unwrap_or(0) < ENDS {
            break;
        }
    }
    for watch in WATCHES {
        pass(&app, &context, watch, around, &SUSPECTS).await?;
        pass(&app, &context, watch, around, &ALERTS).await?;
    }
    while !app.shutdown.is_cancelled() {
        let context = context.clone();
        let woken = app.store.write("alerts.wake", move |tx| {
            let n = wake(tx, &context, WAKES)?;
            tx.note_audit();
            Ok::<_, Error>(n)
        });
        if i64::try_from(woken.await?).unwrap_or(0) < WAKES {
            break;
        }
    }
    look_at_rules(&app, &context).await?;
    Ok(None)
}

/// Looks at the rules that are due.
async fn look_at_rules(app: &App, context: &Context) -> Result<(), Error> {
    while !app.shutdown.is_cancelled() {
        let due = app.store.read("alert_rules.due", |tx| alert_rules::due(tx, RULES).map_err(Error::from));
        let due = due.await?;
        let full = i64::try_from(due.len()).is_ok_and(|n| n >= RULES);
        for rule in due {
            if app.shutdown.is_cancelled() {
                return Ok(());
            }
            let began = Instant::now();
            let looked = look_at_rule(app, context, &rule).await;
            let (matches, groups, error) = match looked {
                Ok((matches, groups)) => (matches, groups, None),
                // Another replica, whose lease was over, did the same; what is left is found at the next look.
                Err(Error::Conflict { .. }) => (rule.matches, rule.groups, None),
                // One rule's trouble is no other's.
                Err(Error::Malformed { detail, .. }) => (rule.matches, rule.groups, Some(detail)),
                Err(error) => {
                    tracing::error!(rule = %rule.id, "Rule {} could not be looked at: {}", rule.id, chain(&error));
                    let words = "it could not be looked at; the server's log says why".to_owned();
                    (rule.matches, rule.groups, Some(words))
                }
            };
            // A rule that takes long is looked at more rarely.
            let took = i64::try_from(began.elapsed().as_secs()).unwrap_or(i64::MAX).saturating_mul(SHARE);
            let due_at = app.now().plus_seconds(rules::PERIOD_SECONDS.max(took));
            let found = Evaluated { matches, groups, error, due_at };
            app.store
                .bookkeeping("alert_rules.evaluated", move |tx| {
                    alert_rules::set_evaluated(tx, &rule, &found).map_err(Error::from)
                })
                .await?;
        }
        if !full {
            break;
        }
    }
    Ok(())
}

/// Looks at one rule and tells its receivers; says how many objects match, and in how many groups.
async fn look_at_rule(app: &App, context: &Context, rule: &AlertRuleRow) -> Result<(i64, i64), Error> {
    let given = rules::given(rule)?;
    let conditions = (app.conditions_of)(rule.subject, &given, &context.scope, app.now())?;
    let looked = {
        let rule = rule.clone();
        app.store.read("alert_rules.look", move |tx| rules::look(tx, &rule, &conditions)).await?
    };
    for steps in looked.steps.chunks(rules::STEPS) {
        let (rule, context, steps) = (rule.clone(), context.clone(), steps.to_vec());
        let done = app.store.write("alert_rules.act", move |tx| rules::act(tx, &context, &rule, &steps));
        if !done.await? {
            return Ok((looked.matches, looked.groups));
        }
        app.kill_point.pass("alerts.rule_acted");
    }
    if !looked.seen.is_empty() {
        let seen = looked.seen;
        app.store
            .bookkeeping("alerts.seen", move |tx| certctl_store::alerts::seen(tx, &seen).map_err(Error::from))
            .await?;
    }
    let mut after = Some(String::new());
    while let Some(from) = after {
        let page = {
            let (rule, from) = (rule.clone(), from.clone());
            app.store.read("alert_rules.to_tell", move |tx| rules::to_tell(tx, &rule, &from)).await?
        };
        if page.any {
            let (rule, context) = (rule.clone(), context.clone());
            app.store.write("alert_rules.tell", move |tx| rules::tell(tx, &context, &rule, &from)).await?;
            app.kill_point.pass("alerts.rule_told");
        }
        after = page.next;
    }
    Ok((looked.matches, looked.groups))
}

/// One way through pages: a look that writes nothing, and the same with its changes.
struct Pass {
    look: fn(&mut certctl_store::Tx<'_>, &Watch, &Surroundings, &str) -> Result<Page, Error>,
    act: fn(&mut certctl_store::Tx<'_>, &Context, &Watch, &Surroundings, &str) -> Result<(), Error>,
}

const SUSPECTS: Pass = Pass { look: watch::suspects, act: watch::open_page };
const ALERTS: Pass = Pass { look: watch::still, act: watch::close_page };

async fn pass(
    app: &App,
    context: &Context,
    watch: &'static Watch,
    around: Surroundings,
    pass: &'static Pass,
) -> Result<(), Error> {
    let mut after = String::new();
    while !app.shutdown.is_cancelled() {
        let from = after.clone();
        let page = app.store.read("alerts.look", move |tx| (pass.look)(tx, watch, &around, &from)).await?;
        if page.differs {
            let (from, context) = (after.clone(), context.clone());
            app.store.write("alerts.act", move |tx| (pass.act)(tx, &context, watch, &around, &from)).await?;
            app.kill_point.pass("alerts.acted");
        }
        if !page.seen.is_empty() {
            let seen = page.seen;
            app.store
                .bookkeeping("alerts.seen", move |tx| {
                    certctl_store::alerts::seen(tx, &seen).map_err(Error::from)
                })
                .await?;
        }
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    Ok(())
}
