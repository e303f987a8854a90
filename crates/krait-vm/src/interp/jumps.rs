//! Jumps by truth.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::value::Value;

handler!(jump, |pc, base, cx, t| { go!(pc.offset(bc!(pc)), base, cx, t) });

handler!(jump_back, |pc, base, cx, t| { jump!(pc, base, cx, t, bc!(pc)) });

#[inline(never)]
fn is_true(cx: &mut Cx, v: Value) -> PyResult<bool> {
    cx.is_true(v)
}

macro_rules! jump_if {
    ($name:ident, $when:literal) => {
        handler!($name, |pc, base, cx, t| {
            let v = reg!(base, a!(pc));
            if v == Value::bool($when) {
                jump!(pc, base, cx, t, bc!(pc))
            }
            if v == Value::bool(!$when) {
                next!(pc, base, cx, t, 1)
            }
            save!(pc, base, cx);
            match is_true(&mut *cx, v) {
                Ok(r) if r == $when => jump!(pc, base, cx, t, bc!(pc)),
                Ok(_) => next!(pc, base, cx, t, 1),
                Err(e) => raise!(e, cx, t),
            }
        });
    };
}

jump_if!(jump_if_true, true);
jump_if!(jump_if_false, false);

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
