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

/// The truth of `v` if that takes no call: 0 or 1, else 2.
#[inline(never)]
fn known_truth(cx: &Cx, v: Value) -> u32 {
    cx.known_truth(v).map_or(2, u32::from)
}

macro_rules! jump_if {
    ($name:ident, $slow:ident, $when:literal) => {
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
                let truth = known_truth(&*cx, reg!(base, a!(pc)));
                if truth == $when as u32 {
                    jump!(pc, base, cx, t, bc!(pc))
                }
                if truth == !$when as u32 {
                    next!(pc, base, cx, t, 1)
                }
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

jump_if!(jump_if_true, jump_if_true_slow, true);
jump_if!(jump_if_false, jump_if_false_slow, false);

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
