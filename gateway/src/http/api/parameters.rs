//! Parameters that several endpoints share. A refusal names the parameter.

use axum::{
    extract::{Query, rejection::QueryRejection},
    http::StatusCode,
};

use crate::{
    http::problem::Problem,
    ids::TraceId,
    limits::{PAGE_DEFAULT, PAGE_MAX},
    store::read::{Cursor, Times},
};

/// Parameters, or why they cannot be read. Unknown ones are refused: a filter with a typing error would list everything.
pub type Parameters<T> = Result<Query<T>, QueryRejection>;

pub fn page(limit: Option<u32>) -> u32 {
    limit.unwrap_or(PAGE_DEFAULT).min(PAGE_MAX)
}

/// Ids are pasted by people, so upper case is taken too.
pub fn trace_id(text: &str) -> Result<TraceId, Problem> {
    TraceId::from_hex(&text.to_ascii_lowercase()).ok_or_else(|| bad("trace_id", "must be 32 hex digits, not all zero"))
}

pub fn times(from: Option<f64>, to: Option<f64>) -> Result<Times, Problem> {
    Ok(Times { from_ms: number("from", from)?, to_ms: number("to", to)? })
}

/// JSON and URLs have no other numbers; `inf` and `nan` parse all the same.
pub fn number(name: &str, value: Option<f64>) -> Result<Option<f64>, Problem> {
    match value {
        Some(value) if !(0.0..1e15).contains(&value) => Err(bad(name, "must be a number of milliseconds, 0 or more")),
        value => Ok(value),
    }
}

pub fn cursor(text: Option<&str>) -> Result<Option<Cursor>, Problem> {
    let parse = |text| Cursor::parse(text).ok_or_else(|| bad("cursor", "must be the next of an answer"));
    text.map(parse).transpose()
}

/// A refusal that names the parameter.
pub fn bad(name: &str, reason: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, format!("{name} {reason}"))
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(StatusCode::BAD_REQUEST, rejection.body_text())
    }
}
