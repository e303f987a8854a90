//! `_string`: format strings taken apart, for `string.Formatter`.

use krait_runtime::types::str::template::{First, Step, chunks, next_step, split_name};

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_string",
    doc: Some("string helper module"),
    functions: &[Functions::DEFS],
    ..ModuleDef::DEFAULT
};

fn argument(cx: &mut Cx, v: Value) -> PyResult<Gc<Str>> {
    match Gc::from_value(v) {
        Some(s) => Ok(s),
        None => {
            let name = cx.type_name(v);
            Err(cx.type_error(format!("expected str, got {name}")))
        }
    }
}

fn text(cx: &mut Cx, bytes: &[u8]) -> PyResult<Value> {
    Ok(Str::from_wtf8(cx, bytes)?.value())
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// parse the argument as a format string
    #[py(hide_sig)]
    fn formatter_parser(cx: &mut Cx, string: Value) -> PyResult<Value> {
        let s = argument(cx, string)?;
        let mut parts = ValueVec::new();
        for chunk in chunks(s.as_bytes()) {
            let chunk = match chunk {
                Ok(c) => c,
                Err(message) => return Err(cx.value_error(message)),
            };
            let literal = text(cx, chunk.literal)?;
            let none = Value::none();
            let part = match chunk.field {
                None => cx.new_tuple(&[literal, none, none, none]),
                Some(f) => {
                    let (name, spec) = (text(cx, f.name)?, text(cx, f.spec)?);
                    let conversion = f.conversion.map_or(none, |c| cx.new_char(c));
                    cx.new_tuple(&[literal, name, spec, conversion])
                }
            };
            parts.push(cx, part)?;
        }
        let all = List::from_vec(cx, parts);
        cx.iter(all.value())
    }
    /// split the argument as a field name
    #[py(hide_sig)]
    fn formatter_field_name_split(cx: &mut Cx, string: Value) -> PyResult<Value> {
        let s = argument(cx, string)?;
        let (first, mut rest) = match split_name(s.as_bytes()) {
            Ok(parts) => parts,
            Err(message) => return Err(cx.value_error(message)),
        };
        let first = match first {
            First::Auto => text(cx, b"")?,
            First::Index(i) => cx.new_uint(i as u64),
            First::Name(n) => text(cx, n)?,
        };
        let mut steps = ValueVec::new();
        loop {
            let (is_attribute, v) = match next_step(&mut rest) {
                Ok(None) => break,
                Ok(Some(Step::Attribute(n))) => (true, text(cx, n)?),
                Ok(Some(Step::Item(n))) => (false, text(cx, n)?),
                Ok(Some(Step::Index(i))) => (false, cx.new_uint(i as u64)),
                Err(message) => return Err(cx.value_error(message)),
            };
            let step = cx.new_tuple(&[Value::bool(is_attribute), v]);
            steps.push(cx, step)?;
        }
        let all = List::from_vec(cx, steps);
        let steps = cx.iter(all.value())?;
        Ok(cx.new_tuple(&[first, steps]))
    }
}
