//! A batch, and the bounds of the queue.

use crate::engine::clock::Millis;
use crate::engine::dropped::Dropped;
use crate::engine::text::Out;

/// At most this many bytes wait, because the page's memory and its 5 MB of storage are not ours.
pub const MAX_BYTES: usize = 2 << 20;
/// At most this many events wait.
pub const MAX_EVENTS: u32 = 5000;
/// A batch of this size is closed. Two such batches fit into [`EXIT_BYTES`].
pub const BATCH_BYTES: usize = 28_000;
/// A longer event is dropped, because it could never leave with the page.
pub const MAX_EVENT: usize = 56_000;
/// What may leave with the page. Browsers allow 64 KiB for all such requests of a page together.
pub const EXIT_BYTES: usize = 60_000;
/// Whether a page can go away and send while it does. A mini-program is hidden and later ended without a word.
pub const LEAVES: bool = !cfg!(feature = "miniapp");
/// Ends the text of a batch on probation, also in storage. A JSON parser skips it.
pub const MARK: u8 = b' ';
/// Follows [`MARK`] if the batch must be sent again, by whatever page has it.
pub const UNMARK: u8 = b'\n';
/// The text that closes a batch is shorter than this.
pub const TAIL_BYTES: usize = 400;
/// No limit: any batch fits.
pub const ANY: usize = usize::MAX;
/// At most this many batches are in flight. HTTP/1.1 gives a page six connections to an origin.
pub const WINDOW: u32 = 2;
/// Batches that are older are dropped: three days are a weekend offline.
pub const MAX_AGE: Millis = 259_200_000.0;
/// The open batch is written to storage at most this often: a write costs the page 10 to 20 µs, and a
/// burst of requests must not pay it for each.
pub const SAVE_EVERY: Millis = 4.0;

/// The state of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for its turn.
    Idle,
    /// An answer is awaited; the browser ends the request with the page.
    Flying,
    /// An answer is awaited, and the request goes on without the page.
    Outliving,
    /// Handed to the browser while the page was going away; whether it arrived is unknown.
    Left,
    /// As [`State::Left`], from a page whose endpoint had just answered. The next answer decides: after a good one the batch
    /// counts as delivered, after a failure it is sent again.
    Probation,
    /// Delivered or dropped. It counts no more, but the host must still delete its text.
    Done,
}

/// What is known of a batch.
#[derive(Debug)]
pub struct Batch {
    /// Its number for the host.
    pub id: u32,
    /// The batch with the lowest turn is the next. A failure gives a new turn, so that a batch that the endpoint cannot process does
    /// not delay the others.
    pub turn: u32,
    /// Events.
    pub count: u32,
    /// Bytes of its text, without the text that closes it.
    pub bytes: usize,
    /// Its state.
    pub state: State,
    /// Text that the host does not have yet.
    pub fresh: Out,
    /// The drop counters that it carries.
    pub dropped: Dropped,
}
