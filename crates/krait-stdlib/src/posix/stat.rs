//! `stat` and what belongs to it: file status, times, file systems.

use krait_runtime::types::float;
use krait_runtime::types::structseq::{self, StructSeq};

use super::{dir_fd, not_with_fd};
use crate::prelude::*;
use crate::support::{self, FsPath, PathRules, fs_path::id_arg, time_arg};

pub static STAT_RESULT: StructSeq = StructSeq {
    module: "os",
    name: "stat_result",
    doc: Some(
        "stat_result: Result from stat, fstat, or lstat.\n\nIt can be used as a tuple (mode, ino, dev, nlink, uid, gid, size, atime, mtime,\nctime) or by attribute names. Fields of the system beyond these are attributes only.",
    ),
    fields: &[
        ("st_mode", "protection bits"),
        ("st_ino", "inode"),
        ("st_dev", "device"),
        ("st_nlink", "number of hard links"),
        ("st_uid", "user ID of owner"),
        ("st_gid", "group ID of owner"),
        ("st_size", "total size, in bytes"),
        ("", ""),
        ("", ""),
        ("", ""),
        ("st_atime", "time of last access"),
        ("st_mtime", "time of last modification"),
        ("st_ctime", "time of last change"),
        ("st_atime_ns", "time of last access in nanoseconds"),
        ("st_mtime_ns", "time of last modification in nanoseconds"),
        ("st_ctime_ns", "time of last change in nanoseconds"),
        ("st_blksize", "blocksize for filesystem I/O"),
        ("st_blocks", "number of blocks allocated"),
        ("st_rdev", "device type (if inode device)"),
    ],
    visible: 10,
    instantiable: true,
};

pub static STATVFS_RESULT: StructSeq = StructSeq {
    module: "os",
    name: "statvfs_result",
    doc: Some(
        "statvfs_result: Result from statvfs or fstatvfs.\n\nIt can be used as a tuple or by attribute names.",
    ),
    fields: &[
        ("f_bsize", ""),
        ("f_frsize", ""),
        ("f_blocks", ""),
        ("f_bfree", ""),
        ("f_bavail", ""),
        ("f_files", ""),
        ("f_ffree", ""),
        ("f_favail", ""),
        ("f_flag", ""),
        ("f_namemax", ""),
        ("f_fsid", ""),
    ],
    visible: 10,
    instantiable: true,
};

/// A `stat_result`.
pub fn stat_value(cx: &mut Cx, st: &libc::stat) -> PyResult<Value> {
    let ns = |s: i64, n: i64| s as i128 * 1_000_000_000 + n as i128;
    let times = [
        (st.st_atime, st.st_atime_nsec),
        (st.st_mtime, st.st_mtime_nsec),
        (st.st_ctime, st.st_ctime_nsec),
    ];
    let mut v = [Value::none(); 19];
    v[0] = cx.new_uint(st.st_mode as u64);
    v[1] = cx.new_uint(st.st_ino);
    v[2] = cx.new_uint(st.st_dev);
    v[3] = cx.new_uint(st.st_nlink);
    v[4] = cx.new_uint(st.st_uid as u64);
    v[5] = cx.new_uint(st.st_gid as u64);
    v[6] = cx.new_int(st.st_size);
    for (i, (s, n)) in times.into_iter().enumerate() {
        v[7 + i] = cx.new_int(s);
        v[10 + i] = cx.new_float(s as f64 + n as f64 * 1e-9);
        v[13 + i] = cx.new_i128(ns(s, n));
    }
    v[16] = cx.new_int(st.st_blksize);
    v[17] = cx.new_int(st.st_blocks);
    v[18] = cx.new_uint(st.st_rdev);
    structseq::new(cx, &STAT_RESULT, &v)
}

/// The status of a path or descriptor.
pub fn stat_path(cx: &mut Cx, path: &FsPath, dir: i32, follow: bool) -> Result<libc::stat, i32> {
    cx.blocking(|| {
        // SAFETY: the structure is plain data, filled by the calls; the path is a C string.
        unsafe {
            let mut st: libc::stat = std::mem::zeroed();
            let r = match path.fd {
                Some(fd) => libc::fstat(fd, &raw mut st),
                None => libc::fstatat(
                    dir,
                    path.ptr(),
                    &raw mut st,
                    if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW },
                ),
            };
            if r < 0 { Err(support::errno()) } else { Ok(st) }
        }
    })
}

fn do_stat(cx: &mut Cx, path: &FsPath, dir: i32, follow: bool) -> PyResult<Value> {
    match stat_path(cx, path, dir, follow) {
        Ok(st) => stat_value(cx, &st),
        Err(code) => Err(path.error(cx, code)),
    }
}

fn statvfs_value(cx: &mut Cx, st: &libc::statvfs) -> PyResult<Value> {
    let words = [
        st.f_bsize,
        st.f_frsize,
        st.f_blocks,
        st.f_bfree,
        st.f_bavail,
        st.f_files,
        st.f_ffree,
        st.f_favail,
        st.f_flag,
        st.f_namemax,
        st.f_fsid,
    ];
    let v = words.map(|w| cx.new_uint(w));
    structseq::new(cx, &STATVFS_RESULT, &v)
}

fn do_statvfs(cx: &mut Cx, path: &FsPath) -> PyResult<Value> {
    let result = cx.blocking(|| {
        // SAFETY: the structure is plain data, filled by the calls; the path is a C string.
        unsafe {
            let mut st: libc::statvfs = std::mem::zeroed();
            let r = match path.fd {
                Some(fd) => libc::fstatvfs(fd, &raw mut st),
                None => libc::statvfs(path.ptr(), &raw mut st),
            };
            if r < 0 { Err(support::errno()) } else { Ok(st) }
        }
    });
    match result {
        Ok(st) => statvfs_value(cx, &st),
        Err(code) => Err(path.error(cx, code)),
    }
}

/// Seconds (int or float) as a time of `utime`.
fn seconds(cx: &mut Cx, v: Value) -> PyResult<libc::timespec> {
    if float::as_float(v).is_some() {
        let ns = time_arg::nanoseconds(cx, v, time_arg::Rounding::Floor)?;
        return Ok(time_arg::timespec(ns));
    }
    match cx.index_i64(v)? {
        Some(s) => Ok(libc::timespec {
            tv_sec: s,
            tv_nsec: 0,
        }),
        None => Err(cx.overflow_error("timestamp out of range for platform time_t")),
    }
}

fn utime_spec(
    cx: &mut Cx,
    times: Option<Value>,
    ns: Option<Value>,
) -> PyResult<Option<[libc::timespec; 2]>> {
    let times = times.filter(|v| !v.is_none());
    if times.is_some() && ns.is_some() {
        return Err(cx.value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    if let Some(t) = times {
        let Some(t) = Gc::<Tuple>::from_value(t).filter(|t| t.len() == 2) else {
            return Err(cx.type_error("utime: 'times' must be either a tuple of two ints or None"));
        };
        return Ok(Some([seconds(cx, t.get(0))?, seconds(cx, t.get(1))?]));
    }
    let Some(ns) = ns else { return Ok(None) };
    let Some(t) = Gc::<Tuple>::from_value(ns).filter(|t| t.len() == 2) else {
        return Err(cx.type_error("utime: 'ns' must be a tuple of two ints"));
    };
    let mut spec = [time_arg::timespec(0); 2];
    for (i, s) in spec.iter_mut().enumerate() {
        match cx.index_i64(t.get(i))? {
            Some(n) => *s = time_arg::timespec(n),
            None => return Err(cx.overflow_error("timestamp out of range for platform time_t")),
        }
    }
    Ok(Some(spec))
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Perform a stat system call on the given path.
    #[py(sig = "($module, /, path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(
        cx: &mut Cx,
        path: Value,
        dir_fd: Option<Value>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<Value> {
        let path = FsPath::from_value(cx, Some(path), PathRules::new("stat").or_fd())?;
        let (dir, follow) = (self::dir_fd(cx, dir_fd)?, follow_symlinks.unwrap_or(true));
        not_with_fd(cx, "stat", path.fd.is_some(), dir, follow)?;
        do_stat(cx, &path, dir, follow)
    }
    /// Perform a stat system call on the given path, without following symbolic links.
    #[py(sig = "($module, /, path, *, dir_fd=None)")]
    fn lstat(cx: &mut Cx, path: Value, dir_fd: Option<Value>) -> PyResult<Value> {
        let path = FsPath::plain(cx, path, "lstat")?;
        let dir = self::dir_fd(cx, dir_fd)?;
        do_stat(cx, &path, dir, false)
    }
    /// Perform a stat system call on the given file descriptor.
    #[py(sig = "($module, /, fd)")]
    fn fstat(cx: &mut Cx, fd: i32) -> PyResult<Value> {
        let path = FsPath {
            given: Value::none(),
            c: Default::default(),
            fd: Some(fd),
            is_bytes: false,
        };
        match stat_path(cx, &path, libc::AT_FDCWD, true) {
            Ok(st) => stat_value(cx, &st),
            Err(code) => Err(support::os_error(cx, code)),
        }
    }
    /// Perform a statvfs system call on the given path.
    #[py(sig = "($module, /, path)")]
    fn statvfs(cx: &mut Cx, path: Value) -> PyResult<Value> {
        let path = FsPath::from_value(cx, Some(path), PathRules::new("statvfs").or_fd())?;
        do_statvfs(cx, &path)
    }
    /// Perform an fstatvfs system call on the given fd.
    #[py(sig = "($module, fd, /)")]
    fn fstatvfs(cx: &mut Cx, fd: i32) -> PyResult<Value> {
        let given = Value::small(fd as i64);
        do_statvfs(
            cx,
            &FsPath {
                given,
                c: Default::default(),
                fd: Some(fd),
                is_bytes: false,
            },
        )
    }
    /// Set the access and modified time of path.
    #[py(
        sig = "($module, /, path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)"
    )]
    fn utime(
        cx: &mut Cx,
        path: Value,
        times: Option<Value>,
        ns: Option<Value>,
        dir_fd: Option<Value>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        let path = FsPath::from_value(cx, Some(path), PathRules::new("utime").or_fd())?;
        let (dir, follow) = (self::dir_fd(cx, dir_fd)?, follow_symlinks.unwrap_or(true));
        not_with_fd(cx, "utime", path.fd.is_some(), dir, follow)?;
        let spec = utime_spec(cx, times, ns)?;
        let p = spec.as_ref().map_or(std::ptr::null(), |s| s.as_ptr());
        // SAFETY: a C string and two times, or null for now.
        let r = support::retry(cx, || unsafe {
            match path.fd {
                Some(fd) => libc::futimens(fd, p) as isize,
                None => libc::utimensat(
                    dir,
                    path.ptr(),
                    p,
                    if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW },
                ) as isize,
            }
        })?;
        path.check(cx, r).map(|_| ())
    }
    /// Change the access permissions of a file.
    #[py(sig = "($module, /, path, mode, *, dir_fd=None, follow_symlinks=(os.name != 'nt'))")]
    fn chmod(
        cx: &mut Cx,
        path: Value,
        mode: i32,
        dir_fd: Option<Value>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        let path = FsPath::from_value(cx, Some(path), PathRules::new("chmod").or_fd())?;
        let (dir, follow) = (self::dir_fd(cx, dir_fd)?, follow_symlinks.unwrap_or(true));
        // SAFETY: a C string and plain numbers.
        let r = support::retry(cx, || unsafe {
            match path.fd {
                Some(fd) => libc::fchmod(fd, mode as u32) as isize,
                None => libc::fchmodat(
                    dir,
                    path.ptr(),
                    mode as u32,
                    if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW },
                ) as isize,
            }
        })?;
        if r == Err(libc::EOPNOTSUPP) && !follow {
            return Err(
                cx.not_implemented_error("chmod: follow_symlinks unavailable on this platform")
            );
        }
        path.check(cx, r).map(|_| ())
    }
    /// Change the access permissions of the file given by file descriptor fd.
    #[py(sig = "($module, /, fd, mode)")]
    fn fchmod(cx: &mut Cx, fd: i32, mode: i32) -> PyResult<()> {
        // SAFETY: plain numbers.
        support::call(cx, || unsafe { libc::fchmod(fd, mode as u32) as isize }).map(|_| ())
    }
    /// Change the owner and group id of path to the numeric uid and gid.
    #[py(sig = "($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(
        cx: &mut Cx,
        path: Value,
        uid: Value,
        gid: Value,
        dir_fd: Option<Value>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        let path = FsPath::from_value(cx, Some(path), PathRules::new("chown").or_fd())?;
        let (uid, gid) = (id_arg(cx, uid, "uid")?, id_arg(cx, gid, "gid")?);
        let (dir, follow) = (self::dir_fd(cx, dir_fd)?, follow_symlinks.unwrap_or(true));
        not_with_fd(cx, "chown", path.fd.is_some(), dir, follow)?;
        // SAFETY: a C string and plain numbers.
        let r = support::retry(cx, || unsafe {
            match path.fd {
                Some(fd) => libc::fchown(fd, uid, gid) as isize,
                None => libc::fchownat(
                    dir,
                    path.ptr(),
                    uid,
                    gid,
                    if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW },
                ) as isize,
            }
        })?;
        path.check(cx, r).map(|_| ())
    }
    /// Change the owner and group id of path, without following symbolic links.
    #[py(sig = "($module, /, path, uid, gid)")]
    fn lchown(cx: &mut Cx, path: Value, uid: Value, gid: Value) -> PyResult<()> {
        let path = FsPath::plain(cx, path, "lchown")?;
        let (uid, gid) = (id_arg(cx, uid, "uid")?, id_arg(cx, gid, "gid")?);
        // SAFETY: a C string and plain numbers.
        let r = support::retry(cx, || unsafe {
            libc::lchown(path.ptr(), uid, gid) as isize
        })?;
        path.check(cx, r).map(|_| ())
    }
    /// Change the owner and group id of the file specified by file descriptor.
    #[py(sig = "($module, /, fd, uid, gid)")]
    fn fchown(cx: &mut Cx, fd: i32, uid: Value, gid: Value) -> PyResult<()> {
        let (uid, gid) = (id_arg(cx, uid, "uid")?, id_arg(cx, gid, "gid")?);
        // SAFETY: plain numbers.
        support::call(cx, || unsafe { libc::fchown(fd, uid, gid) as isize }).map(|_| ())
    }
}
