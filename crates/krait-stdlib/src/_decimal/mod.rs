//! `_decimal`: decimal floating point. The arithmetic is `krait-decimal`'s; here are the Python types.
//!
//! A coefficient of more than 38 digits is kept as a Python int, which the collector owns: numbers need no destructor.
//! The current context is a context variable's value; a thread remembers it together with the map of variables for which
//! it holds, since maps never change.

mod context;
mod context_ops;
mod convert;
mod format;
mod manager;
mod methods;
mod number;
mod operators;
mod signals;

use krait_decimal::{MAX_EMAX, MAX_PREC, MIN_EMIN, MIN_ETINY, Rounding};

use crate::prelude::*;
use crate::support::add_ints;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_decimal",
    doc: Some("Decimal floating point arithmetic"),
    functions: &[manager::Functions::DEFS],
    types: &[&number::SPEC, &context::SPEC],
    init: Some(init),
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    signals::prepare(cx)?;
    signals::export(cx, m);
    for (name, n) in [
        ("MAX_PREC", MAX_PREC),
        ("MAX_EMAX", MAX_EMAX),
        ("MIN_EMIN", MIN_EMIN),
        ("MIN_ETINY", MIN_ETINY),
    ] {
        let n = cx.new_int(n);
        m.set(cx, name, n);
    }
    add_ints(cx, m, &[("IEEE_CONTEXT_MAX_BITS", manager::MAX_IEEE_BITS)]);
    for name in ["HAVE_THREADS", "HAVE_CONTEXTVAR"] {
        m.set(cx, name, Value::bool(true));
    }
    for r in Rounding::ALL {
        let name = cx.intern(r.name()).value();
        m.set(cx, r.name(), name);
    }
    for (name, text) in [("__version__", "1.70"), ("__libmpdec_version__", "2.5.1")] {
        let text = cx.new_str(text);
        m.set(cx, name, text);
    }
    Ok(())
}
