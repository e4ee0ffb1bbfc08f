//! Connections that do nothing, too many of them, and how the gateway stops.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::{future::Future, time::Duration};

use reqwest::Method;
use serde_json::json;
use support::{Gateway, bundle, event, settings};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tracebeam_gateway::settings::{Settings, Times};

/// Nothing here takes as long unless it hangs. Below hyper's own limit for heads, which would hide a lack of ours.
const HANGS: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(3_600);

async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(HANGS, future).await.expect("it hangs")
}

async fn connect(gateway: &Gateway, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(gateway.address()).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// All that comes until the gateway closes the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // Closing a connection that has sent more than was read may reset it.
    let _ = soon(stream.read_to_end(&mut bytes)).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

fn impatient() -> Settings {
    Settings { times: Times { head: SHORT, body: SHORT, write: SHORT, ..Times::default() }, ..settings() }
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let gateway = Gateway::start_as(impatient()).await;
    for (sent, answer, why) in [
        ("", "", "nothing at all"),
        ("POST /rum HTTP/1.1\r\nhost: x\r\ncontent-len", "", "half a head"),
        ("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n", "HTTP/1.1 200", "an idle connection"),
        ("POST /rum HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{", "HTTP/1.1 408", "half a body"),
    ] {
        let mut stream = connect(&gateway, sent).await;
        let received = rest(&mut stream).await;
        assert!(received.starts_with(answer), "{why}: {received}");
    }
    assert!(gateway.metric("connections_closed_total{reason=\"timeout\"}").await >= 2);
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answer_is_closed() {
    let gateway = Gateway::start_as(impatient()).await;
    let long = "x".repeat(4_000);
    for number in 0..2 {
        let events: Vec<_> = (0..200).map(|id| event(&format!("{number}-{id}"), json!({"message": long}))).collect();
        assert!(gateway.send(&bundle(json!(events))).await.is_success());
    }
    let get = "GET /api/events?limit=500 HTTP/1.1\r\nhost: localhost\r\n\r\n";
    // More than the buffers of both systems hold.
    let silent = connect(&gateway, &get.repeat(20)).await;
    soon(async {
        while gateway.metric("connections_closed_total{reason=\"timeout\"}").await == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    drop(silent);
}

#[tokio::test]
async fn silent_connections_do_not_keep_others_out() {
    let gateway = Gateway::start_as(Settings { connections: 20, ..impatient() }).await;
    let mut silent = Vec::new();
    for number in 0..60 {
        silent.push(connect(&gateway, if number % 2 == 0 { "" } else { "GET / HT" }).await);
    }
    let answer = soon(gateway.request(Method::GET, "/healthz").send()).await.unwrap();
    assert!(answer.status().is_success());
    assert_eq!(gateway.metric("connections_limit").await, 20);
    assert!(gateway.metric("connections").await <= 20);
}

/// Whole requests are answered, half ones are not waited for. Nothing else ends this wait within an hour.
#[tokio::test]
async fn stopping_does_not_wait_for_half_sent_requests() {
    let times = Times { head: LONG, body: LONG, write: LONG, drain: LONG, half_sent: SHORT };
    let gateway = Gateway::start_as(Settings { times, ..settings() }).await;
    let mut silent = connect(&gateway, "").await;
    let mut head = connect(&gateway, "POST /rum HTTP/1.1\r\nhost: x\r\n").await;
    let expect = "POST /rum HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n";
    let mut body = connect(&gateway, expect).await;
    // The interim answer shows that the handler reads.
    let mut interim = [0; 25];
    soon(body.read_exact(&mut interim)).await.unwrap();
    body.write_all(b"{").await.unwrap();
    soon(gateway.stop()).await;
    assert_eq!(rest(&mut silent).await, "");
    assert_eq!(rest(&mut head).await, "");
    let answer = rest(&mut body).await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after: 1"), "{answer}");
}
