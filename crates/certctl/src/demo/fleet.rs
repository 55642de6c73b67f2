//! Builds the fleet of `plan.rs` through the public API; what is there from an earlier start is left as it is.
//!
//! Not for: telling what happens (`story.rs` hears of it as everybody does). Invariants: nothing is made twice; a target
//! whose endpoint moved to another port is changed, not made anew.

use std::path::PathBuf;
use std::time::Duration;

use certctl_api::certificates::Certificate;
use certctl_api::client::Client;
use certctl_core::time::humane_seconds;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use super::directory::Addresses;
use super::host::{Allowed, Host};
use super::nginx::{self, Site};
use super::pair::PlaceholderCa;
use super::plan::{
    self, CERTIFICATES, CertificatePlan, HOSTS, HostPlan, Life, MINUTES, OWNERS, SWITCHED_OFF, Service,
    TARGETS, TEAMS, THREE_TRIES, TargetPlan,
};
use super::stage::{Stage, target_config};
use super::story::Fact;
use super::tls_server::Reads;
use crate::failure::Failure;
use crate::output::Tone;

/// How long the certificate of the agent that is switched off may take to go live.
const LIVE_LIMIT: Duration = Duration::from_secs(60);

/// How the fleet is built.
pub(super) struct Builder<'a> {
    pub(super) stage: &'a mut Stage,
    pub(super) client: Client,
    pub(super) say: UnboundedSender<Fact>,
    endpoints: Vec<(&'static TargetPlan, std::net::SocketAddr)>,
    nginx: Option<PathBuf>,
}

impl<'a> Builder<'a> {
    /// Starts the endpoints of all targets.
    ///
    /// # Errors
    /// [`Failure`] when one does not start.
    pub(super) async fn with_endpoints(
        stage: &'a mut Stage,
        client: Client,
        say: UnboundedSender<Fact>,
        addresses: &mut Addresses,
        search_path: &str,
    ) -> Result<Self, Failure> {
        let mut builder = Self { stage, client, say, endpoints: Vec::new(), nginx: None };
        for HostPlan { name, .. } in &HOSTS {
            let host = Host::new(&builder.stage.directory, name)?;
            builder.stage.hosts.push(host);
        }
        let placeholders = PlaceholderCa::new()?;
        let mut sites = Vec::new();
        for target in &TARGETS {
            let pair = builder.host(target.host).pair(target.name);
            placeholders.stand_in(&pair, target.server_name)?;
            if target.service == Service::Nginx {
                sites.push(Site { server_name: target.server_name, pair });
            }
        }
        let port = addresses.ports.get("nginx").copied();
        let nginx = match nginx::find(search_path) {
            None => Err("it is not installed here".to_owned()),
            Some(binary) => match builder.stage.start_nginx(&binary, port, &sites).await {
                Ok(address) => {
                    builder.nginx = Some(binary);
                    Ok(address)
                }
                Err(cause) => Err(format!("{} does not start: {cause}", binary.display())),
            },
        };
        match &nginx {
            Ok(address) => {
                addresses.ports.insert("nginx".to_owned(), address.port());
                let version = builder.stage.nginx.as_ref().map(|nginx| nginx.version.clone());
                builder.say("nginx", Tone::Plain, format!("{} at {address}", version.unwrap_or_default()));
            }
            Err(cause) => builder.say(
                "no nginx",
                Tone::Notice,
                format!("{cause}; built-in TLS servers stand in for it"),
            ),
        }
        for target in &TARGETS {
            let reads = match target.service {
                Service::Nginx | Service::BuiltIn => Reads::OnChange,
                Service::Stubborn => Reads::Once,
            };
            let address = match (&nginx, target.service) {
                (Ok(address), Service::Nginx) => *address,
                (Ok(_) | Err(_), Service::Nginx | Service::BuiltIn | Service::Stubborn) => {
                    let port = addresses.ports.get(target.id).copied();
                    let pair = builder.host(target.host).pair(target.name);
                    builder.stage.start_server(port, pair, reads).await?
                }
            };
            addresses.ports.insert(target.id.to_owned(), address.port());
            builder.endpoints.push((target, address));
        }
        Ok(builder)
    }

    /// Where a target's endpoint is.
    pub(super) fn address(&self, target_id: &str) -> Option<std::net::SocketAddr> {
        self.endpoints.iter().find(|(target, _)| target.id == target_id).map(|(_, address)| *address)
    }

    /// Lets a host join and work, and makes its targets.
    ///
    /// # Errors
    /// [`Failure`] of the agent or of a request.
    pub(super) async fn add_host(&mut self, name: &str) -> Result<(), Failure> {
        let ports = self.endpoints.iter().filter(|(t, _)| t.host == name).map(|(_, a)| a.port()).collect();
        let prefix = self.stage.nginx_prefix();
        let has_nginx = TARGETS.iter().any(|t| t.host == name && t.service == Service::Nginx);
        let nginx = self.nginx.as_deref().filter(|_| has_nginx).map(|binary| (binary, prefix.as_path()));
        let host = self.host(name);
        host.allow(&Allowed { nginx, ports })?;
        host.join(&self.client).await?;
        for (target, address) in self.endpoints.iter().filter(|(target, _)| target.host == name) {
            let is_nginx = self.nginx.is_some() && target.service == Service::Nginx;
            let timeout = if target.service == Service::Stubborn { 3 } else { 10 };
            let pair = self.host(target.host).pair(target.name);
            let config = target_config(&pair, *address, target.server_name, timeout);
            let body = json!({
                "id": target.id, "name": target.name, "kind": if is_nginx { "nginx" } else { "file" },
                "agent_id": format!("ag-{name}"), "config": config,
            });
            if let Some(there) = self.ensure("/targets", target.id, &body).await?
                && there.get("config") != Some(&config)
            {
                let change = json!({ "config": config });
                self.client.patch::<Value>(&format!("/targets/{}", target.id), &change).await?;
            }
        }
        let is_to_run = name != SWITCHED_OFF.0 || !self.is_live(SWITCHED_OFF.1).await?;
        if let Some(host) = self.stage.hosts.iter_mut().find(|host| host.name() == name && is_to_run) {
            host.run();
        }
        Ok(())
    }

    /// Everything that comes after the first host; returns when all is made and one agent is switched off.
    ///
    /// # Errors
    /// [`Failure`] of the first thing that cannot be made.
    pub(super) async fn build(mut self) -> Result<(), Failure> {
        self.make_rules().await?;
        for HostPlan { name, .. } in HOSTS.iter().skip(1) {
            self.add_host(name).await?;
        }
        let mut n_made = 0;
        for certificate in &CERTIFICATES {
            let body = request(certificate);
            n_made += usize::from(self.ensure("/certificates", certificate.id, &body).await?.is_none());
        }
        let kept = CERTIFICATES.len() - n_made;
        let text = match kept {
            0 => format!("{n_made} certificates, which are issued and deployed now"),
            _ => format!("{n_made} certificates; {kept} are there from an earlier start"),
        };
        self.say("asked for", Tone::Plain, text);
        self.switch_off().await
    }

    async fn make_rules(&self) -> Result<(), Failure> {
        for (id, name, email) in OWNERS {
            self.ensure("/owners", id, &json!({ "id": id, "name": name, "email": email })).await?;
        }
        for (id, name) in TEAMS {
            self.ensure("/teams", id, &json!({ "id": id, "name": name })).await?;
        }
        let profile = json!({
            "id": MINUTES.0, "name": "Minutes", "default_lifetime_seconds": 180, "max_lifetime_seconds": 3_600,
        });
        self.ensure("/profiles", MINUTES.0, &profile).await?;
        let at_half =
            json!({ "id": MINUTES.1, "name": "At half of the lifetime", "point": { "percent": 50 } });
        self.ensure("/renewal-policies", MINUTES.1, &at_half).await?;
        let three = json!({ "id": THREE_TRIES, "name": "Three tries", "max_attempts": 3 });
        self.ensure("/renewal-policies", THREE_TRIES, &three).await?;
        let owned = json!({
            "id": "pr-owned", "name": "Every certificate has an owner and a team", "kind": "RequiredMetadata",
            "parameters": { "fields": ["owner", "team"] }, "severity": "Error",
        });
        self.ensure("/policies", "pr-owned", &owned).await?;
        let strong = json!({
            "id": "pr-strong-keys", "name": "No weak keys", "kind": "KeyStrength", "mode": "enforce", "severity": "Critical",
            "parameters": { "min_rsa_bits": 2_048, "min_ec_bits": 256 },
        });
        self.ensure("/policies", "pr-strong-keys", &strong).await?;
        Ok(())
    }

    /// Stops one agent on purpose, once its certificate is live.
    async fn switch_off(&mut self) -> Result<(), Failure> {
        let (name, certificate) = SWITCHED_OFF;
        let end = Instant::now() + LIVE_LIMIT;
        while !self.is_live(certificate).await? {
            if Instant::now() > end {
                let text = format!("{name} stays on: {certificate} did not go live");
                self.say("", Tone::Notice, text);
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        let was_on = match self.stage.hosts.iter_mut().find(|host| host.name() == name) {
            Some(host) => host.stop().await,
            None => false,
        };
        let (late, offline) =
            (certctl_core::agent::LATE_AFTER_SECONDS, certctl_core::agent::OFFLINE_AFTER_SECONDS);
        let since = if was_on { "" } else { ", as it was before" };
        let text = format!(
            "ag-{name} on purpose{since}: it counts as late after {} of silence, as offline after {}",
            humane_seconds(late),
            humane_seconds(offline)
        );
        self.say("switched off", Tone::Notice, text);
        Ok(())
    }

    async fn is_live(&self, certificate: &str) -> Result<bool, Failure> {
        match self.client.read::<Certificate>(&format!("/certificates/{certificate}")).await {
            Ok(certificate) => Ok(certificate.live.live > 0),
            Err(error) if error.status() == Some(404) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes what is not there yet; returns what is.
    async fn ensure(&self, nouns: &str, id: &str, body: &Value) -> Result<Option<Value>, Failure> {
        match self.client.read::<Value>(&format!("{nouns}/{id}")).await {
            Ok(there) => Ok(Some(there)),
            Err(error) if error.status() == Some(404) => {
                self.client.post::<Value>(nouns, body).await?;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn host(&self, name: &str) -> &Host {
        // `with_endpoints` makes one for each name of the plan, in its order, before anything asks.
        let place = HOSTS.iter().position(|host| host.name == name).unwrap_or_default();
        &self.stage.hosts[place]
    }

    fn say(&self, label: &'static str, tone: Tone, text: String) {
        // Nobody listens any more when the demo ends.
        drop(self.say.send(Fact { label, tone, text }));
    }
}

fn request(certificate: &CertificatePlan) -> Value {
    let plan::CertificatePlan { id, names, targets, agents, owner, team, environment, key_algorithm, life } =
        certificate;
    let mut body = json!({
        "id": id, "names": names, "target_ids": targets, "agent_ids": agents, "owner_id": owner, "team_id": team,
        "environment": environment, "key_algorithm": key_algorithm,
    });
    match life {
        Life::Default => {}
        Life::Days(days) => body["lifetime_seconds"] = json!(days * 86_400),
        Life::Seconds(seconds) => {
            body["lifetime_seconds"] = json!(seconds);
            body["profile_id"] = json!(MINUTES.0);
            body["renewal_policy_id"] = json!(MINUTES.1);
        }
        Life::ThreeTries => body["renewal_policy_id"] = json!(THREE_TRIES),
    }
    body
}

#[cfg(test)]
mod tests {
    use certctl_api::certificates::CreateCertificate;

    use super::*;

    #[test]
    fn every_request_has_the_form_of_the_api() {
        for certificate in &CERTIFICATES {
            let body: CreateCertificate = serde_json::from_value(request(certificate)).unwrap();
            assert!(body.issue && !body.names.is_empty());
            assert_eq!(body.profile_id.is_some(), matches!(certificate.life, Life::Seconds(_)));
        }
    }
}
