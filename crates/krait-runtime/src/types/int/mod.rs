//! `int`: immediates of 62 bits, and `BigInt` objects for everything else.
//!
//! An exact int that fits an immediate is always one; so two exact ints are equal words or
//! at least one of them is an object. Instances of int subclasses are objects whatever their value.
//! Arithmetic beyond 128 bits is `dashu-int`'s, on copies of the limbs.

mod arith;
mod bits;
mod bytes;
mod convert;
mod division;
mod format;
mod methods;
mod new;
mod parse;
mod pow;
mod round;
mod text;

use dashu_int::{IBig, Sign};

use crate::cx::Cx;
use crate::error::PyResult;
use crate::native::{Layout, NamedLayout, TypeSpec};
use crate::object::{Gc, HAS_TAIL, Header, Kind, Object, is_kind, kind_of};
use crate::types::shape_id;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

pub use arith::{add, divmod, floor_div, modulo, mul, neg, sub};
pub use bits::{and, bit_count, bit_length, invert, lshift, or, rshift, xor};
pub use convert::{compare, compare_with_float, ibig_from_f64, int_from_f64};
pub use division::{big_to_f64, true_div};
pub use format::format_int;
pub use new::int_from_number;
pub use parse::parse_int;
pub use pow::{pow, pow_mod};
pub use text::{Decimal, DigitLimit, to_decimal, to_radix};

/// An int that is no immediate, or an instance of an int subclass.
#[repr(C)]
pub struct BigInt {
    pub header: Header,
    /// The number of limbs, negated for negative values; 0 for zero.
    signed_len: i64,
    limbs: [u64; 0],
}
// SAFETY: repr(C), header first, immutable.
unsafe impl Object for BigInt {
    const KIND: Kind = Kind::Int;
}
impl NamedLayout for BigInt {
    const PY_NAME: &'static str = "int";
}

impl BigInt {
    /// Payload bytes of a value with `limbs` limbs.
    pub const fn size_for(limbs: usize) -> usize {
        size_of::<BigInt>() + limbs * 8
    }

    /// Payload bytes of this object: where its tail starts.
    pub fn payload_size(&self) -> usize {
        BigInt::size_for(self.limbs().len())
    }

    pub fn is_negative(&self) -> bool {
        self.signed_len < 0
    }

    /// The magnitude, least significant limb first, without leading zero limbs.
    #[inline]
    pub fn limbs(&self) -> &[u64] {
        // SAFETY: the object was allocated with that many limbs behind its fixed part.
        unsafe {
            std::slice::from_raw_parts(self.limbs.as_ptr(), self.signed_len.unsigned_abs() as usize)
        }
    }

    pub fn to_ibig(&self) -> IBig {
        let sign = if self.is_negative() {
            Sign::Negative
        } else {
            Sign::Positive
        };
        IBig::from_sign_words(sign, self.limbs())
    }

    /// The value if it fits 64 bits.
    #[inline]
    pub fn to_i64(&self) -> Option<i64> {
        match self.signed_len {
            0 => Some(0),
            1 => i64::try_from(self.limbs()[0]).ok(),
            -1 => 0i64.checked_sub_unsigned(self.limbs()[0]),
            _ => None,
        }
    }
}

/// The value of an int, a bool or an instance of an int subclass.
#[derive(Clone, Copy, Debug)]
pub enum Int {
    /// Everything that fits 64 bits, boxed or not.
    Small(i64),
    /// Everything that does not.
    Big(Gc<BigInt>),
}

impl Int {
    pub fn to_ibig(self) -> IBig {
        match self {
            Int::Small(n) => IBig::from(n),
            Int::Big(b) => b.to_ibig(),
        }
    }

    pub fn is_negative(self) -> bool {
        match self {
            Int::Small(n) => n < 0,
            Int::Big(b) => b.is_negative(),
        }
    }

    pub fn is_zero(self) -> bool {
        matches!(self, Int::Small(0))
    }

    pub fn to_i64(self) -> Option<i64> {
        match self {
            Int::Small(n) => Some(n),
            Int::Big(_) => None,
        }
    }
}

/// The int behind `v`: an int, a bool or an instance of an int subclass.
#[inline]
pub fn as_int(v: Value) -> Option<Int> {
    if let Some(n) = v.as_small() {
        return Some(Int::Small(n));
    }
    let kind = kind_of(v)?;
    if kind == Kind::Int as u8 {
        let b = Gc::<BigInt>::from_value_unchecked(v);
        Some(match b.to_i64() {
            Some(n) => Int::Small(n),
            None => Int::Big(b),
        })
    } else if kind == Kind::Bool as u8 {
        Some(Int::Small((v == Value::bool(true)) as i64))
    } else {
        None
    }
}

/// Whether `v` is an int, a bool or an instance of an int subclass.
#[inline]
pub fn is_int(v: Value) -> bool {
    v.is_small() || is_kind(v, Kind::Int) || is_kind(v, Kind::Bool)
}

/// Whether `v`'s class is `int` itself.
#[inline]
pub fn is_exact_int(v: Value) -> bool {
    match v.as_object() {
        None => v.is_small(),
        // SAFETY: an object reference points to a live header.
        Some(o) => unsafe { (*o).kind() == Kind::Int as u8 && (*o).shape() == shape_id::INT },
    }
}

/// Allocates an object for `magnitude` (no leading zero limbs) with shape `shape` and `tail`
/// words of attributes.
fn alloc(
    cx: &mut Cx,
    shape: u32,
    tail: usize,
    negative: bool,
    magnitude: &[u64],
) -> PyResult<Gc<BigInt>> {
    let size = BigInt::size_for(magnitude.len());
    let o = cx.alloc_sized(size + tail * 8, shape, Kind::Int)?;
    let len = magnitude.len() as i64;
    // SAFETY: fresh memory for the fixed part, the limbs and the tail.
    unsafe {
        let b = o.cast::<BigInt>();
        (&raw mut (*b).signed_len).write(if negative { -len } else { len });
        let limbs = o.cast::<u8>().add(size_of::<BigInt>()).cast::<u64>();
        std::ptr::copy_nonoverlapping(magnitude.as_ptr(), limbs, magnitude.len());
        for i in 0..tail {
            limbs.add(magnitude.len() + i).write(Value::EMPTY.bits());
        }
        if tail != 0 {
            (*o).change_sticky_alone(HAS_TAIL, 0);
        }
        Ok(Gc::from_ptr(b))
    }
}

/// An instance of `class`, a subclass of int, with the value of the int `v`.
pub fn new_instance(cx: &mut Cx, class: Gc<Type>, v: Value) -> PyResult<Value> {
    let shape = class.instance_shape();
    let tail = cx.shape_entry(shape).tail_words as usize;
    let b = match as_int(v) {
        Some(Int::Small(n)) => {
            let magnitude = [n.unsigned_abs()];
            alloc(cx, shape, tail, n < 0, &magnitude[..(n != 0) as usize])?
        }
        Some(Int::Big(b)) => alloc(cx, shape, tail, b.is_negative(), b.limbs())?,
        None => return Err(cx.type_error("an integer is required")),
    };
    if class.has_finalizer() {
        // SAFETY: just allocated.
        unsafe { crate::finalize::watch_new(cx, b.header()) };
    }
    Ok(b.value())
}

/// `v`, an int of any class, as an exact int.
pub fn exact_or_copy(cx: &mut Cx, v: Value) -> PyResult<Value> {
    if is_exact_int(v) {
        return Ok(v);
    }
    match as_int(v) {
        Some(Int::Small(n)) => Ok(cx.new_int(n)),
        Some(Int::Big(b)) => cx.new_int_from_limbs(b.is_negative(), b.limbs()),
        None => Err(cx.type_error("an integer is required")),
    }
}

impl Cx {
    /// The int `n`.
    #[inline(always)]
    pub fn new_int(&mut self, n: i64) -> Value {
        match Value::try_small(n) {
            Some(v) => v,
            None => self.new_boxed_int(n < 0, &[n.unsigned_abs()]),
        }
    }

    #[inline]
    pub fn new_uint(&mut self, n: u64) -> Value {
        if n <= Value::MAX_SMALL as u64 {
            Value::small(n as i64)
        } else {
            self.new_boxed_int(false, &[n])
        }
    }

    pub fn new_i128(&mut self, n: i128) -> Value {
        if let Ok(small) = i64::try_from(n) {
            return self.new_int(small);
        }
        let magnitude = n.unsigned_abs();
        let limbs = [magnitude as u64, (magnitude >> 64) as u64];
        let len = 1 + (limbs[1] != 0) as usize;
        self.new_boxed_int(n < 0, &limbs[..len])
    }

    pub fn new_u128(&mut self, n: u128) -> Value {
        match i128::try_from(n) {
            Ok(n) => self.new_i128(n),
            Err(_) => self.new_boxed_int(false, &[n as u64, (n >> 64) as u64]),
        }
    }

    /// An object for a value of at most two limbs that is no immediate: a small allocation, which
    /// does not fail.
    #[cold]
    fn new_boxed_int(&mut self, negative: bool, limbs: &[u64]) -> Value {
        match alloc(self, shape_id::INT, 0, negative, limbs) {
            Ok(b) => b.value(),
            Err(_) => panic!("out of memory for a small int object"),
        }
    }

    /// The int `n`, as an immediate if it fits.
    pub fn new_bigint(&mut self, n: &IBig) -> PyResult<Value> {
        let (sign, limbs) = n.as_sign_words();
        self.new_int_from_limbs(sign == Sign::Negative, limbs)
    }

    /// The int with this magnitude, least significant limb first.
    pub fn new_int_from_limbs(&mut self, negative: bool, limbs: &[u64]) -> PyResult<Value> {
        let len = limbs.iter().rposition(|&l| l != 0).map_or(0, |i| i + 1);
        let limbs = &limbs[..len];
        match limbs {
            [] => return Ok(Value::small(0)),
            [n] => {
                let n = if negative {
                    0i64.checked_sub_unsigned(*n)
                } else {
                    i64::try_from(*n).ok()
                };
                if let Some(v) = n.and_then(Value::try_small) {
                    return Ok(v);
                }
            }
            _ => {}
        }
        Ok(alloc(self, shape_id::INT, 0, negative, limbs)?.value())
    }

    /// `v`, an int of any class, as an exact int.
    #[inline]
    pub fn exact_int(&mut self, v: Value) -> PyResult<Value> {
        exact_or_copy(self, v)
    }

    /// The value of an int (or bool, or subclass instance) as a big integer.
    pub fn to_ibig(&self, v: Value) -> Option<IBig> {
        as_int(v).map(Int::to_ibig)
    }
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "int",
    doc: Some(DOC),
    layout: Layout::variable::<BigInt>(),
    flags: flags::BASETYPE | flags::LONG_SUBCLASS,
    defs: &[methods::Number::DEFS, methods::Methods::DEFS],
    ..TypeSpec::DEFAULT
};

const DOC: &str = "int([x]) -> integer
int(x, base=10) -> integer

An integer of any size. Without an argument it is 0; a number is converted
with its __int__() or __index__() method, a float loses its fraction.

With a base, or if x is not a number, x must be text (str, bytes or bytearray)
that spells an integer in that base: optional sign, digits, single underscores
between digits, whitespace around. Bases are 2 to 36, and 0, which reads the
base from a prefix as in source code:
>>> int('0b100', base=0)
4";
