//! `gc`: control of the collector, in CPython's terms.

use std::sync::atomic::Ordering;

use krait_heap::{Kind, sticky};
use krait_macros::pyfunctions;
use krait_runtime::native::{Cx, ModuleDef, PyResult, Value};
use krait_runtime::object::{Gc, Kind as ObjectKind};
use krait_runtime::types::module::Module;
use krait_runtime::vec::ValueVec;

use crate::state;

pub static MODULE: ModuleDef = ModuleDef {
    name: "gc",
    doc: Some(
        "This module provides access to the garbage collector.\n\nKrait's collector traces all objects; there are no reference counts, and thresholds are only remembered.",
    ),
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    for name in ["garbage", "callbacks"] {
        let list = cx.new_list(&[]);
        m.set(cx, name, list);
    }
    for (name, bit) in [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", 32),
        ("DEBUG_LEAK", 38),
    ] {
        m.set(cx, name, Value::small(bit));
    }
    let thresholds = [2000, 10, 0].map(Value::small);
    let thresholds = cx.new_tuple(&thresholds);
    m.set(cx, "_threshold", thresholds);
    Ok(())
}

fn own_module(cx: &mut Cx) -> Option<Gc<Module>> {
    let key = cx.intern("gc");
    super::sys::modules(cx)?
        .get_str(cx, key)
        .and_then(Gc::from_value)
}

/// Calls `gc.callbacks`.
fn call_callbacks(cx: &mut Cx, phase: &str, generation: i64) -> PyResult<()> {
    let Some(list) = own_module(cx).and_then(|m| m.get(cx, "callbacks")) else {
        return Ok(());
    };
    let callbacks = cx.collect(list)?;
    if callbacks.is_empty() {
        return Ok(());
    }
    let info = cx.new_dict();
    for (name, v) in [
        ("generation", generation),
        ("collected", 0),
        ("uncollectable", 0),
    ] {
        let key = cx.intern(name);
        info.set_str(cx, key, Value::small(v));
    }
    let phase = cx.intern(phase).value();
    for &f in callbacks.as_slice() {
        if let Err(e) = cx.call(f, &[phase, info.value()]) {
            cx.unraisable_during(e, "while calling GC callback", f);
        }
    }
    Ok(())
}

/// Whether CPython's collector would track `v`: it can refer to other objects.
fn tracked(v: Value) -> bool {
    let Some(o) = v.as_object() else { return false };
    // SAFETY: an object reference points to a live header.
    let kind = unsafe { (*o).kind() };
    let untracked = [
        ObjectKind::Plain,
        ObjectKind::Float,
        ObjectKind::Complex,
        ObjectKind::Int,
        ObjectKind::Bool,
        ObjectKind::Str,
        ObjectKind::Bytes,
        ObjectKind::ByteArray,
        ObjectKind::Range,
        ObjectKind::Code,
    ];
    !untracked.iter().any(|k| *k as u8 == kind) && !is_internal(kind)
}

/// Storage that belongs to other objects and that no program sees.
fn is_internal(kind: u8) -> bool {
    [
        ObjectKind::DictStorage,
        ObjectKind::GlobalCell,
        ObjectKind::SetStorage,
        ObjectKind::Array,
        ObjectKind::RawBytes,
    ]
    .iter()
    .any(|k| *k as u8 == kind)
}

/// The addresses of all objects that a program may see. They are only looked at while nothing can
/// be collected: the list that is made of them keeps them alive.
fn all_tracked(cx: &mut Cx) -> PyResult<ValueVec> {
    let count = cx.mutator.stop_world(|world| {
        let mut n = 0;
        world.for_each_object(|o| n += usize::from(tracked(Value::from_object(o))));
        n
    });
    // Room for all of them first: nothing is allocated while their addresses are copied.
    let room = cx.try_new_array(count + 64)?;
    let mut len = 0;
    let slots = room.slots();
    cx.mutator.stop_world(|world| {
        world.for_each_object(|o| {
            let v = Value::from_object(o);
            if tracked(v) && len < slots.len() {
                slots[len].set_immediate(v);
                len += 1;
            }
        });
    });
    cx.write_barrier(room.header());
    let mut out = ValueVec::with_capacity(cx, len)?;
    for &v in &room.values()[..len] {
        out.push(cx, v)?;
    }
    Ok(out)
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Enable automatic garbage collection.
    #[py(sig = "($module, /)")]
    fn enable(cx: &mut Cx) {
        state::of(cx).gc_disabled.store(false, Ordering::Relaxed);
    }

    /// Disable automatic garbage collection.
    ///
    /// Only noted: without reference counts memory is freed by collections alone.
    #[py(sig = "($module, /)")]
    fn disable(cx: &mut Cx) {
        state::of(cx).gc_disabled.store(true, Ordering::Relaxed);
    }

    /// Returns true if automatic garbage collection is enabled.
    #[py(sig = "($module, /)")]
    fn isenabled(cx: &mut Cx) -> bool {
        !state::of(cx).gc_disabled.load(Ordering::Relaxed)
    }

    /// Run the garbage collector.
    ///
    /// With no arguments, run a full collection.  The optional argument
    /// may be an integer specifying which generation to collect.  A ValueError
    /// is raised if the generation number is invalid.
    ///
    /// The number of unreachable objects is returned: of all kinds, and with what became garbage
    /// since the last collection.
    #[py(sig = "($module, /, generation=2)")]
    fn collect(cx: &mut Cx, generation: Option<i32>) -> PyResult<i64> {
        let generation = generation.unwrap_or(2);
        if !(0..=2).contains(&generation) {
            return Err(cx.value_error("invalid generation"));
        }
        call_callbacks(cx, "start", generation.into())?;
        cx.interp()
            .heap
            .count_cyclic_in_next(|object| tracked(Value::from_object(object)));
        let kind = if generation == 0 {
            Kind::Nursery
        } else {
            Kind::Full
        };
        let this = own_module(cx).and_then(|m| m.get(cx, "collect"));
        if this.is_some_and(|f| krait_vm::window::calls_directly(cx, f)) {
            // SAFETY: the frames below the interpreter's loop are this function's and those of the call
            // instruction, which finds all it needs in registers.
            unsafe { cx.mutator.collect_ignoring_frames(kind) };
        } else {
            cx.mutator.collect(kind);
        }
        if let Some(run) = cx.hooks().run_pending {
            krait_runtime::types::weakref::run_callbacks(cx);
            krait_runtime::finalize::run(cx);
            run(cx)?;
        }
        call_callbacks(cx, "stop", generation.into())?;
        Ok(cx.interp().heap.cyclic_count() as i64)
    }

    /// Set the garbage collection debugging flags.
    #[py(sig = "($module, flags, /)")]
    fn set_debug(cx: &mut Cx, flags: i32) {
        state::of(cx)
            .gc_debug
            .store(flags as u32, Ordering::Relaxed);
    }

    /// Get the garbage collection debugging flags.
    #[py(sig = "($module, /)")]
    fn get_debug(cx: &mut Cx) -> u32 {
        state::of(cx).gc_debug.load(Ordering::Relaxed)
    }

    /// Set the collection thresholds (the collection frequency): they are only remembered.
    #[py(
        sig = "($module, threshold0, threshold1=<unrepresentable>, threshold2=<unrepresentable>, /)",
        hide_sig
    )]
    fn set_threshold(
        cx: &mut Cx,
        threshold0: i32,
        threshold1: Option<i32>,
        threshold2: Option<i32>,
    ) -> PyResult<()> {
        let Some(m) = own_module(cx) else {
            return Ok(());
        };
        let values = [
            threshold0,
            threshold1.unwrap_or(10),
            threshold2.unwrap_or(0),
        ]
        .map(|n| Value::small(n.into()));
        let values = cx.new_tuple(&values);
        m.set(cx, "_threshold", values);
        Ok(())
    }

    /// Return the current collection thresholds.
    #[py(sig = "($module, /)")]
    fn get_threshold(cx: &mut Cx) -> Value {
        own_module(cx)
            .and_then(|m| m.get(cx, "_threshold"))
            .unwrap_or(Value::none())
    }

    /// Return a three-tuple of the current collection counts.
    #[py(sig = "($module, /)")]
    fn get_count(cx: &mut Cx) -> Value {
        let s = cx.interp().heap.stats();
        let counts = [
            (s.bytes_allocated / 64 % 2000) as i64,
            (s.nursery_collections % 10) as i64,
            0,
        ]
        .map(Value::small);
        cx.new_tuple(&counts)
    }

    /// Return a list of dictionaries containing per-generation statistics.
    #[py(sig = "($module, /)")]
    fn get_stats(cx: &mut Cx) -> PyResult<Value> {
        let s = cx.interp().heap.stats();
        let list = cx.try_new_list(&[])?;
        for collections in [s.nursery_collections, 0, s.full_collections] {
            let d = cx.new_dict();
            for (name, n) in [
                ("collections", collections),
                ("collected", 0),
                ("uncollectable", 0),
            ] {
                let key = cx.intern(name);
                let n = cx.new_uint(n);
                d.set_str(cx, key, n);
            }
            list.push(cx, d.value())?;
        }
        Ok(list.value())
    }

    /// Return a list of objects tracked by the collector (excluding the list returned).
    #[py(sig = "($module, /, generation=None)")]
    fn get_objects(cx: &mut Cx, generation: Option<Value>) -> PyResult<Value> {
        if let Some(g) = generation.filter(|g| !g.is_none()) {
            let n = cx.index_i64(g)?.unwrap_or(-1);
            if n < 0 {
                return Err(cx.value_error("generation parameter cannot be negative"));
            }
            if n > 2 {
                return Err(cx.value_error("generation parameter must be less than the number of available generations (3)"));
            }
            if n < 2 {
                return Ok(cx.new_list(&[]));
            }
        }
        let all = all_tracked(cx)?;
        Ok(krait_runtime::types::list::List::from_vec(cx, all).value())
    }

    /// Return the list of objects that directly refer to any of 'objs'.
    #[py(sig = "($module, /, *objs)")]
    fn get_referrers(cx: &mut Cx, objs: &[Value]) -> PyResult<Value> {
        let all = all_tracked(cx)?;
        let list = cx.try_new_list(&[])?;
        for &candidate in all.as_slice() {
            let refers = crate::referents::of(cx, candidate)?
                .as_slice()
                .iter()
                .any(|r| objs.contains(r));
            if refers {
                list.push(cx, candidate)?;
            }
        }
        Ok(list.value())
    }

    /// Return the list of objects that are directly referred to by 'objs'.
    #[py(sig = "($module, /, *objs)")]
    fn get_referents(cx: &mut Cx, objs: &[Value]) -> PyResult<Value> {
        let list = cx.try_new_list(&[])?;
        for &v in objs {
            let found = crate::referents::of(cx, v)?;
            list.extend_from_slice(cx, found.as_slice())?;
        }
        Ok(list.value())
    }

    /// Returns true if the object is tracked by the garbage collector.
    ///
    /// Simple atomic objects will return false.
    #[py(sig = "($module, obj, /)")]
    fn is_tracked(obj: Value) -> bool {
        tracked(obj)
    }

    /// Returns true if the object has been already finalized by the GC.
    #[py(sig = "($module, obj, /)")]
    fn is_finalized(obj: Value) -> bool {
        match obj.as_object() {
            // SAFETY: an object reference points to a live header.
            Some(o) => unsafe { (*o).sticky() & sticky::FINALIZED != 0 },
            None => false,
        }
    }

    /// Freeze all current tracked objects and ignore them for future collections.
    ///
    /// Nothing has to be done: marks stand beside the objects, and old ones are not looked at.
    #[py(sig = "($module, /)")]
    fn freeze() {}

    /// Unfreeze all objects in the permanent generation.
    #[py(sig = "($module, /)")]
    fn unfreeze() {}

    /// Return the number of objects in the permanent generation.
    #[py(sig = "($module, /)")]
    fn get_freeze_count() -> i64 {
        0
    }
}
