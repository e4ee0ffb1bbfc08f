//! The last events and traces, in SQLite.
//!
//! One thread owns the one connection and takes jobs from a bounded queue, so the async runtime
//! never waits for the disk, writers never meet each other, and what was queued before
//! [`Store::close`] is finished by it. Each job is one transaction or one read.

pub mod read;
mod retention;
mod schema;
pub mod write;

use std::{
    fmt,
    path::Path,
    sync::mpsc::{self, Receiver, SyncSender, TrySendError},
    thread,
};

pub use retention::Bounds;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::limits::STORE_QUEUE;

/// A handle to the store; copies share the one thread.
#[derive(Clone)]
pub struct Store {
    jobs: SyncSender<Job>,
    bounds: Bounds,
}

enum Job {
    Run(Box<dyn FnOnce(&mut Connection) + Send>),
    Close(oneshot::Sender<()>),
}

/// Why the store did not do what it was asked.
#[derive(Debug)]
pub enum StoreError {
    /// Its queue is full; the same request may succeed later.
    Busy,
    /// It has been closed.
    Closed,
    /// The file was written by another version of the gateway.
    OtherVersion {
        /// The version in the file.
        found: i64,
    },
    /// SQLite's own complaint.
    Sqlite(rusqlite::Error),
    /// A stored row that cannot be read back.
    Corrupt(serde_json::Error),
    /// The thread could not be started.
    Thread(std::io::Error),
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
    async fn call<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, result) = oneshot::channel();
        // A client that has gone away must not undo its job, so a lost receiver is no matter.
        let job = Job::Run(Box::new(move |connection| {
            drop(answer.send(job(connection)))
        }));
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

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => formatter.write_str("the store is busy, try again"),
            Self::Closed => formatter.write_str("the gateway is stopping"),
            Self::OtherVersion { found } => write!(
                formatter,
                "the store has format {found} and this gateway writes format {}; give it another file",
                schema::VERSION
            ),
            Self::Sqlite(error) => write!(formatter, "the store failed: {error}"),
            Self::Corrupt(error) => write!(formatter, "a stored row cannot be read: {error}"),
            Self::Thread(error) => write!(formatter, "the store's thread did not start: {error}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error)
    }
}
