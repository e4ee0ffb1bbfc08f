//! What all handlers share.

use std::sync::Arc;

use tokio::sync::{Semaphore, watch};

use super::rate::Rates;
use crate::{
    budget::Budget,
    connections::Connections,
    counters::Counters,
    limits::{LIVE_CLIENTS, PARALLEL_PARSES},
    settings::Settings,
    store::Store,
};

/// What all handlers share.
#[derive(Clone)]
pub struct Gateway {
    /// Where everything is kept.
    pub store: Store,
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
        settings: Arc<Settings>,
        connections: Arc<Connections>,
        local: bool,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let budget = Budget::new(settings.intake_bytes);
        let rates = Arc::new(Rates::new(settings.client_rate, settings.app_rate));
        Self {
            store,
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

    /// Ends once the gateway has been stopping for as long as a request may stay half sent.
    pub(super) async fn half_sent_time_is_up(&self) {
        let mut stopping = self.stopping.clone();
        // An error means that the server is gone, which is a stop too.
        let _ = stopping.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(self.settings.times.half_sent).await;
    }
}
