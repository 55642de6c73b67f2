//! Tags of certificates in a table of their own, by which they are found and counted.
//!
//! Not for: what a tag may be (ops). Invariant: the rows are those of the certificate's own list, in every transaction
//! that changes it: [`insert`] for a new certificate, [`set`] for a change, [`archive`] at its end. Their environment is the
//! certificate's: a trigger has them follow it.

use certctl_core::id::CertificateId;
use certctl_core::permission::Scope;
use serde_json::Value;

use crate::certificates::texts;
use crate::{StoreError, Tx, args, row, scope, vals};

const INSERT: &str = "-- certificate_tags.insert
    INSERT INTO certificate_tags (certificate_id, tag, archived, environment)
    VALUES";

fn distinct(tags: &Value) -> Vec<String> {
    let mut tags = texts(tags);
    tags.sort();
    tags.dedup();
    tags
}

/// The tags of a certificate that this transaction has made; written at its end, with the environment given here.
pub fn insert(tx: &mut Tx<'_>, id: &CertificateId, tags: &Value, environment: Option<&str>) {
    for tag in distinct(tags) {
        tx.insert_later(INSERT, vals![id, tag, false, environment.map(str::to_owned)]);
    }
}

/// Other tags than before.
///
/// # Errors
/// Those of the store.
pub fn set(tx: &mut Tx<'_>, id: &CertificateId, before: &Value, after: &Value) -> Result<(), StoreError> {
    let (before, after) = (distinct(before), distinct(after));
    for tag in before.iter().filter(|tag| !after.contains(tag)) {
        tx.exec(
            "-- certificate_tags.delete
             DELETE FROM certificate_tags WHERE certificate_id = $1 AND tag = $2",
            args![id, tag],
        )?;
    }
    for tag in after.iter().filter(|tag| !before.contains(tag)) {
        tx.exec(
            "-- certificate_tags.add
             INSERT INTO certificate_tags (certificate_id, tag, archived, environment)
             SELECT id, $2, FALSE, environment FROM certificates WHERE id = $1
             ON CONFLICT DO NOTHING",
            args![id, tag],
        )?;
    }
    Ok(())
}

/// The certificate is archived: its tags are not counted any more.
///
/// # Errors
/// Those of the store.
pub fn archive(tx: &mut Tx<'_>, id: &CertificateId) -> Result<(), StoreError> {
    tx.exec_later(
        "-- certificate_tags.archive
         UPDATE certificate_tags SET archived = TRUE WHERE certificate_id = $1",
        vals![id],
    )
}

row! {
    /// A tag with the number of certificates that have it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TagRow {
        /// The tag.
        pub tag: String,
        /// How many certificates have it that are not archived.
        pub certificates: i64,
    }
}

/// A page of tags in their order, after a cursor, of those that begin with `prefix`, counted within a scope.
///
/// # Errors
/// Those of the store.
pub fn list(
    tx: &mut Tx<'_>,
    scope: &Scope,
    prefix: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<TagRow>, StoreError> {
    // certificate_tags_tag holds all that is asked for; with a scope each row's certificate is looked at too.
    let mut sql = "-- certificate_tags.list
         SELECT ct.tag, COUNT(*) AS certificates FROM certificate_tags ct
         WHERE NOT ct.archived AND ct.tag > $1 AND SUBSTR(ct.tag, 1, LENGTH($2)) = $2"
        .to_owned();
    let mut values = vals![after, prefix];
    scope::through(scope, "ct.certificate_id", &mut sql, &mut values);
    values.push(limit.into());
    sql.push_str(&format!(" GROUP BY ct.tag ORDER BY ct.tag LIMIT ${}", values.len()));
    tx.all(&sql, &values)
}
