//! Codecs and error handlers that programs register.

use crate::cx::{Cx, Root};
use crate::error::PyResult;
use crate::object::Gc;
use crate::types::list::List;
use crate::types::native_function::new_builtin;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The dict under `root`, made on first use.
fn table(cx: &mut Cx, root: Root) -> Value {
    if let Some(v) = cx.root(root).some() {
        return v;
    }
    let made: Value = cx.new_dict().into();
    cx.set_root(root, made);
    made
}

fn search_path(cx: &mut Cx) -> Gc<List> {
    if let Some(list) = Gc::from_value(cx.root(Root::CodecSearchPath)) {
        return list;
    }
    let made = cx.new_list(&[]);
    cx.set_root(Root::CodecSearchPath, made);
    Gc::from_value_unchecked(made)
}

/// `codecs.register(search_function)`.
pub fn register(cx: &mut Cx, function: Value) -> PyResult<()> {
    if !cx.is_callable(function) {
        return Err(cx.type_error("argument must be callable"));
    }
    ensure_standard_search(cx)?;
    search_path(cx).push(cx, function)
}

/// Puts the search function of the package `encodings` first, which registers itself when imported.
fn ensure_standard_search(cx: &mut Cx) -> PyResult<()> {
    let builtins = cx.root(Root::Builtins);
    if search_path(cx).is_empty() && !builtins.is_empty() {
        let import = cx.get_attr_str(builtins, "__import__")?;
        let package = cx.new_str("encodings");
        cx.call(import, &[package])?;
    }
    Ok(())
}

/// `codecs.unregister(search_function)`: forgets the function and all codecs found so far.
pub fn unregister(cx: &mut Cx, function: Value) -> PyResult<()> {
    let path = search_path(cx);
    if let Some(i) = path.as_slice().iter().position(|&f| f == function) {
        let index = Value::small(i as i64);
        cx.del_item(path.value(), index)?;
        cx.set_root(Root::CodecCache, Value::EMPTY);
    }
    Ok(())
}

/// Encoding names as search functions get them: lower case, other characters than letters, digits
/// and dots become single underscores.
pub fn normalize(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

/// `codecs.lookup(name)`: the tuple that a search function returned.
pub fn lookup(cx: &mut Cx, name: &str) -> PyResult<Value> {
    let key = cx.intern(&normalize(name)).value();
    let cache = table(cx, Root::CodecCache);
    if cx.contains(cache, key)? {
        return cx.get_item(cache, key);
    }
    ensure_standard_search(cx)?;
    let functions = search_path(cx).snapshot(cx)?;
    for &function in functions.as_slice() {
        let found = cx.call(function, &[key])?;
        if found.is_none() {
            continue;
        }
        if Gc::<Tuple>::from_value(found).is_none_or(|t| t.len() != 4) {
            return Err(cx.type_error("codec search functions must return 4-tuples"));
        }
        let cache = table(cx, Root::CodecCache);
        cx.set_item(cache, key, found)?;
        return Ok(found);
    }
    Err(cx.lookup_error(format!("unknown encoding: {name}")))
}

/// Like `lookup`, for `str.encode` and `bytes.decode`, which do text encodings only.
pub fn text_codec(cx: &mut Cx, name: &str, alternative: &str) -> PyResult<Value> {
    let codec = lookup(cx, name)?;
    let exact_tuple = cx.type_of(codec) == cx.types().tuple;
    if !exact_tuple {
        let attribute = cx.intern("_is_text_encoding");
        if let Some(flag) = cx.lookup_attr(codec, attribute)?
            && !cx.is_true(flag)?
        {
            return Err(cx.lookup_error(format!(
                "'{name}' is not a text encoding; use {alternative} to handle arbitrary codecs"
            )));
        }
    }
    Ok(codec)
}

/// `codecs.register_error(name, handler)`.
pub fn register_error(cx: &mut Cx, name: Value, handler: Value) -> PyResult<()> {
    if !cx.is_callable(handler) {
        return Err(cx.type_error("handler must be callable"));
    }
    let table = table(cx, Root::CodecErrors);
    cx.set_item(table, name, handler)
}

/// `codecs._unregister_error(name)`: whether there was one; built-in ones stay.
pub fn unregister_error(cx: &mut Cx, name: &str) -> PyResult<bool> {
    if super::HANDLERS.iter().any(|(n, _)| *n == name) {
        return Err(cx.value_error(format!(
            "cannot un-register built-in error handler '{name}'"
        )));
    }
    let table = table(cx, Root::CodecErrors);
    let key = cx.new_str(name);
    if !cx.contains(table, key)? {
        return Ok(false);
    }
    cx.del_item(table, key)?;
    Ok(true)
}

/// `codecs.lookup_error(name)`.
pub fn lookup_error(cx: &mut Cx, name: &str) -> PyResult<Value> {
    let table = table(cx, Root::CodecErrors);
    let key = cx.intern(name);
    if cx.contains(table, key.value())? {
        return cx.get_item(table, key.value());
    }
    let Some((_, def)) = super::HANDLERS.iter().find(|(n, _)| *n == name) else {
        return Err(cx.lookup_error(format!("unknown error handler name '{name}'")));
    };
    let function_name = cx.intern(def.name);
    let function = new_builtin(cx, def, function_name, Value::EMPTY, Value::EMPTY).value();
    cx.set_item(table, key.value(), function)?;
    Ok(function)
}
