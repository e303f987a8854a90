//! Compiles whole source trees: every file must compile, and every code object verify.
//!
//! By command: `KRAIT_SOURCES=/path/to/Lib cargo test -p krait-compiler --test stdlib -- --ignored`.

use std::path::{Path, PathBuf};

use krait_compiler::{CompileOptions, compile};
use krait_syntax::{Mode, Options, parse};

fn python_files(dir: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return;
    };
    let mut entries: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            python_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "py") {
            out.push(path);
        }
    }
}

/// Files of the library that are wrong on purpose.
fn is_bad_on_purpose(path: &Path) -> bool {
    let text = path.to_string_lossy();
    text.contains("bad_coding")
        || text.contains("badsyntax")
        || text.contains("/bad_grammar")
        || text.contains("lib2to3/tests/data")
        || text.contains("tokenizedata/bad")
}

#[test]
#[ignore = "needs KRAIT_SOURCES"]
fn every_file_compiles_and_verifies() {
    let root = std::env::var("KRAIT_SOURCES").expect("KRAIT_SOURCES is set");
    let mut files = Vec::new();
    python_files(Path::new(&root), &mut files);
    assert!(!files.is_empty());
    let mut failures = Vec::new();
    let (mut words, mut compiled, mut size) = (0, 0, 0);
    for path in &files {
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        let Ok(parsed) = parse(text, &Options::new(Mode::Exec)) else {
            continue;
        };
        for optimize in [0, 2] {
            let mut options = CompileOptions::new(Mode::Exec);
            options.optimize = optimize;
            match compile(&parsed, &path.to_string_lossy(), &options) {
                Ok((code, _)) => {
                    compiled += 1;
                    words += code.words.len();
                    let bytes = krait_bytecode::write_code(&code);
                    size += bytes.len();
                    if krait_bytecode::read_code(&bytes).as_ref() != Ok(&code) {
                        failures.push(format!("{}: serialisation", path.display()));
                    }
                    if let Err(e) = krait_bytecode::verify(&code) {
                        failures.push(format!("{}: verifier: {e}", path.display()));
                    }
                }
                Err(_) if is_bad_on_purpose(path) => {}
                Err(e) => failures.push(format!("{}: {e}", path.display())),
            }
        }
    }
    println!(
        "{compiled} compilations of {} files, {words} words at top level, {size} bytes",
        files.len()
    );
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
