//! Source text to code objects: what `compile()`, `exec`, `eval` and the import system call.

use std::sync::Arc;

use krait_compiler::{CompileError, CompileOptions};
use krait_runtime::builtins::compile_flags as flags;
use krait_runtime::error::Raised;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::protocol::codecs::surrogates_not_allowed;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::int::DigitLimit;
use krait_runtime::types::str::Str;
use krait_syntax::{
    ErrorKind, Mode, Options, Origin, Parsed, SyntaxError, SyntaxWarningInfo, WarningCategory,
};
use krait_vm::objects::code;

use crate::modules::_ast;
use crate::modules::warnings::{self, Warning};
use crate::state;

/// Trees that nest deeper than this are compiled on a stack of their own.
const SHALLOW: usize = 200;
/// Native stack for deep trees.
const DEEP_STACK: usize = 256 << 20;

/// The hook behind `compile()`: source (str, bytes), file name, mode, flags, optimisation level.
pub fn compile(
    cx: &mut Cx,
    source: Value,
    filename: Value,
    mode: &str,
    flag_bits: u32,
    optimize: i32,
) -> PyResult<Value> {
    let mode = match mode {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" => Mode::FuncType,
        _ => Mode::Exec,
    };
    let name = file_name(cx, filename)?;
    if _ast::is_node(cx, source)? {
        return compile_tree(cx, source, &name, mode, flag_bits, optimize);
    }
    let text = source_text(cx, source, &name)?;
    if flag_bits & flags::ONLY_AST != 0 {
        return tree_of_text(cx, text, &name, mode, flag_bits, optimize);
    }
    compile_text(cx, text, &name, mode, flag_bits, optimize)
}

fn file_name(cx: &mut Cx, filename: Value) -> PyResult<String> {
    let name = match Gc::<Str>::from_value(filename) {
        Some(s) => s.to_string_lossy(),
        None => cx.str_string(filename)?,
    };
    match name.contains('\0') {
        true => Err(cx.value_error("embedded null character")),
        false => Ok(name),
    }
}

fn source_text(cx: &mut Cx, source: Value, filename: &str) -> PyResult<String> {
    if let Some(s) = Gc::<Str>::from_value(source) {
        return match s.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(surrogates_not_allowed(cx, s)),
        };
    }
    let Some(bytes) = Gc::<Bytes>::from_value(source) else {
        return Err(cx.type_error("compile() arg 1 must be a string, bytes or AST object"));
    };
    crate::source::decode(cx, bytes.as_bytes(), Origin::Buffer, filename)
}

fn parse_options(cx: &Cx, mode: Mode, flag_bits: u32) -> Options {
    Options {
        mode,
        type_comments: flag_bits & flags::TYPE_COMMENTS != 0,
        allow_incomplete: flag_bits & flags::ALLOW_INCOMPLETE_INPUT != 0,
        barry_as_bdfl: flag_bits & krait_bytecode::flags::CO_FUTURE_BARRY_AS_BDFL != 0,
        dont_imply_dedent: flag_bits & flags::DONT_IMPLY_DEDENT != 0,
        int_max_str_digits: DigitLimit::get(cx),
    }
}

/// The level that an `optimize` argument means.
fn optimization_level(cx: &mut Cx, optimize: i32) -> u8 {
    if optimize < 0 {
        state::config(cx).optimize
    } else {
        optimize as u8
    }
}

fn compile_options(cx: &mut Cx, mode: Mode, flag_bits: u32, optimize: i32) -> CompileOptions {
    CompileOptions {
        mode,
        optimize: optimization_level(cx, optimize),
        inherited_flags: flag_bits & flags::FUTURE_MASK,
        top_level_await: flag_bits & flags::ALLOW_TOP_LEVEL_AWAIT != 0,
    }
}

/// Parses text for the modules that show what the parser sees, and gives its warnings.
pub fn parse_text(
    cx: &mut Cx,
    text: String,
    filename: &str,
    mode: Mode,
    flag_bits: u32,
) -> PyResult<Parsed> {
    let options = parse_options(cx, mode, flag_bits);
    let source = text.clone();
    match cx.blocking(|| krait_syntax::parse(text, &options)) {
        Ok(parsed) => {
            for w in &parsed.warnings {
                warn(cx, w, filename)?;
            }
            Ok(parsed)
        }
        Err(e) => Err(parse_error(cx, &e, filename, source, mode)),
    }
}

/// Source and file name given to a function that parses; `func` is for the message.
pub fn source_argument(
    cx: &mut Cx,
    source: Value,
    filename: Value,
    func: &str,
) -> PyResult<(String, String)> {
    let name = match Gc::<Bytes>::from_value(filename) {
        Some(b) => String::from_utf8_lossy(b.as_bytes()).into_owned(),
        None => file_name(cx, filename)?,
    };
    let is_text = Gc::<Str>::from_value(source).is_some();
    let source = if is_text {
        source
    } else if cx.is_buffer(source) {
        cx.bytes_of(source)?.value()
    } else {
        return Err(cx.type_error(format!("{func}() arg 1 must be a string or bytes")));
    };
    Ok((source_text(cx, source, &name)?, name))
}

/// `compile(..., flags=PyCF_ONLY_AST)`.
fn tree_of_text(
    cx: &mut Cx,
    text: String,
    filename: &str,
    mode: Mode,
    flag_bits: u32,
    optimize: i32,
) -> PyResult<Value> {
    if mode == Mode::FuncType {
        return match krait_syntax::parse_func_type(text) {
            Ok(signature) => _ast::function_type(cx, &signature),
            Err(e) => Err(syntax_error(cx, &e, filename)),
        };
    }
    let parsed = parse_text(cx, text, filename, mode, flag_bits)?;
    krait_compiler::check_futures(&parsed).map_err(|e| compile_error(cx, e, filename))?;
    let level = optimization_level(cx, optimize);
    _ast::tree(cx, &parsed, mode, flag_bits, level)
}

/// `compile()` of a tree that a program may have made.
fn compile_tree(
    cx: &mut Cx,
    tree: Value,
    filename: &str,
    mode: Mode,
    flag_bits: u32,
    optimize: i32,
) -> PyResult<Value> {
    if flag_bits & flags::ONLY_AST != 0 {
        return Ok(tree);
    }
    let parsed = _ast::program(cx, tree, mode)?;
    let options = compile_options(cx, mode, flag_bits, optimize);
    let result = cx.blocking(|| generate(&parsed, filename, &options));
    finish(cx, result, filename)
}

/// Compiles text; the error is the Python exception.
pub fn compile_text(
    cx: &mut Cx,
    text: String,
    filename: &str,
    mode: Mode,
    flag_bits: u32,
    optimize: i32,
) -> PyResult<Value> {
    let options = parse_options(cx, mode, flag_bits);
    let compile_options = compile_options(cx, mode, flag_bits, optimize);
    let source = text.clone();
    // Nothing here touches the heap: other threads may collect meanwhile.
    let (parse_warnings, result) =
        match cx.blocking(|| build(text, filename, &options, &compile_options)) {
            Ok(built) => built,
            Err(e) => return Err(parse_error(cx, &e, filename, source, mode)),
        };
    for w in &parse_warnings {
        warn(cx, w, filename)?;
    }
    finish(cx, result, filename)
}

/// Gives the compiler's warnings and makes the code object, or raises its error.
fn finish(cx: &mut Cx, generated: Generated, filename: &str) -> PyResult<Value> {
    let (warnings, result) = generated;
    for w in &warnings {
        warn(cx, w, filename)?;
    }
    match result {
        Ok(unit) => Ok(code::load(cx, Arc::new(unit))?.value()),
        Err(e) => Err(compile_error(cx, e, filename)),
    }
}

/// The Python exception for an error of the compiler.
pub fn compile_error(cx: &mut Cx, e: CompileError, filename: &str) -> Raised {
    match e {
        CompileError::Syntax(e) => syntax_error(cx, &e, filename),
        CompileError::Scopes(e) => {
            let raised = syntax_error(cx, &e, filename);
            let message = cx.new_str(&e.msg);
            let args = cx.new_tuple(&[message]);
            let exception = raised.exception();
            exception.args.set(cx, exception, args);
            raised
        }
        CompileError::Recursion(message) => cx.recursion_error(message),
        CompileError::TooLarge(message) => cx.overflow_error(message),
    }
}

/// Warnings, those before an error too, and what came of the program.
type Generated = (
    Vec<SyntaxWarningInfo>,
    Result<krait_bytecode::Code, CompileError>,
);
type Built = (Vec<SyntaxWarningInfo>, Generated);

fn build(
    text: String,
    filename: &str,
    options: &Options,
    compile_options: &CompileOptions,
) -> Result<Built, Box<SyntaxError>> {
    let parsed = krait_syntax::parse(text, options)?;
    let result = generate(&parsed, filename, compile_options);
    Ok((parsed.warnings.clone(), result))
}

fn generate(parsed: &Parsed, filename: &str, options: &CompileOptions) -> Generated {
    let run = || {
        let mut warnings = Vec::new();
        let code = krait_compiler::compile_warning(parsed, filename, options, &mut warnings);
        (warnings, code)
    };
    if parsed.depth_bound() <= SHALLOW {
        run()
    } else {
        on_deep_stack(run)
    }
}

/// Runs the compiler on a stack that deep trees fit into. There are no values on it.
fn on_deep_stack<R: Send>(f: impl FnOnce() -> R + Send) -> R {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(DEEP_STACK)
            .spawn_scoped(scope, f);
        match thread.map(|t| t.join()) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(e) => panic!("cannot start a thread to compile deeply nested code: {e}"),
        }
    })
}

fn optional(n: Option<i64>) -> Value {
    n.map_or(Value::none(), Value::small)
}

/// The Python exception for a syntax error.
pub fn syntax_error(cx: &mut Cx, e: &SyntaxError, filename: &str) -> Raised {
    let t = cx.types();
    let class = match e.kind {
        ErrorKind::Syntax => t.syntax_error,
        ErrorKind::Indentation => t.indentation_error,
        ErrorKind::Tab => t.tab_error,
        ErrorKind::Incomplete => t.incomplete_input_error,
        ErrorKind::TooDeep => return cx.error(t.memory_error, &e.msg),
    };
    let message = cx.new_str(&e.msg);
    let args: &[Value] = if e.located {
        let name = cx.new_str(filename);
        let text = match &e.text {
            Some(text) => Some(text.clone()),
            None => crate::source::file_line(cx, filename, e.lineno as usize),
        };
        let text = text.map_or(Value::none(), |t| cx.new_str(&t));
        let place = [
            name,
            Value::small(e.lineno.into()),
            Value::small(e.offset.into()),
            text,
            optional(e.end_lineno.map(i64::from)),
            optional(e.end_offset.map(i64::from)),
        ];
        // What is wrong with the encoding has no end.
        let has_end = e.lineno != 0 || e.end_lineno.is_some();
        let places = if has_end { 6 } else { 4 };
        let place = cx.new_tuple(&place[..places]);
        &[message, place]
    } else {
        &[message]
    };
    match cx.call(class.value(), args) {
        Ok(v) => Raised::new(Gc::from_value_unchecked(v)),
        Err(other) => other,
    }
}

/// The exception for what the parser refused, or what a filter makes of a warning before it. It
/// keeps the source, for suggestions when it is shown.
fn parse_error(
    cx: &mut Cx,
    e: &SyntaxError,
    filename: &str,
    mut source: String,
    mode: Mode,
) -> Raised {
    for w in &e.warnings {
        if let Err(raised) = warn(cx, w, filename) {
            return raised;
        }
    }
    let raised = syntax_error(cx, e, filename);
    if mode == Mode::Exec && !source.ends_with('\n') {
        source.push('\n');
    }
    let source = cx.new_str(&source);
    set_metadata(cx, raised, e.last_statement, source);
    raised
}

/// Leaves the source out of a SyntaxError of a file: who shows it reads the file.
pub fn forget_source(cx: &mut Cx, e: Raised) -> Raised {
    set_metadata(cx, e, (0, 0), Value::none());
    e
}

fn set_metadata(cx: &mut Cx, e: Raised, last_statement: (u32, u32), source: Value) {
    if e.is(cx, cx.types().syntax_error) {
        let (line, column) = last_statement;
        let [line, column] = [line, column].map(|n| Value::small(n.into()));
        let metadata = cx.new_tuple(&[line, column, source]);
        let field = krait_runtime::types::exceptions::fields::METADATA;
        e.exception().set_field(cx, field, metadata);
    }
}

/// Gives a compiler's warning. A filter that makes it an error raises SyntaxError in its place.
fn warn(cx: &mut Cx, w: &SyntaxWarningInfo, filename: &str) -> PyResult<()> {
    let category = match w.category {
        WarningCategory::Syntax => cx.types().syntax_warning,
        WarningCategory::Deprecation => cx.types().deprecation_warning,
    };
    let (message, file) = (cx.new_str(&w.msg), cx.new_str(filename));
    let none = Value::none();
    let warning = Warning {
        message,
        category,
        filename: file,
        lineno: Value::small(w.lineno.into()),
        module: none,
        registry: none,
        source: none,
        line: none,
    };
    match warnings::explicit(cx, warning) {
        Err(e) if e.is(cx, category) => {
            let of_file = || {
                let line = crate::source::line(cx, filename, w.lineno as usize);
                line.map(|l| l + "\n")
            };
            let text = w.text.clone().or_else(of_file);
            let error = SyntaxError {
                located: true,
                lineno: w.lineno,
                offset: w.offset,
                end_lineno: Some(w.lineno),
                end_offset: Some(w.end_offset),
                text,
                ..SyntaxError::unlocated(ErrorKind::Syntax, w.error_msg.clone())
            };
            Err(syntax_error(cx, &error, filename))
        }
        result => result,
    }
}
