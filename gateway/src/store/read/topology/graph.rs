//! From spans to calls between nodes. No SQLite here.

use std::collections::HashMap;

use super::Calls;
use crate::store::read::units::milliseconds;

/// What the graph needs of a span.
pub struct Span {
    pub trace: u128,
    pub id: u128,
    pub parent: Option<u128>,
    /// Place of its application or service in [`Names`].
    pub node: usize,
    /// Whether a page sent it.
    pub is_app: bool,
    /// Whether its kind is one that calls: `client` or `producer`.
    pub calls: bool,
    /// Whether it began in the window; those before it are there as callers only.
    pub counts: bool,
    pub duration_ns: i64,
    pub failed: bool,
}

/// Applications and services, each once.
#[derive(Default)]
pub struct Names {
    places: HashMap<(bool, String), usize>,
    all: Vec<(bool, String)>,
}

impl Names {
    /// The place of a span's application, where a page sent it, or else of its service.
    pub fn place(&mut self, app: Option<&str>, service: &str) -> usize {
        let key = (app.is_some(), app.unwrap_or(service).to_owned());
        if let Some(place) = self.places.get(&key) {
            return *place;
        }
        self.all.push(key.clone());
        self.places.insert(key, self.all.len() - 1);
        self.all.len() - 1
    }

    /// Whether it is an application, and its name; by place.
    pub fn all(self) -> Vec<(bool, String)> {
        self.all
    }
}

/// The calls of one node or edge.
#[derive(Default)]
pub struct Durations {
    all: Vec<i64>,
    errors: u64,
}

/// Nodes by their places, and edges by those of both ends.
#[derive(Default)]
pub struct Graph {
    pub nodes: HashMap<usize, Durations>,
    pub edges: HashMap<(usize, usize), Durations>,
}

impl Graph {
    /// A span is a call to its node if its caller is another node or unknown; spans within a service are its own
    /// affair.
    pub fn new(spans: &[Span]) -> Self {
        let callers = Callers::of(spans);
        let mut graph = Self::default();
        for span in spans.iter().filter(|span| span.counts) {
            let from = callers.node(span);
            if from == Some(span.node) {
                continue;
            }
            graph.nodes.entry(span.node).or_default().add(span);
            if let Some(from) = from {
                graph.edges.entry((from, span.node)).or_default().add(span);
            }
        }
        graph
    }
}

/// Nodes by trace and span id.
struct Callers {
    /// Spans that call. B3 gives both sides of a call the same span id.
    calling: HashMap<(u128, u128), usize>,
    others: HashMap<(u128, u128), usize>,
    /// The application to which a trace belongs: a span of another one is nobody's caller.
    owners: HashMap<u128, usize>,
}

impl Callers {
    fn of(spans: &[Span]) -> Self {
        let mut all = Self { calling: HashMap::new(), others: HashMap::new(), owners: HashMap::new() };
        for span in spans {
            if span.is_app && *all.owners.entry(span.trace).or_insert(span.node) != span.node {
                continue;
            }
            let kind = if span.calls { &mut all.calling } else { &mut all.others };
            kind.entry((span.trace, span.id)).or_insert(span.node);
        }
        all
    }

    fn node(&self, span: &Span) -> Option<usize> {
        if !span.calls
            && let Some(other_side) = self.calling.get(&(span.trace, span.id))
        {
            return Some(*other_side);
        }
        let key = (span.trace, span.parent?);
        self.calling.get(&key).or_else(|| self.others.get(&key)).copied()
    }
}

impl Durations {
    fn add(&mut self, span: &Span) {
        self.all.push(span.duration_ns);
        self.errors += u64::from(span.failed);
    }

    pub fn calls(mut self, minutes: f64) -> Calls {
        self.all.sort_unstable();
        Calls {
            calls: self.all.len() as u64,
            errors: self.errors,
            per_minute: if minutes > 0.0 { self.all.len() as f64 / minutes } else { 0.0 },
            p50_ms: self.percentile(50),
            p95_ms: self.percentile(95),
        }
    }

    /// Nearest rank: the smallest duration that so many percent do not pass. The list must be sorted.
    fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.all.len() * percent).div_ceil(100);
        self.all.get(rank.saturating_sub(1)).map_or(0.0, |duration_ns| milliseconds(*duration_ns))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: usize = 0;
    const STOCK: usize = 1;
    const PAGE: usize = 2;

    fn span(id: u128, parent: Option<u128>, node: usize, calls: bool) -> Span {
        Span {
            trace: 1,
            id,
            parent,
            node,
            is_app: node >= PAGE,
            calls,
            counts: true,
            duration_ns: 1_000_000 * i64::try_from(id).unwrap_or_default(),
            failed: false,
        }
    }

    fn edges(spans: &[Span]) -> Vec<((usize, usize), usize)> {
        let mut edges: Vec<_> =
            Graph::new(spans).edges.into_iter().map(|(ends, durations)| (ends, durations.all.len())).collect();
        edges.sort_unstable();
        edges
    }

    #[test]
    fn calls_cross_from_one_node_to_another() {
        let spans = [
            span(1, None, PAGE, true),
            span(2, Some(1), SHOP, false),
            span(3, Some(2), SHOP, true),
            span(4, Some(3), STOCK, false),
            span(5, Some(3), STOCK, false),
        ];
        assert_eq!(edges(&spans), [((SHOP, STOCK), 2), ((PAGE, SHOP), 1)]);
        let graph = Graph::new(&spans);
        assert_eq!(graph.nodes.get(&SHOP).map(|durations| durations.all.len()), Some(1), "its inner span is no call");
    }

    #[test]
    fn both_sides_of_a_call_may_share_a_span_id() {
        let spans = [span(1, None, SHOP, true), span(1, None, STOCK, false)];
        assert_eq!(edges(&spans), [((SHOP, STOCK), 1)]);
    }

    #[test]
    fn a_foreign_application_calls_nobody() {
        let evil = Span { calls: true, ..span(1, None, PAGE + 1, true) };
        let spans = [span(7, None, PAGE, true), evil, span(2, Some(1), SHOP, false)];
        assert_eq!(edges(&spans), []);
    }

    #[test]
    fn a_caller_may_have_begun_before_the_window() {
        let before = Span { counts: false, ..span(1, None, SHOP, true) };
        let graph = Graph::new(&[before, span(2, Some(1), STOCK, false)]);
        assert_eq!(graph.edges.len(), 1);
        assert!(!graph.nodes.contains_key(&SHOP));
    }

    #[test]
    fn percentiles_are_durations_that_occurred() {
        let durations = Durations { all: (1..=20).map(|ms| ms * 1_000_000).collect(), errors: 3 };
        let calls = durations.calls(2.0);
        assert_eq!((calls.calls, calls.errors, calls.per_minute), (20, 3, 10.0));
        assert_eq!((calls.p50_ms, calls.p95_ms), (10.0, 19.0));
    }
}
