//! `GET /api/…`: reading back what is stored. docs/gateway/openapi.json describes every answer.

pub mod absent;
pub mod facets;
pub mod live;
pub mod openapi;
mod parameters;
pub mod requests;
pub mod sessions;
pub mod topology;
pub mod traces;
