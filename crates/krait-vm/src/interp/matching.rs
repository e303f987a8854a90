//! Structural pattern matching (PEP 634).

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::typeobj::{Type, flags};
use krait_runtime::value::Value;
use krait_runtime::vec::ValueVec;

handler!(match_mapping, |pc, base, cx, t| {
    let class = (*cx).type_of(reg!(base, b!(pc)));
    reg!(base, a!(pc)) = Value::bool(class.flags() & flags::MAPPING != 0);
    next!(pc, base, cx, t, 1)
});

handler!(match_sequence, |pc, base, cx, t| {
    let class = (*cx).type_of(reg!(base, b!(pc)));
    reg!(base, a!(pc)) = Value::bool(class.flags() & flags::SEQUENCE != 0);
    next!(pc, base, cx, t, 1)
});

handler!(match_keys, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        keys(&mut *cx, reg!(base, b!(pc)), reg!(base, c!(pc)))
    )
});

/// Values of mapping `v` for each key of the tuple, or `None`.
#[inline(never)]
fn keys(cx: &mut Cx, v: Value, keys: Value) -> PyResult<Value> {
    let keys: Gc<Tuple> = Gc::from_value_unchecked(keys);
    let seen = cx.new_set();
    let mut values = ValueVec::new();
    let exact = Gc::<Dict>::from_value(v).filter(|d| d.is_exact());
    let absent = cx.new_cell(Value::UNBOUND).value();
    for &k in keys.as_slice() {
        if seen.contains(cx, k)? {
            let shown = cx.repr_string(k)?;
            return Err(cx.value_error(format!("mapping pattern checks duplicate key ({shown})")));
        }
        seen.add(cx, k)?;
        let found = match exact {
            Some(d) => d.get(cx, k)?.unwrap_or(absent),
            // `get` does not make `defaultdict` grow.
            None => cx.call_method_str(v, "get", &[k, absent])?,
        };
        if found == absent {
            return Ok(Value::none());
        }
        values.push(cx, found)?;
    }
    cx.try_new_tuple(values.as_slice())
}

handler!(match_class, |pc, base, cx, t| {
    let at = base.add(b!(pc));
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        class(&mut *cx, *at, *at.add(1), *at.add(2), c!(pc))
    )
});

/// Builtin classes that match their subject itself with one positional pattern.
fn matches_itself(cx: &Cx, class: Gc<Type>) -> bool {
    let ty = cx.types();
    [
        ty.bool,
        ty.bytearray,
        ty.bytes,
        ty.dict,
        ty.float,
        ty.frozenset,
        ty.int,
        ty.list,
        ty.set,
        ty.str,
        ty.tuple,
    ]
    .iter()
    .any(|&c| class.is_subtype(c))
}

/// Attributes of the subject for a class pattern, or `None`.
#[inline(never)]
fn class(
    cx: &mut Cx,
    subject: Value,
    class: Value,
    names: Value,
    positional: usize,
) -> PyResult<Value> {
    let Some(c) = Gc::<Type>::from_value(class) else {
        return Err(cx.type_error("called match pattern must be a class"));
    };
    if !cx.isinstance(subject, class)? {
        return Ok(Value::none());
    }
    let mut values = ValueVec::new();
    let seen = cx.new_set();
    if positional != 0 {
        let (args, itself) = match cx.lookup_attr(class, cx.names().__match_args__)? {
            Some(v) => match Gc::<Tuple>::from_value(v) {
                Some(t) => (Some(t), false),
                None => {
                    let (name, got) = (c.name_string(), cx.type_name(v));
                    return Err(
                        cx.type_error(format!("{name}.__match_args__ must be a tuple (got {got})"))
                    );
                }
            },
            None => (None, matches_itself(cx, c)),
        };
        let allowed = args.map_or(usize::from(itself), |a| a.len());
        if allowed < positional {
            let name = c.name_string();
            let plural = if allowed == 1 { "" } else { "s" };
            return Err(cx.type_error(format!(
                "{name}() accepts {allowed} positional sub-pattern{plural} ({positional} given)"
            )));
        }
        match args {
            None => values.push(cx, subject)?,
            Some(args) => {
                for &n in &args.as_slice()[..positional] {
                    let Some(s) = Gc::<Str>::from_value(n) else {
                        let got = cx.type_name(n);
                        return Err(cx.type_error(format!(
                            "__match_args__ elements must be strings (got {got})"
                        )));
                    };
                    match attribute(cx, subject, c, s, seen)? {
                        Some(v) => values.push(cx, v)?,
                        None => return Ok(Value::none()),
                    }
                }
            }
        }
    }
    for &n in Gc::<Tuple>::from_value_unchecked(names).as_slice() {
        match attribute(cx, subject, c, Gc::from_value_unchecked(n), seen)? {
            Some(v) => values.push(cx, v)?,
            None => return Ok(Value::none()),
        }
    }
    cx.try_new_tuple(values.as_slice())
}

fn attribute(
    cx: &mut Cx,
    subject: Value,
    class: Gc<Type>,
    name: Gc<Str>,
    seen: Gc<krait_runtime::types::set::Set>,
) -> PyResult<Option<Value>> {
    if seen.contains(cx, name.value())? {
        let (c, n) = (class.name_string(), name.to_string_lossy());
        return Err(cx.type_error(format!(
            "{c}() got multiple sub-patterns for attribute '{n}'"
        )));
    }
    seen.add(cx, name.value())?;
    cx.lookup_attr(subject, name)
}

handler!(get_len, |pc, base, cx, t| {
    try_store!(pc, base, cx, t, 1, length(&mut *cx, reg!(base, b!(pc))))
});

#[inline(never)]
fn length(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let n = cx.len(v)?;
    Ok(cx.new_uint(n as u64))
}
