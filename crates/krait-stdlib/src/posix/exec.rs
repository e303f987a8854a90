//! New processes and programs: `fork`, `exec*`.

use std::ffi::CString;
use std::sync::Mutex;

use krait_runtime::cx::thread_slot;

use crate::prelude::*;
use crate::support::{self, FsPath, PathRules};

/// Functions of `register_at_fork`, as lists that live as long as the interpreter.
#[derive(Default)]
struct AtFork {
    lists: Mutex<Option<[u64; 3]>>,
}

/// The lists: before, in the parent, in the child.
fn hooks(cx: &mut Cx) -> [Gc<List>; 3] {
    let state = cx.state::<AtFork>();
    let known = *state.lists.lock().unwrap_or_else(|e| e.into_inner());
    let words = match known {
        Some(w) => w,
        None => {
            let made = [0; 3].map(|_| {
                let l = cx.new_list(&[]);
                cx.keep_forever(l);
                l.bits()
            });
            *state
                .lists
                .lock()
                .unwrap_or_else(|e| e.into_inner())
                .get_or_insert(made)
        }
    };
    words.map(|w| Gc::from_value_unchecked(Value::from_bits(w)))
}

fn run_hooks(cx: &mut Cx, list: Gc<List>, reverse: bool) {
    let n = list.len();
    for i in 0..n {
        let Some(f) = list.get(if reverse { n - 1 - i } else { i }) else {
            continue;
        };
        if let Err(e) = cx.call(f, &[]) {
            cx.unraisable_during(e, "in atfork callback", f);
        }
    }
}

pub fn before_fork(cx: &mut Cx) {
    let list = hooks(cx)[0];
    run_hooks(cx, list, true);
}

pub fn after_fork_parent(cx: &mut Cx) {
    let list = hooks(cx)[1];
    run_hooks(cx, list, false);
}

pub fn after_fork_child(cx: &mut Cx) {
    crate::_thread::after_fork(cx);
    crate::_signal::after_fork(cx);
    // An event loop that ran in the parent does not run here.
    for i in [thread_slot::RUNNING_LOOP, thread_slot::CURRENT_TASK] {
        cx.locals[i].set_immediate(Value::EMPTY);
    }
    let list = hooks(cx)[2];
    run_hooks(cx, list, false);
}

/// How many threads the process has.
fn thread_count() -> usize {
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else {
        return 0;
    };
    // Field 20; the second one, a name in parentheses, may hold blanks.
    let behind = stat.rsplit(')').next().unwrap_or_default();
    behind
        .split_whitespace()
        .nth(17)
        .and_then(|n| n.parse().ok())
        .unwrap_or(0)
}

/// Warns, in the parent, of a fork while other threads may hold locks.
pub fn warn_of_threads(cx: &mut Cx, function: &str) -> PyResult<()> {
    if thread_count() < 2 {
        return Ok(());
    }
    // SAFETY: cannot fail.
    let pid = unsafe { libc::getpid() };
    let category = cx.types().deprecation_warning;
    support::warn(
        cx,
        category,
        &format!(
            "This process (pid={pid}) is multi-threaded, use of {function}() may lead to deadlocks in the child."
        ),
        1,
    )
}

/// Forks with the world stopped, so that the child's heap is consistent; there it has one thread.
fn fork(cx: &mut Cx, name: &str, f: impl FnOnce() -> i32) -> PyResult<i32> {
    before_fork(cx);
    // SAFETY: `f` forks, and the result is 0 in the child only.
    let (pid, code) = unsafe {
        cx.mutator.fork_with(
            || {
                let pid = f();
                (pid, if pid < 0 { support::errno() } else { 0 })
            },
            |&(pid, _)| pid == 0,
        )
    };
    if pid == 0 {
        after_fork_child(cx);
        return Ok(0);
    }
    after_fork_parent(cx);
    if pid < 0 {
        return Err(support::os_error(cx, code));
    }
    if let Err(e) = warn_of_threads(cx, name) {
        let f = cx.new_str(name);
        cx.unraisable_during(e, "in", f);
    }
    Ok(pid)
}

/// C strings of a sequence of paths.
pub fn string_list(
    cx: &mut Cx,
    v: Value,
    function: &'static str,
    what: &str,
) -> PyResult<Vec<CString>> {
    if Gc::<List>::from_value(v).is_none() && Gc::<Tuple>::from_value(v).is_none() {
        return Err(cx.type_error(format!("{function}: {what} must be a tuple or list")));
    }
    let items = cx.collect(v)?;
    let mut out = Vec::with_capacity(items.len());
    for &item in items.as_slice() {
        out.push(FsPath::from_value(cx, Some(item), PathRules::named(function, "argv"))?.c);
    }
    Ok(out)
}

/// `KEY=value` strings of a mapping.
pub fn environment(cx: &mut Cx, env: Value, function: &'static str) -> PyResult<Vec<CString>> {
    let keys = cx.call_method_str(env, "keys", &[])?;
    let keys = cx.collect(keys)?;
    let mut out = Vec::with_capacity(keys.len());
    for &key in keys.as_slice() {
        let value = cx.get_item(env, key)?;
        let k = FsPath::from_value(cx, Some(key), PathRules::named(function, "env"))?.c;
        let v = FsPath::from_value(cx, Some(value), PathRules::named(function, "env"))?.c;
        if k.as_bytes().is_empty() || k.as_bytes()[1..].contains(&b'=') {
            return Err(cx.value_error("illegal environment variable name"));
        }
        let joined = [k.as_bytes(), b"=", v.as_bytes()].concat();
        out.push(CString::new(joined).unwrap_or_default());
    }
    Ok(out)
}

/// Pointers to C strings, null-terminated.
pub fn pointers(list: &[CString]) -> Vec<*const libc::c_char> {
    list.iter()
        .map(|s| s.as_ptr())
        .chain([std::ptr::null()])
        .collect()
}

fn exec(
    cx: &mut Cx,
    path: Value,
    argv: Value,
    env: Option<Value>,
    function: &'static str,
) -> PyResult<()> {
    let path = FsPath::from_value(
        cx,
        Some(path),
        if env.is_some() {
            PathRules::new(function).or_fd()
        } else {
            PathRules::new(function)
        },
    )?;
    let args = string_list(cx, argv, function, "arg 2")?;
    if args.first().is_none_or(|a| a.as_bytes().is_empty()) {
        let what = if args.is_empty() {
            "arg 2 must not be empty"
        } else {
            "arg 2 first element cannot be empty"
        };
        return Err(cx.value_error(format!("{function}() {what}")));
    }
    let env = env.map(|e| environment(cx, e, function)).transpose()?;
    let args = pointers(&args);
    let env = env.as_deref().map(pointers);
    // SAFETY: null-terminated arrays of C strings; only returns on an error.
    unsafe {
        match (&env, path.fd) {
            (Some(e), Some(fd)) => libc::fexecve(fd, args.as_ptr(), e.as_ptr()),
            (Some(e), None) => libc::execve(path.ptr(), args.as_ptr(), e.as_ptr()),
            (None, _) => libc::execv(path.ptr(), args.as_ptr()),
        }
    };
    let code = support::errno();
    Err(path.error(cx, code))
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Fork a child process.
    ///
    /// Return 0 to child process and PID of child to parent process.
    #[py(name = "fork", sig = "($module, /)")]
    fn fork_(cx: &mut Cx) -> PyResult<i32> {
        // SAFETY: the child goes on with this thread alone.
        fork(cx, "fork", || unsafe { libc::fork() })
    }
    /// Fork a new process with a new pseudo-terminal as controlling tty.
    ///
    /// Returns a tuple of (pid, master_fd).
    #[py]
    fn forkpty(cx: &mut Cx) -> PyResult<Value> {
        let mut master = -1;
        // SAFETY: as in `fork`; the optional arguments are left out.
        let pid = fork(cx, "forkpty", || unsafe {
            libc::forkpty(
                &raw mut master,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null_mut(),
            )
        })?;
        Ok(cx.new_tuple(&[Value::small(pid as i64), Value::small(master as i64)]))
    }
    /// Execute an executable path with arguments, replacing current process.
    #[py(sig = "($module, path, argv, /)")]
    fn execv(cx: &mut Cx, path: Value, argv: Value) -> PyResult<()> {
        exec(cx, path, argv, None, "execv")
    }
    /// Execute an executable path with arguments, replacing current process.
    #[py(sig = "($module, /, path, argv, env)")]
    fn execve(cx: &mut Cx, path: Value, argv: Value, env: Value) -> PyResult<()> {
        exec(cx, path, argv, Some(env), "execve")
    }
    /// Register callables to be called when forking a new process.
    ///
    /// 'before' callbacks are called in reverse order.
    /// 'after_in_child' and 'after_in_parent' callbacks are called in order.
    #[py(
        sig = "($module, /, *, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)"
    )]
    fn register_at_fork(
        cx: &mut Cx,
        before: Option<Value>,
        after_in_child: Option<Value>,
        after_in_parent: Option<Value>,
    ) -> PyResult<()> {
        if before.is_none() && after_in_child.is_none() && after_in_parent.is_none() {
            return Err(cx.type_error("At least one argument is required."));
        }
        let lists = hooks(cx);
        for (f, name, list) in [
            (before, "before", lists[0]),
            (after_in_parent, "after_in_parent", lists[1]),
            (after_in_child, "after_in_child", lists[2]),
        ] {
            let Some(f) = f else { continue };
            if !cx.is_callable(f) {
                let got = cx.type_name(f);
                return Err(cx.type_error(format!("'{name}' must be callable, not {got}")));
            }
            list.push(cx, f)?;
        }
        Ok(())
    }
}
