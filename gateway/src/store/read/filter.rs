//! Which requests a reader wants, as a condition for SQLite. Values are always bound, never part of the text.

use std::fmt::Display;

use rusqlite::types::Value;

use super::units::US_PER_MS;

/// A window of time in milliseconds since the epoch; the end is not part of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Times {
    /// Not before.
    pub from_ms: Option<f64>,
    /// Before.
    pub to_ms: Option<f64>,
}

/// A place in the list of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Start of the last request of a page, microseconds since the epoch.
    pub start_us: i64,
    /// Its row.
    pub seq: i64,
}

/// Which requests to list. Each member that is set must fit.
#[derive(Debug, Clone, Default)]
pub struct RequestFilter {
    /// Of this application.
    pub app: Option<String>,
    /// With a span of this service in their trace.
    pub service: Option<String>,
    /// Of this session.
    pub session: Option<String>,
    /// Of this user.
    pub user: Option<String>,
    /// In a view of this name or id.
    pub view: Option<String>,
    /// Of this kind: `fetch`, `document`, …
    pub kind: Option<String>,
    /// With an HTTP status from the first to the second.
    pub status: Option<(u16, u16)>,
    /// That ended so.
    pub outcome: Option<String>,
    /// That failed, or did not.
    pub failed: Option<bool>,
    /// Whose trace is recorded, or is not.
    pub traced: Option<bool>,
    /// Of this trace.
    pub trace_id: Option<String>,
    /// That took as long as this or longer, in milliseconds.
    pub min_duration_ms: Option<f64>,
    /// That took as long as this or less.
    pub max_duration_ms: Option<f64>,
    /// That began in this window.
    pub times: Times,
    /// With this text in their name or URL.
    pub text: Option<String>,
    /// After this one.
    pub after: Option<Cursor>,
    /// At most so many.
    pub limit: u32,
}

/// Conditions that must all hold, with their values.
#[derive(Default)]
pub(super) struct Conditions {
    texts: Vec<String>,
    pub(super) values: Vec<Value>,
}

impl RequestFilter {
    /// The filter's conditions on a row of `events`.
    pub(super) fn conditions(&self) -> Conditions {
        let mut all = Conditions::default();
        all.equal("app_id", &self.app);
        all.equal("session_id", &self.session);
        all.equal("user_id", &self.user);
        all.equal("kind", &self.kind);
        all.equal("outcome", &self.outcome);
        all.equal("trace_id", &self.trace_id);
        if let Some(view) = &self.view {
            all.add("(view_name = ?N OR view_id = ?N)", view.clone());
        }
        if let Some(service) = &self.service {
            // By service first: `IN` lets SQLite find the traces once, and not once for each event.
            all.add("trace_id IN (SELECT trace_id FROM spans WHERE service = ?N)", service.clone());
        }
        if let Some((least, most)) = self.status {
            all.add("status_code >= ?N", i64::from(least));
            all.add("status_code <= ?N", i64::from(most));
        }
        if let Some(failed) = self.failed {
            all.add("failed = ?N", i64::from(failed));
        }
        if let Some(traced) = self.traced {
            all.add("has_span = ?N", i64::from(traced));
        }
        if let Some(least) = self.min_duration_ms {
            all.add("duration_ms >= ?N", least);
        }
        if let Some(most) = self.max_duration_ms {
            all.add("duration_ms <= ?N", most);
        }
        if let Some(text) = &self.text {
            // SQLite's lower() knows ASCII only.
            let text = text.to_ascii_lowercase();
            if !text.contains(|character: char| matches!(character, '"' | '\\') || character.is_control()) {
                // What JSON does not escape is in the body as it is: most rows need not be parsed.
                all.add("instr(lower(body), ?N)", text.clone());
            }
            all.add("(instr(lower(name), ?N) OR instr(lower(body ->> 'url'), ?N))", text);
        }
        all.times(self.times);
        all
    }
}

impl Conditions {
    /// Adds a condition; `?N` in it is the value's place.
    pub(super) fn add(&mut self, text: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        self.texts.push(text.replace("?N", &format!("?{}", self.values.len())));
    }

    pub(super) fn equal(&mut self, column: impl Display, value: &Option<String>) {
        if let Some(value) = value {
            self.add(&format!("{column} = ?N"), value.clone());
        }
    }

    pub(super) fn times(&mut self, times: Times) {
        if let Some(from_ms) = times.from_ms {
            self.add("start_us >= ?N", (from_ms * US_PER_MS) as i64);
        }
        if let Some(to_ms) = times.to_ms {
            self.add("start_us < ?N", (to_ms * US_PER_MS) as i64);
        }
    }

    /// Later in a list that goes back in time.
    pub(super) fn before(&mut self, cursor: Cursor) {
        self.beyond(cursor, '<');
    }

    /// Later in a list that goes forward in time.
    pub(super) fn after(&mut self, cursor: Cursor) {
        self.beyond(cursor, '>');
    }

    fn beyond(&mut self, cursor: Cursor, sign: char) {
        self.add(&format!("start_us {sign}= ?N"), cursor.start_us);
        let place = self.values.len();
        self.add(&format!("(start_us {sign} ?{place} OR seq {sign} ?N)"), cursor.seq);
    }

    /// ` WHERE …`, or nothing.
    pub(super) fn clause(&self) -> String {
        if self.texts.is_empty() { String::new() } else { format!(" WHERE {}", self.texts.join(" AND ")) }
    }
}

impl Cursor {
    /// Reads what [`Display`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (start_us, seq) = text.split_once('.')?;
        Some(Self { start_us: start_us.parse().ok()?, seq: seq.parse().ok()? })
    }
}

impl Display for Cursor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.start_us, self.seq)
    }
}
