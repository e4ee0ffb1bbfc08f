//! OpenTelemetry for one service: a tracer, an exporter, the W3C propagator.
//!
//! Nothing is global, so that a test can run both services in one process.

use std::time::Duration;

use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracer, SdkTracerProvider},
};

/// How long a span waits to be batched: short, so that the page shows the chain at once.
const EXPORT_DELAY: Duration = Duration::from_millis(150);

/// The timeout of an export: the demo must not hang where no gateway listens.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(2);

/// The telemetry of one service.
#[derive(Clone)]
pub struct Telemetry {
    provider: SdkTracerProvider,
    /// Starts spans.
    pub tracer: SdkTracer,
    /// Reads and writes `traceparent` and `tracestate`.
    pub propagator: std::sync::Arc<TraceContextPropagator>,
}

impl Telemetry {
    /// Starts exporting to `{gateway}/v1/traces`, as protobuf.
    pub fn start(service: &'static str, gateway: &str) -> Result<Self, ExporterBuildError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", gateway.trim_end_matches('/')))
            .with_timeout(EXPORT_TIMEOUT)
            .build()?;
        let batches = BatchSpanProcessor::builder(exporter)
            .with_batch_config(BatchConfigBuilder::default().with_scheduled_delay(EXPORT_DELAY).build())
            .build();
        let resource = Resource::builder()
            .with_service_name(service)
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .with_attribute(KeyValue::new("deployment.environment.name", "local"))
            .build();
        let provider = SdkTracerProvider::builder().with_span_processor(batches).with_resource(resource).build();
        let tracer = provider.tracer("tracebeam-demo");
        Ok(Self { provider, tracer, propagator: TraceContextPropagator::new().into() })
    }

    /// Sends what is left. Blocks a thread of its own, as the exporter does.
    pub async fn stop(self) {
        let stopped = tokio::task::spawn_blocking(move || self.provider.shutdown()).await;
        if let Ok(Err(error)) = stopped {
            eprintln!("the last spans may not have arrived: {error}");
        }
    }
}
