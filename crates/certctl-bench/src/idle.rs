//! Scenario: what certctl takes when nothing happens: time to be ready, memory, size of its programs.
//!
//! Not for: load. Invariant: every start is a process of its own; a first start begins with an empty folder.

use std::time::Duration;

use anyhow::Context as _;
use tempfile::TempDir;

use crate::agent_process::{AgentProcess, nginx_policy};
use crate::arguments::Arguments;
use crate::figure::{Figure, Target};
use crate::process;
use crate::program::{beside, file_mb};
use crate::server_process::ServerProcess;

/// How many starts are measured.
const N_STARTS: usize = 9;

/// Measures on SQLite.
pub(crate) async fn measure(arguments: &Arguments) -> anyhow::Result<Vec<(String, Vec<Figure>)>> {
    let (n_starts, rest) =
        if arguments.quick { (2, Duration::from_secs(1)) } else { (N_STARTS, Duration::from_secs(10)) };
    let folder = TempDir::new().context("no folder for the measurement")?;
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for number in 0..n_starts {
        let mut server = ServerProcess::start(&folder.path().join(number.to_string()), None).await?;
        first.push(server.ready_after.as_secs_f64() * 1e3);
        server = server.restart().await?;
        second.push(server.ready_after.as_secs_f64() * 1e3);
        server.stop()?;
    }
    let (mut of_server, mut of_agent) = (Vec::new(), Vec::new());
    for number in 0..arguments.n_runs() {
        let folder = folder.path().join(format!("idle-{number}"));
        let mut server = ServerProcess::start(&folder, None).await?;
        let admin = server.admin().await?;
        // No nginx is needed for an agent that has nothing to do.
        let policy = nginx_policy(&folder, 443);
        let mut agent = AgentProcess::start(&admin, &folder.join("agent"), &policy).await?;
        tokio::time::sleep(rest).await;
        agent.check()?;
        of_server.push(process::resident_mb(server.pid())?);
        of_agent.push(process::resident_mb(agent.pid())?);
        drop(agent);
        server.stop()?;
    }
    let size = |name| anyhow::Ok(vec![file_mb(&beside(name)?)?]);
    let under =
        |name: &str, unit, values, most| Figure::new(name, unit, values).with_target(Target::Under(most));
    let figures = vec![
        under("ready after a first start", "ms", first, 300.0),
        under("ready after a second start", "ms", second, 300.0),
        under("idle server resident", "MB", of_server, 40.0),
        under("idle agent resident", "MB", of_agent, 15.0),
        under("size of certctl", "MB", size("certctl")?, 25.0),
        under("size of certctl-agent", "MB", size("certctl-agent")?, 12.0),
    ];
    Ok(vec![(format!("idle: {n_starts} starts, memory after {} s", rest.as_secs()), figures)])
}
