//! The HTTP side: one file for each endpoint, and what they share.

mod api;
mod body;
mod config;
mod cors;
mod health;
mod otlp;
mod problem;
mod router;
mod rum;
mod www;

pub use router::{Gateway, router};
