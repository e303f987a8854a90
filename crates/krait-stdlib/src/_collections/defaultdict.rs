//! `defaultdict`.

use krait_runtime::protocol::instance;
use krait_runtime::types::dict;

use crate::prelude::*;

pub static DEFAULTDICT: TypeSpec = TypeSpec {
    name: "defaultdict",
    module: "collections",
    doc: Some(
        "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without arguments to produce\na new value when a key is not present, in __getitem__ only.\nA defaultdict compares equal to a dict with the same items.\nAll remaining arguments are treated the same as if they were\npassed to the dict constructor, including keyword arguments.",
    ),
    base: Some(&dict::SPEC),
    layout: Layout::of::<Dict>(),
    flags: flags::BASETYPE | flags::DICT_SUBCLASS | flags::MAPPING,
    slots: 1,
    defs: &[Methods::DEFS, Generic::DEFS],
    ..TypeSpec::DEFAULT
};

/// The word that holds `default_factory`; `EMPTY` stands for `None`.
fn factory_slot<'a>(cx: &Cx, this: Gc<Dict>) -> &'a Slot {
    instance::member(cx, this.header(), 0)
}

fn factory(cx: &Cx, this: Gc<Dict>) -> Value {
    factory_slot(cx, this).get().some().unwrap_or(Value::none())
}

fn copy_of(cx: &mut Cx, this: Gc<Dict>) -> PyResult<Value> {
    let class = cx.type_of(this.value()).value();
    let f = factory(cx, this);
    cx.call(class, &[f, this.value()])
}

/// A copy of `like` with the items of `first`, then those of `second`.
fn merged(cx: &mut Cx, like: Gc<Dict>, first: Value, second: Value) -> PyResult<Value> {
    let class = cx.type_of(like.value()).value();
    let f = factory(cx, like);
    let new = cx.call(class, &[f, first])?;
    match Gc::<Dict>::from_value(new) {
        Some(d) => d.update(cx, second)?,
        None => return Err(cx.type_error("expected a dict")),
    }
    Ok(new)
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        cx: &mut Cx,
        this: Gc<Dict>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<()> {
        let (f, rest) = match args.split_first() {
            Some((&f, rest)) => (f, rest),
            None => (Value::none(), args),
        };
        if !f.is_none() && !cx.is_callable(f) {
            return Err(cx.type_error("first argument must be callable or None"));
        }
        factory_slot(cx, this).set(cx, this, f);
        let init = cx.types().dict.special(cx, Special::Init);
        let Some(init) = init else { return Ok(()) };
        let class = cx.types().dict;
        let bound = cx.bind(init, Some(this.value()), class)?;
        cx.call_with_kwargs(bound, rest, kwargs).map(|_| ())
    }
    /// Called by __getitem__ for a missing key: makes a value with default_factory and stores it.
    ///
    /// Equivalent to:
    ///     if self.default_factory is None: raise KeyError((key,))
    ///     self[key] = value = self.default_factory()
    ///     return value
    #[py(sig = "($self, object, /)")]
    fn __missing__(cx: &mut Cx, this: Gc<Dict>, object: Value) -> PyResult<Value> {
        let f = factory(cx, this);
        if f.is_none() {
            return Err(cx.key_error(object));
        }
        let v = cx.call(f, &[])?;
        // The factory may have set the key itself: that value stays.
        Ok(this.set_default(cx, object, v)?.0)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<Dict>) -> PyResult<Value> {
        let class = cx.type_of(this.value());
        let name = class.name_string();
        let f = factory(cx, this);
        // A factory that is a method of this very dict shows it again.
        let shown = guarded_repr(cx, f, "...", |cx| Ok(cx.repr(f)?.value()))?;
        let shown = cx.str_string(shown)?;
        let dict = cx.types().dict;
        let Some(repr) = dict.special(cx, Special::Repr) else {
            return Ok(Value::none());
        };
        let items = cx.call(repr, &[this.value()])?;
        let items = cx.str_string(items)?;
        Ok(cx.new_str(&format!("{name}({shown}, {items})")))
    }
    #[py]
    fn __or__(cx: &mut Cx, this: Value, other: Value) -> PyResult<Value> {
        match (Gc::<Dict>::from_value(this), Gc::<Dict>::from_value(other)) {
            (Some(d), Some(_)) => merged(cx, d, this, other),
            _ => Ok(Value::not_implemented()),
        }
    }
    #[py]
    fn __ror__(cx: &mut Cx, this: Value, other: Value) -> PyResult<Value> {
        match (Gc::<Dict>::from_value(this), Gc::<Dict>::from_value(other)) {
            (Some(d), Some(_)) => merged(cx, d, other, this),
            _ => Ok(Value::not_implemented()),
        }
    }
    /// D.copy() -> a shallow copy of D.
    #[py(sig = "($self, /)")]
    fn copy(cx: &mut Cx, this: Gc<Dict>) -> PyResult<Value> {
        copy_of(cx, this)
    }
    /// D.copy() -> a shallow copy of D.
    #[py(sig = "($self, /)")]
    fn __copy__(cx: &mut Cx, this: Gc<Dict>) -> PyResult<Value> {
        copy_of(cx, this)
    }
    /// Return state information for pickling.
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Gc<Dict>) -> PyResult<Value> {
        let f = factory(cx, this);
        let args = if f.is_none() {
            cx.empty_tuple()
        } else {
            cx.new_tuple(&[f])
        };
        let items = cx.call_method(this.value(), cx.names().items, &[])?;
        let items = cx.iter(items)?;
        let class = cx.type_of(this.value()).value();
        Ok(cx.new_tuple(&[class, args, Value::none(), Value::none(), items]))
    }
    /// Factory for default value called by __missing__().
    #[py(getter)]
    fn default_factory(cx: &mut Cx, this: Gc<Dict>) -> Value {
        factory(cx, this)
    }
    #[py(setter = "default_factory")]
    fn set_default_factory(cx: &mut Cx, this: Gc<Dict>, value: Option<Value>) {
        factory_slot(cx, this).set(cx, this, value.unwrap_or(Value::none()));
    }
}
