//! Lookups in the databases of users and groups: calls that want a buffer of unknown size.

use std::ffi::{CStr, c_char};

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;

/// An entry of one of the databases.
pub trait Entry: Sized {
    type Raw;
    /// # Safety
    /// The entry's pointers are C strings (or lists of them) that live.
    unsafe fn from_raw(raw: &Self::Raw) -> Self;
}

/// Calls `f(entry, buffer, size, &found)` with larger and larger buffers; it returns an error code.
/// `None` if there is no such entry.
pub fn look_up<E: Entry + Send>(
    cx: &mut Cx,
    f: impl Fn(*mut E::Raw, *mut c_char, usize, *mut *mut E::Raw) -> i32,
) -> PyResult<Option<E>> {
    let mut size = 1024;
    let result = loop {
        let r = cx.blocking(|| {
            let mut buffer = vec![0u8; size];
            let mut raw = std::mem::MaybeUninit::<E::Raw>::zeroed();
            let mut found = std::ptr::null_mut();
            let code = f(
                raw.as_mut_ptr(),
                buffer.as_mut_ptr().cast(),
                size,
                &raw mut found,
            );
            // SAFETY: a found entry is `raw`, with its strings in `buffer`.
            let entry = (!found.is_null()).then(|| unsafe { E::from_raw(&*found) });
            (code, entry)
        });
        match r {
            (0, entry) => break Ok(entry),
            (libc::ERANGE, _) if size < 1 << 26 => size *= 2,
            // "Not found" has many codes; see getpwnam(3).
            (libc::ENOENT | libc::ESRCH | libc::EBADF | libc::EPERM, _) => break Ok(None),
            (code, _) => break Err(code),
        }
    };
    match result {
        Ok(entry) => Ok(entry),
        Err(code) => Err(super::os_error(cx, code)),
    }
}

/// A copy of a C string, which may be null.
///
/// # Safety
/// `p` is null or a C string.
pub unsafe fn bytes(p: *const c_char) -> Option<Vec<u8>> {
    // SAFETY: by contract.
    (!p.is_null()).then(|| unsafe { CStr::from_ptr(p) }.to_bytes().to_vec())
}

/// The text of a field, `None` for a null pointer.
pub fn text(cx: &mut Cx, field: &Option<Vec<u8>>) -> PyResult<Value> {
    match field {
        Some(b) => super::fs_path::fs_decode(cx, b),
        None => Ok(Value::none()),
    }
}

/// A name to look up, as a C string.
pub fn name(cx: &mut Cx, s: Gc<Str>) -> PyResult<std::ffi::CString> {
    c_string(cx, s, "embedded null byte")
}

/// A str in the file system's encoding; a NUL in it is a ValueError with this message.
pub fn c_string(cx: &mut Cx, s: Gc<Str>, message: &str) -> PyResult<std::ffi::CString> {
    let bytes = super::fs_path::fs_encode(cx, s)?;
    match std::ffi::CString::new(bytes) {
        Ok(c) => Ok(c),
        Err(_) => Err(cx.value_error(message)),
    }
}

/// A uid or gid to look up, `None` for numbers that cannot be one. -1 is `u32::MAX`.
pub fn id(cx: &mut Cx, v: Value, what: &str) -> PyResult<Option<u32>> {
    match super::fs_path::id_arg(cx, v, what) {
        Ok(n) => Ok(Some(n)),
        Err(e) if e.is(cx, cx.types().overflow_error) => Ok(None),
        Err(e) => Err(e),
    }
}

/// An id as the databases' errors show it: -1 stands for the largest number.
pub fn shown(id: u32) -> i64 {
    if id == u32::MAX { -1 } else { id.into() }
}
