//! Builtin functions on numbers.

use krait_macros::pyfunctions;

use crate::native::{Cx, PyResult, Value};
use crate::special::Special;
use crate::types::int::to_radix;

/// `v` in base `radix`, with the prefix of literals behind the sign.
fn prefixed(cx: &mut Cx, v: Value, radix: u32, prefix: &str) -> PyResult<String> {
    let n = cx.index_int(v)?;
    let digits = to_radix(n, radix);
    Ok(match digits.strip_prefix('-') {
        Some(magnitude) => format!("-{prefix}{magnitude}"),
        None => format!("{prefix}{digits}"),
    })
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return the absolute value of the argument.
    #[py(sig = "($module, x, /)")]
    fn abs(cx: &mut Cx, x: Value) -> PyResult<Value> {
        cx.unary(Special::Abs, x)
    }

    /// Return the binary representation of an integer.
    ///
    ///    >>> bin(2796202)
    ///    '0b1010101010101010101010'
    #[py(sig = "($module, number, /)")]
    fn bin(cx: &mut Cx, number: Value) -> PyResult<String> {
        prefixed(cx, number, 2, "0b")
    }

    /// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
    #[py(sig = "($module, x, y, /)")]
    fn divmod(cx: &mut Cx, x: Value, y: Value) -> PyResult<Value> {
        cx.binary(Special::DivMod, x, y)
    }

    /// Return the hexadecimal representation of an integer.
    ///
    ///    >>> hex(12648430)
    ///    '0xc0ffee'
    #[py(sig = "($module, number, /)")]
    fn hex(cx: &mut Cx, number: Value) -> PyResult<String> {
        prefixed(cx, number, 16, "0x")
    }

    /// Return the octal representation of an integer.
    ///
    ///    >>> oct(342391)
    ///    '0o1234567'
    #[py(sig = "($module, number, /)")]
    fn oct(cx: &mut Cx, number: Value) -> PyResult<String> {
        prefixed(cx, number, 8, "0o")
    }

    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    ///
    /// Some types, such as ints, are able to use a more efficient algorithm when
    /// invoked using the three argument form.
    #[py(sig = "($module, /, base, exp, mod=None)")]
    fn pow(cx: &mut Cx, base: Value, exp: Value, modulus: Option<Value>) -> PyResult<Value> {
        cx.power(base, exp, modulus.unwrap_or(Value::none()))
    }

    /// Round a number to a given precision in decimal digits.
    ///
    /// The return value is an integer if ndigits is omitted or None.  Otherwise
    /// the return value has the same type as the number.  ndigits may be negative.
    #[py(sig = "($module, /, number, ndigits=None)")]
    fn round(cx: &mut Cx, number: Value, ndigits: Option<Value>) -> PyResult<Value> {
        let digits = ndigits.filter(|n| !n.is_none());
        let rounded = match &digits {
            Some(n) => cx.call_special(number, Special::Round, std::slice::from_ref(n))?,
            None => cx.call_special(number, Special::Round, &[])?,
        };
        match rounded {
            Some(v) => Ok(v),
            None => {
                let name = cx.type_name(number);
                Err(cx.type_error(format!("type {name} doesn't define __round__ method")))
            }
        }
    }
}
