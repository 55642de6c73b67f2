//! The record of dns-persist-01 that an operator sets once, over HTTP.
//!
//! Not for: looking whether it is there (`engine/challenges.rs`), or writing it, which nothing here does. Invariant: what is said
//! is what an order of this account would look for.

use std::time::Duration;

use certctl_api::issuers::PersistentRecord;
use certctl_connectors::issuers::outside::Call;
use certctl_core::id::IssuerId;
use certctl_pki::Name;
use serde::Deserialize;
use serde_json::json;

use crate::http::settings::prelude::*;

/// The longest that the authority may take: a request lasts 60 seconds at most.
const PATIENCE: Duration = Duration::from_secs(30);

/// For which name.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Of {
    /// A DNS name or a wildcard.
    #[param(example = "*.example.org")]
    name: String,
}

/// The TXT record that proves control of a name by dns-persist-01.
///
/// # Errors
/// 404; 409 when the authority does not say it before an order; 422 for a bad name.
#[utoipa::path(get, path = "/issuers/{id}/persistent-record", tag = "issuers", params(("id" = IssuerId, Path), Of),
    summary = "The record of dns-persist-01",
    description = "The TXT record that proves control of a name by dns-persist-01 (draft-ietf-acme-dns-persist), for as long as it \
                   is there: it names the authority and its account here. The operator of the name sets it once. Also for an \
                   issuer whose `challenges` do not have dns-persist-01 yet.",
    responses(
        (status = 200, description = "The record", body = PersistentRecord),
        (status = 409, description = "The authority does not say it, or not before an order; `detail` has its words"),
        (status = 422, description = "The name cannot be one of a certificate"),
    ))]
pub async fn persistent_record(
    State(app): State<App>,
    PathId(id): PathId<certctl_core::id::Issuer>,
    Query(of): Query<Of>,
) -> Result<Json<PersistentRecord>, Error> {
    let name = Name::parse(&of.name).map_err(|error| Error::invalid_field("?name", error.to_string()))?;
    let (worker, wanted) = (app.clone(), id.clone());
    let authority = app
        .store
        .read("issuers.outside", move |tx| worker.issuers.outside(tx, &worker.sealer, &wanted))
        .await?;
    let none = |detail: String| Error::conflict("no_persistent_record", detail, json!({ "issuer_id": id }));
    let authority =
        authority.ok_or_else(|| none(format!("{id} signs here: it asks for no proofs of control")))?;
    let call = Call { around: &app.ways.issuers, random: &*app.random, now: app.now(), deadline: PATIENCE };
    let found = authority.persistent_record(&call, &name).await.map_err(|error| none(error.to_string()))?;
    Ok(Json(PersistentRecord { record: found.name, texts: found.texts }))
}

/// Registers the route.
pub fn routes(api: Api) -> Api {
    api.route(Access::Need(Permission::IssuersManage), routes!(persistent_record))
}
