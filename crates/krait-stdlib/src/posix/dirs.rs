//! Directories: listing, `scandir`, making and removing.

use std::ffi::{CStr, CString};

use std::sync::atomic::{AtomicPtr, Ordering};

use super::{dir_fd, stat};
use crate::prelude::*;
use crate::support::{self, FsPath, PathRules};

/// An entry as `readdir` gives it: name, type and inode.
type Raw = (Vec<u8>, u8, u64);

fn open_dir(cx: &mut Cx, path: &FsPath) -> PyResult<*mut libc::DIR> {
    let result = cx.blocking(|| {
        // SAFETY: a C string; the descriptor is duplicated, for `closedir` closes it.
        unsafe {
            let d = match path.fd {
                Some(fd) => {
                    let copy = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
                    if copy < 0 {
                        std::ptr::null_mut()
                    } else {
                        libc::fdopendir(copy)
                    }
                }
                None => libc::opendir(path.ptr()),
            };
            if d.is_null() {
                Err(support::errno())
            } else {
                Ok(d as usize)
            }
        }
    });
    match result {
        Ok(d) => Ok(d as *mut libc::DIR),
        Err(code) => Err(path.error(cx, code)),
    }
}

/// The next entry but `.` and `..`.
fn next_raw(cx: &mut Cx, dir: *mut libc::DIR) -> Result<Option<Raw>, i32> {
    let dir = dir as usize;
    cx.blocking(|| {
        loop {
            // SAFETY: an open directory that one thread reads; errno tells the end from an error.
            unsafe {
                *libc::__errno_location() = 0;
                let e = libc::readdir(dir as *mut libc::DIR);
                if e.is_null() {
                    return match support::errno() {
                        0 => Ok(None),
                        code => Err(code),
                    };
                }
                let name = CStr::from_ptr((&raw const (*e).d_name).cast()).to_bytes();
                if name != b"." && name != b".." {
                    return Ok(Some((name.to_vec(), (*e).d_type, (*e).d_ino)));
                }
            }
        }
    })
}

fn close_dir(dir: *mut libc::DIR, rewind: bool) {
    // SAFETY: the directory is open and not used again.
    unsafe {
        if rewind {
            libc::rewinddir(dir);
        }
        libc::closedir(dir);
    }
}

#[derive(Trace)]
pub struct DirEntry {
    name: Slot,
    path: Slot,
    /// Cached `stat` results, with and without following links.
    stat: Slot,
    lstat: Slot,
    #[trace(skip)]
    c_path: CString,
    kind: u8,
    inode: u64,
    dir_fd: i32,
}
impl Native for DirEntry {
    const PY_NAME: &'static str = "posix.DirEntry";
}

pub static DIR_ENTRY: TypeSpec = TypeSpec {
    name: "DirEntry",
    module: "posix",
    layout: Layout::native::<DirEntry>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[EntryMethods::DEFS, Generic::DEFS],
    ..TypeSpec::DEFAULT
};

type Entry = Obj<DirEntry>;

impl DirEntry {
    fn fs_path(&self) -> FsPath {
        FsPath {
            given: self.path.get(),
            c: self.c_path.clone(),
            fd: None,
            is_bytes: false,
        }
    }
}

fn entry_stat(cx: &mut Cx, this: Entry, follow: bool) -> PyResult<Value> {
    let is_link = this.kind == libc::DT_LNK || this.kind == libc::DT_UNKNOWN;
    let slot = if follow && is_link {
        &this.stat
    } else {
        &this.lstat
    };
    if let Some(known) = slot.get().some() {
        return Ok(known);
    }
    let path = this.fs_path();
    match stat::stat_path(cx, &path, this.dir_fd, follow && is_link) {
        Ok(st) => {
            let v = stat::stat_value(cx, &st)?;
            slot.set(cx, this, v);
            Ok(v)
        }
        Err(code) => Err(path.error(cx, code)),
    }
}

/// Whether the entry is of the kind `wanted` (a `d_type`); without a `stat` call where possible.
fn entry_is(cx: &mut Cx, this: Entry, follow: bool, wanted: u8) -> PyResult<bool> {
    let known = this.kind != libc::DT_UNKNOWN && (this.kind != libc::DT_LNK || !follow);
    if known {
        return Ok(this.kind == wanted);
    }
    match entry_stat(cx, this, follow) {
        Ok(st) => {
            let mode = cx.get_item(st, Value::small(0))?;
            let mode = mode.as_small().unwrap_or(0) as u32 & libc::S_IFMT;
            Ok(mode >> 12 == wanted as u32)
        }
        Err(e) if e.is(cx, cx.types().file_not_found_error) => Ok(false),
        Err(e) => Err(e),
    }
}

struct EntryMethods;

#[pymethods]
impl EntryMethods {
    /// the entry's base filename, relative to scandir() "path" argument
    #[py(getter)]
    fn name(this: Entry) -> Value {
        this.name.get()
    }
    /// the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)
    #[py(getter)]
    fn path(this: Entry) -> Value {
        this.path.get()
    }
    /// Return True if the entry is a directory; cached per entry.
    #[py(sig = "($self, /, *, follow_symlinks=True)")]
    fn is_dir(cx: &mut Cx, this: Entry, follow_symlinks: Option<bool>) -> PyResult<bool> {
        entry_is(cx, this, follow_symlinks.unwrap_or(true), libc::DT_DIR)
    }
    /// Return True if the entry is a file; cached per entry.
    #[py(sig = "($self, /, *, follow_symlinks=True)")]
    fn is_file(cx: &mut Cx, this: Entry, follow_symlinks: Option<bool>) -> PyResult<bool> {
        entry_is(cx, this, follow_symlinks.unwrap_or(true), libc::DT_REG)
    }
    /// Return True if the entry is a symbolic link; cached per entry.
    #[py(sig = "($self, /)")]
    fn is_symlink(cx: &mut Cx, this: Entry) -> PyResult<bool> {
        entry_is(cx, this, false, libc::DT_LNK)
    }
    /// Return True if the entry is a junction; cached per entry.
    #[py(sig = "($self, /)")]
    fn is_junction(_this: Entry) -> bool {
        false
    }
    /// Return stat_result object for the entry; cached per entry.
    #[py(sig = "($self, /, *, follow_symlinks=True)")]
    fn stat(cx: &mut Cx, this: Entry, follow_symlinks: Option<bool>) -> PyResult<Value> {
        entry_stat(cx, this, follow_symlinks.unwrap_or(true))
    }
    /// Return inode of the entry; cached per entry.
    #[py(sig = "($self, /)")]
    fn inode(this: Entry) -> u64 {
        this.inode
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Entry) -> PyResult<String> {
        let name = cx.repr_string(this.name.get())?;
        Ok(format!("<DirEntry {name}>"))
    }
    /// Returns the path for the entry.
    #[py(sig = "($self, /)")]
    fn __fspath__(this: Entry) -> Value {
        this.path.get()
    }
}

#[derive(Trace)]
pub struct ScandirIterator {
    path: Slot,
    is_bytes: bool,
    fd: i32,
    prefix: Vec<u8>,
    /// Null once closed. Taken out while an entry is read.
    #[trace(skip)]
    dir: AtomicPtr<libc::DIR>,
}
impl Native for ScandirIterator {
    const PY_NAME: &'static str = "posix.ScandirIterator";
}

impl Drop for ScandirIterator {
    fn drop(&mut self) {
        self.close();
    }
}

impl ScandirIterator {
    fn close(&self) {
        let dir = self.dir.swap(std::ptr::null_mut(), Ordering::AcqRel);
        if !dir.is_null() {
            close_dir(dir, self.fd >= 0);
        }
    }
}

static SCANDIR: TypeSpec = TypeSpec {
    name: "ScandirIterator",
    module: "posix",
    layout: Layout::native::<ScandirIterator>(),
    flags: flags::NO_INSTANTIATION | flags::FINALIZER,
    defs: &[ScandirMethods::DEFS, IterSelf::DEFS],
    ..TypeSpec::DEFAULT
};

type Scan = Obj<ScandirIterator>;

fn scan_next(cx: &mut Cx, this: Scan) -> PyResult<Value> {
    let dir = this.dir.swap(std::ptr::null_mut(), Ordering::AcqRel);
    if dir.is_null() {
        return Ok(Value::EMPTY);
    }
    let (name, kind, inode) = match next_raw(cx, dir) {
        Ok(Some(raw)) => {
            this.dir.store(dir, Ordering::Release);
            raw
        }
        end => {
            close_dir(dir, this.fd >= 0);
            return match end {
                Err(code) => Err(support::os_error_path(cx, code, this.path.get())),
                _ => Ok(Value::EMPTY),
            };
        }
    };
    let like = FsPath {
        given: this.path.get(),
        c: CString::default(),
        fd: None,
        is_bytes: this.is_bytes,
    };
    let mut full = this.prefix.clone();
    full.extend_from_slice(&name);
    let (name, path) = (like.text_like(cx, &name)?, like.text_like(cx, &full)?);
    let dir_fd = if this.fd >= 0 {
        this.fd
    } else {
        libc::AT_FDCWD
    };
    let class = cx.native_type(&DIR_ENTRY)?;
    let c_path = CString::new(full).unwrap_or_default();
    let entry = DirEntry {
        name: slot(name),
        path: slot(path),
        stat: Slot::empty(),
        lstat: Slot::empty(),
        c_path,
        kind,
        inode,
        dir_fd,
    };
    Ok(NativeObj::alloc(cx, class, entry).value())
}

struct ScandirMethods;

#[pymethods]
impl ScandirMethods {
    #[py(
        sig = "($self, /)",
        doc = "Called when the instance is about to be destroyed."
    )]
    fn __del__(cx: &mut Cx, this: Scan) -> PyResult<()> {
        if this.dir.load(Ordering::Acquire).is_null() {
            return Ok(());
        }
        this.close();
        let shown = cx.repr_string(this.value())?;
        let category = cx.types().resource_warning;
        support::warn(
            cx,
            category,
            &format!("unclosed scandir iterator {shown}"),
            1,
        )
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Scan) -> PyResult<Value> {
        scan_next(cx, this)
    }
    #[py(hide_sig)]
    fn close(this: Scan) {
        this.close();
    }
    #[py(hide_sig)]
    fn __enter__(this: Scan) -> Value {
        this.value()
    }
    #[py(sig = "($self, *args)", hide_sig)]
    fn __exit__(this: Scan, _args: &[Value]) {
        this.close();
    }
}

/// A call about one path relative to a directory.
fn at(
    cx: &mut Cx,
    path: Value,
    function: &'static str,
    dir: Option<Value>,
    call: impl Fn(i32, *const libc::c_char) -> i32,
) -> PyResult<()> {
    let path = FsPath::plain(cx, path, function)?;
    let dir = dir_fd(cx, dir)?;
    let r = support::retry(cx, || call(dir, path.ptr()) as isize)?;
    path.check(cx, r).map(|_| ())
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return a list containing the names of the files in the directory.
    ///
    /// path can be str, bytes, a path-like object or an open descriptor; the
    /// default is the current directory. The order is arbitrary; '.' and '..'
    /// are left out.
    #[py(sig = "($module, /, path=None)")]
    fn listdir(cx: &mut Cx, path: Option<Value>) -> PyResult<Value> {
        let path = FsPath::from_value(cx, path, PathRules::new("listdir").or_fd().or_none())?;
        let dir = open_dir(cx, &path)?;
        let mut names = ValueVec::new();
        loop {
            let raw = next_raw(cx, dir);
            let name = match raw {
                Ok(Some((name, ..))) => path.text_like(cx, &name),
                Ok(None) => break,
                Err(code) => Err(path.error(cx, code)),
            };
            if let Err(e) = name.and_then(|n| names.push(cx, n)) {
                close_dir(dir, path.fd.is_some());
                return Err(e);
            }
        }
        close_dir(dir, path.fd.is_some());
        Ok(List::from_vec(cx, names).value())
    }
    /// Return an iterator of DirEntry objects for given path.
    ///
    /// If path is bytes, names are bytes; in all other circumstances they are str.
    /// If path is None, uses the path='.'.
    #[py(sig = "($module, /, path=None)")]
    fn scandir(cx: &mut Cx, path: Option<Value>) -> PyResult<Value> {
        let path = FsPath::from_value(cx, path, PathRules::new("scandir").or_fd().or_none())?;
        let dir = open_dir(cx, &path)?;
        let mut prefix = path.as_bytes().to_vec();
        if path.fd.is_none() && prefix.last() != Some(&b'/') {
            prefix.push(b'/');
        }
        let class = cx.native_type(&SCANDIR)?;
        let it = ScandirIterator {
            path: slot(path.given),
            is_bytes: path.is_bytes,
            fd: path.fd.unwrap_or(-1),
            prefix,
            dir: AtomicPtr::new(dir),
        };
        Ok(NativeObj::alloc(cx, class, it).value())
    }
    /// Create a directory.
    #[py(sig = "($module, /, path, mode=511, *, dir_fd=None)")]
    fn mkdir(cx: &mut Cx, path: Value, mode: Option<i32>, dir_fd: Option<Value>) -> PyResult<()> {
        let mode = mode.unwrap_or(0o777) as u32;
        // SAFETY: a C string.
        at(cx, path, "mkdir", dir_fd, |d, p| unsafe {
            libc::mkdirat(d, p, mode)
        })
    }
    /// Remove a directory.
    #[py(sig = "($module, /, path, *, dir_fd=None)")]
    fn rmdir(cx: &mut Cx, path: Value, dir_fd: Option<Value>) -> PyResult<()> {
        // SAFETY: a C string.
        at(cx, path, "rmdir", dir_fd, |d, p| unsafe {
            libc::unlinkat(d, p, libc::AT_REMOVEDIR)
        })
    }
    /// Remove a file (same as remove()).
    #[py(sig = "($module, /, path, *, dir_fd=None)")]
    fn unlink(cx: &mut Cx, path: Value, dir_fd: Option<Value>) -> PyResult<()> {
        // SAFETY: a C string.
        at(cx, path, "unlink", dir_fd, |d, p| unsafe {
            libc::unlinkat(d, p, 0)
        })
    }
    /// Remove a file (same as unlink()).
    #[py(sig = "($module, /, path, *, dir_fd=None)")]
    fn remove(cx: &mut Cx, path: Value, dir_fd: Option<Value>) -> PyResult<()> {
        // SAFETY: a C string.
        at(cx, path, "remove", dir_fd, |d, p| unsafe {
            libc::unlinkat(d, p, 0)
        })
    }
    /// Create a "fifo" (a POSIX named pipe).
    #[py(sig = "($module, /, path, mode=438, *, dir_fd=None)")]
    fn mkfifo(cx: &mut Cx, path: Value, mode: Option<i32>, dir_fd: Option<Value>) -> PyResult<()> {
        let mode = mode.unwrap_or(0o666) as u32;
        // SAFETY: a C string.
        at(cx, path, "mkfifo", dir_fd, |d, p| unsafe {
            libc::mkfifoat(d, p, mode)
        })
    }
    /// Create a node in the file system.
    #[py(sig = "($module, /, path, mode=384, device=0, *, dir_fd=None)")]
    fn mknod(
        cx: &mut Cx,
        path: Value,
        mode: Option<i32>,
        device: Option<i64>,
        dir_fd: Option<Value>,
    ) -> PyResult<()> {
        let (mode, device) = (mode.unwrap_or(0o600) as u32, device.unwrap_or(0) as u64);
        // SAFETY: a C string.
        at(cx, path, "mknod", dir_fd, |d, p| unsafe {
            libc::mknodat(d, p, mode, device)
        })
    }
    /// Change the current working directory to the specified path.
    #[py(sig = "($module, /, path)")]
    fn chdir(cx: &mut Cx, path: Value) -> PyResult<()> {
        let path = FsPath::from_value(cx, Some(path), PathRules::new("chdir").or_fd())?;
        // SAFETY: a C string.
        let r = support::retry(cx, || unsafe {
            path.fd
                .map_or_else(|| libc::chdir(path.ptr()), |fd| libc::fchdir(fd)) as isize
        })?;
        path.check(cx, r).map(|_| ())
    }
    /// Change to the directory of the given file descriptor.
    #[py(sig = "($module, /, fd)")]
    fn fchdir(cx: &mut Cx, fd: Value) -> PyResult<()> {
        let fd = support::fd_arg(cx, fd)?;
        // SAFETY: a plain system call.
        support::call(cx, || unsafe { libc::fchdir(fd) as isize }).map(|_| ())
    }
    /// Change root directory to path.
    #[py(sig = "($module, /, path)")]
    fn chroot(cx: &mut Cx, path: Value) -> PyResult<()> {
        // SAFETY: a C string.
        at(cx, path, "chroot", None, |_, p| unsafe { libc::chroot(p) })
    }
    /// Return a unicode string representing the current working directory.
    #[py]
    fn getcwd(cx: &mut Cx) -> PyResult<Value> {
        let dir = current_dir(cx)?;
        support::fs_path::fs_decode(cx, &dir)
    }
    /// Return a bytes string representing the current working directory.
    #[py]
    fn getcwdb(cx: &mut Cx) -> PyResult<Value> {
        let dir = current_dir(cx)?;
        Ok(cx.new_bytes(&dir))
    }
}

fn current_dir(cx: &mut Cx) -> PyResult<Vec<u8>> {
    use std::os::unix::ffi::OsStringExt;
    match cx.blocking(std::env::current_dir) {
        Ok(p) => Ok(p.into_os_string().into_vec()),
        Err(e) => Err(support::os_error(cx, e.raw_os_error().unwrap_or(0))),
    }
}
