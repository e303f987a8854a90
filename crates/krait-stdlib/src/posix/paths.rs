//! Functions of `os.path` and `os.fspath` that are native for speed.

use krait_runtime::types::bytes::Bytes;

use crate::prelude::*;
use crate::support::fs_path;

/// `os.path.normpath` of a POSIX path.
fn normalize(path: &[u8]) -> Vec<u8> {
    if path.is_empty() {
        return b".".to_vec();
    }
    let slashes = path.iter().take_while(|&&b| b == b'/').count();
    // Two leading slashes are special to POSIX, three are one.
    let root: &[u8] = match slashes {
        0 => b"",
        2 => b"//",
        _ => b"/",
    };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|&b| b == b'/') {
        match part {
            b"" | b"." => {}
            b".." if root.is_empty() && parts.last().is_none_or(|p| *p == b"..") => {
                parts.push(part)
            }
            b".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let mut out = root.to_vec();
    out.extend_from_slice(&parts.join(&b'/'));
    if out.is_empty() { b".".to_vec() } else { out }
}

/// The text of a path in its own encoding, and a way back.
fn like(cx: &mut Cx, path: Value, bytes: &[u8]) -> PyResult<Value> {
    if Gc::<Bytes>::from_value(path).is_some() {
        Ok(Bytes::from_slice(cx, bytes)?.value())
    } else {
        Ok(Str::from_wtf8(cx, bytes)?.value())
    }
}

fn contents<'a>(v: Value) -> &'a [u8] {
    match Gc::<Str>::from_value(v) {
        Some(s) => s.as_bytes(),
        None => Gc::<Bytes>::from_value(v).map_or(&[], |b| b.as_bytes()),
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return the file system path representation of the object.
    ///
    /// If the object is str or bytes, then allow it to pass through as-is. If the
    /// object defines __fspath__(), then return the result of that method. All other
    /// types raise a TypeError.
    #[py(sig = "($module, /, path)")]
    fn fspath(cx: &mut Cx, path: Value) -> PyResult<Value> {
        fs_path::fspath(cx, path)
    }
    /// Normalize path, eliminating double slashes, etc.
    #[py(sig = "($module, /, path)")]
    fn _path_normpath(cx: &mut Cx, path: Value) -> PyResult<Value> {
        let path = fs_path::fspath(cx, path)?;
        let out = normalize(contents(path));
        like(cx, path, &out)
    }
    /// Split a pathname into drive, root and tail.
    ///
    /// The tail contains anything after the root.
    #[py(sig = "($module, /, p)")]
    fn _path_splitroot_ex(cx: &mut Cx, p: Value) -> PyResult<Value> {
        let path = fs_path::fspath(cx, p)?;
        let text = contents(path);
        let slashes = text.iter().take_while(|&&b| b == b'/').count();
        let root = match slashes {
            0 => 0,
            2 => 2,
            _ => 1,
        };
        let drive = like(cx, path, b"")?;
        let (root, tail) = (
            like(cx, path, &text[..root])?,
            like(cx, path, &text[root..])?,
        );
        Ok(cx.new_tuple(&[drive, root, tail]))
    }
}
