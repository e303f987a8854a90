//! A toy object model: nodes with counted slots, some of which need dropping, some weak references.
#![allow(dead_code)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use krait_heap::{
    Config, Header, Heap, Mutator, ObjectModel, PTR_TAG, TAG_MASK, Tracer, WeakPhase,
};

/// Word 1: number of slots; words 2..: slots.
pub const NODE: u8 = 1;
/// Like NODE; word 2 is an id (odd, so no reference), counted when dropped.
pub const DROPPED: u8 = 2;
/// Word 1: a word held weakly, cleared when the target dies.
pub const WEAK: u8 = 3;

pub const EMPTY: u64 = 6;

#[derive(Default)]
pub struct Toy {
    pub roots: Mutex<Vec<u64>>,
    pub weak: Mutex<Vec<u64>>,
    pub drops: Mutex<Vec<u32>>,
    pub released: AtomicUsize,
}

#[derive(Default)]
pub struct Thread {
    pub registers: Vec<u64>,
}

pub type ToyHeap = Heap<Toy>;
pub type ToyMutator = Mutator<Toy>;

impl ObjectModel for Toy {
    type MutatorData = Thread;

    unsafe fn trace(&self, obj: *mut Header, t: &mut Tracer<'_>) {
        // SAFETY: the toy's objects have the layout that the constants above say.
        unsafe {
            if matches!((*obj).kind(), NODE | DROPPED) {
                let words = obj as *const u64;
                t.words(words.add(2), *words.add(1) as usize);
            }
        }
    }

    fn needs_drop(kind: u8) -> bool {
        kind == DROPPED
    }

    unsafe fn drop_object(&self, obj: *mut Header) {
        // SAFETY: a DROPPED object.
        let id = unsafe { *(obj as *const u64).add(2) } >> 1;
        self.drops.lock().unwrap()[id as usize] += 1;
        self.released.fetch_add(100, Relaxed);
    }

    unsafe fn trace_roots(&self, t: &mut Tracer<'_>) {
        for &word in self.roots.lock().unwrap().iter() {
            t.word(word);
        }
        for &word in self.weak.lock().unwrap().iter() {
            t.word(word);
        }
    }

    unsafe fn trace_mutator(&self, m: *mut Thread, t: &mut Tracer<'_>) {
        if !m.is_null() {
            // SAFETY: attached with a valid pointer.
            for &word in unsafe { &(*m).registers } {
                t.word(word);
            }
        }
    }

    unsafe fn after_marking(&self, w: &mut WeakPhase<'_>) {
        for &weak in self.weak.lock().unwrap().iter() {
            let cell = object(weak) as *mut u64;
            // SAFETY: a WEAK object, kept alive by trace_roots.
            unsafe {
                if !w.is_live_word(*cell.add(1)) {
                    *cell.add(1) = EMPTY;
                }
            }
        }
    }

    fn take_released_bytes(&self) -> usize {
        self.released.swap(0, Relaxed)
    }
}

pub fn object(word: u64) -> *mut Header {
    assert_eq!(word & TAG_MASK, PTR_TAG, "{word:#x} is no reference");
    (word - PTR_TAG) as *mut Header
}

pub fn word(object: *mut Header) -> u64 {
    object as u64 + PTR_TAG
}

/// A config that collects a lot and checks everything.
pub fn checked() -> Config {
    Config {
        nursery: 64 << 10,
        min_growth: 256 << 10,
        verify: true,
        ..Config::default()
    }
}

/// Runs `f` with a heap and an attached mutator.
pub fn with_heap<R>(config: Config, f: impl FnOnce(&mut ToyMutator) -> R) -> R {
    let heap = Heap::new(config, Toy::default()).unwrap();
    let mut m = Box::new(Mutator::new(&heap));
    // SAFETY: boxed, so it does not move; null data is allowed by the toy.
    unsafe { m.attach(std::ptr::null_mut()) };
    f(&mut m)
}

/// A node with `len` EMPTY slots.
pub fn node(m: &mut ToyMutator, len: usize, shape: u32) -> *mut Header {
    node_of(m, len, shape, NODE)
}

pub fn node_of(m: &mut ToyMutator, len: usize, shape: u32, kind: u8) -> *mut Header {
    let obj = m.alloc_sized(16 + 8 * len, shape, kind).unwrap();
    let words = obj as *mut u64;
    // SAFETY: the object has 2 + len words.
    unsafe {
        for i in 0..len {
            words.add(2 + i).write(EMPTY);
        }
        words.add(1).write(len as u64);
    }
    obj
}

/// A DROPPED object with a fresh id, and one slot for a reference.
pub fn dropped(m: &mut ToyMutator) -> *mut Header {
    let id = {
        let mut drops = m.heap().model().drops.lock().unwrap();
        drops.push(0);
        drops.len() as u64 - 1
    };
    let obj = node_of(m, 2, 0, DROPPED);
    // SAFETY: slot 0 is word 2.
    unsafe { (obj as *mut u64).add(2).write(id << 1 | 1) };
    obj
}

pub fn slot(obj: *mut Header, i: usize) -> *mut u64 {
    // SAFETY: the caller's index is in range (checked).
    unsafe {
        assert!((i as u64) < *(obj as *const u64).add(1));
        (obj as *mut u64).add(2 + i)
    }
}

pub fn get(obj: *mut Header, i: usize) -> u64 {
    // SAFETY: a slot of a live object.
    unsafe { AtomicU64::from_ptr(slot(obj, i)) }.load(Relaxed)
}

pub fn set(m: &mut ToyMutator, obj: *mut Header, i: usize, value: u64) {
    set_without_barrier(obj, i, value);
    m.write_barrier(obj);
}

pub fn set_without_barrier(obj: *mut Header, i: usize, value: u64) {
    // SAFETY: a slot of a live object.
    unsafe { AtomicU64::from_ptr(slot(obj, i)) }.store(value, Relaxed);
}

pub fn push_root(m: &ToyMutator, value: u64) {
    m.heap().model().roots.lock().unwrap().push(value);
}

pub fn root(m: &ToyMutator, i: usize) -> u64 {
    m.heap().model().roots.lock().unwrap()[i]
}

/// A small deterministic generator (xorshift).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() >> 11) as usize % n
    }
}

/// Overwrites what earlier calls left on the stack below this frame.
#[inline(never)]
pub fn scrub_stack() {
    let mut area = [0u64; 4096];
    std::hint::black_box(&mut area);
}

/// The shape of the live object that a word refers to.
pub fn shape(value: u64) -> u32 {
    // SAFETY: the callers' objects are alive.
    unsafe { (*object(value)).shape() }
}

/// The collector's byte of the live object that a word refers to.
pub fn state(value: u64) -> u8 {
    // SAFETY: the callers' objects are alive.
    unsafe { (*object(value)).gc_state() }
}
