//! The session as it is stored: `0af7…-1-1790000000000-1790000060000`. The parts are its id, whether it is sampled, its start and
//! its last activity, both in milliseconds since the epoch. The vendor's package stores the same parts in the same order.

use crate::engine::clock::Millis;
use crate::engine::text::{Out, cut, parse_number};

/// How long a session lives (`sessionConfig`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lifetime {
    /// From its start.
    pub max_duration: Millis,
    /// From its last activity.
    pub overtime: Millis,
}

/// A user's visit, in all tabs of one origin.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Session {
    /// 32 hex digits.
    pub id: Out,
    /// Drawn once, when the session begins.
    pub sampled: bool,
    /// Since the epoch.
    pub start: Millis,
    /// Since the epoch.
    pub last: Millis,
}

impl Session {
    /// Reads a stored session; `None` for anything that this agent would not have written.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, rest) = cut(text, b'-');
        let (sampled, rest) = cut(rest?, b'-');
        let (start, last) = cut(rest?, b'-');
        if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let mut session =
            Self { id: Out::new(), sampled: sampled != "0", start: parse_number(start), last: parse_number(last?) };
        session.id.str(id);
        // A session without two numbers is not one that this agent wrote.
        (session.start + session.last > 0.0).then_some(session)
    }

    /// Writes what [`Session::parse`] reads.
    pub fn write(&self, out: &mut Out) {
        out.out(&self.id);
        out.str(if self.sampled { "-1-" } else { "-0-" });
        out.decimal(self.start.floor());
        out.ascii(b'-');
        out.decimal(self.last.floor());
    }

    /// The last moment at which the session is still the same.
    pub fn until(&self, lifetime: &Lifetime) -> Millis {
        (self.start + lifetime.max_duration).min(self.last + lifetime.overtime)
    }

    /// Whether the session lasts at the moment `date`. A session in the future means that the clock was set back: it ends at the
    /// same distance as one in the past.
    pub fn is_alive(&self, date: Millis, lifetime: &Lifetime) -> bool {
        date <= self.until(lifetime)
            && self.last <= date + lifetime.overtime
            && self.start <= date + lifetime.max_duration
    }
}

/// The beginning of every user's id.
const USER: &str = "uid_";

/// Writes the id of a new user.
pub fn write_user(out: &mut Out, random: &[u8; 8]) {
    out.str(USER);
    out.hex(random);
}

/// Whether a stored user id is one of ours: `uid_` and up to 60 letters and digits.
pub fn is_user(text: &str) -> bool {
    text.len() <= 64
        && text
            .strip_prefix(USER)
            .is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIME: Lifetime = Lifetime { max_duration: 86_400_000.0, overtime: 1_800_000.0 };
    const STORED: &str = "0af7651916cd43dd8448eb211c80319c-1-1790000000000-1790000060000";

    #[test]
    fn is_stored_as_it_is_read() {
        let session = Session::parse(STORED).unwrap_or_default();
        let mut out = Out::new();
        session.write(&mut out);
        assert_eq!(out.as_str(), STORED);
        let silent = STORED.replace("-1-17", "-0-17");
        let mut out = Out::new();
        Session::parse(&silent).unwrap_or_default().write(&mut out);
        assert_eq!(out.as_str(), silent, "one that does not report");
        assert_eq!(Session::parse(&STORED.replace('f', "g")), None, "no id of ours");
        for foreign in
            ["", "x", "0af7651916cd43dd8448eb211c80319c", "0af7651916cd43dd8448eb211c80319c-1-x-1", "<script>-1-1-1"]
        {
            assert_eq!(Session::parse(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn ends_by_age_and_by_silence() {
        let session = Session::parse(STORED).unwrap_or_default();
        for (date, alive, reason) in [
            (1_790_000_060_000.0, true, "now"),
            (1_790_000_060_000.0 + 1_800_000.0, true, "the last moment of overtime"),
            (1_790_000_060_000.0 + 1_800_001.0, false, "overtime"),
            (1_790_000_000_000.0 + 86_400_001.0, false, "maxDuration"),
            (1_790_000_000_000.0 - 1000.0, true, "the clock was set back a little"),
            (1_700_000_000_000.0, false, "the clock was set back by years"),
        ] {
            assert_eq!(session.is_alive(date, &LIFETIME), alive, "{reason}");
        }
        let busy = Session { last: session.start + 86_300_000.0, ..session.clone() };
        let future = Session { last: session.start + 31_536_000_000.0, ..session.clone() };
        assert!(!future.is_alive(session.start, &LIFETIME), "the clock was a year ahead at its last activity");
        let unborn = Session { start: session.last + 31_536_000_000.0, ..session.clone() };
        assert!(!unborn.is_alive(session.last, &LIFETIME), "or at its start");
        assert!(!busy.is_alive(busy.start + 86_400_001.0, &LIFETIME), "activity does not outlive maxDuration");
    }

    #[test]
    fn users_are_ours_or_none() {
        assert!(is_user("uid_k3j4"));
        for bad in ["", "uid_", "user_1", "uid_<b>", "uid_a b"] {
            assert!(!is_user(bad), "{bad}");
        }
        assert!(is_user(&format!("uid_{}", "a".repeat(60))) && !is_user(&format!("uid_{}", "a".repeat(61))));
    }
}
