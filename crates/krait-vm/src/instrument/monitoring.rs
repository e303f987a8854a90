//! The tools of `sys.monitoring` (PEP 669): which events each wants, and calling their callbacks.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use krait_runtime::cx::{Cx, POLL_INSTRUMENT, Root};
use krait_runtime::error::PyResult;
use krait_runtime::object::{Array, Gc};
use krait_runtime::value::Value;
use krait_runtime::vec::ValueVec;

use crate::objects::code::{self, CodeObj};
use crate::objects::code_methods::WORD_BYTES;

/// Identifiers that tools can have.
pub const TOOLS: usize = 6;

macro_rules! events {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// An event; its number is the number of its bit in sets of events.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Event { $($variant,)* }

        /// Their names, in order.
        pub const EVENT_NAMES: &[&str] = &[$($name,)*];
    };
}

events! {
    PyStart "PY_START", PyResume "PY_RESUME", PyReturn "PY_RETURN", PyYield "PY_YIELD", Call "CALL",
    Line "LINE", Instruction "INSTRUCTION", Jump "JUMP", BranchLeft "BRANCH_LEFT",
    BranchRight "BRANCH_RIGHT", StopIteration "STOP_ITERATION", Raise "RAISE",
    ExceptionHandled "EXCEPTION_HANDLED", PyUnwind "PY_UNWIND", PyThrow "PY_THROW",
    Reraise "RERAISE", CReturn "C_RETURN", CRaise "C_RAISE", Branch "BRANCH",
}

impl Event {
    pub const COUNT: usize = EVENT_NAMES.len();

    /// In sets of events.
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }

    /// Belongs to a place in the code, and can be disabled there.
    fn is_local(self) -> bool {
        (self as u8) < Event::Raise as u8
    }
}

/// Events that can be set for one code object.
pub const LOCAL_EVENTS: u32 = Event::Raise.bit() - 1;

#[derive(Default)]
struct State {
    /// Some tool wants some event.
    any: AtomicBool,
    /// How often a function was set for all threads.
    announced: AtomicU64,
    tools: Mutex<Tools>,
}

/// What the tools want, by code objects' identity where it is local.
#[derive(Default)]
struct Tools {
    global: [u32; TOOLS],
    local: HashMap<u64, [u32; TOOLS]>,
    /// Callbacks that returned DISABLE: code, instruction, event, tool.
    disabled: HashSet<(u64, u32, u8, u8)>,
}

fn tools(cx: &Cx) -> MutexGuard<'static, Tools> {
    cx.state::<State>()
        .tools
        .lock()
        .unwrap_or_else(|e| e.into_inner())
}

/// Whether any tool wants any event.
pub fn is_wanted(cx: &Cx) -> bool {
    cx.interp()
        .existing_state::<State>()
        .is_some_and(|s| s.any.load(Ordering::Acquire))
}

// ---- What is kept in the heap ---------------------------------------------------------------

/// Callbacks by tool and event, then names of the tools, then `DISABLE` and `MISSING`.
const NAMES: usize = TOOLS * Event::COUNT;
const DISABLE: usize = NAMES + TOOLS;
const MISSING: usize = DISABLE + 1;
/// Trace and profile function set for all threads; `EMPTY` for those that never were.
const FUNCTIONS: usize = MISSING + 1;
const OBJECTS: usize = FUNCTIONS + 2;

fn objects(cx: &mut Cx) -> PyResult<Gc<Array>> {
    if let Some(a) = Gc::<Array>::from_value(cx.root(Root::Monitoring)) {
        return Ok(a);
    }
    let array = cx.new_array(OBJECTS);
    for slot in array.slots() {
        slot.set_immediate(Value::none());
    }
    for slot in &array.slots()[FUNCTIONS..] {
        slot.set_immediate(Value::EMPTY);
    }
    for at in [DISABLE, MISSING] {
        let object = cx.types().object.value();
        let marker = cx.call(object, &[])?;
        array.slots()[at].set(cx, array, marker);
    }
    cx.set_root(Root::Monitoring, array.value());
    Ok(array)
}

fn object(cx: &mut Cx, at: usize) -> Value {
    objects(cx).map_or(Value::none(), |a| a.values()[at])
}

fn replace(cx: &mut Cx, at: usize, v: Value) -> PyResult<Value> {
    let array = objects(cx)?;
    let old = array.values()[at];
    array.slots()[at].set(cx, array, v);
    Ok(old)
}

/// `sys.monitoring.DISABLE`.
pub fn disable(cx: &mut Cx) -> Value {
    object(cx, DISABLE)
}

/// `sys.monitoring.MISSING`: the first argument of a call without arguments.
pub fn missing(cx: &mut Cx) -> Value {
    object(cx, MISSING)
}

/// The name of a tool, `None` while the identifier is free.
pub fn name(cx: &mut Cx, tool: usize) -> Value {
    object(cx, NAMES + tool)
}

pub fn set_name(cx: &mut Cx, tool: usize, name: Value) -> PyResult<()> {
    replace(cx, NAMES + tool, name).map(|_| ())
}

/// Sets the callback of a tool for an event; returns the one before.
pub fn set_callback(cx: &mut Cx, tool: usize, event: usize, f: Value) -> PyResult<Value> {
    replace(cx, tool * Event::COUNT + event, f)
}

/// Remembers a trace or profile function for all threads and tells them; returns the number of this
/// announcement.
pub fn announce_function(cx: &mut Cx, slot: usize, f: Value) -> PyResult<u64> {
    replace(cx, FUNCTIONS + slot, f)?;
    let n = cx.state::<State>().announced.fetch_add(1, Ordering::AcqRel) + 1;
    cx.interp().heap.request_all(POLL_INSTRUMENT);
    Ok(n)
}

/// The number of the last announcement.
pub fn announced(cx: &Cx) -> u64 {
    cx.interp()
        .existing_state::<State>()
        .map_or(0, |s| s.announced.load(Ordering::Acquire))
}

pub fn announced_function(cx: &mut Cx, slot: usize) -> Option<Value> {
    object(cx, FUNCTIONS + slot).some()
}

// ---- What tools want ------------------------------------------------------------------------

pub fn events(cx: &Cx, tool: usize) -> u32 {
    tools(cx).global[tool]
}

pub fn local_events(cx: &Cx, tool: usize, code: CodeObj) -> u32 {
    let id = code::public(code).id;
    tools(cx).local.get(&id).map_or(0, |l| l[tool])
}

pub fn set_events(cx: &mut Cx, tool: usize, events: u32) {
    tools(cx).global[tool] = events;
    changed(cx);
}

pub fn set_local_events(cx: &mut Cx, tool: usize, code: CodeObj, events: u32) {
    let id = code::public(code).id;
    tools(cx).local.entry(id).or_default()[tool] = events;
    changed(cx);
}

/// Forgets events and callbacks of a tool.
pub fn clear(cx: &mut Cx, tool: usize) -> PyResult<()> {
    {
        let mut tools = tools(cx);
        tools.global[tool] = 0;
        tools.local.values_mut().for_each(|l| l[tool] = 0);
        tools.disabled.retain(|d| d.3 as usize != tool);
    }
    for event in 0..Event::COUNT {
        set_callback(cx, tool, event, Value::none())?;
    }
    changed(cx);
    Ok(())
}

/// What callbacks disabled is enabled again.
pub fn restart(cx: &Cx) {
    tools(cx).disabled.clear();
}

/// Tells all threads that what is wanted changed.
fn changed(cx: &mut Cx) {
    {
        let mut tools = tools(cx);
        tools.local.retain(|_, l| l.iter().any(|e| *e != 0));
        let any = tools.global.iter().any(|e| *e != 0) || !tools.local.is_empty();
        cx.state::<State>().any.store(any, Ordering::Release);
    }
    super::refresh(cx);
    cx.interp().heap.request_all(POLL_INSTRUMENT);
}

// ---- Reporting ------------------------------------------------------------------------------

/// The offset of an instruction as Python code sees it.
pub fn offset(at: u32) -> Value {
    Value::small(at as i64 * WORD_BYTES)
}

/// The tools that want `event` at this place, one bit each.
fn wanting(cx: &Cx, event: Event, code: CodeObj, at: u32) -> u32 {
    if !is_wanted(cx) {
        return 0;
    }
    // The events of returns from native code come with those of calls.
    let place = match event {
        Event::CReturn | Event::CRaise => Event::Call,
        _ => event,
    };
    let id = code::public(code).id;
    let tools = tools(cx);
    let local = tools.local.get(&id).copied().unwrap_or_default();
    (0..TOOLS)
        .filter(|&t| (tools.global[t] | local[t]) & place.bit() != 0)
        .filter(|&t| !tools.disabled.contains(&(id, at, place as u8, t as u8)))
        .fold(0, |set, t| set | 1 << t)
}

/// Whether a tool wants `event` at this place.
pub fn wants(cx: &Cx, event: Event, code: CodeObj, at: u32) -> bool {
    wanting(cx, event, code, at) != 0
}

/// Calls the callbacks for an event with the code object, the offset and `rest`.
pub fn fire_at(cx: &mut Cx, event: Event, code: CodeObj, at: u32, rest: &[Value]) -> PyResult<()> {
    if !wants(cx, event, code, at) {
        return Ok(());
    }
    let mut args = ValueVec::from_slice(cx, &[offset(at)])?;
    for &v in rest {
        args.push(cx, v)?;
    }
    fire(cx, event, code, at, args.as_slice())
}

/// Calls the callbacks for an event with the code object and `rest`.
pub fn fire(cx: &mut Cx, event: Event, code: CodeObj, at: u32, rest: &[Value]) -> PyResult<()> {
    let set = wanting(cx, event, code, at);
    if set == 0 {
        return Ok(());
    }
    let mut args = ValueVec::from_slice(cx, &[code::public(code).value()])?;
    for &v in rest {
        args.push(cx, v)?;
    }
    for tool in (0..TOOLS).filter(|t| set & 1 << t != 0) {
        let mut r = call(cx, tool, event as usize, args.as_slice())?;
        // The older event for both directions.
        if matches!(event, Event::BranchLeft | Event::BranchRight) && r.is_none() {
            r = call(cx, tool, Event::Branch as usize, args.as_slice())?;
        }
        if r == disable(cx) {
            disabled(cx, tool, event, code, at)?;
        }
    }
    Ok(())
}

fn call(cx: &mut Cx, tool: usize, event: usize, args: &[Value]) -> PyResult<Value> {
    let f = object(cx, tool * Event::COUNT + event);
    if f.is_none() {
        return Ok(f);
    }
    super::call_quietly(cx, f, args)
}

/// A callback returned DISABLE.
fn disabled(cx: &mut Cx, tool: usize, event: Event, code: CodeObj, at: u32) -> PyResult<()> {
    if event.is_local() {
        let id = code::public(code).id;
        tools(cx).disabled.insert((id, at, event as u8, tool as u8));
        return Ok(());
    }
    set_callback(cx, tool, event as usize, Value::none())?;
    let name = EVENT_NAMES[event as usize];
    Err(cx.value_error(format!("Cannot disable {name} events. Callback removed.")))
}
