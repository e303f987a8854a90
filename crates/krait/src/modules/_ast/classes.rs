//! The node classes, made from the table when `_ast` is first needed.

use std::sync::atomic::{AtomicU64, Ordering};

use krait_runtime::native::{Cx, PyResult, TypeSpec, Value};
use krait_runtime::object::{Array, Gc};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::type_::create::new_type;
use krait_runtime::types::typeobj::{Type, flags};

use super::table::{Count, Field, IDS, NODES, Node, NodeDef, Placed, subclasses};

/// The names of the position attributes, in CPython's order.
pub const POSITION: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// Words per class in the array of [`Classes`].
const STRIDE: usize = 3;
const CLASS: usize = 0;
const FIELDS: usize = 1;
/// The one instance of a class without fields that the parser uses (`Load()`, `Add()`).
const SINGLETON: usize = 2;

/// The interpreter's array of classes; 0 until they are made.
#[derive(Default)]
struct State {
    classes: AtomicU64,
}

/// The node classes of an interpreter.
#[derive(Clone, Copy)]
pub struct Classes(Gc<Array>);

pub static AST_SPEC: TypeSpec = TypeSpec {
    name: "AST",
    module: "ast",
    flags: flags::BASETYPE | flags::INSTANCE_DICT | flags::WEAKREFABLE,
    defs: &[super::object::Methods::DEFS],
    init: Some(init_ast),
    ..TypeSpec::DEFAULT
};

/// `AST` is the one class with native methods; like the others it may be changed by programs.
fn init_ast(cx: &mut Cx, class: Gc<Type>) -> PyResult<()> {
    class.clear_flags(flags::IMMUTABLE);
    let empty = cx.empty_tuple();
    for name in ["_fields", "_attributes", "__match_args__"] {
        let name = cx.intern(name);
        class.namespace().set_str(cx, name, empty);
    }
    Ok(())
}

impl Classes {
    /// The classes, made on first use.
    pub fn get(cx: &mut Cx) -> PyResult<Classes> {
        let state = cx.state::<State>();
        let known = state.classes.load(Ordering::Acquire);
        if known != 0 {
            return Ok(Classes(Gc::from_value_unchecked(Value::from_bits(known))));
        }
        let array = make_all(cx)?;
        cx.keep_forever(array.value());
        let made = array.value().bits();
        // If another thread was faster its classes count.
        match state
            .classes
            .compare_exchange(0, made, Ordering::AcqRel, Ordering::Acquire)
        {
            Ok(_) => Ok(Classes(array)),
            Err(first) => Ok(Classes(Gc::from_value_unchecked(Value::from_bits(first)))),
        }
    }

    fn at(self, node: Node, what: usize) -> Value {
        self.0.values()[node as usize * STRIDE + what]
    }

    pub fn class(self, node: Node) -> Gc<Type> {
        Gc::from_value_unchecked(self.at(node, CLASS))
    }

    pub fn singleton(self, node: Node) -> Value {
        self.at(node, SINGLETON)
    }

    /// The name of position attribute `i`.
    fn position_name(self, i: usize) -> Gc<Str> {
        Gc::from_value_unchecked(self.0.values()[NODES.len() * STRIDE + i])
    }

    /// A node with these values for its fields, and its position if it has one: lines count from
    /// 1, columns are bytes from 0.
    pub fn make(
        self,
        cx: &mut Cx,
        node: Node,
        values: &[Value],
        place: Option<[u32; 4]>,
    ) -> PyResult<Value> {
        debug_assert_eq!(values.len(), node.def().fields.len());
        let object = krait_runtime::types::object::new_instance(cx, self.class(node));
        let fields: Gc<Tuple> = Gc::from_value_unchecked(self.at(node, FIELDS));
        for (&name, &v) in fields.items().iter().zip(values) {
            cx.instance_set(object, Gc::from_value_unchecked(name), v)?;
        }
        if let Some(place) = place {
            for (i, n) in place.into_iter().enumerate() {
                cx.instance_set(object, self.position_name(i), Value::small(i64::from(n)))?;
            }
        }
        Ok(object)
    }

    /// Which class of the table below `base` `v` belongs to, directly or as a subclass's instance.
    pub fn identify(self, cx: &Cx, v: Value, base: Node) -> Option<Node> {
        let class = cx.type_of(v);
        let exact = |n: &Node| self.class(*n) == class;
        let candidates = || subclasses(base);
        candidates()
            .find(exact)
            .or_else(|| candidates().find(|&n| class.is_subtype(self.class(n))))
    }
}

fn make_all(cx: &mut Cx) -> PyResult<Gc<Array>> {
    let array = cx.try_new_array(NODES.len() * STRIDE + POSITION.len())?;
    for (&id, def) in IDS.iter().zip(NODES) {
        let class = make_class(cx, array, def)?;
        let at = id as usize * STRIDE;
        array.slots()[at + CLASS].set(cx, array, class.value());
        let fields = name_tuple(cx, def);
        array.slots()[at + FIELDS].set(cx, array, fields);
    }
    for (&id, def) in IDS.iter().zip(NODES) {
        let at = id as usize * STRIDE;
        let class: Gc<Type> = Gc::from_value_unchecked(array.values()[at + CLASS]);
        set_field_types(cx, array, class, def)?;
        if def.fields.is_empty() && def.base.is_some() && def.placed == Placed::No {
            let one = krait_runtime::types::object::new_instance(cx, class);
            array.slots()[at + SINGLETON].set(cx, array, one);
        }
    }
    for (i, name) in POSITION.into_iter().enumerate() {
        let name = cx.intern(name);
        array.slots()[NODES.len() * STRIDE + i].set(cx, array, name.value());
    }
    Ok(array)
}

fn name_tuple(cx: &mut Cx, def: &NodeDef) -> Value {
    let names: Vec<&str> = def.parsed_fields().map(|f| f.name).collect();
    strings(cx, &names)
}

fn strings(cx: &mut Cx, names: &[&str]) -> Value {
    // Interned strings stay alive without being referred to from here.
    // tidy: interned strings, which are roots.
    let values: Vec<Value> = names.iter().map(|n| cx.intern(n).value()).collect();
    cx.new_tuple(&values)
}

/// The class without what refers to other classes.
fn make_class(cx: &mut Cx, array: Gc<Array>, def: &NodeDef) -> PyResult<Gc<Type>> {
    let base = match def.base {
        Some(base) => array.values()[base as usize * STRIDE + CLASS],
        None => cx.native_type(&AST_SPEC)?.value(),
    };
    let namespace = cx.new_dict();
    let module = cx.intern("ast").value();
    put(cx, namespace, "__module__", module);
    let doc = cx.new_str(&documentation(def));
    put(cx, namespace, "__doc__", doc);
    let fields = name_tuple(cx, def);
    put(cx, namespace, "_fields", fields);
    put(cx, namespace, "__match_args__", fields);
    if def.base.is_none() {
        let count = if def.placed == Placed::No {
            0
        } else {
            POSITION.len()
        };
        let attributes = strings(cx, &POSITION[..count]);
        put(cx, namespace, "_attributes", attributes);
        if def.placed == Placed::Yes {
            put(cx, namespace, "end_lineno", Value::none());
            put(cx, namespace, "end_col_offset", Value::none());
        }
    }
    for field in def.parsed_fields().filter(|f| f.count == Count::Optional) {
        put(cx, namespace, field.name, Value::none());
    }
    let bases = cx.new_tuple(&[base]);
    let name = cx.intern(def.name);
    let metatype = cx.types().type_;
    let class = new_type(
        cx,
        metatype,
        name,
        Gc::from_value_unchecked(bases),
        namespace,
        None,
    )?;
    Ok(Gc::from_value_unchecked(class))
}

fn put(cx: &mut Cx, d: Gc<Dict>, name: &str, v: Value) {
    let name = cx.intern(name);
    d.set_str(cx, name, v);
}

/// The class's part of the grammar.
fn documentation(def: &NodeDef) -> String {
    let base = IDS.iter().copied().find(|&n| std::ptr::eq(n.def(), def));
    let mut alternatives = base
        .into_iter()
        .flat_map(subclasses)
        .map(|n| n.def())
        .peekable();
    if alternatives.peek().is_none() {
        return def.constructor();
    }
    let all: Vec<&NodeDef> = alternatives.collect();
    let plain = all.iter().all(|d| d.fields.is_empty());
    let separator = if plain {
        " | ".to_owned()
    } else {
        format!("\n{:1$}| ", "", def.name.len() + 1)
    };
    let texts: Vec<String> = all.iter().map(|d| d.constructor()).collect();
    format!("{} = {}", def.name, texts.join(&separator))
}

/// `_field_types` and `__annotations__`, which are one dict.
fn set_field_types(cx: &mut Cx, array: Gc<Array>, class: Gc<Type>, def: &NodeDef) -> PyResult<()> {
    if def.base.is_none() && subclasses_exist(def) {
        return Ok(());
    }
    let types = cx.new_dict();
    for field in def.parsed_fields() {
        let t = field_type(cx, array, field)?;
        put(cx, types, field.name, t);
    }
    put(cx, class.namespace(), "_field_types", types.value());
    cx.set_attr_str(class.value(), "__annotations__", types.value())
}

fn subclasses_exist(def: &NodeDef) -> bool {
    NODES
        .iter()
        .any(|d| d.base.is_some_and(|b| std::ptr::eq(b.def(), def)))
}

fn field_type(cx: &mut Cx, array: Gc<Array>, field: Field) -> PyResult<Value> {
    let types = cx.types();
    let one = match field.kind {
        "identifier" | "string" => types.str.value(),
        "int" => types.int.value(),
        "constant" => types.object.value(),
        kind => {
            let at = NODES.iter().position(|d| d.name == kind);
            array.values()[at.map_or(0, |at| at * STRIDE + CLASS)]
        }
    };
    match field.count {
        Count::One => Ok(one),
        Count::Optional => cx.binary(krait_runtime::special::Special::Or, one, Value::none()),
        Count::Many | Count::ManyOptional => {
            let list = types.list.value();
            cx.generic_alias(list, one)
        }
    }
}
