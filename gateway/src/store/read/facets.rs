//! Which values the filters can take.

use std::collections::HashMap;

use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::{
    filter::{Conditions, Times},
    units::NS_PER_MS,
};
use crate::{
    limits::FACET_VALUES,
    store::{Store, StoreError},
};

/// One value and how many rows have it.
#[derive(Debug, Serialize)]
pub struct Facet {
    /// The value.
    pub value: String,
    /// Requests with it; of a service, its spans.
    pub count: u64,
}

/// The values of each filter within a window of time, those with most rows first.
#[derive(Debug, Serialize)]
pub struct Facets {
    /// Applications.
    pub app: Vec<Facet>,
    /// Services.
    pub service: Vec<Facet>,
    /// Users.
    pub user: Vec<Facet>,
    /// Names of views.
    pub view: Vec<Facet>,
    /// Kinds of requests.
    #[serde(rename = "type")]
    pub kind: Vec<Facet>,
    /// How requests ended.
    pub outcome: Vec<Facet>,
}

/// Rows by value.
type Counts = HashMap<String, u64>;

impl Store {
    /// The values within a window of time.
    pub async fn facets(&self, times: Times) -> Result<Facets, StoreError> {
        self.read(move |connection| {
            let mut conditions = Conditions::default();
            conditions.times(times);
            let events = "SELECT app_id, user_id, view_name, kind, outcome FROM events";
            let [app, user, view, kind, outcome] = counts(connection, events, conditions)?;
            let mut conditions = Conditions::default();
            if let Some(from_ms) = times.from_ms {
                conditions.add("start_ns >= ?N", (from_ms * NS_PER_MS) as i64);
            }
            if let Some(to_ms) = times.to_ms {
                conditions.add("start_ns < ?N", (to_ms * NS_PER_MS) as i64);
            }
            let [service] = counts(connection, "SELECT service FROM spans", conditions)?;
            let [app, service, user, view, kind, outcome] = [app, service, user, view, kind, outcome].map(most);
            Ok(Facets { app, service, user, view, kind, outcome })
        })
        .await
    }
}

/// Counts the values of each column, in one pass over the rows.
fn counts<const COLUMNS: usize>(
    connection: &Connection,
    select: &str,
    conditions: Conditions,
) -> Result<[Counts; COLUMNS], StoreError> {
    let mut counts = [(); COLUMNS].map(|()| Counts::new());
    let mut query = connection.prepare_cached(&format!("{select}{}", conditions.clause()))?;
    let mut rows = query.query(params_from_iter(conditions.values))?;
    while let Some(row) = rows.next()? {
        for (column, counts) in counts.iter_mut().enumerate() {
            let value = row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?;
            let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
            match counts.get_mut(value) {
                Some(count) => *count += 1,
                None => drop(counts.insert(value.to_owned(), 1)),
            }
        }
    }
    Ok(counts)
}

/// Those with most rows first.
fn most(counts: Counts) -> Vec<Facet> {
    let mut all: Vec<_> = counts.into_iter().map(|(value, count)| Facet { value, count }).collect();
    all.sort_unstable_by(|one, other| (other.count, &one.value).cmp(&(one.count, &other.value)));
    all.truncate(FACET_VALUES);
    all
}
