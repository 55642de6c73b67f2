//! Scenario: certificates of a real Pebble by http-01, by certctl (a real agent shows the proofs) and by two clients for one host,
//! lego and certbot, for the same names in the same run.
//!
//! Pebble really validates and does not sleep before it. lego and certbot are run as their users run them: one command for each
//! certificate, with one account; certctl has all certificates at once, and at most eight orders in hand, because this Pebble
//! locks itself up with more. Not for: what the clients do beyond (certctl also puts the files in place). Invariant: only
//! certificates that are there at the end are counted.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use certctl_api::client::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::agent_process::AgentProcess;
use crate::arguments::Arguments;
use crate::figure::{Figure, Runs};
use crate::program::peer_script;
use crate::server_process::{LIMITS, ServerProcess};

/// How long all certificates of one client may take.
const LIMIT: Duration = Duration::from_secs(600);

/// Measures on SQLite.
pub(crate) async fn measure(arguments: &Arguments) -> anyhow::Result<Vec<(String, Vec<Figure>)>> {
    let n_names = if arguments.quick { 3 } else { 50 };
    for program in ["lego", "certbot"] {
        let found = Command::new(program).arg("--version").output();
        ensure!(found.is_ok(), "{program} is missing: apt-get install lego certbot");
    }
    let mut runs = Runs::default();
    for _ in 0..arguments.n_runs() {
        let folder = TempDir::new().context("no folder for the measurement")?;
        let names: Vec<String> = (0..n_names).map(|n| format!("n{n}.bench.test")).collect();
        // Each has a Pebble of its own, so that none finds the orders of another.
        for (client, what) in [("certctl", Who::Certctl), ("lego", Who::Lego), ("certbot", Who::Certbot)] {
            let own = folder.path().join(client);
            std::fs::create_dir_all(&own).context("no folder for a client")?;
            let pebble = Pebble::start(&own.join("pebble"))?;
            let seconds = match what {
                Who::Certctl => by_certctl(&own, &pebble, &names).await?,
                Who::Lego => by_lego(&own, &pebble, &names)?,
                Who::Certbot => by_certbot(&own, &pebble, &names)?,
            };
            let n = f64::from(u32::try_from(names.len()).unwrap_or(u32::MAX));
            runs.add(&format!("{client}: certificates"), "1/s", n / seconds);
        }
    }
    let title = format!(
        "acme: {n_names} names at a real Pebble by http-01, {} runs; lego and certbot one after the other",
        arguments.n_runs()
    );
    Ok(vec![(title, runs.into_figures())])
}

/// Who is measured.
#[derive(Clone, Copy)]
enum Who {
    Certctl,
    Lego,
    Certbot,
}

/// A Pebble that ends with this value.
struct Pebble {
    folder: PathBuf,
    values: HashMap<String, String>,
}

impl Pebble {
    fn start(folder: &Path) -> anyhow::Result<Self> {
        let started = Command::new(peer_script("pebble.sh")?)
            .arg("start")
            .arg(folder)
            .env("PEBBLE_VALIDATE", "1")
            .output()
            .context("Pebble cannot be started")?;
        ensure!(started.status.success(), "Pebble: {}", String::from_utf8_lossy(&started.stderr).trim());
        let text = String::from_utf8_lossy(&started.stdout);
        let value = |line: &str| {
            let (key, value) = line.split_once('=')?;
            Some((key.to_owned(), value.trim_matches('\'').to_owned()))
        };
        Ok(Self { folder: folder.to_owned(), values: text.lines().filter_map(value).collect() })
    }

    fn value(&self, key: &str) -> anyhow::Result<&str> {
        self.values.get(key).map(String::as_str).with_context(|| format!("Pebble has no {key}"))
    }
}

impl Drop for Pebble {
    fn drop(&mut self) {
        if let Ok(script) = peer_script("pebble.sh") {
            drop(Command::new(script).arg("stop").arg(&self.folder).output());
        }
    }
}

/// From the first request to the last certificate in its file.
async fn by_certctl(folder: &Path, pebble: &Pebble, names: &[String]) -> anyhow::Result<f64> {
    let settings = [&LIMITS[..], &[("CERTCTL_ISSUER_NETWORKS", "127.0.0.1,::1")]].concat();
    let mut server = ServerProcess::start_with(&folder.join("server"), None, &settings).await?;
    let admin = server.admin().await?;
    let tls = folder.join("tls");
    std::fs::create_dir_all(&tls).context("no folder for certificates")?;
    let policy = format!(
        "directories = [\"{}\"]\n[file]\n[challenges]\nhttp_01_listen = \"127.0.0.1:{}\"\n",
        tls.display(),
        pebble.value("PEBBLE_HTTP01_PORT")?
    );
    let mut agent = AgentProcess::start(&admin, &folder.join("agent"), &policy).await?;
    let ca_pem = std::fs::read_to_string(pebble.value("PEBBLE_CA")?).context("Pebble's CA cannot be read")?;
    let issuer = json!({
        "id": "iss-pebble", "name": "Pebble", "kind": "acme",
        "config": {
            "directory_url": pebble.value("PEBBLE_URL")?, "ca_pem": ca_pem, "terms_agreed": true,
            "challenges": ["http-01"], "max_orders": 8,
        },
    });
    let _: Value = admin.post("/issuers", &issuer).await?;
    for n in 0..names.len() {
        let target = json!({
            "id": format!("tgt-{n}"), "name": format!("file {n}"), "kind": "file", "agent_id": AgentProcess::id(),
            "config": {
                "certificate_path": tls.join(format!("n{n}.pem")), "key_path": tls.join(format!("n{n}.key")),
            },
        });
        let _: Value = admin.post("/targets", &target).await?;
    }
    let begin = Instant::now();
    for (n, name) in names.iter().enumerate() {
        let body = json!({
            "id": format!("mc-{n}"), "names": [name], "issuer_id": "iss-pebble", "target_ids": [format!("tgt-{n}")],
        });
        let _: Value = admin.post("/certificates", &body).await?;
    }
    in_place(&admin, &tls, names.len(), begin).await?;
    let seconds = begin.elapsed().as_secs_f64();
    agent.check()?;
    drop(agent);
    server.stop()?;
    Ok(seconds)
}

/// Waits until each certificate is in its file.
async fn in_place(admin: &Client, tls: &Path, n: usize, begin: Instant) -> anyhow::Result<()> {
    loop {
        let there = (0..n).filter(|number| tls.join(format!("n{number}.pem")).exists()).count();
        if there == n {
            return Ok(());
        }
        if begin.elapsed() > LIMIT {
            let failed: Value = admin.read("/jobs?state=Failed,Pending&limit=3").await?;
            bail!("only {there} of {n} certificates were there within {LIMIT:?}: {failed}");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn run(what: &str, command: &mut Command) -> anyhow::Result<()> {
    let output = command.output().with_context(|| format!("{what} cannot be run"))?;
    ensure!(
        output.status.success(),
        "{what}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

fn by_lego(folder: &Path, pebble: &Pebble, names: &[String]) -> anyhow::Result<f64> {
    let port = format!("127.0.0.1:{}", pebble.value("PEBBLE_HTTP01_PORT")?);
    let begin = Instant::now();
    for name in names {
        let mut command = Command::new("lego");
        command.args([
            "--accept-tos",
            "--email",
            "ops@bench.test",
            "--http",
            "--http.port",
            &port,
            "--key-type",
            "ec256",
        ]);
        command
            .args(["--server", pebble.value("PEBBLE_URL")?, "--domains", name, "--path"])
            .arg(folder.join("lego"));
        run("lego", command.arg("run").env("LEGO_CA_CERTIFICATES", pebble.value("PEBBLE_CA")?))?;
    }
    let seconds = begin.elapsed().as_secs_f64();
    let there = names.iter().filter(|name| folder.join(format!("lego/certificates/{name}.crt")).exists());
    ensure!(there.count() == names.len(), "lego left certificates out");
    Ok(seconds)
}

fn by_certbot(folder: &Path, pebble: &Pebble, names: &[String]) -> anyhow::Result<f64> {
    let begin = Instant::now();
    for name in names {
        let mut command = Command::new("certbot");
        command.args(["certonly", "--standalone", "-n", "--agree-tos", "--register-unsafely-without-email"]);
        command.args(["--server", pebble.value("PEBBLE_URL")?, "-d", name, "--key-type", "ecdsa"]);
        command.args([
            "--http-01-address",
            "127.0.0.1",
            "--http-01-port",
            pebble.value("PEBBLE_HTTP01_PORT")?,
        ]);
        for (option, end) in [("--config-dir", "config"), ("--work-dir", "work"), ("--logs-dir", "logs")] {
            command.arg(option).arg(folder.join("certbot").join(end));
        }
        run("certbot", command.env("REQUESTS_CA_BUNDLE", pebble.value("PEBBLE_CA")?))?;
    }
    let seconds = begin.elapsed().as_secs_f64();
    let live = folder.join("certbot/config/live");
    let there = names.iter().filter(|name| live.join(name).join("fullchain.pem").exists());
    ensure!(there.count() == names.len(), "certbot left certificates out");
    Ok(seconds)
}
