//! The register table: how many instructions we need for a snippet, and CPython 3.14.

use krait_bytecode::{Code, Instr, Op, instruction_text, instructions, jump_target};
use krait_compiler::{CompileOptions, compile};
use krait_syntax::{Mode, Options, parse};

use crate::Outcome;

/// A statement of a function's body, that function's parameters, and the number of instructions
/// `dis` of CPython 3.14 shows for it (`RESUME` and the return left out).
const STATEMENTS: &[(&str, &str, usize)] = &[
    ("l.append(2)", "l", 5),
    ("l[0] = 3", "l", 4),
    ("x = l[0]", "l", 4),
    ("s.isalnum()", "s", 4),
    ("o.a = 2", "o", 3),
    ("x = o.a", "o", 3),
];

/// The same for a loop: what is done once for each item, iteration and jump included.
const LOOP: (&str, usize) = ("for i in range(2, n+1): f *= i", 6);

pub fn run() -> Outcome {
    println!("| snippet | Krait | CPython 3.14 | Krait's instructions |");
    println!("|---|---|---|---|");
    let body = loop_body(LOOP.0)?;
    row(&format!("{} (a turn of the loop)", LOOP.0), &body, LOOP.1);
    if body.len() > 2 {
        return Err(format!(
            "the loop's body takes {} instructions, not 2",
            body.len()
        ));
    }
    for &(statement, parameters, theirs) in STATEMENTS {
        row(statement, &statement_body(statement, parameters)?, theirs);
    }
    Ok(())
}

fn row(snippet: &str, ours: &[String], theirs: usize) {
    let listing: Vec<String> = ours.iter().map(|text| format!("`{text}`")).collect();
    println!(
        "| `{snippet}` | {} | {theirs} | {} |",
        ours.len(),
        listing.join(" ")
    );
}

/// The only function that `source` defines.
fn function(source: String) -> Result<Code, String> {
    let parsed = parse(source, &Options::new(Mode::Exec)).map_err(|e| e.to_string())?;
    let compiled = compile(&parsed, "<snippet>", &CompileOptions::new(Mode::Exec));
    let (module, _) = compiled.map_err(|e| e.to_string())?;
    let inner = module.consts.iter().find_map(|constant| match constant {
        krait_bytecode::Const::Code(code) => Some((**code).clone()),
        _ => None,
    });
    inner.ok_or_else(|| "the module defines no function".to_owned())
}

fn statement_body(statement: &str, parameters: &str) -> Result<Vec<String>, String> {
    let code = function(format!("def f({parameters}):\n    {statement}\n"))?;
    let empty = function(format!("def f({parameters}):\n    pass\n"))?;
    let around = instructions(&empty.words).count();
    let all: Vec<String> = instructions(&code.words)
        .map(|i| instruction_text(&code, &i))
        .collect();
    // RESUME is never executed.
    Ok(all[1..all.len() + 1 - around].to_vec())
}

/// From the target of the `FOR_ITER` to itself.
fn loop_body(source: &str) -> Result<Vec<String>, String> {
    let code = function(format!("def f(n):\n    f = 1\n    {source}\n"))?;
    let all: Vec<Instr> = instructions(&code.words).collect();
    let last = all
        .iter()
        .position(|i| i.op == Op::ForIter)
        .ok_or("no FOR_ITER")?;
    let target = jump_target(&code.words, &all[last]).ok_or("FOR_ITER does not jump")?;
    let first = all
        .iter()
        .position(|i| i64::try_from(i.pc).is_ok_and(|pc| pc == target))
        .ok_or("FOR_ITER jumps nowhere")?;
    Ok(all[first..=last]
        .iter()
        .map(|i| instruction_text(&code, i))
        .collect())
}
