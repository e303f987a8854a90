//! AST to register bytecode.
//!
//! The stages: [`scopes`] makes the symbol table; `codegen` walks the tree once and emits
//! instructions with labels, folding constants (`fold`) as it goes; `assemble` removes dead code and
//! needless checks, and lays the words and tables out. See `docs/internals/compiler.md`.

mod assemble;
mod codegen;
mod error;
mod finally;
mod fold;
mod future;
mod ir;
mod limits;
mod mangle;
pub mod scopes;
mod unparse;

use krait_bytecode::Code;
use krait_syntax::{Mode, Parsed, SyntaxWarningInfo};

pub use error::{CompileError, Compiled};

/// How to compile.
#[derive(Clone, Debug)]
pub struct CompileOptions {
    /// What the program was parsed as.
    pub mode: Mode,
    /// 0; 1 drops `assert` and makes `__debug__` false; 2 drops docstrings too.
    pub optimize: u8,
    /// `co_flags` bits of `__future__` features that the calling code has in force.
    pub inherited_flags: u32,
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`.
    pub top_level_await: bool,
}

impl CompileOptions {
    /// Options for a mode, as `compile()` has them by default.
    pub fn new(mode: Mode) -> CompileOptions {
        CompileOptions {
            mode,
            optimize: 0,
            inherited_flags: 0,
            top_level_await: false,
        }
    }
}

/// Compiles a program. The warnings are the compiler's own, in the order CPython gives them; those
/// of the parser are in [`Parsed`].
pub fn compile(
    parsed: &Parsed,
    filename: &str,
    options: &CompileOptions,
) -> Result<(Code, Vec<SyntaxWarningInfo>), CompileError> {
    let mut warnings = Vec::new();
    let code = compile_warning(parsed, filename, options, &mut warnings)?;
    Ok((code, warnings))
}

/// As [`compile`]; `warnings` gets those before an error too.
pub fn compile_warning(
    parsed: &Parsed,
    filename: &str,
    options: &CompileOptions,
    warnings: &mut Vec<SyntaxWarningInfo>,
) -> Result<Code, CompileError> {
    let futures = future::collect(parsed, options.inherited_flags)?;
    warnings.extend(finally::warnings(parsed));
    let scopes = scopes::analyze(parsed, &futures, options.top_level_await)?;
    let mut compiler = codegen::Compiler::new(parsed, &scopes, options, futures, filename);
    let code = compiler.module();
    warnings.append(&mut compiler.warnings);
    code
}

/// What is wrong with the future imports of a program.
pub fn check_futures(parsed: &Parsed) -> Result<(), CompileError> {
    future::collect(parsed, 0).map(drop)
}

/// The symbol table of a program alone.
pub fn symbol_table(parsed: &Parsed) -> Result<scopes::Scopes, CompileError> {
    let futures = future::collect(parsed, 0)?;
    scopes::analyze(parsed, &futures, false)
}

/// The text of an expression as `ast.unparse`-like annotations have it (PEP 563).
pub fn unparse_expression(expr: &ruff_python_ast::Expr, source: &krait_syntax::Source) -> String {
    unparse::unparse(expr, source)
}
