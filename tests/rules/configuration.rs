//! Every option: what it takes, and what holds where that is not what it got.

use toml::{Table, Value};
use tracebeam::engine::config::{Config, FIELDS, RawValue, read};

use super::host::{rows, text, tokens};
use super::tape;

fn parse(config: &Table) -> (Config, Vec<(&'static str, &'static str)>) {
    let stream = tokens(&Value::Table(config.clone()));
    tape::configured(&stream);
    let (config, issues) = read(RawValue(&stream));
    (*config, issues)
}

/// A row has `config`; `warns`, the paths that are warned about; `like`, a configuration that means the same.
#[test]
fn rows_of_the_table() {
    for row in rows("configuration.toml") {
        let reason = text(&row, "reason");
        let mut config = row["config"].as_table().unwrap().clone();
        let mut like = row.get("like").map(|like| like.as_table().unwrap().clone()).unwrap_or_default();
        if !row.contains_key("bare") {
            for config in [&mut config, &mut like] {
                config.entry("pid").or_insert("p".into());
                config.entry("endpoint").or_insert("/rum".into());
            }
        }
        let (read, issues) = parse(&config);
        let warned: Vec<&str> = issues.iter().map(|issue| issue.0).collect();
        let warns: Vec<&str> = row["warns"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
        assert_eq!(warned, warns, "{reason}");
        assert_eq!(read, parse(&like).0, "{reason}");
    }
}

#[test]
fn every_option_warns_once_for_every_wrong_type_and_keeps_its_default() {
    for field in &FIELDS {
        for wrong in ["x", "t", "#-1", "\"\u{1}\0", "[1\0x", "{1\0kx\0x", "h0", "r0"] {
            let stream = match field.path.split_once('.') {
                Some((key, member)) => format!("{{1\0k{key}\0{{1\0k{member}\0{wrong}"),
                None => format!("{{1\0k{}\0{wrong}", field.path),
            };
            tape::configured(&stream);
            let (config, issues) = read(RawValue(&stream));
            let count = issues.iter().filter(|issue| issue.0 == field.path).count();
            assert!(count <= 1, "{} {wrong}", field.path);
            if wrong == "x" {
                assert_eq!(count, 1, "{}", field.path);
                let mut default = Config::default();
                default.tracing.enable = field.path.starts_with("tracing.");
                default.remote.enable = field.path.starts_with("remoteConfig.");
                assert_eq!(*config, default, "{}", field.path);
            }
        }
    }
}

#[test]
fn nothing_is_endless_and_nothing_is_huge() {
    let mut stream = String::from("{3\0kpid\0\"p\0\0kendpoint\0\"/\0https://a/\0ktracing\0{1\0kallowedUrls\0[100000");
    for _ in 0..100_000 {
        stream.push_str("\0\"/a\0https://a/a");
    }
    let (config, issues) = read(RawValue(&stream));
    assert_eq!(config.tracing.allowed.len(), 200);
    assert_eq!(issues.iter().map(|issue| issue.0).collect::<Vec<_>>(), ["tracing.allowedUrls"]);
    let (config, _) = read(RawValue(&"{1\0ka\0".repeat(10_000)));
    assert_eq!(*config, Config::default());
}

#[test]
fn any_stream_is_read() {
    let mut random = super::properties::Random(7);
    let pieces = [
        "{3",
        "[2",
        "kpid",
        "ktracing",
        "\"a",
        "#1",
        "t",
        "n",
        "",
        "x",
        "h99999999999",
        "kallowedUrls",
        "{-1",
        "[1e+99",
    ];
    for _ in 0..20_000 {
        let stream: Vec<&str> = (0..random.below(12)).map(|_| pieces[random.below(pieces.len())]).collect();
        read(RawValue(&stream.join("\0")));
    }
}
