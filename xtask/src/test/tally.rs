//! Counts what passed and failed, from the output of the test runners.

use std::fmt;
use std::ops::Add;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
}

impl Tally {
    pub const SUCCESS: Self = Self { passed: 1, failed: 0 };
    pub const FAILURE: Self = Self { passed: 0, failed: 1 };

    pub fn check(success: bool) -> Self {
        if success { Self::SUCCESS } else { Self::FAILURE }
    }

    /// The sum of cargo's lines `test result: ok. 3 passed; 0 failed; …`. wasm-bindgen's runner prints the same.
    pub fn of_cargo(text: &str) -> Self {
        let results = text.lines().filter_map(|line| line.split_once("test result: ")).map(|(_, result)| result);
        results.fold(Self::default(), |sum, result| {
            sum + Self { passed: number_before(result, "passed"), failed: number_before(result, "failed") }
        })
    }

    /// The sums that Node's test runner prints at its end, in either of its styles: `ℹ pass 3` and `# pass 3`.
    pub fn of_node(text: &str) -> Self {
        let count = |what: &str| {
            let lines = text.lines().filter_map(|line| line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")));
            lines.filter_map(|line| line.strip_prefix(what)?.strip_prefix(' ')?.parse::<usize>().ok()).sum::<usize>()
        };
        Self { passed: count("pass"), failed: count("fail") + count("cancelled") }
    }

    /// A runner can fail without a failed test, at compiling for example. That counts as one failure.
    pub fn and_exit(self, success: bool) -> Self {
        if success || self.failed > 0 { self } else { self + Self::FAILURE }
    }

    /// A step without a single test is a failure: nothing was checked.
    pub fn or_failure_if_empty(self) -> Self {
        if self != Self::default() {
            return self;
        }
        println!("error: this step ran not a single test");
        Self::FAILURE
    }
}

fn number_before(text: &str, word: &str) -> usize {
    let words: Vec<&str> = text.split([' ', ';', '.']).filter(|part| !part.is_empty()).collect();
    let pair = words.windows(2).find(|pair| pair.last() == Some(&word));
    pair.and_then(|pair| pair.first()?.parse().ok()).unwrap_or_default()
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_says_one_line_per_binary() {
        let text = "running 3 tests\n...\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n\n\
                    test result: FAILED. 20 passed; 2 failed; 0 ignored; finished in 0.5s\n";
        assert_eq!(Tally::of_cargo(text), Tally { passed: 23, failed: 2 });
        assert_eq!(Tally::of_cargo("error: could not compile"), Tally::default());
    }

    #[test]
    fn node_says_its_sums_in_two_styles() {
        assert_eq!(
            Tally::of_node("✔ loads (3ms)\nℹ tests 5\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\n"),
            Tally { passed: 3, failed: 2 }
        );
        assert_eq!(Tally::of_node("# tests 4\n# pass 4\n# fail 0\n# passing by\n"), Tally { passed: 4, failed: 0 });
    }

    #[test]
    fn a_failed_exit_and_an_empty_step_count_as_one_failure() {
        assert_eq!(Tally::default().and_exit(false), Tally::FAILURE);
        assert_eq!(Tally { passed: 3, failed: 1 }.and_exit(false), Tally { passed: 3, failed: 1 });
        assert_eq!(Tally::default().or_failure_if_empty(), Tally::FAILURE);
        assert_eq!(Tally::SUCCESS.or_failure_if_empty(), Tally::SUCCESS);
    }
}
