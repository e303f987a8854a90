//! `termios`: the settings of terminals.

use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::exceptions;

use crate::libc_constants;
use crate::prelude::*;
use crate::support::{self, fd_arg};

pub static MODULE: ModuleDef = ModuleDef {
    name: "termios",
    doc: Some(
        "This module provides an interface to the Posix calls for tty I/O control.\n\nThe first argument of all functions is a terminal's descriptor: an int, or an\nobject with a fileno() method. See termios(3) for what the calls do.",
    ),
    functions: &[Functions::DEFS],
    types: &[&ERROR],
    init: Some(init),
};

static ERROR: TypeSpec = support::exception_spec("termios", "error", None, &exceptions::EXCEPTION);

/// Linux's numbers that the C library's bindings lack.
const OTHERS: &[(&str, i64)] = &[
    ("CBAUDEX", 4096),
    ("XTABS", 6144),
    ("CREAD", 128),
    ("XCASE", 4),
    ("VSWTCH", 7),
    ("CDSUSP", 25),
    ("CEOF", 4),
    ("CEOL", 0),
    ("CEOT", 4),
    ("CERASE", 127),
    ("CFLUSH", 15),
    ("CINTR", 3),
    ("CKILL", 21),
    ("CLNEXT", 22),
    ("CQUIT", 28),
    ("CRPRNT", 18),
    ("CSTART", 17),
    ("CSTOP", 19),
    ("CSUSP", 26),
    ("CWERASE", 23),
    ("FIOASYNC", 21586),
    ("IBSHIFT", 16),
    ("IOCSIZE_MASK", 1073676288),
    ("IOCSIZE_SHIFT", 16),
    ("N_MOUSE", 2),
    ("N_PPP", 3),
    ("N_SLIP", 1),
    ("N_STRIP", 4),
    ("N_TTY", 0),
    ("TCFLSH", 21515),
    ("TCGETS", 21505),
    ("TCSBRK", 21513),
    ("TCSBRKP", 21541),
    ("TCSETS", 21506),
    ("TCSETSF", 21508),
    ("TCSETSW", 21507),
    ("TCXONC", 21514),
    ("TIOCCONS", 21533),
    ("TIOCGETD", 21540),
    ("TIOCGICOUNT", 21597),
    ("TIOCGLCKTRMIOS", 21590),
    ("TIOCGSERIAL", 21534),
    ("TIOCGSOFTCAR", 21529),
    ("TIOCINQ", 21531),
    ("TIOCLINUX", 21532),
    ("TIOCMIWAIT", 21596),
    ("TIOCM_CAR", 64),
    ("TIOCM_CD", 64),
    ("TIOCM_RI", 128),
    ("TIOCNOTTY", 21538),
    ("TIOCPKT", 21536),
    ("TIOCPKT_DATA", 0),
    ("TIOCPKT_DOSTOP", 32),
    ("TIOCPKT_FLUSHREAD", 1),
    ("TIOCPKT_FLUSHWRITE", 2),
    ("TIOCPKT_NOSTOP", 16),
    ("TIOCPKT_START", 8),
    ("TIOCPKT_STOP", 4),
    ("TIOCSERCONFIG", 21587),
    ("TIOCSERGETLSR", 21593),
    ("TIOCSERGETMULTI", 21594),
    ("TIOCSERGSTRUCT", 21592),
    ("TIOCSERGWILD", 21588),
    ("TIOCSERSETMULTI", 21595),
    ("TIOCSERSWILD", 21589),
    ("TIOCSER_TEMT", 1),
    ("TIOCSETD", 21539),
    ("TIOCSLCKTRMIOS", 21591),
    ("TIOCSSERIAL", 21535),
    ("TIOCSSOFTCAR", 21530),
    ("_POSIX_VDISABLE", 0),
];

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let speeds = libc_constants! {
        B0 B50 B75 B110 B134 B150 B200 B300 B600 B1200 B1800 B2400 B4800 B9600 B19200 B38400 B57600 B115200 B230400 B460800
        B500000 B576000 B921600 B1000000 B1152000 B1500000 B2000000 B2500000 B3000000 B3500000 B4000000 EXTA EXTB CBAUD CIBAUD
    };
    let modes = libc_constants! {
        TCSANOW TCSADRAIN TCSAFLUSH TCIFLUSH TCOFLUSH TCIOFLUSH TCOOFF TCOON TCIOFF TCION IGNBRK BRKINT IGNPAR PARMRK INPCK
        ISTRIP INLCR IGNCR ICRNL IUCLC IXON IXANY IXOFF IMAXBEL IUTF8 OPOST OLCUC ONLCR OCRNL ONOCR ONLRET OFILL OFDEL NLDLY
        CRDLY TABDLY BSDLY VTDLY FFDLY NL0 NL1 CR0 CR1 CR2 CR3 TAB0 TAB1 TAB2 TAB3 BS0 BS1 VT0 VT1 FF0 FF1 CSIZE CSTOPB PARENB
        PARODD HUPCL CLOCAL CRTSCTS CS5 CS6 CS7 CS8 ISIG ICANON ECHO ECHOE ECHOK ECHONL ECHOCTL ECHOPRT ECHOKE FLUSHO NOFLSH
        TOSTOP PENDIN IEXTEN EXTPROC
    };
    let indices = libc_constants! {
        VINTR VQUIT VERASE VKILL VEOF VTIME VMIN VSWTC VSTART VSTOP VSUSP VEOL VREPRINT VDISCARD VWERASE VLNEXT VEOL2 NCCS
    };
    let requests = libc_constants! {
        FIOCLEX FIONBIO FIONCLEX FIONREAD TIOCEXCL TIOCGPGRP TIOCGWINSZ TIOCMBIC TIOCMBIS TIOCMGET TIOCMSET TIOCM_CTS TIOCM_DSR
        TIOCM_DTR TIOCM_LE TIOCM_RNG TIOCM_RTS TIOCM_SR TIOCM_ST TIOCNXCL TIOCOUTQ TIOCSCTTY TIOCSPGRP TIOCSTI TIOCSWINSZ
    };
    for list in [speeds as &[_], modes, indices, requests, OTHERS] {
        support::add_ints(cx, m, list);
    }
    Ok(())
}

/// `termios.error(code, message)`.
#[cold]
fn error(cx: &mut Cx, code: i32) -> Raised {
    let text = cx.new_str(&support::strerror(code));
    match cx.native_type(&ERROR) {
        Ok(class) => cx.error_with(class, &[Value::small(code.into()), text]),
        Err(e) => e,
    }
}

/// Runs a call that may block; negative results are raised.
fn run(cx: &mut Cx, f: impl FnOnce() -> i32) -> PyResult<()> {
    let (r, code) = cx.blocking(|| (f(), support::errno()));
    if r < 0 { Err(error(cx, code)) } else { Ok(()) }
}

fn settings(cx: &mut Cx, fd: i32) -> PyResult<libc::termios> {
    // SAFETY: plain data, filled by the call.
    let mut t: libc::termios = unsafe { std::mem::zeroed() };
    // SAFETY: the result is ours.
    run(cx, || unsafe { libc::tcgetattr(fd, &raw mut t) })?;
    Ok(t)
}

/// The items of a list of a certain length.
fn list_of(cx: &mut Cx, v: Value, n: usize, message: &str) -> PyResult<Gc<List>> {
    match Gc::<List>::from_value(v) {
        Some(l) if l.len() == n => Ok(l),
        _ => Err(cx.type_error(message)),
    }
}

/// Takes the list of special characters, each a byte or a number.
fn set_control_characters(cx: &mut Cx, t: &mut libc::termios, v: Value) -> PyResult<()> {
    let list = list_of(
        cx,
        v,
        libc::NCCS,
        "tcsetattr: attributes[6] must be 32 element list",
    )?;
    for (i, c) in t.c_cc.iter_mut().enumerate() {
        let v = list.snapshot(cx)?.as_slice()[i];
        *c = match Gc::<Bytes>::from_value(v).map(|b| b.as_bytes()) {
            Some(&[b]) => b,
            None if krait_runtime::types::int::is_int(v) => cx.index_i64(v)?.unwrap_or(0) as u8,
            _ => return Err(cx.type_error(
                "tcsetattr: elements of attributes must be bytes objects of length 1 or integers",
            )),
        };
    }
    Ok(())
}

fn flag_word(cx: &mut Cx, v: Value) -> PyResult<u32> {
    let n = cx.index_int(v)?;
    match n.to_i64() {
        Some(n) if n < 0 => Err(cx.value_error("Cannot convert negative int")),
        Some(n) => match u32::try_from(n) {
            Ok(n) => Ok(n),
            Err(_) => Err(cx.overflow_error("Python int too large to convert to C unsigned int")),
        },
        None => Err(cx.overflow_error("Python int too large to convert to C unsigned int")),
    }
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Get the tty attributes for file descriptor fd.
    ///
    /// Returns a list [iflag, oflag, cflag, lflag, ispeed, ospeed, cc]
    /// where cc is a list of the tty special characters (each a string of
    /// length 1, except the items with indices VMIN and VTIME, which are
    /// integers when these fields are defined).  The interpretation of the
    /// flags and the speeds as well as the indexing in the cc array must be
    /// done using the symbolic constants defined in this module.
    #[py(sig = "($module, fd, /)")]
    fn tcgetattr(cx: &mut Cx, fd: Value) -> PyResult<Value> {
        let fd = fd_arg(cx, fd)?;
        let t = settings(cx, fd)?;
        // SAFETY: reads the structure.
        let (ispeed, ospeed) = unsafe {
            (
                libc::cfgetispeed(&raw const t),
                libc::cfgetospeed(&raw const t),
            )
        };
        let mut cc = ValueVec::new();
        for (i, &c) in t.c_cc.iter().enumerate() {
            let is_number = t.c_lflag & libc::ICANON == 0 && (i == libc::VMIN || i == libc::VTIME);
            let v = if is_number {
                Value::small(c.into())
            } else {
                cx.new_bytes(&[c])
            };
            cc.push(cx, v)?;
        }
        let cc = List::from_vec(cx, cc).value();
        let [i, o, c, l] =
            [t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag].map(|n| Value::small(n.into()));
        Ok(cx.new_list(&[
            i,
            o,
            c,
            l,
            Value::small(ispeed.into()),
            Value::small(ospeed.into()),
            cc,
        ]))
    }
    /// Set the tty attributes for file descriptor fd.
    ///
    /// The attributes to be set are taken from the attributes argument, which
    /// is a list like the one returned by tcgetattr(). The when argument
    /// determines when the attributes are changed: termios.TCSANOW to
    /// change immediately, termios.TCSADRAIN to change after transmitting all
    /// queued output, or termios.TCSAFLUSH to change after transmitting all
    /// queued output and discarding all queued input.
    #[py(sig = "($module, fd, when, attributes, /)")]
    fn tcsetattr(cx: &mut Cx, fd: Value, when: i32, attributes: Value) -> PyResult<()> {
        let fd = fd_arg(cx, fd)?;
        let list = list_of(
            cx,
            attributes,
            7,
            "tcsetattr, arg 3: must be 7 element list",
        )?;
        let mut t = settings(cx, fd)?;
        let items = list.snapshot(cx)?;
        let &[iflag, oflag, cflag, lflag, ispeed, ospeed, cc] = items.as_slice() else {
            return Err(cx.type_error("tcsetattr, arg 3: must be 7 element list"));
        };
        t.c_iflag = flag_word(cx, iflag)?;
        t.c_oflag = flag_word(cx, oflag)?;
        t.c_cflag = flag_word(cx, cflag)?;
        t.c_lflag = flag_word(cx, lflag)?;
        let (ispeed, ospeed) = (flag_word(cx, ispeed)?, flag_word(cx, ospeed)?);
        set_control_characters(cx, &mut t, cc)?;
        // SAFETY: changes the structure.
        run(cx, || unsafe { libc::cfsetispeed(&raw mut t, ispeed) })?;
        // SAFETY: changes the structure.
        run(cx, || unsafe { libc::cfsetospeed(&raw mut t, ospeed) })?;
        // SAFETY: the structure is ours.
        run(cx, || unsafe { libc::tcsetattr(fd, when, &raw const t) })
    }
    /// Send a break on file descriptor fd.
    ///
    /// A zero duration sends a break for 0.25-0.5 seconds; a nonzero duration
    /// has a system dependent meaning.
    #[py(sig = "($module, fd, duration, /)")]
    fn tcsendbreak(cx: &mut Cx, fd: Value, duration: i32) -> PyResult<()> {
        let fd = fd_arg(cx, fd)?;
        // SAFETY: plain numbers.
        run(cx, || unsafe { libc::tcsendbreak(fd, duration) })
    }
    /// Wait until all output written to file descriptor fd has been transmitted.
    #[py(sig = "($module, fd, /)")]
    fn tcdrain(cx: &mut Cx, fd: Value) -> PyResult<()> {
        let fd = fd_arg(cx, fd)?;
        // SAFETY: plain numbers.
        run(cx, || unsafe { libc::tcdrain(fd) })
    }
    /// Discard queued data on file descriptor fd.
    ///
    /// The queue selector specifies which queue: termios.TCIFLUSH for the
    /// input queue, termios.TCOFLUSH for the output queue, or
    /// termios.TCIOFLUSH for both queues.
    #[py(sig = "($module, fd, queue, /)")]
    fn tcflush(cx: &mut Cx, fd: Value, queue: i32) -> PyResult<()> {
        let fd = fd_arg(cx, fd)?;
        // SAFETY: plain numbers.
        run(cx, || unsafe { libc::tcflush(fd, queue) })
    }
    /// Suspend or resume input or output on file descriptor fd.
    ///
    /// The action argument can be termios.TCOOFF to suspend output,
    /// termios.TCOON to restart output, termios.TCIOFF to suspend input,
    /// or termios.TCION to restart input.
    #[py(sig = "($module, fd, action, /)")]
    fn tcflow(cx: &mut Cx, fd: Value, action: i32) -> PyResult<()> {
        let fd = fd_arg(cx, fd)?;
        // SAFETY: plain numbers.
        run(cx, || unsafe { libc::tcflow(fd, action) })
    }
    /// Get the tty winsize for file descriptor fd.
    ///
    /// Returns a tuple (ws_row, ws_col).
    #[py(sig = "($module, fd, /)")]
    fn tcgetwinsize(cx: &mut Cx, fd: Value) -> PyResult<Value> {
        let fd = fd_arg(cx, fd)?;
        // SAFETY: plain data, filled by the call.
        let mut w: libc::winsize = unsafe { std::mem::zeroed() };
        // SAFETY: the result is ours.
        run(cx, || unsafe {
            libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut w)
        })?;
        Ok(cx.new_tuple(&[Value::small(w.ws_row.into()), Value::small(w.ws_col.into())]))
    }
    /// Set the tty winsize for file descriptor fd.
    ///
    /// The winsize to be set is taken from the winsize argument, which
    /// is a two-item tuple (ws_row, ws_col) like the one returned by tcgetwinsize().
    #[py(sig = "($module, fd, winsize, /)")]
    fn tcsetwinsize(cx: &mut Cx, fd: Value, winsize: Value) -> PyResult<()> {
        let fd = fd_arg(cx, fd)?;
        let message = "tcsetwinsize, arg 2: must be a two-item sequence";
        if cx.lookup_attr_str(winsize, "__getitem__")?.is_none() {
            return Err(cx.type_error(message));
        }
        let items = cx.collect(winsize)?;
        let &[rows, columns] = items.as_slice() else {
            return Err(cx.type_error(message));
        };
        let (rows, columns) = (cx.index_i64(rows)?, cx.index_i64(columns)?);
        let small = |n: Option<i64>| n.and_then(|n| u16::try_from(n).ok());
        let (Some(rows), Some(columns)) = (small(rows), small(columns)) else {
            return Err(cx.overflow_error("winsize value(s) out of range."));
        };
        // SAFETY: plain data, filled by the call.
        let mut w: libc::winsize = unsafe { std::mem::zeroed() };
        // SAFETY: the result is ours.
        run(cx, || unsafe {
            libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut w)
        })?;
        (w.ws_row, w.ws_col) = (rows, columns);
        // SAFETY: the structure is ours.
        run(cx, || unsafe {
            libc::ioctl(fd, libc::TIOCSWINSZ, &raw const w)
        })
    }
}
