//! How much work a bundle is: bundles of 20 events from many connections, for a bounded time, against the gateway
//! and against a bare axum handler that parses the same JSON. Compares the processor time that each server process
//! spends on a bundle, because that depends little on what else the machine does.
//!
//! ```text
//! cargo build --release -p tracebeam-gateway
//! cargo run --release -p tracebeam-gateway --example load -- [--gateway PATH] [--seconds 10] [--connections 32]
//! ```
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use axum::{Router, body::Bytes, http::StatusCode, routing::post};
use clap::Parser;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const EVENTS: usize = 20;
/// The kernel counts a process' time in these.
const TICKS_PER_SECOND: f64 = 100.0;

/// Compares the gateway's work with a bare handler's.
#[derive(Parser)]
struct Args {
    /// The gateway's program
    #[arg(long, default_value = "target/release/tracebeam-gateway")]
    gateway: String,
    /// Length of each of the two runs
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Connections that send at the same time
    #[arg(long, default_value_t = 32)]
    connections: u64,
    /// Be the bare handler (used by the program itself)
    #[arg(long, hide = true)]
    bare: bool,
}

#[derive(Default)]
struct Answers {
    stored: AtomicU64,
    refused: AtomicU64,
}

/// What one run showed.
struct Run {
    bundles: u64,
    refused: u64,
    seconds: f64,
    processor: f64,
    memory: u64,
}

#[tokio::main]
async fn main() {
    let args = Args::parse();
    if args.bare {
        return bare().await;
    }
    let directory = tempfile::tempdir().unwrap();
    let store = directory.path().join("store.db");
    let mut gateway = Command::new(&args.gateway);
    gateway.args(["--listen", "127.0.0.1:0", "--store", store.to_str().unwrap()]);
    // What is measured is the work, not the limit.
    gateway.env("TRACEBEAM_APP_RATE", "0");
    let gateway = run("gateway", gateway, &args).await;
    let mut bare = Command::new(std::env::current_exe().unwrap());
    bare.arg("--bare");
    let bare = run("bare handler", bare, &args).await;
    let per_bundle = |run: &Run| run.processor / run.bundles as f64;
    println!(
        "ratio (bare handler's processor time per bundle ÷ the gateway's): {:.3}",
        per_bundle(&bare) / per_bundle(&gateway)
    );
}

async fn run(name: &str, mut command: Command, args: &Args) -> Run {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}")).to_owned();
    let answers: &'static Answers = Box::leak(Box::default());
    let before = processor(&child);
    let start = Instant::now();
    let end = start + Duration::from_secs(args.seconds);
    let clients: Vec<_> =
        (0..args.connections).map(|client| tokio::spawn(send(address.clone(), client, end, answers))).collect();
    for client in clients {
        client.await.unwrap();
    }
    let run = Run {
        bundles: answers.stored.load(Ordering::Relaxed),
        refused: answers.refused.load(Ordering::Relaxed),
        seconds: start.elapsed().as_secs_f64(),
        processor: processor(&child) - before,
        memory: peak_memory(&child),
    };
    child.kill().unwrap();
    child.wait().unwrap();
    println!(
        "{name}: {} bundles stored, {} refused, {:.0} bundles/s, {:.0} µs of processor time an event, {} MB at most",
        run.bundles,
        run.refused,
        run.bundles as f64 / run.seconds,
        run.processor * 1e6 / (run.bundles as f64 * EVENTS as f64),
        run.memory / 1024,
    );
    run
}

async fn send(address: String, client: u64, end: Instant, answers: &'static Answers) {
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let mut answer = vec![0; 64 * 1024];
    for number in 0.. {
        if Instant::now() >= end {
            return;
        }
        let body = bundle(client, number);
        let head = format!(
            "POST /rum HTTP/1.1\r\nhost: {address}\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await.unwrap();
        let mut length = 0;
        loop {
            let read = stream.read(&mut answer[length..]).await.unwrap();
            assert!(read > 0, "the server closed the connection");
            length += read;
            if let Some(end) = answer[..length].windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
                let body: usize = head
                    .split("content-length: ")
                    .nth(1)
                    .map_or(0, |rest| rest.split('\r').next().unwrap().parse().unwrap());
                if length >= end + 4 + body {
                    break;
                }
            }
        }
        let stored = answer.starts_with(b"HTTP/1.1 20");
        if stored { &answers.stored } else { &answers.refused }.fetch_add(1, Ordering::Relaxed);
        if !stored {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A bundle as the agent sends it: every event traced, with phases.
fn bundle(client: u64, number: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let events: Vec<String> = (0..EVENTS)
        .map(|event| {
            let (trace, span) = (format!("{:016x}{:08x}{event:08x}", client + 1, number), format!("{:08x}{:04x}{event:04x}", client + 1, number & 0xffff));
            format!(
                r#"{{"event_type":"resource","event_id":"{trace}","timestamp":{now}.25,"times":1,"type":"fetch","name":"/api/orders/{{id}}","url":"https://shop.example/api/orders/{number}?page={event}","method":"GET","status_code":200,"success":1,"message":"OK","duration":123.5,"outcome":"ok","redirect_duration":0,"dns_duration":1.5,"connect_duration":12.25,"ssl_duration":8.5,"first_byte_duration":80.5,"download_duration":20.25,"size":5120,"transfer_size":1420,"protocol":"h2","trace_context_hint":"set","server_timing_hint":"not_available","trace_id":"{trace}","trace_data":"{{\"spanId\":\"{span}\",\"sample\":100,\"sampled\":true,\"headers\":{{\"traceparent\":\"00-{trace}-{span}-01\",\"tracestate\":\"rum=v2&browser&demo&s{client}\"}}}}","traceparent":"00-{trace}-{span}-01","tracestate":"rum=v2&browser&demo&s{client}"}}"#
            )
        })
        .collect();
    format!(
        r#"{{"app":{{"id":"demo","env":"prod","version":"1.0.0","type":"browser"}},"user":{{"id":"uid_{client}"}},"session":{{"id":"{client:032x}"}},"net":{{"model":"4g"}},"view":{{"id":"view-1","name":"/orders"}},"_v":"0.1.0","events":[{}]}}"#,
        events.join(",")
    )
}

/// The bare handler: takes the body, parses it, answers.
async fn bare() {
    let router = Router::new().route(
        "/rum",
        post(async |body: Bytes| match serde_json::from_slice::<serde_json::Value>(&body) {
            Ok(_) => StatusCode::NO_CONTENT,
            Err(_) => StatusCode::BAD_REQUEST,
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("listening on http://{}", listener.local_addr().unwrap());
    axum::serve(listener, router).await.unwrap();
}

/// Seconds of processor time that a process has used: fields 14 and 15 of `/proc/PID/stat` (proc(5)).
fn processor(child: &Child) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
    let fields: Vec<_> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / TICKS_PER_SECOND
}

/// The most memory that a process has held, in kilobytes.
fn peak_memory(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
