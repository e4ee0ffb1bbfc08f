//! Which requests are traced, and which sessions are recorded: shares, each decided once.

use super::text::parse_hex;

/// Whether a request is sampled at `percent` (0 to 100), given a random `fraction` in `[0, 1)`.
///
/// `0` never samples and `100` always does, whatever the fraction.
pub fn sampled(percent: f64, fraction: f64) -> bool {
    fraction * 100.0 < percent
}

/// The fraction in `[0, 1)` that belongs to a session: the same in every tab and after every reload, so
/// that a session is recorded whole or not at all, and one that is recorded at a share of 0.1 is also recorded at 0.5.
/// Session ids are random hex: their first digits serve as the fraction.
pub fn session_fraction(id: &str) -> f64 {
    let mut digits = [0; 4];
    parse_hex(&mut digits, id, 0);
    f64::from(u32::from_be_bytes(digits)) / 4_294_967_296.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ids::Entropy;

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

    #[test]
    fn sessions_are_spread_evenly_and_a_session_keeps_its_fraction() {
        const SESSIONS: u32 = 20_000;
        let mut entropy = Entropy::default();
        entropy.feed(&[7; 64]);
        let fractions: Vec<f64> = (0..SESSIONS).map(|_| session_fraction(entropy.hex::<16>().as_str())).collect();
        for share in [0.01, 0.1, 0.5, 0.9] {
            let recorded = fractions.iter().filter(|fraction| **fraction < share).count() as f64 / f64::from(SESSIONS);
            assert!((recorded - share).abs() < 0.01, "{recorded} of {share}");
        }
        for (id, fraction) in [("00000000ff", 0.0), ("80000000", 0.5), ("c0000000", 0.75), ("", 0.0)] {
            assert_eq!(session_fraction(id), fraction);
        }
        assert!(fractions.iter().all(|fraction| (0.0..1.0).contains(fraction)));
    }
}
