//! What every node can do: construction, copying, pickling.

use krait_macros::pymethods;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::tuple::Tuple;

use super::classes::Classes;
use super::table::Node;

/// A constructor is asked for: the attribute of a class, `EMPTY` if it has none.
fn class_attribute(cx: &mut Cx, this: Value, name: &str) -> PyResult<Value> {
    let class = cx.type_of(this).value();
    Ok(cx.lookup_attr_str(class, name)?.unwrap_or(Value::EMPTY))
}

/// A sequence attribute of the class as a tuple; empty if there is none.
fn class_names(cx: &mut Cx, this: Value, name: &str) -> PyResult<Gc<Tuple>> {
    let v = class_attribute(cx, this, name)?;
    if v.is_empty() {
        let empty = cx.empty_tuple();
        return Ok(Gc::from_value_unchecked(empty));
    }
    cx.len(v)?;
    let v = cx.tuple_from(v)?;
    Ok(Gc::from_value_unchecked(v))
}

fn contains(cx: &mut Cx, names: Gc<Tuple>, name: Value) -> PyResult<bool> {
    for &n in names.items() {
        if cx.eq(n, name)? {
            return Ok(true);
        }
    }
    Ok(false)
}

const DEPRECATED_ERROR: &str = "This will become an error in Python 3.15.";

/// `__init__`: values by position and keyword, defaults for what is left out.
fn initialize(cx: &mut Cx, this: Value, args: &[Value], kwargs: Option<Gc<Dict>>) -> PyResult<()> {
    let fields = class_names(cx, this, "_fields")?;
    let class = cx.type_of(this).dotted_name();
    if args.len() > fields.len() {
        let n = fields.len();
        let plural = if n == 1 { "" } else { "s" };
        let class = cx.type_of(this).name_string();
        return Err(cx.type_error(format!(
            "{class} constructor takes at most {n} positional argument{plural}"
        )));
    }
    let mut given = vec![false; fields.len()];
    for (i, &v) in args.iter().enumerate() {
        let name = cx.attribute_name(fields.items()[i])?;
        cx.set_attr(this, name, v)?;
        given[i] = true;
    }
    let mut at = 0;
    while let Some((key, v)) = kwargs.and_then(|d| d.next_entry(&mut at)) {
        match position_of(cx, fields, key)? {
            Some(i) if given[i] => {
                let key = cx.repr_string(key)?;
                return Err(
                    cx.type_error(format!("{class} got multiple values for argument {key}"))
                );
            }
            Some(i) => given[i] = true,
            None => warn_unexpected(cx, this, &class, key)?,
        }
        let name = cx.attribute_name(key)?;
        cx.set_attr(this, name, v)?;
    }
    fill_in(cx, this, &class, fields, &given)
}

fn position_of(cx: &mut Cx, names: Gc<Tuple>, name: Value) -> PyResult<Option<usize>> {
    for (i, &n) in names.items().iter().enumerate() {
        if cx.eq(n, name)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn warn_unexpected(cx: &mut Cx, this: Value, class: &str, key: Value) -> PyResult<()> {
    let attributes = class_names(cx, this, "_attributes")?;
    if contains(cx, attributes, key)? {
        return Ok(());
    }
    let key = cx.repr_string(key)?;
    cx.warn_deprecated(&format!(
        "{class}.__init__ got an unexpected keyword argument {key}. Support for arbitrary keyword arguments is deprecated and will be \
         removed in Python 3.15."
    ))
}

/// Defaults by the type of the field: `None` stands in the class already, lists are empty, a
/// context is `Load()`.
fn fill_in(
    cx: &mut Cx,
    this: Value,
    class: &str,
    fields: Gc<Tuple>,
    given: &[bool],
) -> PyResult<()> {
    if given.iter().all(|&g| g) {
        return Ok(());
    }
    let types = class_attribute(cx, this, "_field_types")?;
    let Some(types) = Gc::<Dict>::from_value(types) else {
        return Ok(());
    };
    let classes = Classes::get(cx)?;
    for (i, &name) in fields.items().iter().enumerate() {
        if given[i] {
            continue;
        }
        let quoted = cx.repr_string(name)?;
        let Some(t) = types.get(cx, name)? else {
            cx.warn_deprecated(&format!(
                "Field {quoted} is missing from {class}._field_types. {DEPRECATED_ERROR}"
            ))?;
            continue;
        };
        let value = match cx.type_of(t).name_string().as_str() {
            "Union" => continue,
            "GenericAlias" => cx.new_list(&[]),
            _ if t == classes.class(Node::AnyContext).value() => classes.singleton(Node::Load),
            _ => {
                cx.warn_deprecated(&format!("{class}.__init__ missing 1 required positional argument: {quoted}. {DEPRECATED_ERROR}"))?;
                continue;
            }
        };
        let name = cx.attribute_name(name)?;
        cx.set_attr(this, name, value)?;
    }
    Ok(())
}

/// The instance's `__dict__`.
fn dict_of(cx: &mut Cx, this: Value) -> PyResult<Gc<Dict>> {
    match cx.instance_dict(this)? {
        Some(d) => Ok(d),
        None => Ok(cx.new_dict()),
    }
}

/// The names that `__replace__` needs and does not have: fields without a value that have no
/// default.
fn missing_names(
    cx: &mut Cx,
    this: Value,
    fields: Gc<Tuple>,
    have: Gc<Dict>,
    given: Gc<Dict>,
) -> PyResult<Vec<String>> {
    let types = class_attribute(cx, this, "_field_types")?;
    let types = Gc::<Dict>::from_value(types);
    let mut missing = Vec::new();
    for &name in fields.items() {
        if have.contains(cx, name)? || given.contains(cx, name)? {
            continue;
        }
        let t = match types {
            Some(types) => types.get(cx, name)?,
            None => None,
        };
        // Optional fields have a default in the class.
        if t.is_some_and(|t| {
            matches!(
                cx.type_of(t).name_string().as_str(),
                "Union" | "GenericAlias"
            )
        }) {
            continue;
        }
        missing.push(cx.repr_string(name)?);
    }
    Ok(missing)
}

fn replace(cx: &mut Cx, this: Value, given: Gc<Dict>) -> PyResult<Value> {
    let class = cx.type_of(this);
    let shown = class.dotted_name();
    let fields = class_names(cx, this, "_fields")?;
    let attributes = class_names(cx, this, "_attributes")?;
    let mut at = 0;
    while let Some((key, _)) = given.next_entry(&mut at) {
        if !contains(cx, fields, key)? && !contains(cx, attributes, key)? {
            let key = cx.repr_string(key)?;
            return Err(cx.type_error(format!(
                "{shown}.__replace__ got an unexpected keyword argument {key}."
            )));
        }
    }
    let have = dict_of(cx, this)?;
    let missing = missing_names(cx, this, fields, have, given)?;
    if !missing.is_empty() {
        let (n, plural) = (missing.len(), if missing.len() == 1 { "" } else { "s" });
        let names = missing.join(", ");
        return Err(cx.type_error(format!(
            "{shown}.__replace__ missing {n} keyword argument{plural}: {names}."
        )));
    }
    let values = cx.new_dict();
    for &name in fields.items().iter().chain(attributes.items()) {
        if let Some(v) = have.get(cx, name)? {
            values.set(cx, name, v)?;
        }
    }
    values.update(cx, given)?;
    cx.call_with_kwargs(class.value(), &[], Some(values.value()))
}

pub struct Methods;

#[pymethods]
impl Methods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Value, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        initialize(cx, this, args, kwargs.and_then(Gc::from_value))
    }

    #[py(new, sig = "($type, *args, **kwargs)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Value, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        krait_runtime::types::object::new_instance(cx, Gc::from_value_unchecked(class))
    }

    #[py(doc = "", hide_sig, sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let class = cx.type_of(this).value();
        let state = dict_of(cx, this)?.copy(cx)?;
        // As many arguments as there are fields with values: constructing without them would warn.
        let fields = class_names(cx, this, "_fields")?;
        let mut n = 0;
        for &name in fields.items() {
            if !state.contains(cx, name)? {
                break;
            }
            n += 1;
        }
        let args = cx.new_tuple(&vec![Value::none(); n]);
        Ok(cx.new_tuple(&[class, args, state.value()]))
    }

    /// Return a copy of the AST node with new values for the specified fields.
    #[py(sig = "($self, /, *args, **kwargs)", hide_sig)]
    fn __replace__(
        cx: &mut Cx,
        this: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        if !args.is_empty() {
            return Err(cx.type_error("__replace__() takes no positional arguments"));
        }
        let given = match kwargs.and_then(Gc::<Dict>::from_value) {
            Some(d) => d,
            None => cx.new_dict(),
        };
        replace(cx, this, given)
    }

    #[py]
    fn __repr__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        super::repr::repr(cx, this)
    }

    /// The attributes of the node.
    #[py(getter)]
    fn __dict__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        Ok(dict_of(cx, this)?.value())
    }

    #[py(setter = "__dict__")]
    fn set_dict(cx: &mut Cx, this: Value, value: Option<Value>) -> PyResult<()> {
        match value.and_then(Gc::<Dict>::from_value) {
            Some(d) => cx.set_instance_dict(this, d).map(|_| ()),
            None => Err(cx.type_error("__dict__ must be set to a dictionary")),
        }
    }
}
