//! How an interpreter starts and ends.

use std::sync::atomic::Ordering;

use krait_heap::WeakPhase;
use krait_runtime::cx::{self, Cx, Interpreter};
use krait_runtime::native::{PyResult, Value};

use crate::config::Config;
use crate::{compile, import, modules, paths, state, streams};

/// The heap, the types and the virtual machine.
pub fn new_context(config: &Config) -> Result<Box<Cx>, String> {
    let runtime_config = cx::Config {
        hash_seed: config.hash_seed,
        optimize: config.optimize,
        debug_ranges: config.debug_ranges,
        int_max_str_digits: config.int_max_str_digits.unwrap_or(4300),
        dev_mode: config.dev_mode,
        stress: config.gc_stress,
        verify_heap: config.gc_verify,
        ..cx::Config::default()
    };
    krait_runtime::boot::new_interpreter(runtime_config)
}

/// Everything above: hooks, modules, import system, streams, `site`.
pub fn start(cx: &mut Cx, config: Config) -> PyResult<()> {
    state::set_config(cx, config);
    krait_vm::start::init(cx)?;
    install_hooks(cx);
    import::init_core(cx)?;
    if state::config(cx).verbose > 0 {
        streams::init_early(cx)?;
    }
    import::init(cx)?;
    paths::init(cx)?;
    streams::init(cx)?;
    let config = state::config(cx);
    if config.install_signal_handlers {
        install_signals(cx)?;
    }
    new_main(cx)?;
    if config.opcount {
        // SAFETY: this thread's own state; no other reference is alive.
        unsafe { krait_vm::thread::vm(cx) }.opcount =
            Some(vec![0; krait_bytecode::ALL_OPS.len()].into_boxed_slice());
        krait_vm::instrument::refresh(cx);
    }
    if !config.warn_options.is_empty() {
        cx.import("warnings")?;
    }
    if !config.no_site {
        cx.import("site")?;
    }
    Ok(())
}

/// What the layers above the runtime hold weakly.
fn after_marking(interp: &Interpreter, weak: &mut WeakPhase<'_>) {
    krait_vm::caches::after_marking(interp, weak);
    modules::_asyncio::after_marking(interp, weak);
}

fn install_hooks(cx: &mut Cx) {
    let mut hooks = cx.interp().hooks.write().unwrap_or_else(|e| e.into_inner());
    hooks.compile = Some(compile::compile);
    hooks.unraisable = Some(modules::sys::print_unraisable);
    hooks.after_marking = Some(after_marking);
    hooks.run_signals = Some(krait_stdlib::_signal::run_handlers);
}

/// SIGINT becomes KeyboardInterrupt, a closed pipe or a file that grows too large an error of the write.
fn install_signals(cx: &mut Cx) -> PyResult<()> {
    for ignored in [libc::SIGPIPE, libc::SIGXFSZ] {
        // SAFETY: plain library call; nothing of ours depends on the default action.
        unsafe { libc::signal(ignored, libc::SIG_IGN) };
    }
    cx.import("_signal")?;
    Ok(())
}

/// The module `__main__`.
fn new_main(cx: &mut Cx) -> PyResult<()> {
    let m = krait_runtime::types::module::Module::new(cx, "__main__", None);
    let builtins = cx.import("builtins")?;
    m.set(cx, "__builtins__", builtins);
    let loader = cx
        .importlib_function("BuiltinImporter")?
        .unwrap_or(Value::none());
    m.set(cx, "__loader__", loader);
    let key = cx.intern("__main__");
    if let Some(d) = modules::sys::modules(cx) {
        d.set_str(cx, key, m.value());
    }
    Ok(())
}

/// Threads, exit functions, finalizers, streams. `false` if output could not be written.
pub fn finish(cx: &mut Cx) -> bool {
    join_threads(cx);
    krait_stdlib::atexit::run(cx);
    let mut ok = streams::flush(cx, "stdout", false);
    state::of(cx).finalizing.store(true, Ordering::Relaxed);
    krait_stdlib::_thread::begin_finalization(cx);
    krait_runtime::types::weakref::run_callbacks(cx);
    streams::exempt_standard(cx);
    krait_runtime::finalize::run_at_exit(cx);
    ok &= streams::flush(cx, "stdout", true);
    streams::flush(cx, "stderr", false);
    if state::config(cx).opcount {
        print_opcount(cx);
    }
    ok
}

/// `threading._shutdown()`: waits for threads that are no daemons.
fn join_threads(cx: &mut Cx) {
    let key = cx.intern("threading");
    let Some(threading) = modules::sys::modules(cx).and_then(|d| d.get_str(cx, key)) else {
        return;
    };
    if let Err(e) = cx.call_method_str(threading, "_shutdown", &[]) {
        cx.unraisable(e, "Exception ignored on threading shutdown", threading);
    }
}

/// `-X opcount`: executed instructions by opcode, most frequent first.
fn print_opcount(cx: &mut Cx) {
    // SAFETY: this thread's own state; no other reference is alive.
    let Some(counts) = (unsafe { krait_vm::thread::vm(cx) }).opcount.as_deref() else {
        return;
    };
    let mut rows: Vec<(u64, &str)> = krait_bytecode::ALL_OPS
        .iter()
        .map(|op| (counts.get(*op as usize).copied().unwrap_or(0), op.name()))
        .filter(|r| r.0 > 0)
        .collect();
    rows.sort_unstable_by(|a, b| b.cmp(a));
    let total: u64 = rows.iter().map(|r| r.0).sum();
    eprintln!("{total:>14} instructions");
    for (n, name) in rows {
        eprintln!("{n:>14} {name}");
    }
}
