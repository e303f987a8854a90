//! Compile-stage SyntaxErrors: message and position as CPython 3.14 has them.

use krait_compiler::{CompileError, CompileOptions, compile};
use krait_syntax::{Mode, Options, parse};

/// `message line offset end_line end_offset`, or None if the source compiles.
fn outcome(source: &str) -> Option<String> {
    let parsed = parse(source.to_owned(), &Options::new(Mode::Exec)).ok()?;
    match compile(&parsed, "<test>", &CompileOptions::new(Mode::Exec)) {
        Ok((code, _)) => {
            krait_bytecode::verify(&code).expect("verified");
            Some("OK".to_owned())
        }
        Err(CompileError::Syntax(e) | CompileError::Scopes(e)) => Some(format!(
            "{} {} {} {} {}",
            e.msg,
            e.lineno,
            e.offset,
            e.end_lineno.unwrap_or(0),
            e.end_offset.unwrap_or(0)
        )),
        Err(e) => Some(e.to_string()),
    }
}

/// `errors.txt`: pairs of lines, a source (with `\n` escaped) and the outcome.
#[test]
fn messages_and_positions() {
    let table = include_str!("errors.txt");
    let lines: Vec<&str> = table.lines().filter(|l| !l.is_empty()).collect();
    let mut wrong = Vec::new();
    for pair in lines.chunks(2) {
        let source = pair[0].replace("\\n", "\n");
        match outcome(&source) {
            Some(found) if found != pair[1] => {
                wrong.push(format!(
                    "{}\n  wanted {}\n  found  {found}",
                    pair[0], pair[1]
                ));
            }
            _ => {}
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        lines.len() / 2,
        wrong.join("\n")
    );
}
