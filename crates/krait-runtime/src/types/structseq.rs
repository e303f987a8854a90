//! Struct sequences: tuples with named fields, like `os.stat_result` or `time.struct_time`.
//!
//! The first `visible` fields are the items of the tuple. Fields beyond them can only be reached by
//! name: they live in words of the instance's tail, as `__slots__` members do. A field with an empty
//! name can only be reached by index.

use std::collections::HashMap;
use std::sync::Mutex;

use krait_macros::pymethods;

use crate::cx::Cx;
use crate::error::PyResult;
use crate::native::{DefKind, Layout, NativeDef, NativeFn, Params, TypeSpec};
use crate::object::Gc;
use crate::protocol::instance;
use crate::types::dict::Dict;
use crate::types::native_function as nf;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::typeobj::{self, Geometry, Type, flags};
use crate::value::Value;

/// The declaration of a struct sequence type.
pub struct StructSeq {
    pub module: &'static str,
    pub name: &'static str,
    pub doc: Option<&'static str>,
    /// Name and documentation of each field.
    pub fields: &'static [(&'static str, &'static str)],
    /// How many of them are items of the tuple.
    pub visible: usize,
    /// `False` for the ones that only the interpreter makes (`sys.flags`).
    pub instantiable: bool,
}

/// Types by the address of their declaration, and the reverse by the address of the type.
#[derive(Default)]
struct Registry {
    types: Mutex<HashMap<usize, u64>>,
    declarations: Mutex<HashMap<usize, &'static StructSeq>>,
}

/// At most this many fields: there is one getter function for each index.
const MAX_FIELDS: usize = 40;

fn getter<const I: usize>(cx: &mut Cx, args: &[Value]) -> PyResult<Value> {
    Ok(field(cx, Gc::from_value_unchecked(args[0]), I))
}

macro_rules! getters {
    ($($i:literal)*) => { static GETTERS: [NativeFn; MAX_FIELDS] = [$(getter::<$i>),*]; };
}
getters!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39);

/// Field `i` of an instance, whether visible or not.
pub fn field(cx: &Cx, this: Gc<Tuple>, i: usize) -> Value {
    match i.checked_sub(this.len()) {
        None => this.get(i),
        Some(hidden) => instance::member(cx, this.header(), hidden as u16)
            .get()
            .some()
            .unwrap_or(Value::none()),
    }
}

/// The type of a declaration, made on first use.
pub fn type_of(cx: &mut Cx, decl: &'static StructSeq) -> PyResult<Gc<Type>> {
    let key = std::ptr::from_ref(decl) as usize;
    let registry = cx.state::<Registry>();
    if let Some(&bits) = registry
        .types
        .lock()
        .unwrap_or_else(|e| e.into_inner())
        .get(&key)
    {
        return Ok(Gc::from_value_unchecked(Value::from_bits(bits)));
    }
    let class = make_type(cx, decl)?;
    cx.keep_forever(class.value());
    let bits = *registry
        .types
        .lock()
        .unwrap_or_else(|e| e.into_inner())
        .entry(key)
        .or_insert(class.value().bits());
    registry
        .declarations
        .lock()
        .unwrap_or_else(|e| e.into_inner())
        .insert(class.as_ptr() as usize, decl);
    Ok(Gc::from_value_unchecked(Value::from_bits(bits)))
}

/// A new instance; `values` are all fields, hidden ones (which may be left out) last.
pub fn new(cx: &mut Cx, decl: &'static StructSeq, values: &[Value]) -> PyResult<Value> {
    let class = type_of(cx, decl)?;
    instance_of(cx, class, decl, values)
}

/// A new instance of `class`, which is the declaration's type or below it.
pub fn instance_of(
    cx: &mut Cx,
    class: Gc<Type>,
    decl: &'static StructSeq,
    values: &[Value],
) -> PyResult<Value> {
    debug_assert!(values.len() >= decl.visible && values.len() <= decl.fields.len());
    let t = Tuple::alloc(cx, class, decl.visible)?;
    for (i, &v) in values.iter().enumerate() {
        match i.checked_sub(decl.visible) {
            None => t.init(cx, i, v),
            Some(hidden) => {
                let slot = instance::member(cx, t.header(), hidden as u16);
                slot.set(cx, t, v);
            }
        }
    }
    Ok(t.value())
}

fn declaration(cx: &Cx, class: Gc<Type>) -> Option<&'static StructSeq> {
    let known = cx
        .state::<Registry>()
        .declarations
        .lock()
        .unwrap_or_else(|e| e.into_inner());
    class
        .mro_types()
        .find_map(|t| known.get(&(t.as_ptr() as usize)).copied())
}

fn declaration_of(cx: &mut Cx, v: Value) -> PyResult<&'static StructSeq> {
    let class = cx.type_of(v);
    match declaration(cx, class) {
        Some(d) => Ok(d),
        None => Err(cx.type_error("expected a structseq instance")),
    }
}

static BASE: TypeSpec = TypeSpec {
    name: "structseq",
    layout: Layout::variable::<Tuple>(),
    ..TypeSpec::DEFAULT
};

fn make_type(cx: &mut Cx, decl: &'static StructSeq) -> PyResult<Gc<Type>> {
    assert!(
        decl.fields.len() <= MAX_FIELDS,
        "too many fields in {}",
        decl.name
    );
    let tuple = cx.types().tuple;
    let mut g = Geometry::of(tuple);
    for _ in decl.visible..decl.fields.len() {
        g.add_slot();
    }
    let metatype_shape = cx.types().type_.instance_shape();
    let instantiation = if decl.instantiable {
        0
    } else {
        flags::NO_INSTANTIATION
    };
    // Those of the interpreter itself are fixed, those of modules like any class.
    let mutability = match decl.module {
        "sys" | "builtins" => flags::IMMUTABLE,
        _ => 0,
    };
    let t = typeobj::allocate(
        cx,
        metatype_shape,
        g,
        mutability | instantiation,
        Some(&BASE),
    );
    let mut mro = vec![t];
    mro.extend(tuple.mro_types());
    let name = cx.intern(decl.name);
    let namespace = cx.new_dict();
    typeobj::finish(cx, t, name.value(), &[tuple], &mro, namespace);
    fill_namespace(cx, t, decl);
    crate::types::object::inherit_hash(cx, t);
    Ok(t)
}

/// Gives a type methods, in place of those it has by the same names.
pub fn add_methods(cx: &mut Cx, t: Gc<Type>, methods: &'static [NativeDef]) {
    let fixed = t.flags() & flags::NO_INSTANTIATION != 0;
    for def in methods {
        let name = cx.intern(def.name);
        let attribute = match def.kind {
            DefKind::New if fixed => continue,
            DefKind::New => nf::new_builtin(cx, def, name, t.value(), Value::EMPTY).value(),
            _ => nf::new_descriptor(cx, t, name, def).value(),
        };
        t.namespace().set_str(cx, name, attribute);
    }
}

fn fill_namespace(cx: &mut Cx, t: Gc<Type>, decl: &'static StructSeq) {
    let namespace = t.namespace();
    add_methods(cx, t, Methods::DEFS);
    let mut match_args = [Value::EMPTY; MAX_FIELDS];
    let mut named = 0;
    for (i, (name, doc)) in decl
        .fields
        .iter()
        .enumerate()
        .filter(|(_, (name, _))| !name.is_empty())
    {
        let key = cx.intern(name);
        let getter = nf::new_descriptor(cx, t, key, field_def(name, doc, i));
        namespace.set_str(cx, key, getter.value());
        if i < decl.visible {
            match_args[named] = key.value();
            named += 1;
        }
    }
    let unnamed = decl
        .fields
        .iter()
        .filter(|(name, _)| name.is_empty())
        .count();
    let match_args = cx.new_tuple(&match_args[..named]);
    let module = cx.intern(decl.module).value();
    let doc = decl.doc.map_or(Value::none(), |d| cx.new_str(d));
    let attributes = [
        ("__module__", module),
        ("__doc__", doc),
        ("__match_args__", match_args),
        ("n_sequence_fields", Value::small(decl.visible as i64)),
        ("n_fields", Value::small(decl.fields.len() as i64)),
        ("n_unnamed_fields", Value::small(unnamed as i64)),
    ];
    for (name, v) in attributes {
        let name = cx.intern(name);
        namespace.set_str(cx, name, v);
    }
}

/// The definition of a field's attribute. Made once per type and interpreter, never freed: there
/// are as many as fields declared in the source.
fn field_def(name: &'static str, doc: &'static str, index: usize) -> &'static NativeDef {
    const NOTHING: Params = Params {
        names: &[],
        posonly: 0,
        positional: 0,
        required: 0,
        kwonly: 0,
        kwonly_required: 0,
        varargs: false,
        varkw: false,
    };
    let doc = (!doc.is_empty()).then_some(doc);
    let kind = DefKind::Getter {
        setter: None,
        member: true,
    };
    Box::leak(Box::new(NativeDef::new(
        name,
        None,
        doc,
        GETTERS[index],
        NOTHING,
        kind,
    )))
}

fn wrong_length(cx: &mut Cx, decl: &StructSeq, got: usize) -> crate::error::Raised {
    let (min, max) = (decl.visible, decl.fields.len());
    let name = format!("{}.{}", decl.module, decl.name);
    cx.type_error(match () {
        () if min == max => format!("{name}() takes a {min}-sequence ({got}-sequence given)"),
        () if got < min => {
            format!("{name}() takes an at least {min}-sequence ({got}-sequence given)")
        }
        () => format!("{name}() takes an at most {max}-sequence ({got}-sequence given)"),
    })
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, sequence, dict={})", hide_sig)]
    fn __new__(cx: &mut Cx, class: Value, sequence: Value, dict: Option<Value>) -> PyResult<Value> {
        let class: Gc<Type> = Gc::from_value_unchecked(class);
        let Some(decl) = declaration(cx, class) else {
            return Err(cx.type_error("expected a structseq type"));
        };
        let full_name = format!("{}.{}", decl.module, decl.name);
        let extra = match dict.map(|d| (d, Gc::<Dict>::from_value(d))) {
            None => None,
            Some((_, Some(d))) => Some(d),
            Some(_) => {
                return Err(
                    cx.type_error(format!("{full_name}() takes a dict as second arg, if any"))
                );
            }
        };
        let items = match cx.collect(sequence) {
            Ok(items) => items,
            Err(e) if e.is(cx, cx.types().type_error) => {
                return Err(cx.type_error("constructor requires a sequence"));
            }
            Err(e) => return Err(e),
        };
        if items.len() < decl.visible || items.len() > decl.fields.len() {
            return Err(wrong_length(cx, decl, items.len()));
        }
        let mut values = [Value::none(); MAX_FIELDS];
        values[..items.len()].copy_from_slice(items.as_slice());
        let mut used = 0;
        if let Some(d) = extra {
            for (i, (name, _)) in decl.fields.iter().enumerate().skip(items.len()) {
                let key = cx.intern(name);
                if let Some(v) = d.get_str(cx, key) {
                    values[i] = v;
                    used += 1;
                }
            }
            if used < d.len() {
                return Err(cx.type_error(format!(
                    "{full_name}() got duplicate or unexpected field name(s)"
                )));
            }
        }
        instance_of(cx, class, decl, &values[..decl.fields.len()])
    }

    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<Tuple>) -> PyResult<Value> {
        let decl = declaration_of(cx, this.value())?;
        let mut out = crate::types::str::StrBuilder::new();
        out.push_str(decl.module);
        out.push_str(".");
        out.push_str(decl.name);
        out.push_str("(");
        // Items without a name of their own are shown under that of the hidden field.
        let named = decl.fields.iter().filter(|(name, _)| !name.is_empty());
        for (i, (name, _)) in named.take(decl.visible).enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            out.push_str(name);
            out.push_str("=");
            let shown = cx.repr(this.get(i))?;
            out.push_gc(shown);
        }
        out.push_str(")");
        out.finish(cx)
    }

    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Gc<Tuple>) -> PyResult<Value> {
        let decl = declaration_of(cx, this.value())?;
        let items = cx.new_tuple(this.items());
        let hidden = cx.new_dict();
        for (i, (name, _)) in decl.fields.iter().enumerate().skip(decl.visible) {
            let key = cx.intern(name);
            hidden.set_str(cx, key, field(cx, this, i));
        }
        let args = cx.new_tuple(&[items, hidden.value()]);
        Ok(cx.new_tuple(&[cx.type_of(this.value()).value(), args]))
    }

    /// Return a copy of the structure with new values for the specified fields.
    #[py(sig = "($self, /, **changes)", hide_sig)]
    fn __replace__(cx: &mut Cx, this: Gc<Tuple>, changes: Option<Value>) -> PyResult<Value> {
        let decl = declaration_of(cx, this.value())?;
        if decl.fields.iter().any(|(name, _)| name.is_empty()) {
            let name = format!("{}.{}", decl.module, decl.name);
            return Err(cx.type_error(format!(
                "__replace__() is not supported for {name} because it has unnamed field(s)"
            )));
        }
        let changes = changes.and_then(Gc::<Dict>::from_value);
        let mut values = [Value::none(); MAX_FIELDS];
        let mut used = 0;
        for (i, (name, _)) in decl.fields.iter().enumerate() {
            let key = cx.intern(name);
            values[i] = match changes.and_then(|c| c.get_str(cx, key)) {
                Some(v) => {
                    used += 1;
                    v
                }
                None => field(cx, this, i),
            };
        }
        if let Some(c) = changes.filter(|c| c.len() > used) {
            let unknown = cx.new_list(&[]);
            let mut pos = 0;
            while let Some((key, _)) = c.next_entry(&mut pos) {
                let known = Gc::<Str>::from_value(key).is_some_and(|k| {
                    decl.fields
                        .iter()
                        .any(|(name, _)| k.as_bytes() == name.as_bytes())
                });
                if !known {
                    cx.call_method_str(unknown, "append", &[key])?;
                }
            }
            let shown = cx.repr_string(unknown)?;
            return Err(cx.type_error(format!("Got unexpected field name(s): {shown}")));
        }
        let class = cx.type_of(this.value());
        instance_of(cx, class, decl, &values[..decl.fields.len()])
    }
}
