//! `compile`, `eval`, `exec`, `__import__`, `breakpoint`: arguments and messages. The work is done
//! by the compiler and the virtual machine, through hooks.

use krait_macros::pyfunctions;

use super::object::is_mapping;
use crate::cx::Root;
use crate::native::{Cx, PyResult, Value};
use crate::object::{Gc, Kind, is_kind};
use crate::protocol::text::shown_type;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::int::is_int;
use crate::types::str::Str;
use crate::types::tuple::Tuple;

/// Flags of `compile()`, with CPython's values.
pub mod compile_flags {
    /// `from __future__ import ...`, all of them.
    pub const FUTURE_MASK: u32 = 0x1fe_0000;
    /// Once `nested_scopes`; still accepted.
    pub const OBSOLETE_MASK: u32 = 0x10;
    pub const DONT_IMPLY_DEDENT: u32 = 0x200;
    pub const ONLY_AST: u32 = 0x400;
    pub const TYPE_COMMENTS: u32 = 0x1000;
    pub const ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;
    pub const ALLOW_INCOMPLETE_INPUT: u32 = 0x4000;
    pub const OPTIMIZED_AST: u32 = 0x8000 | ONLY_AST;
    pub const ALL: u32 = FUTURE_MASK
        | OBSOLETE_MASK
        | DONT_IMPLY_DEDENT
        | TYPE_COMMENTS
        | ALLOW_TOP_LEVEL_AWAIT
        | ALLOW_INCOMPLETE_INPUT
        | OPTIMIZED_AST;
}

/// The flags that code compiled here inherits from the running code.
fn inherited_flags(cx: &Cx) -> u32 {
    cx.hooks().inherited_flags.map_or(0, |f| f(cx)) & compile_flags::FUTURE_MASK
}

/// The source text: a str, or bytes of anything that has a buffer. `None` for other objects.
fn source_text(cx: &mut Cx, v: Value) -> PyResult<Option<Value>> {
    let (text, bytes) = if let Some(s) = Gc::<Str>::from_value(v) {
        (v, s.as_bytes())
    } else if let Some(b) = Gc::<Bytes>::from_value(v) {
        (v, b.as_bytes())
    } else if cx.is_buffer(v) {
        let copy = cx.bytes_of(v)?;
        (copy.value(), copy.as_bytes())
    } else {
        return Ok(None);
    };
    if bytes.contains(&0) {
        let class = cx.types().syntax_error;
        return Err(cx.error(class, "source code string cannot contain null bytes"));
    }
    Ok(Some(text))
}

/// A file name: str, bytes or what `__fspath__` returns.
fn file_name(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let is_text =
        |v: Value| Gc::<Str>::from_value(v).is_some() || Gc::<Bytes>::from_value(v).is_some();
    let mut path = v;
    if !is_text(v) {
        let class = cx.type_of(v);
        let Some(f) = class.lookup(cx, cx.names().__fspath__) else {
            let got = class.name_string();
            return Err(cx.type_error(format!(
                "expected str, bytes or os.PathLike object, not {got}"
            )));
        };
        path = cx.call_slot(f, &[v])?;
        if !is_text(path) {
            let (class, got) = (class.name_string(), cx.type_name(path));
            return Err(cx.type_error(format!(
                "expected {class}.__fspath__() to return str or bytes, not {got}"
            )));
        }
    }
    match Gc::<Bytes>::from_value(path) {
        Some(b) => cx.decode(b.as_bytes(), Some("utf-8"), Some("surrogateescape")),
        None => Ok(path),
    }
}

fn compile_mode(cx: &mut Cx, mode: Gc<Str>, flags: u32) -> PyResult<&'static str> {
    let only_ast = flags & compile_flags::ONLY_AST != 0;
    match mode.as_bytes() {
        b"exec" => Ok("exec"),
        b"eval" => Ok("eval"),
        b"single" => Ok("single"),
        b"func_type" if only_ast => Ok("func_type"),
        b"func_type" => {
            Err(cx.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"))
        }
        _ if only_ast => {
            Err(cx.value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'"))
        }
        _ => Err(cx.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    }
}

fn run_compiler(
    cx: &mut Cx,
    source: Value,
    filename: Value,
    mode: &str,
    flags: u32,
    optimize: i32,
) -> PyResult<Value> {
    match cx.hooks().compile {
        Some(f) => f(cx, source, filename, mode, flags, optimize),
        None => Err(cx.not_implemented_error("this interpreter has no compiler")),
    }
}

fn run_code(cx: &mut Cx, code: Value, scope: Scope, closure: Option<Value>) -> PyResult<Value> {
    match cx.hooks().exec_code {
        Some(f) => f(cx, code, scope.globals, scope.locals, closure),
        None => Err(cx.not_implemented_error("no virtual machine to run code")),
    }
}

/// The namespaces that `eval` and `exec` run code in.
#[derive(Clone, Copy)]
struct Scope {
    globals: Value,
    locals: Value,
}

impl Scope {
    /// Those given, or those of the running function; `name` is for messages.
    fn resolve(
        cx: &mut Cx,
        name: &str,
        globals: Option<Value>,
        locals: Option<Value>,
    ) -> PyResult<Scope> {
        let (given, locals) = (
            globals.filter(|g| !g.is_none()),
            locals.filter(|l| !l.is_none()),
        );
        let globals = match given.or_else(|| cx.hooks().globals.and_then(|f| f(cx))) {
            Some(g) => g,
            None => {
                return Err(cx.type_error(format!(
                    "{name} must be given globals and locals when called without a frame"
                )));
            }
        };
        let locals = match (locals, given, cx.hooks().locals) {
            (Some(l), _, _) => l,
            (None, None, Some(current)) => current(cx)?,
            _ => globals,
        };
        Ok(Scope { globals, locals })
    }

    /// Code can run only with `__builtins__` in its globals.
    fn add_builtins(self, cx: &mut Cx) -> PyResult<()> {
        let Some(d) = Gc::<Dict>::from_value(self.globals) else {
            return Ok(());
        };
        let (key, builtins) = (cx.names().__builtins__.value(), cx.root(Root::BuiltinsDict));
        if builtins.is_empty() {
            return Ok(());
        }
        d.set_default(cx, key, builtins).map(|_| ())
    }
}

/// `co_freevars` of a code object: how many cells it needs.
fn free_variables(cx: &mut Cx, code: Value) -> PyResult<usize> {
    let names = cx.get_attr_str(code, "co_freevars")?;
    Ok(Gc::<Tuple>::from_value(names).map_or(0, |t| t.len()))
}

fn check_eval_scope(cx: &mut Cx, globals: Option<Value>, locals: Option<Value>) -> PyResult<()> {
    if let Some(l) = locals.filter(|l| !l.is_none())
        && !is_mapping(cx, l)
    {
        return Err(cx.type_error("locals must be a mapping"));
    }
    match globals.filter(|g| !g.is_none()) {
        Some(g) if Gc::<Dict>::from_value(g).is_none() => {
            let real = is_mapping(cx, g);
            Err(cx.type_error(if real {
                "globals must be a real dict; try eval(expr, {}, mapping)"
            } else {
                "globals must be a dict"
            }))
        }
        _ => Ok(()),
    }
}

fn check_exec_scope(cx: &mut Cx, scope: Scope) -> PyResult<()> {
    if Gc::<Dict>::from_value(scope.globals).is_none() {
        let got = cx.type_name(scope.globals);
        return Err(cx.type_error(format!("exec() globals must be a dict, not {got}")));
    }
    if !is_mapping(cx, scope.locals) {
        let got = cx.type_name(scope.locals);
        return Err(cx.type_error(format!("locals must be a mapping or None, not {got}")));
    }
    Ok(())
}

/// The closure for `exec` of a code object: exactly the cells that it needs.
fn check_closure(cx: &mut Cx, code: Value, closure: Option<Value>) -> PyResult<()> {
    let n = free_variables(cx, code)?;
    if n == 0 {
        return match closure {
            Some(_) => Err(cx.type_error("cannot use a closure with this code object")),
            None => Ok(()),
        };
    }
    let fits = closure.and_then(Gc::<Tuple>::from_value).is_some_and(|t| {
        t.is_exact() && t.len() == n && t.items().iter().all(|&c| is_kind(c, Kind::Cell))
    });
    if fits {
        Ok(())
    } else {
        Err(cx.type_error(format!(
            "code object requires a closure of exactly length {n}"
        )))
    }
}

/// An expression's source without the blanks before it, which would be an indent.
fn without_indent(cx: &mut Cx, source: Value) -> PyResult<Value> {
    let strip = |b: &[u8]| {
        b.iter()
            .position(|c| !matches!(c, b' ' | b'\t'))
            .unwrap_or(b.len())
    };
    if let Some(s) = Gc::<Str>::from_value(source) {
        let n = strip(s.as_bytes());
        return if n == 0 {
            Ok(source)
        } else {
            Ok(Str::from_wtf8(cx, &s.as_bytes()[n..])?.value())
        };
    }
    let b = Gc::<Bytes>::from_value_unchecked(source);
    let n = strip(b.as_bytes());
    if n == 0 {
        Ok(source)
    } else {
        Ok(Bytes::from_slice(cx, &b.as_bytes()[n..])?.value())
    }
}

/// Compiles the source given to `eval` or `exec`.
fn compile_string(cx: &mut Cx, source: Value, mode: &str) -> PyResult<Value> {
    let Some(mut text) = source_text(cx, source)? else {
        let name = if mode == "eval" { "eval" } else { "exec" };
        return Err(cx.type_error(format!(
            "{name}() arg 1 must be a string, bytes or code object"
        )));
    };
    if mode == "eval" {
        text = without_indent(cx, text)?;
    }
    let (filename, inherited) = (cx.new_str("<string>"), inherited_flags(cx));
    run_compiler(cx, text, filename, mode, inherited, -1)
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Import a module.
    ///
    /// Because this function is meant for use by the Python
    /// interpreter and not for general use, it is better to use
    /// importlib.import_module() to programmatically import a module.
    ///
    /// The globals argument is only used to determine the context;
    /// they are not modified.  The locals argument is unused.  The fromlist
    /// should be a list of names to emulate ``from name import ...``, or an
    /// empty list to emulate ``import name``.
    /// When importing a module from a package, note that __import__('A.B', ...)
    /// returns package A when fromlist is empty, but its submodule B when
    /// fromlist is not empty.  The level argument is used to determine whether to
    /// perform absolute or relative imports: 0 is absolute, while a positive number
    /// is the number of parent directories to search relative to the current module.
    #[py(sig = "($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)")]
    fn __import__(
        cx: &mut Cx,
        name: Value,
        globals: Option<Value>,
        locals: Option<Value>,
        fromlist: Option<Value>,
        level: Option<i32>,
    ) -> PyResult<Value> {
        let level = level.unwrap_or(0);
        let Some(text) = Gc::<Str>::from_value(name) else {
            return Err(cx.type_error("module name must be a string"));
        };
        if level < 0 {
            return Err(cx.value_error("level must be >= 0"));
        }
        if level == 0 && text.is_empty() {
            return Err(cx.value_error("Empty module name"));
        }
        let Some(import) = cx.hooks().import else {
            return Err(cx.import_error("this interpreter has no import system"));
        };
        let fromlist = match fromlist {
            Some(f) => f,
            None => cx.empty_tuple(),
        };
        import(
            cx,
            name,
            globals.unwrap_or(Value::none()),
            locals.unwrap_or(Value::none()),
            fromlist,
            level,
        )
    }

    /// Call sys.breakpointhook(*args, **kws).
    ///
    /// sys.breakpointhook() must accept whatever arguments are passed.
    ///
    /// By default, this drops you into the pdb debugger.
    #[py(sig = "($module, /, *args, **kws)")]
    fn breakpoint(cx: &mut Cx, kws: Option<Value>, args: &[Value]) -> PyResult<Value> {
        match cx.sys_get("breakpointhook") {
            Some(hook) => cx.call_with_kwargs(hook, args, kws),
            None => Err(cx.runtime_error("lost sys.breakpointhook")),
        }
    }

    /// Compile source into a code object that can be executed by exec() or eval().
    ///
    /// The source code may represent a Python module, statement or expression.
    /// The filename will be used for run-time error messages.
    /// The mode must be 'exec' to compile a module, 'single' to compile a
    /// single (interactive) statement, or 'eval' to compile an expression.
    /// The flags argument, if present, controls which future statements influence
    /// the compilation of the code.
    /// The dont_inherit argument, if true, stops the compilation inheriting
    /// the effects of any future statements in effect in the code calling
    /// compile; if absent or false these statements do influence the compilation,
    /// in addition to any features explicitly specified.
    #[py(
        sig = "($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)"
    )]
    #[allow(clippy::too_many_arguments)]
    fn compile(
        cx: &mut Cx,
        source: Value,
        filename: Value,
        mode: Value,
        flags: Option<i32>,
        dont_inherit: Option<bool>,
        optimize: Option<i32>,
        _feature_version: Option<i32>,
    ) -> PyResult<Value> {
        let filename = file_name(cx, filename)?;
        let Some(mode) = Gc::<Str>::from_value(mode) else {
            let got = shown_type(cx, mode);
            return Err(cx.type_error(format!("compile() argument 'mode' must be str, not {got}")));
        };
        let mut flags = flags.unwrap_or(0) as u32;
        if flags & !compile_flags::ALL != 0 {
            return Err(cx.value_error("compile(): unrecognised flags"));
        }
        let optimize = optimize.unwrap_or(-1);
        if !(-1..=2).contains(&optimize) {
            return Err(cx.value_error("compile(): invalid optimize value"));
        }
        if !dont_inherit.unwrap_or(false) {
            flags |= inherited_flags(cx);
        }
        let mode = compile_mode(cx, mode, flags)?;
        // Trees of `_ast` are known by their fields; the compiler checks them.
        let is_tree = !is_int(source) && cx.lookup_attr_str(source, "_fields")?.is_some();
        let source = match if is_tree {
            None
        } else {
            source_text(cx, source)?
        } {
            Some(text) => text,
            None if is_tree => source,
            None => {
                return Err(cx.type_error("compile() arg 1 must be a string, bytes or AST object"));
            }
        };
        run_compiler(cx, source, filename, mode, flags, optimize)
    }

    /// Evaluate the given source in the context of globals and locals.
    ///
    /// The source may be a string representing a Python expression
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    #[py(sig = "($module, source, /, globals=None, locals=None)")]
    fn eval(
        cx: &mut Cx,
        source: Value,
        globals: Option<Value>,
        locals: Option<Value>,
    ) -> PyResult<Value> {
        check_eval_scope(cx, globals, locals)?;
        let scope = Scope::resolve(cx, "eval", globals, locals)?;
        scope.add_builtins(cx)?;
        let code = if is_kind(source, Kind::Code) {
            if free_variables(cx, source)? > 0 {
                return Err(
                    cx.type_error("code object passed to eval() may not contain free variables")
                );
            }
            source
        } else {
            compile_string(cx, source, "eval")?
        };
        run_code(cx, code, scope, None)
    }

    /// Execute the given source in the context of globals and locals.
    ///
    /// The source may be a string representing one or more Python statements
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    /// The closure must be a tuple of cellvars, and can only be used
    /// when source is a code object requiring exactly that many cellvars.
    #[py(sig = "($module, source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(
        cx: &mut Cx,
        source: Value,
        globals: Option<Value>,
        locals: Option<Value>,
        closure: Option<Value>,
    ) -> PyResult<()> {
        let scope = Scope::resolve(cx, "exec", globals, locals)?;
        check_exec_scope(cx, scope)?;
        scope.add_builtins(cx)?;
        let closure = closure.filter(|c| !c.is_none());
        if is_kind(source, Kind::Code) {
            check_closure(cx, source, closure)?;
            return run_code(cx, source, scope, closure).map(|_| ());
        }
        if closure.is_some() {
            return Err(cx.type_error("closure can only be used when source is a code object"));
        }
        let code = compile_string(cx, source, "exec")?;
        run_code(cx, code, scope, None).map(|_| ())
    }
}
