//! Rare operations and the virtual machine's internal instructions.

use krait_bytecode::{Intrinsic1, Intrinsic2};
use krait_runtime::builtins::iteration::extreme_found;
use krait_runtime::builtins::sum::sum_of;
use krait_runtime::cx::Cx;
use krait_runtime::error::{Exception, PyResult};
use krait_runtime::object::Gc;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::value::Value;

use crate::objects::function::as_function;
use crate::window::Frame;

// Never executed: the return pc of frames that native code entered. Such frames leave the run in
// `return_slow`, before their return pc matters.
handler!(exit_run, |_pc, _base, _cx, _t| { std::ptr::null() });

// Counts an instruction, then executes it; for `-X opcount`.
handler!(count, |pc, base, cx, t| {
    count_one(&mut *cx, *pc as u16);
    let h = crate::interp::TABLE.as_ptr().add(*pc as u16 as usize);
    ((*h).0)(pc, base, cx, t)
});

#[inline(never)]
fn count_one(cx: &mut Cx, op: u16) {
    // SAFETY: no other reference to the thread's state.
    if let Some(counts) = unsafe { &mut crate::thread::vm(cx).opcount } {
        counts[op as usize] += 1;
    }
}

// Reports the events of an instruction, then executes it; see `instrument`.
handler!(traced, |pc, base, cx, t| {
    save!(pc, base, cx);
    match crate::instrument::before(&mut *cx) {
        Ok(v) if v == crate::instrument::DONE => {
            let (pc, t) = ((*cx).pc, crate::instrument::table(&*cx));
            go!(pc, base, cx, t)
        }
        Ok(_) => {
            let t = crate::instrument::table(&*cx);
            let h = crate::interp::TABLE.as_ptr().add(*pc as u16 as usize);
            ((*h).0)(pc, base, cx, t)
        }
        Err(e) => raise!(e, cx, t),
    }
});

handler!(intrinsic_1, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        one(&mut *cx, reg!(base, b!(pc)), c!(pc))
    )
});

#[inline(never)]
fn one(cx: &mut Cx, v: Value, which: usize) -> PyResult<Value> {
    match Intrinsic1::from_u16(which as u16).expect("checked by the verifier") {
        Intrinsic1::Print => display(cx, v),
        Intrinsic1::ImportStar => {
            let namespace = Frame {
                base: cx.base,
                pc: cx.pc,
            }
            .register(0);
            super::imports::import_star(cx, v, namespace)?;
            Ok(Value::none())
        }
        Intrinsic1::StopIterationError => {
            if let Some(e) = Gc::<Exception>::from_value(v) {
                crate::unwind::settle(cx, e);
            }
            Ok(stop_iteration_error(cx, v))
        }
        Intrinsic1::AsyncGenWrap => Ok(crate::objects::async_generator::wrap(cx, v)),
        Intrinsic1::TypeVar => {
            type_param(cx, "TypeVar", v, &["infer_variance"], &[Value::bool(true)])
        }
        Intrinsic1::ParamSpec => type_param(
            cx,
            "ParamSpec",
            v,
            &["infer_variance"],
            &[Value::bool(true)],
        ),
        Intrinsic1::TypeVarTuple => type_param(cx, "TypeVarTuple", v, &[], &[]),
        Intrinsic1::SubscriptGeneric => {
            let module = cx.import("_typing")?;
            let generic = cx.get_attr_str(module, "Generic")?;
            let f = cx.lookup_attr_str(generic, "__class_getitem__")?;
            let params = unpacked_type_vars(cx, v)?;
            match f {
                Some(f) => cx.call(f, &[params]),
                None => cx.get_item(generic, params),
            }
        }
        Intrinsic1::TypeAlias => {
            let t: Gc<Tuple> = Gc::from_value_unchecked(v);
            let module = cx.import("_typing")?;
            let make = cx.get_attr_str(module, "_make_type_alias")?;
            cx.call(make, t.as_slice())
        }
        Intrinsic1::CheckAnnotateFormat => check_format(cx, v),
        Intrinsic1::Max => extreme_found(cx, "max", v),
        Intrinsic1::Min => extreme_found(cx, "min", v),
    }
}

/// Type parameters as `Generic[...]` takes them: a TypeVarTuple is unpacked.
fn unpacked_type_vars(cx: &mut Cx, params: Value) -> PyResult<Value> {
    let t: Gc<Tuple> = Gc::from_value_unchecked(params);
    let mut all = krait_runtime::vec::ValueVec::new();
    for &p in t.as_slice() {
        if cx.type_of(p).name_string() == "TypeVarTuple" {
            let it = cx.iter(p)?;
            while let Some(x) = cx.next(it)? {
                all.push(cx, x)?;
            }
        } else {
            all.push(cx, p)?;
        }
    }
    cx.try_new_tuple(all.as_slice())
}

/// A parameter of a type parameter list. It has no module of its own.
fn type_param(
    cx: &mut Cx,
    class: &str,
    name: Value,
    kwnames: &[&str],
    kwvalues: &[Value],
) -> PyResult<Value> {
    let module = cx.import("_typing")?;
    let class = cx.get_attr_str(module, class)?;
    let mut all = krait_runtime::vec::ValueVec::from_slice(cx, &[name])?;
    for &v in kwvalues {
        all.push(cx, v)?;
    }
    let mut names = krait_runtime::vec::ValueVec::new();
    for n in kwnames {
        let n = cx.intern(n).value();
        names.push(cx, n)?;
    }
    let made = cx.call_kw(class, all.as_slice(), names.as_slice())?;
    let module = cx.names().__module__;
    cx.instance_del(made, module)?;
    Ok(made)
}

/// `sys.displayhook(v)`.
fn display(cx: &mut Cx, v: Value) -> PyResult<Value> {
    match cx.sys_get("displayhook") {
        Some(hook) => cx.call(hook, &[v]),
        None => Err(cx.runtime_error("lost sys.displayhook")),
    }
}

/// PEP 479: StopIteration that would leave a generator becomes RuntimeError.
fn stop_iteration_error(cx: &mut Cx, v: Value) -> Value {
    use krait_bytecode::flags::{CO_ASYNC_GENERATOR, CO_COROUTINE};
    let Some(e) = Gc::<Exception>::from_value(v) else {
        return v;
    };
    let code = Frame {
        base: cx.base,
        pc: cx.pc,
    }
    .code();
    let class = cx.type_of(v);
    let ty = cx.types();
    let what = if class.is_subtype(ty.stop_iteration) {
        "StopIteration"
    } else if code.unit.flags & CO_ASYNC_GENERATOR != 0 && class.is_subtype(ty.stop_async_iteration)
    {
        "StopAsyncIteration"
    } else {
        return v;
    };
    let which = if code.unit.flags & CO_ASYNC_GENERATOR != 0 {
        "async generator"
    } else if code.unit.flags & CO_COROUTINE != 0 {
        "coroutine"
    } else {
        "generator"
    };
    let new = cx
        .runtime_error(format!("{which} raised {what}"))
        .exception();
    new.cause.set(cx, new, e.value());
    new.context.set(cx, new, e.value());
    new.suppress_context.set(cx, new, Value::bool(true));
    new.value()
}

/// Annotate functions of the compiler know the formats VALUE and VALUE_WITH_FAKE_GLOBALS.
fn check_format(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let two = Value::small(2);
    if cx.compare_is_true(krait_runtime::protocol::compare::CompareOp::Gt, v, two)? {
        let class = cx.types().not_implemented_error;
        return Err(cx.error_with(class, &[]));
    }
    Ok(v)
}

handler!(intrinsic_2, |pc, base, cx, t| {
    let at = base.add(b!(pc));
    try_store!(pc, base, cx, t, 1, two(&mut *cx, *at, *at.add(1), c!(pc)))
});

#[inline(never)]
fn two(cx: &mut Cx, x: Value, y: Value, which: usize) -> PyResult<Value> {
    match Intrinsic2::from_u16(which as u16).expect("checked by the verifier") {
        Intrinsic2::PrepReraiseStar => {
            krait_runtime::types::exceptions::group::prep_reraise_star(cx, x, y)
        }
        Intrinsic2::TypeVarWithBound => {
            let module = cx.import("_typing")?;
            let make = cx.get_attr_str(module, "_make_typevar_with_bound")?;
            cx.call(make, &[x, y])
        }
        Intrinsic2::TypeVarWithConstraints => {
            let module = cx.import("_typing")?;
            let make = cx.get_attr_str(module, "_make_typevar_with_constraints")?;
            cx.call(make, &[x, y])
        }
        Intrinsic2::SetTypeparamDefault => {
            let module = cx.import("_typing")?;
            let set = cx.get_attr_str(module, "_set_typeparam_default")?;
            cx.call(set, &[x, y])
        }
        Intrinsic2::SetFunctionTypeParams => {
            if let Some(f) = as_function(x) {
                f.type_params.set(cx, f, y);
            }
            Ok(x)
        }
        Intrinsic2::Sum => Ok(sum_of(cx, [x, y])),
    }
}

handler!(setup_annotations, |pc, base, cx, t| {
    try_do!(
        pc,
        base,
        cx,
        t,
        1,
        annotations(&mut *cx, reg!(base, a!(pc)))
    )
});

#[inline(never)]
fn annotations(cx: &mut Cx, namespace: Value) -> PyResult<()> {
    let name = cx.names().__annotations__;
    if super::names::namespace_get(cx, namespace, name)?.is_none() {
        let d = cx.new_dict().value();
        cx.set_item(namespace, name.value(), d)?;
    }
    Ok(())
}
