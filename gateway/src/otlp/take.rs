//! Which spans of a request are kept, and what the answer says of the others.

use std::{collections::HashMap, sync::Arc};

use opentelemetry_proto::tonic::{
    common::v1::{InstrumentationScope, KeyValue},
    trace::v1::Span,
};
use serde_json::{Map, Value};

use super::{
    any_value::{attributes, clip},
    row::{Scope, SpanRow, shared},
    span,
};
use crate::{
    ids::TraceId,
    limits::{ROWS_BYTES, SPANS_PER_REQUEST, SPANS_PER_TRACE, TEXT_CHARS},
    report::Report,
    rules::{self, Fate, LeftOut, Rules},
    rum::{
        back::{self, Instrumentation},
        mapping,
        record::{AppRecord, Arrival, Record},
    },
};

/// What OpenTelemetry calls a service that did not name itself.
const UNKNOWN_SERVICE: &str = "unknown_service";

/// Who may send spans of which application.
pub enum Sender {
    /// A backend, whose spans belong to no application.
    Backend,
    /// A page. Its spans belong to the application that their resource names, if the page may speak for it.
    Page(Box<dyn Fn(&str) -> bool + Send>),
}

/// The spans of one request.
pub struct Taken {
    sender: Sender,
    arrival: Arrival,
    rules: Arc<Rules>,
    /// Spans that are kept.
    pub rows: Vec<SpanRow>,
    /// The requests among the spans of pages, as events.
    pub events: Vec<Record>,
    /// Spans that are not kept.
    pub rejected: usize,
    /// Of these, spans whose time is too far from now.
    pub out_of_time: usize,
    /// Spans that rules have left out.
    pub left_out: LeftOut,
    /// Why, and which fields of other spans were left out.
    pub report: Report,
    bytes: usize,
    event_bytes: usize,
    per_trace: HashMap<TraceId, u64>,
}

/// What the spans of one resource and scope have in common.
pub struct Common {
    service: Arc<str>,
    app_id: Option<Arc<str>>,
    /// The application that the resource names, whoever sends it.
    named: Arc<str>,
    json: Arc<str>,
    resource: Map<String, Value>,
    /// What made the spans, where they are a page's requests.
    instrumentation: Option<Instrumentation>,
    /// The version of the scope.
    version: String,
}

impl Taken {
    /// Nothing yet.
    pub fn new(sender: Sender, arrival: Arrival, rules: Arc<Rules>) -> Self {
        Self {
            sender,
            arrival,
            rules,
            left_out: LeftOut::default(),
            rows: Vec::new(),
            events: Vec::new(),
            rejected: 0,
            out_of_time: 0,
            report: Report::default(),
            bytes: 0,
            event_bytes: 0,
            per_trace: HashMap::new(),
        }
    }

    /// Reads a resource and a scope; `Err` says why their spans are not kept.
    pub fn common(&self, resource: &[KeyValue], scope: Option<&InstrumentationScope>) -> Result<Common, String> {
        let mut resource = attributes(resource);
        let text = |key: &str| match resource.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(clip(text, TEXT_CHARS)),
            _ => None,
        };
        let app_id = match &self.sender {
            Sender::Backend => None,
            Sender::Page(may_speak_for) => match back::app_id(&resource) {
                Some(id) if may_speak_for(id) => Some(Arc::from(id)),
                Some(id) => return Err(format!("this origin may not send spans of {id}")),
                None => return Err("spans of a page need rum.app.id or service.name".to_owned()),
            },
        };
        let service: Arc<str> = text("service.name").unwrap_or_else(|| UNKNOWN_SERVICE.to_owned()).into();
        let named = app_id.clone().or_else(|| back::app_id(&resource).map(Arc::from)).unwrap_or_default();
        let scope_name = scope.map_or("", |scope| &scope.name);
        let instrumentation = Instrumentation::of(scope_name);
        let scope =
            scope.map(|scope| Scope { name: clip(&scope.name, TEXT_CHARS), version: clip(&scope.version, TEXT_CHARS) });
        let scope = scope.unwrap_or_default();
        self.rules.apply_to_resource(&named, &service, &mut resource);
        Ok(Common {
            service,
            app_id,
            named,
            json: shared(resource.clone(), &scope),
            resource,
            instrumentation,
            version: scope.version,
        })
    }

    /// Whether one more span can be kept, told before anything of it is read.
    pub fn has_room(&self) -> Result<(), &'static str> {
        if self.rows.len() >= SPANS_PER_REQUEST {
            return Err("the request has too many spans");
        }
        if self.bytes >= ROWS_BYTES || self.event_bytes >= ROWS_BYTES {
            return Err("the request is too large when it is unpacked");
        }
        Ok(())
    }

    /// Keeps a span, or counts it with the reason.
    pub fn span(&mut self, common: &Common, span: &Span, path: &dyn Fn() -> String) {
        if let Err((field, reason)) = self.keep(common, span) {
            self.reject(1, &format!("{}{field}", path()), &reason);
        }
    }

    fn keep(&mut self, common: &Common, span: &Span) -> Result<(), (&'static str, String)> {
        let ids = span::ids(span).map_err(|(field, reason)| (field, reason.to_owned()))?;
        if self.per_trace.get(&ids.trace_id).is_some_and(|count| *count >= SPANS_PER_TRACE) {
            return Err(("", format!("a trace keeps at most {SPANS_PER_TRACE} spans")));
        }
        let (start_ns, end_ns) = span::times(span).map_err(|(field, reason)| (field, reason.to_owned()))?;
        for (field, time_ns) in [(".startTimeUnixNano", start_ns), (".endTimeUnixNano", end_ns)] {
            if !self.arrival.window.has_ns(time_ns) {
                self.out_of_time += 1;
                return Err((field, "is too far from now".to_owned()));
            }
        }
        let (mut name, mut detail) = (span::name(span), span::detail(span));
        let (kind, status) = (span::kind(span.kind), span::status(span));
        let fate = self.rules.apply(&mut rules::span::Span {
            app: &common.named,
            service: &common.service,
            trace_id: ids.trace_id,
            name: &mut name,
            kind,
            status,
            detail: &mut detail,
            resource: &common.resource,
        });
        if !self.left_out.keeps(fate) {
            return Ok(());
        }
        let mut record = None;
        if let Some(instrumentation) = common.instrumentation {
            let span = back::Span {
                name: &name,
                trace_id: &ids.trace_id.to_string(),
                span_id: &ids.span_id.to_string(),
                start_ns,
                end_ns,
                status,
                message: &detail.status_message,
                attributes: &detail.attributes,
                events: &detail.events,
                resource: &common.resource,
                version: &common.version,
            };
            if let Some((event, fate)) = self.event(instrumentation, &span) {
                if !self.left_out.keeps(fate) {
                    return Ok(());
                }
                record = Some(event);
            }
        }
        *self.per_trace.entry(ids.trace_id).or_default() += 1;
        let row = SpanRow {
            trace_id: ids.trace_id,
            span_id: ids.span_id,
            parent_span_id: ids.parent,
            service: Arc::clone(&common.service),
            app_id: common.app_id.clone(),
            name,
            kind,
            start_ns,
            end_ns,
            status,
            resource: Arc::clone(&common.json),
            detail: detail.to_json(),
        };
        self.bytes += row.bytes();
        if let Some(record) = record {
            self.event_bytes += record.bytes();
            self.events.push(record);
        }
        self.rows.push(row);
        Ok(())
    }

    /// The event of a page's request, and what rules say of it: who drops an event by its name means its span, too.
    fn event(&self, instrumentation: Instrumentation, span: &back::Span<'_>) -> Option<(Record, Fate)> {
        let (requested, bundle) = back::event(instrumentation, span)?;
        let app = AppRecord::new(bundle.app.id.as_deref()?, &bundle.app);
        // A service passes on what it was told; only of a page the address is the user's.
        let from = self.arrival.from.filter(|_| matches!(self.sender, Sender::Page(_)));
        let mut record = Record::new(requested, &bundle, &app, Arrival { from, ..self.arrival });
        let common = mapping::Common::new(&app, span.version);
        let fate = self.rules.apply(&mut rules::event::Event { record: &mut record, common: &common });
        Some((record, fate))
    }

    /// Counts spans that are not kept.
    pub fn reject(&mut self, count: usize, path: &str, reason: &str) {
        self.rejected += count;
        self.report.add(path, reason);
    }

    /// What the rows take.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}
