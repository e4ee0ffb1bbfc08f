//! What the engine may ask of a host. The host executes and reports back; it decides nothing.

/// One request of the engine to its host, drained with [`super::agent::Agent::poll_action`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Post the text beside this action, UTF-8 JSON, to the endpoint. The host answers with `handle_sent(batch, …)`.
    Send {
        /// Names the batch in the answer.
        batch: u32,
        /// `true` while the page is going away: no answer can be awaited any more.
        exit: bool,
    },
    /// Call `handle_timer` once, after this many milliseconds; replaces an earlier timer.
    Arm(u32),
    /// Say the text beside this action once on the console.
    Warn,
}
