//! `_warnings`: filters and registries, and what shows a warning before `warnings` is imported.

mod context;
mod explicit;

use krait_macros::pyfunctions;
use krait_runtime::cx::Root;
use krait_runtime::native::{Cx, ModuleDef, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::module::Module;
use krait_runtime::types::typeobj::Type;

use crate::lock::ReentrantLock;

pub use explicit::{Warning, explicit};

pub static MODULE: ModuleDef = ModuleDef {
    name: "_warnings",
    doc: Some(
        "_warnings provides basic warning filtering support.\nIt is a helper module to speed up interpreter start-up.",
    ),
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// Per interpreter: the lock of filters and registries, and how often the filters changed.
#[derive(Default)]
pub(super) struct State {
    lock: ReentrantLock,
    version: std::sync::atomic::AtomicI64,
}

/// The filters that hold before a program changes them: action, category, module.
fn default_filters(cx: &mut Cx) -> PyResult<Value> {
    let t = cx.types();
    let main = cx.new_str("__main__");
    let rows: [(&str, Gc<Type>, Value); 5] = [
        ("default", t.deprecation_warning, main),
        ("ignore", t.deprecation_warning, Value::none()),
        ("ignore", t.pending_deprecation_warning, Value::none()),
        ("ignore", t.import_warning, Value::none()),
        ("ignore", t.resource_warning, Value::none()),
    ];
    let filters = cx.try_new_list(&[])?;
    for (action, category, module) in rows {
        let action = cx.intern(action).value();
        let row = cx.new_tuple(&[
            action,
            Value::none(),
            category.value(),
            module,
            Value::small(0),
        ]);
        filters.push(cx, row)?;
    }
    Ok(filters.value())
}

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    cx.set_root(Root::WarningsState, m.value());
    let filters = default_filters(cx)?;
    m.set(cx, "filters", filters);
    let once = cx.new_dict().value();
    m.set(cx, "_onceregistry", once);
    let action = cx.intern("default").value();
    m.set(cx, "_defaultaction", action);
    Ok(())
}

/// The native module's own attribute.
fn own(cx: &mut Cx, name: &str) -> Option<Value> {
    Gc::<Module>::from_value(cx.root(Root::WarningsState))?.get(cx, name)
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Issue a warning, or maybe ignore it or raise an exception.
    ///
    ///   message
    ///     Text of the warning message.
    ///   category
    ///     The Warning category subclass. Defaults to UserWarning.
    ///   stacklevel
    ///     How far up the call stack to make this warning appear. A value of 2 for
    ///     example attributes the warning to the caller of the code calling warn().
    ///   source
    ///     If supplied, the destroyed object which emitted a ResourceWarning
    ///   skip_file_prefixes
    ///     An optional tuple of module filename prefixes indicating frames to skip
    ///     during stacklevel computations for stack frame attribution.
    #[py(
        sig = "($module, /, message, category=None, stacklevel=1, source=None, *,\n     skip_file_prefixes=<unrepresentable>)",
        hide_sig
    )]
    fn warn(
        cx: &mut Cx,
        message: Value,
        category: Option<Value>,
        stacklevel: Option<isize>,
        source: Option<Value>,
        skip_file_prefixes: Option<Value>,
    ) -> PyResult<Value> {
        let category = explicit::category(cx, message, category.filter(|c| !c.is_none()))?;
        let place = context::place(cx, stacklevel.unwrap_or(1), skip_file_prefixes)?;
        explicit(
            cx,
            Warning {
                message,
                category,
                source: source.unwrap_or(Value::none()),
                ..place
            },
        )?;
        Ok(Value::none())
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[py(
        sig = "($module, /, message, category, filename, lineno, module=<unrepresentable>, registry=None, module_globals=None, source=None)",
        hide_sig
    )]
    fn warn_explicit(
        cx: &mut Cx,
        message: Value,
        category: Value,
        filename: Value,
        lineno: Value,
        module: Option<Value>,
        registry: Option<Value>,
        module_globals: Option<Value>,
        source: Option<Value>,
    ) -> PyResult<Value> {
        let none = |v: Option<Value>| v.unwrap_or(Value::none());
        let lineno = cx.index(lineno)?;
        let mut line = Value::none();
        if let Some(g) = module_globals.filter(|g| !g.is_none()) {
            let Some(globals) = Gc::<krait_runtime::types::dict::Dict>::from_value(g) else {
                let got = cx.type_name(g);
                return Err(cx.type_error(format!("module_globals must be a dict, not '{got}'")));
            };
            line = explicit::source_line(cx, globals, lineno)?;
        }
        let category = explicit::category(cx, message, Some(category))?;
        let warning = Warning {
            message,
            category,
            filename,
            lineno,
            module: none(module),
            registry: none(registry),
            source: none(source),
            line,
        };
        explicit(cx, warning)?;
        Ok(Value::none())
    }

    #[py(sig = "($module, /)", doc = "")]
    fn _filters_mutated_lock_held(cx: &mut Cx) {
        cx.state::<State>()
            .version
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }

    #[py(sig = "($module, /)", doc = "")]
    fn _acquire_lock(cx: &mut Cx) {
        cx.state::<State>().lock.acquire(cx);
    }

    #[py(sig = "($module, /)", doc = "")]
    fn _release_lock(cx: &mut Cx) -> PyResult<()> {
        if cx.state::<State>().lock.release(cx) {
            Ok(())
        } else {
            Err(cx.runtime_error("cannot release un-acquired lock"))
        }
    }

    /// `_warnings_context`, made on first use: context variables come later than this module.
    #[py(sig = "($module, name, /)", hide_sig)]
    fn __getattr__(cx: &mut Cx, name: Value) -> PyResult<Value> {
        let text = cx.str_string(name)?;
        if text == "_warnings_context"
            && let Some(m) = Gc::<Module>::from_value(cx.root(Root::WarningsState))
        {
            let contextvars = cx.import("_contextvars")?;
            let label = cx.new_str("warnings_context");
            let var = cx.call_method_str(contextvars, "ContextVar", &[label])?;
            m.set(cx, "_warnings_context", var);
            return Ok(var);
        }
        Err(cx.attribute_error(format!("module '_warnings' has no attribute '{text}'")))
    }
}
