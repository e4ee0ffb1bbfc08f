//! Opening the spool, and the handle that everyone holds.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Write},
    os::unix::fs::DirBuilderExt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, SyncSender, TrySendError},
    },
    thread,
};

use tokio::sync::{oneshot, watch};

use super::{
    SpoolError,
    cursor::{self, Position},
    reader::{self, Reader},
    record::Record,
    seen::Seen,
    segment::{self, Next, Records},
    writer::{Append, Writer},
};
use crate::{
    counters::Counter,
    limits::{SPANS_REMEMBERED, SPOOL_QUEUE},
};

const LOCK: &str = "lock";
const PROBE: &str = "probe";

/// The writing side; copies share the one thread.
#[derive(Debug, Clone)]
pub struct Spool {
    requests: SyncSender<Append>,
    used: Arc<AtomicU64>,
    most: u64,
    directory: Arc<Path>,
    /// Held as long as the spool is open.
    _lock: Arc<File>,
}

impl Spool {
    /// Opens a directory, or makes it, and starts the thread. `most`: bytes that it may hold. `damaged` counts
    /// segments of which a part cannot be read.
    pub fn open(directory: &Path, most: u64, damaged: Arc<Counter>) -> io::Result<(Self, Reader)> {
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        let lock = lock(directory)?;
        let mut seen = Seen::new(SPANS_REMEMBERED);
        let (at, used) = recover(directory, &mut seen, &damaged)?;
        let used = Arc::new(AtomicU64::new(used));
        let last = segment::numbers(directory)?.last().copied().unwrap_or(at.segment);
        let end = fs::metadata(segment::path(directory, last)).map(|file| file.len()).unwrap_or_default();
        let (sender, synced) = watch::channel(Position { segment: last, offset: end }.max(at));
        let mut writer =
            Writer { directory: directory.to_owned(), seen, used: Arc::clone(&used), most, synced: sender, file: None };
        let (requests, queue) = mpsc::sync_channel(SPOOL_QUEUE);
        thread::Builder::new().name("spool".to_owned()).spawn(move || writer.run(&queue))?;
        let reader = Reader { directory: directory.to_owned(), used: Arc::clone(&used), synced, at, damaged };
        Ok((Self { requests, used, most, directory: directory.into(), _lock: Arc::new(lock) }, reader))
    }

    /// Takes records, all or none, and ends once they are on the disk. Gives the number of spans that were known.
    pub async fn append(&self, records: Vec<Record>) -> Result<usize, SpoolError> {
        let (answer, result) = oneshot::channel();
        self.requests.try_send(Append { records, answer }).map_err(|error| match error {
            TrySendError::Full(_) => SpoolError::Busy,
            TrySendError::Disconnected(_) => SpoolError::Closed,
        })?;
        result.await.unwrap_or(Err(SpoolError::Closed))
    }

    /// Whether it takes records at this moment: has room, and a disk that can be written.
    pub async fn check(&self) -> Result<(), SpoolError> {
        if self.used() >= self.most {
            return Err(SpoolError::Full);
        }
        let directory = Arc::clone(&self.directory);
        let probed = tokio::task::spawn_blocking(move || probe(&directory)).await;
        probed.map_err(|_| SpoolError::Closed)?.map_err(|error| SpoolError::Unavailable(error.kind()))
    }

    /// Bytes that the receiver has not answered for.
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Bytes that it may hold.
    pub fn most(&self) -> u64 {
        self.most
    }
}

/// Writes a block, and deletes it: a full disk shows by nothing less.
fn probe(directory: &Path) -> io::Result<()> {
    let path = directory.join(PROBE);
    let mut file = File::create(&path)?;
    file.write_all(&[0; 4_096])?;
    file.sync_data()?;
    fs::remove_file(path)
}

/// Two gateways that share a directory would send everything twice.
fn lock(directory: &Path) -> io::Result<File> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(directory.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(io::Error::other("another gateway uses this directory")),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Reads what an earlier run left: drops what was delivered, cuts off what was not written to its end, and remembers
/// the spans. Gives where to read on, and how many bytes there are.
fn recover(directory: &Path, seen: &mut Seen, damaged: &Counter) -> io::Result<(Position, u64)> {
    let mut at = cursor::read(directory);
    let mut used = 0;
    for number in segment::numbers(directory)? {
        if number < at.segment {
            reader::remove(directory, number);
            continue;
        }
        let path = segment::path(directory, number);
        let mut records = Records::open(&path, 0)?;
        let mut end = 0;
        loop {
            match records.next()? {
                Next::Record(record, offset) => {
                    record.keys.into_iter().for_each(|key| seen.add(key));
                    end = offset;
                }
                Next::End => break,
                Next::Damaged => {
                    // Its request was never answered, or the disk lost it.
                    damaged.add(1);
                    tracing::warn!(segment = number, offset = end, "cut off what the spool could not read");
                    OpenOptions::new().write(true).open(&path)?.set_len(end)?;
                    break;
                }
            }
        }
        used += end;
        if number == at.segment {
            at.offset = at.offset.min(end);
            used -= at.offset;
        }
    }
    Ok((at, used))
}
