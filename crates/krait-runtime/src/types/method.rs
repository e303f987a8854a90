//! Bound methods: `types.MethodType`.

use krait_macros::pymethods;

use crate::native::{Cx, Layout, NamedLayout, PyResult, TypeSpec, Value};
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::types::shape_id;
use crate::types::typeobj::flags;
use crate::vec::ValueVec;

/// A function and the object that becomes its first argument.
#[repr(C)]
pub struct BoundMethod {
    pub header: Header,
    pub func: Slot,
    pub self_: Slot,
}
// SAFETY: repr(C), header first.
unsafe impl Object for BoundMethod {
    const KIND: Kind = Kind::BoundMethod;
}
impl NamedLayout for BoundMethod {
    const PY_NAME: &'static str = "method";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "method",
    doc: Some("Create a bound instance method object."),
    layout: Layout::of::<BoundMethod>(),
    flags: flags::WEAKREFABLE,
    defs: &[Methods::DEFS],
    call: Some(call),
    ..TypeSpec::DEFAULT
};

impl BoundMethod {
    pub fn alloc(cx: &mut Cx, func: Value, self_: Value) -> Gc<BoundMethod> {
        let o = cx.mutator.alloc(
            size_of::<BoundMethod>(),
            shape_id::METHOD,
            Kind::BoundMethod as u8,
        );
        // SAFETY: fresh memory of this size; the header is kept.
        unsafe {
            let header = std::ptr::read(o);
            o.cast::<BoundMethod>().write(BoundMethod {
                header,
                func: Slot::new(func),
                self_: Slot::new(self_),
            });
            Gc::from_ptr(o.cast())
        }
    }

    pub fn trace(&self, t: &mut crate::heap::Tracer<'_>) {
        t.word(self.func.get().bits());
        t.word(self.self_.get().bits());
    }
}

fn call(cx: &mut Cx, callee: Value, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    cx.check_native_stack()?;
    let m: Gc<BoundMethod> = Gc::from_value_unchecked(callee);
    let all = ValueVec::with_first(cx, m.self_.get(), args)?;
    cx.call_kw(m.func.get(), all.as_slice(), kwnames)
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, function, instance, /)")]
    fn __new__(cx: &mut Cx, _class: Value, function: Value, instance: Value) -> PyResult<Value> {
        if !cx.is_callable(function) {
            return Err(cx.type_error("first argument must be callable"));
        }
        if instance.is_none() {
            return Err(cx.type_error("instance must not be None"));
        }
        Ok(BoundMethod::alloc(cx, function, instance).value())
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<BoundMethod>) -> PyResult<String> {
        cx.check_native_stack()?;
        let names = cx.names();
        let mut name = cx.lookup_attr(this.func.get(), names.__qualname__)?;
        if name.is_none() {
            name = cx.lookup_attr(this.func.get(), names.__name__)?;
        }
        let name = name
            .and_then(Gc::<crate::types::str::Str>::from_value)
            .map_or_else(|| "?".to_string(), |s| s.to_string_lossy());
        let self_ = cx.repr_string(this.self_.get())?;
        Ok(format!("<bound method {name} of {self_}>"))
    }
    #[py]
    fn __eq__(this: Gc<BoundMethod>, other: Value) -> Value {
        match Gc::<BoundMethod>::from_value(other) {
            Some(o) => {
                Value::bool(this.func.get().is(o.func.get()) && this.self_.get().is(o.self_.get()))
            }
            None => Value::not_implemented(),
        }
    }
    #[py]
    fn __hash__(cx: &mut Cx, this: Gc<BoundMethod>) -> PyResult<i64> {
        cx.check_native_stack()?;
        let f = cx.hash(this.func.get())?;
        Ok((cx.id(this.self_.get()) as i64 >> 4) ^ f)
    }
    #[py(getter)]
    fn __doc__(cx: &mut Cx, this: Gc<BoundMethod>) -> PyResult<Value> {
        cx.get_attr(this.func.get(), cx.names().__doc__)
    }
    #[py(getter, member)]
    fn __func__(this: Gc<BoundMethod>) -> Value {
        this.func.get()
    }
    #[py(getter, member)]
    fn __self__(this: Gc<BoundMethod>) -> Value {
        this.self_.get()
    }
    #[py(sig = "($self, instance, owner=None, /)")]
    fn __get__(
        cx: &mut Cx,
        this: Gc<BoundMethod>,
        instance: Value,
        owner: Option<Value>,
    ) -> PyResult<Value> {
        crate::protocol::attr::check_get(cx, instance, owner)?;
        Ok(this.value())
    }
    /// Attributes of the function show through.
    #[py]
    fn __getattribute__(cx: &mut Cx, this: Gc<BoundMethod>, name: Value) -> PyResult<Value> {
        cx.check_native_stack()?;
        let name = cx.attribute_name(name)?;
        let class = cx.types().method;
        if class.lookup(cx, name).is_some() {
            return match cx.generic_get_attr(this.value(), name)? {
                Some(v) => Ok(v),
                None => Err(cx.no_attribute(this.value(), name)),
            };
        }
        cx.get_attr(this.func.get(), name)
    }
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Gc<BoundMethod>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        cx.call_with_kwargs(this.value(), args, kwargs)
    }
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<BoundMethod>) -> PyResult<Value> {
        let getattr = cx.frame_builtin("getattr")?;
        let name = cx.get_attr(this.func.get(), cx.names().__name__)?;
        let args = cx.new_tuple(&[this.self_.get(), name]);
        Ok(cx.new_tuple(&[getattr, args]))
    }
}
