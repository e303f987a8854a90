//! Pickling and copying support of `object`. Source: PEP 307, the documentation of `pickle`.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::typeobj::Type;
use crate::value::Value;
use crate::vec::with_first;

fn copyreg(cx: &mut Cx, function: Gc<Str>) -> PyResult<Value> {
    let loaded = cx.module_named(cx.names().copyreg.value());
    let module = if loaded.is_none() {
        cx.import("copyreg")?
    } else {
        loaded
    };
    let known = Gc::<Module>::from_value(module).and_then(|m| m.namespace().get_str(cx, function));
    match known {
        Some(f) => Ok(f),
        None => cx.get_attr(module, function),
    }
}

/// `object.__reduce_ex__`: through an overridden `__reduce__` if there is one.
pub fn reduce_ex(cx: &mut Cx, v: Value, protocol: i32) -> PyResult<Value> {
    let name = cx.names().__reduce__;
    let object = cx.types().object;
    let class = cx.type_of(v);
    let own = class.lookup(cx, name);
    let default = object.lookup(cx, name);
    if own != default || cx.instance_get(v, name).is_some() {
        return cx.call_method(v, name, &[]);
    }
    reduce(cx, v, protocol)
}

pub fn reduce(cx: &mut Cx, v: Value, protocol: i32) -> PyResult<Value> {
    if protocol < 2 {
        let f = copyreg(cx, cx.names()._reduce_ex)?;
        return cx.call(f, &[v, Value::small(protocol as i64)]);
    }
    let class = cx.type_of(v);
    if class.special(cx, crate::special::Special::New).is_none() {
        let name = class.full_name(cx);
        return Err(cx.type_error(format!("cannot pickle '{name}' object")));
    }
    let (args, kwargs) = new_arguments(cx, v)?;
    let has_args = args.is_some();
    let (callable, args) = match (args, kwargs) {
        (Some(args), Some(k)) if Gc::<Dict>::from_value(k).is_some_and(|d| d.len() != 0) => {
            let f = copyreg(cx, cx.names().__newobj_ex__)?;
            let positional = cx.new_tuple(args.items());
            (f, cx.new_tuple(&[class.value(), positional, k]))
        }
        (args, _) => {
            let f = copyreg(cx, cx.names().__newobj__)?;
            let args = args.as_ref().map_or(&[][..], |args| args.items());
            let all = with_first(cx, class.value(), args, |cx, all| Ok(cx.new_tuple(all)))?;
            (f, all)
        }
    };
    let state = getstate(cx, v, has_args)?;
    let items = if cx.is_instance(v, cx.types().list) {
        cx.iter(v)?
    } else {
        Value::none()
    };
    let pairs = if cx.is_instance(v, cx.types().dict) {
        let name = cx.names().items;
        let view = cx.call_method(v, name, &[])?;
        cx.iter(view)?
    } else {
        Value::none()
    };
    Ok(cx.new_tuple(&[callable, args, state, items, pairs]))
}

/// A method that is looked up on the class only.
fn special_method(cx: &mut Cx, v: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    let class = cx.type_of(v);
    match class.lookup(cx, name) {
        Some(attr) => cx.bind(attr, Some(v), class).map(Some),
        None => Ok(None),
    }
}

fn new_arguments(cx: &mut Cx, v: Value) -> PyResult<(Option<Gc<Tuple>>, Option<Value>)> {
    let names = cx.names();
    if let Some(f) = special_method(cx, v, names.__getnewargs_ex__)? {
        let r = cx.call(f, &[])?;
        let pair = match Gc::<Tuple>::from_value(r) {
            Some(t) if t.len() == 2 => t,
            Some(t) => {
                let n = t.len();
                return Err(cx.value_error(format!(
                    "__getnewargs_ex__ should return a tuple of length 2, not {n}"
                )));
            }
            None => {
                let got = cx.type_name(r);
                return Err(cx.type_error(format!(
                    "__getnewargs_ex__ should return a tuple, not '{got}'"
                )));
            }
        };
        let Some(args) = Gc::<Tuple>::from_value(pair.get(0)) else {
            let got = cx.type_name(pair.get(0));
            return Err(cx.type_error(format!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{got}'"
            )));
        };
        if Gc::<Dict>::from_value(pair.get(1)).is_none() {
            let got = cx.type_name(pair.get(1));
            return Err(cx.type_error(format!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{got}'"
            )));
        }
        return Ok((Some(args), Some(pair.get(1))));
    }
    if let Some(f) = special_method(cx, v, names.__getnewargs__)? {
        let r = cx.call(f, &[])?;
        let Some(args) = Gc::<Tuple>::from_value(r) else {
            let got = cx.type_name(r);
            return Err(cx.type_error(format!("__getnewargs__ should return a tuple, not '{got}'")));
        };
        return Ok((Some(args), None));
    }
    Ok((None, None))
}

fn getstate(cx: &mut Cx, v: Value, has_args: bool) -> PyResult<Value> {
    let name = cx.names().__getstate__;
    let class = cx.type_of(v);
    let default = cx.types().object.lookup(cx, name);
    if class.lookup(cx, name) == default && cx.instance_get(v, name).is_none() {
        let required =
            !has_args && !cx.is_instance(v, cx.types().list) && !cx.is_instance(v, cx.types().dict);
        return state(cx, v, required);
    }
    cx.call_method(v, name, &[])
}

/// `object.__getstate__`.
pub fn default_getstate(cx: &mut Cx, v: Value) -> PyResult<Value> {
    state(cx, v, false)
}

fn state(cx: &mut Cx, v: Value, required: bool) -> PyResult<Value> {
    let class = cx.type_of(v);
    if required && !v.is_none() && has_hidden_state(cx, class) {
        let name = class.full_name(cx);
        // Objects of varying size are refused in other words.
        let what = match name.as_str() {
            "memoryview" | "code" => format!("{name} objects"),
            _ => format!("'{name}' object"),
        };
        return Err(cx.type_error(format!("cannot pickle {what}")));
    }
    let dict = match cx.instance_attributes_dict(v)? {
        Some(d) if d.len() > 0 || class.has_dict() => {
            if d.len() == 0 {
                Value::none()
            } else {
                d.value()
            }
        }
        _ => Value::none(),
    };
    let slotnames = match class.namespace().get_str(cx, cx.names().__slotnames__) {
        Some(known) if known.is_none() || Gc::<List>::from_value(known).is_some() => known,
        _ => {
            let f = copyreg(cx, cx.names()._slotnames)?;
            cx.call(f, &[class.value()])?
        }
    };
    let Some(list) = Gc::<List>::from_value(slotnames) else {
        return Ok(dict);
    };
    if list.len() == 0 {
        return Ok(dict);
    }
    let slots = cx.new_dict();
    for i in 0..list.len() {
        let Some(name) = list.get(i) else { break };
        let Some(s) = Gc::<Str>::from_value(name) else {
            continue;
        };
        if let Some(x) = cx.lookup_attr(v, s)? {
            slots.set(cx, name, x)?;
        }
    }
    if slots.len() == 0 {
        Ok(dict)
    } else {
        Ok(cx.new_tuple(&[dict, slots.value()]))
    }
}

/// Builtin classes with a payload that nobody would restore.
fn has_hidden_state(cx: &mut Cx, class: Gc<Type>) -> bool {
    let object = cx.types().object;
    class.kind() != object.kind() || class.payload != object.payload
}

impl Cx {
    /// The instance's attributes: its `__dict__`, or a fresh dict of its slots' values.
    pub fn instance_attributes_dict(&mut self, v: Value) -> PyResult<Option<Gc<Dict>>> {
        let class = self.type_of(v);
        let name = self.names().__dict__;
        if !class.has_dict() {
            return Ok(match self.lookup_attr(v, name)? {
                Some(d) => Gc::<Dict>::from_value(d),
                None => None,
            });
        }
        match self.copy_of_attributes(v)? {
            Some(copy) => Ok(Some(copy)),
            None => Ok(self.lookup_attr(v, name)?.and_then(Gc::from_value)),
        }
    }
}
