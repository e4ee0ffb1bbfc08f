//! Connections that only read: readers wait for each other, and never make the writer wait.

use std::sync::{Arc, Mutex};

use rusqlite::Connection;
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{StoreError, schema::Place};
use crate::limits::{READERS, READERS_WAITING};

/// A bounded number of connections.
pub struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    places: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Readers {
    /// Opens all of them. The tables must be there.
    pub fn open(place: &Place) -> Result<Self, StoreError> {
        let idle = (0..READERS).map(|_| place.reader()).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            idle: Arc::new(Mutex::new(idle)),
            places: Arc::new(Semaphore::new(READERS)),
            queue: Arc::new(Semaphore::new(READERS + READERS_WAITING)),
        })
    }

    /// Runs a job on a thread that may block, and waits for its result.
    pub async fn run<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let queued = self.queue.try_acquire().map_err(|_| StoreError::Busy)?;
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let idle = Arc::clone(&self.idle);
        let result = spawn_blocking(move || {
            // The place goes with the job: a client that goes away does not free it before its job has ended.
            let _place = place;
            let connection = idle.lock().ok().and_then(|mut idle| idle.pop()).ok_or(StoreError::Closed)?;
            let result = in_one_state(&connection, job);
            if let Ok(mut idle) = idle.lock() {
                idle.push(connection);
            }
            result
        });
        let result = result.await.unwrap_or(Err(StoreError::Closed));
        drop(queued);
        result
    }

    /// Refuses further jobs and closes the connections that are idle.
    pub fn close(&self) {
        self.places.close();
        if let Ok(mut idle) = self.idle.lock() {
            idle.clear();
        }
    }
}

/// All statements of a job see the same state of the store.
fn in_one_state<T>(
    connection: &Connection,
    job: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let transaction = connection.unchecked_transaction()?;
    let result = job(&transaction);
    drop(transaction);
    result
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::{path::Path, sync::mpsc, time::Duration};

    use tokio::{sync::oneshot, time::timeout};

    use super::*;
    use crate::store::Store;

    /// Nothing here takes as long unless it hangs.
    const HANGS: Duration = Duration::from_secs(20);

    fn count(connection: &Connection) -> Result<u64, StoreError> {
        Ok(connection.query_row("SELECT count(*) FROM readiness", [], |row| row.get(0))?)
    }

    /// Every reader is in the middle of its answer; with one connection for both, a write would wait for it.
    #[tokio::test]
    async fn readers_do_not_stop_the_writer() {
        let directory = tempfile::tempdir().unwrap();
        for path in [Path::new(":memory:"), &directory.path().join("store.db")] {
            let store = Store::open(path).unwrap();
            let mut held = Vec::new();
            for _ in 0..READERS {
                let (reading, is_reading) = oneshot::channel();
                let (release, released) = mpsc::channel::<()>();
                let job = move |connection: &Connection| {
                    let mut query = connection.prepare("SELECT id FROM readiness UNION ALL SELECT 1")?;
                    let mut rows = query.query([])?;
                    assert!(rows.next()?.is_some());
                    let _ = reading.send(());
                    let _ = released.recv_timeout(HANGS);
                    Ok(())
                };
                let reader = store.clone();
                held.push((tokio::spawn(async move { reader.read(job).await }), release));
                is_reading.await.unwrap();
            }
            assert!(timeout(HANGS / 2, store.check()).await.is_ok_and(|checked| checked.is_ok()), "{}", path.display());
            for (reader, release) in held {
                release.send(()).unwrap();
                reader.await.unwrap().unwrap();
            }
            assert_eq!(store.read(count).await.unwrap(), 1);
        }
    }

    #[tokio::test]
    async fn readers_cannot_write_and_a_closed_store_has_none() {
        let store = Store::open(Path::new(":memory:")).unwrap();
        let wrote = store.read(|connection| Ok(connection.execute("DELETE FROM readiness", [])?)).await;
        assert!(wrote.is_err());
        store.close().await;
        assert!(matches!(store.read(count).await, Err(StoreError::Closed)));
    }
}
