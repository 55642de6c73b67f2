//! Route 53, API 2013-04-01, as <https://docs.aws.amazon.com/Route53/latest/APIReference/> has it, with its signatures.
//!
//! Not for: routing policies. Invariant: a batch whose deletion is not what is there changes nothing.

use aws_lc_rs::{digest, hmac};
use serde_json::{Value, json};

use super::super::fake::{Answered, Asked, Zone, unquoted};
use super::TOKEN;

const KEY_ID: &str = "AKIDEXAMPLE";
const XMLNS: &str = "https://route53.amazonaws.com/doc/2013-04-01/";

pub(super) fn config(url: &str) -> Value {
    json!({ "access_key_id": KEY_ID, "secret_access_key": TOKEN, "endpoint": url })
}

fn error(status: u16, code: &str, message: &str) -> Answered {
    let inner = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
    Answered(
        status,
        format!(
            "<?xml version=\"1.0\"?>\n<ErrorResponse xmlns=\"{XMLNS}\">{inner}<RequestId>r</RequestId></ErrorResponse>"
        ),
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash(text: &str) -> String {
    hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

/// The signature that the request should have.
fn signature(asked: &Asked) -> String {
    let time = asked.header("x-amz-date");
    let (path, query) = (&asked.path, &asked.raw_query);
    let headers = format!("host:{}\nx-amz-date:{time}\n", asked.header("host"));
    let request =
        format!("{}\n{path}\n{query}\n{headers}\nhost;x-amz-date\n{}", asked.method, hash(&asked.text));
    let range = format!("{}/us-east-1/route53/aws4_request", &time[..8]);
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{range}\n{}", hash(&request));
    let mac = |key: &[u8], text: &str| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
    };
    let key = range.split('/').fold(format!("AWS4{TOKEN}").into_bytes(), |key, part| mac(&key, part));
    format!(
        "AWS4-HMAC-SHA256 Credential={KEY_ID}/{range}, SignedHeaders=host;x-amz-date, Signature={}",
        hex(&mac(&key, &text))
    )
}

fn between<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    text.split(&open).skip(1).map(|part| part.split(&close).next().unwrap()).collect()
}

/// The values of a `Change`.
fn values(change: &str) -> Vec<String> {
    between(change, "Value").iter().map(|value| unquoted(&value.replace("&quot;", "\""))).collect()
}

pub(super) fn answer(asked: &Asked, zone: &mut Zone) -> Answered {
    if asked.header("authorization") != signature(asked) {
        return error(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
        );
    }
    let (method, path) = asked.what();
    match (method, path.as_slice()) {
        ("GET", ["2013-04-01", "hostedzonesbyname"]) => {
            let one = |id: &str, private: bool| {
                format!(
                    "<HostedZone><Id>/hostedzone/{id}</Id><Name>example.test.</Name><CallerReference>c</CallerReference>\
                     <Config><PrivateZone>{private}</PrivateZone></Config></HostedZone>"
                )
            };
            Answered(
                200,
                format!(
                    "<?xml version=\"1.0\"?>\n<ListHostedZonesByNameResponse xmlns=\"{XMLNS}\"><HostedZones>{}{}</HostedZones>\
                 <IsTruncated>false</IsTruncated></ListHostedZonesByNameResponse>",
                    one("ZPRIVATE", true),
                    one("ZPUBLIC", false)
                ),
            )
        }
        ("GET", ["2013-04-01", "hostedzone", "ZPUBLIC", "rrset"]) => {
            let name = &asked.query["name"];
            let found = zone.of(name.trim_end_matches('.'));
            let (name, values) = if found.is_empty() {
                // The list goes on with what comes behind.
                ("zzz.example.test.", vec!["behind".to_owned()])
            } else {
                (name.as_str(), found)
            };
            let one = |value: &String| {
                format!("<ResourceRecord><Value>&quot;{value}&quot;</Value></ResourceRecord>")
            };
            let records: String = values.iter().map(one).collect();
            Answered(
                200,
                format!(
                    "<?xml version=\"1.0\"?>\n<ListResourceRecordSetsResponse xmlns=\"{XMLNS}\"><ResourceRecordSets><ResourceRecordSet>\
                 <Name>{name}</Name><Type>TXT</Type><TTL>60</TTL><ResourceRecords>{records}</ResourceRecords></ResourceRecordSet>\
                 </ResourceRecordSets><IsTruncated>true</IsTruncated></ListResourceRecordSetsResponse>"
                ),
            )
        }
        ("POST", ["2013-04-01", "hostedzone", "ZPUBLIC", "rrset", ""]) => {
            zone.be_outrun();
            let changes = between(&asked.text, "Change");
            let of = |action: &str| changes.iter().find(|change| between(change, "Action") == [action]);
            let name = between(changes[0], "Name")[0];
            let key = name.trim_end_matches('.');
            let found = zone.of(key);
            let what = format!("resource record set [name='{name}', type='TXT']");
            match of("DELETE") {
                Some(_) if found.is_empty() => {
                    return error(
                        400,
                        "InvalidChangeBatch",
                        &format!("[Tried to delete {what} but it was not found]"),
                    );
                }
                Some(old) if values(old) != found => {
                    let message = format!(
                        "[Tried to delete {what} but the values provided do not match the current values]"
                    );
                    return error(400, "InvalidChangeBatch", &message);
                }
                None if !found.is_empty() => {
                    return error(
                        400,
                        "InvalidChangeBatch",
                        &format!("[Tried to create {what} but it already exists]"),
                    );
                }
                Some(_) | None => {}
            }
            zone.put(key, of("CREATE").map(|new| values(new)).unwrap_or_default());
            Answered(
                200,
                format!(
                    "<?xml version=\"1.0\"?>\n<ChangeResourceRecordSetsResponse xmlns=\"{XMLNS}\"><ChangeInfo><Id>/change/C1</Id>\
                 <Status>PENDING</Status></ChangeInfo></ChangeResourceRecordSetsResponse>"
                ),
            )
        }
        _ => error(404, "NoSuchHostedZone", "No hosted zone found"),
    }
}
