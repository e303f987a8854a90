//! Identities: processes, users, groups, sessions.

use crate::prelude::*;
use crate::support::{self, fs_path::id_arg};

unsafe extern "C" {
    fn getlogin_r(name: *mut libc::c_char, size: libc::size_t) -> libc::c_int;
}

fn done(cx: &mut Cx, r: i32) -> PyResult<()> {
    support::check(cx, r).map(|_| ())
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return the current process id.
    #[py]
    fn getpid() -> i32 {
        // SAFETY: cannot fail.
        unsafe { libc::getpid() }
    }
    /// Return the parent's process id.
    #[py]
    fn getppid() -> i32 {
        // SAFETY: cannot fail.
        unsafe { libc::getppid() }
    }
    /// Return the current process's user id.
    #[py]
    fn getuid() -> u32 {
        // SAFETY: cannot fail.
        unsafe { libc::getuid() }
    }
    /// Return the current process's effective user id.
    #[py]
    fn geteuid() -> u32 {
        // SAFETY: cannot fail.
        unsafe { libc::geteuid() }
    }
    /// Return the current process's group id.
    #[py]
    fn getgid() -> u32 {
        // SAFETY: cannot fail.
        unsafe { libc::getgid() }
    }
    /// Return the current process's effective group id.
    #[py]
    fn getegid() -> u32 {
        // SAFETY: cannot fail.
        unsafe { libc::getegid() }
    }
    /// Return the current process group id.
    #[py]
    fn getpgrp() -> i32 {
        // SAFETY: cannot fail.
        unsafe { libc::getpgrp() }
    }
    /// Call the system call getpgid(), and return the result.
    #[py(sig = "($module, /, pid)")]
    fn getpgid(cx: &mut Cx, pid: i32) -> PyResult<i32> {
        // SAFETY: plain numbers.
        support::check(cx, unsafe { libc::getpgid(pid) })
    }
    /// Call the system call getsid(pid) and return the result.
    #[py(sig = "($module, pid, /)")]
    fn getsid(cx: &mut Cx, pid: i32) -> PyResult<i32> {
        // SAFETY: plain numbers.
        support::check(cx, unsafe { libc::getsid(pid) })
    }
    /// Call the system call setsid().
    #[py]
    fn setsid(cx: &mut Cx) -> PyResult<()> {
        // SAFETY: plain numbers.
        done(cx, unsafe { libc::setsid() })
    }
    /// Make the current process the leader of its process group.
    #[py]
    fn setpgrp(cx: &mut Cx) -> PyResult<()> {
        // SAFETY: plain numbers.
        done(cx, unsafe { libc::setpgid(0, 0) })
    }
    /// Call the system call setpgid(pid, pgrp).
    #[py(sig = "($module, pid, pgrp, /)")]
    fn setpgid(cx: &mut Cx, pid: i32, pgrp: i32) -> PyResult<()> {
        // SAFETY: plain numbers.
        done(cx, unsafe { libc::setpgid(pid, pgrp) })
    }
    /// Set the current process's user id.
    #[py(sig = "($module, uid, /)")]
    fn setuid(cx: &mut Cx, uid: Value) -> PyResult<()> {
        let uid = id_arg(cx, uid, "uid")?;
        // SAFETY: plain numbers.
        done(cx, unsafe { libc::setuid(uid) })
    }
    /// Set the current process's effective user id.
    #[py(sig = "($module, euid, /)")]
    fn seteuid(cx: &mut Cx, euid: Value) -> PyResult<()> {
        let uid = id_arg(cx, euid, "uid")?;
        // SAFETY: plain numbers.
        done(cx, unsafe { libc::seteuid(uid) })
    }
    /// Set the current process's group id.
    #[py(sig = "($module, gid, /)")]
    fn setgid(cx: &mut Cx, gid: Value) -> PyResult<()> {
        let gid = id_arg(cx, gid, "gid")?;
        // SAFETY: plain numbers.
        done(cx, unsafe { libc::setgid(gid) })
    }
    /// Set the current process's effective group id.
    #[py(sig = "($module, egid, /)")]
    fn setegid(cx: &mut Cx, egid: Value) -> PyResult<()> {
        let gid = id_arg(cx, egid, "gid")?;
        // SAFETY: plain numbers.
        done(cx, unsafe { libc::setegid(gid) })
    }
    /// Return list of supplemental group IDs for the process.
    #[py]
    fn getgroups(cx: &mut Cx) -> PyResult<Value> {
        // SAFETY: asks for the number first, then has room for as many.
        let groups = unsafe {
            let n = libc::getgroups(0, std::ptr::null_mut());
            let mut groups = vec![0; n.max(0) as usize];
            let n = libc::getgroups(groups.len() as i32, groups.as_mut_ptr());
            groups.truncate(n.max(0) as usize);
            groups
        };
        let mut out = ValueVec::new();
        for g in groups {
            out.push(cx, Value::small(g as i64))?;
        }
        Ok(List::from_vec(cx, out).value())
    }
    /// Return the actual login name.
    #[py]
    fn getlogin(cx: &mut Cx) -> PyResult<Value> {
        let mut name = [0u8; 256];
        // SAFETY: the buffer has that size.
        let r = unsafe { getlogin_r(name.as_mut_ptr().cast(), name.len()) };
        if r != 0 {
            return Err(support::os_error(cx, r));
        }
        let end = name.iter().position(|&b| b == 0).unwrap_or(0);
        support::fs_path::fs_decode(cx, &name[..end])
    }
    /// Kill a process with a signal.
    #[py(sig = "($module, pid, signal, /)")]
    fn kill(cx: &mut Cx, pid: i32, signal: i32) -> PyResult<()> {
        // SAFETY: plain numbers.
        done(cx, unsafe { libc::kill(pid, signal) })?;
        support::check_signals(cx)
    }
    /// Kill a process group with a signal.
    #[py(sig = "($module, pgid, signal, /)")]
    fn killpg(cx: &mut Cx, pgid: i32, signal: i32) -> PyResult<()> {
        // SAFETY: plain numbers.
        done(cx, unsafe { libc::killpg(pgid, signal) })?;
        support::check_signals(cx)
    }
    /// Add increment to the priority of process and return the new priority.
    #[py(sig = "($module, increment, /)")]
    fn nice(cx: &mut Cx, increment: i32) -> PyResult<i32> {
        // SAFETY: -1 is a result like others: errno tells.
        let (n, code) = unsafe {
            *libc::__errno_location() = 0;
            (libc::nice(increment), support::errno())
        };
        if n == -1 && code != 0 {
            Err(support::os_error(cx, code))
        } else {
            Ok(n)
        }
    }
    /// Set the current numeric umask and return the previous umask.
    #[py(sig = "($module, mask, /)")]
    fn umask(mask: i32) -> u32 {
        // SAFETY: cannot fail.
        unsafe { libc::umask(mask as u32) }
    }
    /// Return the process group associated with the terminal specified by fd.
    #[py(sig = "($module, fd, /)")]
    fn tcgetpgrp(cx: &mut Cx, fd: i32) -> PyResult<i32> {
        // SAFETY: plain numbers.
        support::check(cx, unsafe { libc::tcgetpgrp(fd) })
    }
    /// Set the process group associated with the terminal specified by fd.
    #[py(sig = "($module, fd, pgid, /)")]
    fn tcsetpgrp(cx: &mut Cx, fd: i32, pgid: i32) -> PyResult<()> {
        // SAFETY: plain numbers.
        done(cx, unsafe { libc::tcsetpgrp(fd, pgid) })
    }
    /// Open a file descriptor that refers to the process pid.
    #[py(sig = "($module, /, pid, flags=0)")]
    fn pidfd_open(cx: &mut Cx, pid: i32, flags: Option<u32>) -> PyResult<i32> {
        // SAFETY: plain numbers.
        support::check(cx, unsafe {
            libc::syscall(libc::SYS_pidfd_open, pid, flags.unwrap_or(0)) as i32
        })
    }
    /// Return program scheduling priority.
    #[py(sig = "($module, /, which, who)")]
    fn getpriority(cx: &mut Cx, which: i32, who: i32) -> PyResult<i32> {
        // SAFETY: -1 is a result like others: errno tells.
        let (n, code) = unsafe {
            *libc::__errno_location() = 0;
            (libc::getpriority(which as _, who as _), support::errno())
        };
        if code != 0 {
            Err(support::os_error(cx, code))
        } else {
            Ok(n)
        }
    }
    /// Set program scheduling priority.
    #[py(sig = "($module, /, which, who, priority)")]
    fn setpriority(cx: &mut Cx, which: i32, who: i32, priority: i32) -> PyResult<()> {
        // SAFETY: plain numbers.
        done(cx, unsafe {
            libc::setpriority(which as _, who as _, priority)
        })
    }
    /// Return a tuple of the current process's real, effective, and saved user ids.
    #[py]
    fn getresuid(cx: &mut Cx) -> PyResult<Value> {
        let [mut r, mut e, mut s] = [0; 3];
        // SAFETY: the results are ours.
        done(cx, unsafe {
            libc::getresuid(&raw mut r, &raw mut e, &raw mut s)
        })?;
        Ok(cx.new_tuple(&[r, e, s].map(|n| Value::small(n.into()))))
    }
    /// Return a tuple of the current process's real, effective, and saved group ids.
    #[py]
    fn getresgid(cx: &mut Cx) -> PyResult<Value> {
        let [mut r, mut e, mut s] = [0; 3];
        // SAFETY: the results are ours.
        done(cx, unsafe {
            libc::getresgid(&raw mut r, &raw mut e, &raw mut s)
        })?;
        Ok(cx.new_tuple(&[r, e, s].map(|n| Value::small(n.into()))))
    }
}
