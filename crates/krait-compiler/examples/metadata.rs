//! Prints what `inspect` shows of every code object of Python files, for comparison with CPython.

use krait_bytecode::{Code, Const, Text};
use krait_compiler::{CompileOptions, compile};
use krait_syntax::{Mode, Options, parse};

fn names(texts: &[Text]) -> String {
    texts
        .iter()
        .map(|t| t.to_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(",")
}

fn print(code: &Code) {
    let mut lines: Vec<i32> = code
        .positions
        .iter()
        .map(|r| r.position.line)
        .filter(|l| *l > 0)
        .collect();
    lines.sort_unstable();
    lines.dedup();
    println!(
        "{}|{}|{:#x}|{} {} {}|v {}|c {}|f {}|{}",
        code.qualname,
        code.firstlineno,
        code.flags,
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        names(&code.varnames),
        names(&code.cellvars),
        names(&code.freevars),
        if std::env::var_os("LINES").is_some() {
            format!("{lines:?}")
        } else {
            String::new()
        },
    );
    for value in &code.consts {
        if let Const::Code(inner) = value {
            print(inner);
        }
    }
}

fn main() {
    for path in std::env::args().skip(1) {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let Ok(parsed) = parse(text, &Options::new(Mode::Exec)) else {
            continue;
        };
        if let Ok((code, warnings)) = compile(&parsed, &path, &CompileOptions::new(Mode::Exec)) {
            println!("== {path}");
            print(&code);
            for w in warnings {
                println!("warning {} {}", w.lineno, w.msg);
            }
        }
    }
}
