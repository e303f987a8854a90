//! `type`: class creation, attributes of classes, instance checks.

pub mod annotations;
pub mod assign;
pub mod attrs;
pub mod check;
pub mod create;
pub mod direct;
pub mod methods;
pub mod mro;
pub mod reduce;

use crate::cx::Cx;
use crate::error::PyResult;
use crate::native::{DefKind, Layout, TypeSpec};
use crate::object::Gc;
use crate::special::Special;
use crate::types::dict::Dict;
use crate::types::native_function::{BuiltinFunction, Callee, call_def};
use crate::types::str::Str;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;
use crate::vec::{ValueVec, with_first};

pub static SPEC: TypeSpec = TypeSpec {
    name: "type",
    doc: Some("type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type"),
    layout: Layout::of::<Type>(),
    flags: flags::BASETYPE | flags::TYPE_SUBCLASS | flags::WEAKREFABLE,
    defs: &[methods::TypeMethods::DEFS],
    call: Some(call_type),
    ..TypeSpec::DEFAULT
};

/// `C(*args, **kwargs)`: `type.__call__`.
pub fn call_type(cx: &mut Cx, callee: Value, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    let class: Gc<Type> = Gc::from_value_unchecked(callee);
    if class == cx.types().type_ && args.len() == 1 && kwnames.is_empty() {
        return Ok(cx.type_of(args[0]).value());
    }
    direct::check(cx, class, args, kwnames)?;
    make(cx, class, args, kwnames)
}

/// Makes an instance by `__new__` and `__init__`.
fn make(cx: &mut Cx, class: Gc<Type>, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    if class == cx.types().type_ && args.len() - kwnames.len() != 3 {
        return Err(cx.type_error("type() takes 1 or 3 arguments"));
    }
    if class.flags() & flags::NO_INSTANTIATION != 0 {
        let name = class.full_name(cx);
        return Err(cx.type_error(format!("cannot create '{name}' instances")));
    }
    let object = match kwnames {
        [_] if args.len() == 1 && native_base(class) == cx.types().complex => {
            complex_by_name(cx, class, args[0], kwnames)?
        }
        _ => call_new(cx, class, args, kwnames)?,
    };
    init_new(cx, class, object, args, kwnames)
}

/// Calls `__init__` of what `class.__new__` returned, if it is an instance.
pub fn init_new(
    cx: &mut Cx,
    class: Gc<Type>,
    object: Value,
    args: &[Value],
    kwnames: &[Value],
) -> PyResult<Value> {
    if !cx.is_instance(object, class) {
        return Ok(object);
    }
    let actual = cx.type_of(object);
    let Some(init) = actual.special(cx, Special::Init) else {
        return Ok(object);
    };
    // Builtin classes do everything in `__new__` and inherit this one.
    if args.is_empty() && crate::protocol::attr::is_native(init, crate::types::object::init_fn()) {
        return Ok(object);
    }
    let r = with_first(cx, object, args, |cx, all| {
        cx.call_slot_kw(init, all, kwnames)
    })?;
    if !r.is_none() {
        let got = cx.type_name(r);
        return Err(cx.type_error(format!("__init__() should return None, not '{got}'")));
    }
    Ok(object)
}

/// `C.__new__(C, *args, **kwargs)`.
pub fn call_new(
    cx: &mut Cx,
    class: Gc<Type>,
    args: &[Value],
    kwnames: &[Value],
) -> PyResult<Value> {
    let Some(new) = class.special(cx, Special::New) else {
        let name = class.full_name(cx);
        return Err(cx.type_error(format!("cannot create '{name}' instances")));
    };
    with_first(cx, class.value(), args, |cx, all| {
        if let Some(f) = Gc::<BuiltinFunction>::from_value(new)
            && let DefKind::New = f.def.kind
        {
            // Inherited through the MRO: the class is a subtype of the definer.
            let callee = Callee {
                def: f.def,
                class: Gc::from_value(f.self_.get()),
                receivers: 1,
            };
            return call_def(cx, callee, all, kwnames);
        }
        let new = cx.bind(new, None, class)?;
        cx.call_kw(new, all, kwnames)
    })
}

/// The nearest base that is not made by a `class` statement.
pub fn native_base(class: Gc<Type>) -> Gc<Type> {
    class
        .mro_types()
        .find(|t| t.flags() & flags::HEAPTYPE == 0)
        .unwrap_or(class)
}

/// Adds the names of `class` and its bases to `names`.
pub fn merge_class_dicts(cx: &mut Cx, names: Gc<Dict>, class: Gc<Type>) -> PyResult<()> {
    for t in class.mro_types().collect::<Vec<_>>().into_iter().rev() {
        let d = t.namespace();
        names.update(cx, d)?;
    }
    Ok(())
}

/// `complex(real=x)`: unlike `complex(x)` it takes no text, and warns of a complex number.
fn complex_by_name(cx: &mut Cx, class: Gc<Type>, x: Value, kwnames: &[Value]) -> PyResult<Value> {
    let native = cx.types().complex.special(cx, Special::New);
    let real = Gc::<Str>::from_value(kwnames[0]).is_some_and(|s| s.as_bytes() == b"real");
    match class.special(cx, Special::New) {
        new if real && new == native => crate::types::complex::construct_by_name(cx, class, x),
        _ => call_new(cx, class, &[x], kwnames),
    }
}

/// `class(*args, **kwargs)` with the keywords in a dict.
pub fn call_type_with(
    cx: &mut Cx,
    class: Gc<Type>,
    args: &[Value],
    kwargs: Option<Value>,
) -> PyResult<Value> {
    let itself = class == cx.types().type_ && args.len() == 1 && kwargs.is_none();
    spread(
        cx,
        class,
        args,
        kwargs,
        match itself {
            true => |cx, class, args, names| call_type(cx, class.value(), args, names),
            false => make,
        },
    )
}

/// `class.__new__(class, *args, **kwargs)` with the keywords in a dict.
pub fn call_new_with(
    cx: &mut Cx,
    class: Gc<Type>,
    args: &[Value],
    kwargs: Option<Value>,
) -> PyResult<Value> {
    spread(cx, class, args, kwargs, call_new)
}

fn spread(
    cx: &mut Cx,
    class: Gc<Type>,
    args: &[Value],
    kwargs: Option<Value>,
    call: fn(&mut Cx, Gc<Type>, &[Value], &[Value]) -> PyResult<Value>,
) -> PyResult<Value> {
    let Some(d) = kwargs.and_then(Gc::<Dict>::from_value) else {
        return call(cx, class, args, &[]);
    };
    let mut all = ValueVec::from_slice(cx, args)?;
    let mut names = ValueVec::new();
    let mut pos = 0;
    while let Some((k, v)) = d.next_entry(&mut pos) {
        names.push(cx, k)?;
        all.push(cx, v)?;
    }
    call(cx, class, all.as_slice(), names.as_slice())
}
