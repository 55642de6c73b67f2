//! The health score of a certificate: a number from 0 to 100 that is the sum of five parts, each with its reason.
//!
//! It orders certificates that share a status, and shows where to begin; it never replaces the status, and nothing is
//! decided by it. Not for: reading the facts (the server). Invariants: pure; the parts' weights add up to 100, and the
//! score is the sum of what the parts earned.

use serde::{Deserialize, Serialize};

use crate::text_enum;
use crate::time::Ts;

text_enum! {
    /// What is judged.
    pub enum HealthPart {
        /// How much time there is before the end, beside what its renewal plan leaves.
        Time = "time",
        /// Whether it renews by itself, without failing, within its profile.
        Policy = "policy",
        /// Whether its current version is on all of its targets.
        Deployment = "deployment",
        /// Whether its targets were seen serving it.
        Verification = "verification",
        /// Whether its key is strong enough.
        KeyStrength = "key_strength",
    }
}

impl HealthPart {
    /// The most that it can add to the score.
    pub const fn weight(self) -> u8 {
        match self {
            Self::Time => 30,
            Self::Policy | Self::Deployment => 20,
            Self::Verification | Self::KeyStrength => 15,
        }
    }
}

text_enum! {
    /// Why a part earned what it did.
    pub enum HealthReason {
        /// All is as it should be.
        Good = "good",
        /// Nothing was issued yet.
        NotIssued = "not_issued",
        /// Its end has passed.
        Expired = "expired",
        /// The time to renew has passed; the less is left, the less it earns.
        PastRenewal = "past_renewal",
        /// Its renewal fails.
        RenewalFailing = "renewal_failing",
        /// Nobody renews it by itself.
        RenewedByHand = "renewed_by_hand",
        /// Its profile would not allow it any more.
        OutsideProfile = "outside_profile",
        /// It has no targets that certctl serves it on.
        NoTargets = "no_targets",
        /// Some targets do not have the current version.
        PartlyDeployed = "partly_deployed",
        /// No target has the current version.
        NotDeployed = "not_deployed",
        /// Some targets were not seen serving the current version.
        PartlyVerified = "partly_verified",
        /// No target was seen serving the current version.
        NotVerified = "not_verified",
        /// RSA of 2048 bits: acceptable until 2030 (NIST SP 800-57), and shorter than one would choose today.
        AgingKey = "aging_key",
        /// An algorithm or length that should not be used any more.
        WeakKey = "weak_key",
    }
}

/// What the score follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthFacts<'a> {
    /// The end of the current version; absent before the first issuance.
    pub not_after: Option<Ts>,
    /// When it is to be renewed.
    pub renew_after: Option<Ts>,
    /// Whether certctl renews it by itself.
    pub automatic: bool,
    /// Whether its last or open renewal has failed.
    pub failing: bool,
    /// Whether its profile allows it as it is.
    pub within_profile: bool,
    /// Its targets.
    pub targets: u32,
    /// Those that have the current version, seen or not.
    pub deployed: u32,
    /// Those that were seen serving it.
    pub seen: u32,
    /// Such as `ecdsa-p256`.
    pub key_algorithm: &'a str,
}

/// What one part earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartScore {
    /// Which part.
    pub part: HealthPart,
    /// What it earned, 0 to `of`.
    pub points: u8,
    /// The most that it can earn.
    pub of: u8,
    /// Why.
    pub reason: HealthReason,
}

/// The score with its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// 0 to 100: the sum of the parts' points.
    pub score: u8,
    /// The parts, the heaviest first.
    pub parts: Vec<PartScore>,
}

/// The score of a certificate.
pub fn health(facts: &HealthFacts<'_>, now: Ts) -> Health {
    let parts: Vec<PartScore> = HealthPart::ALL
        .iter()
        .map(|part| {
            let (share, reason) = match part {
                HealthPart::Time => time(facts, now),
                HealthPart::Policy => policy(facts),
                HealthPart::Deployment => deployment(facts),
                HealthPart::Verification => verification(facts),
                HealthPart::KeyStrength => key_strength(facts.key_algorithm),
            };
            let of = part.weight();
            // A share is of a hundred: the product fits, and its hundredth is at most the weight.
            let points = u8::try_from(u32::from(of) * share.min(100) / 100).unwrap_or(of);
            PartScore { part: *part, points, of, reason }
        })
        .collect();
    Health { score: parts.iter().map(|part| part.points).sum(), parts }
}

/// So many of a hundred.
fn percent(part: i64, whole: i64) -> u32 {
    if whole <= 0 {
        return 100;
    }
    u32::try_from(part.clamp(0, whole).saturating_mul(100) / whole).unwrap_or(0)
}

fn time(facts: &HealthFacts<'_>, now: Ts) -> (u32, HealthReason) {
    let Some(end) = facts.not_after else { return (0, HealthReason::NotIssued) };
    if end <= now {
        return (0, HealthReason::Expired);
    }
    match facts.renew_after {
        Some(due) if due <= now => {
            (percent(end.seconds_since(now), end.seconds_since(due)), HealthReason::PastRenewal)
        }
        Some(_) | None => (100, HealthReason::Good),
    }
}

fn policy(facts: &HealthFacts<'_>) -> (u32, HealthReason) {
    if !facts.within_profile {
        (0, HealthReason::OutsideProfile)
    } else if facts.failing {
        (25, HealthReason::RenewalFailing)
    } else if facts.automatic {
        (100, HealthReason::Good)
    } else {
        (50, HealthReason::RenewedByHand)
    }
}

fn of_targets(
    n: u32,
    facts: &HealthFacts<'_>,
    (some, none): (HealthReason, HealthReason),
) -> (u32, HealthReason) {
    let share = percent(i64::from(n), i64::from(facts.targets));
    match n {
        _ if facts.targets == 0 => (100, HealthReason::NoTargets),
        n if n >= facts.targets => (100, HealthReason::Good),
        0 => (0, none),
        _ => (share, some),
    }
}

fn deployment(facts: &HealthFacts<'_>) -> (u32, HealthReason) {
    of_targets(facts.deployed, facts, (HealthReason::PartlyDeployed, HealthReason::NotDeployed))
}

fn verification(facts: &HealthFacts<'_>) -> (u32, HealthReason) {
    of_targets(facts.seen, facts, (HealthReason::PartlyVerified, HealthReason::NotVerified))
}

fn key_strength(algorithm: &str) -> (u32, HealthReason) {
    match algorithm {
        "ecdsa-p256" | "ecdsa-p384" | "ecdsa-p521" | "ed25519" | "rsa-3072" | "rsa-4096" => {
            (100, HealthReason::Good)
        }
        "rsa-2048" => (60, HealthReason::AgingKey),
        _ => (0, HealthReason::WeakKey),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Ts = Ts::from_second(1_764_000_000);
    const DAY: i64 = 86_400;

    fn good() -> HealthFacts<'static> {
        HealthFacts {
            not_after: Some(NOW.plus_seconds(60 * DAY)),
            renew_after: Some(NOW.plus_seconds(30 * DAY)),
            automatic: true,
            failing: false,
            within_profile: true,
            targets: 4,
            deployed: 4,
            seen: 4,
            key_algorithm: "ecdsa-p256",
        }
    }

    fn check(facts: HealthFacts<'_>, part: HealthPart, points: u8, reason: HealthReason) {
        let health = health(&facts, NOW);
        let found = health.parts.iter().find(|found| found.part == part).unwrap();
        assert_eq!((found.points, found.reason), (points, reason), "{facts:?}");
        let sum: u8 = health.parts.iter().map(|part| part.points).sum();
        assert_eq!(health.score, sum);
    }

    #[test]
    fn weights_add_up_to_a_hundred_and_all_well_is_a_hundred() {
        assert_eq!(HealthPart::ALL.iter().map(|part| part.weight()).sum::<u8>(), 100);
        let health = health(&good(), NOW);
        assert_eq!(health.score, 100);
        assert!(health.parts.iter().all(|part| part.reason == HealthReason::Good));
    }

    #[test]
    fn time_runs_out_between_the_renewal_and_the_end() {
        use HealthReason as R;
        let at = |due: i64, end: i64| HealthFacts {
            renew_after: Some(NOW.plus_seconds(due * DAY)),
            not_after: Some(NOW.plus_seconds(end * DAY)),
            ..good()
        };
        check(at(1, 30), HealthPart::Time, 30, R::Good);
        check(at(0, 30), HealthPart::Time, 30, R::PastRenewal);
        check(at(-15, 15), HealthPart::Time, 15, R::PastRenewal);
        check(at(-29, 1), HealthPart::Time, 0, R::PastRenewal);
        check(at(-30, 0), HealthPart::Time, 0, R::Expired);
        check(HealthFacts { not_after: None, ..good() }, HealthPart::Time, 0, R::NotIssued);
        check(HealthFacts { renew_after: None, ..good() }, HealthPart::Time, 30, R::Good);
    }

    #[test]
    fn the_worst_of_the_policys_reasons_is_told() {
        use HealthReason as R;
        check(HealthFacts { automatic: false, ..good() }, HealthPart::Policy, 10, R::RenewedByHand);
        let failing = HealthFacts { automatic: false, failing: true, ..good() };
        check(failing, HealthPart::Policy, 5, R::RenewalFailing);
        check(HealthFacts { within_profile: false, ..failing }, HealthPart::Policy, 0, R::OutsideProfile);
    }

    #[test]
    fn targets_count_by_their_share() {
        use HealthReason as R;
        let on = |deployed, seen| HealthFacts { deployed, seen, ..good() };
        check(on(3, 1), HealthPart::Deployment, 15, R::PartlyDeployed);
        check(on(3, 1), HealthPart::Verification, 3, R::PartlyVerified);
        check(on(0, 0), HealthPart::Deployment, 0, R::NotDeployed);
        check(on(4, 0), HealthPart::Verification, 0, R::NotVerified);
        let nowhere = HealthFacts { targets: 0, deployed: 0, seen: 0, ..good() };
        check(nowhere, HealthPart::Deployment, 20, R::NoTargets);
        check(nowhere, HealthPart::Verification, 15, R::NoTargets);
    }

    #[test]
    fn keys_are_judged_by_their_algorithm() {
        use HealthReason as R;
        let with = |key_algorithm| HealthFacts { key_algorithm, ..good() };
        for strong in ["ecdsa-p256", "ecdsa-p384", "ed25519", "rsa-3072", "rsa-4096"] {
            check(with(strong), HealthPart::KeyStrength, 15, R::Good);
        }
        check(with("rsa-2048"), HealthPart::KeyStrength, 9, R::AgingKey);
        check(with("rsa-1024"), HealthPart::KeyStrength, 0, R::WeakKey);
    }
}
