//! `repr` of nodes: nested up to a depth of three, of long lists only the ends.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::list::List;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;

use super::classes::AST_SPEC;

const MAX_DEPTH: u32 = 3;

/// `repr(node)`.
pub fn repr(cx: &mut Cx, node: Value) -> PyResult<Value> {
    let mut out = Vec::new();
    write_node(cx, node, MAX_DEPTH, &mut out)?;
    Ok(cx.new_str_wtf8(&out))
}

fn write_node(cx: &mut Cx, node: Value, depth: u32, out: &mut Vec<u8>) -> PyResult<()> {
    let class = cx.type_of(node);
    let name = class.dotted_name();
    if depth == 0 {
        out.extend_from_slice(format!("{name}(...)").as_bytes());
        return Ok(());
    }
    if !cx.repr_enter(node) {
        out.extend_from_slice(format!("{name}(...)").as_bytes());
        return Ok(());
    }
    let result = write_fields(cx, node, &name, depth, out);
    cx.repr_leave(node);
    result
}

fn write_fields(
    cx: &mut Cx,
    node: Value,
    name: &str,
    depth: u32,
    out: &mut Vec<u8>,
) -> PyResult<()> {
    out.extend_from_slice(name.as_bytes());
    out.push(b'(');
    let class = cx.type_of(node).value();
    let fields = cx.get_attr_str(class, "_fields")?;
    let fields = cx.tuple_from(fields)?;
    let fields: Gc<Tuple> = Gc::from_value_unchecked(fields);
    for (i, &field) in fields.items().iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        let field = cx.attribute_name(field)?;
        let value = cx.get_attr(node, field)?;
        out.extend_from_slice(field.as_bytes());
        out.push(b'=');
        write_value(cx, value, depth, out)?;
    }
    out.push(b')');
    Ok(())
}

fn write_value(cx: &mut Cx, value: Value, depth: u32, out: &mut Vec<u8>) -> PyResult<()> {
    if let Some(list) = Gc::<List>::from_value(value) {
        let items = cx.collect(list.value())?;
        return write_items(cx, items.as_slice(), (b'[', b']'), depth, out);
    }
    if let Some(tuple) = Gc::<Tuple>::from_value(value) {
        return write_items(cx, tuple.items(), (b'(', b')'), depth, out);
    }
    write_item(cx, value, depth, out)
}

fn write_item(cx: &mut Cx, value: Value, depth: u32, out: &mut Vec<u8>) -> PyResult<()> {
    let ast = cx.native_type(&AST_SPEC)?;
    if cx.is_instance(value, ast) {
        return write_node(cx, value, depth - 1, out);
    }
    let text: Gc<Str> = cx.repr(value)?;
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

fn write_items(
    cx: &mut Cx,
    items: &[Value],
    brackets: (u8, u8),
    depth: u32,
    out: &mut Vec<u8>,
) -> PyResult<()> {
    out.push(brackets.0);
    match items {
        [] => {}
        [one] => write_item(cx, *one, depth, out)?,
        [first, .., last] => {
            write_item(cx, *first, depth, out)?;
            out.extend_from_slice(if items.len() > 2 { b", ..., " } else { b", " });
            write_item(cx, *last, depth, out)?;
        }
    }
    out.push(brackets.1);
    Ok(())
}
