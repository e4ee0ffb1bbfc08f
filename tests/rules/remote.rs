//! What the endpoint may say of the configuration: it narrows, and widens only where the page allows it.

use toml::{Table, Value};
use tracebeam::engine::config::{Config, FIELDS, REMOTE, RawValue};

use super::host::{Call, Host, rows, text, tokens};
use super::tape::{self, read};

fn parse(config: &Table, remote: &Value) -> (Config, Vec<&'static str>) {
    let stream = tokens(&Value::Table(config.clone())) + "\0" + &tokens(remote);
    tape::configured(&stream);
    let (config, issues) = read(RawValue(&stream));
    (*config, issues.iter().map(|issue| issue.0).collect())
}

#[test]
fn rows_of_the_table() {
    for row in rows("remote.toml") {
        let reason = text(&row, "reason");
        let with = |key: &str| {
            let mut config = row.get(key).and_then(Value::as_table).cloned().unwrap_or_default();
            config.entry("pid").or_insert("p".into());
            config.entry("endpoint").or_insert("/rum".into());
            config.entry("remoteConfig").or_insert(true.into());
            config
        };
        let (config, remote) = (with("config"), &row["remote"]);
        let (read, warned) = parse(&config, remote);
        let warns = row.get("warns").and_then(Value::as_array).cloned().unwrap_or_default();
        assert_eq!(warned, warns.iter().filter_map(Value::as_str).collect::<Vec<_>>(), "{reason}");
        if row.contains_key("like") {
            assert_eq!(read, parse(&with("like"), &Value::from("$null")).0, "{reason}");
        } else {
            let mut host = Host::told(config, remote.clone());
            let sent = host.send(&Call { href: text(&row, "url"), answers: text(&row, "answers"), ..Call::default() });
            assert_eq!(sent.hint(), text(&row, "hint"), "{reason}");
            assert_eq!(sent.headers.is_empty(), text(&row, "hint") != "set", "{reason}");
        }
    }
}

/// The list of options that the endpoint may change is the end of the table of options.
#[test]
fn no_other_option_is_the_endpoints_to_change() {
    for (at, field) in FIELDS.iter().enumerate() {
        let key = field.path.split('.').next().unwrap();
        let remote = ["tracing", "filters", "reportConfig", "sessionConfig"].contains(&key);
        assert_eq!(remote, at >= REMOTE, "{}", field.path);
    }
}

#[test]
fn a_change_of_the_configuration_leaves_ids_and_addresses() {
    let mut host = Host::new("tracing = false");
    let call = Call { href: "https://shop.example/x", ..Call::default() };
    assert_eq!(host.send(&call).hint(), "disabled");
    host.agent.reconfigure(read(RawValue("{2\0kpid\0\"other\0\0ktracing\0t")));
    let sent = host.send(&call);
    assert_eq!(sent.hint(), "set");
    assert!(sent.header("tracestate").contains("&shop&"), "the pid is the first one: {sent:?}");
}
