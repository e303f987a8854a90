//! What all code objects of an interpreter have in common: purging inline caches when a class
//! changes, and finding code by address.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use krait_heap::WeakPhase;
use krait_runtime::cx::{Cx, Interpreter};
use krait_runtime::object::{Gc, Header};
use krait_runtime::types::typeobj::Type;
use krait_runtime::value::Value;

use crate::objects::code::CodeObj;
use crate::objects::function::{FunctionExt, FunctionObj};

/// State of the caches of one interpreter.
#[derive(Default)]
struct State {
    /// Serialises filling while there are several threads.
    filling: Mutex<()>,
    /// Purges so far.
    purges: AtomicU64,
    sites: Mutex<Sites>,
}

/// The filled attribute caches: address of the key word to address of the code object. They are weak
/// in what they refer to. Young ones were filled since the last collection, some of them more than
/// once; only a full one has to look at the others.
#[derive(Default)]
struct Sites {
    young: Vec<(usize, usize)>,
    old: HashMap<usize, usize>,
    /// Young sites beyond which those that were filled again and again are listed once.
    limit: usize,
}

/// The least such limit.
const MANY: usize = 1 << 12;

/// Remembers that the attribute cache whose key word is at `at` was filled.
pub fn remember(cx: &Cx, code: CodeObj, at: *const u64) {
    let mut sites = cx
        .state::<State>()
        .sites
        .lock()
        .unwrap_or_else(|e| e.into_inner());
    sites.young.push((at as usize, code.header() as usize));
    if sites.young.len() > sites.limit.max(MANY) {
        sites.young.sort_unstable();
        sites.young.dedup();
        sites.limit = sites.young.len() * 2;
    }
}

/// After marking: empties caches that refer to the dead. Their memory will be used again, perhaps
/// for an object that the cache would take for the old one.
pub fn after_marking(interp: &Interpreter, weak: &mut WeakPhase<'_>) {
    let Some(state) = interp.existing_state::<State>() else {
        return;
    };
    let mut sites = state.sites.lock().unwrap_or_else(|e| e.into_inner());
    let sites = &mut *sites;
    let keep = |at: usize, code: usize| {
        // SAFETY: each address belongs to the code object beside it, which is alive.
        weak.is_live(code as *const Header) && unsafe { check_cache(interp, at, weak) }
    };
    sites.young.retain(|&(at, code)| keep(at, code));
    if weak.kind() == krait_heap::Kind::Full {
        sites.old.retain(|&at, &mut code| keep(at, code));
    }
    sites.old.extend(sites.young.drain(..));
}

/// Whether the cache is still filled and everything it refers to is alive; empties it if not.
///
/// # Safety
/// `at` is the key word of an attribute cache of a live code object.
unsafe fn check_cache(interp: &Interpreter, at: usize, weak: &WeakPhase<'_>) -> bool {
    // SAFETY: by contract: three words.
    let [key, w2, w3] = std::array::from_fn(|i| unsafe { &*(at as *const AtomicU64).add(i) });
    let (object, guard) = (w2.load(Ordering::Acquire), w3.load(Ordering::Acquire));
    let k = key.load(Ordering::Acquire);
    if k == 0 {
        return false;
    }
    let class = || weak.is_live(interp.shapes.entry(k as u32).class.header());
    let alive = match crate::interp::attrs::cached_references(k) {
        // `purge` asks the class of the shape.
        CachedReferences::None => class(),
        CachedReferences::Value => weak.is_live_word(object) && class(),
        CachedReferences::Guarded => weak.is_live_word(object) && weak.is_live_word(guard),
        CachedReferences::Cell => weak.is_live(object as *const Header) && weak.is_live_word(guard),
    };
    if !alive {
        key.store(0, Ordering::Release);
    }
    alive
}

/// What the second and third word of a cache refer to.
pub enum CachedReferences {
    None,
    /// The second: a value.
    Value,
    /// Two values.
    Guarded,
    /// The address of a cell, and a value.
    Cell,
}

/// The right to fill a cache while other threads run.
pub fn claim(cx: &Cx) -> MutexGuard<'static, ()> {
    cx.state::<State>()
        .filling
        .lock()
        .unwrap_or_else(|e| e.into_inner())
}

/// Empties the attribute caches that rely on `class`, of which a method or descriptor changed. All
/// threads are stopped meanwhile.
pub fn purge(cx: &mut Cx, class: Gc<Type>) {
    let interp = cx.interp();
    let state = cx.state::<State>();
    state.purges.fetch_add(1, Ordering::Relaxed);
    cx.mutator.stop_world(|_| {
        let mut sites = state.sites.lock().unwrap_or_else(|e| e.into_inner());
        // SAFETY: no collection since these sites were last looked at has found their code dead.
        let keep = |at: usize| unsafe { !empty_if(interp, at, class) };
        sites.young.retain(|&(at, _)| keep(at));
        sites.old.retain(|&at, _| keep(at));
    });
}

/// Empties a cache that relies on `class`: on what it says of the receiver's class, or on how the
/// attribute found there binds. Says whether the cache is empty now.
///
/// # Safety
/// `at` is the key word of an attribute cache of a live code object.
unsafe fn empty_if(interp: &Interpreter, at: usize, class: Gc<Type>) -> bool {
    // SAFETY: by contract: three words.
    let [key, w2, w3] = std::array::from_fn(|i| unsafe { &*(at as *const AtomicU64).add(i) });
    let k = key.load(Ordering::Acquire);
    let class_of = |shape: u32| interp.shapes.entry(shape).class;
    let type_of = |word: u64| {
        let object = Value::from_bits(word).as_object();
        // SAFETY: caches refer to live objects.
        object.map(|o| class_of(unsafe { (*o).shape() }))
    };
    let relies = |c: Gc<Type>| c.is_subtype(class);
    let attribute = || type_of(w2.load(Ordering::Acquire)).is_some_and(relies);
    let stale = match crate::interp::attrs::cached_references(k) {
        CachedReferences::None => k != 0 && relies(class_of(k as u32)),
        CachedReferences::Value => relies(class_of(k as u32)) || attribute(),
        CachedReferences::Guarded => {
            let receiver = Gc::from_value(Value::from_bits(w3.load(Ordering::Acquire)));
            receiver.is_some_and(relies) || relies(class_of(k as u32)) || attribute()
        }
        CachedReferences::Cell => relies(class_of(k as u32)),
    };
    if stale {
        key.store(0, Ordering::Release);
    }
    stale || k == 0
}

/// The code object whose instructions contain `pc`, for a frame of `f` whose `__code__` was
/// assigned while it ran.
pub fn code_containing(f: FunctionObj, pc: *const u64) -> Option<CodeObj> {
    f.former_bodies().find(|code| code.contains(pc))
}

/// Checks every cached class attribute against the classes as they are: for tests.
///
/// # Panics
/// A cache is stale: a class changed and nobody purged.
pub fn verify(cx: &mut Cx) {
    let sites: Vec<(usize, usize)> = {
        let sites = cx
            .state::<State>()
            .sites
            .lock()
            .unwrap_or_else(|e| e.into_inner());
        sites
            .young
            .iter()
            .copied()
            .chain(sites.old.iter().map(|(&at, &code)| (at, code)))
            .collect()
    };
    for (at, code) in sites {
        // SAFETY: no collection since the list was read: `lookup_where` does not allocate.
        let code: CodeObj = unsafe { Gc::from_ptr((code as *mut Header).cast()) };
        let pc = code.offset_of(at as *const u64) as usize - 1;
        let [key, w2, w3] = std::array::from_fn(|i| code.word(pc + 1 + i).load(Ordering::Acquire));
        let class = match crate::interp::attrs::cached_references(key) {
            CachedReferences::Value => cx.shape_entry(key as u32).class,
            CachedReferences::Guarded => Gc::from_value_unchecked(Value::from_bits(w3)),
            CachedReferences::None | CachedReferences::Cell => continue,
        };
        let name = code.name_at((code.unit.words[pc] >> 48) as usize);
        let found = class.lookup_where(cx, name).map(|(_, v)| v.bits());
        assert!(
            found == Some(w2),
            "stale inline cache for {}.{}",
            class.name_string(),
            name.to_string_lossy()
        );
    }
}
