//! What waits to be forwarded, on disk.
//!
//! A directory of segments, files with a number for a name. Each is a sequence of [`record`]s with checksums, and is
//! only appended to. One thread writes ([`writer`]): requests that wait at the same time share one `fdatasync`, and
//! each is answered after it. The courier reads behind it ([`reader`]), notes in the file `cursor` how far the receiver
//! has answered, and deletes segments that it has passed. A lock keeps a second gateway out of the directory.

mod cursor;
mod error;
mod handle;
mod reader;
mod record;
mod seen;
mod segment;
mod writer;

pub use cursor::Position;
pub use error::SpoolError;
pub use handle::Spool;
pub use reader::{Batch, Reader};
pub use record::{Key, Record, Signal};
