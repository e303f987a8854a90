//! `_tuplegetter`: the fields of named tuples.

use krait_runtime::types::tuple::field::TupleGetter;

use crate::prelude::*;

type This = Obj<TupleGetter>;

pub static TUPLEGETTER: TypeSpec = TypeSpec {
    name: "_tuplegetter",
    module: "collections",
    layout: Layout::native::<TupleGetter>(),
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, index, doc, /)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Gc<Type>, index: isize, doc: Value) -> PyResult<Value> {
        let Ok(index) = usize::try_from(index) else {
            return Err(cx.value_error("index must be non-negative"));
        };
        Ok(NativeObj::alloc(
            cx,
            class,
            TupleGetter {
                index,
                doc: slot(doc),
            },
        )
        .value())
    }
    /// Return an attribute of instance, which is of type owner.
    #[py(sig = "($self, instance, owner=None, /)")]
    fn __get__(cx: &mut Cx, this: This, instance: Value, owner: Option<Value>) -> PyResult<Value> {
        if let Some(t) = Gc::<Tuple>::from_value(instance) {
            return match t.items().get(this.index) {
                Some(&v) => Ok(v),
                None => Err(cx.index_error("tuple index out of range")),
            };
        }
        if instance.is_none() {
            return match owner {
                Some(o) if !o.is_none() => Ok(this.value()),
                _ => Err(cx.type_error("__get__(None, None) is invalid")),
            };
        }
        let name = cx.type_name(instance);
        Err(cx.type_error(format!(
            "descriptor for index '{}' for tuple subclasses doesn't apply to '{name}' object",
            this.index
        )))
    }
    /// Set an attribute of instance to value.
    #[py]
    fn __set__(cx: &mut Cx, _this: This, _instance: Value, _value: Value) -> PyResult<()> {
        Err(cx.attribute_error("can't set attribute"))
    }
    /// Delete an attribute of instance.
    #[py]
    fn __delete__(cx: &mut Cx, _this: This, _instance: Value) -> PyResult<()> {
        Err(cx.attribute_error("can't delete attribute"))
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> PyResult<String> {
        let doc = cx.repr_string(this.doc.get())?;
        Ok(format!("_tuplegetter({}, {doc})", this.index))
    }
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: This) -> Value {
        let class = cx.type_of(this.value()).value();
        let args = cx.new_tuple(&[Value::small(this.index as i64), this.doc.get()]);
        cx.new_tuple(&[class, args])
    }
    #[py(getter)]
    fn __doc__(this: This) -> Value {
        this.doc.get()
    }
    #[py(setter = "__doc__")]
    fn set_doc(cx: &mut Cx, this: This, value: Option<Value>) {
        this.doc.set(cx, this, value.unwrap_or(Value::none()));
    }
}
