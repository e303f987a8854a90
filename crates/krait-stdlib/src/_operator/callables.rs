//! `itemgetter`, `attrgetter` and `methodcaller`.

use crate::prelude::*;

/// `itemgetter(item, *items)`: the keys, a tuple.
#[derive(Trace)]
pub struct ItemGetter {
    items: Slot,
}
impl Native for ItemGetter {
    const PY_NAME: &'static str = "operator.itemgetter";
}

/// `attrgetter(attr, *attrs)`: the names as given, and split at dots: each a str or a tuple of strs.
#[derive(Trace)]
pub struct AttrGetter {
    names: Slot,
    paths: Slot,
}
impl Native for AttrGetter {
    const PY_NAME: &'static str = "operator.attrgetter";
}

/// `methodcaller(name, *args, **kwargs)`.
#[derive(Trace)]
pub struct MethodCaller {
    name: Slot,
    args: Slot,
    /// A dict; `EMPTY` without keywords.
    kwargs: Slot,
}
impl Native for MethodCaller {
    const PY_NAME: &'static str = "operator.methodcaller";
}

pub static ITEMGETTER: TypeSpec = TypeSpec {
    name: "itemgetter",
    module: "operator",
    doc: Some(
        "Return a callable object that fetches the given item(s) from its operand.\n\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
    ),
    layout: Layout::native::<ItemGetter>(),
    flags: flags::BASETYPE,
    defs: &[ItemGetterMethods::DEFS],
    call: Some(call_itemgetter),
    ..TypeSpec::DEFAULT
};
pub static ATTRGETTER: TypeSpec = TypeSpec {
    name: "attrgetter",
    module: "operator",
    doc: Some(
        "Return a callable object that fetches the given attribute(s) from its operand.\n\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).",
    ),
    layout: Layout::native::<AttrGetter>(),
    flags: flags::BASETYPE,
    defs: &[AttrGetterMethods::DEFS],
    call: Some(call_attrgetter),
    ..TypeSpec::DEFAULT
};
pub static METHODCALLER: TypeSpec = TypeSpec {
    name: "methodcaller",
    module: "operator",
    doc: Some(
        "Return a callable object that calls the given method on its operand.\n\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).",
    ),
    layout: Layout::native::<MethodCaller>(),
    flags: flags::BASETYPE,
    defs: &[MethodCallerMethods::DEFS],
    call: Some(call_methodcaller),
    ..TypeSpec::DEFAULT
};

/// The one operand of a call, or CPython's TypeError.
fn operand(cx: &mut Cx, name: &str, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    no_keywords(cx, name, kwnames)?;
    match args {
        [v] => Ok(*v),
        _ => Err(cx.type_error(format!("{name} expected 1 argument, got {}", args.len()))),
    }
}

fn call_itemgetter(
    cx: &mut Cx,
    callee: Value,
    args: &[Value],
    kwnames: &[Value],
) -> PyResult<Value> {
    let v = operand(cx, "itemgetter", args, kwnames)?;
    let this: Obj<ItemGetter> = get(cx, callee)?;
    let items = tuple_in(&this.items);
    if items.len() == 1 {
        return cx.get_item(v, items.get(0));
    }
    let mut out = ValueVec::with_capacity(cx, items.len())?;
    for i in 0..items.len() {
        let x = cx.get_item(v, items.get(i))?;
        out.push(cx, x)?;
    }
    cx.try_new_tuple(out.as_slice())
}

fn get<T: Native>(cx: &mut Cx, v: Value) -> PyResult<Obj<T>> {
    match NativeObj::from_value(v) {
        Some(o) => Ok(o),
        None => Err(cx.type_error(format!("expected a '{}' object", T::PY_NAME))),
    }
}

fn call_attrgetter(
    cx: &mut Cx,
    callee: Value,
    args: &[Value],
    kwnames: &[Value],
) -> PyResult<Value> {
    let v = operand(cx, "attrgetter", args, kwnames)?;
    let this: Obj<AttrGetter> = get(cx, callee)?;
    let paths = tuple_in(&this.paths);
    if paths.len() == 1 {
        return follow(cx, v, paths.get(0));
    }
    let mut out = ValueVec::with_capacity(cx, paths.len())?;
    for i in 0..paths.len() {
        let x = follow(cx, v, paths.get(i))?;
        out.push(cx, x)?;
    }
    cx.try_new_tuple(out.as_slice())
}

/// The attribute at `path`: an interned str, or a tuple of them.
fn follow(cx: &mut Cx, v: Value, path: Value) -> PyResult<Value> {
    let Some(steps) = Gc::<Tuple>::from_value(path) else {
        return cx.get_attr(v, Gc::from_value_unchecked(path));
    };
    let mut v = v;
    for i in 0..steps.len() {
        v = cx.get_attr(v, Gc::from_value_unchecked(steps.get(i)))?;
    }
    Ok(v)
}

fn call_methodcaller(
    cx: &mut Cx,
    callee: Value,
    args: &[Value],
    kwnames: &[Value],
) -> PyResult<Value> {
    let v = operand(cx, "methodcaller", args, kwnames)?;
    let this: Obj<MethodCaller> = get(cx, callee)?;
    let name: Gc<Str> = Gc::from_value_unchecked(this.name.get());
    let given = tuple_in(&this.args);
    match this.kwargs.get().some() {
        None => cx.call_method(v, name, given.as_slice()),
        Some(kwargs) => {
            let method = cx.get_attr(v, name)?;
            cx.call_with_kwargs(method, given.as_slice(), Some(kwargs))
        }
    }
}

/// `module.qualname(arg, ...)` with the reprs of `items`.
fn show(cx: &mut Cx, this: Value, items: &[Value], kwargs: Option<Gc<Dict>>) -> PyResult<Value> {
    let name = cx.type_of(this).full_name(cx);
    guarded_repr(cx, this, &format!("{name}(...)"), |cx| {
        let mut out = krait_runtime::types::str::StrBuilder::new();
        out.push_str(&name);
        out.push_str("(");
        for (i, &v) in items.iter().enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            let shown = cx.repr(v)?;
            out.push_gc(shown);
        }
        let mut pos = 0;
        while let Some((k, v)) = kwargs.and_then(|d| d.next_entry(&mut pos)) {
            out.push_str(", ");
            let key = cx.str(k)?;
            out.push_gc(key);
            out.push_str("=");
            let shown = cx.repr(v)?;
            out.push_gc(shown);
        }
        out.push_str(")");
        out.finish(cx)
    })
}

struct ItemGetterMethods;

#[pymethods]
impl ItemGetterMethods {
    #[py(new, sig = "($type, item, /, *items)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, item: Value, items: &[Value]) -> PyResult<Value> {
        let mut all = ValueVec::from_slice(cx, &[item])?;
        for &v in items {
            all.push(cx, v)?;
        }
        let items = cx.try_new_tuple(all.as_slice())?;
        Ok(NativeObj::alloc(cx, class, ItemGetter { items: slot(items) }).value())
    }
    #[py(getter)]
    fn __text_signature__(_this: Value) -> &'static str {
        "(obj, /)"
    }
    /// Call self as a function.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        call_itemgetter(cx, this, args, kwargs.as_slice())
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Obj<ItemGetter>) -> PyResult<Value> {
        show(cx, this.value(), tuple_in(&this.items).as_slice(), None)
    }
    /// Return state information for pickling
    #[py]
    fn __reduce__(cx: &mut Cx, this: Obj<ItemGetter>) -> Value {
        let class = cx.type_of(this.value()).value();
        cx.new_tuple(&[class, this.items.get()])
    }
}

/// A dotted name as the steps to take.
fn split_path(cx: &mut Cx, name: Value) -> PyResult<Value> {
    let Some(s) = Gc::<Str>::from_value(name) else {
        return Err(cx.type_error("attribute name must be a string"));
    };
    if !s.as_bytes().contains(&b'.') {
        return Ok(cx.intern_str(s).value());
    }
    let mut steps = ValueVec::new();
    for part in s.as_bytes().split(|&b| b == b'.') {
        let part = Str::from_wtf8(cx, part)?;
        let part = cx.intern_str(part);
        steps.push(cx, part.value())?;
    }
    cx.try_new_tuple(steps.as_slice())
}

struct AttrGetterMethods;

#[pymethods]
impl AttrGetterMethods {
    #[py(new, sig = "($type, attr, /, *attrs)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, attr: Value, attrs: &[Value]) -> PyResult<Value> {
        let mut names = ValueVec::new();
        let mut paths = ValueVec::new();
        for v in std::iter::once(attr).chain(attrs.iter().copied()) {
            names.push(cx, v)?;
            let path = split_path(cx, v)?;
            paths.push(cx, path)?;
        }
        let (names, paths) = (
            cx.try_new_tuple(names.as_slice())?,
            cx.try_new_tuple(paths.as_slice())?,
        );
        Ok(NativeObj::alloc(
            cx,
            class,
            AttrGetter {
                names: slot(names),
                paths: slot(paths),
            },
        )
        .value())
    }
    #[py(getter)]
    fn __text_signature__(_this: Value) -> &'static str {
        "(obj, /)"
    }
    /// Call self as a function.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        call_attrgetter(cx, this, args, kwargs.as_slice())
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Obj<AttrGetter>) -> PyResult<Value> {
        show(cx, this.value(), tuple_in(&this.names).as_slice(), None)
    }
    /// Return state information for pickling
    #[py]
    fn __reduce__(cx: &mut Cx, this: Obj<AttrGetter>) -> Value {
        let class = cx.type_of(this.value()).value();
        cx.new_tuple(&[class, this.names.get()])
    }
}

struct MethodCallerMethods;

#[pymethods]
impl MethodCallerMethods {
    #[py(new, sig = "($type, name, /, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        name: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let Some(name) = Gc::<Str>::from_value(name) else {
            return Err(cx.type_error("method name must be a string"));
        };
        let name = cx.intern_str(name);
        let args = cx.try_new_tuple(args)?;
        let kwargs = kwargs
            .filter(|k| Gc::<Dict>::from_value(*k).is_some_and(|d| !d.is_empty()))
            .unwrap_or(Value::EMPTY);
        let new = MethodCaller {
            name: slot(name.value()),
            args: slot(args),
            kwargs: slot(kwargs),
        };
        Ok(NativeObj::alloc(cx, class, new).value())
    }
    #[py(getter)]
    fn __text_signature__(_this: Value) -> &'static str {
        "(obj, /)"
    }
    /// Call self as a function.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        call_methodcaller(cx, this, args, kwargs.as_slice())
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Obj<MethodCaller>) -> PyResult<Value> {
        let mut items = ValueVec::from_slice(cx, &[this.name.get()])?;
        for &v in tuple_in(&this.args).as_slice() {
            items.push(cx, v)?;
        }
        show(
            cx,
            this.value(),
            items.as_slice(),
            Gc::from_value(this.kwargs.get()),
        )
    }
    /// Return state information for pickling
    #[py]
    fn __reduce__(cx: &mut Cx, this: Obj<MethodCaller>) -> PyResult<Value> {
        let class = cx.type_of(this.value()).value();
        let given = tuple_in(&this.args);
        let Some(kwargs) = this.kwargs.get().some() else {
            let mut items = ValueVec::from_slice(cx, &[this.name.get()])?;
            for &v in given.as_slice() {
                items.push(cx, v)?;
            }
            let args = cx.try_new_tuple(items.as_slice())?;
            return Ok(cx.new_tuple(&[class, args]));
        };
        let functools = cx.import("functools")?;
        let partial = cx.get_attr_str(functools, "partial")?;
        let maker = cx.call_with_kwargs(partial, &[class, this.name.get()], Some(kwargs))?;
        Ok(cx.new_tuple(&[maker, given.value()]))
    }
}
