//! The one table of options: what each takes, and where it goes.

use super::choices::{EXPORTERS, Storage, Unsampled};
use super::raw::tag;
use super::takes::Takes::{self, *};
use super::{Config, RawValue};
use crate::engine::text::cut;

/// One option of the page's configuration.
pub struct Field {
    /// Dotted path from the root of the configuration object.
    pub path: &'static str,
    /// What it takes and, after `; `, what holds if the value does not fit.
    pub expects: &'static str,
    takes: Takes,
}

/// A value that did not fit as a whole: the option's path, and what it expects.
pub type Issue = (&'static str, &'static str);

/// A RegExp or predicate threw while a URL was matched.
pub const THREW: Issue = ("tracing.allowedUrls", "rules that do not throw; what throws does not match");

/// No URL has the origin of a mini-program, so `tracing: true` alone traces no request.
pub const NO_RULES: Issue =
    ("tracing.allowedUrls", "given in a mini-program, where nothing is of the same origin; no request is traced");

const fn field(path: &'static str, expects: &'static str, takes: Takes) -> Field {
    Field { path, expects, takes }
}

const ON: &str = "true or false; using true";
const OFF: &str = "true or false; using false";
const TEXT: &str = "a string; using none";
const FUNCTION: &str = "a function; using none";
const OBJECT: &str = "an object; using the defaults";

#[cfg(not(feature = "miniapp"))]
const EXPECTS_EXPORTER: &str = "rum or otlp; using rum";
#[cfg(feature = "miniapp")]
const EXPECTS_EXPORTER: &str = "rum in a mini-program; using rum";

/// Every option; those that others depend on come first, and those that the endpoint may change last ([`REMOTE`]).
/// `docs/options.md` and `index.d.ts` are checked against it.
#[rustfmt::skip]
pub static FIELDS: [Field; 36] = [
    field("pid", "a non-empty string; the agent is off", Name(|c| &mut c.pid)),
    field("endpoint", "an http or https URL; the agent is off", Address(|c| &mut c.endpoint)),
    field("env", "a string; using prod", Text(|c| &mut c.env)),
    field("version", TEXT, Text(|c| &mut c.version)),
    field("user", "an object of up to 20 strings or numbers, none of them id; using what fits", Members(|c| &mut c.user, &["id"])),
    field("properties", "an object of up to 20 strings or numbers; using what fits", Members(|c| &mut c.properties, &[])),
    field("app", "an object of up to 20 strings or numbers, none of them id, env, version or type; using what fits", Members(|c| &mut c.app, &["id", "env", "version", "type"])),
    field("app.name", "a string; using pid", Text(|c| &mut c.service)),
    field("parseResourceName", FUNCTION, Function),
    field("parseViewName", FUNCTION, Function),
    field("evaluateApi", FUNCTION, Function),
    field("beforeReport", FUNCTION, Function),
    field("remoteConfig", "true, false or an object; using false", Switch(|c| &mut c.remote.enable)),
    field("remoteConfig.enable", ON, Flag(|c| &mut c.remote.enable)),
    field("remoteConfig.url", "an http or https URL; using the endpoint's own", OptionalAddress(|c| &mut c.remote.url)),
    field("remoteConfig.widen", OFF, Flag(|c| &mut c.remote.widen)),
    field("exporter", EXPECTS_EXPORTER, Choice(|c, at| c.exporter.choose(at), EXPORTERS)),
    field("tracing", "true, false or an object; using false", Switch(|c| &mut c.tracing.enable)),
    field("tracing.enable", ON, Flag(|c| &mut c.tracing.enable)),
    field("tracing.sample", "a number from 0 to 100; using 100", Number(|c| &mut c.tracing.sample, 0, 100)),
    field("tracing.tracestate", ON, Flag(|c| &mut c.tracing.tracestate)),
    field("tracing.baggage", OFF, Flag(|c| &mut c.tracing.baggage)),
    field("tracing.propagatorTypes", "one or several of tracecontext, b3, b3multi, jaeger, sw8; using what fits, or tracecontext", Protocols),
    field("tracing.allowedUrls", "an array of up to 200 URLs, RegExps, functions or {match, propagatorTypes}; using what fits", Rules),
    field("tracing.unsampled", "flag or omit; using flag", Choice(|c, at| c.tracing.unsampled.choose(at), Unsampled::TEXTS)),
    field("filters", OBJECT, Object),
    field("filters.resource", "an array of up to 200 URLs, RegExps or functions; using what fits", Filters),
    field("reportConfig", OBJECT, Object),
    field("reportConfig.flushTime", "a number from 0 to 10000; using 3000", Number(|c| &mut c.report.flush_time, 0, 10_000)),
    field("reportConfig.maxEventCount", "a number from 1 to 100; using 20", Number(|c| &mut c.report.max_event_count, 1, 100)),
    field("reportConfig.compress", OFF, Flag(|c| &mut c.report.compress)),
    field("sessionConfig", OBJECT, Object),
    field("sessionConfig.sampleRate", "a number from 0 to 1; using 1", Number(|c| &mut c.session.sample_rate, 0, 1)),
    field("sessionConfig.maxDuration", "a number from 14400000 to 86400000; using 86400000", Number(|c| &mut c.session.max_duration, 14_400_000, 86_400_000)),
    field("sessionConfig.overtime", "a number from 600000 to 3600000; using 1800000", Number(|c| &mut c.session.overtime, 600_000, 3_600_000)),
    field("sessionConfig.storage", "auto, cookie or localStorage; using auto", Choice(|c, at| c.session.storage.choose(at), Storage::TEXTS)),
];

/// The index of the first option that the endpoint may change (`remoteConfig`).
pub const REMOTE: usize = 17;

/// Reads a configuration and the endpoint's settings, if they follow it in the stream. It cannot fail: a value that does not fit
/// becomes an [`Issue`], and the default holds, or the page's value if the endpoint's does not fit.
#[inline(never)]
pub fn read(raw: RawValue<'_>) -> (Box<Config>, Vec<Issue>) {
    let mut config = Box::new(Config::default());
    let mut issues = Vec::new();
    fill(&mut config, raw, 0, &mut issues);
    if config.remote.enable
        && let Some(rest) = raw.after()
    {
        let allowed = std::mem::take(&mut config.tracing.allowed);
        fill(&mut config, RawValue(rest), REMOTE, &mut issues);
        let said = RawValue(rest).get("tracing").get("allowedUrls").tag() == tag::LIST;
        // The endpoint's list replaces the page's only if the page allows it; otherwise a URL must match both.
        if !said {
            config.tracing.allowed = allowed;
        } else if !config.remote.widen {
            config.tracing.narrowed = Some(std::mem::replace(&mut config.tracing.allowed, allowed));
        }
    }
    (config, issues)
}

/// Writes every option from the `first` on that `raw` has.
#[inline(never)]
fn fill(config: &mut Config, raw: RawValue<'_>, first: usize, issues: &mut Vec<Issue>) {
    for Field { path, expects, takes } in FIELDS.get(first..).unwrap_or(&[]) {
        let (key, member) = cut(path, b'.');
        let mut value = raw.get(key);
        if let Some(member) = member {
            value = value.get(member);
        }
        // The endpoint changes only what it names: `tracing: {sample: 5}` does not enable what the page has disabled.
        if first > 0 && member.is_none() && value.tag() == tag::MAP {
            continue;
        }
        let needed = matches!(takes, Name(_) | Address(_));
        if (needed || value.tag() != tag::ABSENT) && !takes.set(config, value) {
            issues.push((*path, *expects));
        }
    }
}
