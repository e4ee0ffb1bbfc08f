//! The program as a user starts it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use serde_json::json;
use support::{bundle, event};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tracebeam-gateway"))
}

fn start(arguments: &[&str]) -> (Child, String) {
    let mut child = program()
        .args(["--listen", "127.0.0.1:0"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}")).to_owned();
    (child, address)
}

fn terminate(child: &Child) {
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn unknown_flags_and_bad_addresses_are_plain_errors() {
    for arguments in [vec!["--nonsense"], vec!["--listen", "nowhere"]] {
        let output = program().args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains(arguments[0]));
    }
    let help = program().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for word in ["--listen", "--store", "--www", "--config", "/rum", "/v1/traces", "/healthz"] {
        assert!(help.contains(word), "{word}");
    }
}

#[test]
fn a_taken_port_and_a_bad_store_are_plain_errors() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = program().args(["--listen", &address]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains(&format!("cannot listen on {address}")));
    let output = program().args(["--listen", "127.0.0.1:0", "--store", "/nonexistent/x.db"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot open the store"));
}

/// A request that has begun when the signal comes is answered and stored.
#[test]
fn sigterm_finishes_what_was_begun() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    let file = file.to_str().unwrap();
    let (mut child, address) = start(&["--store", file]);
    let body = bundle(json!([event("a", json!({}))])).to_string();
    let (first, second) = body.split_at(body.len() / 2);
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(stream, "POST /rum HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n", body.len())
        .unwrap();
    // The interim answer shows that the handler reads; only then is the request surely under way.
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(first.as_bytes()).unwrap();
    terminate(&child);
    stream.write_all(second.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(child.wait().unwrap().success());

    let connection = rusqlite::Connection::open(file).unwrap();
    let events: i64 = connection.query_row("SELECT COUNT(*) FROM events", [], |row| row.get(0)).unwrap();
    assert_eq!(events, 1);
}

#[test]
fn the_trace_view_is_built_in_and_loads_nothing_foreign() {
    let (mut child, address) = start(&[]);
    let get = |path: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    };
    let page = get("/");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("content-security-policy: default-src 'none'"));
    // Every file that the page and its scripts name is there.
    let mut queue = vec!["/traces.html".to_owned()];
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
    terminate(&child);
    assert!(child.wait().unwrap().success());
}
