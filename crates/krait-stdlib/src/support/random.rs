//! Random bytes from the system.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;

/// Fills `out`; blocks only while the system has no entropy at all yet.
pub fn fill(cx: &mut Cx, out: &mut [u8]) -> PyResult<()> {
    let mut done = 0;
    while done < out.len() {
        let (p, left) = (out[done..].as_mut_ptr() as usize, out.len() - done);
        // SAFETY: writes at most `left` bytes behind `p`.
        done += super::call(cx, || unsafe {
            libc::getrandom(p as *mut libc::c_void, left, 0)
        })? as usize;
    }
    Ok(())
}
