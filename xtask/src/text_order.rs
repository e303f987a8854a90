//! The order of machine code: what programs run when they start stands together in the executable.
//!
//! A page of the executable counts as memory of the process once it is touched, and the system maps
//! sixteen pages around it with it. Linked in any order, the functions of a start (a seventh of all)
//! touch nearly every such group. `crates/krait-cli/link/start.ld` puts them in front; what it names
//! and no longer exists does no harm, what is missing from it costs a few pages. The list is no part of
//! the project, as it fits one compiler and one state of the sources: who builds an executable to hand
//! out writes it first, from one built with `KRAIT_PLAIN_LINK=1`, and builds again.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::files;

const SCRIPT: &str = "crates/krait-cli/link/start.ld";
/// What every program needs.
const START: &[&[&str]] = &[&["-c", "pass"], &["examples/hello.py"]];
/// What many need.
const COMMON: &[&[&str]] = &[
    &["-c", "import json, re, dataclasses, enum, typing"],
    &["crates/krait-cli/link/typical.py"],
];

/// Writes the linker script anew, by what these executables run.
pub fn run(executables: &[String]) -> Outcome {
    if executables.is_empty() {
        return Err("which executables? They need their symbols.".to_owned());
    }
    let start = executed(executables, START)?;
    let mut common = executed(executables, COMMON)?;
    common.retain(|function| !start.contains(function));
    let mut script = String::from(
        "/* Functions that programs run when they start, and those that most run: see \
         xtask/src/text_order.rs. */\nSECTIONS\n{\n  .text.start :\n  {\n",
    );
    let list = |script: &mut String, functions: &BTreeSet<String>| {
        for function in functions {
            let _ = writeln!(script, "    *(.text.{function})");
        }
    };
    list(&mut script, &start);
    // Cold functions and those of the standard library, whose names contain hashes. Both are small.
    script.push_str("    *(.text.unlikely.*)\n    *(.text._R*)\n");
    list(&mut script, &common);
    script.push_str("  }\n}\nINSERT BEFORE .text;\n");
    std::fs::write(files::root().join(SCRIPT), script).map_err(|e| format!("{SCRIPT}: {e}"))?;
    println!("{} functions at start, {} more", start.len(), common.len());
    Ok(())
}

/// Patterns for the names of the functions that these command lines execute.
fn executed(executables: &[String], lines: &[&[&str]]) -> Result<BTreeSet<String>, String> {
    let out = std::env::temp_dir().join(format!("text-order.{}", std::process::id()));
    let mut all = BTreeSet::new();
    for executable in executables {
        for arguments in lines {
            let run = Command::new("valgrind")
                .args(["--tool=callgrind", "--demangle=no", "--quiet"])
                .arg(format!("--callgrind-out-file={}", out.display()))
                .arg(executable)
                .args(*arguments)
                .current_dir(files::root())
                .output()
                .map_err(|e| format!("valgrind: {e}"))?;
            if !run.status.success() {
                return Err(String::from_utf8_lossy(&run.stderr).into_owned());
            }
            all.extend(functions(&out)?);
        }
    }
    let _ = std::fs::remove_file(&out);
    Ok(all)
}

/// The functions of a profile, as patterns.
fn functions(profile: &Path) -> Result<BTreeSet<String>, String> {
    let text = std::fs::read(profile).map_err(|e| format!("{}: {e}", profile.display()))?;
    let names = String::from_utf8_lossy(&text)
        .lines()
        .filter_map(|line| line.strip_prefix("fn=(").or(line.strip_prefix("cfn=(")))
        .filter_map(|line| Some(line.split_once(") ")?.1))
        .filter_map(pattern)
        .collect();
    Ok(names)
}

/// A pattern for a mangled name, whatever the hash at its end is. `None` for foreign functions and
/// the standard library's own.
fn pattern(name: &str) -> Option<String> {
    let path = name.strip_prefix("_ZN")?;
    Some(format!("_ZN{}17h*", &path[..path.rfind("17h")?]))
}
