//! `_posixshmem`: named shared memory.

use crate::prelude::*;
use crate::support::{self, accounts};

pub static MODULE: ModuleDef = ModuleDef {
    name: "_posixshmem",
    doc: Some("POSIX shared memory module"),
    functions: &[Functions::DEFS],
    ..ModuleDef::DEFAULT
};

fn finish(cx: &mut Cx, r: Result<isize, i32>, path: Gc<Str>) -> PyResult<i32> {
    match r {
        Ok(n) => Ok(n as i32),
        Err(code) => Err(support::os_error_path(cx, code, path.value())),
    }
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Open a shared memory object.  Returns a file descriptor (integer).
    #[py(sig = "($module, /, path, flags, mode=511)")]
    fn shm_open(cx: &mut Cx, path: Gc<Str>, flags: i32, mode: Option<i32>) -> PyResult<i32> {
        let name = accounts::c_string(cx, path, "embedded null character")?;
        let mode = mode.unwrap_or(0o777) as libc::mode_t;
        // SAFETY: a C string and plain numbers.
        let r = support::retry(cx, || unsafe { libc::shm_open(name.as_ptr(), flags, mode) }
            as isize)?;
        finish(cx, r, path)
    }
    /// Remove a shared memory object (similar to unlink()).
    ///
    /// Remove a shared memory object name, and, once all processes  have  unmapped
    /// the object, de-allocates and destroys the contents of the associated memory
    /// region.
    #[py(sig = "($module, path, /)")]
    fn shm_unlink(cx: &mut Cx, path: Gc<Str>) -> PyResult<()> {
        let name = accounts::c_string(cx, path, "embedded null character")?;
        // SAFETY: a C string.
        let r = support::retry(cx, || unsafe { libc::shm_unlink(name.as_ptr()) } as isize)?;
        finish(cx, r, path).map(|_| ())
    }
}
