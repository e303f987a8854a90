//! CPython's own tests, and the ratchet over them.
//!
//! The tests and the runner that runs them are not part of the project: both are given by path. The
//! runner is called as `RUNNER --tests FOLDER --json FILE [...] -- KRAIT` and writes the outcome of
//! every test. `conformance/expected.toml` says, for each unit (a file of tests), how many pass, and
//! which ones that pass on CPython do not, with the reason. A run fails where it is worse than the
//! file, and shrinks the file where it is better.
//!
//! What a run was for the first time worse at, or units that the file does not know yet, are admitted
//! with `--admit REASON`. That needs the runner's results of CPython itself (`--ceiling`, by default
//! `ceiling.json` beside the runner), to tell what CPython does not pass either.

mod expected;
mod report;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::tools::{execute, krait, take_flag, take_option};
use crate::{Outcome, files};
use expected::Expected;
use report::Report;

const EXPECTED: &str = "conformance/expected.toml";
/// The reason given to tests that the ceiling lacks.
const NOT_ON_CPYTHON: &str = "CPython 3.14 does not pass it here either";

pub fn run(words: &[String]) -> Outcome {
    let mut words = words.to_vec();
    let runner = take_option(&mut words, "--runner").ok_or("conformance: --runner is missing")?;
    let tests = take_option(&mut words, "--tests").ok_or("conformance: --tests is missing")?;
    let admit = take_option(&mut words, "--admit");
    let ceiling = take_option(&mut words, "--ceiling").map_or_else(
        || Path::new(&runner).with_file_name("ceiling.json"),
        PathBuf::from,
    );
    let plain = take_flag(&mut words, "--plain");
    let command = match take_option(&mut words, "--krait") {
        Some(command) => command,
        None if plain => krait(&[])?.display().to_string(),
        None => krait(&["--features", "test-modules"])?
            .display()
            .to_string(),
    };
    let json = std::env::temp_dir().join(format!("krait-conformance-{}.json", std::process::id()));
    let markdown = json.with_extension("md");
    let mut call = Command::new("python3");
    call.arg(runner).arg("--tests").arg(tests);
    call.arg("--json").arg(&json);
    call.arg("--markdown").arg(&markdown);
    call.args(&words).arg("--").args(command.split_whitespace());
    execute(&mut call)?;
    println!("The report: {}", markdown.display());
    let partial = words.iter().any(|word| word == "--only");
    if plain || partial {
        println!("Nothing is compared: the expectations are for whole units with test modules.");
        return Ok(());
    }
    let found = Report::read(&json)?;
    let ceiling = admit
        .is_some()
        .then(|| Report::read(&ceiling))
        .transpose()?;
    compare(&found, admit.as_deref().zip(ceiling.as_ref()))
}

/// Holds `found` against the file and writes the file anew where that is a step forward.
fn compare(found: &Report, admit: Option<(&str, &Report)>) -> Outcome {
    let path = files::root().join(EXPECTED);
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{EXPECTED}: {e}"))?;
    let mut expected = Expected::parse(&text)?;
    if let Some((reason, ceiling)) = admit {
        expected.admit(found, ceiling, reason);
    }
    let worse = regressions(&expected, found);
    let gained = expected.shrink(found);
    println!("{gained} tests pass that were not expected to");
    if !worse.is_empty() {
        return Err(format!(
            "{}\n{} regressions; {EXPECTED} is as it was",
            worse.join("\n"),
            worse.len()
        ));
    }
    std::fs::write(&path, expected.render()).map_err(|e| e.to_string())
}

/// What is worse in `found` than expected, a line each. Units that the file does not know say nothing.
fn regressions(expected: &Expected, found: &Report) -> Vec<String> {
    let listed: BTreeSet<&String> = expected.listed().collect();
    let mut lines = Vec::new();
    for (name, unit) in &found.units {
        let Some(&before) = expected.passing.get(name) else {
            continue;
        };
        if listed.contains(name) && unit.problem.is_some() {
            continue;
        }
        if let Some(problem) = &unit.problem {
            lines.push(format!("{name}: {problem}"));
            continue;
        }
        let unexpected = unit.failed.iter().filter(|(id, _)| !listed.contains(id));
        lines.extend(unexpected.map(|(id, how)| format!("{id}: {how}")));
        let now = unit.passed.len();
        if now < before {
            lines.push(format!("{name}: {now} tests pass, {before} did"));
        }
    }
    lines
}

impl Expected {
    /// Enters the units of `found` with all that does not pass in them, under `reason`.
    fn admit(&mut self, found: &Report, ceiling: &Report, reason: &str) {
        let known: BTreeSet<String> = self.listed().cloned().collect();
        let nothing = BTreeSet::new();
        for (name, unit) in &found.units {
            self.passing.insert(name.clone(), unit.passed.len());
            let possible = ceiling.units.get(name).map_or(&nothing, |u| &u.passed);
            let mut add = |reason: &str, id: &String| {
                if !known.contains(id) {
                    let ids = self.reasons.entry(reason.to_owned()).or_default();
                    ids.insert(id.clone());
                }
            };
            if unit.problem.is_some() {
                add(reason, name);
                continue;
            }
            possible
                .difference(&unit.passed)
                .for_each(|id| add(reason, id));
            let others = unit.failed.keys().filter(|id| !possible.contains(*id));
            others.for_each(|id| add(NOT_ON_CPYTHON, id));
        }
    }

    /// Forgets what passes now, and says how much that is.
    fn shrink(&mut self, found: &Report) -> usize {
        let mut gained = 0;
        for (name, unit) in &found.units {
            let Some(passing) = self.passing.get_mut(name) else {
                continue;
            };
            *passing = (*passing).max(unit.passed.len());
            let gone =
                |id: &String| unit.passed.contains(id) || (id == name && unit.problem.is_none());
            for ids in self.reasons.values_mut() {
                let before = ids.len();
                ids.retain(|id| !gone(id));
                gained += before - ids.len();
            }
        }
        self.reasons.retain(|_, ids| !ids.is_empty());
        gained
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CEILING: &str = r#"{"units": {
        "test_a": {"module": "test_a", "results": {".T": {"ok": ["p", "q", "r", "s"]}}},
        "test_b": {"module": "test_b", "results": {".T": {"ok": ["p"]}}}}}"#;

    fn report(a: &str) -> Report {
        let text = format!(
            r#"{{"units": {{"test_a": {{"module": "test_a", "results": {{".T": {a}}},
                "messages": {{"test_a.T.r": "why"}}}},
                "test_b": {{"module": "test_b", "problem": "no module c"}}}}}}"#
        );
        Report::parse(&text).expect("a report")
    }

    fn expected() -> Expected {
        let mut expected = Expected::default();
        let found = report(r#"{"ok": ["p", "q"], "fail": ["r", "w"], "skip": ["s", "win"]}"#);
        let ceiling = Report::parse(CEILING).expect("a report");
        expected.admit(&found, &ceiling, "because");
        expected
    }

    #[test]
    fn admits_what_does_not_pass() {
        let expected = expected();
        let because: Vec<&String> = expected.reasons["because"].iter().collect();
        assert_eq!(because, ["test_a.T.r", "test_a.T.s", "test_b"]);
        assert!(expected.reasons[NOT_ON_CPYTHON].contains("test_a.T.w"));
        assert_eq!(expected.passing["test_a"], 2);
        assert_eq!(Expected::parse(&expected.render()).as_ref(), Ok(&expected));
    }

    #[test]
    fn sees_failures_and_tests_that_vanish() {
        let expected = expected();
        let same = report(r#"{"ok": ["p", "q"], "fail": ["r", "w"]}"#);
        assert!(regressions(&expected, &same).is_empty());
        let failing = report(r#"{"ok": ["p"], "error": ["q"]}"#);
        assert_eq!(
            regressions(&expected, &failing),
            ["test_a.T.q: error", "test_a: 1 tests pass, 2 did"]
        );
        let fewer = report(r#"{"ok": ["p"], "skip": ["q"]}"#);
        assert_eq!(regressions(&expected, &fewer).len(), 1);
    }

    #[test]
    fn forgets_what_passes() {
        let mut expected = expected();
        let better = report(r#"{"ok": ["p", "q", "r", "s"]}"#);
        assert!(regressions(&expected, &better).is_empty());
        assert_eq!(expected.shrink(&better), 2);
        assert_eq!(expected.passing["test_a"], 4);
        assert_eq!(expected.reasons["because"].len(), 1);
    }
}
