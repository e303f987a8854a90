//! `_operator`: the operators as functions.

mod callables;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_operator",
    doc: Some(
        "Operator interface.\n\nThis module exports a set of functions implemented natively that correspond\nto the operators of Python. For example, operator.add(x, y)\nis equivalent to the expression x+y.",
    ),
    functions: &[Binary::DEFS, InPlace::DEFS, Compare::DEFS, Functions::DEFS],
    types: &[
        &callables::ITEMGETTER,
        &callables::ATTRGETTER,
        &callables::METHODCALLER,
    ],
    ..ModuleDef::DEFAULT
};

macro_rules! operators {
    ($table:ident, $method:ident, $($id:ident $name:literal $op:ident $doc:literal;)*) => {
        struct $table;
        #[pyfunctions]
        impl $table {
            $(
                #[py(name = $name, doc = $doc)]
                fn $id(cx: &mut Cx, a: Value, b: Value) -> PyResult<Value> {
                    cx.$method(Special::$op, a, b)
                }
            )*
        }
    };
}

operators! { Binary, binary,
    add "add" Add "Same as a + b.";
    sub "sub" Sub "Same as a - b.";
    mul "mul" Mul "Same as a * b.";
    matmul "matmul" MatMul "Same as a @ b.";
    floordiv "floordiv" FloorDiv "Same as a // b.";
    truediv "truediv" TrueDiv "Same as a / b.";
    modulo "mod" Mod "Same as a % b.";
    lshift "lshift" LShift "Same as a << b.";
    rshift "rshift" RShift "Same as a >> b.";
    and "and_" And "Same as a & b.";
    xor "xor" Xor "Same as a ^ b.";
    or "or_" Or "Same as a | b.";
}

operators! { InPlace, in_place,
    iadd "iadd" Add "Same as a += b.";
    isub "isub" Sub "Same as a -= b.";
    imul "imul" Mul "Same as a *= b.";
    imatmul "imatmul" MatMul "Same as a @= b.";
    ifloordiv "ifloordiv" FloorDiv "Same as a //= b.";
    itruediv "itruediv" TrueDiv "Same as a /= b.";
    imod "imod" Mod "Same as a %= b.";
    ipow "ipow" Pow "Same as a **= b.";
    ilshift "ilshift" LShift "Same as a <<= b.";
    irshift "irshift" RShift "Same as a >>= b.";
    iand "iand" And "Same as a &= b.";
    ixor "ixor" Xor "Same as a ^= b.";
    ior "ior" Or "Same as a |= b.";
}

macro_rules! comparisons {
    ($($name:ident $op:ident $doc:literal;)*) => {
        struct Compare;
        #[pyfunctions]
        impl Compare {
            $(
                #[py(doc = $doc)]
                fn $name(cx: &mut Cx, a: Value, b: Value) -> PyResult<Value> {
                    cx.compare(CompareOp::$op, a, b)
                }
            )*
        }
    };
}

comparisons! {
    lt Lt "Same as a < b.";
    le Le "Same as a <= b.";
    eq Eq "Same as a == b.";
    ne Ne "Same as a != b.";
    ge Ge "Same as a >= b.";
    gt Gt "Same as a > b.";
}

/// Whether `a + b` of these is concatenation.
fn check_concat(cx: &mut Cx, a: Value) -> PyResult<()> {
    if cx.is_sequence(a) {
        return Ok(());
    }
    let name = cx.type_name(a);
    Err(cx.type_error(format!("'{name}' object can't be concatenated")))
}

/// The bytes to compare in constant time: an ASCII str, or any buffer.
fn digest_bytes(cx: &mut Cx, v: Value) -> PyResult<Vec<u8>> {
    krait_runtime::protocol::buffer::to_vec(cx, v)
}

/// An iterator over what is searched.
fn searched(cx: &mut Cx, v: Value) -> PyResult<Value> {
    match cx.iter(v) {
        Err(e) if e.is(cx, cx.types().type_error) => {
            let name = cx.type_name(v);
            Err(cx.type_error(format!("argument of type '{name}' is not iterable")))
        }
        it => it,
    }
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Return True if a is true, False otherwise.
    #[py]
    fn truth(cx: &mut Cx, a: Value) -> PyResult<bool> {
        cx.is_true(a)
    }
    /// Same as not a.
    #[py(name = "not_")]
    fn not(cx: &mut Cx, a: Value) -> PyResult<bool> {
        Ok(!cx.is_true(a)?)
    }
    /// Same as a is b.
    #[py(name = "is_")]
    fn is(a: Value, b: Value) -> bool {
        a.is(b)
    }
    /// Same as a is not b.
    #[py]
    fn is_not(a: Value, b: Value) -> bool {
        !a.is(b)
    }
    /// Same as a is None.
    #[py]
    fn is_none(a: Value) -> bool {
        a.is_none()
    }
    /// Same as a is not None.
    #[py]
    fn is_not_none(a: Value) -> bool {
        !a.is_none()
    }
    /// Same as b in a (note reversed operands).
    #[py]
    fn contains(cx: &mut Cx, a: Value, b: Value) -> PyResult<bool> {
        cx.contains(a, b)
    }
    /// Return the first index of b in a.
    #[py(name = "indexOf")]
    fn index_of(cx: &mut Cx, a: Value, b: Value) -> PyResult<usize> {
        let it = searched(cx, a)?;
        let mut items = cx.iterate(it)?;
        let mut index = 0;
        while let Some(v) = items.next(cx)? {
            if v.is(b) || cx.eq(v, b)? {
                return Ok(index);
            }
            index += 1;
        }
        Err(cx.value_error("sequence.index(x): x not in sequence"))
    }
    /// Return the number of items in a which are, or which equal, b.
    #[py(name = "countOf")]
    fn count_of(cx: &mut Cx, a: Value, b: Value) -> PyResult<usize> {
        let it = searched(cx, a)?;
        cx.count_in(it, b)
    }
    /// Same as -a.
    #[py]
    fn neg(cx: &mut Cx, a: Value) -> PyResult<Value> {
        cx.unary(Special::Neg, a)
    }
    /// Same as +a.
    #[py]
    fn pos(cx: &mut Cx, a: Value) -> PyResult<Value> {
        cx.unary(Special::Pos, a)
    }
    /// Same as abs(a).
    #[py]
    fn abs(cx: &mut Cx, a: Value) -> PyResult<Value> {
        match cx.call_special(a, Special::Abs, &[])? {
            Some(v) => Ok(v),
            None => {
                let name = cx.type_name(a);
                Err(cx.type_error(format!("bad operand type for abs(): '{name}'")))
            }
        }
    }
    /// Same as ~a.
    #[py]
    fn inv(cx: &mut Cx, a: Value) -> PyResult<Value> {
        cx.unary(Special::Invert, a)
    }
    /// Same as ~a.
    #[py]
    fn invert(cx: &mut Cx, a: Value) -> PyResult<Value> {
        cx.unary(Special::Invert, a)
    }
    /// Same as a.__index__()
    #[py]
    fn index(cx: &mut Cx, a: Value) -> PyResult<Value> {
        let n = cx.index(a)?;
        cx.exact_int(n)
    }
    /// Same as a ** b.
    #[py]
    fn pow(cx: &mut Cx, a: Value, b: Value) -> PyResult<Value> {
        cx.power(a, b, Value::none())
    }
    /// Same as a + b, for a and b sequences.
    #[py]
    fn concat(cx: &mut Cx, a: Value, b: Value) -> PyResult<Value> {
        check_concat(cx, a)?;
        cx.binary(Special::Add, a, b)
    }
    /// Same as a += b, for a and b sequences.
    #[py]
    fn iconcat(cx: &mut Cx, a: Value, b: Value) -> PyResult<Value> {
        check_concat(cx, a)?;
        cx.in_place(Special::Add, a, b)
    }
    /// Same as a[b].
    #[py]
    fn getitem(cx: &mut Cx, a: Value, b: Value) -> PyResult<Value> {
        cx.get_item(a, b)
    }
    /// Same as a[b] = c.
    #[py]
    fn setitem(cx: &mut Cx, a: Value, b: Value, c: Value) -> PyResult<()> {
        cx.set_item(a, b, c)
    }
    /// Same as del a[b].
    #[py]
    fn delitem(cx: &mut Cx, a: Value, b: Value) -> PyResult<()> {
        cx.del_item(a, b)
    }
    /// Return an estimate of the number of items in obj.
    ///
    /// This is useful for presizing containers when building from an iterable.
    ///
    /// If the object supports len(), the result will be exact. Otherwise, it may
    /// over- or under-estimate by an arbitrary amount.
    #[py(sig = "($module, obj, default=0, /)")]
    fn length_hint(cx: &mut Cx, obj: Value, default: Option<Value>) -> PyResult<isize> {
        let default = match default {
            None => 0,
            Some(d) if !krait_runtime::types::int::is_int(d) => {
                let name = cx.type_name(d);
                return Err(cx.type_error(format!(
                    "'{name}' object cannot be interpreted as an integer"
                )));
            }
            Some(d) => cx.c_ssize(d)?,
        };
        // No object has as many.
        const UNKNOWN: usize = usize::MAX;
        Ok(match cx.length_hint(obj, UNKNOWN)? {
            UNKNOWN => default,
            n => n as isize,
        })
    }
    /// Same as obj(*args, **kwargs).
    #[py(sig = "($module, obj, /, *args, **kwargs)")]
    fn call(cx: &mut Cx, obj: Value, kwargs: Option<Value>, args: &[Value]) -> PyResult<Value> {
        cx.call_with_kwargs(obj, args, kwargs)
    }
    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent timing analysis,
    /// making it appropriate for cryptography.
    ///
    /// a and b must both be of the same type: either str (ASCII only), or any bytes-like object.
    #[py]
    fn _compare_digest(cx: &mut Cx, a: Value, b: Value) -> PyResult<bool> {
        let (x, y) = match (Gc::<Str>::from_value(a), Gc::<Str>::from_value(b)) {
            (Some(x), Some(y)) => {
                if !x.is_ascii() || !y.is_ascii() {
                    return Err(cx.type_error(
                        "comparing strings with non-ASCII characters is not supported",
                    ));
                }
                (x.as_bytes().to_vec(), y.as_bytes().to_vec())
            }
            _ if !cx.is_buffer(a) || !cx.is_buffer(b) => {
                let (left, right) = (cx.type_name(a), cx.type_name(b));
                return Err(cx.type_error(format!(
                    "unsupported operand types(s) or combination of types: '{left}' and '{right}'"
                )));
            }
            _ => (digest_bytes(cx, a)?, digest_bytes(cx, b)?),
        };
        Ok(constant_time_eq(&x, &y))
    }
}

/// Equality whose time depends on the length of `b` only.
fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    let left = if a.len() == b.len() { a } else { b };
    let mut difference = u8::from(a.len() != b.len());
    for (x, y) in left.iter().zip(b) {
        difference |= std::hint::black_box(x ^ y);
    }
    difference == 0
}
