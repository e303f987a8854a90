//! `str`: immutable text, UTF-8 inline (WTF-8 where there are lone surrogates).
//!
//! ```text
//! ASCII:   [ header | hash | len << 8 | flags | bytes ... ]
//! others:  [ header | hash | len << 8 | flags | char count | index | bytes ... ]
//! grown:   [ header | hash | len << 8 | flags | char count | index | buffer ]
//! ```
//!
//! What adding to a long text makes is a *grown* string (see [`grown`]): its bytes are the first of a buffer,
//! behind which the next addition puts its own, so that `s += x` in a loop takes linear time.
//!
//! `len` counts bytes. A string with characters beyond U+007F also knows its length in code points
//! and, once something was looked up by position, refers to an index of break points (see
//! [`index`]), so that `s[i]` is near O(1). One-character Latin-1 strings and the empty string are
//! static immortal objects (see [`alloc`]): identical in all interpreters, never collected.
//!
//! Lone surrogates are encoded as three bytes like any other code point below U+10000; a high one
//! next to a low one stays two code points, as in CPython.

mod alloc;
mod args;
pub(crate) mod basics;
mod builder;
mod case;
mod codec;
mod find;
mod format;
mod grown;
mod index;
mod iter;
mod justify;
mod percent;
mod predicates;
mod split;
mod strip;
pub mod template;
mod translate;

use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use alloc::Interned;
pub use alloc::{EMPTY, LATIN1, StaticStr};
pub use args::{
    StrArg, collect, index_arg, repeat_count, sequence, slice_bounds, slice_range, str_arg,
};
pub use basics::{get_item, repeat};
pub use builder::StrBuilder;
pub use codec::text_arg;
pub use find::replace;
pub use format::format_error;
pub use iter::{ASCII_ITER_SPEC, ITER_SPEC, StrIter};
pub use percent::Percent;
pub use split::join;

use crate::cx::Cx;
use crate::heap::Tracer;
use crate::native::{Layout, NamedLayout, TypeSpec};
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::types::typeobj::flags;

/// `str` objects; see the module's documentation for what follows the fixed part.
#[repr(C)]
pub struct Str {
    pub header: Header,
    /// 0: not computed yet (or one of the few texts whose hash is 0, the empty one for example).
    hash: AtomicU64,
    /// Length in bytes, shifted left by 8, and the `FLAG_*` bits.
    meta: AtomicU64,
}
// SAFETY: repr(C), header first; what changes is atomic.
unsafe impl Object for Str {
    const KIND: Kind = Kind::Str;
}
impl NamedLayout for Str {
    const PY_NAME: &'static str = "str";
}

/// What non-ASCII strings have between the fixed part and the bytes.
#[repr(C)]
struct Wide {
    chars: u64,
    /// A `RawBytes` object with break points, `EMPTY` until needed.
    index: Slot,
}

/// Not all characters are below U+0080: there is a `Wide` part.
pub const FLAG_WIDE: u64 = 1;
/// The object stands in the interpreter's table of interned strings, or is static.
pub const FLAG_INTERNED: u64 = 2;
/// There are lone surrogates: the bytes are not UTF-8.
pub const FLAG_SURROGATES: u64 = 4;

/// The bytes are those of a buffer: there are a `Wide` part and a [`grown::Grown`] part, and no bytes.
pub const FLAG_GROWN: u64 = 8;

/// Bits of `meta` that are not the length.
pub const LEN_SHIFT: u32 = 8;

impl Str {
    /// Byte offsets for machine code.
    pub const HASH_OFFSET: usize = std::mem::offset_of!(Str, hash);
    pub const META_OFFSET: usize = std::mem::offset_of!(Str, meta);
    /// Offset of the bytes of an ASCII string; others have them `WIDE_BYTES` further.
    pub const DATA_OFFSET: usize = size_of::<Str>();
    pub const WIDE_BYTES: usize = size_of::<Wide>();

    /// Bytes of an object that holds `len` bytes of text, without a subclass's tail.
    pub const fn size_for(len: usize, ascii: bool) -> usize {
        size_of::<Str>() + if ascii { 0 } else { size_of::<Wide>() } + len
    }

    /// Bytes of this object's payload: the tail of an instance of a subclass starts behind it, at
    /// the next multiple of 8.
    pub fn payload_size(&self) -> usize {
        match self.grown() {
            Some(_) => grown::SIZE,
            None => Str::size_for(self.byte_len(), self.is_ascii()),
        }
    }

    #[inline(always)]
    fn meta(&self) -> u64 {
        self.meta.load(Ordering::Relaxed)
    }

    /// Length in bytes.
    #[inline(always)]
    pub fn byte_len(&self) -> usize {
        (self.meta() >> LEN_SHIFT) as usize
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.byte_len() == 0
    }

    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.meta() & FLAG_WIDE == 0
    }

    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.meta() & FLAG_INTERNED != 0
    }

    #[inline(always)]
    pub fn has_surrogates(&self) -> bool {
        self.meta() & FLAG_SURROGATES != 0
    }

    #[inline(always)]
    fn wide(&self) -> &Wide {
        debug_assert!(!self.is_ascii());
        // SAFETY: a string that is not ASCII has this part behind the fixed one, and so has a grown one.
        unsafe { &*std::ptr::from_ref(self).add(1).cast::<Wide>() }
    }

    /// Length in code points: Python's `len`.
    #[inline(always)]
    pub fn char_len(&self) -> usize {
        if self.is_ascii() {
            self.byte_len()
        } else {
            self.wide().chars as usize
        }
    }

    /// The cached hash, if it was computed already.
    #[inline(always)]
    pub fn cached_hash(&self) -> Option<i64> {
        match self.hash.load(Ordering::Relaxed) {
            0 => None,
            h => Some(h as i64),
        }
    }

    /// Called by the collector.
    pub fn trace(&self, t: &mut Tracer<'_>) {
        if !self.is_ascii() {
            t.word(self.wide().index.get().bits());
        }
        if let Some(grown) = self.grown() {
            t.word(grown.buffer.get().bits());
        }
    }
}

impl Gc<Str> {
    /// The text. The slice may be kept as long as it stays on a native stack: interior pointers
    /// keep an object alive, and objects do not move.
    #[inline(always)]
    pub fn as_bytes<'a>(self) -> &'a [u8] {
        let meta = self.meta();
        if meta & FLAG_GROWN != 0 {
            return self.grown_bytes();
        }
        let offset = Str::DATA_OFFSET + (meta & FLAG_WIDE) as usize * Str::WIDE_BYTES;
        // SAFETY: the object was allocated with that many bytes there, and they never change.
        unsafe {
            std::slice::from_raw_parts(
                self.as_ptr().cast::<u8>().add(offset),
                (meta >> LEN_SHIFT) as usize,
            )
        }
    }

    /// The text if it is ASCII and stands in the object itself: one look says so.
    #[inline(always)]
    pub fn plain_ascii<'a>(self) -> Option<&'a [u8]> {
        let meta = self.meta();
        if meta & (FLAG_GROWN | FLAG_WIDE) != 0 {
            return None;
        }
        // SAFETY: as in `as_bytes`.
        Some(unsafe {
            std::slice::from_raw_parts(
                self.as_ptr().cast::<u8>().add(Str::DATA_OFFSET),
                (meta >> LEN_SHIFT) as usize,
            )
        })
    }

    /// The text as UTF-8; `None` if there are lone surrogates.
    #[inline]
    pub fn as_str<'a>(self) -> Option<&'a str> {
        if self.has_surrogates() {
            return None;
        }
        // SAFETY: WTF-8 without surrogates is UTF-8.
        Some(unsafe { std::str::from_utf8_unchecked(self.as_bytes()) })
    }

    /// The text with U+FFFD in place of lone surrogates.
    pub fn to_string_lossy(self) -> String {
        match self.as_str() {
            Some(s) => s.to_owned(),
            None => krait_unicode::wtf8::code_points(self.as_bytes())
                .map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
        }
    }

    /// The hash of the text, the same for all strings with this text in this interpreter.
    #[inline(always)]
    pub fn hash(self, cx: &Cx) -> i64 {
        match self.cached_hash() {
            Some(h) => h,
            None => self.compute_hash(cx),
        }
    }

    /// The hash, if it was computed already.
    #[inline(always)]
    pub fn ready_hash(self, cx: &Cx) -> Option<i64> {
        if let known @ Some(_) = self.cached_hash() {
            return known;
        }
        // SAFETY: `self` is a live object.
        if !unsafe { (*self.header()).is_static() } {
            return None;
        }
        match cx.interp().latin1_hashes[alloc::static_index(self)].load(Ordering::Relaxed) {
            0 => None,
            h => Some(h as i64),
        }
    }

    fn compute_hash(self, cx: &Cx) -> i64 {
        // SAFETY: `self` is a live object.
        if unsafe { (*self.header()).is_static() } {
            // Statics are shared by interpreters with different keys.
            let known = &cx.interp().latin1_hashes[alloc::static_index(self)];
            return match known.load(Ordering::Relaxed) {
                0 => self.hash_into(cx, known),
                h => h as i64,
            };
        }
        self.hash_into(cx, &self.hash)
    }

    #[cold]
    fn hash_into(self, cx: &Cx, cache: &AtomicU64) -> i64 {
        let h = krait_unicode::hash::hash_str(self.as_bytes(), cx.interp().hash_key);
        cache.store(h as u64, Ordering::Relaxed);
        h
    }

    /// Equality of texts.
    #[inline]
    pub fn eq_str(self, other: Gc<Str>) -> bool {
        match self.quick_eq(other) {
            Some(equal) => equal,
            None => self.as_bytes() == other.as_bytes(),
        }
    }

    /// Equality of texts where that takes no look at them.
    #[inline(always)]
    pub fn quick_eq(self, other: Gc<Str>) -> Option<bool> {
        if self == other {
            return Some(true);
        }
        let (a, b) = (self.meta(), other.meta());
        // Of one text there is one interned string.
        if a >> LEN_SHIFT != b >> LEN_SHIFT || a & b & FLAG_INTERNED != 0 {
            return Some(false);
        }
        None
    }

    /// Whether this is a `str` proper, not an instance of a subclass.
    #[inline(always)]
    pub fn is_exact(self) -> bool {
        self.shape_id() == crate::types::shape_id::STR
    }

    #[inline(always)]
    fn shape_id(self) -> u32 {
        // SAFETY: `self` is a live object.
        unsafe { (*self.header()).shape() }
    }
}

/// The type `str`.
pub static SPEC: TypeSpec = TypeSpec {
    name: "str",
    doc: Some(basics::DOC),
    layout: Layout::variable::<Str>(),
    flags: flags::BASETYPE | flags::STR_SUBCLASS | flags::SEQUENCE_OPS,
    defs: &[
        basics::StrMethods::DEFS,
        case::StrCase::DEFS,
        predicates::StrPredicates::DEFS,
        find::StrFind::DEFS,
        split::StrSplit::DEFS,
        strip::StrStrip::DEFS,
        justify::StrJustify::DEFS,
        translate::StrTranslate::DEFS,
        codec::StrCodec::DEFS,
        format::StrFormat::DEFS,
    ],
    ..TypeSpec::DEFAULT
};
