//! Bytecode goldens: `tests/bytecode/*.py` with the expected disassembly beside them.
//!
//! `KRAIT_BLESS=1 cargo test -p krait-compiler --test goldens` writes them anew.

use std::path::Path;

use krait_compiler::{CompileOptions, compile};
use krait_syntax::{Mode, Options, parse};

#[test]
fn disassembly_is_as_expected() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bytecode");
    let bless = std::env::var_os("KRAIT_BLESS").is_some();
    let mut different = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(&dir)
        .expect("tests/bytecode exists")
        .flatten()
    {
        let path = entry.path();
        if path.extension().is_none_or(|e| e != "py") {
            continue;
        }
        count += 1;
        let text = std::fs::read_to_string(&path).expect("readable");
        let parsed = parse(text, &Options::new(Mode::Exec)).expect("parses");
        let options = CompileOptions::new(Mode::Exec);
        let (code, _) = compile(&parsed, "<golden>", &options).expect("compiles");
        krait_bytecode::verify(&code).expect("verifies");
        let bytes = krait_bytecode::write_code(&code);
        assert_eq!(krait_bytecode::read_code(&bytes).as_ref(), Ok(&code));
        let found = krait_bytecode::disassemble(&code);
        let golden = path.with_extension("dis");
        if bless {
            std::fs::write(&golden, found).expect("writable");
        } else if std::fs::read_to_string(&golden).ok().as_deref() != Some(&found) {
            different.push(format!("{}:\n{found}", path.display()));
        }
    }
    assert!(count > 0);
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn top_level_await_makes_a_coroutine() {
    let parsed = parse("x = await y\n".to_owned(), &Options::new(Mode::Exec)).expect("parses");
    let mut options = CompileOptions::new(Mode::Exec);
    assert!(compile(&parsed, "<test>", &options).is_err());
    options.top_level_await = true;
    let (code, _) = compile(&parsed, "<test>", &options).expect("compiles");
    krait_bytecode::verify(&code).expect("verifies");
    assert_ne!(code.flags & krait_bytecode::flags::CO_COROUTINE, 0);
}

/// Cut off or changed bytes are an error, whatever they say.
#[test]
fn damaged_bytes_are_refused() {
    let text = include_str!("bytecode/exceptions.py").to_owned();
    let parsed = parse(text, &Options::new(Mode::Exec)).expect("parses");
    let (code, _) = compile(&parsed, "<test>", &CompileOptions::new(Mode::Exec)).expect("compiles");
    let bytes = krait_bytecode::write_code(&code);
    for at in 0..bytes.len() {
        assert!(krait_bytecode::read_code(&bytes[..at]).is_err());
        let mut changed = bytes.clone();
        changed[at] ^= 0x55;
        assert!(krait_bytecode::read_code(&changed).is_err());
    }
}
