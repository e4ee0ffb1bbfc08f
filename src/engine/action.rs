//! What the engine may ask of a host. The host executes and reports back; it decides nothing.

/// How a batch travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The page lives: the answer is awaited.
    Normal,
    /// The page is hidden: the request must be able to outlive it. The answer is awaited while the page lives.
    Hidden,
    /// The page is going away: the host learns at once whether the browser accepted the request, and never gets an answer.
    Exit,
}

/// One request of the engine to its host, drained with [`super::agent::Agent::poll_action`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Append the text beside this action to the batch's text, and write the whole through to storage.
    Store(u32),
    /// Post the batch's text and the text beside this action, which closes it, to the endpoint. The host
    /// answers with `handle_sent(batch, …)`.
    Send(u32, Way),
    /// Delete the batch's text, in memory and in storage: the batch is delivered or dropped.
    Forget(u32),
    /// Take over the batches that closed pages left in storage, each with `adopt`.
    Adopt,
    /// Call `handle_timer` once, after this many milliseconds; replaces an earlier timer.
    Arm(u32),
    /// Warn on the console with the text beside this action, once for each text.
    Warn,
    /// The same with `console.debug`.
    Debug,
}
