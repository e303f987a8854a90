//! Items of any format, by the module `struct`.

use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::float;
use krait_stdlib::prelude::*;

/// A format and what is known of it.
#[derive(Clone, Copy)]
pub struct Format {
    pub text: Value,
    pub itemsize: usize,
    /// Values that make up an item.
    members: usize,
}

fn call(cx: &mut Cx, name: &str, args: &[Value]) -> PyResult<Value> {
    let module = cx.import("_struct")?;
    cx.call_method_str(module, name, args)
}

impl Format {
    pub fn new(cx: &mut Cx, text: Value) -> PyResult<Format> {
        let size = call(cx, "calcsize", &[text])?;
        let itemsize = size.as_small().unwrap_or(0) as usize;
        if itemsize == 0 {
            return Err(cx.value_error("itemsize must not be zero"));
        }
        let zeros = Bytes::from_slice(cx, &vec![0; itemsize])?.value();
        let values = call(cx, "unpack", &[text, zeros])?;
        let members = cx.len(values)?;
        Ok(Format {
            text,
            itemsize,
            members,
        })
    }

    /// The bytes of an item: a number or bytes for a format of one member, else as many values in a
    /// list or tuple.
    pub fn pack(self, cx: &mut Cx, item: Value) -> PyResult<Gc<Bytes>> {
        let args = cx.new_list(&[self.text]);
        let args = Gc::<List>::from_value_unchecked(args);
        let single = krait_runtime::types::int::is_int(item)
            || float::as_float(item).is_some()
            || Gc::<Bytes>::from_value(item).is_some();
        let many =
            Gc::<List>::from_value(item).is_some() || Gc::<Tuple>::from_value(item).is_some();
        if single && self.members == 1 {
            args.push(cx, item)?;
        } else if many && cx.len(item)? == self.members {
            args.extend(cx, item)?;
        } else {
            let message = "mismatch between initializer element and format string";
            return Err(cx.value_error(message));
        }
        let args = args.snapshot(cx)?;
        let packed = call(cx, "pack", args.as_slice())?;
        cx.bytes_of(packed)
    }

    /// The item in `bytes`: a tuple for a format of several members.
    pub fn unpack(self, cx: &mut Cx, bytes: &[u8]) -> PyResult<Value> {
        let bytes = Bytes::from_slice(cx, bytes)?.value();
        let values = call(cx, "unpack", &[self.text, bytes])?;
        match Gc::<Tuple>::from_value(values) {
            Some(t) if self.members == 1 => Ok(t.items()[0]),
            _ => Ok(values),
        }
    }

    /// The item at `p`.
    ///
    /// # Safety
    /// An item of this format is readable there.
    pub unsafe fn read(self, cx: &mut Cx, p: *const u8) -> PyResult<Value> {
        // SAFETY: by contract.
        let bytes = unsafe { std::slice::from_raw_parts(p, self.itemsize) }.to_vec();
        self.unpack(cx, &bytes)
    }
}
