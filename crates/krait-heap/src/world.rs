//! Threads: attaching, parking, and stopping the world.
//!
//! Each mutator has a state byte. RUNNING: it may touch the heap. SAFE: it may not, its stack is captured.
//! CLAIMED: SAFE, and a stopper counts on that; only the stopper ends it. A thread goes SAFE and back with one
//! atomic each as long as nobody stops the world, so blocking calls are cheap and never hold a collection up.
//!
//! A stopper sets every other thread's poll bit and then claims each of them, waiting for those that run. No
//! wake-up is lost: the thread stores SAFE before it reads the poll bit, the stopper sets the bit before it
//! reads the state, all sequentially consistent; so at least one of them sees the other.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::{Arc, MutexGuard, PoisonError};

use std::sync::atomic::AtomicU64;

use crate::header::Header;
use crate::heap::{Heap, Kind, ObjectModel};
use crate::mutator::{Mutator, POLL_STOP};
use crate::segments::Segments;
use crate::stack::{SAVED, StackBounds, capture};

/// Values of a mutator's state byte.
pub(crate) struct State;

impl State {
    pub(crate) const RUNNING: u8 = 0;
    pub(crate) const SAFE: u8 = 1;
    pub(crate) const CLAIMED: u8 = 2;
}

/// The threads of a heap.
pub(crate) struct World<M: ObjectModel> {
    pub(crate) mutators: Vec<*mut Mutator<M>>,
    /// A stop is wanted or under way.
    stopped: bool,
    /// Logs of threads that have left.
    pub(crate) log: Segments<*mut Header>,
    pub(crate) slots: Segments<*const AtomicU64>,
    pub(crate) tracked: Segments<*mut Header>,
}

// SAFETY: the pointers are only followed while their threads are stopped, or by the threads themselves.
unsafe impl<M: ObjectModel> Send for World<M> {}

impl<M: ObjectModel> World<M> {
    pub(crate) fn new() -> Self {
        World {
            mutators: Vec::new(),
            stopped: false,
            log: Segments::new(),
            slots: Segments::new(),
            tracked: Segments::new(),
        }
    }
}

impl<M: ObjectModel> Heap<M> {
    pub(crate) fn world(&self) -> MutexGuard<'_, World<M>> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes object locks real. A thread calls this before it starts the second thread, between bytecodes,
    /// when no lock is held: a lock "taken" before the flip would not exclude anybody after it.
    pub fn set_multithreaded(&self) {
        let world = self.world();
        self.multithreaded.store(true, SeqCst);
        for &m in &world.mutators {
            // SAFETY: listed mutators are alive; the field is atomic.
            unsafe { (*m).multithreaded.store(true, SeqCst) };
        }
    }

    /// Sets bits of every thread's poll word ([`crate::POLL_RUNTIME_MASK`]).
    pub fn request_all(&self, bits: u32) {
        for &m in &self.world().mutators {
            // SAFETY: listed mutators are alive; the field is atomic.
            unsafe { (*m).poll().request(bits) };
        }
    }

    /// Sets bits of the collecting thread's poll word: for [`ObjectModel::after_marking`], to have what it
    /// queued served by the thread that collects.
    pub fn request_collector(&self, bits: u32) {
        for &m in &self.world().mutators {
            // SAFETY: listed mutators are alive, and stopped but for the one that runs this.
            let m = unsafe { &*m };
            if m.owns_stop.get() {
                m.poll().request(bits);
            }
        }
    }

    /// Number of attached threads.
    pub fn mutator_count(&self) -> usize {
        self.world().mutators.len()
    }
}

/// What an interpreter loop keeps in its frame, see [`Mutator::enter_loop`].
pub struct LoopEntry {
    outer: usize,
    regs: [usize; SAVED],
}

impl<M: ObjectModel> Mutator<M> {
    /// Enters the calling thread into the heap. Waits while the world is stopped. The stack is scanned from
    /// its very start.
    ///
    /// # Safety
    /// From now until [`Mutator::detach`] (or drop), the mutator must not move and is used by this thread
    /// only; `data` must stay valid for [`ObjectModel::trace_mutator`]. Every object pointer passed to a method
    /// of this mutator must be a valid object of its heap, or a static.
    pub unsafe fn attach(&mut self, data: *mut M::MutatorData) {
        // SAFETY: passed on.
        unsafe { self.attach_with_stack(data, StackBounds::of_this_thread()) }
    }

    /// Like [`Mutator::attach`], with the high end of the stack to scan given by the caller (cheaper on a main
    /// thread, whose bounds cost the C library a look into `/proc`). Without the low end, a collection on a
    /// foreign stack goes unnoticed.
    ///
    /// # Safety
    /// As for [`Mutator::attach`]; no frame above `stack_base` may hold references.
    pub unsafe fn attach_with_stack_base(&mut self, data: *mut M::MutatorData, stack_base: usize) {
        // SAFETY: passed on.
        unsafe {
            self.attach_with_stack(
                data,
                StackBounds {
                    low: 0,
                    base: stack_base,
                },
            )
        }
    }

    unsafe fn attach_with_stack(&mut self, data: *mut M::MutatorData, stack: StackBounds) {
        assert!(!self.attached.get());
        self.stack.set(stack);
        self.data.set(data);
        let heap = self.heap.clone();
        let mut world = heap.world();
        while world.stopped {
            world = heap
                .resumed
                .wait(world)
                .unwrap_or_else(PoisonError::into_inner);
        }
        world.mutators.push(self);
        self.state.store(State::RUNNING, SeqCst);
        if world.mutators.len() > 1 {
            heap.multithreaded.store(true, SeqCst);
        }
        let multithreaded = heap.is_multithreaded();
        for &m in &world.mutators {
            // SAFETY: listed mutators are alive; the field is atomic.
            unsafe { (*m).multithreaded.store(multithreaded, SeqCst) };
        }
        self.attached.set(true);
    }

    /// Takes the calling thread out of the heap. References on its stack no longer count.
    pub fn detach(&mut self) {
        if !self.attached.get() {
            return;
        }
        assert!(!self.owns_stop.get(), "detach inside stop_world");
        self.sync_cursors();
        self.forget_blocks();
        let heap = self.heap.clone();
        let mut world = heap.world();
        let this: *mut Self = self;
        world.mutators.retain(|&m| m != this);
        world.log.append(self.log.get_mut());
        world.slots.append(self.slots.get_mut());
        world.tracked.append(self.tracked.get_mut());
        self.attached.set(false);
        self.poll_word().fetch_and(!POLL_STOP, SeqCst);
        // A stopper may be waiting for this very thread.
        heap.parked.notify_all();
    }

    /// Safepoint: one relaxed load unless somebody wants to stop the world.
    #[inline(always)]
    pub fn safepoint(&mut self) {
        if self.poll_word().load(Relaxed) & POLL_STOP != 0 {
            self.park();
        }
    }

    #[cold]
    #[inline(never)]
    fn park(&mut self) {
        if self.owns_stop.get() {
            return;
        }
        self.enter_blocking();
        self.leave_blocking();
    }

    /// From here to [`Mutator::leave_blocking`] the thread does not touch the heap, and does not hold up a
    /// stop. References that the caller's frames hold are kept alive.
    ///
    /// Inlined, so that the stack pointer captured is the caller's: frames called between the two are not
    /// scanned.
    #[inline(always)]
    pub fn enter_blocking(&mut self) {
        self.sp.set(capture(self.regs.get()));
        self.become_safe();
    }

    #[inline(never)]
    fn become_safe(&self) {
        debug_assert!(!self.owns_stop.get(), "blocking inside stop_world");
        self.state.store(State::SAFE, SeqCst);
        if self.poll_word().load(SeqCst) & POLL_STOP != 0 {
            // Under the lock, so that the stopper is either before its look at our state or in its wait.
            let _world = self.heap.world();
            self.heap.parked.notify_all();
        }
    }

    /// Ends [`Mutator::enter_blocking`]; waits while the world is stopped.
    #[inline]
    pub fn leave_blocking(&mut self) {
        if self.poll_word().load(Relaxed) & POLL_STOP != 0 || !self.try_run() {
            self.wait_for_resume();
        }
    }

    fn try_run(&self) -> bool {
        self.state
            .compare_exchange(State::SAFE, State::RUNNING, Acquire, Relaxed)
            .is_ok()
    }

    #[cold]
    #[inline(never)]
    fn wait_for_resume(&self) {
        let mut world = self.heap.world();
        while world.stopped || !self.try_run() {
            world = self
                .heap
                .resumed
                .wait(world)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Runs `f` as a blocking operation: see [`Mutator::enter_blocking`].
    #[inline(never)]
    pub fn blocking<R>(&mut self, f: impl FnOnce() -> R) -> R {
        self.enter_blocking();
        let result = f();
        self.leave_blocking();
        result
    }

    /// Runs `f`, which switches to another stack and runs there (a grown or a coroutine's stack) with `base` as its
    /// high end, and comes back before it returns. Both stacks are scanned meanwhile.
    ///
    /// # Safety
    /// While `f` runs this mutator on the other stack, that stack must be readable up to `base`.
    #[inline(never)]
    pub unsafe fn on_other_stack<R>(&mut self, base: usize, f: impl FnOnce(&mut Self) -> R) -> R {
        let left = self.stack.get();
        // Callee-saved registers of our callers are in our frame, or still in registers and then saved by
        // frames of the other stack.
        let sp = capture(self.regs.get());
        self.outer_stacks.get_mut().push((sp, left.base));
        self.stack.set(StackBounds { low: 0, base });
        let entry = self.entry.replace(0);
        let result = f(self);
        self.entry.set(entry);
        self.stack.set(left);
        self.outer_stacks.get_mut().pop();
        result
    }

    /// Notes that an interpreter loop begins, in the frame that `entry` belongs to: the frames below are those
    /// of one instruction, and [`Frames`](crate::Frames) tells them from the rest of the stack.
    ///
    /// Inlined, so that the stack pointer captured is the loop's. What is in callee-saved registers now may be
    /// saved by frames below, so the loop's frame keeps a copy, in `entry`, for as long as it runs.
    #[inline(always)]
    pub fn enter_loop(&mut self, entry: &mut std::mem::MaybeUninit<LoopEntry>) {
        let entry = entry.as_mut_ptr();
        // SAFETY: writes to fields of `entry`, which is ours.
        unsafe {
            (&raw mut (*entry).outer).write(self.entry.get());
            self.entry.set(capture(&raw mut (*entry).regs));
        }
    }

    /// Ends what [`Mutator::enter_loop`] began.
    #[inline(always)]
    pub fn leave_loop(&mut self, entry: &mut std::mem::MaybeUninit<LoopEntry>) {
        // SAFETY: written by `enter_loop`.
        self.entry.set(unsafe { entry.assume_init_ref() }.outer);
    }

    /// Runs `f` while all other threads of the heap are stopped. May be nested. `f` may allocate and collect.
    #[inline(never)]
    pub fn stop_world<R>(&mut self, f: impl FnOnce(&mut StoppedWorld<'_, M>) -> R) -> R {
        assert!(self.attached.get(), "stop_world by a detached mutator");
        // SAFETY: our own registers' copy; nobody reads it while this thread runs.
        let saved = (self.sp.get(), unsafe { *self.regs.get() });
        self.sp.set(capture(self.regs.get()));
        let outermost = !self.owns_stop.get();
        if outermost {
            self.stop_others();
        }
        // The guard starts the world again even if `f` panics.
        let mut world = StoppedWorld {
            mutator: self,
            outermost,
            saved,
        };
        f(&mut world)
    }

    fn stop_others(&mut self) {
        let heap: Arc<Heap<M>> = self.heap.clone();
        let this: *mut Self = self;
        let mut world = heap.world();
        if world.stopped {
            // Another stopper counts on us, or on our being in its list: be safe while it works.
            self.state.store(State::SAFE, SeqCst);
            heap.parked.notify_all();
            while world.stopped {
                world = heap
                    .resumed
                    .wait(world)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            // Nobody stops the world now, so nobody has claimed us.
            self.state.store(State::RUNNING, SeqCst);
        }
        world.stopped = true;
        self.owns_stop.set(true);
        for &m in world.mutators.iter().filter(|&&m| m != this) {
            // SAFETY: listed mutators are alive; the field is atomic.
            unsafe { (*m).poll().request(POLL_STOP) };
        }
        loop {
            let mut waiting = false;
            for &m in world.mutators.iter().filter(|&&m| m != this) {
                // SAFETY: listed mutators are alive; the field is atomic.
                let state = unsafe { &(*m).state };
                let claimed = state
                    .compare_exchange(State::SAFE, State::CLAIMED, SeqCst, SeqCst)
                    .unwrap_or_else(|now| now);
                waiting |= claimed == State::RUNNING;
            }
            if !waiting {
                return;
            }
            world = heap
                .parked
                .wait(world)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn resume_others(&mut self) {
        let heap = self.heap.clone();
        let this: *mut Self = self;
        let mut world = heap.world();
        for &m in world.mutators.iter().filter(|&&m| m != this) {
            // SAFETY: listed mutators are alive; the fields are atomic.
            unsafe {
                (*m).poll_word().fetch_and(!POLL_STOP, SeqCst);
                (*m).state.store(State::SAFE, Release);
            }
        }
        world.stopped = false;
        self.owns_stop.set(false);
        heap.resumed.notify_all();
    }

    /// Runs `fork` (which must call the system's fork) with the world stopped and the heap's mutexes held by
    /// this thread, so that the child finds them free. `in_child` looks at the result; in the child, all other
    /// threads are gone and the heap is single-threaded again.
    ///
    /// # Safety
    /// Between bytecodes only, with no object lock held by this thread.
    pub unsafe fn fork_with<R>(
        &mut self,
        fork: impl FnOnce() -> R,
        in_child: impl FnOnce(&R) -> bool,
    ) -> R {
        self.stop_world(|stopped| {
            let this: *mut Self = stopped.mutator;
            let heap = stopped.mutator.heap.clone();
            let mut world = heap.world();
            let lists = heap.space.lists();
            let collector = heap.collector();
            let result = fork();
            drop((lists, collector));
            if in_child(&result) {
                let gone: Vec<_> = world.mutators.drain(..).filter(|&m| m != this).collect();
                for m in gone {
                    // SAFETY: the thread does not exist in this process; its memory does.
                    unsafe {
                        (*m).sync_cursors();
                        (*m).forget_blocks();
                        world.log.append(&mut *(*m).log.get());
                        world.slots.append(&mut *(*m).slots.get());
                        world.tracked.append(&mut *(*m).tracked.get());
                        (*m).attached.set(false);
                    }
                }
                world.mutators.push(this);
                heap.multithreaded.store(false, SeqCst);
                // SAFETY: our own mutator.
                unsafe { (*this).multithreaded.store(false, SeqCst) };
            }
            result
        })
    }
}

impl<M: ObjectModel> Drop for Mutator<M> {
    fn drop(&mut self) {
        self.detach();
    }
}

/// All threads but the one that holds this are stopped.
pub struct StoppedWorld<'a, M: ObjectModel> {
    pub(crate) mutator: &'a mut Mutator<M>,
    outermost: bool,
    saved: (usize, [usize; SAVED]),
}

impl<M: ObjectModel> StoppedWorld<'_, M> {
    /// The stopping thread's mutator; it may allocate.
    pub fn mutator(&mut self) -> &mut Mutator<M> {
        self.mutator
    }

    /// The heap.
    pub fn heap(&self) -> &Arc<Heap<M>> {
        &self.mutator.heap
    }

    /// The data that each thread passed to [`Mutator::attach`], this thread's included.
    pub fn thread_data(&self) -> Vec<*mut M::MutatorData> {
        self.mutators()
            .into_iter()
            // SAFETY: the world is stopped, so the mutators stay and stand still.
            .map(|m| unsafe { (*m).data.get() })
            .collect()
    }

    pub(crate) fn mutators(&self) -> Vec<*mut Mutator<M>> {
        self.mutator.heap.world().mutators.clone()
    }

    /// Collects now.
    pub fn collect(&mut self, kind: Kind) {
        self.mutator.collect(kind);
    }

    /// Calls `f` with every object: all live ones, and dead ones not yet collected. `f` must not allocate.
    /// For the live only, collect first.
    pub fn for_each_object(&mut self, f: impl FnMut(*mut Header)) {
        self.with_synced_cursors(|world| world.heap().space.each_object(f));
    }

    /// Calls `f` with the [tracked](Mutator::track) objects, in the order in which they were tracked on their
    /// thread, or the other way round. An object may come twice.
    pub fn each_tracked(&mut self, newest_first: bool, mut f: impl FnMut(*mut Header)) {
        let heap = self.heap().clone();
        let (collector, world) = (heap.collector(), heap.world());
        let [old, young] = collector.tracked.lists();
        let mut lists = vec![old, young, &world.tracked];
        // SAFETY: the world is stopped.
        lists.extend((world.mutators.iter()).map(|&m| unsafe { &*(*m).tracked.get() }));
        let all = lists.into_iter().flat_map(Segments::iter).copied();
        if newest_first {
            all.rev().for_each(&mut f);
        } else {
            all.for_each(&mut f);
        }
    }

    /// Runs `f` while the blocks say exactly what is an object.
    pub(crate) fn with_synced_cursors<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> R {
        let mutators = self.mutators();
        // SAFETY: the world is stopped (here and below).
        mutators
            .iter()
            .for_each(|&m| unsafe { (*m).sync_cursors() });
        self.mutator.busy.set(true);
        let result = f(self);
        self.mutator.busy.set(false);
        // SAFETY: see above.
        mutators
            .iter()
            .for_each(|&m| unsafe { (*m).unsync_cursors() });
        result
    }
}

impl<M: ObjectModel> Drop for StoppedWorld<'_, M> {
    fn drop(&mut self) {
        if self.outermost {
            self.mutator.resume_others();
        }
        self.mutator.sp.set(self.saved.0);
        // SAFETY: our own registers' copy, which nobody reads while this thread runs.
        unsafe { *self.mutator.regs.get() = self.saved.1 };
    }
}
