//! `_local`: attributes that each thread has for itself.
//!
//! The values of a thread stand in its own dict (`thread_slot::THREAD_DICT`), by the id of the
//! local object, so that they die with the thread. `__init__` runs once per thread, as documented.

use krait_runtime::cx::thread_slot;

use crate::prelude::*;

#[derive(Trace)]
pub struct Local {
    args: Slot,
    kwargs: Slot,
    id: u64,
}
impl Native for Local {
    const PY_NAME: &'static str = "_thread._local";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "_local",
    module: "_thread",
    doc: Some("Thread-local data"),
    layout: Layout::native::<Local>(),
    flags: flags::BASETYPE | flags::WEAKREFABLE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

type This = Obj<Local>;

/// This thread's namespace of `this`.
fn namespace(cx: &mut Cx, this: This) -> PyResult<Gc<Dict>> {
    let all = match cx.locals[thread_slot::THREAD_DICT].get().some() {
        Some(d) => Gc::<Dict>::from_value_unchecked(d),
        None => {
            let d = cx.new_dict();
            cx.locals[thread_slot::THREAD_DICT].set_immediate(d.value());
            d
        }
    };
    let key = cx.new_uint(this.id);
    if let Some(d) = all.get(cx, key)? {
        return Ok(Gc::from_value_unchecked(d));
    }
    let d = cx.new_dict();
    all.set(cx, key, d.value())?;
    let class = cx.type_of(this.value());
    if let Some(init) = class.special(cx, Special::Init)
        && Some(init) != cx.types().object.special(cx, Special::Init)
    {
        let bound = cx.bind(init, Some(this.value()), class)?;
        let args: Gc<Tuple> = Gc::from_value_unchecked(this.args.get());
        let kwargs = this.kwargs.get().some().filter(|k| !k.is_none());
        if let Err(e) = cx.call_with_kwargs(bound, args.as_slice(), kwargs) {
            all.remove(cx, key)?;
            return Err(e);
        }
    }
    Ok(d)
}

/// Before the constructor's own `__init__` runs, the namespace of the making thread exists.
fn prepare(cx: &mut Cx, this: This) -> PyResult<()> {
    let all = match cx.locals[thread_slot::THREAD_DICT].get().some() {
        Some(d) => Gc::<Dict>::from_value_unchecked(d),
        None => {
            let d = cx.new_dict();
            cx.locals[thread_slot::THREAD_DICT].set_immediate(d.value());
            d
        }
    };
    let (key, d) = (cx.new_uint(this.id), cx.new_dict());
    all.set(cx, key, d.value())
}

fn read_only_dict(cx: &mut Cx, this: This, name: Gc<Str>) -> PyResult<()> {
    if name == cx.names().__dict__ {
        let class = cx.type_name(this.value());
        return Err(cx.attribute_error(format!(
            "'{class}' object attribute '__dict__' is read-only"
        )));
    }
    Ok(())
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, *args, **kwargs)", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let class: Gc<Type> = Gc::from_value_unchecked(class);
        let plain =
            class.special(cx, Special::Init) == cx.types().object.special(cx, Special::Init);
        let kwargs = kwargs.unwrap_or(Value::none());
        let no_kwargs = Gc::<Dict>::from_value(kwargs).is_none_or(|d| d.is_empty());
        if plain && !(args.is_empty() && no_kwargs) {
            return Err(cx.type_error("Initialization arguments are not supported"));
        }
        let args = cx.new_tuple(args);
        let id = cx.interp().next_id();
        let this = NativeObj::alloc(
            cx,
            class,
            Local {
                args: slot(args),
                kwargs: slot(kwargs),
                id,
            },
        );
        prepare(cx, this)?;
        Ok(this.value())
    }
    #[py]
    fn __getattribute__(cx: &mut Cx, this: This, name: Value) -> PyResult<Value> {
        let name = cx.attribute_name(name)?;
        let d = namespace(cx, this)?;
        if name == cx.names().__dict__ {
            return Ok(d.value());
        }
        let class = cx.type_of(this.value());
        let on_class = class.lookup(cx, name);
        if let Some(a) = on_class
            && cx.binding(a) == krait_runtime::protocol::attr::Binding::Data
        {
            return cx.bind(a, Some(this.value()), class);
        }
        if let Some(v) = d.get_str(cx, name) {
            return Ok(v);
        }
        match on_class {
            Some(a) => cx.bind(a, Some(this.value()), class),
            None => Err(cx.no_attribute(this.value(), name)),
        }
    }
    #[py]
    fn __setattr__(cx: &mut Cx, this: This, name: Value, value: Value) -> PyResult<()> {
        let name = cx.attribute_name(name)?;
        read_only_dict(cx, this, name)?;
        let d = namespace(cx, this)?;
        let class = cx.type_of(this.value());
        if let Some(a) = class.lookup(cx, name)
            && cx.binding(a).takes_stores()
        {
            return cx.generic_set_attr(this.value(), name, Some(value));
        }
        d.set_str(cx, name, value);
        Ok(())
    }
    #[py]
    fn __delattr__(cx: &mut Cx, this: This, name: Value) -> PyResult<()> {
        let name = cx.attribute_name(name)?;
        read_only_dict(cx, this, name)?;
        let d = namespace(cx, this)?;
        match d.remove_str(cx, name) {
            Some(_) => Ok(()),
            None => Err(cx.no_attribute(this.value(), name)),
        }
    }
}
