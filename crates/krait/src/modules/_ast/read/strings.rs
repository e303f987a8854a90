//! Formatted strings and template strings.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::str::Str;
use krait_syntax::TextRange;
use krait_syntax::ast::{
    ConversionFlag, Expr, ExprFString, ExprTString, FString, FStringFlags, FStringValue,
    InterpolatedElement, InterpolatedStringElement, InterpolatedStringFormatSpec,
    InterpolatedStringLiteralElement, TString, TStringFlags, TStringValue,
};

use super::constant::escaped;
use super::{Context, NO_INDEX, Object, Place, Read};
use crate::modules::_ast::table::Node;

impl Read {
    pub(super) fn joined_string(
        &mut self,
        cx: &mut Cx,
        object: Object,
        range: TextRange,
    ) -> PyResult<Expr> {
        let elements = self.elements(cx, object)?;
        Ok(f_string(elements, range))
    }

    pub(super) fn template_string(
        &mut self,
        cx: &mut Cx,
        object: Object,
        range: TextRange,
    ) -> PyResult<Expr> {
        let elements = self.elements(cx, object)?;
        let value = TString {
            range,
            node_index: NO_INDEX,
            elements: elements.into(),
            flags: TStringFlags::empty(),
        };
        Ok(Expr::TString(ExprTString {
            node_index: NO_INDEX,
            range,
            value: TStringValue::single(value),
        }))
    }

    /// A replacement field that stands alone.
    pub(super) fn lone_field(
        &mut self,
        cx: &mut Cx,
        object: Object,
        range: TextRange,
        place: Place,
    ) -> PyResult<Expr> {
        let field = self.field(cx, object, range, place)?;
        if object.node == Node::FormattedValue {
            return Ok(f_string(vec![field], range));
        }
        let value = TString {
            range,
            node_index: NO_INDEX,
            elements: vec![field].into(),
            flags: TStringFlags::empty(),
        };
        Ok(Expr::TString(ExprTString {
            node_index: NO_INDEX,
            range,
            value: TStringValue::single(value),
        }))
    }

    fn elements(
        &mut self,
        cx: &mut Cx,
        object: Object,
    ) -> PyResult<Vec<InterpolatedStringElement>> {
        let items = self.items(cx, object, "values")?;
        let mut elements = Vec::with_capacity(items.len());
        for &item in items.as_slice() {
            self.element(cx, item, &mut elements)?;
        }
        Ok(elements)
    }

    fn element(
        &mut self,
        cx: &mut Cx,
        v: Value,
        out: &mut Vec<InterpolatedStringElement>,
    ) -> PyResult<()> {
        if v.is_none() {
            return Err(cx.value_error("None disallowed in expression list"));
        }
        let (object, range, place) = self.placed(cx, v, Node::AnyExpr)?;
        match object.node {
            Node::Constant => {
                let value = self.required(cx, object, "value")?;
                if let Some(s) = Gc::<Str>::from_value(value) {
                    out.push(self.literal(s.as_bytes(), place));
                    return Ok(());
                }
                let expression = self.constant(cx, value, place)?;
                out.push(plain_field(expression, range));
            }
            Node::JoinedStr => out.extend(self.nested(cx, |this, cx| this.elements(cx, object))?),
            Node::FormattedValue | Node::Interpolation => {
                out.push(self.field(cx, object, range, place)?)
            }
            _ => {
                let expression = self.expr(cx, v, Context::Load)?;
                out.push(plain_field(expression, range));
            }
        }
        Ok(())
    }

    fn literal(&mut self, text: &[u8], place: Place) -> InterpolatedStringElement {
        // Braces are not doubled: only a text with an escape is decoded from the piece.
        let spelled = escaped(text);
        let spelled = if spelled.contains('\\') {
            spelled.replace('{', "{{").replace('}', "}}")
        } else {
            spelled
        };
        let range = self.source.piece(&spelled, place.start, place.end);
        let value = String::from_utf8_lossy(text).into();
        InterpolatedStringElement::Literal(InterpolatedStringLiteralElement {
            range,
            node_index: NO_INDEX,
            value,
        })
    }

    fn field(
        &mut self,
        cx: &mut Cx,
        object: Object,
        range: TextRange,
        place: Place,
    ) -> PyResult<InterpolatedStringElement> {
        let expression = self.child(cx, object, "value", Context::Load)?;
        let range = if object.node == Node::Interpolation {
            self.interpolation_text(cx, object, place)?
        } else {
            range
        };
        let conversion = match self.required_int(cx, object, "conversion")? {
            -1 => ConversionFlag::None,
            97 => ConversionFlag::Ascii,
            114 => ConversionFlag::Repr,
            115 => ConversionFlag::Str,
            other => {
                return Err(cx.system_error(format!("Unrecognized conversion character {other}")));
            }
        };
        let format_spec = match self.optional(cx, object, "format_spec")? {
            Some(spec) => {
                let mut elements = Vec::new();
                self.nested(cx, |this, cx| this.element(cx, spec, &mut elements))?;
                Some(Box::new(InterpolatedStringFormatSpec {
                    range,
                    node_index: NO_INDEX,
                    elements: elements.into(),
                }))
            }
            None => None,
        };
        let element = InterpolatedElement {
            range,
            node_index: NO_INDEX,
            expression,
            debug_text: None,
            conversion,
            format_spec,
        };
        Ok(InterpolatedStringElement::Interpolation(element))
    }

    /// The piece of an interpolation spells its expression: the compiler takes the text from there.
    fn interpolation_text(
        &mut self,
        cx: &mut Cx,
        object: Object,
        place: Place,
    ) -> PyResult<TextRange> {
        let text = self.required(cx, object, "str")?;
        let text = cx.str_string(text)?;
        Ok(self.source.piece(&text, place.start, place.end))
    }
}

fn f_string(elements: Vec<InterpolatedStringElement>, range: TextRange) -> Expr {
    let value = FString {
        range,
        node_index: NO_INDEX,
        elements: elements.into(),
        flags: FStringFlags::empty(),
    };
    Expr::FString(ExprFString {
        node_index: NO_INDEX,
        range,
        value: FStringValue::single(value),
    })
}

fn plain_field(expression: Expr, range: TextRange) -> InterpolatedStringElement {
    InterpolatedStringElement::Interpolation(InterpolatedElement {
        range,
        node_index: NO_INDEX,
        expression: Box::new(expression),
        debug_text: None,
        conversion: ConversionFlag::None,
        format_spec: None,
    })
}
