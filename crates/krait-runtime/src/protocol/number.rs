//! Operators: dispatch of binary, in-place and unary operations, and conversions to numbers.
//!
//! What both operands' types decide at once (small ints, immediate floats) stands in `#[inline]`
//! functions that the interpreter uses before it dispatches; the rest goes through the types'
//! special methods in the order that section 3.3.8 of the language reference prescribes.

use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::protocol::iter::shape_of;
use crate::special::{self, Special, reflected};
use crate::types::bytes::Bytes;
use crate::types::complex::as_complex;
use crate::types::float::{self, as_float};
use crate::types::int::{self, Int, as_int, is_int};
use crate::types::native_function::MethodDescr;
use crate::types::shape_id;
use crate::types::str::Str;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

/// Whether both words are immediate ints.
#[inline(always)]
pub fn both_small(a: Value, b: Value) -> bool {
    ((a.bits() ^ 1) | (b.bits() ^ 1)) & 3 == 0
}

/// `a + b` of immediate ints, unless the sum leaves their range.
#[inline(always)]
pub fn add_small(a: Value, b: Value) -> Option<Value> {
    if !both_small(a, b) {
        return None;
    }
    // Words are 4n + 1: taking the tag off one makes the sum of words the word of the sum.
    (a.bits() as i64 - 1)
        .checked_add(b.bits() as i64)
        .map(|w| Value::from_bits(w as u64))
}

/// `a - b` of immediate ints, unless the difference leaves their range.
#[inline(always)]
pub fn sub_small(a: Value, b: Value) -> Option<Value> {
    if !both_small(a, b) {
        return None;
    }
    (a.bits() as i64)
        .checked_sub(b.bits() as i64 - 1)
        .map(|w| Value::from_bits(w as u64))
}

/// `a * b` of immediate ints, unless the product leaves their range.
#[inline(always)]
pub fn mul_small(a: Value, b: Value) -> Option<Value> {
    if !both_small(a, b) {
        return None;
    }
    (a.bits() as i64 - 1)
        .checked_mul(b.small_unchecked())
        .map(|w| Value::from_bits(w as u64 | 1))
}

/// `a // b` of immediate ints; `None` for a zero divisor or a quotient out of range.
#[inline(always)]
pub fn floor_div_small(a: Value, b: Value) -> Option<Value> {
    if !both_small(a, b) || b.small_unchecked() == 0 {
        return None;
    }
    let (x, y) = (a.small_unchecked(), b.small_unchecked());
    let q = x / y;
    Value::try_small(if (x % y != 0) && ((x ^ y) < 0) {
        q - 1
    } else {
        q
    })
}

/// `a % b` of immediate ints; `None` for a zero divisor.
#[inline(always)]
pub fn mod_small(a: Value, b: Value) -> Option<Value> {
    if !both_small(a, b) || b.small_unchecked() == 0 {
        return None;
    }
    let (x, y) = (a.small_unchecked(), b.small_unchecked());
    let r = x % y;
    Some(Value::small(if r != 0 && (r ^ y) < 0 { r + y } else { r }))
}

/// Magnitudes up to which doubles have every integer.
const EXACT: u64 = 1 << 53;

/// An int as a double, if that is the same number for sure.
#[inline(always)]
pub fn exact_double(n: i64) -> Option<f64> {
    (n.unsigned_abs() <= EXACT).then_some(n as f64)
}

/// `a / b` of immediate ints that are doubles, too; `None` for a zero divisor.
#[inline(always)]
pub fn true_div_small(a: Value, b: Value) -> Option<Value> {
    if !both_small(a, b) {
        return None;
    }
    let (x, y) = (a.small_unchecked(), b.small_unchecked());
    if y == 0 {
        return None;
    }
    Value::try_float(exact_double(x)? / exact_double(y)?)
}

#[inline(always)]
pub fn and_small(a: Value, b: Value) -> Option<Value> {
    both_small(a, b).then(|| Value::from_bits(a.bits() & b.bits()))
}

#[inline(always)]
pub fn or_small(a: Value, b: Value) -> Option<Value> {
    both_small(a, b).then(|| Value::from_bits(a.bits() | b.bits()))
}

#[inline(always)]
pub fn xor_small(a: Value, b: Value) -> Option<Value> {
    both_small(a, b).then(|| Value::from_bits((a.bits() ^ b.bits()) | 1))
}

/// `a << b` of immediate ints, if the result is one.
#[inline(always)]
pub fn lshift_small(a: Value, b: Value) -> Option<Value> {
    if !both_small(a, b) {
        return None;
    }
    let (x, n) = (a.small_unchecked(), b.small_unchecked());
    if !(0..62).contains(&n) {
        return None;
    }
    let shifted = x << n;
    if shifted >> n == x {
        Value::try_small(shifted)
    } else {
        None
    }
}

/// `a >> b` of immediate ints, for counts that are not negative.
#[inline(always)]
pub fn rshift_small(a: Value, b: Value) -> Option<Value> {
    if !both_small(a, b) || b.small_unchecked() < 0 {
        return None;
    }
    Some(Value::small(
        a.small_unchecked() >> b.small_unchecked().min(63),
    ))
}

/// An exact int or float that converts to a double without rounding error or failure: floats,
/// boxed or not, and immediate ints.
#[inline(always)]
fn simple_float(v: Value) -> Option<f64> {
    if let Some(x) = v.as_immediate_float() {
        Some(x)
    } else if let Some(n) = v.as_small() {
        Some(n as f64)
    } else {
        simple_boxed_float(v)
    }
}

#[inline]
fn simple_boxed_float(v: Value) -> Option<f64> {
    if float::is_exact_float(v) {
        float::as_boxed_float(v)
    } else {
        None
    }
}

/// Both operands as doubles if at least one is an exact float and the other an exact float or an
/// immediate int.
#[inline(always)]
pub fn float_pair(a: Value, b: Value) -> Option<(f64, f64)> {
    match (a.as_immediate_float(), b.as_immediate_float()) {
        (Some(x), Some(y)) => Some((x, y)),
        _ if both_small(a, b) => None,
        _ => Some((simple_float(a)?, simple_float(b)?)),
    }
}

/// What needs no dispatch: the operation on exact ints and floats.
#[inline]
fn fast_binary(cx: &mut Cx, op: Special, a: Value, b: Value) -> PyResult<Option<Value>> {
    let small = match op {
        Special::Add => add_small(a, b),
        Special::Sub => sub_small(a, b),
        Special::Mul => mul_small(a, b),
        Special::FloorDiv => floor_div_small(a, b),
        Special::Mod => mod_small(a, b),
        Special::And => and_small(a, b),
        Special::Or => or_small(a, b),
        Special::Xor => xor_small(a, b),
        Special::LShift => lshift_small(a, b),
        Special::RShift => rshift_small(a, b),
        _ => None,
    };
    if small.is_some() {
        return Ok(small);
    }
    if let Some((x, y)) = float_pair(a, b) {
        let r = match op {
            Special::Add => x + y,
            Special::Sub => x - y,
            Special::Mul => x * y,
            Special::TrueDiv if y != 0.0 => x / y,
            Special::FloorDiv => return float::floor_div(cx, x, y).map(Some),
            Special::Mod => return float::modulo(cx, x, y).map(Some),
            Special::Pow => return float::pow(cx, x, y).map(Some),
            _ => return Ok(None),
        };
        return Ok(Some(cx.new_float(r)));
    }
    if op != Special::MatMul && int::is_exact_int(a) && int::is_exact_int(b) {
        return int_binary(cx, op, a, b).map(Some);
    }
    Ok(None)
}

/// The sum of two exact strs or bytes.
fn add_texts(cx: &mut Cx, a: Value, b: Value) -> PyResult<Option<Value>> {
    match (shape_of(a), shape_of(b)) {
        (shape_id::STR, shape_id::STR) => {
            let (a, b) = (Gc::from_value_unchecked(a), Gc::from_value_unchecked(b));
            Str::concat(cx, a, b).map(|s| Some(s.value()))
        }
        (shape_id::BYTES, shape_id::BYTES) => {
            let (a, b) = (Gc::from_value_unchecked(a), Gc::from_value_unchecked(b));
            Bytes::concat(cx, a, b).map(|s| Some(s.value()))
        }
        _ => Ok(None),
    }
}

/// The operation on two ints; `NotImplemented` for `@`.
fn int_binary(cx: &mut Cx, op: Special, a: Value, b: Value) -> PyResult<Value> {
    let (Some(x), Some(y)) = (as_int(a), as_int(b)) else {
        return Ok(Value::not_implemented());
    };
    match op {
        Special::Add => int::add(cx, x, y),
        Special::Sub => int::sub(cx, x, y),
        Special::Mul => int::mul(cx, x, y),
        Special::TrueDiv => int::true_div(cx, x, y),
        Special::FloorDiv => int::floor_div(cx, x, y),
        Special::Mod => int::modulo(cx, x, y),
        Special::DivMod => int::divmod(cx, x, y),
        Special::Pow => int::pow(cx, x, y),
        Special::LShift => int::lshift(cx, x, y),
        Special::RShift => int::rshift(cx, x, y),
        Special::And => int::and(cx, x, y),
        Special::Or => int::or(cx, x, y),
        Special::Xor => int::xor(cx, x, y),
        _ => Ok(Value::not_implemented()),
    }
}

macro_rules! inline_operators {
    ($($name:ident $small:ident $special:ident $symbol:literal;)*) => {$(
        #[doc = concat!("`a ", $symbol, " b`, immediate ints first.")]
        #[inline(always)]
        pub fn $name(cx: &mut Cx, a: Value, b: Value) -> PyResult<Value> {
            match $small(a, b) {
                Some(v) => Ok(v),
                None => cx.binary(Special::$special, a, b),
            }
        }
    )*};
}
inline_operators! {
    add add_small Add "+";
    sub sub_small Sub "-";
    mul mul_small Mul "*";
    floor_div floor_div_small FloorDiv "//";
    modulo mod_small Mod "%";
    and and_small And "&";
    or or_small Or "|";
    xor xor_small Xor "^";
    lshift lshift_small LShift "<<";
    rshift rshift_small RShift ">>";
}

/// How messages spell the operator of slot `op`.
pub fn symbol(op: Special) -> &'static str {
    match op {
        Special::Add => "+",
        Special::Sub => "-",
        Special::Mul => "*",
        Special::MatMul => "@",
        Special::TrueDiv => "/",
        Special::FloorDiv => "//",
        Special::Mod => "%",
        Special::DivMod => "divmod()",
        Special::Pow => "** or pow()",
        Special::LShift => "<<",
        Special::RShift => ">>",
        Special::And => "&",
        Special::Xor => "^",
        Special::Or => "|",
        _ => op.name(),
    }
}

fn in_place_symbol(op: Special) -> String {
    match op {
        Special::Pow => "**=".to_owned(),
        _ => format!("{}=", symbol(op)),
    }
}

/// Whether `op` of `class` comes from a builtin sequence. CPython keeps those in other slots than
/// numbers' operators and asks the other operand's number first.
fn is_sequence_op(cx: &mut Cx, class: Gc<Type>, op: Special) -> bool {
    if !matches!(
        op,
        Special::Add | Special::Mul | Special::IAdd | Special::IMul | Special::RAdd | Special::RMul
    ) {
        return false;
    }
    let name = cx.names().special(op);
    match class.lookup_where(cx, name) {
        Some((owner, _)) => owner.flags() & flags::SEQUENCE_OPS != 0,
        None => false,
    }
}

/// Calls a slot of `owner`, which is a `*` method if `repeat`: a builtin sequence wants a count.
fn call_operator(
    cx: &mut Cx,
    slot: Value,
    op: Special,
    this: Value,
    other: Value,
) -> PyResult<Value> {
    if matches!(op, Special::Mul | Special::RMul | Special::IMul) && !is_int(other) {
        let class = cx.type_of(this);
        if is_sequence_op(cx, class, op) && !cx.is_index(other) {
            let other = cx.type_name(other);
            return Err(cx.type_error(format!(
                "can't multiply sequence by non-int of type '{other}'"
            )));
        }
    }
    cx.call_slot(slot, &[this, other])
}

/// The operation through the operands' special methods; `NotImplemented` if neither applies.
fn dispatch(cx: &mut Cx, op: Special, a: Value, b: Value) -> PyResult<Value> {
    let (ta, tb) = (cx.type_of(a), cx.type_of(b));
    let left = ta.special(cx, op);
    if ta == tb {
        return match left {
            Some(f) => call_operator(cx, f, op, a, b),
            None => Ok(Value::not_implemented()),
        };
    }
    let rop = reflected(op);
    let mut right = tb.special(cx, rop);
    if let Some(f) = right
        && left.is_some()
        && goes_first(cx, op, (ta, tb), f)
    {
        let r = call_operator(cx, f, rop, b, a)?;
        if r != Value::not_implemented() {
            return Ok(r);
        }
        right = None;
    }
    if let Some(f) = left {
        let r = call_operator(cx, f, op, a, b)?;
        if r != Value::not_implemented() {
            return Ok(r);
        }
    }
    match right {
        Some(f) => call_operator(cx, f, rop, b, a),
        None => Ok(Value::not_implemented()),
    }
}

/// Whether the right operand's reflected method `f` is asked before the left operand: it belongs
/// to a subclass that overrides it, or the left one is a builtin sequence and the right one not.
fn goes_first(cx: &mut Cx, op: Special, (ta, tb): (Gc<Type>, Gc<Type>), f: Value) -> bool {
    let rop = reflected(op);
    if tb.is_subtype(ta) {
        return ta.special(cx, rop) != Some(f);
    }
    // The common `list * int`: ints leave sequences alone.
    tb != cx.types().int && is_sequence_op(cx, ta, op) && !is_sequence_op(cx, tb, rop)
}

#[cold]
fn unsupported(cx: &mut Cx, symbol: &str, a: Value, b: Value) -> Raised {
    let (a, b) = (cx.type_name(a), cx.type_name(b));
    cx.type_error(format!(
        "unsupported operand type(s) for {symbol}: '{a}' and '{b}'"
    ))
}

impl Cx {
    /// The binary operation `op` (`Special::Add` to `Special::Or`).
    pub fn binary(&mut self, op: Special, a: Value, b: Value) -> PyResult<Value> {
        if let Some(v) = fast_binary(self, op, a, b)? {
            return Ok(v);
        }
        self.binary_dispatch(op, a, b)
    }

    /// As `binary`, for operands that are not two exact numbers.
    pub fn binary_dispatch(&mut self, op: Special, a: Value, b: Value) -> PyResult<Value> {
        if op == Special::Add
            && let Some(sum) = add_texts(self, a, b)?
        {
            return Ok(sum);
        }
        let r = dispatch(self, op, a, b)?;
        if r == Value::not_implemented() {
            Err(unsupported(self, symbol(op), a, b))
        } else {
            Ok(r)
        }
    }

    /// The augmented assignment of `op` (`Special::Add` for `+=`): the in-place method, then the
    /// binary operation.
    pub fn in_place(&mut self, op: Special, a: Value, b: Value) -> PyResult<Value> {
        if let Some(v) = fast_binary(self, op, a, b)? {
            return Ok(v);
        }
        let iop = special::in_place(op);
        let ta = self.type_of(a);
        if let Some(f) = ta.special(self, iop) {
            let tb = self.type_of(b);
            let number = if ta == tb || tb == self.types().int {
                None
            } else {
                tb.special(self, reflected(op))
            };
            if let Some(r) = number
                && is_sequence_op(self, ta, iop)
                && !is_sequence_op(self, tb, reflected(op))
            {
                let v = self.call_slot(r, &[b, a])?;
                if v != Value::not_implemented() {
                    return Ok(v);
                }
            }
            let v = call_operator(self, f, iop, a, b)?;
            if v != Value::not_implemented() {
                return Ok(v);
            }
        }
        let r = dispatch(self, op, a, b)?;
        if r != Value::not_implemented() {
            return Ok(r);
        }
        Err(unsupported(self, &in_place_symbol(op), a, b))
    }

    /// What is left of `a op b` when the method that was asked first returned `NotImplemented`: the reflected
    /// method of `b` if `a` is an int or float, else one of `a`, the in-place method if `asked_in_place`.
    /// `in_place`: of an augmented assignment.
    pub fn after_declined(
        &mut self,
        op: Special,
        in_place: bool,
        asked_in_place: bool,
        a: Value,
        b: Value,
    ) -> PyResult<Value> {
        let (ta, tb) = (self.type_of(a), self.type_of(b));
        let r = if a.as_object().is_none() {
            Value::not_implemented()
        } else if asked_in_place {
            dispatch(self, op, a, b)?
        } else if ta == tb {
            Value::not_implemented()
        } else {
            match tb.special(self, reflected(op)) {
                Some(f) => call_operator(self, f, reflected(op), b, a)?,
                None => Value::not_implemented(),
            }
        };
        if r != Value::not_implemented() {
            return Ok(r);
        }
        let symbol = if in_place {
            in_place_symbol(op)
        } else {
            symbol(op).to_owned()
        };
        Err(unsupported(self, &symbol, a, b))
    }

    /// `pow(base, exponent, modulus)`; a `modulus` of `None` is none.
    pub fn power(&mut self, base: Value, exponent: Value, modulus: Value) -> PyResult<Value> {
        if modulus.is_empty() || modulus == Value::none() {
            return self.binary(Special::Pow, base, exponent);
        }
        let (tb, te) = (self.type_of(base), self.type_of(exponent));
        let left = tb.special(self, Special::Pow);
        let mut right = if tb == te {
            None
        } else {
            te.special(self, Special::RPow)
        };
        if let Some(f) = right
            && te.is_subtype(tb)
            && tb.special(self, Special::RPow) != Some(f)
        {
            let r = self.call_slot(f, &[exponent, base, modulus])?;
            if r != Value::not_implemented() {
                return Ok(r);
            }
            right = None;
        }
        if let Some(f) = left {
            let r = self.call_slot(f, &[base, exponent, modulus])?;
            if r != Value::not_implemented() {
                return Ok(r);
            }
        }
        if let Some(f) = right {
            let r = self.call_slot(f, &[exponent, base, modulus])?;
            if r != Value::not_implemented() {
                return Ok(r);
            }
        }
        // A builtin type may know how to be the modulus; a Python class is not asked.
        let tm = self.type_of(modulus);
        if tm != tb
            && tm != te
            && let Some(f) = tm.special(self, Special::Pow)
            && Gc::<MethodDescr>::from_value(f).is_some()
        {
            let r = self.call_slot(f, &[base, exponent, modulus])?;
            if r != Value::not_implemented() {
                return Ok(r);
            }
        }
        let names = [base, exponent, modulus].map(|v| self.type_name(v));
        let message = format!(
            "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
            names[0], names[1], names[2]
        );
        Err(self.type_error(message))
    }

    /// The unary operation `op`: `Neg`, `Pos`, `Invert` or `Abs`.
    pub fn unary(&mut self, op: Special, v: Value) -> PyResult<Value> {
        if let Some(n) = v.as_small() {
            match op {
                Special::Neg => return Ok(self.new_int(-n)),
                Special::Pos => return Ok(v),
                Special::Invert => return Ok(Value::small(!n)),
                Special::Abs => return Ok(self.new_int(n.abs())),
                _ => {}
            }
        } else if let Some(x) = v.as_immediate_float() {
            match op {
                Special::Neg => return Ok(self.new_float(-x)),
                Special::Pos => return Ok(v),
                Special::Abs => return Ok(self.new_float(x.abs())),
                _ => {}
            }
        }
        if let Some(f) = self.type_of(v).special(self, op) {
            return self.call_slot(f, &[v]);
        }
        let name = self.type_name(v);
        Err(self.type_error(match op {
            Special::Neg => format!("bad operand type for unary -: '{name}'"),
            Special::Pos => format!("bad operand type for unary +: '{name}'"),
            Special::Invert => format!("bad operand type for unary ~: '{name}'"),
            _ => format!("bad operand type for abs(): '{name}'"),
        }))
    }

    /// Whether `operator.index(v)` may work: an int or something with `__index__`.
    pub fn is_index(&mut self, v: Value) -> bool {
        is_int(v) || self.type_of(v).special(self, Special::Index).is_some()
    }

    /// Whether `v` is a number to CPython, of whatever kind.
    pub fn is_number(&mut self, v: Value) -> bool {
        let number = [Special::Index, Special::Int, Special::Float];
        as_complex(v).is_some() || number.iter().any(|&s| self.has_special(v, s))
    }

    /// `operator.index(v)`, but an instance of an int subclass stays what it is.
    #[inline]
    pub fn index(&mut self, v: Value) -> PyResult<Value> {
        if is_int(v) { Ok(v) } else { self.index_slow(v) }
    }

    #[cold]
    fn index_slow(&mut self, v: Value) -> PyResult<Value> {
        let Some(f) = self.type_of(v).special(self, Special::Index) else {
            let name = self.type_name(v);
            return Err(self.type_error(format!(
                "'{name}' object cannot be interpreted as an integer"
            )));
        };
        let r = self.call_slot(f, &[v])?;
        self.check_int_result(r, "__index__")
    }

    /// What a conversion method returned has to be an int, and should be an exact one.
    pub(crate) fn check_int_result(&mut self, result: Value, method: &str) -> PyResult<Value> {
        if int::is_exact_int(result) {
            return Ok(result);
        }
        let got = self.type_name(result);
        if !is_int(result) {
            return Err(self.type_error(format!("{method} returned non-int (type {got})")));
        }
        self.warn_strict_subclass(&format!("{method} returned non-int (type {got})"), "int")?;
        Ok(result)
    }

    /// The warning about a conversion method whose result is of a subclass.
    pub(crate) fn warn_strict_subclass(&mut self, what: &str, class: &str) -> PyResult<()> {
        let message = format!(
            "{what}.  The ability to return an instance of a strict subclass of {class} is deprecated, \
             and may be removed in a future version of Python."
        );
        self.warn_deprecated(&message)
    }

    /// The int behind `v` or its `__index__`.
    #[inline]
    pub fn index_int(&mut self, v: Value) -> PyResult<Int> {
        let v = self.index(v)?;
        match as_int(v) {
            Some(n) => Ok(n),
            None => Err(self.system_error("__index__ gave no int")),
        }
    }

    /// The value of an index as 64 bits; `None` if the int does not fit.
    #[inline]
    pub fn index_i64(&mut self, v: Value) -> PyResult<Option<i64>> {
        match v.as_small() {
            Some(n) => Ok(Some(n)),
            None => Ok(self.index_int(v)?.to_i64()),
        }
    }

    /// An index for a sequence: too large is an IndexError, as subscripts have it.
    pub fn index_isize(&mut self, v: Value) -> PyResult<isize> {
        match self.index_i64(v)? {
            Some(n) => Ok(n as isize),
            None => {
                let name = self.type_name(v);
                Err(self.index_error(format!("cannot fit '{name}' into an index-sized integer")))
            }
        }
    }

    /// An index as a size or count: too large is an OverflowError.
    pub fn size_index(&mut self, v: Value) -> PyResult<isize> {
        match self.index_i64(v)? {
            Some(n) => Ok(n as isize),
            None => {
                let name = self.type_name(v);
                Err(self.overflow_error(format!("cannot fit '{name}' into an index-sized integer")))
            }
        }
    }

    /// An int for a C function that wants a `Py_ssize_t`.
    pub fn c_ssize(&mut self, v: Value) -> PyResult<isize> {
        match self.index_i64(v)? {
            Some(n) => Ok(n as isize),
            None => Err(self.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    /// An index as a slice bound: what does not fit is cut to the nearest end.
    pub fn clamped_index(&mut self, v: Value) -> PyResult<isize> {
        Ok(match self.index_int(v)? {
            Int::Small(n) => n as isize,
            Int::Big(b) if b.is_negative() => isize::MIN,
            Int::Big(_) => isize::MAX,
        })
    }

    /// `v` as a double: a float, or by `__float__`, or by `__index__`.
    #[inline]
    pub fn as_f64(&mut self, v: Value) -> PyResult<f64> {
        match as_float(v) {
            Some(x) => Ok(x),
            None => self.as_f64_slow(v),
        }
    }

    fn as_f64_slow(&mut self, v: Value) -> PyResult<f64> {
        if let Some(x) = self.float_by_method(v)? {
            return Ok(x);
        }
        let name = self.type_name(v);
        Err(self.type_error(format!("must be real number, not {name}")))
    }

    /// The double that `v`'s `__float__` or `__index__` gives; `None` if it has neither.
    pub(crate) fn float_by_method(&mut self, v: Value) -> PyResult<Option<f64>> {
        if int::is_exact_int(v) {
            return self.int_to_f64(v).map(Some);
        }
        let class = self.type_of(v);
        if let Some(f) = class.special(self, Special::Float) {
            let r = self.call_slot(f, &[v])?;
            return self.check_float_result(v, r).map(Some);
        }
        if class.special(self, Special::Index).is_some() {
            let n = self.index(v)?;
            return self.int_to_f64(n).map(Some);
        }
        Ok(None)
    }

    fn check_float_result(&mut self, v: Value, result: Value) -> PyResult<f64> {
        if float::is_exact_float(result)
            && let Some(x) = as_float(result)
        {
            return Ok(x);
        }
        let (owner, got) = (self.type_name(v), self.type_name(result));
        let what = format!("{owner}.__float__ returned non-float (type {got})");
        match as_float(result) {
            Some(x) => {
                self.warn_strict_subclass(&what, "float")?;
                Ok(x)
            }
            None => Err(self.type_error(what)),
        }
    }

    /// The double nearest to an int.
    pub fn int_to_f64(&mut self, v: Value) -> PyResult<f64> {
        let x = match as_int(v) {
            Some(Int::Small(n)) => Some(n as f64),
            Some(Int::Big(b)) => int::big_to_f64(b.is_negative(), b.limbs()),
            None => return self.as_f64(v),
        };
        x.ok_or_else(|| self.overflow_error("int too large to convert to float"))
    }

    /// `int(v)` of a number: by `__int__`, `__index__` or from text.
    pub fn int_from(&mut self, v: Value) -> PyResult<Value> {
        int::int_from_number(self, v)
    }
}
