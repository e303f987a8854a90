//! Values that a function computes when somebody asks: bounds, constraints, defaults, aliases.

use krait_runtime::types::generic_alias::push_type_repr;
use krait_runtime::types::str::StrBuilder;

use crate::prelude::*;

/// `annotationlib.Format`.
const VALUE: i64 = 1;
const STRING: i64 = 4;

/// A value, or the function that computes it.
#[derive(Trace)]
pub struct Lazy {
    value: Slot,
    function: Slot,
}

impl Lazy {
    pub fn ready(v: Option<Value>) -> Lazy {
        Lazy {
            value: slot(v.unwrap_or(Value::EMPTY)),
            function: Slot::empty(),
        }
    }

    pub fn later(function: Option<Value>) -> Lazy {
        Lazy {
            value: Slot::empty(),
            function: slot(function.unwrap_or(Value::EMPTY)),
        }
    }

    pub fn set_function<T>(&self, cx: &mut Cx, owner: Gc<T>, function: Value) {
        self.value.set_immediate(Value::EMPTY);
        self.function.set(cx, owner, function);
    }

    pub fn function(&self) -> Option<Value> {
        self.function.get().some()
    }

    pub fn is_set(&self) -> bool {
        !self.value.get().is_empty() || !self.function.get().is_empty()
    }

    /// The value, computed now if need be.
    pub fn get<T>(&self, cx: &mut Cx, owner: Gc<T>) -> PyResult<Option<Value>> {
        if let Some(v) = self.value.get().some() {
            return Ok(Some(v));
        }
        let Some(f) = self.function.get().some() else {
            return Ok(None);
        };
        let v = cx.call(f, &[Value::small(VALUE)])?;
        self.value.set(cx, owner, v);
        Ok(Some(v))
    }

    /// The function; for a known value one that gives it; `None` if there is neither.
    pub fn evaluator(&self, cx: &mut Cx) -> PyResult<Value> {
        match (self.function.get().some(), self.value.get().some()) {
            (Some(f), _) => Ok(f),
            (None, Some(v)) => constant(cx, v),
            (None, None) => Ok(Value::none()),
        }
    }
}

/// An evaluate function of a value that is known.
#[derive(Trace)]
pub struct ConstEvaluator {
    value: Slot,
}
impl Native for ConstEvaluator {
    const PY_NAME: &'static str = "_typing._ConstEvaluator";
}

static CONST_EVALUATOR: TypeSpec = TypeSpec {
    name: "_ConstEvaluator",
    module: "_typing",
    doc: Some("Internal type for implementing evaluation functions."),
    layout: Layout::native::<ConstEvaluator>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

pub fn constant(cx: &mut Cx, value: Value) -> PyResult<Value> {
    let class = cx.native_type(&CONST_EVALUATOR)?;
    Ok(NativeObj::alloc(cx, class, ConstEvaluator { value: slot(value) }).value())
}

struct Methods;

#[pymethods]
impl Methods {
    /// Call self as a function.
    #[py(sig = "($self, format, /)", hide_sig)]
    fn __call__(cx: &mut Cx, this: Obj<ConstEvaluator>, format: i32) -> PyResult<Value> {
        let value = this.value.get();
        if format as i64 != STRING {
            return Ok(value);
        }
        let mut out = StrBuilder::new();
        match Gc::<Tuple>::from_value(value) {
            Some(t) => {
                out.push_str("(");
                for i in 0..t.len() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    push_type_repr(cx, &mut out, t.get(i))?;
                }
                out.push_str(")");
            }
            None => push_type_repr(cx, &mut out, value)?,
        }
        out.finish(cx)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Obj<ConstEvaluator>) -> PyResult<String> {
        let shown = cx.repr_string(this.value.get())?;
        Ok(format!("<constevaluator {shown}>"))
    }
}
