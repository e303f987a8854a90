//! Prints the bytecode of a Python file: `cargo run -p krait-compiler --example dump FILE`.

use krait_compiler::{CompileOptions, compile};
use krait_syntax::{Mode, Options, parse};

fn main() {
    let path = std::env::args().nth(1).expect("usage: dump FILE");
    let text = std::fs::read_to_string(&path).expect("readable file");
    let parsed = match parse(text, &Options::new(Mode::Exec)) {
        Ok(parsed) => parsed,
        Err(e) => return println!("{e}"),
    };
    match compile(&parsed, &path, &CompileOptions::new(Mode::Exec)) {
        Err(e) => println!("{e}"),
        Ok((code, warnings)) => {
            print!("{}", krait_bytecode::disassemble(&code));
            for w in warnings {
                println!("{}: {}", w.lineno, w.msg);
            }
            if let Err(e) = krait_bytecode::verify(&code) {
                println!("VERIFIER: {e}");
            }
        }
    }
}
