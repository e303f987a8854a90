//! The heap verifier.
//!
//! It walks every object and looks at every reference the model reports:
//!
//! - at any time, a reference must lead to the start of an object, and an old object may refer to a young one
//!   only if a log says so (else a write barrier was skipped);
//! - right after marking, what a surviving object or a root refers to must survive as well. This is a full,
//!   non-generational check of what a nursery collection decided from the logs.

use std::collections::HashSet;
use std::fmt;
use std::sync::atomic::AtomicU64;

use crate::header::{Header, gc_state};
use crate::space::Space;

/// Pattern of freed memory in verify mode: tagged as a reference to a non-canonical address, so that whoever
/// follows it faults, and the verifier recognises it.
pub const POISON: u64 = 0xfbad_fbad_fbad_fbaa;

/// What the verifier has to say about one reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The target is inside the heap's range but no object starts there.
    NotAnObject,
    /// The word is the pattern of freed memory.
    Poison,
    /// An old object that is in no log refers to a young one.
    MissedBarrier,
    /// The holder survives the collection, the target does not.
    MissedObject,
}

/// An object as it looked to the verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Address of the header.
    pub addr: usize,
    /// Its shape id.
    pub shape: u32,
    /// Its kind.
    pub kind: u8,
}

impl ObjectInfo {
    fn of(addr: usize) -> Self {
        // SAFETY: called only for addresses that resolve to objects, with all threads stopped.
        let header = unsafe { &*(addr as *const Header) };
        ObjectInfo {
            addr,
            shape: header.shape(),
            kind: header.kind(),
        }
    }
}

/// A broken invariant: `holder` (a root if none) has a bad reference to `target`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyError {
    /// What is wrong.
    pub problem: Problem,
    /// The object that holds the reference; `None` for a root.
    pub holder: Option<ObjectInfo>,
    /// The address referred to.
    pub target: usize,
    /// The object there, if there is one.
    pub target_info: Option<ObjectInfo>,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.problem {
            Problem::NotAnObject => "reference to no object",
            Problem::Poison => "reference read from freed memory",
            Problem::MissedBarrier => "old object refers to a young one without a barrier",
            Problem::MissedObject => "live object was not marked",
        };
        write!(f, "heap verifier: {what}: ")?;
        match self.holder {
            Some(o) => write!(
                f,
                "object {:#x} (kind {}, shape {})",
                o.addr, o.kind, o.shape
            )?,
            None => write!(f, "a root")?,
        }
        write!(f, " -> {:#x}", self.target)?;
        if let Some(o) = self.target_info {
            write!(f, " (kind {}, shape {})", o.kind, o.shape)?;
        }
        Ok(())
    }
}

impl std::error::Error for VerifyError {}

/// What a successful verification saw.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct VerifyStats {
    /// Objects walked.
    pub objects: usize,
    /// References checked.
    pub references: usize,
}

/// The rule to check references by.
pub(crate) enum Rule {
    /// Between collections; targets that the slot logs account for.
    Barriers { logged_targets: HashSet<usize> },
    /// After marking into this bitmap, before sweeping.
    Marked { bits: *const AtomicU64 },
}

pub(crate) struct Checker {
    rule: Rule,
    holder: Option<usize>,
    holder_may_see_young: bool,
    pub(crate) stats: VerifyStats,
    pub(crate) error: Option<VerifyError>,
}

impl Checker {
    pub(crate) fn new(rule: Rule) -> Self {
        Checker {
            rule,
            holder: None,
            holder_may_see_young: true,
            stats: VerifyStats::default(),
            error: None,
        }
    }

    /// Says whose references come next; returns whether they are to be checked at all.
    pub(crate) fn enter(&mut self, space: &Space, object: *mut Header) -> bool {
        let addr = object as usize;
        self.holder = Some(addr);
        let live = space.test(space.live_map(), addr - space.base());
        match self.rule {
            Rule::Barriers { .. } => {
                // SAFETY: the caller walks objects of the heap.
                let state = unsafe { &*object }.gc_state();
                self.holder_may_see_young = !live || state != gc_state::OLD;
            }
            Rule::Marked { bits } => {
                if !space.test(bits, addr - space.base()) {
                    return false;
                }
            }
        }
        self.stats.objects += 1;
        true
    }

    /// Checks a reference of the current holder.
    pub(crate) fn reference(&mut self, space: &Space, addr: usize) {
        self.stats.references += 1;
        if self.error.is_some() {
            return;
        }
        if addr as u64 == POISON & !7 {
            return self.fail(Problem::Poison, addr, None);
        }
        if !space.contains(addr) {
            return;
        }
        if space.resolve(addr) != Some(addr) {
            return self.fail(Problem::NotAnObject, addr, None);
        }
        let offset = addr - space.base();
        let problem = match &self.rule {
            Rule::Barriers { logged_targets } => {
                let bad = !self.holder_may_see_young
                    && !space.test(space.live_map(), offset)
                    && !logged_targets.contains(&addr);
                bad.then_some(Problem::MissedBarrier)
            }
            Rule::Marked { bits } => (!space.test(*bits, offset)).then_some(Problem::MissedObject),
        };
        if let Some(problem) = problem {
            self.fail(problem, addr, Some(ObjectInfo::of(addr)));
        }
    }

    fn fail(&mut self, problem: Problem, target: usize, target_info: Option<ObjectInfo>) {
        let holder = self.holder.map(ObjectInfo::of);
        self.error = Some(VerifyError {
            problem,
            holder,
            target,
            target_info,
        });
    }
}

/// Fills freed memory with [`POISON`].
///
/// # Safety
/// `[addr, addr + bytes)` must be free memory of the heap.
pub(crate) unsafe fn poison(addr: usize, bytes: usize) {
    for at in (addr..addr + bytes).step_by(8) {
        // SAFETY: inside the freed cell, aligned.
        unsafe { (at as *mut u64).write(POISON) };
    }
}
