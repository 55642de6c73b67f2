//! The renewal task: asks core's decision for each key holder that is due, and starts the renewals.
//!
//! Invariant: the whole inventory is never read; a holder is looked at when its `due_at` has come, and each look
//! either starts a job or sets the next time.

use std::time::Duration;

use certctl_core::certificate::KeyStrategy;
use certctl_core::renewal::{Decision, WaitBecause};
use certctl_store::holders::{self, HolderRow};
use certctl_store::{Tx, certificates, renewal_policies};

use crate::app::App;
use crate::error::Error;
use crate::ops::policy_rules::POLICY_BLOCKED;
use crate::ops::policy_values::followed;
use crate::ops::{self, issuance};

/// Holders looked at in one transaction.
const PAGE: i64 = 100;

/// Looks at every holder that is due; says when the next one is.
///
/// # Errors
/// Those of the store.
pub async fn tick(app: App) -> Result<Option<Duration>, Error> {
    // First the policies that were changed: page by page, each transaction short, resumed after a crash.
    while !app.shutdown.is_cancelled() && {
        let context = crate::ops::system(&app, "renewal");
        let page = move |tx: &mut Tx<'_>| crate::ops::settings::reschedule_page(tx, &context);
        app.store.bookkeeping("renewal.reschedule", page).await?
    } {}
    loop {
        let context = crate::ops::system(&app, "renewal");
        let looked = app
            .store
            .write("renewal.page", move |tx| {
                let due = holders::due(tx, PAGE)?;
                for holder in &due {
                    look(tx, &context, holder)?;
                }
                tx.note_audit();
                Ok::<_, Error>(due.len())
            })
            .await?;
        if i64::try_from(looked).unwrap_or(0) < PAGE || app.shutdown.is_cancelled() {
            break;
        }
    }
    let next = app.store.read("renewal.next_due", |tx| holders::next_due(tx).map_err(Error::from)).await?;
    Ok(next.map(|at| at.since(app.now()).max(Duration::from_millis(100))))
}

fn look(tx: &mut Tx<'_>, context: &certctl_store::audit::Context, holder: &HolderRow) -> Result<(), Error> {
    let now = tx.now();
    let later = |tx: &mut Tx<'_>, at| holders::set_due(tx, &holder.certificate_id, &holder.holder, at);
    let Some(certificate) = certificates::by_id(tx, &holder.certificate_id)? else {
        return Ok(later(tx, None)?);
    };
    if certificate.archived_at.is_some() {
        return Ok(later(tx, None)?);
    }
    let Some(stored) = renewal_policies::by_id(tx, &certificate.renewal_policy_id)? else {
        return Ok(later(tx, None)?);
    };
    let policy = followed(stored, certificate.policy_override.as_ref());
    let decision = issuance::decision(holder, &policy, now);
    match decision {
        Decision::Renew(_) if certificate.key_strategy == KeyStrategy::External => {
            // Nobody here can make the CSR: the certificate shows as Expiring until an operator uploads one.
            let why = format!("{decision}; it waits for an uploaded CSR");
            certificates::refresh(tx, &certificate.id, None, Some(&why))?;
            Ok(later(tx, None)?)
        }
        Decision::Renew(_) => {
            match issuance::request(tx, context, &certificate, holder, None, &decision.to_string()) {
                Ok(_) => Ok(()),
                // Nothing breaks silently: the certificate shows as Failed, with the limit that it does not fit any more.
                Err(Error::Conflict {
                    code: code @ (issuance::PROFILE_VIOLATED | POLICY_BLOCKED),
                    detail,
                    ..
                }) => {
                    issuance::ended_without_version(tx, &certificate.id, &holder.holder, &detail)?;
                    let summary = format!("{} cannot be renewed: {detail}", certificate.id);
                    let object = ("certificate", certificate.id.as_str());
                    let details = serde_json::json!({ "holder": holder.holder, "code": code });
                    Ok(ops::failure(tx, context, "renewal.refused", object, summary, details)?)
                }
                // A person was quicker.
                Err(Error::Conflict { .. }) => Ok(later(tx, None)?),
                Err(error) => Err(error),
            }
        }
        Decision::Wait(
            WaitBecause::NotYet { renew_after } | WaitBecause::AuthorityWindow { renew_after },
        ) => Ok(later(tx, Some(renew_after))?),
        Decision::Wait(WaitBecause::WindowClosed { opens_at }) => {
            certificates::refresh(tx, &certificate.id, None, Some(&decision.to_string()))?;
            Ok(later(tx, Some(opens_at))?)
        }
        Decision::Wait(WaitBecause::ByHand) => Ok(later(tx, None)?),
    }
}
