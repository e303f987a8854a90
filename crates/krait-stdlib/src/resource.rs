//! `resource`: what a process has used and may use.

use krait_runtime::types::int::Int;
use krait_runtime::types::structseq;

use crate::posix::{RUSAGE, rusage_value};
use crate::prelude::*;
use crate::support;

pub static MODULE: ModuleDef = ModuleDef {
    name: "resource",
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// The kind of a limit as the C library's functions want it.
type Kind = libc::__rlimit_resource_t;

/// As many kinds of limits does Linux have.
const LIMITS: i32 = 16;

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let error = cx.types().os_error;
    m.set(cx, "error", error.value());
    let class = structseq::type_of(cx, &RUSAGE)?;
    m.set(cx, "struct_rusage", class.value());
    let list = crate::libc_constants! {
        RLIMIT_CPU RLIMIT_FSIZE RLIMIT_DATA RLIMIT_STACK RLIMIT_CORE RLIMIT_NOFILE RLIMIT_AS RLIMIT_RSS RLIMIT_NPROC
        RLIMIT_MEMLOCK RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_RTPRIO RLIMIT_RTTIME RLIMIT_SIGPENDING RUSAGE_SELF
        RUSAGE_CHILDREN RUSAGE_THREAD RLIM_INFINITY
    };
    support::add_ints(cx, m, list);
    support::add_ints(cx, m, &[("RLIMIT_OFILE", libc::RLIMIT_NOFILE as i64)]);
    Ok(())
}

fn kind_arg(cx: &mut Cx, n: i32) -> PyResult<Kind> {
    if (0..LIMITS).contains(&n) {
        Ok(n as Kind)
    } else {
        Err(cx.value_error("invalid resource specified"))
    }
}

fn limit_arg(cx: &mut Cx, v: Value) -> PyResult<libc::rlim_t> {
    match cx.index_int(v)? {
        // RLIM_INFINITY, as the module shows it.
        Int::Small(-1) => Ok(libc::RLIM_INFINITY),
        Int::Small(n) if n >= 0 => Ok(n as libc::rlim_t),
        Int::Big(b) if !b.is_negative() && b.limbs().len() == 1 => Ok(b.limbs()[0]),
        n if n.is_negative() => Err(cx.value_error("Cannot convert negative int")),
        _ => Err(cx.overflow_error("Python int too large to convert to C rlim_t")),
    }
}

fn limits_arg(cx: &mut Cx, v: Value) -> PyResult<libc::rlimit> {
    let pair = cx.collect(v)?;
    let &[soft, hard] = pair.as_slice() else {
        return Err(cx.value_error("expected a tuple of 2 integers"));
    };
    Ok(libc::rlimit {
        rlim_cur: limit_arg(cx, soft)?,
        rlim_max: limit_arg(cx, hard)?,
    })
}

fn limits_value(cx: &mut Cx, l: &libc::rlimit) -> Value {
    // RLIM_INFINITY shows as -1.
    let (soft, hard) = (cx.new_int(l.rlim_cur as i64), cx.new_int(l.rlim_max as i64));
    cx.new_tuple(&[soft, hard])
}

/// The error of a call that sets limits.
fn set_error(cx: &mut Cx, code: i32) -> Raised {
    match code {
        libc::EINVAL => cx.value_error("current limit exceeds maximum limit"),
        libc::EPERM => cx.value_error("not allowed to raise maximum limit"),
        code => support::os_error(cx, code),
    }
}

struct Functions;

#[pyfunctions]
impl Functions {
    #[py(sig = "($module, who, /)", doc = "")]
    fn getrusage(cx: &mut Cx, who: i32) -> PyResult<Value> {
        // SAFETY: plain data, filled by the call.
        let (r, usage) = unsafe {
            let mut usage: libc::rusage = std::mem::zeroed();
            (libc::getrusage(who, &raw mut usage), usage)
        };
        if r < 0 {
            return Err(match support::errno() {
                libc::EINVAL => cx.value_error("invalid who parameter"),
                code => support::os_error(cx, code),
            });
        }
        rusage_value(cx, &usage)
    }
    #[py(sig = "($module, resource, /)", doc = "")]
    fn getrlimit(cx: &mut Cx, resource: i32) -> PyResult<Value> {
        let kind = kind_arg(cx, resource)?;
        let mut limits = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: the result is ours.
        let r = unsafe { libc::getrlimit(kind, &raw mut limits) };
        support::check(cx, r)?;
        Ok(limits_value(cx, &limits))
    }
    #[py(sig = "($module, resource, limits, /)", doc = "")]
    fn setrlimit(cx: &mut Cx, resource: i32, limits: Value) -> PyResult<()> {
        let kind = kind_arg(cx, resource)?;
        let limits = limits_arg(cx, limits)?;
        // SAFETY: the structure is ours.
        if unsafe { libc::setrlimit(kind, &raw const limits) } < 0 {
            let code = support::errno();
            return Err(set_error(cx, code));
        }
        Ok(())
    }
    /// prlimit(pid, resource, [limits])
    #[py(sig = "($module, pid, resource, limits=None, /)")]
    fn prlimit(cx: &mut Cx, pid: i32, resource: i32, limits: Option<Value>) -> PyResult<Value> {
        let kind = kind_arg(cx, resource)?;
        let new = match limits.filter(|v| !v.is_none()) {
            Some(v) => Some(limits_arg(cx, v)?),
            None => None,
        };
        let new_ptr = new.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        let mut old = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: both structures are ours, the new one may be absent.
        if unsafe { libc::prlimit(pid, kind, new_ptr, &raw mut old) } < 0 {
            let code = support::errno();
            return Err(if code == libc::EINVAL {
                set_error(cx, code)
            } else {
                support::os_error(cx, code)
            });
        }
        Ok(limits_value(cx, &old))
    }
    #[py(sig = "($module, /)", doc = "")]
    fn getpagesize() -> i64 {
        // SAFETY: cannot fail.
        unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
    }
}
