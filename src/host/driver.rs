//! The only place that borrows the agent. No borrow outlives a call. No JavaScript runs during a call, because the module imports
//! nothing.

use std::cell::RefCell;

use crate::engine::agent::Agent;
use crate::engine::ids::Entropy;
use crate::engine::text::Out;

/// The agent and the two buffers through which text crosses.
pub struct Host {
    /// `None` until `configure`.
    pub agent: Option<Agent>,
    /// Random bytes that came before `configure`.
    pub entropy: Entropy,
    /// Written by JavaScript before a call.
    pub input: Vec<u8>,
    /// Read by JavaScript after a call.
    pub output: Out,
}

thread_local! {
    static HOST: RefCell<Host> = const { RefCell::new(Host { agent: None, entropy: Entropy::new(), input: Vec::new(), output: Out::new() }) };
}

/// Runs `work` on the host. Returns the default if the host is already borrowed, which no call from JavaScript can cause.
pub fn with<T: Default>(work: impl FnOnce(&mut Host) -> T) -> T {
    HOST.with(|host| host.try_borrow_mut().map(|mut host| work(&mut host)).unwrap_or_default())
}

/// Runs `work` on the agent and the input's first `len` bytes. Returns the default before `configure`.
pub fn with_agent<T: Default>(len: u32, work: impl FnOnce(&mut Agent, &str, &mut Out) -> T) -> T {
    with(|host| {
        let text = host.input.get(..len as usize).and_then(|bytes| std::str::from_utf8(bytes).ok());
        match (&mut host.agent, text) {
            (Some(agent), Some(text)) => work(agent, text, &mut host.output),
            _ => T::default(),
        }
    })
}
