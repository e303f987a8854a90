//! The order in which the dead are finalized: what refers to others first.
//!
//! Counting references, an outer object dies before what it holds: a buffer still finds its file open.
//! So does it here. The objects that finalizers keep are walked depth first for strongly connected
//! components (Tarjan's algorithm), which come out innermost first. Members of one component, a cycle,
//! keep the order in which they were given. Where there is no memory for the walk, all do.

use std::collections::TryReserveError;

use crate::address_map::AddressMap;
use crate::header::Header;
use crate::tracer::Tracer;

/// An object on the way from the start to the one being looked at.
struct Entered {
    object: *mut Header,
    number: u32,
    /// Its references from here on are yet to be followed; they stand in `Walk::references`.
    next: usize,
    end: usize,
}

/// The walk; see the module.
pub(crate) struct Walk<'w, 'a> {
    tracer: &'w Tracer<'a>,
    trace: &'w dyn Fn(*mut Header, &mut Tracer<'_>),
    /// Number of each object that was reached, in order of reaching.
    numbers: AddressMap<u32>,
    /// By number: the least number of an unfinished object known to be reached from it; `DONE` once its component is
    /// complete.
    lowest: Vec<u32>,
    /// Reached, but the component is not complete.
    open: Vec<*mut Header>,
    path: Vec<Entered>,
    references: Vec<*mut Header>,
}

const DONE: u32 = u32::MAX;
/// References for which there has to be memory before an object is looked at.
const REFERENCES: usize = 1 << 10;

impl<'w, 'a> Walk<'w, 'a> {
    pub(crate) fn new(
        tracer: &'w Tracer<'a>,
        trace: &'w dyn Fn(*mut Header, &mut Tracer<'_>),
    ) -> Walk<'w, 'a> {
        Walk {
            tracer,
            trace,
            numbers: AddressMap::default(),
            lowest: Vec::new(),
            open: Vec::new(),
            path: Vec::new(),
            references: Vec::new(),
        }
    }

    /// Visits all of the dead that is reached from `start`; `complete` gets the components, innermost first.
    /// Marks nothing.
    pub(crate) fn from(
        &mut self,
        start: *mut Header,
        complete: &mut dyn FnMut(&[*mut Header]),
    ) -> Result<(), TryReserveError> {
        if !self.numbers.contains_key(&(start as usize)) {
            self.enter(start)?;
        }
        while let Some(at) = self.path.last_mut() {
            if at.next < at.end {
                let reference = self.references[at.next];
                at.next += 1;
                let number = at.number as usize;
                match self.numbers.get(&(reference as usize)) {
                    Some(&n) if self.lowest[n as usize] != DONE => {
                        self.lowest[number] = self.lowest[number].min(n);
                    }
                    // In a complete component, or alive without any finalizer.
                    Some(_) => {}
                    None => self.enter(reference)?,
                }
                continue;
            }
            self.leave(complete);
        }
        Ok(())
    }

    fn enter(&mut self, object: *mut Header) -> Result<(), TryReserveError> {
        if self.tracer.is_marked(object as usize) {
            return Ok(());
        }
        self.numbers.try_reserve(1)?;
        self.lowest.try_reserve(1)?;
        self.open.try_reserve(1)?;
        self.path.try_reserve(1)?;
        // Enough for all but the largest containers.
        self.references.try_reserve(REFERENCES)?;
        let number = self.lowest.len() as u32;
        self.numbers.insert(object as usize, number);
        self.lowest.push(number);
        self.open.push(object);
        let next = self.references.len();
        self.tracer
            .collect(object, self.trace, &mut self.references);
        let end = self.references.len();
        self.path.push(Entered {
            object,
            number,
            next,
            end,
        });
        Ok(())
    }

    fn leave(&mut self, complete: &mut dyn FnMut(&[*mut Header])) {
        let Some(left) = self.path.pop() else { return };
        // What was collected for objects behind it is gone already.
        let first = self.path.last().map_or(0, |outer| outer.end);
        self.references.truncate(first);
        let lowest = self.lowest[left.number as usize];
        if let Some(outer) = self.path.last() {
            let outer = &mut self.lowest[outer.number as usize];
            *outer = (*outer).min(lowest);
        }
        if lowest != left.number {
            return;
        }
        let from = self.open.iter().rposition(|&o| o == left.object);
        let from = from.unwrap_or(0);
        complete(&self.open[from..]);
        for object in self.open.drain(from..) {
            self.lowest[self.numbers[&(object as usize)] as usize] = DONE;
        }
    }
}
