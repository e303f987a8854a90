//! `tuple`: layout and what native code uses.

pub mod field;
pub(crate) mod hash;
pub(crate) mod methods;

use std::sync::atomic::{AtomicI64, Ordering};

use crate::cx::{Cx, Root};
use crate::error::PyResult;
use crate::heap::Tracer;
use crate::native::{Layout, NamedLayout, TypeSpec};
use crate::object::{Gc, HAS_TAIL, Header, Kind, Object, Slot};
use crate::types::shape_id;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

pub use hash::{combine_fixed, combine_hashes};

/// `tuple` objects: `len` words behind the fixed part. Instances of subclasses have a tail behind
/// those.
#[repr(C)]
pub struct Tuple {
    pub header: Header,
    len: usize,
    /// The hash once it was asked for; 0 before that. Fresh memory is zeroed.
    hash: AtomicI64,
    items: [Slot; 0],
}

// SAFETY: repr(C), header first; immutable once it is known to more than its maker.
unsafe impl Object for Tuple {
    const KIND: Kind = Kind::Tuple;
}

impl NamedLayout for Tuple {
    const PY_NAME: &'static str = "tuple";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "tuple",
    doc: Some(
        "Built-in immutable sequence.\n\nWithout an argument the tuple is empty; with an iterable it has the iterable's items.\n\
         If the argument is a tuple, it is the result itself.",
    ),
    layout: Layout::variable::<Tuple>(),
    flags: flags::BASETYPE | flags::TUPLE_SUBCLASS | flags::SEQUENCE | flags::SEQUENCE_OPS,
    defs: &[methods::TupleMethods::DEFS],
    ..TypeSpec::DEFAULT
};

impl Tuple {
    /// Bytes of payload and header; the tail of a subclass's instance begins here.
    pub const fn size_for(len: usize) -> usize {
        size_of::<Tuple>() + len * 8
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes of this object's payload and header.
    pub fn payload_size(&self) -> usize {
        Tuple::size_for(self.len)
    }

    #[inline(always)]
    pub fn slots(&self) -> &[Slot] {
        // SAFETY: a tuple is allocated with `len` words behind its fixed part.
        unsafe { std::slice::from_raw_parts((&raw const self.items).cast(), self.len) }
    }

    /// The items. Lives as long as the tuple.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: `Slot` and `Value` are both transparent u64 words, and nobody writes any more.
        unsafe { std::slice::from_raw_parts((&raw const self.items).cast(), self.len) }
    }

    /// # Panics
    /// If `i` is out of range.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Value {
        self.slots()[i].get()
    }

    /// `tuple` itself, not a subclass.
    #[inline(always)]
    pub fn is_exact(&self) -> bool {
        self.header.shape() == shape_id::TUPLE
    }

    /// The hash, if it is known.
    #[inline(always)]
    pub(crate) fn known_hash(&self) -> Option<i64> {
        let h = self.hash.load(Ordering::Relaxed);
        (h != 0).then_some(h)
    }

    pub(crate) fn remember_hash(&self, h: i64) {
        self.hash.store(h, Ordering::Relaxed);
    }

    pub fn trace(&self, t: &mut Tracer<'_>) {
        // SAFETY: the words belong to this object.
        unsafe { t.words((&raw const self.items).cast(), self.len) }
    }

    /// An instance of `class` with `len` items, all `EMPTY`: `init` them before it is shown.
    pub fn alloc(cx: &mut Cx, class: Gc<Type>, len: usize) -> PyResult<Gc<Tuple>> {
        let shape = class.instance_shape();
        let tail = cx.shape_entry(shape).tail_words as usize;
        let t = Tuple::alloc_raw(cx, shape, len, tail)?;
        if class.has_finalizer() {
            // SAFETY: just allocated.
            unsafe { crate::finalize::watch_new(cx, t.header()) };
        }
        Ok(t)
    }

    fn alloc_raw(cx: &mut Cx, shape: u32, len: usize, tail: usize) -> PyResult<Gc<Tuple>> {
        if len > isize::MAX as usize / 16 {
            return Err(cx.memory_error());
        }
        let o = cx.alloc_sized(Tuple::size_for(len + tail), shape, Kind::Tuple)?;
        // SAFETY: fresh memory for `len + tail` words behind the fixed part.
        unsafe {
            let t = o.cast::<Tuple>();
            (&raw mut (*t).len).write(len);
            let words = o.cast::<u64>().add(size_of::<Tuple>() / 8);
            for i in 0..len + tail {
                words.add(i).write(Value::EMPTY.bits());
            }
            if tail != 0 {
                (*o).change_sticky_alone(HAS_TAIL, 0);
            }
            Ok(Gc::from_ptr(t))
        }
    }
}

impl Gc<Tuple> {
    /// Sets item `i` of a tuple that only its maker knows.
    #[inline(always)]
    pub fn init(self, cx: &mut Cx, i: usize, v: Value) {
        self.slots()[i].set(cx, self, v);
    }

    /// The items, for as long as the tuple is on the stack.
    #[inline(always)]
    pub fn as_slice<'a>(self) -> &'a [Value] {
        // SAFETY: as `Gc` itself: the reference on the native stack keeps the object.
        unsafe { std::slice::from_raw_parts(self.items().as_ptr(), self.len()) }
    }
}

impl Cx {
    /// `()`.
    #[inline]
    pub fn empty_tuple(&mut self) -> Value {
        let known = self.root(Root::EmptyTuple);
        if known.is_empty() {
            self.make_empty_tuple()
        } else {
            known
        }
    }

    #[cold]
    fn make_empty_tuple(&mut self) -> Value {
        let o = self
            .mutator
            .alloc(Tuple::size_for(0), shape_id::TUPLE, Kind::Tuple as u8);
        let t = Value::from_object(o);
        self.set_root(Root::EmptyTuple, t);
        t
    }

    /// A tuple of these items.
    ///
    /// # Panics
    /// If there is no memory, which small tuples cannot meet; see [`Cx::try_new_tuple`].
    #[inline]
    pub fn new_tuple(&mut self, items: &[Value]) -> Value {
        match self.try_new_tuple(items) {
            Ok(t) => t,
            Err(_) => panic!("out of memory for a small tuple"),
        }
    }

    /// `(a, b)`, as the iterators make them one after the other.
    #[inline]
    pub fn new_pair(&mut self, a: Value, b: Value) -> Value {
        const SIZE: usize = Tuple::size_for(2);
        let o = self.mutator.alloc(SIZE, shape_id::TUPLE, Kind::Tuple as u8);
        // SAFETY: fresh memory for two words behind the fixed part; no barrier, as in `try_new_tuple`.
        unsafe {
            (&raw mut (*o.cast::<Tuple>()).len).write(2);
            let words = o.cast::<Value>().add(size_of::<Tuple>() / 8);
            words.write(a);
            words.add(1).write(b);
        }
        Value::from_object(o)
    }

    /// A tuple of these items, of which there may be very many.
    pub fn try_new_tuple(&mut self, items: &[Value]) -> PyResult<Value> {
        if items.is_empty() {
            return Ok(self.empty_tuple());
        }
        let n = items.len();
        if n > isize::MAX as usize / 16 {
            return Err(self.memory_error());
        }
        let o = self.alloc_sized(Tuple::size_for(n), shape_id::TUPLE, Kind::Tuple)?;
        // SAFETY: fresh memory for `n` words behind the fixed part. No barrier: nothing was
        // allocated since, so the tuple is young or of its own logged unit.
        unsafe {
            let t = o.cast::<Tuple>();
            (&raw mut (*t).len).write(n);
            let words = o.cast::<Value>().add(size_of::<Tuple>() / 8);
            crate::object::copy_few(items.as_ptr(), words, n);
        }
        Ok(Value::from_object(o))
    }
}
