//! The runner's results: `units` holds `{problem, skipped, results, messages}`; `results` are groups
//! of `{outcome: [test, ...]}`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value as Json;

/// The outcomes of a run by unit.
pub struct Report {
    pub units: BTreeMap<String, Unit>,
}

#[derive(Default)]
pub struct Unit {
    /// Why no test of it was reached.
    pub problem: Option<String>,
    pub passed: BTreeSet<String>,
    /// Tests that failed, crashed or hung, and how.
    pub failed: BTreeMap<String, String>,
}

impl Report {
    pub fn read(path: &Path) -> Result<Report, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        Report::parse(&text)
    }

    pub fn parse(text: &str) -> Result<Report, String> {
        let json: Json = serde_json::from_str(text).map_err(|e| format!("the report: {e}"))?;
        let units = json["units"].as_object();
        let units = units.ok_or("the report has no units")?;
        let units = units
            .iter()
            .map(|(name, unit)| (name.clone(), read(name, unit)));
        Ok(Report {
            units: units.collect(),
        })
    }
}

fn read(name: &str, json: &Json) -> Unit {
    let problem = json["problem"].as_str().or(json["skipped"].as_str());
    let mut unit = Unit {
        problem: problem.map(str::to_owned),
        ..Unit::default()
    };
    for (group, outcomes) in json["results"].as_object().into_iter().flatten() {
        for (outcome, tests) in outcomes.as_object().into_iter().flatten() {
            for test in tests.as_array().into_iter().flatten() {
                let test = test.as_str().unwrap_or_default();
                // A group that starts with a dot continues the unit's name.
                let prefix = if group.starts_with('.') { name } else { "" };
                let id = format!("{prefix}{group}.{test}");
                match outcome.as_str() {
                    "ok" => {
                        unit.passed.insert(id);
                    }
                    "skip" | "xfail" => {}
                    _ => {
                        let message = json["messages"][&id].as_str();
                        let how = message.map_or(outcome.clone(), |m| format!("{outcome}: {m}"));
                        unit.failed.insert(id, how);
                    }
                }
            }
        }
    }
    unit
}
