//! `GET /api/…`: reading back what is stored. docs/gateway/openapi.json describes every answer.

pub mod facets;
pub mod live;
pub mod openapi;
mod parameters;
pub mod requests;
pub mod sessions;
pub mod topology;
pub mod traces;

use super::problem::Problem;
use crate::store::StoreError;

/// In place of the view where nothing is kept.
pub async fn nothing() -> Problem {
    StoreError::Absent.into()
}
