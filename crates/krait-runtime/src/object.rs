//! Heap objects as Rust sees them: kinds, typed references (`Gc`), traced fields (`Slot`).
//!
//! Every object starts with a [`Header`]. Its `kind` byte says how the payload is laid out, its
//! shape says the class and where attributes are. Instances of classes written in Python, and of
//! Python subclasses of builtin types, have a *tail* behind the payload: words for `__slots__`,
//! the overflow word and inline attribute slots (see `shape`).

use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

pub use krait_heap::Header;

use crate::cx::Cx;
use crate::value::Value;

/// Header bit: the object has a tail of attribute words behind its payload.
pub const HAS_TAIL: u8 = 64;

/// Payload layouts. The collector traces by kind; `type()` is the shape's business.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// No payload, only a tail: instances of Python classes.
    Instance = 0,
    /// A fixed payload without references (`Float`, `Complex`, `None`...).
    Plain,
    Float,
    Complex,
    Int,
    Bool,
    Str,
    Bytes,
    ByteArray,
    Tuple,
    List,
    Dict,
    DictStorage,
    GlobalCell,
    Set,
    SetStorage,
    /// `len` words, all references: storage of lists, overflow attributes, temporary vectors.
    Array,
    /// Raw bytes without references: storage of byte arrays, string indices.
    RawBytes,
    Cell,
    Type,
    Module,
    MethodDescr,
    BuiltinFunction,
    BoundMethod,
    Function,
    Code,
    Frame,
    Generator,
    Exception,
    WeakRef,
    Slice,
    Range,
    /// `NativeObj<T>`: payloads that describe themselves through a `NativeInfo`.
    Native,
    /// Like `Native`, for payloads with Rust destructors; swept one by one.
    NativeDrop,
}

impl Kind {
    /// `Function`, `Code`, `Frame` and `Generator` belong to the crate above: they are laid out as
    /// native objects (header, info, payload) with kinds of their own for fast tests.
    pub const UPPER: [Kind; 4] = [Kind::Function, Kind::Code, Kind::Frame, Kind::Generator];
}

/// A payload struct with the header in front.
///
/// # Safety
/// The type is `#[repr(C)]`, its first field is a [`Header`], and every object whose header says
/// `KIND` starts with this layout. It must be sound to share between threads.
pub unsafe trait Object: 'static {
    const KIND: Kind;
}

/// A typed reference to a heap object. `Copy`; kept alive like a [`Value`].
#[repr(transparent)]
pub struct Gc<T> {
    ptr: NonNull<T>,
    _type: PhantomData<*const T>,
}

impl<T> Clone for Gc<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Gc<T> {}
impl<T> PartialEq for Gc<T> {
    // Not inlined, it would take addresses of its operands: a handler would lose its tail call.
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.ptr == other.ptr
    }
}
impl<T> Eq for Gc<T> {}

impl<T> std::fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gc({:p})", self.ptr)
    }
}

impl<T> Deref for Gc<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a `Gc` is made only from live objects of this layout, objects do not move, and
        // the conservative stack scan keeps the object alive while this reference is on a stack.
        unsafe { self.ptr.as_ref() }
    }
}

impl<T> Gc<T> {
    /// # Safety
    /// `ptr` points to a live object laid out as `T`.
    #[inline(always)]
    pub unsafe fn from_ptr(ptr: *mut T) -> Gc<T> {
        debug_assert!(!ptr.is_null());
        // SAFETY: not null by the caller's promise.
        let ptr = unsafe { NonNull::new_unchecked(ptr) };
        Gc {
            ptr,
            _type: PhantomData,
        }
    }

    #[inline(always)]
    pub fn as_ptr(self) -> *mut T {
        self.ptr.as_ptr()
    }

    #[inline(always)]
    pub fn header(self) -> *mut Header {
        self.ptr.as_ptr().cast()
    }

    #[inline(always)]
    pub fn value(self) -> Value {
        Value::from_object(self.header())
    }
}

impl<T: Object> Gc<T> {
    /// The object behind `v` if it has the layout `T` (subclasses included).
    #[inline(always)]
    pub fn from_value(v: Value) -> Option<Gc<T>> {
        if kind_of(v)? == T::KIND as u8 {
            // SAFETY: the kind byte vouches for the layout.
            Some(unsafe { Gc::from_ptr(v.object_unchecked().cast()) })
        } else {
            None
        }
    }

    /// The object behind `v`, whose kind the caller knows (a method's `self`, say).
    #[inline(always)]
    pub fn from_value_unchecked(v: Value) -> Gc<T> {
        debug_assert!(kind_of(v) == Some(T::KIND as u8));
        // SAFETY: the caller's knowledge, checked in debug builds.
        unsafe { Gc::from_ptr(v.object_unchecked().cast()) }
    }
}

impl<T> From<Gc<T>> for Value {
    #[inline(always)]
    fn from(object: Gc<T>) -> Value {
        object.value()
    }
}

/// The kind byte of an object, `None` for immediates.
#[inline(always)]
pub fn kind_of(v: Value) -> Option<u8> {
    // SAFETY: an object reference points to a live header.
    v.as_object().map(|o| unsafe { (*o).kind() })
}

#[inline(always)]
pub fn is_kind(v: Value, kind: Kind) -> bool {
    kind_of(v) == Some(kind as u8)
}

/// Identity of two object words that differ: boxed floats are the same if their bits are, big
/// ints never are (CPython promises nothing for them).
pub(crate) fn same_boxed(a: Value, b: Value) -> bool {
    match (Gc::<FloatObj>::from_value(a), Gc::<FloatObj>::from_value(b)) {
        (Some(x), Some(y)) => {
            // SAFETY: both are live objects.
            let same_class = unsafe { (*x.header()).shape() == (*y.header()).shape() };
            same_class && tail_bit(x.header()) == 0 && x.value.to_bits() == y.value.to_bits()
        }
        _ => false,
    }
}

/// The tail bit of an object: instances of Python subclasses have identities of their own.
fn tail_bit(o: *mut Header) -> u8 {
    // SAFETY: called with live objects only.
    unsafe { (*o).sticky() & HAS_TAIL }
}

/// A traced field: one value, read without a lock, written with the write barrier.
#[repr(transparent)]
pub struct Slot(AtomicU64);

impl Slot {
    #[inline(always)]
    pub const fn new(v: Value) -> Slot {
        Slot(AtomicU64::new(v.bits()))
    }

    #[inline(always)]
    pub const fn empty() -> Slot {
        Slot::new(Value::EMPTY)
    }

    /// Reads are address-dependent on what a release store published: relaxed is enough.
    #[inline(always)]
    pub fn get(&self) -> Value {
        Value::from_bits(self.0.load(Ordering::Relaxed))
    }

    /// Stores `v` into this field of `owner`, with the write barrier.
    #[inline(always)]
    pub fn set<T>(&self, cx: &mut Cx, owner: Gc<T>, v: Value) {
        self.set_in(cx, owner.header(), v);
    }

    #[inline(always)]
    pub fn set_in(&self, cx: &mut Cx, owner: *mut Header, v: Value) {
        self.0.store(v.bits(), Ordering::Release);
        cx.write_barrier(owner);
    }

    /// Stores into an owner that [`krait_heap::Mutator::needs_barrier`] says needs none.
    #[inline(always)]
    pub fn set_unlogged(&self, v: Value) {
        self.0.store(v.bits(), Ordering::Release);
    }

    /// Stores a word that is no reference to a heap object (an immediate, `EMPTY`): no barrier.
    #[inline(always)]
    pub fn set_immediate(&self, v: Value) {
        self.0.store(v.bits(), Ordering::Release);
    }

    /// What is there, which is then this thread's alone.
    pub fn take(&self) -> Value {
        Value::from_bits(self.0.swap(Value::EMPTY.bits(), Ordering::AcqRel))
    }

    /// Compare and swap with barrier; `Err` is what was there instead.
    pub fn compare_exchange<T>(
        &self,
        cx: &mut Cx,
        owner: Gc<T>,
        old: Value,
        new: Value,
    ) -> Result<(), Value> {
        let r =
            self.0
                .compare_exchange(old.bits(), new.bits(), Ordering::AcqRel, Ordering::Acquire);
        cx.write_barrier(owner.header());
        r.map(|_| ()).map_err(Value::from_bits)
    }
}

/// Copies `n` words, mostly few: a call of the C library costs more than those moves.
///
/// # Safety
/// As [`std::ptr::copy_nonoverlapping`]; nobody else writes the words meanwhile.
#[inline(always)]
pub unsafe fn copy_few(from: *const Value, to: *mut Value, n: usize) {
    const FEW: usize = 16;
    // SAFETY: by contract. The empty statement keeps the loop from becoming that call.
    unsafe {
        if n > FEW {
            return std::ptr::copy_nonoverlapping(from, to, n);
        }
        let mut i = 0;
        while i < n {
            to.add(i).write(from.add(i).read());
            std::arch::asm!("", options(nomem, nostack, preserves_flags));
            i += 1;
        }
    }
}

/// `float` outside the immediate range, and instances of its subclasses.
#[repr(C)]
pub struct FloatObj {
    pub header: Header,
    pub value: f64,
}
// SAFETY: repr(C), header first, immutable.
unsafe impl Object for FloatObj {
    const KIND: Kind = Kind::Float;
}

/// `len` traced words. The length is fixed when the array is made; unused words are `EMPTY`.
#[repr(C)]
pub struct Array {
    pub header: Header,
    pub len: usize,
    items: [Slot; 0],
}
// SAFETY: repr(C), header first; words are atomic.
unsafe impl Object for Array {
    const KIND: Kind = Kind::Array;
}

impl Array {
    pub const fn size_for(len: usize) -> usize {
        size_of::<Array>() + len * 8
    }

    #[inline(always)]
    pub fn slots(&self) -> &[Slot] {
        // SAFETY: an array object is allocated with `len` words behind its fixed part.
        unsafe { std::slice::from_raw_parts(self.items.as_ptr(), self.len) }
    }

    /// The words as values. Only for arrays that no other thread writes meanwhile, or where
    /// either of two racing values will do: words are read one by one.
    #[inline(always)]
    pub fn values(&self) -> &[Value] {
        // SAFETY: `Slot` and `Value` are both transparent u64 words; racing writers store whole
        // words, which x86-64 and AArch64 never tear.
        unsafe { std::slice::from_raw_parts(self.items.as_ptr().cast(), self.len) }
    }
}

static EMPTY_ARRAY: Array = Array {
    header: Header::new_static(crate::types::shape_id::ARRAY, Kind::Array as u8),
    len: 0,
    items: [],
};

/// An array without words: the storage of empty lists, shared by all.
#[inline(always)]
pub fn empty_array() -> Value {
    Value::from_object((&raw const EMPTY_ARRAY).cast())
}

/// A variable captured by an inner function. `UNBOUND` while unset.
#[repr(C)]
pub struct Cell {
    pub header: Header,
    pub contents: Slot,
}
// SAFETY: repr(C), header first.
unsafe impl Object for Cell {
    const KIND: Kind = Kind::Cell;
}
