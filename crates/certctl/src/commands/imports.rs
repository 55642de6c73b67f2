//! `certctl certs import`: certificates that exist already, from PEM files.
//!
//! Not for: which are taken (the server decides and says why not). Invariant: only certificates leave this host: private keys
//! and whatever else is in a file are not sent.

use std::path::{Path, PathBuf};

use certctl_api::imports::{ImportBundle, ImportCertificates, ImportItem, ImportMode, ImportOutcome};
use certctl_core::id::{IssuerId, OwnerId, ProfileId, RenewalPolicyId, TeamId};
use clap::Args;
use serde_json::Value;

use crate::arguments::one_of;
use crate::failure::Failure;
use crate::output::{Exit, Tone};
use crate::session::Session;
use crate::settings::read_text;
use crate::table::{Column, joined, or_dash};

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";
/// The longest text of a bundle, and of all of a request (the server takes 64 KiB and 1 MiB).
const MAX_BUNDLE: usize = 60 << 10;
const MAX_REQUEST: usize = 900 << 10;
const MAX_BUNDLES: usize = 500;

/// `certctl certs import`
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Files with certificates (PEM), each with the CA certificates above it; `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// As what; managed when absent
    #[arg(long, value_parser = one_of(ImportMode::ALL, ImportMode::as_str), ignore_case = true)]
    mode: Option<ImportMode>,
    /// The issuer of later versions; iss-local when absent
    #[arg(long, value_name = "ID")]
    issuer: Option<IssuerId>,
    /// The profile of later versions; prof-default when absent
    #[arg(long, value_name = "ID")]
    profile: Option<ProfileId>,
    /// The renewal policy; rp-default when absent
    #[arg(long, value_name = "ID")]
    policy: Option<RenewalPolicyId>,
    /// Who answers for them
    #[arg(long, value_name = "ID")]
    owner: Option<OwnerId>,
    /// Whose they are
    #[arg(long, value_name = "ID")]
    team: Option<TeamId>,
    /// Such as production
    #[arg(long)]
    environment: Option<String>,
    /// A free label; can be given several times
    #[arg(long = "tag", value_name = "TEXT")]
    tags: Vec<String>,
    /// Only say what would become of each; bring nothing in
    #[arg(long)]
    dry_run: bool,
}

const COLUMNS: &[Column<ImportItem>] = &[
    Column::new("From", |item, _| or_dash(item.name.as_ref())),
    Column::new("Number", |item, _| or_dash(item.number)),
    Column::toned(
        "Outcome",
        |item, _| item.outcome.to_string(),
        |item| match item.outcome {
            ImportOutcome::Imported | ImportOutcome::Claimed => Tone::Good,
            ImportOutcome::Exists => Tone::Faint,
            ImportOutcome::Refused => Tone::Bad,
        },
    ),
    Column::new("Certificate", |item, _| or_dash(item.certificate_id.as_ref())),
    Column::new("Names", |item, _| joined(&item.names)),
    Column::new("Ends", |item, view| view.time(item.not_after)),
    Column::new("Cause", |item, _| or_dash(item.cause.as_ref())),
    Column::wide("Issuer", |item, _| or_dash(item.issuer.as_ref())),
    Column::wide("Fingerprint", |item, _| or_dash(item.fingerprint_sha256.as_ref())),
    Column::wide("Warnings", |item, _| joined(&item.warnings)),
];

impl Import {
    /// Sends the certificates, in as many requests as they need; exit code 1 when one was refused.
    ///
    /// # Errors
    /// [`Failure`] of a file, the request or the output.
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        let mut bundles = Vec::new();
        for file in &self.files {
            let found = bundles_of(file, &read_text(file)?);
            if found.is_empty() {
                return Err(Failure::usage(
                    format!("{} has no certificate in PEM form", shown(file)),
                    "DER is turned into PEM by  openssl x509 -inform der -in FILE",
                ));
            }
            bundles.extend(found);
        }
        let mut whole: Option<Value> = None;
        for part in requests(bundles) {
            let answer: Value = session.client.post("/certificates/import", &self.body(part)).await?;
            match &mut whole {
                None => whole = Some(answer),
                Some(whole) => add(whole, answer),
            }
        }
        let whole = whole.unwrap_or_default();
        let console = &mut *session.console;
        if console.format.is_machine() {
            console.document(&whole)?;
        } else if console.quiet {
            for item in whole["items"].as_array().into_iter().flatten() {
                if let Some(id) = item["certificate_id"].as_str() {
                    console.line(id)?;
                }
            }
        } else {
            let items = whole["items"].as_array().cloned().unwrap_or_default();
            console.rows("POST /certificates/import", &items, COLUMNS)?;
            let n = |name: &str| whole[name].as_i64().unwrap_or_default();
            let would = if self.dry_run { " (nothing is brought in: --dry-run)" } else { "" };
            console.hint(&format!(
                "{} imported, {} claimed, {} there already, {} refused{would}",
                n("imported"),
                n("claimed"),
                n("existing"),
                n("refused")
            ))?;
        }
        Ok(if whole["refused"].as_i64().unwrap_or_default() > 0 { Exit::Negative } else { Exit::Ok })
    }

    fn body(&self, bundles: Vec<ImportBundle>) -> ImportCertificates {
        ImportCertificates {
            bundles,
            mode: self.mode,
            issuer_id: self.issuer.clone(),
            profile_id: self.profile.clone(),
            renewal_policy_id: self.policy.clone(),
            owner_id: self.owner.clone(),
            team_id: self.team.clone(),
            environment: self.environment.clone(),
            tags: self.tags.clone(),
            dry_run: self.dry_run,
        }
    }
}

fn shown(file: &Path) -> String {
    if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() }
}

/// The certificates of a text, in bundles that the server takes; a long file becomes several.
fn bundles_of(file: &Path, text: &str) -> Vec<ImportBundle> {
    let mut pems = vec![String::new()];
    for block in text.split(BEGIN).skip(1) {
        let Some((inside, _)) = block.split_once(END) else { continue };
        let block = format!("{BEGIN}{inside}{END}\n");
        match pems.last_mut() {
            Some(last) if last.len() + block.len() <= MAX_BUNDLE => last.push_str(&block),
            _ => pems.push(block),
        }
    }
    pems.retain(|pem| !pem.is_empty());
    let n_parts = pems.len();
    let name = |n: usize| {
        let name: String =
            shown(file).chars().rev().take(180).collect::<Vec<_>>().into_iter().rev().collect();
        if n_parts == 1 { name } else { format!("{name} ({}/{n_parts})", n + 1) }
    };
    pems.into_iter().enumerate().map(|(n, pem)| ImportBundle { name: Some(name(n)), pem }).collect()
}

/// Bundles in requests that the server takes.
fn requests(bundles: Vec<ImportBundle>) -> Vec<Vec<ImportBundle>> {
    let mut requests: Vec<Vec<ImportBundle>> = Vec::new();
    let mut size = 0;
    for bundle in bundles {
        // Line breaks are two letters in JSON, and so is little else here.
        let length = bundle.pem.len() + bundle.pem.lines().count() + 300;
        match requests.last_mut() {
            Some(last) if last.len() < MAX_BUNDLES && size + length <= MAX_REQUEST => {
                size += length;
                last.push(bundle);
            }
            _ => {
                size = length;
                requests.push(vec![bundle]);
            }
        }
    }
    requests
}

/// Puts the next answer behind the ones before.
fn add(whole: &mut Value, mut next: Value) {
    let shift = whole["items"]
        .as_array()
        .map_or(0, |items| items.iter().filter_map(|item| item["bundle"].as_i64()).max().unwrap_or(-1) + 1);
    let more = next["items"].as_array_mut().map(std::mem::take).unwrap_or_default();
    if let Some(items) = whole["items"].as_array_mut() {
        items.extend(more.into_iter().map(|mut item| {
            item["bundle"] = (item["bundle"].as_i64().unwrap_or_default() + shift).into();
            item
        }));
    }
    for name in ["imported", "claimed", "existing", "refused"] {
        let n = whole[name].as_i64().unwrap_or_default() + next[name].as_i64().unwrap_or_default();
        whole[name] = n.into();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn block(n_letters: usize) -> String {
        format!("{BEGIN}\n{}\n{END}\n", "A".repeat(n_letters))
    }

    #[test]
    fn only_certificates_are_taken_from_a_file() {
        let key = "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n";
        let text = format!("Bag Attributes\n{}{key}{}{BEGIN}\ncut off", block(10), block(20));
        let bundles = bundles_of(Path::new("/etc/web.pem"), &text);
        assert_eq!(bundles.len(), 1);
        assert_eq!(bundles[0].name.as_deref(), Some("/etc/web.pem"));
        assert_eq!(bundles[0].pem, block(10) + &block(20));
        assert!(bundles_of(Path::new("x"), key).is_empty());
    }

    #[test]
    fn long_files_and_many_files_become_several_bundles_and_requests() {
        let text = block(20_000).repeat(4);
        let bundles = bundles_of(Path::new("long.pem"), &text);
        assert_eq!(
            bundles.iter().map(|one| one.name.as_deref().unwrap()).collect::<Vec<_>>(),
            ["long.pem (1/2)", "long.pem (2/2)"]
        );
        assert!(bundles.iter().all(|one| one.pem.len() <= MAX_BUNDLE));
        let small = |n: usize| ImportBundle { name: Some(n.to_string()), pem: block(100) };
        let sizes = |bundles: Vec<ImportBundle>| requests(bundles).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes((0..1_001).map(small).collect()), [500, 500, 1]);
        let long = |_| ImportBundle { name: None, pem: block(MAX_BUNDLE - 100) };
        let requests = requests((0..40).map(long).collect());
        assert!(requests.iter().all(|one| serde_json::to_string(one).unwrap().len() < 1 << 20));
        assert_eq!(requests.iter().map(Vec::len).sum::<usize>(), 40);
    }

    #[test]
    fn answers_are_put_together() {
        let mut whole = json!({ "items": [{ "bundle": 0 }, { "bundle": 1 }], "imported": 2, "refused": 0 });
        add(&mut whole, json!({ "items": [{ "bundle": 0 }], "imported": 0, "refused": 1 }));
        assert_eq!(whole["items"], json!([{ "bundle": 0 }, { "bundle": 1 }, { "bundle": 2 }]));
        assert_eq!((whole["imported"].as_i64(), whole["refused"].as_i64()), (Some(2), Some(1)));
    }
}
