//! An `ExportTraceServiceRequest` in protobuf, read span by span. Decoding it whole would take up to 150 times its
//! size: an empty span is two bytes on the wire and 300 in memory.

use opentelemetry_proto::tonic::{common::v1::InstrumentationScope, resource::v1::Resource, trace::v1::Span};
use prost::{
    Message,
    encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field},
};

use super::take::Taken;
use crate::limits::SPAN_BYTES;

// Numbers of fields in opentelemetry/proto/trace/v1/trace.proto.
const RESOURCE_SPANS: u32 = 1;
const RESOURCE: u32 = 1;
const SCOPE_SPANS: u32 = 2;
const SCOPE: u32 = 1;
const SPANS: u32 = 2;

/// Reads a request. `Err` where it is not one; single spans that are wrong are counted.
pub fn read(body: &[u8], taken: &mut Taken) -> Result<(), String> {
    // A request that was cut short must not be stored in half: its sender sends it again.
    check(body).map_err(|reason| format!("not an ExportTraceServiceRequest: {reason}"))?;
    for (r, resource_spans) in whole(body, RESOURCE_SPANS).enumerate() {
        let resource = whole(resource_spans, RESOURCE).last();
        let resource = match resource.map(bounded::<Resource>).transpose() {
            Ok(resource) => resource.unwrap_or_default(),
            Err(reason) => {
                taken.report.add(&format!("resourceSpans[{r}].resource"), &reason);
                Resource::default()
            }
        };
        for (s, scope_spans) in whole(resource_spans, SCOPE_SPANS).enumerate() {
            let path = || format!("resourceSpans[{r}].scopeSpans[{s}]");
            let scope = whole(scope_spans, SCOPE).last();
            let scope = scope.and_then(|scope| bounded::<InstrumentationScope>(scope).ok());
            let common = match taken.common(&resource.attributes, scope.as_ref()) {
                Ok(common) => common,
                Err(reason) => {
                    taken.reject(whole(scope_spans, SPANS).count(), &path(), &reason);
                    continue;
                }
            };
            let mut spans = whole(scope_spans, SPANS).enumerate();
            while let Some((i, bytes)) = spans.next() {
                let path = || format!("{}.spans[{i}]", path());
                if let Err(reason) = taken.has_room() {
                    taken.reject(1 + spans.count(), &path(), reason);
                    break;
                }
                match bounded::<Span>(bytes) {
                    Ok(span) => taken.span(&common, &span, &path),
                    Err(reason) => taken.reject(1, &path(), &reason),
                }
            }
        }
    }
    Ok(())
}

/// Whether the outer messages are whole.
fn check(body: &[u8]) -> Result<(), String> {
    for resource_spans in (Messages { rest: body, field: RESOURCE_SPANS }) {
        for scope_spans in (Messages { rest: resource_spans?, field: SCOPE_SPANS }) {
            for span in (Messages { rest: scope_spans?, field: SPANS }) {
                span?;
            }
        }
    }
    Ok(())
}

fn bounded<T: Message + Default>(bytes: &[u8]) -> Result<T, String> {
    if bytes.len() > SPAN_BYTES {
        return Err(format!("is over {SPAN_BYTES} bytes"));
    }
    T::decode(bytes).map_err(|error| error.to_string())
}

/// The encodings of all messages in this field; the message has been checked.
fn whole(message: &[u8], field: u32) -> impl Iterator<Item = &[u8]> {
    Messages { rest: message, field }.filter_map(Result::ok)
}

/// The encodings of all messages in a field, until the first fault.
struct Messages<'a> {
    rest: &'a [u8],
    field: u32,
}

impl<'a> Messages<'a> {
    /// Reads one field; `None` for another one than wanted.
    fn step(&mut self) -> Result<Option<&'a [u8]>, String> {
        let (tag, wire_type) = decode_key(&mut self.rest).map_err(|error| error.to_string())?;
        if tag != self.field || wire_type != WireType::LengthDelimited {
            skip_field(wire_type, tag, &mut self.rest, DecodeContext::default()).map_err(|error| error.to_string())?;
            return Ok(None);
        }
        let length = decode_varint(&mut self.rest).map_err(|error| error.to_string())?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let (message, rest) = self.rest.split_at_checked(length).ok_or("it was cut short")?;
        self.rest = rest;
        Ok(Some(message))
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<&'a [u8], String>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            match self.step() {
                Ok(None) => {}
                Ok(Some(message)) => return Some(Ok(message)),
                Err(reason) => {
                    self.rest = &[];
                    return Some(Err(reason));
                }
            }
        }
        None
    }
}
