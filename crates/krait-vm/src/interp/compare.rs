//! Comparisons that give a value, and those fused with a jump.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::protocol::compare::{CompareOp, compare_numbers, compare_strs};
use krait_runtime::protocol::equality::Known;
use krait_runtime::protocol::iter::shape_of;
use krait_runtime::protocol::number;
use krait_runtime::special::Special;
use krait_runtime::types::shape_id;
use krait_runtime::value::Value;

#[inline(never)]
fn compare(cx: &mut Cx, op: CompareOp, a: Value, b: Value) -> PyResult<Value> {
    cx.compare(op, a, b)
}

// Truth comes back as `True` or `False`: a `Result<bool>` would be returned in memory, and a handler
// with a local in memory cannot leave by a jump.

#[inline(never)]
fn compare_is_true(cx: &mut Cx, op: CompareOp, a: Value, b: Value) -> PyResult<Value> {
    let known = match (shape_of(a), shape_of(b)) {
        (shape_id::STR, shape_id::STR) => compare_strs(op, a, b),
        (0, _) | (_, 0) => compare_numbers(op, a, b),
        _ => compare_known(cx, op, a, b),
    };
    if let Some(r) = known {
        return Ok(Value::bool(r));
    }
    let r = cx.compare(op, a, b)?;
    match r.as_bool() {
        Some(_) => Ok(r),
        None => cx.is_true(r).map(Value::bool),
    }
}

/// Whether an object has the `__ne__` of `object`, which asks `__eq__`.
#[inline(always)]
fn has_plain_ne(cx: &Cx, v: Value) -> bool {
    let class = cx.shape_entry(shape_of(v)).class;
    class.shares_special(cx.types().object, Special::Ne)
}

/// Equality of two objects where nothing has to be called.
#[inline(always)]
fn compare_known(cx: &Cx, op: CompareOp, a: Value, b: Value) -> Option<bool> {
    let shape = shape_of(a);
    let both_tuples = || shape == shape_id::TUPLE && shape_of(b) == shape_id::TUPLE;
    let wanted = match op {
        CompareOp::Eq => true,
        CompareOp::Ne if both_tuples() || (has_plain_ne(cx, a) && has_plain_ne(cx, b)) => false,
        _ => return None,
    };
    if a == b {
        let equals_itself = shape == shape_id::TUPLE || cx.compares_by_identity(shape);
        return equals_itself.then_some(wanted);
    }
    match cx.known_eq(a, b) {
        Known::Equal => Some(wanted),
        Known::Different => Some(!wanted),
        Known::Unknown => None,
    }
}

#[inline(never)]
fn contains(cx: &mut Cx, container: Value, item: Value) -> PyResult<Value> {
    cx.contains(container, item).map(Value::bool)
}

/// The result for two small ints or two immediate floats.
macro_rules! fast {
    ($x:expr, $y:expr, $op:tt) => {
        if number::both_small($x, $y) {
            Some(($x.bits() as i64) $op ($y.bits() as i64))
        } else if let (Some(f), Some(g)) = ($x.as_immediate_float(), $y.as_immediate_float()) {
            Some(f $op g)
        } else {
            None
        }
    };
}

/// The result for a small int or an immediate float and an immediate operand.
macro_rules! fast_imm {
    ($x:expr, $n:expr, $op:tt) => {
        if $x.is_small() {
            Some(($x.bits() as i64) $op (Value::small($n).bits() as i64))
        } else if let Some(f) = $x.as_immediate_float() {
            Some(f $op ($n as f64))
        } else {
            None
        }
    };
}

macro_rules! comparison {
    ($name:ident, $jump:ident, $jump_not:ident, $jump_imm:ident, $jump_not_imm:ident, $then:ident, $tok:tt) => {
        handler!($name, |pc, base, cx, t| {
            let (x, y) = (reg!(base, b!(pc)), reg!(base, c!(pc)));
            if let Some(r) = fast!(x, y, $tok) {
                reg!(base, a!(pc)) = Value::bool(r);
                next!(pc, base, cx, t, 2)
            }
            slow!($then::$name, pc, base, cx, t)
        });
        comparison!(@jump $jump, $then, true, |pc, base| fast!(reg!(base, a!(pc)), reg!(base, b!(pc)), $tok));
        comparison!(@jump $jump_not, $then, false, |pc, base| fast!(reg!(base, a!(pc)), reg!(base, b!(pc)), $tok));
        comparison!(@jump $jump_imm, slow, true, |pc, base| fast_imm!(reg!(base, a!(pc)), b_imm!(pc), $tok));
        comparison!(@jump $jump_not_imm, slow, false, |pc, base| fast_imm!(reg!(base, a!(pc)), b_imm!(pc), $tok));
    };
    (@jump $name:ident, $then:ident, $when:literal, |$pc:ident, $base:ident| $truth:expr) => {
        handler!($name, |$pc, $base, cx, t| {
            let Some(truth) = $truth else { slow!($then::$name, $pc, $base, cx, t) };
            if truth == $when {
                jump!($pc, $base, cx, t, c_imm!($pc) as isize)
            }
            next!($pc, $base, cx, t, 2)
        });
    };
}

comparison!(lt, jump_if_lt, jump_if_not_lt, jump_if_lt_imm, jump_if_not_lt_imm, slow, <);
comparison!(le, jump_if_le, jump_if_not_le, jump_if_le_imm, jump_if_not_le_imm, slow, <=);
comparison!(eq, jump_if_eq, jump_if_not_eq, jump_if_eq_imm, jump_if_not_eq_imm, texts, ==);
comparison!(ne, jump_if_ne, jump_if_not_ne, jump_if_ne_imm, jump_if_not_ne_imm, texts, !=);
comparison!(gt, jump_if_gt, jump_if_not_gt, jump_if_gt_imm, jump_if_not_gt_imm, slow, >);
comparison!(ge, jump_if_ge, jump_if_not_ge, jump_if_ge_imm, jump_if_not_ge_imm, slow, >=);

/// Keeps the greater or the smaller of two; the other one may be `EMPTY`.
macro_rules! keep {
    ($name:ident, $slow:ident, $op:ident, $tok:tt) => {
        handler!($name, |pc, base, cx, t| {
            let (best, item) = (reg!(base, a!(pc)), reg!(base, b!(pc)));
            if best.is_empty() {
                reg!(base, a!(pc)) = item;
                next!(pc, base, cx, t, 1)
            }
            match fast!(item, best, $tok) {
                Some(true) => reg!(base, a!(pc)) = item,
                Some(false) => {}
                None => slow!($slow, pc, base, cx, t),
            }
            next!(pc, base, cx, t, 1)
        });
        handler!(
            #[inline(never)]
            $slow,
            |pc, base, cx, t| {
                save!(pc, base, cx);
                let (best, item) = (reg!(base, a!(pc)), reg!(base, b!(pc)));
                match compare_is_true(&mut *cx, CompareOp::$op, item, best) {
                    Ok(r) => {
                        if r == Value::bool(true) {
                            reg!(base, a!(pc)) = item;
                        }
                        next_after!(pc, base, cx, 1)
                    }
                    Err(e) => raise!(e, cx, t),
                }
            }
        );
    };
}

keep!(keep_max, keep_max_slow, Gt, >);
keep!(keep_min, keep_min_slow, Lt, <);

handler!(is, |pc, base, cx, t| {
    reg!(base, a!(pc)) = Value::bool(reg!(base, b!(pc)).is(reg!(base, c!(pc))));
    next!(pc, base, cx, t, 1)
});

handler!(is_not, |pc, base, cx, t| {
    reg!(base, a!(pc)) = Value::bool(!reg!(base, b!(pc)).is(reg!(base, c!(pc))));
    next!(pc, base, cx, t, 1)
});

/// `in` and `not in`: where the answer is at hand, without a call.
macro_rules! membership {
    ($name:ident, $jump:ident, $when:literal) => {
        handler!($name, |pc, base, cx, t| {
            match (*cx).contains_at_once(reg!(base, c!(pc)), reg!(base, b!(pc))) {
                Some(r) => {
                    reg!(base, a!(pc)) = Value::bool(r == $when);
                    next!(pc, base, cx, t, 2)
                }
                None => slow!(slow::$name, pc, base, cx, t),
            }
        });
        handler!($jump, |pc, base, cx, t| {
            match (*cx).contains_at_once(reg!(base, b!(pc)), reg!(base, a!(pc))) {
                Some(r) if r == $when => jump!(pc, base, cx, t, c_imm!(pc) as isize),
                Some(_) => next!(pc, base, cx, t, 2),
                None => slow!(slow::$jump, pc, base, cx, t),
            }
        });
    };
}

membership!(in_, jump_if_in, true);
membership!(not_in, jump_if_not_in, false);

handler!(jump_if_is, |pc, base, cx, t| {
    if reg!(base, a!(pc)).is(reg!(base, b!(pc))) {
        jump!(pc, base, cx, t, c_imm!(pc) as isize)
    }
    next!(pc, base, cx, t, 1)
});

handler!(jump_if_is_not, |pc, base, cx, t| {
    if !reg!(base, a!(pc)).is(reg!(base, b!(pc))) {
        jump!(pc, base, cx, t, c_imm!(pc) as isize)
    }
    next!(pc, base, cx, t, 1)
});

/// Equality of texts where that takes no look at them: a handler without calls, which saves nothing.
mod texts {
    use krait_runtime::types::dict::table::as_exact_str;

    use super::{Value, slow};

    #[inline(always)]
    fn equal(x: Value, y: Value) -> Option<bool> {
        as_exact_str(x)?.quick_eq(as_exact_str(y)?)
    }

    macro_rules! equality {
        ($name:ident, $jump:ident, $jump_not:ident, $wanted:literal) => {
            handler!(#[inline(never)] $name, |pc, base, cx, t| {
                match equal(reg!(base, b!(pc)), reg!(base, c!(pc))) {
                    Some(r) => {
                        reg!(base, a!(pc)) = Value::bool(r == $wanted);
                        next!(pc, base, cx, t, 2)
                    }
                    None => slow!(slow::$name, pc, base, cx, t),
                }
            });
            equality!(@jump $jump, $wanted);
            equality!(@jump $jump_not, !$wanted);
        };
        (@jump $name:ident, $when:expr) => {
            handler!(#[inline(never)] $name, |pc, base, cx, t| {
                match equal(reg!(base, a!(pc)), reg!(base, b!(pc))) {
                    Some(r) if r == $when => jump!(pc, base, cx, t, c_imm!(pc) as isize),
                    Some(_) => next!(pc, base, cx, t, 2),
                    None => slow!(slow::$name, pc, base, cx, t),
                }
            });
        };
    }

    equality!(eq, jump_if_eq, jump_if_not_eq, true);
    equality!(ne, jump_if_ne, jump_if_not_ne, false);
}

/// Comparisons of anything but small ints and immediate floats, and the other membership tests.
mod slow {
    use super::super::operators::{Operator, enter_comparison, is_beyond_builtins};
    use super::{CompareOp, Special, Value, compare, compare_is_true, contains, shape_of};

    macro_rules! membership_slow {
        ($name:ident, $jump:ident, $when:literal) => {
            handler!(
                #[inline(never)]
                $name,
                |pc, base, cx, t| {
                    save!(pc, base, cx);
                    match contains(&mut *cx, reg!(base, c!(pc)), reg!(base, b!(pc))) {
                        Ok(r) => {
                            reg!(base, a!(pc)) = Value::bool(r == Value::bool($when));
                            next_after!(pc, base, cx, 2)
                        }
                        Err(e) => raise!(e, cx, t),
                    }
                }
            );
            handler!(
                #[inline(never)]
                $jump,
                |pc, base, cx, t| {
                    save!(pc, base, cx);
                    match contains(&mut *cx, reg!(base, b!(pc)), reg!(base, a!(pc))) {
                        Ok(r) if r == Value::bool($when) => {
                            jump!(pc, base, cx, t, c_imm!(pc) as isize)
                        }
                        Ok(_) => next!(pc, base, cx, t, 2),
                        Err(e) => raise!(e, cx, t),
                    }
                }
            );
        };
    }

    membership_slow!(in_, jump_if_in, true);
    membership_slow!(not_in, jump_if_not_in, false);

    // A Python method that is asked first is entered in the loop.
    macro_rules! comparison_slow {
        ($($name:ident $jump:ident $jump_not:ident $jump_imm:ident $jump_not_imm:ident $op:ident,)*) => {$(
            handler!(#[inline(never)] $name, |pc, base, cx, t| {
                let (x, y) = (reg!(base, b!(pc)), reg!(base, c!(pc)));
                if is_beyond_builtins(shape_of(x)) {
                    save!(pc, base, cx);
                    let n = enter_comparison(&mut *cx, Operator::of(Special::$op), x, y);
                    if !n.pc.is_null() {
                        go!(n.pc, n.base, cx, t)
                    }
                }
                try_store!(pc, base, cx, t, 2, compare(&mut *cx, CompareOp::$op, x, y))
            });
            comparison_slow!(@jump $jump, $op, true, jump_if(true), |pc, base| reg!(base, b!(pc)));
            comparison_slow!(@jump $jump_not, $op, false, jump_if(false), |pc, base| reg!(base, b!(pc)));
            comparison_slow!(@jump $jump_imm, $op, true, jump_if(true).immediate(), |pc, _base| Value::small(b_imm!(pc)));
            comparison_slow!(@jump $jump_not_imm, $op, false, jump_if(false).immediate(), |pc, _base| Value::small(b_imm!(pc)));
        )*};
        (@jump $name:ident, $op:ident, $when:literal, $jump:ident($wanted:literal) $(.$immediate:ident())?, |$pc:ident, $base:ident| $right:expr) => {
            handler!(#[inline(never)] $name, |$pc, base, cx, t| {
                save!($pc, base, cx);
                let $base = base;
                let (x, y) = (reg!(base, a!($pc)), $right);
                if is_beyond_builtins(shape_of(x)) {
                    let operator = Operator::of(Special::$op).$jump($wanted)$(.$immediate())?;
                    let n = enter_comparison(&mut *cx, operator, x, y);
                    if !n.pc.is_null() {
                        go!(n.pc, n.base, cx, t)
                    }
                }
                match compare_is_true(&mut *cx, CompareOp::$op, x, y) {
                    Ok(r) if r == Value::bool($when) => jump!($pc, base, cx, t, c_imm!($pc) as isize),
                    Ok(_) => next!($pc, base, cx, t, 2),
                    Err(e) => raise!(e, cx, t),
                }
            });
        };
    }

    comparison_slow! {
        lt jump_if_lt jump_if_not_lt jump_if_lt_imm jump_if_not_lt_imm Lt,
        le jump_if_le jump_if_not_le jump_if_le_imm jump_if_not_le_imm Le,
        eq jump_if_eq jump_if_not_eq jump_if_eq_imm jump_if_not_eq_imm Eq,
        ne jump_if_ne jump_if_not_ne jump_if_ne_imm jump_if_not_ne_imm Ne,
        gt jump_if_gt jump_if_not_gt jump_if_gt_imm jump_if_not_gt_imm Gt,
        ge jump_if_ge jump_if_not_ge jump_if_ge_imm jump_if_not_ge_imm Ge,
    }
}
