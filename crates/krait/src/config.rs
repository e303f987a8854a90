//! How an interpreter is asked to run: what the command line and the environment say, as data.

use std::ffi::OsString;

/// Settings of one interpreter. `Default` is an isolated interpreter for embedding: it reads no
/// environment variables and imports no `site`.
#[derive(Clone, Debug)]
pub struct Config {
    /// `sys.argv`.
    pub argv: Vec<OsString>,
    /// `sys.orig_argv`.
    pub orig_argv: Vec<OsString>,
    /// Path of the executable; empty if unknown.
    pub executable: OsString,
    /// `-d`.
    pub debug: u8,
    /// `-i`.
    pub inspect: bool,
    /// Reading from a terminal, or told to behave so (`-i`).
    pub interactive: bool,
    /// `-O`, `-OO`.
    pub optimize: u8,
    /// `-B`.
    pub dont_write_bytecode: bool,
    /// `-s`.
    pub no_user_site: bool,
    /// `-S`.
    pub no_site: bool,
    /// `-E`.
    pub ignore_environment: bool,
    /// `-v`.
    pub verbose: u8,
    /// `-b`.
    pub bytes_warning: u8,
    /// `-q`.
    pub quiet: bool,
    /// `-I`.
    pub isolated: bool,
    /// `-X dev`.
    pub dev_mode: bool,
    /// `-X utf8`.
    pub utf8_mode: bool,
    /// `-X warn_default_encoding`.
    pub warn_default_encoding: bool,
    /// Not `-X no_debug_ranges`: code objects know the columns of their instructions.
    pub debug_ranges: bool,
    /// `-X thread_inherit_context`: a new thread starts with a copy of its creator's context.
    pub thread_inherit_context: bool,
    /// `-X context_aware_warnings`: `warnings.catch_warnings` concerns its context alone.
    pub context_aware_warnings: bool,
    /// `-P`.
    pub safe_path: bool,
    /// `-u`.
    pub unbuffered: bool,
    /// `-x`.
    pub skip_first_line: bool,
    /// `PYTHONHASHSEED`; `None` is random.
    pub hash_seed: Option<u32>,
    /// `-R`: `PYTHONHASHSEED` is not asked.
    pub random_hash: bool,
    /// `-X cpu_count`: what `os.cpu_count()` says.
    pub cpu_count: Option<u32>,
    /// `-X importtime`: 1 tells how long imports take, 2 also of modules that are there already.
    pub import_time: u8,
    /// `-X int_max_str_digits`; `None` is the default.
    pub int_max_str_digits: Option<usize>,
    /// `-W` options and `PYTHONWARNINGS`, later ones win.
    pub warn_options: Vec<String>,
    /// `-X` options as they were given.
    pub x_options: Vec<String>,
    /// Entries before the library in `sys.path` (`PYTHONPATH`).
    pub module_search_paths: Vec<OsString>,
    /// `PYTHONHOME`.
    pub home: Option<OsString>,
    /// `PYTHONPYCACHEPREFIX`.
    pub pycache_prefix: Option<OsString>,
    /// `PYTHONIOENCODING`.
    pub io_encoding: Option<String>,
    /// `-X gcstress=N`: a collection at every n-th allocation.
    pub gc_stress: Option<u32>,
    /// `-X gcverify`.
    pub gc_verify: bool,
    /// `-X opcount`: count executed instructions by opcode.
    pub opcount: bool,
    /// Handle SIGINT and ignore SIGPIPE and SIGXFSZ, as the command does.
    pub install_signal_handlers: bool,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            argv: vec![OsString::new()],
            orig_argv: Vec::new(),
            executable: OsString::new(),
            debug: 0,
            inspect: false,
            interactive: false,
            optimize: 0,
            dont_write_bytecode: false,
            no_user_site: true,
            no_site: true,
            ignore_environment: true,
            verbose: 0,
            bytes_warning: 0,
            quiet: false,
            isolated: true,
            dev_mode: false,
            utf8_mode: false,
            warn_default_encoding: false,
            debug_ranges: true,
            thread_inherit_context: false,
            context_aware_warnings: false,
            safe_path: true,
            unbuffered: false,
            skip_first_line: false,
            hash_seed: None,
            random_hash: false,
            cpu_count: None,
            import_time: 0,
            int_max_str_digits: None,
            warn_options: Vec::new(),
            x_options: Vec::new(),
            module_search_paths: Vec::new(),
            home: None,
            pycache_prefix: None,
            io_encoding: None,
            gc_stress: None,
            gc_verify: false,
            opcount: false,
            install_signal_handlers: false,
        }
    }
}
