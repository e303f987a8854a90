//! Values of `Constant` nodes as literals.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::int::{as_int, to_radix};
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_syntax::ast::{
    BytesLiteral, BytesLiteralFlags, BytesLiteralValue, Expr, ExprBooleanLiteral, ExprBytesLiteral,
    ExprContext, ExprEllipsisLiteral, ExprNoneLiteral, ExprNumberLiteral, ExprStringLiteral,
    ExprTuple, ExprUnaryOp, Int, Number, StringLiteral, StringLiteralFlags, StringLiteralValue,
    UnaryOp,
};

use super::{NO_INDEX, Place, Read};

impl Read {
    /// The literal for a value; TypeError if a value of its type is no constant.
    pub(super) fn constant(&mut self, cx: &mut Cx, v: Value, place: Place) -> PyResult<Expr> {
        cx.check_native_stack()?;
        let node_index = NO_INDEX;
        let range = self.source.piece("", place.start, place.end);
        let types = cx.types();
        let class = cx.type_of(v);
        if v.is_none() {
            return Ok(Expr::NoneLiteral(ExprNoneLiteral { node_index, range }));
        }
        if v == Value::ellipsis() {
            return Ok(Expr::EllipsisLiteral(ExprEllipsisLiteral {
                node_index,
                range,
            }));
        }
        if class == types.bool {
            return Ok(Expr::BooleanLiteral(ExprBooleanLiteral {
                node_index,
                range,
                value: v == Value::bool(true),
            }));
        }
        if class == types.int {
            return self.int_literal(cx, v, place);
        }
        if class == types.float {
            let value = Number::Float(cx.as_f64(v)?);
            return Ok(Expr::NumberLiteral(ExprNumberLiteral {
                node_index,
                range,
                value,
            }));
        }
        if class == types.complex {
            let (real, imag) = (cx.get_attr_str(v, "real")?, cx.get_attr_str(v, "imag")?);
            let value = Number::Complex {
                real: cx.as_f64(real)?,
                imag: cx.as_f64(imag)?,
            };
            return Ok(Expr::NumberLiteral(ExprNumberLiteral {
                node_index,
                range,
                value,
            }));
        }
        if class == types.str
            && let Some(s) = Gc::<Str>::from_value(v)
        {
            return Ok(self.string_literal(s.as_bytes(), place));
        }
        if class == types.bytes
            && let Some(b) = Gc::<Bytes>::from_value(v)
        {
            return Ok(self.bytes_literal(b.as_bytes(), place));
        }
        if class == types.tuple
            && let Some(t) = Gc::<Tuple>::from_value(v)
        {
            let mut elts = Vec::with_capacity(t.len());
            for &item in t.items() {
                elts.push(self.constant(cx, item, place)?);
            }
            return Ok(Expr::Tuple(ExprTuple {
                node_index,
                range,
                elts,
                ctx: ExprContext::Load,
                parenthesized: true,
            }));
        }
        if class == types.frozenset {
            return Err(cx.not_implemented_error("a frozenset in a Constant node is not supported"));
        }
        let got = class.name_string();
        Err(cx.type_error(format!("got an invalid type in Constant: {got}")))
    }

    fn int_literal(&mut self, cx: &mut Cx, v: Value, place: Place) -> PyResult<Expr> {
        let Some(n) = as_int(v) else {
            return Err(cx.system_error("an int is no int"));
        };
        let spelled = to_radix(n, 16);
        let negative = spelled.starts_with('-');
        let digits = spelled.trim_start_matches('-');
        let token = format!("0x{digits}");
        let range = self.source.piece(&token, place.start, place.end);
        let Ok(value) = Int::from_str_radix(digits, 16, &token) else {
            return Err(cx.system_error("an int has no digits"));
        };
        let literal = Expr::NumberLiteral(ExprNumberLiteral {
            node_index: NO_INDEX,
            range,
            value: Number::Int(value),
        });
        if !negative {
            return Ok(literal);
        }
        Ok(Expr::UnaryOp(ExprUnaryOp {
            node_index: NO_INDEX,
            range,
            op: UnaryOp::USub,
            operand: Box::new(literal),
        }))
    }

    /// A literal for WTF-8 text.
    pub(super) fn string_literal(&mut self, text: &[u8], place: Place) -> Expr {
        let range = self
            .source
            .piece(&format!("\"{}\"", escaped(text)), place.start, place.end);
        let value = String::from_utf8_lossy(text).into();
        let literal = StringLiteral {
            range,
            node_index: NO_INDEX,
            value,
            flags: StringLiteralFlags::empty(),
        };
        Expr::StringLiteral(ExprStringLiteral {
            node_index: NO_INDEX,
            range,
            value: StringLiteralValue::single(literal),
        })
    }

    fn bytes_literal(&mut self, bytes: &[u8], place: Place) -> Expr {
        let mut text = String::from("b\"");
        for &b in bytes {
            match b {
                b' '..=b'[' | b']'..=b'~' => text.push(char::from(b)),
                _ => text.push_str(&format!("\\x{b:02x}")),
            }
        }
        text.push('"');
        let range = self.source.piece(&text, place.start, place.end);
        let literal = BytesLiteral {
            range,
            node_index: NO_INDEX,
            value: bytes.into(),
            flags: BytesLiteralFlags::empty(),
        };
        Expr::BytesLiteral(ExprBytesLiteral {
            node_index: NO_INDEX,
            range,
            value: BytesLiteralValue::single(literal),
        })
    }
}

/// The text with backslashes and lone surrogates escaped; quotes need not be, the ends are known.
pub(super) fn escaped(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        out.push_str(&chunk.valid().replace('\\', "\\\\"));
        // The three bytes of a surrogate come as chunks of one invalid byte each.
        for &b in chunk.invalid() {
            surrogate_byte(&mut out, b);
        }
    }
    out
}

/// Appends a byte of an encoded surrogate: the first one begins an escape, the others add its bits.
fn surrogate_byte(out: &mut String, byte: u8) {
    if byte == 0xED {
        out.push_str("\\ud");
        return;
    }
    let bits = byte & 0x3F;
    let hex = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0');
    // U+D800 + bits: ED A0..BF (five bits of the second byte), then six bits of the third.
    match out.rfind("\\ud") {
        Some(at) if out.len() == at + 3 => {
            // The second byte: 10 1xxxxx; its upper two x end the first hex digit after `d`.
            out.push(hex(8 | (bits & 0x1C) >> 2));
            out.push(hex((bits & 0x03) << 2));
        }
        Some(at) if out.len() == at + 5 => {
            let high = out.pop().and_then(|c| c.to_digit(16)).unwrap_or(0) as u8;
            out.push(hex(high | bits >> 4));
            out.push(hex(bits & 0x0F));
        }
        _ => out.push('\u{FFFD}'),
    }
}
