//! `zip` and `map`: iterators over several iterables in parallel.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use krait_macros::{Trace, pymethods};

use crate::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Array, Gc, Slot};
use crate::protocol::iter::{AtOnce, is_plain_iterator, next_of_plain};
use crate::types::tuple::Tuple;
use crate::types::typeobj::{Type, flags};

/// The iterators, a tuple, and whether they must end together.
#[derive(Trace)]
pub struct Zip {
    sources: Slot,
    strict: AtomicBool,
}

/// The function, the iterators, and whether they must end together.
#[derive(Trace)]
pub struct Map {
    function: Slot,
    sources: Slot,
    strict: AtomicBool,
}

impl Native for Zip {
    const PY_NAME: &'static str = "zip";
}
impl Native for Map {
    const PY_NAME: &'static str = "map";
}

pub static ZIP_SPEC: TypeSpec = TypeSpec {
    name: "zip",
    doc: Some(
        "The zip object yields n-length tuples, where n is the number of iterables\n\
         passed as positional arguments to zip().  The i-th element in every tuple\n\
         comes from the i-th iterable argument to zip().  This continues until the\n\
         shortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\n\
         raise a ValueError.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]",
    ),
    layout: Layout::native::<Zip>(),
    flags: flags::BASETYPE,
    defs: &[ZipMethods::DEFS],
    ..TypeSpec::DEFAULT
};
pub static MAP_SPEC: TypeSpec = TypeSpec {
    name: "map",
    doc: Some(
        "Make an iterator that computes the function using arguments from\n\
         each of the iterables.  Stops when the shortest iterable is exhausted.\n\n\
         If strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.",
    ),
    layout: Layout::native::<Map>(),
    flags: flags::BASETYPE,
    defs: &[MapMethods::DEFS],
    ..TypeSpec::DEFAULT
};

/// A tuple of iterators over `iterables`.
fn iterators(cx: &mut Cx, iterables: &[Value]) -> PyResult<Value> {
    let class = cx.types().tuple;
    if iterables.is_empty() {
        return Ok(cx.empty_tuple());
    }
    let sources = Tuple::alloc(cx, class, iterables.len())?;
    for (i, &v) in iterables.iter().enumerate() {
        let it = cx.iter(v)?;
        sources.init(cx, i, it);
    }
    Ok(sources.value())
}

/// Takes one item from each source and hands it to `store`; false when one of them ended.
fn advance(
    cx: &mut Cx,
    sources: &[Value],
    strict: bool,
    name: &str,
    mut store: impl FnMut(&mut Cx, usize, Value),
) -> PyResult<bool> {
    for (i, &source) in sources.iter().enumerate() {
        match cx.next(source)? {
            Some(v) => store(cx, i, v),
            None if strict => return check_lengths(cx, sources, i, name),
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// Source `ended` has no more items: in strict mode nor may the others have.
#[cold]
fn check_lengths(cx: &mut Cx, sources: &[Value], ended: usize, name: &str) -> PyResult<bool> {
    let others = |n: usize| {
        if n == 1 {
            " 1".to_owned()
        } else {
            format!("s 1-{n}")
        }
    };
    if ended > 0 {
        let message = format!(
            "{name}() argument {} is shorter than argument{}",
            ended + 1,
            others(ended)
        );
        return Err(cx.value_error(message));
    }
    for (i, &source) in sources.iter().enumerate().skip(1) {
        if cx.next(source)?.is_some() {
            let message = format!(
                "{name}() argument {} is longer than argument{}",
                i + 1,
                others(i)
            );
            return Err(cx.value_error(message));
        }
    }
    Ok(false)
}

/// `(class, arguments)`, with the state `True` of strict iterators.
fn reduce(cx: &mut Cx, class: Value, args: Value, strict: bool) -> Value {
    if strict {
        cx.new_tuple(&[class, args, Value::bool(true)])
    } else {
        cx.new_tuple(&[class, args])
    }
}

impl Gc<NativeObj<Zip>> {
    /// The next row.
    pub fn advance(self, cx: &mut Cx) -> PyResult<Option<Value>> {
        if self.is_of_pairs() {
            let pair = self.advance_pair(cx)?;
            return Ok(pair.map(|(x, y)| cx.new_pair(x, y)));
        }
        cx.check_native_stack()?;
        let sources = self.sources();
        if sources.is_empty() {
            return Ok(None);
        }
        let strict = self.strict.load(Relaxed);
        let class = cx.types().tuple;
        let row = Tuple::alloc(cx, class, sources.len())?;
        let more = advance(cx, sources.as_slice(), strict, "zip", |cx, i, v| {
            row.init(cx, i, v)
        })?;
        Ok(more.then(|| row.value()))
    }

    #[inline(always)]
    fn sources(self) -> Gc<Tuple> {
        Gc::from_value_unchecked(self.sources.get())
    }

    /// Whether the rows have two items.
    #[inline(always)]
    pub fn is_of_pairs(self) -> bool {
        self.sources().len() == 2
    }

    /// The items of the next row, of two.
    pub fn advance_pair(self, cx: &mut Cx) -> PyResult<Option<(Value, Value)>> {
        cx.check_native_stack()?;
        let (a, b) = self.two_sources();
        let strict = self.strict.load(Relaxed);
        let Some(x) = cx.next(a)? else {
            if strict {
                check_lengths(cx, &[a, b], 0, "zip")?;
            }
            return Ok(None);
        };
        match cx.next(b)? {
            Some(y) => Ok(Some((x, y))),
            None if strict => check_lengths(cx, &[a, b], 1, "zip").map(|_| None),
            None => Ok(None),
        }
    }

    /// The same where nothing has to be called: of lists, tuples and ranges.
    #[inline(always)]
    pub fn pair_at_once(self) -> AtOnce {
        let (a, b) = self.two_sources();
        if self.strict.load(Relaxed) || !is_plain_iterator(a) || !is_plain_iterator(b) {
            return AtOnce::Unknown;
        }
        match next_of_plain(a) {
            Some(x) => match next_of_plain(b) {
                Some(y) => AtOnce::Pair(x, y),
                None => AtOnce::End,
            },
            None => AtOnce::End,
        }
    }

    #[inline(always)]
    fn two_sources(self) -> (Value, Value) {
        let sources = self.sources().as_slice();
        (sources[0], sources[1])
    }
}

struct ZipMethods;

#[pymethods]
impl ZipMethods {
    #[py(
        new,
        sig = "($type, /, *iterables, strict=False)",
        shown = "($type, *iterables, strict=False)"
    )]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        strict: Option<bool>,
        iterables: &[Value],
    ) -> PyResult<Value> {
        let sources = iterators(cx, iterables)?;
        let new = Zip {
            sources: Slot::new(sources),
            strict: AtomicBool::new(strict.unwrap_or(false)),
        };
        Ok(NativeObj::alloc(cx, class, new).value())
    }

    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<Zip>>) -> PyResult<Value> {
        Ok(this.advance(cx)?.unwrap_or(Value::EMPTY))
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<Zip>>) -> Value {
        let class = cx.type_of(this.value()).value();
        reduce(cx, class, this.sources.get(), this.strict.load(Relaxed))
    }

    /// Set state information for unpickling.
    #[py]
    fn __setstate__(this: Gc<NativeObj<Zip>>, object: bool) {
        this.strict.store(object, Relaxed);
    }
}

/// Most iterables whose items `map` hands to the function from the native stack.
const FEW: usize = 8;

struct MapMethods;

#[pymethods]
impl MapMethods {
    #[py(
        new,
        sig = "($type, /, *iterables, strict=False)",
        shown = "($type, function, iterable, /, *iterables, strict=False)"
    )]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        strict: Option<bool>,
        iterables: &[Value],
    ) -> PyResult<Value> {
        let &[function, ref iterables @ ..] = iterables else {
            return Err(cx.type_error("map() must have at least two arguments."));
        };
        if iterables.is_empty() {
            return Err(cx.type_error("map() must have at least two arguments."));
        }
        let sources = iterators(cx, iterables)?;
        let strict = AtomicBool::new(strict.unwrap_or(false));
        let new = Map {
            function: Slot::new(function),
            sources: Slot::new(sources),
            strict,
        };
        Ok(NativeObj::alloc(cx, class, new).value())
    }

    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<Map>>) -> PyResult<Value> {
        let sources = Gc::<Tuple>::from_value_unchecked(this.sources.get());
        let function = this.function.get();
        let strict = this.strict.load(Relaxed);
        if let &[source] = sources.as_slice() {
            return match cx.next(source)? {
                Some(v) => cx.call(function, &[v]),
                None => Ok(Value::EMPTY),
            };
        }
        let n = sources.len();
        if n <= FEW {
            let mut args = [Value::EMPTY; FEW];
            let more = advance(cx, sources.as_slice(), strict, "map", |_, i, v| args[i] = v)?;
            return if more {
                cx.call(function, &args[..n])
            } else {
                Ok(Value::EMPTY)
            };
        }
        let args: Gc<Array> = cx.new_array(n);
        let more = advance(cx, sources.as_slice(), strict, "map", |cx, i, v| {
            args.slots()[i].set(cx, args, v)
        })?;
        if more {
            cx.call(function, args.values())
        } else {
            Ok(Value::EMPTY)
        }
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<Map>>) -> PyResult<Value> {
        let class = cx.type_of(this.value()).value();
        let mut args = crate::vec::ValueVec::from_slice(cx, &[this.function.get()])?;
        for &s in Gc::<Tuple>::from_value_unchecked(this.sources.get()).as_slice() {
            args.push(cx, s)?;
        }
        let args = cx.try_new_tuple(args.as_slice())?;
        Ok(reduce(cx, class, args, this.strict.load(Relaxed)))
    }

    /// Set state information for unpickling.
    #[py]
    fn __setstate__(this: Gc<NativeObj<Map>>, object: bool) {
        this.strict.store(object, Relaxed);
    }
}
