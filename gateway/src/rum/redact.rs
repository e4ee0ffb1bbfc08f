//! Takes secrets out of URLs, whichever agent sent them.
//!
//! Which names and values are secret, the agent's engine says ([`tracebeam::engine::url`]); so the agent and the gateway
//! hide the same. Here stands what only other agents need, whose URLs no browser has normalised: a receiver must not keep
//! a secret only because a client wrote it badly.

use tracebeam::engine::{text::Out, url};

const REDACTED: &str = "REDACTED";

/// Schemes after which an authority follows however many slashes there are.
const SPECIAL: &[&str] = &["http", "https", "ws", "wss", "ftp"];

/// A URL, absolute or relative, without its secrets.
pub fn url(text: &str) -> String {
    let text = text.trim();
    let text = text.split('#').next().unwrap_or_default();
    data_url_kind(text).unwrap_or_else(|| parameters(&without_credentials(text)))
}

/// Free text: every word in it that has the look of a URL is treated as one.
pub fn text(text: &str) -> String {
    let words = text.split(' ').map(|word| if word.contains(['/', '?']) { url(word) } else { parameters(word) });
    words.collect::<Vec<_>>().join(" ")
}

/// The text of something that has a name, such as a property.
pub fn value(name: &str, value: &str) -> String {
    if url::is_secret(name) { REDACTED.to_owned() } else { text(value) }
}

/// A `data:` URL is its own content, so only its kind is kept.
fn data_url_kind(text: &str) -> Option<String> {
    let rest = text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:")).and(text.get(5..))?;
    let kind = rest.split([',', ';']).next().unwrap_or_default();
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

/// The parameters of a query, and those within a path (`/cart;jsessionid=…`).
fn parameters(text: &str) -> String {
    let mut out = Out::new();
    url::scrub(&mut out, text);
    out.as_str().to_owned()
}
