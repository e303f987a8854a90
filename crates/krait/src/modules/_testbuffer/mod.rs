//! `_testbuffer`: arrays of any layout to lend and to borrow, and the buffer protocol's operations on them.
//!
//! An [`array::NdArray`] either owns its items or is a *consumer* of another exporter, by a request of any
//! kind; then it passes on what that request gave.

mod array;
mod functions;
mod items;
mod make;
mod part;
mod static_array;
mod subscript;

use krait_runtime::protocol::buffer::{flags as request, register_exporter};
use krait_stdlib::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_testbuffer",
    functions: &[functions::Functions::DEFS],
    types: &[&array::NDARRAY, &static_array::STATIC_ARRAY],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// Flags of arrays.
mod nd {
    pub const VAREXPORT: u32 = 0x001;
    pub const WRITABLE: u32 = 0x002;
    pub const FORTRAN: u32 = 0x004;
    pub const SCALAR: u32 = 0x008;
    pub const PIL: u32 = 0x010;
    pub const REDIRECT: u32 = 0x020;
    pub const GETBUF_FAIL: u32 = 0x040;
    pub const GETBUF_UNDEFINED: u32 = 0x080;
    pub const MAX_NDIM: usize = 128;
}

const READ: u32 = 0x100;
const WRITE: u32 = 0x200;

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    register_exporter(cx, &array::NDARRAY, &array::PROCS);
    register_exporter(cx, &static_array::STATIC_ARRAY, &static_array::PROCS);
    let constants = [
        ("ND_MAX_NDIM", nd::MAX_NDIM as u32),
        ("ND_VAREXPORT", nd::VAREXPORT),
        ("ND_WRITABLE", nd::WRITABLE),
        ("ND_FORTRAN", nd::FORTRAN),
        ("ND_SCALAR", nd::SCALAR),
        ("ND_PIL", nd::PIL),
        ("ND_REDIRECT", nd::REDIRECT),
        ("ND_GETBUF_FAIL", nd::GETBUF_FAIL),
        ("ND_GETBUF_UNDEFINED", nd::GETBUF_UNDEFINED),
        ("PyBUF_SIMPLE", request::SIMPLE),
        ("PyBUF_WRITABLE", request::WRITABLE),
        ("PyBUF_FORMAT", request::FORMAT),
        ("PyBUF_ND", request::ND),
        ("PyBUF_STRIDES", request::STRIDES),
        ("PyBUF_INDIRECT", request::INDIRECT),
        ("PyBUF_C_CONTIGUOUS", request::C_CONTIGUOUS),
        ("PyBUF_F_CONTIGUOUS", request::F_CONTIGUOUS),
        ("PyBUF_ANY_CONTIGUOUS", request::ANY_CONTIGUOUS),
        ("PyBUF_FULL", request::FULL),
        ("PyBUF_FULL_RO", request::FULL_RO),
        (
            "PyBUF_RECORDS",
            request::STRIDES | request::WRITABLE | request::FORMAT,
        ),
        ("PyBUF_RECORDS_RO", request::STRIDES | request::FORMAT),
        ("PyBUF_STRIDED", request::STRIDES | request::WRITABLE),
        ("PyBUF_STRIDED_RO", request::STRIDES),
        ("PyBUF_CONTIG", request::ND | request::WRITABLE),
        ("PyBUF_CONTIG_RO", request::ND),
        ("PyBUF_READ", READ),
        ("PyBUF_WRITE", WRITE),
    ];
    for (name, n) in constants {
        m.set(cx, name, Value::small(n.into()));
    }
    Ok(())
}
