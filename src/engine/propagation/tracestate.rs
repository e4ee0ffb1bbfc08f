//! W3C Trace Context, `tracestate: rum=v2&browser&shop&4c2f…,congo=t61rcWkgMzE`.
//!
//! <https://www.w3.org/TR/trace-context/#tracestate-header>

use super::members::{Members, key};
use super::{Carrier, percent};
use crate::engine::text::Out;

/// The header that carries our member.
pub const TRACESTATE: &str = "tracestate";

/// Our key.
const KEY: &str = "rum";
/// Version of our member's value.
const VERSION: &str = "v2&";
/// Longest value of a member.
const MAX_VALUE: usize = 256;
/// At most this many members.
const MAX_MEMBERS: usize = 32;
/// Every implementation must pass on this many bytes. A longer header is shortened to this by whole members.
const MAX_LENGTH: usize = 512;
/// Members longer than this are removed first.
const MAX_POLITE: usize = 128;

/// Writes `tracestate`: our member first, then the application's `own` ones. Writes nothing and returns `false` if our member is
/// too long. `app` and `session` need no encoding.
#[inline(never)]
pub fn inject(carrier: &mut Carrier, own: &str, app: &str, pid: &str, session: &str) -> bool {
    let mut ours = Out::default();
    for part in [KEY, "=", VERSION, app, "&"] {
        ours.str(part);
    }
    percent::encode(&mut ours, pid);
    ours.ascii(b'&');
    ours.str(session);
    if ours.len() > KEY.len() + 1 + MAX_VALUE {
        return false;
    }
    ours.ascii(b',');
    ours.str(own);
    // One round for every member too many. That is so rare that nothing is kept between rounds.
    let mut victim = 0;
    loop {
        let mut shorter = Out::default();
        let (mut count, mut long) = (0, 0);
        for (at, member) in Members(Some(ours.as_str())).enumerate() {
            if at > 0 {
                if at == victim || key(member) == KEY {
                    continue;
                }
                shorter.ascii(b',');
                if member.len() > MAX_POLITE {
                    long = count;
                }
            }
            shorter.str(member);
            count += 1;
        }
        if count <= MAX_MEMBERS && shorter.len() <= MAX_LENGTH {
            carrier.begin(TRACESTATE).out(&shorter);
            return true;
        }
        victim = if long > 0 { long } else { count - 1 };
        ours = shorter;
    }
}
