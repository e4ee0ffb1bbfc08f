//! The program as a user starts it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::{
    io::{Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
};

use serde_json::{Value, json};
use support::{Program, bundle, event};

/// What comes back until the gateway closes the connection.
fn exchange(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn post(address: &str, body: &str) -> String {
    let head = format!("POST /rum HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}", body.len());
    exchange(address, &format!("{head}\r\n\r\n{body}"))
}

#[test]
fn unknown_flags_and_bad_addresses_are_plain_errors() {
    for arguments in [vec!["--nonsense"], vec!["--listen", "nowhere"]] {
        let output = Program::command().args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains(arguments[0]));
    }
    let help = Program::command().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for word in [
        "--listen",
        "--store",
        "--token-file",
        "--origins",
        "TRACEBEAM_ORIGINS",
        "/rum",
        "/v1/traces",
        "/metrics",
        "/readyz",
    ] {
        assert!(help.contains(word), "{word}");
    }
}

#[test]
fn a_taken_port_and_a_bad_store_are_plain_errors() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Program::command().args(["--listen", &address]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains(&format!("cannot listen on {address}")));
    let output = Program::command().args(["--listen", "127.0.0.1:0", "--store", "/nonexistent/x.db"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot open the store"));
}

/// A request that has begun when the signal comes is answered and stored.
#[test]
fn sigterm_finishes_what_was_begun() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    let file = file.to_str().unwrap();
    let mut program = Program::start(&["--store", file]);
    let body = bundle(json!([event("a", json!({}))])).to_string();
    let (first, second) = body.split_at(body.len() / 2);
    let mut stream = TcpStream::connect(&program.address).unwrap();
    write!(stream, "POST /rum HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n", body.len())
        .unwrap();
    // The interim answer shows that the handler reads; only then is the request surely under way.
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(first.as_bytes()).unwrap();
    program.terminate();
    stream.write_all(second.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(program.child.wait().unwrap().success());

    let connection = rusqlite::Connection::open(file).unwrap();
    let events: i64 = connection.query_row("SELECT COUNT(*) FROM events", [], |row| row.get(0)).unwrap();
    assert_eq!(events, 1);
}

/// Bundles of many clients share transactions; each is answered only after its own is committed.
#[test]
fn what_was_answered_survives_the_death_of_the_process() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    let arguments = ["--store", file.to_str().unwrap()];
    let body = |id: &str| bundle(json!([event(id, json!({}))])).to_string();
    let mut program = Program::start(&arguments);
    let (answered, answers) = std::sync::mpsc::channel();
    let clients: Vec<_> = (0..8)
        .map(|client| {
            let (address, answered) = (program.address.clone(), answered.clone());
            std::thread::spawn(move || {
                for number in 0..1_000 {
                    let id = format!("{client}-{number}");
                    let Ok(mut stream) = TcpStream::connect(&address) else { return };
                    let text = bundle(json!([event(&id, json!({}))])).to_string();
                    let head =
                        format!("POST /rum HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}", text.len());
                    let mut answer = String::new();
                    let sent = write!(stream, "{head}\r\n\r\n{text}").and_then(|()| stream.read_to_string(&mut answer));
                    if sent.is_err() || !answer.starts_with("HTTP/1.1 204") || answered.send(id).is_err() {
                        return;
                    }
                }
            })
        })
        .collect();
    drop(answered);
    let mut acknowledged: Vec<String> = answers.iter().take(200).collect();
    program.child.kill().unwrap();
    clients.into_iter().for_each(|client| client.join().unwrap());
    acknowledged.extend(answers.try_iter());

    let program = Program::start(&arguments);
    for id in &acknowledged {
        assert!(post(&program.address, &body(id)).starts_with("HTTP/1.1 204"));
    }
    let metrics = exchange(&program.address, "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let known = format!("tracebeam_events_duplicate_total {}\n", acknowledged.len());
    assert!(metrics.contains(&known), "{known} is not in {metrics}");
    program.stop(None);
}

#[test]
fn the_trace_view_is_built_in_and_loads_nothing_foreign() {
    let program = Program::start(&[]);
    let get = |path: &str| {
        exchange(&program.address, &format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"))
    };
    let page = get("/");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("content-security-policy: default-src 'none'"));
    // Every file that the page and its scripts name is there.
    let mut queue = vec!["/view.html".to_owned()];
    let mut seen = Vec::new();
    while let Some(path) = queue.pop() {
        if seen.contains(&path) {
            continue;
        }
        let answer = get(&path);
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}");
        let folder = path.rsplit_once('/').unwrap().0.to_owned();
        for part in answer.split(['"', '\'']) {
            if part.ends_with(".js") || part.ends_with(".css") || part.ends_with(".svg") || part.ends_with(".woff2") {
                assert!(!part.contains("://"), "{path} names {part}");
                queue.push(match (part.strip_prefix("./"), part.strip_prefix("../")) {
                    (Some(rest), _) => format!("{folder}/{rest}"),
                    (_, Some(rest)) => format!("{}/{rest}", folder.rsplit_once('/').unwrap().0),
                    _ => part.to_owned(),
                });
            }
        }
        seen.push(path);
    }
    assert!(seen.len() > 8, "{seen:?}");
    program.stop(None);
}

#[test]
fn settings_come_from_the_environment_too_and_bad_ones_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    std::fs::write(&file, "short\n").unwrap();
    let path = file.to_str().unwrap();
    for (variable, value, says) in [
        ("TRACEBEAM_ORIGINS", "shop=https://a.example/path", "is no origin"),
        (
            "TRACEBEAM_TRUSTED_PROXIES",
            "10.0.0.0/99",
            "trusted-proxy (set by TRACEBEAM_TRUSTED_PROXIES): must be an address or a network",
        ),
        ("TRACEBEAM_TOKEN", "short", "16 characters"),
        ("TRACEBEAM_TOKEN_FILE", path, path),
        ("TRACEBEAM_TOKEN_FILE", "/nonexistent", "token-file (set by TRACEBEAM_TOKEN_FILE): /nonexistent: "),
    ] {
        let output = Program::command().args(["--listen", "127.0.0.1:0"]).env(variable, value).output().unwrap();
        assert!(!output.status.success(), "{variable}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(says), "{variable}: {text}");
    }
}

#[test]
fn a_store_is_its_owners_only() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    let program = Program::start(&["--store", file.to_str().unwrap()]);
    assert!(post(&program.address, &bundle(json!([event("a", json!({}))])).to_string()).starts_with("HTTP/1.1 204"));
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
    }
    program.stop(None);
}

/// A line for each kind of refusal and for each fault of the gateway's own, and nothing that a client sent.
#[test]
fn the_log_says_what_is_refused_and_what_fails() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    let (program, log) = Program::start_logged(&["--store", file.to_str().unwrap(), "--log", "json"]);
    for _ in 0..50 {
        assert!(post(&program.address, "{\"user\": \"anna@shop.example\"}").starts_with("HTTP/1.1 400"));
    }
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let batch = bundle(json!([event("a", json!({"message": "anna@shop.example"}))])).to_string();
    for _ in 0..2 {
        assert!(post(&program.address, &batch).starts_with("HTTP/1.1 503"));
    }
    other.execute_batch("COMMIT").unwrap();
    let text = program.stop(Some(log));
    assert!(!text.contains("anna"), "{text}");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |message: &str| lines.iter().filter(|line| line["message"] == message).collect::<Vec<_>>();
    assert_eq!((of("started").len(), of("stopped").len()), (1, 1), "{text}");
    let refused = of("requests refused");
    assert_eq!(
        (refused.len(), &refused[0]["kind"], &refused[0]["status"]),
        (1, &json!("malformed"), &json!(400)),
        "{text}"
    );
    let failed = of("request failed");
    assert_eq!((failed.len(), &failed[0]["level"]), (2, &json!("ERROR")), "{text}");
    assert!(failed[0]["reason"].as_str().unwrap().contains("locked"), "{text}");
}
