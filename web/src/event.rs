//! An event of the application's own making.

use serde::{Deserialize, Serialize};

use crate::Evaluation;

/// An event of the application's own making, for work that the agent does not see: a WebSocket connection, a background job.
/// An [`Evaluation`] holds its outcome.
///
/// ```
/// use tracebeam_web::{Evaluation, Event};
///
/// let event = Event::named("import").kind("worker").outcome(Evaluation::default().success(true).duration(120.0));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Event {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<String>,
    #[serde(flatten)]
    outcome: Evaluation,
}

impl Event {
    /// An event with this name.
    pub fn named(name: impl Into<String>) -> Self {
        Self { outcome: Evaluation::default().name(name), ..Self::default() }
    }

    /// An event of this URL. Its name is the URL's path, unless the outcome has one.
    pub fn of_url(url: impl Into<String>) -> Self {
        Self { url: Some(url.into()), ..Self::default() }
    }

    /// The URL. Secrets in it are redacted as in all others.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// The kind of resource; `custom` where nothing is said.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = Some(kind.into());
        self
    }

    /// The method.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// When it began, in milliseconds since the epoch. By default it has just ended.
    #[must_use]
    pub fn timestamp(mut self, milliseconds: f64) -> Self {
        self.timestamp = Some(milliseconds);
        self
    }

    /// The trace context that the work was done under: [`TraceContext::traceparent`](crate::TraceContext::traceparent).
    #[must_use]
    pub fn traceparent(mut self, traceparent: impl Into<String>) -> Self {
        self.traceparent = Some(traceparent.into());
        self
    }

    /// How it ended. A name in it is the event's.
    #[must_use]
    pub fn outcome(mut self, outcome: Evaluation) -> Self {
        let name = self.outcome;
        self.outcome = outcome.or_named(name);
        self
    }
}
