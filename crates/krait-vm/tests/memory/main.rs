//! The collector under running Python code: what dies when, finalizers, stress, threads, limits.

mod deaths;
mod limits;
mod opcodes;
mod planted;
mod stress;
mod threads;

use std::sync::Arc;

use krait_compiler::{CompileOptions, compile};
use krait_macros::pyfunctions;
use krait_runtime::cx::{Config, Cx, Root};
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::native::{ModuleDef, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::str::Str;
use krait_syntax::{Mode, Options, parse};

/// What `gc` has, as functions of the tests' `builtins`.
pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Collects everything and runs finalizers.
    #[py]
    fn collect(cx: &mut Cx) {
        krait_runtime::finalize::collect(cx, krait_heap::Kind::Full);
    }
    /// Collects what is young and runs finalizers.
    #[py]
    fn collect_young(cx: &mut Cx) {
        krait_runtime::finalize::collect(cx, krait_heap::Kind::Nursery);
    }
}

static MODULE: ModuleDef = ModuleDef {
    name: "memory",
    functions: &[Functions::DEFS],
    ..ModuleDef::DEFAULT
};

/// Unraisable exceptions go to `unraisable`, a list in the test's globals.
fn unraisable(cx: &mut Cx, e: Raised, message: &str, _object: Value) {
    let text = describe(cx, e);
    let text = cx.new_str(&format!("{message}: {text}"));
    let key = cx.intern("unraisable");
    if let Some(d) = Gc::<Dict>::from_value(cx.root(Root::SysDict))
        && let Some(list) = d.get_str(cx, key).and_then(Gc::<List>::from_value)
    {
        let _ = list.push(cx, text);
    }
}

pub fn describe(cx: &mut Cx, e: Raised) -> String {
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
def wipe(n=30):
    # Overwrites leftovers on the native stack and in registers.
    return wipe(n - 1) if n else [None] * 3
";

/// An interpreter with `builtins` and the functions above, and globals with the prelude in them.
pub fn interpreter(config: Config) -> (Box<Cx>, Gc<Dict>) {
    let mut cx = krait_runtime::boot::new_interpreter(config).expect("an interpreter");
    let globals = prepare(&mut cx).unwrap_or_else(|_| panic!("cannot prepare the interpreter"));
    (cx, globals)
}

fn prepare(cx: &mut Cx) -> PyResult<Gc<Dict>> {
    krait_vm::start::init(cx)?;
    let builtins = krait_runtime::types::module::from_def(cx, &krait_runtime::builtins::MODULE)?;
    cx.set_root(Root::Builtins, builtins.value());
    cx.set_root(Root::BuiltinsDict, builtins.dict.get());
    cx.interp()
        .hooks
        .write()
        .unwrap_or_else(|e| e.into_inner())
        .unraisable = Some(unraisable);
    let memory = krait_runtime::types::module::from_def(cx, &MODULE)?;
    let into = builtins.namespace();
    for name in ["collect", "collect_young"] {
        let key = cx.intern(name);
        let f = memory
            .namespace()
            .get_str(cx, key)
            .expect("a function of the module");
        into.set_str(cx, key, f);
    }
    let (key, class) = (cx.intern("ref"), cx.types().weakref);
    into.set_str(cx, key, class.value());
    let globals = cx.new_dict();
    cx.keep_forever(globals.value());
    let (key, list) = (cx.intern("unraisable"), cx.new_list(&[]));
    globals.set_str(cx, key, list);
    cx.set_root(Root::SysDict, globals.value());
    let name = cx.names().__name__;
    let main = cx.new_str("__main__");
    globals.set_str(cx, name, main);
    execute(cx, PRELUDE, globals)?;
    Ok(globals)
}

pub fn execute(cx: &mut Cx, text: &str, globals: Gc<Dict>) -> PyResult<Value> {
    let parsed =
        parse(text.to_string(), &Options::new(Mode::Exec)).unwrap_or_else(|e| panic!("{e}"));
    let (unit, _) = compile(&parsed, "test.py", &CompileOptions::new(Mode::Exec))
        .unwrap_or_else(|e| panic!("{e}"));
    krait_bytecode::verify(&unit).unwrap_or_else(|e| panic!("{e}"));
    let code = krait_vm::objects::code::load(cx, Arc::new(unit))?;
    krait_vm::start::run_code(cx, code, globals, globals.value(), None)
}

/// The lines in `out`.
pub fn lines(cx: &mut Cx, globals: Gc<Dict>) -> String {
    let out = cx.intern("out");
    let out = globals
        .get_str(cx, out)
        .and_then(Gc::<List>::from_value)
        .expect("the list of the prelude");
    let all: Vec<String> = out
        .as_slice()
        .iter()
        .filter_map(|&v| Gc::<Str>::from_value(v))
        .map(|s| s.to_string_lossy())
        .collect();
    all.join("\n")
}

/// Runs `program`; what it gave to `p` must be the lines of `expected`.
#[track_caller]
pub fn check_with(config: Config, program: &str, expected: &str) {
    let (mut cx, globals) = interpreter(config);
    if let Err(e) = execute(&mut cx, program, globals) {
        panic!("raised {}", describe(&mut cx, e));
    }
    let got = lines(&mut cx, globals);
    assert_eq!(got.trim(), expected.trim());
}

#[track_caller]
pub fn check(program: &str, expected: &str) {
    check_with(
        Config {
            verify_heap: true,
            ..Config::default()
        },
        program,
        expected,
    );
}
