//! `math`: functions of real numbers, with the accuracy and the errors of CPython 3.14.

mod functions;
mod integers;
pub mod libm;
mod sums;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "math",
    doc: Some(
        "This module provides access to the mathematical functions\ndefined by the C standard.",
    ),
    functions: &[
        functions::Unary::DEFS,
        functions::Functions::DEFS,
        integers::Functions::DEFS,
        sums::Functions::DEFS,
    ],
    types: &[],
    init: Some(init),
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    add_constants(cx, m);
    Ok(())
}

/// `pi` and its like, which `cmath` has too.
pub fn add_constants(cx: &mut Cx, m: Gc<Module>) {
    use std::f64::consts::{E, PI, TAU};
    for (name, x) in [
        ("pi", PI),
        ("e", E),
        ("tau", TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        let v = cx.new_float(x);
        m.set(cx, name, v);
    }
}

/// A double as Python shows it.
pub fn shown(x: f64) -> String {
    if x.is_nan() {
        return "nan".into();
    }
    if x.is_infinite() {
        return if x < 0.0 { "-inf".into() } else { "inf".into() };
    }
    let text = format!("{x:?}");
    // Rust writes 1e300 where Python writes 1e+300.
    match text.split_once('e') {
        Some((m, e)) if !e.starts_with('-') => {
            format!("{}e+{e:0>2}", m.strip_suffix(".0").unwrap_or(m))
        }
        Some((m, e)) => format!("{}e-{:0>2}", m.strip_suffix(".0").unwrap_or(m), &e[1..]),
        None => text,
    }
}

#[cold]
pub fn range_error(cx: &mut Cx) -> Raised {
    cx.overflow_error("math range error")
}

#[cold]
pub fn domain_error(cx: &mut Cx) -> Raised {
    cx.value_error("math domain error")
}
