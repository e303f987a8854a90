//! `partial` objects and the `Placeholder` for arguments that come later.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use krait_runtime::types::method::BoundMethod;
use krait_runtime::types::str::StrBuilder;
use krait_runtime::types::type_::create::InstanceAttributes;

use crate::prelude::*;

/// The function, leading arguments (a tuple), keywords (a dict), and how many of the arguments are placeholders.
#[derive(Trace)]
pub struct Partial {
    function: Slot,
    args: Slot,
    keywords: Slot,
    placeholders: AtomicUsize,
}
impl Native for Partial {
    const PY_NAME: &'static str = "functools.partial";
}

/// The type of `Placeholder`, which has one instance.
#[derive(Trace)]
pub struct Placeholder(());
impl Native for Placeholder {
    const PY_NAME: &'static str = "functools._PlaceholderType";
}

pub static PARTIAL: TypeSpec = TypeSpec {
    name: "partial",
    module: "functools",
    doc: Some(
        "Create a new function with partial application of the given arguments and keywords.",
    ),
    layout: Layout::native::<Partial>(),
    flags: flags::BASETYPE | flags::INSTANCE_DICT | flags::WEAKREFABLE,
    defs: &[Methods::DEFS, Generic::DEFS],
    call: Some(call),
    ..TypeSpec::DEFAULT
};
pub static PLACEHOLDER: TypeSpec = TypeSpec {
    name: "_PlaceholderType",
    module: "functools",
    doc: Some(
        "The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments.",
    ),
    layout: Layout::native::<Placeholder>(),
    defs: &[PlaceholderMethods::DEFS],
    ..TypeSpec::DEFAULT
};

/// The word of `Placeholder`; kept alive as a root of the interpreter.
#[derive(Default)]
struct Singleton(AtomicU64);

fn placeholder(cx: &mut Cx) -> PyResult<Value> {
    let known = cx.state::<Singleton>();
    let bits = known.0.load(Ordering::Acquire);
    if bits != 0 {
        return Ok(Value::from_bits(bits));
    }
    let class = cx.native_type(&PLACEHOLDER)?;
    let v = NativeObj::alloc(cx, class, Placeholder(())).value();
    cx.keep_forever(v);
    match known
        .0
        .compare_exchange(0, v.bits(), Ordering::AcqRel, Ordering::Acquire)
    {
        Ok(_) => Ok(v),
        Err(first) => Ok(Value::from_bits(first)),
    }
}

pub fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let v = placeholder(cx)?;
    m.set(cx, "Placeholder", v);
    Ok(())
}

fn is_placeholder(v: Value) -> bool {
    NativeObj::<Placeholder>::from_value(v).is_some()
}

fn count_placeholders(args: &[Value]) -> usize {
    args.iter().filter(|&&v| is_placeholder(v)).count()
}

/// Calls with more values than this build their argument list in the heap.
const SMALL: usize = 16;

/// The arguments of a call in the making, on the native stack while they are few.
struct Arguments {
    small: [Value; SMALL],
    len: usize,
    large: Option<ValueVec>,
}

impl Arguments {
    fn new(cx: &mut Cx, room: usize) -> PyResult<Arguments> {
        let large = if room > SMALL {
            Some(ValueVec::with_capacity(cx, room)?)
        } else {
            None
        };
        Ok(Arguments {
            small: [Value::EMPTY; SMALL],
            len: 0,
            large,
        })
    }

    #[inline]
    fn push(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        if let Some(large) = &mut self.large {
            return large.push(cx, v);
        }
        self.small[self.len] = v;
        self.len += 1;
        Ok(())
    }

    fn as_slice(&self) -> &[Value] {
        match &self.large {
            Some(v) => v.as_slice(),
            None => &self.small[..self.len],
        }
    }
}

fn call(cx: &mut Cx, callee: Value, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    let this = NativeObj::<Partial>::from_value(callee).expect("the call slot of this type");
    let bound = tuple_in(&this.args);
    let keywords: Gc<Dict> = Gc::from_value_unchecked(this.keywords.get());
    let (positional, values) = args.split_at(args.len() - kwnames.len());
    let holes = this.placeholders.load(Ordering::Relaxed);
    if positional.len() < holes {
        return Err(cx.type_error(format!(
            "missing positional arguments in 'partial' call; expected at least {holes}, got {}",
            positional.len()
        )));
    }
    let mut all = Arguments::new(cx, bound.len() + args.len() + keywords.len())?;
    push_positional(cx, &mut all, bound.as_slice(), positional, holes)?;
    if keywords.is_empty() {
        for &v in values {
            all.push(cx, v)?;
        }
        return cx.call_kw(this.function.get(), all.as_slice(), kwnames);
    }
    let mut names = Arguments::new(cx, keywords.len() + kwnames.len())?;
    let same = |a: Value, b: Value| match (Gc::<Str>::from_value(a), Gc::<Str>::from_value(b)) {
        (Some(a), Some(b)) => a.eq_str(b),
        _ => false,
    };
    let mut pos = 0;
    while let Some((k, v)) = keywords.next_entry(&mut pos) {
        let given = kwnames.iter().position(|&n| same(n, k));
        names.push(cx, k)?;
        all.push(cx, given.map_or(v, |i| values[i]))?;
    }
    let own = names.as_slice().len();
    for (&name, &v) in kwnames.iter().zip(values) {
        if !names.as_slice()[..own].iter().any(|&n| same(n, name)) {
            names.push(cx, name)?;
            all.push(cx, v)?;
        }
    }
    if names
        .as_slice()
        .iter()
        .any(|&n| Gc::<Str>::from_value(n).is_none())
    {
        return Err(cx.type_error("keywords must be strings"));
    }
    cx.call_kw(this.function.get(), all.as_slice(), names.as_slice())
}

/// The bound arguments with placeholders replaced by the first given ones, then the rest of those.
fn push_positional(
    cx: &mut Cx,
    all: &mut Arguments,
    bound: &[Value],
    given: &[Value],
    holes: usize,
) -> PyResult<()> {
    let mut next = 0;
    for &v in bound {
        if holes != 0 && is_placeholder(v) && next < given.len() {
            all.push(cx, given[next])?;
            next += 1;
        } else {
            all.push(cx, v)?;
        }
    }
    for &v in &given[next..] {
        all.push(cx, v)?;
    }
    Ok(())
}

/// `Ok` unless the arguments end in a placeholder or a keyword is one.
fn check_placeholders(cx: &mut Cx, args: &[Value], keywords: Option<Gc<Dict>>) -> PyResult<()> {
    if args.last().is_some_and(|&v| is_placeholder(v)) {
        return Err(cx.type_error("trailing Placeholders are not allowed"));
    }
    let mut pos = 0;
    while let Some((_, v)) = keywords.and_then(|d| d.next_entry(&mut pos)) {
        if is_placeholder(v) {
            return Err(cx.type_error("Placeholder cannot be passed as a keyword argument"));
        }
    }
    Ok(())
}

/// A partial object of a partial object is one of the inner function.
fn flattened(cx: &mut Cx, function: Value) -> PyResult<Option<Obj<Partial>>> {
    let Some(inner) = NativeObj::<Partial>::from_value(function) else {
        return Ok(None);
    };
    if !cx.instance_attributes(function).is_empty() {
        return Ok(None);
    }
    Ok(Some(inner))
}

fn make(
    cx: &mut Cx,
    class: Gc<Type>,
    function: Value,
    args: &[Value],
    keywords: Option<Gc<Dict>>,
) -> PyResult<Value> {
    if !cx.is_callable(function) {
        return Err(cx.type_error("the first argument must be callable"));
    }
    check_placeholders(cx, args, keywords)?;
    let new_keywords = cx.new_dict();
    let (function, args) = match flattened(cx, function)? {
        None => (function, cx.try_new_tuple(args)?),
        Some(inner) => {
            let bound = tuple_in(&inner.args);
            let mut all = Arguments::new(cx, bound.len() + args.len())?;
            push_positional(
                cx,
                &mut all,
                bound.as_slice(),
                args,
                inner.placeholders.load(Ordering::Relaxed),
            )?;
            new_keywords.update(cx, inner.keywords.get())?;
            (inner.function.get(), cx.try_new_tuple(all.as_slice())?)
        }
    };
    if let Some(k) = keywords {
        new_keywords.update(cx, k)?;
    }
    let placeholders = count_placeholders(Gc::<Tuple>::from_value_unchecked(args).as_slice());
    let new = Partial {
        function: slot(function),
        args: slot(args),
        keywords: slot(new_keywords.value()),
        placeholders: placeholders.into(),
    };
    Ok(NativeObj::alloc(cx, class, new).value())
}

fn show(cx: &mut Cx, this: Obj<Partial>) -> PyResult<Value> {
    let class = cx.type_of(this.value());
    let name = class.full_name(cx);
    guarded_repr(cx, this.value(), "...", |cx| {
        let mut out = StrBuilder::new();
        out.push_str(&name);
        out.push_str("(");
        // What is shown can change the object.
        let (function, args) = (this.function.get(), tuple_in(&this.args));
        let keywords: Gc<Dict> = Gc::from_value_unchecked(this.keywords.get());
        let function = cx.repr(function)?;
        out.push_gc(function);
        for i in 0..args.len() {
            out.push_str(", ");
            let shown = cx.repr(args.get(i))?;
            out.push_gc(shown);
        }
        let mut pos = 0;
        while let Some((k, v)) = keywords.next_entry(&mut pos) {
            out.push_str(", ");
            let key = cx.str(k)?;
            out.push_gc(key);
            out.push_str("=");
            let shown = cx.repr(v)?;
            out.push_gc(shown);
        }
        out.push_str(")");
        out.finish(cx)
    })
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, func, /, *args, **keywords)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        func: Value,
        keywords: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        make(cx, class, func, args, keywords.and_then(Gc::from_value))
    }
    /// Call self as a function.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let Some(d) = kwargs
            .and_then(Gc::<Dict>::from_value)
            .filter(|d| !d.is_empty())
        else {
            return call(cx, this, args, &[]);
        };
        let mut all = ValueVec::from_slice(cx, args)?;
        let mut names = ValueVec::new();
        let mut pos = 0;
        while let Some((k, v)) = d.next_entry(&mut pos) {
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
    #[py]
    fn __repr__(cx: &mut Cx, this: Obj<Partial>) -> PyResult<Value> {
        show(cx, this)
    }
    #[py(sig = "($self, /)", hide_sig)]
    fn __reduce__(cx: &mut Cx, this: Obj<Partial>) -> PyResult<Value> {
        let class = cx.type_of(this.value()).value();
        let dict = match cx.instance_dict(this.value())? {
            Some(d) if !d.is_empty() => d.value(),
            _ => Value::none(),
        };
        let make_args = cx.new_tuple(&[this.function.get()]);
        let state = cx.new_tuple(&[
            this.function.get(),
            this.args.get(),
            this.keywords.get(),
            dict,
        ]);
        Ok(cx.new_tuple(&[class, make_args, state]))
    }
    #[py(hide_sig)]
    fn __setstate__(cx: &mut Cx, this: Obj<Partial>, state: Value) -> PyResult<()> {
        let items = Gc::<Tuple>::from_value(state).filter(|t| t.len() == 4);
        let Some((t, args)) = items.and_then(|t| Some((t, Gc::<Tuple>::from_value(t.get(1))?)))
        else {
            return Err(cx.type_error("invalid partial state"));
        };
        let (function, keywords, dict) = (t.get(0), t.get(2), t.get(3));
        if !cx.is_callable(function)
            || !(keywords.is_none() || Gc::<Dict>::from_value(keywords).is_some())
            || !(dict.is_none() || Gc::<Dict>::from_value(dict).is_some())
        {
            return Err(cx.type_error("invalid partial state"));
        }
        if args.as_slice().last().is_some_and(|&v| is_placeholder(v)) {
            return Err(cx.type_error("trailing Placeholders are not allowed"));
        }
        let own_args = cx.tuple_from(args.value())?;
        let own_keywords = match Gc::<Dict>::from_value(keywords) {
            Some(d) if d.is_exact() => d,
            Some(d) => d.copy(cx)?,
            None => cx.new_dict(),
        };
        this.function.set(cx, this, function);
        this.args.set(cx, this, own_args);
        this.keywords.set(cx, this, own_keywords.value());
        this.placeholders
            .store(count_placeholders(args.as_slice()), Ordering::Relaxed);
        let attributes = match Gc::<Dict>::from_value(dict) {
            Some(d) => d,
            None => cx.new_dict(),
        };
        cx.set_instance_dict(this.value(), attributes).map(|_| ())
    }
    #[py(getter)]
    fn __dict__(cx: &mut Cx, this: Obj<Partial>) -> PyResult<Value> {
        InstanceAttributes::__dict__(cx, this.value())
    }
    #[py(setter = "__dict__")]
    fn set_dict(cx: &mut Cx, this: Obj<Partial>, value: Option<Value>) -> PyResult<()> {
        InstanceAttributes::set_dict(cx, this.value(), value)
    }
    /// function object to use in future partial calls
    #[py(getter, member)]
    fn func(this: Obj<Partial>) -> Value {
        this.function.get()
    }
    /// tuple of arguments to future partial calls
    #[py(getter, member)]
    fn args(this: Obj<Partial>) -> Value {
        this.args.get()
    }
    /// dictionary of keyword arguments to future partial calls
    #[py(getter, member)]
    fn keywords(this: Obj<Partial>) -> Value {
        this.keywords.get()
    }
}

struct PlaceholderMethods;

#[pymethods]
impl PlaceholderMethods {
    #[py(new, sig = "($type, /, *args, **kwargs)", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        if !args.is_empty()
            || kwargs
                .and_then(Gc::<Dict>::from_value)
                .is_some_and(|d| !d.is_empty())
        {
            return Err(cx.type_error("_PlaceholderType takes no arguments"));
        }
        placeholder(cx)
    }
    #[py]
    fn __repr__(_this: Value) -> &'static str {
        "Placeholder"
    }
    #[py(hide_sig)]
    fn __reduce__(_this: Value) -> &'static str {
        "Placeholder"
    }
}
