//! The answer in place of the view where nothing is kept.

use crate::{http::problem::Problem, store::StoreError};

/// Says where to look instead.
pub async fn answer() -> Problem {
    StoreError::Absent.into()
}
