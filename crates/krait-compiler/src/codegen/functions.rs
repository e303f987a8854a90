//! Function definitions and lambdas.

use krait_bytecode::{Code, Const, FunctionAttr, Op, Text, flags};
use ruff_python_ast::{self as ast, Parameters, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::Compiler;
use super::unit::Val;
use crate::error::Compiled;
use crate::ir::Payload;
use crate::scopes::{Part, docstring};

const CALLABLE: u32 = krait_bytecode::CALL_AREA_CALLABLE as u32;
const ARGS: u32 = krait_bytecode::CALL_AREA_ARGS as u32;

/// Attributes of a function that were computed before it is made.
#[derive(Clone, Copy, Default)]
pub(super) struct FunctionParts {
    pub defaults: Option<u32>,
    pub kwdefaults: Option<u32>,
    pub annotate: Option<u32>,
}

impl<'a> Compiler<'a> {
    pub(super) fn function_def(&mut self, node: &'a ast::StmtFunctionDef) -> Compiled<()> {
        let mark = self.unit().top;
        let (areas, first_line) = self.decorators(&node.decorator_list, node.range)?;
        let range = crate::scopes::definition_range(self.source, node.range, &node.decorator_list);
        let before = self.set_pos(range);
        let function = self.unit().top;
        let parts = self.default_values(&node.parameters)?;
        match &node.type_params {
            Some(params) => self.generic_function(node, params, parts, function, first_line)?,
            None => {
                let parts = self.annotation_parts(node, parts)?;
                let code = self.function_code(node, first_line)?;
                self.make_function(code, parts, function)?;
            }
        }
        self.u().top = function;
        self.u().reserve(function);
        self.finish_definition(&node.name.id, &node.decorator_list, areas, function);
        self.u().body.pos = before;
        self.u().top = mark;
        Ok(())
    }

    /// Evaluates decorators, each into a call area of its own, the next inside the one before.
    pub(super) fn decorators(
        &mut self,
        decorators: &'a [ast::Decorator],
        range: TextRange,
    ) -> Compiled<(Vec<u32>, i32)> {
        let mut areas = Vec::new();
        for decorator in decorators {
            let area = self.unit().top;
            self.u().set_top(area + CALLABLE);
            self.expr_into(&decorator.expression, area + CALLABLE)?;
            self.u().set_top(area + ARGS);
            areas.push(area);
        }
        let first = decorators.first().map_or(range, |d| d.expression.range());
        let line = match decorators.first() {
            Some(_) => self.line_of(first),
            None => self.line_of(range),
        };
        Ok((areas, line))
    }

    /// Calls the decorators and binds the name.
    pub(super) fn finish_definition(
        &mut self,
        name: &str,
        decorators: &'a [ast::Decorator],
        areas: Vec<u32>,
        value: u32,
    ) {
        let mut value = value;
        for (area, decorator) in areas.into_iter().zip(decorators).rev() {
            let before = self.set_pos(decorator.expression.range());
            let unit = self.u();
            unit.mov(area + ARGS, value);
            unit.emit(Op::Call, area, area, 1);
            unit.body.pos = before;
            value = area;
        }
        self.store_name_reg(name, value);
    }

    /// Tuple of positional defaults and dict of keyword-only ones, in new temporaries behind the
    /// register for the function.
    fn default_values(&mut self, parameters: &'a Parameters) -> Compiled<FunctionParts> {
        let mut parts = FunctionParts::default();
        self.u().alloc();
        let positional: Vec<&ast::Expr> = parameters
            .posonlyargs
            .iter()
            .chain(&parameters.args)
            .filter_map(|p| p.default())
            .collect();
        if !positional.is_empty() {
            let constants: Option<Vec<Const>> =
                positional.iter().map(|e| self.constant_value(e)).collect();
            let dst = self.unit().top;
            match constants {
                Some(items) => self.u().load_const(dst, Const::Tuple(items)),
                None => {
                    for value in &positional {
                        self.expr_temp(value)?;
                    }
                    self.u()
                        .emit(Op::BuildTuple, dst, dst, positional.len() as u32);
                }
            }
            self.u().top = dst;
            self.u().reserve(dst);
            parts.defaults = Some(dst);
        }
        let dst = self.unit().top;
        let mut count = 0;
        for param in &parameters.kwonlyargs {
            if let Some(value) = param.default() {
                let name = self.mangle(&param.parameter.name.id);
                self.materialize(Val::Const(Const::str(&name)));
                self.expr_temp(value)?;
                count += 1;
            }
        }
        if count > 0 {
            self.u().emit(Op::BuildMap, dst, dst, count);
            self.u().top = dst;
            self.u().reserve(dst);
            parts.kwdefaults = Some(dst);
        }
        Ok(parts)
    }

    /// `function` = new function of `code` with the given attributes and its closure.
    pub(super) fn make_function(
        &mut self,
        code: Code,
        parts: FunctionParts,
        function: u32,
    ) -> Compiled<()> {
        let free = code.freevars.clone();
        let at = self.u().body.constant(Const::Code(code.into()));
        self.u()
            .body
            .push(Op::MakeFunction, [function, 0, 0], Payload::Const(at));
        let attributes = [
            (FunctionAttr::Defaults, parts.defaults),
            (FunctionAttr::KwDefaults, parts.kwdefaults),
            (FunctionAttr::Annotate, parts.annotate),
        ];
        for (attribute, value) in attributes {
            if let Some(value) = value {
                self.u()
                    .emit(Op::SetFunctionAttr, function, value, attribute as u32);
            }
        }
        self.u().reserve(function);
        self.set_closure(function, &free)
    }

    pub(super) fn parameter_counts(&mut self, parameters: &Parameters) {
        let unit = self.u();
        unit.posonly = parameters.posonlyargs.len() as u32;
        unit.argcount = unit.posonly + parameters.args.len() as u32;
        unit.kwonly = parameters.kwonlyargs.len() as u32;
    }

    pub(super) fn function_code(
        &mut self,
        node: &'a ast::StmtFunctionDef,
        first_line: i32,
    ) -> Compiled<Code> {
        let scope = self
            .scopes
            .of(node, Part::Body)
            .expect("every function has a scope");
        self.enter(scope, &node.name.id, first_line)?;
        self.parameter_counts(&node.parameters);
        let mut body: &'a [Stmt] = &node.body;
        if let Some(doc) = self.docstring(body) {
            if let Some(text) = self.docstring_value(doc) {
                self.u().body.constant(text);
                self.u().flags |= flags::CO_HAS_DOCSTRING;
            }
            body = &body[1..];
        }
        let handler = self.start_generator();
        self.body(body)?;
        self.u().implicit_return();
        self.end_generator(handler);
        self.leave()
    }

    pub(super) fn lambda(&mut self, node: &'a ast::ExprLambda, want: Option<u32>) -> Compiled<Val> {
        let mark = self.unit().top;
        let parts = match &node.parameters {
            Some(parameters) => self.default_values(parameters)?,
            None => {
                self.u().alloc();
                FunctionParts::default()
            }
        };
        let scope = self
            .scopes
            .of(node, Part::Body)
            .expect("every lambda has a scope");
        let line = self.line_of(node.range);
        self.enter(scope, "<lambda>", line)?;
        if let Some(parameters) = &node.parameters {
            self.parameter_counts(parameters);
        }
        self.set_pos(node.body.range());
        let handler = self.start_generator();
        let value = self.expr_reg(&node.body)?;
        self.u().emit1(Op::Return, value);
        self.end_generator(handler);
        let code = self.leave()?;
        self.make_function(code, parts, mark)?;
        Ok(self.built(mark, mark, want))
    }

    // ---- Docstrings -----------------------------------------------------------------------

    pub(super) fn docstring(&self, body: &'a [Stmt]) -> Option<&'a ast::ExprStringLiteral> {
        docstring(body)
    }

    /// The docstring's value unless docstrings are dropped.
    pub(super) fn docstring_value(&self, doc: &ast::ExprStringLiteral) -> Option<Const> {
        if self.options.optimize >= 2 {
            return None;
        }
        let text = self.string_value(doc);
        Some(Const::Str(Text::from_wtf8(&clean_docstring(
            text.as_bytes(),
        ))))
    }
}

/// Removes the common indentation of a docstring, as `inspect.cleandoc` does it, but keeps blank
/// lines at both ends.
fn clean_docstring(doc: &[u8]) -> Vec<u8> {
    let doc = expand_tabs(doc);
    let indent = |line: &[u8]| line.iter().take_while(|&&b| b == b' ').count();
    let mut lines = doc.split(|&b| b == b'\n');
    let first = lines.next().unwrap_or_default();
    let rest: Vec<&[u8]> = lines.collect();
    let indents = rest
        .iter()
        .filter(|line| indent(line) < line.len())
        .map(|line| indent(line));
    let margin = indents.min().unwrap_or(0);
    let mut out = first[indent(first)..].to_vec();
    for line in rest {
        out.push(b'\n');
        out.extend_from_slice(&line[margin.min(indent(line))..]);
    }
    out
}

fn expand_tabs(doc: &[u8]) -> Vec<u8> {
    if !doc.contains(&b'\t') {
        return doc.to_vec();
    }
    let mut out = Vec::with_capacity(doc.len());
    let mut column = 0;
    for &byte in doc {
        match byte {
            b'\t' => {
                let fill = 8 - column % 8;
                out.extend(std::iter::repeat_n(b' ', fill));
                column += fill;
                continue;
            }
            b'\n' | b'\r' => column = 0,
            _ if byte & 0xC0 != 0x80 => column += 1,
            _ => {}
        }
        out.push(byte);
    }
    out
}
