//! The commands: one file for each noun, with its flags, its columns and what it calls.
//!
//! Not for: settings, output, exit codes (the files above). To add a command: a file here, a line in [`Remote`] and in
//! [`Remote::run`]; then bring the reference page up to date (`reference.rs` says how).
//! Invariant: commands use only the public API; `server` and `admin` are the server's own side.

pub(crate) mod access_rules;
pub(crate) mod admin;
pub(crate) mod agents;
pub(crate) mod alert_rules;
pub(crate) mod alerts;
pub(crate) mod api;
pub(crate) mod api_keys;
pub(crate) mod approvals;
pub(crate) mod audit;
pub(crate) mod bulk;
pub(crate) mod cas;
pub(crate) mod certificates;
pub(crate) mod confirmations;
pub(crate) mod demo;
pub(crate) mod dns_providers;
pub(crate) mod events;
pub(crate) mod exports;
pub(crate) mod imports;
pub(crate) mod issuers;
pub(crate) mod jobs;
pub(crate) mod lists;
pub(crate) mod login;
pub(crate) mod needs;
pub(crate) mod notifications;
pub(crate) mod notifiers;
pub(crate) mod openapi;
pub(crate) mod owners;
pub(crate) mod pages;
pub(crate) mod password;
pub(crate) mod policy_rules;
pub(crate) mod profiles;
pub(crate) mod renewal_policies;
pub(crate) mod revocations;
pub(crate) mod search;
pub(crate) mod server;
pub(crate) mod sessions;
pub(crate) mod stats;
pub(crate) mod status;
pub(crate) mod system;
pub(crate) mod target_tests;
pub(crate) mod targets;
pub(crate) mod teams;
pub(crate) mod users;
pub(crate) mod version;
pub(crate) mod views;
pub(crate) mod violations;

use clap::Subcommand;

use crate::failure::Failure;
use crate::output::Exit;
use crate::session::Session;

/// What is asked for.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Sign in: check a key and keep it with the server's URL and CA
    Login(login::Login),
    #[command(flatten)]
    Remote(Remote),
    /// Try it out: a control plane and a live fleet in one process, gone when it ends
    Demo(demo::Demo),
    /// Run the control plane
    Server(Box<certctl_server::cli::ServerArgs>),
    /// The OpenAPI document of the API
    #[command(name = "openapi")]
    OpenApi,
    /// Backup, restore and recovery of an installation, on its own machine
    #[command(subcommand)]
    Admin(admin::Admin),
    /// A completion script for your shell
    #[command(visible_alias = "completions")]
    Completion(pages::Completion),
    /// The manual pages of all commands
    Man(pages::Man),
    /// The version of this program
    Version,
}

/// What is asked of a server.
#[derive(Debug, Subcommand)]
pub(crate) enum Remote {
    /// The server's health, who you are, and how many of what there is
    Status,
    /// What the server runs on: version, store, its own certificates, its last backup
    System,
    /// Find anything by any handle: name, id, serial, fingerprint, host:port, request id
    Search(search::Search),
    /// What needs a person, the most pressing first
    Needs(needs::Needs),
    /// Counts over the inventory
    #[command(subcommand)]
    Stats(stats::Stats),
    /// Certificates: list, create, renew, deploy, and their history
    #[command(subcommand, visible_alias = "certificates")]
    Certs(certificates::Certificates),
    /// A change of many certificates: planned with exact counts, then run
    #[command(subcommand, visible_alias = "operations")]
    Bulk(bulk::Bulk),
    /// Revocations: which certificates are revoked, or are to be
    #[command(subcommand)]
    Revocations(revocations::Revocations),
    /// Jobs: what is under way, what failed and why
    #[command(subcommand)]
    Jobs(jobs::Jobs),
    /// Approvals: issuances that wait for a person's yes
    #[command(subcommand)]
    Approvals(approvals::Approvals),
    /// Confirmations: what waits for a second person
    #[command(subcommand)]
    Confirmations(confirmations::Confirmations),
    /// Access rules: whether what cannot be taken back needs a second person
    #[command(subcommand)]
    AccessRules(access_rules::AccessRules),
    /// Agents: the fleet and its invitations
    #[command(subcommand)]
    Agents(agents::Agents),
    /// Targets: places to deploy to
    #[command(subcommand)]
    Targets(targets::Targets),
    /// Issuers: the CAs
    #[command(subcommand)]
    Issuers(issuers::Issuers),
    /// CAs: the roots and issuing CAs of local CAs, and what takes their place
    #[command(subcommand)]
    Cas(cas::Cas),
    /// DNS providers: who sets the records that prove control of names
    #[command(subcommand)]
    DnsProviders(dns_providers::DnsProviders),
    /// Renewal policies: when certificates are renewed
    #[command(subcommand)]
    RenewalPolicies(renewal_policies::RenewalPolicies),
    /// Policy rules: what the inventory must obey
    #[command(subcommand)]
    Policies(policy_rules::PolicyRules),
    /// Violations: certificates that break a policy rule
    #[command(subcommand)]
    Violations(violations::Violations),
    /// Profiles: what may be issued
    #[command(subcommand)]
    Profiles(profiles::Profiles),
    /// Owners: who answers for a certificate
    #[command(subcommand)]
    Owners(owners::Owners),
    /// Teams: whose a certificate is
    #[command(subcommand)]
    Teams(teams::Teams),
    /// API keys
    #[command(subcommand)]
    Keys(api_keys::ApiKeys),
    /// Users: people who sign in with a user name and a password
    #[command(subcommand)]
    Users(users::Users),
    /// Sessions: who is signed in to the dashboard
    #[command(subcommand)]
    Sessions(sessions::Sessions),
    /// The roles, and what each may do
    Roles,
    /// Saved views of lists
    #[command(subcommand)]
    Views(views::Views),
    /// Alerts: what deserves a person's eye
    #[command(subcommand)]
    Alerts(alerts::Alerts),
    /// Alert rules: conditions of your own that open alerts
    #[command(subcommand)]
    AlertRules(alert_rules::AlertRules),
    /// Notifications: what was said of alerts, and what became of it on its way
    #[command(subcommand)]
    Notifications(notifications::Notifications),
    /// Notifiers: the channels that tell people of alerts
    #[command(subcommand)]
    Notifiers(Box<notifiers::Notifiers>),
    /// The audit trail
    #[command(subcommand)]
    Audit(audit::Audit),
    /// The live stream of events
    Events(events::Events),
    /// Call any route of the API
    Api(api::Api),
}

impl Remote {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Failure`] of the request, the wait or the output.
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::Status => status::run(session).await,
            Self::System => system::run(session).await,
            Self::Search(command) => command.run(session).await,
            Self::Needs(command) => command.run(session).await,
            Self::Stats(command) => command.run(session).await,
            Self::Certs(command) => command.run(session).await,
            Self::Bulk(command) => command.run(session).await,
            Self::Revocations(command) => command.run(session).await,
            Self::Jobs(command) => command.run(session).await,
            Self::Approvals(command) => command.run(session).await,
            Self::Confirmations(command) => command.run(session).await,
            Self::AccessRules(command) => command.run(session).await,
            Self::Agents(command) => command.run(session).await,
            Self::Targets(command) => command.run(session).await,
            Self::Issuers(command) => command.run(session).await,
            Self::Cas(command) => command.run(session).await,
            Self::DnsProviders(command) => command.run(session).await,
            Self::RenewalPolicies(command) => command.run(session).await,
            Self::Policies(command) => command.run(session).await,
            Self::Violations(command) => command.run(session).await,
            Self::Profiles(command) => command.run(session).await,
            Self::Owners(command) => command.run(session).await,
            Self::Teams(command) => command.run(session).await,
            Self::Keys(command) => command.run(session).await,
            Self::Users(command) => command.run(session).await,
            Self::Sessions(command) => command.run(session).await,
            Self::Roles => sessions::roles(session).await,
            Self::Views(command) => command.run(session).await,
            Self::Alerts(command) => command.run(session).await,
            Self::AlertRules(command) => command.run(session).await,
            Self::Notifications(command) => command.run(session).await,
            Self::Notifiers(command) => command.run(session).await,
            Self::Audit(command) => command.run(session).await,
            Self::Events(command) => command.run(session).await,
            Self::Api(command) => command.run(session).await,
        }
    }
}
