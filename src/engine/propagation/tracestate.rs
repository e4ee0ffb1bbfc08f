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
/// Most members.
const MAX_MEMBERS: usize = 32;
/// Longest header that everybody has to pass on; what is longer is cut down to this by whole members.
const MAX_LENGTH: usize = 512;
/// Members longer than this go first.
const MAX_POLITE: usize = 128;

/// Writes `tracestate`: our member leftmost, then the application's `own` ones. `false`, and nothing is
/// written, where ours is too long. `app` and `session` hold nothing that needs encoding.
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
    // Once around for every member too many, which next to never happens: nothing needs to be remembered.
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
