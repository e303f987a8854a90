//! Mistakes made on purpose: the verifier has to find them. Each runs in a process of its own,
//! since what it finds is fatal.

use std::process::Command;

use krait_heap::Kind;
use krait_runtime::cx::{Config, Cx};
use krait_runtime::object::{Array, Gc};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::value::Value;

use super::{execute, interpreter};

const PLANT: &str = "KRAIT_TEST_PLANT";

/// Runs this test binary again with the mistake planted, which must die saying `message`.
#[track_caller]
fn must_be_found(test: &str, message: &str) {
    let me = std::env::current_exe().expect("the test's executable");
    let output = Command::new(me)
        .args(["--exact", test, "--nocapture"])
        .env(PLANT, test)
        .output()
        .expect("a run of the test");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "the mistake went unnoticed");
    assert!(said.contains(message), "unexpected message: {said}");
}

fn planted(test: &str) -> bool {
    std::env::var(PLANT).is_ok_and(|v| v == test)
}

fn verified() -> (Box<Cx>, Gc<Dict>) {
    interpreter(Config {
        verify_heap: true,
        ..Config::default()
    })
}

/// The global variable `name` of the test's program.
fn global(cx: &mut Cx, globals: Gc<Dict>, name: &str) -> Value {
    let key = cx.intern(name);
    globals.get_str(cx, key).expect("a variable of the program")
}

#[inline(never)]
fn store_young_without_barrier(cx: &mut Cx, array: Gc<Array>) {
    let young = cx.new_list(&[]);
    array.slots()[0].set_immediate(young);
}

#[test]
fn skipped_barrier() {
    const TEST: &str = "planted::skipped_barrier";
    if !planted(TEST) {
        return must_be_found(TEST, "heap verifier: live object was not marked");
    }
    let (mut cx, globals) = verified();
    let v = cx.new_list(&[Value::none()]);
    let key = cx.intern("v");
    globals.set_str(&mut cx, key, v);
    cx.mutator.collect(Kind::Full);
    let list: Gc<List> = Gc::from_value_unchecked(global(&mut cx, globals, "v"));
    let array: Gc<Array> = Gc::from_value_unchecked(list.storage.get());
    store_young_without_barrier(&mut cx, array);
    wipe(40);
    cx.mutator.collect(Kind::Nursery);
}

#[inline(never)]
fn wipe(n: usize) -> usize {
    let space = std::hint::black_box([0usize; 64]);
    if n == 0 {
        space[0]
    } else {
        wipe(n - 1) + space[1]
    }
}

#[test]
#[cfg(debug_assertions)]
fn wrong_liveness() {
    const TEST: &str = "planted::wrong_liveness";
    if !planted(TEST) {
        return must_be_found(TEST, "assertion failed");
    }
    let (mut cx, globals) = verified();
    // A generator's saved temporary is dropped as if it were dead: poisoned memory is read later.
    let program = "
class C:
    def __init__(self): self.x = [1]
def g():
    return [C(), (yield)][0].x
it = g(); next(it)
";
    execute(&mut cx, program, globals).expect("no exception");
    let it = global(&mut cx, globals, "it");
    let g = krait_vm::objects::generator::as_generator(it).expect("a generator");
    let hidden: Vec<(usize, u64)> = (0..)
        .map_while(|i| g.saved_register(i).map(|v| (i, v)))
        .filter(|(_, v)| v.as_object().is_some())
        .map(|(i, v)| (i, !v.bits()))
        .collect();
    assert!(!hidden.is_empty(), "a temporary waits for the second item");
    // SAFETY: a saved register of the generator.
    let set = |i: usize, v: Value| unsafe { *g.words().add(i) = v };
    hidden.iter().for_each(|&(i, _)| set(i, Value::EMPTY));
    wipe(40);
    cx.mutator.collect(Kind::Full);
    hidden
        .iter()
        .for_each(|&(i, word)| set(i, Value::from_bits(!word)));
    cx.mutator.collect(Kind::Full);
}

#[test]
fn stale_cache() {
    const TEST: &str = "planted::stale_cache";
    if !planted(TEST) {
        return must_be_found(TEST, "stale inline cache");
    }
    let (mut cx, globals) = verified();
    let program = "
class C: x = [1]
def f(): return C.x
f(); f()
";
    execute(&mut cx, program, globals).expect("no exception");
    // The class attribute changes behind the back of the class.
    let class = global(&mut cx, globals, "C");
    let class: Gc<krait_runtime::types::typeobj::Type> = Gc::from_value_unchecked(class);
    let x = cx.intern("x");
    let new = cx.new_list(&[]);
    class.namespace().set_str(&mut cx, x, new);
    krait_vm::caches::verify(&mut cx);
}
