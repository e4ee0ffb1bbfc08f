//! Takes secrets out of URLs, texts and attributes, whoever sent them.
//!
//! The agent's engine decides which names and values are secret ([`tracebeam::engine::url`]), so the agent and the
//! gateway hide the same. This file adds what the engine does not meet: URLs that no browser has normalised, free text,
//! and the attributes of OpenTelemetry.

use std::borrow::Cow;

use tracebeam::engine::{text::Out, url};

const REDACTED: &str = "REDACTED";

/// An attribute's name is secret if its last part contains one of these: the engine's list without what names harmless
/// attributes, such as `session.id` and `error.code`.
const SECRET_ATTRIBUTES: &[&str] = &[
    "token",
    "passw",
    "passphrase",
    "pwd",
    "secret",
    "credential",
    "accesskey",
    "apikey",
    "privatekey",
    "authoriz",
    "cookie",
    "jwt",
    "csrf",
    "xsrf",
];

/// What OpenTelemetry puts before the names of recorded headers.
const HEADERS: &[&str] = &["http.request.header.", "http.response.header."];

/// Headers that are URLs, and attributes that are.
const URLS: &[&str] = &["referer", "referrer", "location", "origin", "url.full", "url.path", "http.url", "http.target"];

/// Schemes after which an authority follows however many slashes there are.
const SPECIAL: &[&str] = &["http", "https", "ws", "wss", "ftp"];

/// A URL, absolute or relative, without its secrets.
pub fn url(text: &str) -> String {
    let text = text.split('#').next().unwrap_or_default().trim();
    data_url_kind(text).unwrap_or_else(|| parameters(&without_credentials(text)))
}

/// Free text: URLs in it lose their secrets; tokens and the values of secret parameters become `REDACTED`.
pub fn text(text: &str) -> Cow<'_, str> {
    if !text.contains(['?', '@', '#', '=', '.']) && !mentions_scheme(text) {
        return Cow::Borrowed(text);
    }
    let mut after_scheme = false;
    let words = text.split(' ').map(|word| {
        let secret = after_scheme && word.len() >= 8 || is_jwt(word);
        after_scheme = is_scheme(word);
        if secret {
            Cow::Borrowed(REDACTED)
        } else if word.split(['/', '?']).next().is_some_and(|start| start.contains('=')) {
            Cow::Owned(query(word))
        } else if word.contains("://") || word.starts_with('/') || word.contains('?') {
            Cow::Owned(url(word))
        } else {
            Cow::Owned(parameters(word))
        }
    });
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

/// An attribute's text.
pub fn attribute<'a>(key: &str, value: &'a str) -> Cow<'a, str> {
    let header = HEADERS.iter().find_map(|prefix| key.strip_prefix(prefix));
    let name = header.unwrap_or(key);
    let last = name.rsplit('.').next().unwrap_or_default();
    let plain = plain(last);
    if SECRET_ATTRIBUTES.iter().any(|part| plain.contains(part)) || header.is_some() && url::is_secret(name) {
        return Cow::Borrowed(REDACTED);
    }
    if URLS.contains(&name) {
        return Cow::Owned(url(value));
    }
    if key == "url.query" {
        return Cow::Owned(query(value.split('#').next().unwrap_or_default()));
    }
    text(value)
}

/// `Authorization: Bearer …` in a text.
fn is_scheme(word: &str) -> bool {
    let word = word.trim_matches(|character: char| !character.is_ascii_alphanumeric());
    word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic")
}

fn mentions_scheme(text: &str) -> bool {
    text.split(' ').any(is_scheme)
}

/// A JSON Web Token: three parts, of which the first is a JSON object in base64url.
fn is_jwt(text: &str) -> bool {
    let token =
        text.trim_matches(|character: char| !character.is_ascii_alphanumeric() && !matches!(character, '-' | '_'));
    let mut parts = token.split('.');
    let base64url = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    token.starts_with("eyJ") && parts.clone().count() == 3 && parts.all(base64url)
}

/// A `data:` URL is its own content, so only its kind is kept.
fn data_url_kind(text: &str) -> Option<String> {
    let rest = text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:")).and(text.get(5..))?;
    let kind = rest.split([',', ';', '?', '&']).next().unwrap_or_default();
    Some(format!("data:{kind}"))
}

fn without_credentials(text: &str) -> String {
    let start = authority_start(text);
    let (before, rest) = text.split_at(start);
    if start == 0 {
        return text.to_owned();
    }
    let end = rest.find(['/', '\\', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{before}{REDACTED}:{REDACTED}@{host}{path}"),
        None => text.to_owned(),
    }
}

/// Where the authority begins, or 0 where there is none. Browsers take `\` for `/` and any number
/// of either after `http:`, so this does too.
fn authority_start(text: &str) -> usize {
    let is_slash = |character: char| matches!(character, '/' | '\\');
    let after_scheme = match text.split_once(':') {
        Some((scheme, rest)) if SPECIAL.iter().any(|special| scheme.eq_ignore_ascii_case(special)) => {
            return text.len() - rest.trim_start_matches(is_slash).len();
        }
        Some((scheme, rest))
            if !scheme.is_empty()
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) =>
        {
            rest
        }
        _ => text,
    };
    let mut rest = after_scheme.chars();
    if rest.next().is_some_and(is_slash) && rest.next().is_some_and(is_slash) {
        return text.len() - after_scheme.trim_start_matches(is_slash).len();
    }
    0
}

/// A query without its question mark: unlike a path, it begins with a parameter.
fn query(text: &str) -> String {
    let text = parameters(&format!("&{text}"));
    text.strip_prefix('&').map(str::to_owned).unwrap_or(text)
}

/// Redacts the parameters of a query, and those within a path (`/cart;jsessionid=…`).
fn parameters(text: &str) -> String {
    let mut out = Out::new();
    url::scrub(&mut out, text);
    out.as_str().to_owned()
}

/// Letters and digits, in lower case.
fn plain(key: &str) -> String {
    key.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
