//! Temporary vectors of values that the collector can see.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Array, Gc};
use crate::value::Value;

/// A growable list of values whose storage is an object of the collector's heap. The handle must
/// stay on a native stack: that is where the conservative scan finds the storage.
pub struct ValueVec {
    storage: Option<Gc<Array>>,
    len: usize,
}

impl ValueVec {
    pub const fn new() -> ValueVec {
        ValueVec {
            storage: None,
            len: 0,
        }
    }

    pub fn with_capacity(cx: &mut Cx, n: usize) -> PyResult<ValueVec> {
        Ok(ValueVec {
            storage: Some(cx.try_new_array(n.max(4))?),
            len: 0,
        })
    }

    pub fn from_slice(cx: &mut Cx, values: &[Value]) -> PyResult<ValueVec> {
        let mut v = ValueVec::with_capacity(cx, values.len())?;
        for &x in values {
            v.push(cx, x)?;
        }
        Ok(v)
    }

    #[inline]
    pub fn push(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        let storage = match self.storage {
            Some(s) if self.len < s.len => s,
            _ => self.grow(cx)?,
        };
        storage.slots()[self.len].set(cx, storage, v);
        self.len += 1;
        Ok(())
    }

    #[cold]
    fn grow(&mut self, cx: &mut Cx) -> PyResult<Gc<Array>> {
        let new = cx.try_new_array((self.len * 2).max(8))?;
        for (i, &v) in self.as_slice().iter().enumerate() {
            new.slots()[i].set(cx, new, v);
        }
        self.storage = Some(new);
        Ok(new)
    }

    pub fn pop(&mut self) -> Option<Value> {
        if self.len == 0 {
            return None;
        }
        self.len -= 1;
        self.storage.map(|s| s.values()[self.len])
    }

    pub fn set(&mut self, cx: &mut Cx, i: usize, v: Value) {
        assert!(i < self.len);
        if let Some(s) = self.storage {
            s.slots()[i].set(cx, s, v);
        }
    }

    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub fn as_slice(&self) -> &[Value] {
        match self.storage {
            Some(s) => {
                let values: &[Value] = s.values();
                // SAFETY: the storage lives as long as this handle, which keeps it on the stack.
                unsafe { std::slice::from_raw_parts(values.as_ptr(), self.len) }
            }
            None => &[],
        }
    }

    /// The storage, for a list to take over without copying.
    pub fn into_storage(self) -> (Option<Gc<Array>>, usize) {
        (self.storage, self.len)
    }
}

impl Default for ValueVec {
    fn default() -> Self {
        ValueVec::new()
    }
}
