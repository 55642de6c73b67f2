//! The words with which causes of jobs begin or end, written once: who writes a cause and who reads its code from it (`runs`)
//! use the same.
//!
//! Not for: what an issuer, an agent or a person wrote (it stands behind or between these). Invariant: causes that are stored
//! already keep their code only as long as these words stay; a new wording needs the old one beside it.

/// Before who called it off.
pub const CANCELLED_BY: &str = "cancelled by ";
/// Before who said no.
pub const REJECTED_BY: &str = "rejected by ";
/// Before the version that came after.
pub const REPLACED_BY_VERSION: &str = "replaced by version ";
/// Before the version whose deployment looks at the endpoints itself.
pub const REPLACED_BY_DEPLOYMENT: &str = "replaced by the deployment of ";
/// Before the holder that could make none, and why.
pub const NO_CSR_FROM: &str = "no CSR from ";
/// Of one that did not come in time.
pub const NO_CSR_CAME: &str = "no CSR came ";
/// Before what the holder said last.
pub const LAST_SAID: &str = "; last: ";
/// Of an approval.
pub const NOT_APPROVED: &str = "nobody approved it in time";
/// Before what became of the worker.
pub const ITS_WORKER: &str = "its worker ";
/// Of a certificate.
pub const IS_ARCHIVED: &str = "the certificate is archived";
/// Before the line of the policy.
pub const HOST_REFUSED: &str = "refused by the agent's local policy: ";
/// What became of the target: nothing.
pub const UNCHANGED: &str = "nothing was changed on the target";
/// What became of the target: nobody knows.
pub const IN_DOUBT: &str = "the state of the target is in doubt: look at it";
/// What became of the target: as it was without a certificate.
pub const TAKEN_AWAY: &str = "the new files were taken away again";
/// What became of the target: as it was.
pub const PUT_BACK: &str = "the old certificate was put back";
