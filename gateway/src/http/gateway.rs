//! What all handlers share.

use std::sync::Arc;

use tokio::sync::{Semaphore, watch};

use super::{problem::Problem, rate::Rates};
use crate::{
    budget::Budget,
    connections::Connections,
    counters::Counters,
    forward::Forward,
    limits::{LIVE_CLIENTS, PARALLEL_PARSES},
    settings::Settings,
    store::{
        Store,
        write::{Batch, Written},
    },
};

/// What all handlers share.
#[derive(Clone)]
pub struct Gateway {
    /// Where everything is kept.
    pub store: Store,
    /// Where everything is passed on to.
    pub forward: Option<Arc<Forward>>,
    /// What the operator decided.
    pub settings: Arc<Settings>,
    /// What has been done so far.
    pub counters: Arc<Counters>,
    /// The connections of this moment.
    pub connections: Arc<Connections>,
    /// Whether only this machine can connect.
    pub local: bool,
    /// Memory for what is under way.
    pub(super) budget: Budget,
    /// Who sends how much.
    pub(super) rates: Arc<Rates>,
    /// Bounds the large bodies that are parsed at the same time.
    pub(super) parsing: Arc<Semaphore>,
    /// Places for readers of `/api/live`.
    pub(super) live: Arc<Semaphore>,
    /// Whether the gateway is stopping.
    pub(super) stopping: watch::Receiver<bool>,
}

impl Gateway {
    /// A gateway on top of a store.
    pub fn new(
        store: Store,
        forward: Option<Arc<Forward>>,
        settings: Arc<Settings>,
        connections: Arc<Connections>,
        local: bool,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let budget = Budget::new(settings.intake_bytes);
        let rates = Arc::new(Rates::new(settings.client_rate, settings.app_rate));
        Self {
            store,
            forward,
            settings,
            counters: Arc::default(),
            connections,
            local,
            budget,
            rates,
            parsing: Arc::new(Semaphore::new(PARALLEL_PARSES)),
            live: Arc::new(Semaphore::new(LIVE_CLIENTS)),
            stopping,
        }
    }

    /// Keeps what a request brought: first in the spool, then in the store. If only the first succeeds, the sender comes
    /// again, and the spool knows the spans.
    pub(super) async fn keep(&self, batch: Batch) -> Result<Written, Problem> {
        let batch = match &self.forward {
            Some(forward) => forward.take(batch).await?,
            None => batch,
        };
        let mut written = self.store.write(batch).await?;
        self.counters.stored(written);
        if self.forward.is_some() {
            // A trace that is full here goes on growing where it is forwarded to.
            written.over_limit = 0;
        }
        Ok(written)
    }

    /// Ends once the gateway has been stopping for as long as a request may stay half sent.
    pub(super) async fn half_sent_time_is_up(&self) {
        let mut stopping = self.stopping.clone();
        // An error means that the server is gone, which is a stop too.
        let _ = stopping.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(self.settings.times.half_sent).await;
    }
}
