//! `sys.monitoring` (PEP 669). What happens with the events: `krait_vm::instrument`.

use krait_macros::pyfunctions;
use krait_runtime::native::{Cx, ModuleDef, NativeObj, PyResult, Value};
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::module::{self, Module};
use krait_vm::instrument::monitoring::{self as tools, EVENT_NAMES, Event, LOCAL_EVENTS, TOOLS};
use krait_vm::objects::code::{Code, CodeObj};

static MODULE: ModuleDef = ModuleDef {
    name: "sys.monitoring",
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// The namespace `sys.monitoring`.
pub fn new(cx: &mut Cx) -> PyResult<Value> {
    let m = Module::new(cx, MODULE.name, None);
    module::fill(cx, m, &MODULE)?;
    Ok(m.value())
}

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let events = cx.new_namespace(&[("NO_EVENTS", Value::small(0))])?;
    for (bit, name) in EVENT_NAMES.iter().enumerate() {
        cx.set_attr_str(events, name, Value::small(1 << bit))?;
    }
    m.set(cx, "events", events);
    for (name, id) in [
        ("DEBUGGER_ID", 0),
        ("COVERAGE_ID", 1),
        ("PROFILER_ID", 2),
        ("OPTIMIZER_ID", 5),
    ] {
        m.set(cx, name, Value::small(id));
    }
    let (disable, missing) = (tools::disable(cx), tools::missing(cx));
    m.set(cx, "DISABLE", disable);
    m.set(cx, "MISSING", missing);
    Ok(())
}

/// Events beyond the ones that come by themselves: returns from native code go with calls.
const RETURNS: u32 = Event::CReturn.bit() | Event::CRaise.bit();

fn check_tool(cx: &mut Cx, tool: i32) -> PyResult<usize> {
    match usize::try_from(tool) {
        Ok(t) if t < TOOLS => Ok(t),
        _ => {
            let last = TOOLS - 1;
            Err(cx.value_error(format!(
                "invalid tool {tool} (must be between 0 and {last})"
            )))
        }
    }
}

fn check_in_use(cx: &mut Cx, tool: i32) -> PyResult<usize> {
    let t = check_tool(cx, tool)?;
    if tools::name(cx, t).is_none() {
        return Err(cx.value_error(format!("tool {tool} is not in use")));
    }
    Ok(t)
}

/// A set of events as it is kept: `BRANCH` stands for both directions.
fn check_events(cx: &mut Cx, events: i32, allowed: u32, what: &str) -> PyResult<u32> {
    let mut set = events as u32;
    let known = (1 << Event::COUNT) - 1;
    if events < 0 || set & !known != 0 {
        return Err(cx.value_error(format!("invalid {what}event set {set:#x}")));
    }
    let independent = set & RETURNS != RETURNS || set & Event::Call.bit() == 0;
    if set & RETURNS != 0 && independent {
        return Err(cx.value_error("cannot set C_RETURN or C_RAISE events independently"));
    }
    // Calls bring the events of their returns.
    set &= !RETURNS;
    if set & Event::Branch.bit() != 0 {
        set &= !Event::Branch.bit();
        set |= Event::BranchLeft.bit() | Event::BranchRight.bit();
    }
    if set & !allowed != 0 {
        return Err(cx.value_error(format!("invalid {what}event set {set:#x}")));
    }
    Ok(set)
}

fn check_code(cx: &mut Cx, code: Value) -> PyResult<CodeObj> {
    NativeObj::<Code>::from_value(code).ok_or_else(|| cx.type_error("code must be a code object"))
}

struct Functions;

#[pyfunctions]
impl Functions {
    #[py(sig = "($module, tool_id, name, /)", doc = "")]
    fn use_tool_id(cx: &mut Cx, tool_id: i32, name: Value) -> PyResult<()> {
        let tool = check_tool(cx, tool_id)?;
        if !is_kind(name, Kind::Str) {
            return Err(cx.value_error("tool name must be a str"));
        }
        if !tools::name(cx, tool).is_none() {
            return Err(cx.value_error(format!("tool {tool_id} is already in use")));
        }
        tools::set_name(cx, tool, name)
    }

    #[py(sig = "($module, tool_id, /)", doc = "")]
    fn free_tool_id(cx: &mut Cx, tool_id: i32) -> PyResult<()> {
        let tool = check_tool(cx, tool_id)?;
        if !tools::name(cx, tool).is_none() {
            tools::clear(cx, tool)?;
        }
        tools::set_name(cx, tool, Value::none())
    }

    #[py(sig = "($module, tool_id, /)", doc = "")]
    fn clear_tool_id(cx: &mut Cx, tool_id: i32) -> PyResult<()> {
        let tool = check_tool(cx, tool_id)?;
        if !tools::name(cx, tool).is_none() {
            tools::clear(cx, tool)?;
        }
        Ok(())
    }

    #[py(sig = "($module, tool_id, /)", doc = "")]
    fn get_tool(cx: &mut Cx, tool_id: i32) -> PyResult<Value> {
        let tool = check_tool(cx, tool_id)?;
        Ok(tools::name(cx, tool))
    }

    #[py(sig = "($module, tool_id, event, func, /)", doc = "")]
    fn register_callback(cx: &mut Cx, tool_id: i32, event: i32, func: Value) -> PyResult<Value> {
        let tool = check_tool(cx, tool_id)?;
        if event <= 0 || event & (event - 1) != 0 {
            return Err(cx.value_error("The callback can only be set for one event at a time"));
        }
        let bit = event.trailing_zeros() as usize;
        if bit >= Event::COUNT {
            return Err(cx.value_error(format!("invalid event {event}")));
        }
        super::sys::audit(cx, "sys.monitoring.register_callback", &[func])?;
        tools::set_callback(cx, tool, bit, func)
    }

    #[py(sig = "($module, tool_id, /)", doc = "")]
    fn get_events(cx: &mut Cx, tool_id: i32) -> PyResult<u32> {
        let tool = check_tool(cx, tool_id)?;
        Ok(tools::events(cx, tool))
    }

    #[py(sig = "($module, tool_id, event_set, /)", doc = "")]
    fn set_events(cx: &mut Cx, tool_id: i32, event_set: i32) -> PyResult<()> {
        check_tool(cx, tool_id)?;
        let set = check_events(cx, event_set, u32::MAX, "")?;
        let tool = check_in_use(cx, tool_id)?;
        tools::set_events(cx, tool, set);
        Ok(())
    }

    #[py(sig = "($module, tool_id, code, /)", doc = "")]
    fn get_local_events(cx: &mut Cx, tool_id: i32, code: Value) -> PyResult<u32> {
        let code = check_code(cx, code)?;
        let tool = check_tool(cx, tool_id)?;
        Ok(tools::local_events(cx, tool, code))
    }

    #[py(sig = "($module, tool_id, code, event_set, /)", doc = "")]
    fn set_local_events(cx: &mut Cx, tool_id: i32, code: Value, event_set: i32) -> PyResult<()> {
        let code = check_code(cx, code)?;
        check_tool(cx, tool_id)?;
        let set = check_events(cx, event_set, LOCAL_EVENTS, "local ")?;
        let tool = check_in_use(cx, tool_id)?;
        tools::set_local_events(cx, tool, code, set);
        Ok(())
    }

    #[py(sig = "($module, /)", doc = "")]
    fn restart_events(cx: &mut Cx) {
        tools::restart(cx);
    }

    #[py(sig = "($module, /)", doc = "")]
    fn _all_events(cx: &mut Cx) -> PyResult<Value> {
        let all: Gc<Dict> = cx.new_dict();
        for (bit, name) in EVENT_NAMES.iter().enumerate() {
            let wanting = (0..TOOLS)
                .filter(|&t| tools::events(cx, t) >> bit & 1 != 0)
                .fold(0, |set, t| set | 1 << t);
            if wanting != 0 {
                let key = cx.intern(name);
                all.set_str(cx, key, Value::small(wanting));
            }
        }
        Ok(all.value())
    }
}
