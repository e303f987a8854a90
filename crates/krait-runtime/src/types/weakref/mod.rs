//! Weak references: `weakref.ref`, and the registry the collector clears.
//!
//! A weak reference holds its referent as an untraced word. The registry knows, for each object
//! that has weak references, which they are; after marking, those of dead objects are cleared
//! and their callbacks queued for the next safepoint.

mod methods;
pub use methods::init_fn;
mod table;

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use krait_heap::{Segments, WeakPhase};

use crate::cx::Cx;
use crate::error::PyResult;
use crate::native::{Layout, TypeSpec};
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::types::list::List;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;
use table::Table;

#[repr(C)]
pub struct WeakRef {
    pub header: Header,
    /// The referent's word, `EMPTY` once it is dead. Not traced.
    referent: AtomicU64,
    /// `None` without one, `EMPTY` for a lasting reference, see [`make_lasting`].
    pub callback: Slot,
    /// Hash of the referent, -1 until asked for: it stays valid after its death.
    hash: AtomicI64,
}
// SAFETY: repr(C), header first; fields are atomic.
unsafe impl Object for WeakRef {
    const KIND: Kind = Kind::WeakRef;
}
impl crate::native::NamedLayout for WeakRef {
    const PY_NAME: &'static str = "weakref.ReferenceType";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "ReferenceType",
    module: "weakref",
    layout: Layout::of::<WeakRef>(),
    flags: flags::BASETYPE,
    defs: &[methods::Methods::DEFS],
    ..TypeSpec::DEFAULT
};

impl WeakRef {
    pub fn trace(&self, t: &mut crate::heap::Tracer<'_>) {
        t.word(self.callback.get().bits());
    }

    /// The referent, if it is alive.
    #[inline]
    pub fn get(&self) -> Option<Value> {
        Value::from_bits(self.referent.load(Ordering::Acquire)).some()
    }

    /// The referent's hash, if somebody asked for it before.
    #[inline]
    pub(crate) fn known_hash(&self) -> Option<i64> {
        match self.hash.load(Ordering::Relaxed) {
            -1 => None,
            h => Some(h),
        }
    }

    fn is_lasting(&self) -> bool {
        self.callback.get().is_empty()
    }

    pub(crate) fn clear(&self) {
        self.referent.store(Value::EMPTY.bits(), Ordering::Release);
    }
}

/// Which weak references an object has, by address.
#[derive(Default)]
pub struct Registry {
    table: parking_lot::Mutex<Table>,
    /// Weak references with callbacks whose referents died.
    queue: Mutex<VecDeque<usize>>,
}

/// Calls `f` with the table; `f` neither allocates objects nor calls anything that comes here. The lock is
/// taken only with several threads.
#[inline]
fn with_table<R>(cx: &Cx, f: impl FnOnce(&mut Table) -> R) -> R {
    let table = &cx.interp().weakrefs.table;
    if cx.mutator.is_multithreaded() {
        return f(&mut table.lock());
    }
    // SAFETY: this is the only thread, and by contract `f` is the only user.
    f(unsafe { &mut *table.data_ptr() })
}

/// Whether instances of `class` can be weakly referenced.
pub fn is_weakrefable(class: Gc<Type>) -> bool {
    class.flags() & flags::WEAKREFABLE != 0
}

/// `class(referent, callback)`; an existing plain reference is reused.
pub fn make(cx: &mut Cx, class: Gc<Type>, referent: Value, callback: Value) -> PyResult<Value> {
    let is_usual = callback.is_none() && class == cx.types().weakref;
    if is_usual && let Some(known) = cx.plain_refs.find(referent) {
        return Ok(known);
    }
    let r = find_or_attach(cx, class, referent, callback)?;
    if is_usual {
        cx.plain_refs.remember(referent, r);
    }
    Ok(r)
}

fn find_or_attach(
    cx: &mut Cx,
    class: Gc<Type>,
    referent: Value,
    callback: Value,
) -> PyResult<Value> {
    let of = cx.type_of(referent);
    let Some(o) = referent.as_object().filter(|_| is_weakrefable(of)) else {
        let name = of.dotted_name();
        return Err(cx.type_error(format!("cannot create weak reference to '{name}' object")));
    };
    let plain = callback.is_none();
    if plain && let Some(existing) = find_plain(cx, o, class) {
        return Ok(existing);
    }
    attach(cx, class, o, callback)
}

/// A weak reference that the collector clears when the memory of its referent is freed. Others are cleared before
/// finalizers run, one of which may go on to use the referent.
///
/// # Safety
/// `referent` is a live object of this heap.
pub(crate) unsafe fn make_lasting(cx: &mut Cx, referent: *mut Header) -> PyResult<Value> {
    let class = cx.types().weakref;
    attach(cx, class, referent, Value::EMPTY)
}

fn attach(cx: &mut Cx, class: Gc<Type>, o: *mut Header, callback: Value) -> PyResult<Value> {
    let referent = Value::from_object(o);
    let r = cx.alloc_instance_of(class, size_of::<WeakRef>(), Kind::WeakRef, |header| {
        WeakRef {
            header,
            referent: AtomicU64::new(referent.bits()),
            callback: Slot::new(callback),
            hash: AtomicI64::new(-1),
        }
    });
    // SAFETY: live objects.
    unsafe {
        crate::finalize::track(cx, o, krait_heap::sticky::WEAKREFS);
        crate::finalize::track(cx, r.header(), krait_heap::sticky::WEAKREFS);
    }
    let is_plain = callback.is_none() && is_shared(class);
    let added = with_table(cx, |table| {
        let refs = table.get(o as usize);
        let at = match is_plain {
            true if class == cx.types().weakref => 0,
            // A proxy stands behind the plain reference.
            true => usize::from(plain_among(cx, refs, cx.types().weakref).is_some()),
            false => refs.len(),
        };
        table.try_insert(o as usize, at, r.as_ptr() as usize)
    });
    if added.is_err() {
        r.clear();
        return Err(cx.memory_error());
    }
    Ok(r.value())
}

/// Plain references that a thread asked for since the last collection, in which they may die: direct-mapped, by
/// referent. Such a reference stays the one of its object as long as both live.
pub struct PlainRefs([(Value, Value); PlainRefs::SIZE]);

impl PlainRefs {
    const SIZE: usize = 128;

    #[inline(always)]
    fn index(referent: Value) -> usize {
        (referent.bits() ^ referent.bits() >> 7) as usize / 16 % Self::SIZE
    }

    #[inline(always)]
    fn find(&self, referent: Value) -> Option<Value> {
        let (of, reference) = self.0[Self::index(referent)];
        (of == referent).then_some(reference)
    }

    fn remember(&mut self, referent: Value, reference: Value) {
        self.0[Self::index(referent)] = (referent, reference);
    }

    /// Called at each collection: entries are not references.
    pub(crate) fn clear(&mut self) {
        self.0 = [(Value::EMPTY, Value::EMPTY); Self::SIZE];
    }
}

impl Default for PlainRefs {
    fn default() -> PlainRefs {
        PlainRefs([(Value::EMPTY, Value::EMPTY); Self::SIZE])
    }
}

/// Whether an object has one plain reference of `class` for all who ask: not of a subclass in Python.
fn is_shared(class: Gc<Type>) -> bool {
    class.flags() & flags::HEAPTYPE == 0
}

/// The reference without callback of exactly this class among those of an object: the plain `weakref.ref`
/// and the plain proxy are the first two.
fn plain_among(cx: &Cx, refs: &[usize], class: Gc<Type>) -> Option<Value> {
    refs.iter().take(2).find_map(|&r| {
        // SAFETY: the registry holds live weak references only: the collector prunes it.
        let r: Gc<WeakRef> = unsafe { Gc::from_ptr(r as *mut WeakRef) };
        (cx.type_of(r.value()) == class && r.callback.get().is_none()).then(|| r.value())
    })
}

/// The reference without callback of exactly this class that the object has already.
fn find_plain(cx: &Cx, o: *mut Header, class: Gc<Type>) -> Option<Value> {
    // SAFETY: a live object.
    if !is_shared(class) || unsafe { (*o).sticky() } & krait_heap::sticky::WEAKREFS == 0 {
        return None;
    }
    with_table(cx, |table| plain_among(cx, table.get(o as usize), class))
}

/// How many weak references to `v` there are.
pub fn reference_count(cx: &Cx, v: Value) -> usize {
    let Some(o) = v.as_object() else { return 0 };
    with_table(cx, |table| table.get(o as usize).len())
}

/// The weak reference to `v` with this index. One at a time: nothing but the caller's locals keeps
/// a weak reference alive, so a `Vec` of them would not survive an allocation.
pub fn reference_at(cx: &Cx, v: Value, index: usize) -> Option<Value> {
    let o = v.as_object()?;
    let r = with_table(cx, |table| table.get(o as usize).get(index).copied())?;
    // As in `find_plain`: the registry holds live weak references only.
    Some(Value::from_object(r as *const Header))
}

/// `v.__weakref__`.
pub fn first_weakref(cx: &Cx, v: Value) -> Value {
    reference_at(cx, v, 0).unwrap_or(Value::none())
}

/// What [`clear_dead`] found.
#[derive(Default)]
pub(crate) struct Cleared {
    /// Whether it queued callbacks.
    pub(crate) queued: bool,
    /// Those of the dead with lasting references.
    lasting: Vec<*mut Header>,
}

/// After marking: clears references to the dead, but for lasting ones, and queues the callbacks of those that are
/// alive.
pub(crate) fn clear_dead(
    registry: &Registry,
    dead: &Segments<*mut Header>,
    weak: &WeakPhase<'_>,
) -> Cleared {
    let mut cleared = Cleared::default();
    if dead.is_empty() {
        return cleared;
    }
    let mut table = registry.table.lock();
    let mut queue = registry.queue.lock().unwrap_or_else(|e| e.into_inner());
    let before = queue.len();
    for &object in dead.iter() {
        // SAFETY: dead, but not freed before the phase ends.
        if unsafe { (*object).sticky() } & krait_heap::sticky::WEAKREFS == 0 {
            continue;
        }
        let mut has_lasting = false;
        // The newest reference's callback runs first.
        for &r in table.get(object as usize).iter().rev() {
            // SAFETY: dead or alive, it is not freed before the phase ends: the registry forgets
            // references in the collection that frees them.
            let weakref = unsafe { &*(r as *const WeakRef) };
            if weakref.is_lasting() {
                has_lasting = true;
                continue;
            }
            weakref.clear();
            if weak.is_live(r as *const Header) && !weakref.callback.get().is_none() {
                queue.push_back(r);
            }
        }
        if has_lasting {
            table.retain(object as usize, |r| {
                // SAFETY: as above.
                unsafe { &*(r as *const WeakRef) }.is_lasting()
            });
            cleared.lasting.push(object);
        } else {
            table.remove(object as usize);
        }
    }
    cleared.queued = queue.len() > before;
    cleared
}

/// After finalizers have kept what they need: clears lasting references to what they did not keep.
pub(crate) fn settle_lasting(registry: &Registry, cleared: Cleared, weak: &mut WeakPhase<'_>) {
    let mut table = registry.table.lock();
    for object in cleared.lasting {
        if weak.is_live(object) {
            // SAFETY: alive, and the world is stopped.
            unsafe { (*object).change_sticky_alone(krait_heap::sticky::WEAKREFS, 0) };
            weak.track(object);
            continue;
        }
        for &r in table.get(object as usize) {
            // SAFETY: as in `clear_dead`.
            unsafe { &*(r as *const WeakRef) }.clear();
        }
        table.remove(object as usize);
    }
}

/// After finalizers have kept what they need: forgets the weak references among the dead.
pub(crate) fn forget_dead(registry: &Registry, dead: &Segments<*mut Header>, weak: &WeakPhase<'_>) {
    let mut table = registry.table.lock();
    for &o in dead.iter() {
        // SAFETY: not freed before the phase ends.
        let is_weakref = unsafe { (*o).kind() } == Kind::WeakRef as u8;
        if !is_weakref || weak.is_live(o) {
            continue;
        }
        // SAFETY: the kind byte vouches for the layout.
        let referent = unsafe { &*o.cast::<WeakRef>() }.get();
        let Some(referent) = referent.and_then(Value::as_object) else {
            continue;
        };
        // All dead ones of this object at once: with the referent cleared, the others are done.
        table.retain(referent as usize, |r| {
            let lives = weak.is_live(r as *const Header);
            if !lives {
                // SAFETY: as above; the registry holds weak references only.
                unsafe { &*(r as *const WeakRef) }.clear();
            }
            lives
        });
    }
}

/// Queued references are roots until their callbacks have run.
pub fn trace_queue(registry: &Registry, t: &mut crate::heap::Tracer<'_>) {
    for &r in registry
        .queue
        .lock()
        .unwrap_or_else(|e| e.into_inner())
        .iter()
    {
        t.object(r as *mut Header);
    }
}

/// Runs the callbacks of references whose objects died. Only between bytecodes.
pub fn run_callbacks(cx: &mut Cx) {
    loop {
        let next = cx
            .interp()
            .weakrefs
            .queue
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .pop_front();
        let Some(r) = next else { return };
        let r: Gc<WeakRef> = Gc::from_value_unchecked(Value::from_object(r as *const Header));
        let callback = r.callback.get();
        if callback.is_none() {
            continue;
        }
        r.callback.set(cx, r, Value::none());
        if let Err(e) = cx.call(callback, &[r.value()]) {
            cx.unraisable_during(e, "while calling weakref callback", callback);
        }
    }
}

/// Whether callbacks wait.
pub fn has_pending(cx: &Cx) -> bool {
    !cx.interp()
        .weakrefs
        .queue
        .lock()
        .unwrap_or_else(|e| e.into_inner())
        .is_empty()
}

// ---- Subclass lists -------------------------------------------------------------------------

/// The classes of a `Type::subclasses` list, which holds weak references, or builtin types themselves.
/// The list is read as the iteration goes on, so the caller may allocate: each class is its own root.
pub fn live_types(list: Value) -> impl Iterator<Item = Gc<Type>> {
    let list = Gc::<List>::from_value(list);
    (0..)
        .map_while(move |i| list?.get(i))
        .filter_map(type_behind)
}

fn type_behind(v: Value) -> Option<Gc<Type>> {
    match Gc::<WeakRef>::from_value(v) {
        Some(r) => r.get().and_then(Gc::from_value),
        None => Gc::from_value(v),
    }
}

/// Adds `sub` to the direct subclasses of `base`.
pub fn add_subclass(cx: &mut Cx, base: Gc<Type>, sub: Gc<Type>) {
    if live_types(base.subclasses.get()).any(|t| t == sub) {
        return;
    }
    let entry = if sub.flags() & flags::HEAPTYPE != 0 {
        let class = cx.types().weakref;
        sub.set_flags(0);
        match make_for_type(cx, class, sub) {
            Ok(r) => r,
            Err(_) => sub.value(),
        }
    } else {
        sub.value()
    };
    // tidy: the old list keeps these alive until the new one takes its place.
    let mut keep: Vec<Value> = Vec::new();
    if let Some(list) = Gc::<List>::from_value(base.subclasses.get()) {
        if list.len() < 8 || list.len() % 64 != 0 {
            if list.push(cx, entry).is_ok() {
                return;
            }
        }
        // Now and then, drop the references to classes that died.
        keep.extend(
            (0..list.len())
                .filter_map(|i| list.get(i))
                .filter(|v| type_behind(*v).is_some()),
        );
    }
    keep.push(entry);
    let list = cx.new_list(&keep);
    base.subclasses.set(cx, base, list);
}

fn make_for_type(cx: &mut Cx, class: Gc<Type>, sub: Gc<Type>) -> PyResult<Value> {
    debug_assert!(
        is_weakrefable(cx.types().type_),
        "classes are weakly referenced by their bases"
    );
    make(cx, class, sub.value(), Value::none())
}

pub fn remove_subclass(cx: &mut Cx, base: Gc<Type>, sub: Gc<Type>) {
    let Some(list) = Gc::<List>::from_value(base.subclasses.get()) else {
        return;
    };
    // tidy: as in `add_subclass`.
    let keep: Vec<Value> = (0..list.len())
        .filter_map(|i| list.get(i))
        .filter(|v| type_behind(*v).is_some_and(|t| t != sub))
        .collect();
    let list = cx.new_list(&keep);
    base.subclasses.set(cx, base, list);
}
