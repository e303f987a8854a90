//! Expressions back to text, for annotations under PEP 563.

use krait_bytecode::Const;
use krait_syntax::Source;
use ruff_python_ast::Expr;

pub(crate) fn unparse(expr: &Expr, source: &Source) -> String {
    use ruff_text_size::Ranged;
    source.slice(expr.range()).to_owned()
}
pub(crate) fn repr_const(value: &Const) -> String {
    match value {
        Const::Str(s) => format!("'{}'", s.to_lossy()),
        other => format!("{other:?}"),
    }
}
