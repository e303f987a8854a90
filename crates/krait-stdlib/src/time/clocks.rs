//! Clocks and `sleep`.

use krait_runtime::types::float::as_float;
use krait_runtime::types::int::is_int;

use crate::prelude::*;

const SECOND: i64 = 1_000_000_000;

/// A clock's reading in nanoseconds.
pub fn read(id: libc::clockid_t) -> Option<i64> {
    let mut t = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the result is ours.
    let r = unsafe { libc::clock_gettime(id, &raw mut t) };
    (r == 0).then_some(t.tv_sec * SECOND + t.tv_nsec)
}

fn reading(cx: &mut Cx, id: libc::clockid_t) -> PyResult<i64> {
    match read(id) {
        Some(ns) => Ok(ns),
        None => Err(cx.last_os_error(None)),
    }
}

fn seconds(ns: i64) -> f64 {
    // Divided in two steps where the whole does not fit a double exactly.
    if ns % SECOND == 0 {
        (ns / SECOND) as f64
    } else {
        ns as f64 / SECOND as f64
    }
}

fn resolution(id: libc::clockid_t) -> Option<f64> {
    let mut t = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the result is ours.
    let r = unsafe { libc::clock_getres(id, &raw mut t) };
    (r == 0).then_some(t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9)
}

/// A number of seconds as nanoseconds, rounded away from zero for `sleep`, else half to even.
pub fn nanoseconds(cx: &mut Cx, v: Value, away: bool) -> PyResult<i64> {
    const TOO_LARGE: &str = "timestamp out of range for C PyTime_t";
    if let Some(x) = as_float(v) {
        if x.is_nan() {
            return Err(cx.value_error("Invalid value NaN (not a number)"));
        }
        let ns = x * 1e9;
        let ns = if !away {
            ns.round_ties_even()
        } else if ns >= 0.0 {
            ns.ceil()
        } else {
            ns.floor()
        };
        if !(-9223372036854775808.0..9223372036854775808.0).contains(&ns) {
            return Err(cx.overflow_error(TOO_LARGE));
        }
        return Ok(ns as i64);
    }
    if !is_int(v) && !cx.is_index(v) {
        let name = cx.type_name(v);
        return Err(cx.type_error(format!(
            "'{name}' object cannot be interpreted as an integer or float"
        )));
    }
    match cx.index_i64(v)?.and_then(|n| n.checked_mul(SECOND)) {
        Some(ns) => Ok(ns),
        None => Err(cx.overflow_error(TOO_LARGE)),
    }
}

/// Sleeps until `deadline` on the monotonic clock; signal handlers run in between (PEP 475).
fn sleep_until(cx: &mut Cx, deadline: i64) -> PyResult<()> {
    let t = libc::timespec {
        tv_sec: deadline / SECOND,
        tv_nsec: deadline % SECOND,
    };
    loop {
        let r = cx.blocking(|| {
            // SAFETY: reads the deadline only.
            unsafe {
                libc::clock_nanosleep(
                    libc::CLOCK_MONOTONIC,
                    libc::TIMER_ABSTIME,
                    &raw const t,
                    std::ptr::null_mut(),
                )
            }
        });
        match r {
            0 => return Ok(()),
            libc::EINTR => {
                if let Some(f) = cx.hooks().run_pending {
                    f(cx)?;
                }
            }
            code => return Err(cx.os_error(code, None)),
        }
    }
}

fn clock_set(cx: &mut Cx, id: i32, ns: i64) -> PyResult<()> {
    let t = libc::timespec {
        tv_sec: ns.div_euclid(SECOND),
        tv_nsec: ns.rem_euclid(SECOND),
    };
    // SAFETY: reads the time only.
    if unsafe { libc::clock_settime(id, &raw const t) } != 0 {
        return Err(cx.last_os_error(None));
    }
    Ok(())
}

macro_rules! clocks {
    ($($name:ident $name_ns:ident $id:ident $doc:literal $doc_ns:literal;)*) => {
        pub struct Functions;

        #[pyfunctions]
        impl Functions {
            $(
                #[py(doc = $doc, sig = "($module, /)")]
                fn $name(cx: &mut Cx) -> PyResult<f64> {
                    Ok(seconds(reading(cx, libc::$id)?))
                }
                #[py(doc = $doc_ns, sig = "($module, /)")]
                fn $name_ns(cx: &mut Cx) -> PyResult<i64> {
                    reading(cx, libc::$id)
                }
            )*
            /// Return the time of the specified clock clk_id as a float.
            #[py]
            fn clock_gettime(cx: &mut Cx, clk_id: i32) -> PyResult<f64> {
                Ok(seconds(reading(cx, clk_id)?))
            }
            /// Return the time of the specified clock clk_id as nanoseconds (int).
            #[py]
            fn clock_gettime_ns(cx: &mut Cx, clk_id: i32) -> PyResult<i64> {
                reading(cx, clk_id)
            }
            /// clock_getres(clk_id) -> floating-point number
            ///
            /// Return the resolution (precision) of the specified clock clk_id.
            #[py(hide_sig)]
            fn clock_getres(cx: &mut Cx, clk_id: i32) -> PyResult<f64> {
                match resolution(clk_id) {
                    Some(r) => Ok(r),
                    None => Err(cx.last_os_error(None)),
                }
            }
            /// clock_settime(clk_id, time)
            ///
            /// Set the time of the specified clock clk_id.
            #[py(hide_sig)]
            fn clock_settime(cx: &mut Cx, clk_id: i32, time: Value) -> PyResult<()> {
                let ns = nanoseconds(cx, time, false)?;
                clock_set(cx, clk_id, ns)
            }
            /// clock_settime_ns(clk_id, time)
            ///
            /// Set the time of the specified clock clk_id with nanoseconds.
            #[py(hide_sig)]
            fn clock_settime_ns(cx: &mut Cx, clk_id: i32, time: i64) -> PyResult<()> {
                clock_set(cx, clk_id, time)
            }
            /// pthread_getcpuclockid(thread_id) -> int
            ///
            /// Return the clk_id of a thread's CPU time clock.
            #[py(hide_sig)]
            fn pthread_getcpuclockid(cx: &mut Cx, thread_id: usize) -> PyResult<i32> {
                let mut id = 0;
                // SAFETY: writes the id; a stale thread id is the caller's error, as in C.
                match unsafe { libc::pthread_getcpuclockid(thread_id as libc::pthread_t, &raw mut id) } {
                    0 => Ok(id),
                    code => Err(cx.os_error(code, None)),
                }
            }
            /// sleep(seconds)
            ///
            /// Delay execution for a given number of seconds.  The argument may be
            /// a floating-point number for subsecond precision.
            #[py]
            fn sleep(cx: &mut Cx, object: Value) -> PyResult<()> {
                let ns = nanoseconds(cx, object, true)?;
                if ns < 0 {
                    return Err(cx.value_error("sleep length must be non-negative"));
                }
                let now = reading(cx, libc::CLOCK_MONOTONIC)?;
                sleep_until(cx, now.saturating_add(ns))
            }
            /// get_clock_info(name: str) -> dict
            ///
            /// Get information of the specified clock.
            #[py(hide_sig)]
            fn get_clock_info(cx: &mut Cx, name: Gc<Str>) -> PyResult<Value> {
                clock_info(cx, &name.to_string_lossy())
            }
        }
    };
}
clocks! {
    time time_ns CLOCK_REALTIME "time() -> floating-point number\n\nReturn the current time in seconds since the Epoch.\nFractions of a second may be present if the system clock provides them." "time_ns() -> int\n\nReturn the current time in nanoseconds since the Epoch.";
    monotonic monotonic_ns CLOCK_MONOTONIC "monotonic() -> float\n\nMonotonic clock, cannot go backward." "monotonic_ns() -> int\n\nMonotonic clock, cannot go backward, as nanoseconds.";
    perf_counter perf_counter_ns CLOCK_MONOTONIC "perf_counter() -> float\n\nPerformance counter for benchmarking." "perf_counter_ns() -> int\n\nPerformance counter for benchmarking as nanoseconds.";
    process_time process_time_ns CLOCK_PROCESS_CPUTIME_ID "process_time() -> float\n\nProcess time for profiling: sum of the kernel and user-space CPU time." "process_time_ns() -> int\n\nProcess time for profiling as nanoseconds:\nsum of the kernel and user-space CPU time.";
    thread_time thread_time_ns CLOCK_THREAD_CPUTIME_ID "thread_time() -> float\n\nThread time for profiling: sum of the kernel and user-space CPU time." "thread_time_ns() -> int\n\nThread time for profiling as nanoseconds:\nsum of the kernel and user-space CPU time.";
}

fn clock_info(cx: &mut Cx, name: &str) -> PyResult<Value> {
    let (id, c_name, monotonic) = match name {
        "time" => (libc::CLOCK_REALTIME, "CLOCK_REALTIME", false),
        "monotonic" | "perf_counter" => (libc::CLOCK_MONOTONIC, "CLOCK_MONOTONIC", true),
        "process_time" => (
            libc::CLOCK_PROCESS_CPUTIME_ID,
            "CLOCK_PROCESS_CPUTIME_ID",
            true,
        ),
        "thread_time" => (
            libc::CLOCK_THREAD_CPUTIME_ID,
            "CLOCK_THREAD_CPUTIME_ID",
            true,
        ),
        _ => return Err(cx.value_error("unknown clock")),
    };
    let implementation = cx.new_str(&format!("clock_gettime({c_name})"));
    let resolution = cx.new_float(resolution(id).unwrap_or(1e-9));
    cx.new_namespace(&[
        ("implementation", implementation),
        ("monotonic", Value::bool(monotonic)),
        ("adjustable", Value::bool(!monotonic)),
        ("resolution", resolution),
    ])
}
