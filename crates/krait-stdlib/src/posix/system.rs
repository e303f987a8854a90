//! About the system: names, limits, randomness, terminals, errors.

use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::structseq::{self, StructSeq};

use super::tables;
use crate::prelude::*;
use crate::support::{self, FsPath, PathRules};

pub static TERMINAL_SIZE: StructSeq = StructSeq {
    module: "os",
    name: "terminal_size",
    doc: Some("A tuple of (columns, lines) for holding terminal window size"),
    fields: &[
        ("columns", "width of the terminal window in characters"),
        ("lines", "height of the terminal window in characters"),
    ],
    visible: 2,
    instantiable: true,
};

pub static TIMES_RESULT: StructSeq = StructSeq {
    module: "posix",
    name: "times_result",
    doc: Some(
        "times_result: Result from os.times().\n\nIt can be used as a tuple or by attribute names.",
    ),
    fields: &[
        ("user", "user time"),
        ("system", "system time"),
        ("children_user", "user time of children"),
        ("children_system", "system time of children"),
        (
            "elapsed",
            "elapsed time since an arbitrary point in the past",
        ),
    ],
    visible: 5,
    instantiable: true,
};

pub static UNAME_RESULT: StructSeq = StructSeq {
    module: "posix",
    name: "uname_result",
    doc: Some(
        "uname_result: Result from os.uname().\n\nIt can be used as a tuple or by attribute names.",
    ),
    fields: &[
        ("sysname", "operating system name"),
        (
            "nodename",
            "name of machine on network (implementation-defined)",
        ),
        ("release", "operating system release"),
        ("version", "operating system version"),
        ("machine", "hardware identifier"),
    ],
    visible: 5,
    instantiable: true,
};

/// A configuration name: an int, or a key of `table`.
pub fn conf_name(cx: &mut Cx, v: Value, table: &[(&str, i64)]) -> PyResult<i32> {
    if let Some(s) = Gc::<Str>::from_value(v) {
        return match table
            .iter()
            .find(|(name, _)| name.as_bytes() == s.as_bytes())
        {
            Some((_, n)) => Ok(*n as i32),
            None => Err(cx.value_error("unrecognized configuration name")),
        };
    }
    match cx.is_index(v) {
        true => Ok(cx.size_index(v)? as i32),
        false => Err(cx.type_error("configuration names must be strings or integers")),
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[py(sig = "($module, size, /)")]
    fn urandom(cx: &mut Cx, size: isize) -> PyResult<Value> {
        if size < 0 {
            return Err(cx.value_error("negative argument not allowed"));
        }
        let mut bytes = vec![0; size as usize];
        support::random::fill(cx, &mut bytes)?;
        Ok(Bytes::from_slice(cx, &bytes)?.value())
    }
    /// Obtain a series of random bytes.
    #[py(sig = "($module, /, size, flags=0)")]
    fn getrandom(cx: &mut Cx, size: isize, flags: Option<u32>) -> PyResult<Value> {
        if size < 0 {
            return Err(support::os_error(cx, libc::EINVAL));
        }
        let mut bytes = vec![0u8; size as usize];
        let (p, n, flags) = (bytes.as_mut_ptr() as usize, bytes.len(), flags.unwrap_or(0));
        // SAFETY: writes at most `n` bytes.
        let got = support::call(cx, || unsafe {
            libc::getrandom(p as *mut libc::c_void, n, flags)
        })?;
        Ok(Bytes::from_slice(cx, &bytes[..got as usize])?.value())
    }
    /// Return the number of logical CPUs in the system.
    ///
    /// Return None if indeterminable.
    #[py]
    fn cpu_count(cx: &mut Cx) -> PyResult<Option<i64>> {
        let sys = cx.import("sys")?;
        let set = cx.call_method_str(sys, "_get_cpu_count_config", &[])?;
        if let Some(n) = set.as_small().filter(|&n| n > 0) {
            return Ok(Some(n));
        }
        // SAFETY: cannot fail.
        let n = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
        Ok((n > 0).then_some(n))
    }
    /// Translate an error code to a message string.
    #[py(sig = "($module, code, /)")]
    fn strerror(code: i32) -> String {
        support::strerror(code)
    }
    /// Return an object identifying the current operating system.
    #[py]
    fn uname(cx: &mut Cx) -> PyResult<Value> {
        // SAFETY: plain data, filled by the call.
        let (r, u) = unsafe {
            let mut u: libc::utsname = std::mem::zeroed();
            (libc::uname(&raw mut u), u)
        };
        support::check(cx, r)?;
        let mut v = [Value::none(); 5];
        for (i, field) in [&u.sysname, &u.nodename, &u.release, &u.version, &u.machine]
            .into_iter()
            .enumerate()
        {
            let bytes: Vec<u8> = field
                .iter()
                .take_while(|&&c| c != 0)
                .map(|&c| c as u8)
                .collect();
            v[i] = support::fs_path::fs_decode(cx, &bytes)?;
        }
        structseq::new(cx, &UNAME_RESULT, &v)
    }
    /// Return a collection containing process timing information.
    #[py]
    fn times(cx: &mut Cx) -> PyResult<Value> {
        // SAFETY: plain data, filled by the call.
        let (t, elapsed, hz) = unsafe {
            let mut t: libc::tms = std::mem::zeroed();
            let elapsed = libc::times(&raw mut t);
            (t, elapsed, libc::sysconf(libc::_SC_CLK_TCK) as f64)
        };
        let v = [
            t.tms_utime,
            t.tms_stime,
            t.tms_cutime,
            t.tms_cstime,
            elapsed,
        ]
        .map(|n| cx.new_float(n as f64 / hz));
        structseq::new(cx, &TIMES_RESULT, &v)
    }
    /// Return the size of the terminal window as (columns, lines).
    #[py(sig = "($module, fd=<unrepresentable>, /)")]
    fn get_terminal_size(cx: &mut Cx, fd: Option<i32>) -> PyResult<Value> {
        // SAFETY: plain data, filled by the call.
        let (r, w) = unsafe {
            let mut w: libc::winsize = std::mem::zeroed();
            (
                libc::ioctl(fd.unwrap_or(1), libc::TIOCGWINSZ, &raw mut w),
                w,
            )
        };
        support::check(cx, r)?;
        structseq::new(
            cx,
            &TERMINAL_SIZE,
            &[Value::small(w.ws_col as i64), Value::small(w.ws_row as i64)],
        )
    }
    /// Return an integer-valued system configuration variable.
    #[py(sig = "($module, name, /)")]
    fn sysconf(cx: &mut Cx, name: Value) -> PyResult<i64> {
        let name = conf_name(cx, name, tables::SYSCONF)?;
        // SAFETY: plain numbers.
        let (n, code) = unsafe {
            *libc::__errno_location() = 0;
            (libc::sysconf(name), support::errno())
        };
        if n == -1 && code != 0 {
            Err(support::os_error(cx, code))
        } else {
            Ok(n)
        }
    }
    /// Return a string-valued system configuration variable.
    #[py(sig = "($module, name, /)")]
    fn confstr(cx: &mut Cx, name: Value) -> PyResult<Value> {
        let name = conf_name(cx, name, tables::CONFSTR)?;
        let mut text = vec![0u8; 1024];
        // SAFETY: the buffer has that size.
        let n = unsafe { libc::confstr(name, text.as_mut_ptr().cast(), text.len()) };
        if n == 0 {
            return Ok(Value::none());
        }
        support::fs_path::fs_decode(cx, &text[..(n - 1).min(text.len() - 1)])
    }
    /// Return the configuration limit name for the file descriptor fd.
    #[py(sig = "($module, fd, name, /)")]
    fn fpathconf(cx: &mut Cx, fd: i32, name: Value) -> PyResult<i64> {
        let name = conf_name(cx, name, tables::PATHCONF)?;
        // SAFETY: plain numbers.
        let (n, code) = unsafe {
            *libc::__errno_location() = 0;
            (libc::fpathconf(fd, name), support::errno())
        };
        if n == -1 && code != 0 {
            Err(support::os_error(cx, code))
        } else {
            Ok(n)
        }
    }
    /// Return average recent system load information.
    #[py]
    fn getloadavg(cx: &mut Cx) -> PyResult<Value> {
        let mut load = [0f64; 3];
        // SAFETY: room for three numbers.
        if unsafe { libc::getloadavg(load.as_mut_ptr(), 3) } != 3 {
            let class = cx.types().os_error;
            return Err(cx.error(class, "Load averages are unobtainable"));
        }
        let v = load.map(|x| cx.new_float(x));
        Ok(cx.new_tuple(&v))
    }
    /// Return the encoding of a file descriptor that is a terminal, else None.
    #[py(sig = "($module, /, fd)")]
    fn device_encoding(cx: &mut Cx, fd: i32) -> Value {
        // SAFETY: plain numbers.
        if unsafe { libc::isatty(fd) } == 1 {
            cx.new_str("UTF-8")
        } else {
            Value::none()
        }
    }
    /// Force write of everything to disk.
    #[py]
    fn sync(cx: &mut Cx) {
        // SAFETY: cannot fail.
        cx.blocking(|| unsafe { libc::sync() });
    }
    /// Extracts a device major number from a raw device number.
    #[py(sig = "($module, device, /)")]
    fn major(device: i64) -> u32 {
        libc::major(device as u64)
    }
    /// Extracts a device minor number from a raw device number.
    #[py(sig = "($module, device, /)")]
    fn minor(device: i64) -> u32 {
        libc::minor(device as u64)
    }
    /// Composes a raw device number from the major and minor device numbers.
    #[py(sig = "($module, major, minor, /)")]
    fn makedev(major: u32, minor: u32) -> u64 {
        libc::makedev(major, minor)
    }
    /// Return the name of the controlling terminal for this process.
    #[py]
    fn ctermid(cx: &mut Cx) -> Value {
        cx.new_str("/dev/tty")
    }
    /// Execute the command in a subshell.
    #[py(sig = "($module, /, command)")]
    fn system(cx: &mut Cx, command: Value) -> PyResult<i32> {
        let command = FsPath::from_value(cx, Some(command), PathRules::named("system", "command"))?;
        // SAFETY: a C string.
        Ok(cx.blocking(|| unsafe { libc::system(command.ptr()) }))
    }
    /// Abort the interpreter immediately.
    #[py]
    fn abort() {
        std::process::abort()
    }
    /// Exit to the system with specified status, without normal exit processing.
    #[py(sig = "($module, /, status)")]
    fn _exit(status: i32) {
        // SAFETY: ends the process.
        unsafe { libc::_exit(status) }
    }
}
