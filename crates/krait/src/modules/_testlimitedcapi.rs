//! `_testlimitedcapi`: the sequence protocol, codecs and calls.

use krait_stdlib::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_testlimitedcapi",
    functions: &[Functions::DEFS],
    ..ModuleDef::DEFAULT
};

/// The index that an item protocol for sequences passes on: a negative one counts from the end, once.
fn sequence_index(cx: &mut Cx, o: Value, i: isize) -> PyResult<Value> {
    let class = cx.type_of(o);
    if i >= 0 || class.special(cx, Special::Len).is_none() {
        return Ok(cx.new_int(i as i64));
    }
    let i = i + cx.len(o)? as isize;
    // What is still negative is out of range: a builtin type must not count from the end again.
    let native = class.spec.is_some();
    Ok(cx.new_int(if i < 0 && native { isize::MIN } else { i } as i64))
}

fn refuse_mapping(cx: &mut Cx, o: Value) -> PyResult<()> {
    if Gc::<Dict>::from_value(o).is_none() {
        return Ok(());
    }
    let name = cx.type_name(o);
    Err(cx.type_error(format!("{name} is not a sequence")))
}

fn incremental(cx: &mut Cx, kind: &str, encoding: Value, errors: Option<Value>) -> PyResult<Value> {
    let codecs = cx.import("_codecs")?;
    let info = cx.call_method_str(codecs, "lookup", &[encoding])?;
    let factory = cx.get_attr_str(info, kind)?;
    match errors {
        Some(errors) => cx.call(factory, &[errors]),
        None => cx.call(factory, &[]),
    }
}

struct Functions;

#[pyfunctions]
impl Functions {
    #[py(sig = "($module, sequence, index, /)", hide_sig)]
    fn sequence_getitem(cx: &mut Cx, sequence: Value, index: isize) -> PyResult<Value> {
        refuse_mapping(cx, sequence)?;
        let class = cx.type_of(sequence);
        if class.special(cx, Special::GetItem).is_none() {
            let name = cx.type_name(sequence);
            return Err(cx.type_error(format!("'{name}' object does not support indexing")));
        }
        let index = sequence_index(cx, sequence, index)?;
        cx.get_item(sequence, index)
    }

    #[py(sig = "($module, sequence, index, value, /)", hide_sig)]
    fn sequence_setitem(cx: &mut Cx, sequence: Value, index: isize, value: Value) -> PyResult<i64> {
        refuse_mapping(cx, sequence)?;
        let index = sequence_index(cx, sequence, index)?;
        cx.set_item(sequence, index, value).map(|()| 0)
    }

    #[py(sig = "($module, sequence, index, /)", hide_sig)]
    fn sequence_delitem(cx: &mut Cx, sequence: Value, index: isize) -> PyResult<i64> {
        refuse_mapping(cx, sequence)?;
        let index = sequence_index(cx, sequence, index)?;
        cx.del_item(sequence, index).map(|()| 0)
    }

    #[py(sig = "($module, object, name, /)", hide_sig)]
    fn object_hasattrstring(cx: &mut Cx, object: Value, name: Value) -> PyResult<i64> {
        let name = cx.bytes_like(name, |b| String::from_utf8_lossy(b).into_owned())?;
        match cx.lookup_attr_str(object, &name) {
            Ok(found) => Ok(found.is_some().into()),
            Err(e) => {
                cx.unraisable(
                    e,
                    "Exception ignored in PyObject_HasAttrString(); consider using \
                     PyObject_HasAttrStringWithError(), PyObject_GetOptionalAttrString() or \
                     PyObject_GetAttrString()",
                    Value::none(),
                );
                Ok(0)
            }
        }
    }

    #[py(sig = "($module, encoding, errors=None, /)", hide_sig)]
    fn codec_incrementalencoder(
        cx: &mut Cx,
        encoding: Value,
        errors: Option<Value>,
    ) -> PyResult<Value> {
        incremental(cx, "incrementalencoder", encoding, errors)
    }

    #[py(sig = "($module, encoding, errors=None, /)", hide_sig)]
    fn codec_incrementaldecoder(
        cx: &mut Cx,
        encoding: Value,
        errors: Option<Value>,
    ) -> PyResult<Value> {
        incremental(cx, "incrementaldecoder", encoding, errors)
    }

    #[py(sig = "($module, callable, /)")]
    fn call_vectorcall(cx: &mut Cx, callable: Value) -> PyResult<Value> {
        let (first, second, key) = (cx.new_str("foo"), cx.new_str("bar"), cx.intern("baz"));
        cx.call_kw(callable, &[first, second], &[key.value()])
    }

    #[py(sig = "($module, callable, /)")]
    fn call_vectorcall_method(cx: &mut Cx, callable: Value) -> PyResult<Value> {
        let (first, second, key) = (cx.new_str("foo"), cx.new_str("bar"), cx.intern("baz"));
        let method = cx.get_attr_str(callable, "f")?;
        cx.call_kw(method, &[first, second], &[key.value()])
    }

    /// Whether the debug assertions are compiled in.
    #[py(sig = "($module, /)", doc = "")]
    fn _py_getbuiltwithassert() -> i64 {
        cfg!(debug_assertions).into()
    }
}
