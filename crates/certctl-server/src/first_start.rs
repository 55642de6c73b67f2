//! What a new installation begins with: the local CA, the default profile and the default renewal policy.
//!
//! Not for: the platform's own CAs. Invariant: each is made once; a second start, or a second replica that starts at
//! the same moment, finds the first one's and makes nothing.

use std::sync::Arc;

use certctl_core::approval::ApprovalMode;
use certctl_core::policy::DEFAULT_ALERT_THRESHOLDS_DAYS;
use certctl_core::profile::{MAX_NAMES, MIN_LIFETIME_SECONDS, Profile};
use certctl_pki::{KeyAlgorithm, PrivateKey, pair_matches, pem};
use certctl_store::profiles::ProfileRow;
use certctl_store::renewal_policies::RenewalPolicyRow;
use certctl_store::{instance, issuers, profiles, renewal_policies};
use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::hierarchy::{NewCa, Terms, make_hierarchy};
use crate::ops::cas::{self, NewLocalCa, Source};
use crate::ops::certificates::{DEFAULT_ISSUER, DEFAULT_POLICY, DEFAULT_PROFILE};
use crate::ops::success;

/// Where the local CA comes from.
#[derive(Debug, Clone)]
pub enum LocalCaSource {
    /// Made here, with this name.
    Own {
        /// Such as `certctl local CA`.
        name: String,
    },
    /// An intermediate of the operator's: chain and key (PEM).
    SubCa {
        /// Issuing certificate first.
        chain_pem: String,
        /// Its key.
        key_pem: certctl_core::secret::Secret<String>,
    },
}

fn days(n: i64) -> i64 {
    n * 86_400
}

/// The default profile's limits.
pub fn default_profile() -> Profile {
    Profile {
        key_algorithms: KeyAlgorithm::ALL.iter().map(|a| a.as_str().to_owned()).collect(),
        default_lifetime_seconds: days(90),
        max_lifetime_seconds: days(397),
        extended_key_usages: vec!["server_auth".to_owned()],
        name_patterns: Vec::new(),
        approval: ApprovalMode::None,
        requester_roles: Vec::new(),
        issuer_ids: Vec::new(),
        wildcards: true,
        max_names: MAX_NAMES,
        min_lifetime_seconds: MIN_LIFETIME_SECONDS,
        ip_addresses: true,
        key_strategies: Vec::new(),
        environments: Vec::new(),
    }
}

fn read_sub_ca(chain_pem: &str, key_pem: &str) -> Result<NewCa, Error> {
    let bad = |detail: String| Error::internal(format!("the local CA's files cannot be used: {detail}"));
    let chain = pem::decode_certificates(chain_pem).map_err(|error| bad(error.to_string()))?;
    let key = PrivateKey::from_pem(key_pem).map_err(|error| bad(error.to_string()))?;
    let first = chain.first().ok_or_else(|| bad("the certificate file is empty".to_owned()))?;
    if !pair_matches(&key, first).map_err(|error| bad(error.to_string()))? {
        return Err(bad("the key does not belong to the first certificate".to_owned()));
    }
    let chain = certctl_pki::order_chain(&chain).map_err(|error| bad(error.to_string()))?;
    Ok(NewCa { chain, key, root_key: None })
}

/// Makes what is missing.
///
/// # Errors
/// Those of the store; files of a sub-CA that cannot be used; another sealing key than the store's.
pub async fn prepare(app: &App, source: &LocalCaSource) -> Result<(), Error> {
    check_sealing_key(app).await?;
    let issuer_id = DEFAULT_ISSUER.parse().map_err(|_| Error::internal("default issuer id".to_owned()))?;
    let wanted = DEFAULT_ISSUER.parse().map_err(|_| Error::internal("default issuer id".to_owned()))?;
    let there = app
        .store
        .read("first_start.issuer", move |tx| issuers::by_id(tx, &wanted).map_err(Error::from))
        .await?;
    if there.is_none() {
        let terms = Terms::default();
        let (name, common_name, ca) = match source {
            LocalCaSource::Own { name } => {
                (name.clone(), Some(name.as_str()), make_hierarchy(app, name, &terms)?)
            }
            LocalCaSource::SubCa { chain_pem, key_pem } => {
                ("local sub-CA".to_owned(), None, read_sub_ca(chain_pem, key_pem.expose())?)
            }
        };
        let new = NewLocalCa {
            id: issuer_id,
            config: common_name.map_or_else(|| json!({}), |name| json!({ "common_name": name })),
            common_name: common_name.unwrap_or(&name).to_owned(),
            name,
            terms,
            source: Arc::new(Source::Made(ca)),
        };
        let (context, worker) = (crate::ops::system(app, "first_start"), app.clone());
        app.store.write("first_start.issuer", move |tx| cas::insert(tx, &worker, &context, &new)).await?;
    }
    let context = crate::ops::system(app, "first_start");
    app.store.write("first_start.cas", move |tx| cas::adopt_all(tx, &context)).await?;
    let context = crate::ops::system(app, "first_start");
    app.store
        .write("first_start.defaults", move |tx| {
            let now = tx.now();
            let profile = ProfileRow {
                id: DEFAULT_PROFILE.parse().map_err(|_| Error::internal("default profile id".to_owned()))?,
                name: "Default".to_owned(),
                limits: serde_json::to_value(default_profile()).unwrap_or_default(),
                created_at: now,
                updated_at: now,
                revision: 1,
            };
            if profiles::insert(tx, &profile)? {
                let summary = "the default profile was made".to_owned();
                success(
                    tx,
                    &context,
                    "profile.create",
                    ("profile", profile.id.as_str()),
                    summary,
                    json!({}),
                )?;
            }
            let policy = RenewalPolicyRow {
                id: DEFAULT_POLICY.parse().map_err(|_| Error::internal("default policy id".to_owned()))?,
                name: "Default".to_owned(),
                automatic: true,
                point: None,
                max_attempts: i64::from(certctl_core::retry::DEFAULT_MAX_ATTEMPTS),
                windows: None,
                alert_thresholds_days: json!(DEFAULT_ALERT_THRESHOLDS_DAYS),
                alert_thresholds_percent: json!([]),
                reschedule_from: None,
                created_at: now,
                updated_at: now,
                revision: 1,
            };
            if renewal_policies::insert(tx, &policy)? {
                let (action, kind) = ("renewal_policy.create", "renewal_policy");
                let summary = "the default renewal policy was made".to_owned();
                success(tx, &context, action, (kind, policy.id.as_str()), summary, json!({}))?;
            }
            Ok::<_, Error>(())
        })
        .await
}

/// Refuses to start with another master key than the one that the store's secrets are sealed with.
async fn check_sealing_key(app: &App) -> Result<(), Error> {
    let have = app.sealer.key_id();
    let mine = have.clone();
    let stored = app
        .store
        .bookkeeping("first_start.sealing_key", move |tx| {
            instance::insert_value(tx, "sealing_key_id", &mine)?;
            instance::value(tx, "sealing_key_id").map_err(Error::from)
        })
        .await?
        .unwrap_or_default();
    if stored == have {
        Ok(())
    } else {
        Err(Error::internal(format!(
            "the secrets in this store are sealed with key {stored}, but this server was given key {have}: \
             set sealing_key_file to the right key"
        )))
    }
}
