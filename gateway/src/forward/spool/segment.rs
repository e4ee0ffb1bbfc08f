//! The files of records.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, ErrorKind, Read},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::record::{HEAD, Record};

const EXTENSION: &str = "segment";

/// The file of a segment.
pub fn path(directory: &Path, number: u64) -> PathBuf {
    // Names sort as numbers do.
    directory.join(format!("{number:020}.{EXTENSION}"))
}

/// The segments of a directory, the oldest first.
pub fn numbers(directory: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if path.extension().is_some_and(|extension| extension == EXTENSION) {
            numbers.extend(name.parse::<u64>());
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// Makes a new segment, which only its owner can read: it holds what users did.
pub fn create(directory: &Path, number: u64) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path(directory, number))?;
    // Without this the file itself may be gone after a power cut.
    File::open(directory)?.sync_all()?;
    Ok(file)
}

/// What one read gave.
#[derive(Debug)]
pub enum Next {
    /// A record, and where it ends.
    Record(Record, u64),
    /// The end of the file, exactly after a record.
    End,
    /// Bytes that are no record: the rest of the file cannot be read.
    Damaged,
}

/// Reads records one after the other.
#[derive(Debug)]
pub struct Records {
    file: BufReader<File>,
    at: u64,
}

impl Records {
    /// From an offset on.
    pub fn open(path: &Path, offset: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        io::Seek::seek(&mut file, io::SeekFrom::Start(offset))?;
        Ok(Self { file: BufReader::with_capacity(64 * 1024, file), at: offset })
    }

    /// The next one.
    pub fn next(&mut self) -> io::Result<Next> {
        let mut head = [0; HEAD];
        let read = fill(&mut self.file, &mut head)?;
        if read == 0 {
            return Ok(Next::End);
        }
        let Some((length, checksum)) = Record::head(head).filter(|_| read == HEAD) else { return Ok(Next::Damaged) };
        let mut body = vec![0; length];
        if fill(&mut self.file, &mut body)? < length {
            return Ok(Next::Damaged);
        }
        let Some(record) = Record::from_body(&body, checksum) else { return Ok(Next::Damaged) };
        self.at += (HEAD + length) as u64;
        Ok(Next::Record(record, self.at))
    }
}

/// Reads as much as there is.
fn fill(file: &mut impl Read, mut bytes: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while !bytes.is_empty() {
        match file.read(bytes) {
            Ok(0) => break,
            Ok(read) => {
                filled += read;
                bytes = bytes.get_mut(read..).unwrap_or_default();
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
