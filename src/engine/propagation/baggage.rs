//! W3C Baggage: `baggage: userId=alice,rum=v2,appType=browser,pid=shop,sid=4c2f…,uid=uid_k3j4`.
//!
//! <https://www.w3.org/TR/baggage/#baggage-http-header-format>

use super::members::{Members, key, trim};
use super::{Carrier, percent};
use crate::engine::text::Out;

/// The header.
pub const BAGGAGE: &str = "baggage";

/// Every implementation must pass on this many members.
const MAX_MEMBERS: usize = 64;
/// Every implementation must pass on this many bytes.
const MAX_LENGTH: usize = 8192;

/// Appends `ours`, whose keys need no encoding, to the application's `own` baggage. A key that is already there keeps its value.
/// Writes nothing and returns `false` if the header would be too long.
#[inline(never)]
pub fn inject(carrier: &mut Carrier, own: &str, ours: &[(&str, &str)]) -> bool {
    let own = trim(own);
    let mut value = Out::default();
    value.str(own);
    let mut count = ours.len();
    for (at, (name, content)) in ours.iter().enumerate() {
        let mut there = false;
        for member in Members(Some(own)) {
            there |= key(member) == *name;
            count += usize::from(at == 0);
        }
        if there {
            count -= 1;
            continue;
        }
        if !value.is_empty() {
            value.ascii(b',');
        }
        value.str(name);
        value.ascii(b'=');
        percent::encode(&mut value, content);
    }
    let fits = count <= MAX_MEMBERS && value.len() <= MAX_LENGTH;
    if fits && value.len() > own.len() {
        carrier.begin(BAGGAGE).out(&value);
    }
    fits
}
