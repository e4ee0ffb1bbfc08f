//! OTLP/gRPC, compressed by gzip.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#otlpgrpc>

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, trace_service_client::TraceServiceClient,
};
use prost::Message;
use tonic::{
    Code, Request, Status,
    codec::CompressionEncoding,
    metadata::MetadataMap,
    transport::{Channel, ClientTlsConfig, Endpoint},
};
use tonic_types::StatusExt;

use super::{
    deliver::{Deliver, Verdict},
    settings::Forwarding,
    spool::Batch,
};

/// A receiver of OTLP/gRPC.
#[derive(Debug)]
pub struct OtlpGrpc {
    client: TraceServiceClient<Channel>,
    metadata: MetadataMap,
}

impl OtlpGrpc {
    /// Prepares the way.
    pub fn new(settings: &Forwarding) -> Result<Self, String> {
        let agent = concat!("tracebeam-gateway/", env!("CARGO_PKG_VERSION"));
        let mut endpoint = Endpoint::from_shared(settings.target.url.to_string())
            .and_then(|endpoint| endpoint.user_agent(agent))
            .map_err(|error| error.to_string())?
            .timeout(settings.pace.answer)
            .connect_timeout(settings.pace.answer);
        if settings.target.is_encrypted() {
            let tls = ClientTlsConfig::new().with_native_roots();
            endpoint = endpoint.tls_config(tls).map_err(|error| error.to_string())?;
        }
        // A Collector compresses its answers too. One that cannot be read looks like a failure, and the batch is sent
        // again without end.
        let client = TraceServiceClient::new(endpoint.connect_lazy())
            .send_compressed(CompressionEncoding::Gzip)
            .accept_compressed(CompressionEncoding::Gzip);
        Ok(Self { client, metadata: MetadataMap::from_headers(settings.headers.clone()) })
    }
}

impl Deliver for OtlpGrpc {
    async fn deliver(&self, batch: &Batch) -> Verdict {
        // What the encoder wrote can be read.
        let Ok(message) = ExportTraceServiceRequest::decode(batch.payload.as_slice()) else {
            return Verdict::Refused { kind: "encoding" };
        };
        let request = Request::from_parts(self.metadata.clone(), tonic::Extensions::default(), message);
        match self.client.clone().export(request).await {
            Ok(answer) => {
                let partial = answer.into_inner().partial_success.unwrap_or_default();
                Verdict::Taken { rejected: usize::try_from(partial.rejected_spans).unwrap_or_default() }
            }
            Err(status) => verdict(&status),
        }
    }
}

/// What an error means, by the protocol's table. Errors that say nothing about the data are waited out too: they come
/// from a wrong token or address.
fn verdict(status: &Status) -> Verdict {
    let after = status.get_details_retry_info().and_then(|info| info.retry_delay);
    let later = |kind| Verdict::Later { kind, after };
    match status.code() {
        Code::Cancelled => later("grpc_cancelled"),
        Code::DeadlineExceeded => later("timeout"),
        Code::Aborted => later("grpc_aborted"),
        Code::OutOfRange => later("grpc_out_of_range"),
        Code::Unavailable => later("grpc_unavailable"),
        Code::DataLoss => later("grpc_data_loss"),
        // Without a word on when to come again, the batch is too large.
        Code::ResourceExhausted if after.is_some() => later("grpc_resource_exhausted"),
        Code::ResourceExhausted => Verdict::Refused { kind: "grpc_resource_exhausted" },
        Code::Unauthenticated | Code::PermissionDenied => later("grpc_unauthorized"),
        Code::Unimplemented => later("grpc_unimplemented"),
        Code::InvalidArgument => Verdict::Refused { kind: "grpc_invalid_argument" },
        _ => Verdict::Failed { kind: "grpc_failed" },
    }
}
