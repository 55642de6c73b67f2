//! A certificate is requested, the agent makes the key, the control plane issues, the agent deploys to a real nginx, and
//! a handshake proves it.

use crate::fleet::Fleet;

#[test]
fn a_certificate_goes_live_and_openssl_sees_it() {
    let fleet = Fleet::start(false);
    let before = fleet.served().unwrap();
    let shown =
        fleet.certctl(&["certs", "create", "--name", "site0.test", "--target", "tgt-nginx", "--wait"]);
    let served = fleet.served().unwrap();
    assert_ne!(served, before);
    let upper = served.to_uppercase();
    let pairs: Vec<&str> = (0..upper.len()).step_by(2).map(|at| &upper[at..at + 2]).collect();
    let colons = pairs.join(":");
    assert!(shown.contains(&colons), "{shown}");
    fleet.verify_audit();
}
