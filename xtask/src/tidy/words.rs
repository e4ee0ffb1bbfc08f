//! Words that only some files may say. A row names the words, where they are looked for, who may say them, and why.

use super::Finding;
use super::source::Source;

/// Which reading of a file a row looks at.
#[derive(Clone, Copy)]
enum Reading {
    /// The code alone.
    Code,
    /// Code and strings: event names, format strings.
    Strings,
}
use Reading::{Code, Strings};

/// A row. Words match whole: `crypto` is not found in `cryptography`. Paths match as prefixes.
struct Rule {
    words: &'static [&'static str],
    reading: Reading,
    within: &'static str,
    except: &'static [&'static str],
    reason: &'static str,
}

const fn rule(
    words: &'static [&'static str],
    reading: Reading,
    within: &'static str,
    except: &'static [&'static str],
    reason: &'static str,
) -> Rule {
    Rule { words, reading, within, except, reason }
}

const JS: &str = "pkg-template/js/";

#[rustfmt::skip]
const RULES: &[Rule] = &[
    // The agent's Rust.
    rule(&["unsafe"], Code, "src/", &[], "no unsafe code in what runs in other people's pages"),
    rule(&["web_sys"], Code, "src/", &["src/host/browser/"], "browser APIs are spoken in one place"),
    rule(&["js_sys", "JsValue", "Closure"], Code, "src/", &["src/host/"], "the engine knows no JavaScript"),
    rule(&["wasm_bindgen"], Code, "src/", &["src/host/exports.rs"], "the whole exported surface is one file"),
    rule(&["std::time", "SystemTime", "Instant", "getrandom", "thread_rng"], Code, "src/", &[],
         "time and randomness are arguments: tests simulate both, and wasm has neither"),
    rule(&["extern crate", "static mut", "lazy_static", "OnceLock", "LazyLock"], Code, "src/engine/", &[],
         "the engine has no state of its own: all of it is in the agent that a host holds"),
    rule(&[".unwrap()", ".expect(", ".unwrap_err()", "panic!", "unreachable!", "todo!", "unimplemented!"], Code, "src/", &[],
         "a panic ends the agent in a page: return, or count the loss"),
    rule(&["assert!", "assert_eq!", "assert_ne!"], Code, "src/", &[], "a failed assertion is a panic"),
    rule(&[":?}", ":#?}", "dbg!"], Strings, "src/", &[], "Debug formatting costs kilobytes in every page"),
    rule(&["HashMap", "HashSet"], Code, "src/", &[],
         "hashing costs kilobytes and wants randomness: the engine's tables are small and bounded, a Vec does"),
    // The agent's JavaScript: each global has an owner.
    rule(&["PerformanceObserver"], Code, JS, &["pkg-template/js/browser/timing.js"], "one observer, in one file"),
    rule(&["sendBeacon"], Strings, JS, &["pkg-template/js/browser/transport.js"], "one way out, in one file"),
    rule(&["localStorage", "sessionStorage"], Strings, JS, &["pkg-template/js/browser/storage.js"],
         "storage throws where cookies are blocked: guarded in one file"),
    rule(&["cookie"], Code, JS, &["pkg-template/js/browser/storage.js"], "storage is one file's business"),
    rule(&["XMLHttpRequest"], Strings, JS, &["pkg-template/js/browser/xhr.js"], "one patch a file"),
    rule(&["WebAssembly"], Strings, JS, &["pkg-template/js/load/"], "how the core starts is the loader's business"),
    rule(&["wx", "my", "dd", "tt", "swan", "ks", "qq"], Code, JS, &["pkg-template/js/miniapp/", "pkg-template/js/entry/"],
         "mini-program hosts stay behind their adapters"),
    rule(&["eval", "Function("], Strings, JS, &[], "a strict Content-Security-Policy forbids it"),
    rule(&["innerHTML", "outerHTML", "document.write", "insertAdjacentHTML"], Strings, JS, &[],
         "Trusted Types forbid it, and an agent draws nothing"),
    rule(&["unload", "beforeunload", "onunload", "onbeforeunload"], Strings, JS, &[],
         "an unload handler throws the page out of the back/forward cache: use pagehide and visibilitychange"),
    rule(&["TextDecoder"], Strings, JS, &["pkg-template/js/core/memory.js"],
         "mini-programs have none: only where there is a way without it"),
    rule(&["TextEncoder"], Strings, JS, &["pkg-template/js/load/decode.js"],
         "mini-programs have none: only where there is a way without it"),
    rule(&["BigInt", "BigInt64Array", "BigUint64Array"], Strings, JS, &[], "missing before iOS 14"),
    rule(&["process", "require"], Code, JS, &[], "bundlers trip over it"),
    rule(&["import.meta"], Code, JS, &["pkg-template/js/entry/module-external.js"],
         "bundlers trip over it, and classic scripts have none"),
    rule(&["console.log", "debugger"], Code, JS, &[], "a page's console is not ours, except for one warning per mistake"),
];

/// Float formatting: a precision in a format string.
const FLOAT_REASON: &str = "float formatting costs kilobytes in every page: write milliseconds by integers";

/// Reports every word out of its place.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        for rule in RULES {
            let applies = source.path.starts_with(rule.within)
                && !rule.except.iter().any(|allowed| source.path.starts_with(allowed));
            if !applies {
                continue;
            }
            let text = match rule.reading {
                Code => &source.code,
                Strings => &source.uncommented,
            };
            for (number, line) in text.lines().enumerate() {
                if let Some(word) = rule.words.iter().find(|word| holds(line, word)) {
                    let place = match rule.except {
                        [] => "is not used here".to_owned(),
                        places => format!("belongs in {}", places.join(" or ")),
                    };
                    findings.push(Finding {
                        path: source.path.clone(),
                        line: number + 1,
                        message: format!("`{word}` {place}: {}", rule.reason),
                    });
                }
            }
        }
        if source.path.starts_with("src/") {
            let lines = source.uncommented.lines().enumerate().filter(|(_, line)| formats_a_float(line));
            findings.extend(lines.map(|(number, _)| Finding {
                path: source.path.clone(),
                line: number + 1,
                message: FLOAT_REASON.to_owned(),
            }));
        }
    }
    findings
}

/// True if the line has the word, and not as a part of a longer one.
fn holds(line: &str, word: &str) -> bool {
    let in_word = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || matches!(char, '_' | '$'));
    let (opens, closes) = (in_word(word.chars().next()), in_word(word.chars().next_back()));
    line.match_indices(word).any(|(at, found)| {
        let before = line.get(..at).and_then(|head| head.chars().next_back());
        let after = line.get(at + found.len()..).and_then(|tail| tail.chars().next());
        !(opens && in_word(before) || closes && in_word(after))
    })
}

/// `{:.1}`, `{x:.3}`, `{:8.2}`, `{:e}`.
fn formats_a_float(line: &str) -> bool {
    line.split('{').skip(1).any(|piece| {
        let Some((_, spec)) = piece.split_once('}').and_then(|(inner, _)| inner.split_once(':')) else { return false };
        spec == "e"
            || spec.split_once('.').is_some_and(|(width, precision)| {
                width.chars().all(|char| char.is_ascii_digit() || "<>^+#".contains(char))
                    && precision.chars().all(|char| char.is_ascii_digit() || char == '*')
                    && !precision.is_empty()
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&[Source::new(path, text)]).len()
    }

    #[test]
    fn a_word_in_its_place_is_silent() {
        let rows = [
            ("src/engine/url.rs", "// unsafe, panic! and JsValue\nlet a = \"unsafe\";", "comments and strings"),
            ("src/engine/url.rs", "#[cfg(test)]\nmod tests { fn f() { x.unwrap(); assert_eq!(1, 1) } }", "tests"),
            ("src/engine/url.rs", "let instant_x = y.unwrap_or(0); let unsafely = 1;", "longer words"),
            ("src/host/exports.rs", "#[wasm_bindgen] pub fn a() {}", "the export file"),
            ("src/host/browser/fetch.rs", "use web_sys::Request;", "the browser's directory"),
            ("gateway/src/main.rs", "x.expect(\"y\"); use std::time::Instant;", "native code"),
            ("pkg-template/js/browser/timing.js", "new PerformanceObserver(f)", "the owner"),
            (
                "pkg-template/js/browser/fetch.js",
                "// eval\nlet evaluated = retrieval; addEventListener('pagehide', f)",
                "none",
            ),
            ("tests/e2e/a.test.mjs", "await page.evaluate(() => eval('1'))", "tests may"),
        ];
        for (path, text, reason) in rows {
            assert_eq!(check(&[Source::new(path, text)]), [], "{reason}");
        }
    }

    #[test]
    fn every_row_finds_each_of_its_words() {
        for rule in RULES {
            for word in rule.words {
                let path =
                    format!("{}somewhere.{}", if rule.within == "src/" { "src/engine/" } else { rule.within }, "rs");
                let text = if word.starts_with(':') { format!("f(\"{{{word}\")") } else { format!("x {word} y") };
                assert!(count(&path, &text) >= 1, "{word}");
            }
        }
    }

    #[test]
    fn a_finding_names_file_line_word_owner_and_reason() {
        let findings = check(&[Source::new("pkg-template/js/hook.js", "let a;\nif (window['localStorage']) {}")]);
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].path.as_str(), findings[0].line), ("pkg-template/js/hook.js", 2));
        for part in ["`localStorage`", "belongs in pkg-template/js/browser/storage.js", "cookies"] {
            assert!(findings[0].message.contains(part), "{}", findings[0].message);
        }
    }

    #[test]
    fn unload_is_found_in_a_string() {
        assert_eq!(count("pkg-template/js/browser/page.js", "addEventListener('unload', f)"), 1);
    }

    #[test]
    fn float_formatting() {
        for line in ["write!(f, \"{:.1}\", x)", "format!(\"{x:.3}\")", "format!(\"{:8.2}\")", "format!(\"{x:e}\")"] {
            assert!(formats_a_float(line), "{line}");
        }
        for line in ["format!(\"{x:02x}\")", "A { b: c.d }", "json!({ a: 1.5 })", "\"{a}.{b}\"", "{ x: ..y }"] {
            assert!(!formats_a_float(line), "{line}");
        }
    }
}
