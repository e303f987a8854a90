//! `conformance/expected.toml`: `[passing]` counts tests by unit, `[reasons]` lists those that do not
//! pass (or whole units, by their names) under the reason.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

const HEAD: &str = "\
# What CPython 3.14's own tests find missing, with the feature `test-modules`. Written by
# `cargo xtask conformance`, which fails when fewer tests pass and takes out what does. Reasons are
# written by hand: `--admit REASON` enters what is new.

";

#[derive(Debug, Default, PartialEq)]
pub struct Expected {
    /// How many tests of a unit pass.
    pub passing: BTreeMap<String, usize>,
    /// Tests that do not pass here though they do on CPython, or units that cannot be loaded.
    pub reasons: BTreeMap<String, BTreeSet<String>>,
}

impl Expected {
    pub fn parse(text: &str) -> Result<Expected, String> {
        let table: Table = text.parse().map_err(|e| format!("expected.toml: {e}"))?;
        let section = |name: &str| table.get(name).and_then(Value::as_table);
        let mut expected = Expected::default();
        for (unit, count) in section("passing").into_iter().flatten() {
            let count = count.as_integer().and_then(|n| usize::try_from(n).ok());
            let count = count.ok_or_else(|| format!("expected.toml: {unit} has no count"))?;
            expected.passing.insert(unit.clone(), count);
        }
        for (reason, ids) in section("reasons").into_iter().flatten() {
            let ids = ids.as_array().into_iter().flatten();
            let ids = ids.filter_map(|id| Some(id.as_str()?.to_owned()));
            expected.reasons.insert(reason.clone(), ids.collect());
        }
        Ok(expected)
    }

    pub fn render(&self) -> String {
        let count = |(unit, &n): (&String, &usize)| (unit.clone(), Value::Integer(n as i64));
        let passing: Table = self.passing.iter().map(count).collect();
        let strings = |ids: &BTreeSet<String>| ids.iter().cloned().map(Value::String).collect();
        let reason = |(reason, ids): (&String, &BTreeSet<String>)| {
            (reason.clone(), Value::Array(strings(ids)))
        };
        let reasons: Table = self.reasons.iter().map(reason).collect();
        let sections = [("passing", passing), ("reasons", reasons)];
        let all: Table = sections
            .map(|(name, table)| (name.to_owned(), Value::Table(table)))
            .into_iter()
            .collect();
        let text = toml::to_string_pretty(&all);
        HEAD.to_owned() + &text.expect("strings and numbers can be written as TOML")
    }

    /// The tests and units of all reasons.
    pub fn listed(&self) -> impl Iterator<Item = &String> {
        self.reasons.values().flatten()
    }
}
