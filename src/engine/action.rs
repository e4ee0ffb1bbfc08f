//! What the engine may ask of a host. The host executes and reports back; it decides nothing.

/// How a batch travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The page lives: the answer is awaited.
    Normal,
    /// The page is hidden: the request must outlive it, the answer is awaited where there still is a page.
    Hidden,
    /// The page goes away: only whether the browser took it is known, and known at once.
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
    /// The batch is done with: its text goes, here and in storage.
    Forget(u32),
    /// Take over what pages left behind that live no more; each with `adopt`.
    Adopt,
    /// Call `handle_timer` once, after this many milliseconds; replaces an earlier timer.
    Arm(u32),
    /// Say the text beside this action once on the console.
    Warn,
    /// The same, for those who debug.
    Debug,
}
