//! The thread that owns the connection.

use std::sync::mpsc::Receiver;

use rusqlite::Connection;
use tokio::sync::{oneshot, watch};

use super::{
    Bounds, Changes, StoreError,
    index::Index,
    load, retention,
    write::{self, Batch, Written},
};
use crate::limits::BATCHES_PER_TRANSACTION;

/// What the thread is asked to do.
pub enum Job {
    /// Store a batch.
    Write(Box<Batch>, oneshot::Sender<Result<Written, StoreError>>),
    /// Drop what came in before a time.
    Expire(u64, oneshot::Sender<Result<(), StoreError>>),
    /// Use the connection.
    Run(Box<Run>),
    /// Finish.
    Close(oneshot::Sender<()>),
}

type Run = dyn FnOnce(Result<&Connection, StoreError>) + Send;

type Write = (Box<Batch>, oneshot::Sender<Result<Written, StoreError>>);

/// The thread's state.
pub struct Worker {
    connection: Connection,
    /// `None` after a transaction that failed: the index may then say more than the file, and is read anew.
    index: Option<Index>,
    bounds: Bounds,
    changed: watch::Sender<Changes>,
}

impl Worker {
    /// A worker with what [`load::index`] gave.
    pub fn new(connection: Connection, index: Index, bounds: Bounds, changed: watch::Sender<Changes>) -> Self {
        Self { connection, index: Some(index), bounds, changed }
    }

    /// Works until it is told to close, or until the last handle is gone.
    pub fn run(&mut self, queue: &Receiver<Job>) {
        let mut next = None;
        while let Some(job) = next.take().or_else(|| queue.recv().ok()) {
            match job {
                Job::Write(batch, answer) => {
                    let mut writes = vec![(batch, answer)];
                    // What waits already shares the transaction: a commit costs more than a few rows.
                    while writes.len() < BATCHES_PER_TRANSACTION {
                        match queue.try_recv() {
                            Ok(Job::Write(batch, answer)) => writes.push((batch, answer)),
                            Ok(other) => {
                                next = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.write(writes);
                }
                Job::Expire(oldest_ms, answer) => {
                    let expired = self.commit(|connection, index| retention::expire(connection, index, oldest_ms));
                    let _ = answer.send(expired);
                }
                Job::Run(job) => job(self.state().map(|(connection, _)| connection)),
                Job::Close(done) => {
                    // Folds the write-ahead log into the file; what is in the log is safe either way.
                    let _ = self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
                    let _ = done.send(());
                    return;
                }
            }
        }
    }

    /// Stores all batches in one transaction. If that fails because of one of them, each gets its own.
    fn write(&mut self, writes: Vec<Write>) {
        let batches: Vec<&Batch> = writes.iter().map(|(batch, _)| &**batch).collect();
        let results: Vec<Result<Written, StoreError>> = match self.transaction(&batches) {
            Ok(results) => results.into_iter().map(Ok).collect(),
            Err(error) if error.is_temporary() || writes.len() == 1 => vec![Err(error); writes.len()],
            Err(_) => {
                let alone = |batch: &&Batch| self.transaction(&[batch]).map(|written| written.into_iter().sum());
                batches.iter().map(alone).collect()
            }
        };
        self.tell(results.iter().flatten().copied().sum());
        for ((batch, answer), result) in writes.into_iter().zip(results) {
            // Its memory is free again before the client can send more.
            drop(batch);
            // A client that has gone away does not undo its batch.
            let _ = answer.send(result);
        }
    }

    /// Tells who waits for something new.
    fn tell(&self, written: Written) {
        if written.events + written.spans > 0 {
            self.changed.send_modify(|changes| {
                changes.events += written.events;
                changes.spans += written.spans;
            });
        }
    }

    fn transaction(&mut self, batches: &[&Batch]) -> Result<Vec<Written>, StoreError> {
        let bounds = self.bounds;
        self.commit(|connection, index| {
            batches.iter().map(|batch| write::batch(connection, index, bounds, batch)).collect()
        })
    }

    /// Does something within a transaction: all of it, or nothing.
    fn commit<T>(
        &mut self,
        job: impl FnOnce(&Connection, &mut Index) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let (connection, index) = self.state()?;
        let run = || {
            let transaction = connection.unchecked_transaction()?;
            let done = job(&transaction, index)?;
            transaction.commit()?;
            Ok(done)
        };
        let result = run();
        if result.is_err() {
            self.index = None;
        }
        result
    }

    fn state(&mut self) -> Result<(&Connection, &mut Index), StoreError> {
        let index = match self.index.take() {
            Some(index) => index,
            None => load::index(&self.connection)?,
        };
        Ok((&self.connection, self.index.insert(index)))
    }
}
