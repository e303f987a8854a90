//! `BaseExceptionGroup`, `ExceptionGroup`, and what `except*` needs. Source: PEP 654.

use krait_macros::pymethods;

use super::base::{as_exception, init, is_exception_class, matches, no_keywords};
use super::fields;
use crate::error::Exception;
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::str::StrBuilder;
use crate::types::tuple::Tuple;
use crate::types::typeobj::Type;
use crate::vec::ValueVec;

type Exc = Gc<Exception>;

/// Whether `v` is an exception group.
pub fn is_group(cx: &Cx, v: Value) -> bool {
    cx.is_instance(v, cx.types().base_exception_group)
}

/// `group.exceptions`, a tuple. Groups are always made through `__new__`, which sets it.
fn exceptions(group: Exc) -> Gc<Tuple> {
    match Gc::<Tuple>::from_value(group.field(fields::EXCEPTIONS)) {
        Some(t) => t,
        // Made by native code from arguments that it has checked.
        None => Gc::from_value_unchecked(group.args_tuple().get(1)),
    }
}

/// The group `BaseExceptionGroup(message, list)`, or an ExceptionGroup if all are Exceptions.
pub fn new_group(cx: &mut Cx, message: &str, list: Value) -> PyResult<Value> {
    let message = cx.new_str(message);
    let class = cx.types().base_exception_group.value();
    cx.call(class, &[message, list])
}

/// Checks that all are exceptions; whether one of them is no `Exception`.
fn check_items(cx: &mut Cx, items: &[Value]) -> PyResult<bool> {
    let mut has_base = false;
    for (i, &v) in items.iter().enumerate() {
        if as_exception(v).is_none() {
            return Err(cx.value_error(format!(
                "Item {i} of second argument (exceptions) is not an exception"
            )));
        }
        has_base |= !cx.is_instance(v, cx.types().exception);
    }
    Ok(has_base)
}

/// The class of a new group: a BaseExceptionGroup of Exceptions becomes an ExceptionGroup.
fn group_class(cx: &mut Cx, class: Gc<Type>, has_base: bool) -> PyResult<Gc<Type>> {
    let t = cx.types();
    if class == t.base_exception_group {
        return Ok(if has_base { class } else { t.exception_group });
    }
    if !has_base {
        return Ok(class);
    }
    if class == t.exception_group {
        return Err(cx.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
    }
    if class.is_subtype(t.exception) {
        let name = class.name_string();
        return Err(cx.type_error(format!("Cannot nest BaseExceptions in '{name}'")));
    }
    Ok(class)
}

/// The second argument's items.
fn sequence_items(cx: &mut Cx, v: Value) -> PyResult<Value> {
    if !cx.is_sequence(v) {
        return Err(cx.type_error("second argument (exceptions) must be a sequence"));
    }
    let items = cx.tuple_from(v)?;
    if Gc::<Tuple>::from_value_unchecked(items).is_empty() {
        return Err(cx.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    Ok(items)
}

/// What `split` and `subgroup` select by.
#[derive(Clone, Copy)]
enum Matcher<'a> {
    /// A class or a tuple of classes.
    Class(Value),
    Predicate(Value),
    /// These instances.
    Leaves(&'a ValueVec),
}

impl Matcher<'_> {
    fn from_argument(cx: &mut Cx, v: Value) -> PyResult<Matcher<'static>> {
        let is_class = Gc::<Type>::from_value(v).is_some();
        if !is_class && cx.is_callable(v) {
            return Ok(Matcher::Predicate(v));
        }
        let classes = match Gc::<Tuple>::from_value(v) {
            Some(t) => t.items().iter().all(|&c| is_exception_class(c)),
            None => is_exception_class(v),
        };
        if classes {
            return Ok(Matcher::Class(v));
        }
        Err(cx.type_error("expected an exception type, a tuple of exception types, or a callable (other than a class)"))
    }

    fn accepts(self, cx: &mut Cx, exception: Value) -> PyResult<bool> {
        match self {
            Matcher::Class(c) => matches(cx, exception, c),
            Matcher::Predicate(f) => {
                let r = cx.call(f, &[exception])?;
                cx.is_true(r)
            }
            Matcher::Leaves(all) => Ok(all.as_slice().contains(&exception)),
        }
    }
}

/// The matching part of an exception or group and what is left, `None` where nothing is.
fn split(cx: &mut Cx, v: Value, matcher: Matcher<'_>, want_rest: bool) -> PyResult<(Value, Value)> {
    if matcher.accepts(cx, v)? {
        return Ok((v, Value::none()));
    }
    if !is_group(cx, v) {
        return Ok((Value::none(), if want_rest { v } else { Value::none() }));
    }
    cx.check_native_stack()?;
    let group = Exc::from_value_unchecked(v);
    let items = exceptions(group);
    let (mut matching, mut rest) = (ValueVec::new(), ValueVec::new());
    for i in 0..items.len() {
        let (m, r) = split(cx, items.get(i), matcher, want_rest)?;
        if !m.is_none() {
            matching.push(cx, m)?;
        }
        if !r.is_none() {
            rest.push(cx, r)?;
        }
    }
    let matching = subset(cx, group, matching)?;
    let rest = if want_rest {
        subset(cx, group, rest)?
    } else {
        Value::none()
    };
    Ok((matching, rest))
}

/// A group like `original` of some of its exceptions, made by its `derive`; `None` for none.
fn subset(cx: &mut Cx, original: Exc, items: ValueVec) -> PyResult<Value> {
    if items.is_empty() {
        return Ok(Value::none());
    }
    let items = List::from_vec(cx, items).value();
    let made = cx.call_method_str(original.value(), "derive", &[items])?;
    if !is_group(cx, made) {
        return Err(cx.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    let group = Exc::from_value_unchecked(made);
    group.traceback.set(cx, group, original.traceback.get());
    group.context.set(cx, group, original.context.get());
    super::base::set_cause(cx, group, original.cause.get());
    let name = cx.names().__notes__;
    if let Some(notes) = cx.lookup_attr(original.value(), name)?
        && cx.is_sequence(notes)
    {
        // A list of its own, so that notes added to one group do not show on the other.
        let copy = cx.collect(notes)?;
        let copy = List::from_vec(cx, copy).value();
        cx.set_attr(made, name, copy)?;
    }
    Ok(made)
}

/// The exceptions in `v` that are no groups.
fn collect_leaves(cx: &mut Cx, v: Value, leaves: &mut ValueVec) -> PyResult<()> {
    if !is_group(cx, v) {
        return leaves.push(cx, v);
    }
    cx.check_native_stack()?;
    let items = exceptions(Exc::from_value_unchecked(v));
    for i in 0..items.len() {
        collect_leaves(cx, items.get(i), leaves)?;
    }
    Ok(())
}

/// The part of `original` whose leaves are in one of `keep`.
fn projection(cx: &mut Cx, original: Value, keep: &ValueVec) -> PyResult<Value> {
    let mut leaves = ValueVec::new();
    for i in 0..keep.len() {
        collect_leaves(cx, keep.as_slice()[i], &mut leaves)?;
    }
    split(cx, original, Matcher::Leaves(&leaves), false).map(|(m, _)| m)
}

/// What `except* match_type` takes of `exception`, and what it leaves; `None` for nothing. An
/// exception that is no group is wrapped into one.
pub fn match_star(cx: &mut Cx, exception: Value, match_type: Value) -> PyResult<(Value, Value)> {
    if exception.is_none() {
        return Ok((Value::none(), Value::none()));
    }
    if matches(cx, exception, match_type)? {
        if is_group(cx, exception) {
            return Ok((exception, Value::none()));
        }
        let only = cx.new_tuple(&[exception]);
        let group = new_group(cx, "", only)?;
        return Ok((group, Value::none()));
    }
    if !is_group(cx, exception) {
        return Ok((Value::none(), exception));
    }
    let pair = cx.call_method_str(exception, "split", &[match_type])?;
    let Some(t) = Gc::<Tuple>::from_value(pair) else {
        let (class, got) = (cx.type_name(exception), cx.type_name(pair));
        return Err(cx.type_error(format!("{class}.split must return a tuple, not {got}")));
    };
    if t.len() < 2 {
        let (class, n) = (cx.type_name(exception), t.len());
        return Err(cx.type_error(format!(
            "{class}.split must return a 2-tuple, got tuple of size {n}"
        )));
    }
    Ok((t.get(0), t.get(1)))
}

/// Checks the expression of `except* match_type`: exception classes, but no groups.
pub fn check_star_type(cx: &mut Cx, match_type: Value) -> PyResult<()> {
    let one;
    let classes: &[Value] = match Gc::<Tuple>::from_value(match_type) {
        Some(t) => t.as_slice(),
        None => {
            one = [match_type];
            &one
        }
    };
    if !classes.iter().all(|&c| is_exception_class(c)) {
        return Err(
            cx.type_error("catching classes that do not inherit from BaseException is not allowed")
        );
    }
    let group = cx.types().base_exception_group;
    if classes
        .iter()
        .any(|&c| Gc::<Type>::from_value(c).is_some_and(|t| t.is_subtype(group)))
    {
        return Err(cx.type_error(
            "catching ExceptionGroup with except* is not allowed. Use except instead.",
        ));
    }
    Ok(())
}

/// Whether `v` is a part of `original` that was raised again as it was.
fn same_origin(v: Value, original: Exc) -> bool {
    let Some(e) = as_exception(v) else {
        return false;
    };
    e.traceback.get() == original.traceback.get()
        && e.cause.get() == original.cause.get()
        && e.context.get() == original.context.get()
}

/// What is raised after all `except*` clauses ran: `raised` is a list of what they raised and of
/// what none of them took. `None` if there is nothing to raise.
pub fn prep_reraise_star(cx: &mut Cx, original: Value, raised: Value) -> PyResult<Value> {
    let all = cx.collect(raised)?;
    if all.is_empty() {
        return Ok(Value::none());
    }
    if !is_group(cx, original) {
        // A single exception was caught and wrapped: at most one clause ran.
        return Ok(all.as_slice()[0]);
    }
    let group = Exc::from_value_unchecked(original);
    let (mut fresh, mut again) = (ValueVec::new(), ValueVec::new());
    for i in 0..all.len() {
        let e = all.as_slice()[i];
        if e.is_none() {
            continue;
        }
        if same_origin(e, group) {
            again.push(cx, e)?
        } else {
            fresh.push(cx, e)?
        }
    }
    // What is raised again keeps its place in the original's structure.
    let rest = projection(cx, original, &again)?;
    if fresh.is_empty() {
        return Ok(rest);
    }
    if !rest.is_none() {
        fresh.push(cx, rest)?;
    }
    if fresh.len() == 1 {
        return Ok(fresh.as_slice()[0]);
    }
    let list = List::from_vec(cx, fresh).value();
    new_group(cx, "", list)
}

pub struct Methods;

impl Methods {
    /// The exceptions as `repr` shows them: in the kind of sequence that was given, as it was then.
    fn shown_items(cx: &mut Cx, this: Exc) -> PyResult<Gc<Str>> {
        if let Some(text) = Gc::<Str>::from_value(this.field(fields::EXCEPTIONS_TEXT)) {
            return Ok(text);
        }
        let items = exceptions(this);
        match this.args_tuple().items() {
            [_, given] if Gc::<List>::from_value(*given).is_some() => {}
            _ => return cx.repr(items.value()),
        }
        let list = cx.new_list(items.as_slice());
        cx.repr(list)
    }
}

#[pymethods]
impl Methods {
    /// Create and return a new object.  See help(type) for accurate signature.
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        _kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let &[message, given] = args else {
            let n = args.len();
            return Err(cx.type_error(format!(
                "BaseExceptionGroup.__new__() takes exactly 2 arguments ({n} given)"
            )));
        };
        if Gc::<Str>::from_value(message).is_none() {
            let got = crate::protocol::text::shown_type(cx, message);
            return Err(cx.type_error(format!(
                "BaseExceptionGroup.__new__() argument 1 must be str, not {got}"
            )));
        }
        let items = sequence_items(cx, given)?;
        let has_base = check_items(cx, Gc::<Tuple>::from_value_unchecked(items).as_slice())?;
        let class = group_class(cx, Gc::from_value_unchecked(class), has_base)?;
        let is_list = Gc::<List>::from_value(given).is_some();
        let is_tuple = Gc::<Tuple>::from_value(given).is_some();
        let shown = if is_list || is_tuple {
            Value::EMPTY
        } else {
            cx.repr(given)?.value()
        };
        let args = cx.new_tuple(args);
        let this = Exception::alloc(cx, class, args);
        this.set_field(cx, fields::MESSAGE, message);
        this.set_field(cx, fields::EXCEPTIONS, items);
        this.set_field(cx, fields::EXCEPTIONS_TEXT, shown);
        Ok(this.value())
    }

    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Exc, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        if kwargs.is_some() {
            let name = cx.type_name(this.value());
            no_keywords(cx, &name, kwargs)?;
        }
        init(cx, this, args)
    }

    /// Return repr(self).
    #[py(sig = "($self, /)")]
    fn __repr__(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        let mut out = StrBuilder::new();
        let name = cx.type_of(this.value()).name_string();
        let message = cx.repr(this.field_or_arg(fields::MESSAGE, 0))?;
        let items = Self::shown_items(cx, this)?;
        out.push_str(&name);
        out.push_str("(");
        out.push_gc(message);
        out.push_str(", ");
        out.push_gc(items);
        out.push_str(")");
        out.finish(cx)
    }

    /// Return str(self).
    #[py(sig = "($self, /)")]
    fn __str__(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        let mut out = StrBuilder::new();
        let message = cx.str(this.field_or_arg(fields::MESSAGE, 0))?;
        let n = exceptions(this).len();
        out.push_gc(message);
        out.push_str(&format!(
            " ({n} sub-exception{})",
            if n == 1 { "" } else { "s" }
        ));
        out.finish(cx)
    }

    /// Exception groups are generic over the type of their contained exceptions
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }

    #[py(sig = "($self, excs, /)", doc = "")]
    fn derive(cx: &mut Cx, this: Exc, excs: Value) -> PyResult<Value> {
        let class = cx.types().base_exception_group.value();
        cx.call(class, &[this.field_or_arg(fields::MESSAGE, 0), excs])
    }

    #[py(sig = "($self, matcher_value, /)", doc = "")]
    fn split(cx: &mut Cx, this: Exc, matcher_value: Value) -> PyResult<Value> {
        let matcher = Matcher::from_argument(cx, matcher_value)?;
        let (matching, rest) = split(cx, this.value(), matcher, true)?;
        Ok(cx.new_tuple(&[matching, rest]))
    }

    #[py(sig = "($self, matcher_value, /)", doc = "")]
    fn subgroup(cx: &mut Cx, this: Exc, matcher_value: Value) -> PyResult<Value> {
        let matcher = Matcher::from_argument(cx, matcher_value)?;
        split(cx, this.value(), matcher, false).map(|(m, _)| m)
    }

    /// exception message
    #[py(getter, member)]
    fn message(this: Exc) -> Value {
        this.field_or_arg(fields::MESSAGE, 0)
    }

    #[py(setter = "message")]
    fn set_message(cx: &mut Cx, _this: Exc, _value: Option<Value>) -> PyResult<()> {
        Err(cx.attribute_error("readonly attribute"))
    }

    /// nested exceptions
    #[py(getter, member)]
    fn exceptions(this: Exc) -> Value {
        exceptions(this).value()
    }

    #[py(setter = "exceptions")]
    fn set_exceptions(cx: &mut Cx, _this: Exc, _value: Option<Value>) -> PyResult<()> {
        Err(cx.attribute_error("readonly attribute"))
    }
}
