//! Jaeger: `uber-trace-id: 0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:1`. The third field, the
//! parent's id, is deprecated and always 0; the colons stand as they are, not percent-encoded.
//!
//! <https://www.jaegertracing.io/docs/1.21/client-libraries/#propagation-format>

use super::{Carrier, SpanContext};

/// The header.
pub const HEADER: &str = "uber-trace-id";

/// Writes `uber-trace-id`.
pub fn inject(carrier: &mut Carrier, context: &SpanContext) {
    context.write(carrier.begin(HEADER), b':', ":0:");
}
