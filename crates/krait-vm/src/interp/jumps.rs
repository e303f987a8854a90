//! Jumps by truth.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::value::Value;

// The rest of a jump to `pc` when somebody wants attention.
handler!(cold polled, |pc, base, cx, t| {
    save!(pc, base, cx);
    match crate::pending::poll(&mut *cx) {
        Ok(()) => {
            let t = crate::instrument::table(&*cx);
            go!(pc, base, cx, t)
        }
        Err(e) => raise!(e, cx, t),
    }
});

handler!(jump, |pc, base, cx, t| {
    go!(pc.offset(bc!(pc)), base, cx, t)
});

handler!(jump_back, |pc, base, cx, t| {
    jump!(pc, base, cx, t, bc!(pc))
});

#[inline(never)]
fn is_true(cx: &mut Cx, v: Value) -> PyResult<Value> {
    // A `Result<bool>` would be returned in memory and cost the handler its tail call.
    cx.is_true(v).map(Value::bool)
}

macro_rules! jump_if {
    ($name:ident, $slow:ident, $called:ident, $when:literal) => {
        handler!($name, |pc, base, cx, t| {
            let v = reg!(base, a!(pc));
            if v == Value::bool($when) {
                jump!(pc, base, cx, t, bc!(pc))
            }
            if v == Value::bool(!$when) {
                next!(pc, base, cx, t, 1)
            }
            if v.is_none() {
                if $when {
                    next!(pc, base, cx, t, 1)
                }
                jump!(pc, base, cx, t, bc!(pc))
            }
            slow!($slow, pc, base, cx, t)
        });
        handler!(
            #[inline(never)]
            $slow,
            |pc, base, cx, t| {
                match (*cx).truth_at_once(reg!(base, a!(pc))) {
                    Some(r) if r == $when => jump!(pc, base, cx, t, bc!(pc)),
                    Some(_) => next!(pc, base, cx, t, 1),
                    None => slow!($called, pc, base, cx, t),
                }
            }
        );
        handler!(
            #[inline(never)]
            $called,
            |pc, base, cx, t| {
                save!(pc, base, cx);
                match is_true(&mut *cx, reg!(base, a!(pc))) {
                    Ok(r) if r == Value::bool($when) => jump!(pc, base, cx, t, bc!(pc)),
                    Ok(_) => next!(pc, base, cx, t, 1),
                    Err(e) => raise!(e, cx, t),
                }
            }
        );
    };
}

jump_if!(jump_if_true, jump_if_true_slow, jump_if_true_called, true);
jump_if!(
    jump_if_false,
    jump_if_false_slow,
    jump_if_false_called,
    false
);

handler!(jump_if_none, |pc, base, cx, t| {
    if reg!(base, a!(pc)).is_none() {
        jump!(pc, base, cx, t, bc!(pc))
    }
    next!(pc, base, cx, t, 1)
});

handler!(jump_if_not_none, |pc, base, cx, t| {
    if !reg!(base, a!(pc)).is_none() {
        jump!(pc, base, cx, t, bc!(pc))
    }
    next!(pc, base, cx, t, 1)
});
