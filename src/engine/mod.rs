//! The pure engine: every decision of the agent, and nothing that touches a host.
//!
//! Leaves know nothing of each other; [`agent`] is the only conductor.

pub mod action;
pub mod agent;
pub mod clock;
pub mod config;
pub mod context;
pub mod dropped;
pub mod encode;
pub mod event;
pub mod ids;
pub mod inflight;
pub mod method;
pub mod naming;
pub mod propagation;
pub mod queue;
pub mod retry;
pub mod rules;
pub mod sampling;
pub mod span;
pub mod text;
pub mod timing;
pub mod url;
