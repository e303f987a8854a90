//! Containers through the native interface. Expected values are CPython 3.14's, with
//! `PYTHONHASHSEED=0` where hashes of strs take part.

mod dicts;
mod lists;
mod ranges;
mod sets;
mod sorting;

use krait_runtime::cx::{Config, Cx};
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::value::Value;

/// Runs `f` in a new interpreter with the hash seed 0.
fn run(f: impl FnOnce(&mut Cx) -> PyResult<()>) {
    let config = Config {
        hash_seed: Some(0),
        ..Config::default()
    };
    let mut cx = krait_runtime::boot::new_interpreter(config).expect("an interpreter");
    if let Err(e) = f(&mut cx) {
        let text = describe(&mut cx, e);
        panic!("raised {text}");
    }
}

/// `Class: message` of an exception.
fn describe(cx: &mut Cx, e: Raised) -> String {
    let class = cx.type_name(e.value());
    let text = cx.str_string(e.value()).unwrap_or_default();
    format!("{class}: {text}")
}

/// The exception that `result` must be.
fn error<T>(cx: &mut Cx, result: PyResult<T>) -> String {
    match result {
        Ok(_) => panic!("no exception"),
        Err(e) => describe(cx, e),
    }
}

fn repr(cx: &mut Cx, v: impl Into<Value>) -> String {
    match cx.repr_string(v.into()) {
        Ok(s) => s,
        Err(e) => describe(cx, e),
    }
}

fn int(n: i64) -> Value {
    Value::small(n)
}

fn ints(cx: &mut Cx, numbers: impl IntoIterator<Item = i64>) -> Value {
    let values: Vec<Value> = numbers.into_iter().map(int).collect();
    cx.new_list(&values)
}

/// A small deterministic generator (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> i64 {
        (self.next() % n) as i64
    }
}
