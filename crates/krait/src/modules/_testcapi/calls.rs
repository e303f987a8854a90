//! Calling any object from native code.

use krait_stdlib::prelude::*;

/// A tuple or `None`; else a TypeError that says what was expected.
fn tuple_or_none(cx: &mut Cx, v: Value, what: &str) -> PyResult<Option<Gc<Tuple>>> {
    if v.is_none() {
        return Ok(None);
    }
    match Gc::<Tuple>::from_value(v) {
        Some(t) => Ok(Some(t)),
        None => Err(cx.type_error(format!("{what} must be None or a tuple"))),
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Calls func; the last arguments are the values of the keywords in kwnames.
    #[py(sig = "($module, func, func_args, kwnames, /)", doc = "")]
    fn pyobject_vectorcall(
        cx: &mut Cx,
        func: Value,
        func_args: Value,
        kwnames: Value,
    ) -> PyResult<Value> {
        let args = tuple_or_none(cx, func_args, "args")?;
        let names = tuple_or_none(cx, kwnames, "kwnames")?;
        let args = args.as_ref().map_or(&[][..], |t| t.items());
        let names = names.as_ref().map_or(&[][..], |t| t.items());
        if names.len() > args.len() {
            return Err(cx.value_error("kwnames longer than args"));
        }
        cx.call_kw(func, args, names)
    }

    #[py(sig = "($module, func, func_args, kwargs, /)", doc = "")]
    fn pyobject_fastcalldict(
        cx: &mut Cx,
        func: Value,
        func_args: Value,
        kwargs: Value,
    ) -> PyResult<Value> {
        let args = tuple_or_none(cx, func_args, "args")?;
        if !kwargs.is_none() && Gc::<Dict>::from_value(kwargs).is_none() {
            return Err(cx.type_error("kwnames must be None or a dict"));
        }
        let kwargs = Some(kwargs).filter(|k| !k.is_none());
        cx.call_with_kwargs(func, args.as_ref().map_or(&[][..], |t| t.items()), kwargs)
    }

    #[py(sig = "($module, func, args, kwargs=None, /)", hide_sig)]
    fn pycfunction_call(
        cx: &mut Cx,
        func: Value,
        args: Gc<Tuple>,
        kwargs: Option<Gc<Dict>>,
    ) -> PyResult<Value> {
        cx.call_with_kwargs(func, args.items(), kwargs.map(|d| d.value()))
    }
}
