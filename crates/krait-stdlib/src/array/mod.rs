//! `array`: sequences of machine values.

mod item;
mod iter;
mod methods;
mod storage;

use krait_runtime::protocol::buffer::{Buffer, BufferProcs, Exports, flags, register_exporter};

use crate::prelude::*;
use storage::{ARRAY, ArrayObj};

pub static MODULE: ModuleDef = ModuleDef {
    name: "array",
    doc: Some(
        "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.\n",
    ),
    functions: &[Functions::DEFS],
    types: &[&ARRAY],
    init: Some(init),
};

static EXPORT: BufferProcs = BufferProcs {
    get: export,
    release,
    exports: Some(exports),
};

fn export(cx: &mut Cx, v: Value, flags: u32) -> PyResult<Buffer> {
    let this = NativeObj::<ArrayObj>::from_value(v).expect("registered for arrays");
    let format = match flags & flags::FORMAT {
        0 => "B",
        _ => item::buffer_format(this.code),
    };
    let format = cx.intern(format);
    this.exports.acquire();
    let (ptr, len) = this.parts();
    Ok(Buffer::items(
        v,
        ptr,
        len * this.size(),
        false,
        this.size(),
        format,
    ))
}

fn release(_cx: &mut Cx, buffer: &Buffer) {
    if let Some(this) = NativeObj::<ArrayObj>::from_value(buffer.owner) {
        this.exports.release();
    }
}

fn exports(v: Value) -> Option<(Value, *const Exports)> {
    NativeObj::<ArrayObj>::from_value(v).map(|a| (v, &raw const a.payload.exports))
}

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    register_exporter(cx, &ARRAY, &EXPORT);
    let class = cx.native_type(&ARRAY)?;
    m.set(cx, "ArrayType", class.value());
    let codes = cx.new_str("bBuwhHiIlLqQfd");
    m.set(cx, "typecodes", codes);
    // `isinstance(array, MutableSequence)`, if the abstract classes are there already.
    let abc = cx.import("_collections_abc");
    if let Ok(abc) = abc {
        let sequence = cx.get_attr_str(abc, "MutableSequence")?;
        cx.call_method_str(sequence, "register", &[class.value()])?;
    }
    Ok(())
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Internal. Used for pickling support.
    #[py]
    fn _array_reconstructor(
        cx: &mut Cx,
        arraytype: Gc<Type>,
        typecode: Gc<Str>,
        mformat_code: i32,
        items: Value,
    ) -> PyResult<Value> {
        storage::reconstruct(cx, arraytype, typecode, mformat_code, items)
    }
}
