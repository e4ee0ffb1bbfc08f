//! What the application says about a request, as it comes from the host.

use crate::engine::text::{cut, next_part, parse_number};

/// What the application said about a request (`evaluateApi`), or about an event that it has made (`sendEvent`): the parts of
/// [`Said`] with NUL between.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Revision(pub String);

/// The parts of a [`Revision`], in this order. An empty part was not said; `evaluateApi` leaves the first five empty.
///
/// `url`, `method`, `timestamp`, `traceparent`, `type`, `name`, `message`, `success`, `status_code` as JSON (a number or a
/// string), `duration`, and `properties`: keys and values as JSON, with the byte 1 between.
pub type Said<'a> = [&'a str; 11];

impl Revision {
    /// Its parts.
    #[inline(never)]
    pub fn read(&self) -> Said<'_> {
        let mut said = [""; 11];
        let mut rest = self.0.as_str();
        for part in &mut said {
            *part = next_part(&mut rest, 0);
        }
        said
    }
}

/// The HTTP status that a `status_code` in JSON gives, as a number or in a string; 0 where it gives none.
#[inline(never)]
pub fn http_status(status_code: &str) -> u32 {
    let digits = cut(status_code, b'"').1.map_or(status_code, |text| cut(text, b'"').0);
    let status = parse_number(digits);
    if (100.0..1000.0).contains(&status) { status as u32 } else { 0 }
}
