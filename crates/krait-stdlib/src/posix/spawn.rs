//! `posix_spawn` and `posix_spawnp`.

use std::mem::MaybeUninit;

use super::exec::{environment, pointers, string_list};
use super::sched::param_arg;
use crate::_signal::signal_set;
use crate::prelude::*;
use crate::support::{self, FsPath, PathRules};

/// Kinds of file actions, as the module's constants number them.
const OPEN: i64 = 0;
const CLOSE: i64 = 1;
const DUP2: i64 = 2;
#[cfg(target_env = "gnu")]
const CLOSEFROM: i64 = 3;

pub static CONSTANTS: &[(&str, i64)] = &[
    ("POSIX_SPAWN_OPEN", OPEN),
    ("POSIX_SPAWN_CLOSE", CLOSE),
    ("POSIX_SPAWN_DUP2", DUP2),
    #[cfg(target_env = "gnu")]
    ("POSIX_SPAWN_CLOSEFROM", CLOSEFROM),
];

/// What the child does to its files before it executes the program.
struct FileActions(libc::posix_spawn_file_actions_t);

impl FileActions {
    fn new(cx: &mut Cx) -> PyResult<FileActions> {
        let mut raw = MaybeUninit::uninit();
        // SAFETY: the call fills the structure in.
        let code = unsafe { libc::posix_spawn_file_actions_init(raw.as_mut_ptr()) };
        checked(cx, code)?;
        // SAFETY: just initialised.
        Ok(FileActions(unsafe { raw.assume_init() }))
    }

    /// Adds the action that a tuple describes.
    fn add(&mut self, cx: &mut Cx, action: Value) -> PyResult<()> {
        let parts = Gc::<Tuple>::from_value(action).map(|t| t.as_slice());
        let Some((&kind, parts)) = parts.and_then(|p| p.split_first()) else {
            return Err(cx.type_error("Each file_actions element must be a non-empty tuple"));
        };
        let count = |cx: &mut Cx, name: &str, n: usize| {
            if parts.len() + 1 == n {
                return Ok(());
            }
            Err(cx.type_error(format!("A {name} file_action tuple must have {n} elements")))
        };
        let code = match i64::from(int_arg(cx, kind)?) {
            OPEN => {
                count(cx, "open", 5)?;
                let fd = int_arg(cx, parts[0])?;
                let path = FsPath::from_value(cx, Some(parts[1]), PathRules::new("posix_spawn"))?;
                let (flags, mode) = (int_arg(cx, parts[2])?, mode_arg(cx, parts[3])?);
                // SAFETY: the path is a C string, which the call copies.
                unsafe {
                    libc::posix_spawn_file_actions_addopen(
                        &raw mut self.0,
                        fd,
                        path.ptr(),
                        flags,
                        mode,
                    )
                }
            }
            CLOSE => {
                count(cx, "close", 2)?;
                let fd = int_arg(cx, parts[0])?;
                // SAFETY: an initialised structure.
                unsafe { libc::posix_spawn_file_actions_addclose(&raw mut self.0, fd) }
            }
            DUP2 => {
                count(cx, "dup2", 3)?;
                let (from, to) = (int_arg(cx, parts[0])?, int_arg(cx, parts[1])?);
                // SAFETY: an initialised structure.
                unsafe { libc::posix_spawn_file_actions_adddup2(&raw mut self.0, from, to) }
            }
            #[cfg(target_env = "gnu")]
            CLOSEFROM => {
                count(cx, "closefrom", 2)?;
                let fd = int_arg(cx, parts[0])?;
                // SAFETY: an initialised structure.
                unsafe { libc::posix_spawn_file_actions_addclosefrom_np(&raw mut self.0, fd) }
            }
            _ => return Err(cx.type_error("Unknown file_actions identifier")),
        };
        checked(cx, code)
    }
}

impl Drop for FileActions {
    fn drop(&mut self) {
        // SAFETY: initialised, and not used again.
        unsafe { libc::posix_spawn_file_actions_destroy(&raw mut self.0) };
    }
}

/// What the child is apart from its files.
struct Attributes {
    raw: libc::posix_spawnattr_t,
    flags: i32,
}

impl Attributes {
    fn new(cx: &mut Cx) -> PyResult<Attributes> {
        let mut raw = MaybeUninit::uninit();
        // SAFETY: the call fills the structure in.
        let code = unsafe { libc::posix_spawnattr_init(raw.as_mut_ptr()) };
        checked(cx, code)?;
        Ok(Attributes {
            // SAFETY: just initialised.
            raw: unsafe { raw.assume_init() },
            flags: 0,
        })
    }

    fn set_group(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        let group = int_arg(cx, v)?;
        // SAFETY: an initialised structure.
        let code = unsafe { libc::posix_spawnattr_setpgroup(&raw mut self.raw, group) };
        self.flags |= libc::POSIX_SPAWN_SETPGROUP;
        checked(cx, code)
    }

    fn set_mask(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        let set = signal_set(cx, v)?;
        // SAFETY: initialised structures.
        let code = unsafe { libc::posix_spawnattr_setsigmask(&raw mut self.raw, &raw const set) };
        self.flags |= libc::POSIX_SPAWN_SETSIGMASK;
        checked(cx, code)
    }

    fn set_defaults(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        let set = signal_set(cx, v)?;
        // SAFETY: initialised structures.
        let code =
            unsafe { libc::posix_spawnattr_setsigdefault(&raw mut self.raw, &raw const set) };
        self.flags |= libc::POSIX_SPAWN_SETSIGDEF;
        checked(cx, code)
    }

    /// `(policy or None, sched_param)`
    fn set_scheduler(&mut self, cx: &mut Cx, v: Value, function: &str) -> PyResult<()> {
        let Some(pair) = Gc::<Tuple>::from_value(v) else {
            return Err(cx.type_error(format!("{function}: scheduler must be a tuple or None")));
        };
        let &[policy, param] = pair.as_slice() else {
            return Err(cx.type_error("A scheduler tuple must have two elements"));
        };
        if !policy.is_none() {
            let policy = int_arg(cx, policy)?;
            // SAFETY: an initialised structure.
            let code = unsafe { libc::posix_spawnattr_setschedpolicy(&raw mut self.raw, policy) };
            checked(cx, code)?;
            self.flags |= libc::POSIX_SPAWN_SETSCHEDULER;
        }
        let param = param_arg(cx, param)?;
        // SAFETY: initialised structures.
        let code =
            unsafe { libc::posix_spawnattr_setschedparam(&raw mut self.raw, &raw const param) };
        self.flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
        checked(cx, code)
    }

    fn finish(&mut self, cx: &mut Cx) -> PyResult<()> {
        // SAFETY: an initialised structure.
        let code = unsafe { libc::posix_spawnattr_setflags(&raw mut self.raw, self.flags as i16) };
        checked(cx, code)
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: initialised, and not used again.
        unsafe { libc::posix_spawnattr_destroy(&raw mut self.raw) };
    }
}

/// These calls return their error number.
fn checked(cx: &mut Cx, code: i32) -> PyResult<()> {
    if code == 0 {
        Ok(())
    } else {
        Err(support::os_error(cx, code))
    }
}

fn int_arg(cx: &mut Cx, v: Value) -> PyResult<i32> {
    match cx.index_i64(v)? {
        Some(n) => i32::try_from(n).map_err(|_| {
            cx.overflow_error(if n > 0 {
                "signed integer is greater than maximum"
            } else {
                "signed integer is less than minimum"
            })
        }),
        None => Err(cx.overflow_error("Python int too large to convert to C int")),
    }
}

fn mode_arg(cx: &mut Cx, v: Value) -> PyResult<libc::mode_t> {
    Ok(cx.index_i64(v)?.unwrap_or(-1) as libc::mode_t)
}

/// What is asked of the child, as the program gave it.
struct Request {
    file_actions: Option<Value>,
    setpgroup: Option<Value>,
    resetids: Option<bool>,
    setsid: Option<bool>,
    setsigmask: Option<Value>,
    setsigdef: Option<Value>,
    scheduler: Option<Value>,
}

fn given(v: Option<Value>) -> Option<Value> {
    v.filter(|v| !v.is_none())
}

impl Request {
    fn file_actions(&self, cx: &mut Cx) -> PyResult<Option<FileActions>> {
        let Some(v) = given(self.file_actions) else {
            return Ok(None);
        };
        if !cx.is_sequence(v) {
            return Err(cx.type_error("file_actions must be a sequence or None"));
        }
        let items = cx.collect(v)?;
        let mut actions = FileActions::new(cx)?;
        for &item in items.as_slice() {
            actions.add(cx, item)?;
        }
        Ok(Some(actions))
    }

    fn attributes(&self, cx: &mut Cx, function: &str) -> PyResult<Attributes> {
        let mut attributes = Attributes::new(cx)?;
        if let Some(v) = given(self.setpgroup) {
            attributes.set_group(cx, v)?;
        }
        if self.resetids == Some(true) {
            attributes.flags |= libc::POSIX_SPAWN_RESETIDS;
        }
        if self.setsid == Some(true) {
            attributes.flags |= libc::POSIX_SPAWN_SETSID as i32;
        }
        if let Some(v) = self.setsigmask {
            attributes.set_mask(cx, v)?;
        }
        if let Some(v) = self.setsigdef {
            attributes.set_defaults(cx, v)?;
        }
        if let Some(v) = given(self.scheduler) {
            attributes.set_scheduler(cx, v, function)?;
        }
        attributes.finish(cx)?;
        Ok(attributes)
    }
}

fn spawn(
    cx: &mut Cx,
    [path, argv, env]: [Value; 3],
    request: &Request,
    search: bool,
) -> PyResult<i32> {
    let function = if search {
        "posix_spawnp"
    } else {
        "posix_spawn"
    };
    let path = FsPath::from_value(cx, Some(path), PathRules::new(function))?;
    let is_list = Gc::<List>::from_value(argv).is_some() || Gc::<Tuple>::from_value(argv).is_some();
    if !is_list {
        return Err(cx.type_error(format!("{function}: argv must be a tuple or list")));
    }
    if cx.len(argv)? == 0 {
        return Err(cx.value_error(format!("{function}: argv must not be empty")));
    }
    if !env.is_none() && cx.lookup_attr_str(env, "keys")?.is_none() {
        return Err(cx.type_error(format!(
            "{function}: environment must be a mapping object or None"
        )));
    }
    let args = string_list(cx, argv, function, "argv")?;
    if args[0].as_bytes().is_empty() {
        return Err(cx.value_error(format!("{function}: argv first element cannot be empty")));
    }
    let env = match given(Some(env)) {
        Some(e) => Some(environment(cx, e, function)?),
        None => None,
    };
    let mut actions = request.file_actions(cx)?;
    let attributes = request.attributes(cx, function)?;
    let args = pointers(&args);
    let env = env.as_deref().map(pointers);
    let actions = actions
        .as_mut()
        .map_or(std::ptr::null(), |a| &raw const a.0);
    let mut pid = 0;
    // SAFETY: null-terminated arrays of C strings and initialised structures, all alive.
    let code = unsafe {
        let env = match &env {
            Some(e) => e.as_ptr(),
            None => environ.cast(),
        };
        let f = if search {
            libc::posix_spawnp
        } else {
            libc::posix_spawn
        };
        f(
            &raw mut pid,
            path.ptr(),
            actions,
            &raw const attributes.raw,
            args.as_ptr().cast(),
            env.cast(),
        )
    };
    if code == 0 {
        Ok(pid)
    } else {
        Err(path.error(cx, code))
    }
}

unsafe extern "C" {
    static environ: *const *const libc::c_char;
}

macro_rules! spawners {
    ($($name:ident $search:literal)*) => {
        pub struct Functions;
        #[pyfunctions]
        impl Functions {
            $(
                /// Execute the program specified by path in a new process.
                ///
                ///   path
                ///     Path of executable file.
                ///   argv
                ///     Tuple or list of strings.
                ///   env
                ///     Dictionary of strings mapping to strings.
                ///   file_actions
                ///     A sequence of file action tuples.
                ///   setpgroup
                ///     The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.
                ///   resetids
                ///     If the value is `true` the POSIX_SPAWN_RESETIDS will be activated.
                ///   setsid
                ///     If the value is `true` the POSIX_SPAWN_SETSID will be activated.
                ///   setsigmask
                ///     The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.
                ///   setsigdef
                ///     The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.
                ///   scheduler
                ///     A tuple with the scheduler policy (optional) and parameters.
                #[py(
                    sig = "($module, path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)"
                )]
                fn $name(
                    cx: &mut Cx,
                    path: Value,
                    argv: Value,
                    env: Value,
                    file_actions: Option<Value>,
                    setpgroup: Option<Value>,
                    resetids: Option<bool>,
                    setsid: Option<bool>,
                    setsigmask: Option<Value>,
                    setsigdef: Option<Value>,
                    scheduler: Option<Value>,
                ) -> PyResult<i32> {
                    let request = Request {
                        file_actions,
                        setpgroup,
                        resetids,
                        setsid,
                        setsigmask,
                        setsigdef,
                        scheduler,
                    };
                    spawn(cx, [path, argv, env], &request, $search)
                }
            )*
        }
    };
}

spawners! {
    posix_spawn false
    posix_spawnp true
}
