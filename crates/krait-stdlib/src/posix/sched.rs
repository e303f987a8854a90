//! Scheduling.

use krait_runtime::types::structseq::{self, StructSeq};

use crate::prelude::*;
use crate::support;

pub static SCHED_PARAM: StructSeq = StructSeq {
    module: "posix",
    name: "sched_param",
    doc: Some(
        "Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter.",
    ),
    fields: &[("sched_priority", "the scheduling priority")],
    visible: 1,
    instantiable: true,
};

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Get the maximum scheduling priority for policy.
    #[py(sig = "($module, /, policy)")]
    fn sched_get_priority_max(cx: &mut Cx, policy: i32) -> PyResult<i32> {
        // SAFETY: plain numbers.
        support::check(cx, unsafe { libc::sched_get_priority_max(policy) })
    }
    /// Get the minimum scheduling priority for policy.
    #[py(sig = "($module, /, policy)")]
    fn sched_get_priority_min(cx: &mut Cx, policy: i32) -> PyResult<i32> {
        // SAFETY: plain numbers.
        support::check(cx, unsafe { libc::sched_get_priority_min(policy) })
    }
    /// Get the scheduling policy for the process identified by pid.
    #[py(sig = "($module, pid, /)")]
    fn sched_getscheduler(cx: &mut Cx, pid: i32) -> PyResult<i32> {
        // SAFETY: plain numbers.
        support::check(cx, unsafe { libc::sched_getscheduler(pid) })
    }
    /// Returns scheduling parameters for the process identified by pid.
    #[py(sig = "($module, pid, /)")]
    fn sched_getparam(cx: &mut Cx, pid: i32) -> PyResult<Value> {
        let mut p = libc::sched_param { sched_priority: 0 };
        // SAFETY: the result is ours.
        let r = unsafe { libc::sched_getparam(pid, &raw mut p) };
        support::check(cx, r)?;
        structseq::new(cx, &SCHED_PARAM, &[Value::small(p.sched_priority as i64)])
    }
    /// Voluntarily relinquish the CPU.
    #[py]
    fn sched_yield(cx: &mut Cx) {
        // SAFETY: cannot fail on Linux.
        cx.blocking(|| unsafe { libc::sched_yield() });
    }
    /// Return the affinity of the process identified by pid (or the current process if zero).
    ///
    /// The affinity is returned as a set of CPU identifiers.
    #[py(sig = "($module, pid, /)")]
    fn sched_getaffinity(cx: &mut Cx, pid: i32) -> PyResult<Value> {
        // SAFETY: a plain bit set, filled by the call.
        let (r, set) = unsafe {
            let mut set: libc::cpu_set_t = std::mem::zeroed();
            (
                libc::sched_getaffinity(pid, size_of::<libc::cpu_set_t>(), &raw mut set),
                set,
            )
        };
        support::check(cx, r)?;
        let out = cx.new_set();
        for cpu in 0..libc::CPU_SETSIZE as usize {
            // SAFETY: the index is below the set's size.
            if unsafe { libc::CPU_ISSET(cpu, &set) } {
                out.add(cx, Value::small(cpu as i64))?;
            }
        }
        Ok(out.value())
    }
    /// Set the CPU affinity of the process identified by pid to mask.
    #[py(sig = "($module, pid, mask, /)")]
    fn sched_setaffinity(cx: &mut Cx, pid: i32, mask: Value) -> PyResult<()> {
        // SAFETY: a plain bit set.
        let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
        let cpus = cx.collect(mask)?;
        for &cpu in cpus.as_slice() {
            let n = cx.size_index(cpu)?;
            if n < 0 {
                return Err(cx.value_error("negative CPU number"));
            }
            if n < libc::CPU_SETSIZE as isize {
                // SAFETY: the index is below the set's size.
                unsafe { libc::CPU_SET(n as usize, &mut set) };
            }
        }
        // SAFETY: the set is ours.
        let r =
            unsafe { libc::sched_setaffinity(pid, size_of::<libc::cpu_set_t>(), &raw const set) };
        support::check(cx, r).map(|_| ())
    }
}
