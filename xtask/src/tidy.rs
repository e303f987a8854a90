//! Rules that neither rustc nor clippy can express.

use crate::Outcome;
use crate::files::{self, File};

/// Lines in a file before it is worth a warning.
const LONG_FILE: usize = 800;

/// Marks of unfinished work; written apart so that this file has none.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("unimple", "mented!("),
    concat!("to", "do!("),
];

/// Beginnings of paths that exist on one person's machine only.
const MACHINE_PATHS: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/wo", "rk/"),
    concat!("/Us", "ers/"),
];

/// Containers in Rust's own heap, where the collector does not look.
const HIDDEN: &[&str] = &[
    "Vec<Value>",
    "Box<[Value]>",
    "Rc<Value>",
    "Arc<Value>",
    "VecDeque<Value>",
];

/// Maps, which hide their `Value`s on either side of the comma.
const HIDDEN_MAPS: &[&str] = &["HashMap<", "BTreeMap<", "HashSet<", "BTreeSet<"];

/// Where such a container is traced by hand, or a test holds it on purpose. A line may also say so
/// or the line above it, with the reason: `// tidy: rooted by ...`.
const TRACED_BY_HAND: &[&str] = &[
    "xtask/src/tidy.rs",
    "crates/krait-runtime/src/vec.rs",
    "/tests/",
    "/examples/",
];

pub fn run() -> Outcome {
    let files = files::all()?;
    let (mut problems, mut long) = (Vec::new(), Vec::new());
    for file in &files {
        let lines = file.text.lines().count();
        if file.path.ends_with(".rs") && lines > LONG_FILE {
            long.push(format!("{}: {lines} lines", file.path));
        }
        check(file, &mut problems);
    }
    for line in &long {
        println!("warning: {line} (a smell above {LONG_FILE}, not a law)");
    }
    if problems.is_empty() {
        println!("tidy: {} files, {} warnings", files.len(), long.len());
        return Ok(());
    }
    Err(format!(
        "{}\n{} problems",
        problems.join("\n"),
        problems.len()
    ))
}

fn check(file: &File, problems: &mut Vec<String>) {
    let path = &file.path;
    let ours = !path.starts_with("LICENSES/") && !path.contains("/overrides/");
    let source = path.ends_with(".rs");
    let mut above = "";
    for (index, line) in file.text.lines().enumerate() {
        let mut complain = |what: &str| {
            problems.push(format!("{path}:{}: {what}: {}", index + 1, line.trim()));
        };
        if ours && MACHINE_PATHS.iter().any(|start| line.contains(start)) {
            complain("a path of one machine");
        }
        if source && UNFINISHED.iter().any(|mark| line.contains(mark)) {
            complain("unfinished work; write an issue, or an error that says what is missing");
        }
        let excused =
            above.contains("// tidy: ") || TRACED_BY_HAND.iter().any(|known| path.contains(known));
        if source && !excused && hides_values(line) {
            complain(
                "the collector does not see these values (ValueVec, or `// tidy: rooted by ...`)",
            );
        }
        above = line;
    }
}

/// Does a field or a variable of this line hold `Value`s in Rust's heap? Parameters and comments
/// may name such a type.
fn hides_values(line: &str) -> bool {
    let code = line.trim_start();
    if code.starts_with("//") || code.contains("// tidy: ") || code.contains("&Vec<Value>") {
        return false;
    }
    HIDDEN.iter().any(|name| code.contains(name))
        || HIDDEN_MAPS
            .iter()
            .any(|name| code.split(name).skip(1).any(arguments_hold_values))
}

/// `text` begins behind the `<` of a map.
fn arguments_hold_values(text: &str) -> bool {
    let mut depth = 1;
    let end = text.find(|c| {
        depth += i32::from(c == '<') - i32::from(c == '>');
        depth == 0
    });
    let arguments = &text[..end.unwrap_or(text.len())];
    arguments
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .any(|word| word == "Value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_hidden_values() {
        assert!(hides_values("    items: Vec<Value>,"));
        assert!(hides_values("    by_id: HashMap<u64, Value>,"));
        assert!(!hides_values("    // a Vec<Value> is invisible"));
        assert!(!hides_values(
            "    roots: Vec<Value>, // tidy: rooted by trace_roots"
        ));
        assert!(!hides_values("    names: HashMap<u64, ValueKind>,"));
    }

    #[test]
    fn names_the_line_of_a_problem() {
        let text = format!("fn f() {{\n    {}\n}}\n", concat!("to", "do!()"));
        let mut problems = Vec::new();
        check(
            &File {
                path: "src/a.rs".into(),
                text,
            },
            &mut problems,
        );
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("src/a.rs:2: unfinished work"));
    }
}
