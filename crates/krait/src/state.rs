//! What this crate keeps for each interpreter. No Python values here: those live in modules.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64};

use krait_runtime::cx::Cx;

use crate::config::Config;

/// State of one interpreter.
#[derive(Default)]
pub struct State {
    config: OnceLock<Config>,
    /// Source of the code given with `-c`, as `<string>`, for tracebacks.
    pub main_source: OnceLock<(String, String)>,
    /// `sys.is_finalizing()`.
    pub finalizing: AtomicBool,
    /// Some thread of this interpreter has called `sys.addaudithook`.
    pub audited: AtomicBool,
    /// Bits of the seconds of `sys.getswitchinterval()`; 0 is the default.
    pub switch_interval: AtomicU64,
    pub dlopen_flags: AtomicU32,
    /// `gc.isenabled()` is false.
    pub gc_disabled: AtomicBool,
    pub gc_debug: AtomicU32,
}

/// The state of the running interpreter.
pub fn of(cx: &Cx) -> &'static State {
    cx.state::<State>()
}

/// Stores the configuration; only the first call has an effect.
pub fn set_config(cx: &Cx, config: Config) {
    let _ = of(cx).config.set(config);
}

/// How this interpreter was asked to run.
pub fn config(cx: &Cx) -> &'static Config {
    of(cx).config.get_or_init(Config::default)
}
