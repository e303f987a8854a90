//! Formatted strings and template strings.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::vec::ValueVec;
use krait_syntax::ast::{
    self, AnyStringFlags, FStringPart, InterpolatedElement, InterpolatedStringElement,
    InterpolatedStringFormatSpec, StringFlags,
};
use krait_syntax::{TextRange, TextSize};

use super::Build;
use crate::modules::_ast::table::Node;

/// Text between replacement fields: what adjoins becomes one constant.
struct Pending {
    text: Vec<u8>,
    range: TextRange,
    is_unicode: bool,
}

/// The values of a `JoinedStr` or `TemplateStr` so far.
struct Values {
    made: ValueVec,
    pending: Option<Pending>,
}

impl Values {
    fn new() -> Values {
        Values {
            made: ValueVec::new(),
            pending: None,
        }
    }

    fn text(&mut self, bytes: &[u8], range: TextRange, is_unicode: bool) {
        match &mut self.pending {
            Some(p) => {
                p.text.extend_from_slice(bytes);
                p.range = p.range.cover(range);
            }
            None => {
                self.pending = Some(Pending {
                    text: bytes.to_vec(),
                    range,
                    is_unicode,
                })
            }
        }
    }

    fn flush(&mut self, build: &Build<'_>, cx: &mut Cx) -> PyResult<()> {
        let Some(p) = self.pending.take().filter(|p| !p.text.is_empty()) else {
            return Ok(());
        };
        let text = cx.new_str_wtf8(&p.text);
        let kind = if p.is_unicode {
            cx.intern("u").value()
        } else {
            Value::none()
        };
        let constant = build.make(cx, Node::Constant, p.range, &[text, kind])?;
        self.made.push(cx, constant)
    }

    fn finish(mut self, build: &Build<'_>, cx: &mut Cx) -> PyResult<Value> {
        self.flush(build, cx)?;
        Ok(cx.try_new_list(self.made.as_slice())?.value())
    }
}

impl Build<'_> {
    pub(super) fn joined_string(&self, cx: &mut Cx, e: &ast::ExprFString) -> PyResult<Value> {
        let mut values = Values::new();
        for part in &e.value {
            match part {
                FStringPart::Literal(literal) => {
                    let text = krait_syntax::string_value(self.source, literal);
                    values.text(&text, literal.range, literal.flags.prefix().is_unicode());
                }
                FStringPart::FString(f) => self.elements(
                    cx,
                    &f.elements,
                    f.flags.into(),
                    Node::FormattedValue,
                    &mut values,
                )?,
            }
        }
        let values = values.finish(self, cx)?;
        self.make(cx, Node::JoinedStr, e.range, &[values])
    }

    pub(super) fn template_string(&self, cx: &mut Cx, e: &ast::ExprTString) -> PyResult<Value> {
        let mut values = Values::new();
        for t in &e.value {
            self.elements(
                cx,
                &t.elements,
                t.flags.into(),
                Node::Interpolation,
                &mut values,
            )?;
        }
        let values = values.finish(self, cx)?;
        self.make(cx, Node::TemplateStr, e.range, &[values])
    }

    fn elements(
        &self,
        cx: &mut Cx,
        elements: &[InterpolatedStringElement],
        flags: AnyStringFlags,
        field: Node,
        values: &mut Values,
    ) -> PyResult<()> {
        let raw = flags.prefix().is_raw();
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let text = krait_syntax::interpolated_literal_value(self.source, literal, raw);
                    values.text(&text, literal.range, false);
                }
                InterpolatedStringElement::Interpolation(e) => {
                    if let Some(debug) = &e.debug_text {
                        let start = e.range.start() + TextSize::new(1);
                        let range =
                            TextRange::at(start, TextSize::new(debug.as_str().len() as u32));
                        values.text(krait_syntax::debug_text(debug).as_bytes(), range, false);
                    }
                    values.flush(self, cx)?;
                    let v = self.replacement_field(cx, e, flags, field)?;
                    values.made.push(cx, v)?;
                }
            }
        }
        Ok(())
    }

    fn replacement_field(
        &self,
        cx: &mut Cx,
        e: &InterpolatedElement,
        flags: AnyStringFlags,
        node: Node,
    ) -> PyResult<Value> {
        let value = self.expr(cx, &e.expression)?;
        let implied = e.debug_text.is_some()
            && e.format_spec.is_none()
            && e.conversion == ast::ConversionFlag::None;
        let conversion = if implied {
            ast::ConversionFlag::Repr
        } else {
            e.conversion
        };
        let conversion = Value::small(i64::from(conversion as i8));
        let spec = match &e.format_spec {
            Some(spec) => self.format_spec(cx, spec, flags)?,
            None => Value::none(),
        };
        if node == Node::FormattedValue {
            return self.make(cx, node, e.range, &[value, conversion, spec]);
        }
        let text = krait_syntax::interpolation_text(self.source, e);
        let text = cx.new_str(&text);
        self.make(cx, node, e.range, &[value, text, conversion, spec])
    }

    /// `:` and what follows is a string of its own, in which fields are formatted, not kept.
    fn format_spec(
        &self,
        cx: &mut Cx,
        spec: &InterpolatedStringFormatSpec,
        flags: AnyStringFlags,
    ) -> PyResult<Value> {
        let mut values = Values::new();
        self.elements(cx, &spec.elements, flags, Node::FormattedValue, &mut values)?;
        let values = values.finish(self, cx)?;
        let start = spec.range.start() - TextSize::new(1);
        self.make(
            cx,
            Node::JoinedStr,
            TextRange::new(start, spec.range.end()),
            &[values],
        )
    }
}
