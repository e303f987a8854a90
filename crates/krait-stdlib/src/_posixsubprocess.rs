//! `_posixsubprocess`: `fork_exec`, the heart of `subprocess`.
//!
//! Everything the child needs is prepared before the fork; between fork and exec it only makes
//! system calls (unless there is a `preexec_fn`).

use std::ffi::CString;

use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::int::as_int;

use crate::posix;
use crate::prelude::*;
use crate::support::{self, FsPath};

pub static MODULE: ModuleDef = ModuleDef {
    name: "_posixsubprocess",
    doc: Some("A POSIX helper for the subprocess module."),
    functions: &[Functions::DEFS],
    ..ModuleDef::DEFAULT
};

/// What the child does before `exec`.
struct Child<'a> {
    programs: &'a [CString],
    args: &'a [*const libc::c_char],
    env: Option<&'a [*const libc::c_char]>,
    cwd: Option<&'a CString>,
    /// `p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write`
    pipes: [i32; 8],
    keep: &'a [i32],
    close_fds: bool,
    restore_signals: bool,
    setsid: bool,
    pgid: i32,
    gid: Option<u32>,
    groups: Option<&'a [u32]>,
    uid: Option<u32>,
    umask: i32,
}

fn ok(r: i32) -> Result<i32, i32> {
    if r < 0 { Err(support::errno()) } else { Ok(r) }
}

impl Child<'_> {
    /// Descriptors of the child: standard ones in place, the rest closed.
    ///
    /// # Safety
    /// Only between fork and exec.
    unsafe fn descriptors(&mut self) -> Result<(), i32> {
        // SAFETY: system calls with numbers only; the process is the child's own.
        unsafe {
            let [
                p2cread,
                p2cwrite,
                c2pread,
                c2pwrite,
                errread,
                errwrite,
                errpipe_read,
                _,
            ] = self.pipes;
            for fd in [p2cwrite, c2pread, errread, errpipe_read] {
                if fd >= 0 {
                    libc::close(fd);
                }
            }
            // A descriptor that another one is to replace moves out of the way first.
            let lift = |fd: i32, low: i32| {
                if fd >= 0 && fd < low {
                    ok(libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3))
                } else {
                    Ok(fd)
                }
            };
            let c2pwrite = lift(c2pwrite, 1)?;
            let errwrite = lift(errwrite, 2)?;
            for (fd, target) in [(p2cread, 0), (c2pwrite, 1), (errwrite, 2)] {
                if fd == target {
                    support::set_inheritable(fd, true)?;
                } else if fd >= 0 {
                    ok(libc::dup2(fd, target))?;
                }
            }
            Ok(())
        }
    }

    /// # Safety
    /// Only between fork and exec.
    unsafe fn identity(&self) -> Result<(), i32> {
        // SAFETY: system calls with numbers and prepared memory.
        unsafe {
            if let Some(cwd) = self.cwd {
                ok(libc::chdir(cwd.as_ptr()))?;
            }
            if self.umask >= 0 {
                libc::umask(self.umask as u32);
            }
            if self.restore_signals {
                for s in [libc::SIGPIPE, libc::SIGXFSZ] {
                    libc::signal(s, libc::SIG_DFL);
                }
            }
            if self.setsid {
                ok(libc::setsid())?;
            }
            if self.pgid >= 0 {
                ok(libc::setpgid(0, self.pgid))?;
            }
            if let Some(groups) = self.groups {
                ok(libc::setgroups(groups.len(), groups.as_ptr()))?;
            }
            if let Some(gid) = self.gid {
                ok(libc::setregid(gid, gid))?;
            }
            if let Some(uid) = self.uid {
                ok(libc::setreuid(uid, uid))?;
            }
            Ok(())
        }
    }

    /// # Safety
    /// Only between fork and exec.
    unsafe fn close_others(&self) {
        if !self.close_fds {
            return;
        }
        let mut from = 3;
        // SAFETY: closes ranges between the descriptors to keep, which are sorted.
        unsafe {
            for &fd in self.keep.iter().filter(|&&fd| fd >= 3) {
                if fd > from {
                    libc::syscall(libc::SYS_close_range, from, fd - 1, 0);
                }
                from = fd + 1;
            }
            libc::syscall(libc::SYS_close_range, from, libc::c_uint::MAX, 0);
        }
    }

    /// # Safety
    /// Only between fork and exec. Returns if no program could be executed.
    unsafe fn exec(&self) -> i32 {
        let mut saved = libc::ENOENT;
        for program in self.programs {
            // SAFETY: null-terminated arrays of C strings.
            unsafe {
                match self.env {
                    Some(env) => libc::execve(program.as_ptr(), self.args.as_ptr(), env.as_ptr()),
                    None => libc::execv(program.as_ptr(), self.args.as_ptr()),
                };
            }
            let code = support::errno();
            if code != libc::ENOENT && code != libc::ENOTDIR && saved == libc::ENOENT {
                saved = code;
            }
        }
        saved
    }
}

/// Tells the parent through the error pipe: `OSError:hex errno:where`.
fn report(pipe: i32, code: i32, stage: &str) {
    let text = format!("OSError:{code:X}:{stage}");
    // SAFETY: writes our bytes.
    unsafe { libc::write(pipe, text.as_ptr().cast(), text.len()) };
}

fn byte_strings(cx: &mut Cx, v: Value, function: &'static str) -> PyResult<Vec<CString>> {
    let items = cx.collect(v)?;
    let mut out = Vec::with_capacity(items.len());
    for &item in items.as_slice() {
        out.push(match Gc::<Bytes>::from_value(item) {
            Some(b) => match CString::new(b.as_bytes()) {
                Ok(c) => c,
                Err(_) => return Err(cx.value_error("embedded null byte")),
            },
            None => FsPath::plain(cx, item, function)?.c,
        });
    }
    Ok(out)
}

/// The descriptors that `pass_fds` names (the error pipe is one of them), strictly ascending.
fn descriptors_to_keep(cx: &mut Cx, pass_fds: Value) -> PyResult<Vec<i32>> {
    let Some(fds) = Gc::<Tuple>::from_value(pass_fds) else {
        let name = cx.type_name(pass_fds);
        return Err(cx.type_error(format!("fork_exec() argument 4 must be tuple, not {name}")));
    };
    let mut keep: Vec<i32> = Vec::with_capacity(fds.len());
    for &fd in fds.items() {
        let number = as_int(fd).and_then(|n| i32::try_from(n.to_i64()?).ok());
        match number {
            Some(n) if n > keep.last().copied().unwrap_or(-1) => keep.push(n),
            _ => return Err(cx.value_error("bad value(s) in fds_to_keep")),
        }
    }
    Ok(keep)
}

fn ids(cx: &mut Cx, v: Value) -> PyResult<Option<u32>> {
    if v.is_none() {
        Ok(None)
    } else {
        support::fs_path::id_arg(cx, v, "uid").map(Some)
    }
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Spawn a fresh new child process.
    ///
    /// Fork a child process, close parent file descriptors as appropriate in the
    /// child and duplicate the few that are needed before calling exec() in the
    /// child process.
    ///
    /// If close_fds is True, close file descriptors 3 and higher, except those listed
    /// in the sorted tuple pass_fds.
    ///
    /// Returns: the child process's PID.
    ///
    /// Raises: Only on an error in the parent process.
    #[py(
        sig = "($module, args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)"
    )]
    #[allow(clippy::too_many_arguments)]
    fn fork_exec(
        cx: &mut Cx,
        args: Value,
        executable_list: Value,
        close_fds: bool,
        pass_fds: Value,
        cwd: Value,
        env: Value,
        p2cread: i32,
        p2cwrite: i32,
        c2pread: i32,
        c2pwrite: i32,
        errread: i32,
        errwrite: i32,
        errpipe_read: i32,
        errpipe_write: i32,
        restore_signals: bool,
        call_setsid: bool,
        pgid_to_set: i32,
        gid: Value,
        extra_groups: Value,
        uid: Value,
        child_umask: i32,
        preexec_fn: Value,
    ) -> PyResult<i32> {
        let keep = descriptors_to_keep(cx, pass_fds)?;
        let programs = byte_strings(cx, executable_list, "fork_exec")?;
        let args = byte_strings(cx, args, "fork_exec")?;
        let args: Vec<_> = args.iter().map(|a| a.as_c_str().to_owned()).collect();
        let arg_pointers: Vec<_> = args
            .iter()
            .map(|a| a.as_ptr())
            .chain([std::ptr::null()])
            .collect();
        let env = if env.is_none() {
            None
        } else {
            Some(byte_strings(cx, env, "fork_exec")?)
        };
        let env_pointers: Option<Vec<_>> = env.as_ref().map(|e| {
            e.iter()
                .map(|s| s.as_ptr())
                .chain([std::ptr::null()])
                .collect()
        });
        let cwd = if cwd.is_none() {
            None
        } else {
            Some(FsPath::plain(cx, cwd, "fork_exec")?.c)
        };
        let groups = if extra_groups.is_none() {
            None
        } else {
            let items = cx.collect(extra_groups)?;
            let mut groups = Vec::new();
            for &g in items.as_slice() {
                groups.push(support::fs_path::id_arg(cx, g, "gid")?);
            }
            Some(groups)
        };
        let mut child = Child {
            programs: &programs,
            args: &arg_pointers,
            env: env_pointers.as_deref(),
            cwd: cwd.as_ref(),
            pipes: [
                p2cread,
                p2cwrite,
                c2pread,
                c2pwrite,
                errread,
                errwrite,
                errpipe_read,
                errpipe_write,
            ],
            keep: &keep,
            close_fds,
            restore_signals,
            setsid: call_setsid,
            pgid: pgid_to_set,
            gid: ids(cx, gid)?,
            groups: groups.as_deref(),
            uid: ids(cx, uid)?,
            umask: child_umask,
        };
        let has_preexec = !preexec_fn.is_none();
        if has_preexec {
            posix::before_fork(cx);
        }
        // SAFETY: forks, and the result is 0 in the child only, which either executes the program at
        // once or goes on alone with a consistent heap.
        let (pid, code) = unsafe {
            cx.mutator.fork_with(
                || {
                    let pid = libc::fork();
                    if pid == 0 && !has_preexec {
                        run_child(&mut child);
                    }
                    (pid, support::errno())
                },
                |&(pid, _)| pid == 0,
            )
        };
        if pid == 0 {
            posix::after_fork_child(cx);
            preexec(cx, &mut child, preexec_fn);
        }
        if has_preexec {
            posix::after_fork_parent(cx);
        }
        if pid < 0 {
            Err(support::os_error(cx, code))
        } else {
            Ok(pid)
        }
    }
}

/// # Safety
/// In the child, where only async-signal-safe functions may be called.
unsafe fn prepare(child: &mut Child<'_>) {
    let pipe = child.pipes[7];
    // SAFETY: by contract.
    unsafe {
        // The error pipe is kept too, but must end with the exec: its end is what the parent waits for.
        for &fd in child.keep.iter().filter(|&&fd| fd != pipe) {
            if let Err(code) = support::set_inheritable(fd, true) {
                report(pipe, code, "");
                libc::_exit(255);
            }
        }
        if let Err(code) = child.descriptors() {
            report(pipe, code, "noexec");
            libc::_exit(255);
        }
        if let Err(code) = child.identity() {
            let stage = if child.cwd.is_some() {
                "noexec:chdir"
            } else {
                "noexec"
            };
            report(pipe, code, stage);
            libc::_exit(255);
        }
    }
}

/// # Safety
/// As for `prepare`.
unsafe fn run_child(child: &mut Child<'_>) -> ! {
    // SAFETY: by contract.
    unsafe {
        prepare(child);
        child.close_others();
        report(child.pipes[7], child.exec(), "");
        libc::_exit(255)
    }
}

/// The child with a `preexec_fn`: runs Python code, then the program.
fn preexec(cx: &mut Cx, child: &mut Child<'_>, f: Value) -> ! {
    // SAFETY: this is the child process, with one thread.
    unsafe {
        prepare(child);
        if cx.call(f, &[]).is_err() {
            let text = b"SubprocessError:0:Exception occurred in preexec_fn.";
            libc::write(child.pipes[7], text.as_ptr().cast(), text.len());
            libc::_exit(255);
        }
        child.close_others();
        report(child.pipes[7], child.exec(), "");
        libc::_exit(255)
    }
}
