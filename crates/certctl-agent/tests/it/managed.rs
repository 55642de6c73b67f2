//! The agent under systemd: ready when it works, alive while it does, stopping when it is told to.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use crate::control_plane::ControlPlane;
use crate::enrolled::{Running, join_program, program};
use crate::host::Host;

#[test]
fn systemd_hears_that_the_agent_is_ready_alive_and_stopping() {
    let (host, control_plane) = (Host::new(), ControlPlane::start());
    host.write_policy("");
    assert!(join_program(host.dir.path(), &control_plane).status.success());
    let socket = UnixDatagram::bind(host.path("notify")).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let heard = || {
        let mut buffer = [0; 64];
        let n = socket.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..n].to_vec()).unwrap()
    };
    let mut command = program(host.dir.path());
    command.arg("run").env("NOTIFY_SOCKET", host.path("notify")).env("WATCHDOG_USEC", "200000");
    let mut agent = Running::spawn(command);
    assert_eq!(heard(), "READY=1");
    for _ in 0..5 {
        assert_eq!(heard(), "WATCHDOG=1");
    }
    assert!(agent.terminate().success());
    let last = loop {
        match heard().as_str() {
            "WATCHDOG=1" => {}
            other => break other.to_owned(),
        }
    };
    assert_eq!(last, "STOPPING=1");
}
