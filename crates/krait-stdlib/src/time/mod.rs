//! `time`: clocks, sleeping and calendar time.

mod clocks;
mod text;
mod tm;

use krait_runtime::types::structseq;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "time",
    doc: Some(
        "This module provides various functions to manipulate time values.\n\nThere are two standard representations of time.  One is the number\nof seconds since the Epoch, in UTC (a.k.a. GMT).  It may be an integer\nor a floating-point number (to represent fractions of seconds).\nThe other representation is a tuple of 9 integers giving local time.",
    ),
    functions: &[clocks::Functions::DEFS, text::Functions::DEFS],
    types: &[],
    init: Some(init),
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let class = structseq::type_of(cx, &tm::STRUCT_TIME)?;
    m.set(cx, "struct_time", class.value());
    m.set(cx, "_STRUCT_TM_ITEMS", Value::small(11));
    let clocks = [
        ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
        ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
        ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
        ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
        ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
        ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
        ("CLOCK_TAI", libc::CLOCK_TAI),
    ];
    for (name, id) in clocks {
        m.set(cx, name, Value::small(id as i64));
    }
    tm::set_zone(cx, m)
}
