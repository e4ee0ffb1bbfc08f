//! Reading behind the writer.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::watch;

use super::{
    cursor::{self, Position},
    record::Signal,
    segment::{self, Next, Records},
};
use crate::{counters::Counter, limits::BATCH_BYTES};

/// Records that are sent together. Protobuf messages that stand one behind the other are one message: what repeats in
/// them is joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// What it holds.
    pub signal: Signal,
    /// The bytes that go to the receiver.
    pub payload: Vec<u8>,
    /// Spans in it.
    pub spans: usize,
    /// Records in it.
    pub records: usize,
    end: Position,
}

/// The reading side; there is one.
#[derive(Debug)]
pub struct Reader {
    pub(super) directory: PathBuf,
    pub(super) used: Arc<AtomicU64>,
    pub(super) synced: watch::Receiver<Position>,
    /// Up to where the receiver has answered.
    pub(super) at: Position,
    /// Segments whose rest could not be read.
    pub(super) damaged: Arc<Counter>,
}

impl Reader {
    /// Ends when there may be more to read than at the last look.
    pub async fn wait(&mut self) {
        // An error means that nothing more comes; whoever waits is told to stop by others.
        if self.synced.changed().await.is_err() {
            std::future::pending().await
        }
    }

    /// The next records, at most so many; `None` where there are none yet.
    pub fn next(&mut self, most: usize) -> io::Result<Option<Batch>> {
        let synced = *self.synced.borrow_and_update();
        while self.at < synced {
            if let Some(batch) = self.batch(most, synced)? {
                return Ok(Some(batch));
            }
            if self.at.segment >= synced.segment {
                return Ok(None);
            }
            self.leave_segment()?;
        }
        Ok(None)
    }

    /// Notes that the receiver has answered for a batch.
    pub fn advance(&mut self, batch: &Batch) -> io::Result<()> {
        self.pass(batch.end.offset);
        cursor::write(&self.directory, self.at)
    }

    fn batch(&mut self, most: usize, synced: Position) -> io::Result<Option<Batch>> {
        let path = segment::path(&self.directory, self.at.segment);
        let mut records = match Records::open(&path, self.at.offset) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let end_of_synced = if self.at.segment == synced.segment { synced.offset } else { u64::MAX };
        let mut batch: Option<Batch> = None;
        let mut end = self.at;
        while end.offset < end_of_synced && batch.as_ref().is_none_or(|batch| batch.records < most) {
            let (record, offset) = match records.next()? {
                Next::Record(record, offset) => (record, offset),
                Next::End => break,
                Next::Damaged => {
                    // Found again at each look until what stands before it is delivered; counted once then.
                    if batch.is_none() {
                        self.damaged.add(1);
                        tracing::error!(
                            segment = self.at.segment,
                            offset = self.at.offset,
                            "the spool is damaged here"
                        );
                        self.pass(fs::metadata(&path)?.len().min(end_of_synced));
                    }
                    break;
                }
            };
            let room = |batch: &Batch| {
                batch.signal == record.signal && batch.payload.len() + record.payload.len() <= BATCH_BYTES
            };
            if batch.as_ref().is_some_and(|batch| !room(batch)) {
                break;
            }
            end.offset = offset;
            let batch = batch.get_or_insert_with(|| Batch {
                signal: record.signal,
                payload: Vec::new(),
                spans: 0,
                records: 0,
                end,
            });
            batch.payload.extend(record.payload);
            batch.spans += record.keys.len();
            batch.records += 1;
            batch.end = end;
        }
        Ok(batch)
    }

    /// Deletes the segment that was read to its end, and goes to the next.
    fn leave_segment(&mut self) -> io::Result<()> {
        let left = self.at.segment;
        let next = segment::numbers(&self.directory)?.into_iter().find(|number| *number > left);
        self.at = Position { segment: next.unwrap_or(left + 1), offset: 0 };
        // In this order: a segment whose number is behind the cursor is deleted at the next start.
        cursor::write(&self.directory, self.at)?;
        remove(&self.directory, left);
        Ok(())
    }

    /// What stands before this offset of the segment takes no room any more, though its bytes stay on the disk as long
    /// as the segment does.
    fn pass(&mut self, offset: u64) {
        self.used.fetch_sub(offset.saturating_sub(self.at.offset), Ordering::Relaxed);
        self.at.offset = offset;
    }
}

/// Deletes a segment. One that cannot be deleted is tried again at the next start.
pub(super) fn remove(directory: &Path, number: u64) {
    let _ = fs::remove_file(segment::path(directory, number));
}
