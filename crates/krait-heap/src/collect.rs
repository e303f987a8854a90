//! A collection, from the stop to the resume.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use crate::header::{Header, PTR_TAG, gc_state};
use crate::heap::{Heap, Kind, ObjectModel};
use crate::mutator::{Mutator, POLL_MEMORY};
use crate::reserve::{self, Allocator};
use crate::segments::Segments;
use crate::size_class::GRANULE;
use crate::stack::RED_ZONE;
use crate::tracer::{Tracer, prefetch};
use crate::verify::{Checker, Rule, VerifyError, VerifyStats};
use crate::weak::{Tracked, WeakPhase};
use crate::world::StoppedWorld;

/// How far ahead logged objects are fetched into the cache.
const LOG_PREFETCH: usize = 8;

/// What counts of the frames below the collecting thread's innermost interpreter loop: those of the
/// instruction that collects. They are full of words that earlier calls left there.
enum Frames<'a> {
    /// They are scanned like the rest of the stack.
    Scanned,
    /// They hold no references that are needed.
    Ignored,
    /// They are scanned last; before that the function is told what is live without them.
    Last(&'a mut Ask<'a>),
}

/// Is asked with a test for what is live so far.
type Ask<'a> = dyn FnMut(&dyn Fn(*const Header) -> bool) + 'a;

impl<M: ObjectModel> Mutator<M> {
    /// Collects now, with all threads stopped.
    pub fn collect(&mut self, kind: Kind) {
        self.stop_world(|world| world.collect_stopped(kind, Frames::Scanned));
    }

    /// Collects without a look at the native frames below the innermost [loop](Mutator::enter_loop), so that
    /// what these frames' predecessors left on the stack keeps nothing alive.
    ///
    /// # Safety
    /// Those frames hold no reference that they will use and that is not found elsewhere.
    pub unsafe fn collect_ignoring_frames(&mut self, kind: Kind) {
        self.stop_world(|world| world.collect_stopped(kind, Frames::Ignored));
    }

    /// Collects, and between the two parts of marking tells `ask` what is live for other reasons than words in
    /// the native frames below the innermost [loop](Mutator::enter_loop). The others stay alive as usual if one
    /// of these words leads to them.
    pub fn collect_asking(
        &mut self,
        kind: Kind,
        ask: &mut (dyn FnMut(&dyn Fn(*const Header) -> bool) + '_),
    ) {
        self.stop_world(|world| world.collect_stopped(kind, Frames::Last(ask)));
    }

    /// Collects because the nursery is full, unless another thread just did.
    #[cold]
    pub(crate) fn collect_automatically(&mut self) {
        let heap = self.heap.clone();
        if !heap.is_automatic() && !heap.is_pressed() {
            return;
        }
        let epoch = heap.epoch.load(Relaxed);
        self.stop_world(|world| {
            if heap.epoch.load(Relaxed) != epoch {
                return;
            }
            let kind = match heap.is_full_due() {
                true => Kind::Full,
                false => Kind::Nursery,
            };
            world.collect_stopped(kind, Frames::Scanned);
            let spent = reserve::is_spent();
            if spent {
                Allocator::set_aside();
            }
            if spent || heap.is_pressed() {
                world.mutator.poll().request(POLL_MEMORY);
            }
        });
    }

    /// Checks the whole heap, with all threads stopped: every reference leads to an object, and every old
    /// object that refers to a young one is in a log.
    pub fn verify(&mut self) -> Result<VerifyStats, VerifyError> {
        self.stop_world(|world| {
            world.with_synced_cursors(|world| {
                let heap = world.heap().clone();
                let mutators = world.mutators();
                // SAFETY: the world is stopped.
                let targets = unsafe { heap.logged_targets(&mutators) };
                // SAFETY: the world is stopped and cursors are synchronised.
                unsafe {
                    heap.check(
                        &mutators,
                        Rule::Barriers {
                            logged_targets: targets,
                        },
                    )
                }
            })
        })
    }

    /// Where the frame of the innermost interpreter loop ends and those of its current instruction begin.
    fn loop_base(&self) -> Option<usize> {
        let (entry, sp) = (self.entry.get(), self.sp.get());
        (entry != 0 && sp <= entry && entry <= self.stack.get().base).then_some(entry)
    }

    /// Reports the saved registers and the stack up to `base`.
    ///
    /// # Safety
    /// The thread is stopped, and `base` lies in its stack.
    unsafe fn trace_frames(&self, base: usize, tracer: &mut Tracer<'_>) {
        // SAFETY: the thread is stopped.
        for &word in unsafe { &*self.regs.get() } {
            tracer.conservative_word(word as u64);
        }
        let sp = self.sp.get();
        // Reading on from there would leave the stack's mapping: say what is wrong, do not fault.
        if !self.stack.get().contains(sp) {
            fatal_foreign_stack();
        }
        // SAFETY: the thread is stopped, see above.
        unsafe { tracer.conservative_range(sp - RED_ZONE, base) };
    }

    /// Empties the object and slot logs.
    fn take_logs(&self) -> (Segments<*mut Header>, Segments<*const AtomicU64>) {
        // SAFETY: called while the owning thread is stopped.
        unsafe {
            (
                std::mem::take(&mut *self.log.get()),
                std::mem::take(&mut *self.slots.get()),
            )
        }
    }
}

impl<M: ObjectModel> StoppedWorld<'_, M> {
    fn collect_stopped(&mut self, kind: Kind, frames: Frames<'_>) {
        assert!(!self.mutator.busy.get(), "collection inside the collector");
        let mutators = self.mutators();
        let heap = self.heap().clone();
        self.with_synced_cursors(|world| {
            // SAFETY: the world is stopped, cursors are synchronised.
            unsafe { heap.collect(&mutators, kind, world.mutator, frames) };
            for &m in &mutators {
                // SAFETY: the world is stopped.
                unsafe { (*m).forget_blocks() };
            }
        });
    }
}

impl<M: ObjectModel> Heap<M> {
    /// # Safety
    /// The world must be stopped and cursors synchronised; afterwards the mutators must forget their blocks.
    unsafe fn collect(
        &self,
        mutators: &[*mut Mutator<M>],
        kind: Kind,
        this: &Mutator<M>,
        frames: Frames<'_>,
    ) {
        let start = Instant::now();
        let stack = self.collector().stack.take().unwrap_or_default();
        let mut tracer = Tracer::new(&self.space, kind, stack);
        // SAFETY: the caller stopped the world (this and the following).
        unsafe {
            self.trace_roots(mutators, this, &frames, &mut tracer);
            self.trace_logs(mutators, kind, &mut tracer);
            self.drain(&mut tracer);
            if let (Some(base), Frames::Last(ask)) = (this.loop_base(), frames) {
                ask(&|object| tracer.is_marked(object as usize));
                this.trace_frames(base, &mut tracer);
                self.drain(&mut tracer);
            }
        }
        let counted = self.collector().counted.take();
        if let Some(is_counted) = counted {
            // SAFETY: the world is stopped, and marking is done.
            let count = unsafe { self.count_cyclic(&tracer, is_counted) };
            self.collector().cyclic = count;
        }
        // SAFETY: the world is stopped.
        let tracked = unsafe { self.take_tracked(mutators) };
        let mut weak = WeakPhase {
            tracer,
            drain: &|tracer| self.drain(tracer),
            // SAFETY: objects of this heap; the world is stopped.
            trace: &|object, tracer| unsafe { self.model.trace(object, tracer) },
            tracked,
        };
        // SAFETY: the world is stopped.
        unsafe { self.model.after_marking(&mut weak) };
        let (mut tracer, tracked) = weak.finish();
        self.drain(&mut tracer);
        let bits = tracer.target();
        let stack = tracer.into_stack();
        if self.config.verify {
            // SAFETY: the world is stopped.
            if let Err(error) = unsafe { self.check(mutators, Rule::Marked { bits }) } {
                panic!("{error} (after marking, {kind:?} collection)");
            }
        }
        let swept = match kind {
            Kind::Nursery => self.sweep_nursery(),
            Kind::Full => self.sweep_full(),
        };
        self.external
            .fetch_sub(self.model.take_released_bytes() as isize, Relaxed);
        let young = self.young_bytes.swap(0, Relaxed);
        self.external_young.store(0, Relaxed);
        self.collect_soon.store(false, Relaxed);
        self.paid.fetch_add(young, Relaxed);
        let is_first = self.epoch.fetch_add(1, Relaxed) == 0;
        if kind == Kind::Full {
            self.set_pace();
        }
        if kind == Kind::Full || is_first {
            self.set_early_pace();
        }
        self.set_nursery();
        let mut collector = self.collector();
        collector.stack = Some(stack);
        collector.tracked = tracked;
        let (stats, pause) = (&mut collector.stats, start.elapsed());
        stats.bytes_allocated += young as u64;
        stats.dropped += swept.dropped;
        stats.freed += swept.freed;
        stats.last_pause = pause;
        stats.total_pause += pause;
        match kind {
            Kind::Nursery => {
                stats.nursery_collections += 1;
                stats.max_nursery_pause = stats.max_nursery_pause.max(pause);
            }
            Kind::Full => {
                stats.full_collections += 1;
                stats.live_after_full = self.old_bytes.load(Relaxed);
                stats.max_full_pause = stats.max_full_pause.max(pause);
            }
        }
    }

    #[inline(never)]
    fn drain(&self, tracer: &mut Tracer<'_>) {
        // SAFETY: the tracer yields valid objects; the world is stopped while one exists.
        tracer.drain(|object, tracer| unsafe { self.model.trace(object, tracer) });
    }

    /// # Safety
    /// The world must be stopped.
    unsafe fn trace_roots(
        &self,
        mutators: &[*mut Mutator<M>],
        this: &Mutator<M>,
        frames: &Frames<'_>,
        tracer: &mut Tracer<'_>,
    ) {
        // SAFETY: the caller stopped the world, so stacks stand still, and below each captured stack pointer
        // lies nothing that counts. The red zone is mapped: stacks are contiguous and guard pages lie below.
        unsafe {
            self.model.trace_roots(tracer);
            for &m in mutators {
                let m = &*m;
                let loop_base = match frames {
                    Frames::Scanned => None,
                    _ => m.loop_base().filter(|_| std::ptr::eq(m, this)),
                };
                match loop_base {
                    None => m.trace_frames(m.stack.get().base, tracer),
                    Some(base) => tracer.conservative_range(base, m.stack.get().base),
                }
                for &(sp, base) in &*m.outer_stacks.get() {
                    tracer.conservative_range(sp - RED_ZONE, base);
                }
                self.model.trace_mutator(m.data.get(), tracer);
            }
        }
    }

    /// Old objects that may refer to young ones. A full collection finds everything without them, but the
    /// logs end here all the same: what survives is old and unlogged.
    ///
    /// # Safety
    /// The world must be stopped.
    unsafe fn trace_logs(&self, mutators: &[*mut Mutator<M>], kind: Kind, tracer: &mut Tracer<'_>) {
        let mut world = self.world();
        let mut logs = vec![(
            std::mem::take(&mut world.log),
            std::mem::take(&mut world.slots),
        )];
        drop(world);
        // SAFETY: the world is stopped.
        logs.extend(mutators.iter().map(|&m| unsafe { (*m).take_logs() }));
        if kind == Kind::Full {
            return;
        }
        for (objects, slots) in logs {
            for (objects, i) in objects
                .segments()
                .flat_map(|s| (0..s.len()).map(move |i| (s, i)))
            {
                let ahead = objects.get(i + LOG_PREFETCH);
                prefetch(ahead.map_or(0, |&ahead| ahead as usize));
                let object = objects[i];
                // SAFETY: old objects live at least until a full collection, which empties the logs.
                unsafe {
                    (*object).set_gc_state(gc_state::OLD);
                    self.model.trace(object, tracer);
                }
            }
            for slot in slots {
                // SAFETY: as above, for the object that the slot belongs to.
                tracer.word(unsafe { &*slot }.load(Relaxed));
            }
        }
    }

    /// The tracked objects, those of all threads among the young.
    ///
    /// # Safety
    /// The world must be stopped.
    unsafe fn take_tracked(&self, mutators: &[*mut Mutator<M>]) -> Tracked {
        let mut tracked = std::mem::take(&mut self.collector().tracked);
        tracked.young.append(&mut self.world().tracked);
        for &m in mutators {
            // SAFETY: the world is stopped.
            tracked.young.append(unsafe { &mut *(*m).tracked.get() });
        }
        tracked
    }

    /// The addresses that logged slots refer to.
    ///
    /// # Safety
    /// The world must be stopped.
    unsafe fn logged_targets(&self, mutators: &[*mut Mutator<M>]) -> HashSet<usize> {
        let mut slots: Vec<_> = self.world().slots.iter().copied().collect();
        for &m in mutators {
            // SAFETY: the world is stopped.
            slots.extend(unsafe { &*(*m).slots.get() }.iter());
        }
        slots
            .into_iter()
            // SAFETY: slots in a log belong to old objects, which live until a full collection.
            .map(|slot| unsafe { &*slot }.load(Relaxed).wrapping_sub(PTR_TAG) as usize)
            .collect()
    }

    /// Looks at every reference in the heap and in the precise roots.
    ///
    /// # Safety
    /// The world must be stopped and cursors synchronised.
    unsafe fn check(
        &self,
        mutators: &[*mut Mutator<M>],
        rule: Rule,
    ) -> Result<VerifyStats, VerifyError> {
        let mut checker = Checker::new(rule);
        let mut tracer = Tracer::checking(&self.space, &mut checker);
        // SAFETY: the world is stopped; the walk yields valid objects.
        unsafe {
            self.model.trace_roots(&mut tracer);
            for &m in mutators {
                self.model.trace_mutator((*m).data.get(), &mut tracer);
            }
            self.space.each_object(|object| {
                debug_assert_eq!(object as usize % GRANULE, 0);
                if tracer.enter(object) {
                    self.model.trace(object, &mut tracer);
                }
            });
        }
        match checker.error {
            Some(error) => Err(error),
            None => Ok(checker.stats),
        }
    }
}

#[cold]
fn fatal_foreign_stack() -> ! {
    eprintln!(
        "fatal: collection on a stack that the heap was not told of (Mutator::on_other_stack)"
    );
    std::process::abort();
}
