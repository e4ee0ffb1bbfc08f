//! The HTTP side: one file for each endpoint, and what they share.

mod access;
mod api;
mod body;
mod client;
mod config;
mod cors;
mod gateway;
mod health;
mod metrics;
mod origins;
mod otlp;
mod problem;
mod rate;
mod refusals;
mod router;
mod rum;
mod token;
mod www;

pub use gateway::Gateway;
pub use origins::{BadRule, Origins, Rule};
pub use refusals::Refusals;
pub use router::{endpoints, router};
pub use token::Token;
