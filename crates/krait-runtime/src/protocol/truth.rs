//! Truth of objects.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::protocol::iter::shape_of;
use crate::special::Special;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::shape_id;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

impl Cx {
    /// `bool(v)`.
    #[inline]
    pub fn is_true(&mut self, v: Value) -> PyResult<bool> {
        match v.as_bool() {
            Some(b) => Ok(b),
            None if v.is_small() => Ok(v != Value::small(0)),
            None => self.is_true_slow(v),
        }
    }

    /// The truth of `v` where that takes no loop and no call: of small ints, the usual builtin containers, and
    /// what has neither `__bool__` nor `__len__`.
    #[inline(always)]
    pub fn truth_at_once(&self, v: Value) -> Option<bool> {
        if v.is_small() {
            return Some(v != Value::small(0));
        }
        let shape = shape_of(v);
        if shape as usize > shape_id::COUNT {
            let class = self.shape_entry(shape).class;
            let has_neither =
                class.lacks_special(Special::Bool) && class.lacks_special(Special::Len);
            return has_neither.then_some(true);
        }
        match shape {
            shape_id::STR => Some(!Gc::<Str>::from_value_unchecked(v).is_empty()),
            shape_id::BYTES => Some(Gc::<Bytes>::from_value_unchecked(v).len() != 0),
            shape_id::LIST => Some(Gc::<List>::from_value_unchecked(v).len() != 0),
            shape_id::DICT => Some(Gc::<Dict>::from_value_unchecked(v).len() != 0),
            shape_id::TUPLE => Some(Gc::<Tuple>::from_value_unchecked(v).len() != 0),
            _ => v.is_none().then_some(false),
        }
    }

    fn is_true_slow(&mut self, v: Value) -> PyResult<bool> {
        if v.is_none() {
            return Ok(false);
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
