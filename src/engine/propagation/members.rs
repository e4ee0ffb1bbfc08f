//! Lists of `key=value` members with commas between, as `tracestate` and `baggage` are.

use crate::engine::text::{cut, from, part, until};

/// The members of a list, trimmed. Empty ones are skipped.
pub struct Members<'a>(pub Option<&'a str>);

impl<'a> Iterator for Members<'a> {
    type Item = &'a str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        loop {
            let (member, after) = cut(self.0?, b',');
            self.0 = after;
            let member = trim(member);
            if !member.is_empty() {
                return Some(member);
            }
        }
    }
}

/// The key of a member.
#[inline(never)]
pub fn key(member: &str) -> &str {
    trim(until(member, b"=;").0)
}

/// Removes spaces and tabs at both ends.
#[inline(never)]
pub fn trim(mut text: &str) -> &str {
    loop {
        text = match text.as_bytes() {
            [b' ' | b'\t', ..] => from(text, 1),
            [.., b' ' | b'\t'] => part(text, 0, text.len() - 1),
            _ => return text,
        };
    }
}
