//! The one table of options: what each takes, and where it goes.

use super::raw::tag;
use super::takes::Takes::{self, *};
use super::{Config, RawValue};
use crate::engine::text::{Out, cut};

/// One option of the page's configuration.
pub struct Field {
    /// Dotted path from the root of the configuration object.
    pub path: &'static str,
    takes: Takes,
}

/// A value that did not fit, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// The option's path.
    pub path: &'static str,
    /// The warning: the path, what the option takes, and what holds instead.
    pub text: Out,
}

impl Issue {
    /// A RegExp or predicate threw while a URL was matched.
    pub fn of_predicate() -> Self {
        let path = "tracing.allowedUrls";
        let mut text = Out::default();
        for part in [path, " must not throw; what throws does not match"] {
            text.str(part);
        }
        Self { path, text }
    }
}

const fn field(path: &'static str, takes: Takes) -> Field {
    Field { path, takes }
}

/// Every option; those that others depend on come first. `docs/options.md` and `index.d.ts` are checked against it.
#[rustfmt::skip]
pub static FIELDS: [Field; 31] = [
    field("pid", Name(|c| &mut c.pid)),
    field("endpoint", Address(|c| &mut c.endpoint)),
    field("env", Text(|c| &mut c.env)),
    field("version", Text(|c| &mut c.version)),
    field("tracing", Tracing),
    field("tracing.enable", Flag(|c| &mut c.tracing.enable)),
    field("tracing.sample", Number(|c| &mut c.tracing.sample, 0, 100)),
    field("tracing.tracestate", Flag(|c| &mut c.tracing.tracestate)),
    field("tracing.baggage", Flag(|c| &mut c.tracing.baggage)),
    field("tracing.propagatorTypes", Protocols),
    field("tracing.allowedUrls", Rules),
    field("tracing.unsampled", Choice(|c| &mut c.tracing.unsampled, &["flag", "omit"])),
    field("user", Properties(|c| &mut c.user, &["id"])),
    field("properties", Properties(|c| &mut c.properties, &[])),
    field("app", Properties(|c| &mut c.app, &["id", "env", "version", "type"])),
    field("filters", Object),
    field("filters.resource", Filters),
    field("parseResourceName", Function(b'n')),
    field("parseViewName", Function(b'v')),
    field("evaluateApi", Function(b'e')),
    field("beforeReport", Function(b'b')),
    field("reportConfig", Object),
    field("reportConfig.flushTime", Number(|c| &mut c.report.flush_time, 0, 10_000)),
    field("reportConfig.maxEventCount", Number(|c| &mut c.report.max_event_count, 1, 100)),
    field("sessionConfig", Object),
    field("sessionConfig.sampleRate", Number(|c| &mut c.session.sample_rate, 0, 1)),
    field("sessionConfig.maxDuration", Number(|c| &mut c.session.max_duration, 14_400_000, 86_400_000)),
    field("sessionConfig.overtime", Number(|c| &mut c.session.overtime, 600_000, 3_600_000)),
    field("sessionConfig.storage", Choice(|c| &mut c.session.storage, &["auto", "cookie", "localStorage"])),
    field("remoteConfig", Flag(|c| &mut c.remote)),
    field("exporter", Choice(|c| &mut c.exporter, &["rum", "otlp"])),
];

/// Reads a configuration. It cannot fail: what does not fit becomes an [`Issue`] and the default.
#[inline(never)]
pub fn read(raw: RawValue<'_>) -> (Box<Config>, Vec<Issue>) {
    let mut config = Box::new(Config::default());
    let mut issues = Vec::new();
    for field in &FIELDS {
        let (key, member) = cut(field.path, b'.');
        let mut value = raw.get(key);
        if let Some(member) = member {
            value = value.get(member);
        }
        let needed = matches!(field.takes, Name(_) | Address(_));
        if (needed || value.tag() != tag::ABSENT) && !field.takes.set(&mut config, value) {
            let mut text = Out::default();
            text.str(field.path);
            text.str(" must be ");
            field.takes.explain(&mut text, &mut config);
            issues.push(Issue { path: field.path, text });
        }
    }
    (config, issues)
}

/// Most functions and RegExps; the host stops far earlier.
const MAX_KEPT: usize = 10_000;

impl Config {
    /// Remembers what a function or RegExp of the page is for, and returns its index.
    pub(super) fn play(&mut self, value: RawValue<'_>, role: u8) -> u32 {
        let index = value.number() as u32;
        while self.roles.len() <= (index as usize).min(MAX_KEPT) {
            self.roles.push(b'-');
        }
        if let Some(slot) = self.roles.get_mut(index as usize) {
            *slot = role;
        }
        index
    }
}
