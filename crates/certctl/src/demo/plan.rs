//! The fleet of the demo as a table: who there is, where certificates go, and which there are.
//!
//! Not for: making it (`fleet.rs`). Invariants: `web.example.internal` belongs to no certificate here, so that whoever
//! watches can ask for it; each target has an endpoint that really serves.

/// An agent's host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HostPlan {
    pub(super) name: &'static str,
    pub(super) is_switched_off: bool,
}

/// What stands behind a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    /// The real nginx, where there is one.
    Nginx,
    /// A built-in TLS server that watches its files.
    BuiltIn,
    /// A built-in TLS server that reads its files at its start only.
    Stubborn,
}

/// A place to deploy to.
#[derive(Debug, Clone, Copy)]
pub(super) struct TargetPlan {
    pub(super) id: &'static str,
    /// For people, and of its files.
    pub(super) name: &'static str,
    pub(super) host: &'static str,
    pub(super) service: Service,
    pub(super) server_name: &'static str,
}

/// A certificate.
#[derive(Debug, Clone, Copy)]
pub(super) struct CertificatePlan {
    pub(super) id: &'static str,
    pub(super) names: &'static [&'static str],
    pub(super) targets: &'static [&'static str],
    pub(super) agents: &'static [&'static str],
    pub(super) owner: Option<&'static str>,
    pub(super) team: &'static str,
    pub(super) environment: &'static str,
    pub(super) key_algorithm: Option<&'static str>,
    pub(super) life: Life,
}

/// How long a certificate lives and when it is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// As the defaults say.
    Default,
    /// So many days.
    Days(i64),
    /// So many seconds, under the profile and renewal policy for those.
    Seconds(i64),
    /// As the defaults say, but three tries and no more.
    ThreeTries,
}

/// The agent that is switched off, with the certificate that it holds by then.
pub(super) const SWITCHED_OFF: (&str, &str) = ("branch-1", "mc-branch");
/// For whoever watches.
pub(super) const FOR_YOU: (&str, &str) = ("tgt-web", "web.example.internal");
/// The profile and the renewal policy of certificates that live for minutes.
pub(super) const MINUTES: (&str, &str) = ("prof-minutes", "rp-minutes");
/// The renewal policy that gives up early.
pub(super) const THREE_TRIES: &str = "rp-three-tries";

const fn host(name: &'static str) -> HostPlan {
    HostPlan { name, is_switched_off: false }
}

pub(super) const HOSTS: [HostPlan; 5] = [
    host("web-1"),
    host("app-1"),
    host("mail-1"),
    host("legacy-1"),
    HostPlan { name: SWITCHED_OFF.0, is_switched_off: true },
];

const fn target(
    id: &'static str,
    name: &'static str,
    host: &'static str,
    service: Service,
    server_name: &'static str,
) -> TargetPlan {
    TargetPlan { id, name, host, service, server_name }
}

pub(super) const TARGETS: [TargetPlan; 7] = [
    target("tgt-web", "web", "web-1", Service::Nginx, "web.example.internal"),
    target("tgt-shop", "shop", "web-1", Service::Nginx, "shop.example.internal"),
    target("tgt-api", "api", "app-1", Service::BuiltIn, "api.example.internal"),
    target("tgt-login", "login", "app-1", Service::BuiltIn, "login.example.internal"),
    target("tgt-mail", "mail", "mail-1", Service::BuiltIn, "mail.example.internal"),
    target("tgt-legacy", "legacy", "legacy-1", Service::Stubborn, "legacy.example.internal"),
    target("tgt-branch", "branch", SWITCHED_OFF.0, Service::BuiltIn, "branch.example.internal"),
];

pub(super) const OWNERS: [(&str, &str, &str); 3] = [
    ("o-amara", "Amara Osei", "amara.osei@example.internal"),
    ("o-jonas", "Jonas Lindqvist", "jonas.lindqvist@example.internal"),
    ("o-mei", "Mei Tanaka", "mei.tanaka@example.internal"),
];

pub(super) const TEAMS: [(&str, &str); 3] =
    [("t-platform", "Platform"), ("t-shop", "Shop"), ("t-office", "Office")];

/// What most have in common.
const PLAIN: CertificatePlan = CertificatePlan {
    id: "",
    names: &[],
    targets: &[],
    agents: &[],
    owner: Some("o-amara"),
    team: "t-platform",
    environment: "production",
    key_algorithm: None,
    life: Life::Default,
};

pub(super) const CERTIFICATES: [CertificatePlan; 16] = [
    CertificatePlan {
        id: "mc-shop",
        names: &["shop.example.internal", "www.shop.example.internal"],
        targets: &["tgt-shop"],
        owner: Some("o-jonas"),
        team: "t-shop",
        life: Life::Seconds(180),
        ..PLAIN
    },
    CertificatePlan {
        id: "mc-api",
        names: &["api.example.internal"],
        targets: &["tgt-api"],
        owner: Some("o-jonas"),
        team: "t-shop",
        life: Life::Seconds(120),
        ..PLAIN
    },
    CertificatePlan { id: "mc-login", names: &["login.example.internal"], targets: &["tgt-login"], ..PLAIN },
    CertificatePlan {
        id: "mc-mail",
        names: &["mail.example.internal", "smtp.example.internal", "imap.example.internal"],
        targets: &["tgt-mail"],
        owner: Some("o-mei"),
        team: "t-office",
        life: Life::Days(30),
        ..PLAIN
    },
    CertificatePlan {
        id: SWITCHED_OFF.1,
        names: &["branch.example.internal"],
        targets: &["tgt-branch"],
        owner: Some("o-mei"),
        team: "t-office",
        ..PLAIN
    },
    CertificatePlan {
        id: "mc-legacy",
        names: &["legacy.example.internal"],
        targets: &["tgt-legacy"],
        life: Life::ThreeTries,
        ..PLAIN
    },
    CertificatePlan {
        id: "mc-build",
        names: &["build.example.internal"],
        agents: &["ag-app-1"],
        owner: None,
        environment: "staging",
        ..PLAIN
    },
    CertificatePlan {
        id: "mc-wildcard",
        names: &["*.apps.example.internal"],
        agents: &["ag-web-1"],
        life: Life::Days(47),
        ..PLAIN
    },
    CertificatePlan {
        id: "mc-database",
        names: &["db.example.internal", "10.20.0.5"],
        agents: &["ag-app-1"],
        key_algorithm: Some("ecdsa-p384"),
        ..PLAIN
    },
    CertificatePlan {
        id: "mc-queue",
        names: &["queue.example.internal"],
        agents: &["ag-app-1", "ag-mail-1"],
        ..PLAIN
    },
    CertificatePlan {
        id: "mc-payments",
        names: &["payments.example.internal"],
        agents: &["ag-app-1"],
        owner: Some("o-jonas"),
        team: "t-shop",
        key_algorithm: Some("rsa-2048"),
        ..PLAIN
    },
    CertificatePlan {
        id: "mc-metrics",
        names: &["metrics.example.internal"],
        agents: &["ag-app-1"],
        life: Life::Seconds(300),
        ..PLAIN
    },
    CertificatePlan {
        id: "mc-directory",
        names: &["ldap.example.internal"],
        agents: &["ag-mail-1"],
        owner: Some("o-mei"),
        team: "t-office",
        ..PLAIN
    },
    CertificatePlan {
        id: "mc-print",
        names: &["print.example.internal"],
        agents: &["ag-mail-1"],
        owner: Some("o-mei"),
        team: "t-office",
        ..PLAIN
    },
    CertificatePlan {
        id: "mc-books",
        names: &["bücher.example.internal"],
        agents: &["ag-web-1"],
        owner: Some("o-jonas"),
        team: "t-shop",
        ..PLAIN
    },
    CertificatePlan {
        id: "mc-preview",
        names: &["preview.example.internal"],
        agents: &["ag-web-1"],
        team: "t-shop",
        owner: Some("o-jonas"),
        environment: "staging",
        life: Life::Days(7),
        ..PLAIN
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_fleet_shows_what_it_promises() {
        assert_eq!(HOSTS.len(), 5);
        assert!(TARGETS.len() >= 6 && CERTIFICATES.len() >= 14);
        assert_eq!(CERTIFICATES.iter().filter(|c| c.owner.is_none()).count(), 1);
        assert_eq!(HOSTS.iter().filter(|host| host.is_switched_off).count(), 1);
        assert!(TARGETS.iter().any(|target| target.service == Service::Stubborn));
        assert!(CERTIFICATES.iter().filter(|c| matches!(c.life, Life::Seconds(_))).count() >= 2);
    }

    #[test]
    fn what_whoever_watches_asks_for_is_not_taken() {
        assert!(TARGETS.iter().any(|target| (target.id, target.server_name) == FOR_YOU));
        for certificate in CERTIFICATES {
            assert!(!certificate.targets.contains(&FOR_YOU.0) && !certificate.names.contains(&FOR_YOU.1));
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let hosts: BTreeSet<String> = HOSTS.iter().map(|host| format!("ag-{}", host.name)).collect();
        let targets: BTreeSet<&str> = TARGETS.iter().map(|target| target.id).collect();
        for certificate in CERTIFICATES {
            let agents = certificate.agents.iter().all(|agent| hosts.contains(*agent));
            let places = certificate.targets.iter().all(|target| targets.contains(target));
            let owner = certificate.owner.is_none_or(|owner| OWNERS.iter().any(|(id, ..)| *id == owner));
            let team = TEAMS.iter().any(|(id, _)| *id == certificate.team);
            assert!(agents && places && owner && team, "{}", certificate.id);
        }
        assert!(TARGETS.iter().all(|target| hosts.contains(&format!("ag-{}", target.host))));
    }
}
