//! `enumerate`, `filter`, and the iterator of `iter(callable, sentinel)`.

use krait_macros::{Trace, pymethods};

use crate::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::protocol::iter::{AtOnce, is_plain_iterator, next_of_plain};
use crate::special::Special;
use crate::types::int::exact_or_copy;
use crate::types::iterators::hidden;
use crate::types::typeobj::{Type, flags};

/// `enumerate`: the iterator and the next number, an int of any size.
#[derive(Trace)]
pub struct Enumerate {
    source: Slot,
    count: Slot,
}

/// `filter`: the predicate and the iterator.
#[derive(Trace)]
pub struct Filter {
    predicate: Slot,
    source: Slot,
}

/// `iter(callable, sentinel)`; `callable` is `EMPTY` once exhausted.
#[derive(Trace)]
pub struct CallIter {
    callable: Slot,
    sentinel: Slot,
}

impl Native for Enumerate {
    const PY_NAME: &'static str = "enumerate";
}
impl Native for Filter {
    const PY_NAME: &'static str = "filter";
}
impl Native for CallIter {
    const PY_NAME: &'static str = "callable_iterator";
}

pub static ENUMERATE_SPEC: TypeSpec = TypeSpec {
    name: "enumerate",
    doc: Some(
        "Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\n\
         The enumerate object yields pairs containing a count (from start, which\n\
         defaults to zero) and a value yielded by the iterable argument.\n\n\
         enumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
    ),
    layout: Layout::native::<Enumerate>(),
    flags: flags::BASETYPE,
    defs: &[EnumerateMethods::DEFS],
    ..TypeSpec::DEFAULT
};
pub static FILTER_SPEC: TypeSpec = TypeSpec {
    name: "filter",
    doc: Some(
        "Return an iterator yielding those items of iterable for which function(item)\n\
         is true. If function is None, return the items that are true.",
    ),
    layout: Layout::native::<Filter>(),
    flags: flags::BASETYPE,
    defs: &[FilterMethods::DEFS],
    ..TypeSpec::DEFAULT
};
pub static CALLABLE_SPEC: TypeSpec =
    hidden::<CallIter>("callable_iterator", &[CallIterMethods::DEFS]);

impl CallIter {
    /// `iter(callable, sentinel)`.
    pub fn start(cx: &mut Cx, callable: Value, sentinel: Value) -> Gc<NativeObj<CallIter>> {
        let class = cx.types().callable_iterator;
        NativeObj::alloc(
            cx,
            class,
            CallIter {
                callable: Slot::new(callable),
                sentinel: Slot::new(sentinel),
            },
        )
    }
}

impl Gc<NativeObj<Enumerate>> {
    /// The next pair.
    pub fn advance(self, cx: &mut Cx) -> PyResult<Option<Value>> {
        let pair = self.advance_pair(cx)?;
        Ok(pair.map(|(count, item)| cx.new_pair(count, item)))
    }

    /// The next number and item.
    pub fn advance_pair(self, cx: &mut Cx) -> PyResult<Option<(Value, Value)>> {
        cx.check_native_stack()?;
        let Some(item) = cx.next(self.source.get())? else {
            return Ok(None);
        };
        let count = self.count.get();
        match count.as_small().and_then(|n| Value::try_small(n + 1)) {
            Some(next) => self.count.set_immediate(next),
            None => {
                let next = cx.binary(Special::Add, count, Value::small(1))?;
                self.count.set(cx, self, next);
            }
        }
        Ok(Some((count, item)))
    }

    /// The same where nothing has to be called: of a list, tuple or range, with a small number.
    #[inline(always)]
    pub fn pair_at_once(self) -> AtOnce {
        let (source, count) = (self.source.get(), self.count.get());
        let Some(next) = count.as_small().and_then(|n| Value::try_small(n + 1)) else {
            return AtOnce::Unknown;
        };
        if !is_plain_iterator(source) {
            return AtOnce::Unknown;
        }
        match next_of_plain(source) {
            Some(item) => {
                self.count.set_immediate(next);
                AtOnce::Pair(count, item)
            }
            None => AtOnce::End,
        }
    }
}

struct EnumerateMethods;

#[pymethods]
impl EnumerateMethods {
    #[py(new, sig = "($type, iterable, start=0)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        iterable: Value,
        start: Option<Value>,
    ) -> PyResult<Value> {
        let count = match start {
            Some(s) => {
                let n = cx.index(s)?;
                exact_or_copy(cx, n)?
            }
            None => Value::small(0),
        };
        let source = cx.iter(iterable)?;
        let new = Enumerate {
            source: Slot::new(source),
            count: Slot::new(count),
        };
        Ok(NativeObj::alloc(cx, class, new).value())
    }

    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<Enumerate>>) -> PyResult<Value> {
        Ok(this.advance(cx)?.unwrap_or(Value::EMPTY))
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<Enumerate>>) -> Value {
        let class = cx.type_of(this.value()).value();
        let args = cx.new_tuple(&[this.source.get(), this.count.get()]);
        cx.new_tuple(&[class, args])
    }

    /// See PEP 585
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
}

struct FilterMethods;

#[pymethods]
impl FilterMethods {
    #[py(new, sig = "($type, function, iterable, /)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, function: Value, iterable: Value) -> PyResult<Value> {
        let source = cx.iter(iterable)?;
        let new = Filter {
            predicate: Slot::new(function),
            source: Slot::new(source),
        };
        Ok(NativeObj::alloc(cx, class, new).value())
    }

    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<Filter>>) -> PyResult<Value> {
        let (source, predicate) = (this.source.get(), this.predicate.get());
        let by_truth = predicate.is_none() || predicate == cx.types().bool.value();
        while let Some(item) = cx.next(source)? {
            let good = if by_truth {
                item
            } else {
                cx.call(predicate, &[item])?
            };
            if cx.is_true(good)? {
                return Ok(item);
            }
        }
        Ok(Value::EMPTY)
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<Filter>>) -> Value {
        let class = cx.type_of(this.value()).value();
        let args = cx.new_tuple(&[this.predicate.get(), this.source.get()]);
        cx.new_tuple(&[class, args])
    }
}

struct CallIterMethods;

#[pymethods]
impl CallIterMethods {
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<CallIter>>) -> PyResult<Value> {
        let Some(callable) = this.callable.get().some() else {
            return Ok(Value::EMPTY);
        };
        let sentinel = this.sentinel.get();
        let item = match cx.call(callable, &[]) {
            Ok(v) => v,
            Err(e) if e.is(cx, cx.types().stop_iteration) => {
                this.callable.set_immediate(Value::EMPTY);
                return Ok(Value::EMPTY);
            }
            Err(e) => return Err(e),
        };
        // The call may have used this iterator up.
        if this.callable.get().is_empty() {
            return Ok(Value::EMPTY);
        }
        if cx.eq(sentinel, item)? {
            this.callable.set_immediate(Value::EMPTY);
            return Ok(Value::EMPTY);
        }
        Ok(item)
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<CallIter>>) -> PyResult<Value> {
        let iter = cx.frame_builtin("iter")?;
        let args = match this.callable.get().some() {
            Some(c) => cx.new_tuple(&[c, this.sentinel.get()]),
            None => {
                let empty = cx.empty_tuple();
                cx.new_tuple(&[empty])
            }
        };
        Ok(cx.new_tuple(&[iter, args]))
    }
}
