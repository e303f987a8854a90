//! Arithmetic on constants at compile time.
//!
//! An operation is folded only if it cannot raise and its result stays small (CPython's bounds:
//! 128-bit integers, strings of 4096, tuples of 256 items). Anything else is left to run time.

mod numbers;

use krait_bytecode::{Const, Text};
use ruff_python_ast::{Operator, UnaryOp};

use numbers::{as_complex, as_float, as_int};
pub(crate) use numbers::{int_const, parse_int};

const MAX_STRING: usize = 4096;
const MAX_TUPLE: usize = 256;

/// Whether a constant is true.
pub(crate) fn truth(value: &Const) -> bool {
    match value {
        Const::None | Const::False => false,
        Const::Int(i) => *i != 0,
        Const::Float(bits) => f64::from_bits(*bits) != 0.0,
        Const::Complex(re, im) => f64::from_bits(*re) != 0.0 || f64::from_bits(*im) != 0.0,
        Const::Str(s) => !s.as_bytes().is_empty(),
        Const::Bytes(b) => !b.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
        _ => true,
    }
}

fn boolean(value: bool) -> Const {
    if value { Const::True } else { Const::False }
}

/// `op value`.
pub(crate) fn unary(op: UnaryOp, value: &Const) -> Option<Const> {
    if op == UnaryOp::Not {
        return Some(boolean(!truth(value)));
    }
    if let Some(i) = as_int(value) {
        return match op {
            UnaryOp::USub => int_const(i.checked_neg()?),
            UnaryOp::UAdd => int_const(i),
            // `~True` warns at run time.
            _ if matches!(value, Const::True | Const::False) => None,
            _ => int_const(!i),
        };
    }
    match (op, value) {
        (
            UnaryOp::USub,
            Const::BigInt {
                negative,
                magnitude,
            },
        ) => Some(Const::BigInt {
            negative: !negative,
            magnitude: magnitude.clone(),
        }),
        (UnaryOp::USub, Const::Float(bits)) => Some(Const::float(-f64::from_bits(*bits))),
        (UnaryOp::USub, Const::Complex(re, im)) => Some(Const::Complex(
            (-f64::from_bits(*re)).to_bits(),
            (-f64::from_bits(*im)).to_bits(),
        )),
        (UnaryOp::UAdd, Const::Float(_) | Const::Complex(..) | Const::BigInt { .. }) => {
            Some(value.clone())
        }
        _ => None,
    }
}

/// `left op right`.
pub(crate) fn binary(op: Operator, left: &Const, right: &Const) -> Option<Const> {
    if let (Some(l), Some(r)) = (as_int(left), as_int(right)) {
        return int_binary(op, l, r, left, right);
    }
    if let (Some(l), Some(r)) = (as_float(left), as_float(right)) {
        return float_binary(op, l, r).map(Const::float);
    }
    if let (Some(l), Some(r)) = (as_complex(left), as_complex(right)) {
        return complex_binary(op, (l, left), (r, right));
    }
    sequence_binary(op, left, right)
}

fn int_binary(op: Operator, l: i128, r: i128, left: &Const, right: &Const) -> Option<Const> {
    let both_bools =
        matches!(left, Const::True | Const::False) && matches!(right, Const::True | Const::False);
    let result = match op {
        Operator::Add => l.checked_add(r)?,
        Operator::Sub => l.checked_sub(r)?,
        Operator::Mult => l.checked_mul(r)?,
        Operator::Div => {
            // Exact only while both operands are exact floats.
            let exact = 1i128 << 53;
            if r == 0 || l.abs() > exact || r.abs() > exact {
                return None;
            }
            return Some(Const::float(l as f64 / r as f64));
        }
        Operator::FloorDiv => {
            let quotient = l.checked_div(r)?;
            quotient - i128::from(l % r != 0 && (l < 0) != (r < 0))
        }
        Operator::Mod => {
            let rest = l.checked_rem(r)?;
            if rest != 0 && (rest < 0) != (r < 0) {
                rest + r
            } else {
                rest
            }
        }
        Operator::Pow => {
            if r < 0 {
                return None;
            }
            l.checked_pow(u32::try_from(r).ok()?)?
        }
        Operator::LShift => {
            let shift = u32::try_from(r).ok().filter(|&s| s < 127)?;
            let shifted = l.checked_shl(shift)?;
            if shifted >> shift != l {
                return None;
            }
            shifted
        }
        Operator::RShift => l >> u32::try_from(r).ok()?.min(127),
        Operator::BitOr if both_bools => return Some(boolean(l | r != 0)),
        Operator::BitXor if both_bools => return Some(boolean(l ^ r != 0)),
        Operator::BitAnd if both_bools => return Some(boolean(l & r != 0)),
        Operator::BitOr => l | r,
        Operator::BitXor => l ^ r,
        Operator::BitAnd => l & r,
        Operator::MatMult => return None,
    };
    int_const(result)
}

fn float_binary(op: Operator, l: f64, r: f64) -> Option<f64> {
    match op {
        Operator::Add => Some(l + r),
        Operator::Sub => Some(l - r),
        Operator::Mult => Some(l * r),
        Operator::Div if r != 0.0 => Some(l / r),
        Operator::Pow if l > 0.0 => Some(l.powf(r)).filter(|p| p.is_finite()),
        _ => None,
    }
}

fn complex_binary(
    op: Operator,
    (l, left): ((f64, f64), &Const),
    (r, right): ((f64, f64), &Const),
) -> Option<Const> {
    let real = |c: &Const| !matches!(c, Const::Complex(..));
    // A real operand has no imaginary part at all, not one of zero (C99 annex G).
    let (re, im) = match op {
        Operator::Add if real(left) => (l.0 + r.0, r.1),
        Operator::Add if real(right) => (l.0 + r.0, l.1),
        Operator::Add => (l.0 + r.0, l.1 + r.1),
        Operator::Sub if real(left) => (l.0 - r.0, -r.1),
        Operator::Sub if real(right) => (l.0 - r.0, l.1),
        Operator::Sub => (l.0 - r.0, l.1 - r.1),
        _ => return None,
    };
    Some(Const::Complex(re.to_bits(), im.to_bits()))
}

fn sequence_binary(op: Operator, left: &Const, right: &Const) -> Option<Const> {
    match (op, left, right) {
        (Operator::Add, Const::Str(l), Const::Str(r)) => {
            let joined = concat(l.as_bytes(), r.as_bytes())?;
            // Two halves of a surrogate pair do not become one character.
            (std::str::from_utf8(&joined).is_ok()).then(|| Const::Str(Text::from_wtf8(&joined)))
        }
        (Operator::Add, Const::Bytes(l), Const::Bytes(r)) => {
            Some(Const::Bytes(concat(l, r)?.into()))
        }
        (Operator::Add, Const::Tuple(l), Const::Tuple(r)) if l.len() + r.len() <= MAX_TUPLE => {
            Some(Const::Tuple(l.iter().chain(r).cloned().collect()))
        }
        (Operator::Mult, Const::Int(n), sequence) | (Operator::Mult, sequence, Const::Int(n)) => {
            repeat(sequence, usize::try_from((*n).max(0)).ok()?)
        }
        _ => None,
    }
}

fn concat(left: &[u8], right: &[u8]) -> Option<Vec<u8>> {
    (left.len() + right.len() <= MAX_STRING).then(|| [left, right].concat())
}

fn repeat(sequence: &Const, n: usize) -> Option<Const> {
    let fits = |len: usize, max: usize| len.checked_mul(n).is_some_and(|total| total <= max);
    match sequence {
        Const::Str(s) if fits(s.as_bytes().len(), MAX_STRING) && s.as_str().is_some() => {
            Some(Const::Str(Text::from_wtf8(&s.as_bytes().repeat(n))))
        }
        Const::Bytes(b) if fits(b.len(), MAX_STRING) => Some(Const::Bytes(b.repeat(n).into())),
        Const::Tuple(items) if fits(items.len(), MAX_TUPLE) => Some(Const::Tuple(
            items
                .iter()
                .cycle()
                .take(items.len() * n)
                .cloned()
                .collect(),
        )),
        _ => None,
    }
}

/// `value[index]` of a tuple, ASCII string or bytes.
pub(crate) fn subscript(value: &Const, index: &Const) -> Option<Const> {
    let index = as_int(index)?;
    let at = |len: usize| {
        let index = if index < 0 {
            index + len as i128
        } else {
            index
        };
        usize::try_from(index).ok().filter(|&i| i < len)
    };
    match value {
        Const::Tuple(items) => items.get(at(items.len())?).cloned(),
        Const::Str(s) if s.as_bytes().is_ascii() => {
            let i = at(s.as_bytes().len())?;
            Some(Const::Str(Text::from_wtf8(&s.as_bytes()[i..=i])))
        }
        Const::Bytes(b) => Some(Const::Int(i64::from(b[at(b.len())?]))),
        _ => None,
    }
}
