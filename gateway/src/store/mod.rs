//! The last events and traces, in SQLite.
//!
//! One thread owns the one connection and takes jobs from a bounded queue, so the async runtime never waits for the
//! disk and writers never meet each other. Jobs that write and wait at the same time share one transaction; each is
//! answered after its commit. [`Store::close`] finishes what was queued before it.
//!
//! The file holds rows without indices. What identifies a row, its age and its size are kept in memory ([`index`])
//! and read from the file once, at the start: an insert is then one append, and no bound needs a query.

mod error;
mod handle;
mod index;
mod load;
pub mod read;
mod retention;
mod schema;
mod worker;
pub mod write;

pub use error::StoreError;
pub use handle::Store;
pub use retention::Bounds;
