//! Methods of `mmap.mmap`.

use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::int::is_int;
use krait_runtime::types::slice::{Slice, SliceRange};

use super::{Access, Mapping, Request, This, create, open, resize, writable};
use crate::prelude::*;
use crate::support;

/// An index from the end if negative, `None` outside.
fn index(i: isize, len: usize) -> Option<usize> {
    let i = if i < 0 { i + len as isize } else { i };
    usize::try_from(i).ok().filter(|&i| i < len)
}

/// A subscript, before the length is known.
enum Key {
    Index(isize),
    Slice(Gc<Slice>),
}

fn key_arg(cx: &mut Cx, key: Value, message: &str) -> PyResult<Key> {
    if let Some(s) = Gc::<Slice>::from_value(key) {
        return Ok(Key::Slice(s));
    }
    if !cx.is_index(key) {
        return Err(cx.type_error(message));
    }
    cx.size_index(key).map(Key::Index)
}

fn selected(bytes: &[u8], range: SliceRange) -> Vec<u8> {
    if range.step == 1 {
        return bytes[range.start as usize..range.start as usize + range.count].to_vec();
    }
    range.indices().map(|i| bytes[i]).collect()
}

/// The first or last place of `needle` in `hay`.
fn search(hay: &[u8], needle: &[u8], last: bool) -> Option<usize> {
    if last {
        memchr::memmem::rfind(hay, needle)
    } else {
        memchr::memmem::find(hay, needle)
    }
}

/// A bound of a search: an index, from the end if negative, within the mapping.
fn bound(cx: &mut Cx, v: Option<Value>, default: usize, len: usize) -> PyResult<usize> {
    let Some(v) = v.filter(|v| !v.is_none()) else {
        return Ok(default);
    };
    let i = cx.size_index(v)?;
    let i = if i < 0 {
        i.saturating_add(len as isize)
    } else {
        i
    };
    Ok(i.clamp(0, len as isize) as usize)
}

fn find(
    cx: &mut Cx,
    this: This,
    view: Value,
    start: Option<Value>,
    end: Option<Value>,
    last: bool,
) -> PyResult<i64> {
    let needle = cx.bytes_of(view)?;
    let (pos, len) = {
        let st = open(cx, this)?;
        (st.pos, st.len)
    };
    let start = bound(cx, start, pos, len)?;
    let end = bound(cx, end, len, len)?;
    let st = open(cx, this)?;
    let (start, end) = (start.min(st.len), end.min(st.len));
    if start > end {
        return Ok(-1);
    }
    let found = search(&st.bytes()[start..end], needle.as_bytes(), last);
    Ok(found.map_or(-1, |i| (start + i) as i64))
}

/// Reads `n` bytes at the position, or fewer at the end.
fn take(cx: &mut Cx, st: &mut Mapping, n: usize) -> PyResult<Value> {
    let start = st.pos.min(st.len);
    let end = start.saturating_add(n).min(st.len);
    let v = Bytes::from_slice(cx, &st.bytes()[start..end])?;
    st.pos = end;
    Ok(v.value())
}

pub struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        sig = "($type, /, fileno, length, flags=MAP_SHARED, prot=PROT_WRITE|PROT_READ, access=ACCESS_DEFAULT, offset=0, *, trackfd=True)",
        hide_sig
    )]
    #[allow(clippy::too_many_arguments)] // The signature is CPython's.
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        fileno: i32,
        length: isize,
        flags: Option<i32>,
        prot: Option<i32>,
        access: Option<i32>,
        offset: Option<i64>,
        trackfd: Option<bool>,
    ) -> PyResult<Value> {
        let request = Request {
            fd: fileno,
            length,
            flags,
            prot,
            access: access.unwrap_or(0),
            offset: offset.unwrap_or(0),
            trackfd: trackfd.unwrap_or(true),
        };
        create(cx, class, request)
    }
    #[py(sig = "($self, /)", doc = "")]
    fn close(cx: &mut Cx, this: This) -> PyResult<()> {
        if this.exports.is_busy(cx, this.value())? {
            return Err(cx.buffer_error("cannot close exported pointers exist"));
        }
        this.state.enter(cx, this.value())?.close();
        Ok(())
    }
    #[py(getter)]
    fn closed(cx: &mut Cx, this: This) -> PyResult<bool> {
        Ok(this.state.enter(cx, this.value())?.start == 0)
    }
    #[py(
        name = "find",
        sig = "($self, view, start=None, end=None, /)",
        doc = ""
    )]
    fn find_(
        cx: &mut Cx,
        this: This,
        view: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<i64> {
        find(cx, this, view, start, end, false)
    }
    #[py(sig = "($self, view, start=None, end=None, /)", doc = "")]
    fn rfind(
        cx: &mut Cx,
        this: This,
        view: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<i64> {
        find(cx, this, view, start, end, true)
    }
    #[py(sig = "($self, offset=0, size=None, /)", doc = "")]
    fn flush(cx: &mut Cx, this: This, offset: Option<isize>, size: Option<Value>) -> PyResult<()> {
        let size = match size.filter(|v| !v.is_none()) {
            Some(v) => Some(cx.size_index(v)?),
            None => None,
        };
        let st = open(cx, this)?;
        let (offset, len) = (offset.unwrap_or(0), st.len as isize);
        let size = size.unwrap_or(len);
        if size < 0 || offset < 0 || len - offset < size {
            return Err(cx.value_error("flush values out of range"));
        }
        if matches!(st.access, Access::Read | Access::Copy) {
            return Ok(());
        }
        let start = st.start + offset as usize;
        let (r, code) = cx.blocking(|| {
            // SAFETY: a part of the mapping.
            let r =
                unsafe { libc::msync(start as *mut libc::c_void, size as usize, libc::MS_SYNC) };
            (r, support::errno())
        });
        if r < 0 {
            Err(support::os_error(cx, code))
        } else {
            Ok(())
        }
    }
    #[py(sig = "($self, option, start=0, length=None, /)", doc = "")]
    fn madvise(
        cx: &mut Cx,
        this: This,
        option: i32,
        start: Option<isize>,
        length: Option<Value>,
    ) -> PyResult<()> {
        let length = match length.filter(|v| !v.is_none()) {
            Some(v) => Some(cx.size_index(v)?),
            None => None,
        };
        let st = open(cx, this)?;
        let Some(start) = usize::try_from(start.unwrap_or(0))
            .ok()
            .filter(|&s| s < st.len)
        else {
            return Err(cx.value_error("madvise start out of bounds"));
        };
        let Ok(length) = usize::try_from(length.unwrap_or(st.len as isize)) else {
            return Err(cx.value_error("madvise length invalid"));
        };
        let length = length.min(st.len - start);
        // SAFETY: a part of the mapping.
        let r = unsafe { libc::madvise((st.start + start) as *mut libc::c_void, length, option) };
        support::check(cx, r).map(|_| ())
    }
    #[py(name = "move", sig = "($self, dest, src, count, /)", doc = "")]
    fn move_(cx: &mut Cx, this: This, dest: isize, src: isize, count: isize) -> PyResult<()> {
        let mut st = writable(cx, this)?;
        let len = st.len as isize;
        if dest < 0 || src < 0 || count < 0 || len - dest < count || len - src < count {
            return Err(cx.value_error("source, destination, or count out of range"));
        }
        st.bytes_mut()
            .copy_within(src as usize..(src + count) as usize, dest as usize);
        Ok(())
    }
    #[py(sig = "($self, n=None, /)", doc = "")]
    fn read(cx: &mut Cx, this: This, n: Option<Value>) -> PyResult<Value> {
        let n = match n.filter(|v| !v.is_none()) {
            None => -1,
            Some(v) if cx.is_index(v) => cx.size_index(v)?,
            Some(v) => {
                let got = cx.type_name(v);
                return Err(
                    cx.type_error(format!("argument should be integer or None, not '{got}'"))
                );
            }
        };
        let mut st = open(cx, this)?;
        take(cx, &mut st, usize::try_from(n).unwrap_or(usize::MAX))
    }
    #[py(sig = "($self, /)", doc = "")]
    fn read_byte(cx: &mut Cx, this: This) -> PyResult<u8> {
        let mut st = open(cx, this)?;
        let pos = st.pos;
        let Some(&b) = st.bytes().get(pos) else {
            return Err(cx.value_error("read byte out of range"));
        };
        st.pos += 1;
        Ok(b)
    }
    #[py(sig = "($self, /)", doc = "")]
    fn readline(cx: &mut Cx, this: This) -> PyResult<Value> {
        let mut st = open(cx, this)?;
        let rest = &st.bytes()[st.pos.min(st.len)..];
        let n = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        take(cx, &mut st, n)
    }
    #[py(name = "resize", sig = "($self, newsize, /)", doc = "")]
    fn resize_(cx: &mut Cx, this: This, newsize: isize) -> PyResult<()> {
        match usize::try_from(newsize) {
            Ok(n) => resize(cx, this, n),
            Err(_) => Err(cx.value_error("new size out of range")),
        }
    }
    #[py(sig = "($self, pos, whence=0, /)", doc = "")]
    fn seek(cx: &mut Cx, this: This, pos: isize, whence: Option<i32>) -> PyResult<usize> {
        let mut st = open(cx, this)?;
        let from = match whence.unwrap_or(0) {
            0 => 0,
            1 => st.pos,
            2 => st.len,
            _ => return Err(cx.value_error("unknown seek type")),
        };
        let to = (from as isize)
            .checked_add(pos)
            .and_then(|p| usize::try_from(p).ok());
        match to.filter(|&p| p <= st.len) {
            Some(p) => {
                st.pos = p;
                Ok(p)
            }
            None => Err(cx.value_error("seek out of range")),
        }
    }
    #[py(sig = "($self, /)", doc = "")]
    fn seekable(_this: This) -> bool {
        true
    }
    #[py(sig = "($self, /)", doc = "")]
    fn size(cx: &mut Cx, this: This) -> PyResult<i64> {
        let st = open(cx, this)?;
        // SAFETY: plain data, filled by the call.
        let (r, status) = unsafe {
            let mut status: libc::stat = std::mem::zeroed();
            (libc::fstat(st.fd, &raw mut status), status)
        };
        support::check(cx, r)?;
        Ok(status.st_size)
    }
    #[py(sig = "($self, /)", doc = "")]
    fn tell(cx: &mut Cx, this: This) -> PyResult<usize> {
        Ok(open(cx, this)?.pos)
    }
    #[py(sig = "($self, bytes, /)", doc = "")]
    fn write(cx: &mut Cx, this: This, bytes: Value) -> PyResult<usize> {
        let data = cx.bytes_of(bytes)?;
        let data = data.as_bytes();
        let mut st = writable(cx, this)?;
        let pos = st.pos;
        if pos > st.len || st.len - pos < data.len() {
            return Err(cx.value_error("data out of range"));
        }
        st.bytes_mut()[pos..pos + data.len()].copy_from_slice(data);
        st.pos += data.len();
        Ok(data.len())
    }
    #[py(sig = "($self, byte, /)", doc = "")]
    fn write_byte(cx: &mut Cx, this: This, byte: Value) -> PyResult<()> {
        let byte = match cx.index_i64(byte)? {
            Some(n) if n < 0 => {
                return Err(cx.overflow_error("unsigned byte integer is less than minimum"));
            }
            Some(n) if n <= 255 => n as u8,
            _ => return Err(cx.overflow_error("unsigned byte integer is greater than maximum")),
        };
        let mut st = writable(cx, this)?;
        let pos = st.pos;
        if pos >= st.len {
            return Err(cx.value_error("write byte out of range"));
        }
        st.bytes_mut()[pos] = byte;
        st.pos += 1;
        Ok(())
    }
    #[py(sig = "($self, /)", doc = "")]
    fn __enter__(cx: &mut Cx, this: This) -> PyResult<Value> {
        open(cx, this)?;
        Ok(this.value())
    }
    #[py(sig = "($self, exc_type, exc_value, traceback, /)", doc = "")]
    fn __exit__(cx: &mut Cx, this: This, _t: Value, _v: Value, _tb: Value) -> PyResult<Value> {
        cx.call_method_str(this.value(), "close", &[])
    }
}

/// Special methods: those of a sequence of bytes.
pub struct Special;

#[pymethods]
impl Special {
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> PyResult<String> {
        let class = cx.type_of(this.value()).full_name(cx);
        let st = this.state.enter(cx, this.value())?;
        if st.start == 0 {
            return Ok(format!("<{class} closed=True>"));
        }
        let (access, len, pos, offset) = (st.access.name(), st.len, st.pos, st.offset);
        Ok(format!(
            "<{class} closed=False, access={access}, length={len}, pos={pos}, offset={offset}>"
        ))
    }
    /// Implement iter(self).
    #[py(sig = "($self, /)")]
    fn __iter__(cx: &mut Cx, this: This) -> PyResult<Value> {
        super::iter::start(cx, this)
    }
    #[py]
    fn __len__(cx: &mut Cx, this: This) -> PyResult<usize> {
        Ok(open(cx, this)?.len)
    }
    #[py(sig = "($self, key, /)")]
    fn __getitem__(cx: &mut Cx, this: This, key: Value) -> PyResult<Value> {
        open(cx, this)?;
        match key_arg(cx, key, "mmap indices must be integers")? {
            Key::Index(i) => {
                let st = open(cx, this)?;
                match index(i, st.len) {
                    Some(i) => Ok(Value::small(st.bytes()[i].into())),
                    None => Err(cx.index_error("mmap index out of range")),
                }
            }
            Key::Slice(s) => {
                let unpacked = s.unpack(cx)?;
                let st = open(cx, this)?;
                let bytes = selected(st.bytes(), unpacked.adjust(st.len));
                Ok(Bytes::from_slice(cx, &bytes)?.value())
            }
        }
    }
    #[py(sig = "($self, key, value, /)")]
    fn __setitem__(cx: &mut Cx, this: This, key: Value, value: Value) -> PyResult<()> {
        writable(cx, this)?;
        match key_arg(cx, key, "mmap indices must be integer")? {
            Key::Index(i) => {
                let len = open(cx, this)?.len;
                let Some(i) = index(i, len) else {
                    return Err(cx.index_error("mmap index out of range"));
                };
                if !is_int(value) && !cx.is_index(value) {
                    return Err(cx.type_error("mmap item value must be an int"));
                }
                let Some(b) = cx.index_i64(value)?.and_then(|n| u8::try_from(n).ok()) else {
                    return Err(cx.value_error("mmap item value must be in range(0, 256)"));
                };
                let mut st = writable(cx, this)?;
                if let Some(place) = st.bytes_mut().get_mut(i) {
                    *place = b;
                }
                Ok(())
            }
            Key::Slice(s) => {
                let unpacked = s.unpack(cx)?;
                let data = cx.bytes_of(value)?;
                let mut st = writable(cx, this)?;
                let range = unpacked.adjust(st.len);
                if range.count != data.as_bytes().len() {
                    return Err(cx.index_error("mmap slice assignment is wrong size"));
                }
                let bytes = st.bytes_mut();
                for (i, &b) in range.indices().zip(data.as_bytes()) {
                    bytes[i] = b;
                }
                Ok(())
            }
        }
    }
    #[py(sig = "($self, key, /)")]
    fn __delitem__(cx: &mut Cx, this: This, _key: Value) -> PyResult<()> {
        writable(cx, this)?;
        Err(cx.type_error("mmap doesn't support item deletion"))
    }
}
