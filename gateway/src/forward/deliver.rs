//! Handing one batch to a receiver, and what its answer means.

use std::{future::Future, time::Duration};

use super::{Protocol, otlp_grpc::OtlpGrpc, otlp_http::OtlpHttp, settings::Forwarding, spool::Batch, zipkin::Zipkin};

/// What a receiver's answer means. `kind` is a word for the metrics and the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It took the batch, and left out so many spans of it.
    Taken {
        /// Spans that it left out.
        rejected: usize,
    },
    /// It cannot be reached, asks to come again, or does not know us (a wrong token or path, which an operator can put
    /// right): nothing is said about the batch.
    Later {
        /// What happened.
        kind: &'static str,
        /// When it wants to be asked again.
        after: Option<Duration>,
    },
    /// It failed. The batch may be the reason.
    Failed {
        /// What happened.
        kind: &'static str,
    },
    /// It will never take this batch.
    Refused {
        /// What happened.
        kind: &'static str,
    },
}

/// Whatever takes batches.
pub trait Deliver {
    /// Hands one over.
    fn deliver(&self, batch: &Batch) -> impl Future<Output = Verdict> + Send;
}

/// The receiver that the operator named.
#[derive(Debug)]
pub enum Receiver {
    /// OTLP/HTTP.
    OtlpHttp(OtlpHttp),
    /// OTLP/gRPC.
    OtlpGrpc(OtlpGrpc),
    /// Zipkin.
    Zipkin(Zipkin),
}

impl Receiver {
    /// Prepares the way; connects when there is something to send. `Err` says what the system lacks.
    pub fn new(settings: &Forwarding) -> Result<Self, String> {
        Ok(match settings.target.protocol {
            Protocol::OtlpHttp => Self::OtlpHttp(OtlpHttp::new(settings)?),
            Protocol::OtlpGrpc => Self::OtlpGrpc(OtlpGrpc::new(settings)?),
            Protocol::Zipkin => Self::Zipkin(Zipkin::new(settings)?),
        })
    }
}

impl Deliver for Receiver {
    async fn deliver(&self, batch: &Batch) -> Verdict {
        match self {
            Self::OtlpHttp(receiver) => receiver.deliver(batch).await,
            Self::OtlpGrpc(receiver) => receiver.deliver(batch).await,
            Self::Zipkin(receiver) => receiver.deliver(batch).await,
        }
    }
}
