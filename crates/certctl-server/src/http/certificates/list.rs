//! The list of certificates: filters, order, pages.
//!
//! Not for: what a filter means (core's `choice` and the store). Invariants: a filter that is not known is refused, never
//! ignored; lists, anchors, facets, exports and bulk selections read filters here and nowhere else.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use certctl_api::certificates::Certificate;
use certctl_api::page::Page;
use certctl_core::certificate::CertificateStatus;
use certctl_core::choice::{Choice, LengthSpan, Moment, ShareSpan, Span};
use certctl_core::condition::Condition;
use certctl_core::id::{AgentId, IssuerId, OwnerId, ProfileId, RenewalPolicyId, TargetId, TeamId};
use certctl_core::inventory::{LiveState, Order, SortKey};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;
use certctl_store::certificates::{self, CertificateFilter, CertificateSort, KeyValue, Position};
use serde::Deserialize;

use super::views;
use crate::app::App;
use crate::counts;
use crate::error::Error;
use crate::http::cursor;
use crate::request::{Filter, Limit, Query, RequestContext, from_query};

/// Filters, order and page of the list. `a,b`: one of these; `-a`: not this one; `none`: not set; `-none`: set.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those with one of these statuses, `-` before a status for those without it: `Expiring,Expired`, `-Active`.
    /// `Archived` stands alone; without it, those that are archived are not in the list.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    status: Filter<Choice<CertificateStatus>>,
    /// Only those in one of these conditions, `-` before one for the others: `failing,expired`, `-healthy`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    condition: Filter<Choice<Condition>>,
    /// Only those that all, some or none of their targets were seen serving: `none,some`, `-all`, `no_targets`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    live: Filter<Choice<LiveState>>,
    /// Only those that are archived (`true`), or that are not.
    #[serde(default)]
    archived: Option<bool>,
    /// Only those of these issuers; `-` before an id for the others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^-?iss-[a-z0-9][a-z0-9-]{0,20}(,-?iss-[a-z0-9][a-z0-9-]{0,20})*$")]
    issuer_id: Filter<Choice<IssuerId>>,
    /// Only those of these profiles; `-` before an id for the others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^-?prof-[a-z0-9][a-z0-9-]{0,20}(,-?prof-[a-z0-9][a-z0-9-]{0,20})*$")]
    profile_id: Filter<Choice<ProfileId>>,
    /// Only those that follow these renewal policies; `-` before an id for the others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^-?rp-[a-z0-9][a-z0-9-]{0,20}(,-?rp-[a-z0-9][a-z0-9-]{0,20})*$")]
    policy_id: Filter<Choice<RenewalPolicyId>>,
    /// Only those of these owners; `none` for those without one, `-` before an id or `none` for the others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^-?(none|o-[a-z0-9][a-z0-9-]{0,20})(,-?(none|o-[a-z0-9][a-z0-9-]{0,20}))*$")]
    owner_id: Filter<Choice<OwnerId>>,
    /// Only those of these teams; `none` for those without one, `-` before an id or `none` for the others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^-?(none|t-[a-z0-9][a-z0-9-]{0,20})(,-?(none|t-[a-z0-9][a-z0-9-]{0,20}))*$")]
    team_id: Filter<Choice<TeamId>>,
    /// Only those of these environments, such as `production,staging`; `none`, `-production`, `-none` as elsewhere. A
    /// comma in a name, or a `-` or `none` that is the name, has a `\` before it.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = r"^-?[^,\\\u0000-][^,\\\u0000]*(,-?[^,\\\u0000-][^,\\\u0000]*)*$")]
    environment: Filter<Choice<String>>,
    /// Only those with these key algorithms, such as `ecdsa-p256`; `-` before one for the others.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = r"^-?[^,\\\u0000-][^,\\\u0000]*(,-?[^,\\\u0000-][^,\\\u0000]*)*$")]
    key_algorithm: Filter<Choice<String>>,
    /// Only those whose keys these agents hold; `none` for those that no agent holds.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^-?(none|ag-[a-z0-9][a-z0-9-]{0,20})(,-?(none|ag-[a-z0-9][a-z0-9-]{0,20}))*$")]
    agent_id: Filter<Choice<AgentId>>,
    /// Only those that are deployed to these targets; `none` for those that are deployed nowhere.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^-?(none|tgt-[a-z0-9][a-z0-9-]{0,20})(,-?(none|tgt-[a-z0-9][a-z0-9-]{0,20}))*$")]
    target_id: Filter<Choice<TargetId>>,
    /// Only those with one of these tags; `-` before a tag for those without it, `none` for those without any.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = r"^-?[^,\\\u0000-][^,\\\u0000]*(,-?[^,\\\u0000-][^,\\\u0000]*)*$")]
    tag: Filter<Choice<String>>,
    /// Only those whose earliest end is in this range: `..30d` (in 30 days at the latest), `-7d..` (7 days ago at the
    /// earliest), `2027-01-01T00:00:00Z..2027-02-01T00:00:00Z`. The first end belongs to the range, the last does not.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    expires: Filter<Span>,
    /// Only those whose earliest renewal is in this range, written as `expires`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    renews: Filter<Span>,
    /// Only those that were made in this range, written as `expires`: `-7d..` for the last 7 days.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    created: Filter<Span>,
    /// Only those that were last changed in this range, written as `expires`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    updated: Filter<Span>,
    /// Only those with this share of their lifetime left: `..20%`, `50%..75%`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    life: Filter<ShareSpan>,
    /// Only those whose current versions are valid for so long in all: `..10d`, `90d..`.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    lifetime: Filter<LengthSpan>,
    /// Only those whose earliest end is before this time.
    #[serde(default)]
    expires_before: Option<Ts>,
    /// Only those whose earliest end is after this time.
    #[serde(default)]
    expires_after: Option<Ts>,
    /// Only those whose earliest renewal is before this time.
    #[serde(default)]
    renews_before: Option<Ts>,
    /// Only those whose name, or one of whose names, holds this text (of one or two letters: whose name begins with it);
    /// or the one with this whole serial or SHA-256 fingerprint.
    #[serde(default)]
    q: Option<String>,
    /// The order: `name`, `expires`, `renews`, `created`, `updated` or `attention` (what is most pressing first), with a
    /// `-` before it for the other way round; `created` when absent.
    #[serde(default)]
    #[param(value_type = Option<String>, pattern = "^-?(name|expires|renews|created|updated|attention)$")]
    sort: Filter<ListOrder>,
    /// The number of items, 1 to 500; 50 when absent. A page can hold fewer, even none, and still have a `next_cursor`:
    /// when what matches lies far apart.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 500)]
    limit: Limit,
    /// `next_cursor` of the page before, or an anchor; of the same order.
    #[serde(default)]
    cursor: Option<String>,
    /// Whether to count all that match. A count of very many may be some seconds old; of when it is, anchors and facets say.
    #[serde(default)]
    total: bool,
}

/// The order of the list; by age when none is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListOrder(pub Order);

impl Default for ListOrder {
    fn default() -> Self {
        Self(Order::by(SortKey::Created))
    }
}

impl std::str::FromStr for ListOrder {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

/// What is refused when archived certificates are asked for together with others.
const ARCHIVED_ALONE: &str = "archived certificates are a list of their own: ask for them alone";

impl ListQuery {
    /// The order that is asked for.
    pub fn order(&self) -> Order {
        self.sort.0.0
    }

    /// The filter that is asked for.
    ///
    /// # Errors
    /// 400 for filters that do not go together.
    pub fn filter(self, scope: Scope) -> Result<CertificateFilter, Error> {
        let mixed = |n: usize, archived: usize| archived > 0 && archived < n;
        let (status, condition) = (self.status.0, self.condition.0);
        let archived = status.any.iter().filter(|one| **one == Some(CertificateStatus::Archived)).count();
        if mixed(status.any.len(), archived) {
            return Err(Error::bad_field("?status", ARCHIVED_ALONE));
        }
        let archived = condition.any.iter().filter(|one| **one == Some(Condition::Archived)).count();
        if mixed(condition.any.len(), archived) {
            return Err(Error::bad_field("?condition", ARCHIVED_ALONE));
        }
        let before = |at: Ts| Span { from: None, to: Some(Moment::At(at)) };
        let mut spans = vec![
            (SortKey::Expires, self.expires.0),
            (SortKey::Renews, self.renews.0),
            (SortKey::Created, self.created.0),
            (SortKey::Updated, self.updated.0),
        ];
        spans.extend(self.expires_before.map(|at| (SortKey::Expires, before(at))));
        spans.extend(self.expires_after.map(|at| {
            let next = Ts::from_microsecond(at.as_microsecond().saturating_add(1));
            (SortKey::Expires, Span { from: Some(Moment::At(next)), to: None })
        }));
        spans.extend(self.renews_before.map(|at| (SortKey::Renews, before(at))));
        spans.retain(|(_, span)| !span.is_empty());
        Ok(CertificateFilter {
            scope,
            archived: self.archived,
            status,
            condition,
            live: self.live.0,
            environment: self.environment.0,
            owner_id: self.owner_id.0,
            team_id: self.team_id.0,
            issuer_id: self.issuer_id.0,
            profile_id: self.profile_id.0,
            renewal_policy_id: self.policy_id.0,
            key_algorithm: self.key_algorithm.0,
            agent_id: self.agent_id.0,
            target_id: self.target_id.0,
            tag: self.tag.0,
            spans,
            life: self.life.0,
            lifetime: self.lifetime.0,
            q: self.q,
            ..CertificateFilter::default()
        })
    }
}

/// The filter that the list's parameters describe, for selections that are not asked for by a query.
///
/// # Errors
/// 400 naming the parameter as `?name`, also for one that only orders or pages a list.
pub fn filter_of(parameters: &BTreeMap<String, String>, scope: &Scope) -> Result<CertificateFilter, Error> {
    for name in ["sort", "limit", "cursor", "total"] {
        if parameters.contains_key(name) {
            return Err(Error::bad_field(format!("?{name}"), format!("{name} is no filter")));
        }
    }
    let query = serde_urlencoded::to_string(parameters).map_err(Error::internal)?;
    from_query::<ListQuery>(&query)?.filter(scope.clone())
}

/// A place in the list as its cursor: the order with the rank, then the key and the id.
pub fn cursor_of(order: Order, position: &Position) -> String {
    let key = match &position.key {
        KeyValue::Nothing => String::new(),
        KeyValue::Text(text) => text.clone(),
        KeyValue::At(at) => at.as_microsecond().to_string(),
    };
    // A name has no control characters, so the last line is the id and the first the order.
    cursor::encode_pair(&format!("{order} {}", position.rank), &format!("{key}\n{}", position.id))
}

fn position_of(order: Order, text: &str) -> Result<Position, Error> {
    let (place, rest) = cursor::decode_pair(text)?;
    let (of, rank) = place.split_once(' ').ok_or_else(cursor::bad)?;
    let of: Order = of.parse().map_err(|_| cursor::bad())?;
    if of != order {
        let detail = format!("this cursor belongs to the order {of}, and the list is asked for by {order}");
        return Err(Error::bad_field("?cursor", detail));
    }
    let (key, id) = rest.rsplit_once('\n').ok_or_else(cursor::bad)?;
    let key = match order.key {
        SortKey::Name => KeyValue::Text(key.to_owned()),
        SortKey::Expires | SortKey::Renews | SortKey::Created | SortKey::Updated | SortKey::Attention => {
            KeyValue::At(Ts::from_microsecond(key.parse().map_err(|_| cursor::bad())?))
        }
    };
    if id.contains('\0') || rest.contains('\0') {
        return Err(cursor::bad());
    }
    Ok(Position { rank: rank.parse().map_err(|_| cursor::bad())?, key, id: id.to_owned() })
}

/// How many match: exactly when an index shows that they are few, else as of some moments ago.
async fn count(app: &App, filter: CertificateFilter) -> Result<i64, Error> {
    let wanted = filter.clone();
    let few =
        app.store.read("certificates.count", move |tx| Ok::<_, Error>(certificates::count_few(tx, &wanted)?));
    match few.await? {
        Some(n) => Ok(n),
        None => {
            let key = format!("certificates.count {filter:?}");
            let counted = counts::counted(app, key, move |tx| Ok(certificates::count(tx, &filter)?)).await?;
            Ok(*counted.value)
        }
    }
}

/// Whether the list has an order of this name.
///
/// # Errors
/// 400 naming `?sort`.
pub fn check_sort(sort: &str) -> Result<(), Error> {
    let query = serde_urlencoded::to_string([("sort", sort)]).map_err(Error::internal)?;
    from_query::<ListQuery>(&query).map(drop)
}

/// A page of certificates.
///
/// # Errors
/// 400 for a bad filter.
#[utoipa::path(get, path = "/certificates", tag = "certificates", params(ListQuery),
    responses((status = 200, body = Page<Certificate>)))]
pub async fn list(
    State(app): State<App>,
    context: RequestContext,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<Certificate>>, Error> {
    let order = query.order();
    let after = query.cursor.as_deref().map(|text| position_of(order, text)).transpose()?;
    let (limit, total) = (i64::from(query.limit.get()), query.total);
    let filter = query.filter(context.scope)?;
    let counted = filter.clone();
    let page = app.store.read("certificates.list", move |tx| {
        let found = certificates::list(tx, &filter, CertificateSort::By(order), after.as_ref(), limit)?;
        let next_cursor = found.next.map(|position| cursor_of(order, &position));
        let items = views(tx, found.rows.into_iter().map(|(row, _)| row).collect())?;
        Ok::<_, Error>(Page { items, next_cursor, total: None })
    });
    let mut page = page.await?;
    if total {
        page.total = Some(count(&app, counted).await?);
    }
    Ok(Json(page))
}
