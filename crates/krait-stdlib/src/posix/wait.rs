//! Waiting for processes.

use krait_runtime::types::structseq::{self, StructSeq};

use crate::prelude::*;
use crate::support;

pub static WAITID_RESULT: StructSeq = StructSeq {
    module: "posix",
    name: "waitid_result",
    doc: Some(
        "waitid_result: Result from waitid.\n\nIt can be used as a tuple or by attribute names.",
    ),
    fields: &[
        ("si_pid", ""),
        ("si_uid", ""),
        ("si_signo", ""),
        ("si_status", ""),
        ("si_code", ""),
    ],
    visible: 5,
    instantiable: true,
};

pub static RUSAGE: StructSeq = StructSeq {
    module: "resource",
    name: "struct_rusage",
    doc: Some(
        "struct_rusage: Result from getrusage.\n\nIt can be used as a tuple or by attribute names.",
    ),
    fields: &[
        ("ru_utime", "user time used"),
        ("ru_stime", "system time used"),
        ("ru_maxrss", "max. resident set size"),
        ("ru_ixrss", "shared memory size"),
        ("ru_idrss", "unshared data size"),
        ("ru_isrss", "unshared stack size"),
        ("ru_minflt", "page faults not requiring I/O"),
        ("ru_majflt", "page faults requiring I/O"),
        ("ru_nswap", "number of swap outs"),
        ("ru_inblock", "block input operations"),
        ("ru_oublock", "block output operations"),
        ("ru_msgsnd", "IPC messages sent"),
        ("ru_msgrcv", "IPC messages received"),
        ("ru_nsignals", "signals received"),
        ("ru_nvcsw", "voluntary context switches"),
        ("ru_nivcsw", "involuntary context switches"),
    ],
    visible: 16,
    instantiable: true,
};

pub fn rusage_value(cx: &mut Cx, u: &libc::rusage) -> PyResult<Value> {
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    let mut v = [Value::none(); 16];
    v[0] = cx.new_float(seconds(u.ru_utime));
    v[1] = cx.new_float(seconds(u.ru_stime));
    let counts = [
        u.ru_maxrss,
        u.ru_ixrss,
        u.ru_idrss,
        u.ru_isrss,
        u.ru_minflt,
        u.ru_majflt,
        u.ru_nswap,
        u.ru_inblock,
        u.ru_oublock,
        u.ru_msgsnd,
        u.ru_msgrcv,
        u.ru_nsignals,
        u.ru_nvcsw,
        u.ru_nivcsw,
    ];
    for (i, n) in counts.into_iter().enumerate() {
        v[2 + i] = cx.new_int(n);
    }
    structseq::new(cx, &RUSAGE, &v)
}

fn wait4(cx: &mut Cx, pid: i32, options: i32) -> PyResult<(i32, i32, libc::rusage)> {
    let mut status = 0;
    // SAFETY: plain data.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the results are ours.
    let pid = support::call(cx, || unsafe {
        libc::wait4(pid, &raw mut status, options, &raw mut usage) as isize
    })?;
    Ok((pid as i32, status, usage))
}

fn pair(cx: &mut Cx, pid: i32, status: i32) -> Value {
    cx.new_tuple(&[Value::small(pid as i64), Value::small(status as i64)])
}

fn with_usage(cx: &mut Cx, pid: i32, options: i32) -> PyResult<Value> {
    let (pid, status, usage) = wait4(cx, pid, options)?;
    // The type belongs to the module `resource`, as the program sees it.
    let usage = rusage_value(cx, &usage)?;
    Ok(cx.new_tuple(&[Value::small(pid as i64), Value::small(status as i64), usage]))
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Wait for completion of a given child process.
    ///
    /// Returns a tuple of information regarding the child process:
    ///     (pid, status)
    #[py(sig = "($module, pid, options, /)")]
    fn waitpid(cx: &mut Cx, pid: i32, options: i32) -> PyResult<Value> {
        let (pid, status, _) = wait4(cx, pid, options)?;
        Ok(pair(cx, pid, status))
    }
    /// Wait for completion of a child process.
    #[py]
    fn wait(cx: &mut Cx) -> PyResult<Value> {
        let (pid, status, _) = wait4(cx, -1, 0)?;
        Ok(pair(cx, pid, status))
    }
    /// Wait for completion of a child process.
    #[py(sig = "($module, /, options)")]
    fn wait3(cx: &mut Cx, options: i32) -> PyResult<Value> {
        with_usage(cx, -1, options)
    }
    /// Wait for completion of a specific child process.
    #[py(sig = "($module, /, pid, options)")]
    fn wait4(cx: &mut Cx, pid: i32, options: i32) -> PyResult<Value> {
        with_usage(cx, pid, options)
    }
    /// Returns the result of waiting for a process or processes.
    #[py(sig = "($module, idtype, id, options, /)")]
    fn waitid(cx: &mut Cx, idtype: i32, id: i32, options: i32) -> PyResult<Value> {
        // SAFETY: plain data.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        // SAFETY: the result is ours.
        support::call(cx, || unsafe {
            libc::waitid(idtype as libc::idtype_t, id as u32, &raw mut info, options) as isize
        })?;
        // SAFETY: `waitid` fills these fields.
        let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
        if pid == 0 {
            return Ok(Value::none());
        }
        let v =
            [pid, uid as i32, info.si_signo, status, info.si_code].map(|n| Value::small(n as i64));
        structseq::new(cx, &WAITID_RESULT, &v)
    }
    /// Convert a wait status to an exit code.
    #[py(sig = "($module, /, status)")]
    fn waitstatus_to_exitcode(cx: &mut Cx, status: i32) -> PyResult<i32> {
        if libc::WIFEXITED(status) {
            Ok(libc::WEXITSTATUS(status))
        } else if libc::WIFSIGNALED(status) {
            Ok(-libc::WTERMSIG(status))
        } else if libc::WIFSTOPPED(status) {
            let signal = libc::WSTOPSIG(status);
            Err(cx.value_error(format!("process stopped by delivery of signal {signal}")))
        } else {
            Err(cx.value_error(format!("invalid wait status: {status}")))
        }
    }
    /// Return True if the process returning status was dumped to a core file.
    #[py(name = "WCOREDUMP", sig = "($module, status, /)")]
    fn wcoredump(status: i32) -> bool {
        libc::WCOREDUMP(status)
    }
    /// Return True if the process returning status exited via the exit() system call.
    #[py(name = "WIFEXITED", sig = "($module, /, status)")]
    fn wifexited(status: i32) -> bool {
        libc::WIFEXITED(status)
    }
    /// Return True if the process returning status was terminated by a signal.
    #[py(name = "WIFSIGNALED", sig = "($module, /, status)")]
    fn wifsignaled(status: i32) -> bool {
        libc::WIFSIGNALED(status)
    }
    /// Return True if the process returning status was stopped.
    #[py(name = "WIFSTOPPED", sig = "($module, /, status)")]
    fn wifstopped(status: i32) -> bool {
        libc::WIFSTOPPED(status)
    }
    /// Return True if a particular process was continued from a job control stop.
    #[py(name = "WIFCONTINUED", sig = "($module, /, status)")]
    fn wifcontinued(status: i32) -> bool {
        libc::WIFCONTINUED(status)
    }
    /// Return the process return code from status.
    #[py(name = "WEXITSTATUS", sig = "($module, /, status)")]
    fn wexitstatus(status: i32) -> i32 {
        libc::WEXITSTATUS(status)
    }
    /// Return the signal that terminated the process that provided the status value.
    #[py(name = "WTERMSIG", sig = "($module, /, status)")]
    fn wtermsig(status: i32) -> i32 {
        libc::WTERMSIG(status)
    }
    /// Return the signal that stopped the process that provided the status value.
    #[py(name = "WSTOPSIG", sig = "($module, /, status)")]
    fn wstopsig(status: i32) -> i32 {
        libc::WSTOPSIG(status)
    }
}
