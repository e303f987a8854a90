//! Raising, matching, making and printing exceptions.

use krait_runtime::types::exceptions::base::{as_exception, is_exception_class, matches};
use krait_stdlib::prelude::*;

use crate::traceback_print;

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Raises an instance of a class made with the arguments 0, 1, ...
    #[py(sig = "($module, exception, num_args, /)", doc = "")]
    fn raise_exception(cx: &mut Cx, exception: Value, num_args: usize) -> PyResult<()> {
        if !is_exception_class(exception) {
            let shown = cx.repr_string(exception)?;
            return Err(cx.system_error(format!(
                "_PyErr_SetObject: exception {shown} is not a BaseException subclass"
            )));
        }
        let args = tuple_of(cx, num_args, |i| Value::small(i as i64))?;
        let args = Gc::<Tuple>::from_value_unchecked(args);
        let made = cx.call(exception, args.items())?;
        match as_exception(made) {
            Some(e) => Err(Raised::new(e)),
            None => {
                let (class, got) = (cx.repr_string(exception)?, cx.type_name(made));
                Err(cx.type_error(format!(
                    "calling {class} should have returned an instance of BaseException, not {got}"
                )))
            }
        }
    }

    #[py(sig = "($module, /)", doc = "")]
    fn raise_memoryerror(cx: &mut Cx) -> PyResult<()> {
        Err(cx.memory_error())
    }

    /// Test PyErr_GivenExceptionMatches().
    #[py(sig = "($module, err, exc, /)")]
    fn err_givenexceptionmatches(cx: &mut Cx, err: Value, exc: Value) -> PyResult<bool> {
        matches(cx, err, exc)
    }

    /// Reports an exception that nobody can handle.
    #[py(sig = "($module, exc, obj, /)", doc = "")]
    fn err_writeunraisable(cx: &mut Cx, exc: Value, obj: Value) -> PyResult<()> {
        match as_exception(exc) {
            Some(e) => {
                cx.unraisable(Raised::new(e), "", obj);
                Ok(())
            }
            None => Err(cx.type_error("expected an exception")),
        }
    }

    /// To test the format of exceptions as printed out.
    #[py(sig = "($module, exception, legacy=False, /)")]
    fn exception_print(cx: &mut Cx, exception: Value, _legacy: Option<bool>) {
        traceback_print::print_to_stderr(cx, exception);
    }

    /// To test the format of tracebacks as printed out.
    #[py(sig = "($module, traceback, file, /)")]
    fn traceback_print(cx: &mut Cx, traceback: Value, file: Value) -> PyResult<()> {
        let Some(text) = traceback_print::traceback_text(cx, traceback) else {
            return Err(cx.system_error("bad argument to internal function"));
        };
        let text = cx.new_str(&text);
        cx.call_method_str(file, "write", &[text]).map(|_| ())
    }
}
