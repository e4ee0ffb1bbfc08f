//! The one table of options: what each takes, and where it goes.

use super::raw::tag;
use super::takes::Takes::{self, *};
use super::{Config, RawValue};
use crate::engine::text::cut;

/// One option of the page's configuration.
pub struct Field {
    /// Dotted path from the root of the configuration object.
    pub path: &'static str,
    /// What it takes and, after `; `, what holds where that is not what it got.
    pub expects: &'static str,
    takes: Takes,
}

/// A value that did not fit, or not all of it: the path of the option, and what it expects.
pub type Issue = (&'static str, &'static str);

/// A RegExp or predicate threw while a URL was matched.
pub const THREW: Issue = ("tracing.allowedUrls", "rules that do not throw; what throws does not match");

const fn field(path: &'static str, expects: &'static str, takes: Takes) -> Field {
    Field { path, expects, takes }
}

const ON: &str = "true or false; using true";
const OFF: &str = "true or false; using false";
const TEXT: &str = "a string; using none";
const FUNCTION: &str = "a function; using none";
const OBJECT: &str = "an object; using the defaults";

/// Every option; those that others depend on come first. `docs/options.md` and `index.d.ts` are checked against it.
#[rustfmt::skip]
pub static FIELDS: [Field; 33] = [
    field("pid", "a non-empty string; the agent is off", Name(|c| &mut c.pid)),
    field("endpoint", "an http or https URL; the agent is off", Address(|c| &mut c.endpoint)),
    field("env", "a string; using prod", Text(|c| &mut c.env)),
    field("version", TEXT, Text(|c| &mut c.version)),
    field("tracing", "true, false or an object; using false", Tracing),
    field("tracing.enable", ON, Flag(|c| &mut c.tracing.enable)),
    field("tracing.sample", "a number from 0 to 100; using 100", Number(|c| &mut c.tracing.sample, 0, 100)),
    field("tracing.tracestate", ON, Flag(|c| &mut c.tracing.tracestate)),
    field("tracing.baggage", OFF, Flag(|c| &mut c.tracing.baggage)),
    field("tracing.propagatorTypes", "one or several of tracecontext, b3, b3multi, jaeger, sw8; using what fits, or tracecontext", Protocols),
    field("tracing.allowedUrls", "an array of up to 200 URLs, RegExps, functions or {match, propagatorTypes}; using what fits", Rules),
    field("tracing.unsampled", "flag or omit; using flag", Choice(|c| &mut c.tracing.unsampled, &["flag", "omit"])),
    field("user", "an object of up to 20 strings or numbers, none of them id; using what fits", Members(|c| &mut c.user, &["id"])),
    field("properties", "an object of up to 20 strings or numbers; using what fits", Members(|c| &mut c.properties, &[])),
    field("app", "an object of up to 20 strings or numbers, none of them id, env, version or type; using what fits", Members(|c| &mut c.app, &["id", "env", "version", "type"])),
    field("app.name", "a string; using pid", Text(|c| &mut c.service)),
    field("filters", OBJECT, Object),
    field("filters.resource", "an array of up to 200 URLs, RegExps or functions; using what fits", Filters),
    field("parseResourceName", FUNCTION, Function),
    field("parseViewName", FUNCTION, Function),
    field("evaluateApi", FUNCTION, Function),
    field("beforeReport", FUNCTION, Function),
    field("reportConfig", OBJECT, Object),
    field("reportConfig.flushTime", "a number from 0 to 10000; using 3000", Number(|c| &mut c.report.flush_time, 0, 10_000)),
    field("reportConfig.maxEventCount", "a number from 1 to 100; using 20", Number(|c| &mut c.report.max_event_count, 1, 100)),
    field("reportConfig.compress", OFF, Flag(|c| &mut c.report.compress)),
    field("sessionConfig", OBJECT, Object),
    field("sessionConfig.sampleRate", "a number from 0 to 1; using 1", Number(|c| &mut c.session.sample_rate, 0, 1)),
    field("sessionConfig.maxDuration", "a number from 14400000 to 86400000; using 86400000", Number(|c| &mut c.session.max_duration, 14_400_000, 86_400_000)),
    field("sessionConfig.overtime", "a number from 600000 to 3600000; using 1800000", Number(|c| &mut c.session.overtime, 600_000, 3_600_000)),
    field("sessionConfig.storage", "auto, cookie or localStorage; using auto", Choice(|c| &mut c.session.storage, &["auto", "cookie", "localStorage"])),
    field("remoteConfig", OFF, Flag(|c| &mut c.remote)),
    field("exporter", "rum or otlp; using rum", Choice(|c| &mut c.exporter, &["rum", "otlp"])),
];

/// Reads a configuration. It cannot fail: what does not fit becomes an [`Issue`] and the default.
#[inline(never)]
pub fn read(raw: RawValue<'_>) -> (Box<Config>, Vec<Issue>) {
    let mut config = Box::new(Config::default());
    let mut issues = Vec::new();
    for Field { path, expects, takes } in &FIELDS {
        let (key, member) = cut(path, b'.');
        let mut value = raw.get(key);
        if let Some(member) = member {
            value = value.get(member);
        }
        let needed = matches!(takes, Name(_) | Address(_));
        if (needed || value.tag() != tag::ABSENT) && !takes.set(&mut config, value) {
            issues.push((*path, *expects));
        }
    }
    (config, issues)
}
