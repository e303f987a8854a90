//! File descriptors.

use krait_runtime::protocol::buffer::flags as buffer_flags;
use krait_runtime::types::bytes::Bytes;

use super::dir_fd;
use crate::prelude::*;
use crate::support::{self, FsPath};

fn read_with(
    cx: &mut Cx,
    n: isize,
    mut f: impl FnMut(*mut libc::c_void, usize) -> isize,
) -> PyResult<Value> {
    if n < 0 {
        return Err(support::os_error(cx, libc::EINVAL));
    }
    let mut data: Vec<u8> = Vec::new();
    if data.try_reserve_exact(n as usize).is_err() {
        return Err(cx.memory_error());
    }
    let p = data.as_mut_ptr() as usize;
    let got = support::call(cx, || f(p as *mut libc::c_void, n as usize))?;
    // SAFETY: the call has filled that many bytes of the capacity.
    unsafe { data.set_len(got as usize) };
    Ok(Bytes::from_slice(cx, &data)?.value())
}

fn write_with(
    cx: &mut Cx,
    v: Value,
    mut f: impl FnMut(*const libc::c_void, usize) -> isize,
) -> PyResult<isize> {
    let source = cx.buffer(v, buffer_flags::SIMPLE)?;
    let (p, n) = (source.ptr as usize, source.len);
    let result = support::call(cx, || f(p as *const libc::c_void, n));
    source.release(cx)?;
    result
}

fn pair(cx: &mut Cx, fds: [i32; 2]) -> Value {
    cx.new_tuple(&fds.map(|fd| Value::small(fd as i64)))
}

/// Buffers of `readv` and `writev`, borrowed until `release`.
fn vectors(
    cx: &mut Cx,
    buffers: Value,
    request: u32,
    f: impl FnOnce(&mut Cx, &[libc::iovec]) -> PyResult<isize>,
) -> PyResult<isize> {
    if !cx.is_sequence(buffers) {
        return Err(cx.type_error("readv() arg 2 must be a sequence"));
    }
    let items = cx.collect(buffers)?;
    let mut borrowed = Vec::with_capacity(items.len());
    let mut result = Ok(0);
    for &v in items.as_slice() {
        match cx.buffer(v, request) {
            Ok(b) => borrowed.push(b),
            Err(e) => {
                result = Err(e);
                break;
            }
        }
    }
    if result.is_ok() {
        let io: Vec<libc::iovec> = borrowed
            .iter()
            .map(|b| libc::iovec {
                iov_base: b.ptr.cast(),
                iov_len: b.len,
            })
            .collect();
        result = f(cx, &io);
    }
    for b in borrowed {
        b.release(cx)?;
    }
    result
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Open a file for low level IO.  Returns a file descriptor (integer).
    #[py(sig = "($module, /, path, flags, mode=511, *, dir_fd=None)")]
    fn open(
        cx: &mut Cx,
        path: Value,
        flags: i32,
        mode: Option<i32>,
        dir_fd: Option<Value>,
    ) -> PyResult<isize> {
        let path = FsPath::plain(cx, path, "open")?;
        let (dir, mode) = (
            self::dir_fd(cx, dir_fd)?,
            mode.unwrap_or(0o777) as libc::c_uint,
        );
        // SAFETY: a C string.
        let r = support::retry(cx, || unsafe {
            libc::openat(dir, path.ptr(), flags | libc::O_CLOEXEC, mode) as isize
        })?;
        path.check(cx, r)
    }
    /// Close a file descriptor.
    #[py(sig = "($module, /, fd)")]
    fn close(cx: &mut Cx, fd: i32) -> PyResult<()> {
        match cx.blocking(|| {
            // SAFETY: whose descriptor it is, is the program's business. Not retried: Linux closes it anyway.
            if unsafe { libc::close(fd) } < 0 {
                support::errno()
            } else {
                0
            }
        }) {
            0 | libc::EINTR => Ok(()),
            code => Err(support::os_error(cx, code)),
        }
    }
    /// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
    #[py(sig = "($module, fd_low, fd_high, /)")]
    fn closerange(cx: &mut Cx, fd_low: i32, fd_high: i32) {
        if fd_low < fd_high {
            // SAFETY: plain numbers.
            cx.blocking(|| unsafe {
                libc::syscall(libc::SYS_close_range, fd_low.max(0), fd_high - 1, 0)
            });
        }
    }
    /// Return a duplicate of a file descriptor.
    #[py(sig = "($module, fd, /)")]
    fn dup(cx: &mut Cx, fd: i32) -> PyResult<isize> {
        // SAFETY: plain numbers.
        support::call(cx, || unsafe {
            libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) as isize
        })
    }
    /// Duplicate file descriptor.
    #[py(sig = "($module, /, fd, fd2, inheritable=True)")]
    fn dup2(cx: &mut Cx, fd: i32, fd2: i32, inheritable: Option<bool>) -> PyResult<isize> {
        let keep = inheritable.unwrap_or(true) || fd == fd2;
        // SAFETY: plain numbers.
        support::call(cx, || unsafe {
            (if keep {
                libc::dup2(fd, fd2)
            } else {
                libc::dup3(fd, fd2, libc::O_CLOEXEC)
            }) as isize
        })
    }
    /// Read from a file descriptor.  Returns a bytes object.
    #[py(sig = "($module, fd, length, /)")]
    fn read(cx: &mut Cx, fd: i32, length: isize) -> PyResult<Value> {
        // SAFETY: `n` bytes behind `p`.
        read_with(cx, length, |p, n| unsafe { libc::read(fd, p, n) })
    }
    /// Read into a buffer object from a file descriptor.
    #[py(sig = "($module, fd, buffer, /)")]
    fn readinto(cx: &mut Cx, fd: i32, buffer: Value) -> PyResult<isize> {
        let target = cx.writable_buffer(buffer, "readinto() argument 2")?;
        let (p, n) = (target.ptr as usize, target.len);
        // SAFETY: the exporter keeps the memory until the release.
        let got = support::call(cx, || unsafe { libc::read(fd, p as *mut libc::c_void, n) });
        target.release(cx)?;
        got
    }
    /// Read a number of bytes from a file descriptor starting at a particular offset.
    #[py(sig = "($module, fd, length, offset, /)")]
    fn pread(cx: &mut Cx, fd: i32, length: isize, offset: i64) -> PyResult<Value> {
        // SAFETY: `n` bytes behind `p`.
        read_with(cx, length, |p, n| unsafe { libc::pread(fd, p, n, offset) })
    }
    /// Write a bytes object to a file descriptor.
    #[py(sig = "($module, fd, data, /)")]
    fn write(cx: &mut Cx, fd: i32, data: Value) -> PyResult<isize> {
        // SAFETY: `n` bytes behind `p`.
        write_with(cx, data, |p, n| unsafe { libc::write(fd, p, n) })
    }
    /// Write bytes to a file descriptor starting at a particular offset.
    #[py(sig = "($module, fd, buffer, offset, /)")]
    fn pwrite(cx: &mut Cx, fd: i32, buffer: Value, offset: i64) -> PyResult<isize> {
        // SAFETY: `n` bytes behind `p`.
        write_with(cx, buffer, |p, n| unsafe { libc::pwrite(fd, p, n, offset) })
    }
    /// Read from a file descriptor fd into an iterable of buffers.
    #[py(sig = "($module, fd, buffers, /)")]
    fn readv(cx: &mut Cx, fd: i32, buffers: Value) -> PyResult<isize> {
        vectors(cx, buffers, buffer_flags::WRITABLE, |cx, io| {
            // SAFETY: the vectors describe borrowed memory.
            support::call(cx, || unsafe {
                libc::readv(fd, io.as_ptr(), io.len() as i32)
            })
        })
    }
    /// Iterate over buffers, and write the contents of each to a file descriptor.
    #[py(sig = "($module, fd, buffers, /)")]
    fn writev(cx: &mut Cx, fd: i32, buffers: Value) -> PyResult<isize> {
        vectors(cx, buffers, buffer_flags::SIMPLE, |cx, io| {
            // SAFETY: the vectors describe borrowed memory.
            support::call(cx, || unsafe {
                libc::writev(fd, io.as_ptr(), io.len() as i32)
            })
        })
    }
    /// Set the position of a file descriptor.  Return the new position.
    #[py(sig = "($module, fd, position, whence, /)")]
    fn lseek(cx: &mut Cx, fd: i32, position: i64, whence: i32) -> PyResult<isize> {
        // SAFETY: plain numbers.
        support::call(cx, || unsafe { libc::lseek(fd, position, whence) as isize })
    }
    /// Truncate a file, specified by file descriptor, to a specific length.
    #[py(sig = "($module, fd, length, /)")]
    fn ftruncate(cx: &mut Cx, fd: i32, length: i64) -> PyResult<()> {
        // SAFETY: plain numbers.
        support::call(cx, || unsafe { libc::ftruncate(fd, length) as isize }).map(|_| ())
    }
    /// Force write of fd to disk.
    #[py(sig = "($module, /, fd)")]
    fn fsync(cx: &mut Cx, fd: Value) -> PyResult<()> {
        let fd = support::fd_arg(cx, fd)?;
        // SAFETY: plain numbers.
        support::call(cx, || unsafe { libc::fsync(fd) as isize }).map(|_| ())
    }
    /// Force write of fd to disk without forcing update of metadata.
    #[py(sig = "($module, /, fd)")]
    fn fdatasync(cx: &mut Cx, fd: Value) -> PyResult<()> {
        let fd = support::fd_arg(cx, fd)?;
        // SAFETY: plain numbers.
        support::call(cx, || unsafe { libc::fdatasync(fd) as isize }).map(|_| ())
    }
    /// Create a pipe.
    ///
    /// Returns a tuple of two file descriptors:
    ///   (read_fd, write_fd)
    #[py]
    fn pipe(cx: &mut Cx) -> PyResult<Value> {
        let mut fds = [0; 2];
        // SAFETY: room for two descriptors.
        let r = unsafe { libc::pipe2(fds.as_mut_ptr(), libc::O_CLOEXEC) };
        support::check(cx, r)?;
        Ok(pair(cx, fds))
    }
    /// Create a pipe with flags set atomically.
    #[py(sig = "($module, flags, /)")]
    fn pipe2(cx: &mut Cx, flags: i32) -> PyResult<Value> {
        let mut fds = [0; 2];
        // SAFETY: room for two descriptors.
        let r = unsafe { libc::pipe2(fds.as_mut_ptr(), flags) };
        support::check(cx, r)?;
        Ok(pair(cx, fds))
    }
    /// Return True if the fd is connected to a terminal.
    #[py(sig = "($module, fd, /)")]
    fn isatty(cx: &mut Cx, fd: i32) -> bool {
        // SAFETY: plain numbers.
        cx.blocking(|| unsafe { libc::isatty(fd) }) == 1
    }
    /// Open a pseudo-terminal.
    #[py]
    fn openpty(cx: &mut Cx) -> PyResult<Value> {
        let (mut master, mut slave) = (0, 0);
        // SAFETY: the optional results are left out.
        let r = unsafe {
            libc::openpty(
                &raw mut master,
                &raw mut slave,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null_mut(),
            )
        };
        support::check(cx, r)?;
        for fd in [master, slave] {
            if let Err(code) = support::set_inheritable(fd, false) {
                return Err(support::os_error(cx, code));
            }
        }
        Ok(pair(cx, [master, slave]))
    }
    /// Return the name of the terminal device connected to 'fd'.
    #[py(sig = "($module, fd, /)")]
    fn ttyname(cx: &mut Cx, fd: i32) -> PyResult<Value> {
        let mut name = [0u8; 256];
        // SAFETY: the buffer has that size.
        let r = unsafe { libc::ttyname_r(fd, name.as_mut_ptr().cast(), name.len()) };
        if r != 0 {
            return Err(support::os_error(cx, r));
        }
        let end = name.iter().position(|&b| b == 0).unwrap_or(0);
        support::fs_path::fs_decode(cx, &name[..end])
    }
    /// Get the close-on-exe flag of the specified file descriptor.
    #[py(sig = "($module, fd, /)")]
    fn get_inheritable(cx: &mut Cx, fd: i32) -> PyResult<bool> {
        // SAFETY: plain numbers.
        let r = unsafe { libc::fcntl(fd, libc::F_GETFD) };
        Ok(support::check(cx, r)? & libc::FD_CLOEXEC == 0)
    }
    /// Set the inheritable flag of the specified file descriptor.
    #[py(sig = "($module, fd, inheritable, /)")]
    fn set_inheritable(cx: &mut Cx, fd: i32, inheritable: i32) -> PyResult<()> {
        match support::set_inheritable(fd, inheritable != 0) {
            Ok(()) => Ok(()),
            Err(code) => Err(support::os_error(cx, code)),
        }
    }
    /// Get the blocking mode of the file descriptor.
    #[py(sig = "($module, fd, /)")]
    fn get_blocking(cx: &mut Cx, fd: i32) -> PyResult<bool> {
        // SAFETY: plain numbers.
        let r = unsafe { libc::fcntl(fd, libc::F_GETFL) };
        Ok(support::check(cx, r)? & libc::O_NONBLOCK == 0)
    }
    /// Set the blocking mode of the specified file descriptor.
    #[py(sig = "($module, fd, blocking, /)")]
    fn set_blocking(cx: &mut Cx, fd: i32, blocking: bool) -> PyResult<()> {
        // SAFETY: plain numbers.
        let r = unsafe {
            let old = libc::fcntl(fd, libc::F_GETFL);
            if old < 0 {
                old
            } else {
                libc::fcntl(
                    fd,
                    libc::F_SETFL,
                    if blocking {
                        old & !libc::O_NONBLOCK
                    } else {
                        old | libc::O_NONBLOCK
                    },
                )
            }
        };
        support::check(cx, r).map(|_| ())
    }
    /// Copy count bytes from file descriptor in_fd to file descriptor out_fd.
    #[py(sig = "($module, /, out_fd, in_fd, offset, count)")]
    fn sendfile(
        cx: &mut Cx,
        out_fd: i32,
        in_fd: i32,
        offset: Value,
        count: isize,
    ) -> PyResult<isize> {
        let mut at = if offset.is_none() {
            None
        } else {
            Some(cx.index_i64(offset)?.unwrap_or(-1))
        };
        // SAFETY: the offset is ours, or null.
        support::call(cx, || unsafe {
            libc::sendfile(
                out_fd,
                in_fd,
                at.as_mut().map_or(std::ptr::null_mut(), |a| a),
                count as usize,
            )
        })
    }
    /// Copy count bytes from one file descriptor to another.
    #[py(sig = "($module, /, src, dst, count, offset_src=None, offset_dst=None)")]
    fn copy_file_range(
        cx: &mut Cx,
        src: i32,
        dst: i32,
        count: isize,
        offset_src: Option<i64>,
        offset_dst: Option<i64>,
    ) -> PyResult<isize> {
        if count < 0 {
            return Err(cx.value_error("negative value for 'count' not allowed"));
        }
        let (mut a, mut b) = (offset_src, offset_dst);
        // SAFETY: the offsets are ours, or null.
        support::call(cx, || unsafe {
            let p =
                |o: &mut Option<i64>| o.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut);
            libc::copy_file_range(src, p(&mut a), dst, p(&mut b), count as usize, 0)
        })
    }
    /// Apply, test or remove a POSIX lock on an open file descriptor.
    #[py(sig = "($module, fd, command, length, /)")]
    fn lockf(cx: &mut Cx, fd: i32, command: i32, length: i64) -> PyResult<()> {
        // SAFETY: plain numbers.
        support::call(cx, || unsafe { libc::lockf(fd, command, length) as isize }).map(|_| ())
    }
    /// Ensure a file has allocated at least a particular number of bytes on disk.
    #[py(sig = "($module, fd, offset, length, /)")]
    fn posix_fallocate(cx: &mut Cx, fd: i32, offset: i64, length: i64) -> PyResult<()> {
        // SAFETY: plain numbers.
        match cx.blocking(|| unsafe { libc::posix_fallocate(fd, offset, length) }) {
            0 => Ok(()),
            code => Err(support::os_error(cx, code)),
        }
    }
    /// Announce an intention to access data in a specific pattern.
    #[py(sig = "($module, fd, offset, length, advice, /)")]
    fn posix_fadvise(cx: &mut Cx, fd: i32, offset: i64, length: i64, advice: i32) -> PyResult<()> {
        // SAFETY: plain numbers.
        match cx.blocking(|| unsafe { libc::posix_fadvise(fd, offset, length, advice) }) {
            0 => Ok(()),
            code => Err(support::os_error(cx, code)),
        }
    }
    /// Create an anonymous file in memory.
    #[py(sig = "($module, /, name, flags=MFD_CLOEXEC)")]
    fn memfd_create(cx: &mut Cx, name: Value, flags: Option<u32>) -> PyResult<i32> {
        let name = FsPath::plain(cx, name, "memfd_create")?;
        // SAFETY: a C string.
        let r = unsafe { libc::memfd_create(name.ptr(), flags.unwrap_or(libc::MFD_CLOEXEC)) };
        support::check(cx, r)
    }
    /// Creates and returns an event notification file descriptor.
    #[py(sig = "($module, /, initval, flags=EFD_CLOEXEC)")]
    fn eventfd(cx: &mut Cx, initval: u32, flags: Option<i32>) -> PyResult<i32> {
        // SAFETY: plain numbers.
        let r = unsafe { libc::eventfd(initval, flags.unwrap_or(libc::EFD_CLOEXEC)) };
        support::check(cx, r)
    }
    /// Read eventfd value
    #[py(sig = "($module, /, fd)")]
    fn eventfd_read(cx: &mut Cx, fd: Value) -> PyResult<Value> {
        let fd = support::fd_arg(cx, fd)?;
        let mut n = 0u64;
        let p = &raw mut n;
        let address = p as usize;
        // SAFETY: the address of a local that outlives the call.
        let r = cx.blocking(|| unsafe { libc::eventfd_read(fd, address as *mut u64) });
        support::check(cx, r)?;
        Ok(cx.new_uint(n))
    }
    /// Write eventfd value.
    #[py(sig = "($module, /, fd, value)")]
    fn eventfd_write(cx: &mut Cx, fd: Value, value: usize) -> PyResult<()> {
        let fd = support::fd_arg(cx, fd)?;
        // SAFETY: plain numbers.
        let r = cx.blocking(|| unsafe { libc::eventfd_write(fd, value as u64) });
        support::check(cx, r).map(|_| ())
    }
}
