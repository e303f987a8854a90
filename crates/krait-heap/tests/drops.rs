//! Kinds that need dropping, weak references, external memory, limits.

mod common;

use common::*;
use krait_heap::{Config, Heap, Kind, Mutator, POLL_MEMORY};
use std::sync::atomic::Ordering::Relaxed;

#[test]
fn each_object_is_dropped_exactly_once() {
    let heap = Heap::new(checked(), Toy::default()).unwrap();
    let mut m = Box::new(Mutator::new(&heap));
    // SAFETY: boxed; null data is allowed by the toy.
    unsafe { m.attach(std::ptr::null_mut()) };
    let mut random = Random(42);
    let holder = node(&mut m, 1_000, 0);
    push_root(&m, word(holder));
    for _ in 0..50_000 {
        let obj = dropped(&mut m);
        let holder = object(root(&m, 0));
        let at = random.below(1_000);
        let before = get(holder, at);
        set(
            &mut m,
            obj,
            1,
            if random.below(2) == 0 { before } else { EMPTY },
        );
        set(&mut m, holder, at, word(obj));
    }
    m.collect(Kind::Full);
    let (alive, dead) = {
        let drops = heap.model().drops.lock().unwrap();
        assert!(drops.iter().all(|&n| n <= 1));
        (
            drops.iter().filter(|&&n| n == 0).count(),
            drops.iter().filter(|&&n| n == 1).count(),
        )
    };
    assert!((1_000..5_000).contains(&alive), "{alive}");
    assert_eq!(alive + dead, 50_000);
    assert_eq!(heap.stats().dropped as usize, dead);
    // Reachable ones were not dropped.
    for i in 0..1_000 {
        let mut at = get(object(root(&m, 0)), i);
        while at != EMPTY {
            let id = get(object(at), 0) >> 1;
            assert_eq!(heap.model().drops.lock().unwrap()[id as usize], 0);
            at = get(object(at), 1);
        }
    }
}

#[test]
fn the_end_of_the_heap_drops_the_rest() {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    struct Counting(Arc<AtomicUsize>);
    impl krait_heap::ObjectModel for Counting {
        type MutatorData = ();
        unsafe fn trace(&self, _: *mut krait_heap::Header, _: &mut krait_heap::Tracer<'_>) {}
        fn needs_drop(_: u8) -> bool {
            true
        }
        unsafe fn drop_object(&self, _: *mut krait_heap::Header) {
            self.0.fetch_add(1, Relaxed);
        }
        unsafe fn trace_roots(&self, _: &mut krait_heap::Tracer<'_>) {}
        unsafe fn trace_mutator(&self, _: *mut (), _: &mut krait_heap::Tracer<'_>) {}
        unsafe fn after_marking(&self, _: &mut krait_heap::WeakPhase<'_>) {}
    }

    let count = Arc::new(AtomicUsize::new(0));
    let heap = Heap::new(checked(), Counting(count.clone())).unwrap();
    let mut m = Box::new(Mutator::new(&heap));
    // SAFETY: boxed; the data is never looked at.
    unsafe { m.attach(std::ptr::null_mut()) };
    for i in 0..10_000 {
        m.alloc(16 + i % 2_000, 0, 0);
    }
    for _ in 0..10 {
        m.alloc_sized(20_000, 0, 0).unwrap();
    }
    drop(m);
    drop(heap);
    assert_eq!(count.load(Relaxed), 10_010);
}

#[test]
fn weak_references_to_the_dead_are_cleared() {
    #[inline(never)]
    fn make(m: &mut ToyMutator) {
        for i in 0..100 {
            let target = node(m, 1, i);
            let weak = m.alloc(16, 0, WEAK);
            // SAFETY: word 1 of a WEAK object.
            unsafe { (weak as *mut u64).add(1).write(word(target)) };
            m.heap().model().weak.lock().unwrap().push(word(weak));
            if i % 2 == 0 {
                push_root(m, word(target));
            }
        }
    }
    for kind in [Kind::Nursery, Kind::Full] {
        with_heap(checked(), |m| {
            make(m);
            scrub_stack();
            m.collect(kind);
            let weak = m.heap().model().weak.lock().unwrap().clone();
            let mut cleared = 0;
            for (i, &cell) in weak.iter().enumerate() {
                // SAFETY: a live WEAK object.
                let target = unsafe { *(object(cell) as *const u64).add(1) };
                if i % 2 == 0 {
                    // SAFETY: a live object.
                    assert_eq!(unsafe { (*object(target)).shape() }, i as u32);
                } else {
                    cleared += usize::from(target == EMPTY);
                }
            }
            // A stale word on the stack may keep one or two.
            assert!(cleared >= 48, "{cleared}");
        });
    }
}

#[test]
fn external_memory_drives_collections() {
    let config = Config {
        external_nursery: 1 << 20,
        ..Config::default()
    };
    with_heap(config, |m| {
        for _ in 0..200_000 {
            dropped(m);
            m.heap().account_external(100);
        }
        let stats = m.heap().stats();
        // 20 MB external against about 9 MB of objects.
        assert!(
            stats.nursery_collections + stats.full_collections >= 10,
            "{stats:?}"
        );
        m.collect(Kind::Full);
        let stats = m.heap().stats();
        assert!(stats.external_bytes < 100_000, "{stats:?}");
    });
}

#[test]
fn the_limit_fails_large_allocations_and_flags_small_ones() {
    let config = Config {
        limit: Some(32 << 20),
        ..Config::default()
    };
    with_heap(config, |m| {
        assert!(m.alloc_sized(64 << 20, 0, 0).is_err());
        assert!(m.alloc_sized(usize::MAX / 2, 0, 0).is_err());
        // Garbage does not count.
        for _ in 0..100 {
            node(m, 1 << 20, 0);
        }
        assert_eq!(m.poll_word().load(Relaxed) & POLL_MEMORY, 0);
        let mut n = 0;
        while m.poll_word().load(Relaxed) & POLL_MEMORY == 0 {
            let cell = node(m, 10, 0);
            push_root(m, word(cell));
            n += 1;
            assert!(n < 1_000_000);
        }
        assert!(n * 96 > 16 << 20, "{n}");
    });
}

#[test]
fn more_than_the_address_space_is_refused() {
    with_heap(
        Config {
            reserve: 64 << 20,
            ..Config::default()
        },
        |m| {
            assert!(m.alloc_sized(80 << 20, 0, 0).is_err());
            let kept = node(m, 4 << 20, 0);
            push_root(m, word(kept));
            assert!(m.alloc_sized(40 << 20, 0, 0).is_err());
            assert!(m.alloc_sized(10 << 20, 0, 0).is_ok());
        },
    );
}

#[test]
fn tracked_objects_are_reported_when_they_die() {
    use std::sync::Mutex;

    /// Retains what dies the first time, like a finalizer; lets it go the second time.
    #[derive(Default)]
    struct Finalizing {
        retained: Mutex<Vec<u32>>,
        gone: Mutex<Vec<u32>>,
    }
    impl krait_heap::ObjectModel for Finalizing {
        type MutatorData = ();
        unsafe fn trace(&self, object: *mut krait_heap::Header, t: &mut krait_heap::Tracer<'_>) {
            // SAFETY: the test's objects have one slot.
            t.word(unsafe { *(object as *const u64).add(1) });
        }
        fn needs_drop(_: u8) -> bool {
            false
        }
        unsafe fn drop_object(&self, _: *mut krait_heap::Header) {}
        unsafe fn trace_roots(&self, _: &mut krait_heap::Tracer<'_>) {}
        unsafe fn trace_mutator(&self, _: *mut (), _: &mut krait_heap::Tracer<'_>) {}
        unsafe fn after_marking(&self, w: &mut krait_heap::WeakPhase<'_>) {
            for object in w.take_dead() {
                // SAFETY: dead, but not swept yet.
                let header = unsafe { &*object };
                if header.set_sticky(krait_heap::sticky::FINALIZED) & krait_heap::sticky::FINALIZED
                    == 0
                {
                    w.retain(object);
                    w.track(object);
                    self.retained.lock().unwrap().push(header.shape());
                } else {
                    self.gone.lock().unwrap().push(header.shape());
                }
            }
        }
    }

    #[inline(never)]
    fn make(m: &mut Mutator<Finalizing>) {
        let mut before = EMPTY;
        for i in 0..100 {
            let object = m.alloc(16, i, 0);
            // SAFETY: word 1 is the slot.
            unsafe { (object as *mut u64).add(1).write(before) };
            m.track(object);
            before = word(object);
        }
    }

    let heap = Heap::new(checked(), Finalizing::default()).unwrap();
    let mut m = Box::new(Mutator::new(&heap));
    // SAFETY: boxed; the data is never looked at.
    unsafe { m.attach(std::ptr::null_mut()) };
    make(&mut m);
    scrub_stack();
    m.collect(Kind::Nursery);
    let mut retained = heap.model().retained.lock().unwrap().clone();
    assert!(retained.len() >= 98, "{}", retained.len());
    assert!(heap.model().gone.lock().unwrap().is_empty());
    // They are old now: a nursery collection does not look at them, a full one does.
    m.collect(Kind::Nursery);
    assert!(heap.model().gone.lock().unwrap().is_empty());
    m.collect(Kind::Full);
    let mut gone = heap.model().gone.lock().unwrap().clone();
    retained.sort();
    gone.sort();
    assert!(gone.len() >= 98 && gone.iter().all(|g| retained.contains(g)));
}
