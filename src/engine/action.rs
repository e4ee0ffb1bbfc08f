//! What the engine may ask of a host. The host executes and reports back; it decides nothing.

use crate::door::Action as Code;

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

/// The number of an action at the door, and the number that goes with it: a batch, or milliseconds.
pub fn at_the_door(action: Option<Action>) -> (Code, u32) {
    match action {
        None => (Code::None, 0),
        Some(Action::Store(batch)) => (Code::Store, batch),
        Some(Action::Send(batch, Way::Normal)) => (Code::Send, batch),
        Some(Action::Send(batch, Way::Hidden)) => (Code::SendHidden, batch),
        Some(Action::Send(batch, Way::Exit)) => (Code::SendExit, batch),
        Some(Action::Forget(batch)) => (Code::Forget, batch),
        Some(Action::Adopt) => (Code::Adopt, 0),
        Some(Action::Arm(ms)) => (Code::Arm, ms),
        Some(Action::Warn) => (Code::Warn, 0),
        Some(Action::Debug) => (Code::Debug, 0),
    }
}
