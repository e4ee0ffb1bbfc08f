//! The options that are lists: protocols, and rules for URLs.

use super::raw::tag;
use super::{Config, RawValue};
use crate::engine::propagation::Propagators;
use crate::engine::rules::{AllowedUrl, UrlRule};
use crate::engine::text::{cut, until};
use crate::engine::url;

/// At most this many rules are used, because each costs time on every request.
const MAX_RULES: u32 = 200;

/// `tracing.propagatorTypes`: an unknown name is left out; where none is known, the default holds.
pub fn protocols(config: &mut Config, value: RawValue<'_>) -> bool {
    let (found, valid) = named(value, config.tracing.propagators);
    config.tracing.propagators = found;
    valid
}

/// `tracing.allowedUrls`: an entry that does not fit is left out, the others hold.
#[inline(never)]
pub fn allowed_urls(config: &mut Config, value: RawValue<'_>) -> bool {
    if value.tag() != tag::LIST {
        return false;
    }
    let mut items = value.items();
    let mut valid = items.count <= MAX_RULES;
    while let Some(item) = items.next()
        && config.tracing.allowed.len() < MAX_RULES as usize
    {
        let is_map = item.tag() == tag::MAP;
        let types = item.get("propagatorTypes");
        // An entry without a known protocol uses the general ones; an empty list means no protocol at all.
        let (propagators, known) = if types.tag() == tag::ABSENT {
            (config.tracing.propagators, true)
        } else if types.items().count == 0 {
            (Propagators::NONE, true)
        } else {
            named(types, config.tracing.propagators)
        };
        match rule(if is_map { item.get("match") } else { item }) {
            Some(rule) => config.tracing.allowed.push(AllowedUrl { rule, propagators }),
            None => valid = false,
        }
        valid &= known;
    }
    valid
}

/// `filters.resource`: one rule, or a list of them.
#[inline(never)]
pub fn filters(config: &mut Config, value: RawValue<'_>) -> bool {
    let mut items = value.items();
    let mut valid = items.count <= MAX_RULES;
    while let Some(item) = items.next()
        && config.ignored.len() < MAX_RULES as usize
    {
        match rule(item) {
            Some(rule) => config.ignored.push(rule),
            None => valid = false,
        }
    }
    valid
}

/// The protocols of one name or a list of names, `default` if none is known; and whether all are known.
#[inline(never)]
fn named(value: RawValue<'_>, default: Propagators) -> (Propagators, bool) {
    let mut found = Propagators::NONE;
    let mut valid = true;
    let mut items = value.items();
    while let Some(name) = items.next() {
        let one = Propagators::named(name.text());
        valid &= one != Propagators::NONE;
        found = found.with(one);
    }
    if found == Propagators::NONE { (default, false) } else { (found.settled(), valid) }
}

/// A rule from a text, a function or a RegExp.
#[inline(never)]
fn rule(value: RawValue<'_>) -> Option<UrlRule> {
    match value.tag() {
        tag::TEXT => prefix(value.text(), value.href()),
        tag::FUNCTION | tag::PATTERN => Some(UrlRule::Host(value.number() as u32)),
        _ => None,
    }
}

/// A text must say where it begins (`https://host`, `//host`, `/path`, `./path`), because a host's name alone would be a path. It
/// must have no query, which no rule compares, and no star, which means nothing.
fn prefix(text: &str, href: &str) -> Option<UrlRule> {
    let url = url::split(href);
    let rooted = matches!(text.as_bytes(), [b'/' | b'.', ..]) || cut(text, b':').1.is_some();
    if !rooted || !until(text, b"?#*").1.is_empty() || url.origin.is_empty() {
        return None;
    }
    // A rule covers whole segments of the path, so a slash at its end makes no difference.
    Some(UrlRule::Prefix(href.strip_suffix('/').unwrap_or(href).to_owned()))
}
