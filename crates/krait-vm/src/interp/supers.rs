//! `super().name`: what it finds for instances of a shape is remembered in the second level of
//! caches.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::protocol::attr::Binding;
use krait_runtime::types::typeobj::Type;
use krait_runtime::value::Value;

use super::attrs::{CacheKind, key, name_at, shape_of};
use crate::stubs;

handler!(load_super_attr, |pc, base, cx, t| {
    let at = base.add(b!(pc));
    try_store!(
        pc,
        base,
        cx,
        t,
        3,
        super_attr(&mut *cx, *at, *at.add(1), *at.add(2), c!(pc), *pc.add(1))
    )
});

#[inline(never)]
fn super_attr(
    cx: &mut Cx,
    callee: Value,
    class: Value,
    object: Value,
    index: usize,
    nargs: u64,
) -> PyResult<Value> {
    let name = name_at(cx, index);
    if callee == cx.types().super_.value()
        && let Some(c) = Gc::<Type>::from_value(class)
        && let Some(v) = krait_runtime::types::super_::get(cx, c, object, name)?
    {
        return Ok(v);
    }
    let s = if nargs == 0 && callee != cx.types().super_.value() {
        cx.call(callee, &[])?
    } else {
        cx.call(callee, &[class, object])?
    };
    cx.get_attr(s, name)
}

handler!(load_super_method, |pc, base, cx, t| {
    let at = base.add(b!(pc));
    let object = *at.add(2);
    let shape = shape_of(object);
    if let Some(s) = stubs::find(&*cx, pc, shape)
        && s.words[0] == key(shape, CacheKind::Value)
        && s.words[2] == (*at.add(1)).bits()
        && (*cx).types().super_.value() == *at
    {
        let to = base.add(a!(pc));
        *to = Value::from_bits(s.words[1]);
        *to.add(1) = object;
        next!(pc, base, cx, t, 3)
    }
    slow!(load_super_method_of_class, pc, base, cx, t)
});

// `super(C, cls).name` in `__new__` and class methods: remembered by the shape of the instances of `cls`.
handler!(
    #[inline(never)]
    load_super_method_of_class,
    |pc, base, cx, t| {
        let at = base.add(b!(pc));
        if let Some(class) = Gc::<Type>::from_value(*at.add(2))
            && let Some(s) = stubs::find(&*cx, pc, class.instance_shape())
            && s.words[0] == key(class.instance_shape(), CacheKind::Class)
            && s.words[2] == (*at.add(1)).bits()
            && (*cx).types().super_.value() == *at
        {
            let to = base.add(a!(pc));
            *to = Value::from_bits(s.words[1]);
            *to.add(1) = Value::EMPTY;
            next!(pc, base, cx, t, 3)
        }
        slow!(load_super_method_miss, pc, base, cx, t)
    }
);

handler!(cold load_super_method_miss, |pc, base, cx, t| {
    let at = base.add(b!(pc));
    save!(pc, base, cx);
    match super_method_to(&mut *cx, at, c!(pc), *pc.add(1), base.add(a!(pc))) {
        Ok(()) => next!(pc, base, cx, t, 3),
        Err(e) => raise!(e, cx, t),
    }
});

#[inline(never)]
unsafe fn super_method_to(
    cx: &mut Cx,
    at: *mut Value,
    index: usize,
    nargs: u64,
    to: *mut Value,
) -> PyResult<()> {
    // SAFETY: operands and destination registers of the instruction.
    unsafe {
        let (f, s) = super_method(cx, *at, *at.add(1), *at.add(2), index, nargs)?;
        *to = f;
        *to.add(1) = s;
    }
    Ok(())
}

fn super_method(
    cx: &mut Cx,
    callee: Value,
    class: Value,
    object: Value,
    index: usize,
    nargs: u64,
) -> PyResult<(Value, Value)> {
    let name = name_at(cx, index);
    let site = stubs::epoch(cx);
    if callee == cx.types().super_.value()
        && let Some(c) = Gc::<Type>::from_value(class)
    {
        let start = krait_runtime::types::super_::check(cx, c, object)?;
        let found = krait_runtime::types::super_::lookup(cx, c, start, name);
        if object == start.value()
            && let Some(attr) = found
            && name != cx.names().__class__
            && matches!(cx.binding(attr), Binding::Plain | Binding::Method)
        {
            let shape = start.instance_shape();
            // Of the attributes that are no descriptors, those of classes that may become some are left out.
            if shape != 0 && (is_kind(attr, Kind::BuiltinFunction) || is_kind(attr, Kind::Function))
            {
                let k = key(shape, CacheKind::Class);
                stubs::remember(cx, cx.pc, site, [k, attr.bits(), class.bits()]);
            }
            return Ok((attr, Value::EMPTY));
        }
        if object != start.value()
            && let Some(attr) = found
            && cx.binding(attr) == Binding::Method
        {
            // SAFETY: a value in a register.
            let shape = unsafe { shape_of(object) };
            if shape != 0 && cx.type_of(object) == start {
                // An instance: all objects of its shape find the same.
                let k = key(shape, CacheKind::Value);
                stubs::remember(cx, cx.pc, site, [k, attr.bits(), class.bits()]);
            }
            return Ok((attr, object));
        }
    }
    super_attr(cx, callee, class, object, index, nargs).map(|v| (v, Value::EMPTY))
}
