//! The small pieces, one by one.

use super::*;

fn written(write: impl Fn(&mut Out)) -> String {
    let mut out = Out::default();
    write(&mut out);
    out.as_str().to_owned()
}

#[test]
fn writes_decimals_like_json_would() {
    for (value, text) in [
        (0.0, "0"),
        (7.0, "7"),
        (12.5, "12.5"),
        (0.001, "0.001"),
        (0.0004, "0"),
        (12.3456, "12.346"),
        (999.9999, "1000"),
        (1000.05, "1000.05"),
        (1_790_000_000_123.25, "1790000000123.25"),
        (1_790_000_000_000.0, "1790000000000"),
        (4_000_000_000.0, "4000000000"),
        (-3.0, "0"),
        (f64::NAN, "0"),
    ] {
        assert_eq!(written(|out| out.decimal(value)), text);
    }
}

#[test]
fn writes_nanoseconds() {
    assert_eq!(written(|out| out.nanos(1_790_000_000_123.25)), "1790000000123250000");
    assert_eq!(written(|out| out.nanos(f64::NAN)), "0000000");
}

#[test]
fn writes_hex() {
    assert_eq!(written(|out| out.hex(&[0, 0xa5, 0xff])), "00a5ff");
}

#[test]
fn reads_numbers_as_javascript_writes_them() {
    for (text, number) in [
        ("0", 0.0),
        ("1500000", 1_500_000.0),
        ("60.5", 60.5),
        ("0.25", 0.25),
        ("-1", -1.0),
        ("-0.5", -0.5),
        ("1e-7", 0.0),
        ("-1.5e-7", 0.0),
        ("120000000000000000000", 120_000_000_000_000_000_000.0),
    ] {
        assert_eq!(parse_number(text), number, "{text}");
    }
    for text in ["1e+21", "NaN", "Infinity", " 1", "1x"] {
        assert!(parse_number(text).is_nan(), "{text}");
    }
}

#[test]
fn counts_code_points() {
    for (text, count) in [("", 0), ("abc", 3), ("商品", 2), ("😀", 1)] {
        assert_eq!(characters(text), count);
    }
}

#[test]
fn cuts_and_splits() {
    assert_eq!(cut("a=b=c", b'='), ("a", Some("b=c")));
    assert_eq!(cut("a", b'='), ("a", None));
    assert_eq!(cut("", b'='), ("", None));
    assert_eq!(until("a/b?c", b"?#/"), ("a", "/b?c"));
    assert_eq!(until("商品", b"/"), ("商品", ""));
}
