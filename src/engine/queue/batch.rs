//! A batch, and the bounds of all.

use crate::engine::clock::Millis;
use crate::engine::dropped::Dropped;
use crate::engine::text::Out;

/// Most bytes that wait: the page's memory, and its 5 MB of storage, are not ours.
pub const MAX_BYTES: usize = 2 << 20;
/// Most events that wait.
pub const MAX_EVENTS: u32 = 5000;
/// A batch that has reached this size takes no more: two fit into the exit's budget.
pub const BATCH_BYTES: usize = 28_000;
/// No event is longer: it could never leave with the page.
pub const MAX_EVENT: usize = 56_000;
/// What may leave with the page. Browsers allow 64 KiB for all such requests of a page together.
pub const EXIT_BYTES: usize = 60_000;
/// Whether a page can go away and send while it does. A mini-program is hidden and later ended without a word.
pub const LEAVES: bool = !cfg!(feature = "miniapp");
/// Ends the text of a batch on probation, in storage too. To a JSON parser it is white space.
pub const MARK: u8 = b' ';
/// Follows [`MARK`] when the probation has ended badly: whatever page gets the batch sends it.
pub const UNMARK: u8 = b'\n';
/// What closes a batch's text is shorter than this.
pub const TAIL_BYTES: usize = 400;
/// Room that any batch fits into.
pub const ANY: usize = usize::MAX;
/// Batches under way at a time, of the six connections that HTTP/1.1 gives a page to one origin.
pub const WINDOW: u32 = 2;
/// Batches that are older are dropped: three days are a weekend offline.
pub const MAX_AGE: Millis = 259_200_000.0;
/// The open batch is written to storage at most this often: a write costs the page 10 to 20 µs, and a
/// burst of requests must not pay it for each.
pub const SAVE_EVERY: Millis = 4.0;

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for its turn.
    Idle,
    /// An answer is awaited; the browser ends the request with the page.
    Flying,
    /// An answer is awaited, and the request goes on without the page.
    Outliving,
    /// Given to the browser as the page went away; whether it arrived is unknown.
    Left,
    /// The same, from a page whose endpoint had just answered. The next answer that a page gets decides: after a good one
    /// it counts as delivered, after a failure it is sent again.
    Probation,
    /// Delivered or dropped: no longer counted; the host has yet to delete its text.
    Done,
}

/// What is known of a batch.
#[derive(Debug)]
pub struct Batch {
    /// Its number for the host.
    pub id: u32,
    /// The lowest is the next: a failure sends to the back, so that a batch that the endpoint cannot digest
    /// does not hold up the others.
    pub turn: u32,
    /// Events.
    pub count: u32,
    /// Bytes of its text, without the text that closes it.
    pub bytes: usize,
    /// Where it stands.
    pub state: State,
    /// Text that the host does not have yet.
    pub fresh: Out,
    /// The drop counters that it carries.
    pub dropped: Dropped,
}
