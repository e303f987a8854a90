//! Small benchmarks of the collector: `cargo run --release -p krait-heap --example churn [name]`.
//!
//! `churn`: short-lived 32-byte objects. `trees`: binary-trees 18. `pause`: nursery pauses with ten million
//! live objects and random stores into them. `startup`: making a heap.

use std::hint::black_box;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use krait_heap::{Config, Header, Heap, Kind, Mutator, ObjectModel, PTR_TAG, Tracer, WeakPhase};

/// Processor time so far: what a busy machine does not distort much.
fn cpu() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: fills the structure it is given.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Two words of references after the header's; kind 1 has a third word that is none, kind 2 is an array with
/// its length in word 1.
struct Pairs {
    roots: Mutex<Vec<u64>>,
}

impl ObjectModel for Pairs {
    type MutatorData = ();

    unsafe fn trace(&self, obj: *mut Header, t: &mut Tracer<'_>) {
        // SAFETY: the layouts above; bodies start out zero.
        unsafe {
            let words = obj as *const u64;
            if (*obj).kind() == 2 {
                t.words(words.add(2), *words.add(1) as usize);
            } else {
                t.word(*words.add(1));
                t.word(*words.add(2));
            }
        }
    }

    fn needs_drop(_: u8) -> bool {
        false
    }

    unsafe fn drop_object(&self, _: *mut Header) {}

    unsafe fn trace_roots(&self, t: &mut Tracer<'_>) {
        self.roots
            .lock()
            .unwrap()
            .iter()
            .for_each(|&word| t.word(word));
    }

    unsafe fn trace_mutator(&self, _: *mut (), _: &mut Tracer<'_>) {}

    unsafe fn after_marking(&self, _: &mut WeakPhase<'_>) {}
}

type M = Mutator<Pairs>;

fn with_mutator(config: Config, f: impl FnOnce(&mut M)) {
    let heap = Heap::new(
        config,
        Pairs {
            roots: Mutex::new(Vec::new()),
        },
    )
    .unwrap();
    let mut m = Box::new(Mutator::new(&heap));
    // SAFETY: boxed; the data is not used.
    unsafe { m.attach(std::ptr::null_mut()) };
    f(&mut m);
}

#[inline(always)]
fn pair(m: &mut M, size: usize, a: u64, b: u64) -> u64 {
    let obj = m.alloc(size, 1, 1) as *mut u64;
    // SAFETY: at least three words.
    unsafe {
        obj.add(1).write(a);
        obj.add(2).write(b);
    }
    obj as u64 + PTR_TAG
}

fn churn(config: Config) {
    with_mutator(config, |m| {
        let n = 100_000_000u64;
        let start = cpu();
        for i in 0..n {
            black_box(pair(m, 32, i << 2 | 1, 0));
        }
        let ns = (cpu() - start).as_nanos() as f64 / n as f64;
        println!("churn: {ns:.2} ns/object  {:?}", m.heap().stats());
    });
}

fn tree(m: &mut M, depth: u32) -> u64 {
    if depth == 0 {
        return pair(m, 32, 0, 0);
    }
    let left = tree(m, depth - 1);
    let right = tree(m, depth - 1);
    pair(m, 32, left, right)
}

fn check(tree: u64) -> u32 {
    // SAFETY: a live pair.
    let (a, b) = unsafe {
        let obj = (tree - PTR_TAG) as *const u64;
        (*obj.add(1), *obj.add(2))
    };
    if a == 0 { 1 } else { 1 + check(a) + check(b) }
}

fn trees(config: Config) {
    with_mutator(config, |m| {
        let start = cpu();
        let (min, max) = (4, 18);
        black_box(check(tree(m, max + 1)));
        let long_lived = black_box(tree(m, max));
        for depth in (min..=max).step_by(2) {
            let n = 1 << (max - depth + min);
            let mut total = 0;
            for _ in 0..n {
                total += check(tree(m, depth));
            }
            black_box(total);
        }
        assert_eq!(check(long_lived), (1 << (max + 1)) - 1);
        println!(
            "trees 18: {:.3} s  {:?}",
            (cpu() - start).as_secs_f64(),
            m.heap().stats()
        );
    });
}

fn pause(config: Config) {
    with_mutator(config, |m| {
        let count = 10_000_000usize;
        let array = m.alloc_sized(16 + count * 8, 1, 2).unwrap() as *mut u64;
        m.heap()
            .model()
            .roots
            .lock()
            .unwrap()
            .push(array as u64 + PTR_TAG);
        // SAFETY: the array has count slots after its length.
        unsafe { array.add(1).write(count as u64) };
        let start = Instant::now();
        for i in 0..count {
            let obj = pair(m, 32, 0, 0);
            // SAFETY: in range.
            let slot = unsafe { array.add(2 + i) };
            // SAFETY: in range.
            unsafe { slot.write(obj) };
            m.write_barrier_slot(array.cast(), slot);
        }
        m.collect(Kind::Full);
        println!("built in {:?}: {:?}", start.elapsed(), m.heap().stats());
        let (mut pauses, mut last, mut seed) = (Vec::new(), m.heap().stats(), 1u64);
        while pauses.len() < 300 {
            for _ in 0..1000 {
                seed = seed
                    .wrapping_mul(6364136223846793005)
                    .wrapping_add(1442695040888963407);
                let at = (seed >> 33) as usize % count;
                let fresh = pair(m, 32, 0, 0);
                // SAFETY: in range; the pair there is live.
                unsafe {
                    let holder = (*array.add(2 + at) - PTR_TAG) as *mut u64;
                    holder.add(1).write(fresh);
                    m.write_barrier(holder.cast());
                }
                for _ in 0..10 {
                    black_box(pair(m, 32, 0, 0));
                }
            }
            let stats = m.heap().stats();
            if stats.nursery_collections > last.nursery_collections {
                pauses.push(stats.last_pause);
            }
            last = stats;
        }
        pauses.sort();
        println!(
            "nursery pause: median {:?} max {:?}",
            pauses[150], pauses[299]
        );
        println!("{:?}", m.heap().stats());
    });
}

fn startup(config: Config) {
    let best = (0..100)
        .map(|_| {
            let start = Instant::now();
            with_mutator(config.clone(), |m| {
                black_box(pair(m, 32, 0, 0));
            });
            start.elapsed()
        })
        .min()
        .unwrap_or(Duration::ZERO);
    println!("startup, one allocation, shutdown: {best:?}");
}

fn main() {
    let mut config = Config::default();
    if let Some(kb) = std::env::var("NURSERY_KB")
        .ok()
        .and_then(|v| v.parse::<usize>().ok())
    {
        config.nursery = kb << 10;
    }
    let name = std::env::args().nth(1);
    let wanted = |run| name.as_deref().is_none_or(|name| name == run);
    if wanted("startup") {
        startup(config.clone());
    }
    if wanted("churn") {
        churn(config.clone());
    }
    if wanted("trees") {
        trees(config.clone());
    }
    if wanted("pause") {
        pause(config);
    }
}
