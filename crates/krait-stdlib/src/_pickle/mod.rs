//! `_pickle`: pickling and unpickling in native code, protocols 0 to 5.

mod buffer;
mod load;
mod load_objects;
mod memo;
mod opcodes;
mod pickler;
mod read;
mod reduce;
mod save;
mod save_containers;
mod unpickler;

use krait_runtime::types::exceptions;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_pickle",
    doc: Some("Optimized C implementation for the Python pickle module."),
    functions: &[Functions::DEFS],
    types: &[
        &pickler::SPEC,
        &unpickler::SPEC,
        &buffer::SPEC,
        &PICKLE_ERROR,
        &PICKLING_ERROR,
        &UNPICKLING_ERROR,
    ],
    init: Some(init),
};

static PICKLE_ERROR: TypeSpec =
    exception_class("_pickle", "PickleError", None, &exceptions::EXCEPTION);
static PICKLING_ERROR: TypeSpec = exception_class("_pickle", "PicklingError", None, &PICKLE_ERROR);
static UNPICKLING_ERROR: TypeSpec =
    exception_class("_pickle", "UnpicklingError", None, &PICKLE_ERROR);

pub const HIGHEST_PROTOCOL: i64 = 5;
pub const DEFAULT_PROTOCOL: i64 = 5;

#[cold]
fn pickling_error(cx: &mut Cx, message: impl AsRef<str>) -> Raised {
    raise(cx, &PICKLING_ERROR, message.as_ref())
}

#[cold]
fn unpickling_error(cx: &mut Cx, message: impl AsRef<str>) -> Raised {
    raise(cx, &UNPICKLING_ERROR, message.as_ref())
}

/// The name of `v`'s type, with its module where that is not obvious.
fn type_name(cx: &mut Cx, v: Value) -> String {
    let name = cx.type_of(v).full_name(cx);
    match name.strip_prefix("__main__.") {
        Some(qualname) => qualname.to_owned(),
        None => name,
    }
}

/// A dict of `copyreg` or `_compat_pickle`.
fn table(cx: &mut Cx, module: &str, name: &str) -> PyResult<Gc<Dict>> {
    let m = cx.import(module)?;
    let v = cx.get_attr_str(m, name)?;
    match Gc::<Dict>::from_value(v) {
        Some(d) => Ok(d),
        None => {
            let got = type_name(cx, v);
            Err(cx.runtime_error(format!("{module}.{name} should be a dict, not {got}")))
        }
    }
}

fn init(cx: &mut Cx, _: Gc<Module>) -> PyResult<()> {
    buffer::register(cx);
    Ok(())
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Write a pickled representation of obj to the open file object file.
    ///
    /// This is equivalent to ``Pickler(file, protocol).dump(obj)``, but may
    /// be more efficient.
    ///
    /// The protocol is a number from 0 to 5; a negative one is the highest.
    #[py(sig = "($module, /, obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dump(
        cx: &mut Cx,
        obj: Value,
        file: Value,
        protocol: Option<Value>,
        fix_imports: Option<bool>,
        buffer_callback: Option<Value>,
    ) -> PyResult<()> {
        let class = cx.native_type(&pickler::SPEC)?;
        let p = pickler::alloc(cx, class);
        pickler::set_up(cx, p, Some(file), protocol, fix_imports, buffer_callback)?;
        pickler::dump(cx, p, obj).map(|_| ())
    }
    /// Return the pickled representation of the object as a bytes object.
    ///
    /// The protocol is a number from 0 to 5; a negative one is the highest.
    #[py(sig = "($module, /, obj, protocol=None, *, fix_imports=True, buffer_callback=None)")]
    fn dumps(
        cx: &mut Cx,
        obj: Value,
        protocol: Option<Value>,
        fix_imports: Option<bool>,
        buffer_callback: Option<Value>,
    ) -> PyResult<Value> {
        let class = cx.native_type(&pickler::SPEC)?;
        let p = pickler::alloc(cx, class);
        pickler::set_up(cx, p, None, protocol, fix_imports, buffer_callback)?;
        let bytes = pickler::dump(cx, p, obj)?;
        cx.try_new_bytes(&bytes)
    }
    /// Read and return an object from the pickle data stored in a file.
    ///
    /// This is equivalent to ``Unpickler(file).load()``, but may be more
    /// efficient.
    #[py(
        sig = "($module, /, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())"
    )]
    fn load(
        cx: &mut Cx,
        file: Value,
        fix_imports: Option<bool>,
        encoding: Option<Value>,
        errors: Option<Value>,
        buffers: Option<Value>,
    ) -> PyResult<Value> {
        let class = cx.native_type(&unpickler::SPEC)?;
        let u = unpickler::alloc(cx, class);
        unpickler::set_up(cx, u, Some(file), fix_imports, encoding, errors, buffers)?;
        unpickler::load(cx, u, None)
    }
    /// Read and return an object from the given pickle data.
    ///
    /// The protocol version of the pickle is detected automatically.  Bytes
    /// past the pickled object's representation are ignored.
    #[py(
        sig = "($module, data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())"
    )]
    fn loads(
        cx: &mut Cx,
        data: Value,
        fix_imports: Option<bool>,
        encoding: Option<Value>,
        errors: Option<Value>,
        buffers: Option<Value>,
    ) -> PyResult<Value> {
        let class = cx.native_type(&unpickler::SPEC)?;
        let u = unpickler::alloc(cx, class);
        unpickler::set_up(cx, u, None, fix_imports, encoding, errors, buffers)?;
        unpickler::load(cx, u, Some(data))
    }
}
