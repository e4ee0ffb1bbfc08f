//! Taking what a request brought into the spool, and sending the courier.

use std::{io, sync::Arc};

use tokio::{
    sync::watch,
    task::{JoinHandle, spawn_blocking},
};

use super::{
    Stats,
    courier::Courier,
    deliver::Receiver,
    encode,
    settings::Forwarding,
    spool::{Spool, SpoolError},
};
use crate::{limits::PARSE_AT_ONCE_BYTES, store::write::Batch};

/// A gateway's way out.
pub struct Forward {
    spool: Spool,
    /// What it has done.
    pub stats: Arc<Stats>,
    stop: watch::Sender<bool>,
}

impl Forward {
    /// Opens the spool and sends the courier. The handle ends with it.
    pub fn start(settings: &Forwarding) -> io::Result<(Arc<Self>, JoinHandle<()>)> {
        let stats = Arc::new(Stats::default());
        let receiver = Receiver::new(settings).map_err(io::Error::other)?;
        let (spool, reader) = Spool::open(&settings.spool, settings.spool_bytes, Arc::clone(&stats.damaged))?;
        let (stop, stopping) = watch::channel(false);
        let courier = Courier::new(receiver, Arc::clone(&stats), settings.pace);
        let gone = tokio::spawn(courier.run(reader, stopping));
        Ok((Arc::new(Self { spool, stats, stop }), gone))
    }

    /// Takes the spans of a batch, and ends once they are on the disk. Gives the batch back.
    pub async fn take(&self, batch: Batch) -> Result<Batch, SpoolError> {
        let (batch, records) = if batch.bytes() <= PARSE_AT_ONCE_BYTES {
            let records = encode::records(batch.rows());
            (batch, records)
        } else {
            let encoded = spawn_blocking(move || {
                let records = encode::records(batch.rows());
                (batch, records)
            });
            encoded.await.map_err(|_| SpoolError::Closed)?
        };
        if !records.is_empty() {
            self.stats.repeated.add(self.spool.append(records).await?);
        }
        Ok(batch)
    }

    /// What holds spans until they are forwarded.
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// Tells the courier to take along what there is, and to stop.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }
}
