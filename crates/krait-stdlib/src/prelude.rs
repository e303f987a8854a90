//! What nearly every native module uses.

pub use krait_macros::{Trace, pyfunctions, pymethods};
pub use krait_runtime::error::Raised;
pub use krait_runtime::native::{
    Cx, Layout, ModuleDef, Native, NativeObj, PyResult, TypeSpec, Value,
};
pub use krait_runtime::object::{Gc, Slot};
pub use krait_runtime::protocol::compare::CompareOp;
pub use krait_runtime::special::Special;
pub use krait_runtime::types::dict::Dict;
pub use krait_runtime::types::list::List;
pub use krait_runtime::types::module::Module;
pub use krait_runtime::types::str::Str;
pub use krait_runtime::types::tuple::Tuple;
pub use krait_runtime::types::typeobj::{Type, flags};
pub use krait_runtime::vec::ValueVec;

/// A reference to a native object with payload `T`.
pub type Obj<T> = Gc<NativeObj<T>>;

/// A field that holds `v`.
pub fn slot(v: Value) -> Slot {
    Slot::new(v)
}

/// The tuple behind a field that always holds one.
pub fn tuple_in(s: &Slot) -> Gc<Tuple> {
    Gc::from_value_unchecked(s.get())
}

/// The native object behind a field that always holds one with this payload.
pub fn native_in<T: Native>(s: &Slot) -> Obj<T> {
    match NativeObj::from_value(s.get()) {
        Some(o) => o,
        None => panic!("a field holds an object with another payload"),
    }
}

/// `type(v).__name__(...)` with the recursion guard of `repr`: `body` makes the text, `nested`
/// stands for an object whose `repr` is being made already.
pub fn guarded_repr(
    cx: &mut Cx,
    v: Value,
    nested: &str,
    body: impl FnOnce(&mut Cx) -> PyResult<Value>,
) -> PyResult<Value> {
    if !cx.repr_enter(v) {
        return Ok(cx.new_str(nested));
    }
    let r = cx.check_native_stack().and_then(|()| body(cx));
    cx.repr_leave(v);
    r
}

/// Refuses keyword arguments: `name() takes no keyword arguments`.
pub fn no_keywords(cx: &mut Cx, name: &str, kwnames: &[Value]) -> PyResult<()> {
    if kwnames.is_empty() {
        Ok(())
    } else {
        Err(cx.type_error(format!("{name}() takes no keyword arguments")))
    }
}

/// The int that follows `n`.
#[inline]
pub fn successor(cx: &mut Cx, n: Value) -> PyResult<Value> {
    match n.as_small().and_then(|i| Value::try_small(i + 1)) {
        Some(next) => Ok(next),
        None => cx.binary(Special::Add, n, Value::small(1)),
    }
}

/// A tuple of `n` items that `item` gives; it must not run Python code.
#[inline]
pub fn tuple_of(cx: &mut Cx, n: usize, mut item: impl FnMut(usize) -> Value) -> PyResult<Value> {
    if n == 0 {
        return Ok(cx.empty_tuple());
    }
    let class = cx.types().tuple;
    let t = Tuple::alloc(cx, class, n)?;
    for i in 0..n {
        t.init(cx, i, item(i));
    }
    Ok(t.value())
}

/// `__iter__` of iterators: the object itself.
pub struct IterSelf;

#[pymethods]
impl IterSelf {
    /// Implement iter(self).
    #[py(sig = "($self, /)")]
    fn __iter__(this: Value) -> Value {
        this
    }
}

/// `__class_getitem__` of generic types (PEP 585).
pub struct Generic;

#[pymethods]
impl Generic {
    /// See PEP 585
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
}

/// The specification of an exception class that a module defines.
pub const fn exception_class(
    module: &'static str,
    name: &'static str,
    doc: Option<&'static str>,
    base: &'static TypeSpec,
) -> TypeSpec {
    TypeSpec {
        name,
        module,
        doc,
        base: Some(base),
        layout: Layout::of::<krait_runtime::error::Exception>(),
        flags: flags::BASETYPE | flags::EXC_SUBCLASS | flags::INSTANCE_DICT | flags::WEAKREFABLE,
        ..TypeSpec::DEFAULT
    }
}

/// An exception of a class that a module defines.
#[cold]
pub fn raise(cx: &mut Cx, class: &'static TypeSpec, message: &str) -> Raised {
    match cx.native_type(class) {
        Ok(class) => cx.error(class, message),
        Err(e) => e,
    }
}
