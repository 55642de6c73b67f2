//! Programs as authorities, with a little script that signs by OpenSSL.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use certctl_connectors::issuers::outside::{Authority, AuthorityError, Call, Next, Surroundings};
use certctl_core::authority::{AuthorityKind, TestStepState};
use certctl_pki::RevocationReason;
use serde_json::{Value, json};

use super::{Request, call, failure, issued, surroundings};

/// Signs what it gets, once for each intent, with a CA of its own in `$1`.
const SIGN: &str = r#"
dir=$1; shift
sign() {
  cat > "$dir/csr.pem"
  [ -e "$dir/ca.pem" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/ca.key" \
    -out "$dir/ca.pem" -days 10 -subj "/CN=script CA" 2>/dev/null
  openssl x509 -req -in "$dir/csr.pem" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -days 1 -copy_extensions copy \
    -set_serial 77 -out "$dir/leaf.pem" 2>/dev/null && cat "$dir/leaf.pem" "$dir/ca.pem"
}
"#;

struct Script {
    dir: tempfile::TempDir,
    path: PathBuf,
}

impl Script {
    fn new(text: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sign");
        fs::write(&path, format!("#!/bin/sh\n{SIGN}\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self { dir, path }
    }

    fn authority(&self, more: &Value) -> Authority {
        let mut config = json!({ "program": self.path, "arguments": [self.dir.path()] });
        for (key, value) in more.as_object().unwrap() {
            config[key] = value.clone();
        }
        Authority::read(AuthorityKind::Exec, &config, None).unwrap()
    }

    fn around(&self) -> Surroundings {
        surroundings(vec![self.path.clone()])
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.dir.path().join(name)).unwrap_or_default()
    }
}

fn request() -> Request {
    Request::new(&["www.example.test", "example.test"])
}

#[tokio::test]
async fn a_program_signs_at_once_and_finds_what_it_needs() {
    let script = Script::new(r#"env > "$dir/env"; echo "$*" >> "$dir/calls"; sign"#);
    let (request, around) = (request(), script.around());
    let config =
        json!({ "environment": { "REGION": "eu" }, "secret_environment": "TOKEN=S3CRET=x\n\nOTHER=1\n" });
    let chain = issued(&around, &request, || script.authority(&config), |_| ()).await.unwrap();
    request.is_met_by(&chain);
    assert_eq!(script.file("calls"), "issue\n");
    let found = script.file("env");
    for wanted in [
        "CERTCTL_ACTION=issue",
        "CERTCTL_INTENT=job-1",
        "CERTCTL_NAMES=www.example.test,example.test",
        "CERTCTL_LIFETIME_SECONDS=86400",
        "REGION=eu",
        "TOKEN=S3CRET=x",
        "OTHER=1",
    ] {
        assert!(found.lines().any(|line| line == wanted), "{wanted} is not in {found}");
    }
}

#[tokio::test]
async fn an_order_is_polled_by_its_id_also_after_a_restart() {
    let script = Script::new(
        r#"echo "$*" >> "$dir/calls"
        case $1 in
          issue) echo order-7; exit 69 ;;
          poll) n=$(grep -c poll "$dir/calls"); [ "$n" -ge 3 ] || exit 69; [ "$CERTCTL_ORDER" = "$2" ] && sign ;;
        esac"#,
    );
    let (request, around) = (request(), script.around());
    let chain = issued(&around, &request, || script.authority(&json!({})), |_| ()).await.unwrap();
    request.is_met_by(&chain);
    assert_eq!(script.file("calls"), "issue\npoll order-7\npoll order-7\npoll order-7\n");
}

#[tokio::test]
async fn not_yet_without_an_order_is_a_mistake_of_the_program() {
    for output in ["", "two words", "-o"] {
        let script = Script::new(&format!("echo '{output}'; exit 69"));
        let error = failure(&script.around(), &request(), &script.authority(&json!({}))).await;
        assert!(matches!(&error, AuthorityError::Refused(text) if text.contains("69")), "{error:?}");
    }
}

#[tokio::test]
async fn statuses_say_whether_another_try_helps_and_words_tell_no_secret() {
    for (status, is_final) in
        [(64, true), (65, true), (77, true), (78, true), (75, false), (1, false), (7, false)]
    {
        let script = Script::new(&format!("echo \"no: $TOKEN\" >&2; exit {status}"));
        let authority = script.authority(&json!({ "secret_environment": "TOKEN=S3CRET" }));
        let error = failure(&script.around(), &request(), &authority).await;
        assert_eq!(matches!(error, AuthorityError::Refused(_)), is_final, "{status}: {error:?}");
        let text = error.to_string();
        assert!(text.contains("no: ***") && text.contains(&status.to_string()), "{text}");
        assert!(!format!("{authority:?}").contains("S3CRET"));
    }
}

#[tokio::test]
async fn what_is_not_the_certificate_is_refused() {
    let other = Request::new(&["www.example.test", "example.test"]);
    let fewer = Request::new(&["www.example.test"]);
    for (text, words) in [
        ("true", "no chain"),
        ("echo '<html>'", "no chain"),
        ("echo '-----BEGIN CERTIFICATE-----'; echo AAAA; echo '-----END CERTIFICATE-----'", "not one chain"),
        (r#"sign < "$dir/other.pem""#, "another key"),
        ("sign; cat /proc/sys/kernel/random/uuid", ""),
    ] {
        let script = Script::new(text);
        fs::write(script.dir.path().join("other.pem"), certctl_pki::pem::encode_request(&other.csr_der))
            .unwrap();
        let outcome = issued(&script.around(), &request(), || script.authority(&json!({})), |_| ()).await;
        match outcome {
            Ok(_) => assert!(words.is_empty(), "{text} is taken"),
            Err(error) => assert!(
                matches!(&error, AuthorityError::Refused(said) if !words.is_empty() && said.contains(words)),
                "{text}: {error:?}"
            ),
        }
    }
    // The right key, but not all the names.
    let script = Script::new("sign");
    let wider = Request { names: request().names, ..fewer };
    let error = failure(&script.around(), &wider, &script.authority(&json!({}))).await;
    assert!(
        matches!(&error, AuthorityError::Refused(text) if text.contains("without the name example.test"))
    );
}

#[tokio::test]
async fn a_program_that_hangs_is_killed_by_its_own_limit_and_by_the_callers() {
    let script = Script::new(r#"echo $$ > "$dir/pid"; sleep 600"#);
    let error =
        failure(&script.around(), &request(), &script.authority(&json!({ "timeout_seconds": 1 }))).await;
    assert!(
        matches!(&error, AuthorityError::Retry { detail, .. } if detail.contains("within 1 s")),
        "{error:?}"
    );

    let around = script.around();
    let short = Call { deadline: Duration::from_millis(300), ..call(&around) };
    let request = request();
    let outcome = script.authority(&json!({})).step(&short, &request.asked(), None, false).await;
    assert!(
        matches!(&outcome, Err(AuthorityError::Retry { detail, .. }) if detail.contains("0.3 s")),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn only_programs_that_the_operator_lists_are_run() {
    let script = Script::new(r#"touch "$dir/ran"; sign"#);
    let around = surroundings(vec!["/usr/bin/another".into()]);
    let authority = script.authority(&json!({}));
    let error = failure(&around, &request(), &authority).await;
    assert!(matches!(&error, AuthorityError::Refused(text) if text.contains("issuer_programs")), "{error:?}");
    assert!(!script.dir.path().join("ran").exists());

    let steps = authority.test(&call(&around)).await;
    assert_eq!(steps[0].state, TestStepState::Failed, "{steps:?}");
    let steps = authority.test(&call(&script.around())).await;
    assert_eq!(steps[0].state, TestStepState::Ok, "{steps:?}");
    assert_eq!(steps[1].state, TestStepState::Skipped, "{steps:?}");
    assert!(!script.dir.path().join("ran").exists(), "a test runs nothing");
}

#[tokio::test]
async fn a_program_is_told_what_to_revoke() {
    let script = Script::new(
        r#"case $1 in
          issue) sign ;;
          revoke) openssl x509 -noout -serial > "$dir/revoked"; echo "$CERTCTL_SERIAL $CERTCTL_REASON" >> "$dir/revoked" ;;
        esac"#,
    );
    let (request, around, authority) = (request(), script.around(), script.authority(&json!({})));
    let next = authority.step(&call(&around), &request.asked(), None, false).await.unwrap();
    let Next::Issued { chain } = next else { panic!("{next:?}") };
    authority.revoke(&call(&around), &chain[0], RevocationReason::Superseded).await.unwrap();
    assert_eq!(script.file("revoked"), "serial=4D\n4d 4\n");
    let outcome = authority.roll_key(&call(&around), &[]).await;
    assert!(matches!(outcome, Err(AuthorityError::Refused(_))), "{outcome:?}");
    assert_eq!(authority.renewal(&call(&around), &chain[0]).await, Ok(None));
}
