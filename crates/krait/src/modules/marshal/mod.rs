//! `marshal`: CPython's format (version 5) for all types but code objects, which have Krait's own.

mod read;
mod write;

use krait_macros::pyfunctions;
use krait_runtime::native::{Cx, ModuleDef, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::module::Module;

/// The version that CPython 3.14 writes.
pub const VERSION: i32 = 5;
/// Deepest nesting that is written or read.
const MAX_DEPTH: usize = 2000;
/// Bit of a type byte: the object can be referred to later.
const FLAG_REF: u8 = 0x80;
/// Base of the digits of ints.
const INT_SHIFT: u32 = 15;

pub static MODULE: ModuleDef = ModuleDef {
    name: "marshal",
    doc: Some(
        "This module contains functions that can read and write Python values in\na binary format. The format is specific to Python, but independent of\n\
         machine architecture issues.\n\nNot all Python object types are supported; code objects have a format of Krait's own.",
    ),
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    m.set(cx, "version", Value::small(VERSION.into()));
    Ok(())
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Write the value on the open file.
    ///
    ///   value
    ///     Must be a supported type.
    ///   file
    ///     Must be a writeable binary file.
    ///   version
    ///     Indicates the data format that dump should use.
    ///   allow_code
    ///     Allow to write code objects.
    ///
    /// If the value has (or contains an object that has) an unsupported type, a
    /// ValueError exception is raised - but garbage data will also be written
    /// to the file. The object will not be properly read back by load().
    #[py(sig = "($module, value, file, version=5, /, *, allow_code=True)")]
    fn dump(
        cx: &mut Cx,
        value: Value,
        file: Value,
        version: Option<i32>,
        allow_code: Option<bool>,
    ) -> PyResult<Value> {
        let bytes = write::dumps(
            cx,
            value,
            version.unwrap_or(VERSION),
            allow_code.unwrap_or(true),
        )?;
        let bytes = cx.try_new_bytes(&bytes)?;
        cx.call_method_str(file, "write", &[bytes])
    }

    /// Read one value from the open file and return it.
    ///
    ///   file
    ///     Must be readable binary file.
    ///   allow_code
    ///     Allow to load code objects.
    ///
    /// If no valid value is read (e.g. because the data has a different Python
    /// version's incompatible marshal format), raise EOFError, ValueError or
    /// TypeError.
    #[py(sig = "($module, file, /, *, allow_code=True)")]
    fn load(cx: &mut Cx, file: Value, allow_code: Option<bool>) -> PyResult<Value> {
        // One value may be followed by others: what was read beyond it is given back by seeking.
        let start = cx.call_method_str(file, "tell", &[])?;
        let data = cx.call_method_str(file, "read", &[])?;
        let Some(bytes) = Gc::<Bytes>::from_value(data) else {
            let got = cx.type_name(data);
            return Err(cx.type_error(format!("file.read() returned not bytes but {got}")));
        };
        let (v, used) = read::loads(cx, bytes.as_bytes(), allow_code.unwrap_or(true))?;
        let used = cx.new_uint(used as u64);
        let end = cx.binary(krait_runtime::special::Special::Add, start, used)?;
        cx.call_method_str(file, "seek", &[end])?;
        Ok(v)
    }

    /// Return the bytes object that would be written to a file by dump(value, file).
    ///
    ///   value
    ///     Must be a supported type.
    ///   version
    ///     Indicates the data format that dumps should use.
    ///   allow_code
    ///     Allow to write code objects.
    ///
    /// Raise a ValueError exception if value has (or contains an object that has) an
    /// unsupported type.
    #[py(sig = "($module, value, version=5, /, *, allow_code=True)")]
    fn dumps(
        cx: &mut Cx,
        value: Value,
        version: Option<i32>,
        allow_code: Option<bool>,
    ) -> PyResult<Value> {
        let bytes = write::dumps(
            cx,
            value,
            version.unwrap_or(VERSION),
            allow_code.unwrap_or(true),
        )?;
        Ok(Bytes::from_slice(cx, &bytes)?.value())
    }

    /// Convert the bytes-like object to a value.
    ///
    ///   allow_code
    ///     Allow to load code objects.
    ///
    /// If no valid value is found, raise EOFError, ValueError or TypeError.  Extra
    /// bytes in the input are ignored.
    #[py(sig = "($module, bytes, /, *, allow_code=True)")]
    fn loads(cx: &mut Cx, bytes: Value, allow_code: Option<bool>) -> PyResult<Value> {
        let bytes = cx.bytes_of(bytes)?;
        Ok(read::loads(cx, bytes.as_bytes(), allow_code.unwrap_or(true))?.0)
    }
}
