//! How far a bulk change reaches: production, issuers and their limits, maintenance windows.
//!
//! Not for: what is done to which certificate (`plan.rs`). Invariant: only certificates that would be changed count.

use std::collections::BTreeMap;

use certctl_core::id::{IssuerId, RenewalPolicyId};
use certctl_core::operation::BulkAction;
use certctl_core::week_window::WeekWindow;
use certctl_store::operations::FactsRow;
use certctl_store::{Tx, renewal_policies};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::ops::issuance::windows_of;

/// The environment whose certificates weigh most.
pub(super) const PRODUCTION: &str = "production";

/// What a change of one certificate touches.
#[derive(Debug, Clone, Default)]
pub struct Touched {
    is_production: bool,
    is_outside_window: bool,
    /// How many orders its issuer would get.
    orders: Option<(IssuerId, i64)>,
}

/// What the changes of all touch together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Certificates in production.
    pub production: i64,
    /// Certificates whose maintenance windows are all closed now.
    pub outside_windows: i64,
    /// New orders by issuer.
    pub orders: BTreeMap<String, i64>,
}

impl Reach {
    /// Counts a certificate that would be changed.
    pub fn add(&mut self, touched: &Touched) {
        self.production += i64::from(touched.is_production);
        self.outside_windows += i64::from(touched.is_outside_window);
        if let Some((issuer, orders)) = &touched.orders {
            *self.orders.entry(issuer.to_string()).or_default() += orders;
        }
    }
}

/// The maintenance windows of policies, read once for each page.
#[derive(Debug, Default)]
pub(super) struct Windows(BTreeMap<RenewalPolicyId, Vec<WeekWindow>>);

impl Windows {
    /// What a change of this certificate touches.
    ///
    /// # Errors
    /// Those of the store.
    pub(super) fn touched(
        &mut self,
        tx: &mut Tx<'_>,
        action: BulkAction,
        row: &FactsRow,
    ) -> Result<Touched, Error> {
        let (disturbs, orders) = match action {
            BulkAction::Renew => (true, true),
            BulkAction::Deploy => (true, false),
            BulkAction::ChangePolicy
            | BulkAction::ReassignOwner
            | BulkAction::ReassignTeam
            | BulkAction::SetEnvironment
            | BulkAction::TagAdd
            | BulkAction::TagRemove
            | BulkAction::Revoke
            | BulkAction::Archive => (false, false),
        };
        Ok(Touched {
            is_production: row.environment.as_deref() == Some(PRODUCTION),
            is_outside_window: disturbs && self.are_closed(tx, &row.renewal_policy_id)?,
            orders: orders.then(|| (row.issuer_id.clone(), row.key_holders.max(1))),
        })
    }

    fn are_closed(&mut self, tx: &mut Tx<'_>, id: &RenewalPolicyId) -> Result<bool, Error> {
        let now = tx.now();
        if !self.0.contains_key(id) {
            let policy = renewal_policies::by_id(tx, id)?;
            self.0.insert(id.clone(), policy.map(|policy| windows_of(&policy)).unwrap_or_default());
        }
        let windows = self.0.get(id).map_or(&[][..], Vec::as_slice);
        Ok(!windows.is_empty() && windows.iter().all(|window| window.holds(now).is_none()))
    }
}
