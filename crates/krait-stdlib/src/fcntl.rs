//! `fcntl`: control of file descriptors, and locks on files.

use krait_runtime::protocol::buffer;
use krait_runtime::types::int::is_int;

use crate::libc_constants;
use crate::prelude::*;
use crate::support::{self, fd_arg};

pub static MODULE: ModuleDef = ModuleDef {
    name: "fcntl",
    doc: Some(
        "This module performs file control and I/O control on file\ndescriptors.  It is an interface to the fcntl() and ioctl() Unix\nroutines.  File descriptors can be obtained with the fileno() method of\na file or socket object.",
    ),
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// Linux's numbers that the C library's bindings lack.
const OTHERS: &[(&str, i64)] = &[
    ("LOCK_MAND", 32),
    ("LOCK_READ", 64),
    ("LOCK_WRITE", 128),
    ("LOCK_RW", 192),
    ("F_GETSIG", 11),
    ("F_SETSIG", 10),
    ("F_GETLK64", 5),
    ("F_SETLK64", 6),
    ("F_SETLKW64", 7),
    ("FASYNC", 8192),
    ("F_DUPFD_QUERY", 1027),
    ("F_EXLCK", 4),
    ("F_SHLCK", 8),
    ("FICLONE", 1074041865),
    ("FICLONERANGE", 1075876877),
    ("F_GETOWN_EX", 16),
    ("F_SETOWN_EX", 15),
    ("F_OWNER_TID", 0),
    ("F_OWNER_PID", 1),
    ("F_OWNER_PGRP", 2),
    ("F_GET_RW_HINT", 1035),
    ("F_SET_RW_HINT", 1036),
    ("F_GET_FILE_RW_HINT", 1037),
    ("F_SET_FILE_RW_HINT", 1038),
    ("RWH_WRITE_LIFE_NOT_SET", 0),
    ("RWH_WRITE_LIFE_NONE", 1),
    ("RWH_WRITE_LIFE_SHORT", 2),
    ("RWH_WRITE_LIFE_MEDIUM", 3),
    ("RWH_WRITE_LIFE_LONG", 4),
    ("RWH_WRITE_LIFE_EXTREME", 5),
    ("DN_ACCESS", 1),
    ("DN_MODIFY", 2),
    ("DN_CREATE", 4),
    ("DN_DELETE", 8),
    ("DN_RENAME", 16),
    ("DN_ATTRIB", 32),
    ("DN_MULTISHOT", 2147483648),
];

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let list = libc_constants! {
        LOCK_SH LOCK_EX LOCK_NB LOCK_UN F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK F_SETLKW
        F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW F_GETOWN F_SETOWN F_RDLCK F_WRLCK F_UNLCK F_SETLEASE F_GETLEASE F_NOTIFY
        F_SETPIPE_SZ F_GETPIPE_SZ FD_CLOEXEC F_ADD_SEALS F_GET_SEALS F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_GROW F_SEAL_WRITE
        F_SEAL_FUTURE_WRITE
    };
    support::add_ints(cx, m, list);
    support::add_ints(cx, m, OTHERS);
    Ok(())
}

/// Structures up to this size are passed through a copy.
const BUFFER_SIZE: usize = 1024;

/// Room behind the copied structure, for drivers that write more than they should.
type Room = [u8; BUFFER_SIZE + 8];

/// The third argument of `fcntl` and `ioctl`.
enum Argument {
    Number(i64),
    /// A copied structure and its length.
    Copy(Box<Room>, usize),
}

fn copied(cx: &mut Cx, bytes: &[u8], function: &str) -> PyResult<Argument> {
    if bytes.len() > BUFFER_SIZE {
        return Err(cx.value_error(format!("{function} argument 3 is too long")));
    }
    let mut room: Box<Room> = Box::new([0; BUFFER_SIZE + 8]);
    room[..bytes.len()].copy_from_slice(bytes);
    Ok(Argument::Copy(room, bytes.len()))
}

fn argument(cx: &mut Cx, v: Option<Value>, function: &str) -> PyResult<Argument> {
    let Some(v) = v else {
        return Ok(Argument::Number(0));
    };
    if is_int(v) || cx.is_index(v) {
        return match cx.index_i64(v)? {
            Some(n) => Ok(Argument::Number(n)),
            None => Err(cx.overflow_error("Python int too large to convert to C long")),
        };
    }
    if let Some(s) = Gc::<Str>::from_value(v) {
        let bytes = support::fs_path::fs_encode(cx, s)?;
        return copied(cx, &bytes, function);
    }
    if cx.is_buffer(v) {
        let bytes = cx.bytes_of(v)?;
        return copied(cx, bytes.as_bytes(), function);
    }
    let got = cx.type_name(v);
    Err(cx.type_error(format!(
        "{function}() argument 3 must be an integer, a bytes-like object, or a string, not {got}"
    )))
}

/// The low word of an `ioctl` request, which may be given as a negative number.
fn request_arg(cx: &mut Cx, v: Value) -> PyResult<libc::c_ulong> {
    match cx.index_i64(v)? {
        Some(n) => Ok(n as libc::c_ulong),
        None => Err(cx.overflow_error("Python int too large to convert to C unsigned long")),
    }
}

/// `ioctl` on a writable buffer: the call changes it.
fn ioctl_in_place(cx: &mut Cx, fd: i32, request: libc::c_ulong, v: Value) -> PyResult<i32> {
    let mut view = cx.buffer(v, buffer::flags::WRITABLE)?;
    let bytes = view.as_mut_slice();
    let (r, code) = if bytes.len() <= BUFFER_SIZE {
        let mut room: Room = [0; BUFFER_SIZE + 8];
        room[..bytes.len()].copy_from_slice(bytes);
        let address = room.as_mut_ptr() as usize;
        let result = cx.blocking(|| {
            // SAFETY: a copy of the structure with room behind it; the caller vouches for its size.
            let r = unsafe { libc::ioctl(fd, request, address) };
            (r, support::errno())
        });
        bytes.copy_from_slice(&room[..bytes.len()]);
        result
    } else {
        let address = bytes.as_mut_ptr() as usize;
        cx.blocking(|| {
            // SAFETY: the buffer stays where it is until it is released.
            let r = unsafe { libc::ioctl(fd, request, address) };
            (r, support::errno())
        })
    };
    view.release(cx)?;
    if r < 0 {
        Err(support::os_error(cx, code))
    } else {
        Ok(r)
    }
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Perform the operation `cmd` on file descriptor fd.
    ///
    /// The values used for `cmd` are operating system dependent, and are available
    /// as constants in the fcntl module, using the same names as used in
    /// the relevant C header files.  The argument arg is optional, and
    /// defaults to 0; it may be an int, a bytes-like object or a string.
    /// An int gives back the C call's result as an int; bytes are passed as a
    /// structure of at most 1024 bytes and come back as the call left them.
    #[py(sig = "($module, fd, cmd, arg=0, /)")]
    fn fcntl(cx: &mut Cx, fd: Value, cmd: i32, arg: Option<Value>) -> PyResult<Value> {
        let fd = fd_arg(cx, fd)?;
        match argument(cx, arg, "fcntl")? {
            Argument::Number(n) => {
                // SAFETY: plain numbers.
                let r = support::call(cx, || unsafe { libc::fcntl(fd, cmd, n as i32) } as isize)?;
                Ok(cx.new_int(r as i64))
            }
            Argument::Copy(mut room, len) => {
                let address = room.as_mut_ptr() as usize;
                // SAFETY: a copy of the structure with room behind it.
                support::call(cx, || unsafe { libc::fcntl(fd, cmd, address) } as isize)?;
                Ok(cx.new_bytes(&room[..len]))
            }
        }
    }
    /// Perform the operation request on file descriptor fd.
    ///
    /// The argument arg may be an int, a bytes-like object or a string.  A writable
    /// buffer is changed in place if mutate_flag is true (the default), and the
    /// result is the C call's.  Other structures are copied (at most 1024 bytes) and
    /// come back as bytes.
    #[py(sig = "($module, fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(
        cx: &mut Cx,
        fd: Value,
        request: Value,
        arg: Option<Value>,
        mutate_flag: Option<bool>,
    ) -> PyResult<Value> {
        let fd = fd_arg(cx, fd)?;
        let request = request_arg(cx, request)?;
        if let Some(v) = arg
            && mutate_flag.unwrap_or(true)
            && cx.is_buffer(v)
            && let Ok(view) = cx.buffer(v, buffer::flags::WRITABLE)
        {
            view.release(cx)?;
            let r = ioctl_in_place(cx, fd, request, v)?;
            return Ok(cx.new_int(r.into()));
        }
        match argument(cx, arg, "ioctl")? {
            Argument::Number(n) => {
                // SAFETY: a plain number, or whatever the caller takes for an address.
                let (r, code) =
                    cx.blocking(|| (unsafe { libc::ioctl(fd, request, n) }, support::errno()));
                if r < 0 {
                    Err(support::os_error(cx, code))
                } else {
                    Ok(cx.new_int(r.into()))
                }
            }
            Argument::Copy(mut room, len) => {
                let address = room.as_mut_ptr() as usize;
                let (r, code) = cx.blocking(|| {
                    // SAFETY: a copy of the structure with room behind it.
                    let r = unsafe { libc::ioctl(fd, request, address) };
                    (r, support::errno())
                });
                if r < 0 {
                    Err(support::os_error(cx, code))
                } else {
                    Ok(cx.new_bytes(&room[..len]))
                }
            }
        }
    }
    /// Perform the lock operation `operation` on file descriptor `fd`.
    ///
    /// See the Unix manual page for flock(2) for details (On some systems, this
    /// function is emulated using fcntl()).
    #[py(sig = "($module, fd, operation, /)")]
    fn flock(cx: &mut Cx, fd: Value, operation: i32) -> PyResult<()> {
        let fd = fd_arg(cx, fd)?;
        // SAFETY: plain numbers.
        support::call(cx, || unsafe { libc::flock(fd, operation) } as isize).map(|_| ())
    }
    /// A wrapper around the fcntl() locking calls.
    ///
    /// `fd` is the file descriptor of the file to lock or unlock, and `cmd` is one
    /// of LOCK_UN (unlock), LOCK_SH (a shared lock) and LOCK_EX (an exclusive lock),
    /// the latter two optionally ORed with LOCK_NB, not to block.
    ///
    /// `len` is the number of bytes to lock, 0 for all to the end of the file,
    /// `start` where the range starts, and `whence` (as in io.IOBase.seek()) what
    /// that is relative to.
    #[py(sig = "($module, fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(
        cx: &mut Cx,
        fd: Value,
        cmd: i32,
        len: Option<i64>,
        start: Option<i64>,
        whence: Option<i32>,
    ) -> PyResult<()> {
        let fd = fd_arg(cx, fd)?;
        let kind = if cmd & libc::LOCK_UN != 0 {
            libc::F_UNLCK
        } else if cmd & libc::LOCK_SH != 0 {
            libc::F_RDLCK
        } else if cmd & libc::LOCK_EX != 0 {
            libc::F_WRLCK
        } else {
            return Err(cx.value_error("unrecognized lockf argument"));
        };
        // SAFETY: plain data.
        let mut lock: libc::flock = unsafe { std::mem::zeroed() };
        lock.l_type = kind as _;
        lock.l_whence = whence.unwrap_or(0) as _;
        lock.l_start = start.unwrap_or(0);
        lock.l_len = len.unwrap_or(0);
        let command = if cmd & libc::LOCK_NB != 0 {
            libc::F_SETLK
        } else {
            libc::F_SETLKW
        };
        // SAFETY: the structure is ours.
        support::call(cx, || unsafe { libc::fcntl(fd, command, &raw mut lock) }
            as isize)
        .map(|_| ())
    }
}
