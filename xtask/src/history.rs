//! `cargo xtask history`: how fast Krait was, commit by commit.
//!
//! `benches/history.csv` has a line for each benchmark of each measurement: `commit,program,time,first,memory`,
//! ratios to CPython 3.14 measured in the same run, below 1 is better. `time` is the steady state, `first` the
//! first iteration, `memory` the peak. `--add RESULTS.JSON` appends a run of the benchmark driver; without it
//! the file is drawn as SVG: the geometric means above, below a small chart for each program.

mod chart;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

use crate::Outcome;
use crate::files;
use crate::tools::take_option;

const FILE: &str = "benches/history.csv";
const HEAD: &str = "commit,program,time,first,memory\n";

/// What is measured of a program: ratios to CPython's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratios {
    pub time: f64,
    pub first: f64,
    pub memory: f64,
}

/// The programs of one measurement.
#[derive(Debug)]
pub struct Measurement {
    pub commit: String,
    pub programs: BTreeMap<String, Ratios>,
}

pub fn run(words: &[String]) -> Outcome {
    let mut words = words.to_vec();
    let added = take_option(&mut words, "--add");
    let interpreter = take_option(&mut words, "--interpreter").unwrap_or_else(|| "krait".into());
    let commit = take_option(&mut words, "--commit");
    let output = take_option(&mut words, "--output");
    if let Some(word) = words.first() {
        return Err(format!("history: unexpected {word}"));
    }
    let path = files::root().join(FILE);
    let mut text = std::fs::read_to_string(&path).unwrap_or_else(|_| HEAD.to_owned());
    if let Some(results) = added {
        let json = read(Path::new(&results))?;
        let json: Json = serde_json::from_str(&json).map_err(|e| format!("{results}: {e}"))?;
        let commit = match commit {
            Some(commit) => commit,
            None => head()?,
        };
        append(&mut text, &commit, &ratios(&json, &interpreter)?);
        return write(&path, &text);
    }
    let output = output.map_or_else(|| files::root().join("target/history.svg"), Into::into);
    let history = parse(&text)?;
    for (measurement, mean) in history.iter().zip(means(&history)) {
        println!(
            "{}: time {:.2}, first iteration {:.2}, memory {:.2}",
            measurement.commit, mean.time, mean.first, mean.memory
        );
    }
    write(&output, &chart::draw(&history))?;
    println!("drawn: {}", output.display());
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn write(path: &Path, text: &str) -> Outcome {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    std::fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))
}

/// The commit that the working tree stands on, shortened.
fn head() -> Result<String, String> {
    let mut git = Command::new("git");
    git.args(["rev-parse", "--short=10", "HEAD"]);
    let output = git.current_dir(files::root()).output();
    let output = output.map_err(|e| format!("git: {e}"))?;
    let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (!name.is_empty())
        .then_some(name)
        .ok_or("history: no commit; give one with --commit".into())
}

/// The ratios in a report of the driver, of the benchmarks that both interpreters finished.
fn ratios(report: &Json, interpreter: &str) -> Result<BTreeMap<String, Ratios>, String> {
    let baseline = report["baseline"]
        .as_str()
        .ok_or("the report names no baseline")?;
    let cases = report["cases"]
        .as_object()
        .ok_or("the report has no cases")?;
    let mut found = BTreeMap::new();
    for case in cases.values() {
        let benchmarks = |name: &str| case[name]["benchmarks"].as_object();
        let (Some(theirs), Some(ours)) = (benchmarks(baseline), benchmarks(interpreter)) else {
            continue;
        };
        for (name, ours) in ours {
            let Some(theirs) = theirs.get(name) else {
                continue;
            };
            let ratio = |key| Some(median(ours, key)? / median(theirs, key)?);
            if let (Some(time), Some(first), Some(memory)) =
                (ratio("median"), ratio("first"), ratio("peak_rss_kib"))
            {
                found.insert(
                    name.clone(),
                    Ratios {
                        time,
                        first,
                        memory,
                    },
                );
            }
        }
    }
    if found.is_empty() {
        return Err(format!(
            "the report has no benchmark of {interpreter} and {baseline}"
        ));
    }
    Ok(found)
}

/// The median over the rounds.
fn median(rounds: &Json, key: &str) -> Option<f64> {
    let rounds = rounds.as_array()?.iter();
    let mut values: Vec<f64> = rounds.filter_map(|round| round[key].as_f64()).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn append(text: &mut String, commit: &str, programs: &BTreeMap<String, Ratios>) {
    for (program, r) in programs {
        let _ = writeln!(
            text,
            "{commit},{program},{:.3},{:.3},{:.3}",
            r.time, r.first, r.memory
        );
    }
}

/// The measurements, in the order of the file.
fn parse(text: &str) -> Result<Vec<Measurement>, String> {
    let mut history: Vec<Measurement> = Vec::new();
    for (i, line) in text.lines().enumerate().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |i: usize| fields.get(i)?.parse::<f64>().ok().filter(|n| *n > 0.0);
        let (Some(time), Some(first), Some(memory)) = (number(2), number(3), number(4)) else {
            return Err(format!("{FILE}:{}: not a line of ratios", i + 1));
        };
        if history.last().is_none_or(|last| last.commit != fields[0]) {
            history.push(Measurement {
                commit: fields[0].to_owned(),
                programs: BTreeMap::new(),
            });
        }
        if let Some(last) = history.last_mut() {
            let ratios = Ratios {
                time,
                first,
                memory,
            };
            last.programs.insert(fields[1].to_owned(), ratios);
        }
    }
    Ok(history)
}

/// The geometric means over the programs that are in all measurements.
pub fn means(history: &[Measurement]) -> Vec<Ratios> {
    let mut common: BTreeSet<&String> = history.iter().flat_map(|m| m.programs.keys()).collect();
    common.retain(|name| history.iter().all(|m| m.programs.contains_key(*name)));
    let mean = |m: &Measurement, part: fn(&Ratios) -> f64| {
        let logs: f64 = common
            .iter()
            .map(|name| part(&m.programs[*name]).ln())
            .sum();
        (logs / common.len() as f64).exp()
    };
    let all = |m| Ratios {
        time: mean(m, |r| r.time),
        first: mean(m, |r| r.first),
        memory: mean(m, |r| r.memory),
    };
    history.iter().map(all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_becomes_lines_that_are_read_again() {
        let report = r#"{"baseline": "a", "cases": {
            "x": {"a": {"benchmarks": {"x": [{"median": 2.0, "first": 4.0, "peak_rss_kib": 10}]}},
                  "b": {"benchmarks": {"x": [{"median": 1.0, "first": 1.0, "peak_rss_kib": 20}]}}},
            "y": {"a": {"benchmarks": {"y": [{"median": 2.0, "first": 4.0, "peak_rss_kib": 10}]}},
                  "b": {"benchmarks": {}}}}}"#;
        let report: Json = serde_json::from_str(report).expect("valid JSON");
        let mut text = HEAD.to_owned();
        append(
            &mut text,
            "c0ffee",
            &ratios(&report, "b").expect("a benchmark in both"),
        );
        assert_eq!(text, format!("{HEAD}c0ffee,x,0.500,0.250,2.000\n"));
        let history = parse(&text).expect("lines of ratios");
        assert_eq!(history.len(), 1);
        let expected = Ratios {
            time: 0.5,
            first: 0.25,
            memory: 2.0,
        };
        assert_eq!(history[0].programs["x"], expected);
        assert_eq!(means(&history), [expected]);
        assert!(ratios(&report, "c").is_err());
        assert!(parse("head\nc,x,1,2\n").is_err());
    }

    #[test]
    fn means_are_over_what_all_measurements_have() {
        let text = "head\nc,x,0.5,1,1\nc,y,9,9,9\nd,x,2,1,1\n";
        let history = parse(text).expect("lines of ratios");
        let times: Vec<f64> = means(&history).iter().map(|m| m.time).collect();
        assert_eq!(times, [0.5, 2.0]);
        assert!(chart::draw(&history).contains("<svg"));
    }
}
