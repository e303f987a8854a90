//! `from __future__ import ...`.

use krait_bytecode::flags;
use krait_syntax::{Parsed, Source};
use ruff_python_ast::{Mod, Stmt, StmtImportFrom};
use ruff_text_size::{Ranged, TextSize};

use crate::error::{Compiled, scopes_error};

/// The features in force.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Futures {
    /// `co_flags` bits.
    pub flags: u32,
    /// Annotations are kept as text.
    pub annotations: bool,
    /// End of the last future import that stands where it may.
    last: TextSize,
}

impl Futures {
    /// An import that was not collected stands too late.
    pub fn check_place(&self, node: &StmtImportFrom, source: &Source) -> Compiled<()> {
        if !names_future(node) || node.range.end() <= self.last {
            return Ok(());
        }
        let msg = "from __future__ imports must occur at the beginning of the file";
        Err(scopes_error(source, node.range, msg))
    }
}

fn is_future(stmt: &Stmt) -> Option<&StmtImportFrom> {
    let node = stmt.as_import_from_stmt()?;
    names_future(node).then_some(node)
}

fn names_future(node: &StmtImportFrom) -> bool {
    let module = node.module.as_ref().map(|m| m.id.as_str());
    module == Some("__future__") && node.level == 0
}

/// Collects the future imports at the beginning of a program; `inherited` are flags of the caller.
pub(crate) fn collect(parsed: &Parsed, inherited: u32) -> Compiled<Futures> {
    let mut futures = Futures {
        flags: inherited & flags::FUTURE_MASK,
        annotations: false,
        last: TextSize::new(0),
    };
    if let Mod::Module(module) = &parsed.ast {
        for (at, stmt) in module.body.iter().enumerate() {
            let is_docstring = at == 0
                && stmt
                    .as_expr_stmt()
                    .is_some_and(|e| e.value.is_string_literal_expr());
            if is_docstring {
                continue;
            }
            let Some(node) = is_future(stmt) else { break };
            for alias in &node.names {
                futures.flags |= match feature(&alias.name.id) {
                    Ok(flag) => flag,
                    Err(msg) => return Err(scopes_error(&parsed.source, alias.range(), msg)),
                };
            }
            futures.last = node.range.end();
        }
    }
    futures.annotations = futures.flags & flags::CO_FUTURE_ANNOTATIONS != 0;
    Ok(futures)
}

fn feature(name: &str) -> Result<u32, String> {
    match name {
        // In force since Python 3.0 or 3.7; they leave no flag.
        "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
        | "print_function" | "unicode_literals" | "generator_stop" => Ok(0),
        "barry_as_FLUFL" => Ok(flags::CO_FUTURE_BARRY_AS_BDFL),
        "annotations" => Ok(flags::CO_FUTURE_ANNOTATIONS),
        "braces" => Err("not a chance".to_owned()),
        other => Err(format!("future feature {other} is not defined")),
    }
}
