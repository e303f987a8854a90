//! `_socket`: sockets and name resolution.

mod address;
mod names;
mod socket;
mod tables;

use krait_runtime::types::exceptions;

use crate::prelude::*;
use crate::support;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_socket",
    doc: Some(
        "Implementation module for socket operations.\n\nSee the socket module for documentation.",
    ),
    functions: &[names::Functions::DEFS],
    types: &[&socket::SPEC, &GAI_ERROR, &HERROR],
    init: Some(init),
};

static GAI_ERROR: TypeSpec =
    support::exception_spec("socket", "gaierror", None, &exceptions::OS_ERROR);
static HERROR: TypeSpec = support::exception_spec("socket", "herror", None, &exceptions::OS_ERROR);

/// What `getaddrinfo` failed with.
fn gai_error(cx: &mut Cx, code: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        return support::os_error(cx, support::errno());
    }
    // SAFETY: a static C string.
    let text = unsafe { std::ffi::CStr::from_ptr(libc::gai_strerror(code)) }
        .to_string_lossy()
        .into_owned();
    match cx.native_type(&GAI_ERROR) {
        Ok(class) => support::os_error_of(cx, class, code, &text, &[]),
        Err(e) => e,
    }
}

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    support::add_ints(cx, m, tables::CONSTANTS);
    m.set(cx, "has_ipv6", Value::bool(true));
    let (error, timeout) = (cx.types().os_error, cx.types().timeout_error);
    m.set(cx, "error", error.value());
    m.set(cx, "timeout", timeout.value());
    let class = cx.native_type(&socket::SPEC)?;
    m.set(cx, "SocketType", class.value());
    Ok(())
}
