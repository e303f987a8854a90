//! Single-threaded collections: what survives, what does not.

mod common;

use common::*;
use krait_heap::{Config, Kind};

/// A list of `n` nodes; shape counts down to 1 at its end.
#[inline(never)]
fn make_list(m: &mut ToyMutator, n: u32) -> u64 {
    let mut head = EMPTY;
    for i in 1..=n {
        let cell = node(m, 1, i);
        set(m, cell, 0, head);
        head = word(cell);
    }
    head
}

fn list_len(mut head: u64) -> u32 {
    let mut n = 0;
    while head != EMPTY {
        let cell = object(head);
        n += 1;
        head = get(cell, 0);
    }
    n
}

#[inline(never)]
fn make_tree(m: &mut ToyMutator, depth: u32) -> u64 {
    let left = if depth > 0 {
        make_tree(m, depth - 1)
    } else {
        EMPTY
    };
    let right = if depth > 0 {
        make_tree(m, depth - 1)
    } else {
        EMPTY
    };
    let top = node(m, 2, depth);
    set(m, top, 0, left);
    set(m, top, 1, right);
    word(top)
}

fn tree_size(tree: u64) -> u32 {
    if tree == EMPTY {
        0
    } else {
        1 + tree_size(get(object(tree), 0)) + tree_size(get(object(tree), 1))
    }
}

#[test]
fn lists_survive_many_collections() {
    with_heap(checked(), |m| {
        let head = make_list(m, 20_000);
        push_root(m, head);
        for _ in 0..20 {
            make_list(m, 2_000);
        }
        assert_eq!(list_len(root(m, 0)), 20_000);
        let stats = m.heap().stats();
        assert!(stats.nursery_collections > 5, "{stats:?}");
        assert!(stats.full_collections > 0, "{stats:?}");
        m.verify().unwrap();
    });
}

#[test]
fn trees_on_the_stack_survive() {
    with_heap(checked(), |m| {
        // Nothing but native frames holds the subtrees while they are built.
        let tree = make_tree(m, 14);
        assert_eq!(tree_size(tree), (1 << 15) - 1);
        m.collect(Kind::Full);
        assert_eq!(tree_size(tree), (1 << 15) - 1);
    });
}

#[test]
fn garbage_is_reclaimed_and_returned() {
    with_heap(Config::default(), |m| {
        let head = make_list(m, 500_000);
        push_root(m, head);
        m.collect(Kind::Full);
        let full = m.heap().stats();
        assert!(full.live_after_full >= 500_000 * 32);
        m.heap().model().roots.lock().unwrap().clear();
        scrub_stack();
        m.collect(Kind::Full);
        let empty = m.heap().stats();
        assert!(empty.live_after_full < 1 << 20, "{empty:?}");
        assert!(empty.used_bytes < full.used_bytes / 4, "{empty:?}");
    });
}

#[test]
fn garbage_that_grew_old_in_a_small_heap_is_collected_early() {
    let config = Config::default();
    let (nursery, most) = (config.nursery, config.min_growth / 2);
    with_heap(config, |m| {
        let needed = make_list(m, 10_000);
        push_root(m, needed);
        // Each collection finds another small list in use.
        for _ in 0..100 {
            m.heap().model().roots.lock().unwrap().truncate(1);
            let kept = make_list(m, 400);
            push_root(m, kept);
            for _ in 0..nursery / 32 {
                node(m, 1, 1);
            }
        }
        let stats = m.heap().stats();
        assert!(stats.full_collections > 0, "{stats:?}");
        assert!(stats.old_bytes < most, "{stats:?}");
    });
}

#[test]
fn memory_stays_bounded_under_churn() {
    with_heap(Config::default(), |m| {
        for _ in 0..200 {
            make_list(m, 10_000);
        }
        let stats = m.heap().stats();
        assert!(stats.bytes_allocated > 60 << 20);
        // Far less than was allocated: a stale word on the stack may keep a whole list per collection.
        assert!(stats.used_bytes < 40 << 20, "{stats:?}");
    });
}

#[test]
fn every_allocation_may_collect() {
    with_heap(
        Config {
            stress: Some(1),
            ..checked()
        },
        |m| {
            let tree = make_tree(m, 6);
            assert_eq!(tree_size(tree), 127);
            push_root(m, tree);
            let list = make_list(m, 200);
            assert_eq!(list_len(list), 200);
            assert_eq!(tree_size(root(m, 0)), 127);
            let stats = m.heap().stats();
            assert!(
                stats.nursery_collections > 250 && stats.full_collections > 15,
                "{stats:?}"
            );
        },
    );
}

#[test]
fn fresh_memory_is_zero_also_when_reused() {
    with_heap(
        Config {
            nursery: 64 << 10,
            ..Config::default()
        },
        |m| {
            for round in 0..20 {
                for size in [16, 24, 100, 500, 3000, 8192, 9000, 100_000] {
                    for _ in 0..10 {
                        let obj = m.alloc_sized(size, round, 0).unwrap();
                        // SAFETY: the object has `size` bytes.
                        let body = unsafe {
                            std::slice::from_raw_parts_mut((obj as *mut u8).add(8), size - 8)
                        };
                        assert!(body.iter().all(|&b| b == 0), "size {size}, round {round}");
                        body.fill(0xff);
                    }
                }
                m.collect(if round % 3 == 0 {
                    Kind::Full
                } else {
                    Kind::Nursery
                });
            }
        },
    );
}

#[test]
fn interior_pointers_find_and_keep_their_object() {
    with_heap(checked(), |m| {
        for len in [1, 3, 40, 200, 900, 5_000, 100_000] {
            let obj = node(m, len, 77);
            let size = 16 + 8 * len;
            for at in [0, 1, 8, size / 2, size - 1] {
                assert_eq!(
                    m.object_containing(obj as usize + at),
                    Some(obj),
                    "{len} {at}"
                );
            }
        }
        assert_eq!(m.object_containing(0), None);
        assert_eq!(m.object_containing(usize::MAX), None);
        let local = 0u64;
        assert_eq!(m.object_containing(&raw const local as usize), None);
        // Only a pointer into the middle is left, hidden from nobody.
        let inside = std::hint::black_box(slot(node(m, 50, 4242), 30));
        for _ in 0..30 {
            make_list(m, 1_000);
        }
        m.collect(Kind::Full);
        // SAFETY: kept alive by `inside`.
        assert_eq!(unsafe { inside.read() }, EMPTY);
        let found = m.object_containing(inside as usize).unwrap();
        // SAFETY: a live object.
        assert_eq!(unsafe { (*found).shape() }, 4242);
    });
}

#[test]
fn free_cells_are_no_objects() {
    with_heap(checked(), |m| {
        let obj = node(m, 3, 1);
        let bytes = krait_heap::rounded_size(16 + 24);
        assert_eq!(m.object_containing(obj as usize + bytes), None);
        let next = node(m, 3, 2);
        assert_eq!(next as usize, obj as usize + bytes);
        assert_eq!(m.object_containing(obj as usize + bytes), Some(next));
    });
}

#[test]
fn large_objects_live_and_die() {
    with_heap(checked(), |m| {
        let keep = node(m, 50_000, 1);
        push_root(m, word(keep));
        let child = node(m, 1, 9);
        set(m, keep, 49_999, word(child));
        for i in 0..200 {
            let garbage = node(m, 2_000 + i * 37, 2);
            set(m, garbage, 1_999, word(keep));
        }
        let list = make_list(m, 5_000);
        push_root(m, list);
        m.collect(Kind::Full);
        assert!(
            m.heap().stats().used_bytes < 4 << 20,
            "{:?}",
            m.heap().stats()
        );
        let keep = object(root(m, 0));
        // SAFETY: a live object.
        unsafe {
            assert!(m.heap().size_of(keep) >= 400_016);
            assert_eq!((*object(get(keep, 49_999))).shape(), 9);
        }
        assert_eq!(get(keep, 0), EMPTY);
        m.verify().unwrap();
    });
}

#[test]
fn every_object_is_found_once() {
    with_heap(checked(), |m| {
        let list = make_list(m, 3_000);
        push_root(m, list);
        let large = node(m, 3_000, 5);
        push_root(m, word(large));
        m.collect(Kind::Full);
        let more = make_list(m, 100);
        push_root(m, more);
        let mut seen = std::collections::HashSet::new();
        m.stop_world(|world| world.for_each_object(|obj| assert!(seen.insert(obj as usize))));
        assert!(seen.contains(&(large as usize)));
        let mut head = list;
        while head != EMPTY {
            assert!(seen.contains(&(object(head) as usize)));
            head = get(object(head), 0);
        }
        assert!(seen.contains(&(object(more) as usize)));
    });
}

#[test]
fn automatic_collection_can_be_switched_off() {
    with_heap(checked(), |m| {
        m.heap().set_automatic(false);
        make_list(m, 50_000);
        assert_eq!(m.heap().stats().nursery_collections, 0);
        m.heap().set_automatic(true);
        make_list(m, 5_000);
        assert!(m.heap().stats().nursery_collections + m.heap().stats().full_collections > 0);
    });
}

#[test]
fn heaps_are_independent() {
    with_heap(checked(), |a| {
        with_heap(checked(), |b| {
            let in_a = node(a, 1, 1);
            push_root(a, word(in_a));
            assert!(a.heap().contains(in_a as usize));
            assert!(!b.heap().contains(in_a as usize));
            b.collect(Kind::Full);
            make_list(b, 10_000);
            // SAFETY: a live object of the other heap.
            assert_eq!(unsafe { (*object(root(a, 0))).shape() }, 1);
        });
    });
}

#[test]
fn referents_are_listed_in_order() {
    with_heap(checked(), |m| {
        static STATIC: krait_heap::Header = krait_heap::Header::new_static(1, 0);
        let (a, b) = (node(m, 0, 1), (&raw const STATIC).cast_mut());
        let holder = node(m, 4, 2);
        set(m, holder, 0, word(a));
        set(m, holder, 2, word(b));
        set(m, holder, 3, word(holder));
        let mut found = Vec::new();
        // SAFETY: our own object.
        unsafe { m.heap().referents(holder, &mut found) };
        assert_eq!(found, [a, b, holder]);
    });
}

#[test]
fn objects_may_be_held_by_an_outer_stack_only() {
    with_heap(checked(), |m| {
        let tree = make_tree(m, 8);
        let tree = std::hint::black_box(tree);
        // A second stack, simulated: only its small part of this one is scanned as such.
        let here = 0u64;
        let base = &raw const here as usize;
        // SAFETY: frames from here down are the "other" stack.
        unsafe {
            m.on_other_stack(base, |m| {
                make_list(m, 5_000);
                m.collect(Kind::Full);
            });
        }
        assert_eq!(tree_size(tree), 511);
    });
}

#[test]
fn dead_objects_are_counted() {
    with_heap(checked(), |m| {
        for kind in [Kind::Nursery, Kind::Full] {
            m.collect(Kind::Full);
            let kept = make_list(m, 1000);
            push_root(m, kept);
            let before = m.heap().stats().freed;
            for _ in 0..5000 {
                node(m, 2, 1);
            }
            m.collect(kind);
            let freed = m.heap().stats().freed - before;
            // A few may be kept by words left on the stack.
            assert!((4950..=5000).contains(&freed), "{freed} after {kind:?}");
        }
    });
}
