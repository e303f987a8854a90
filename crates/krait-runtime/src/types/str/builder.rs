//! Building text piece by piece.

use krait_unicode::wtf8;

use super::Str;
use super::alloc::Facts;
use super::{FLAG_SURROGATES, FLAG_WIDE};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::value::Value;

/// Collects text in Rust's memory, then makes one `str` of it. Holds bytes only, no values.
///
/// Where memory does not suffice the text is dropped, and [`StrBuilder::finish`] raises MemoryError.
#[derive(Default)]
pub struct StrBuilder {
    bytes: Vec<u8>,
    /// `FLAG_*` bits of what was appended.
    flags: u64,
    failed: bool,
}

impl StrBuilder {
    pub fn new() -> StrBuilder {
        StrBuilder::default()
    }

    pub fn with_capacity(n: usize) -> StrBuilder {
        StrBuilder {
            bytes: Vec::with_capacity(n),
            ..StrBuilder::default()
        }
    }

    /// `None` if there is not that much memory.
    pub fn try_with_capacity(n: usize) -> Option<StrBuilder> {
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(n).ok()?;
        Some(StrBuilder {
            bytes,
            ..StrBuilder::default()
        })
    }

    #[inline]
    fn append(&mut self, bytes: &[u8]) {
        if self.bytes.capacity() - self.bytes.len() >= bytes.len() || self.grow(bytes.len()) {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// Makes room for `more` bytes; whether there is memory.
    #[cold]
    fn grow(&mut self, more: usize) -> bool {
        self.failed |= self.bytes.try_reserve(more).is_err();
        if self.failed {
            self.bytes = Vec::new();
        }
        !self.failed
    }

    #[inline]
    pub fn push_str(&mut self, s: &str) {
        if !s.is_ascii() {
            self.flags |= FLAG_WIDE;
        }
        self.append(s.as_bytes());
    }

    /// Appends a code point below 0x110000.
    #[inline]
    pub fn push(&mut self, code: u32) {
        if code >= 0x80 {
            self.flags |= if wtf8::is_surrogate(code) {
                FLAG_WIDE | FLAG_SURROGATES
            } else {
                FLAG_WIDE
            };
        }
        wtf8::push(&mut self.bytes, code);
    }

    #[inline]
    pub fn push_gc(&mut self, s: Gc<Str>) {
        self.flags |= s.meta() & (FLAG_WIDE | FLAG_SURROGATES);
        self.append(s.as_bytes());
    }

    /// Appends valid WTF-8.
    pub fn push_wtf8(&mut self, bytes: &[u8]) {
        self.flags |= Facts::of(bytes).flags;
        self.append(bytes);
    }

    /// Appends bytes that are all ASCII.
    #[inline]
    pub fn push_ascii(&mut self, bytes: &[u8]) {
        debug_assert!(bytes.is_ascii());
        self.append(bytes);
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Cuts the text back to `len` bytes, a boundary of characters.
    pub fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
        self.flags = Facts::of(&self.bytes).flags;
    }

    pub fn finish(self, cx: &mut Cx) -> PyResult<Value> {
        if self.failed {
            return Err(cx.memory_error());
        }
        let chars = if self.flags == 0 {
            self.bytes.len()
        } else {
            wtf8::count(&self.bytes)
        };
        Ok(Str::with_facts(
            cx,
            None,
            &self.bytes,
            Facts {
                flags: self.flags,
                chars,
            },
        )?
        .value())
    }
}

/// Text put together from strings, of which one may be all of it: then it is the result itself, also if
/// it is of a subclass. Lives on the stack only.
pub struct Pieces {
    pub out: StrBuilder,
    first: Option<Gc<Str>>,
}

impl Pieces {
    pub fn new(out: StrBuilder) -> Pieces {
        Pieces { out, first: None }
    }

    #[inline]
    pub fn push(&mut self, s: Gc<Str>) {
        if self.out.is_empty() {
            self.first = Some(s);
        }
        self.out.push_gc(s);
    }

    /// Appends a part of `s`, valid WTF-8.
    pub fn push_part(&mut self, s: Gc<Str>, part: &[u8]) {
        if self.out.is_empty() && part.len() == s.byte_len() {
            self.first = Some(s);
        }
        self.out.push_wtf8(part);
    }

    pub fn finish(self, cx: &mut Cx) -> PyResult<Value> {
        match self.first {
            Some(s) if !s.is_exact() && !s.is_empty() && self.out.as_bytes() == s.as_bytes() => {
                Ok(s.value())
            }
            _ => self.out.finish(cx),
        }
    }
}

impl std::fmt::Write for StrBuilder {
    fn write_str(&mut self, s: &str) -> std::fmt::Result {
        self.push_str(s);
        Ok(())
    }
}
