//! Type objects: layout, lookup along the MRO, special-method slots, creation.
//!
//! A type keeps one word for each special method: what the MRO holds for that name, found on
//! first use (`UNBOUND` until then, `EMPTY` if there is none). Changing a class attribute resets
//! the words of the class and its subclasses.

use std::sync::atomic::{AtomicPtr, AtomicU16, AtomicU32, AtomicU64, Ordering};

use crate::cx::Cx;
use crate::error::PyResult;
use crate::native::{CallFn, DefKind, NativeDef, TypeSpec};
use crate::object::{Gc, HAS_TAIL, Header, Kind, Object, Slot};
use crate::shape::{NO_DICT, NewShape, Shape};
use crate::special::Special;
use crate::types::dict::Dict;
use crate::types::native_function::{BuiltinFunction, MethodDescr};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Flags of a type; those with a CPython bit have its value (`type.__flags__`).
pub mod flags {
    /// Instances of the builtin's payload kind; may be subclassed.
    pub const BASETYPE: u32 = 1 << 10;
    /// Made by a `class` statement or `type()`.
    pub const HEAPTYPE: u32 = 1 << 9;
    pub const IMMUTABLE: u32 = 1 << 8;
    /// `__new__` is missing on purpose: "cannot create 'x' instances".
    pub const NO_INSTANTIATION: u32 = 1 << 7;
    pub const SEQUENCE: u32 = 1 << 5;
    pub const MAPPING: u32 = 1 << 6;
    pub const ABSTRACT: u32 = 1 << 20;
    pub const LONG_SUBCLASS: u32 = 1 << 24;
    pub const LIST_SUBCLASS: u32 = 1 << 25;
    pub const TUPLE_SUBCLASS: u32 = 1 << 26;
    pub const BYTES_SUBCLASS: u32 = 1 << 27;
    pub const STR_SUBCLASS: u32 = 1 << 28;
    pub const DICT_SUBCLASS: u32 = 1 << 29;
    pub const EXC_SUBCLASS: u32 = 1 << 30;
    pub const TYPE_SUBCLASS: u32 = 1 << 31;
    /// Ours: `+` and `*` of this builtin are sequence operations, tried after the other operand's
    /// reflected method. On the defining type only.
    pub const SEQUENCE_OPS: u32 = 1 << 0;
    /// Ours: instances get a `__dict__` though the type is builtin (functions, exceptions...).
    pub const INSTANCE_DICT: u32 = 1 << 1;
    /// Ours: instances may be weakly referenced.
    pub const WEAKREFABLE: u32 = 1 << 2;
    /// Ours: some class in the MRO has `__del__`.
    pub const FINALIZER: u32 = 1 << 3;
    /// Ours: nobody could tell whether instances of just this builtin class were finalized.
    pub const UNFINALIZED: u32 = 1 << 14;
    /// Ours: shapes of this class are in inline caches; changing methods must purge them.
    pub const CACHED: u32 = 1 << 4;
    /// Ours: the class has no MRO yet, its metaclass's `mro()` is running.
    pub const INCOMPLETE: u32 = 1 << 13;
    /// Ours: `object.__new__` makes instances by the `alloc` of the native type.
    pub const OWN_ALLOC: u32 = 1 << 15;
    /// Ours, of immutable classes: a call of the class is one of its native `__new__` and, with `INITIALISED`, of its
    /// native `__init__`; both are known to be in their slots. Set at the first call.
    pub const MADE_BY_NEW: u32 = 1 << 16;
    /// Ours: the `__init__` of a class with `MADE_BY_NEW` does something.
    pub const INITIALISED: u32 = 1 << 17;
    /// Bits a subclass inherits.
    pub const INHERITED: u32 = SEQUENCE
        | OWN_ALLOC
        | MAPPING
        | LONG_SUBCLASS
        | LIST_SUBCLASS
        | TUPLE_SUBCLASS
        | BYTES_SUBCLASS
        | STR_SUBCLASS
        | DICT_SUBCLASS
        | EXC_SUBCLASS
        | TYPE_SUBCLASS
        | WEAKREFABLE
        | FINALIZER
        | INSTANCE_DICT;
}

/// `type` objects.
#[repr(C)]
pub struct Type {
    pub header: Header,
    /// `__name__`, a str.
    pub name: Slot,
    pub qualname: Slot,
    /// The namespace, a dict.
    pub dict: Slot,
    /// `__base__`: the base whose layout this type extends; `EMPTY` for `object`.
    pub base: Slot,
    pub bases: Slot,
    pub mro: Slot,
    /// A list of weak references to direct subclasses.
    pub subclasses: Slot,
    flags: AtomicU32,
    /// Shape of new instances.
    root_shape: AtomicU32,
    /// Shape of instances in dictionary mode; 0 until needed.
    dict_shape: AtomicU32,
    /// Payload bytes, header included, without the tail.
    pub payload: u32,
    kind: u8,
    variable: bool,
    /// Words of the tail before the inline slots: `__slots__` and the overflow word.
    pub tail_fixed: u16,
    /// Index of the overflow word in the tail, or `NO_DICT`.
    pub dict_at: u16,
    /// Most attributes seen on an instance: predicts inline slots.
    pub predicted: AtomicU16,
    /// How instances are called fast; null: through `__call__`.
    call: AtomicPtr<()>,
    pub spec: Option<&'static TypeSpec>,
    slots: [AtomicU64; Special::COUNT],
}
// SAFETY: repr(C), header first; mutable fields are atomic.
unsafe impl Object for Type {
    const KIND: Kind = Kind::Type;
}

impl Type {
    #[inline(always)]
    pub fn flags(&self) -> u32 {
        self.flags.load(Ordering::Relaxed)
    }

    pub fn set_flags(&self, bits: u32) {
        self.flags.fetch_or(bits, Ordering::SeqCst);
    }

    pub fn clear_flags(&self, bits: u32) {
        self.flags.fetch_and(!bits, Ordering::SeqCst);
    }

    #[inline(always)]
    pub fn has_finalizer(&self) -> bool {
        self.flags() & (flags::FINALIZER | flags::UNFINALIZED) == flags::FINALIZER
    }

    /// Payload kind of instances.
    #[inline(always)]
    pub fn kind(&self) -> u8 {
        self.kind
    }

    /// The payload's size depends on the instance.
    pub fn is_variable(&self) -> bool {
        self.variable
    }

    #[inline(always)]
    pub fn instance_shape(&self) -> u32 {
        self.root_shape.load(Ordering::Relaxed)
    }

    #[inline(always)]
    pub fn call_fn(&self) -> Option<CallFn> {
        let p = self.call.load(Ordering::Relaxed);
        // SAFETY: only ever set from a `CallFn`.
        (!p.is_null()).then(|| unsafe { std::mem::transmute::<*mut (), CallFn>(p) })
    }

    pub fn has_dict(&self) -> bool {
        self.dict_at != NO_DICT
    }

    pub fn trace(&self, t: &mut crate::heap::Tracer<'_>) {
        for s in [
            &self.name,
            &self.qualname,
            &self.dict,
            &self.base,
            &self.bases,
            &self.mro,
            &self.subclasses,
        ] {
            t.word(s.get().bits());
        }
        // They repeat what class dicts of the MRO hold, but for the moment between a change there and
        // `modified`: another thread may still use the word then.
        for s in &self.slots {
            t.word(s.load(Ordering::Relaxed));
        }
    }
}

impl Gc<Type> {
    pub fn name_string(self) -> String {
        Gc::<Str>::from_value(self.name.get()).map_or_else(String::new, |s| s.to_string_lossy())
    }

    /// The name as CPython's `tp_name` has it: of native types outside of `builtins` with the
    /// module, of all others the plain name.
    pub fn dotted_name(self) -> String {
        match self.spec {
            Some(s) if s.module != "builtins" => format!("{}.{}", s.module, s.name),
            _ => self.name_string(),
        }
    }

    /// `module.qualname`, without the module for builtins: as error messages show types.
    pub fn full_name(self, cx: &mut Cx) -> String {
        let qualname = Gc::<Str>::from_value(self.qualname.get())
            .map_or_else(String::new, |s| s.to_string_lossy());
        let module = self.namespace().get_str(cx, cx.names().__module__);
        let module = match module.and_then(Gc::<Str>::from_value) {
            Some(m) => Some(m.to_string_lossy()),
            None => self.spec.map(|s| s.module.to_owned()),
        };
        match module {
            Some(m) if m != "builtins" => format!("{m}.{qualname}"),
            _ => qualname,
        }
    }

    /// The name that messages show where CPython qualifies it: with the module, unless that is
    /// `builtins` or `__main__`.
    pub fn shown_name(self, cx: &mut Cx) -> String {
        let name = self.full_name(cx);
        match name.strip_prefix("__main__.") {
            Some(rest) => rest.to_owned(),
            None => name,
        }
    }

    #[inline]
    pub fn namespace(self) -> Gc<Dict> {
        Gc::from_value_unchecked(self.dict.get())
    }

    #[inline]
    pub fn mro_tuple(self) -> Gc<Tuple> {
        Gc::from_value_unchecked(self.mro.get())
    }

    /// Iterates the classes of the MRO.
    pub fn mro_types(self) -> impl Iterator<Item = Gc<Type>> {
        let mro = self.mro_tuple();
        (0..mro.len()).filter_map(move |i| Gc::from_value(mro.get(i)))
    }

    pub fn base_type(self) -> Option<Gc<Type>> {
        Gc::from_value(self.base.get())
    }

    /// Whether `other` is in this type's MRO.
    #[inline]
    pub fn is_subtype(self, other: Gc<Type>) -> bool {
        if self == other {
            return true;
        }
        match Gc::<Tuple>::from_value(self.mro.get()) {
            // A class is rarely far from the front.
            Some(m) => m.items().iter().any(|c| c.bits() == other.value().bits()),
            None => false,
        }
    }

    /// What the MRO holds under `name` (interned), without binding it.
    pub fn lookup(self, cx: &mut Cx, name: Gc<Str>) -> Option<Value> {
        let epoch = cx.interp().shapes.epoch.load(Ordering::Acquire);
        let index = LookupCache::index(self, name);
        let e = &cx.lookup_cache.entries[index];
        if e.class == self.as_ptr() as usize && e.name == name.as_ptr() as usize && e.epoch == epoch
        {
            return Value::from_bits(e.value).some();
        }
        let found = self.lookup_uncached(cx, name).unwrap_or(Value::EMPTY);
        cx.lookup_cache.entries[index] = LookupEntry {
            class: self.as_ptr() as usize,
            name: name.as_ptr() as usize,
            epoch,
            value: found.bits(),
        };
        found.some()
    }

    fn lookup_uncached(self, cx: &mut Cx, name: Gc<Str>) -> Option<Value> {
        self.lookup_where(cx, name).map(|(_, v)| v)
    }

    /// Like `lookup`, with the class that holds it.
    pub fn lookup_where(self, cx: &mut Cx, name: Gc<Str>) -> Option<(Gc<Type>, Value)> {
        let mro = self.mro_tuple();
        for i in 0..mro.len() {
            if let Some(t) = Gc::<Type>::from_value(mro.get(i))
                && let Some(v) = t.namespace().get_str(cx, name)
            {
                return Some((t, v));
            }
        }
        None
    }

    /// The special method `s` of this type, unbound.
    #[inline]
    pub fn special(self, cx: &mut Cx, s: Special) -> Option<Value> {
        let v = self.resolved_special(s);
        if v.is_unbound() {
            self.resolve_special(cx, s)
        } else {
            v.some()
        }
    }

    /// The same as far as it is known: `EMPTY` if there is none, `UNBOUND` if nobody asked yet.
    #[inline(always)]
    pub fn resolved_special(self, s: Special) -> Value {
        Value::from_bits(self.slots[s as usize].load(Ordering::Acquire))
    }

    /// The native `__new__` of a class with the flag `MADE_BY_NEW`.
    #[inline(always)]
    pub fn native_new(self) -> Gc<BuiltinFunction> {
        debug_assert!(self.flags() & flags::MADE_BY_NEW != 0);
        let word = self.slots[Special::New as usize].load(Ordering::Relaxed);
        Gc::from_value_unchecked(Value::from_bits(word))
    }

    /// The native `__init__` of a class with the flag `INITIALISED`.
    #[inline(always)]
    pub fn native_init(self) -> Gc<MethodDescr> {
        debug_assert!(self.flags() & flags::INITIALISED != 0);
        let word = self.slots[Special::Init as usize].load(Ordering::Relaxed);
        Gc::from_value_unchecked(Value::from_bits(word))
    }

    /// Whether it is known that this type and `other` have the same special method `s`.
    #[inline(always)]
    pub fn shares_special(self, other: Gc<Type>, s: Special) -> bool {
        let own = self.resolved_special(s);
        own == other.resolved_special(s) && !own.is_unbound()
    }

    /// Whether it is known that there is no special method `s`.
    #[inline]
    pub fn lacks_special(self, s: Special) -> bool {
        self.resolved_special(s).is_empty()
    }

    #[cold]
    fn resolve_special(self, cx: &mut Cx, s: Special) -> Option<Value> {
        let epoch = cx.interp().shapes.epoch.load(Ordering::Acquire);
        let name = cx.names().special(s);
        let found = self.lookup_uncached(cx, name);
        // A class change in between must not be overwritten by what was found before it; the lock keeps
        // `reset_slots` from passing between the check and the store.
        let locked = cx.lock_object(self.header());
        if cx.interp().shapes.epoch.load(Ordering::Acquire) == epoch {
            self.slots[s as usize].store(found.unwrap_or(Value::EMPTY).bits(), Ordering::Release);
            cx.write_barrier(self.header());
        }
        cx.unlock_object(self.header(), locked);
        found
    }

    /// Forgets what lookups found: attribute `name` of this class changed.
    pub fn modified(self, cx: &mut Cx) {
        cx.interp().shapes.bump_epoch();
        self.reset_slots(cx);
        if self.flags() & flags::CACHED != 0 {
            crate::caches::purge(cx, self);
        }
    }

    /// Whether all instances are finalized: there is a `__del__`, and it is none of a native class without the flag
    /// `FINALIZER`, which itself says which instances have something left to do.
    pub fn asks_for_finalizer(self, cx: &mut Cx) -> bool {
        let del = self.lookup_uncached(cx, cx.names().special(Special::Del));
        del.is_some_and(|del| match Gc::<MethodDescr>::from_value(del) {
            Some(d) => d.owner().flags() & flags::FINALIZER != 0 || !self.is_subtype(d.owner()),
            None => true,
        })
    }

    fn reset_slots(self, cx: &mut Cx) {
        let locked = cx.lock_object(self.header());
        self.clear_flags(flags::MADE_BY_NEW | flags::INITIALISED);
        for s in &self.slots {
            s.store(Value::UNBOUND.bits(), Ordering::Release);
        }
        cx.unlock_object(self.header(), locked);
        if self.flags() & flags::FINALIZER == 0 && self.asks_for_finalizer(cx) {
            self.set_flags(flags::FINALIZER);
            crate::finalize::watch_instances(cx, self);
        }
        for sub in direct_subclasses(self) {
            sub.reset_slots(cx);
        }
    }

    /// The shape of this class's instances in dictionary mode whose tail has `words` words.
    pub fn dict_mode_shape(self, cx: &mut Cx, from: u32) -> u32 {
        let e = *cx.shape_entry(from);
        let usual = cx.shape_entry(self.instance_shape()).tail_words == e.tail_words;
        let known = self.dict_shape.load(Ordering::Acquire);
        if usual && known != 0 {
            return known;
        }
        let shape = cx.interp().shapes.add(
            NewShape {
                class: self,
                dict_mode: true,
                ..NewShape::from_entry(&e)
            },
            Value::EMPTY,
            None,
        );
        if usual {
            self.dict_shape.store(shape.id, Ordering::Release);
        }
        shape.id
    }

    /// A root shape of this class for objects that have `cap` inline slots.
    pub fn make_root_shape(self, cx: &Cx, cap: u16) -> &'static Shape {
        cx.interp().shapes.add(
            NewShape {
                class: self,
                tail_offset: if self.variable {
                    0
                } else {
                    self.payload.next_multiple_of(8)
                },
                tail_words: self.tail_fixed + cap,
                dict_at: self.dict_at,
                inline_at: self.tail_fixed,
                cap,
                dict_mode: false,
            },
            Value::EMPTY,
            None,
        )
    }

    /// Gives new instances room for `n` inline attributes.
    pub fn predict_attributes(self, cx: &Cx, n: u16) {
        if !self.has_dict() || self.variable || n <= self.predicted.load(Ordering::Relaxed) {
            return;
        }
        self.predicted.store(n, Ordering::Relaxed);
        let shape = self.make_root_shape(cx, n);
        self.root_shape.store(shape.id, Ordering::Release);
    }
}

/// The living direct subclasses.
pub fn direct_subclasses(class: Gc<Type>) -> impl Iterator<Item = Gc<Type>> {
    crate::types::weakref::live_types(class.subclasses.get())
}

/// Per-thread cache of MRO lookups, direct-mapped.
pub struct LookupCache {
    entries: [LookupEntry; LookupCache::SIZE],
}

#[derive(Clone, Copy)]
struct LookupEntry {
    class: usize,
    name: usize,
    epoch: u64,
    value: u64,
}

impl LookupCache {
    const SIZE: usize = 1024;

    #[inline(always)]
    fn index(class: Gc<Type>, name: Gc<Str>) -> usize {
        ((class.as_ptr() as usize >> 4) ^ (name.as_ptr() as usize >> 4).wrapping_mul(31))
            % LookupCache::SIZE
    }

    /// Called at each collection: entries are not references.
    pub fn clear(&mut self) {
        self.entries = [LookupEntry::NONE; LookupCache::SIZE];
    }
}

impl LookupEntry {
    const NONE: LookupEntry = LookupEntry {
        class: 0,
        name: 0,
        epoch: 0,
        value: 0,
    };
}

impl Default for LookupCache {
    fn default() -> Self {
        LookupCache {
            entries: [LookupEntry::NONE; LookupCache::SIZE],
        }
    }
}

/// Geometry of a type to be made.
#[derive(Clone, Copy)]
pub struct Geometry {
    pub kind: u8,
    pub payload: u32,
    pub variable: bool,
    /// Tail words taken by bases.
    pub tail_fixed: u16,
    pub dict_at: u16,
}

impl Geometry {
    pub fn of(t: Gc<Type>) -> Geometry {
        Geometry {
            kind: t.kind,
            payload: t.payload,
            variable: t.variable,
            tail_fixed: t.tail_fixed,
            dict_at: t.dict_at,
        }
    }

    /// Adds the overflow word that holds instances' `__dict__`.
    pub fn add_dict(&mut self) {
        if self.dict_at == NO_DICT {
            self.dict_at = self.tail_fixed;
            self.tail_fixed += 1;
        }
    }

    /// Adds a word for a `__slots__` member; returns its index in the tail.
    pub fn add_slot(&mut self) -> u16 {
        self.tail_fixed += 1;
        self.tail_fixed - 1
    }
}

/// Allocates a type object with empty names, bases and namespace: `finish` makes it usable.
/// `metatype_shape` is the shape of the new type itself.
pub fn allocate(
    cx: &mut Cx,
    metatype_shape: u32,
    g: Geometry,
    type_flags: u32,
    spec: Option<&'static TypeSpec>,
) -> Gc<Type> {
    let tail = if cx.interp().has_types() || cx.interp().shapes.len() > metatype_shape {
        cx.shape_entry(metatype_shape).tail_words as usize
    } else {
        0
    };
    let size = size_of::<Type>().next_multiple_of(8);
    let o = cx
        .mutator
        .alloc(size + tail * 8, metatype_shape, Kind::Type as u8);
    // SAFETY: fresh memory of that size.
    unsafe {
        let words = o.cast::<u64>().add(size / 8);
        for i in 0..tail {
            words.add(i).write(Value::EMPTY.bits());
        }
        if tail != 0 {
            (*o).change_sticky_alone(HAS_TAIL, 0);
        }
        let header = std::ptr::read(o);
        o.cast::<Type>().write(Type {
            header,
            name: Slot::empty(),
            qualname: Slot::empty(),
            dict: Slot::empty(),
            base: Slot::empty(),
            bases: Slot::empty(),
            mro: Slot::empty(),
            subclasses: Slot::empty(),
            flags: AtomicU32::new(type_flags),
            root_shape: AtomicU32::new(0),
            dict_shape: AtomicU32::new(0),
            payload: g.payload,
            kind: g.kind,
            variable: g.variable,
            tail_fixed: g.tail_fixed,
            dict_at: g.dict_at,
            predicted: AtomicU16::new(0),
            call: AtomicPtr::new(
                spec.and_then(|s| s.call)
                    .map_or(std::ptr::null_mut(), |f| f as *mut ()),
            ),
            spec,
            slots: [const { AtomicU64::new(Value::UNBOUND.bits()) }; Special::COUNT],
        });
        Gc::from_ptr(o.cast())
    }
}

/// What kind of collection instances are: only one, the first base that says so decides.
const COLLECTION: u32 = flags::SEQUENCE | flags::MAPPING;

/// Sets names, bases, MRO and namespace, registers with the bases, gives the root shape.
pub fn finish(
    cx: &mut Cx,
    t: Gc<Type>,
    name: Value,
    bases: &[Gc<Type>],
    mro: &[Gc<Type>],
    namespace: Gc<Dict>,
) {
    t.name.set(cx, t, name);
    t.qualname.set(cx, t, name);
    t.dict.set(cx, t, namespace.value());
    if let Some(base) = bases.first() {
        t.base.set(cx, t, base.value());
    }
    // tidy: the caller keeps bases and MRO alive.
    let as_values = |ts: &[Gc<Type>]| ts.iter().map(|t| t.value()).collect::<Vec<Value>>();
    let bases_tuple = cx.new_tuple(&as_values(bases));
    t.bases.set(cx, t, bases_tuple);
    let mro_tuple = cx.new_tuple(&as_values(mro));
    t.mro.set(cx, t, mro_tuple);
    for &b in bases {
        if t.call.load(Ordering::Relaxed).is_null() && t.flags() & flags::HEAPTYPE == 0 {
            t.call
                .store(b.call.load(Ordering::Relaxed), Ordering::Relaxed);
        }
        let mut inherited = b.flags() & flags::INHERITED;
        if t.flags() & COLLECTION != 0 {
            inherited &= !COLLECTION;
        }
        t.set_flags(inherited);
        crate::types::weakref::add_subclass(cx, b, t);
    }
    if t.instance_shape() == 0 {
        let shape = t.make_root_shape(cx, 0);
        t.root_shape.store(shape.id, Ordering::Release);
    }
}

impl Gc<Type> {
    /// Boot: the shape id was fixed beforehand.
    pub(crate) fn set_root_shape(self, id: u32) {
        self.root_shape.store(id, Ordering::Release);
    }

    pub fn set_call_fn(self, f: Option<CallFn>) {
        self.call.store(
            f.map_or(std::ptr::null_mut(), |f| f as *mut ()),
            Ordering::Release,
        );
    }

    /// Whether programs see the flag of heap types: classes, and the native types that CPython makes
    /// at run time.
    pub fn is_shown_as_heap(self) -> bool {
        const STATIC_MODULES: [&str; 7] = [
            "builtins",
            "_contextvars",
            "datetime",
            "string.templatelib",
            "sys",
            "types",
            "weakref",
        ];
        const STATIC: [&str; 4] = ["OrderedDict", "PickleBuffer", "TypeAliasType", "Union"];
        if self.flags() & flags::HEAPTYPE != 0 {
            return true;
        }
        self.spec.is_some_and(|spec| {
            !STATIC_MODULES.contains(&spec.module) && !STATIC.contains(&spec.name)
        })
    }

    /// The fast call of instances: the type's own or, for heap types that do not override
    /// `__call__`, what `__call__` resolves to (the caller falls back to it).
    pub fn overrides_call(self) -> bool {
        self.flags() & flags::HEAPTYPE != 0
    }
}

/// The geometry of a native type.
pub fn geometry_of_spec(cx: &mut Cx, spec: &'static TypeSpec, base: Option<Gc<Type>>) -> Geometry {
    let mut g = match base {
        Some(b) if spec.layout.kind as u8 == Kind::Instance as u8 => Geometry::of(b),
        _ => Geometry {
            kind: spec.layout.kind as u8,
            payload: spec.layout.size as u32,
            variable: spec.layout.variable,
            tail_fixed: 0,
            dict_at: NO_DICT,
        },
    };
    let _ = cx;
    for _ in 0..spec.slots {
        g.add_slot();
    }
    if spec.flags & flags::INSTANCE_DICT != 0
        || base.is_some_and(|b| b.flags() & flags::INSTANCE_DICT != 0)
    {
        g.add_dict();
    }
    g
}

/// Makes the type object of a native specification.
pub fn from_spec(cx: &mut Cx, spec: &'static TypeSpec) -> PyResult<Gc<Type>> {
    let base = match spec.base {
        Some(b) => cx.native_type(b)?,
        None => cx.types().object,
    };
    let g = geometry_of_spec(cx, spec, Some(base));
    let metatype_shape = cx.types().type_.instance_shape();
    let own_alloc = if spec.alloc.is_some() {
        flags::OWN_ALLOC
    } else {
        0
    };
    let t = allocate(
        cx,
        metatype_shape,
        g,
        spec.flags | own_alloc | flags::IMMUTABLE,
        Some(spec),
    );
    let mut mro = vec![t];
    mro.extend(base.mro_types());
    let name = cx.intern(spec.name);
    let namespace = cx.new_dict();
    finish(cx, t, name.value(), &[base], &mro, namespace);
    populate(cx, t, spec)?;
    Ok(t)
}

/// Fills the namespace of a native type: `__module__`, `__doc__`, methods and attributes.
pub fn populate(cx: &mut Cx, t: Gc<Type>, spec: &'static TypeSpec) -> PyResult<()> {
    let namespace = t.namespace();
    for table in spec.defs {
        for def in *table {
            let name = cx.intern(def.name);
            let attribute = descriptor_for(cx, t, name, def);
            namespace.set_str(cx, name, attribute);
        }
    }
    add_comparisons(cx, t);
    add_instance_dict(cx, t, spec);
    let module = cx.intern(spec.module);
    let key = cx.names().__module__;
    // Type aliases and some others have `__module__` as an attribute of instances.
    if spec.module != "builtins" && namespace.get_str(cx, key).is_none() {
        namespace.set_str(cx, key, module.value());
    }
    let doc = match spec.doc {
        Some(d) => cx.new_str(d),
        None => Value::none(),
    };
    let key = cx.names().__doc__;
    // Functions and some others have `__doc__` as an attribute of instances.
    if namespace.get_str(cx, key).is_none() {
        namespace.set_str(cx, key, doc);
    }
    if let Some(init) = spec.init {
        init(cx, t)?;
    }
    crate::types::object::inherit_hash(cx, t);
    Ok(())
}

/// A type with one of the six comparisons has them all, as those behind a slot of CPython's.
fn add_comparisons(cx: &mut Cx, t: Gc<Type>) {
    const ALL: [&str; 6] = ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"];
    let namespace = t.namespace();
    let defs = crate::types::object::ObjectMethods::DEFS;
    let defs = || defs.iter().filter(|def| ALL.contains(&def.name));
    let mut missing = Vec::new();
    for def in defs() {
        let name = cx.intern(def.name);
        if namespace.get_str(cx, name).is_none() {
            missing.push(def);
        }
    }
    if missing.len() == ALL.len() {
        return;
    }
    for def in missing {
        let name = cx.intern(def.name);
        let attribute = descriptor_for(cx, t, name, def);
        namespace.set_str(cx, name, attribute);
    }
}

/// `__dict__` of native types whose instances have attributes of their own.
fn add_instance_dict(cx: &mut Cx, t: Gc<Type>, spec: &'static TypeSpec) {
    use crate::types::type_::create::InstanceAttributes;
    let key = cx.names().__dict__;
    let inherited = t.base_type().is_some_and(|b| b.has_dict());
    if spec.flags & flags::INSTANCE_DICT == 0
        || inherited
        || t.namespace().get_str(cx, key).is_some()
    {
        return;
    }
    if let Some(def) = InstanceAttributes::DEFS
        .iter()
        .find(|d| d.name == "__dict__")
    {
        let attribute = descriptor_for(cx, t, key, def);
        t.namespace().set_str(cx, key, attribute);
    }
}

/// The object that stands for `def` in the namespace of `t`.
fn descriptor_for(cx: &mut Cx, t: Gc<Type>, name: Gc<Str>, def: &'static NativeDef) -> Value {
    use crate::types::native_function as nf;
    match def.kind {
        DefKind::Method | DefKind::Getter { .. } => nf::new_descriptor(cx, t, name, def).value(),
        DefKind::ClassMethod => nf::new_class_method(cx, t, name, def).value(),
        DefKind::New => nf::new_builtin(cx, def, name, t.value(), Value::EMPTY).value(),
        DefKind::StaticMethod | DefKind::Function => {
            let f = nf::new_builtin(cx, def, name, t.value(), Value::EMPTY).value();
            nf::new_static_method(cx, f)
        }
    }
}
