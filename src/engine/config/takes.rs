//! What an option takes: how a value gets in, and how the warning says what would have.

use super::raw::tag;
use super::tracing::{allowed_urls, filters, protocols};
use super::{Config, Property, RawValue};
use crate::engine::text::{Out, characters};

/// A place in the configuration.
type Place<T> = fn(&mut Config) -> &mut T;

/// What an option takes.
pub enum Takes {
    /// Any text.
    Text(Place<String>),
    /// A text that is not empty: without it the agent stays off.
    Name(Place<String>),
    /// An address, of which the absolute form is kept: without it the agent stays off.
    Address(Place<String>),
    /// `true` or `false`.
    Flag(Place<bool>),
    /// A number within bounds.
    Number(Place<f64>, u32, u32),
    /// One of these texts; its index is kept.
    Choice(Place<u8>, &'static [&'static str]),
    /// A function, which stays with the host; its role.
    Function(u8),
    /// Texts and numbers by name, and the names that are the agent's own.
    Properties(Place<Vec<Property>>, &'static [&'static str]),
    /// An object whose members are options of their own.
    Object,
    /// `tracing`.
    Tracing,
    /// `tracing.propagatorTypes`.
    Protocols,
    /// `tracing.allowedUrls`.
    Rules,
    /// `filters.resource`.
    Filters,
}

/// Longest text that an option takes, in characters: a configuration is no place for documents.
const MAX_TEXT: usize = 2000;
/// Most members of `user`, `app` and `properties` each: every batch carries them.
const MAX_PROPERTIES: usize = 20;
/// Longest name of such a member, in characters.
const MAX_KEY: usize = 50;

impl Takes {
    /// Writes `value` into the configuration; `false` where it does not fit, or not all of it.
    #[inline(never)]
    pub fn set(&self, config: &mut Config, value: RawValue<'_>) -> bool {
        let (kind, text, number) = (value.tag(), value.text(), value.number());
        let is_text = kind == tag::TEXT && characters(text) <= MAX_TEXT;
        match self {
            Self::Text(place) => is_text && store(place(config), text),
            Self::Name(place) => is_text && store(place(config), text) && !text.is_empty(),
            Self::Address(place) => {
                let is_url = is_text && !text.is_empty() && value.href().starts_with("http");
                is_url && store(place(config), value.href())
            }
            Self::Flag(place) => flag(place(config), kind),
            Self::Number(place, min, max) => {
                let fits = kind == tag::NUMBER && number >= f64::from(*min) && number <= f64::from(*max);
                if fits {
                    *place(config) = number;
                }
                fits
            }
            Self::Choice(place, names) => {
                let at = names.iter().position(|name| is_text && *name == text);
                let place = place(config);
                *place = at.map_or(*place, |at| at as u8);
                at.is_some()
            }
            Self::Function(role) => {
                let fits = kind == tag::FUNCTION;
                if fits {
                    config.play(value, *role);
                }
                fits
            }
            Self::Properties(place, taken) => collect(place(config), value, taken),
            Self::Object => kind == tag::MAP,
            // `tracing: true` is the object with all defaults; an object is enabled unless it says otherwise.
            Self::Tracing => flag(&mut config.tracing.enable, if kind == tag::MAP { tag::TRUE } else { kind }),
            Self::Protocols => protocols(config, value),
            Self::Rules => allowed_urls(config, value),
            Self::Filters => filters(config, value),
        }
    }

    /// Writes what would have fit, and after `; ` what holds instead in `config`.
    #[inline(never)]
    pub fn explain(&self, out: &mut Out, config: &mut Config) {
        let (expected, instead) = match self {
            Self::Text(place) => ("a string", place(config).as_str()),
            Self::Name(_) => ("a non-empty string", ""),
            Self::Address(_) => ("an http or https URL", ""),
            Self::Flag(place) => ("true or false", if *place(config) { "true" } else { "false" }),
            Self::Tracing => ("true, false or an object", "false"),
            Self::Number(place, min, max) => {
                let value = *place(config);
                return number(out, *min, *max, value);
            }
            Self::Choice(place, names) => {
                list(out, "one of", names);
                ("", names.get(*place(config) as usize).copied().unwrap_or(""))
            }
            Self::Properties(_, taken) => {
                out.str("an object of up to 20 strings or numbers");
                list(out, if taken.is_empty() { "" } else { " without" }, taken);
                ("", FITTING)
            }
            Self::Function(_) => ("a function", "none"),
            Self::Object => ("an object", "its defaults"),
            Self::Protocols => ("one or several of tracecontext, b3, b3multi, jaeger, sw8", FITTING),
            Self::Rules => ("an array of up to 200 URLs, RegExps, functions or {match, propagatorTypes}", FITTING),
            Self::Filters => ("an array of up to 200 URLs, RegExps or functions", FITTING),
        };
        out.str(expected);
        out.str(if instead.is_empty() { "; the agent is off" } else { "; using " });
        out.str(instead);
    }
}

/// What holds where a part of a value does not fit.
const FITTING: &str = "what fits, or else the default";

#[inline(never)]
fn store(place: &mut String, text: &str) -> bool {
    *place = text.to_owned();
    true
}

fn flag(place: &mut bool, kind: u8) -> bool {
    let on = kind == tag::TRUE;
    let fits = on || kind == tag::FALSE;
    if fits {
        *place = on;
    }
    fits
}

#[inline(never)]
fn list(out: &mut Out, intro: &str, names: &[&str]) {
    out.str(intro);
    for (at, name) in names.iter().enumerate() {
        out.str(if at == 0 { " " } else { ", " });
        out.str(name);
    }
}

#[inline(never)]
fn number(out: &mut Out, min: u32, max: u32, value: f64) {
    out.str("a number from ");
    out.u32(min);
    out.str(" to ");
    out.u32(max);
    out.str("; using ");
    out.decimal(value);
}

#[inline(never)]
fn collect(into: &mut Vec<Property>, value: RawValue<'_>, taken: &[&str]) -> bool {
    let mut valid = value.tag() == tag::MAP;
    let mut items = value.pairs();
    while let Some(value) = items.next() {
        let (key, kind, text) = (items.key, value.tag(), value.text());
        if kind == tag::ABSENT {
            continue;
        }
        let fits = valid_property(key, kind, text) && !taken.contains(&key) && into.len() < MAX_PROPERTIES;
        if fits {
            into.push(Property { key: key.to_owned(), value: text.to_owned(), number: kind == tag::NUMBER });
        }
        valid &= fits;
    }
    valid
}

fn valid_property(key: &str, kind: u8, text: &str) -> bool {
    let is_key = !key.is_empty() && characters(key) <= MAX_KEY;
    is_key && (kind == tag::TEXT || kind == tag::NUMBER) && characters(text) <= MAX_TEXT
}
