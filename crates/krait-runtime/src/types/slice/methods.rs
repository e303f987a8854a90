//! What Python code sees of slices.

use krait_macros::pymethods;

use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::protocol::compare::CompareOp;
use crate::types::int::exact_or_copy;
use crate::types::slice::Slice;
use crate::types::slice::big::is_negative;
use crate::types::tuple::combine_fixed;
use crate::types::tuple::methods::first_difference;

fn fields(s: Gc<Slice>) -> [Value; 3] {
    [s.start.get(), s.stop.get(), s.step.get()]
}

/// Slices compare as tuples of their fields do.
fn compare(cx: &mut Cx, op: CompareOp, this: Gc<Slice>, other: Value) -> PyResult<Value> {
    let Some(other) = Gc::<Slice>::from_value(other) else {
        return Ok(Value::not_implemented());
    };
    let (a, b) = (fields(this), fields(other));
    if this == other {
        return Ok(Value::bool(matches!(
            op,
            CompareOp::Eq | CompareOp::Le | CompareOp::Ge
        )));
    }
    match first_difference(cx, &a, &b)? {
        None => Ok(Value::bool(matches!(
            op,
            CompareOp::Eq | CompareOp::Le | CompareOp::Ge
        ))),
        Some(_) if op == CompareOp::Eq => Ok(Value::bool(false)),
        Some(_) if op == CompareOp::Ne => Ok(Value::bool(true)),
        Some(i) => cx.compare(op, a[i], b[i]),
    }
}

pub struct SliceMethods;

#[pymethods]
impl SliceMethods {
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        if kwargs.is_some_and(|k| cx.known_len(k) != Some(0)) {
            return Err(cx.type_error("slice() takes no keyword arguments"));
        }
        let none = Value::none();
        match *args {
            [stop] => Ok(cx.new_slice(none, stop, none)),
            [start, stop] => Ok(cx.new_slice(start, stop, none)),
            [start, stop, step] => Ok(cx.new_slice(start, stop, step)),
            [] => Err(cx.type_error("slice expected at least 1 argument, got 0")),
            _ => Err(cx.type_error(format!(
                "slice expected at most 3 arguments, got {}",
                args.len()
            ))),
        }
    }

    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<Slice>) -> PyResult<Value> {
        let mut text = crate::types::str::StrBuilder::new();
        text.push_str("slice(");
        crate::types::tuple::methods::repr_items(cx, &mut text, &fields(this))?;
        text.push_str(")");
        text.finish(cx)
    }

    #[py]
    fn __hash__(cx: &mut Cx, this: Gc<Slice>) -> PyResult<i64> {
        let mut hashes = [0; 3];
        for (h, v) in hashes.iter_mut().zip(fields(this)) {
            *h = cx.hash(v)?;
        }
        Ok(combine_fixed(hashes))
    }

    #[py(compare)]
    fn compare(cx: &mut Cx, this: Gc<Slice>, value: Value, op: CompareOp) -> PyResult<Value> {
        compare(cx, op, this, value)
    }

    #[py(getter, member)]
    fn start(this: Gc<Slice>) -> Value {
        this.start.get()
    }
    #[py(getter, member)]
    fn stop(this: Gc<Slice>) -> Value {
        this.stop.get()
    }
    #[py(getter, member)]
    fn step(this: Gc<Slice>) -> Value {
        this.step.get()
    }

    /// S.indices(len) -> (start, stop, stride)
    ///
    /// Assuming a sequence of length len, calculate the start and stop
    /// indices, and the stride length of the extended slice described by
    /// S. Out of bounds indices are clipped in a manner consistent with the
    /// handling of normal slices.
    #[py]
    fn indices(cx: &mut Cx, this: Gc<Slice>, object: Value) -> PyResult<Value> {
        let n = cx.index(object)?;
        let len = exact_or_copy(cx, n)?;
        if is_negative(len) {
            return Err(cx.value_error("length should not be negative"));
        }
        let r = this.indices(cx, len)?;
        Ok(cx.new_tuple(&[r.start, r.stop, r.step]))
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<Slice>) -> Value {
        let class = cx.types().slice.value();
        let args = cx.new_tuple(&fields(this));
        cx.new_tuple(&[class, args])
    }
}
