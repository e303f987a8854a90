//! Which crate may depend on which, read from the manifests.
//!
//! The rule that matters most stands in the gaps: `krait-heap` knows no Python, `krait-runtime`
//! names no bytecode, `krait-vm` knows neither the compiler nor the parser.

use crate::Outcome;
use crate::files::{self, File};

/// Every crate with all it may name, build scripts included.
const ALLOWED: &[(&str, &[&str])] = &[
    ("krait-bytecode", &[]),
    ("krait-decimal", &[]),
    ("krait-heap", &[]),
    ("krait-macros", &["krait-runtime"]),
    ("krait-unicode", &[]),
    ("krait-syntax", &["krait-unicode"]),
    ("krait-sre", &["krait-unicode"]),
    ("krait-compiler", &["krait-bytecode", "krait-syntax"]),
    (
        "krait-runtime",
        &["krait-heap", "krait-macros", "krait-unicode"],
    ),
    (
        "krait-vm",
        &[
            "krait-bytecode",
            "krait-heap",
            "krait-macros",
            "krait-runtime",
            "krait-unicode",
        ],
    ),
    (
        "krait-stdlib",
        &[
            "krait-decimal",
            "krait-heap",
            "krait-macros",
            "krait-runtime",
            "krait-sre",
            "krait-unicode",
        ],
    ),
    (
        "krait-pylib",
        &["krait-bytecode", "krait-compiler", "krait-syntax"],
    ),
    ("krait", ANY),
    ("krait-cli", &["krait"]),
    (
        "xtask",
        &["krait-bytecode", "krait-compiler", "krait-syntax"],
    ),
];

/// The facade assembles the parts: it alone may name them all.
const ANY: &[&str] = &["*"];

/// What a crate's tests may name besides.
const ALLOWED_IN_TESTS: &[(&str, &[&str])] = &[(
    "krait-vm",
    &["krait-compiler", "krait-stdlib", "krait-syntax"],
)];

/// Dependencies that only one crate may have: parsing happens in one place.
const ONLY: &[(&str, &[&str])] = &[
    ("ruff_python_parser", &["krait-syntax"]),
    (
        "ruff_python_ast",
        &["krait-syntax", "krait-compiler", "krait"],
    ),
];

pub fn run() -> Outcome {
    let mut problems = Vec::new();
    for File { path, text } in files::all()? {
        let in_member = path.starts_with("crates/") || path.starts_with("xtask/");
        if in_member && path.ends_with("Cargo.toml") {
            check(&path, &text, &mut problems);
        }
    }
    if problems.is_empty() {
        println!("layering: {} crates follow the rules", ALLOWED.len());
        return Ok(());
    }
    Err(format!(
        "{}\nThe rules: xtask/src/layering.rs, ARCHITECTURE.md",
        problems.join("\n")
    ))
}

fn check(path: &str, manifest: &str, problems: &mut Vec<String>) {
    let name = package_name(manifest);
    let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
        problems.push(format!("{path}: {name} has no rule; give it one"));
        return;
    };
    for Dependency {
        name: dependency,
        in_tests,
    } in dependencies(manifest)
    {
        let more = ALLOWED_IN_TESTS
            .iter()
            .find(|(known, _)| in_tests && *known == name);
        if more.is_some_and(|(_, more)| more.contains(&dependency)) {
            continue;
        }
        let ours = dependency == "krait" || dependency.starts_with("krait-");
        if ours && *allowed != ANY && !allowed.contains(&dependency) {
            problems.push(format!("{path}: {name} may not depend on {dependency}"));
        }
        let owners = ONLY
            .iter()
            .find(|(crate_name, _)| *crate_name == dependency);
        if owners.is_some_and(|(_, owners)| !owners.contains(&name)) {
            problems.push(format!(
                "{path}: {dependency} belongs to other crates, not to {name}"
            ));
        }
    }
}

fn package_name(manifest: &str) -> &str {
    let line = manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = "));
    line.unwrap_or_default().trim_matches('"')
}

struct Dependency<'a> {
    name: &'a str,
    in_tests: bool,
}

/// The keys of all `[dependencies]`, `[dev-dependencies]`, ... tables, `[dependencies.NAME]`
/// included. The manifests here are plain enough to be read by lines.
fn dependencies(manifest: &str) -> Vec<Dependency<'_>> {
    let mut found = Vec::new();
    let (mut inside, mut in_tests) = (false, false);
    for line in manifest.lines() {
        if let Some(table) = line.strip_prefix('[') {
            let table = table.trim_end_matches(']');
            inside = table.ends_with("dependencies");
            in_tests = table.contains("dev-dependencies");
            if let Some((_, name)) = table.split_once("dependencies.") {
                found.push(Dependency { name, in_tests });
            }
        } else if inside && !line.starts_with('#') {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if !name.is_empty() {
                found.push(Dependency { name, in_tests });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_dependencies_of_every_kind() {
        let manifest = "[package]\nname = \"a\"\n[dependencies]\nb.workspace = true\n# c\nd = \"1\"\n\
                        [features]\nx = []\n[target.'cfg(unix)'.dev-dependencies]\ne = \"1\"\n\
                        [build-dependencies.f]\nversion = \"1\"\n";
        let found = dependencies(manifest);
        let names: Vec<&str> = found.iter().map(|d| d.name).collect();
        assert_eq!(names, ["b", "d", "e", "f"]);
        assert!(found[2].in_tests && !found[3].in_tests);
    }

    #[test]
    fn refuses_what_the_rules_refuse() {
        let mut problems = Vec::new();
        let manifest = "name = \"krait-heap\"\n[dependencies]\nkrait-runtime.workspace = true\n\
                        ruff_python_parser = \"1\"\n";
        check("crates/krait-heap/Cargo.toml", manifest, &mut problems);
        assert_eq!(problems.len(), 2, "{problems:?}");
    }
}
