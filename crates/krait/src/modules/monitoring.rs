//! `sys.monitoring` (PEP 669): the names. Nothing can be monitored yet.

use krait_macros::pyfunctions;
use krait_runtime::native::{Cx, ModuleDef, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::module::{self, Module};

static MODULE: ModuleDef = ModuleDef {
    name: "sys.monitoring",
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// Events with the number of their bit.
const EVENTS: [(&str, u32); 19] = [
    ("PY_START", 0),
    ("PY_RESUME", 1),
    ("PY_RETURN", 2),
    ("PY_YIELD", 3),
    ("CALL", 4),
    ("LINE", 5),
    ("INSTRUCTION", 6),
    ("JUMP", 7),
    ("BRANCH_LEFT", 8),
    ("BRANCH_RIGHT", 9),
    ("STOP_ITERATION", 10),
    ("RAISE", 11),
    ("EXCEPTION_HANDLED", 12),
    ("PY_UNWIND", 13),
    ("PY_THROW", 14),
    ("RERAISE", 15),
    ("C_RETURN", 16),
    ("C_RAISE", 17),
    ("BRANCH", 18),
];

/// The namespace `sys.monitoring`.
pub fn new(cx: &mut Cx) -> PyResult<Value> {
    let m = Module::new(cx, MODULE.name, None);
    module::fill(cx, m, &MODULE)?;
    Ok(m.value())
}

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let events = cx.new_namespace(&[("NO_EVENTS", Value::small(0))])?;
    for (name, bit) in EVENTS {
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
    for name in ["DISABLE", "MISSING"] {
        let marker = cx.types().object.value();
        let marker = cx.call(marker, &[])?;
        m.set(cx, name, marker);
    }
    Ok(())
}

struct Functions;

#[pyfunctions]
impl Functions {
    #[py(sig = "($module, tool_id, name, /)", doc = "")]
    fn use_tool_id(cx: &mut Cx, _tool_id: Value, _name: Value) -> PyResult<Value> {
        Err(cx.not_implemented_error("sys.monitoring is not supported yet"))
    }

    #[py(sig = "($module, tool_id, /)", doc = "")]
    fn free_tool_id(_tool_id: Value) {}

    #[py(sig = "($module, tool_id, /)", doc = "")]
    fn clear_tool_id(_tool_id: Value) {}

    #[py(sig = "($module, tool_id, /)", doc = "")]
    fn get_tool(_tool_id: Value) -> Value {
        Value::none()
    }

    #[py(sig = "($module, tool_id, event, func, /)", doc = "")]
    fn register_callback(
        cx: &mut Cx,
        _tool_id: Value,
        _event: Value,
        _func: Value,
    ) -> PyResult<Value> {
        Err(cx.not_implemented_error("sys.monitoring is not supported yet"))
    }

    #[py(sig = "($module, tool_id, /)", doc = "")]
    fn get_events(_tool_id: Value) -> i64 {
        0
    }

    #[py(sig = "($module, tool_id, event_set, /)", doc = "")]
    fn set_events(cx: &mut Cx, _tool_id: Value, _event_set: Value) -> PyResult<Value> {
        Err(cx.not_implemented_error("sys.monitoring is not supported yet"))
    }

    #[py(sig = "($module, tool_id, code, /)", doc = "")]
    fn get_local_events(_tool_id: Value, _code: Value) -> i64 {
        0
    }

    #[py(sig = "($module, tool_id, code, event_set, /)", doc = "")]
    fn set_local_events(
        cx: &mut Cx,
        _tool_id: Value,
        _code: Value,
        _event_set: Value,
    ) -> PyResult<Value> {
        Err(cx.not_implemented_error("sys.monitoring is not supported yet"))
    }

    #[py(sig = "($module, /)", doc = "")]
    fn restart_events() {}

    #[py(sig = "($module, /)", doc = "")]
    fn _all_events(cx: &mut Cx) -> Value {
        cx.new_dict().value()
    }
}
