//! Temporary vectors of values that the collector can see.

use std::mem::MaybeUninit;

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Array, Gc};
use crate::value::Value;

/// Values that the handle itself holds; more than these are in an object of the heap.
const SMALL: usize = 6;

/// A growable list of values that the collector sees. The handle must stay on a native stack: that
/// is where the conservative scan finds the first values, and the storage of longer lists.
pub struct ValueVec {
    storage: Option<Gc<Array>>,
    len: usize,
    small: [MaybeUninit<Value>; SMALL],
}

impl ValueVec {
    pub const fn new() -> ValueVec {
        ValueVec {
            storage: None,
            len: 0,
            small: [MaybeUninit::uninit(); SMALL],
        }
    }

    #[inline]
    pub fn with_capacity(cx: &mut Cx, n: usize) -> PyResult<ValueVec> {
        let mut v = ValueVec::new();
        if n > SMALL {
            v.storage = Some(cx.try_new_array(n)?);
        }
        Ok(v)
    }

    pub fn from_slice(cx: &mut Cx, values: &[Value]) -> PyResult<ValueVec> {
        let mut v = ValueVec::with_capacity(cx, values.len())?;
        if v.storage.is_none() {
            copy_few(&mut v.small, values);
            v.len = values.len();
            return Ok(v);
        }
        for &x in values {
            v.push(cx, x)?;
        }
        Ok(v)
    }

    /// `first`, then `rest`.
    pub fn with_first(cx: &mut Cx, first: Value, rest: &[Value]) -> PyResult<ValueVec> {
        let mut v = ValueVec::with_capacity(cx, rest.len() + 1)?;
        v.push(cx, first)?;
        for &x in rest {
            v.push(cx, x)?;
        }
        Ok(v)
    }

    #[inline]
    pub fn push(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        match self.storage {
            None if self.len < SMALL => {
                self.small[self.len].write(v);
            }
            Some(s) if self.len < s.len => s.slots()[self.len].set(cx, s, v),
            _ => {
                let s = self.grow(cx)?;
                s.slots()[self.len].set(cx, s, v);
            }
        }
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
        let last = self.as_slice()[self.len - 1];
        self.len -= 1;
        Some(last)
    }

    pub fn set(&mut self, cx: &mut Cx, i: usize, v: Value) {
        assert!(i < self.len);
        match self.storage {
            Some(s) => s.slots()[i].set(cx, s, v),
            None => {
                self.small[i].write(v);
            }
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
            // SAFETY: the first `len` are written.
            None => unsafe { std::slice::from_raw_parts(self.small.as_ptr().cast(), self.len) },
        }
    }

    /// The storage, for a list to take over without copying.
    pub fn into_storage(self, cx: &mut Cx) -> (Option<Gc<Array>>, usize) {
        if self.storage.is_some() || self.len == 0 {
            return (self.storage, self.len);
        }
        let s = cx.new_array(self.len);
        for (slot, &v) in s.slots().iter().zip(self.as_slice()) {
            slot.set(cx, s, v);
        }
        (Some(s), self.len)
    }
}

/// Copies `from` to the start of `to` word by word. For a few: a copy of unknown length would be a call
/// of the C library.
#[inline(always)]
pub fn copy_few(to: &mut [MaybeUninit<Value>], from: &[Value]) {
    assert!(from.len() <= to.len());
    let mut i = 0;
    while i < from.len() {
        // SAFETY: inside both. Volatile, or the loop would become that call.
        unsafe { (&raw mut to[i]).cast::<Value>().write_volatile(from[i]) };
        i += 1;
    }
}

/// Writes `EMPTY` into all of `to`, of which there are few.
#[inline(always)]
pub fn clear_few(to: &mut [MaybeUninit<Value>]) {
    for to in to {
        // SAFETY: a reference. Volatile, as in `copy_few`.
        unsafe { (&raw mut *to).cast::<Value>().write_volatile(Value::EMPTY) };
    }
}

/// Writes `v` into the `n` words from `to` on, of which there are few.
///
/// # Safety
/// The words are this thread's to write.
#[inline(always)]
pub unsafe fn fill_few(to: *mut Value, n: usize, v: Value) {
    let mut i = 0;
    while i < n {
        // SAFETY: by contract. The empty statement keeps the loop as it is: vectorised or unrolled it would
        // cost more than the few stores.
        unsafe {
            to.add(i).write(v);
            std::arch::asm!("", options(nomem, nostack, preserves_flags));
        }
        i += 1;
    }
}

/// Calls `f` with `first` in front of `rest`.
#[inline(always)]
pub fn with_first<R>(
    cx: &mut Cx,
    first: Value,
    rest: &[Value],
    f: impl FnOnce(&mut Cx, &[Value]) -> PyResult<R>,
) -> PyResult<R> {
    if rest.len() < SMALL {
        let mut all = [MaybeUninit::uninit(); SMALL];
        all[0].write(first);
        copy_few(&mut all[1..], rest);
        // SAFETY: these are written.
        let all = unsafe { std::slice::from_raw_parts(all.as_ptr().cast(), rest.len() + 1) };
        return f(cx, all);
    }
    let all = ValueVec::with_first(cx, first, rest)?;
    f(cx, all.as_slice())
}

impl Default for ValueVec {
    fn default() -> Self {
        ValueVec::new()
    }
}
