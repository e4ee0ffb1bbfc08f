//! The store by itself: bounds, restarts, foreign files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde_json::{Map, json};
use support::{Gateway, bundle, event};
use tracebeam_gateway::{
    ids::{SpanId, TraceId},
    otlp::row::{Scope, SpanDetail, SpanRow, shared},
    store::{
        Bounds, Store, StoreError,
        read::{EventFilter, TraceFilter},
    },
};

fn trace_id(number: u64) -> TraceId {
    TraceId::from_bytes(&u128::from(number).to_be_bytes()).unwrap()
}

fn span_id(number: u64) -> SpanId {
    SpanId::from_bytes(&number.to_be_bytes()).unwrap()
}

fn span(trace: u64) -> SpanRow {
    SpanRow {
        trace_id: trace_id(trace),
        span_id: span_id(255),
        parent_span_id: None,
        service: "shop".into(),
        app_id: None,
        name: "n".into(),
        kind: "server",
        start_ns: 1,
        end_ns: 2,
        status: "unset",
        resource: shared(Map::new(), &Scope::default()),
        detail: SpanDetail::default().to_json(),
    }
}

fn small(bounds: Bounds) -> Store {
    Store::open_with(":memory:".as_ref(), bounds).unwrap()
}

fn all() -> TraceFilter {
    TraceFilter { limit: 1_000, ..TraceFilter::default() }
}

async fn kept(store: &Store) -> Vec<u64> {
    let mut kept: Vec<_> = store
        .traces(all())
        .await
        .unwrap()
        .traces
        .iter()
        .map(|trace| u64::from_str_radix(&trace.trace_id, 16).unwrap())
        .collect();
    kept.sort_unstable();
    kept
}

#[tokio::test]
async fn the_quietest_traces_go_first() {
    let store = small(Bounds { traces: 3, ..Bounds::default() });
    store.write_spans((1..=3).map(span).collect()).await.unwrap();
    // The oldest one is touched again and so is no longer the quietest.
    store.write_spans(vec![SpanRow { span_id: span_id(0xaa), ..span(1) }]).await.unwrap();
    store.write_spans(vec![span(4)]).await.unwrap();
    assert_eq!(kept(&store).await, [1, 3, 4]);
    assert!(store.trace(trace_id(2)).await.unwrap().is_none(), "its spans are gone too");
}

#[tokio::test]
async fn spans_are_bounded_by_whole_traces() {
    let store = small(Bounds { spans: 5, ..Bounds::default() });
    let spans = |trace: u64, count: u64| (1..=count).map(move |id| SpanRow { span_id: span_id(id), ..span(trace) });
    store.write_spans(spans(1, 2).chain(spans(2, 2)).collect()).await.unwrap();
    assert_eq!(kept(&store).await, [1, 2]);
    store.write_spans(spans(3, 2).collect()).await.unwrap();
    assert_eq!(kept(&store).await, [2, 3]);
    let written = store.write_spans(spans(4, 9).collect()).await.unwrap();
    assert_eq!((written.spans, written.over_limit), (5, 4), "the newest one obeys the bound too");
    assert_eq!(kept(&store).await, [4]);
}

#[tokio::test]
async fn bytes_are_bounded_too() {
    let store = small(Bounds { bytes: 10_000, ..Bounds::default() });
    for trace in 1..=5 {
        let mut large = span(trace);
        large.detail = SpanDetail { status_message: "x".repeat(4_000), ..SpanDetail::default() }.to_json();
        store.write_spans(vec![large]).await.unwrap();
    }
    assert_eq!(kept(&store).await, [4, 5]);
}

#[tokio::test]
async fn the_oldest_events_go_first() {
    let store = small(Bounds { events: 3, ..Bounds::default() });
    let gateway = Gateway::start_on(store).await;
    let send = async |id: i64| {
        gateway.send(&bundle(json!([event(&id.to_string(), json!({"traceparent": null, "trace_id": null}))]))).await
    };
    for id in 1..=5 {
        assert!(send(id).await.is_success());
    }
    let ids: Vec<_> = gateway.events().await.iter().map(|event| event["event_id"].clone()).collect();
    assert_eq!(ids, ["5", "4", "3"]);
    send(3).await;
    assert_eq!(gateway.counter("events_duplicate").await, 1, "the oldest one that is kept is known");
    send(2).await;
    assert_eq!(gateway.counter("events_duplicate").await, 1, "the one before it is forgotten");
}

#[tokio::test]
async fn events_have_a_bound_in_bytes_too() {
    let gateway = Gateway::start_on(small(Bounds { event_bytes: 20_000, ..Bounds::default() })).await;
    for id in 1..=10 {
        gateway.send(&bundle(json!([event(&id.to_string(), json!({"message": "x".repeat(4_000)}))]))).await;
    }
    let ids: Vec<_> = gateway.events().await.iter().map(|event| event["event_id"].clone()).collect();
    assert_eq!(ids, ["10", "9", "8"], "about 5,000 bytes each");
    gateway
        .send(&bundle(json!([event(
            "large",
            json!({"message": "ä".repeat(4_000), "url": "ä".repeat(4_000), "name": "ä".repeat(4_000)})
        )])))
        .await;
    assert!(gateway.events().await.is_empty(), "the newest one obeys the bound too");
}

/// Whoever sends most loses first: nobody can push out what others have sent.
#[tokio::test]
async fn the_application_that_has_most_gives_way() {
    let gateway = Gateway::start_on(small(Bounds { events: 10, traces: 5, ..Bounds::default() })).await;
    let send = async |app_id: &str, id: u64| {
        let header = format!("00-{:032x}-{:016x}-01", id, id);
        let mut bundle = bundle(json!([event(&id.to_string(), json!({"traceparent": header, "trace_id": null}))]));
        bundle["app"]["id"] = app_id.into();
        assert!(gateway.send(&bundle).await.is_success());
    };
    for id in 1..=2 {
        send("shop", id).await;
    }
    for id in 101..=150 {
        send("flood", id).await;
    }
    let events = gateway.events().await;
    let of = |app_id: &str| events.iter().filter(|event| event["app"]["id"] == app_id).count();
    assert_eq!((of("shop"), of("flood")), (2, 8));
    assert_eq!(
        gateway.traces().await.iter().filter(|trace| trace["trace_id"].as_str().unwrap().starts_with("000")).count(),
        5
    );
    for id in 1..=2 {
        assert_eq!(gateway.trace(&format!("{id:032x}")).await["spans"][0]["app_id"], "shop");
    }
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    let gateway = Gateway::start_with(&file).await;
    gateway.send(&bundle(json!([event("a", json!({}))]))).await;
    gateway.stop().await;
    let gateway = Gateway::start_with(&file).await;
    assert_eq!(gateway.events().await.len(), 1);
    assert_eq!(gateway.traces().await.len(), 1);
    gateway.send(&bundle(json!([event("a", json!({}))]))).await;
    assert_eq!(gateway.events().await.len(), 1, "known from before the restart");
}

#[tokio::test]
async fn a_file_of_another_format_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    let connection = rusqlite::Connection::open(&file).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    assert!(matches!(Store::open(&file), Err(StoreError::OtherVersion { found: 99 })));
    std::fs::write(&file, "this is a text, not a database, and long enough to be taken for neither").unwrap();
    assert!(matches!(Store::open(&file), Err(StoreError::Failed(_))));
}

/// A file of format 2, as an older gateway left it.
#[tokio::test]
async fn a_file_of_an_older_gateway_is_brought_up_to_date() {
    let directory = tempfile::tempdir().unwrap();
    let [old, new] = ["old.db", "new.db"].map(|name| directory.path().join(name));
    let gateway = Gateway::start_with(&new).await;
    let events = json!([
        event("a", json!({"success": null, "outcome": null, "status_code": 404})),
        event("b", json!({"success": 0, "status_code": 200, "traceparent": null, "trace_id": null})),
        event("c", json!({"success": 1, "status_code": 500, "outcome": "http_error"})),
        event("d", json!({"success": -1, "status_code": null, "outcome": null, "traceparent": null})),
    ]);
    gateway.send(&bundle(events)).await;
    gateway.stop().await;
    let connection = rusqlite::Connection::open(&new).unwrap();
    connection.execute("VACUUM INTO ?1", [old.to_str().unwrap()]).unwrap();
    let connection = rusqlite::Connection::open(&old).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE old (seq INTEGER PRIMARY KEY, app_id TEXT NOT NULL, session_id TEXT NOT NULL, event_id TEXT,
                               trace_id TEXT, bytes INTEGER NOT NULL, body TEXT NOT NULL);
             INSERT INTO old SELECT seq, app_id, session_id, event_id, trace_id, bytes, body FROM events;
             DROP TABLE events;
             ALTER TABLE old RENAME TO events;
             DROP INDEX spans_by_trace;
             ALTER TABLE spans DROP COLUMN arrived_ms;
             PRAGMA user_version = 2",
        )
        .unwrap();
    drop(connection);
    drop(Store::open(&old).unwrap());
    let rows = |path: &std::path::Path| {
        let connection = rusqlite::Connection::open(path).unwrap();
        let mut query = connection.prepare("SELECT * FROM events ORDER BY seq").unwrap();
        let columns = query.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            (0..columns).map(|place| row.get::<_, rusqlite::types::Value>(place)).collect::<Result<Vec<_>, _>>()
        };
        query.query_map([], row).unwrap().collect::<Result<Vec<_>, _>>().unwrap()
    };
    assert_eq!(rows(&old), rows(&new), "an old row and a new one do not differ");
    let connection = rusqlite::Connection::open(&old).unwrap();
    let spans = "SELECT count(*), count(*) FILTER (WHERE arrived_ms BETWEEN 1 AND end_ns / 1000000) FROM spans";
    let spans: (u64, u64) = connection.query_row(spans, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(spans, (1, 1), "an old span came in when it ended, at the latest now");
    let schema = |path: &std::path::Path| {
        let connection = rusqlite::Connection::open(path).unwrap();
        let mut query = connection.prepare("SELECT sql FROM sqlite_master ORDER BY name").unwrap();
        query.query_map([], |row| row.get::<_, String>(0)).unwrap().collect::<Result<Vec<_>, _>>().unwrap()
    };
    assert_eq!(schema(&old), schema(&new));
}

#[tokio::test]
async fn what_is_queued_before_closing_is_stored() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    let store = Store::open(&file).unwrap();
    let writes: Vec<_> = (1..=50)
        .map(|trace| {
            tokio::spawn({
                let store = store.clone();
                async move { store.write_spans(vec![span(trace)]).await }
            })
        })
        .collect();
    let mut stored = 0;
    tokio::task::yield_now().await;
    store.close().await;
    for write in writes {
        stored += usize::from(write.await.unwrap().is_ok());
    }
    assert!(matches!(store.events(EventFilter::default()).await, Err(StoreError::Closed)));
    let again = Store::open(&file).unwrap();
    assert_eq!(again.traces(all()).await.unwrap().traces.len(), stored, "exactly what was confirmed");
}
