//! Allocation of objects: instances with their tails, objects of known shape, arrays and cells.

use krait_heap::MAX_SMALL;

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Array, Gc, HAS_TAIL, Header, Kind, Slot};
use crate::types::typeobj::Type;
use crate::value::Value;

impl Cx {
    /// Allocates an instance of `class` with the payload that `init` makes, tail included.
    /// `size` is the payload's bytes, header included.
    #[inline]
    pub fn alloc_instance_of<T>(
        &mut self,
        class: Gc<Type>,
        size: usize,
        kind: Kind,
        init: impl FnOnce(Header) -> T,
    ) -> Gc<T> {
        let shape = class.instance_shape();
        let tail = self.shape_entry(shape).tail_words as usize;
        let size = size.next_multiple_of(8);
        let o = self.mutator.alloc(size + tail * 8, shape, kind as u8);
        // SAFETY: fresh memory of at least that size; the header is copied from the allocation.
        unsafe {
            if tail != 0 {
                let words = o.cast::<u64>().add(size / 8);
                for i in 0..tail {
                    words.add(i).write(Value::EMPTY.bits());
                }
            }
            let header = std::ptr::read(o);
            o.cast::<T>().write(init(header));
            if tail != 0 {
                (*o).change_sticky_alone(HAS_TAIL, 0);
            }
            if class.has_finalizer() {
                crate::finalize::watch_new(self, o);
            }
            Gc::from_ptr(o.cast())
        }
    }

    /// Allocates an instance of a class without payload of its own and without finalizer, if that takes
    /// no call.
    #[inline(always)]
    pub fn instance_at_once(&mut self, class: Gc<Type>) -> Option<Value> {
        if class.has_finalizer() {
            return None;
        }
        let shape = class.instance_shape();
        let tail = self.shape_entry(shape).tail_words as usize;
        let size = size_of::<Header>() + tail * size_of::<Value>();
        let o = self
            .mutator
            .alloc_at_once(size, shape, Kind::Instance as u8)?;
        // SAFETY: fresh memory of that size, header included.
        unsafe {
            crate::vec::fill_few(o.add(1).cast(), tail, Value::EMPTY);
            if tail != 0 {
                (*o).change_sticky_alone(HAS_TAIL, 0);
            }
        }
        Some(Value::from_object(o))
    }

    /// Allocates an object with a known shape, exact builtin type, no tail. Large sizes raise
    /// MemoryError when memory is out.
    #[inline(always)]
    pub fn alloc_sized(&mut self, size: usize, shape: u32, kind: Kind) -> PyResult<*mut Header> {
        if size <= MAX_SMALL {
            return Ok(self.mutator.alloc(size, shape, kind as u8));
        }
        self.alloc_large(size, shape, kind)
    }

    #[inline(never)]
    fn alloc_large(&mut self, size: usize, shape: u32, kind: Kind) -> PyResult<*mut Header> {
        match self.mutator.try_alloc_large(size, shape, kind as u8) {
            Ok(o) => Ok(o),
            Err(_) => Err(self.memory_error()),
        }
    }

    /// Allocates an instance of `class`, whose payload takes `payload` bytes (header included) in
    /// this object; the tail behind it is made when the class has one. The payload is zeroed.
    #[inline]
    pub fn alloc_variable(
        &mut self,
        class: Gc<Type>,
        payload: usize,
        kind: Kind,
    ) -> PyResult<*mut Header> {
        let shape = class.instance_shape();
        let tail = self.shape_entry(shape).tail_words as usize;
        let payload = payload.next_multiple_of(8);
        let o = self.alloc_sized(payload + tail * 8, shape, kind)?;
        // SAFETY: fresh memory of that size.
        unsafe {
            if tail != 0 {
                let words = o.cast::<u64>().add(payload / 8);
                for i in 0..tail {
                    words.add(i).write(Value::EMPTY.bits());
                }
                (*o).change_sticky_alone(HAS_TAIL, 0);
            }
            if class.has_finalizer() {
                crate::finalize::watch_new(self, o);
            }
        }
        Ok(o)
    }

    /// An array of `len` `EMPTY` words. For lengths that a program chooses use `try_new_array`.
    pub fn new_array(&mut self, len: usize) -> Gc<Array> {
        match self.try_new_array(len) {
            Ok(a) => a,
            Err(_) => panic!("out of memory for a small array"),
        }
    }

    pub fn try_new_array(&mut self, len: usize) -> PyResult<Gc<Array>> {
        self.try_array_with(len, |_| Value::EMPTY)
    }

    /// An array of `len` words that `word` gives, in order. It must not allocate.
    #[inline]
    pub fn try_array_with(
        &mut self,
        len: usize,
        mut word: impl FnMut(usize) -> Value,
    ) -> PyResult<Gc<Array>> {
        if len > isize::MAX as usize / 16 {
            return Err(self.memory_error());
        }
        let o = self.alloc_sized(
            Array::size_for(len),
            crate::types::shape_id::ARRAY,
            Kind::Array,
        )?;
        // SAFETY: fresh memory for `len` words behind the fixed part. No barrier: nothing was allocated since.
        unsafe {
            let a = o.cast::<Array>();
            (&raw mut (*a).len).write(len);
            let words = o.cast::<Value>().add(size_of::<Array>() / 8);
            for i in 0..len {
                words.add(i).write(word(i));
            }
            Ok(Gc::from_ptr(a))
        }
    }

    /// An array of these words.
    #[inline]
    pub fn try_array_of(&mut self, items: &[Value]) -> PyResult<Gc<Array>> {
        let len = items.len();
        if len > isize::MAX as usize / 16 {
            return Err(self.memory_error());
        }
        let o = self.alloc_sized(
            Array::size_for(len),
            crate::types::shape_id::ARRAY,
            Kind::Array,
        )?;
        // SAFETY: fresh memory for `len` words behind the fixed part. No barrier: nothing was allocated since.
        unsafe {
            let a = o.cast::<Array>();
            (&raw mut (*a).len).write(len);
            let words = o.cast::<Value>().add(size_of::<Array>() / 8);
            crate::object::copy_few(items.as_ptr(), words, len);
            Ok(Gc::from_ptr(a))
        }
    }

    pub fn new_cell(&mut self, contents: Value) -> Gc<crate::object::Cell> {
        let o = self.mutator.alloc(
            size_of::<crate::object::Cell>(),
            crate::types::shape_id::CELL,
            Kind::Cell as u8,
        );
        // SAFETY: fresh memory of a cell.
        unsafe {
            let c = o.cast::<crate::object::Cell>();
            (&raw mut (*c).contents).write(Slot::new(contents));
            Gc::from_ptr(c)
        }
    }
}
