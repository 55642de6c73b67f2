//! The filters of the list of certificates as SQL: for each what a row is tested by, and by which index the few rows
//! that pass can be found.
//!
//! Texts are written with `@column` and `?`: [`render`] gives them their places, and decides whether SQLite may use an
//! index for a column (`c.column`) or only test it (`+c.column`). Not for: which filter leads a statement (`list.rs`),
//! or the computed words (`words.rs`). Invariant: the branches of a predicate together hold at least the rows that its test
//! passes.

use certctl_core::certificate::CertificateStatus;
use certctl_core::choice::{Choice, LengthSpan, ShareSpan, Span};
use certctl_core::condition::Condition;
use certctl_core::id::{AgentId, IssuerId, OwnerId, ProfileId, RenewalPolicyId, TargetId, TeamId};
use certctl_core::inventory::{LiveState, NO_END, SortKey};
use certctl_core::permission::Scope;
use certctl_core::time::Ts;

use super::names::{BY_HANDLE, MIN_PART, by_handle, handle, has_index_of_names, search, these, wanted_text};
use super::through::{agents, tags, targets};
use super::ways::{Reach, estimate};
use super::words::{Word, condition, status};
use crate::{Kind, StoreError, Tx, Val, vals};

/// Filters of the list; an empty one admits everything.
#[derive(Debug, Clone, Default)]
pub struct CertificateFilter {
    /// Of what the caller may see.
    pub scope: Scope,
    /// Those that are archived, or those that are not; absent: as `status` and `condition` have it, else not.
    pub archived: Option<bool>,
    /// Computed status.
    pub status: Choice<CertificateStatus>,
    /// Computed condition.
    pub condition: Choice<Condition>,
    /// Where it is seen live.
    pub live: Choice<LiveState>,
    /// Environment.
    pub environment: Choice<String>,
    /// Owner.
    pub owner_id: Choice<OwnerId>,
    /// Team.
    pub team_id: Choice<TeamId>,
    /// Issuer.
    pub issuer_id: Choice<IssuerId>,
    /// Profile.
    pub profile_id: Choice<ProfileId>,
    /// Renewal policy.
    pub renewal_policy_id: Choice<RenewalPolicyId>,
    /// Key algorithm.
    pub key_algorithm: Choice<String>,
    /// Key holder.
    pub agent_id: Choice<AgentId>,
    /// Target.
    pub target_id: Choice<TargetId>,
    /// Label.
    pub tag: Choice<String>,
    /// Ranges of moments, each by what a list may be sorted by; those of one key hold together.
    pub spans: Vec<(SortKey, Span)>,
    /// The share of its lifetime that is left.
    pub life: ShareSpan,
    /// How long its current versions are valid in all.
    pub lifetime: LengthSpan,
    /// Part of the name or of a name, or a whole serial or fingerprint.
    pub q: Option<String>,
    /// How many rows each way to the rows goes for: for tests of all ways with few rows.
    #[doc(hidden)]
    pub reach: Reach,
}

impl CertificateFilter {
    /// Whether it is about archived certificates.
    pub fn wants_archived(&self) -> bool {
        self.archived.unwrap_or_else(|| {
            let all = |n: usize, archived: bool| n > 0 && archived;
            let status = &self.status.any;
            let condition = &self.condition.any;
            all(status.len(), status.iter().all(|one| *one == Some(CertificateStatus::Archived)))
                || all(condition.len(), condition.iter().all(|one| *one == Some(Condition::Archived)))
        })
    }
}

/// A piece of SQL with its values.
#[derive(Debug, Clone, Default)]
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) values: Vec<Val>,
}

impl Sql {
    pub(super) fn new(text: impl Into<String>, values: Vec<Val>) -> Self {
        Self { text: text.into(), values }
    }

    pub(super) fn and(&mut self, other: Self) {
        if !self.text.is_empty() {
            self.text.push_str(" AND ");
        }
        self.text.push_str(&other.text);
        self.values.extend(other.values);
    }

    pub(super) fn or(&mut self, other: Self) {
        if !self.text.is_empty() {
            self.text.push_str(" OR ");
        }
        self.text.push_str(&format!("({})", other.text));
        self.values.extend(other.values);
    }
}

/// One way to the rows of a predicate.
#[derive(Debug, Clone)]
pub(super) enum Branch {
    /// By an index of the certificates themselves.
    Rows(Sql),
    /// By an index of the certificates, each row then tested: of one computed word, which no other has too.
    Word {
        /// What the index finds.
        way: Sql,
        /// Passes exactly the rows of the word.
        test: Sql,
    },
    /// By a part of the index that begins with the one column that it names. SQLite, which does not know that there may be
    /// nothing in that part, is kept from going through another index to its end.
    Part(Sql),
    /// By ids (or SQLite's row numbers) that another table has.
    Ids {
        /// Which column of the certificates they are.
        column: &'static str,
        /// What gives them.
        select: Sql,
        /// What it may be narrowed by, when there is something.
        narrowed: Option<Narrowed>,
    },
}

/// What leaves only some environments of ids.
#[derive(Debug, Clone, Copy)]
pub(super) enum Narrowed {
    /// A column of the same index, which makes it a smaller part of it.
    Environment(&'static str),
    /// The id itself, which is looked up in the index of environments.
    Id(&'static str),
}

/// One filter.
#[derive(Debug, Clone, Default)]
pub(super) struct Predicate {
    /// Passes exactly its rows.
    pub(super) test: Sql,
    /// Ways to them, when there are such.
    pub(super) branches: Option<Vec<Branch>>,
    /// What follows from it for the columns that lists are sorted by.
    pub(super) ranges: Vec<(SortKey, Sql)>,
    /// Its index has its rows by id.
    pub(super) by_id: bool,
    /// The same test by an index of SQLite's: for most rows that is a look into a small index instead of one into the table.
    pub(super) by_index: Option<Sql>,
    /// The environments that it asks for, when that is all it asks: their index has ids.
    pub(super) environments: Vec<Val>,
    /// Its branches have exactly its rows, and none of them twice.
    pub(super) exact: bool,
    /// Its index gives no rows without reading them.
    pub(super) is_costly: bool,
    /// The indexes by end and by renewal have all that it asks for.
    pub(super) is_covered: bool,
}

/// Which columns an index may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Columns {
    /// Any index.
    Free,
    /// None: the rows come another way.
    Held,
}

/// Appends a piece, its columns and values in their places.
pub(super) fn render(kind: Kind, columns: Columns, piece: &Sql, sql: &mut String, values: &mut Vec<Val>) {
    // A unary plus keeps SQLite, which knows little of how many rows a condition leaves, from following it.
    let column = match (kind, columns) {
        (Kind::Sqlite, Columns::Held) => "+c.",
        (Kind::Sqlite, Columns::Free) | (Kind::Postgres, _) => "c.",
    };
    let mut given = piece.values.iter();
    for c in piece.text.chars() {
        match c {
            '@' => sql.push_str(column),
            '?' => {
                values.extend(given.next().cloned());
                sql.push_str(&format!("${}", values.len()));
            }
            c => sql.push(c),
        }
    }
}

/// All filters of a list.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) archived: bool,
    pub(super) now: Ts,
    pub(super) predicates: Vec<Predicate>,
    pub(super) reach: Reach,
    /// No row can pass.
    pub(super) nothing: bool,
}

/// Adds what a filter asks of the certificates known as `c` in the statement: ` AND ...`.
pub(crate) fn where_clause(tx: &Tx<'_>, filter: &CertificateFilter, sql: &mut String, values: &mut Vec<Val>) {
    let mut plan = Plan::without_search(tx, filter);
    if let Some(text) = &filter.q {
        let wanted = wanted_text(text);
        let mut predicate = search(tx.kind(), &wanted);
        if let Some(digits) = handle(&wanted) {
            let mut test =
                Sql::new(format!("@id IN ({BY_HANDLE})"), vec![digits.clone().into(), digits.into()]);
            test.or(predicate.test);
            predicate.test = Sql::new(format!("({})", test.text), test.values);
        }
        plan.add(Some(predicate));
    }
    sql.push_str(if plan.archived { " AND c.archived = TRUE" } else { " AND c.archived = FALSE" });
    if plan.nothing {
        sql.push_str(" AND FALSE");
    }
    for predicate in &plan.predicates {
        sql.push_str(" AND ");
        render(tx.kind(), Columns::Free, &predicate.test, sql, values);
    }
}

impl Plan {
    /// Reads the filters; a whole serial or fingerprint is looked up here.
    pub(super) fn new(tx: &mut Tx<'_>, filter: &CertificateFilter) -> Result<Self, StoreError> {
        let mut plan = Self::without_search(tx, filter);
        if let Some(text) = &filter.q {
            let wanted = wanted_text(text);
            let found = by_handle(tx, &wanted)?;
            let mut predicate = if found.is_empty() { search(tx.kind(), &wanted) } else { these(&found) };
            if found.is_empty() && wanted.chars().count() >= MIN_PART && !has_index_of_names(tx)? {
                predicate.branches = None;
            }
            // What PostgreSQL takes for common is not counted: the walk finds a page of it sooner.
            if predicate.is_costly
                && let Some(branches) = &predicate.branches
                && estimate(tx, &plan, branches)? > plan.reach.chosen
            {
                predicate.branches = None;
            }
            plan.add(Some(predicate));
        }
        Ok(plan)
    }

    fn without_search(tx: &Tx<'_>, filter: &CertificateFilter) -> Self {
        let mut plan = Self {
            archived: filter.wants_archived(),
            now: tx.now(),
            predicates: Vec::new(),
            reach: filter.reach,
            nothing: false,
        };
        let archived = plan.archived;
        let teams = filter.scope.team_ids.iter().cloned().map(Some).collect();
        plan.add(column(archived, "team_id", true, &Choice { any: teams, not: Vec::new() }));
        let environments = filter.scope.environments.iter().cloned().map(Some).collect();
        plan.add(column(archived, "environment", true, &Choice { any: environments, not: Vec::new() }));
        plan.words(&filter.status, CertificateStatus::Archived, status);
        plan.words(&filter.condition, Condition::Archived, condition);
        plan.add(column(archived, "live_state", false, &live(&filter.live)));
        plan.add(column(archived, "environment", true, &filter.environment));
        plan.add(column(archived, "owner_id", true, &filter.owner_id));
        plan.add(column(archived, "team_id", true, &filter.team_id));
        plan.add(column(archived, "issuer_id", false, &filter.issuer_id).map(by_id));
        plan.add(column(archived, "profile_id", false, &filter.profile_id));
        plan.add(column(archived, "renewal_policy_id", false, &filter.renewal_policy_id).map(by_id));
        plan.add(column(archived, "key_algorithm", false, &filter.key_algorithm));
        plan.add(agents(&filter.agent_id));
        plan.add(targets(&filter.target_id));
        plan.add(tags(&filter.tag, plan.archived));
        for (key, wanted) in &filter.spans {
            plan.add(span(*key, wanted, plan.now));
        }
        plan.add(life(tx.kind(), &filter.life, plan.now));
        plan.add(lifetime(tx.kind(), &filter.lifetime));
        plan
    }

    fn add(&mut self, predicate: Option<Predicate>) {
        self.predicates.extend(predicate);
    }

    /// The same list, and only those in one condition.
    pub(super) fn narrowed(&self, wanted: Condition) -> Self {
        let mut plan = self.clone();
        plan.words(&Choice::only(wanted), Condition::Archived, condition);
        plan
    }

    /// A filter by a computed word.
    fn words<T: Copy + PartialEq>(
        &mut self,
        choice: &Choice<T>,
        archived: T,
        word: fn(T, Ts) -> Option<Word>,
    ) {
        if choice.is_empty() {
            return;
        }
        if self.archived {
            // All archived ones have that word, and only those.
            self.nothing |= !choice.admits(Some(&archived));
            return;
        }
        let known = |list: &[Option<T>]| -> Vec<Word> {
            let first = |(i, one): &(usize, &Option<T>)| !list.iter().take(*i).any(|other| other == *one);
            let once = list.iter().enumerate().filter(first).filter_map(|(_, one)| *one);
            once.filter_map(|one| word(one, self.now)).collect()
        };
        let (any, not) = (known(&choice.any), known(&choice.not));
        if !choice.any.is_empty() {
            if any.is_empty() {
                self.nothing = true;
                return;
            }
            let mut predicate = Predicate { branches: Some(Vec::new()), exact: true, ..Predicate::default() };
            let mut test = Sql::default();
            let every = |has: fn(&Word) -> bool| any.iter().all(has);
            if every(|word| word.unexpired) {
                predicate.ranges.push((SortKey::Expires, Sql::new("@ends_at > ?", vals![self.now])));
            }
            if every(|word| word.not_due) {
                predicate.ranges.push((SortKey::Renews, Sql::new("@renews_at > ?", vals![self.now])));
            }
            if every(|word| word.issued) {
                // What is issued has an end: a walk from the far end passes over what was never issued.
                predicate.ranges.push((SortKey::Expires, Sql::new("@ends_at < ?", vals![NO_END])));
            }
            for word in any {
                test.or(word.test.clone());
                match (word.branch, &mut predicate.branches) {
                    (Some(way), Some(branches)) => branches.push(Branch::Word { way, test: word.test }),
                    (None, branches) => *branches = None,
                    (Some(_), None) => {}
                }
            }
            predicate.test = Sql::new(format!("({})", test.text), test.values);
            self.predicates.push(predicate);
        }
        for word in not {
            // No range follows from "not expired": what is revoked may have ended too.
            self.predicates.push(Predicate {
                test: Sql::new(format!("NOT ({})", word.test.text), word.test.values),
                ..Predicate::default()
            });
        }
    }
}

/// Every certificate has a live state, one of which is called `none`: there the word is no "not set".
fn live(choice: &Choice<LiveState>) -> Choice<LiveState> {
    let set = |list: &[Option<LiveState>]| list.iter().map(|one| one.or(Some(LiveState::None))).collect();
    Choice { any: set(&choice.any), not: set(&choice.not) }
}

fn by_id(predicate: Predicate) -> Predicate {
    let one = predicate.test.values.len() == 1 && predicate.branches.as_ref().is_some_and(|b| b.len() == 1);
    Predicate { by_id: one && predicate.test.text.contains(" IN ("), ..predicate }
}

pub(super) fn places(n: usize) -> String {
    vec!["?"; n].join(", ")
}

/// A filter by a column that has an index.
fn column<T>(archived: bool, name: &str, nullable: bool, choice: &Choice<T>) -> Option<Predicate>
where
    T: Clone + Into<Val> + ToString,
{
    if choice.is_empty() {
        return None;
    }
    let values =
        |list: &[Option<T>]| -> Vec<Val> { list.iter().flatten().cloned().map(Into::into).collect() };
    let (any, not) = (values(&choice.any), values(&choice.not));
    let (unset, set) = (has_unset(&choice.any), has_unset(&choice.not));
    let mut test = Sql::default();
    let mut branches = Vec::new();
    if !choice.any.is_empty() {
        let mut wanted = Sql::default();
        if !any.is_empty() {
            let one = Sql::new(format!("@{name} IN ({})", places(any.len())), any);
            branches.push(Branch::Rows(one.clone()));
            wanted.or(one);
        }
        if unset {
            let one = Sql::new(format!("@{name} IS NULL"), Vec::new());
            branches.push(Branch::Rows(one.clone()));
            wanted.or(one);
        }
        test.and(Sql::new(format!("({})", wanted.text), wanted.values));
    }
    if set {
        test.and(Sql::new(format!("@{name} IS NOT NULL"), Vec::new()));
    }
    if !not.is_empty() {
        let mut other = Sql::new(format!("@{name} NOT IN ({})", places(not.len())), not.clone());
        if nullable && !set {
            other = Sql::new(format!("(@{name} IS NULL OR {})", other.text), other.values);
        }
        test.and(other);
    }
    if choice.any.is_empty() {
        // What lies between the values that are left out.
        let mut texts: Vec<(String, Val)> =
            choice.not.iter().flatten().map(|one| (one.to_string(), one.clone().into())).collect();
        texts.sort_by(|a, b| a.0.cmp(&b.0));
        let bounds: Vec<Val> = texts.into_iter().map(|(_, value)| value).collect();
        if let (Some(first), Some(last)) = (bounds.first(), bounds.last()) {
            branches.push(Branch::Part(Sql::new(format!("@{name} < ?"), vec![first.clone()])));
            for pair in bounds.windows(2) {
                branches.push(Branch::Part(Sql::new(format!("@{name} > ? AND @{name} < ?"), pair.to_vec())));
            }
            branches.push(Branch::Part(Sql::new(format!("@{name} > ?"), vec![last.clone()])));
            if nullable && !set {
                branches.push(Branch::Rows(Sql::new(format!("@{name} IS NULL"), Vec::new())));
            }
        } else {
            branches.push(Branch::Rows(Sql::new(format!("@{name} IS NOT NULL"), Vec::new())));
        }
    }
    let exact = choice.not.is_empty() && branches.len() == 1;
    let by_index = indexed(archived, name, choice);
    let environments = if name == "environment" && choice.not.is_empty() && !unset {
        values(&choice.any)
    } else {
        Vec::new()
    };
    Some(Predicate { test, branches: Some(branches), by_index, environments, exact, ..Predicate::default() })
}

/// Whether a row is among those that the column's index has for a few values; none when that is not what is asked.
fn indexed<T: Clone + Into<Val>>(archived: bool, name: &str, choice: &Choice<T>) -> Option<Sql> {
    if has_unset(&choice.any) || has_unset(&choice.not) {
        return None;
    }
    let index = index_of(name)?;
    let has = |list: &[Option<T>], not: &str| {
        let values: Vec<Val> = list.iter().flatten().cloned().map(Into::into).collect();
        let text = format!(
            "{not}EXISTS (SELECT 1 FROM certificates i INDEXED BY {index} WHERE i.{name} IN ({}) \
             AND i.archived = {} AND i.rowid = c.rowid)",
            places(values.len()),
            if archived { "TRUE" } else { "FALSE" }
        );
        Sql::new(text, values)
    };
    let mut test = Sql::default();
    if !choice.any.is_empty() {
        test.and(has(&choice.any, ""));
    }
    if !choice.not.is_empty() {
        test.and(has(&choice.not, "NOT "));
    }
    Some(test)
}

/// The index that has a row's number right behind the column and `archived`, so that one look tells. Those by issuer, policy
/// and team have something else there.
fn index_of(column: &str) -> Option<&'static str> {
    Some(match column {
        "environment" => "certificates_environment",
        "owner_id" => "certificates_owner",
        "profile_id" => "certificates_profile",
        "key_algorithm" => "certificates_key_algorithm",
        "live_state" => "certificates_live_state",
        _ => return None,
    })
}

pub(super) fn has_unset<T>(list: &[Option<T>]) -> bool {
    list.iter().any(Option::is_none)
}

fn span(key: SortKey, span: &Span, now: Ts) -> Option<Predicate> {
    let name = match key {
        SortKey::Expires => "ends_at",
        SortKey::Renews => "renews_at",
        SortKey::Created => "created_at",
        SortKey::Updated => "updated_at",
        // Neither is a moment.
        SortKey::Name | SortKey::Attention => return None,
    };
    if span.is_empty() {
        return None;
    }
    let mut test = Sql::default();
    if let Some(from) = span.from {
        test.and(Sql::new(format!("@{name} >= ?"), vals![from.seen_from(now)]));
    }
    // What has no such moment is in no range.
    let to = span.to.map_or(NO_END, |to| to.seen_from(now).min(NO_END));
    test.and(Sql::new(format!("@{name} < ?"), vals![to]));
    Some(Predicate {
        ranges: vec![(key, test.clone())],
        branches: Some(vec![Branch::Rows(test.clone())]),
        test,
        exact: true,
        is_covered: matches!(key, SortKey::Expires | SortKey::Renews),
        ..Predicate::default()
    })
}

/// A filter by the share of the lifetime that is left, in hundredths of a percent. No index has it.
fn life(kind: Kind, span: &ShareSpan, now: Ts) -> Option<Predicate> {
    if span.is_empty() {
        return None;
    }
    let (left, whole) = match kind {
        Kind::Sqlite => ("(@ends_at - ?) * 10000.0", "(@ends_at - @begins_at)"),
        Kind::Postgres => {
            ("EXTRACT(EPOCH FROM (@ends_at - ?)) * 10000", "EXTRACT(EPOCH FROM (@ends_at - @begins_at))")
        }
    };
    let mut test = Sql::new("@not_after IS NOT NULL AND @begins_at IS NOT NULL", Vec::new());
    if let Some(from) = span.from.filter(|from| from.0 > 0) {
        test.and(Sql::new(format!("{left} >= CAST(? AS BIGINT) * {whole}"), vals![now, from.0]));
    }
    if let Some(to) = span.to {
        test.and(Sql::new(format!("{left} <= CAST(? AS BIGINT) * {whole}"), vals![now, to.0]));
    }
    Some(Predicate { test, ..Predicate::default() })
}

/// A filter by the whole lifetime, in seconds. No index has it.
fn lifetime(kind: Kind, span: &LengthSpan) -> Option<Predicate> {
    if span.is_empty() {
        return None;
    }
    let whole = match kind {
        Kind::Sqlite => "(@ends_at - @begins_at) / 1000000",
        Kind::Postgres => "EXTRACT(EPOCH FROM (@ends_at - @begins_at))",
    };
    let mut test = Sql::new("@not_after IS NOT NULL AND @begins_at IS NOT NULL", Vec::new());
    if let Some(from) = span.from {
        test.and(Sql::new(format!("{whole} >= CAST(? AS BIGINT)"), vals![from]));
    }
    if let Some(to) = span.to {
        test.and(Sql::new(format!("{whole} <= CAST(? AS BIGINT)"), vals![to]));
    }
    Some(Predicate { test, ..Predicate::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_gets_its_places_and_holds_its_columns() {
        let piece = Sql::new("@a = ? AND @b < ?", vals![1_i64, 2_i64]);
        let (mut sql, mut values) = (String::new(), vals![0_i64]);
        render(Kind::Sqlite, Columns::Held, &piece, &mut sql, &mut values);
        assert_eq!(sql, "+c.a = $2 AND +c.b < $3");
        let (mut sql, mut values) = (String::new(), Vec::new());
        render(Kind::Postgres, Columns::Held, &piece, &mut sql, &mut values);
        assert_eq!(sql, "c.a = $1 AND c.b < $2");
    }
}
