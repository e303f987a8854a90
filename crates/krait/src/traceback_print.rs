//! Printing exceptions.

use krait_runtime::native::{Cx, Value};
use krait_runtime::types::exceptions::base::as_exception;
use krait_vm::objects::traceback::as_traceback;

/// Prints an exception with its traceback to `sys.stderr`.
pub fn print_to_stderr(cx: &mut Cx, v: Value) {
    let mut out = String::new();
    if let Some(e) = as_exception(v) {
        let mut at = as_traceback(e.traceback.get());
        if at.is_some() {
            out.push_str("Traceback (most recent call last):\n");
        }
        while let Some(t) = at {
            let f = t.frame_object().function();
            let code = krait_vm::objects::function::FunctionExt::body(f);
            out.push_str(&format!("  File \"{}\", line {}, in {}\n", code.unit.filename, t.line().unwrap_or(0), code.unit.qualname));
            at = as_traceback(t.next.get());
        }
    }
    let name = cx.type_name(v);
    let text = cx.str_string(v).unwrap_or_else(|_| "<exception str() failed>".to_owned());
    out.push_str(&if text.is_empty() { format!("{name}\n") } else { format!("{name}: {text}\n") });
    crate::streams::write_stderr(cx, &out);
}
