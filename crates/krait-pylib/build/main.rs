//! Compiles the Python library into one image: an index, then code objects and sources.
//!
//! The library is CPython 3.14's `Lib` folder as `rustpython-pylib` ships it, brought to a later
//! patch release by `patches/`; files in `overrides/` take the place of theirs, and
//! `_opcode_metadata` is made from the opcode list.

mod collect;
mod image;
mod opcodes;
mod patch;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use collect::Source;
use image::Entry;
use krait_compiler::CompileOptions;
use krait_syntax::{Mode, Options, Origin};

/// Native stack of a compiling thread: the parser and the compiler recurse over nested code.
const STACK: usize = 64 << 20;

fn main() {
    let here = PathBuf::from(env("CARGO_MANIFEST_DIR"));
    println!("cargo:rerun-if-changed={}", here.join("build").display());
    for folder in ["overrides", "patches"] {
        println!("cargo:rerun-if-changed={}", here.join(folder).display());
    }
    let patches = patch::read(&here.join("patches"));
    let mut sources = collect::library(
        &PathBuf::from(rustpython_pylib::LIB_PATH),
        &patches,
        &here.join("overrides"),
    );
    let metadata = opcodes::metadata_module();
    sources.retain(|source| source.name != metadata.name);
    sources.push(metadata);
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    let entries = compile_all(&sources);
    let out = PathBuf::from(env("OUT_DIR")).join("library.image");
    std::fs::write(&out, image::layout(&entries))
        .unwrap_or_else(|e| panic!("cannot write {}: {e}", out.display()));
}

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Compiles every module, on as many threads as there are processors.
fn compile_all(sources: &[Source]) -> Vec<Entry> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(sources.len()));
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let work = || {
                while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let entry = compile(source);
                    done.lock().unwrap_or_else(|e| e.into_inner()).push(entry);
                }
            };
            std::thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, work)
                .expect("a thread can be started");
        }
    });
    let mut entries = done.into_inner().unwrap_or_else(|e| e.into_inner());
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    entries
}

/// A module's entry. A source that does not compile stops the build: the library is fixed.
fn compile(source: &Source) -> Entry {
    let file = source.code_filename();
    let fail = |e: &dyn std::fmt::Display| -> ! { panic!("{}: {e}", source.name) };
    let text = krait_syntax::decode(&source.text, Origin::Buffer).unwrap_or_else(|e| fail(&e));
    let parsed = krait_syntax::parse(text, &Options::new(Mode::Exec)).unwrap_or_else(|e| fail(&e));
    let (code, _) = krait_compiler::compile(&parsed, &file, &CompileOptions::new(Mode::Exec))
        .unwrap_or_else(|e| fail(&e));
    if let Err(e) = krait_bytecode::verify(&code) {
        fail(&e);
    }
    Entry {
        name: source.name.clone(),
        is_package: source.is_package,
        is_frozen: source.is_frozen(),
        code: krait_bytecode::write_code(&code),
        source: source.text.clone(),
    }
}
