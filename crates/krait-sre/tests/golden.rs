//! Compares the engine with answers recorded from the reference implementation
//! (`make_golden.py`). `KRAIT_SRE_GOLDEN` names another file of such answers to be run instead.

use std::fmt::Write;

use krait_sre::{Breakpoints, Captures, Method, Program, Scan, Scratch, Subject};

fn unhex(text: &str) -> Vec<u8> {
    if text == "." {
        return Vec::new();
    }
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|d| u8::from_str_radix(std::str::from_utf8(d).unwrap(), 16).unwrap())
        .collect()
}

fn describe(captures: &Captures, subject: &Subject) -> String {
    let mut out = String::new();
    for group in 0..captures.span_count() {
        if group > 0 {
            out.push(';');
        }
        match captures.span(group, subject) {
            Some((from, to)) => write!(out, "{from},{to}").unwrap(),
            None => out.push('-'),
        }
    }
    write!(out, "/{}", captures.lastindex().unwrap_or(0)).unwrap();
    out
}

fn answer(program: &Program, subject: &Subject, method: &str, pos: usize, endpos: usize) -> String {
    let mut poll = || Ok(());
    let once = match method {
        "search" => program.search(subject, pos, endpos, &mut poll),
        "match" => program.match_(subject, pos, endpos, &mut poll),
        "fullmatch" => program.fullmatch(subject, pos, endpos, &mut poll),
        _ => {
            let mut scan = Scan::new(subject, pos, endpos);
            let mut scratch = Scratch::default();
            let mut found = Vec::new();
            while scan
                .step(Method::Search, program, subject, &mut scratch, &mut poll)
                .unwrap()
            {
                found.push(describe(&Captures::of(&scratch, program.groups()), subject));
            }
            return if found.is_empty() {
                "-".to_owned()
            } else {
                found.join("|")
            };
        }
    };
    once.unwrap()
        .map_or("-".to_owned(), |c| describe(&c, subject))
}

/// Runs one "C" line; gives what is wrong.
fn check(program: &Program, fields: &[&str]) -> Option<String> {
    let &[kind, subject, method, pos, endpos, expected] = fields else {
        return Some("malformed case".to_owned());
    };
    let bytes = unhex(subject);
    let index = Breakpoints::new(&bytes);
    let wide = Subject::Wtf8(&bytes, &index);
    let (pos, endpos) = (pos.parse().unwrap(), endpos.parse().unwrap());
    let mut subjects = vec![wide];
    if kind == "b" {
        subjects = vec![Subject::Bytes(&bytes)];
    } else if bytes.is_ascii() {
        // ASCII text is also valid as wide text and must give the same.
        subjects.push(Subject::Ascii(&bytes));
    }
    for (i, subject) in subjects.iter().enumerate() {
        let got = answer(program, subject, method, pos, endpos);
        if got != expected {
            return Some(format!(
                "{fields:?} way {i}: expected {expected}, got {got}"
            ));
        }
    }
    None
}

#[test]
fn golden() {
    let text = match std::env::var_os("KRAIT_SRE_GOLDEN") {
        Some(path) => std::fs::read_to_string(path).unwrap(),
        None => include_str!("golden.txt").to_owned(),
    };
    let mut program = None;
    let mut pattern = "";
    let (mut cases, mut failures) = (0, Vec::new());
    for line in text.lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        match fields[0] {
            "#" => pattern = &line[2..],
            "P" => {
                let code = fields[3]
                    .split(',')
                    .map(|w| u32::from_str_radix(w, 16).unwrap())
                    .collect();
                let flags = fields[1].parse().unwrap();
                match Program::new(code, flags, fields[2].parse().unwrap()) {
                    Ok(p) => program = Some(p),
                    Err(e) => {
                        failures.push(format!("{pattern}: {e}"));
                        program = None;
                    }
                }
            }
            _ => {
                let Some(program) = &program else { continue };
                cases += 1;
                if let Some(wrong) = check(program, &fields[1..]) {
                    failures.push(format!("{pattern} flags {}: {wrong}", program.flags()));
                }
            }
        }
    }
    assert!(cases > 1000, "only {cases} cases");
    for failure in failures.iter().take(40) {
        eprintln!("{failure}");
    }
    assert!(
        failures.is_empty(),
        "{} of {cases} cases fail",
        failures.len()
    );
}
