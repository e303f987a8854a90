//! Binary and unary operators: immediates here, everything else through the number protocol.

use krait_runtime::builtins::sum::Compensated;
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::protocol::number;
use krait_runtime::special::Special;
use krait_runtime::value::Value;

use super::operators::{Operator, enter_operator, enter_unary, is_beyond_builtins};

#[inline(never)]
fn binary(cx: &mut Cx, op: Special, a: Value, b: Value) -> PyResult<Value> {
    cx.binary(op, a, b)
}

#[inline(never)]
fn in_place(cx: &mut Cx, op: Special, a: Value, b: Value) -> PyResult<Value> {
    cx.in_place(op, a, b)
}

#[inline(never)]
fn unary(cx: &mut Cx, op: Special, v: Value) -> PyResult<Value> {
    cx.unary(op, v)
}

/// Both operands as immediate floats.
#[inline(always)]
fn floats(a: Value, b: Value) -> Option<(f64, f64)> {
    Some((a.as_immediate_float()?, b.as_immediate_float()?))
}

/// An operator with a fast path for small ints and one for immediate floats.
macro_rules! arithmetic {
    ($name:ident, $in_place:ident, $small:expr, $float:expr, $slow:ident) => {
        handler!($name, |pc, base, cx, t| { arithmetic!(@body pc, base, cx, t, $slow::$name, $small, $float) });
        handler!($in_place, |pc, base, cx, t| { arithmetic!(@body pc, base, cx, t, $slow::$in_place, $small, $float) });
    };
    (@body $pc:ident, $base:ident, $cx:ident, $t:ident, $slow:path, $small:expr, $float:expr) => {{
        let (x, y) = (reg!($base, b!($pc)), reg!($base, c!($pc)));
        if number::both_small(x, y) {
            let small: fn(Value, Value) -> Option<Value> = $small;
            if let Some(v) = small(x, y) {
                reg!($base, a!($pc)) = v;
                next!($pc, $base, $cx, $t, 2)
            }
        } else if let Some((f, g)) = floats(x, y) {
            let float: fn(f64, f64) -> Option<Value> = $float;
            if let Some(v) = float(f, g) {
                reg!($base, a!($pc)) = v;
                next!($pc, $base, $cx, $t, 2)
            }
        }
        slow!($slow, $pc, $base, $cx, $t)
    }};
}

/// An operator of small ints only.
macro_rules! integer {
    ($name:ident, $in_place:ident, $small:expr) => {
        arithmetic!($name, $in_place, $small, |_, _| None, objects);
    };
}

/// An operator without fast path.
macro_rules! general {
    ($name:ident, $in_place:ident) => {
        handler!($name, |pc, base, cx, t| {
            slow!(objects::$name, pc, base, cx, t)
        });
        handler!($in_place, |pc, base, cx, t| {
            slow!(objects::$in_place, pc, base, cx, t)
        });
    };
}

handler!(sum_add, |pc, base, cx, t| {
    let (sum, lost, item) = (
        reg!(base, b!(pc)),
        reg!(base, b!(pc) + 1),
        reg!(base, c!(pc)),
    );
    if lost.is_none()
        && number::both_small(sum, item)
        && let Some(v) = number::add_small(sum, item)
    {
        reg!(base, a!(pc)) = v;
        reg!(base, a!(pc) + 1) = lost;
        next!(pc, base, cx, t, 1)
    }
    slow!(sum_add_float, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    sum_add_float,
    |pc, base, cx, t| {
        let (sum, lost) = (reg!(base, b!(pc)), reg!(base, b!(pc) + 1));
        if let (Some((high, low)), Some(x)) =
            (floats(sum, lost), reg!(base, c!(pc)).as_immediate_float())
        {
            let mut total = Compensated { high, low };
            total.add(x);
            if let (Some(high), Some(low)) =
                (Value::try_float(total.high), Value::try_float(total.low))
            {
                reg!(base, a!(pc)) = high;
                reg!(base, a!(pc) + 1) = low;
                next!(pc, base, cx, t, 1)
            }
        }
        slow!(sum_add_slow, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    sum_add_slow,
    |pc, base, cx, t| {
        save!(pc, base, cx);
        match add_item(
            &mut *cx,
            base.add(b!(pc)),
            reg!(base, c!(pc)),
            base.add(a!(pc)),
        ) {
            Ok(()) => next!(pc, base, cx, t, 1),
            Err(e) => raise!(e, cx, t),
        }
    }
);

/// # Safety
/// The registers of a SUM_ADD.
#[inline(never)]
unsafe fn add_item(cx: &mut Cx, sum: *const Value, item: Value, to: *mut Value) -> PyResult<()> {
    // SAFETY: by contract.
    unsafe {
        let [sum, lost] = krait_runtime::builtins::sum::add_item(cx, [*sum, *sum.add(1)], item)?;
        *to = sum;
        *to.add(1) = lost;
    }
    Ok(())
}

#[inline(always)]
fn add_floats(f: f64, g: f64) -> Option<Value> {
    Value::try_float(f + g)
}

#[inline(always)]
fn sub_floats(f: f64, g: f64) -> Option<Value> {
    Value::try_float(f - g)
}

#[inline(always)]
fn mul_floats(f: f64, g: f64) -> Option<Value> {
    Value::try_float(f * g)
}

#[inline(always)]
fn div_floats(f: f64, g: f64) -> Option<Value> {
    if g == 0.0 {
        return None;
    }
    Value::try_float(f / g)
}

arithmetic!(add, iadd, number::add_small, add_floats, mixed);
arithmetic!(sub, isub, number::sub_small, sub_floats, mixed);
arithmetic!(mul, imul, number::mul_small, mul_floats, mixed);
arithmetic!(
    true_div,
    itrue_div,
    number::true_div_small,
    div_floats,
    mixed
);
integer!(floor_div, ifloor_div, number::floor_div_small);
integer!(mod_, imod, number::mod_small);
integer!(lshift, ilshift, number::lshift_small);
integer!(rshift, irshift, number::rshift_small);
integer!(and, iand, number::and_small);
integer!(or, ior, number::or_small);
integer!(xor, ixor, number::xor_small);
general!(pow, ipow);
general!(mat_mul, imat_mul);

/// A float and an int, or boxed floats.
mod mixed {
    use super::{add_floats, div_floats, mul_floats, number, objects, sub_floats};

    macro_rules! mixed {
        ($($name:ident $float:ident,)*) => {$(
            handler!(#[inline(never)] $name, |pc, base, cx, t| {
                if let Some((f, g)) = number::float_pair(reg!(base, b!(pc)), reg!(base, c!(pc)))
                    && let Some(v) = $float(f, g)
                {
                    reg!(base, a!(pc)) = v;
                    next!(pc, base, cx, t, 2)
                }
                slow!(objects::$name, pc, base, cx, t)
            });
        )*};
    }

    mixed! {
        add add_floats, iadd add_floats, sub sub_floats, isub sub_floats,
        mul mul_floats, imul mul_floats, true_div div_floats, itrue_div div_floats,
    }
}

/// An operator with an immediate right operand.
macro_rules! immediate {
    ($name:ident, $small:expr, $float:expr) => {
        handler!($name, |pc, base, cx, t| {
            let x = reg!(base, b!(pc));
            let n = c_imm!(pc);
            if x.is_small() {
                let small: fn(Value, Value) -> Option<Value> = $small;
                if let Some(v) = small(x, Value::small(n)) {
                    reg!(base, a!(pc)) = v;
                    next!(pc, base, cx, t, 2)
                }
            } else if let Some(f) = x.as_immediate_float() {
                let float: fn(f64, f64) -> Option<Value> = $float;
                if let Some(v) = float(f, n as f64) {
                    reg!(base, a!(pc)) = v;
                    next!(pc, base, cx, t, 2)
                }
            }
            slow!(objects::$name, pc, base, cx, t)
        });
    };
}

immediate!(add_imm, number::add_small, |f, g| Value::try_float(f + g));
immediate!(sub_imm, number::sub_small, |f, g| Value::try_float(f - g));
immediate!(mul_imm, number::mul_small, |f, g| Value::try_float(f * g));
immediate!(floor_div_imm, number::floor_div_small, |_, _| None);
immediate!(mod_imm, number::mod_small, |_, _| None);
immediate!(lshift_imm, number::lshift_small, |_, _| None);
immediate!(rshift_imm, number::rshift_small, |_, _| None);
immediate!(and_imm, number::and_small, |_, _| None);
immediate!(iadd_imm, number::add_small, |f, g| Value::try_float(f + g));
immediate!(isub_imm, number::sub_small, |f, g| Value::try_float(f - g));

handler!(neg, |pc, base, cx, t| {
    let x = reg!(base, b!(pc));
    if let Some(n) = x.as_small() {
        if let Some(v) = Value::try_small(-n) {
            reg!(base, a!(pc)) = v;
            next!(pc, base, cx, t, 1)
        }
    } else if let Some(f) = x.as_immediate_float()
        && let Some(v) = Value::try_float(-f)
    {
        reg!(base, a!(pc)) = v;
        next!(pc, base, cx, t, 1)
    }
    slow!(objects::neg, pc, base, cx, t)
});

handler!(pos, |pc, base, cx, t| {
    slow!(objects::pos, pc, base, cx, t)
});

handler!(invert, |pc, base, cx, t| {
    let x = reg!(base, b!(pc));
    if let Some(n) = x.as_small() {
        reg!(base, a!(pc)) = Value::small(!n);
        next!(pc, base, cx, t, 1)
    }
    slow!(objects::invert, pc, base, cx, t)
});

#[inline(never)]
fn negated(cx: &mut Cx, v: Value) -> PyResult<Value> {
    cx.is_true(v).map(|b| Value::bool(!b))
}

handler!(not, |pc, base, cx, t| {
    let x = reg!(base, b!(pc));
    if let Some(b) = x.as_bool() {
        reg!(base, a!(pc)) = Value::bool(!b);
        next!(pc, base, cx, t, 1)
    }
    slow!(slow::not, pc, base, cx, t)
});

/// Operators of objects whose classes are not builtin: a Python method that is asked first is entered in
/// this loop. If it declines, [`super::operators::declined`] asks the others.
mod objects {
    use super::{Operator, Special, Value, enter_operator, enter_unary, is_beyond_builtins, slow};
    use krait_runtime::protocol::iter::shape_of;

    macro_rules! entering {
        ($name:ident, $operator:expr, |$pc:ident, $base:ident| $right:expr) => {
            handler!(
                #[inline(never)]
                $name,
                |$pc, $base, cx, t| {
                    let (x, y) = (reg!($base, b!($pc)), $right);
                    if is_beyond_builtins(shape_of(x)) || is_beyond_builtins(shape_of(y)) {
                        save!($pc, $base, cx);
                        let n = enter_operator(&mut *cx, $operator, x, y);
                        if !n.pc.is_null() {
                            go!(n.pc, n.base, cx, t)
                        }
                    }
                    slow!(slow::$name, $pc, $base, cx, t)
                }
            );
        };
    }

    macro_rules! binary {
        ($($name:ident $in_place:ident $special:ident,)*) => {$(
            entering!($name, Operator::of(Special::$special), |pc, base| reg!(base, c!(pc)));
            entering!($in_place, Operator::of(Special::$special).in_place(), |pc, base| reg!(base, c!(pc)));
        )*};
    }

    binary! {
        add iadd Add, sub isub Sub, mul imul Mul, true_div itrue_div TrueDiv, floor_div ifloor_div FloorDiv, mod_ imod Mod,
        pow ipow Pow, lshift ilshift LShift, rshift irshift RShift, and iand And, or ior Or, xor ixor Xor, mat_mul imat_mul MatMul,
    }

    macro_rules! immediate {
        ($($name:ident $operator:expr,)*) => {$(
            entering!($name, $operator.immediate(), |pc, _base| Value::small(c_imm!(pc)));
        )*};
    }

    immediate! {
        add_imm Operator::of(Special::Add), sub_imm Operator::of(Special::Sub), mul_imm Operator::of(Special::Mul),
        floor_div_imm Operator::of(Special::FloorDiv), mod_imm Operator::of(Special::Mod),
        lshift_imm Operator::of(Special::LShift), rshift_imm Operator::of(Special::RShift), and_imm Operator::of(Special::And),
        iadd_imm Operator::of(Special::Add).in_place(), isub_imm Operator::of(Special::Sub).in_place(),
    }

    macro_rules! unary {
        ($($name:ident $special:ident,)*) => {$(
            handler!(#[inline(never)] $name, |pc, base, cx, t| {
                let x = reg!(base, b!(pc));
                if is_beyond_builtins(shape_of(x)) {
                    save!(pc, base, cx);
                    let n = enter_unary(&mut *cx, Special::$special, x);
                    if !n.pc.is_null() {
                        go!(n.pc, n.base, cx, t)
                    }
                }
                slow!(slow::$name, pc, base, cx, t)
            });
        )*};
    }

    unary! { neg Neg, pos Pos, invert Invert, }
}

/// What the handlers leave to the protocols: other types, overflow, division by zero.
mod slow {
    use super::{Special, Value, binary, in_place, negated, unary};

    macro_rules! binary_slow {
        ($($name:ident $in_place:ident $special:ident,)*) => {$(
            handler!(cold $name, |pc, base, cx, t| {
                try_store!(pc, base, cx, t, 2, binary(&mut *cx, Special::$special, reg!(base, b!(pc)), reg!(base, c!(pc))))
            });
            handler!(cold $in_place, |pc, base, cx, t| {
                try_store!(pc, base, cx, t, 2, in_place(&mut *cx, Special::$special, reg!(base, b!(pc)), reg!(base, c!(pc))))
            });
        )*};
    }

    binary_slow! {
        add iadd Add, sub isub Sub, mul imul Mul, true_div itrue_div TrueDiv, floor_div ifloor_div FloorDiv, mod_ imod Mod,
        pow ipow Pow, lshift ilshift LShift, rshift irshift RShift, and iand And, or ior Or, xor ixor Xor, mat_mul imat_mul MatMul,
    }

    macro_rules! immediate_slow {
        ($($name:ident $how:ident $special:ident,)*) => {$(
            handler!(cold $name, |pc, base, cx, t| {
                try_store!(pc, base, cx, t, 2, $how(&mut *cx, Special::$special, reg!(base, b!(pc)), Value::small(c_imm!(pc))))
            });
        )*};
    }

    immediate_slow! {
        add_imm binary Add, sub_imm binary Sub, mul_imm binary Mul, floor_div_imm binary FloorDiv, mod_imm binary Mod,
        lshift_imm binary LShift, rshift_imm binary RShift, and_imm binary And, iadd_imm in_place Add, isub_imm in_place Sub,
    }

    macro_rules! unary_slow {
        ($($name:ident $special:ident,)*) => {$(
            handler!(cold $name, |pc, base, cx, t| {
                try_store!(pc, base, cx, t, 1, unary(&mut *cx, Special::$special, reg!(base, b!(pc))))
            });
        )*};
    }

    unary_slow! { neg Neg, pos Pos, invert Invert, }

    handler!(cold not, |pc, base, cx, t| {
        try_store!(pc, base, cx, t, 1, negated(&mut *cx, reg!(base, b!(pc))))
    });
}
