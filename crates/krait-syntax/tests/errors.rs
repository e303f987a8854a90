//! Compares verdicts with those of CPython 3.14 in `errors.txt` (see `regen_errors.py`).
//!
//! `KRAIT_GOLDEN` names another file, `KRAIT_VERBOSE=n` prints the first n differences.

use std::{env, fs};

use krait_syntax::{Mode, Options, parse};

/// Shares of cases that have to agree, in per mille: they may only rise.
const ACCEPTANCE: usize = 999;
const MESSAGES: usize = 999;
const POSITIONS: usize = 999;

#[derive(Default)]
struct Tally {
    cases: usize,
    errors: usize,
    verdicts: usize,
    messages: usize,
    positions: usize,
}

#[test]
fn errors_agree_with_cpython() {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/errors.txt");
    let path = env::var("KRAIT_GOLDEN").unwrap_or_else(|_| default.to_owned());
    let verbose = env::var("KRAIT_VERBOSE").ok().and_then(|n| n.parse().ok());
    let golden = fs::read_to_string(path).expect("the golden file is readable");
    let mut tally = Tally::default();
    let mut left = verbose.unwrap_or(0usize);
    for line in golden.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let Some(difference) = tally.compare(&fields) else {
            continue;
        };
        if left > 0 {
            left -= 1;
            println!(
                "{}\n  CPython {}\n  Krait   {difference}",
                fields[1],
                fields[2..].join(" | ")
            );
        }
    }
    println!(
        "{} cases ({} errors): {} verdicts, {} messages, {} positions agree",
        tally.cases, tally.errors, tally.verdicts, tally.messages, tally.positions
    );
    assert!(tally.verdicts * 1000 >= tally.cases * ACCEPTANCE);
    assert!(tally.messages * 1000 >= tally.errors * MESSAGES);
    assert!(tally.positions * 1000 >= tally.errors * POSITIONS);
}

impl Tally {
    /// Counts a case; a difference is described.
    fn compare(&mut self, fields: &[&str]) -> Option<String> {
        let mode = match fields[0] {
            "exec" => Mode::Exec,
            "eval" => Mode::Eval,
            _ => Mode::Single,
        };
        self.cases += 1;
        let outcome = parse(unescape(fields[1]), &Options::new(mode));
        let expect_error = fields[2] != "ok";
        self.errors += usize::from(expect_error);
        let error = match outcome {
            Ok(_) if expect_error => return Some("ok".to_owned()),
            Ok(_) => {
                self.verdicts += 1;
                return None;
            }
            Err(error) => error,
        };
        let number = |n: Option<i32>| n.map_or("None".to_owned(), |n| n.to_string());
        let position = if error.located {
            vec![
                error.lineno.to_string(),
                error.offset.to_string(),
                number(error.end_lineno.map(|n| n as i32)),
                number(error.end_offset),
            ]
        } else {
            vec!["None".to_owned(); 4]
        };
        let said = format!(
            "{} | {} | {}",
            error.kind.class_name(),
            error.msg,
            position.join(" | ")
        );
        if !expect_error {
            return Some(said);
        }
        self.verdicts += 1;
        let same_message = error.kind.class_name() == fields[2] && error.msg == unescape(fields[3]);
        let same_position = position == fields[4..];
        self.messages += usize::from(same_message);
        self.positions += usize::from(same_message && same_position);
        (!same_message || !same_position).then_some(said)
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('u') => {
                let code: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
                let code = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                out.push(code.expect("a code point"));
            }
            other => out.extend(other),
        }
    }
    out
}
