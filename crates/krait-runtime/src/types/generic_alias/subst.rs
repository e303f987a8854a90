//! Type variables of generic types, and putting types in their places.
//!
//! What a type variable is, the type variables say themselves: through `__typing_subst__`,
//! `__typing_prepare_subst__` and the other hooks of the `typing` module (PEP 646, PEP 695).

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::special::Special;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::types::typeobj::Type;
use crate::value::Value;
use crate::vec::ValueVec;

fn is_class(v: Value) -> bool {
    Gc::<Type>::from_value(v).is_some()
}

/// The items of a tuple or list of type arguments.
fn items_of(cx: &mut Cx, v: Value) -> PyResult<ValueVec> {
    match (Gc::<Tuple>::from_value(v), Gc::<List>::from_value(v)) {
        (Some(t), _) => ValueVec::from_slice(cx, t.as_slice()),
        (_, Some(l)) => l.snapshot(cx),
        _ => ValueVec::from_slice(cx, &[v]),
    }
}

fn is_arguments(v: Value) -> bool {
    Gc::<Tuple>::from_value(v).is_some() || Gc::<List>::from_value(v).is_some()
}

fn push_new(cx: &mut Cx, list: &mut ValueVec, v: Value) -> PyResult<()> {
    if list.as_slice().contains(&v) {
        Ok(())
    } else {
        list.push(cx, v)
    }
}

/// The type variables in `args`, a tuple or list, each once, in the order they first occur.
pub fn parameters_of(cx: &mut Cx, args: Value) -> PyResult<Value> {
    cx.check_native_stack()?;
    let args = items_of(cx, args)?;
    let mut found = ValueVec::new();
    for i in 0..args.len() {
        let v = args.as_slice()[i];
        // A class's own `__parameters__` are not those of a use of it.
        if is_class(v) {
            continue;
        }
        if cx.lookup_attr(v, cx.names().__typing_subst__)?.is_some() {
            push_new(cx, &mut found, v)?;
            continue;
        }
        let inner = match cx.lookup_attr(v, cx.names().__parameters__)? {
            Some(p) => p,
            None if is_arguments(v) => parameters_of(cx, v)?,
            None => continue,
        };
        if let Some(t) = Gc::<Tuple>::from_value(inner) {
            for j in 0..t.len() {
                push_new(cx, &mut found, t.get(j))?;
            }
        }
    }
    cx.try_new_tuple(found.as_slice())
}

/// The items of `*tuple[int, str]`, which stand for themselves; `None` for anything else.
fn unpacked_items(cx: &mut Cx, v: Value) -> PyResult<Option<Gc<Tuple>>> {
    if is_class(v) {
        return Ok(None);
    }
    let items = cx
        .lookup_attr(v, cx.names().__typing_unpacked_tuple_args__)?
        .and_then(Gc::<Tuple>::from_value);
    Ok(items.filter(|t| t.items().last() != Some(&Value::ellipsis())))
}

/// The subscript as a tuple, with tuples of known length unpacked.
fn unpack(cx: &mut Cx, key: Value) -> PyResult<Value> {
    let items = match Gc::<Tuple>::from_value(key) {
        Some(t) => ValueVec::from_slice(cx, t.as_slice())?,
        None => ValueVec::from_slice(cx, &[key])?,
    };
    let mut out = ValueVec::new();
    for i in 0..items.len() {
        let v = items.as_slice()[i];
        match unpacked_items(cx, v)? {
            Some(t) => {
                for j in 0..t.len() {
                    out.push(cx, t.get(j))?;
                }
            }
            None => out.push(cx, v)?,
        }
    }
    cx.try_new_tuple(out.as_slice())
}

/// `args` with `key`, the subscript of the generic type `of`, in the places of `parameters`.
pub fn substitute(
    cx: &mut Cx,
    of: Value,
    args: Value,
    parameters: Value,
    key: Value,
) -> PyResult<Value> {
    let parameters: Gc<Tuple> = Gc::from_value_unchecked(parameters);
    let n = parameters.len();
    if n == 0 {
        let text = cx.repr_string(of)?;
        return Err(cx.type_error(format!("{text} is not a generic class")));
    }
    let mut key = unpack(cx, key)?;
    for i in 0..n {
        let prepare = cx.lookup_attr_str(parameters.get(i), "__typing_prepare_subst__")?;
        if let Some(prepare) = prepare.filter(|p| !p.is_none()) {
            if Gc::<Tuple>::from_value(key).is_none() {
                key = cx.new_tuple(&[key]);
            }
            key = cx.call(prepare, &[of, key])?;
        }
    }
    let given = match Gc::<Tuple>::from_value(key) {
        Some(t) => ValueVec::from_slice(cx, t.as_slice())?,
        None => ValueVec::from_slice(cx, &[key])?,
    };
    if given.len() != n {
        let (text, actual) = (cx.repr_string(of)?, given.len());
        let word = if actual > n { "many" } else { "few" };
        return Err(cx.type_error(format!(
            "Too {word} arguments for {text}; actual {actual}, expected {n}"
        )));
    }
    replace_all(cx, args, parameters, &given).and_then(|v| cx.try_new_tuple(v.as_slice()))
}

/// `args` with each of `parameters` replaced by the value of the same index.
fn replace_all(
    cx: &mut Cx,
    args: Value,
    parameters: Gc<Tuple>,
    given: &ValueVec,
) -> PyResult<ValueVec> {
    cx.check_native_stack()?;
    let args = items_of(cx, args)?;
    let mut out = ValueVec::with_capacity(cx, args.len())?;
    for i in 0..args.len() {
        let arg = args.as_slice()[i];
        if is_class(arg) {
            out.push(cx, arg)?;
            continue;
        }
        if is_arguments(arg) {
            let inner = replace_all(cx, arg, parameters, given)?;
            let made = if Gc::<Tuple>::from_value(arg).is_some() {
                cx.try_new_tuple(inner.as_slice())?
            } else {
                List::from_vec(cx, inner).value()
            };
            out.push(cx, made)?;
            continue;
        }
        let unpacks = is_unpacked_variable(cx, arg)?;
        let made = replace_one(cx, arg, parameters, given)?;
        if !unpacks {
            out.push(cx, made)?;
            continue;
        }
        let Some(t) = Gc::<Tuple>::from_value(made) else {
            let (class, got) = (
                cx.type_of(arg).full_name(cx),
                cx.type_of(made).full_name(cx),
            );
            return Err(cx.type_error(format!(
                "expected __typing_subst__ of {class} objects to return a tuple, not {got}"
            )));
        };
        for j in 0..t.len() {
            out.push(cx, t.get(j))?;
        }
    }
    Ok(out)
}

/// Whether `arg` is `*Ts` for a TypeVarTuple.
fn is_unpacked_variable(cx: &mut Cx, arg: Value) -> PyResult<bool> {
    match cx.lookup_attr_str(arg, "__typing_is_unpacked_typevartuple__")? {
        Some(v) => cx.is_true(v),
        None => Ok(false),
    }
}

fn replace_one(
    cx: &mut Cx,
    arg: Value,
    parameters: Gc<Tuple>,
    given: &ValueVec,
) -> PyResult<Value> {
    let index_of = |v: Value| parameters.items().iter().position(|&p| p == v);
    if let Some(subst) = cx.lookup_attr(arg, cx.names().__typing_subst__)? {
        return match index_of(arg) {
            Some(i) => cx.call(subst, &[given.as_slice()[i]]),
            None => {
                let shown = cx.repr_string(arg)?;
                Err(cx.type_error(format!("argument {shown} not found in __parameters__")))
            }
        };
    }
    // A generic type with type variables of its own: subscript it with what they become.
    let inner = cx
        .lookup_attr(arg, cx.names().__parameters__)?
        .and_then(Gc::<Tuple>::from_value);
    let Some(inner) = inner.filter(|t| !t.is_empty()) else {
        return Ok(arg);
    };
    let mut key = ValueVec::with_capacity(cx, inner.len())?;
    for i in 0..inner.len() {
        let parameter = inner.get(i);
        let Some(at) = index_of(parameter) else {
            key.push(cx, parameter)?;
            continue;
        };
        let value = given.as_slice()[at];
        match Gc::<Tuple>::from_value(value) {
            // Only TypeVarTuples are iterable.
            Some(t) if cx.has_special(parameters.get(at), Special::Iter) => {
                for j in 0..t.len() {
                    key.push(cx, t.get(j))?;
                }
            }
            _ => key.push(cx, value)?,
        }
    }
    let key = cx.try_new_tuple(key.as_slice())?;
    cx.get_item(arg, key)
}
