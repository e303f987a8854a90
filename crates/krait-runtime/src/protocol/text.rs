//! Text of objects: `repr`, `str`, `ascii`, `format`.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::special::Special;
use crate::types::str::Str;
use crate::value::Value;

/// How messages about wrong arguments name the type of `v`: `None` instead of `NoneType`.
pub fn shown_type(cx: &Cx, v: Value) -> String {
    if v.is_none() {
        "None".to_owned()
    } else {
        cx.type_name(v)
    }
}

impl Cx {
    /// `repr(v)`.
    pub fn repr(&mut self, v: Value) -> PyResult<Gc<Str>> {
        if let Some(n) = v.as_small() {
            return Ok(Gc::from_value_unchecked(self.decimal_str(n)));
        }
        self.check_native_stack()?;
        let text = self.call_special(v, Special::Repr, &[])?;
        self.expect_text(text, v, "__repr__")
    }

    /// `str(v)`.
    #[inline]
    pub fn str(&mut self, v: Value) -> PyResult<Gc<Str>> {
        match Gc::<Str>::from_value(v) {
            Some(s) if s.is_exact() => Ok(s),
            _ => self.str_slow(v),
        }
    }

    fn str_slow(&mut self, v: Value) -> PyResult<Gc<Str>> {
        if let Some(n) = v.as_small() {
            return Ok(Gc::from_value_unchecked(self.decimal_str(n)));
        }
        self.check_native_stack()?;
        let text = self.call_special(v, Special::Str, &[])?;
        self.expect_text(text, v, "__str__")
    }

    /// What a text conversion method returned, checked.
    fn expect_text(&mut self, text: Option<Value>, v: Value, method: &str) -> PyResult<Gc<Str>> {
        match text {
            Some(t) => match Gc::<Str>::from_value(t) {
                Some(s) => Ok(s),
                None => {
                    let got = self.type_name(t);
                    Err(self.type_error(format!("{method} returned non-string (type {got})")))
                }
            },
            None => {
                // Every class inherits both from `object`; somebody set the attribute to None.
                let name = self.type_name(v);
                Err(self.type_error(format!("'{name}' object has no {method}")))
            }
        }
    }

    /// `ascii(v)`: `repr(v)` with `\x`, `\u` and `\U` escapes for what is not ASCII.
    pub fn ascii(&mut self, v: Value) -> PyResult<Gc<Str>> {
        let text = self.repr(v)?;
        if text.is_ascii() {
            return Ok(text);
        }
        let escaped = krait_unicode::escape::to_ascii(text.as_bytes());
        Str::from_wtf8(self, &escaped)
    }

    /// `format(v, spec)`.
    pub fn format(&mut self, v: Value, spec: Gc<Str>) -> PyResult<Gc<Str>> {
        if spec.is_empty() {
            if let Some(s) = Gc::<Str>::from_value(v)
                && s.is_exact()
            {
                return Ok(s);
            }
            if let Some(n) = v.as_small() {
                return Ok(Gc::from_value_unchecked(self.decimal_str(n)));
            }
        }
        self.check_native_stack()?;
        let Some(text) = self.call_special(v, Special::Format, &[spec.value()])? else {
            let name = self.type_name(v);
            return Err(self.type_error(format!("Type {name} doesn't define __format__")));
        };
        match Gc::<Str>::from_value(text) {
            Some(s) => Ok(s),
            None => {
                let got = self.type_name(text);
                Err(self.type_error(format!("__format__ must return a str, not {got}")))
            }
        }
    }

    /// Notes that the `repr` of container `v` is being made; `false` if it already is, so that a
    /// container that holds itself is shown as `[...]`. After `true`, `repr_leave` is due.
    pub fn repr_enter(&mut self, v: Value) -> bool {
        let id = v.bits() as usize;
        if self.repr_stack.contains(&id) {
            return false;
        }
        self.repr_stack.push(id);
        true
    }

    pub fn repr_leave(&mut self, v: Value) {
        let id = v.bits() as usize;
        if let Some(i) = self.repr_stack.iter().rposition(|&x| x == id) {
            self.repr_stack.remove(i);
        }
    }
}
