//! The tables of the documentation say what the engine does.

use std::collections::BTreeSet;

use tracebeam::engine::config::FIELDS;

/// A file of the checkout.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn the_option_table_names_the_defaults_that_warnings_name() {
    let table = read("docs/options.md");
    for field in &FIELDS {
        let row = table
            .lines()
            .find(|line| line.starts_with(&format!("| `{}` |", field.path)))
            .unwrap_or_else(|| panic!("docs/options.md: no row for {}", field.path));
        let default = row.split(" | ").nth(2).unwrap_or("").trim_matches('`');
        let (_, instead) = field.expects.split_once("; using ").unwrap_or(("", "required"));
        let vague = ["what fits", "what fits, or tracecontext", "the defaults", "none", "pid", "the endpoint's own"];
        assert!(
            vague.contains(&instead) || default == instead || default == "required",
            "docs/options.md: {} is {default} here and {instead} in its warning",
            field.path
        );
    }
}

/// Members of `Configuration` in index.d.ts, with those of the objects in it; an object's own line ends in `{`.
fn typed(types: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut parent = "";
    let body = types.split_once("interface Configuration {").unwrap().1;
    for line in body.lines().map(str::trim_end).take_while(|line| *line != "}").map(str::trim) {
        if line.starts_with('}') {
            parent = "";
        }
        let Some((name, rest)) = line.split_once(':') else { continue };
        let name = name.trim_end_matches('?');
        if name.chars().all(char::is_alphanumeric) {
            found.insert(if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") });
            // A type that goes on below is an object, perhaps after other kinds (`tracing`).
            if rest.is_empty() || rest.ends_with('{') {
                parent = name;
            }
        }
    }
    found
}

#[test]
fn the_documents_list_the_options_of_the_engine() {
    let table = read("docs/options.md");
    let rows = table.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()));
    let options: BTreeSet<String> = FIELDS.iter().map(|field| field.path.to_owned()).collect();
    for (path, listed) in
        [("docs/options.md", rows.collect()), ("pkg-template/index.d.ts", typed(&read("pkg-template/index.d.ts")))]
    {
        let missing: Vec<_> = options.difference(&listed).collect();
        let unknown: Vec<_> = listed.difference(&options).collect();
        assert!(missing.is_empty(), "{path} lacks {missing:?} of src/engine/config/fields.rs");
        assert!(unknown.is_empty(), "{path} has {unknown:?}, which src/engine/config/fields.rs lacks");
    }
}

#[test]
fn every_option_has_rows_of_tests() {
    let tables = ["configuration.toml", "remote.toml"].map(|file| read(&format!("tests/testdata/{file}"))).concat();
    for field in &FIELDS {
        let warned = format!("\"{}\"", field.path);
        assert!(tables.contains(&warned), "tests/testdata/configuration.toml: no row warns of {}", field.path);
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

/// What stands between `before` and the next quote, in each line that begins with it.
fn quoted<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines()
        .filter_map(move |line| line.trim_start().strip_prefix(before))
        .filter_map(|rest| rest.split('\'').next())
}

#[test]
fn every_mini_program_host_is_described_and_tested() {
    let (path, realms, page) =
        ("pkg-template/js/miniapp/hosts.js", "tests/miniapp/lib/hosts.mjs", "docs/miniprogram.md");
    let script = read(path);
    // `row('wechat', 'wx', …`
    let hosts: BTreeSet<&str> = quoted(&script, "row('").collect();
    assert!(hosts.contains("wechat"), "{path}: no rows of hosts");
    let script = read(realms);
    let table = script.split("export const HOSTS = {").nth(1).unwrap();
    // Two spaces and no more: `  wechat: {`
    let keys = table.lines().filter_map(|line| line.strip_prefix("  ")).filter_map(|line| line.split_once(": {"));
    let tested: BTreeSet<&str> = keys.map(|(key, _)| key).filter(|key| !key.starts_with(' ')).collect();
    assert_eq!(hosts, tested, "{path} and {realms} have the same hosts");
    let described = read(page).to_lowercase();
    for host in hosts {
        let rows: Vec<&str> = described.lines().filter(|line| line.starts_with("| ") && line.contains(host)).collect();
        assert!(!rows.is_empty(), "{page}: {host} stands in no row of the table of domain lists");
    }
}
