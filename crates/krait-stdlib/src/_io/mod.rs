//! `_io`: raw files, buffers and text streams.
//!
//! Three layers, as in PEP 3116: `FileIO` makes system calls, `Buffered*` collect bytes,
//! `TextIOWrapper` decodes and encodes. Where a layer sits on the native one below (not on a
//! subclass), it calls it directly; else through its methods. The state of a stream is behind a
//! `Monitor`, so that threads may share it.
//!
//! A stream that dies closes itself, and with it the stream below. Finalizers run from the outside
//! inwards, so it is still open then.

mod buffered;
mod buffered_types;
mod bytesio;
mod fileio;
mod iobase;
mod newline;
mod open;
mod rwpair;
mod stringio;
mod text_codec;
mod textio;
mod textio_methods;
mod textio_read;
mod textio_seek;
mod textio_write;

use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::native::{ModuleDef, TypeSpec};
use krait_runtime::object::Gc;
use krait_runtime::types::exceptions;
use krait_runtime::types::module::Module;
use krait_runtime::types::typeobj::Type;
use krait_runtime::value::Value;

use crate::support;

pub use fileio::FileIo;
pub use open::{open_file, open_text_fd};
pub use textio::TextIo;
pub use textio_write::try_write;

/// Bytes that a buffer holds unless told otherwise.
pub const DEFAULT_BUFFER_SIZE: usize = 128 * 1024;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_io",
    doc: Some(
        "The io module provides the Python interfaces to stream handling. The\nbuiltin open function is defined in this module.\n\n\
         At the top of the I/O hierarchy is the abstract base class IOBase. Raw streams, buffered\n\
         streams and text streams derive from it; see the class documentation.",
    ),
    functions: &[open::Functions::DEFS],
    types: &[
        &iobase::IO_BASE,
        &iobase::RAW_IO_BASE,
        &iobase::BUFFERED_IO_BASE,
        &iobase::TEXT_IO_BASE,
        &fileio::SPEC,
        &bytesio::SPEC,
        &bytesio::BUFFER_SPEC,
        &stringio::SPEC,
        &buffered_types::READER,
        &buffered_types::WRITER,
        &buffered_types::RANDOM,
        &rwpair::SPEC,
        &newline::SPEC,
        &textio::SPEC,
        &UNSUPPORTED_OPERATION,
    ],
    init: Some(init),
};

static UNSUPPORTED_OPERATION: TypeSpec = TypeSpec {
    init: Some(unsupported_bases),
    ..support::exception_spec("io", "UnsupportedOperation", None, &exceptions::OS_ERROR)
};

/// `class UnsupportedOperation(OSError, ValueError)`.
fn unsupported_bases(cx: &mut Cx, t: Gc<Type>) -> PyResult<()> {
    let ty = cx.types();
    let bases = cx.new_tuple(&[ty.os_error.value(), ty.value_error.value()]);
    t.bases.set(cx, t, bases);
    let mro = [
        t,
        ty.os_error,
        ty.value_error,
        ty.exception,
        ty.base_exception,
        ty.object,
    ]
    .map(|t| t.value());
    let mro = cx.new_tuple(&mro);
    t.mro.set(cx, t, mro);
    krait_runtime::types::weakref::add_subclass(cx, ty.value_error, t);
    Ok(())
}

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    m.set(
        cx,
        "DEFAULT_BUFFER_SIZE",
        Value::small(DEFAULT_BUFFER_SIZE as i64),
    );
    let blocking = cx.types().blocking_io_error;
    m.set(cx, "BlockingIOError", blocking.value());
    bytesio::register(cx);
    Ok(())
}

/// `UnsupportedOperation(message)`.
#[cold]
fn unsupported(cx: &mut Cx, message: &str) -> Raised {
    match cx.native_type(&UNSUPPORTED_OPERATION) {
        Ok(class) => cx.error(class, message),
        Err(e) => e,
    }
}

/// `OSError(message)`, without an error number.
#[cold]
fn os_error_message(cx: &mut Cx, message: &str) -> Raised {
    let class = cx.types().os_error;
    cx.error(class, message)
}

/// Whether `v`'s class is the native type `spec` itself: no method of it is overridden.
fn is_exactly(cx: &Cx, v: Value, spec: &'static TypeSpec) -> bool {
    cx.type_of(v).spec.is_some_and(|s| std::ptr::eq(s, spec))
}
