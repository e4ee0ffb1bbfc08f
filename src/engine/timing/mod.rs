//! What the browser measured: its Resource Timing entries as plain data, and which request each belongs to.

mod entry;
mod pairing;
mod resource_type;
mod server_timing;

pub use entry::Entry;
pub use pairing::{LAG, fits, is_over, lag, nearer, twins};
pub use resource_type::resource_type;
pub use server_timing::server_timing;
