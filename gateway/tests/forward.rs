//! Forwarding, to a receiver that refuses, hangs and dies: every span arrives, and arrives once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/forwarding.rs"]
mod forwarding;
#[path = "support/receiver.rs"]
mod receiver;
mod support;

use std::time::Duration;

use forwarding::{export, forwarding, named, pace, start};
use receiver::{Act, Receiver};
use reqwest::{Method, StatusCode};
use serde_json::json;
use support::{bundle, event};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};
use tracebeam_gateway::forward::settings::{Forwarding, Pace};

#[tokio::test]
async fn a_receiver_that_asks_to_come_again_gets_every_span_once() {
    let http = [
        Act::Answer(503, None),
        Act::Answer(429, Some("0")),
        Act::Answer(502, Some("Sun, 06 Nov 1994 08:49:37 GMT")),
        Act::Answer(504, None),
        Act::Answer(401, None),
        Act::Answer(404, None),
        Act::Answer(302, None),
        Act::Answer(500, None),
    ];
    let soon = ErrorDetails::with_retry_info(Some(Duration::ZERO));
    let grpc = [
        Act::Fail(Status::unavailable("busy")),
        Act::Fail(Status::aborted("")),
        Act::Fail(Status::with_error_details(Code::ResourceExhausted, "busy", soon)),
        Act::Fail(Status::unauthenticated("who are you")),
        Act::Fail(Status::internal("broken")),
    ];
    let kinds = [
        (&[
            "http_503",
            "http_429",
            "http_502",
            "http_504",
            "http_unauthorized",
            "http_not_found",
            "http_redirect",
            "http_5xx",
        ][..]),
        (&["grpc_unavailable", "grpc_aborted", "grpc_resource_exhausted", "grpc_unauthorized", "grpc_failed"][..]),
    ];
    let receivers = [(Receiver::http(http).await, "http"), (Receiver::grpc(grpc).await, "grpc")];
    for ((receiver, scheme), kinds) in receivers.into_iter().zip(kinds) {
        let directory = tempfile::tempdir().unwrap();
        let gateway = start(forwarding(&receiver.url(scheme), directory.path())).await;
        for name in ["a", "b"] {
            assert_eq!(gateway.send(&named(name)).await, StatusCode::NO_CONTENT);
        }
        receiver.taken.wait(2).await;
        while gateway.metric("spool_bytes").await > 0 {}
        assert_eq!(receiver.taken.names().len(), 2);
        for kind in kinds {
            assert_eq!(gateway.metric(&format!("forward_failures_total{{kind=\"{kind}\"}}")).await, 1, "{kind}");
        }
        gateway.stop().await;
    }
}

/// A batch that is refused is taken apart, until the one record is found that the receiver does not want.
#[tokio::test]
async fn one_bad_span_costs_no_other() {
    let directory = tempfile::tempdir().unwrap();
    let receiver = Receiver::http([Act::Answer(503, Some("1"))]).await;
    let gateway = start(forwarding(&receiver.url("http"), directory.path())).await;
    receiver.taken.refuse("bad");
    for number in 0..9 {
        let name = if number == 4 { "bad".to_owned() } else { format!("good{number}") };
        let answer = gateway
            .post("/v1/traces", "application/json", export(&name, json!({"spanId": format!("{:016x}", number + 1)})))
            .await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    receiver.taken.wait(8).await;
    while gateway.metric("spool_bytes").await > 0 {}
    assert_eq!(
        receiver.taken.names(),
        (0..9).filter(|number| *number != 4).map(|number| format!("good{number}")).collect::<Vec<_>>()
    );
    assert_eq!(gateway.metric("forward_spans_total{result=\"refused\"}").await, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn partial_success_is_counted_and_not_repeated() {
    for (receiver, scheme) in
        [(Receiver::http([Act::Partial(1)]).await, "http"), (Receiver::grpc([Act::Partial(1)]).await, "grpc")]
    {
        let directory = tempfile::tempdir().unwrap();
        let gateway = start(forwarding(&receiver.url(scheme), directory.path())).await;
        gateway.send(&named("a")).await;
        while gateway.metric("forward_spans_total{result=\"rejected\"}").await < 1 {}
        assert_eq!(gateway.metric("forward_spans_total{result=\"delivered\"}").await, 0);
        while gateway.metric("spool_bytes").await > 0 {}
        assert_eq!(receiver.taken.names().len(), 1, "a receiver must not get it again");
        gateway.stop().await;
    }
}

/// Senders repeat what they got no answer for; the receiver sees it once. Also after a restart, as long as the spool
/// holds it.
#[tokio::test]
async fn what_a_sender_repeats_is_forwarded_once() {
    let directory = tempfile::tempdir().unwrap();
    let receiver = Receiver::http([]).await;
    let dead = Receiver::http([]).await;
    let address = dead.address.to_string();
    dead.die();
    let gateway = start(forwarding(&format!("http://{address}"), directory.path())).await;
    for _ in 0..2 {
        assert_eq!(gateway.send(&named("a")).await, StatusCode::NO_CONTENT);
    }
    let both = bundle(json!([
        event("a", json!({"name": "a", "timestamp": 1_790_000_000_097.0})),
        event("b", json!({"name": "b", "timestamp": 1_790_000_000_098.0})),
    ]));
    assert_eq!(gateway.send(&both).await, StatusCode::NO_CONTENT);
    assert_eq!(gateway.counter("forward_repeated").await, 2);
    gateway.stop().await;

    let gateway = start(forwarding(&receiver.url("http"), directory.path())).await;
    gateway.send(&named("a")).await;
    gateway.send(&named("c")).await;
    receiver.taken.wait(3).await;
    while gateway.metric("spool_bytes").await > 0 {}
    assert_eq!(receiver.taken.names().len(), 3);
    assert_eq!(gateway.counter("forward_repeated").await, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_full_spool_asks_senders_to_come_again_and_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let dead = Receiver::http([]).await;
    let (address, taken) = (dead.address.to_string(), dead.taken.clone());
    dead.die();
    let url = format!("http://{address}");
    let gateway = start(Forwarding { spool_bytes: 4_000, ..forwarding(&url, directory.path()) }).await;
    let mut accepted = 0;
    let refused = loop {
        let body = export("n", json!({"spanId": format!("{:016x}", accepted + 1)}));
        let answer = gateway.post("/v1/traces", "application/json", body.clone()).await;
        if answer.status() != StatusCode::OK {
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.headers()["retry-after"], "1");
            break body;
        }
        accepted += 1;
    };
    assert!(accepted > 3, "{accepted}");
    assert_eq!(gateway.metric("requests_refused_total{kind=\"spool_full\"}").await, 1);
    assert!(gateway.metric("spool_bytes").await <= 4_000);
    assert_eq!(gateway.traces().await[0]["span_count"], accepted, "what was refused is not stored either");

    let receiver = Receiver::http_at(&address, taken).await;
    receiver.taken.wait(accepted).await;
    while gateway.metric("spool_bytes").await > 0 {}
    let answer = gateway.post("/v1/traces", "application/json", refused).await;
    assert_eq!(answer.status(), StatusCode::OK);
    receiver.taken.wait(accepted + 1).await;
    let ready = gateway.request(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::OK);
    gateway.stop().await;
}

/// A receiver dies and comes back again and again while spans come in.
#[tokio::test]
async fn a_receiver_that_dies_under_load_gets_every_span_once() {
    let directory = tempfile::tempdir().unwrap();
    let mut receiver = Receiver::http([]).await;
    let address = receiver.address.to_string();
    let gateway = start(forwarding(&receiver.url("http"), directory.path())).await;
    let mut names = Vec::new();
    for number in 0..60 {
        let name = format!("n{number:02}");
        let body = export(&name, json!({"spanId": format!("{:016x}", number + 1)}));
        assert_eq!(gateway.post("/v1/traces", "application/json", body).await.status(), StatusCode::OK);
        names.push(name);
        if number % 10 == 9 {
            // Between two batches: a receiver that dies after it took one and before it answered gets that one twice.
            receiver.taken.wait(names.len()).await;
            while gateway.metric("spool_bytes").await > 0 {}
            let taken = receiver.taken.clone();
            receiver.die();
            let body = export(&format!("x{number:02}"), json!({"spanId": format!("{:016x}", 1_000 + number)}));
            assert_eq!(gateway.post("/v1/traces", "application/json", body).await.status(), StatusCode::OK);
            names.push(format!("x{number:02}"));
            receiver = Receiver::http_at(&address, taken).await;
        }
    }
    receiver.taken.wait(names.len()).await;
    while gateway.metric("spool_bytes").await > 0 {}
    names.sort();
    assert_eq!(receiver.taken.names(), names);
    gateway.stop().await;
}

/// The one case in which a span arrives twice: the receiver took it, and its answer was lost.
#[tokio::test]
async fn a_lost_answer_is_the_only_reason_to_send_again() {
    let directory = tempfile::tempdir().unwrap();
    let receiver = Receiver::http([Act::Swallow]).await;
    let forwarding = forwarding(&receiver.url("http"), directory.path());
    let pace = Pace { answer: Duration::from_millis(200), ..pace() };
    let gateway = start(Forwarding { pace, ..forwarding }).await;
    gateway.send(&named("a")).await;
    receiver.taken.wait(2).await;
    while gateway.metric("spool_bytes").await > 0 {}
    assert_eq!(gateway.metric("forward_failures_total{kind=\"timeout\"}").await, 1);
    assert_eq!(gateway.metric("forward_spans_total{result=\"delivered\"}").await, 1);
    gateway.stop().await;
}
