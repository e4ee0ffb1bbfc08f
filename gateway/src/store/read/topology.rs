//! Which services call which: nodes and edges of a window of time.

mod graph;

use std::collections::HashMap;

use serde::Serialize;

use super::units::{NS_PER_MS, US_PER_MS};
use crate::{
    limits::{TOPOLOGY_EDGES, TOPOLOGY_MARGIN, TOPOLOGY_NODES},
    store::{Store, StoreError},
};
use graph::{Graph, Names, Span};

/// Applications and services with the calls between them.
#[derive(Debug, Serialize)]
pub struct Topology {
    /// The window, milliseconds since the epoch.
    pub from_ms: f64,
    /// Its end, which is not part of it.
    pub to_ms: f64,
    /// Those with most calls first.
    pub nodes: Vec<Node>,
    /// Those with most calls first.
    pub edges: Vec<Edge>,
    /// Nodes and edges beyond the bounds of an answer.
    pub left_out: usize,
}

/// An application or a service.
#[derive(Debug, Serialize)]
pub struct Node {
    /// `app:NAME` or `service:NAME`.
    pub id: String,
    /// `application`, where calls begin, or `service`.
    pub kind: &'static str,
    /// The application's id, or `service.name`.
    pub name: String,
    /// What it was asked to do. Of an application: the requests that have a span.
    #[serde(flatten)]
    pub calls: Calls,
    /// Requests of an application that have no span.
    pub untraced: u64,
}

/// The calls from one node to another.
#[derive(Debug, Serialize)]
pub struct Edge {
    /// The node that calls.
    pub from: String,
    /// The node that is called.
    pub to: String,
    /// As the called side measured them.
    #[serde(flatten)]
    pub calls: Calls,
}

/// How many calls, and how they went.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Calls {
    /// Calls.
    pub calls: u64,
    /// Of these, calls that failed.
    pub errors: u64,
    /// Calls per minute of the window.
    pub per_minute: f64,
    /// Half of the calls took no longer.
    pub p50_ms: f64,
    /// 95 % of the calls took no longer.
    pub p95_ms: f64,
}

impl Store {
    /// The topology from `from_ms` to before `to_ms`.
    pub async fn topology(&self, from_ms: f64, to_ms: f64) -> Result<Topology, StoreError> {
        self.read(move |connection| {
            let [from_ns, to_ns] = [from_ms, to_ms].map(|ms| (ms * NS_PER_MS) as i64);
            let margin = i64::try_from(TOPOLOGY_MARGIN.as_nanos()).unwrap_or_default();
            let mut query = connection.prepare_cached(
                "SELECT trace_id, span_id, parent_span_id, service, app_id, kind IN ('client', 'producer'), start_ns,
                        end_ns, status = 'error'
                 FROM spans WHERE start_ns >= ?1 AND start_ns < ?2 ORDER BY seq",
            )?;
            let (mut names, mut spans) = (Names::default(), Vec::new());
            let mut rows = query.query([from_ns.saturating_sub(margin), to_ns])?;
            while let Some(row) = rows.next()? {
                let text = |place: usize| -> Result<&str, StoreError> {
                    Ok(row.get_ref(place)?.as_str().map_err(rusqlite::Error::from)?)
                };
                let app = row.get_ref(4)?.as_str_or_null().map_err(rusqlite::Error::from)?;
                let parent = row.get_ref(2)?.as_str_or_null().map_err(rusqlite::Error::from)?;
                let start_ns: i64 = row.get(6)?;
                let end_ns: i64 = row.get(7)?;
                spans.push(Span {
                    trace: number(text(0)?),
                    id: number(text(1)?),
                    parent: parent.map(number),
                    node: names.place(app, text(3)?),
                    is_app: app.is_some(),
                    calls: row.get(5)?,
                    counts: start_ns >= from_ns,
                    duration_ns: end_ns.saturating_sub(start_ns),
                    failed: row.get(8)?,
                });
            }
            let [from_us, to_us] = [from_ms, to_ms].map(|ms| (ms * US_PER_MS) as i64);
            let mut query = connection.prepare_cached(
                "SELECT app_id, count(*) FROM events WHERE NOT has_span AND start_us >= ?1 AND start_us < ?2 GROUP BY 1",
            )?;
            let untraced = query.query_map([from_us, to_us], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let untraced = untraced.collect::<Result<HashMap<String, u64>, _>>()?;
            Ok(topology(Graph::new(&spans), names, untraced, from_ms, to_ms))
        })
        .await
    }
}

/// Ids are at most 32 hex digits; anything else stands for no span.
fn number(hex: &str) -> u128 {
    u128::from_str_radix(hex, 16).unwrap_or_default()
}

fn topology(graph: Graph, mut names: Names, untraced: HashMap<String, u64>, from_ms: f64, to_ms: f64) -> Topology {
    let minutes = (to_ms - from_ms) / 60_000.0;
    for app in untraced.keys() {
        names.place(Some(app), "");
    }
    let Graph { mut nodes, edges } = graph;
    let names = names.all();
    let mut listed: Vec<Node> = names
        .iter()
        .enumerate()
        .map(|(place, (is_app, name))| Node {
            id: id(*is_app, name),
            kind: if *is_app { "application" } else { "service" },
            name: name.clone(),
            calls: nodes.remove(&place).unwrap_or_default().calls(minutes),
            untraced: if *is_app { untraced.get(name).copied().unwrap_or_default() } else { 0 },
        })
        .collect();
    listed.sort_by(|one, other| (other.calls.calls, &one.id).cmp(&(one.calls.calls, &other.id)));
    let mut left_out = listed.len().saturating_sub(TOPOLOGY_NODES);
    listed.truncate(TOPOLOGY_NODES);
    let known: std::collections::HashSet<&str> = listed.iter().map(|node| node.id.as_str()).collect();
    let name = |place: usize| names.get(place).map(|(is_app, name)| id(*is_app, name)).unwrap_or_default();
    let mut edges: Vec<Edge> = edges
        .into_iter()
        .map(|((from, to), durations)| Edge { from: name(from), to: name(to), calls: durations.calls(minutes) })
        .filter(|edge| known.contains(edge.from.as_str()) && known.contains(edge.to.as_str()))
        .collect();
    edges.sort_by(|one, other| (other.calls.calls, &one.from, &one.to).cmp(&(one.calls.calls, &other.from, &other.to)));
    left_out += edges.len().saturating_sub(TOPOLOGY_EDGES);
    edges.truncate(TOPOLOGY_EDGES);
    Topology { from_ms, to_ms, nodes: listed, edges, left_out }
}

fn id(is_app: bool, name: &str) -> String {
    format!("{}:{name}", if is_app { "app" } else { "service" })
}
