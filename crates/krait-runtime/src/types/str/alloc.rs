//! Making strings: static ones, fresh ones, interned ones.

use std::sync::atomic::{AtomicU64, Ordering};

use krait_unicode::wtf8;

use super::{FLAG_INTERNED, FLAG_SURROGATES, FLAG_WIDE, LEN_SHIFT, Str, Wide};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::heap::Tracer;
use crate::object::{Gc, Header, Kind, Slot};
use crate::types::bytes::copy_short;
use crate::types::shape_id;
use crate::types::typeobj::Type;
use crate::value::Value;

/// A string of at most one Latin-1 character in static memory.
#[repr(C)]
pub struct StaticStr {
    str: Str,
    /// The bytes, or the wide part and the bytes.
    rest: [AtomicU64; 3],
}

impl StaticStr {
    const fn new(len: u64, wide: bool, rest: [u64; 3]) -> StaticStr {
        let flags = FLAG_INTERNED | if wide { FLAG_WIDE } else { 0 };
        StaticStr {
            str: Str {
                header: Header::new_static(shape_id::STR, Kind::Str as u8),
                hash: AtomicU64::new(0),
                meta: AtomicU64::new(len << LEN_SHIFT | flags),
            },
            rest: [
                AtomicU64::new(rest[0]),
                AtomicU64::new(rest[1]),
                AtomicU64::new(rest[2]),
            ],
        }
    }

    /// The string that consists of the Latin-1 character `code`.
    const fn latin1(code: u8) -> StaticStr {
        let (bytes, len) = wtf8::encode(code as u32);
        let data = u32::from_le_bytes(bytes) as u64;
        if code < 0x80 {
            StaticStr::new(1, false, [data, 0, 0])
        } else {
            StaticStr::new(len as u64, true, [1, Value::EMPTY.bits(), data])
        }
    }

    #[inline(always)]
    pub fn gc(&'static self) -> Gc<Str> {
        // SAFETY: laid out like a string of that length; static objects are never freed, and only
        // atomic fields are written through the pointer.
        unsafe { Gc::from_ptr(std::ptr::from_ref(self).cast_mut().cast()) }
    }
}

/// The empty string.
pub static EMPTY: StaticStr = StaticStr::new(0, false, [0; 3]);

/// The one-character strings U+0000 to U+00FF.
pub static LATIN1: [StaticStr; 256] = {
    let mut table = [const { StaticStr::new(0, false, [0; 3]) }; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = StaticStr::latin1(code as u8);
        code += 1;
    }
    table
};

/// The place of a static string in tables that have the empty one first, then Latin-1.
#[inline(always)]
pub(super) fn static_index(s: Gc<Str>) -> usize {
    let offset = (s.as_ptr() as usize).wrapping_sub(LATIN1.as_ptr() as usize);
    let i = offset / size_of::<StaticStr>();
    if i < LATIN1.len() { i + 1 } else { 0 }
}

/// The static string for a text of at most one Latin-1 character.
#[inline]
fn static_for(bytes: &[u8]) -> Option<Gc<Str>> {
    match *bytes {
        [] => Some(EMPTY.gc()),
        [b] => Some(LATIN1[b as usize].gc()),
        [lead @ (0xC2 | 0xC3), second] => {
            Some(LATIN1[((lead as usize & 3) << 6) | (second as usize & 0x3F)].gc())
        }
        _ => None,
    }
}

/// What has to be known of a text to store it.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    /// `FLAG_WIDE` and `FLAG_SURROGATES`.
    pub flags: u64,
    pub chars: usize,
}

impl Facts {
    pub fn of(bytes: &[u8]) -> Facts {
        if bytes.is_ascii() {
            return Facts {
                flags: 0,
                chars: bytes.len(),
            };
        }
        let flags = if wtf8::has_surrogates(bytes) {
            FLAG_WIDE | FLAG_SURROGATES
        } else {
            FLAG_WIDE
        };
        Facts {
            flags,
            chars: wtf8::count(bytes),
        }
    }

    fn of_str(s: &str) -> Facts {
        if s.is_ascii() {
            Facts {
                flags: 0,
                chars: s.len(),
            }
        } else {
            Facts {
                flags: FLAG_WIDE,
                chars: wtf8::count(s.as_bytes()),
            }
        }
    }
}

impl Str {
    /// A fresh object of `class` with room for `len` bytes, which the caller fills at once.
    pub(super) fn alloc_raw(
        cx: &mut Cx,
        class: Option<Gc<Type>>,
        len: usize,
        facts: Facts,
    ) -> PyResult<(Gc<Str>, *mut u8)> {
        let wide = facts.flags & FLAG_WIDE != 0;
        let size = Str::size_for(len, !wide);
        let o = match class {
            None => cx.alloc_sized(size, shape_id::STR, Kind::Str)?,
            Some(class) => cx.alloc_variable(class, size, Kind::Str)?,
        };
        // SAFETY: fresh memory of `size` bytes, header complete.
        unsafe {
            let s = o.cast::<Str>();
            let mut data = s.add(1).cast::<u8>();
            if wide {
                data.cast::<Wide>().write(Wide {
                    chars: facts.chars as u64,
                    index: Slot::empty(),
                });
                data = data.add(size_of::<Wide>());
            }
            (*s).meta
                .store((len as u64) << LEN_SHIFT | facts.flags, Ordering::Relaxed);
            Ok((Gc::from_ptr(s), data))
        }
    }

    /// A string of `class` (`None`: `str` itself) with this text, whose facts the caller knows.
    pub(super) fn with_facts(
        cx: &mut Cx,
        class: Option<Gc<Type>>,
        bytes: &[u8],
        facts: Facts,
    ) -> PyResult<Gc<Str>> {
        if class.is_none()
            && let Some(s) = static_for(bytes)
        {
            return Ok(s);
        }
        let (s, data) = Str::alloc_raw(cx, class, bytes.len(), facts)?;
        // SAFETY: `data` has room for `bytes.len()` bytes and is not shared yet.
        unsafe { copy_short(data, bytes) };
        Ok(s)
    }

    /// A string with this text, valid WTF-8.
    pub fn from_wtf8(cx: &mut Cx, bytes: &[u8]) -> PyResult<Gc<Str>> {
        if let Some(s) = static_for(bytes) {
            return Ok(s);
        }
        debug_assert!(wtf8::validate(bytes).is_ok());
        Str::with_facts(cx, None, bytes, Facts::of(bytes))
    }

    /// A string with this text.
    pub fn from_utf8(cx: &mut Cx, text: &str) -> PyResult<Gc<Str>> {
        match static_for(text.as_bytes()) {
            Some(s) => Ok(s),
            None => Str::with_facts(cx, None, text.as_bytes(), Facts::of_str(text)),
        }
    }

    /// An instance of `class`, `str` or a subclass, with this text, valid WTF-8.
    pub fn of_class(cx: &mut Cx, class: Gc<Type>, bytes: &[u8]) -> PyResult<Gc<Str>> {
        let class = (class != cx.types().str).then_some(class);
        Str::with_facts(cx, class, bytes, Facts::of(bytes))
    }

    /// Two texts after one another. Short ones take one allocation and two copies; for long ones see
    /// [`super::grown`].
    pub fn concat(cx: &mut Cx, a: Gc<Str>, b: Gc<Str>) -> PyResult<Gc<Str>> {
        if a.is_empty() && b.is_exact() {
            return Ok(b);
        }
        if b.is_empty() && a.is_exact() {
            return Ok(a);
        }
        let (x, y) = (a.as_bytes(), b.as_bytes());
        let facts = Facts {
            flags: (a.meta() | b.meta()) & (FLAG_WIDE | FLAG_SURROGATES),
            chars: a.char_len() + b.char_len(),
        };
        if x.len() + y.len() >= super::grown::LEAST {
            return Str::grow(cx, a, b, facts);
        }
        let (s, data) = Str::alloc_raw(cx, None, x.len() + y.len(), facts)?;
        // SAFETY: room for both, fresh, and the sources stay alive on this stack.
        unsafe {
            let end = copy_short(data, x);
            copy_short(end, y);
        }
        Ok(s)
    }
}

impl Str {
    /// The text of `s`, not empty, `n` times; `len` bytes in all.
    pub(super) fn fill_repeated(
        cx: &mut Cx,
        s: Gc<Str>,
        len: usize,
        n: usize,
    ) -> PyResult<Gc<Str>> {
        let bytes = s.as_bytes();
        let facts = Facts {
            flags: s.meta() & (FLAG_WIDE | FLAG_SURROGATES),
            chars: s.char_len() * n,
        };
        let (made, data) = Str::alloc_raw(cx, None, len, facts)?;
        // SAFETY: room for `len` bytes, not shared yet; each copy's source is already filled.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), data, bytes.len());
            let mut done = bytes.len();
            while done < len {
                let part = done.min(len - done);
                std::ptr::copy_nonoverlapping(data, data.add(done), part);
                done += part;
            }
        }
        Ok(made)
    }
}

impl Str {
    /// Strs with `separator` between them: `size` bytes, `chars` characters and the flags in `meta`
    /// in all.
    pub(super) fn joined(
        cx: &mut Cx,
        separator: Gc<Str>,
        items: &[Value],
        size: usize,
        meta: u64,
        chars: usize,
    ) -> PyResult<Gc<Str>> {
        if size == 0 {
            return Ok(EMPTY.gc());
        }
        let facts = Facts {
            flags: meta & (FLAG_WIDE | FLAG_SURROGATES),
            chars,
        };
        let (made, data) = Str::alloc_raw(cx, None, size, facts)?;
        let mut done = 0;
        let mut append = |bytes: &[u8]| {
            // Another thread may have stored other items since they were measured.
            assert!(
                bytes.len() <= size - done,
                "items of join() changed meanwhile"
            );
            // SAFETY: there is room, checked above; the object is not shared yet.
            unsafe { copy_short(data.add(done), bytes) };
            done += bytes.len();
        };
        for (i, &item) in items.iter().enumerate() {
            if i > 0 {
                append(separator.as_bytes());
            }
            if let Some(s) = Gc::<Str>::from_value(item) {
                append(s.as_bytes());
            }
        }
        Ok(made)
    }
}

impl Cx {
    /// A `str`. For texts whose size a program chooses use [`Str::from_wtf8`], which can raise
    /// MemoryError: here running out of memory ends the process.
    pub fn new_str(&mut self, s: &str) -> Value {
        let made = match static_for(s.as_bytes()) {
            Some(s) => Ok(s),
            None => Str::with_facts(self, None, s.as_bytes(), Facts::of_str(s)),
        };
        self.expect_memory(made).value()
    }

    /// A `str` from valid WTF-8.
    pub fn new_str_wtf8(&mut self, bytes: &[u8]) -> Value {
        let made = Str::from_wtf8(self, bytes);
        self.expect_memory(made).value()
    }

    /// A `str` from bytes that are all ASCII.
    pub fn new_ascii(&mut self, bytes: &[u8]) -> Value {
        debug_assert!(bytes.is_ascii());
        let made = Str::with_facts(
            self,
            None,
            bytes,
            Facts {
                flags: 0,
                chars: bytes.len(),
            },
        );
        self.expect_memory(made).value()
    }

    /// The one-character string `code`, which is below 0x110000.
    #[inline]
    pub fn new_char(&mut self, code: u32) -> Value {
        if code < 256 {
            return LATIN1[code as usize].gc().value();
        }
        let (bytes, len) = wtf8::encode(code);
        let flags = if wtf8::is_surrogate(code) {
            FLAG_WIDE | FLAG_SURROGATES
        } else {
            FLAG_WIDE
        };
        let made = Str::with_facts(self, None, &bytes[..len], Facts { flags, chars: 1 });
        self.expect_memory(made).value()
    }

    /// The result of an allocation that has no way to report failure.
    ///
    /// # Panics
    /// There is no memory.
    #[inline]
    pub fn expect_memory<T>(&mut self, made: PyResult<T>) -> T {
        match made {
            Ok(v) => v,
            Err(_) => panic!("out of memory"),
        }
    }

    /// The interned string with this text: the same object every time.
    pub fn intern(&mut self, s: &str) -> Gc<Str> {
        if let Some(s) = static_for(s.as_bytes()) {
            return s;
        }
        let hash = krait_unicode::hash::hash_str(s.as_bytes(), self.interp().hash_key);
        match self.interned(s.as_bytes(), hash) {
            Some(found) => found,
            None => {
                let fresh: Gc<Str> = Gc::from_value_unchecked(self.new_str(s));
                fresh.hash.store(hash as u64, Ordering::Relaxed);
                self.add_interned(fresh)
            }
        }
    }

    /// The interned string with the text of `s`; `s` itself becomes it if there was none and it
    /// is no instance of a subclass.
    pub fn intern_str(&mut self, s: Gc<Str>) -> Gc<Str> {
        if s.is_interned() {
            return s;
        }
        if let Some(s) = static_for(s.as_bytes()) {
            return s;
        }
        let hash = s.hash(self);
        match self.interned(s.as_bytes(), hash) {
            Some(found) => found,
            None if s.is_exact() => self.add_interned(s),
            None => {
                let fresh = Gc::from_value_unchecked(self.new_str_wtf8(s.as_bytes()));
                self.add_interned(fresh)
            }
        }
    }

    fn interned(&self, bytes: &[u8], hash: i64) -> Option<Gc<Str>> {
        let table = self
            .interp()
            .interned
            .lock()
            .unwrap_or_else(|e| e.into_inner());
        let found = table.all.find(hash as u64, |&v| interned_text(v) == bytes);
        found.map(|&v| Gc::from_value_unchecked(v))
    }

    fn add_interned(&mut self, s: Gc<Str>) -> Gc<Str> {
        let hash = s.hash(self) as u64;
        // No allocation in the collector's heap while the table is locked: a collection reads it.
        let mut table = self
            .interp()
            .interned
            .lock()
            .unwrap_or_else(|e| e.into_inner());
        let kept = *table
            .all
            .entry(hash, |&v| interned_text(v) == s.as_bytes(), cached_hash_of)
            .or_insert(s.value())
            .get();
        if kept == s.value() {
            table.young.push(kept);
        }
        drop(table);
        let kept = Gc::<Str>::from_value_unchecked(kept);
        kept.meta.fetch_or(FLAG_INTERNED, Ordering::Relaxed);
        kept
    }
}

/// The interned strings, which live as long as the interpreter.
#[derive(Default)]
pub(crate) struct Interned {
    all: hashbrown::HashTable<Value>,
    /// Those since the last nursery collection: it need not look at all the others, which are old.
    // tidy: traced as roots.
    young: Vec<Value>,
}

impl Interned {
    pub(crate) fn trace(&mut self, t: &mut Tracer<'_>) {
        if t.kind() == krait_heap::Kind::Nursery {
            self.young.drain(..).for_each(|v| t.word(v.bits()));
        } else {
            self.all.iter().for_each(|v| t.word(v.bits()));
        }
    }
}

/// The text of an entry of the table of interned strings.
fn interned_text<'a>(v: Value) -> &'a [u8] {
    Gc::<Str>::from_value_unchecked(v).as_bytes()
}

/// The hash under which an entry stands in the table of interned strings.
fn cached_hash_of(v: &Value) -> u64 {
    // Of the few texts whose hash is 0, none is cached.
    Gc::<Str>::from_value_unchecked(*v)
        .cached_hash()
        .unwrap_or(0) as u64
}
