//! What certificates belong to: issuers, profiles, policies, teams, owners and agents, as many as the size asks for.
//!
//! Not for: the certificates (`item.rs`). Invariant: what is referred to has its row here.

use certctl_core::time::Ts;
use certctl_store::load::Rows;
use certctl_store::vals;
use serde_json::json;

use super::dice::Dice;

/// A renewal policy, as far as certificates depend on it.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) id: String,
    pub(super) automatic: bool,
}

/// What there is beside certificates.
#[derive(Debug)]
pub(super) struct Estate {
    pub(super) now: Ts,
    pub(super) issuers: Vec<String>,
    pub(super) profiles: Vec<String>,
    pub(super) policies: Vec<Policy>,
    pub(super) teams: Vec<String>,
    pub(super) owners: Vec<String>,
    pub(super) agents: Vec<String>,
    pub(super) tags: Vec<String>,
    seed: u64,
}

/// Labels, the most usual first; the last ones are rare.
pub(super) const ENVIRONMENTS: [&str; 6] = ["production", "staging", "test", "development", "lab", "edge"];

fn named(prefix: &str, n: u64) -> Vec<String> {
    (0..n).map(|number| format!("{prefix}{number}")).collect()
}

impl Estate {
    pub(super) fn new(n_certificates: u64, seed: u64, now: Ts) -> Self {
        let policy = |number: u64| Policy { id: format!("rp-load-{number}"), automatic: number != 3 };
        Self {
            now,
            issuers: named("iss-load-", 8),
            profiles: named("prof-load-", 12),
            policies: (0..10).map(policy).collect(),
            teams: named("t-load-", 50),
            owners: named("o-load-", (n_certificates / 500).clamp(5, 2_000)),
            agents: named("ag-load-", (n_certificates / 200).clamp(5, 5_000)),
            tags: named("tag-", 200),
            seed,
        }
    }

    /// All rows, in an order in which they can be inserted.
    pub(super) fn rows(&self) -> Vec<Rows> {
        vec![self.issuers(), self.profiles(), self.policies(), self.teams(), self.owners(), self.agents()]
    }

    fn born(&self) -> Ts {
        self.now.plus_seconds(-800 * 86_400)
    }

    fn issuers(&self) -> Rows {
        let mut rows = Rows::of(
            "issuers",
            "id, name, kind, config, chain_pem, not_after, created_at, updated_at, revision",
        );
        for (number, id) in self.issuers.iter().enumerate() {
            // CAs that were seen: nothing can be issued by them here.
            rows.rows.push(vals![
                id,
                format!("Issuing CA {number}"),
                "foreign",
                json!({}),
                "",
                self.now.plus_seconds(1_200 * 86_400),
                self.born(),
                self.born(),
                1
            ]);
        }
        rows
    }

    fn profiles(&self) -> Rows {
        let mut rows = Rows::of("profiles", "id, name, limits, created_at, updated_at, revision");
        for (number, id) in self.profiles.iter().enumerate() {
            let limits = json!({
                "key_algorithms": ["ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072", "ed25519"],
                "default_lifetime_seconds": 7_776_000, "max_lifetime_seconds": 34_387_200,
                "extended_key_usages": ["server_auth"], "name_patterns": [],
            });
            rows.rows.push(vals![id, format!("Profile {number}"), limits, self.born(), self.born(), 1]);
        }
        rows
    }

    fn policies(&self) -> Rows {
        let mut rows = Rows::of(
            "renewal_policies",
            "id, name, automatic, point, max_attempts, alert_thresholds_days, created_at, updated_at, revision",
        );
        for (number, policy) in self.policies.iter().enumerate() {
            let point = json!({ "percent": 66 });
            rows.rows.push(vals![
                &policy.id,
                format!("Policy {number}"),
                policy.automatic,
                point,
                8,
                json!([30, 14, 7, 0]),
                self.born(),
                self.born(),
                1
            ]);
        }
        rows
    }

    fn teams(&self) -> Rows {
        let mut rows = Rows::of("teams", "id, name, created_at, updated_at, revision");
        for (number, id) in self.teams.iter().enumerate() {
            rows.rows.push(vals![id, format!("Team {number}"), self.born(), self.born(), 1]);
        }
        rows
    }

    fn owners(&self) -> Rows {
        let mut rows = Rows::of("owners", "id, name, email, created_at, updated_at, revision");
        for (number, id) in self.owners.iter().enumerate() {
            let email = format!("owner{number}@example.net");
            rows.rows.push(vals![id, format!("Owner {number}"), email, self.born(), self.born(), 1]);
        }
        rows
    }

    fn agents(&self) -> Rows {
        let mut rows = Rows::of(
            "agents",
            "id, name, state, health, identity_fingerprint, identity_not_after, version, platform, capabilities, \
             environment, last_seen_at, created_at, updated_at, revision",
        );
        let mut dice = Dice::new(self.seed ^ 0xa6e7);
        for (number, id) in self.agents.iter().enumerate() {
            let version = ["0.1.0", "0.1.0", "0.1.0", "0.0.9", "0.0.8"][number % 5];
            let platform = ["linux/x86_64", "linux/aarch64"][number % 2];
            let is_away = dice.chance(1_000);
            // Those that are there were heard from tomorrow: nothing calls while something else is measured.
            let seen = self.now.plus_seconds(if is_away { -86_400 } else { 86_400 });
            rows.rows.push(vals![
                id,
                format!("host-{number}"),
                "active",
                if is_away { "offline" } else { "online" },
                dice.hex::<32>(),
                self.now.plus_seconds(20 * 86_400),
                version,
                platform,
                json!(["file", "nginx"]),
                ENVIRONMENTS[number % ENVIRONMENTS.len()],
                seen,
                self.born(),
                self.born(),
                1
            ]);
        }
        rows
    }
}
