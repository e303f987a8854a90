//! Attribute access: descriptors, instance attributes, `__getattr__`.
//!
//! Source: the language reference, "Customizing attribute access" and "Implementing Descriptors".

use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::native::DefKind;
use crate::object::{Gc, Kind, kind_of};
use crate::special::Special;
use crate::types::module::{self, Module};
use crate::types::native_function::{self as nf, MethodDescr};
use crate::types::shape_id;
use crate::types::str::{Str, StrBuilder};
use crate::types::typeobj::Type;
use crate::value::Value;

/// What a class attribute does when found on the class of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// Not a descriptor: the value itself.
    Plain,
    /// A function or native method: binds, and a method call can skip the bound object.
    Method,
    /// Has `__get__` only: instance attributes come first.
    NonData,
    /// Has `__set__` or `__delete__`, but no `__get__`: stores go through it, reading finds instance
    /// attributes first.
    StoreOnly,
    /// Has `__set__` or `__delete__`, and `__get__`: comes before instance attributes.
    Data,
}

impl Binding {
    /// Whether a store to the attribute goes through the descriptor.
    pub fn takes_stores(self) -> bool {
        matches!(self, Binding::StoreOnly | Binding::Data)
    }
}

impl Cx {
    /// How `attr` behaves as a class attribute.
    pub fn binding(&mut self, attr: Value) -> Binding {
        let Some(o) = attr.as_object() else {
            return Binding::Plain;
        };
        // SAFETY: a live object.
        let kind = unsafe { (*o).kind() };
        if kind == Kind::Function as u8 {
            return Binding::Method;
        }
        if kind == Kind::MethodDescr as u8 {
            return match Gc::<MethodDescr>::from_value_unchecked(attr).shape() {
                shape_id::METHOD_DESCRIPTOR | shape_id::WRAPPER_DESCRIPTOR => Binding::Method,
                shape_id::CLASSMETHOD_DESCRIPTOR => Binding::NonData,
                _ => Binding::Data,
            };
        }
        if kind == Kind::BuiltinFunction as u8 {
            return Binding::Plain;
        }
        let class = self.type_of(attr);
        if class == self.types().str {
            return Binding::Plain;
        }
        let stores = class.special(self, Special::Set).is_some()
            || class.special(self, Special::Delete).is_some();
        match (stores, class.special(self, Special::Get).is_some()) {
            (true, true) => Binding::Data,
            (true, false) => Binding::StoreOnly,
            (false, true) => Binding::NonData,
            (false, false) => Binding::Plain,
        }
    }

    /// `attr.__get__(instance, owner)`, or `attr` if it is no descriptor. `None`: through the class.
    #[inline]
    pub fn bind(
        &mut self,
        attr: Value,
        instance: Option<Value>,
        owner: Gc<Type>,
    ) -> PyResult<Value> {
        match kind_of(attr) {
            Some(k) if k == Kind::Function as u8 => {
                return Ok(match instance {
                    Some(i) => crate::types::method::BoundMethod::alloc(self, attr, i).value(),
                    None => attr,
                });
            }
            Some(k) if k == Kind::MethodDescr as u8 => {
                return bind_descr(
                    self,
                    Gc::from_value_unchecked(attr),
                    instance,
                    Some(owner.value()),
                );
            }
            None => return Ok(attr),
            _ => {}
        }
        let class = self.type_of(attr);
        match class.special(self, Special::Get) {
            Some(get) => {
                let args = [attr, instance.unwrap_or(Value::none()), owner.value()];
                match kind_of(get) {
                    Some(k) if k == Kind::MethodDescr as u8 => self.call_slot(get, &args),
                    // Unlike other special methods it is not bound, whatever it is.
                    _ => self.call(get, &args),
                }
            }
            None => Ok(attr),
        }
    }

    /// `object.__getattribute__` without the AttributeError: class data descriptors, instance
    /// attributes, other class attributes.
    pub fn generic_get_attr(&mut self, v: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        let class = self.type_of(v);
        let Some(attr) = class.lookup(self, name) else {
            return Ok(self.instance_get(v, name));
        };
        if self.binding(attr) != Binding::Data
            && let Some(x) = self.instance_get(v, name)
        {
            return Ok(Some(x));
        }
        self.bind(attr, Some(v), class).map(Some)
    }

    /// `v.name`; `None` instead of an AttributeError.
    pub fn lookup_attr(&mut self, v: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        let class = self.type_of(v);
        let found = match class.special(self, Special::GetAttribute) {
            Some(m) if self.is_generic_getattribute(m) => {
                let r = self.generic_get_attr(v, name);
                self.absent_if_attribute_error(class, r)?
            }
            Some(m) => {
                let r = match Gc::<Module>::from_value(v) {
                    // No error is made to be thrown away.
                    Some(module) if is_native(m, module::getattribute_fn()) => {
                        module::lookup(self, module, name)
                    }
                    _ => self.call_slot(m, &[v, name.value()]).map(Some),
                };
                self.absent_if_attribute_error(class, r)?
            }
            None => None,
        };
        if found.is_some() {
            return Ok(found);
        }
        let Some(getattr) = class.special(self, Special::GetAttr) else {
            return Ok(None);
        };
        let r = self.call_slot(getattr, &[v, name.value()]).map(Some);
        self.absent_if_attribute_error(class, r)
    }

    /// Whether `v` has an attribute: `lookup_attr`, but nothing is bound for it.
    pub fn has_attr(&mut self, v: Value, name: Gc<Str>) -> PyResult<bool> {
        let class = self.type_of(v);
        if let Some(m) = class.special(self, Special::GetAttribute)
            && self.is_generic_getattribute(m)
        {
            match class.lookup(self, name) {
                Some(attr) if matches!(self.binding(attr), Binding::Method | Binding::Plain) => {
                    return Ok(true);
                }
                None if self.instance_get(v, name).is_some() => return Ok(true),
                None if class.special(self, Special::GetAttr).is_none() => return Ok(false),
                _ => {}
            }
        }
        Ok(self.lookup_attr(v, name)?.is_some())
    }

    fn absent_if_attribute_error(
        &mut self,
        _: Gc<Type>,
        r: PyResult<Option<Value>>,
    ) -> PyResult<Option<Value>> {
        match r {
            Err(e) if e.is(self, self.types().attribute_error) => Ok(None),
            r => r,
        }
    }

    /// `v.name`, with CPython's AttributeError.
    pub fn get_attr(&mut self, v: Value, name: Gc<Str>) -> PyResult<Value> {
        match self.find_attr(v, name) {
            Err(e) => Err(self.attribute_error_context(e, v, name)),
            found => found,
        }
    }

    /// An AttributeError that does not say what was missing learns it, for suggestions.
    #[cold]
    fn attribute_error_context(&mut self, e: Raised, v: Value, name: Gc<Str>) -> Raised {
        use crate::types::exceptions::fields::{NAME, OBJ};
        let exception = e.exception();
        let unset = |i| {
            let v = exception.field(i);
            v.is_empty() || v.is_none()
        };
        if e.is(self, self.types().attribute_error) && unset(NAME) && unset(OBJ) {
            exception.set_field(self, NAME, name.value());
            exception.set_field(self, OBJ, v);
        }
        e
    }

    fn find_attr(&mut self, v: Value, name: Gc<Str>) -> PyResult<Value> {
        let class = self.type_of(v);
        let getattr = class.special(self, Special::GetAttr);
        let r = match class.special(self, Special::GetAttribute) {
            Some(m) if self.is_generic_getattribute(m) => match self.generic_get_attr(v, name) {
                Ok(Some(x)) => return Ok(x),
                Ok(None) if getattr.is_some() => {
                    return self.call_slot(getattr.unwrap_or(m), &[v, name.value()]);
                }
                Ok(None) => return Err(self.no_attribute(v, name)),
                Err(e) => Err(e),
            },
            Some(m) => self.call_slot(m, &[v, name.value()]),
            None => Err(self.no_attribute(v, name)),
        };
        match (r, getattr) {
            (Err(e), Some(g)) if e.is(self, self.types().attribute_error) => {
                self.call_slot(g, &[v, name.value()])
            }
            (r, _) => r,
        }
    }

    /// Whether `m` is `object.__getattribute__` itself.
    #[inline]
    pub fn is_generic_getattribute(&self, m: Value) -> bool {
        is_native(m, crate::types::object::getattribute_fn())
    }

    /// The AttributeError for `v.name`, with `name` and `obj` set for suggestions.
    #[cold]
    pub fn no_attribute(&mut self, v: Value, name: Gc<Str>) -> Raised {
        let text = name.to_string_lossy();
        let message = if let Some(t) = Gc::<Type>::from_value(v) {
            format!(
                "type object '{}' has no attribute '{text}'",
                t.dotted_name()
            )
        } else {
            format!("'{}' object has no attribute '{text}'", self.type_name(v))
        };
        self.attribute_error_for(v, name, &message)
    }

    #[cold]
    pub fn attribute_error_for(&mut self, v: Value, name: Gc<Str>, message: &str) -> Raised {
        let e = match name.has_surrogates() {
            true => self.attribute_error_with(name, message),
            false => self.attribute_error(message),
        };
        e.exception()
            .set_field(self, crate::types::exceptions::fields::NAME, name.value());
        e.exception()
            .set_field(self, crate::types::exceptions::fields::OBJ, v);
        e
    }

    /// An AttributeError whose `message` has `name` without its lone surrogates.
    #[cold]
    fn attribute_error_with(&mut self, name: Gc<Str>, message: &str) -> Raised {
        let mut text = StrBuilder::new();
        match message.split_once(&name.to_string_lossy()) {
            Some((before, after)) => {
                text.push_str(before);
                text.push_gc(name);
                text.push_str(after);
            }
            None => text.push_str(message),
        }
        match text.finish(self) {
            Ok(message) => {
                let class = self.types().attribute_error;
                self.error_with(class, &[message])
            }
            Err(e) => e,
        }
    }

    /// What `v.name(...)` calls: callable and first argument, `EMPTY` if it is bound already.
    pub fn load_method(&mut self, v: Value, name: Gc<Str>) -> PyResult<(Value, Value)> {
        let class = self.type_of(v);
        let generic = class
            .special(self, Special::GetAttribute)
            .is_some_and(|m| self.is_generic_getattribute(m));
        if generic
            && let Some(attr) = class.lookup(self, name)
            && self.binding(attr) == Binding::Method
            && self.instance_get(v, name).is_none()
        {
            return Ok((attr, v));
        }
        Ok((self.get_attr(v, name)?, Value::EMPTY))
    }

    /// `v.name = value`, or `del v.name` for `None`.
    pub fn store_attr(&mut self, v: Value, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
        let class = self.type_of(v);
        let s = if value.is_some() {
            Special::SetAttr
        } else {
            Special::DelAttr
        };
        match class.special(self, s) {
            Some(m)
                if is_native(m, crate::types::object::setattr_fn())
                    || is_native(m, crate::types::object::delattr_fn()) =>
            {
                self.generic_set_attr(v, name, value)
            }
            Some(m) => match value {
                Some(x) => self.call_slot(m, &[v, name.value(), x]).map(|_| ()),
                None => self.call_slot(m, &[v, name.value()]).map(|_| ()),
            },
            None => Err(self.no_attribute(v, name)),
        }
    }

    pub fn set_attr(&mut self, v: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
        self.store_attr(v, name, Some(value))
    }

    pub fn del_attr(&mut self, v: Value, name: Gc<Str>) -> PyResult<()> {
        self.store_attr(v, name, None)
    }

    /// `v.name` by text.
    pub fn get_attr_str(&mut self, v: Value, name: &str) -> PyResult<Value> {
        let name = self.intern(name);
        self.get_attr(v, name)
    }

    pub fn set_attr_str(&mut self, v: Value, name: &str, value: Value) -> PyResult<()> {
        let name = self.intern(name);
        self.set_attr(v, name, value)
    }

    /// `object.__setattr__` and `object.__delattr__`.
    pub fn generic_set_attr(
        &mut self,
        v: Value,
        name: Gc<Str>,
        value: Option<Value>,
    ) -> PyResult<()> {
        let name = self.intern_str(name);
        let class = self.type_of(v);
        let attr = class.lookup(self, name);
        if let Some(attr) = attr
            && self.binding(attr).takes_stores()
        {
            if let Some(d) = Gc::<MethodDescr>::from_value(attr) {
                return set_through_descr(self, d, v, value);
            }
            return self.set_through_class(attr, v, name, value);
        }
        let done = match value {
            Some(x) => self.instance_set(v, name, x)?,
            None => self.instance_del(v, name)?,
        };
        if done {
            Ok(())
        } else {
            Err(self.cannot_store(v, name, attr))
        }
    }

    fn set_through_class(
        &mut self,
        attr: Value,
        v: Value,
        name: Gc<Str>,
        value: Option<Value>,
    ) -> PyResult<()> {
        let class = self.type_of(attr);
        let (s, missing) = match value {
            Some(_) => (Special::Set, "__set__"),
            None => (Special::Delete, "__delete__"),
        };
        let _ = name;
        match (class.special(self, s), value) {
            (Some(m), Some(x)) => self.call_slot(m, &[attr, v, x]).map(|_| ()),
            (Some(m), None) => self.call_slot(m, &[attr, v]).map(|_| ()),
            (None, _) => Err(self.attribute_error(missing)),
        }
    }

    #[cold]
    fn cannot_store(&mut self, v: Value, name: Gc<Str>, attr: Option<Value>) -> Raised {
        let class = self.type_of(v);
        let (type_name, text) = (class.dotted_name(), name.to_string_lossy());
        let own = class.special(self, Special::SetAttr);
        let generic = own.is_none_or(|m| is_native(m, crate::types::object::setattr_fn()));
        let absent = format!("'{type_name}' object has no attribute '{text}'");
        // Only the errors about objects without a dict know which attribute they are about.
        match (attr, class.has_dict()) {
            (_, true) => self.attribute_error(&absent),
            (Some(_), false) => self.attribute_error(format!(
                "'{type_name}' object attribute '{text}' is read-only"
            )),
            (None, false) if generic => {
                let message = format!("{absent} and no __dict__ for setting new attributes");
                self.attribute_error_for(v, name, &message)
            }
            (None, false) => self.attribute_error_for(v, name, &absent),
        }
    }
}

/// Whether `m` is the descriptor of this native function.
#[inline]
pub fn is_native(m: Value, f: crate::native::NativeFn) -> bool {
    Gc::<MethodDescr>::from_value(m)
        .and_then(|d| d.def)
        .is_some_and(|d| std::ptr::fn_addr_eq(d.func, f))
}

/// TypeError if `__get__` was given neither an instance nor a class.
pub fn check_get(cx: &mut Cx, instance: Value, owner: Option<Value>) -> PyResult<()> {
    if instance.is_none() && owner.is_none_or(Value::is_none) {
        return Err(cx.type_error("__get__(None, None) is invalid"));
    }
    Ok(())
}

/// `__get__` of native descriptors.
pub fn bind_descr(
    cx: &mut Cx,
    d: Gc<MethodDescr>,
    instance: Option<Value>,
    owner: Option<Value>,
) -> PyResult<Value> {
    if d.shape() == shape_id::CLASSMETHOD_DESCRIPTOR {
        let class = match (owner, instance) {
            (Some(o), None) => o,
            (Some(o), Some(_)) if !o.is_none() => o,
            (_, Some(i)) => cx.type_of(i).value(),
            (None, None) => return Ok(d.value()),
        };
        d.check_class(cx, class)?;
        let Some(def) = d.def else {
            return Ok(d.value());
        };
        let name = Gc::from_value_unchecked(d.name.get());
        return Ok(nf::new_builtin(cx, def, name, class, Value::EMPTY).value());
    }
    let Some(i) = instance else {
        return Ok(d.value());
    };
    d.check_instance(cx, i)?;
    let Some(def) = d.def else {
        let o = i.object_unchecked();
        return match crate::protocol::instance::member(cx, o, d.member)
            .get()
            .some()
        {
            Some(v) => Ok(v),
            None => Err(cx.no_attribute(i, Gc::from_value_unchecked(d.name.get()))),
        };
    };
    if let DefKind::Getter { .. } = def.kind {
        return (def.func)(cx, &[i]);
    }
    Ok(bind_method(cx, d, i))
}

/// The native method of `d` bound to `v`, an instance of its class.
pub fn bind_method(cx: &mut Cx, d: Gc<MethodDescr>, v: Value) -> Value {
    let Some(def) = d.def else { return d.value() };
    let name = Gc::from_value_unchecked(d.name.get());
    let f = nf::new_builtin(cx, def, name, v, Value::EMPTY);
    if d.shape() == shape_id::WRAPPER_DESCRIPTOR {
        // SAFETY: a live object; both shapes have the same layout.
        unsafe { (*f.header()).set_shape(shape_id::METHOD_WRAPPER) };
    }
    f.value()
}

/// `__set__` and `__delete__` of native attributes and `__slots__` members.
pub fn set_through_descr(
    cx: &mut Cx,
    d: Gc<MethodDescr>,
    instance: Value,
    value: Option<Value>,
) -> PyResult<()> {
    d.check_instance(cx, instance)?;
    let Some(def) = d.def else {
        let o = instance.object_unchecked();
        let slot = crate::protocol::instance::member(cx, o, d.member);
        if value.is_none() && slot.get().is_empty() {
            let name = d.name_string();
            return Err(cx.attribute_error(name));
        }
        slot.set_in(cx, o, value.unwrap_or(Value::EMPTY));
        return Ok(());
    };
    match def.kind {
        DefKind::Getter {
            setter: Some(set), ..
        } => set(cx, &[instance, value.unwrap_or(Value::EMPTY)]).map(|_| ()),
        DefKind::Getter { member: true, .. } => Err(cx.attribute_error("readonly attribute")),
        _ => {
            let (name, class) = (d.name_string(), d.owner().dotted_name());
            Err(cx.attribute_error(format!(
                "attribute '{name}' of '{class}' objects is not writable"
            )))
        }
    }
}
