//! The crate's options, compared with the agent's own table `FIELDS`: the same names, values of the same types, the same
//! defaults. Both are asked: what serde writes is read by the engine.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod stream;

use serde::de::DeserializeOwned;
use serde_json::Value;
use stream::{issues, stream};
use tracebeam::engine::config::{FIELDS, RawValue, read};
use tracebeam_web::{
    Config, Exporter, Propagator, RemoteConfig, ReportConfig, Rule, SessionConfig, Storage, Tracing, Unsampled,
};

/// Options that are functions: JSON has none, and tests/browser gives them to the agent.
const FUNCTIONS: [&str; 4] = ["parseResourceName", "parseViewName", "evaluateApi", "beforeReport"];

/// A configuration in which no option has its default.
fn full() -> Config {
    let mut tracing = Tracing::default()
        .sample(50.0)
        .tracestate(false)
        .baggage(true)
        .propagators([Propagator::B3Multi, Propagator::Jaeger])
        .allow("https://api.example")
        .allow_with("/legacy", [Propagator::Sw8])
        .unsampled(Unsampled::Omit);
    tracing.enable = false;
    Config::new("shop", "/rum")
        .env("staging")
        .version("1.2.3")
        .tracing(tracing)
        .user("name", "Ann")
        .property("tier", 2)
        .app("name", "storefront")
        .ignore("/health")
        .report_config(ReportConfig { flush_time: 0, max_event_count: 1, compress: true })
        .session_config(SessionConfig {
            sample_rate: 0.5,
            max_duration: 14_400_000,
            overtime: 600_000,
            storage: Storage::Cookie,
        })
        .remote_config(RemoteConfig { enable: false, url: Some("/settings".to_owned()), widen: true })
        .exporter(Exporter::Otlp)
}

fn json(config: &Config) -> Value {
    serde_json::to_value(config).unwrap()
}

fn at<'a>(json: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(json, |value, key| &value[key])
}

#[test]
fn every_option_has_its_name_and_the_agent_takes_its_value() {
    let json = json(&full());
    for field in FIELDS.iter().filter(|field| !FUNCTIONS.contains(&field.path)) {
        assert!(!at(&json, field.path).is_null(), "{} is missing: {json}", field.path);
    }
    assert_eq!(issues(&full()), [""; 0]);
}

#[test]
fn no_option_is_one_that_the_agent_does_not_know() {
    let known = |path: &str| FIELDS.iter().any(|field| field.path == path);
    let json = json(&full());
    for (key, value) in json.as_object().unwrap() {
        assert!(known(key), "{key}");
        // The members of these are the application's.
        let open = ["user", "properties", "app"].contains(&key.as_str());
        for member in value.as_object().into_iter().flat_map(|members| members.keys()).filter(|_| !open) {
            assert!(known(&format!("{key}.{member}")), "{key}.{member}");
        }
    }
}

#[test]
fn the_values_are_the_ones_that_were_meant() {
    let text = stream(&json(&full()));
    let (config, _) = read(RawValue(&text));
    let default = tracebeam::engine::config::Config::default();
    assert_eq!((config.pid.as_str(), config.env.as_str(), config.version.as_str()), ("shop", "staging", "1.2.3"));
    assert_eq!((config.tracing.sample, config.tracing.allowed.len(), config.ignored.len()), (50.0, 2, 1));
    assert_ne!(config.tracing.propagators, default.tracing.propagators);
    assert_ne!(config.tracing.unsampled, default.tracing.unsampled);
    assert_ne!(config.session.storage, default.session.storage);
    assert_eq!((config.service.as_str(), config.otlp()), ("storefront", true));
    assert_eq!((config.report.flush_time, config.report.max_event_count), (0.0, 1.0));
    assert_eq!(config.remote.url, "https://page.example/settings");
}

#[test]
fn the_defaults_are_the_agents() {
    // An object of its own turns these on.
    let json = json(&Config::new("shop", "/rum").tracing(Tracing::default()).remote_config(RemoteConfig::default()));
    for field in &FIELDS {
        let Some((_, default)) = field.expects.split_once("; using ") else { continue };
        let value = match at(&json, field.path) {
            Value::String(text) => text.clone(),
            other => other.to_string().trim_end_matches(".0").to_owned(),
        };
        match (field.path, default) {
            ("tracing" | "remoteConfig", _) => assert!(at(&self::json(&Config::default()), field.path).is_null()),
            ("tracing.propagatorTypes", _) => assert_eq!(value, r#"["tracecontext"]"#),
            (_, "none" | "pid" | "the endpoint's own") => assert_eq!(value, "null", "{}", field.path),
            (_, "what fits") => assert!(["null", "[]"].contains(&value.as_str()), "{}: {value}", field.path),
            (_, "the defaults") => assert!(value.starts_with('{'), "{}: {value}", field.path),
            _ => assert_eq!(value, default, "{}", field.path),
        }
    }
    let read_back: Config = serde_json::from_str("{}").unwrap();
    assert_eq!(
        serde_json::to_value(read_back).unwrap(),
        self::json(&Config::default()),
        "an empty object is the default"
    );
}

#[test]
fn what_json_can_say_comes_back() {
    let json = json(&full());
    let back: Config = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(self::json(&back), json);
    let pattern = self::json(&Config::default().ignore(Rule::pattern("a", "")).ignore(Rule::predicate(|_| true)));
    assert_eq!(at(&pattern, "filters.resource").to_string(), "[null,null]");
}

#[test]
fn what_the_types_cannot_forbid_is_an_issue() {
    let mut config = full().user("id", "mine").ignore("no-url").app("tier", f64::INFINITY);
    config.pid.clear();
    config.tracing.as_mut().unwrap().sample = 101.0;
    config.tracing.as_mut().unwrap().propagator_types.clear();
    config.report_config.flush_time = 10_001;
    assert_eq!(
        issues(&config),
        ["pid", "user", "tracing.sample", "tracing.propagatorTypes", "filters.resource", "reportConfig.flushTime"]
    );
}

/// The texts that the option takes, as its warning lists them.
fn choices(path: &str) -> Vec<Value> {
    let field = FIELDS.iter().find(|field| field.path == path).unwrap();
    let list = field.expects.split(';').next().unwrap().trim_start_matches("one or several of ").replace(" or ", ", ");
    list.split(", ").map(Value::from).collect()
}

fn can_be<T: DeserializeOwned>(path: &str) {
    assert!(choices(path).len() > 1, "{path}");
    for choice in choices(path) {
        assert!(serde_json::from_value::<T>(choice.clone()).is_ok(), "{path}: {choice} is no choice");
    }
}

#[test]
fn every_choice_of_the_agents_can_be_made() {
    can_be::<Propagator>("tracing.propagatorTypes");
    can_be::<Unsampled>("tracing.unsampled");
    can_be::<Storage>("sessionConfig.storage");
    can_be::<Exporter>("exporter");
}
