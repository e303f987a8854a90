//! `-X importtime`: how long imports take.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Instant;

use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::str::Str;
use krait_unicode::wtf8;

/// What is known of the imports that are under way.
#[derive(Default)]
struct Times {
    headed: AtomicBool,
    depth: AtomicUsize,
    /// Microseconds that imports inside the current one took.
    inner: AtomicI64,
}

fn tell(cx: &mut Cx, own: &str, all: &str, name: Gc<Str>) {
    let times = cx.state::<Times>();
    let indent = times.depth.load(Ordering::Relaxed) * 2;
    if !times.headed.swap(true, Ordering::Relaxed) {
        eprintln!("import time: self [us] | cumulative | imported package");
    }
    let name: String = wtf8::to_utf32(name.as_bytes())
        .into_iter()
        .map(|c| char::from_u32(c).map_or_else(|| format!("\\u{c:04x}"), String::from))
        .collect();
    eprintln!("import time: {own:9} | {all:10} | {:indent$}{name}", "");
}

/// A module that was imported before.
pub fn tell_cached(cx: &mut Cx, name: Gc<Str>) {
    tell(cx, "cached", "cached", name);
}

/// Imports a module by `load` and tells how long it took.
pub fn measured(
    cx: &mut Cx,
    name: Gc<Str>,
    load: fn(&mut Cx, Gc<Str>) -> PyResult<Value>,
) -> PyResult<Value> {
    let times = cx.state::<Times>();
    times.depth.fetch_add(1, Ordering::Relaxed);
    let before = times.inner.swap(0, Ordering::Relaxed);
    let start = Instant::now();
    let result = load(cx, name);
    let all = start.elapsed().as_micros() as i64;
    let own = all - times.inner.load(Ordering::Relaxed);
    times.depth.fetch_sub(1, Ordering::Relaxed);
    tell(cx, &format!("{own:>9}"), &format!("{all:>10}"), name);
    times.inner.store(before + all, Ordering::Relaxed);
    result
}
