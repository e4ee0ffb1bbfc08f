//! How far the receiver has answered: a small file that is always replaced as a whole.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

const FILE: &str = "cursor";
const NEXT: &str = "cursor.next";

/// A place between two records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The segment.
    pub segment: u64,
    /// Bytes in it.
    pub offset: u64,
}

/// Reads the note; the beginning where there is none that can be read.
pub fn read(directory: &Path) -> Position {
    let text = fs::read_to_string(directory.join(FILE)).unwrap_or_default();
    let mut numbers = text.split_whitespace().map_while(|number| number.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(segment), Some(offset)) => Position { segment, offset },
        _ => Position::default(),
    }
}

/// Replaces the note.
pub fn write(directory: &Path, position: Position) -> io::Result<()> {
    let next = directory.join(NEXT);
    let mut file = File::create(&next)?;
    writeln!(file, "{} {}", position.segment, position.offset)?;
    file.sync_data()?;
    fs::rename(next, directory.join(FILE))
}
