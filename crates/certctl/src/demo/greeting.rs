//! What a person reads first: the link, and the lines to copy into another shell.
//!
//! Not for: what happens later. Invariants: the API key itself is never printed; each line that is to be copied works
//! as it stands, whatever characters the paths have.

use std::net::SocketAddr;
use std::path::Path;

use super::control_plane::ControlPlane;
use super::directory::Directory;
use super::plan::FOR_YOU;
use crate::failure::Failure;
use crate::output::{Console, Tone};

/// The first lines, as soon as the control plane answers.
///
/// # Errors
/// [`Failure::Output`].
pub(super) fn link(console: &mut Console, plane: &ControlPlane, asked: SocketAddr) -> Result<(), Failure> {
    let link = Tone::Good.paint(&format!("{}/", plane.url));
    console.line(&format!("certctl demo: open {link}"))?;
    console.line(&format!(
        "  and sign in with the API key that this prints:  cat {}",
        quoted(&plane.key_file)
    ))?;
    let ca = plane.ca_file.display();
    console.line(&format!(
        "  The browser warns, because it does not know the demo's own CA; to make it known, import {ca}"
    ))?;
    if plane.address.port() != asked.port() {
        let moved = format!("  {asked} is taken, so a free port is used instead; --listen chooses another");
        console.line(&Tone::Notice.paint(&moved))?;
    }
    Ok(())
}

/// Writes the files that the commands need, and prints the commands.
///
/// # Errors
/// [`Failure`] when a file cannot be written.
pub(super) fn commands(
    console: &mut Console,
    directory: &Directory,
    plane: &ControlPlane,
    endpoint: SocketAddr,
) -> Result<(), Failure> {
    let env = directory.write("env", &environment(plane, std::env::current_exe().ok().as_deref()))?;
    let ca = directory.write("local-ca.pem", &plane.local_ca_pem)?;
    console.line("\nIn another shell, with a certificate of your own:\n")?;
    for line in lines(&env, &ca, endpoint) {
        console.line(&format!("  {line}"))?;
    }
    console
        .line("\nAnd then, for example:  certctl status   certctl certs list   certctl events --follow")?;
    console.line(&format!(
        "What follows happens in the fleet; Ctrl-C ends it. Log: {}\n",
        directory.path("demo.log").display()
    ))
}

/// The lines to copy.
fn lines(env: &Path, ca: &Path, endpoint: SocketAddr) -> [String; 4] {
    let (target, name) = FOR_YOU;
    [
        format!(". {}", quoted(env)),
        format!("certctl certs create --name {name} --target {target} --wait"),
        format!(
            "openssl s_client -connect {endpoint} -servername {name} -CAfile {} </dev/null 2>/dev/null \\",
            quoted(ca)
        ),
        "  | openssl x509 -noout -fingerprint -sha256 -subject -dates".to_owned(),
    ]
}

/// What a shell has to know, for `.`.
fn environment(plane: &ControlPlane, program: Option<&Path>) -> String {
    let path = program
        .and_then(Path::parent)
        .map(|folder| format!("export PATH={}:\"$PATH\"\n", quoted(folder)))
        .unwrap_or_default();
    format!(
        "# Written by `certctl demo`: lets certctl talk to it.\nexport CERTCTL_SERVER_URL={}\n\
         export CERTCTL_API_KEY_FILE={}\nexport CERTCTL_CA_FILE={}\n{path}",
        quoted(Path::new(&plane.url)),
        quoted(&plane.key_file),
        quoted(&plane.ca_file),
    )
}

/// A path as one word of a shell; plain when it needs no quotes.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-:+@%".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_one_word_of_a_shell() {
        for path in ["/tmp/certctl-demo-aB3/env", "/tmp/a b/env", "/tmp/it's/env", "/tmp/$HOME `id`/env"] {
            let script = format!("printf %s {}", quoted(Path::new(path)));
            let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), path);
        }
        assert_eq!(quoted(Path::new("/tmp/certctl-demo-aB3/env")), "/tmp/certctl-demo-aB3/env");
    }
}
