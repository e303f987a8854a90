//! After marking: weak references and finalizers.

use std::collections::TryReserveError;

use crate::address_map::AddressMap;
use crate::header::{Header, PTR_TAG, TAG_MASK};
use crate::heap::Kind;
use crate::order::Walk;
use crate::segments::Segments;
use crate::tracer::Tracer;

/// Objects whose death the runtime wants to hear of, by generation.
#[derive(Default)]
pub(crate) struct Tracked {
    pub(crate) young: Segments<*mut Header>,
    old: Segments<*mut Header>,
}

// SAFETY: only followed while all threads are stopped.
unsafe impl Send for Tracked {}

impl Tracked {
    /// Old ones first.
    pub(crate) fn lists(&self) -> [&Segments<*mut Header>; 2] {
        [&self.old, &self.young]
    }
}

/// After marking: the model looks at its weak references and finalizers.
pub struct WeakPhase<'a> {
    pub(crate) tracer: Tracer<'a>,
    /// `ObjectModel::trace` until nothing is left, with the model's type erased.
    pub(crate) drain: &'a dyn Fn(&mut Tracer<'_>),
    /// `ObjectModel::trace`, likewise.
    pub(crate) trace: &'a dyn Fn(*mut Header, &mut Tracer<'_>),
    pub(crate) tracked: Tracked,
}

impl<'a> WeakPhase<'a> {
    /// Which collection this is. In a nursery collection every old object counts as live.
    pub fn kind(&self) -> Kind {
        self.tracer.kind()
    }

    /// Whether the object survives this collection (statics always do).
    #[inline]
    pub fn is_live(&self, object: *const Header) -> bool {
        self.tracer.is_marked(object as usize)
    }

    /// Like [`WeakPhase::is_live`], for a word; words that are no references are live.
    #[inline]
    pub fn is_live_word(&self, word: u64) -> bool {
        word & TAG_MASK != PTR_TAG || self.tracer.is_marked((word - PTR_TAG) as usize)
    }

    /// Keeps an object that would have died, and all that it reaches; returns whether it would have died.
    pub fn retain(&mut self, object: *mut Header) -> bool {
        if self.is_live(object) {
            return false;
        }
        self.tracer.object(object);
        (self.drain)(&mut self.tracer);
        true
    }

    /// Retains objects that are to be finalized, and puts each before those that it reaches. Otherwise they keep
    /// their order, as the members of a cycle do.
    pub fn retain_outer_first(&mut self, objects: &mut [*mut Header]) {
        if objects.len() > 1 {
            // Without memory for it, there is no order.
            let _ = self.sort_outer_first(objects);
        }
        for &mut object in objects {
            self.retain(object);
        }
    }

    fn sort_outer_first(&self, objects: &mut [*mut Header]) -> Result<(), TryReserveError> {
        let mut places: AddressMap<usize, *mut Header> = AddressMap::default();
        places.try_reserve(objects.len())?;
        places.extend(objects.iter().enumerate().map(|(i, &o)| (o, i)));
        let mut inner_first: Vec<*mut Header> = Vec::new();
        inner_first.try_reserve_exact(objects.len())?;
        let mut walk = Walk::new(&self.tracer, self.trace);
        for &start in objects.iter().rev() {
            walk.from(start, &mut |component| {
                let first = inner_first.len();
                inner_first.extend(component.iter().filter(|&o| places.contains_key(o)));
                // The whole list is turned round below.
                inner_first[first..].sort_unstable_by_key(|o| std::cmp::Reverse(places[o]));
            })?;
        }
        debug_assert_eq!(inner_first.len(), objects.len());
        for (place, object) in objects.iter_mut().zip(inner_first.into_iter().rev()) {
            *place = object;
        }
        Ok(())
    }

    /// The [tracked](crate::Mutator::track) objects that are dead by now; they are tracked no longer. Looks at
    /// young ones only in a nursery collection. To be called before the first [`WeakPhase::retain`], which may
    /// revive some of them.
    pub fn take_dead(&mut self) -> Segments<*mut Header> {
        self.take_dead_if(|_| true)
    }

    /// The same without those that are not `wanted`, which are tracked no longer either.
    pub fn take_dead_if(&mut self, wanted: impl Fn(*mut Header) -> bool) -> Segments<*mut Header> {
        let mut dead = Segments::new();
        let Tracked { young, old } = &mut self.tracked;
        let tracer = &self.tracer;
        let mut keep = |&object: &*mut Header| {
            let live = tracer.is_marked(object as usize);
            if !live && wanted(object) {
                dead.push(object);
            }
            live
        };
        young.retain(&mut keep);
        if tracer.kind() == Kind::Full {
            old.retain(&mut keep);
        }
        dead
    }

    /// Tracks an object (again): one that was retained, say, and still has weak references.
    pub fn track(&mut self, object: *mut Header) {
        self.tracked.young.push(object);
    }

    /// Ends the phase: what is live is old from now on, what is dead is forgotten.
    pub(crate) fn finish(mut self) -> (Tracer<'a>, Tracked) {
        self.take_dead();
        let Tracked { young, old } = &mut self.tracked;
        old.append(young);
        (self.tracer, self.tracked)
    }
}
