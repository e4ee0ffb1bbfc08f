//! The tables of the documentation say what the engine does.

use tracebeam::engine::config::FIELDS;

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn the_option_table_names_the_defaults_that_warnings_name() {
    let table = read("docs/options.md");
    for field in &FIELDS {
        let row = table
            .lines()
            .find(|line| line.starts_with(&format!("| `{}` |", field.path)))
            .unwrap_or_else(|| panic!("no row for {}", field.path));
        let default = row.split(" | ").nth(2).unwrap_or("").trim_matches('`');
        let (_, instead) = field.expects.split_once("; using ").unwrap_or(("", "required"));
        let vague = ["what fits", "what fits, or tracecontext", "the defaults", "none", "pid", "the endpoint's own"];
        assert!(
            vague.contains(&instead) || default == instead || default == "required",
            "{}: {default}, {instead}",
            field.path
        );
    }
}

#[test]
fn every_hint_is_described() {
    let page = read("docs/hints.md");
    let rows = super::host::rows("hints.toml");
    for row in &rows {
        let hint = super::host::text(row, "hint");
        assert!(page.contains(&format!("| `{hint}` |")), "{hint}");
    }
}
