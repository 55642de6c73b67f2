//! `certctl dns-providers`: who sets the records that prove control of names.
//!
//! Not for: the records of orders (`jobs show`). Invariant: secrets go in by a file or standard input and are never shown.

use certctl_api::dns_providers::{
    CreateDnsProvider, DnsProvider, DnsProviderKindInfo, TestDnsProvider, UpdateDnsProvider,
};
use certctl_core::dns_provider::DnsProviderKind;
use certctl_core::id::DnsProviderId;
use clap::Subcommand;
use serde_json::{Map, Value};

use crate::arguments::{ConfigArguments, one_of};
use crate::commands::issuers::{kinds, pretty, schema_fields, tested};
use crate::failure::Failure;
use crate::output::Exit;
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::{Column, or_dash};

/// `certctl dns-providers ...`
#[derive(Debug, Subcommand)]
pub(crate) enum DnsProviders {
    /// All DNS providers, and how they are doing
    List {
        #[command(flatten)]
        paging: Paging,
    },
    /// One DNS provider
    Show {
        /// Such as dns-main
        id: DnsProviderId,
    },
    /// A new DNS provider
    Create {
        /// A chosen id, such as dns-main
        #[arg(long)]
        id: Option<DnsProviderId>,
        /// Its name, for people
        #[arg(long)]
        name: String,
        /// What it is
        #[arg(long, value_parser = one_of(DnsProviderKind::ALL, DnsProviderKind::as_str), ignore_case = true)]
        kind: DnsProviderKind,
        #[command(flatten)]
        config: ConfigArguments,
    },
    /// Change a DNS provider; secrets that are not given stay
    Update {
        /// Such as dns-main
        id: DnsProviderId,
        /// Its name, for people
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        config: ConfigArguments,
    },
    /// Delete a DNS provider that no issuer names
    Delete {
        /// Such as dns-main
        id: DnsProviderId,
    },
    /// Really set a record, see it at the zone's servers, and take it away; exit code 1 when it does not work
    Test {
        /// Such as dns-main
        id: DnsProviderId,
        /// For this name of a certificate, such as www.example.com
        name: String,
    },
    /// The kinds of DNS provider, with the schema of their configuration
    Kinds,
}

const COLUMNS: &[Column<DnsProvider>] = &[
    Column::new("Id", |row, _| row.id.to_string()),
    Column::new("Name", |row, _| row.name.clone()),
    Column::new("Kind", |row, _| row.kind.to_string()),
    Column::new("Last success", |row, view| view.time(row.last_success_at)),
    Column::new("Last failure", |row, view| view.time(row.last_failure_at)),
    Column::wide("Failure", |row, _| or_dash(row.last_failure.as_ref())),
    Column::show("Config", |row, _| pretty(&row.config)),
    Column::show(
        "Secrets",
        |row, _| if row.secrets.is_empty() { "-".to_owned() } else { row.secrets.join(", ") },
    ),
    Column::show("Created", |row, view| view.time(row.created_at)),
    Column::show("Changed", |row, view| view.time(row.updated_at)),
    Column::show("Revision", |row, _| row.revision.to_string()),
];

const KIND_COLUMNS: &[Column<DnsProviderKindInfo>] = &[
    Column::new("Kind", |kind, _| kind.kind.to_string()),
    Column::new("Title", |kind, _| kind.title.clone()),
    Column::new("Fields", |kind, _| schema_fields(&kind.schema)),
];

impl DnsProviders {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { paging } => list(session, "/dns-providers", Query::default(), paging, COLUMNS).await,
            Self::Show { id } => session.show(&format!("/dns-providers/{id}"), COLUMNS).await,
            Self::Create { id, name, kind, config } => {
                let body = CreateDnsProvider {
                    id: id.clone(),
                    name: name.clone(),
                    kind: *kind,
                    config: config.value()?.unwrap_or_else(|| Value::Object(Map::new())),
                };
                session.post("/dns-providers", &body, COLUMNS).await
            }
            Self::Update { id, name, config } => {
                let path = format!("/dns-providers/{id}");
                let body =
                    UpdateDnsProvider { name: name.clone(), config: config.changed(session, &path).await? };
                session.patch(&path, &body, COLUMNS).await
            }
            Self::Delete { id } => {
                session.delete(&format!("/dns-providers/{id}"), &format!("{id} is deleted")).await
            }
            Self::Test { id, name } => {
                let body = TestDnsProvider { name: name.clone() };
                tested(session, &format!("/dns-providers/{id}/test"), &body).await
            }
            Self::Kinds => kinds(session, "/dns-provider-kinds", KIND_COLUMNS).await,
        }
    }
}
