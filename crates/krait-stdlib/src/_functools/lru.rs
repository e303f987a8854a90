//! The cache of `functools.lru_cache`.
//!
//! A dict maps keys to results, or, if the cache is bounded, to links of a ring in order of use: the root's `next` is
//! the one that was not used for longest. The ring changes under the wrapper's lock, in which nothing is allocated or
//! called; the dict has its own. So threads may compute a value twice, but the cache stays consistent.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use krait_runtime::types::method::BoundMethod;
use krait_runtime::types::shape_id;

use crate::prelude::*;

#[derive(Trace)]
pub struct Link {
    next: Slot,
    previous: Slot,
    key: Slot,
    result: Slot,
    hash: u64,
}
impl Native for Link {
    const PY_NAME: &'static str = "functools._lru_list_elem";
}

#[derive(Trace)]
pub struct Wrapper {
    function: Slot,
    cache: Slot,
    root: Slot,
    info_type: Slot,
    /// -1: no bound.
    maxsize: i64,
    typed: bool,
    hits: AtomicI64,
    misses: AtomicI64,
    clears: AtomicU64,
}
impl Native for Wrapper {
    const PY_NAME: &'static str = "functools._lru_cache_wrapper";
}

type This = Obj<Wrapper>;

static LINK: TypeSpec = TypeSpec {
    name: "_lru_list_elem",
    module: "functools",
    layout: Layout::native::<Link>(),
    flags: flags::NO_INSTANTIATION,
    ..TypeSpec::DEFAULT
};
pub static WRAPPER: TypeSpec = TypeSpec {
    name: "_lru_cache_wrapper",
    module: "functools",
    doc: Some(
        "Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n",
    ),
    layout: Layout::native::<Wrapper>(),
    flags: flags::BASETYPE | flags::INSTANCE_DICT | flags::WEAKREFABLE,
    defs: &[Methods::DEFS],
    call: Some(call),
    ..TypeSpec::DEFAULT
};

fn shape_of(v: Value) -> u32 {
    // SAFETY: an object reference points to a live header.
    v.as_object().map_or(0, |o| unsafe { (*o).shape() })
}

/// Values that are their own key when they are the only argument.
fn is_plain_key(v: Value) -> bool {
    v.is_small() || matches!(shape_of(v), shape_id::STR | shape_id::INT)
}

/// The key for a call: the only argument if that will do, else a tuple.
fn make_key(cx: &mut Cx, this: This, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    if !this.typed && kwnames.is_empty() {
        return match args {
            [v] if is_plain_key(*v) => Ok(*v),
            _ => cx.try_new_tuple(args),
        };
    }
    let (positional, values) = args.split_at(args.len() - kwnames.len());
    let mut key = ValueVec::from_slice(cx, positional)?;
    if !kwnames.is_empty() {
        // Stands between positional and keyword arguments; no argument is this object by accident.
        let mark = cx.native_type(&LINK)?;
        key.push(cx, mark.value())?;
        for (&name, &v) in kwnames.iter().zip(values) {
            key.push(cx, name)?;
            key.push(cx, v)?;
        }
    }
    if this.typed {
        for &v in args {
            let class = cx.type_of(v);
            key.push(cx, class.value())?;
        }
    }
    cx.try_new_tuple(key.as_slice())
}

fn cache(this: This) -> Gc<Dict> {
    Gc::from_value_unchecked(this.cache.get())
}

fn link(v: Value) -> Option<Obj<Link>> {
    NativeObj::from_value(v)
}

/// Takes `l` out of its ring; `false` if it is in none.
fn unlink(cx: &mut Cx, l: Obj<Link>) -> bool {
    let (Some(previous), Some(next)) = (link(l.previous.get()), link(l.next.get())) else {
        return false;
    };
    previous.next.set(cx, previous, next.value());
    next.previous.set(cx, next, previous.value());
    l.previous.set_immediate(Value::EMPTY);
    l.next.set_immediate(Value::EMPTY);
    true
}

/// Puts `l` before the root: it was used last.
fn append(cx: &mut Cx, root: Obj<Link>, l: Obj<Link>) {
    let last = link(root.previous.get()).unwrap_or(root);
    l.previous.set(cx, l, last.value());
    l.next.set(cx, l, root.value());
    last.next.set(cx, last, l.value());
    root.previous.set(cx, root, l.value());
}

fn new_link(cx: &mut Cx, key: Value, result: Value, hash: u64) -> PyResult<Obj<Link>> {
    let class = cx.native_type(&LINK)?;
    let new = Link {
        next: Slot::empty(),
        previous: Slot::empty(),
        key: slot(key),
        result: slot(result),
        hash,
    };
    Ok(NativeObj::alloc(cx, class, new))
}

fn new_root(cx: &mut Cx) -> PyResult<Value> {
    let root = new_link(cx, Value::EMPTY, Value::EMPTY, 0)?;
    root.next.set(cx, root, root.value());
    root.previous.set(cx, root, root.value());
    Ok(root.value())
}

fn call(cx: &mut Cx, callee: Value, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    let this = NativeObj::<Wrapper>::from_value(callee).expect("the call slot of this type");
    match this.maxsize {
        0 => {
            this.misses.fetch_add(1, Relaxed);
            cx.call_kw(this.function.get(), args, kwnames)
        }
        -1 => call_unbounded(cx, this, args, kwnames),
        _ => call_bounded(cx, this, args, kwnames),
    }
}

fn count(counter: &AtomicI64) {
    counter.store(counter.load(Relaxed) + 1, Relaxed);
}

fn call_unbounded(cx: &mut Cx, this: This, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    let key = make_key(cx, this, args, kwnames)?;
    let hash = cx.key_hash(key)?;
    if let Some(result) = cache(this).get_known_hash(cx, key, hash)? {
        count(&this.hits);
        return Ok(result);
    }
    count(&this.misses);
    let result = cx.call_kw(this.function.get(), args, kwnames)?;
    cache(this).set_known_hash(cx, key, hash, result)?;
    Ok(result)
}

fn call_bounded(cx: &mut Cx, this: This, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    let key = make_key(cx, this, args, kwnames)?;
    let hash = cx.key_hash(key)?;
    let root = link(this.root.get()).expect("a bounded cache has a root");
    if let Some(l) = cache(this).get_known_hash(cx, key, hash)?.and_then(link) {
        let guard = cx.lock_object(this.header());
        if root.previous.get() != l.value() && unlink(cx, l) {
            append(cx, root, l);
        }
        cx.unlock_object(this.header(), guard);
        count(&this.hits);
        return Ok(l.result.get());
    }
    count(&this.misses);
    let clears = this.clears.load(Relaxed);
    let result = cx.call_kw(this.function.get(), args, kwnames)?;
    let dict = cache(this);
    // The call may have filled the place, or emptied the cache.
    if this.clears.load(Relaxed) == clears && dict.get_known_hash(cx, key, hash)?.is_some() {
        return Ok(result);
    }
    if dict.len() as i64 >= this.maxsize {
        evict(cx, this, dict)?;
    }
    let new = new_link(cx, key, result, hash)?;
    dict.set_known_hash(cx, key, hash, new.value())?;
    let root = link(this.root.get()).unwrap_or(root);
    let guard = cx.lock_object(this.header());
    append(cx, root, new);
    cx.unlock_object(this.header(), guard);
    Ok(result)
}

/// Removes what was not used for longest.
fn evict(cx: &mut Cx, this: This, dict: Gc<Dict>) -> PyResult<()> {
    let Some(root) = link(this.root.get()) else {
        return Ok(());
    };
    let guard = cx.lock_object(this.header());
    let oldest = link(root.next.get()).filter(|l| *l != root);
    if let Some(l) = oldest {
        unlink(cx, l);
    }
    cx.unlock_object(this.header(), guard);
    if let Some(l) = oldest {
        dict.remove_known_hash(cx, l.key.get(), l.hash)?;
    }
    Ok(())
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        sig = "($type, user_function, maxsize, typed, cache_info_type)",
        hide_sig
    )]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        user_function: Value,
        maxsize: Value,
        typed: bool,
        cache_info_type: Value,
    ) -> PyResult<Value> {
        if !cx.is_callable(user_function) {
            return Err(cx.type_error("the first argument must be callable"));
        }
        let maxsize = if maxsize.is_none() {
            -1
        } else if cx.is_index(maxsize) {
            cx.index_isize(maxsize)?.max(0) as i64
        } else {
            return Err(cx.type_error("maxsize should be integer or None"));
        };
        let cache = cx.new_dict();
        let root = if maxsize > 0 {
            new_root(cx)?
        } else {
            Value::EMPTY
        };
        let new = Wrapper {
            function: slot(user_function),
            cache: slot(cache.value()),
            root: slot(root),
            info_type: slot(cache_info_type),
            maxsize,
            typed,
            hits: AtomicI64::new(0),
            misses: AtomicI64::new(0),
            clears: AtomicU64::new(0),
        };
        Ok(NativeObj::alloc(cx, class, new).value())
    }
    /// Call self as a function.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let mut all = ValueVec::from_slice(cx, args)?;
        let mut names = ValueVec::new();
        let mut pos = 0;
        while let Some((k, v)) = kwargs
            .and_then(Gc::<Dict>::from_value)
            .and_then(|d| d.next_entry(&mut pos))
        {
            names.push(cx, k)?;
            all.push(cx, v)?;
        }
        call(cx, this, all.as_slice(), names.as_slice())
    }
    /// Return an attribute of instance, which is of type owner.
    #[py(sig = "($self, instance, owner=None, /)")]
    fn __get__(cx: &mut Cx, this: Value, instance: Value, owner: Option<Value>) -> PyResult<Value> {
        krait_runtime::protocol::attr::check_get(cx, instance, owner)?;
        if instance.is_none() {
            return Ok(this);
        }
        Ok(BoundMethod::alloc(cx, this, instance).value())
    }
    /// Report cache statistics
    #[py(sig = "($self, /)")]
    fn cache_info(cx: &mut Cx, this: This) -> PyResult<Value> {
        let maxsize = if this.maxsize < 0 {
            Value::none()
        } else {
            cx.new_int(this.maxsize)
        };
        let (hits, misses) = (this.hits.load(Relaxed), this.misses.load(Relaxed));
        let values = [
            cx.new_int(hits),
            cx.new_int(misses),
            maxsize,
            cx.new_int(cache(this).len() as i64),
        ];
        cx.call(this.info_type.get(), &values)
    }
    /// Clear the cache and cache statistics
    #[py(sig = "($self, /)")]
    fn cache_clear(cx: &mut Cx, this: This) -> PyResult<()> {
        let root = if this.maxsize > 0 {
            new_root(cx)?
        } else {
            Value::EMPTY
        };
        let cache = cx.new_dict();
        this.clears.fetch_add(1, Relaxed);
        this.hits.store(0, Relaxed);
        this.misses.store(0, Relaxed);
        this.root.set(cx, this, root);
        this.cache.set(cx, this, cache.value());
        Ok(())
    }
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: This) -> PyResult<Value> {
        cx.get_attr(this.value(), cx.names().__qualname__)
    }
    #[py(sig = "($self, /, *args)", hide_sig)]
    fn __copy__(this: Value, _args: &[Value]) -> Value {
        this
    }
    #[py(sig = "($self, /, *args)", hide_sig)]
    fn __deepcopy__(this: Value, _args: &[Value]) -> Value {
        this
    }
}
