//! `certctl profiles`: what may be issued.
//!
//! Not for: renewal policies. Invariant: what is not given stays as it is.

use certctl_api::profiles::{
    CreateProfile, Profile, ProfilePreview, RefusedCertificate, RefusingLimit, UpdateProfile,
};
use certctl_core::approval::ApprovalMode;
use certctl_core::certificate::KeyStrategy;
use certctl_core::id::{IssuerId, ProfileId};
use certctl_core::permission::Role;
use certctl_core::time::humane_seconds;
use clap::{Args, Subcommand};

use crate::arguments::{one_of, seconds};
use crate::failure::Failure;
use crate::output::Exit;
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, joined};

/// `certctl profiles ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Profiles {
    /// All profiles
    List {
        #[command(flatten)]
        paging: Paging,
    },
    /// One profile
    Show {
        /// Such as prof-default
        id: ProfileId,
    },
    /// A new profile
    Create {
        /// A chosen id, such as prof-internal
        #[arg(long)]
        id: Option<ProfileId>,
        /// Its name
        #[arg(long)]
        name: String,
        #[command(flatten)]
        limits: Limits,
    },
    /// Change a profile
    Update {
        /// Such as prof-internal
        id: ProfileId,
        #[command(flatten)]
        changes: Changes,
    },
    /// What a change of a profile would lead to; nothing is changed
    Preview {
        /// Such as prof-internal
        id: ProfileId,
        #[command(flatten)]
        changes: Changes,
    },
    /// Delete a profile that nothing refers to
    Delete {
        /// Such as prof-internal
        id: ProfileId,
    },
}

/// The limits of a profile.
#[derive(Debug, Args)]
pub(crate) struct Limits {
    /// An allowed key algorithm, such as ecdsa-p256; repeatable, the first is the default
    #[arg(long = "key-algorithm", value_name = "ALGORITHM")]
    key_algorithms: Option<Vec<String>>,
    /// The lifetime when none is asked for, such as 90d
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    default_lifetime: Option<i64>,
    /// The longest lifetime, such as 397d
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    max_lifetime: Option<i64>,
    /// server_auth or client_auth; repeatable
    #[arg(long = "usage", value_name = "USAGE")]
    usages: Option<Vec<String>>,
    /// A pattern, with * for any letters, one of which every name must match; repeatable
    #[arg(long = "name-pattern", value_name = "PATTERN")]
    name_patterns: Option<Vec<String>>,
    /// Which issuances a person has to approve before they are signed
    #[arg(long, value_parser = one_of(ApprovalMode::ALL, ApprovalMode::as_str))]
    approval: Option<ApprovalMode>,
    /// A role that may ask for certificates; repeatable, all that have the permission when absent
    #[arg(long = "requester-role", value_name = "ROLE", value_parser = one_of(Role::ALL, Role::as_str))]
    requester_roles: Option<Vec<Role>>,
    /// An issuer that may sign; repeatable, all when absent
    #[arg(long = "issuer", value_name = "ID")]
    issuer_ids: Option<Vec<IssuerId>>,
    /// Whether a name may be a wildcard
    #[arg(long, value_name = "true|false")]
    wildcards: Option<bool>,
    /// The shortest lifetime, such as 1d
    #[arg(long, value_name = "DURATION", value_parser = seconds)]
    min_lifetime: Option<i64>,
    /// Whether a name may be an IP address
    #[arg(long, value_name = "true|false")]
    ip_addresses: Option<bool>,
    /// Who may make the key; repeatable, anybody when absent
    #[arg(long = "key-strategy", value_name = "STRATEGY", value_parser = one_of(KeyStrategy::ALL, KeyStrategy::as_str))]
    key_strategies: Option<Vec<KeyStrategy>>,
    /// An environment that certificates may be in; repeatable, any when absent
    #[arg(long = "environment", value_name = "NAME")]
    environments: Option<Vec<String>>,
    /// The most names of one certificate, 1 to 100
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    max_names: Option<u32>,
}

/// What can be changed of a profile.
#[derive(Debug, Args)]
// clap takes no flattened flags into a group by itself.
#[group(required = true, multiple = true, args = ["name", "key_algorithms", "default_lifetime", "max_lifetime", "usages", "name_patterns", "approval", "requester_roles", "issuer_ids", "wildcards", "max_names", "min_lifetime", "ip_addresses", "key_strategies", "environments"])]
pub(crate) struct Changes {
    /// Its name
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    limits: Limits,
}

impl Changes {
    fn body(&self) -> UpdateProfile {
        UpdateProfile {
            name: self.name.clone(),
            key_algorithms: self.limits.key_algorithms.clone(),
            default_lifetime_seconds: self.limits.default_lifetime,
            max_lifetime_seconds: self.limits.max_lifetime,
            extended_key_usages: self.limits.usages.clone(),
            name_patterns: self.limits.name_patterns.clone(),
            approval: self.limits.approval,
            requester_roles: self.limits.requester_roles.clone(),
            issuer_ids: self.limits.issuer_ids.clone(),
            wildcards: self.limits.wildcards,
            max_names: self.limits.max_names,
            min_lifetime_seconds: self.limits.min_lifetime,
            ip_addresses: self.limits.ip_addresses,
            key_strategies: self.limits.key_strategies.clone(),
            environments: self.limits.environments.clone(),
        }
    }
}

const PREVIEW_COLUMNS: &[Column<ProfilePreview>] = &[
    Column::new("Certificates", |preview, _| preview.certificates.to_string()),
    Column::new("Looked at", |preview, _| {
        let part = if preview.approximate { ", a part of them" } else { "" };
        format!("{}{part}", preview.checked)
    }),
    Column::new("Do not fit now", |preview, _| preview.refused_now.to_string()),
    Column::new("Would not be renewed", |preview, _| preview.would_refuse.to_string()),
    Column::new("Would fit again", |preview, _| preview.would_allow.to_string()),
    Column::new("Would need a yes", |preview, _| preview.would_need_approval.to_string()),
    Column::show("Because of", |preview, _| {
        let one = |limit: &RefusingLimit| format!("{} ({})", limit.field, limit.certificates);
        preview.limits.iter().map(one).collect::<Vec<_>>().join(", ")
    }),
    Column::show("Such as", |preview, _| {
        let one = |one: &RefusedCertificate| format!("{}: {}", one.certificate_id, one.detail);
        preview.sample.iter().map(one).collect::<Vec<_>>().join("\n")
    }),
];

const COLUMNS: &[Column<Profile>] = &[
    Column::new("Id", |profile, _| profile.id.to_string()),
    Column::new("Name", |profile, _| profile.name.clone()),
    Column::new("Lifetime", |profile, _| humane_seconds(profile.default_lifetime_seconds)),
    Column::new("Longest", |profile, _| humane_seconds(profile.max_lifetime_seconds)),
    Column::new("Keys", |profile, _| joined(&profile.key_algorithms)),
    Column::wide("Usages", |profile, _| joined(&profile.extended_key_usages)),
    Column::wide("Name patterns", |profile, _| joined(&profile.name_patterns)),
    Column::new("Approval", |profile, _| profile.approval.to_string()),
    Column::wide("Requesters", |profile, _| joined(&profile.requester_roles)),
    Column::wide("Issuers", |profile, _| joined(&profile.issuer_ids)),
    Column::show("Wildcards", |profile, _| profile.wildcards.to_string()),
    Column::show("Most names", |profile, _| profile.max_names.to_string()),
    Column::show("Shortest", |profile, _| humane_seconds(profile.min_lifetime_seconds)),
    Column::show("IP addresses", |profile, _| profile.ip_addresses.to_string()),
    Column::show("Key strategies", |profile, _| joined(&profile.key_strategies)),
    Column::show("Environments", |profile, _| joined(&profile.environments)),
    Column::show("Created", |profile, view| view.time(profile.created_at)),
    Column::show("Changed", |profile, view| view.time(profile.updated_at)),
    Column::show("Revision", |profile, _| profile.revision.to_string()),
];

impl Profiles {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { paging } => list(session, "/profiles", Query::default(), paging, COLUMNS).await,
            Self::Show { id } => session.show(&format!("/profiles/{id}"), COLUMNS).await,
            Self::Create { id, name, limits } => {
                let body = CreateProfile {
                    id: id.clone(),
                    name: name.clone(),
                    key_algorithms: limits.key_algorithms.clone(),
                    default_lifetime_seconds: limits.default_lifetime,
                    max_lifetime_seconds: limits.max_lifetime,
                    extended_key_usages: limits.usages.clone(),
                    name_patterns: limits.name_patterns.clone(),
                    approval: limits.approval,
                    requester_roles: limits.requester_roles.clone(),
                    issuer_ids: limits.issuer_ids.clone(),
                    wildcards: limits.wildcards,
                    max_names: limits.max_names,
                    min_lifetime_seconds: limits.min_lifetime,
                    ip_addresses: limits.ip_addresses,
                    key_strategies: limits.key_strategies.clone(),
                    environments: limits.environments.clone(),
                };
                session.post("/profiles", &body, COLUMNS).await
            }
            Self::Update { id, changes } => {
                let body = changes.body();
                session.patch(&format!("/profiles/{id}"), &body, COLUMNS).await
            }
            Self::Preview { id, changes } => {
                session.post(&format!("/profiles/{id}/preview"), &changes.body(), PREVIEW_COLUMNS).await
            }
            Self::Delete { id } => {
                session.delete(&format!("/profiles/{id}"), &format!("{id} is deleted")).await
            }
        }
    }
}
