//! The ids in the headers of a request, whatever its protocol.

/// The ids of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestIds {
    /// 32 hexadecimal digits.
    pub trace_id: String,
    /// 16 hexadecimal digits.
    pub span_id: String,
}

impl RequestIds {
    /// Reads `traceparent`, `b3`, `X-B3-*` or `uber-trace-id`.
    pub(super) fn of(headers: &[(String, String)]) -> Option<Self> {
        let value = |name: &str| {
            headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
        };
        let parts = |text: &'static str, separator, skipped| {
            let mut parts = value(text)?.split(separator).skip(skipped);
            Some((parts.next()?, parts.next()?))
        };
        let (trace_id, span_id) = parts("traceparent", '-', 1)
            .or_else(|| parts("b3", '-', 0))
            .or_else(|| value("x-b3-traceid").zip(value("x-b3-spanid")))
            .or_else(|| parts("uber-trace-id", ':', 0))?;
        Some(Self { trace_id: trace_id.to_owned(), span_id: span_id.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protocol_but_sw8_names_the_ids() {
        let (trace, span) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
        let rows = [
            vec![("tracestate", "rum=1".to_owned()), ("traceparent", format!("00-{trace}-{span}-01"))],
            vec![("b3", format!("{trace}-{span}-1"))],
            vec![("X-B3-TraceId", trace.to_owned()), ("X-B3-SpanId", span.to_owned())],
            vec![("uber-trace-id", format!("{trace}:{span}:0:1"))],
        ];
        for row in rows {
            let headers: Vec<_> = row.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let found = RequestIds::of(&headers);
            assert_eq!(found, Some(RequestIds { trace_id: trace.to_owned(), span_id: span.to_owned() }), "{headers:?}");
        }
        assert_eq!(RequestIds::of(&[("sw8".to_owned(), "1-YQ==-Yg==-0".to_owned())]), None);
        assert_eq!(RequestIds::of(&[]), None);
    }
}
