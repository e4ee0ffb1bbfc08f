//! Settings from flags, environment and file, and what `check` says of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::{path::Path, process::Output, time::Duration};

use serde_json::json;
use support::{Gateway, NOW_MS, Program, bundle, event, settings};
use tracebeam_gateway::{settings::Settings, store::Store, time::Clock};

/// What `check` prints, with variables in its environment.
fn check(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Program::command().arg("check").args(arguments).envs(variables.iter().copied()).output().unwrap()
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn error(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn file(directory: &Path, content: &str) -> String {
    let path = directory.join("gateway.toml");
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_flag_wins_over_the_environment_the_environment_over_the_file_the_file_over_the_default() {
    let directory = tempfile::tempdir().unwrap();
    let path = file(directory.path(), "connections = 30\nkeep = \"3h\"\n");
    let from_file = ["--settings", &path];
    let with_flag = ["--settings", &path, "--connections", "50"];
    let variable = [("TRACEBEAM_CONNECTIONS", "40")];
    for (arguments, variables, connections, reason) in [
        (&[][..], &[][..], "1000", "the default"),
        (&from_file[..], &[], "30", "the file"),
        (&from_file, &variable, "40", "the environment"),
        (&with_flag, &variable, "50", "the flag"),
        (&from_file, &[("TRACEBEAM_CONNECTIONS", "")], "30", "an empty variable is none"),
        (&[], &[("TRACEBEAM_SETTINGS", path.as_str())], "30", "a variable may name the file"),
    ] {
        let said = text(&check(arguments, variables));
        assert!(said.contains(&format!("at most {connections} connections")), "{reason}: {said}");
        assert_eq!(said.contains("for 3h"), arguments.len() + variables.len() > 0, "{reason}: {said}");
    }
}

#[test]
fn a_file_says_all_that_flags_say() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("token"), "0123456789abcdef\n").unwrap();
    let headers = directory.path().join("headers");
    std::fs::write(&headers, "Authorization: Bearer very-secret\n\nX-Scope: shop\n").unwrap();
    let rules = directory.path().join("rules.toml");
    std::fs::write(&rules, "[[rule]]\nname = \"health checks\"\nwhen = { url = '/healthz' }\ndrop = true\n").unwrap();
    let path = file(
        directory.path(),
        &format!(
            r#"
            listen = "0.0.0.0:4318"
            store = "traces.db"
            keep = "7days"
            keep-bytes = "640MiB"
            token-file = "{0}/token"
            host = ["rum.example", "rum.internal"]
            origins = ["shop=https://shop.example,none", "*=null"]
            trusted-proxy = "10.0.0.0/8"
            client-rate = 10
            rules = "{0}/rules.toml"
            forward = "grpcs://collector.example:4317"
            forward-header = "X-Tenant: one"
            forward-headers-file = "{0}/headers"
            spool = "spool"
            spool-bytes = "1GiB"
            "#,
            directory.path().display()
        ),
    );
    let said = text(&check(&["--settings", &path], &[]));
    for line in [
        "listens on   0.0.0.0:4318 (other machines can connect), at most 1000 connections",
        "takes from   shop=https://shop.example,none *=null; services with the token",
        "shows to     whoever has the token, at rum.example, rum.internal",
        "keeps        in traces.db, for 7days: 20000 events in 128.0 MiB, 2000 traces in 512.0 MiB",
        "forwards to  https://collector.example:4317/ (OTLP/gRPC) with x-tenant, authorization, x-scope; spool spool of 1.0 GiB",
        &format!("rules        {}", rules.display()),
        "             rule health checks: drops what has url //healthz/",
    ] {
        assert!(said.lines().any(|known| known == line), "{line}\nis not in\n{said}");
    }
    assert!(!said.contains("secret") && !said.contains("warning"), "{said}");
}

#[test]
fn what_may_have_been_overlooked_is_a_warning() {
    let directory = tempfile::tempdir().unwrap();
    let spool = directory.path().to_str().unwrap();
    let token = [("TRACEBEAM_TOKEN", "0123456789abcdef")];
    let far = ["--forward", "http://far.example", "--spool", spool, "--forward-header", "a: b"];
    let near = ["--forward", "http://localhost", "--spool", spool, "--forward-header", "a: b"];
    for (arguments, variables, warning) in [
        (&["--listen", "0.0.0.0:0"][..], &[][..], Some("no token: the view, the API, the metrics and OTLP answer 403")),
        (&["--listen", "0.0.0.0:0"], &token, Some("no origins")),
        (&["--listen", "0.0.0.0:0"], &token, Some("no host")),
        (&["--trusted-proxy", "127.0.0.1"], &[], Some("trusted-proxy without a token")),
        (&far, &[], Some("unencrypted")),
        (&near, &[], None),
        (&[], &[], None),
    ] {
        let said = text(&check(arguments, variables));
        match warning {
            Some(warning) => assert!(said.contains(warning), "{said}"),
            None => assert!(!said.contains("warning"), "{said}"),
        }
    }
}

#[test]
fn errors_name_the_key_and_where_it_was_set() {
    let directory = tempfile::tempdir().unwrap();
    let with = |content: &str| file(directory.path(), content);
    for (content, says) in [
        ("listne = 1", "there is no setting `listne`"),
        ("settings = \"x\"", "there is no setting `settings`"),
        ("listen = ", "gateway.toml"),
        ("listen = \"nowhere\"", "listen (set by "),
        ("listen = [\"127.0.0.1:1\", \"127.0.0.1:2\"]", "must be one value"),
        ("keep = \"long\"", "no length of time"),
        ("keep-bytes = \"huge\"", "no size such as"),
        ("log = \"xml\"", "must be text, json or off"),
        ("[origins]\nshop = \"https://shop.example\"", "must be a text"),
        ("store = \"none\"", "needs --forward"),
        ("forward = \"http://127.0.0.1\"", "needs --spool"),
        ("forward = \"ftp://x\"\nspool = \"s\"", "must be a URL that begins with one of http://"),
        ("forward = \"http://me:secret@x\"\nspool = \"s\"", "use forward-header"),
        ("spool = \"s\"", "has no meaning without --forward"),
        ("forward = \"http://x\"\nspool = \"s\"\nspool-bytes = \"1MiB\"", "must be 32"),
        ("forward = \"http://x\"\nspool = \"s\"\nforward-header = \"secret\"", "must be NAME: VALUE"),
        ("token = \"0123456789abcdef\"\ntoken-file = \"x\"", "cannot be used together"),
    ] {
        let said = error(&check(&["--settings", &with(content)], &[]));
        assert!(said.contains(says), "{content}: {said}");
        assert!(!said.contains("secret") || content.contains("me:"), "{said}");
    }
    let path = with("listen = \"nowhere\"");
    let said = error(&check(&["--settings", &path], &[]));
    assert!(said.contains(&path), "the file is named: {said}");
    let said = error(&check(&["--settings", "/nonexistent.toml"], &[]));
    assert!(said.contains("/nonexistent.toml"), "{said}");
    let said = error(&check(&["--app-rate", "many"], &[]));
    assert!(said.contains("app-rate (set by --app-rate): `many` is no number"), "{said}");
    let said = error(&check(&[], &[("TRACEBEAM_LISTEN", "nowhere")]));
    assert!(said.contains("listen (set by TRACEBEAM_LISTEN): `nowhere` is no address"), "{said}");
}

/// The clock of one gateway stands still, so age is shown by a second gateway on the same file.
#[tokio::test]
async fn what_is_older_than_the_age_is_dropped_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let at = |hours: u64, keep: u64| Settings {
        clock: Clock::Fixed(NOW_MS + hours * 3_600_000),
        keep: Some(Duration::from_secs(keep * 3_600)),
        ..settings()
    };
    let other = |id: &str, trace: &str| {
        // Another span each time: one that is stored already would not touch its trace.
        let carrier = format!("00-{}-{}-01", trace.repeat(16), id.repeat(16));
        bundle(json!([event(id, json!({"trace_id": trace.repeat(16), "traceparent": carrier}))]))
    };
    let gateway = Gateway::start_on_as(Store::open(&path).unwrap(), at(0, 24)).await;
    gateway.send(&other("a", "11")).await;
    gateway.send(&other("b", "22")).await;
    gateway.stop().await;

    let gateway = Gateway::start_on_as(Store::open(&path).unwrap(), at(20, 24)).await;
    gateway.send(&other("c", "22")).await;
    assert_eq!((gateway.events().await.len(), gateway.traces().await.len()), (3, 2), "nothing is a day old");
    gateway.stop().await;

    let gateway = Gateway::start_on_as(Store::open(&path).unwrap(), at(25, 24)).await;
    while gateway.events().await.len() != 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(gateway.events().await[0]["event_id"], "c");
    let traces = gateway.traces().await;
    assert_eq!(traces.len(), 1);
    assert_eq!(traces[0]["trace_id"], "22".repeat(16), "a trace is as old as its last span");
    gateway.stop().await;

    // The resources of what was dropped are gone too.
    let connection = rusqlite::Connection::open(&path).unwrap();
    let count = |table: &str| -> i64 {
        connection.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("events"), count("spans"), count("resources")), (1, 2, 1));
}
