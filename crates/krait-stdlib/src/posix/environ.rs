//! The environment.

use std::os::unix::ffi::{OsStrExt, OsStringExt};

use krait_runtime::types::bytes::Bytes;

use crate::prelude::*;
use crate::support::{self, fs_path};

/// The environment as a dict of bytes.
pub fn dict(cx: &mut Cx) -> PyResult<Value> {
    let d = cx.new_dict();
    for (k, v) in std::env::vars_os() {
        let (k, v) = (cx.new_bytes(&k.into_vec()), cx.new_bytes(&v.into_vec()));
        d.set(cx, k, v)?;
    }
    Ok(d.value())
}

fn text(cx: &mut Cx, v: Value) -> PyResult<Vec<u8>> {
    let path = fs_path::fspath(cx, v)?;
    let bytes = match Gc::<Str>::from_value(path) {
        Some(s) => fs_path::fs_encode(cx, s)?,
        None => Gc::<Bytes>::from_value(path).map_or(Vec::new(), |b| b.as_bytes().to_vec()),
    };
    if bytes.contains(&0) {
        return Err(cx.value_error("embedded null byte"));
    }
    Ok(bytes)
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Create the environment dictionary.
    #[py]
    fn _create_environ(cx: &mut Cx) -> PyResult<Value> {
        dict(cx)
    }
    /// Change or add an environment variable.
    #[py(sig = "($module, name, value, /)")]
    fn putenv(cx: &mut Cx, name: Value, value: Value) -> PyResult<()> {
        let (name, value) = (text(cx, name)?, text(cx, value)?);
        if name.is_empty() || name.contains(&b'=') {
            return Err(cx.value_error("illegal environment variable name"));
        }
        // SAFETY: the environment is read by this runtime through std only, which locks it.
        #[expect(clippy::disallowed_methods, reason = "this is what putenv is for")]
        unsafe {
            std::env::set_var(
                std::ffi::OsStr::from_bytes(&name),
                std::ffi::OsStr::from_bytes(&value),
            )
        };
        Ok(())
    }
    /// Delete an environment variable.
    #[py(sig = "($module, name, /)")]
    fn unsetenv(cx: &mut Cx, name: Value) -> PyResult<()> {
        let name = text(cx, name)?;
        if name.is_empty() || name.contains(&b'=') {
            return Err(support::os_error(cx, libc::EINVAL));
        }
        // SAFETY: as in `putenv`.
        #[expect(clippy::disallowed_methods, reason = "this is what unsetenv is for")]
        unsafe {
            std::env::remove_var(std::ffi::OsStr::from_bytes(&name))
        };
        Ok(())
    }
}
