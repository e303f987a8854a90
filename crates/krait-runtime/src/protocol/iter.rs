//! Iteration.

use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::native::{Native, NativeFn, NativeObj};
use crate::object::{Gc, Kind, is_kind};
use crate::special::Special;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::iterators::combine::Zip;
use crate::types::iterators::dict::{DictIter, ITEMS, KEYS, VALUES};
use crate::types::iterators::functional::Enumerate;
use crate::types::iterators::sequence::{ListIter, SeqIter, TupleIter};
use crate::types::iterators::set::SetIter;
use crate::types::list::List;
use crate::types::native_function::MethodDescr;
use crate::types::range::{Range, RangeIter};
use crate::types::set::Set;
use crate::types::shape_id;
use crate::types::str::StrIter;
use crate::types::tuple::Tuple;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;
use crate::vec::ValueVec;

/// The shape of an object, 0 for immediates.
#[inline(always)]
pub fn shape_of(v: Value) -> u32 {
    // SAFETY: an object reference points to a live header.
    v.as_object().map_or(0, |o| unsafe { (*o).shape() })
}

/// The native iterator behind `v`, whose shape says that it is one.
#[inline(always)]
pub fn known<T: Native>(v: Value) -> Gc<NativeObj<T>> {
    // SAFETY: shapes of native types vouch for the payload.
    unsafe { Gc::from_ptr(v.object_unchecked().cast()) }
}

/// The next item, of two parts, of an iterator that was asked without calling anything.
pub enum AtOnce {
    Pair(Value, Value),
    End,
    /// The iterator has not moved: ask it with [`Cx::next_pair`].
    Unknown,
}

/// Whether `it` is one of the iterators that [`next_of_plain`] knows.
#[inline(always)]
pub fn is_plain_iterator(it: Value) -> bool {
    matches!(
        shape_of(it),
        shape_id::LIST_ITERATOR | shape_id::TUPLE_ITERATOR | shape_id::RANGE_ITERATOR
    )
}

/// The next item of an iterator over a list, tuple or range.
#[inline(always)]
pub fn next_of_plain(it: Value) -> Option<Value> {
    match shape_of(it) {
        shape_id::LIST_ITERATOR => known::<ListIter>(it).advance(),
        shape_id::TUPLE_ITERATOR => known::<TupleIter>(it).advance(),
        _ => known::<RangeIter>(it).advance(),
    }
}

/// How many items an iterator over a list, tuple or range has left; 0 where that does not show.
pub fn items_left(it: Value) -> usize {
    match shape_of(it) {
        shape_id::LIST_ITERATOR => known::<ListIter>(it).left(),
        shape_id::TUPLE_ITERATOR => known::<TupleIter>(it).left(),
        shape_id::RANGE_ITERATOR => known::<RangeIter>(it).left(),
        _ => 0,
    }
}

/// Whether `it` is a `zip` of two iterables, an `enumerate` or an iterator over the items of a dict, whose items
/// are had as two values.
#[inline(always)]
pub fn gives_pairs(it: Value) -> bool {
    match shape_of(it) {
        shape_id::ZIP => known::<Zip>(it).is_of_pairs(),
        shape_id::ENUMERATE | shape_id::DICT_ITEMITERATOR => true,
        _ => false,
    }
}

/// The two parts of the next item of an iterator that [`gives_pairs`], where that takes no call.
#[inline(always)]
pub fn pair_at_once(it: Value) -> AtOnce {
    match shape_of(it) {
        shape_id::ZIP => known::<Zip>(it).pair_at_once(),
        shape_id::ENUMERATE => known::<Enumerate>(it).pair_at_once(),
        _ => match known::<DictIter<ITEMS>>(it).pair_at_once() {
            Some((key, value)) => AtOnce::Pair(key, value),
            None => AtOnce::Unknown,
        },
    }
}

impl Cx {
    /// `iter(v)`.
    pub fn iter(&mut self, v: Value) -> PyResult<Value> {
        match shape_of(v) {
            shape_id::LIST => Ok(ListIter::start(self, Gc::from_value_unchecked(v)).value()),
            shape_id::TUPLE => Ok(TupleIter::start(self, Gc::from_value_unchecked(v)).value()),
            shape_id::DICT => {
                Ok(DictIter::<KEYS>::start(self, Gc::from_value_unchecked(v)).value())
            }
            shape_id::RANGE => crate::types::range::iterate(self, Gc::from_value_unchecked(v)),
            shape_id::SET | shape_id::FROZENSET => {
                Ok(SetIter::start(self, Gc::from_value_unchecked(v)).value())
            }
            shape_id::LIST_ITERATOR | shape_id::TUPLE_ITERATOR | shape_id::RANGE_ITERATOR => Ok(v),
            shape_id::STR => Ok(StrIter::new(self, Gc::from_value_unchecked(v))),
            _ => self.iter_slow(v),
        }
    }

    fn iter_slow(&mut self, v: Value) -> PyResult<Value> {
        let class = self.type_of(v);
        match class.special(self, Special::Iter) {
            Some(f) if !f.is_none() => {
                let it = self.call_slot(f, &[v])?;
                if self.has_special(it, Special::Next) {
                    return Ok(it);
                }
                let name = self.type_of(it).dotted_name();
                Err(self.type_error(format!("iter() returned non-iterator of type '{name}'")))
            }
            None if self.is_old_sequence(class) => Ok(SeqIter::start(self, v).value()),
            _ => {
                let name = self.type_name(v);
                Err(self.type_error(format!("'{name}' object is not iterable")))
            }
        }
    }

    /// Whether instances of a class without `__iter__` are iterated through `__getitem__`: any
    /// class of Python code that has one, but of the builtins only sequences.
    pub(crate) fn is_old_sequence(&mut self, class: Gc<Type>) -> bool {
        let name = self.names().special(Special::GetItem);
        match class.lookup_where(self, name) {
            Some((owner, f)) => {
                let flagged = owner.flags();
                !f.is_none()
                    && flagged & flags::DICT_SUBCLASS == 0
                    && flagged & (flags::HEAPTYPE | flags::SEQUENCE | flags::SEQUENCE_OPS) != 0
            }
            None => false,
        }
    }

    /// The next item of iterator `it`, `None` when it is exhausted.
    #[inline]
    pub fn next(&mut self, it: Value) -> PyResult<Option<Value>> {
        // Most sources of native iterators; the rest is too much to have in every loop.
        if shape_of(it) == shape_id::LIST_ITERATOR {
            return Ok(known::<ListIter>(it).advance());
        }
        Ok(self.next_or_empty(it)?.some())
    }

    /// The next item of iterator `it`, `EMPTY` when it is exhausted.
    #[inline(never)]
    pub fn next_or_empty(&mut self, it: Value) -> PyResult<Value> {
        let item = match shape_of(it) {
            shape_id::TUPLE_ITERATOR => known::<TupleIter>(it).advance(),
            shape_id::RANGE_ITERATOR => known::<RangeIter>(it).advance(),
            shape_id::DICT_KEYITERATOR => known::<DictIter<KEYS>>(it).advance(self)?,
            shape_id::DICT_VALUEITERATOR => known::<DictIter<VALUES>>(it).advance(self)?,
            shape_id::DICT_ITEMITERATOR => known::<DictIter<ITEMS>>(it).advance(self)?,
            shape_id::SET_ITERATOR => known::<SetIter>(it).advance(self)?,
            shape_id::ENUMERATE => known::<Enumerate>(it).advance(self)?,
            shape_id::ZIP => known::<Zip>(it).advance(self)?,
            shape_id::STR_ITERATOR | shape_id::STR_ASCII_ITERATOR => {
                return Ok(known::<StrIter>(it).next(self));
            }
            _ => return self.next_slow(it),
        };
        Ok(item.unwrap_or(Value::EMPTY))
    }

    /// The two parts of the next item of an iterator that [`gives_pairs`].
    pub fn next_pair(&mut self, it: Value) -> PyResult<Option<(Value, Value)>> {
        match shape_of(it) {
            shape_id::ZIP => known::<Zip>(it).advance_pair(self),
            shape_id::ENUMERATE => known::<Enumerate>(it).advance_pair(self),
            _ => known::<DictIter<ITEMS>>(it).advance_pair(self),
        }
    }

    fn next_slow(&mut self, it: Value) -> PyResult<Value> {
        if is_kind(it, Kind::Generator)
            && let Some(next) = self.next_of_generator
        {
            return next(self, it);
        }
        self.next_by_method(it)
    }

    /// The next item as the type's `__next__` gives it, `EMPTY` when there is none.
    pub fn next_by_method(&mut self, it: Value) -> PyResult<Value> {
        // Iterators over iterators over iterators: `map(f, map(f, ...))`.
        self.check_native_stack()?;
        // Native loops over native iterators, as in `list(map(str, endless))`, meet no bytecode boundary.
        self.check_memory()?;
        let class = self.type_of(it);
        let Some(f) = class.special(self, Special::Next) else {
            let name = self.type_name(it);
            return Err(self.type_error(format!("'{name}' object is not an iterator")));
        };
        match self.call_slot(f, &[it]) {
            Err(e) if e.is(self, self.types().stop_iteration) => Ok(Value::EMPTY),
            // Native iterators return `EMPTY` when they are exhausted.
            item => item,
        }
    }

    /// Starts to iterate over `iterable` without an iterator object where that does not show.
    #[inline]
    pub fn iterate(&mut self, iterable: Value) -> PyResult<Iteration> {
        let source = match shape_of(iterable) {
            shape_id::LIST => Source::List(Gc::from_value_unchecked(iterable)),
            shape_id::TUPLE => Source::Tuple(Gc::from_value_unchecked(iterable)),
            shape_id::SET | shape_id::FROZENSET => {
                let set: Gc<Set> = Gc::from_value_unchecked(iterable);
                Source::Set(set, set.len())
            }
            _ => {
                let it = self.iter(iterable)?;
                return Ok(self.iterate_on(it));
            }
        };
        Ok(Iteration { source, index: 0 })
    }

    /// Goes on with the iterator `it`.
    pub fn iterate_on(&mut self, it: Value) -> Iteration {
        let class = self.type_of(it);
        let by_method = class.flags() & flags::IMMUTABLE != 0 && !has_own_way(it);
        let next = match by_method {
            true => class.special(self, Special::Next).and_then(native_next),
            false => None,
        };
        let source = match next {
            Some(next) => Source::Native(it, next),
            None => Source::Iterator(it),
        };
        Iteration { source, index: 0 }
    }

    /// The next item of an iterator whose class is immutable and has this native `__next__`.
    fn next_native(&mut self, it: Value, next: NativeFn) -> PyResult<Option<Value>> {
        // Native loops over native iterators, as in `list(map(str, endless))`, meet no bytecode boundary.
        self.check_memory()?;
        match next(self, &[it]) {
            Ok(item) => Ok(item.some()),
            Err(e) if e.is(self, self.types().stop_iteration) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// All items of `iterable`.
    pub fn collect(&mut self, iterable: Value) -> PyResult<ValueVec> {
        match shape_of(iterable) {
            shape_id::LIST => return Gc::<List>::from_value_unchecked(iterable).snapshot(self),
            shape_id::TUPLE => {
                let t: Gc<Tuple> = Gc::from_value_unchecked(iterable);
                return ValueVec::from_slice(self, t.as_slice());
            }
            _ => {}
        }
        let it = self.iter(iterable)?;
        let room = self.expected_len(iterable)?;
        let mut items = ValueVec::with_capacity(self, room.min(MAX_HINT))?;
        let mut source = self.iterate_on(it);
        while let Some(v) = source.next(self)? {
            items.push(self, v)?;
        }
        Ok(items)
    }

    /// Calls `f` with each item of `iterable`.
    #[inline]
    pub fn for_each(
        &mut self,
        iterable: Value,
        mut f: impl FnMut(&mut Cx, Value) -> PyResult<()>,
    ) -> PyResult<()> {
        let mut items = self.iterate(iterable)?;
        while let Some(v) = items.next(self)? {
            f(self, v)?;
        }
        Ok(())
    }

    /// How many items `v` will probably give. MemoryError if that is more than memory can hold.
    pub fn expected_len(&mut self, v: Value) -> PyResult<usize> {
        let n = self.length_hint(v, 8)?;
        self.check_room(n)?;
        Ok(n)
    }

    /// MemoryError if the heap cannot have as many as `n` words.
    pub fn check_room(&mut self, n: usize) -> PyResult<()> {
        if n > self.interp().heap.config().reserve / size_of::<Value>() {
            return Err(self.memory_error());
        }
        Ok(())
    }

    /// The number of items `v` probably has: `__len__`, `__length_hint__`, or `default` (PEP 424).
    pub fn length_hint(&mut self, v: Value, default: usize) -> PyResult<usize> {
        if let Some(n) = self.known_len(v) {
            return Ok(n);
        }
        let type_error = self.types().type_error;
        if self.has_special(v, Special::Len) {
            match self.len(v) {
                Ok(n) => return Ok(n),
                Err(e) if e.is(self, type_error) => {}
                Err(e) => return Err(e),
            }
        }
        let hint = match self.call_special(v, Special::LengthHint, &[]) {
            Ok(Some(h)) if h != Value::not_implemented() => h,
            Ok(_) => return Ok(default),
            Err(e) if e.is(self, type_error) => return Ok(default),
            Err(e) => return Err(e),
        };
        if !crate::types::int::is_int(hint) {
            let name = self.type_name(hint);
            return Err(self.type_error(format!("__length_hint__ must be an integer, not {name}")));
        }
        let n = self.c_ssize(hint)?;
        usize::try_from(n).map_err(|_| self.value_error("__length_hint__() should return >= 0"))
    }

    /// The length of exact builtin containers, without calling anything.
    #[inline(always)]
    pub fn known_len(&self, v: Value) -> Option<usize> {
        match shape_of(v) {
            shape_id::LIST => Some(Gc::<List>::from_value_unchecked(v).len()),
            shape_id::TUPLE => Some(Gc::<Tuple>::from_value_unchecked(v).len()),
            shape_id::DICT => Some(Gc::<Dict>::from_value_unchecked(v).len()),
            shape_id::SET | shape_id::FROZENSET => Some(Gc::<Set>::from_value_unchecked(v).len()),
            shape_id::STR => Some(Gc::<crate::types::str::Str>::from_value_unchecked(v).char_len()),
            shape_id::BYTES => Some(Gc::<Bytes>::from_value_unchecked(v).len()),
            shape_id::RANGE => {
                let length = Gc::<Range>::from_value_unchecked(v)
                    .length
                    .get()
                    .as_small()?;
                Some(length as usize)
            }
            _ => None,
        }
    }
}

/// Hints above this are not believed: the space is taken when the items come.
const MAX_HINT: usize = 1 << 20;

#[derive(Clone, Copy)]
enum Source {
    List(Gc<List>),
    Tuple(Gc<Tuple>),
    /// The length was that when the iteration began.
    Set(Gc<Set>, usize),
    Iterator(Value),
    /// An iterator and its native `__next__`, which no program can replace.
    Native(Value, NativeFn),
}

/// Whether [`Cx::next`] has a way without `__next__` for this iterator.
fn has_own_way(it: Value) -> bool {
    let known = matches!(
        shape_of(it),
        shape_id::LIST_ITERATOR
            | shape_id::TUPLE_ITERATOR
            | shape_id::RANGE_ITERATOR
            | shape_id::DICT_KEYITERATOR
            | shape_id::DICT_VALUEITERATOR
            | shape_id::DICT_ITEMITERATOR
            | shape_id::SET_ITERATOR
            | shape_id::ENUMERATE
            | shape_id::ZIP
            | shape_id::STR_ITERATOR
            | shape_id::STR_ASCII_ITERATOR
    );
    known || is_kind(it, Kind::Generator)
}

/// The function of a native `__next__`.
fn native_next(method: Value) -> Option<NativeFn> {
    let d = Gc::<MethodDescr>::from_value(method).filter(|d| d.is_method())?;
    d.def.filter(|def| def.exact == 1).map(|def| def.func)
}

#[cold]
pub(crate) fn changed_size(cx: &mut Cx) -> Raised {
    cx.runtime_error("Set changed size during iteration")
}

/// An iteration of native code, made by [`Cx::iterate`]. Stays on the native stack.
pub struct Iteration {
    source: Source,
    index: usize,
}

impl Iteration {
    #[inline]
    pub fn next(&mut self, cx: &mut Cx) -> PyResult<Option<Value>> {
        let item = match self.source {
            Source::List(l) => l.get(self.index),
            Source::Tuple(t) => t.items().get(self.index).copied(),
            Source::Set(s, n) if s.len() == n => {
                return Ok(s.next_element(&mut self.index).map(|(v, _)| v));
            }
            Source::Set(..) => return Err(changed_size(cx)),
            Source::Iterator(it) => return cx.next(it),
            Source::Native(it, next) => return cx.next_native(it, next),
        };
        self.index += 1;
        Ok(item)
    }
}

/// Whether `v` is a dict whose iteration is its own: an exact one, or an instance of a subclass
/// that overrides neither `__iter__` nor what else reads it.
pub fn is_plain_dict(cx: &mut Cx, v: Value) -> bool {
    if shape_of(v) == shape_id::DICT {
        return true;
    }
    if !is_kind(v, Kind::Dict) {
        return false;
    }
    let (class, dict) = (cx.type_of(v), cx.types().dict);
    class.special(cx, Special::Iter) == dict.special(cx, Special::Iter)
}
