//! The handle that everyone holds.

use std::{
    path::Path,
    sync::{
        Arc,
        mpsc::{self, SyncSender, TrySendError},
    },
    thread,
};

use rusqlite::Connection;
use serde::Serialize;
use tokio::sync::{oneshot, watch};

use super::{
    Bounds, StoreError, load,
    readers::Readers,
    schema::{self, Place},
    worker::{Job, Worker},
    write::{Batch, Written},
};
use crate::limits::STORE_QUEUE;

/// A handle to the store; copies share the one thread.
#[derive(Clone)]
pub struct Store {
    /// `None` where nothing is kept.
    kept: Option<Kept>,
    changes: watch::Receiver<Changes>,
}

/// How the rows are reached.
#[derive(Clone)]
struct Kept {
    jobs: SyncSender<Job>,
    readers: Arc<Readers>,
}

/// What has been stored since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// RUM events.
    pub events: usize,
    /// Spans.
    pub spans: usize,
}

impl Store {
    /// A store that keeps nothing: it takes everything, and has nothing to show.
    pub fn none() -> Self {
        Self { kept: None, changes: watch::channel(Changes::default()).1 }
    }

    /// Whether it keeps anything.
    pub fn keeps(&self) -> bool {
        self.kept.is_some()
    }

    /// Opens the file, or memory for `:memory:`, and starts the thread.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let bounds = if path == Path::new(":memory:") { Bounds::in_memory() } else { Bounds::default() };
        Self::open_with(path, bounds)
    }

    /// The same, keeping more or less than usual.
    pub fn open_with(path: &Path, bounds: Bounds) -> Result<Self, StoreError> {
        let place = Place::new(path);
        let connection = schema::open(&place)?;
        let index = load::index(&connection)?;
        let readers = Arc::new(Readers::open(&place)?);
        let (jobs, queue) = mpsc::sync_channel(STORE_QUEUE);
        let (changed, changes) = watch::channel(Changes::default());
        let mut worker = Worker::new(connection, index, bounds, changed);
        thread::Builder::new().name("store".to_owned()).spawn(move || worker.run(&queue))?;
        Ok(Self { kept: Some(Kept { jobs, readers }), changes })
    }

    /// Finishes what is queued and closes the file.
    pub async fn close(&self) {
        let Some(Kept { jobs, readers }) = self.kept.clone() else { return };
        readers.close();
        let (done, closed) = oneshot::channel();
        // The queue may be full at this moment, and waiting for a place would block the runtime.
        let sent = tokio::task::spawn_blocking(move || jobs.send(Job::Close(done))).await;
        if matches!(sent, Ok(Ok(()))) {
            let _ = closed.await;
        }
    }

    /// Whether the store can be written at this moment: writes a row, and waits until it is committed.
    pub async fn check(&self) -> Result<(), StoreError> {
        if !self.keeps() {
            return Ok(());
        }
        self.run(|connection| {
            let mut insert = connection.prepare_cached(
                "INSERT INTO readiness (id, checked) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET checked = checked + 1",
            )?;
            insert.execute([])?;
            Ok(())
        })
        .await
    }

    /// Drops what came in before a time, milliseconds since the epoch.
    pub async fn expire(&self, oldest_ms: u64) -> Result<(), StoreError> {
        if !self.keeps() {
            return Ok(());
        }
        let (answer, result) = oneshot::channel();
        self.send(Job::Expire(oldest_ms, answer))?;
        result.await.map_err(|_| StoreError::Closed)?
    }

    pub(super) async fn send_write(&self, batch: Batch) -> Result<Written, StoreError> {
        if !self.keeps() {
            return Ok(Written { events: batch.events.len(), spans: batch.rows().count(), ..Written::default() });
        }
        let (answer, result) = oneshot::channel();
        self.send(Job::Write(Box::new(batch), answer))?;
        result.await.map_err(|_| StoreError::Closed)?
    }

    /// What has been stored since the start, now and after each transaction.
    pub fn changes(&self) -> watch::Receiver<Changes> {
        self.changes.clone()
    }

    /// Runs a job on a connection that only reads.
    pub(super) async fn read<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let kept = self.kept.as_ref().ok_or(StoreError::Absent)?;
        kept.readers.run(job).await
    }

    /// Runs a job on the store's thread and waits for its result.
    async fn run<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, result) = oneshot::channel();
        self.send(Job::Run(Box::new(move |connection| {
            // A client may have gone away meanwhile.
            drop(answer.send(connection.and_then(job)));
        })))?;
        result.await.map_err(|_| StoreError::Closed)?
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let kept = self.kept.as_ref().ok_or(StoreError::Absent)?;
        kept.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Closed,
        })
    }
}
