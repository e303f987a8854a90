//! Expected output: comparing and writing it.

use std::fmt::Write;
use std::path::Path;

use crate::program::Program;
use crate::run::Actual;

/// Lines of a difference that are shown.
const SHOWN: usize = 40;

pub fn check(program: &Program, actual: &Actual) -> Result<(), String> {
    let mut problems = String::new();
    if actual.exit != program.exit {
        let _ = writeln!(
            problems,
            "exit status {}, expected {}",
            actual.exit, program.exit
        );
    }
    for (what, extension, text) in streams(actual) {
        let path = program.path.with_extension(extension);
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if expected != text {
            let _ = writeln!(problems, "{what} (- expected, + actual):");
            problems.push_str(&difference(&expected, text));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

pub fn bless(program: &Program, actual: &Actual) -> Result<(), String> {
    if actual.exit != program.exit {
        return Err(format!(
            "exit status {}, not `# exit: {}`",
            actual.exit, program.exit
        ));
    }
    for (_, extension, text) in streams(actual) {
        write(&program.path.with_extension(extension), text).map_err(|e| e.to_string())?;
    }
    Ok(())
}

fn streams(actual: &Actual) -> [(&'static str, &'static str, &str); 2] {
    [
        ("standard output", "out", &actual.out),
        ("standard error", "err", &actual.err),
    ]
}

/// An empty expectation is no file.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if !text.is_empty() {
        return std::fs::write(path, text);
    }
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// The lines that differ, after what both have in common at the head and before what they have in
/// common at the end; `\` marks a missing line end.
fn difference(expected: &str, actual: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (
        expected.split_inclusive('\n').collect(),
        actual.split_inclusive('\n').collect(),
    );
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[head..], &new[head..]);
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let mut text = format!("  line {}\n", head + 1);
    for (sign, lines) in [
        ('-', &old[..old.len() - tail]),
        ('+', &new[..new.len() - tail]),
    ] {
        for line in lines.iter().take(SHOWN) {
            let end = if line.ends_with('\n') { "" } else { "\\\n" };
            let _ = write!(text, "{sign} {line}{end}");
        }
        if lines.len() > SHOWN {
            let _ = writeln!(text, "{sign} ... {} lines more", lines.len() - SHOWN);
        }
    }
    text
}
