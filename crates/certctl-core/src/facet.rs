//! What the rows of a list are counted by.
//!
//! Not for: the values (the lists' own words). Invariant: a facet is named as the list's filter that takes its values.

use crate::text_enum;

text_enum! {
    /// What the rows of a list are counted by; named as the list's filter of the same values.
    pub enum Facet {
        /// Status.
        Status = "status",
        /// Condition.
        Condition = "condition",
        /// Where it is seen live.
        Live = "live",
        /// Environment.
        Environment = "environment",
        /// Owner.
        Owner = "owner_id",
        /// Team.
        Team = "team_id",
        /// Issuer.
        Issuer = "issuer_id",
        /// Profile.
        Profile = "profile_id",
        /// Renewal policy.
        Policy = "policy_id",
        /// Key algorithm.
        KeyAlgorithm = "key_algorithm",
        /// Tag; a certificate counts for each of its tags.
        Tag = "tag",
        /// State.
        State = "state",
        /// Kind.
        Kind = "kind",
        /// Kind of actor.
        ActorKind = "actor_kind",
        /// What was done.
        Action = "action",
        /// How it ended.
        Outcome = "outcome",
        /// Whether it can be reached.
        Health = "health",
        /// Version of its program.
        Version = "version",
        /// Agent.
        Agent = "agent_id",
        /// How urgent it is.
        Severity = "severity",
        /// Where its last test is.
        LastTest = "last_test",
    }
}
