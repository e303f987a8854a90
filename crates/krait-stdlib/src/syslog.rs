//! `syslog`: messages to the system's logger.

use std::ffi::CString;
use std::sync::Mutex;

use crate::libc_constants;
use crate::prelude::*;
use crate::support::{self, accounts};

pub static MODULE: ModuleDef = ModuleDef {
    name: "syslog",
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let list = libc_constants! {
        LOG_EMERG LOG_ALERT LOG_CRIT LOG_ERR LOG_WARNING LOG_NOTICE LOG_INFO LOG_DEBUG LOG_PID LOG_CONS LOG_NDELAY LOG_ODELAY
        LOG_NOWAIT LOG_PERROR LOG_KERN LOG_USER LOG_MAIL LOG_DAEMON LOG_AUTH LOG_LPR LOG_LOCAL0 LOG_LOCAL1 LOG_LOCAL2 LOG_LOCAL3
        LOG_LOCAL4 LOG_LOCAL5 LOG_LOCAL6 LOG_LOCAL7 LOG_SYSLOG LOG_CRON LOG_UUCP LOG_NEWS LOG_AUTHPRIV LOG_FTP
    };
    support::add_ints(cx, m, list);
    Ok(())
}

/// The logger of the process: whether it is open, and the name that the C library points to.
struct Logger {
    is_open: bool,
    ident: Option<CString>,
}

static LOGGER: Mutex<Logger> = Mutex::new(Logger {
    is_open: false,
    ident: None,
});

/// The base name of the running script, as an unopened log is named.
fn script_name(cx: &mut Cx) -> PyResult<Option<CString>> {
    let sys = cx.import("sys")?;
    let Some(argv) = cx.lookup_attr_str(sys, "argv")? else {
        return Ok(None);
    };
    let first = Gc::<List>::from_value(argv).and_then(|l| l.as_slice().first().copied());
    let Some(s) = first.and_then(Gc::<Str>::from_value) else {
        return Ok(None);
    };
    let path = accounts::name(cx, s)?;
    let base = path
        .as_bytes()
        .rsplit(|&b| b == b'/')
        .next()
        .unwrap_or_default();
    Ok(CString::new(base).ok().filter(|c| !c.is_empty()))
}

fn open(cx: &mut Cx, ident: Option<CString>, options: i32, facility: i32) -> PyResult<()> {
    let ident = match ident {
        Some(c) => Some(c),
        None => script_name(cx)?,
    };
    let mut logger = LOGGER.lock().unwrap_or_else(|e| e.into_inner());
    let p = ident.as_ref().map_or(std::ptr::null(), |c| c.as_ptr());
    // SAFETY: the name lives until the next call that names the log, or that closes it.
    unsafe { libc::openlog(p, options, facility) };
    logger.ident = ident;
    logger.is_open = true;
    Ok(())
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Set logging options of subsequent syslog() calls.
    #[py(sig = "($module, /, ident=<unrepresentable>, logoption=0, facility=LOG_USER)")]
    fn openlog(
        cx: &mut Cx,
        ident: Option<Gc<Str>>,
        logoption: Option<i32>,
        facility: Option<i32>,
    ) -> PyResult<()> {
        let ident = match ident {
            Some(s) => Some(accounts::name(cx, s)?),
            None => None,
        };
        open(
            cx,
            ident,
            logoption.unwrap_or(0),
            facility.unwrap_or(libc::LOG_USER),
        )
    }
    /// syslog([priority=LOG_INFO,] message)
    /// Send the string message to the system logger.
    #[py(sig = "($module, /, *args)", hide_sig)]
    fn syslog(cx: &mut Cx, args: &[Value]) -> PyResult<()> {
        let (priority, message) = match *args {
            [message] => (libc::LOG_INFO, message),
            [priority, message] => {
                match cx.index_i64(priority)?.and_then(|n| i32::try_from(n).ok()) {
                    Some(n) => (n, message),
                    None => {
                        return Err(cx.overflow_error("Python int too large to convert to C int"));
                    }
                }
            }
            _ => return Err(cx.type_error("syslog.syslog requires 1 to 2 arguments")),
        };
        let Some(s) = Gc::<Str>::from_value(message) else {
            let got = cx.type_name(message);
            return Err(cx.type_error(format!(
                "syslog() argument {} must be str, not {got}",
                args.len()
            )));
        };
        let text = accounts::name(cx, s)?;
        let is_open = LOGGER.lock().unwrap_or_else(|e| e.into_inner()).is_open;
        if !is_open {
            open(cx, None, 0, libc::LOG_USER)?;
        }
        // SAFETY: a format with one C string.
        cx.blocking(|| unsafe { libc::syslog(priority, c"%s".as_ptr(), text.as_ptr()) });
        Ok(())
    }
    /// Reset the syslog module values and call the system library closelog().
    #[py(sig = "($module, /)")]
    fn closelog() {
        let mut logger = LOGGER.lock().unwrap_or_else(|e| e.into_inner());
        if logger.is_open {
            // SAFETY: cannot fail; the name is no longer used.
            unsafe { libc::closelog() };
            *logger = Logger {
                is_open: false,
                ident: None,
            };
        }
    }
    /// Set the priority mask to maskpri and return the previous mask value.
    #[py(sig = "($module, maskpri, /)")]
    fn setlogmask(maskpri: i32) -> i32 {
        // SAFETY: cannot fail.
        unsafe { libc::setlogmask(maskpri) }
    }
    /// Calculates the mask for the individual priority pri.
    #[py(name = "LOG_MASK", sig = "($module, pri, /)")]
    fn log_mask(pri: i32) -> i32 {
        1i32.wrapping_shl(pri as u32)
    }
    /// Calculates the mask for all priorities up to and including pri.
    #[py(name = "LOG_UPTO", sig = "($module, pri, /)")]
    fn log_upto(pri: i32) -> i32 {
        1i32.wrapping_shl(pri as u32 + 1).wrapping_sub(1)
    }
}
