//! The handle that everyone holds, and the thread behind it.

use std::{
    path::Path,
    sync::mpsc::{self, Receiver, SyncSender, TrySendError},
    thread,
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{Bounds, StoreError, schema};
use crate::limits::STORE_QUEUE;

/// A handle to the store; copies share the one thread.
#[derive(Clone)]
pub struct Store {
    jobs: SyncSender<Job>,
    pub(super) bounds: Bounds,
}

enum Job {
    Run(Box<dyn FnOnce(&mut Connection) + Send>),
    Close(oneshot::Sender<()>),
}

impl Store {
    /// Opens the file, or memory for `:memory:`, and starts the thread.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, Bounds::default())
    }

    /// The same, keeping more or less than usual.
    pub fn open_with(path: &Path, bounds: Bounds) -> Result<Self, StoreError> {
        let mut connection = schema::open(path)?;
        let (jobs, queue) = mpsc::sync_channel(STORE_QUEUE);
        thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || run(&mut connection, &queue))
            .map_err(StoreError::Thread)?;
        Ok(Self { jobs, bounds })
    }

    /// Finishes what is queued and closes the file.
    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        let jobs = self.jobs.clone();
        // The queue may be full at this moment, and waiting for a place would block the runtime.
        let sent = tokio::task::spawn_blocking(move || jobs.send(Job::Close(done))).await;
        if matches!(sent, Ok(Ok(()))) {
            let _ = closed.await;
        }
    }

    /// Runs a job on the store's thread and waits for its result.
    pub(super) async fn call<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, result) = oneshot::channel();
        // A client that has gone away must not undo its job, so a lost receiver is no matter.
        let job = Job::Run(Box::new(move |connection| drop(answer.send(job(connection)))));
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Busy,
            TrySendError::Disconnected(_) => StoreError::Closed,
        })?;
        result.await.map_err(|_| StoreError::Closed)?
    }
}

fn run(connection: &mut Connection, queue: &Receiver<Job>) {
    while let Ok(job) = queue.recv() {
        match job {
            Job::Run(job) => job(connection),
            Job::Close(done) => {
                // Folds the write-ahead log into the file; what is in the log is safe either way.
                let _ = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
                let _ = done.send(());
                return;
            }
        }
    }
}
