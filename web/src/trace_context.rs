//! The headers of a request that the application sends by other means.

/// What a `fetch` of a URL would carry: [`Tracebeam::trace_context`](crate::Tracebeam::trace_context).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceContext {
    /// Why there are headers or not: `docs/hints.md` lists the reasons. `not_ready` where no agent runs.
    pub hint: String,
    /// The headers, to be set on the request or handed to the other side of a socket. Empty where there are none.
    pub headers: Vec<(String, String)>,
    /// The trace id; empty where there are no headers.
    pub trace_id: String,
    /// The span id; empty where there are no headers.
    pub span_id: String,
    /// Whether the request is sampled.
    pub sampled: bool,
}

impl TraceContext {
    /// The value of a header, in any case of its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The value of `traceparent`, for [`Event::traceparent`](crate::Event::traceparent). `None` where the protocol is another.
    pub fn traceparent(&self) -> Option<&str> {
        self.header("traceparent")
    }
}
