//! The last events and traces, in SQLite.
//!
//! One thread owns the one connection and takes jobs from a bounded queue, so the async runtime
//! never waits for the disk, writers never meet each other, and what was queued before
//! [`Store::close`] is finished by it. Each job is one transaction or one read.

mod error;
mod handle;
pub mod read;
mod retention;
mod schema;
pub mod write;

pub use error::StoreError;
pub use handle::Store;
pub use retention::Bounds;
