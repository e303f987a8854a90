//! `FileIO`: a file descriptor.

use std::sync::atomic::{AtomicBool, AtomicI8, AtomicI32, Ordering};

use krait_macros::{Trace, pymethods};
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::native::{Layout, Native, NativeObj, TypeSpec};
use krait_runtime::object::Gc;
use krait_runtime::protocol::buffer::flags as buffer_flags;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::typeobj::{Type, flags};
use krait_runtime::types::{float, int};
use krait_runtime::value::Value;

use super::iobase::{self, RAW_IO_BASE};
use super::unsupported;
use crate::support::{self, FsPath, PathRules};

#[derive(Trace)]
pub struct FileIo {
    /// -1: closed.
    #[trace(skip)]
    fd: AtomicI32,
    readable: AtomicBool,
    writable: AtomicBool,
    created: AtomicBool,
    appending: AtomicBool,
    /// -1: not known yet.
    #[trace(skip)]
    seekable: AtomicI8,
    closefd: AtomicBool,
    finalizing: AtomicBool,
    #[trace(skip)]
    block_size: AtomicI32,
}
impl Native for FileIo {
    const PY_NAME: &'static str = "_io.FileIO";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "FileIO",
    module: "_io",
    doc: Some(
        "Open a file.\n\nThe mode can be 'r' (default), 'w', 'x' or 'a' for reading,\nwriting, exclusive creation or appending.  The file will be created if it\n\
         doesn't exist when opened for writing or appending; it will be truncated\nwhen opened for writing.  A FileExistsError will be raised if it already\n\
         exists when opened for creating. Opening a file for creating implies\nwriting so this mode behaves in a similar way to 'w'.Add a '+' to the mode\n\
         to allow simultaneous reading and writing. A custom opener can be used by\npassing a callable as *opener*. The underlying file descriptor for the file\n\
         object is then obtained by calling opener with (*name*, *flags*).\n*opener* must return an open file descriptor (passing os.open as *opener*\n\
         results in functionality similar to passing None).",
    ),
    base: Some(&RAW_IO_BASE),
    layout: Layout::native::<FileIo>(),
    flags: flags::BASETYPE | flags::INSTANCE_DICT | flags::WEAKREFABLE | flags::FINALIZER,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

pub type FileRef = Gc<NativeObj<FileIo>>;

const ORDER: Ordering = Ordering::Relaxed;

/// The largest count one `read` or `write` call takes on Linux.
const MAX_COUNT: usize = 0x7fff_f000;

/// Read at once by `readall` when the size is not known.
const READ_ALL_START: usize = 8192;

/// `FileIO` itself, not a subclass: its methods may be bypassed.
pub fn exact(cx: &Cx, v: Value) -> Option<FileRef> {
    let f = NativeObj::<FileIo>::from_value(v)?;
    super::is_exactly(cx, v, &SPEC).then_some(f)
}

fn alloc(cx: &mut Cx, class: Gc<Type>) -> FileRef {
    let f = FileIo {
        fd: AtomicI32::new(-1),
        readable: AtomicBool::new(false),
        writable: AtomicBool::new(false),
        created: AtomicBool::new(false),
        appending: AtomicBool::new(false),
        seekable: AtomicI8::new(-1),
        closefd: AtomicBool::new(true),
        finalizing: AtomicBool::new(false),
        block_size: AtomicI32::new(-1),
    };
    NativeObj::alloc(cx, class, f)
}

/// `FileIO(name, mode, closefd, opener)`.
pub fn open(
    cx: &mut Cx,
    name: Value,
    mode: &str,
    closefd: bool,
    opener: Value,
) -> PyResult<FileRef> {
    let class = cx.native_type(&SPEC)?;
    let f = alloc(cx, class);
    init(cx, f, name, mode, closefd, opener)?;
    Ok(f)
}

/// Sets what `mode` says and returns the flags for `open`.
fn parse_mode(cx: &mut Cx, f: FileRef, mode: &str) -> PyResult<i32> {
    let (mut rwa, mut plus) = (false, false);
    let mut open_flags = 0;
    for c in mode.chars() {
        match c {
            'x' | 'r' | 'w' | 'a' if rwa => return Err(bad_mode(cx)),
            'x' => {
                rwa = true;
                f.created.store(true, ORDER);
                f.writable.store(true, ORDER);
                open_flags |= libc::O_EXCL | libc::O_CREAT;
            }
            'r' => {
                rwa = true;
                f.readable.store(true, ORDER);
            }
            'w' => {
                rwa = true;
                f.writable.store(true, ORDER);
                open_flags |= libc::O_CREAT | libc::O_TRUNC;
            }
            'a' => {
                rwa = true;
                f.writable.store(true, ORDER);
                f.appending.store(true, ORDER);
                open_flags |= libc::O_APPEND | libc::O_CREAT;
            }
            'b' => {}
            '+' if plus => return Err(bad_mode(cx)),
            '+' => {
                plus = true;
                f.readable.store(true, ORDER);
                f.writable.store(true, ORDER);
            }
            _ => return Err(cx.value_error(format!("invalid mode: {mode}"))),
        }
    }
    if !rwa {
        return Err(bad_mode(cx));
    }
    let access = match (f.readable.load(ORDER), f.writable.load(ORDER)) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok(open_flags | access | libc::O_CLOEXEC)
}

fn bad_mode(cx: &mut Cx) -> krait_runtime::error::Raised {
    cx.value_error("Must have exactly one of create/read/write/append mode and at most one plus")
}

/// The descriptor if `name` is an int.
fn descriptor(cx: &mut Cx, name: Value) -> PyResult<Option<i32>> {
    if float::is_exact_float(name) || !(int::is_int(name) || cx.is_index(name)) {
        return Ok(None);
    }
    if cx.type_of(name) == cx.types().bool {
        let class = cx.types().runtime_warning;
        cx.warn(class, "bool is used as a file descriptor")?;
    }
    match cx.index_i64(name)?.and_then(|n| i32::try_from(n).ok()) {
        Some(fd) if fd < 0 => Err(cx.value_error("negative file descriptor")),
        Some(fd) => Ok(Some(fd)),
        None => Err(cx.overflow_error("Python int too large to convert to C int")),
    }
}

fn init(
    cx: &mut Cx,
    f: FileRef,
    name: Value,
    mode: &str,
    closefd: bool,
    opener: Value,
) -> PyResult<()> {
    if f.fd.load(ORDER) >= 0 {
        if f.closefd.load(ORDER) {
            close_fd(cx, f)?;
        } else {
            f.fd.store(-1, ORDER);
        }
    }
    for flag in [&f.readable, &f.writable, &f.created, &f.appending] {
        flag.store(false, ORDER);
    }
    f.seekable.store(-1, ORDER);
    let given = descriptor(cx, name)?;
    let path = match given {
        Some(_) => None,
        None => Some(
            FsPath::from_value(cx, Some(name), PathRules::new("open"))
                .map_err(|e| plain_path_error(cx, e, name))?,
        ),
    };
    let open_flags = parse_mode(cx, f, mode)?;
    f.closefd.store(closefd, ORDER);
    let mut opened = true;
    let fd = match (given, path) {
        (Some(fd), _) => {
            opened = false;
            fd
        }
        (None, _) if !closefd => {
            return Err(cx.value_error("Cannot use closefd=False with file name"));
        }
        (None, Some(path)) if opener.is_none() => {
            let result = support::retry(cx, || {
                // SAFETY: a C string and plain flags.
                unsafe { libc::open(path.ptr(), open_flags, 0o666) as isize }
            })?;
            match result {
                Ok(fd) => fd as i32,
                Err(code) => return Err(support::os_error_path(cx, code, name)),
            }
        }
        _ => call_opener(cx, opener, name, open_flags)?,
    };
    f.fd.store(fd, ORDER);
    if let Err(e) = after_open(cx, f, fd, name) {
        // A descriptor that was given is the caller's.
        if opened {
            close_fd(cx, f)?;
        }
        f.fd.store(-1, ORDER);
        return Err(e);
    }
    Ok(())
}

/// `open()` speaks of NUL differently from the functions of `os`.
fn plain_path_error(
    cx: &mut Cx,
    e: krait_runtime::error::Raised,
    name: Value,
) -> krait_runtime::error::Raised {
    if e.is(cx, cx.types().value_error) && !e.is(cx, cx.types().unicode_error) {
        return cx.value_error("embedded null byte");
    }
    if e.is(cx, cx.types().type_error) {
        let got = cx.type_name(name);
        return cx.type_error(format!(
            "expected str, bytes or os.PathLike object, not {got}"
        ));
    }
    e
}

fn call_opener(cx: &mut Cx, opener: Value, name: Value, open_flags: i32) -> PyResult<i32> {
    let v = cx.call(opener, &[name, Value::small(open_flags as i64)])?;
    if !cx.is_index(v) {
        return Err(cx.type_error("expected integer from opener"));
    }
    let fd = match cx.index_i64(v)?.and_then(|n| i32::try_from(n).ok()) {
        Some(fd) => fd,
        None => return Err(cx.overflow_error("Python int too large to convert to C int")),
    };
    if fd < 0 {
        return Err(cx.value_error(format!("opener returned {fd}")));
    }
    match support::set_inheritable(fd, false) {
        Ok(()) => Ok(fd),
        Err(code) => Err(support::os_error(cx, code)),
    }
}

/// Checks of a fresh descriptor: not a directory; block size; position for appending.
fn after_open(cx: &mut Cx, f: FileRef, fd: i32, name: Value) -> PyResult<()> {
    f.block_size.store(super::DEFAULT_BUFFER_SIZE as i32, ORDER);
    match fstat(fd) {
        Ok(st) => {
            if st.st_mode & libc::S_IFMT == libc::S_IFDIR {
                return Err(support::os_error_path(cx, libc::EISDIR, name));
            }
            if st.st_blksize > 1 {
                f.block_size.store(st.st_blksize as i32, ORDER);
            }
        }
        Err(libc::EBADF) => return Err(support::os_error_path(cx, libc::EBADF, name)),
        Err(_) => {}
    }
    cx.set_attr_str(f.value(), "name", name)?;
    if f.appending.load(ORDER) {
        // SAFETY: a plain system call. Pipes cannot seek, which is no error here.
        unsafe { libc::lseek(fd, 0, libc::SEEK_END) };
    }
    Ok(())
}

fn fstat(fd: i32) -> Result<libc::stat, i32> {
    // SAFETY: the structure is plain data, filled by the call.
    unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        if libc::fstat(fd, &raw mut st) < 0 {
            Err(support::errno())
        } else {
            Ok(st)
        }
    }
}

fn close_fd(cx: &mut Cx, f: FileRef) -> PyResult<()> {
    let fd = f.fd.swap(-1, ORDER);
    if fd < 0 {
        return Ok(());
    }
    let code = cx.blocking(|| {
        // SAFETY: the descriptor is this object's; not retried on EINTR, Linux has closed it then.
        if unsafe { libc::close(fd) } < 0 {
            support::errno()
        } else {
            0
        }
    });
    match code {
        0 | libc::EINTR => Ok(()),
        code => Err(support::os_error(cx, code)),
    }
}

impl FileIo {
    pub fn is_open(&self) -> bool {
        self.fd.load(ORDER) >= 0
    }

    pub fn raw_fd(&self) -> i32 {
        self.fd.load(ORDER)
    }

    pub fn block_size(&self) -> usize {
        self.block_size.load(ORDER).max(1) as usize
    }

    fn mode_text(&self) -> &'static str {
        let (r, w) = (self.readable.load(ORDER), self.writable.load(ORDER));
        match () {
            () if self.created.load(ORDER) => {
                if r {
                    "xb+"
                } else {
                    "xb"
                }
            }
            () if self.appending.load(ORDER) => {
                if r {
                    "ab+"
                } else {
                    "ab"
                }
            }
            () if r => {
                if w {
                    "rb+"
                } else {
                    "rb"
                }
            }
            () => "wb",
        }
    }
}

/// The descriptor of an open file.
fn open_fd(cx: &mut Cx, f: FileRef) -> PyResult<i32> {
    let fd = f.fd.load(ORDER);
    if fd < 0 {
        Err(cx.value_error("I/O operation on closed file"))
    } else {
        Ok(fd)
    }
}

fn mode_error(cx: &mut Cx, action: &str) -> krait_runtime::error::Raised {
    unsupported(cx, &format!("File not open for {action}"))
}

/// Reads at most `n` bytes to the end of `out`; `None` if it would block.
pub fn read_into_vec(
    cx: &mut Cx,
    f: FileRef,
    out: &mut Vec<u8>,
    n: usize,
) -> PyResult<Option<usize>> {
    let fd = open_fd(cx, f)?;
    if !f.readable.load(ORDER) {
        return Err(mode_error(cx, "reading"));
    }
    let n = n.min(MAX_COUNT);
    out.reserve(n);
    let p = out.spare_capacity_mut().as_mut_ptr() as usize;
    // SAFETY: `n` bytes of spare capacity behind `p`.
    let got = support::retry(cx, || unsafe { libc::read(fd, p as *mut libc::c_void, n) })?;
    match got {
        Ok(got) => {
            // SAFETY: the call has filled that many bytes.
            unsafe { out.set_len(out.len() + got as usize) };
            Ok(Some(got as usize))
        }
        Err(libc::EAGAIN) => Ok(None),
        Err(code) => Err(support::os_error(cx, code)),
    }
}

/// Writes what the system takes; `None` if it would block.
pub fn write_slice(cx: &mut Cx, f: FileRef, data: &[u8]) -> PyResult<Option<usize>> {
    let fd = open_fd(cx, f)?;
    if !f.writable.load(ORDER) {
        return Err(mode_error(cx, "writing"));
    }
    let (p, n) = (data.as_ptr(), data.len().min(MAX_COUNT));
    // SAFETY: the slice outlives the call.
    match support::retry(cx, || unsafe { libc::write(fd, p.cast(), n) })? {
        Ok(n) => Ok(Some(n as usize)),
        Err(libc::EAGAIN) => Ok(None),
        Err(code) => Err(support::os_error(cx, code)),
    }
}

/// Everything to the end of the file; `None` if it would block at once.
pub fn read_all(cx: &mut Cx, f: FileRef, out: &mut Vec<u8>) -> PyResult<Option<()>> {
    let fd = open_fd(cx, f)?;
    let size = fstat(fd).map_or(0, |st| st.st_size);
    let at = if size > 0 {
        // SAFETY: a plain system call.
        unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) }
    } else {
        0
    };
    // One byte more shows the end of the file without another round.
    let mut chunk = if size > 0 && at >= 0 && size > at {
        (size - at) as usize + 1
    } else {
        READ_ALL_START
    };
    let before = out.len();
    loop {
        match read_into_vec(cx, f, out, chunk)? {
            None if out.len() == before => return Ok(None),
            None | Some(0) => return Ok(Some(())),
            Some(_) => chunk = (out.len() / 2).clamp(READ_ALL_START, 1 << 26),
        }
    }
}

pub fn seek(cx: &mut Cx, f: FileRef, offset: i64, whence: i32) -> PyResult<i64> {
    let fd = open_fd(cx, f)?;
    // SAFETY: a plain system call.
    let at = support::call(cx, || unsafe { libc::lseek(fd, offset, whence) as isize })? as i64;
    f.seekable.store(1, ORDER);
    Ok(at)
}

fn is_seekable(f: FileRef, fd: i32) -> bool {
    match f.seekable.load(ORDER) {
        -1 => {
            // SAFETY: a plain system call.
            let yes = unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) } >= 0;
            f.seekable.store(yes as i8, ORDER);
            yes
        }
        known => known == 1,
    }
}

/// "unclosed file <...>", about `source`.
pub fn warn_unclosed(cx: &mut Cx, source: Value) -> PyResult<()> {
    let shown = cx.repr_string(source)?;
    let category = cx.types().resource_warning;
    support::warn(cx, category, &format!("unclosed file {shown}"), 1)
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, *args, **kwargs)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Value, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        alloc(cx, Gc::from_value_unchecked(class)).value()
    }
    #[py(
        sig = "($self, /, file, mode='r', closefd=True, opener=None)",
        hide_sig
    )]
    fn __init__(
        cx: &mut Cx,
        this: FileRef,
        file: Value,
        mode: Option<String>,
        closefd: Option<bool>,
        opener: Option<Value>,
    ) -> PyResult<()> {
        let mode = mode.unwrap_or_else(|| "r".to_owned());
        init(
            cx,
            this,
            file,
            &mode,
            closefd.unwrap_or(true),
            opener.unwrap_or(Value::none()),
        )
    }
    /// Read at most size bytes, returned as bytes.
    ///
    /// If size is less than 0, read all bytes in the file making multiple read calls.
    /// See ``FileIO.readall``.
    ///
    /// Attempts to make only one system call, retrying only per PEP 475 (EINTR). This
    /// means less data may be returned than requested.
    ///
    /// In non-blocking mode, returns None if no data is available.
    /// Return an empty bytes object at EOF.
    #[py(sig = "($self, size=-1, /)")]
    fn read(cx: &mut Cx, this: FileRef, size: Option<Value>) -> PyResult<Value> {
        open_fd(cx, this)?;
        if !this.readable.load(ORDER) {
            return Err(mode_error(cx, "reading"));
        }
        let size = iobase::size_arg(cx, size)?;
        if size < 0 {
            return cx.call_method_str(this.value(), "readall", &[]);
        }
        let mut data = Vec::new();
        match read_into_vec(cx, this, &mut data, size as usize)? {
            Some(_) => Ok(Bytes::from_slice(cx, &data)?.value()),
            None => Ok(Value::none()),
        }
    }
    /// Read all data from the file, returned as bytes.
    ///
    /// Reads until either there is an error or read returns an empty bytes object
    /// (EOF). If the file is already at EOF, returns an empty bytes object.
    #[py(sig = "($self, /)")]
    fn readall(cx: &mut Cx, this: FileRef) -> PyResult<Value> {
        let mut data = Vec::new();
        match read_all(cx, this, &mut data)? {
            Some(()) => Ok(Bytes::from_slice(cx, &data)?.value()),
            None => Ok(Value::none()),
        }
    }
    /// Same as RawIOBase.readinto().
    #[py(sig = "($self, buffer, /)")]
    fn readinto(cx: &mut Cx, this: FileRef, buffer: Value) -> PyResult<Value> {
        let fd = open_fd(cx, this)?;
        if !this.readable.load(ORDER) {
            return Err(mode_error(cx, "reading"));
        }
        let target = cx.writable_buffer(buffer, "readinto() argument 1")?;
        let (p, n) = (target.ptr as usize, target.len.min(MAX_COUNT));
        // SAFETY: the exporter keeps that memory in place until the release.
        let got = support::retry(cx, || unsafe { libc::read(fd, p as *mut libc::c_void, n) });
        target.release(cx)?;
        match got? {
            Ok(n) => Ok(Value::small(n as i64)),
            Err(libc::EAGAIN) => Ok(Value::none()),
            Err(code) => Err(support::os_error(cx, code)),
        }
    }
    /// Write buffer b to file, return number of bytes written.
    ///
    /// Only makes one system call, so not all of the data may be written.
    /// The number of bytes actually written is returned.  In non-blocking mode,
    /// returns None if the write would block.
    #[py(sig = "($self, b, /)")]
    fn write(cx: &mut Cx, this: FileRef, b: Value) -> PyResult<Value> {
        open_fd(cx, this)?;
        if !this.writable.load(ORDER) {
            return Err(mode_error(cx, "writing"));
        }
        let source = cx.buffer(b, buffer_flags::SIMPLE)?;
        let written = write_slice(cx, this, source.as_slice());
        source.release(cx)?;
        Ok(written?.map_or(Value::none(), |n| Value::small(n as i64)))
    }
    /// Move to new file position and return the file position.
    ///
    /// Argument offset is a byte count.  Optional argument whence defaults to
    /// SEEK_SET or 0 (offset from start of file, offset should be >= 0); other values
    /// are SEEK_CUR or 1 (move relative to current position, positive or negative),
    /// and SEEK_END or 2 (move relative to end of file, usually negative, although
    /// many platforms allow seeking beyond the end of a file).
    ///
    /// Note that not all file objects are seekable.
    #[py(sig = "($self, pos, whence=0, /)")]
    fn seek(cx: &mut Cx, this: FileRef, pos: Value, whence: Option<i32>) -> PyResult<i64> {
        open_fd(cx, this)?;
        let pos = position_arg(cx, pos)?;
        seek(cx, this, pos, whence.unwrap_or(0))
    }
    /// Current file position.
    ///
    /// Can raise OSError for non seekable files.
    #[py(sig = "($self, /)")]
    fn tell(cx: &mut Cx, this: FileRef) -> PyResult<i64> {
        seek(cx, this, 0, libc::SEEK_CUR)
    }
    /// Truncate the file to at most size bytes and return the truncated size.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is changed to the value of size.
    #[py(sig = "($self, size=None, /)")]
    fn truncate(cx: &mut Cx, this: FileRef, size: Option<Value>) -> PyResult<i64> {
        let fd = open_fd(cx, this)?;
        if !this.writable.load(ORDER) {
            return Err(mode_error(cx, "writing"));
        }
        let size = match size.filter(|v| !v.is_none()) {
            Some(v) => position_arg(cx, v)?,
            None => seek(cx, this, 0, libc::SEEK_CUR)?,
        };
        // SAFETY: a plain system call.
        support::call(cx, || unsafe { libc::ftruncate(fd, size) as isize })?;
        Ok(size)
    }
    /// Close the file.
    ///
    /// A closed file cannot be used for further I/O operations.  close() may be
    /// called more than once without error.
    #[py(sig = "($self, /)")]
    fn close(cx: &mut Cx, this: FileRef) -> PyResult<()> {
        let base = cx.native_type(&RAW_IO_BASE)?;
        let base_close = cx.get_attr_str(base.value(), "close")?;
        let flushed = cx.call(base_close, &[this.value()]);
        if !this.closefd.load(ORDER) {
            this.fd.store(-1, ORDER);
            return flushed.map(|_| ());
        }
        if this.finalizing.load(ORDER) && this.fd.load(ORDER) >= 0 {
            if let Err(e) = warn_unclosed(cx, this.value()) {
                cx.unraisable_during(e, "while finalizing file", this.value());
            }
        }
        let closed = close_fd(cx, this);
        flushed?;
        closed
    }
    /// True if file supports random-access.
    #[py(sig = "($self, /)")]
    fn seekable(cx: &mut Cx, this: FileRef) -> PyResult<bool> {
        let fd = open_fd(cx, this)?;
        Ok(is_seekable(this, fd))
    }
    /// True if file was opened in a read mode.
    #[py(sig = "($self, /)")]
    fn readable(cx: &mut Cx, this: FileRef) -> PyResult<bool> {
        open_fd(cx, this)?;
        Ok(this.readable.load(ORDER))
    }
    /// True if file was opened in a write mode.
    #[py(sig = "($self, /)")]
    fn writable(cx: &mut Cx, this: FileRef) -> PyResult<bool> {
        open_fd(cx, this)?;
        Ok(this.writable.load(ORDER))
    }
    /// Return the underlying file descriptor (an integer).
    #[py(sig = "($self, /)")]
    fn fileno(cx: &mut Cx, this: FileRef) -> PyResult<i32> {
        open_fd(cx, this)
    }
    /// True if the file is connected to a TTY device.
    #[py(sig = "($self, /)")]
    fn isatty(cx: &mut Cx, this: FileRef) -> PyResult<bool> {
        let fd = open_fd(cx, this)?;
        // SAFETY: a plain library call.
        Ok(cx.blocking(|| unsafe { libc::isatty(fd) }) == 1)
    }
    #[py(sig = "($self, /)", doc = "")]
    fn _isatty_open_only(cx: &mut Cx, this: FileRef) -> PyResult<bool> {
        let fd = open_fd(cx, this)?;
        let is_device = fstat(fd).is_ok_and(|st| st.st_mode & libc::S_IFMT == libc::S_IFCHR);
        // SAFETY: a plain library call.
        Ok(is_device && cx.blocking(|| unsafe { libc::isatty(fd) }) == 1)
    }
    #[py(sig = "($self, object, /)", doc = "")]
    fn _dealloc_warn(cx: &mut Cx, this: FileRef, object: Value) {
        if this.fd.load(ORDER) >= 0
            && this.closefd.load(ORDER)
            && let Err(e) = warn_unclosed(cx, object)
        {
            cx.unraisable_during(e, "while finalizing file", this.value());
        }
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: FileRef) -> PyResult<String> {
        let fd = this.fd.load(ORDER);
        let class = cx.type_of(this.value()).full_name(cx);
        if fd < 0 {
            return Ok(format!("<{class} [closed]>"));
        }
        let (mode, closefd) = (
            this.mode_text(),
            if this.closefd.load(ORDER) {
                "True"
            } else {
                "False"
            },
        );
        match cx.lookup_attr_str(this.value(), "name")? {
            None => Ok(format!("<{class} fd={fd} mode='{mode}' closefd={closefd}>")),
            Some(name) => {
                if !cx.repr_enter(this.value()) {
                    return Err(cx.runtime_error(format!("reentrant call inside {class}.__repr__")));
                }
                let name = cx.repr_string(name);
                cx.repr_leave(this.value());
                Ok(format!(
                    "<{class} name={} mode='{mode}' closefd={closefd}>",
                    name?
                ))
            }
        }
    }
    #[py]
    fn __getstate__(cx: &mut Cx, this: FileRef) -> PyResult<Value> {
        let class = cx.type_of(this.value()).name_string();
        Err(cx.type_error(format!("cannot pickle '{class}' instances")))
    }
    /// True if the file is closed
    #[py(getter)]
    fn closed(this: FileRef) -> bool {
        !this.is_open()
    }
    /// True if the file descriptor will be closed by close().
    #[py(getter)]
    fn closefd(this: FileRef) -> bool {
        this.closefd.load(ORDER)
    }
    /// String giving the file mode
    #[py(getter)]
    fn mode(this: FileRef) -> &'static str {
        this.mode_text()
    }
    #[py(getter)]
    fn _blksize(this: FileRef) -> i32 {
        this.block_size.load(ORDER)
    }
    #[py(getter)]
    fn _finalizing(this: FileRef) -> bool {
        this.finalizing.load(ORDER)
    }
    #[py(setter = "_finalizing")]
    fn set_finalizing(cx: &mut Cx, this: FileRef, value: Option<Value>) -> PyResult<()> {
        let yes = iobase::flag_value(cx, value)?;
        this.finalizing.store(yes, ORDER);
        Ok(())
    }
}

/// A file position: an int that fits into 64 bits.
pub fn position_arg(cx: &mut Cx, v: Value) -> PyResult<i64> {
    if float::is_exact_float(v) {
        return Err(cx.type_error("an integer is required"));
    }
    if !cx.is_index(v) {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "'{got}' object cannot be interpreted as an integer"
        )));
    }
    match cx.index_i64(v)? {
        Some(n) => Ok(n),
        None => Err(cx.value_error("cannot fit 'int' into an offset-sized integer")),
    }
}
