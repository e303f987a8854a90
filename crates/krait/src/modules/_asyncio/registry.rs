//! Which tasks are not done yet: `all_tasks()` asks.
//!
//! The list holds tasks weakly. Each task knows its place in it; after marking, the collector's threads
//! standing still, the dead are taken out.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard};

use krait_heap::{Header, WeakPhase};
use krait_runtime::cx::Interpreter;
use krait_stdlib::prelude::*;

use super::task::TaskRef;

/// The addresses of the tasks.
#[derive(Default)]
pub struct Registry(Mutex<Vec<usize>>);

impl Registry {
    /// Whoever holds this does not allocate: the collector wants it, too.
    fn lock(&self) -> MutexGuard<'_, Vec<usize>> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
}

/// The task at an address of the list.
fn task(address: usize) -> TaskRef {
    // SAFETY: what is in the list is alive, or dead and not yet freed: the collection that finds a task
    // dead takes it out.
    unsafe { Gc::from_ptr(address as *mut _) }
}

pub fn register(cx: &Cx, t: TaskRef) {
    let mut list = cx.state::<Registry>().lock();
    if t.place.load(Ordering::Relaxed) == 0 {
        list.push(t.as_ptr() as usize);
        t.place.store(list.len(), Ordering::Relaxed);
    }
}

pub fn unregister(cx: &Cx, t: TaskRef) {
    if t.place.load(Ordering::Relaxed) == 0 {
        return;
    }
    let mut list = cx.state::<Registry>().lock();
    let place = t.place.swap(0, Ordering::Relaxed);
    if place == 0 {
        return;
    }
    list.swap_remove(place - 1);
    if let Some(&moved) = list.get(place - 1) {
        task(moved).place.store(place, Ordering::Relaxed);
    }
}

/// All tasks in the list.
pub fn all(cx: &mut Cx) -> PyResult<ValueVec> {
    let registry = cx.state::<Registry>();
    loop {
        let room = registry.lock().len();
        let mut found = ValueVec::with_capacity(cx, room)?;
        let list = registry.lock();
        if list.len() > room {
            // Others came meanwhile; nothing is allocated under the lock.
            continue;
        }
        for &address in list.iter() {
            found.push(cx, Value::from_object(address as *const Header))?;
        }
        return Ok(found);
    }
}

/// Forgets the dead. Called with the world stopped.
pub fn after_marking(interp: &Interpreter, weak: &mut WeakPhase<'_>) {
    let Some(registry) = interp.existing_state::<Registry>() else {
        return;
    };
    let mut list = registry.lock();
    let before = list.len();
    list.retain(|&address| weak.is_live(address as *const Header));
    if list.len() < before {
        for (i, &address) in list.iter().enumerate() {
            task(address).place.store(i + 1, Ordering::Relaxed);
        }
    }
}
