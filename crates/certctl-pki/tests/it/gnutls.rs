//! Running GnuTLS' tools, the second implementation that our CRLs and OCSP responses are put before.
//!
//! Its tools read the machine's clock, so what they are asked to judge has to be of the present or without end.

use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Runs `certtool` or `ocsptool` and gives what it prints; a failure fails the test.
pub(crate) fn gnutls(tool: &str, arguments: &[&str], input: &[u8]) -> String {
    let mut child = Command::new(tool)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{tool} {arguments:?}: {text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}
