//! What all three views have.

use krait_macros::pymethods;

use crate::native::{Cx, NativeObj, PyResult, Value};
use crate::object::Gc;
use crate::types::dictviews::{DictView, MappingProxy};
use crate::types::iterators::dict::DictReverseIter;
use crate::types::str::StrBuilder;
use crate::types::tuple::methods::repr_items;

pub struct ViewMethods<const WHAT: u8>;

#[pymethods]
impl<const WHAT: u8> ViewMethods<WHAT> {
    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<NativeObj<DictView<WHAT>>>) -> PyResult<Value> {
        if !cx.repr_enter(this.value()) {
            return Ok(cx.new_str("..."));
        }
        let text = repr(cx, this);
        cx.repr_leave(this.value());
        text?.finish(cx)
    }

    #[py]
    fn __iter__(cx: &mut Cx, this: Gc<NativeObj<DictView<WHAT>>>) -> Value {
        this.iterator(cx)
    }

    #[py]
    fn __len__(this: Gc<NativeObj<DictView<WHAT>>>) -> usize {
        this.dict().len()
    }

    /// Return a reverse iterator over the dict's entries.
    #[py]
    fn __reversed__(cx: &mut Cx, this: Gc<NativeObj<DictView<WHAT>>>) -> Value {
        let dict = this.dict();
        DictReverseIter::<WHAT>::start(cx, dict).value()
    }

    /// dictionary that this view refers to
    #[py(getter)]
    fn mapping(cx: &mut Cx, this: Gc<NativeObj<DictView<WHAT>>>) -> Value {
        let dict = this.dict().value();
        MappingProxy::of(cx, dict)
    }
}

fn repr<const WHAT: u8>(cx: &mut Cx, this: Gc<NativeObj<DictView<WHAT>>>) -> PyResult<StrBuilder> {
    let iterator = this.iterator(cx);
    let items = cx.collect(iterator)?;
    let mut text = StrBuilder::new();
    text.push_str(&cx.type_name(this.value()));
    text.push_str("([");
    repr_items(cx, &mut text, items.as_slice())?;
    text.push_str("])");
    Ok(text)
}
