//! `__build_class__`: what a class statement calls. Source: the language reference, "Metaclasses".

use krait_macros::pyfunctions;

use super::object::is_mapping;
use crate::native::{Cx, PyResult, Value};
use crate::object::{Cell, Gc, Kind, is_kind};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::create::winner;
use crate::types::typeobj::Type;
use crate::vec::ValueVec;

/// The bases with those that are no classes replaced by what their `__mro_entries__` gives
/// (PEP 560). `None`: they are all right as they are.
pub fn resolve_bases(cx: &mut Cx, bases: Gc<Tuple>) -> PyResult<Option<Value>> {
    let mut resolved = ValueVec::new();
    let mut changed = false;
    for i in 0..bases.len() {
        let base = bases.get(i);
        let entries = if Gc::<Type>::from_value(base).is_some() {
            None
        } else {
            cx.lookup_attr(base, cx.names().__mro_entries__)?
        };
        let Some(f) = entries else {
            resolved.push(cx, base)?;
            continue;
        };
        changed = true;
        let replacement = cx.call(f, &[bases.value()])?;
        let Some(t) = Gc::<Tuple>::from_value(replacement) else {
            return Err(cx.type_error("__mro_entries__ must return a tuple"));
        };
        for j in 0..t.len() {
            resolved.push(cx, t.get(j))?;
        }
    }
    if changed {
        Ok(Some(cx.try_new_tuple(resolved.as_slice())?))
    } else {
        Ok(None)
    }
}

/// The metaclass and the other keywords of the class statement.
fn metaclass(
    cx: &mut Cx,
    bases: Gc<Tuple>,
    keywords: Option<Value>,
) -> PyResult<(Value, Option<Value>)> {
    let mut rest = keywords;
    let mut explicit = None;
    if let Some(d) = keywords.and_then(Gc::<Dict>::from_value) {
        let own = d.copy(cx)?;
        explicit = own.remove_str(cx, cx.names().metaclass);
        rest = Some(own.value());
    }
    let meta = match explicit {
        Some(m) => m,
        None if bases.is_empty() => cx.types().type_.value(),
        None => cx.type_of(bases.get(0)).value(),
    };
    match Gc::<Type>::from_value(meta) {
        Some(m) => Ok((winner(cx, m, bases)?.value(), rest)),
        // Any callable will do.
        None => Ok((meta, rest)),
    }
}

/// The namespace for the class body: what `__prepare__` returns, or a dict.
fn prepare(
    cx: &mut Cx,
    meta: Value,
    name: Value,
    bases: Value,
    keywords: Option<Value>,
) -> PyResult<Value> {
    let Some(f) = cx.lookup_attr(meta, cx.names().__prepare__)? else {
        return Ok(cx.new_dict().value());
    };
    let namespace = cx.call_with_kwargs(f, &[name, bases], keywords)?;
    if is_mapping(cx, namespace) {
        return Ok(namespace);
    }
    let shown =
        Gc::<Type>::from_value(meta).map_or_else(|| "<metaclass>".to_owned(), |m| m.name_string());
    let got = cx.type_name(namespace);
    Err(cx.type_error(format!(
        "{shown}.__prepare__() must return a mapping, not {got}"
    )))
}

/// Checks that the metaclass has put the new class into the cell that its methods see as
/// `__class__`.
fn check_class_cell(cx: &mut Cx, cell: Value, class: Value, name: Value) -> PyResult<()> {
    let Some(cell) = Gc::<Cell>::from_value(cell) else {
        return Ok(());
    };
    let found = cell.contents.get();
    if found == class {
        return Ok(());
    }
    let (name, class) = (cx.repr_string(name)?, cx.repr_string(class)?);
    if found.is_unbound() || found.is_empty() {
        return Err(cx.runtime_error(format!(
            "__class__ not set defining {name} as {class}. Was __classcell__ propagated to type.__new__?"
        )));
    }
    let found = cx.repr_string(found)?;
    Err(cx.type_error(format!(
        "__class__ set to {found} defining {name} as {class}"
    )))
}

fn build(
    cx: &mut Cx,
    func: Value,
    name: Value,
    given: &[Value],
    keywords: Option<Value>,
) -> PyResult<Value> {
    let Some(run) = cx.hooks().call_class_body else {
        return Err(cx.not_implemented_error("no virtual machine to run a class body"));
    };
    let original = cx.try_new_tuple(given)?;
    let resolved = resolve_bases(cx, Gc::from_value_unchecked(original))?;
    let bases = resolved.unwrap_or(original);
    let (meta, keywords) = metaclass(cx, Gc::from_value_unchecked(bases), keywords)?;
    let namespace = prepare(cx, meta, name, bases, keywords)?;
    let cell = run(cx, func, namespace)?;
    if resolved.is_some() {
        let key = cx.names().__orig_bases__.value();
        cx.set_item(namespace, key, original)?;
    }
    let class = cx.call_with_kwargs(meta, &[name, bases, namespace], keywords)?;
    if Gc::<Type>::from_value(class).is_some() {
        check_class_cell(cx, cell, class, name)?;
    }
    Ok(class)
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// __build_class__(func, name, /, *bases, [metaclass], **kwds) -> class
    ///
    /// Internal helper function used by the class statement.
    #[py(sig = "($module, *args, **kwds)", hide_sig)]
    fn __build_class__(cx: &mut Cx, kwds: Option<Value>, args: &[Value]) -> PyResult<Value> {
        let [func, name, bases @ ..] = args else {
            return Err(cx.type_error("__build_class__: not enough arguments"));
        };
        if !is_kind(*func, Kind::Function) {
            return Err(cx.type_error("__build_class__: func must be a function"));
        }
        if Gc::<Str>::from_value(*name).is_none() {
            return Err(cx.type_error("__build_class__: name is not a string"));
        }
        build(cx, *func, *name, bases, kwds)
    }
}
