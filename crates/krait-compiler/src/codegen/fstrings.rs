//! Formatted strings (PEP 498, 701) and template strings (PEP 750).

use krait_bytecode::{Const, Op, Text};
use ruff_python_ast::{
    self as ast, AnyStringFlags, ConversionFlag, FStringPart, InterpolatedElement,
    InterpolatedStringElement, InterpolatedStringFormatSpec, StringFlags,
};

use super::Compiler;
use super::percent::Converted;
use super::unit::Val;
use crate::error::Compiled;

/// Strings of more parts are joined in steps.
const MAX_PARTS: usize = 250;

/// A part of a string: text, or something to be formatted.
pub(super) enum Part<'a> {
    Text(Vec<u8>),
    Value(&'a InterpolatedElement, AnyStringFlags),
    /// Of `%` with a tuple.
    Percent(Converted<'a>),
}

pub(super) fn push_text(parts: &mut Vec<Part<'_>>, bytes: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    match parts.last_mut() {
        Some(Part::Text(text)) => text.extend_from_slice(bytes),
        _ => parts.push(Part::Text(bytes.to_vec())),
    }
}

fn conversion_number(conversion: ConversionFlag) -> u32 {
    match conversion {
        ConversionFlag::None => 0,
        ConversionFlag::Str => 1,
        ConversionFlag::Repr => 2,
        ConversionFlag::Ascii => 3,
    }
}

impl<'a> Compiler<'a> {
    fn collect_parts(
        &self,
        elements: &'a [InterpolatedStringElement],
        flags: AnyStringFlags,
        parts: &mut Vec<Part<'a>>,
    ) {
        let raw = flags.prefix().is_raw();
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let value = krait_syntax::interpolated_literal_value(self.source, literal, raw);
                    push_text(parts, &value);
                }
                InterpolatedStringElement::Interpolation(node) => {
                    if let Some(debug) = &node.debug_text {
                        push_text(parts, krait_syntax::debug_text(debug).as_bytes());
                    }
                    parts.push(Part::Value(node, flags));
                }
            }
        }
    }

    pub(super) fn f_string(
        &mut self,
        node: &'a ast::ExprFString,
        want: Option<u32>,
    ) -> Compiled<Val> {
        let mut parts = Vec::new();
        for part in &node.value {
            match part {
                FStringPart::Literal(literal) => {
                    push_text(
                        &mut parts,
                        &krait_syntax::string_value(self.source, literal),
                    );
                }
                FStringPart::FString(f_string) => {
                    let flags = AnyStringFlags::from(f_string.flags);
                    self.collect_parts(&f_string.elements, flags, &mut parts);
                }
            }
        }
        self.join_parts(parts, want)
    }

    pub(super) fn join_parts(&mut self, parts: Vec<Part<'a>>, want: Option<u32>) -> Compiled<Val> {
        let mark = self.unit().top;
        match &parts[..] {
            [] => return Ok(self.text_value(b"", want)),
            [Part::Text(text)] => return Ok(self.text_value(text, want)),
            [part] => {
                let dst = self.dst(mark, want);
                self.u().top = mark;
                self.part(part, dst)?;
                self.u().top = mark;
                if want.is_none() {
                    self.u().reserve(dst);
                }
                return Ok(Val::Reg(dst));
            }
            _ => {}
        }
        let first = self.unit().top;
        let mut count = 0;
        for part in parts {
            if count == MAX_PARTS {
                self.u().emit(Op::BuildString, first, first, count as u32);
                self.u().top = first + 1;
                count = 1;
            }
            let dst = self.unit().top;
            self.part(&part, dst)?;
            self.u().top = dst;
            self.u().reserve(dst);
            count += 1;
        }
        let dst = self.dst(mark, want);
        self.u().emit(Op::BuildString, dst, first, count as u32);
        Ok(Val::Reg(dst))
    }

    fn part(&mut self, part: &Part<'a>, dst: u32) -> Compiled<()> {
        match part {
            Part::Text(text) => {
                self.text_value(text, Some(dst));
                Ok(())
            }
            Part::Value(node, flags) => self.formatted(node, *flags, dst),
            Part::Percent(converted) => self.converted(converted, dst),
        }
    }

    pub(super) fn text_value(&mut self, text: &[u8], want: Option<u32>) -> Val {
        let value = Const::Str(Text::from_wtf8(text));
        match want {
            None => Val::Const(value),
            Some(dst) => {
                self.u().load_const(dst, value);
                Val::Reg(dst)
            }
        }
    }

    /// `dst` = the formatted value; `dst` is the register at `top` or a named one.
    fn formatted(
        &mut self,
        node: &'a InterpolatedElement,
        flags: AnyStringFlags,
        dst: u32,
    ) -> Compiled<()> {
        let mark = self.unit().top;
        let before = self.set_pos(node.range);
        let mut value = match &node.format_spec {
            Some(spec) => {
                let later: Vec<&ast::Expr> = spec_expressions(spec);
                self.operand(&node.expression, &later)?
            }
            None => self.expr_reg(&node.expression)?,
        };
        let mut conversion = conversion_number(node.conversion);
        if conversion == 0 && node.debug_text.is_some() && node.format_spec.is_none() {
            conversion = 2;
        }
        if conversion != 0 {
            self.u().top = mark;
            let converted = self.u().alloc();
            self.u().emit(Op::Convert, converted, value, conversion);
            value = converted;
        }
        match &node.format_spec {
            Some(spec) => {
                let spec = self.format_spec(spec, flags)?;
                let spec = self.materialize(spec);
                self.u().emit(Op::FormatSpec, dst, value, spec);
            }
            None => self.u().emit2(Op::FormatSimple, dst, value),
        }
        self.u().body.pos = before;
        self.u().top = mark;
        Ok(())
    }

    fn format_spec(
        &mut self,
        spec: &'a InterpolatedStringFormatSpec,
        flags: AnyStringFlags,
    ) -> Compiled<Val> {
        let mut parts = Vec::new();
        self.collect_parts(&spec.elements, flags, &mut parts);
        self.join_parts(parts, None)
    }

    pub(super) fn t_string(
        &mut self,
        node: &'a ast::ExprTString,
        want: Option<u32>,
    ) -> Compiled<Val> {
        let mut parts = Vec::new();
        for t_string in &node.value {
            let flags = AnyStringFlags::from(t_string.flags);
            self.collect_parts(&t_string.elements, flags, &mut parts);
        }
        // Between two interpolations, before the first and after the last there is always a string.
        let mut strings: Vec<Const> = Vec::new();
        let mut pending: Vec<u8> = Vec::new();
        let mark = self.unit().top;
        let strings_reg = self.u().alloc();
        let interpolations = self.u().alloc();
        let mut values = Vec::new();
        for part in parts {
            match part {
                Part::Text(text) => pending.extend_from_slice(&text),
                Part::Percent(_) => unreachable!("no part of a template string"),
                Part::Value(node, flags) => {
                    strings.push(Const::Str(Text::from_wtf8(&std::mem::take(&mut pending))));
                    values.push((node, flags));
                }
            }
        }
        strings.push(Const::Str(Text::from_wtf8(&pending)));
        self.u().load_const(strings_reg, Const::Tuple(strings));
        if values.is_empty() {
            self.u()
                .load_const(interpolations, Const::Tuple(Vec::new()));
        } else {
            self.u()
                .emit(Op::BuildList, interpolations, interpolations, 0);
            let inner = self.unit().top;
            for (node, flags) in values {
                let reg = self.interpolation(node, flags)?;
                self.u().emit2(Op::ListAppend, interpolations, reg);
                self.u().top = inner;
            }
            self.u()
                .emit2(Op::ListToTuple, interpolations, interpolations);
        }
        let dst = self.dst(mark, want);
        self.u()
            .emit(Op::BuildTemplate, dst, strings_reg, interpolations);
        Ok(Val::Reg(dst))
    }

    fn interpolation(
        &mut self,
        node: &'a InterpolatedElement,
        flags: AnyStringFlags,
    ) -> Compiled<u32> {
        let before = self.set_pos(node.range);
        let first = self.expr_temp(&node.expression)?;
        let text = krait_syntax::interpolation_text(self.source, node);
        self.materialize(Val::Const(Const::str(&text)));
        let spec = self.unit().top;
        match &node.format_spec {
            Some(format_spec) => {
                let value = self.format_spec(format_spec, flags)?;
                let reg = self.materialize(value);
                self.u().mov(spec, reg);
            }
            None => self.u().load_const(spec, Const::str("")),
        }
        self.u().reserve(spec);
        let mut conversion = conversion_number(node.conversion);
        if conversion == 0 && node.debug_text.is_some() && node.format_spec.is_none() {
            conversion = 2;
        }
        self.u()
            .emit(Op::BuildInterpolation, first, first, conversion);
        self.u().body.pos = before;
        Ok(first)
    }
}

fn spec_expressions(spec: &InterpolatedStringFormatSpec) -> Vec<&ast::Expr> {
    spec.elements
        .interpolations()
        .map(|i| &*i.expression)
        .collect()
}
