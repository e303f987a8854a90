//! How many of the dead counting references would have left behind.
//!
//! `gc.collect()` says how many objects it found unreachable, and in CPython these are only the ones in
//! cycles, with what only they hold: everything else was freed before, when its last reference went.
//! Programs ask for 0. So when somebody asks, references among the dead are counted, and objects that
//! nothing dead refers to are taken away until there are no more (Kahn's algorithm).

use std::collections::TryReserveError;

use crate::address_map::AddressMap;
use crate::header::Header;
use crate::heap::{Heap, ObjectModel};
use crate::tracer::Tracer;

impl<M: ObjectModel> Heap<M> {
    /// The number of unreachable objects for which `is_counted` holds, without those that counting references
    /// would have freed (with them, if there is no memory to tell them apart).
    ///
    /// # Safety
    /// The world is stopped, cursors are synchronised, and everything reachable is marked.
    pub(crate) unsafe fn count_cyclic(
        &self,
        tracer: &Tracer<'_>,
        is_counted: fn(*const Header) -> bool,
    ) -> u64 {
        let is_dead = |object: *mut Header| !tracer.is_marked(object as usize);
        // SAFETY: passed on.
        if let Ok(count) = unsafe { self.try_count_cyclic(tracer, is_counted) } {
            return count;
        }
        let mut all = 0;
        self.space
            .each_object(|object| all += u64::from(is_dead(object) && is_counted(object)));
        all
    }

    /// # Safety
    /// As [`Heap::count_cyclic`].
    unsafe fn try_count_cyclic(
        &self,
        tracer: &Tracer<'_>,
        is_counted: fn(*const Header) -> bool,
    ) -> Result<u64, TryReserveError> {
        // SAFETY: objects of this heap; the world is stopped.
        let trace = &|object, tracer: &mut Tracer<'_>| unsafe { self.model.trace(object, tracer) };
        let is_dead = |object: *mut Header| !tracer.is_marked(object as usize);
        let mut number = 0;
        self.space
            .each_object(|object| number += usize::from(is_dead(object)));
        let mut references: AddressMap<usize, *mut Header> = AddressMap::default();
        references.try_reserve(number)?;
        let mut dead: Vec<*mut Header> = Vec::new();
        dead.try_reserve_exact(number)?;
        self.space.each_object(|object| {
            if is_dead(object) {
                references.insert(object, 0);
                dead.push(object);
            }
        });
        let mut found = Vec::new();
        for &object in &dead {
            found.clear();
            tracer.collect(object, trace, &mut found);
            for target in &found {
                if let Some(count) = references.get_mut(target) {
                    *count += 1;
                }
            }
        }
        let mut free: Vec<*mut Header> = dead;
        free.retain(|object| references[object] == 0);
        while let Some(object) = free.pop() {
            references.remove(&object);
            found.clear();
            tracer.collect(object, trace, &mut found);
            for &target in &found {
                if let Some(count) = references.get_mut(&target) {
                    *count -= 1;
                    if *count == 0 {
                        free.push(target);
                    }
                }
            }
        }
        Ok(references.keys().filter(|&&o| is_counted(o)).count() as u64)
    }
}
