//! Finding characters by position.
//!
//! ASCII needs no search. For other texts an index of break points, the byte offset of every 32nd
//! character, is made the first time somebody asks for a position beyond the first such stretch;
//! from there it is at most 31 characters, counted by words.

use krait_unicode::wtf8;

use super::Str;
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Gc, Slot};
use crate::types::bytes::RawBytes;
use crate::value::Value;

/// Characters from one break point to the next.
const STRIDE: usize = 32;

impl Str {
    fn index_slot(&self) -> &Slot {
        &self.wide().index
    }
}

impl Gc<Str> {
    /// The byte offset of character `i`, `i <= char_len()`.
    pub fn byte_offset(self, i: usize) -> usize {
        let bytes = self.as_bytes();
        debug_assert!(i <= self.char_len());
        if self.is_ascii() {
            return i;
        }
        if i == self.char_len() {
            return bytes.len();
        }
        let (start, left) = match Gc::<RawBytes>::from_value(self.index_slot().get()) {
            Some(index) if i >= STRIDE => {
                if let Some(offset) = self.offset_in_stretch(index, i) {
                    return offset;
                }
                (break_point(index, i / STRIDE - 1), i % STRIDE)
            }
            _ => (0, i),
        };
        match wtf8::offset_of(&bytes[start..], left) {
            Some(offset) => start + offset,
            None => bytes.len(),
        }
    }

    /// Like `byte_offset`, and makes the index when that will pay.
    pub fn byte_offset_indexed(self, cx: &mut Cx, i: usize) -> PyResult<usize> {
        if !self.is_ascii() && i >= STRIDE && self.index_slot().get().is_empty() {
            self.make_index(cx)?;
        }
        Ok(self.byte_offset(i))
    }

    #[cold]
    fn make_index(self, cx: &mut Cx) -> PyResult<()> {
        let bytes = self.as_bytes();
        let points = (self.char_len() - 1) / STRIDE;
        let index = RawBytes::alloc(cx, points * 8)?;
        let mut at = 0;
        for k in 0..points {
            for _ in 0..STRIDE {
                at += wtf8::sequence_len(bytes[at]);
            }
            // SAFETY: the object is fresh, has room for `points` words, and is not shared yet.
            unsafe { index.data().cast::<u64>().add(k).write(at as u64) };
        }
        self.index_slot().set(cx, self, index.value());
        Ok(())
    }

    /// The code point at position `i < char_len()`.
    #[inline]
    pub fn char_at(self, i: usize) -> u32 {
        if self.is_ascii() {
            return u32::from(self.as_bytes()[i]);
        }
        wtf8::decode_at(self.as_bytes(), self.byte_offset(i)).0
    }

    /// The one-character string at index `i`, counted from the end if negative; `EMPTY` if that is
    /// out of range or takes an allocation.
    #[inline]
    pub fn known_char(self, i: i64) -> Value {
        let n = self.char_len();
        let i = if i < 0 { i + n as i64 } else { i } as usize;
        if i >= n {
            return Value::EMPTY;
        }
        let bytes = self.as_bytes();
        if self.is_ascii() {
            return super::LATIN1[bytes[i] as usize].gc().value();
        }
        if i >= STRIDE && self.index_slot().get().is_empty() {
            return Value::EMPTY;
        }
        let at = self.byte_offset(i);
        match bytes[at] {
            b @ 0..0x80 => super::LATIN1[b as usize].gc().value(),
            _ => match wtf8::decode_at(bytes, at).0 {
                code @ 0..256 => super::LATIN1[code as usize].gc().value(),
                _ => Value::EMPTY,
            },
        }
    }

    /// The one-character string at index `i` where that takes no search; else `EMPTY`. Such are texts that are all
    /// ASCII, and stretches of others.
    #[inline(always)]
    pub fn char_at_once(self, i: i64) -> Value {
        let byte = match self.plain_ascii() {
            Some(bytes) => bytes.get(i as usize),
            None if self.is_ascii() => self.as_bytes().get(i as usize),
            None => return self.char_in_stretch(i as usize),
        };
        byte.map_or(Value::EMPTY, |b| super::LATIN1[*b as usize].gc().value())
    }

    #[inline(always)]
    fn char_in_stretch(self, i: usize) -> Value {
        let Some(index) = Gc::<RawBytes>::from_value(self.wide().index.get()) else {
            return Value::EMPTY;
        };
        match self.offset_in_stretch(index, i) {
            Some(offset) => super::LATIN1[self.as_bytes()[offset] as usize].gc().value(),
            None => Value::EMPTY,
        }
    }

    /// The byte offset of position `i`, in range or not, if it lies between two break points that are as many
    /// bytes as characters apart: all of that is ASCII.
    #[inline(always)]
    fn offset_in_stretch(self, index: Gc<RawBytes>, i: usize) -> Option<usize> {
        let points = (self.wide().chars as usize - 1) / STRIDE;
        let k = i / STRIDE;
        if k == 0 || k >= points {
            return None;
        }
        let start = break_point(index, k - 1);
        (break_point(index, k) == start + STRIDE).then_some(start + i % STRIDE)
    }

    /// The one-character string at position `i < char_len()`.
    #[inline]
    pub fn char_str(self, cx: &mut Cx, i: usize) -> PyResult<Value> {
        if self.is_ascii() {
            return Ok(super::LATIN1[self.as_bytes()[i] as usize].gc().value());
        }
        let at = self.byte_offset_indexed(cx, i)?;
        let code = wtf8::decode_at(self.as_bytes(), at).0;
        Ok(cx.new_char(code))
    }

    /// The text from position `start` up to `end`; `start <= end <= char_len()`.
    pub fn substring(self, cx: &mut Cx, start: usize, end: usize) -> PyResult<Gc<Str>> {
        if start == 0 && end == self.char_len() && self.is_exact() {
            return Ok(self);
        }
        if self.is_ascii() {
            return self.slice_bytes(cx, start, end);
        }
        let bytes = self.as_bytes();
        let from = self.byte_offset_indexed(cx, start)?;
        let to = if end - start < STRIDE {
            let length = wtf8::offset_of(&bytes[from..], end - start);
            length.map_or(bytes.len(), |n| from + n)
        } else {
            self.byte_offset_indexed(cx, end)?
        };
        let part = &bytes[from..to];
        let flags = if part.len() == end - start {
            0
        } else if self.has_surrogates() {
            return Str::from_wtf8(cx, part);
        } else {
            super::FLAG_WIDE
        };
        let chars = end - start;
        Str::with_facts(cx, None, part, super::alloc::Facts { flags, chars })
    }

    /// The text between two byte offsets, which are boundaries of characters.
    pub fn slice_bytes(self, cx: &mut Cx, from: usize, to: usize) -> PyResult<Gc<Str>> {
        let part = &self.as_bytes()[from..to];
        if part.len() == self.byte_len() && self.is_exact() {
            return Ok(self);
        }
        if self.is_ascii() {
            return Str::with_facts(
                cx,
                None,
                part,
                super::alloc::Facts {
                    flags: 0,
                    chars: part.len(),
                },
            );
        }
        Str::from_wtf8(cx, part)
    }

    /// The position of the character that starts at byte offset `offset`.
    pub fn char_index(self, offset: usize) -> usize {
        if self.is_ascii() {
            return offset;
        }
        let bytes = self.as_bytes();
        let Some(index) = Gc::<RawBytes>::from_value(self.index_slot().get()) else {
            return wtf8::count(&bytes[..offset]);
        };
        // The number of break points at or before `offset`.
        let (mut low, mut high) = (0, (self.char_len() - 1) / STRIDE);
        while low < high {
            let middle = low.midpoint(high);
            if break_point(index, middle) <= offset {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let from = if low == 0 {
            0
        } else {
            break_point(index, low - 1)
        };
        low * STRIDE + wtf8::count(&bytes[from..offset])
    }

    /// Like `char_index`, and makes the index when that will pay.
    pub fn char_index_indexed(self, cx: &mut Cx, offset: usize) -> PyResult<usize> {
        if !self.is_ascii()
            && offset >= 4 * STRIDE
            && self.char_len() > STRIDE
            && self.index_slot().get().is_empty()
        {
            self.make_index(cx)?;
        }
        Ok(self.char_index(offset))
    }
}

#[inline(always)]
fn break_point(index: Gc<RawBytes>, k: usize) -> usize {
    // SAFETY: the index was filled before it was published, one word for each break point.
    unsafe { index.data().cast::<u64>().add(k).read() as usize }
}
