//! The last events and traces, in SQLite.
//!
//! One thread owns the one connection and takes jobs from a bounded queue, so the async runtime never waits for the
//! disk and writers never meet each other. Jobs that write and wait at the same time share one transaction; each is
//! answered after its commit. [`Store::close`] finishes what was queued before it.
//!
//! What identifies a row, its age and its size are kept in memory ([`index`]) and read from the file once, at the
//! start, so that no bound and no duplicate needs a query. Readers have connections of their own ([`readers`]) and the
//! few indices that their filters need; they never make the writer wait.

mod error;
mod handle;
mod index;
mod load;
mod migrate;
pub mod read;
mod readers;
mod retention;
mod schema;
mod worker;
pub mod write;

pub use error::StoreError;
pub use handle::{Changes, Store};
pub use retention::Bounds;
