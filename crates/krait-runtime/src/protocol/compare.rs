//! Rich comparison.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Gc, Kind, is_kind, kind_of};
use crate::protocol::iter::shape_of;
use crate::protocol::number::{both_small, exact_double};
use crate::special::Special;
use crate::types::bytes::Bytes;
use crate::types::dict::table::as_exact_str;
use crate::types::float::{as_boxed_float, is_exact_float};
use crate::types::set::Set;
use crate::types::typeobj::Type;
use crate::types::{shape_id, tuple};
use crate::value::Value;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CompareOp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl CompareOp {
    pub const ALL: [CompareOp; 6] = [
        CompareOp::Lt,
        CompareOp::Le,
        CompareOp::Eq,
        CompareOp::Ne,
        CompareOp::Gt,
        CompareOp::Ge,
    ];

    /// The operator with the operands exchanged.
    pub const fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Eq => CompareOp::Eq,
            CompareOp::Ne => CompareOp::Ne,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
        }
    }

    pub const fn special(self) -> Special {
        match self {
            CompareOp::Lt => Special::Lt,
            CompareOp::Le => Special::Le,
            CompareOp::Eq => Special::Eq,
            CompareOp::Ne => Special::Ne,
            CompareOp::Gt => Special::Gt,
            CompareOp::Ge => Special::Ge,
        }
    }

    pub const fn symbol(self) -> &'static str {
        match self {
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Eq => "==",
            CompareOp::Ne => "!=",
            CompareOp::Gt => ">",
            CompareOp::Ge => ">=",
        }
    }

    /// The comparison's result for operands that order as `ordering`.
    #[inline(always)]
    pub const fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            CompareOp::Lt => ordering.is_lt(),
            CompareOp::Le => ordering.is_le(),
            CompareOp::Eq => ordering.is_eq(),
            CompareOp::Ne => ordering.is_ne(),
            CompareOp::Gt => ordering.is_gt(),
            CompareOp::Ge => ordering.is_ge(),
        }
    }

    /// The comparison of doubles; false for NaN except `!=`.
    #[inline(always)]
    pub fn floats(self, a: f64, b: f64) -> bool {
        match self {
            CompareOp::Lt => a < b,
            CompareOp::Le => a <= b,
            CompareOp::Eq => a == b,
            CompareOp::Ne => a != b,
            CompareOp::Gt => a > b,
            CompareOp::Ge => a >= b,
        }
    }

    /// The comparison of anything ordered.
    #[inline(always)]
    pub fn of<T: PartialOrd + ?Sized>(self, a: &T, b: &T) -> bool {
        match self {
            CompareOp::Lt => a < b,
            CompareOp::Le => a <= b,
            CompareOp::Eq => a == b,
            CompareOp::Ne => a != b,
            CompareOp::Gt => a > b,
            CompareOp::Ge => a >= b,
        }
    }
}

/// The comparison of two immediate ints.
#[inline(always)]
pub fn compare_small(op: CompareOp, a: Value, b: Value) -> Option<bool> {
    // Words order as the ints do: the tag bits are the same.
    both_small(a, b).then(|| op.of(&(a.bits() as i64), &(b.bits() as i64)))
}

/// The comparison of two exact floats.
#[inline(always)]
pub fn compare_floats(op: CompareOp, a: Value, b: Value) -> Option<bool> {
    Some(op.floats(plain_float(a)?, plain_float(b)?))
}

/// The comparison of two immediate numbers, bools among them, or exact floats. An int beyond the precision of
/// floats is not compared with one.
#[inline(always)]
pub fn compare_numbers(op: CompareOp, a: Value, b: Value) -> Option<bool> {
    match (plain_int(a), plain_int(b)) {
        (Some(x), Some(y)) => Some(op.of(&x, &y)),
        (Some(x), None) => Some(op.floats(exact_double(x)?, plain_float(b)?)),
        (None, Some(y)) => Some(op.floats(plain_float(a)?, exact_double(y)?)),
        (None, None) => compare_floats(op, a, b),
    }
}

/// The value of a small int or a bool.
#[inline(always)]
fn plain_int(v: Value) -> Option<i64> {
    match v.as_small() {
        Some(n) => Some(n),
        None => v.as_bool().map(i64::from),
    }
}

/// The value of an exact float.
#[inline(always)]
fn plain_float(v: Value) -> Option<f64> {
    match v.as_immediate_float() {
        Some(x) => Some(x),
        None if is_exact_float(v) => as_boxed_float(v),
        None => None,
    }
}

/// The comparison of two exact strs.
#[inline(always)]
pub fn compare_strs(op: CompareOp, a: Value, b: Value) -> Option<bool> {
    let (x, y) = (as_exact_str(a)?, as_exact_str(b)?);
    Some(match op {
        CompareOp::Eq => x == y || x.eq_str(y),
        CompareOp::Ne => x != y && !x.eq_str(y),
        // UTF-8 and WTF-8 sort like their code points.
        _ => op.of(x.as_bytes(), y.as_bytes()),
    })
}

impl Cx {
    /// `a op b`, whatever the operands' methods return.
    pub fn compare(&mut self, op: CompareOp, a: Value, b: Value) -> PyResult<Value> {
        if let Some(r) = compare_small(op, a, b) {
            return Ok(Value::bool(r));
        }
        match (shape_of(a), shape_of(b)) {
            (shape_id::TUPLE, shape_id::TUPLE) => {
                tuple::methods::compare(self, op, Gc::from_value_unchecked(a), b)
            }
            (shape_id::STR, shape_id::STR) => {
                Ok(Value::bool(compare_strs(op, a, b).unwrap_or(false)))
            }
            (shape_id::SET | shape_id::FROZENSET, shape_id::SET | shape_id::FROZENSET) => {
                Gc::<Set>::from_value_unchecked(a).compare(self, op, b)
            }
            (shape_id::BYTES, shape_id::BYTES) => {
                let bytes = |v| Gc::<Bytes>::from_value_unchecked(v);
                Ok(Value::bool(op.of(bytes(a).as_bytes(), bytes(b).as_bytes())))
            }
            _ => {
                if let Some(r) = compare_numbers(op, a, b) {
                    return Ok(Value::bool(r));
                }
                if is_kind(a, Kind::Tuple) && is_kind(b, Kind::Tuple) {
                    return self.compare_tuples(op, a, b);
                }
                self.compare_dispatch(op, a, b)
            }
        }
    }

    /// The comparison of tuples, one of them at least of a subclass: a named tuple, say, which inherits
    /// the methods.
    fn compare_tuples(&mut self, op: CompareOp, a: Value, b: Value) -> PyResult<Value> {
        for (v, s) in [(a, op.special()), (b, op.swapped().special())] {
            if self.type_of(v).special(self, s) != self.types().tuple.special(self, s) {
                return self.compare_dispatch(op, a, b);
            }
        }
        let (ta, tb) = (self.type_of(a), self.type_of(b));
        if ta != tb && tb.is_subtype(ta) {
            // The right operand goes first.
            return tuple::methods::compare(self, op.swapped(), Gc::from_value_unchecked(b), a);
        }
        tuple::methods::compare(self, op, Gc::from_value_unchecked(a), b)
    }

    /// `method(a, b)`; a descriptor that raises AttributeError does not apply.
    #[inline]
    pub fn call_comparison(&mut self, method: Value, a: Value, b: Value) -> PyResult<Value> {
        match kind_of(method) {
            Some(k) if k == Kind::Function as u8 || k == Kind::MethodDescr as u8 => {
                self.call_slot(method, &[a, b])
            }
            _ => {
                let class = self.type_of(a);
                match self.bind(method, Some(a), class) {
                    Ok(bound) => self.call(bound, &[b]),
                    Err(e) if e.is(self, self.types().attribute_error) => {
                        Ok(Value::not_implemented())
                    }
                    Err(e) => Err(e),
                }
            }
        }
    }

    fn compare_dispatch(&mut self, op: CompareOp, a: Value, b: Value) -> PyResult<Value> {
        self.check_native_stack()?;
        let (ta, tb) = (self.type_of(a), self.type_of(b));
        if matches!(op, CompareOp::Eq | CompareOp::Ne) && self.has_identity(ta, tb) {
            return Ok(Value::bool(a.is(b) == (op == CompareOp::Eq)));
        }
        let mut tried_reflected = false;
        if ta != tb && tb.is_subtype(ta) {
            tried_reflected = true;
            if let Some(f) = tb.special(self, op.swapped().special()) {
                let r = self.call_comparison(f, b, a)?;
                if r != Value::not_implemented() {
                    return Ok(r);
                }
            }
        }
        if let Some(f) = ta.special(self, op.special()) {
            let r = self.call_comparison(f, a, b)?;
            if r != Value::not_implemented() {
                return Ok(r);
            }
        }
        if !tried_reflected {
            return self.compare_after_declined(op, a, b);
        }
        self.compare_by_default(op, a, b)
    }

    /// What is left of `a op b` when the method of `a` returned `NotImplemented`.
    pub fn compare_after_declined(&mut self, op: CompareOp, a: Value, b: Value) -> PyResult<Value> {
        let reflected = op.swapped().special();
        if let Some(f) = self.type_of(b).special(self, reflected) {
            let r = self.call_comparison(f, b, a)?;
            if r != Value::not_implemented() {
                return Ok(r);
            }
        }
        self.compare_by_default(op, a, b)
    }

    /// `a op b` when neither has anything to say.
    fn compare_by_default(&mut self, op: CompareOp, a: Value, b: Value) -> PyResult<Value> {
        match op {
            CompareOp::Eq => Ok(Value::bool(a.is(b))),
            CompareOp::Ne => Ok(Value::bool(!a.is(b))),
            _ => {
                let (a, b) = (self.type_name(a), self.type_name(b));
                let symbol = op.symbol();
                Err(self.type_error(format!(
                    "'{symbol}' not supported between instances of '{a}' and '{b}'"
                )))
            }
        }
    }

    /// Whether instances of both classes are equal when they are identical: both have what `object` has.
    fn has_identity(&mut self, a: Gc<Type>, b: Gc<Type>) -> bool {
        let object = self.types().object;
        [Special::Eq, Special::Ne].into_iter().all(|s| {
            let own = object.special(self, s);
            a.special(self, s) == own && (a == b || b.special(self, s) == own)
        })
    }

    /// The truth of `a op b`, without the shortcut for identical objects.
    #[inline]
    pub fn compare_is_true(&mut self, op: CompareOp, a: Value, b: Value) -> PyResult<bool> {
        let r = self.compare(op, a, b)?;
        match r.as_bool() {
            Some(r) => Ok(r),
            None => self.is_true(r),
        }
    }

    /// The truth of `a op b` as containers compare: an object equals itself.
    #[inline]
    pub fn compare_bool(&mut self, op: CompareOp, a: Value, b: Value) -> PyResult<bool> {
        if let Some(r) = compare_small(op, a, b) {
            return Ok(r);
        }
        if matches!(op, CompareOp::Eq | CompareOp::Ne) && a.is(b) {
            return Ok(op == CompareOp::Eq);
        }
        self.compare_is_true(op, a, b)
    }

    /// Whether `a` is or equals `b`, as containers compare.
    #[inline]
    pub fn eq(&mut self, a: Value, b: Value) -> PyResult<bool> {
        self.compare_bool(CompareOp::Eq, a, b)
    }

    #[inline]
    pub fn lt(&mut self, a: Value, b: Value) -> PyResult<bool> {
        self.compare_is_true(CompareOp::Lt, a, b)
    }
}
