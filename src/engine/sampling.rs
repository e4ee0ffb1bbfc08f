//! Which requests are traced: a share in percent, decided once per request.

/// Whether a request is sampled at `percent` (0 to 100), given a random `fraction` in `[0, 1)`.
///
/// `0` never samples and `100` always does, whatever the fraction.
pub fn sampled(percent: f64, fraction: f64) -> bool {
    fraction * 100.0 < percent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_exact_and_the_middle_is_a_share() {
        for (percent, fraction, expected) in [
            (0.0, 0.0, false),
            (100.0, 0.999_999_9, true),
            (60.0, 0.599, true),
            (60.0, 0.6, false),
            (0.5, 0.004, true),
            (0.5, 0.006, false),
        ] {
            assert_eq!(sampled(percent, fraction), expected, "{percent} {fraction}");
        }
    }
}
