//! Krait: a Python 3.14 implementation. This crate puts the parts together and is what a Rust
//! program embeds.
//!
//! ```no_run
//! let mut python = krait::Interpreter::new(krait::Config::default())?;
//! python.run_command("print('hello')");
//! python.finish();
//! # Ok::<(), String>(())
//! ```

#![allow(
    non_snake_case,
    reason = "functions that Python sees keep their Python names"
)]

mod code;
mod compile;
mod config;
mod import;
mod lifecycle;
pub mod locale;
mod lock;
mod modules;
mod paths;
mod referents;
mod run;
mod source;
mod state;
mod streams;
mod traceback_print;

use krait_runtime::cx::Cx;
use krait_runtime::native::PyResult;

pub use config::Config;
pub use krait_runtime as runtime;
pub use run::Outcome;

/// The tag of files in `__pycache__`.
pub const CACHE_TAG: &str = "krait-314";

/// `sys.version` of every interpreter of this crate.
pub fn version_text() -> String {
    modules::sys::info::version_text()
}

/// The Python version: major, minor, micro.
pub const PYTHON_VERSION: (u8, u8, u8) = modules::sys::info::VERSION;

/// An isolated Python, used from the thread that made it.
pub struct Interpreter {
    cx: Box<Cx>,
}

impl Interpreter {
    /// Starts an interpreter. `site` is imported unless the configuration says otherwise.
    ///
    /// # Errors
    /// What went wrong, as text: no memory for the heap, or a library that does not start.
    pub fn new(config: Config) -> Result<Interpreter, String> {
        let mut cx = lifecycle::new_context(&config)?;
        if let Err(e) = lifecycle::start(&mut cx, config) {
            traceback_print::print_to_stderr(&mut cx, e.value());
            return Err("cannot start the interpreter".to_owned());
        }
        Ok(Interpreter { cx })
    }

    /// The context, for native code.
    pub fn cx(&mut self) -> &mut Cx {
        &mut self.cx
    }

    /// Runs a source text as the module `__main__`, as `-c` does.
    pub fn run_command(&mut self, source: &str) -> Outcome {
        run::finish(&mut self.cx, |cx| run::command(cx, source))
    }

    /// Runs a script, a folder or a zip file with a `__main__` module.
    pub fn run_file(&mut self, path: &std::ffi::OsStr) -> Outcome {
        run::finish(&mut self.cx, |cx| run::file(cx, path))
    }

    /// Runs a library module as a script, as `-m` does.
    pub fn run_module(&mut self, name: &str) -> Outcome {
        run::finish(&mut self.cx, |cx| run::module(cx, name))
    }

    /// Runs what standard input holds; a statement at a time if `interactive`.
    pub fn run_stdin(&mut self, interactive: bool) -> Outcome {
        run::finish(&mut self.cx, |cx| {
            if interactive {
                run::interactive(cx)
            } else {
                run::stdin(cx)
            }
        })
    }

    /// Calls native code with the context; an exception is reported and gives its exit code.
    pub fn run_native(&mut self, f: impl FnOnce(&mut Cx) -> PyResult<()>) -> Outcome {
        run::finish(&mut self.cx, f)
    }

    /// Ends the interpreter: threads, exit functions, streams. `false` if output could not be written.
    pub fn finish(mut self) -> bool {
        lifecycle::finish(&mut self.cx)
    }
}
