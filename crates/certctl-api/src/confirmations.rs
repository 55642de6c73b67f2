//! Confirmations: what one person has asked for and a second one lets happen.

use certctl_core::actor::Actor;
use certctl_core::confirmation::{ConfirmationState, HeldAction};
use certctl_core::id::ConfirmationId;
use certctl_core::time::Ts;
use serde_json::Value;

answer! {
    /// What somebody has asked for, and a second person has to say yes to before it happens.
    pub struct Confirmation {
        /// Id: `POST /confirmations/{id}/confirm` or `/refuse` decides it.
        pub id: ConfirmationId,
        /// What is to be done.
        pub action: HeldAction,
        /// Where it is; nothing is done before `confirmed`.
        pub state: ConfirmationState,
        /// The kind of object that it is done to, such as `operation`.
        pub object_kind: String,
        /// What it is done to: the plan, the issuer, the CA or the user.
        pub object_id: String,
        /// In a sentence.
        pub summary: String,
        /// What follows from it, a sentence each.
        pub consequences: Vec<String>,
        /// All that it is run with.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        pub params: Value,
        /// Who asked.
        pub asked_by: Actor,
        /// What they are called; absent when they are gone.
        #[serde(default)]
        pub asked_by_name: Option<String>,
        /// Whether the caller asked for it, and so cannot confirm it.
        pub own: bool,
        /// When it was asked for.
        pub asked_at: Ts,
        /// Until when it can be decided.
        pub expires_at: Ts,
        /// Who decided.
        pub decided_by: Option<Actor>,
        /// What they are called; absent when they are gone.
        #[serde(default)]
        pub decided_by_name: Option<String>,
        /// When.
        pub decided_at: Option<Ts>,
        /// Why it was confirmed, refused or taken back.
        pub reason: Option<String>,
        /// When it ended.
        pub ended_at: Option<Ts>,
        /// Why it could not be carried out.
        pub error: Option<String>,
        /// The path of what came of it, once it is done.
        pub result: Option<String>,
        /// Counts changes.
        pub revision: i64,
    }
}

request! {
    /// A second person's yes.
    pub struct Confirm {
        /// Why, for the audit trail: 1 to 500 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }

    /// A second person's no.
    pub struct Refuse {
        /// Why; who asked sees it. 1 to 500 letters.
        pub reason: String,
    }

    /// Taking back what one has asked for oneself.
    pub struct CancelConfirmation {
        /// Why, for the audit trail: 1 to 500 letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<String>,
    }
}
