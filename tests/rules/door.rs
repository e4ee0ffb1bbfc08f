//! The numbers that cross between JavaScript and the engine stand twice: in src/door.rs and in core/door.js. A number in one
//! file only, or with another value there, is a call that does nothing, or something else.

use std::collections::BTreeMap;

use tracebeam::door::{ACTION_BITS, Action, Answer, Failure, Interface, KIND, Signal, Start, Word};

use super::docs::read;

const HOST: &str = "pkg-template/js/core/door.js";

/// Numbers that JavaScript does not name; src/door.rs says why.
const UNNAMED: [&str; 6] = [
    "ACTION_NONE",
    "ACTION_SEND_HIDDEN",
    "INTERFACE_REQUEST",
    "INTERFACE_HTTP_REQUEST",
    "INTERFACE_UPLOAD_FILE",
    "INTERFACE_DOWNLOAD_FILE",
];

/// `NotTaken` is `NOT_TAKEN`.
fn upper_snake(name: &str) -> String {
    let words = name.split_inclusive(|_: char| true).map(|letter| match letter {
        upper if upper.chars().all(char::is_uppercase) => format!("_{upper}"),
        lower => lower.to_uppercase(),
    });
    words.collect::<String>().trim_start_matches('_').to_owned()
}

fn engine() -> BTreeMap<String, u32> {
    let enums = [
        ("WORD", Word::ALL),
        ("SIGNAL", Signal::ALL),
        ("ACTION", Action::ALL),
        ("FAILURE", Failure::ALL),
        ("START", Start::ALL),
        ("INTERFACE", Interface::ALL),
        ("ANSWER", Answer::ALL),
    ];
    let variants = enums.into_iter().flat_map(|(prefix, all)| {
        all.iter().map(move |(name, number)| (format!("{prefix}_{}", upper_snake(name)), *number))
    });
    variants.chain([("ACTION_BITS".to_owned(), ACTION_BITS), ("KIND".to_owned(), KIND)]).collect()
}

/// Lines of the form `export const WORD_HELD = 64;`. A function is no number.
fn host(script: &str) -> BTreeMap<String, u32> {
    let lines = script.lines().filter_map(|line| line.strip_prefix("export const ")?.split_once(" = "));
    lines.filter_map(|(name, value)| Some((name.to_owned(), value.split(';').next()?.parse().ok()?))).collect()
}

#[test]
fn both_sides_of_the_door_have_the_same_numbers() {
    let (engine, host) = (engine(), host(&read(HOST)));
    for (name, number) in &host {
        assert_eq!(engine.get(name), Some(number), "{HOST}: `{name}` has another number in src/door.rs, or none");
        assert!(!UNNAMED.contains(&name.as_str()), "`{name}` is said to have no name in JavaScript, and {HOST} has it");
    }
    for name in engine.keys().filter(|name| !UNNAMED.contains(&name.as_str())) {
        assert!(host.contains_key(name), "{HOST}: `{name}` is missing here, or in UNNAMED of tests/rules/door.rs");
    }
}
