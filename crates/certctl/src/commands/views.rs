//! `certctl views`: saved filters of lists, of one's own or shared by a team.
//!
//! Not for: running a view (its parameters are those of the list). Invariant: the server's list reads the filter, so one that
//! it would not read is refused when the view is made.

use std::collections::BTreeMap;

use certctl_api::views::{CreateView, UpdateView, View};
use certctl_core::id::{TeamId, ViewId};
use certctl_core::view::{Density, ViewNoun};
use clap::Subcommand;

use crate::arguments::one_of;
use crate::failure::Failure;
use crate::output::Exit;
use crate::query::{Paging, Query, list};
use crate::session::Session;
use crate::table::Column;

/// `certctl views ...`
#[derive(Debug, Subcommand)]
pub(crate) enum Views {
    /// One's own views, and those of the teams one reaches
    List {
        /// Only those of this list
        #[arg(long, value_parser = one_of(ViewNoun::ALL, ViewNoun::as_str))]
        noun: Option<ViewNoun>,
        /// Only those that this team shares
        #[arg(long)]
        team: Option<TeamId>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One view
    Show {
        /// Such as vw-...
        id: ViewId,
    },
    /// A new view
    Create {
        /// A chosen id, such as vw-due
        #[arg(long)]
        id: Option<ViewId>,
        /// The list
        #[arg(long, value_parser = one_of(ViewNoun::ALL, ViewNoun::as_str))]
        noun: ViewNoun,
        /// Its name
        #[arg(long)]
        name: String,
        /// The team to share it with; one's own when absent
        #[arg(long)]
        team: Option<TeamId>,
        /// A parameter of the list, such as environment=production; can be given several times
        #[arg(long = "filter", value_name = "NAME=VALUE", value_parser = pair)]
        filters: Vec<(String, String)>,
        /// The order
        #[arg(long)]
        sort: Option<String>,
        /// A column, in their order; can be given several times
        #[arg(long = "column", value_name = "NAME")]
        columns: Vec<String>,
        /// How close the rows are
        #[arg(long, value_parser = one_of(Density::ALL, Density::as_str))]
        density: Option<Density>,
        /// Its place among the views: the lowest first
        #[arg(long)]
        position: Option<i64>,
    },
    /// Change a view
    Update {
        /// Such as vw-...
        id: ViewId,
        /// Its name
        #[arg(long)]
        name: Option<String>,
        /// Parameters of the list, in place of all before; can be given several times
        #[arg(long = "filter", value_name = "NAME=VALUE", value_parser = pair)]
        filters: Vec<(String, String)>,
        /// The order
        #[arg(long)]
        sort: Option<String>,
        /// Columns, in place of all before; can be given several times
        #[arg(long = "column", value_name = "NAME")]
        columns: Vec<String>,
        /// How close the rows are
        #[arg(long, value_parser = one_of(Density::ALL, Density::as_str))]
        density: Option<Density>,
        /// Its place among the views: the lowest first
        #[arg(long)]
        position: Option<i64>,
    },
    /// Remove a view
    Delete {
        /// Such as vw-...
        id: ViewId,
    },
}

fn pair(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(name, _)| !name.is_empty());
    parts
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| "write NAME=VALUE, such as environment=production".to_owned())
}

fn map(filters: &[(String, String)]) -> BTreeMap<String, String> {
    filters.iter().cloned().collect()
}

const COLUMNS: &[Column<View>] = &[
    Column::new("Id", |view, _| view.id.to_string()),
    Column::new("List", |view, _| view.noun.to_string()),
    Column::new("Name", |view, _| view.name.clone()),
    Column::new("Team", |view, _| view.team_id.as_ref().map(TeamId::to_string).unwrap_or_default()),
    Column::new("Filter", |view, _| {
        view.filter.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }),
    Column::wide("Order", |view, _| view.sort.clone().unwrap_or_default()),
    Column::wide("Columns", |view, _| view.columns.join(", ")),
    Column::wide("Position", |view, _| view.position.to_string()),
    Column::show("Revision", |view, _| view.revision.to_string()),
];

impl Views {
    pub(crate) async fn run(&self, session: &mut Session<'_>) -> Result<Exit, Failure> {
        match self {
            Self::List { noun, team, paging } => {
                let query = Query::default().with("noun", noun.as_ref()).with("team_id", team.as_ref());
                list(session, "/views", query, paging, COLUMNS).await
            }
            Self::Show { id } => session.show(&format!("/views/{id}"), COLUMNS).await,
            Self::Create { id, noun, name, team, filters, sort, columns, density, position } => {
                let body = CreateView {
                    id: id.clone(),
                    noun: *noun,
                    name: name.clone(),
                    team_id: team.clone(),
                    filter: map(filters),
                    sort: sort.clone(),
                    columns: columns.clone(),
                    density: *density,
                    position: *position,
                };
                session.post("/views", &body, COLUMNS).await
            }
            Self::Update { id, name, filters, sort, columns, density, position } => {
                let body = UpdateView {
                    name: name.clone(),
                    filter: (!filters.is_empty()).then(|| map(filters)),
                    sort: sort.clone().map(Some),
                    columns: (!columns.is_empty()).then(|| columns.clone()),
                    density: density.map(Some),
                    position: *position,
                };
                session.patch(&format!("/views/{id}"), &body, COLUMNS).await
            }
            Self::Delete { id } => session.delete(&format!("/views/{id}"), &format!("{id} is removed")).await,
        }
    }
}
