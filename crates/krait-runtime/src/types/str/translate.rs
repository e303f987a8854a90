//! Mapping characters.

use krait_macros::pymethods;
use krait_unicode::wtf8;

use super::{Str, StrBuilder, str_arg};
use crate::native::{Cx, PyResult, Value};
use crate::object::Kind;
use crate::object::{Gc, is_kind};
use crate::types::int::{as_int, is_int};

pub(super) struct StrTranslate;

#[pymethods]
impl StrTranslate {
    /// Replace each character in the string using the given translation table.
    ///
    ///   table
    ///     Translation table, which must be a mapping of Unicode ordinals to
    ///     Unicode ordinals, strings, or None.
    ///
    /// The table is asked by indexing, so a dictionary or a list will do.
    /// LookupError leaves a character as it is, None deletes it.
    #[py(sig = "($self, table, /)")]
    fn translate(cx: &mut Cx, this: Gc<Str>, table: Value) -> PyResult<Value> {
        // What the table said of ASCII characters; it need not be asked again.
        let mut known = [None; 128];
        let mut out = StrBuilder::with_capacity(this.byte_len());
        for code in wtf8::code_points(this.as_bytes()) {
            let mapped = match known.get(code as usize) {
                Some(Some(m)) => *m,
                _ => {
                    let m = look_up(cx, table, code)?;
                    if let Some(slot) = known.get_mut(code as usize) {
                        *slot = Some(m);
                    }
                    m
                }
            };
            match mapped {
                Mapped::Deleted => {}
                Mapped::Char(c) => out.push(c),
                Mapped::Text(s) => out.push_gc(s),
            }
        }
        out.finish(cx)
    }

    /// Return a translation table usable for str.translate().
    ///
    /// If there is only one argument, it must be a dictionary mapping Unicode
    /// ordinals (integers) or characters to Unicode ordinals, strings or None.
    /// Character keys will be then converted to ordinals.
    /// If there are two arguments, they must be strings of equal length, and
    /// in the resulting dictionary, each character in x will be mapped to the
    /// character at the same position in y. If there is a third argument, it
    /// must be a string, whose characters will be mapped to None in the result.
    #[py(staticmethod, hide_sig, sig = "(x, y=None, z=None, /)")]
    fn maketrans(cx: &mut Cx, x: Value, y: Option<Value>, z: Option<Value>) -> PyResult<Value> {
        let text = |cx: &mut Cx, v: Option<Value>, index: usize| match v {
            Some(v) if Gc::<Str>::from_value(v).is_none() => {
                str_arg(cx, v, &format!("maketrans() argument {index}")).map(|_| ())
            }
            _ => Ok(()),
        };
        text(cx, y, 2)?;
        text(cx, z, 3)?;
        let table = cx.new_dict();
        match y {
            None => from_dict(cx, x, table.into())?,
            Some(y) => from_texts(cx, x, y, z, table.into())?,
        }
        Ok(table.into())
    }
}

#[derive(Clone, Copy)]
enum Mapped {
    Deleted,
    Char(u32),
    Text(Gc<Str>),
}

fn look_up(cx: &mut Cx, table: Value, code: u32) -> PyResult<Mapped> {
    let found = match cx.get_item(table, Value::small(i64::from(code))) {
        Ok(v) => v,
        Err(e) if e.is(cx, cx.types().lookup_error) => return Ok(Mapped::Char(code)),
        Err(e) => return Err(e),
    };
    if found.is_none() {
        return Ok(Mapped::Deleted);
    }
    if let Some(s) = Gc::<Str>::from_value(found) {
        return Ok(Mapped::Text(s));
    }
    match as_int(found) {
        Some(n) => match n.to_i64() {
            Some(n @ 0..0x11_0000) => Ok(Mapped::Char(n as u32)),
            _ => Err(cx.value_error("character mapping must be in range(0x110000)")),
        },
        None => Err(cx.type_error("character mapping must return integer, None or str")),
    }
}

fn from_dict(cx: &mut Cx, x: Value, table: Value) -> PyResult<()> {
    if !is_kind(x, Kind::Dict) || cx.type_of(x) != cx.types().dict {
        return Err(cx.type_error("if you give only one argument to maketrans it must be a dict"));
    }
    let items = cx.call_method_str(x, "items", &[])?;
    let it = cx.iter(items)?;
    while let Some(pair) = cx.next(it)? {
        let key = cx.get_item(pair, Value::small(0))?;
        let value = cx.get_item(pair, Value::small(1))?;
        let key = match Gc::<Str>::from_value(key) {
            Some(s) if s.char_len() == 1 => Value::small(i64::from(s.char_at(0))),
            // The missing blanks are CPython's.
            Some(_) => {
                return Err(cx.value_error("string keys in translatetable must be of length 1"));
            }
            None if is_int(key) => key,
            None => return Err(cx.type_error("keys in translate table mustbe strings or integers")),
        };
        cx.set_item(table, key, value)?;
    }
    Ok(())
}

fn from_texts(cx: &mut Cx, x: Value, y: Value, z: Option<Value>, table: Value) -> PyResult<()> {
    let Some(x) = Gc::<Str>::from_value(x) else {
        return Err(cx.type_error(
            "first maketrans argument must be a string if there is a second argument",
        ));
    };
    let y = str_arg(cx, y, "maketrans() argument 2")?;
    if x.char_len() != y.char_len() {
        return Err(cx.value_error("the first two maketrans arguments must have equal length"));
    }
    for (from, to) in wtf8::code_points(x.as_bytes()).zip(wtf8::code_points(y.as_bytes())) {
        cx.set_item(
            table,
            Value::small(i64::from(from)),
            Value::small(i64::from(to)),
        )?;
    }
    if let Some(z) = z {
        let z = str_arg(cx, z, "maketrans() argument 3")?;
        for code in wtf8::code_points(z.as_bytes()) {
            cx.set_item(table, Value::small(i64::from(code)), Value::none())?;
        }
    }
    Ok(())
}
