//! The kinds of values that options take, and how a value is written into the configuration.

use super::raw::tag;
use super::tracing::{allowed_urls, filters, protocols};
use super::{Config, RawValue};
use crate::engine::text::{Out, characters, is_one_of};

/// A place in the configuration.
type Place<T> = fn(&mut Config) -> &mut T;

/// What an option takes.
pub enum Takes {
    /// Any text.
    Text(Place<String>),
    /// A text that is not empty.
    Name(Place<String>),
    /// An address, of which the absolute form is kept.
    Address(Place<String>),
    /// As [`Takes::Address`], for an option that may be missing.
    OptionalAddress(Place<String>),
    /// `true` or `false`.
    Flag(Place<bool>),
    /// A number within bounds.
    Number(Place<f64>, u32, u32),
    /// One of these texts; its place among them chooses the value, see [`super::choices`].
    Choice(fn(&mut Config, usize), &'static [&'static str]),
    /// A function, which stays with the host.
    Function,
    /// Texts and numbers by name, without the names that are the agent's own.
    Members(Place<Out>, &'static [&'static str]),
    /// An object whose members are options of their own.
    Object,
    /// `true`, `false`, or an object whose members are options of their own, which means `true`.
    Switch(Place<bool>),
    /// `tracing.propagatorTypes`.
    Protocols,
    /// `tracing.allowedUrls`.
    Rules,
    /// `filters.resource`.
    Filters,
}

/// Longest text that an option takes, in characters: a configuration is no place for documents.
const MAX_TEXT: usize = 2000;
/// `user`, `app` and `properties` have at most this many members each, because every batch carries them.
const MAX_MEMBERS: u32 = 20;
/// Longest name of such a member, in characters.
const MAX_KEY: usize = 50;

impl Takes {
    /// Writes `value` into the configuration. Returns `false` if it does not fit as a whole.
    #[inline(never)]
    pub fn set(&self, config: &mut Config, value: RawValue<'_>) -> bool {
        let (kind, text, number) = (value.tag(), value.text(), value.number());
        let is_text = kind == tag::TEXT && characters(text) <= MAX_TEXT;
        match self {
            Self::Text(place) => store(place(config), text, is_text),
            Self::Name(place) => store(place(config), text, is_text && !text.is_empty()),
            Self::Address(place) | Self::OptionalAddress(place) => {
                let href = value.href();
                store(place(config), href, is_text && !text.is_empty() && href.starts_with("http"))
            }
            Self::Flag(place) => flag(place(config), kind),
            Self::Number(place, min, max) => {
                let fits = kind == tag::NUMBER && number >= f64::from(*min) && number <= f64::from(*max);
                if fits {
                    *place(config) = number;
                }
                fits
            }
            Self::Choice(choose, names) => {
                let at = names.iter().position(|name| is_text && *name == text);
                if let Some(at) = at {
                    choose(config, at);
                }
                at.is_some()
            }
            Self::Function => kind == tag::FUNCTION,
            Self::Members(place, taken) => collect(place(config), value, taken),
            Self::Object => kind == tag::MAP,
            // `tracing: true` is the object with all defaults; an object is enabled unless it says otherwise.
            Self::Switch(place) => flag(place(config), if kind == tag::MAP { tag::TRUE } else { kind }),
            Self::Protocols => protocols(config, value),
            Self::Rules => allowed_urls(config, value),
            Self::Filters => filters(config, value),
        }
    }
}

#[inline(never)]
fn store(place: &mut String, text: &str, fits: bool) -> bool {
    if fits {
        *place = text.to_owned();
    }
    fits
}

#[inline(never)]
fn flag(place: &mut bool, kind: u8) -> bool {
    let fits = is_one_of(kind, &[tag::TRUE, tag::FALSE]);
    if fits {
        *place = kind == tag::TRUE;
    }
    fits
}

/// Writes the members as JSON, a comma before each: they go into every bundle as they are.
#[inline(never)]
fn collect(into: &mut Out, value: RawValue<'_>, taken: &[&str]) -> bool {
    let mut valid = value.tag() == tag::MAP;
    let mut room = MAX_MEMBERS;
    let mut members = value.pairs();
    while let Some(value) = members.next() {
        let (key, kind, text) = (members.key, value.tag(), value.text());
        if kind == tag::ABSENT {
            continue;
        }
        let short = characters(key) <= MAX_KEY && characters(text) <= MAX_TEXT;
        if room > 0 && short && is_one_of(kind, &[tag::TEXT, tag::NUMBER]) && !taken.contains(&key) {
            room -= 1;
            into.ascii(b',');
            into.json(key);
            into.ascii(b':');
            if kind == tag::TEXT {
                into.json(text);
            } else {
                into.str(text);
            }
        } else {
            valid = false;
        }
    }
    valid
}
