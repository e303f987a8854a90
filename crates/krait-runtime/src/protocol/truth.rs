//! Truth of objects.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Kind, is_kind};
use crate::special::Special;
use crate::value::Value;

impl Cx {
    /// `bool(v)`.
    #[inline]
    pub fn is_true(&mut self, v: Value) -> PyResult<bool> {
        match v.as_bool() {
            Some(b) => Ok(b),
            None => self.is_true_slow(v),
        }
    }

    /// The truth of `v` where no method has to be called for it. For the interpreter: calls nothing.
    #[inline]
    pub fn known_truth(&self, v: Value) -> Option<bool> {
        if let Some(b) = v.as_bool() {
            return Some(b);
        }
        if v.is_none() {
            return Some(false);
        }
        if let Some(n) = v.as_small() {
            return Some(n != 0);
        }
        if let Some(x) = v.as_immediate_float() {
            return Some(x != 0.0);
        }
        // Of instances, and of what native modules have, the length is not known.
        let has_length = !(is_kind(v, Kind::Instance) || is_kind(v, Kind::NativeDrop));
        if has_length && let Some(n) = self.known_len(v) {
            return Some(n != 0);
        }
        let class = self.type_of(v);
        let has_neither = class.lacks_special(Special::Bool) && class.lacks_special(Special::Len);
        has_neither.then_some(true)
    }

    fn is_true_slow(&mut self, v: Value) -> PyResult<bool> {
        if v.is_none() {
            return Ok(false);
        }
        if let Some(n) = v.as_small() {
            return Ok(n != 0);
        }
        if let Some(x) = v.as_immediate_float() {
            return Ok(x != 0.0);
        }
        if let Some(n) = self.known_len(v) {
            return Ok(n != 0);
        }
        let class = self.type_of(v);
        if let Some(f) = class.special(self, Special::Bool) {
            let r = self.call_slot(f, &[v])?;
            return match r.as_bool() {
                Some(b) => Ok(b),
                None => {
                    let got = self.type_name(r);
                    Err(self.type_error(format!("__bool__ should return bool, returned {got}")))
                }
            };
        }
        if class.special(self, Special::Len).is_some() {
            return Ok(self.len(v)? != 0);
        }
        Ok(true)
    }
}
