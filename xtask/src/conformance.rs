//! CPython's own tests, and the ratchet over them.
//!
//! The tests and the driver that runs them are not part of the project: both are given by path.
//! The driver is called as `DRIVER --tests FOLDER --json FILE [...] -- KRAIT` and writes the
//! outcome of every test. `conformance/expected.toml` holds, for each module, how many tests passed
//! when it was last written. A module may not fall below that; `--update` writes the numbers anew,
//! and only ever upwards.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value as Json;

use crate::tools::{execute, krait, take_flag, take_option};
use crate::{Outcome, files};

const EXPECTED: &str = "conformance/expected.toml";
const HEAD: &str = "# Tests of CPython's suite that pass, by module. Written by\n\
                    # `cargo xtask conformance --update`; the numbers may only grow.\n\n[passing]\n";

pub fn run(words: &[String]) -> Outcome {
    let mut words = words.to_vec();
    let driver = take_option(&mut words, "--driver").ok_or("conformance: --driver is missing")?;
    let tests = take_option(&mut words, "--tests").ok_or("conformance: --tests is missing")?;
    let update = take_flag(&mut words, "--update");
    let command = match take_option(&mut words, "--krait") {
        Some(command) => command,
        None => krait()?.display().to_string(),
    };
    let report =
        std::env::temp_dir().join(format!("krait-conformance-{}.json", std::process::id()));
    let markdown = report.with_extension("md");
    let mut command_line = Command::new("python3");
    command_line
        .arg(driver)
        .arg("--tests")
        .arg(tests)
        .arg("--json")
        .arg(&report)
        .arg("--markdown")
        .arg(&markdown);
    execute(
        command_line
            .args(&words)
            .arg("--")
            .args(command.split_whitespace()),
    )?;
    let text = std::fs::read_to_string(&report).map_err(|e| e.to_string())?;
    let found = passing(&text)?;
    let path = files::root().join(EXPECTED);
    let expected = read_expected(&std::fs::read_to_string(&path).unwrap_or_default());
    let worse = regressions(&expected, &found);
    if update && worse.is_empty() {
        let mut merged = expected;
        merged.extend(found);
        std::fs::write(&path, render(&merged)).map_err(|e| e.to_string())?;
    }
    println!("The report: {}", markdown.display());
    if worse.is_empty() {
        Ok(())
    } else {
        Err(worse.join("\n"))
    }
}

/// How many tests each module passed, by the driver's report: `units` holds `{module, results}`,
/// `results` groups of `{outcome: [test, ...]}`.
fn passing(report: &str) -> Result<BTreeMap<String, u64>, String> {
    let report: Json = serde_json::from_str(report).map_err(|e| format!("the report: {e}"))?;
    let units = report["units"]
        .as_object()
        .ok_or("the report has no units")?;
    let mut passed = BTreeMap::new();
    for unit in units.values() {
        let module = unit["module"].as_str().ok_or("a unit names no module")?;
        let groups = unit["results"]
            .as_object()
            .into_iter()
            .flat_map(|groups| groups.values());
        let ok: usize = groups
            .filter_map(|group| group["ok"].as_array())
            .map(Vec::len)
            .sum();
        *passed.entry(module.to_owned()).or_default() += ok as u64;
    }
    Ok(passed)
}

/// Modules that pass fewer tests than before. One that was not run says nothing.
fn regressions(expected: &BTreeMap<String, u64>, found: &BTreeMap<String, u64>) -> Vec<String> {
    let fewer = |(module, passed): (&String, &u64)| {
        let before = *expected.get(module)?;
        (*passed < before).then(|| format!("{module}: {passed} tests pass, {before} did"))
    };
    found.iter().filter_map(fewer).collect()
}

fn read_expected(text: &str) -> BTreeMap<String, u64> {
    let lines = text.lines().filter_map(|line| line.split_once(" = "));
    lines
        .filter_map(|(name, count)| Some((name.to_owned(), count.parse().ok()?)))
        .collect()
}

fn render(counts: &BTreeMap<String, u64>) -> String {
    let lines = counts
        .iter()
        .map(|(name, count)| format!("{name} = {count}\n"));
    HEAD.to_owned() + &lines.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_tests_that_are_ok() {
        let report = r#"{"units": {
            "test_a.x": {"module": "test_a", "results": {".T": {"ok": ["p", "q"], "fail": ["r"]}}},
            "test_a.y": {"module": "test_a", "results": {".U": {"ok": ["s"]}}},
            "test_b": {"module": "test_b", "problem": "could not be loaded"}}}"#;
        let found = passing(report).expect("a report");
        assert_eq!(found["test_a"], 3);
        assert_eq!(found["test_b"], 0);
    }

    #[test]
    fn the_ratchet_turns_one_way() {
        let expected = read_expected(&render(&BTreeMap::from([("test_a".to_owned(), 3)])));
        assert_eq!(expected["test_a"], 3);
        assert!(regressions(&expected, &BTreeMap::from([("test_a".to_owned(), 4)])).is_empty());
        assert_eq!(
            regressions(&expected, &BTreeMap::from([("test_a".to_owned(), 2)])).len(),
            1
        );
    }
}
