//! The call slots of native functions and descriptors.

use super::{BuiltinFunction, Callee, MethodDescr, call_def};
use crate::error::Raised;
use crate::native::{Cx, DefKind, PyResult, Value};
use crate::object::Gc;
use crate::special::Special;
use crate::types::shape_id;
use crate::types::typeobj::{Type, flags};
use crate::vec::with_first;

/// Calls a builtin function object.
pub fn call_builtin(
    cx: &mut Cx,
    callee: Value,
    args: &[Value],
    kwnames: &[Value],
) -> PyResult<Value> {
    let f: Gc<BuiltinFunction> = Gc::from_value_unchecked(callee);
    let self_ = f.self_.get();
    let def = f.def;
    match def.kind {
        DefKind::Function | DefKind::StaticMethod => call_def(
            cx,
            Callee {
                def,
                class: Gc::from_value(self_),
                receivers: 0,
            },
            args,
            kwnames,
        ),
        // `T.__new__`: the class is an ordinary first argument.
        DefKind::New => {
            check_new(cx, f, &args[..args.len() - kwnames.len()])?;
            call_def(
                cx,
                Callee {
                    def,
                    class: Gc::from_value(self_),
                    receivers: 1,
                },
                args,
                kwnames,
            )
        }
        _ => {
            let class = f.class(cx);
            let callee = Callee {
                def,
                class,
                receivers: 1,
            };
            let r = with_first(cx, self_, args, |cx, all| {
                call_def(cx, callee, all, kwnames)
            })?;
            // `__next__` of a native iterator at its end.
            if r.is_empty() {
                Err(cx.stop_iteration(Value::none()))
            } else {
                Ok(r)
            }
        }
    }
}

/// `T.__new__(S)` wants a subtype `S` of `T` whose layout `T` made.
fn check_new(cx: &mut Cx, f: Gc<BuiltinFunction>, args: &[Value]) -> PyResult<()> {
    let Some(class) = Gc::<Type>::from_value(f.self_.get()) else {
        return Ok(());
    };
    if let Some(&first) = args.first()
        && let Some(sub) = Gc::<Type>::from_value(first)
        && sub.is_subtype(class)
        && sub.flags() & flags::NO_INSTANTIATION == 0
        // What a type with `alloc` inherits is the `__new__` of `object`.
        && (sub.flags() & flags::OWN_ALLOC != 0
            || (sub.kind() == class.kind() && sub.payload == class.payload))
    {
        return Ok(());
    }
    Err(unfit_for_new(cx, class, args))
}

/// What is wrong with the arguments of `class.__new__`.
#[cold]
fn unfit_for_new(cx: &mut Cx, class: Gc<Type>, args: &[Value]) -> Raised {
    let name = class.dotted_name();
    let Some(&first) = args.first() else {
        return cx.type_error(format!("{name}.__new__(): not enough arguments"));
    };
    let Some(sub) = Gc::<Type>::from_value(first) else {
        let got = cx.type_name(first);
        return cx.type_error(format!("{name}.__new__(X): X is not a type object ({got})"));
    };
    let sub_name = sub.dotted_name();
    if !sub.is_subtype(class) {
        return cx.type_error(format!(
            "{name}.__new__({sub_name}): {sub_name} is not a subtype of {name}"
        ));
    }
    let native = crate::types::type_::native_base(sub);
    if (sub.flags() | native.flags()) & flags::NO_INSTANTIATION != 0 {
        let name = sub.full_name(cx);
        return cx.type_error(format!("cannot create '{name}' instances"));
    }
    let best = native_maker(cx, sub).dotted_name();
    cx.type_error(format!(
        "{name}.__new__({sub_name}) is not safe, use {best}.__new__()"
    ))
}

/// The nearest of `class`, its base, the base of that ... that has the native `__new__` of its base,
/// as have all behind it.
fn native_maker(cx: &mut Cx, class: Gc<Type>) -> Gc<Type> {
    let mut maker = class;
    let mut at = class;
    while let Some(base) = at.base_type() {
        let new = at.special(cx, Special::New);
        if new.is_none_or(|new| Gc::<BuiltinFunction>::from_value(new).is_none()) {
            maker = base;
        }
        at = base;
    }
    maker
}

/// Calls an unbound method descriptor: the first argument is the object.
pub fn call_method_descr(
    cx: &mut Cx,
    callee: Value,
    args: &[Value],
    kwnames: &[Value],
) -> PyResult<Value> {
    let d: Gc<MethodDescr> = Gc::from_value_unchecked(callee);
    let Some(def) = d.def else {
        return Err(cx.type_error("'member_descriptor' object is not callable"));
    };
    let owner = d.owner();
    if args.len() == kwnames.len() {
        let (class, name) = (owner.name_string(), d.name_string());
        return Err(match d.shape() {
            shape_id::WRAPPER_DESCRIPTOR | shape_id::CLASSMETHOD_DESCRIPTOR => cx.type_error(
                format!("descriptor '{name}' of '{class}' object needs an argument"),
            ),
            _ => cx.type_error(format!("unbound method {class}.{name}() needs an argument")),
        });
    }
    match d.shape() {
        shape_id::GETSET_DESCRIPTOR => {
            return Err(cx.type_error("'getset_descriptor' object is not callable"));
        }
        shape_id::CLASSMETHOD_DESCRIPTOR => d.check_class(cx, args[0])?,
        _ => d.check_self(cx, args[0])?,
    }
    let r = call_def(
        cx,
        Callee {
            def,
            class: Some(owner),
            receivers: 1,
        },
        args,
        kwnames,
    )?;
    if r.is_empty() {
        Err(cx.stop_iteration(Value::none()))
    } else {
        Ok(r)
    }
}
