//! Programs in the virtual machine alone: no `sys`, no library. Expected output is CPython 3.14's.

mod frames;
mod functions;
mod generators;

use std::sync::Arc;

use krait_compiler::{CompileOptions, compile};
use krait_runtime::cx::{Config, Cx, Root};
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;
use krait_syntax::{Mode, Options, parse};

/// Runs `program`, in which `out` is a list and `raises(f, *args)` the text of an exception.
/// `out`'s items, each as str, must be the lines of `expected`.
#[track_caller]
fn check(program: &str, expected: &str) {
    let mut cx = krait_runtime::boot::new_interpreter(Config::default()).expect("an interpreter");
    let result = run(&mut cx, program);
    let got = match result {
        Ok(lines) => lines.join("\n"),
        Err(e) => panic!("raised {}", describe(&mut cx, e)),
    };
    assert_eq!(got.trim(), expected.trim());
}

fn describe(cx: &mut Cx, e: Raised) -> String {
    let class = cx.type_name(e.value());
    let text = cx.str_string(e.value()).unwrap_or_default();
    format!("{class}: {text}")
}

const PRELUDE: &str = "
out = []
def p(*args):
    out.append(' '.join([str(a) for a in args]))
def raises(f, *args, **kwargs):
    try:
        return 'no exception: ' + repr(f(*args, **kwargs))
    except BaseException as e:
        text = str(e)
        return type(e).__name__ + (': ' + text if text else '')
";

fn run(cx: &mut Cx, program: &str) -> PyResult<Vec<String>> {
    krait_vm::start::init(cx)?;
    let builtins = krait_runtime::types::module::from_def(cx, &krait_runtime::builtins::MODULE)?;
    cx.set_root(Root::Builtins, builtins.value());
    cx.set_root(Root::BuiltinsDict, builtins.dict.get());
    let globals = cx.new_dict();
    let name = cx.names().__name__;
    let main = cx.new_str("__main__");
    globals.set_str(cx, name, main);
    for (text, file) in [(PRELUDE, "prelude.py"), (program, "test.py")] {
        execute(cx, text, file, globals)?;
    }
    let out = cx.intern("out");
    let out = globals
        .get_str(cx, out)
        .and_then(Gc::<List>::from_value)
        .expect("the list of the prelude");
    Ok(out
        .as_slice()
        .iter()
        .filter_map(|&v| Gc::<Str>::from_value(v))
        .map(|s| s.to_string_lossy())
        .collect())
}

fn execute(cx: &mut Cx, text: &str, file: &str, globals: Gc<Dict>) -> PyResult<Value> {
    let parsed =
        parse(text.to_string(), &Options::new(Mode::Exec)).unwrap_or_else(|e| panic!("{e}"));
    let (unit, _) =
        compile(&parsed, file, &CompileOptions::new(Mode::Exec)).unwrap_or_else(|e| panic!("{e}"));
    krait_bytecode::verify(&unit).unwrap_or_else(|e| panic!("{e}"));
    let code = krait_vm::objects::code::load(cx, Arc::new(unit))?;
    krait_vm::start::run_code(cx, code, globals, globals.value(), None)
}
