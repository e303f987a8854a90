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

/// The type, which takes its one field where others take a sequence.
pub fn param_type(cx: &mut Cx) -> PyResult<Gc<Type>> {
    let class = structseq::type_of(cx, &SCHED_PARAM)?;
    structseq::add_methods(cx, class, SchedParam::DEFS);
    Ok(class)
}

struct SchedParam;

#[pymethods]
impl SchedParam {
    #[py(new, sig = "($type, /, sched_priority)")]
    fn __new__(cx: &mut Cx, class: Value, sched_priority: Value) -> PyResult<Value> {
        let class = Gc::<Type>::from_value_unchecked(class);
        structseq::instance_of(cx, class, &SCHED_PARAM, &[sched_priority])
    }

    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Gc<Tuple>) -> PyResult<Value> {
        let args = cx.new_tuple(&[this.get(0)]);
        Ok(cx.new_tuple(&[cx.type_of(this.value()).value(), args]))
    }
}

/// A `sched_param` object as the C structure.
pub fn param_arg(cx: &mut Cx, v: Value) -> PyResult<libc::sched_param> {
    let class = structseq::type_of(cx, &SCHED_PARAM)?;
    if cx.type_of(v) != class {
        return Err(cx.type_error("must have a sched_param object"));
    }
    let priority = Gc::<Tuple>::from_value(v).map_or(Value::small(0), |t| t.get(0));
    match cx.index_i64(priority)?.and_then(|n| i32::try_from(n).ok()) {
        Some(sched_priority) => Ok(libc::sched_param { sched_priority }),
        None => Err(cx.overflow_error("sched_priority out of range")),
    }
}

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
    /// Return the round-robin quantum for the process identified by pid, in seconds.
    ///
    /// Value returned is a float.
    #[py(sig = "($module, pid, /)")]
    fn sched_rr_get_interval(cx: &mut Cx, pid: i32) -> PyResult<f64> {
        let mut t = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: the result is ours.
        let r = unsafe { libc::sched_rr_get_interval(pid, &raw mut t) };
        support::check(cx, r)?;
        Ok(t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9)
    }
    /// Set the scheduling policy for the process identified by pid.
    ///
    /// If pid is 0, the calling process is changed.
    /// param is an instance of sched_param.
    #[py(sig = "($module, pid, policy, param, /)")]
    fn sched_setscheduler(cx: &mut Cx, pid: i32, policy: i32, param: Value) -> PyResult<()> {
        let p = param_arg(cx, param)?;
        // SAFETY: the structure is ours.
        let r = unsafe { libc::sched_setscheduler(pid, policy, &raw const p) };
        support::check(cx, r).map(|_| ())
    }
    /// Set scheduling parameters for the process identified by pid.
    ///
    /// If pid is 0, sets parameters for the calling process.
    /// param should be an instance of sched_param.
    #[py(sig = "($module, pid, param, /)")]
    fn sched_setparam(cx: &mut Cx, pid: i32, param: Value) -> PyResult<()> {
        let p = param_arg(cx, param)?;
        // SAFETY: the structure is ours.
        let r = unsafe { libc::sched_setparam(pid, &raw const p) };
        support::check(cx, r).map(|_| ())
    }
}
