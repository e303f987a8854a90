//! `type.__new__`: a class from name, bases and namespace.
//!
//! Source: the language reference, "Customizing class creation"; PEP 3115, 487, 560.

use krait_macros::pymethods;

use crate::native::{Cx, PyResult, Value};
use crate::object::{Gc, Kind, is_kind};
use crate::shape::NO_DICT;
use crate::special::Special;
use crate::types::dict::Dict;
use crate::types::native_function as nf;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::typeobj::{self, Geometry, Type, flags};

/// Inline slots are predicted from the attributes that the class's methods assign, up to this.
const MAX_PREDICTED: usize = 24;

/// Makes a class. `namespace` is copied.
pub fn new_type(
    cx: &mut Cx,
    metatype: Gc<Type>,
    name: Gc<Str>,
    bases: Gc<Tuple>,
    namespace: Gc<Dict>,
    kwargs: Option<Value>,
) -> PyResult<Value> {
    let metatype = winner(cx, metatype, bases)?;
    let base_types = check_bases(cx, bases)?;
    let bases = match bases.len() {
        0 => Gc::from_value_unchecked(cx.new_tuple(&[cx.types().object.value()])),
        _ => bases,
    };
    let best = best_base(cx, &base_types)?;
    let dict = namespace.copy(cx)?;
    let mut g = Geometry::of(best);
    let slots = Slots::collect(cx, name, best, &base_types, dict, &mut g)?;
    if cx.utf8(name)?.contains('\0') {
        return Err(cx.value_error("type name must not contain null characters"));
    }

    let shape = metatype.instance_shape();
    let t = typeobj::allocate(cx, shape, g, flags::HEAPTYPE | flags::BASETYPE, None);
    typeobj::finish(cx, t, name.value(), &base_types, &[t], dict);
    // Before the first `modified`, which looks for instances of a class that gets `__del__` later.
    if dict.get_str(cx, cx.names().special(Special::Del)).is_some() {
        t.set_flags(flags::FINALIZER);
    }
    t.base.set(cx, t, best.value());
    t.bases.set(cx, t, bases.value());
    t.set_flags(flags::INCOMPLETE);
    set_mro(cx, t, &base_types, metatype)?;
    t.clear_flags(flags::INCOMPLETE);
    // Bases other than the best one do not decide: their instances have another layout.
    if slots.weakref {
        t.set_flags(flags::WEAKREFABLE);
    } else {
        t.clear_flags(flags::WEAKREFABLE);
    }

    fill_namespace(cx, t, dict)?;
    slots.define(cx, t, dict)?;
    let doc = cx.names().__doc__;
    if dict.get_str(cx, doc).is_none() {
        dict.set_str(cx, doc, Value::none());
    }
    crate::types::object::inherit_hash(cx, t);
    if t.asks_for_finalizer(cx) {
        t.set_flags(flags::FINALIZER);
    }
    predict(cx, t, dict);
    warn_of_other_keys(cx, t, dict)?;
    set_names(cx, t, dict)?;
    init_subclass(cx, t, kwargs)?;
    Ok(t.value())
}

/// The most derived metaclass of the bases.
pub fn winner(cx: &mut Cx, metatype: Gc<Type>, bases: Gc<Tuple>) -> PyResult<Gc<Type>> {
    let mut best = metatype;
    for &b in bases.items() {
        let m = cx.type_of(b);
        if best.is_subtype(m) {
            continue;
        }
        if m.is_subtype(best) {
            best = m;
            continue;
        }
        return Err(cx.type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
        ));
    }
    Ok(best)
}

/// Bases that stand for others (PEP 560) are for `class` statements.
pub fn refuse_mro_entries(cx: &mut Cx, bases: Gc<Tuple>) -> PyResult<()> {
    for &b in bases.items() {
        if !is_kind(b, Kind::Type) && cx.lookup_attr(b, cx.names().__mro_entries__)?.is_some() {
            return Err(
                cx.type_error("type() doesn't support MRO entry resolution; use types.new_class()")
            );
        }
    }
    Ok(())
}

fn check_bases(cx: &mut Cx, bases: Gc<Tuple>) -> PyResult<Vec<Gc<Type>>> {
    if bases.len() == 0 {
        return Ok(vec![cx.types().object]);
    }
    let mut result = Vec::with_capacity(bases.len());
    for &b in bases.items() {
        let Some(t) = Gc::<Type>::from_value(b) else {
            return Err(cx.type_error("bases must be types"));
        };
        if t.flags() & flags::BASETYPE == 0 {
            let name = t.full_name(cx);
            return Err(cx.type_error(format!("type '{name}' is not an acceptable base type")));
        }
        if t.flags() & flags::INCOMPLETE != 0 {
            let name = t.name_string();
            return Err(cx.type_error(format!("Cannot extend an incomplete type '{name}'")));
        }
        if result.contains(&t) {
            let name = t.name_string();
            return Err(cx.type_error(format!("duplicate base class {name}")));
        }
        result.push(t);
    }
    Ok(result)
}

/// The class that adds the last piece of layout on the way from `object` to `t`.
fn solid_base(t: Gc<Type>) -> Gc<Type> {
    let mut solid = t;
    while let Some(base) = solid.base_type() {
        let own_words = solid.tail_fixed - base.tail_fixed;
        let adds_dict_only = own_words == 1 && solid.dict_at != NO_DICT && base.dict_at == NO_DICT;
        if solid.payload == base.payload
            && solid.kind() == base.kind()
            && (own_words == 0 || adds_dict_only)
        {
            solid = base;
        } else {
            break;
        }
    }
    solid
}

pub fn best_base(cx: &mut Cx, bases: &[Gc<Type>]) -> PyResult<Gc<Type>> {
    let mut best = bases[0];
    let mut solid = solid_base(best);
    for &b in &bases[1..] {
        let candidate = solid_base(b);
        if solid.is_subtype(candidate) {
            continue;
        }
        if candidate.is_subtype(solid) {
            best = b;
            solid = candidate;
        } else {
            return Err(cx.type_error("multiple bases have instance lay-out conflict"));
        }
    }
    Ok(best)
}

/// Sets the MRO, through the metaclass's `mro()` if it overrides it.
pub fn set_mro(cx: &mut Cx, t: Gc<Type>, bases: &[Gc<Type>], metatype: Gc<Type>) -> PyResult<()> {
    let rest = super::mro::linearize(cx, bases)?;
    let mut all = vec![t.value()];
    all.extend(rest.iter().map(|t| t.value()));
    let mut mro = cx.new_tuple(&all);
    t.mro.set(cx, t, mro);
    let type_ = cx.types().type_;
    if metatype != type_ {
        let name = cx.names().mro;
        let own = metatype.lookup(cx, name);
        let default = type_.lookup(cx, name);
        if own != default {
            let result = cx.call_method(t.value(), name, &[])?;
            mro = cx.tuple_from(result)?;
            for &c in Gc::<Tuple>::from_value_unchecked(mro).items() {
                if !is_kind(c, Kind::Type) {
                    let got = cx.type_name(c);
                    return Err(cx.type_error(format!("mro() returned a non-class ('{got}')")));
                }
            }
            t.mro.set(cx, t, mro);
        }
    }
    t.modified(cx);
    Ok(())
}

fn fill_namespace(cx: &mut Cx, t: Gc<Type>, dict: Gc<Dict>) -> PyResult<()> {
    let names = cx.names();
    if dict.get_str(cx, names.__module__).is_none()
        && let Some(globals) = cx
            .hooks()
            .globals
            .and_then(|f| f(cx))
            .and_then(Gc::<Dict>::from_value)
        && let Some(module) = globals.get_str(cx, names.__name__)
    {
        dict.set_str(cx, names.__module__, module);
    }
    if let Some(q) = dict.remove_str(cx, names.__qualname__) {
        if !is_kind(q, Kind::Str) {
            let got = cx.type_name(q);
            return Err(cx.type_error(format!("type __qualname__ must be a str, not {got}")));
        }
        t.qualname.set(cx, t, q);
    }
    // One that is missing is set when the attributes of instances are.
    if let Some(doc) = dict.get_str(cx, names.__doc__)
        && let Some(doc) = Gc::<Str>::from_value(doc)
    {
        cx.utf8(doc)?;
    }
    wrap(
        cx,
        dict,
        names.__new__,
        crate::types::descriptors::StaticMethod::alloc,
    );
    wrap(
        cx,
        dict,
        names.__init_subclass__,
        crate::types::descriptors::ClassMethod::alloc,
    );
    wrap(
        cx,
        dict,
        names.__class_getitem__,
        crate::types::descriptors::ClassMethod::alloc,
    );
    for (name, cell_is_class) in [
        (names.__classcell__, true),
        (names.__classdictcell__, false),
    ] {
        if let Some(cell) = dict.remove_str(cx, name) {
            let Some(cell) = Gc::<crate::object::Cell>::from_value(cell) else {
                let got = cx.type_name(cell);
                return Err(cx.type_error(format!(
                    "__classcell__ must be a nonlocal cell, not <class '{got}'>"
                )));
            };
            let contents = if cell_is_class {
                t.value()
            } else {
                dict.value()
            };
            cell.contents.set(cx, cell, contents);
        }
    }
    Ok(())
}

/// Functions under this name become static or class methods without being declared so.
fn wrap(cx: &mut Cx, dict: Gc<Dict>, name: Gc<Str>, make: fn(&mut Cx, Value) -> Value) {
    if let Some(f) = dict.get_str(cx, name)
        && is_kind(f, Kind::Function)
    {
        let wrapped = make(cx, f);
        dict.set_str(cx, name, wrapped);
    }
}

fn predict(cx: &mut Cx, t: Gc<Type>, dict: Gc<Dict>) {
    if !t.has_dict() {
        return;
    }
    let name = cx.names().__static_attributes__;
    let own = dict
        .get_str(cx, name)
        .and_then(Gc::<Tuple>::from_value)
        .map_or(0, |s| s.len());
    let inherited = t.base_type().map_or(0, |b| {
        b.predicted.load(std::sync::atomic::Ordering::Relaxed) as usize
    });
    t.predict_attributes(cx, (own + inherited).min(MAX_PREDICTED) as u16);
}

fn warn_of_other_keys(cx: &mut Cx, t: Gc<Type>, dict: Gc<Dict>) -> PyResult<()> {
    let mut pos = 0;
    while let Some((key, _)) = dict.next_entry(&mut pos) {
        if !is_kind(key, Kind::Str) {
            let category = cx.types().runtime_warning;
            let name = t.name_string();
            return cx.warn(
                category,
                &format!("non-string key in the __dict__ of class {name}"),
            );
        }
    }
    Ok(())
}

fn set_names(cx: &mut Cx, t: Gc<Type>, dict: Gc<Dict>) -> PyResult<()> {
    let snapshot = dict.copy(cx)?;
    let mut pos = 0;
    while let Some((key, v)) = snapshot.next_entry(&mut pos) {
        let class = cx.type_of(v);
        let Some(m) = class.special(cx, Special::SetName) else {
            continue;
        };
        if let Err(e) = cx.call_slot(m, &[v, t.value(), key]) {
            let (kind, key, owner) = (class.name_string(), cx.repr_string(key)?, t.name_string());
            let note = cx.new_str(&format!(
                "Error calling __set_name__ on '{kind}' instance {key} in '{owner}'"
            ));
            crate::types::exceptions::add_note(cx, e, note)?;
            return Err(e);
        }
    }
    Ok(())
}

fn init_subclass(cx: &mut Cx, t: Gc<Type>, kwargs: Option<Value>) -> PyResult<()> {
    let name = cx.names().__init_subclass__;
    let mro = t.mro_tuple();
    if !mro.items().contains(&t.value()) {
        let name = t.name_string();
        return Err(cx.type_error(format!(
            "super(type, obj): obj (type {name}) is not an instance or subtype of type ({name})."
        )));
    }
    for i in 1..mro.len() {
        let Some(base) = Gc::<Type>::from_value(mro.get(i)) else {
            continue;
        };
        if let Some(attr) = base.namespace().get_str(cx, name) {
            if base == cx.types().object
                && kwargs.is_none_or(|k| Gc::<Dict>::from_value(k).is_none_or(|d| d.len() == 0))
            {
                return Ok(());
            }
            let bound = cx.bind_class_attr(attr, t)?;
            cx.call_with_kwargs(bound, &[], kwargs)?;
            return Ok(());
        }
    }
    Ok(())
}

impl Cx {
    /// `attr.__get__(None, owner)`, as `super(owner, owner).name` does it.
    pub fn bind_class_attr(&mut self, attr: Value, owner: Gc<Type>) -> PyResult<Value> {
        self.bind(attr, None, owner)
    }
}

/// What `__slots__` asks for.
struct Slots {
    /// Member names and their words in the tail.
    members: Vec<(Gc<Str>, u16)>,
    adds_dict: bool,
    weakref: bool,
    adds_weakref: bool,
}

impl Slots {
    fn collect(
        cx: &mut Cx,
        class_name: Gc<Str>,
        base: Gc<Type>,
        bases: &[Gc<Type>],
        dict: Gc<Dict>,
        g: &mut Geometry,
    ) -> PyResult<Slots> {
        let is_module = base.is_subtype(cx.types().module);
        let had_dict = base.has_dict() || is_module || g.kind == Kind::Type as u8;
        let had_weakref = base.flags() & flags::WEAKREFABLE != 0;
        // Instances of varying size have no place for what weak references need (int, tuple, ...).
        let sized = g.variable && g.kind != Kind::Str as u8;
        let may_add_weakref = !had_weakref && !sized;
        let name = cx.names().__slots__;
        let Some(declared) = dict.get_str(cx, name) else {
            if !is_module {
                g.add_dict();
            }
            // Types and modules have a namespace of their own behind `__dict__`.
            let adds_dict = !had_dict && base.lookup(cx, cx.names().__dict__).is_none();
            return Ok(Slots {
                members: Vec::new(),
                adds_dict,
                weakref: had_weakref || may_add_weakref,
                adds_weakref: may_add_weakref,
            });
        };
        let names = if is_kind(declared, Kind::Str) {
            cx.new_tuple(&[declared])
        } else {
            cx.tuple_from(declared)?
        };
        let names: Gc<Tuple> = Gc::from_value_unchecked(names);
        if names.len() > 0 && (sized || g.kind == Kind::Type as u8) {
            let base = base.name_string();
            return Err(cx.type_error(format!(
                "nonempty __slots__ not supported for subtype of '{base}'"
            )));
        }
        let mut slots = Slots {
            members: Vec::new(),
            adds_dict: false,
            weakref: had_weakref,
            adds_weakref: false,
        };
        for &n in names.items() {
            let Some(s) = Gc::<Str>::from_value(n) else {
                let got = cx.type_name(n);
                return Err(cx.type_error(format!("__slots__ items must be strings, not '{got}'")));
            };
            slots.add(cx, s, had_dict, may_add_weakref)?;
        }
        for &n in names.items() {
            let Some(s) = Gc::<Str>::from_value(n) else {
                continue;
            };
            slots.add_member(cx, class_name, s, dict)?;
        }
        // Some base other than the best one may bring a `__dict__`, and weak references.
        slots.adds_dict |= !had_dict && bases.iter().any(|b| b.has_dict());
        if may_add_weakref && bases.iter().any(|b| b.flags() & flags::WEAKREFABLE != 0) {
            slots.weakref = true;
            slots.adds_weakref = true;
        }
        if slots.adds_dict || !is_module && bases.iter().any(|b| b.has_dict()) {
            g.add_dict();
        }
        // Classes with the same names have the same layout.
        slots
            .members
            .sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
        for (_, at) in &mut slots.members {
            *at = g.add_slot();
        }
        Ok(slots)
    }

    fn add(
        &mut self,
        cx: &mut Cx,
        s: Gc<Str>,
        had_dict: bool,
        may_add_weakref: bool,
    ) -> PyResult<()> {
        if !krait_unicode::ctype::is_identifier(s.as_bytes()) {
            return Err(cx.type_error("__slots__ must be identifiers"));
        }
        match s.as_bytes() {
            b"__dict__" => {
                if had_dict || self.adds_dict {
                    return Err(cx.type_error("__dict__ slot disallowed: we already got one"));
                }
                self.adds_dict = true;
            }
            b"__weakref__" => {
                if !may_add_weakref || self.adds_weakref {
                    return Err(cx.type_error("__weakref__ slot disallowed: we already got one"));
                }
                self.weakref = true;
                self.adds_weakref = true;
            }
            _ => {}
        }
        Ok(())
    }

    /// The names that are no special ones, once all of them have been looked at.
    fn add_member(
        &mut self,
        cx: &mut Cx,
        class_name: Gc<Str>,
        s: Gc<Str>,
        dict: Gc<Dict>,
    ) -> PyResult<()> {
        if matches!(s.as_bytes(), b"__dict__" | b"__weakref__") {
            return Ok(());
        }
        let mangled = mangle(cx, class_name, s);
        let (q, c) = (cx.names().__qualname__, cx.names().__classcell__);
        if mangled != q && mangled != c && dict.get_str(cx, mangled).is_some() {
            let text = s.to_string_lossy();
            return Err(cx.value_error(format!(
                "'{text}' in __slots__ conflicts with class variable"
            )));
        }
        if !self.members.iter().any(|(n, _)| *n == mangled) {
            self.members.push((mangled, 0));
        }
        Ok(())
    }

    fn define(&self, cx: &mut Cx, t: Gc<Type>, dict: Gc<Dict>) -> PyResult<()> {
        for &(name, at) in &self.members {
            let member = nf::new_member(cx, t, name, at);
            dict.set_str(cx, name, member.value());
        }
        for (wanted, name) in [
            (self.adds_dict, "__dict__"),
            (self.adds_weakref, "__weakref__"),
        ] {
            if wanted && let Some(def) = InstanceAttributes::DEFS.iter().find(|d| d.name == name) {
                let key = cx.intern(name);
                // What the body of the class defines under this name stays.
                if dict.get_str(cx, key).is_some() {
                    continue;
                }
                let descr = nf::new_descriptor(cx, t, key, def);
                dict.set_str(cx, key, descr.value());
            }
        }
        t.modified(cx);
        Ok(())
    }
}

/// Private name mangling: `__x` in class `C` is `_C__x`.
fn mangle(cx: &mut Cx, class_name: Gc<Str>, s: Gc<Str>) -> Gc<Str> {
    let text = s.as_bytes();
    let stripped: Vec<u8> = class_name
        .as_bytes()
        .iter()
        .copied()
        .skip_while(|&b| b == b'_')
        .collect();
    if !text.starts_with(b"__")
        || text.ends_with(b"__")
        || text.contains(&b'.')
        || stripped.is_empty()
    {
        return cx.intern_str(s);
    }
    let mut mangled = vec![b'_'];
    mangled.extend_from_slice(&stripped);
    mangled.extend_from_slice(text);
    let s: Gc<Str> = Gc::from_value_unchecked(cx.new_str_wtf8(&mangled));
    cx.intern_str(s)
}

/// `__dict__` and `__weakref__` of instances.
pub struct InstanceAttributes;

#[pymethods]
impl InstanceAttributes {
    #[py(getter)]
    pub fn __dict__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        // Metaclasses and kinds of modules may inherit this from an ordinary class.
        if let Some(class) = Gc::<Type>::from_value(this) {
            let dict = class.dict.get();
            return Ok(crate::types::dictviews::mapping_proxy(cx, dict));
        }
        if let Some(module) = Gc::<crate::types::module::Module>::from_value(this) {
            return Ok(module.dict.get());
        }
        match cx.instance_dict(this)? {
            Some(d) => Ok(d.value()),
            None => Err(cx.no_attribute(this, cx.names().__dict__)),
        }
    }

    #[py(setter = "__dict__")]
    pub fn set_dict(cx: &mut Cx, this: Value, value: Option<Value>) -> PyResult<()> {
        // Their own `__dict__` is what holds the attributes, and it cannot be replaced.
        if is_kind(this, Kind::Type) {
            return Err(
                cx.attribute_error("attribute '__dict__' of 'type' objects is not writable")
            );
        }
        if is_kind(this, Kind::Module) {
            return Err(cx.attribute_error("readonly attribute"));
        }
        // So is that of builtin types with attributes of their own, but for its replacement.
        let own = |t: Gc<Type>| t.flags() & flags::INSTANCE_DICT != 0;
        let d = match value {
            None if cx.type_of(this).mro_types().any(own) => {
                return Err(cx.type_error("cannot delete __dict__"));
            }
            None => cx.new_dict(),
            Some(v) => match Gc::<Dict>::from_value(v) {
                Some(d) => d,
                None => {
                    let got = cx.type_name(v);
                    return Err(cx.type_error(format!(
                        "__dict__ must be set to a dictionary, not a '{got}'"
                    )));
                }
            },
        };
        cx.set_instance_dict(this, d).map(|_| ())
    }

    #[py(getter, doc = "list of weak references to the object")]
    fn __weakref__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        if !crate::types::weakref::is_weakrefable(cx.type_of(this)) {
            return Err(cx.attribute_error("This object has no __weakref__"));
        }
        Ok(crate::types::weakref::first_weakref(cx, this))
    }
}
