//! Making functions and classes.

use krait_bytecode::FunctionAttr;
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::value::Value;

use crate::interp::Next;
use crate::objects::code;
use crate::objects::function::{self, FunctionExt, as_code, as_function};
use crate::objects::generator;
use crate::window::{ARGS, Frame};

handler!(make_function, |pc, base, cx, t| {
    save!(pc, base, cx);
    reg!(base, a!(pc)) = make_function_slow(&mut *cx, Value::from_bits(*pc.add(1)));
    next!(pc, base, cx, t, 2)
});

#[inline(never)]
fn make_function_slow(cx: &mut Cx, code: Value) -> Value {
    let f = Frame {
        base: cx.base,
        pc: cx.pc,
    }
    .function();
    let code = as_code(code).expect("the constant of MAKE_FUNCTION is a code object");
    let globals: Gc<Dict> = Gc::from_value_unchecked(f.globals.get());
    function::new(cx, code, globals, code.qualname.get()).value()
}

handler!(make_generator, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        2,
        generator::of_expression(&mut *cx, Value::from_bits(*pc.add(1)), base.add(b!(pc)))
    )
});

handler!(call_expression, |pc, base, cx, t| {
    save!(pc, base, cx);
    goto!(enter_expression(&mut *cx, base.add(b!(pc) + ARGS)), cx, t)
});

#[inline(never)]
unsafe fn enter_expression(cx: &mut Cx, new: *mut Value) -> Next {
    // SAFETY: the frame is saved at a CALL_EXPRESSION.
    match unsafe { generator::enter_expression(cx, new) } {
        Ok(next) => next,
        Err(e) => crate::unwind::unwind(cx, e),
    }
}

handler!(load_body, |pc, base, cx, t| {
    save!(pc, base, cx);
    match load_running(&mut *cx) {
        Ok(pc) => go!(pc, base, cx, t),
        Err(e) => raise!(e, cx, t),
    }
});

/// Loads the code of the frame that begins; where it begins.
#[inline(never)]
fn load_running(cx: &mut Cx) -> PyResult<*const u64> {
    let f = Frame {
        base: cx.base,
        pc: cx.pc,
    }
    .function();
    let body = f.body();
    code::load_body(cx, body)?;
    f.begin_with_words(body);
    Ok(body.first())
}

handler!(set_function_attr, |pc, base, cx, t| {
    save!(pc, base, cx);
    set_attr(&mut *cx, reg!(base, a!(pc)), reg!(base, b!(pc)), c!(pc));
    next!(pc, base, cx, t, 1)
});

#[inline(never)]
fn set_attr(cx: &mut Cx, f: Value, v: Value, which: usize) {
    let f = as_function(f).expect("the verifier checks that it is a new function");
    // Defaults of a generic function come as arguments: only code that no compiler made brings others.
    let slot = match FunctionAttr::from_u16(which as u16) {
        Some(FunctionAttr::Defaults) if is_kind(v, Kind::Tuple) => &f.defaults,
        Some(FunctionAttr::KwDefaults) if is_kind(v, Kind::Dict) => &f.kwdefaults,
        Some(FunctionAttr::Defaults | FunctionAttr::KwDefaults) => return,
        Some(FunctionAttr::Closure) => &f.closure,
        Some(FunctionAttr::Annotate) => &f.annotate,
        Some(FunctionAttr::TypeParams) => &f.type_params,
        Some(FunctionAttr::Annotations) => {
            let v = annotations(cx, v);
            return f.annotations.set(cx, f, v);
        }
        None => unreachable!("the verifier checks the number of a function attribute"),
    };
    slot.set(cx, f, v);
}

/// The dict of `(name, text, ...)`.
fn annotations(cx: &mut Cx, pairs: Value) -> Value {
    let Some(pairs) = Gc::<Tuple>::from_value(pairs) else {
        return pairs;
    };
    let d = cx.new_dict();
    for pair in pairs.as_slice().chunks_exact(2) {
        if let Some(name) = Gc::from_value(pair[0]) {
            d.set_str(cx, name, pair[1]);
        }
    }
    d.value()
}

handler!(load_build_class, |pc, base, cx, t| {
    try_store!(pc, base, cx, t, 1, build_class(&mut *cx))
});

#[inline(never)]
fn build_class(cx: &mut Cx) -> PyResult<Value> {
    let builtins = Frame {
        base: cx.base,
        pc: cx.pc,
    }
    .function()
    .builtins
    .get();
    let name = cx.names().__build_class__;
    match super::names::namespace_get(cx, builtins, name)? {
        Some(v) => Ok(v),
        None => Err(cx.name_error("__build_class__ not found")),
    }
}
