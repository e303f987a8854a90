//! Operations on paths: links, renaming, access.

use super::dir_fd;
use crate::prelude::*;
use crate::support::{self, FsPath, PathRules};

/// A call about two paths, each relative to a directory.
fn two(
    cx: &mut Cx,
    names: (&'static str, Value, Value),
    dirs: (Option<Value>, Option<Value>),
    call: impl Fn(i32, *const libc::c_char, i32, *const libc::c_char) -> i32,
) -> PyResult<()> {
    let (function, src, dst) = names;
    let src = FsPath::from_value(cx, Some(src), PathRules::named(function, "src"))?;
    let dst = FsPath::from_value(cx, Some(dst), PathRules::named(function, "dst"))?;
    let (from, to) = (dir_fd(cx, dirs.0)?, dir_fd(cx, dirs.1)?);
    match support::retry(cx, || call(from, src.ptr(), to, dst.ptr()) as isize)? {
        Ok(_) => Ok(()),
        Err(code) => Err(support::os_error_paths(cx, code, src.given, dst.given)),
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Rename a file or directory.
    #[py(sig = "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(
        cx: &mut Cx,
        src: Value,
        dst: Value,
        src_dir_fd: Option<Value>,
        dst_dir_fd: Option<Value>,
    ) -> PyResult<()> {
        // SAFETY: C strings.
        two(
            cx,
            ("rename", src, dst),
            (src_dir_fd, dst_dir_fd),
            |a, p, b, q| unsafe { libc::renameat(a, p, b, q) },
        )
    }
    /// Rename a file or directory, overwriting the destination.
    #[py(sig = "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(
        cx: &mut Cx,
        src: Value,
        dst: Value,
        src_dir_fd: Option<Value>,
        dst_dir_fd: Option<Value>,
    ) -> PyResult<()> {
        // SAFETY: C strings.
        two(
            cx,
            ("replace", src, dst),
            (src_dir_fd, dst_dir_fd),
            |a, p, b, q| unsafe { libc::renameat(a, p, b, q) },
        )
    }
    /// Create a hard link to a file.
    #[py(sig = "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)")]
    fn link(
        cx: &mut Cx,
        src: Value,
        dst: Value,
        src_dir_fd: Option<Value>,
        dst_dir_fd: Option<Value>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        let flag = if follow_symlinks.unwrap_or(true) {
            libc::AT_SYMLINK_FOLLOW
        } else {
            0
        };
        // SAFETY: C strings.
        two(
            cx,
            ("link", src, dst),
            (src_dir_fd, dst_dir_fd),
            |a, p, b, q| unsafe { libc::linkat(a, p, b, q, flag) },
        )
    }
    /// Create a symbolic link pointing to src named dst.
    #[py(sig = "($module, /, src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(
        cx: &mut Cx,
        src: Value,
        dst: Value,
        _target_is_directory: Option<bool>,
        dir_fd: Option<Value>,
    ) -> PyResult<()> {
        // SAFETY: C strings.
        two(
            cx,
            ("symlink", src, dst),
            (None, dir_fd),
            |_, p, b, q| unsafe { libc::symlinkat(p, b, q) },
        )
    }
    /// Return a string representing the path to which the symbolic link points.
    #[py(sig = "($module, /, path, *, dir_fd=None)")]
    fn readlink(cx: &mut Cx, path: Value, dir_fd: Option<Value>) -> PyResult<Value> {
        let path = FsPath::plain(cx, path, "readlink")?;
        let dir = self::dir_fd(cx, dir_fd)?;
        let mut buffer = vec![0u8; libc::PATH_MAX as usize + 1];
        let (p, n) = (buffer.as_mut_ptr() as usize, buffer.len());
        // SAFETY: writes at most `n` bytes.
        let r = support::retry(cx, || unsafe {
            libc::readlinkat(dir, path.ptr(), p as *mut libc::c_char, n)
        })?;
        let n = path.check(cx, r)?;
        path.text_like(cx, &buffer[..n as usize])
    }
    /// Use the real uid/gid to test for access to a path.
    #[py(
        sig = "($module, /, path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)"
    )]
    fn access(
        cx: &mut Cx,
        path: Value,
        mode: i32,
        dir_fd: Option<Value>,
        effective_ids: Option<bool>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<bool> {
        let path = FsPath::plain(cx, path, "access")?;
        let dir = self::dir_fd(cx, dir_fd)?;
        let effective = if effective_ids.unwrap_or(false) {
            libc::AT_EACCESS
        } else {
            0
        };
        let link = if follow_symlinks.unwrap_or(true) {
            0
        } else {
            libc::AT_SYMLINK_NOFOLLOW
        };
        // SAFETY: a C string.
        Ok(
            cx.blocking(|| unsafe { libc::faccessat(dir, path.ptr(), mode, effective | link) })
                == 0,
        )
    }
    /// Truncate a file, specified by path, to a specific length.
    #[py(sig = "($module, /, path, length)")]
    fn truncate(cx: &mut Cx, path: Value, length: i64) -> PyResult<()> {
        let path = FsPath::from_value(cx, Some(path), PathRules::new("truncate").or_fd())?;
        // SAFETY: a C string.
        let r = support::retry(cx, || unsafe {
            path.fd.map_or_else(
                || libc::truncate(path.ptr(), length),
                |fd| libc::ftruncate(fd, length),
            ) as isize
        })?;
        path.check(cx, r).map(|_| ())
    }
    /// Return the configuration limit name for the file or directory path.
    #[py(sig = "($module, /, path, name)")]
    fn pathconf(cx: &mut Cx, path: Value, name: Value) -> PyResult<i64> {
        let path = FsPath::from_value(cx, Some(path), PathRules::new("pathconf").or_fd())?;
        let name = super::system::conf_name(cx, name, super::tables::PATHCONF)?;
        // SAFETY: a C string.
        let (n, code) = cx.blocking(|| unsafe {
            *libc::__errno_location() = 0;
            let n = path.fd.map_or_else(
                || libc::pathconf(path.ptr(), name),
                |fd| libc::fpathconf(fd, name),
            );
            (n, support::errno())
        });
        if n == -1 && code != 0 {
            Err(path.error(cx, code))
        } else {
            Ok(n)
        }
    }
}
