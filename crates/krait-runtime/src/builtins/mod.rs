//! The module `builtins`: the functions, and the names of the builtin types and exceptions.
//!
//! What runs or compiles Python code goes through [`crate::cx::Hooks`]. `open` is set by `_io`.

mod anext;
mod class;
mod code;
pub use code::compile_flags;
mod input;
pub mod iteration;
mod numbers;
pub mod object;
mod print;
pub mod sum;
mod text;

use crate::cx::Cx;
use crate::error::PyResult;
use crate::native::{ModuleDef, TypeSpec};
use crate::object::Gc;
use crate::types::list_of_types::Types;
use crate::types::module::Module;
use crate::types::typeobj::flags;
use crate::value::Value;

pub static MODULE: ModuleDef = ModuleDef {
    name: "builtins",
    doc: Some(
        "Built-in functions, types, exceptions, and other objects.\n\n\
         This module provides direct access to all 'built-in'\n\
         identifiers of Python; for example, builtins.len is\n\
         the full name for the built-in function len().\n\n\
         This module is not normally accessed explicitly by most\n\
         applications, but can be useful in modules that provide\n\
         objects with the same name as a builtin and need the builtin too.",
    ),
    functions: &[
        class::Functions::DEFS,
        code::Functions::DEFS,
        input::Functions::DEFS,
        iteration::Functions::DEFS,
        numbers::Functions::DEFS,
        object::Functions::DEFS,
        print::Functions::DEFS,
        sum::Functions::DEFS,
        text::Functions::DEFS,
    ],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// Builtin types that every program can name.
const PUBLIC_TYPES: [&str; 26] = [
    "bool",
    "memoryview",
    "bytearray",
    "bytes",
    "classmethod",
    "complex",
    "dict",
    "enumerate",
    "filter",
    "float",
    "frozenset",
    "property",
    "int",
    "list",
    "map",
    "object",
    "range",
    "reversed",
    "set",
    "slice",
    "staticmethod",
    "str",
    "super",
    "tuple",
    "type",
    "zip",
];

/// The functions and exceptions in the order in which programs find them: of names equally near to a wrong
/// one, "Did you mean" takes the first.
#[rustfmt::skip]
const FUNCTIONS: [&str; 44] = [
    "__build_class__", "__import__", "abs", "all", "any", "ascii", "bin", "breakpoint", "callable",
    "chr", "compile", "delattr", "dir", "divmod", "eval", "exec", "format", "getattr", "globals",
    "hasattr", "hash", "hex", "id", "input", "isinstance", "issubclass", "iter", "aiter", "len",
    "locals", "max", "min", "next", "anext", "oct", "ord", "pow", "print", "repr", "round",
    "setattr", "sorted", "sum", "vars",
];

#[rustfmt::skip]
const EXCEPTIONS: [&str; 69] = [
    "BaseException", "BaseExceptionGroup", "Exception", "GeneratorExit", "KeyboardInterrupt",
    "SystemExit", "ArithmeticError", "AssertionError", "AttributeError", "BufferError", "EOFError",
    "ImportError", "LookupError", "MemoryError", "NameError", "OSError", "ReferenceError",
    "RuntimeError", "StopAsyncIteration", "StopIteration", "SyntaxError", "SystemError",
    "TypeError", "ValueError", "Warning", "FloatingPointError", "OverflowError",
    "ZeroDivisionError", "BytesWarning", "DeprecationWarning", "EncodingWarning", "FutureWarning",
    "ImportWarning", "PendingDeprecationWarning", "ResourceWarning", "RuntimeWarning",
    "SyntaxWarning", "UnicodeWarning", "UserWarning", "BlockingIOError", "ChildProcessError",
    "ConnectionError", "FileExistsError", "FileNotFoundError", "InterruptedError",
    "IsADirectoryError", "NotADirectoryError", "PermissionError", "ProcessLookupError",
    "TimeoutError", "IndentationError", "_IncompleteInputError", "IndexError", "KeyError",
    "ModuleNotFoundError", "NotImplementedError", "PythonFinalizationError", "RecursionError",
    "UnboundLocalError", "UnicodeError", "BrokenPipeError", "ConnectionAbortedError",
    "ConnectionRefusedError", "ConnectionResetError", "TabError", "UnicodeDecodeError",
    "UnicodeEncodeError", "UnicodeTranslateError", "ExceptionGroup",
];

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    for name in FUNCTIONS {
        let key = cx.intern(name);
        if let Some(f) = m.namespace().remove_str(cx, key) {
            m.namespace().set_str(cx, key, f);
        }
    }
    let constants = [
        ("None", Value::none()),
        ("Ellipsis", Value::ellipsis()),
        ("NotImplemented", Value::not_implemented()),
        ("False", Value::bool(false)),
        ("True", Value::bool(true)),
    ];
    for (name, v) in constants {
        m.set(cx, name, v);
    }
    for name in PUBLIC_TYPES {
        let is_it = |s: &&&'static TypeSpec| s.name == name && s.module == "builtins";
        if let Some(spec) = Types::SPECS.iter().find(is_it) {
            let class = cx.native_type(spec)?;
            m.set(cx, name, class.value());
        }
    }
    let debug = Value::bool(cx.interp().config.optimize == 0);
    m.set(cx, "__debug__", debug);
    for name in EXCEPTIONS {
        let is_it = |s: &&&'static TypeSpec| s.name == name && s.flags & flags::EXC_SUBCLASS != 0;
        if let Some(spec) = Types::SPECS.iter().find(is_it) {
            let class = cx.native_type(spec)?;
            m.set(cx, name, class.value());
        }
    }
    // The names that OSError had before PEP 3151.
    let os_error = cx.types().os_error.value();
    m.set(cx, "EnvironmentError", os_error);
    m.set(cx, "IOError", os_error);
    Ok(())
}
