//! The memory of arrays: bytes in the collector's heap, moved when they have to grow.

use std::sync::atomic::{AtomicUsize, Ordering};

use krait_runtime::protocol::buffer::Exports;
use krait_runtime::protocol::iter::known;
use krait_runtime::protocol::sequence::normalize_index;
use krait_runtime::types::bytes::{Bytes, RawBytes};
use krait_unicode::wtf8;

use super::{item, methods};
use crate::prelude::*;

#[derive(Trace)]
pub struct ArrayObj {
    pub code: u8,
    /// An item takes `1 << shift` bytes.
    shift: u8,
    /// `RawBytes`.
    data: Slot,
    /// In items.
    len: AtomicUsize,
    pub exports: Exports,
}
impl Native for ArrayObj {
    const PY_NAME: &'static str = "array.array";
}

pub type This = Obj<ArrayObj>;

pub static ARRAY: TypeSpec = TypeSpec {
    name: "array",
    module: "array",
    doc: Some(
        "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.\n\nArrays represent basic values and behave very much like lists, except\nthe type of objects stored in them is constrained. The type is specified\nat object creation time by using a type code, which is a single character.",
    ),
    layout: Layout::native::<ArrayObj>(),
    item: Some(item_at),
    store_item: Some(store_item),
    flags: flags::BASETYPE | flags::SEQUENCE | flags::SEQUENCE_OPS | flags::WEAKREFABLE,
    defs: &[
        methods::Methods::DEFS,
        methods::Operators::DEFS,
        Generic::DEFS,
    ],
    ..TypeSpec::DEFAULT
};

impl ArrayObj {
    #[inline(always)]
    pub fn size(&self) -> usize {
        1 << self.shift
    }

    pub fn count(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    fn raw(&self) -> Gc<RawBytes> {
        Gc::from_value_unchecked(self.data.get())
    }

    /// The memory and the number of items. The memory stays as it is while the array is exported.
    pub fn parts(&self) -> (*mut u8, usize) {
        let raw = self.raw();
        let room = raw.capacity() >> self.shift;
        let len = self.count().min(room);
        (raw.data(), len)
    }

    /// The items' bytes. Racing writers store bytes into them.
    pub fn bytes<'a>(&self) -> &'a [u8] {
        let (ptr, len) = self.parts();
        if len == 0 {
            return &[];
        }
        // SAFETY: the storage has room for that many items; the caller keeps the array on the stack, and the
        // storage is only given up for a larger one, after which the collector finds this pointer on the stack.
        unsafe { std::slice::from_raw_parts(ptr, len * self.size()) }
    }

    pub fn bytes_mut<'a>(&self) -> &'a mut [u8] {
        let (ptr, len) = self.parts();
        if len == 0 {
            return &mut [];
        }
        // SAFETY: as in `bytes`; the slice is used at once, without another one beside it.
        unsafe { std::slice::from_raw_parts_mut(ptr, len * self.size()) }
    }
}

pub fn bad_code(cx: &mut Cx) -> Raised {
    cx.value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)")
}

/// A new array of `len` zero items.
pub fn alloc(cx: &mut Cx, class: Gc<Type>, code: u8, len: usize) -> PyResult<This> {
    let size = item::size(code).unwrap_or(1);
    let Some(total) = len.checked_mul(size).filter(|&n| n <= isize::MAX as usize) else {
        return Err(cx.memory_error());
    };
    let data = RawBytes::alloc(cx, total)?;
    if total != 0 {
        // SAFETY: fresh memory of that size.
        unsafe { std::ptr::write_bytes(data.data(), 0, total) };
    }
    let new = ArrayObj {
        code,
        // Sizes are powers of two.
        shift: size.trailing_zeros() as u8,
        data: slot(data.value()),
        len: AtomicUsize::new(len),
        exports: Exports::new(),
    };
    Ok(NativeObj::alloc(cx, class, new))
}

/// An exact array with these bytes.
pub fn from_bytes(cx: &mut Cx, code: u8, bytes: &[u8]) -> PyResult<This> {
    let class = cx.native_type(&ARRAY)?;
    let new = alloc(cx, class, code, bytes.len() / item::size(code).unwrap_or(1))?;
    new.bytes_mut().copy_from_slice(bytes);
    Ok(new)
}

pub fn check_resizable(cx: &mut Cx, this: This) -> PyResult<()> {
    if this.exports.count() != 0 && this.exports.is_busy(cx, this.value())? {
        return Err(cx.buffer_error("cannot resize an array that is exporting buffers"));
    }
    Ok(())
}

/// Replaces items `at..at + removed` by those in `insert`.
pub fn splice(cx: &mut Cx, this: This, at: usize, removed: usize, insert: &[u8]) -> PyResult<()> {
    let size = this.size();
    if removed * size != insert.len() {
        check_resizable(cx, this)?;
    }
    loop {
        let old_len = this.count();
        let Some(new_len) = (old_len - removed).checked_add(insert.len() / size) else {
            return Err(cx.memory_error());
        };
        let raw = this.raw();
        let fresh = if new_len * size > raw.capacity() {
            Some(RawBytes::alloc(cx, grown(new_len, old_len) * size)?)
        } else {
            None
        };
        let guard = cx.lock_object(this.header());
        if this.count() != old_len || this.raw() != raw {
            cx.unlock_object(this.header(), guard);
            continue;
        }
        let (at, removed) = (at.min(old_len), removed.min(old_len - at.min(old_len)));
        let target = fresh.unwrap_or(raw);
        let tail = (old_len - at - removed) * size;
        // SAFETY: both storages have room for what is copied: `at` and `removed` lie within the old length, the new
        // length was made room for; `insert` is no part of them unless it is not longer than what it replaces.
        unsafe {
            let (from, to) = (raw.data(), target.data());
            if fresh.is_some() && at > 0 {
                std::ptr::copy_nonoverlapping(from, to, at * size);
            }
            if tail > 0 {
                std::ptr::copy(
                    from.add((at + removed) * size),
                    to.add(at * size + insert.len()),
                    tail,
                );
            }
            if !insert.is_empty() {
                std::ptr::copy(insert.as_ptr(), to.add(at * size), insert.len());
            }
        }
        if let Some(f) = fresh {
            this.data.set(cx, this, f.value());
        }
        this.len.store(new_len, Ordering::Release);
        cx.unlock_object(this.header(), guard);
        return Ok(());
    }
}

/// Room for growth: an eighth and a bit when items are appended.
fn grown(new_len: usize, old_len: usize) -> usize {
    if old_len == 0 {
        new_len
    } else {
        new_len + (new_len >> 3) + 6
    }
}

pub fn push(cx: &mut Cx, this: This, v: Value) -> PyResult<()> {
    let n = item::encode(cx, this.code, v)?.to_ne_bytes();
    let size = this.size();
    let bytes = if cfg!(target_endian = "little") {
        &n[..size]
    } else {
        &n[8 - size..]
    };
    splice(cx, this, this.count(), 0, bytes)
}

/// Item `i` of an array of ints or doubles, counted from the end if it is negative; `None` if it has no
/// such item, or others.
#[inline]
pub fn number_at(cx: &mut Cx, this: This, i: i64) -> Option<Value> {
    let (ptr, len) = this.parts();
    let i = normalize_index(i as isize, len)?;
    // SAFETY: the storage has room for `len` items of the type that the code stands for, aligned or not; see
    // `bytes` for its life.
    unsafe {
        Some(match this.code {
            b'd' => cx.new_float(ptr.cast::<f64>().add(i).read_unaligned()),
            b'i' => Value::small(ptr.cast::<i32>().add(i).read_unaligned().into()),
            b'l' | b'q' => cx.new_int(ptr.cast::<i64>().add(i).read_unaligned()),
            b'b' => Value::small(ptr.cast::<i8>().add(i).read().into()),
            b'B' => Value::small(ptr.add(i).read().into()),
            b'h' => Value::small(ptr.cast::<i16>().add(i).read_unaligned().into()),
            b'H' => Value::small(ptr.cast::<u16>().add(i).read_unaligned().into()),
            b'I' => Value::small(ptr.cast::<u32>().add(i).read_unaligned().into()),
            _ => return None,
        })
    }
}

fn item_at(cx: &mut Cx, this: Value, i: i64) -> Value {
    number_at(cx, known(this), i).unwrap_or(Value::EMPTY)
}

fn store_item(_cx: &mut Cx, this: Value, i: i64, value: Value) -> bool {
    value
        .as_immediate_float()
        .is_some_and(|x| store_double(known(this), i, x))
}

/// Stores item `i` of an array of doubles; `false` if this is none or has no such item.
#[inline]
pub fn store_double(this: This, i: i64, x: f64) -> bool {
    if this.code != b'd' {
        return false;
    }
    let items = this.bytes_mut().as_chunks_mut().0;
    match normalize_index(i as isize, items.len()) {
        Some(i) => {
            items[i] = x.to_ne_bytes();
            true
        }
        None => false,
    }
}

pub fn get(cx: &mut Cx, this: This, i: usize) -> PyResult<Option<Value>> {
    let size = this.size();
    match this.bytes().get(i * size..(i + 1) * size) {
        Some(bytes) => item::decode(cx, this.code, bytes).map(Some),
        None => Ok(None),
    }
}

/// Stores item `i`; `false` if there is no such item.
pub fn set(cx: &mut Cx, this: This, i: usize, v: Value) -> PyResult<bool> {
    let n = item::encode(cx, this.code, v)?.to_ne_bytes();
    let size = this.size();
    let bytes = if cfg!(target_endian = "little") {
        &n[..size]
    } else {
        &n[8 - size..]
    };
    match this.bytes_mut().get_mut(i * size..(i + 1) * size) {
        Some(place) => {
            place.copy_from_slice(bytes);
            Ok(true)
        }
        None => Ok(false),
    }
}

/// The text of an array of characters.
pub fn text(cx: &mut Cx, this: This) -> PyResult<Value> {
    if this.code == b'w' {
        let bytes = cx.try_new_bytes(this.bytes())?;
        let codec = cx.new_str("utf-32");
        return cx.call_method_str(bytes, "decode", &[codec]);
    }
    let mut out = krait_runtime::types::str::StrBuilder::new();
    for c in this.bytes().as_chunks().0 {
        let code = u32::from_ne_bytes(*c);
        if code > 0x10_ffff {
            return Err(cx.value_error(format!(
                "character U+{code:x} is not in range [U+0000; U+10ffff]"
            )));
        }
        out.push(code);
    }
    out.finish(cx)
}

/// The bytes of a str's characters.
pub fn characters(s: Gc<Str>) -> Vec<u8> {
    let text = s.as_bytes();
    let mut out = Vec::with_capacity(s.char_len() * 4);
    let mut at = 0;
    while at < text.len() {
        let (code, len) = wtf8::decode_at(text, at);
        out.extend_from_slice(&code.to_ne_bytes());
        at += len;
    }
    out
}

/// Appends the items of an iterable.
pub fn extend(cx: &mut Cx, this: This, iterable: Value) -> PyResult<()> {
    if let Some(other) = NativeObj::<ArrayObj>::from_value(iterable) {
        if other.code != this.code {
            return Err(cx.type_error("can only extend with array of same kind"));
        }
        let bytes = other.bytes().to_vec();
        return splice(cx, this, this.count(), 0, &bytes);
    }
    cx.for_each(iterable, |cx, v| push(cx, this, v))
}

/// Formats of pickled arrays: bytes, signed, big-endian, and what kind.
enum Format {
    Int {
        size: usize,
        signed: bool,
        big: bool,
    },
    Float {
        size: usize,
        big: bool,
    },
    Text(&'static str),
}

fn format(code: i32) -> Option<Format> {
    let big = code % 2 == 1;
    Some(match code {
        0 | 1 => Format::Int {
            size: 1,
            signed: code == 1,
            big: false,
        },
        2..=13 => Format::Int {
            size: 2 << ((code - 2) / 4),
            signed: (code / 2) % 2 == 0,
            big,
        },
        14 | 15 => Format::Float { size: 4, big },
        16 | 17 => Format::Float { size: 8, big },
        18 => Format::Text("utf-16-le"),
        19 => Format::Text("utf-16-be"),
        20 => Format::Text("utf-32-le"),
        21 => Format::Text("utf-32-be"),
        _ => return None,
    })
}

/// Undoes `array.__reduce_ex__`, on any machine.
pub fn reconstruct(
    cx: &mut Cx,
    class: Gc<Type>,
    typecode: Gc<Str>,
    format_code: i32,
    items: Value,
) -> PyResult<Value> {
    let base = cx.native_type(&ARRAY)?;
    if !class.is_subtype(base) {
        let name = class.full_name(cx);
        return Err(cx.type_error(format!("{name} is not a subtype of array.array")));
    }
    let &[code] = typecode.as_bytes() else {
        return Err(bad_code(cx));
    };
    if item::size(code).is_none() {
        return Err(cx.value_error("second argument must be a valid type code"));
    }
    let Some(format) = format(format_code) else {
        return Err(cx.value_error("third argument must be a valid machine format code."));
    };
    let Some(bytes) = Gc::<Bytes>::from_value(items) else {
        let name = cx.type_name(items);
        return Err(cx.type_error(format!("fourth argument should be bytes, not {name}")));
    };
    let bytes = bytes.as_bytes();
    let (size, big) = match format {
        Format::Text(encoding) => {
            let text = cx.decode(bytes, Some(encoding), None)?;
            let new = alloc(cx, class, code, 0)?;
            if let Some(s) = Gc::<Str>::from_value(text) {
                let characters = characters(s);
                splice(cx, new, 0, 0, &characters)?;
            }
            return Ok(new.value());
        }
        Format::Int { size, big, .. } | Format::Float { size, big } => (size, big),
    };
    if bytes.len() % size != 0 {
        return Err(cx.value_error("bytes length not a multiple of item size"));
    }
    // The type code of the same kind and size on this machine.
    let code = match format {
        Format::Int { signed, .. } => integer_code(code, size, signed),
        Format::Float { size, .. } => {
            if size == 4 {
                b'f'
            } else {
                b'd'
            }
        }
        Format::Text(_) => code,
    };
    let new = alloc(cx, class, code, bytes.len() / size)?;
    let out = new.bytes_mut();
    out.copy_from_slice(bytes);
    if big != cfg!(target_endian = "big") {
        out.chunks_exact_mut(size).for_each(<[u8]>::reverse);
    }
    Ok(new.value())
}

fn integer_code(wanted: u8, size: usize, signed: bool) -> u8 {
    let unsigned_of = |c: u8| c.to_ascii_uppercase();
    let kind = |c: u8| {
        if signed {
            c.to_ascii_lowercase()
        } else {
            unsigned_of(c)
        }
    };
    if kind(wanted) == wanted
        && item::size(wanted) == Some(size)
        && !item::is_text(wanted)
        && !matches!(wanted, b'f' | b'd')
    {
        return wanted;
    }
    kind(match size {
        1 => b'b',
        2 => b'h',
        4 => b'i',
        _ => b'l',
    })
}
