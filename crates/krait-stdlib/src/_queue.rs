//! `_queue`: the queue behind `queue.SimpleQueue`.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use krait_runtime::heap::Tracer;
use krait_runtime::native::Trace as TraceTrait;
use krait_runtime::sync::Guarded;
use krait_runtime::types::exceptions;
use parking_lot::{Condvar, Mutex};

use crate::prelude::*;
use crate::support::{self, time_arg};

pub static MODULE: ModuleDef = ModuleDef {
    name: "_queue",
    doc: Some("What the module queue is built on; please use that one."),
    types: &[&EMPTY, &SIMPLE_QUEUE],
    ..ModuleDef::DEFAULT
};

static EMPTY: TypeSpec = support::exception_spec(
    "_queue",
    "Empty",
    Some("Exception raised by Queue.get(block=0)/get_nowait()."),
    &exceptions::EXCEPTION,
);

static SIMPLE_QUEUE: TypeSpec = TypeSpec {
    name: "SimpleQueue",
    module: "_queue",
    doc: Some("Simple, unbounded, reentrant FIFO queue."),
    layout: Layout::native::<SimpleQueue>(),
    flags: flags::BASETYPE | flags::WEAKREFABLE,
    defs: &[Methods::DEFS, Generic::DEFS],
    ..TypeSpec::DEFAULT
};

/// A signal's handler has to run within this time although its thread waits.
const SIGNAL_INTERVAL: Duration = Duration::from_millis(50);

/// Counts the items that are there for the taking. An item is queued before it is counted, and
/// whoever counts it off may take one: no lock is held while Python code runs, so `put` can be
/// called from finalizers and signal handlers that interrupt another `put` or `get`.
#[derive(Default)]
struct Permits {
    count: Mutex<usize>,
    more: Condvar,
}

impl Permits {
    fn add(&self) {
        *self.count.lock() += 1;
        self.more.notify_one();
    }

    fn try_take(&self) -> bool {
        let mut count = self.count.lock();
        let some = *count > 0;
        *count -= usize::from(some);
        some
    }

    /// Waits at most `ns` nanoseconds, for ever if negative.
    fn take(&self, cx: &mut Cx, ns: i64) -> PyResult<bool> {
        let deadline = (ns >= 0).then(|| Instant::now() + Duration::from_nanos(ns as u64));
        let is_main = crate::_thread::is_main_thread();
        while !self.try_take() {
            if deadline.is_some_and(|d| Instant::now() >= d) {
                return Ok(false);
            }
            cx.blocking(|| {
                let mut count = self.count.lock();
                if *count == 0 {
                    let pause = is_main.then(|| Instant::now() + SIGNAL_INTERVAL);
                    match [deadline, pause].into_iter().flatten().min() {
                        Some(until) => drop(self.more.wait_until(&mut count, until)),
                        None => self.more.wait(&mut count),
                    }
                }
            });
            if is_main {
                support::check_signals(cx)?;
            }
        }
        Ok(true)
    }
}

/// The items, oldest first.
#[derive(Default)]
// tidy: traced right below.
struct Items(VecDeque<Value>);

// SAFETY: reports every item.
unsafe impl TraceTrait for Items {
    fn trace(&self, t: &mut Tracer<'_>) {
        self.0.iter().for_each(|v| v.trace(t));
    }
}

#[derive(Trace)]
struct SimpleQueue {
    items: Guarded<Items>,
    #[trace(skip)]
    permits: Permits,
}
impl Native for SimpleQueue {
    const PY_NAME: &'static str = "_queue.SimpleQueue";
}

type This = Obj<SimpleQueue>;

fn put(cx: &mut Cx, this: This, item: Value) {
    this.items.lock_owned(cx, this).0.push_back(item);
    this.permits.add();
}

fn get(cx: &mut Cx, this: This, ns: i64) -> PyResult<Value> {
    if this.permits.take(cx, ns)? {
        let item = this.items.lock_owned(cx, this).0.pop_front();
        if let Some(item) = item {
            return Ok(item);
        }
    }
    let class = cx.native_type(&EMPTY)?;
    Err(cx.error_with(class, &[]))
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>) -> Value {
        NativeObj::alloc(
            cx,
            class,
            SimpleQueue {
                items: Guarded::new(Items::default()),
                permits: Permits::default(),
            },
        )
        .value()
    }
    /// Return True if the queue is empty, False otherwise (not reliable!).
    #[py(sig = "($self, /)")]
    fn empty(this: This) -> bool {
        *this.permits.count.lock() == 0
    }
    /// Remove and return an item from the queue.
    ///
    /// If optional args 'block' is true and 'timeout' is None (the default),
    /// block if necessary until an item is available. If 'timeout' is
    /// a non-negative number, it blocks at most 'timeout' seconds and raises
    /// the Empty exception if no item was available within that time.
    /// Otherwise ('block' is false), return an item if one is immediately
    /// available, else raise the Empty exception ('timeout' is ignored
    /// in that case).
    #[py(name = "get", sig = "($self, /, block=True, timeout=None)")]
    fn get_(
        cx: &mut Cx,
        this: This,
        block: Option<bool>,
        timeout: Option<Value>,
    ) -> PyResult<Value> {
        if !block.unwrap_or(true) {
            return get(cx, this, 0);
        }
        let Some(t) = timeout.filter(|t| !t.is_none()) else {
            return get(cx, this, -1);
        };
        let ns = time_arg::nanoseconds(cx, t, time_arg::Rounding::Ceiling)?;
        if ns < 0 {
            return Err(cx.value_error("'timeout' must be a non-negative number"));
        }
        get(cx, this, ns)
    }
    /// Remove and return an item from the queue without blocking.
    ///
    /// Only get an item if one is immediately available. Otherwise
    /// raise the Empty exception.
    #[py(sig = "($self, /)")]
    fn get_nowait(cx: &mut Cx, this: This) -> PyResult<Value> {
        get(cx, this, 0)
    }
    /// Put the item on the queue.
    ///
    /// The optional 'block' and 'timeout' arguments are ignored, as this method
    /// never blocks.  They are provided for compatibility with the Queue class.
    #[py(name = "put", sig = "($self, /, item, block=True, timeout=None)")]
    fn put_(cx: &mut Cx, this: This, item: Value, _block: Option<Value>, _timeout: Option<Value>) {
        put(cx, this, item);
    }
    /// Put an item into the queue without blocking.
    ///
    /// This is exactly equivalent to `put(item)` and is only provided
    /// for compatibility with the Queue class.
    #[py(sig = "($self, /, item)")]
    fn put_nowait(cx: &mut Cx, this: This, item: Value) {
        put(cx, this, item);
    }
    /// Return the approximate size of the queue (not reliable!).
    #[py(sig = "($self, /)")]
    fn qsize(this: This) -> usize {
        *this.permits.count.lock()
    }
}
