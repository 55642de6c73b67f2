//! `certctl demo`: the control plane and the fleet, until it is asked to stop.
//!
//! Not for: what the fleet is (`plan.rs`) or how it is built (`fleet.rs`). Invariants: the link is the first line; the
//! lines to copy are printed when they work, and what they need does not wait for the rest of the fleet; the end is in
//! order, and a second signal ends it at once.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Instant;

use tokio::sync::mpsc;

use super::control_plane::Listen;
use super::failed;
use super::fleet::Builder;
use super::plan::{FOR_YOU, HOSTS};
use super::signals::Signals;
use super::stage::Stage;
use super::story::{self, Fact};
use super::{directory, greeting};
use crate::failure::Failure;
use crate::output::{Console, Exit, Tone};

/// Where the control plane listens when nobody says.
const DEFAULT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8_443);

/// How wide the lines below a fact are.
const WIDTH: usize = 95;

/// Runs until a signal comes.
///
/// # Errors
/// [`Failure`] naming what does not start.
pub(crate) async fn run(
    data_dir: Option<&Path>,
    listen: Option<SocketAddr>,
    search_path: &str,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let mut signals = Signals::install()?;
    let mut stage = Stage::open(data_dir)?;
    let outcome = tokio::select! {
        outcome = show(&mut stage, listen, search_path, console) => outcome,
        () = signals.stop() => Ok(()),
    };
    let root = stage.directory.root().display().to_string();
    let is_kept = stage.directory.is_kept();
    // Nobody may be reading any more; what was started is ended all the same.
    drop(console.line("\nStops: the agents, the control plane, then the endpoints."));
    let stopped = tokio::select! {
        stopped = stage.stop() => stopped,
        () = signals.stop() => Ok(()),
    };
    outcome.and(stopped)?;
    let end = if is_kept {
        format!("Kept in {root}; `certctl demo --data-dir {root}` goes on with it.")
    } else {
        format!("{root} is removed; nothing is left of the demo.")
    };
    console.line(&end)?;
    Ok(Exit::Ok)
}

/// Where to listen: where the agents of an earlier start look for it, where the caller says, or by default.
fn place(
    addresses: &directory::Addresses,
    listen: Option<SocketAddr>,
    root: &Path,
) -> Result<(Listen, SocketAddr), Failure> {
    match (addresses.control_plane, listen) {
        (Some(before), Some(asked)) if before != asked => Err(Failure::usage(
            format!("the agents in {} know their control plane at {before}", root.display()),
            "leave --listen out, or begin anew with another --data-dir",
        )),
        (Some(before), Some(_) | None) => Ok((Listen::Exactly(before), before)),
        (None, Some(asked)) => Ok((Listen::Exactly(asked), asked)),
        (None, None) => Ok((Listen::Preferably(DEFAULT), DEFAULT)),
    }
}

async fn show(
    stage: &mut Stage,
    listen: Option<SocketAddr>,
    search_path: &str,
    console: &mut Console,
) -> Result<(), Failure> {
    let began = Instant::now();
    let mut addresses = stage.directory.addresses()?;
    let is_first = addresses.control_plane.is_none();
    let (listen, asked) = place(&addresses, listen, stage.directory.root())?;
    let client = stage.start_control_plane(listen).await?;
    let missing = || failed("the control plane is gone", "");
    let plane = stage.plane.as_ref().ok_or_else(missing)?;
    let asked = if asked.port() == 0 { plane.address } else { asked };
    greeting::link(console, plane, asked)?;
    addresses.control_plane = Some(plane.address);

    let (say, mut facts) = mpsc::unbounded_channel();
    let mut builder =
        Builder::with_endpoints(stage, client.clone(), say.clone(), &mut addresses, search_path).await?;
    builder.add_host(HOSTS[0].name).await?;
    let directory = &builder.stage.directory;
    directory.keep(&addresses)?;
    let endpoint = builder.address(FOR_YOU.0).ok_or_else(missing)?;
    greeting::commands(console, directory, builder.stage.plane.as_ref().ok_or_else(missing)?, endpoint)?;

    let building = builder.build();
    let telling = story::follow(client, is_first, say);
    tokio::pin!(building, telling);
    let mut is_built = false;
    loop {
        tokio::select! {
            Some(fact) = facts.recv() => tell(console, began, &fact)?,
            built = &mut building, if !is_built => {
                built?;
                is_built = true;
            }
            () = &mut telling => return Err(failed("the story of the fleet broke off", "")),
        }
    }
}

/// Prints a fact; what it adds on further lines stands below it, wrapped.
fn tell(console: &mut Console, began: Instant, fact: &Fact) -> Result<(), Failure> {
    let Fact { label, tone, text } = fact;
    let label = tone.paint(&format!("{label:<12}"));
    let (first, more) = text.split_once('\n').unwrap_or((text, ""));
    console.line(&format!("{:>7.1}s  {label} {first}", began.elapsed().as_secs_f64()))?;
    for line in wrapped(more, WIDTH) {
        console.line(&format!("{:23}{}", "", Tone::Faint.paint(&line)))?;
    }
    Ok(())
}

/// The words of a text on lines of this width; a longer word has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_fleet_stays_where_its_agents_look_for_it() {
        let (root, other) = (Path::new("/demo"), "127.0.0.1:9".parse().unwrap());
        let first = directory::Addresses::default();
        assert_eq!(place(&first, None, root).unwrap().0, Listen::Preferably(DEFAULT));
        assert_eq!(place(&first, Some(other), root).unwrap().0, Listen::Exactly(other));
        let later = directory::Addresses { control_plane: Some(DEFAULT), ..directory::Addresses::default() };
        assert_eq!(place(&later, None, root).unwrap().0, Listen::Exactly(DEFAULT));
        assert_eq!(place(&later, Some(DEFAULT), root).unwrap().0, Listen::Exactly(DEFAULT));
        let error = place(&later, Some(other), root).unwrap_err();
        assert!(error.lines().join(" ").contains("--data-dir"), "{error}");
    }

    #[test]
    fn long_causes_are_wrapped_at_words() {
        assert_eq!(wrapped("aa bb  cc ddddddd e", 5), ["aa bb", "cc", "ddddddd", "e"]);
        assert!(wrapped("", 5).is_empty());
    }
}
