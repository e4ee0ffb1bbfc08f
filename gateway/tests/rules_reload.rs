//! Rules are read at the start and at every SIGHUP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::{
    fs,
    io::{BufRead, BufReader},
};

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::{Program, bundle, event};

#[tokio::test]
async fn a_hangup_reads_the_file_anew_and_a_wrong_one_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("rules.toml");
    let drop_url = |url: &str| format!("[[rule]]\nwhen.url = '{url}'\ndrop = true\n[app.demo.config]\ntracing = false");
    fs::write(&file, drop_url("/one")).unwrap();
    let (program, log) = Program::start_logged(&["--rules", file.to_str().unwrap(), "--log", "json"]);
    let mut lines = BufReader::new(log).lines();
    let client = Client::new();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let send = async |id: &str, path: &str| {
        let changes = json!({"url": format!("http://a{path}"), "timestamp": now as u64});
        let bundle = bundle(json!([event(id, changes)])).to_string();
        assert_eq!(
            client.post(program.url("/rum")).body(bundle).send().await.unwrap().status(),
            StatusCode::NO_CONTENT
        );
    };
    let stored = async || {
        let answer = client.get(program.url("/api/events")).send().await.unwrap();
        let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        let ids = answer["events"].as_array().unwrap().iter().map(|event| event["event_id"].as_str().unwrap());
        ids.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut logged = |text: &str| {
        let found = lines.by_ref().map(Result::unwrap).find(|line| line.contains(text));
        found.unwrap_or_else(|| panic!("{text} is not in the log"))
    };

    send("a", "/one").await;
    send("b", "/two").await;
    assert_eq!(stored().await, ["b"], "the rules of the start");

    fs::write(&file, drop_url("/two")).unwrap();
    program.signal("-HUP");
    logged("rules read anew");
    send("c", "/two").await;
    send("d", "/one").await;
    assert_eq!(stored().await, ["d", "b"], "the rules after the signal");

    fs::write(&file, "[[rule]]\nwhen.url = '('\ndrop = true").unwrap();
    program.signal("-HUP");
    let line = logged("the rules are wrong");
    assert!(line.contains("rules.toml:2:6: rule[0].when.url"), "{line}");
    send("e", "/two").await;
    assert_eq!(stored().await, ["d", "b"], "the rules before the wrong ones");
    let config = client.get(program.url("/config/demo")).send().await.unwrap();
    assert_eq!(config.text().await.unwrap(), r#"{"tracing":false}"#);
    assert_eq!(client.get(program.url("/readyz")).send().await.unwrap().status(), StatusCode::OK);
    let metrics = client.get(program.url("/metrics")).send().await.unwrap().text().await.unwrap();
    for line in ["rules_reloads_total 1", "rules_reload_failures_total 1", "events_dropped_by_rules_total 3"] {
        assert!(metrics.contains(&format!("\ntracebeam_{line}\n")), "{line} in {metrics}");
    }
    program.stop(None);
}

#[test]
fn a_gateway_does_not_start_with_wrong_rules() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("rules.toml");
    let start = || {
        let output = Program::command().args(["--listen", "127.0.0.1:0", "--rules", file.to_str().unwrap()]).output();
        let output = output.unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, says) = start();
    assert!(code.is_some_and(|code| code != 0) && says.contains("rules.toml: No such file"), "{says}");
    fs::write(&file, "[[rule]]\ndrop = 1").unwrap();
    let (code, says) = start();
    assert!(code.is_some_and(|code| code != 0), "{says}");
    assert!(says.contains("rules.toml:2:8: rule[0].drop: invalid type: integer `1`, expected a boolean"), "{says}");
}
