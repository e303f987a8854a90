//! What calls of native functions complain about, in CPython's words.

use super::arguments::Callee;
use crate::error::Raised;
use crate::native::{Cx, PyResult};
use crate::object::Gc;
use crate::types::str::Str;

/// TypeError if there are more arguments than parameters.
#[cold]
pub(super) fn check_count(
    cx: &mut Cx,
    callee: &Callee,
    given: usize,
    keywords: usize,
) -> PyResult<()> {
    let p = &callee.def.params;
    let most = p.positional as usize + p.kwonly as usize;
    // `*args` are taken before the keywords are looked at.
    let given = if p.varargs { 0 } else { given };
    if given + keywords <= most {
        return Ok(());
    }
    let kind = if given == 0 { "keyword " } else { "" };
    let (f, s, all) = (callee.name(), plural(most), given + keywords);
    Err(cx.type_error(format!(
        "{f}() takes at most {most} {kind}argument{s} ({all} given)"
    )))
}

#[cold]
pub(super) fn unexpected_keyword(
    cx: &mut Cx,
    callee: &Callee,
    name: Gc<Str>,
    given: usize,
) -> Raised {
    let f = callee.name();
    // They count the values to compare first.
    if given == 0 && callee.class.is_none() && matches!(callee.def.name, "max" | "min") {
        return cx.type_error(format!("{f} expected at least 1 argument, got 0"));
    }
    cx.type_error(format!(
        "{f}() got an unexpected keyword argument '{}'",
        name.to_string_lossy()
    ))
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// The message for a missing required argument, in the words of CPython's calling convention
/// that such a signature has there.
#[cold]
pub(super) fn missing(
    cx: &mut Cx,
    callee: &Callee,
    index: usize,
    given: usize,
    keywords: usize,
) -> Raised {
    let p = &callee.def.params;
    // With `**kwargs`, the positional arguments are unpacked by themselves.
    let only_positional = p.posonly == p.positional || p.varkw;
    if only_positional && p.kwonly == 0 {
        return arity(cx, callee, given);
    }
    let _ = keywords;
    let f = callee.name();
    if index < p.posonly as usize {
        let least = if p.required == p.positional {
            "exactly"
        } else {
            "at least"
        };
        let n = p.required.min(p.posonly) as usize;
        return cx.type_error(format!(
            "{f}() takes {least} {n} positional argument{} ({given} given)",
            plural(n)
        ));
    }
    cx.type_error(format!(
        "{f}() missing required argument '{}' (pos {})",
        p.names[index],
        index + 1
    ))
}

#[cold]
pub(super) fn too_many(cx: &mut Cx, callee: &Callee, given: usize, keywords: usize) -> Raised {
    let p = &callee.def.params;
    if (p.posonly == p.positional || p.varkw) && p.kwonly == 0 {
        return arity(cx, callee, given);
    }
    let f = callee.name();
    let total = p.positional as usize + p.kwonly as usize;
    if given + keywords > total {
        return cx.type_error(format!(
            "{f}() takes at most {total} argument{} ({} given)",
            plural(total),
            given + keywords
        ));
    }
    let n = p.positional as usize;
    if n == 0 {
        return cx.type_error(format!("{f}() takes no positional arguments"));
    }
    let most = if p.required == p.positional {
        "exactly"
    } else {
        "at most"
    };
    cx.type_error(format!(
        "{f}() takes {most} {n} positional argument{} ({given} given)",
        plural(n)
    ))
}

/// Messages of functions that take positional arguments only.
#[cold]
fn arity(cx: &mut Cx, callee: &Callee, given: usize) -> Raised {
    let p = &callee.def.params;
    let (least, most) = (p.required as usize, p.positional as usize);
    if most == 0 && p.varkw && !p.varargs {
        let f = callee.def.name;
        return cx.type_error(format!("{f}() takes no positional arguments"));
    }
    let unpacked = matches!(callee.def.name, "__buffer__" | "__release_buffer__");
    if least == most && most < 2 && !p.varargs && callee.is_slot() && !unpacked {
        return cx.type_error(format!(
            "expected {most} argument{}, got {given}",
            plural(most)
        ));
    }
    if most == 0 && !p.varargs {
        let name = callee.qualified(cx);
        return cx.type_error(format!("{name}() takes no arguments ({given} given)"));
    }
    let one = least == 1 && most == 1 && !p.varargs && !unpacked;
    if one && !callee.constructs() {
        let name = callee.qualified(cx);
        return cx.type_error(format!(
            "{name}() takes exactly one argument ({given} given)"
        ));
    }
    if least == 1 && most == 2 && matches!(callee.def.name, "__pow__" | "__rpow__" | "__ipow__") {
        return cx.type_error(format!("expected 1 or 2 arguments, got {given}"));
    }
    let f = callee.name();
    if callee.constructs() && given == 0 {
        // These constructors look at their first argument by themselves.
        match f.as_str() {
            "itemgetter" | "attrgetter" => {
                return cx.type_error(format!("{f} expected 1 argument, got 0"));
            }
            "methodcaller" => {
                let msg = "methodcaller needs at least one argument, the method name";
                return cx.type_error(msg);
            }
            _ => {}
        }
    }
    let (bound, n) = match (least == most && !p.varargs, given < least) {
        (true, _) => ("", least),
        (false, true) => ("at least ", least),
        (false, false) => ("at most ", most),
    };
    cx.type_error(format!(
        "{f} expected {bound}{n} argument{}, got {given}",
        plural(n)
    ))
}
