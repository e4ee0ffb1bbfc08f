//! Spans with the ids of their requests, for `tracing` (feature `tracing`).
//!
//! The span in which a request is sent gets the fields `trace_id` and `span_id`, and so do the logs inside this span. With
//! the ids, a log leads to its trace.
//!
//! ```
//! use tracebeam_web::layer::RequestIdLayer;
//! use tracing_subscriber::prelude::*;
//!
//! # let make_writer = std::io::sink;
//! tracing_subscriber::registry()
//!     .with(tracing_subscriber::fmt::layer().with_ansi(false).without_time().with_writer(make_writer))
//!     .with(RequestIdLayer::default())
//!     .init();
//! ```
//!
//! - A span that declares the fields, as in `info_span!("load", trace_id = field::Empty, span_id = field::Empty)`, has them
//!   recorded: every other layer sees them.
//! - In any other span they are added to the text that the `fmt` layer writes. For this the layer must know that layer's
//!   field format: `RequestIdLayer::<MyFields>::new()`; the default is `DefaultFields`.
//! - Other layers find [`RequestIds`] among the extensions of the span.
//!
//! The ids are those of the span's last request. Of `sw8` requests the layer knows none, because SkyWalking's ids are texts.

mod ids;

use std::marker::PhantomData;

use tracing::{Dispatch, Span, Subscriber, dispatcher, field};
use tracing_subscriber::Registry;
use tracing_subscriber::fmt::FormattedFields;
use tracing_subscriber::fmt::format::DefaultFields;
use tracing_subscriber::layer::Layer;
use tracing_subscriber::registry::LookupSpan;

pub use ids::RequestIds;

use crate::page;

const TRACE_ID: &str = "trace_id";
const SPAN_ID: &str = "span_id";

/// Gives each span the ids of the request that is sent in it. `F` is the field format of the `fmt` layer.
#[derive(Debug)]
pub struct RequestIdLayer<F = DefaultFields>(PhantomData<fn() -> F>);

impl<F> RequestIdLayer<F> {
    /// A layer for the field format `F`. For the default one, write `RequestIdLayer::default()`.
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl Default for RequestIdLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Subscriber, F: 'static> Layer<S> for RequestIdLayer<F> {
    fn on_layer(&mut self, _: &mut S) {
        page::observe(|headers| {
            if let Some(ids) = RequestIds::of(headers) {
                dispatcher::get_default(|dispatch| attach::<F>(dispatch, &ids));
            }
        });
    }
}

/// Gives the ids to the present span.
fn attach<F: 'static>(dispatch: &Dispatch, ids: &RequestIds) {
    let current = dispatch.current_span();
    let (Some(id), Some(metadata)) = (current.id(), current.metadata()) else { return };
    if metadata.fields().field(TRACE_ID).is_some() {
        let span = Span::current();
        span.record(TRACE_ID, field::display(&ids.trace_id));
        span.record(SPAN_ID, field::display(&ids.span_id));
    }
    let Some(span) = dispatch.downcast_ref::<Registry>().and_then(|registry| registry.span(id)) else { return };
    let mut extensions = span.extensions_mut();
    let before = extensions.replace(ids.clone());
    if metadata.fields().field(TRACE_ID).is_none() {
        if let Some(FormattedFields { fields, .. }) = extensions.get_mut::<FormattedFields<F>>() {
            // The ids of an earlier request are the last that was added.
            if let Some(kept) = before.and_then(|before| fields.strip_suffix(&text(&before)).map(str::len)) {
                fields.truncate(kept);
            } else if !fields.is_empty() {
                fields.push(' ');
            }
            fields.push_str(&text(ids));
        }
    }
}

fn text(ids: &RequestIds) -> String {
    format!("{TRACE_ID}={} {SPAN_ID}={}", ids.trace_id, ids.span_id)
}
