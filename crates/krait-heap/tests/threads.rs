//! Several threads: stops, parking, object locks, fork.

mod common;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Mutex};
use std::time::{Duration, Instant};

use common::*;
use krait_heap::{Config, Heap, Kind, Mutator};

/// Starts threads with a mutator each and waits for them.
fn run_threads(heap: &Arc<ToyHeap>, n: usize, body: impl Fn(usize, &mut ToyMutator) + Sync) {
    heap.set_multithreaded();
    std::thread::scope(|scope| {
        for i in 0..n {
            let body = &body;
            scope.spawn(move || {
                let mut m = Box::new(Mutator::new(heap));
                // SAFETY: boxed; null data is allowed by the toy.
                unsafe { m.attach(std::ptr::null_mut()) };
                body(i, &mut m);
            });
        }
    });
}

#[inline(never)]
fn build(m: &mut ToyMutator, n: usize, tag: u32) -> u64 {
    let mut head = EMPTY;
    for _ in 0..n {
        let cell = node(m, 2, tag);
        set(m, cell, 0, head);
        head = word(cell);
        m.safepoint();
    }
    head
}

fn check(mut head: u64, n: usize, tag: u32) {
    let mut count = 0;
    while head != EMPTY {
        // SAFETY: a live object.
        assert_eq!(unsafe { (*object(head)).shape() }, tag);
        count += 1;
        head = get(object(head), 0);
    }
    assert_eq!(count, n);
}

#[test]
fn threads_churn_and_collect() {
    let heap = Heap::new(checked(), Toy::default()).unwrap();
    run_threads(&heap, 4, |i, m| {
        for round in 0..30 {
            let list = build(m, 1_000 + round, i as u32);
            build(m, 500, 99);
            check(list, 1_000 + round, i as u32);
            if round % 10 == i {
                m.collect(Kind::Full);
                check(list, 1_000 + round, i as u32);
            }
        }
    });
    assert!(heap.stats().nursery_collections > 10);
    assert_eq!(heap.mutator_count(), 0);
}

#[test]
fn threads_share_a_table_under_its_lock() {
    let heap = Heap::new(checked(), Toy::default()).unwrap();
    let mut main = Box::new(Mutator::new(&heap));
    // SAFETY: boxed; null data is allowed by the toy.
    unsafe { main.attach(std::ptr::null_mut()) };
    let table = node(&mut main, 100, 0);
    push_root(&main, word(table));
    main.heap().set_multithreaded();
    let table = table as usize;
    let heap_ref = &heap;
    main.blocking(|| {
        run_threads(heap_ref, 4, |i, m| {
            let mut random = Random(i as u64 + 1);
            for n in 0..20_000u32 {
                let table = table as *mut krait_heap::Header;
                let at = random.below(100);
                let fresh = node(m, 1, n);
                m.lock(table);
                let before = get(table, at);
                if random.below(3) != 0 {
                    set(m, fresh, 0, EMPTY);
                } else {
                    set(m, fresh, 0, before);
                }
                set(m, table, at, word(fresh));
                m.unlock(table);
                if n % 64 == 0 {
                    m.safepoint();
                }
            }
        });
    });
    main.verify().unwrap();
    let table = object(root(&main, 0));
    for i in 0..100 {
        let mut at = get(table, i);
        while at != EMPTY {
            at = get(object(at), 0);
        }
    }
}

#[test]
fn a_lock_excludes() {
    let heap = Heap::new(Config::default(), Toy::default()).unwrap();
    static STATIC: krait_heap::Header = krait_heap::Header::new_static(1, 0);
    let counter = AtomicUsize::new(0);
    run_threads(&heap, 4, |_, m| {
        let object = (&raw const STATIC).cast_mut();
        for _ in 0..5_000 {
            m.lock(object);
            let n = counter.load(Relaxed);
            if n.is_multiple_of(512) {
                // An allocation inside the section may stop the holder while others wait.
                m.collect(Kind::Nursery);
            }
            counter.store(n + 1, Relaxed);
            m.unlock(object);
        }
    });
    assert_eq!(counter.load(Relaxed), 20_000);
}

#[test]
fn pairs_of_locks_do_not_deadlock() {
    let heap = Heap::new(Config::default(), Toy::default()).unwrap();
    static LOCKS: [krait_heap::Header; 4] = [const { krait_heap::Header::new_static(1, 0) }; 4];
    run_threads(&heap, 4, |i, m| {
        let mut random = Random(i as u64 + 5);
        for _ in 0..10_000 {
            let a = (&raw const LOCKS[random.below(4)]).cast_mut();
            let b = (&raw const LOCKS[random.below(4)]).cast_mut();
            m.lock_pair(a, b);
            m.unlock_pair(a, b);
        }
    });
}

#[test]
fn blocked_threads_do_not_hold_up_a_stop() {
    let heap = Heap::new(checked(), Toy::default()).unwrap();
    let done = AtomicBool::new(false);
    let barrier = Barrier::new(2);
    run_threads(&heap, 2, |i, m| {
        if i == 0 {
            let list = build(m, 1_000, 5);
            m.blocking(|| {
                barrier.wait();
                while !done.load(SeqCst) {
                    std::thread::sleep(Duration::from_millis(1));
                }
            });
            check(list, 1_000, 5);
        } else {
            m.blocking(|| barrier.wait());
            let start = Instant::now();
            for _ in 0..50 {
                build(m, 500, 6);
                m.collect(Kind::Full);
            }
            assert!(start.elapsed() < Duration::from_secs(20));
            done.store(true, SeqCst);
        }
    });
}

#[test]
fn nobody_runs_while_the_world_is_stopped() {
    let heap = Heap::new(Config::default(), Toy::default()).unwrap();
    let ticks = AtomicUsize::new(0);
    let stopping = AtomicUsize::new(0);
    run_threads(&heap, 3, |i, m| {
        for _ in 0..300 {
            if i < 2 {
                m.stop_world(|world| {
                    assert_eq!(stopping.fetch_add(1, SeqCst), 0);
                    let before = ticks.load(SeqCst);
                    std::thread::yield_now();
                    world.collect(Kind::Nursery);
                    assert_eq!(world.thread_data().len(), world.heap().mutator_count());
                    assert_eq!(ticks.load(SeqCst), before);
                    stopping.fetch_sub(1, SeqCst);
                });
            } else {
                for _ in 0..200 {
                    assert_eq!(stopping.load(SeqCst), 0);
                    ticks.fetch_add(1, SeqCst);
                    m.safepoint();
                }
            }
        }
    });
}

#[test]
fn threads_come_and_go() {
    let heap = Heap::new(checked(), Toy::default()).unwrap();
    let kept = Mutex::new(Vec::new());
    run_threads(&heap, 2, |i, m| {
        for round in 0..20 {
            if i == 0 {
                build(m, 2_000, 1);
                m.collect(Kind::Nursery);
            } else {
                let heap = m.heap().clone();
                let kept = &kept;
                m.blocking(|| {
                    std::thread::scope(|scope| {
                        scope.spawn(|| {
                            let mut m = Box::new(Mutator::new(&heap));
                            // SAFETY: boxed; null data is allowed by the toy.
                            unsafe { m.attach(std::ptr::null_mut()) };
                            let list = build(&mut m, 100 + round, 7);
                            push_root(&m, list);
                            kept.lock().unwrap().push(100 + round);
                        });
                    });
                });
            }
        }
    });
    let lengths = kept.into_inner().unwrap();
    assert_eq!(lengths.len(), 20);
    let mut m = Box::new(Mutator::new(&heap));
    // SAFETY: boxed; null data is allowed by the toy.
    unsafe { m.attach(std::ptr::null_mut()) };
    m.verify().unwrap();
    for (i, n) in lengths.into_iter().enumerate() {
        check(root(&m, i), n, 7);
    }
}

#[test]
fn registers_of_other_threads_are_roots() {
    let heap = Heap::new(checked(), Toy::default()).unwrap();
    run_threads(&heap, 1, |_, _| {});
    let mut thread = Thread::default();
    let mut m = Box::new(Mutator::new(&heap));
    // SAFETY: boxed; `thread` outlives it.
    unsafe { m.attach(&raw mut thread) };
    let list = build(&mut m, 100, 3);
    // SAFETY: only this thread touches it, except while it is blocked.
    unsafe { (*m.data()).registers.push(list) };
    let heap_ref = &heap;
    m.blocking(|| {
        run_threads(heap_ref, 1, |_, m| {
            build(m, 20_000, 4);
            m.collect(Kind::Full);
        });
    });
    check(thread.registers[0], 100, 3);
}

#[test]
fn a_forked_child_goes_on_alone() {
    let heap = Heap::new(checked(), Toy::default()).unwrap();
    let stop = AtomicBool::new(false);
    let status = Mutex::new(-1);
    run_threads(&heap, 2, |i, m| {
        if i == 0 {
            while !stop.load(SeqCst) {
                build(m, 100, 1);
            }
            return;
        }
        let list = build(m, 300, 2);
        // SAFETY: no lock is held; the child only uses the heap and leaves by _exit.
        let pid = unsafe { m.fork_with(|| libc::fork(), |&pid| pid == 0) };
        if pid == 0 {
            build(m, 10_000, 3);
            m.collect(Kind::Full);
            check(list, 300, 2);
            let alone = m.heap().mutator_count() == 1 && !m.is_multithreaded();
            // SAFETY: leaves without running anything else.
            unsafe { libc::_exit(if alone { 0 } else { 1 }) };
        }
        let mut code = 0;
        // SAFETY: waits for our own child.
        m.blocking(|| unsafe { libc::waitpid(pid, &mut code, 0) });
        *status.lock().unwrap() = code;
        check(list, 300, 2);
        stop.store(true, SeqCst);
    });
    assert_eq!(*status.lock().unwrap(), 0);
}
