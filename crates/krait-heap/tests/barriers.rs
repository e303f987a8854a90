//! The generational barrier, and the verifier that notices where it was skipped.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};

use common::*;
use krait_heap::{Config, Kind, Problem, gc_state};

fn old_node(m: &mut ToyMutator, len: usize) -> u64 {
    let obj = node(m, len, 1);
    push_root(m, word(obj));
    m.collect(Kind::Nursery);
    // SAFETY: a live object.
    unsafe {
        assert_eq!((*obj).gc_state(), gc_state::OLD);
        assert!(m.heap().is_old(obj));
    }
    word(obj)
}

/// Fresh nodes stored into slots of `holder`; no reference to them stays on the stack.
#[inline(never)]
fn fill(m: &mut ToyMutator, holder: u64, store: fn(&mut ToyMutator, u64, usize, u64)) {
    for i in 0..10 {
        let child = node(m, 1, 100 + i as u32);
        store(m, holder, i, word(child));
    }
}

fn with_barrier(m: &mut ToyMutator, holder: u64, i: usize, value: u64) {
    set(m, object(holder), i, value);
}

fn slot_barrier(m: &mut ToyMutator, holder: u64, i: usize, value: u64) {
    set_without_barrier(object(holder), i, value);
    m.write_barrier_slot(object(holder), slot(object(holder), i));
}

fn no_barrier(_: &mut ToyMutator, holder: u64, i: usize, value: u64) {
    set_without_barrier(object(holder), i, value);
}

fn check_children(holder: u64) {
    for i in 0..10 {
        assert_eq!(shape(get(object(holder), i)), 100 + i as u32);
    }
}

#[test]
fn logged_objects_keep_young_referents() {
    with_heap(checked(), |m| {
        let holder = old_node(m, 20);
        for _ in 0..5 {
            fill(m, holder, with_barrier);
            assert_eq!(state(holder), gc_state::LOGGED);
            m.verify().unwrap();
            scrub_stack();
            m.collect(Kind::Nursery);
            assert_eq!(state(holder), gc_state::OLD);
            check_children(holder);
        }
    });
}

#[test]
fn logged_slots_keep_young_referents() {
    with_heap(checked(), |m| {
        let holder = old_node(m, 5_000);
        for round in 0..5 {
            fill(m, holder, slot_barrier);
            assert_eq!(state(holder), gc_state::OLD);
            m.verify().unwrap();
            scrub_stack();
            m.collect(if round == 3 {
                Kind::Full
            } else {
                Kind::Nursery
            });
            check_children(holder);
        }
    });
}

#[test]
fn a_full_slot_log_falls_back_to_the_object() {
    with_heap(
        Config {
            nursery: 64 << 20,
            ..checked()
        },
        |m| {
            let holder = old_node(m, 40_000);
            for i in 0..40_000 {
                let child = node(m, 0, i as u32);
                slot_barrier(m, holder, i, word(child));
            }
            assert_eq!(state(holder), gc_state::LOGGED);
            m.collect(Kind::Nursery);
            for i in 0..40_000 {
                assert_eq!(shape(get(object(holder), i)), i as u32);
            }
        },
    );
}

#[test]
fn the_verifier_finds_a_skipped_barrier() {
    with_heap(checked(), |m| {
        let holder = old_node(m, 20);
        m.verify().unwrap();
        fill(m, holder, no_barrier);
        let error = m.verify().unwrap_err();
        assert_eq!(error.problem, Problem::MissedBarrier);
        assert_eq!(error.holder.unwrap().addr, object(holder) as usize);
        assert_eq!(error.target_info.unwrap().shape, 100);
    });
}

#[test]
fn a_collection_in_verify_mode_finds_a_skipped_barrier() {
    with_heap(checked(), |m| {
        let holder = old_node(m, 20);
        fill(m, holder, no_barrier);
        scrub_stack();
        let result = catch_unwind(AssertUnwindSafe(|| m.collect(Kind::Nursery)));
        let message = *result.unwrap_err().downcast::<String>().unwrap();
        assert!(message.contains("live object was not marked"), "{message}");
    });
}

#[test]
fn the_verifier_finds_dangling_references() {
    with_heap(checked(), |m| {
        let holder = old_node(m, 20);
        let bogus = node(m, 1, 1) as u64 + 16 * 64;
        set(m, object(holder), 3, bogus + 2);
        assert_eq!(m.verify().unwrap_err().problem, Problem::NotAnObject);
        set(m, object(holder), 3, krait_heap::POISON);
        assert_eq!(m.verify().unwrap_err().problem, Problem::Poison);
        set(m, object(holder), 3, EMPTY);
        m.verify().unwrap();
    });
}

#[test]
fn freed_memory_is_poisoned_in_verify_mode() {
    #[inline(never)]
    fn hidden(m: &mut ToyMutator) -> usize {
        !(node(m, 4, 1) as usize)
    }
    with_heap(checked(), |m| {
        let hidden = hidden(m);
        scrub_stack();
        m.collect(Kind::Nursery);
        // SAFETY: heap memory stays mapped; nothing was allocated since.
        let word = unsafe { (!hidden as *const u64).read() };
        assert_eq!(word, krait_heap::POISON);
    });
}
