//! The handle that everyone holds.

use std::{
    path::Path,
    sync::mpsc::{self, SyncSender, TrySendError},
    thread,
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    Bounds, StoreError,
    index::Index,
    load, schema,
    worker::{Job, Worker},
    write::{Batch, Written},
};
use crate::limits::STORE_QUEUE;

/// A handle to the store; copies share the one thread.
#[derive(Clone)]
pub struct Store {
    /// `None` where nothing is kept.
    jobs: Option<SyncSender<Job>>,
}

impl Store {
    /// A store that keeps nothing: it takes everything, and has nothing to show.
    pub fn none() -> Self {
        Self { jobs: None }
    }

    /// Whether it keeps anything.
    pub fn keeps(&self) -> bool {
        self.jobs.is_some()
    }

    /// Opens the file, or memory for `:memory:`, and starts the thread.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let bounds = if path == Path::new(":memory:") { Bounds::in_memory() } else { Bounds::default() };
        Self::open_with(path, bounds)
    }

    /// The same, keeping more or less than usual.
    pub fn open_with(path: &Path, bounds: Bounds) -> Result<Self, StoreError> {
        let connection = schema::open(path)?;
        let index = load::index(&connection)?;
        let (jobs, queue) = mpsc::sync_channel(STORE_QUEUE);
        let mut worker = Worker::new(connection, index, bounds);
        thread::Builder::new().name("store".to_owned()).spawn(move || worker.run(&queue))?;
        Ok(Self { jobs: Some(jobs) })
    }

    /// Finishes what is queued and closes the file.
    pub async fn close(&self) {
        let Some(jobs) = self.jobs.clone() else { return };
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
        self.read(|connection, _| {
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

    /// Runs a job on the store's thread and waits for its result.
    pub(super) async fn read<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection, &mut Index) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, result) = oneshot::channel();
        self.send(Job::Read(Box::new(move |state| {
            // A client may have gone away meanwhile.
            drop(answer.send(state.and_then(|(connection, index)| job(connection, index))));
        })))?;
        result.await.map_err(|_| StoreError::Closed)?
    }

    fn send(&self, job: Job) -> Result<(), StoreError> {
        let jobs = self.jobs.as_ref().ok_or(StoreError::Absent)?;
        jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Closed,
        })
    }
}
