//! Changing a bytearray: everything goes through `splice`, under the object's lock.

use std::sync::atomic::Ordering;

use super::ByteArray;
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::types::bytes::RawBytes;
use crate::types::slice::SliceRange;

/// Capacity for `len` bytes, so that appending is amortised.
fn grown(len: usize) -> usize {
    if len == 0 {
        0
    } else {
        (len + len / 8 + 8).next_multiple_of(8)
    }
}

impl Gc<ByteArray> {
    /// BufferError if a buffer of this object is in use.
    pub fn check_resizable(self, cx: &mut Cx) -> PyResult<()> {
        if self.exports().count() != 0 && self.exports().is_busy(cx, self.value())? {
            return Err(cx.buffer_error("Existing exports of data: object cannot be re-sized"));
        }
        Ok(())
    }

    /// Replaces `removed` bytes from `at` on by `insert`, which is not part of this object.
    /// BufferError if the size changes while a buffer is in use.
    pub fn splice(self, cx: &mut Cx, at: usize, removed: usize, insert: &[u8]) -> PyResult<()> {
        if removed != insert.len() {
            self.check_resizable(cx)?;
        }
        loop {
            let known = self.len();
            let at = at.min(known);
            let removed = removed.min(known - at);
            let len = known - removed + insert.len();
            // Allocation is not allowed under the lock: get room first, then look again.
            let fresh = if self.fits(len) {
                None
            } else {
                Some(RawBytes::alloc(cx, grown(len))?)
            };
            cx.mutator.lock(self.header());
            let done = self.len() == known && (fresh.is_some() || self.fits(len));
            if done {
                match fresh {
                    None => self.splice_in_place(at, removed, insert),
                    Some(storage) => self.splice_into(cx, storage, at, removed, insert),
                }
            }
            cx.mutator.unlock(self.header());
            if done {
                return Ok(());
            }
        }
    }

    fn storage(self) -> Option<Gc<RawBytes>> {
        Gc::from_value(self.storage.get())
    }

    /// Whether `len` bytes fit the storage, at the cost of moving what is there at most once per
    /// storage size.
    fn fits(self, len: usize) -> bool {
        let capacity = self.storage().map_or(0, |s| s.capacity());
        let start = self.start.load(Ordering::Relaxed);
        start + len <= capacity || (len <= capacity && start >= capacity / 2)
    }

    /// Under the lock, where `fits` holds for the new length.
    fn splice_in_place(self, at: usize, removed: usize, insert: &[u8]) {
        let (data, len) = self.parts();
        let new_len = len - removed + insert.len();
        let tail = len - at - removed;
        let Some(storage) = self.storage() else {
            return;
        };
        let start = self.start.load(Ordering::Relaxed);
        // SAFETY: all ranges lie inside the storage: `fits` was checked for the new length.
        unsafe {
            if at == 0 && removed >= insert.len() {
                // Only the front changes: what is behind stays where it is.
                let skip = removed - insert.len();
                std::ptr::copy_nonoverlapping(insert.as_ptr(), data.add(skip), insert.len());
                self.start.store(
                    if new_len == 0 { 0 } else { start + skip },
                    Ordering::Release,
                );
            } else {
                let to = if start + new_len <= storage.capacity() {
                    data
                } else {
                    storage.data()
                };
                std::ptr::copy(data, to, at);
                if to.add(at + insert.len()) != data.add(at + removed) {
                    std::ptr::copy(data.add(at + removed), to.add(at + insert.len()), tail);
                }
                std::ptr::copy_nonoverlapping(insert.as_ptr(), to.add(at), insert.len());
                self.start
                    .store(to.offset_from_unsigned(storage.data()), Ordering::Release);
            }
        }
        self.len.store(new_len, Ordering::Release);
    }

    /// Under the lock: the new contents go to `storage`.
    fn splice_into(
        self,
        cx: &mut Cx,
        storage: Gc<RawBytes>,
        at: usize,
        removed: usize,
        insert: &[u8],
    ) {
        let old = self.as_bytes();
        let new_len = old.len() - removed + insert.len();
        let to = storage.data();
        // SAFETY: the storage is fresh and has room for `new_len` bytes.
        unsafe {
            std::ptr::copy_nonoverlapping(old.as_ptr(), to, at);
            std::ptr::copy_nonoverlapping(insert.as_ptr(), to.add(at), insert.len());
            let tail = &old[at + removed..];
            std::ptr::copy_nonoverlapping(tail.as_ptr(), to.add(at + insert.len()), tail.len());
        }
        self.storage.set(cx, self, storage.value());
        self.start.store(0, Ordering::Release);
        self.len.store(new_len, Ordering::Release);
    }

    /// Appends bytes.
    pub fn extend(self, cx: &mut Cx, bytes: &[u8]) -> PyResult<()> {
        let len = self.len();
        self.splice(cx, len, 0, bytes)
    }

    pub fn push(self, cx: &mut Cx, byte: u8) -> PyResult<()> {
        self.extend(cx, &[byte])
    }

    /// Cuts or grows to `len` bytes; new ones are zero.
    pub fn resize(self, cx: &mut Cx, len: usize) -> PyResult<()> {
        let now = self.len();
        if len <= now {
            return self.splice(cx, len, now - len, &[]);
        }
        let mut zeros = Vec::new();
        if len > isize::MAX as usize / 2 || zeros.try_reserve_exact(len - now).is_err() {
            return Err(cx.memory_error());
        }
        zeros.resize(len - now, 0);
        self.extend(cx, &zeros)
    }

    pub fn clear(self, cx: &mut Cx) -> PyResult<()> {
        let len = self.len();
        self.splice(cx, 0, len, &[])
    }

    /// Removes and returns the byte at `i`, which is in range unless another thread shrinks.
    pub fn remove_at(self, cx: &mut Cx, i: usize) -> PyResult<Option<u8>> {
        let byte = self.as_bytes().get(i).copied();
        if byte.is_some() {
            self.splice(cx, i, 1, &[])?;
        }
        Ok(byte)
    }

    /// `self[i] = byte`; false if `i` is out of range.
    pub fn set_byte(self, cx: &mut Cx, i: usize, byte: u8) -> bool {
        cx.mutator.lock(self.header());
        let (data, len) = self.parts();
        if i < len {
            // SAFETY: inside the storage.
            unsafe { data.add(i).write(byte) };
        }
        cx.mutator.unlock(self.header());
        i < len
    }

    /// `del self[range]`.
    pub fn delete_range(self, cx: &mut Cx, range: SliceRange) -> PyResult<()> {
        let range = range.ascending();
        if range.count == 0 {
            return Ok(());
        }
        if range.step == 1 {
            return self.splice(cx, range.start as usize, range.count, &[]);
        }
        self.check_resizable(cx)?;
        let bytes = self.as_bytes();
        let mut gone = range.indices().peekable();
        let mut kept = Vec::with_capacity(bytes.len());
        for (i, &b) in bytes.iter().enumerate() {
            if gone.next_if_eq(&i).is_none() {
                kept.push(b);
            }
        }
        self.splice(cx, 0, bytes.len(), &kept)
    }

    /// `self[range] = bytes` for an extended slice; the lengths are equal.
    pub fn assign_spread(self, cx: &mut Cx, range: SliceRange, bytes: &[u8]) {
        cx.mutator.lock(self.header());
        let (data, len) = self.parts();
        for (i, &b) in range.indices().zip(bytes) {
            if i < len {
                // SAFETY: inside the storage.
                unsafe { data.add(i).write(b) };
            }
        }
        cx.mutator.unlock(self.header());
    }

    pub fn reverse(self, cx: &mut Cx) {
        cx.mutator.lock(self.header());
        let (data, len) = self.parts();
        // SAFETY: the storage is ours while we hold the lock; readers see single bytes.
        unsafe { std::slice::from_raw_parts_mut(data, len) }.reverse();
        cx.mutator.unlock(self.header());
    }

    /// Bytes allocated, the one CPython keeps for a NUL included.
    pub fn allocated(self) -> usize {
        self.storage().map_or(0, |s| s.capacity() + 1)
    }
}
