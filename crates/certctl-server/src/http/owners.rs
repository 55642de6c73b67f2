//! Owners over HTTP: their wire mapping.
//!
//! Not for: rules (ops), handlers (`settings.rs`). Invariant: an e-mail address that is kept has the shape of one.

use certctl_api::owners::{CreateOwner, Owner, UpdateOwner};
use certctl_core::id::OwnerId;
use certctl_store::owners::OwnerRow;

use crate::http::settings::prelude::*;

/// The shape only: whether it is read by somebody shows when an alert is sent there.
pub(crate) fn address(checks: &mut Checks, pointer: &str, text: &str) -> String {
    let shaped = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && local.chars().count() <= 64
            && !domain.is_empty()
            && domain.split('.').all(|label| !label.is_empty())
            && !domain.contains('@')
    });
    let clean = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | ',' | ';' | '"');
    if !shaped || text.chars().count() > 254 || !text.chars().all(clean) {
        checks.bad(pointer, "this is not an e-mail address such as web@example.org");
    }
    text.to_owned()
}

#[derive(Debug)]
enum Owners {}

impl Noun for Owners {
    type Row = OwnerRow;
    type View = Owner;
    type Create = CreateOwner;
    type Update = UpdateOwner;
    type New = OwnerRow;
    const PATH: &'static str = "owners";

    fn view(row: OwnerRow) -> Result<Owner, Error> {
        let OwnerRow { id, name, email, created_at, updated_at, revision } = row;
        Ok(Owner { id, name, email, created_at, updated_at, revision })
    }

    fn check(app: &App, request: CreateOwner) -> Result<OwnerRow, Error> {
        let mut checks = Checks::default();
        let name = checks.name(&request.name);
        let email = request.email.map(|email| address(&mut checks, "/email", &email));
        checks.finish()?;
        let now = app.now();
        let id = request.id.unwrap_or_else(|| app.new_id());
        Ok(OwnerRow { id, name, email, created_at: now, updated_at: now, revision: 1 })
    }

    fn store(tx: &mut Tx<'_>, audit: &Context, new: &OwnerRow) -> Result<OwnerRow, Error> {
        ops::create(tx, audit, new)
    }

    fn change(row: &mut OwnerRow, update: UpdateOwner, checks: &mut Checks) -> Result<(), Error> {
        set(&mut row.name, update.name.map(|name| checks.name(&name)));
        let email = update.email.map(|email| match email.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(email) => Some(address(checks, "/email", email)),
        });
        set(&mut row.email, email);
        Ok(())
    }
}

handlers! {
    Owners, Owner, OwnerId => Owner, CreateOwner, UpdateOwner;
    "owners" at "/owners" and "/owners/{id}": "owner", "an owner", "owners";
    read ConfigRead, change ConfigManage;
    create "A new owner: who answers for certificates, and where alerts go.";
    update "Changes an owner; null or an empty e-mail address removes it.";
}

/// The routes of this file.
pub fn routes(api: Api) -> Api {
    common(api)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_need_a_local_part_and_a_domain() {
        let check = |text: &str, expected: bool| {
            let mut checks = Checks::default();
            let _ = address(&mut checks, "/email", text);
            assert_eq!(checks.finish().is_ok(), expected, "{text:?}");
        };
        check("web@example.org", true);
        check("web+tls@mail", true);
        for wrong in [
            "",
            "web",
            " web@mail ",
            "@example.org",
            "web@",
            "a@b@c",
            "a b@c.org",
            "a@c..org",
            "Web <a@c.org>",
            "a@c,b@c",
        ] {
            check(wrong, false);
        }
        check(&format!("{}@example.org", "a".repeat(65)), false);
    }
}
