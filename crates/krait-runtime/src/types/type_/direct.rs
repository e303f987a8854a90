//! Direct calls of some builtin classes, `str(1, 2, 3, 4)` and not `str.__new__(str, 1, 2, 3, 4)` or a
//! subclass: CPython has a shorter way to these, which complains in other words.

use crate::error::Raised;
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::types::str::{Str, text_arg};
use crate::types::typeobj::Type;

/// Errors of the call `class(*args)`, whose last arguments have the names `kwnames`.
#[inline]
pub fn check(cx: &mut Cx, class: Gc<Type>, args: &[Value], kwnames: &[Value]) -> PyResult<()> {
    let t = cx.types();
    if class == t.int && kwnames.is_empty() {
        return check_count(cx, "int", 2, args.len());
    }
    if class == t.str && kwnames.is_empty() {
        return check_str(cx, args);
    }
    if class == t.super_ && kwnames.is_empty() {
        check_count(cx, "super()", 2, args.len())?;
        return check_super(cx, args);
    }
    if class == t.enumerate {
        return check_enumerate(cx, args, kwnames);
    }
    if class == t.type_ && args.len() == kwnames.len() + 1 && !kwnames.is_empty() {
        return Err(cx.type_error("type() takes no keyword arguments"));
    }
    Ok(())
}

#[inline(always)]
fn check_count(cx: &mut Cx, name: &str, most: usize, given: usize) -> PyResult<()> {
    if given <= most {
        return Ok(());
    }
    Err(too_many(cx, name, most, given))
}

#[cold]
fn too_many(cx: &mut Cx, name: &str, most: usize, given: usize) -> Raised {
    cx.type_error(format!(
        "{name} expected at most {most} arguments, got {given}"
    ))
}

fn check_str(cx: &mut Cx, args: &[Value]) -> PyResult<()> {
    check_count(cx, "str", 3, args.len())?;
    for i in 1..args.len() {
        let name = ["encoding", "errors"][i - 1];
        if Gc::<Str>::from_value(args[i]).is_none() {
            return Err(no_str(cx, name, args[i]));
        }
        text_arg(cx, Some(args[i]), "str", name)?;
    }
    Ok(())
}

#[cold]
fn no_str(cx: &mut Cx, name: &str, v: Value) -> Raised {
    let got = cx.type_of(v).shown_name(cx);
    cx.type_error(format!("str() argument '{name}' must be str, not {got}"))
}

fn check_super(cx: &mut Cx, args: &[Value]) -> PyResult<()> {
    match args.first() {
        Some(&v) if Gc::<Type>::from_value(v).is_none() => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!("super() argument 1 must be a type, not {got}")))
        }
        _ => Ok(()),
    }
}

fn check_enumerate(cx: &mut Cx, args: &[Value], kwnames: &[Value]) -> PyResult<()> {
    let given = args.len() - kwnames.len();
    let known = |i: usize, name: &str| {
        let text = kwnames.get(i).and_then(|&v| Gc::<Str>::from_value(v));
        text.is_some_and(|s| s.as_bytes() == name.as_bytes())
    };
    let unknown = match (given, kwnames.len()) {
        (1, 1) if !known(0, "start") => 0,
        (0, 1) if !known(0, "iterable") => 0,
        (0, 2) if known(0, "iterable") && !known(1, "start") => 1,
        (0, 2) if known(0, "start") && !known(1, "iterable") => 1,
        (0, 2) if !known(0, "iterable") && !known(0, "start") => 0,
        (0, n) if n != 1 && n != 2 => {
            return Err(cx.type_error("enumerate() missing required argument 'iterable'"));
        }
        _ => return Ok(()),
    };
    let name =
        Gc::<Str>::from_value(kwnames[unknown]).map_or_else(String::new, |s| s.to_string_lossy());
    Err(cx.type_error(format!(
        "'{name}' is an invalid keyword argument for enumerate()"
    )))
}
