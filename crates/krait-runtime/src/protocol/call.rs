//! Calling objects.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::native::DefKind;
use crate::object::{Gc, Kind, kind_of};
use crate::protocol::iter::shape_of;
use crate::special::Special;
use crate::types::dict::Dict;
use crate::types::native_function::{Callee, MethodDescr, call_def};
use crate::types::shape_id;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vec::{ValueVec, with_first};

impl Cx {
    /// Calls `callee` with positional arguments.
    #[inline]
    pub fn call(&mut self, callee: Value, args: &[Value]) -> PyResult<Value> {
        self.call_kw(callee, args, &[])
    }

    /// Calls `callee`; the last `kwnames.len()` values of `args` are keyword arguments with these
    /// names (strs).
    pub fn call_kw(&mut self, callee: Value, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
        let class = self.type_of(callee);
        self.check_native_stack()?;
        if let Some(f) = class.call_fn() {
            let r = f(self, callee, args, kwnames)?;
            debug_assert!(
                !r.is_empty() && !r.is_unbound(),
                "a call returned an unset value"
            );
            return Ok(r);
        }
        match class.special(self, Special::Call) {
            Some(m) => with_first(self, callee, args, |cx, all| {
                cx.call_slot_kw(m, all, kwnames)
            }),
            None => {
                let name = class.dotted_name();
                Err(self.type_error(format!("'{name}' object is not callable")))
            }
        }
    }

    /// Calls `callee(*args, **kwargs)` where `kwargs` is a dict or nothing.
    pub fn call_with_kwargs(
        &mut self,
        callee: Value,
        args: &[Value],
        kwargs: Option<Value>,
    ) -> PyResult<Value> {
        let Some(d) = kwargs
            .filter(|d| !d.is_empty())
            .and_then(Gc::<Dict>::from_value)
            .filter(|d| d.len() != 0)
        else {
            return self.call(callee, args);
        };
        let mut all = ValueVec::from_slice(self, args)?;
        let mut names = ValueVec::with_capacity(self, d.len())?;
        let mut pos = 0;
        while let Some((k, v)) = d.next_entry(&mut pos) {
            if kind_of(k) != Some(Kind::Str as u8) {
                return Err(self.type_error("keywords must be strings"));
            }
            names.push(self, k)?;
            all.push(self, v)?;
        }
        self.call_kw(callee, all.as_slice(), names.as_slice())
    }

    /// Calls what a type's slot holds with the object as first argument: methods without binding,
    /// other descriptors through `__get__`.
    #[inline]
    pub fn call_slot(&mut self, attr: Value, args: &[Value]) -> PyResult<Value> {
        if let Some(d) = Gc::<MethodDescr>::from_value(attr)
            && d.is_method()
            && let Some(def) = d.def
            && def.exact as usize == args.len()
        {
            return (def.func)(self, args);
        }
        self.call_slot_arranged(attr, args)
    }

    /// The rest of [`Cx::call_slot`]: arguments may be missing, or the slot is no native method.
    #[inline(never)]
    fn call_slot_arranged(&mut self, attr: Value, args: &[Value]) -> PyResult<Value> {
        if let Some(d) = Gc::<MethodDescr>::from_value(attr)
            && d.is_method()
            && let Some(def) = d.def
        {
            // The slot was found in the MRO of the first argument's type: no check of `self`.
            return call_def(
                self,
                Callee {
                    def,
                    class: None,
                    receivers: 1,
                },
                args,
                &[],
            );
        }
        self.call_slot_kw(attr, args, &[])
    }

    /// Like `call_slot`, with keywords.
    pub fn call_slot_kw(
        &mut self,
        attr: Value,
        args: &[Value],
        kwnames: &[Value],
    ) -> PyResult<Value> {
        match kind_of(attr) {
            Some(k) if k == Kind::Function as u8 => return self.call_kw(attr, args, kwnames),
            Some(k) if k == Kind::MethodDescr as u8 => {
                let d = Gc::<MethodDescr>::from_value_unchecked(attr);
                if let (true, Some(def)) = (d.is_method(), d.def) {
                    return call_def(
                        self,
                        Callee {
                            def,
                            class: Some(d.owner()),
                            receivers: 1,
                        },
                        args,
                        kwnames,
                    );
                }
            }
            Some(k) if k == Kind::BuiltinFunction as u8 => {
                let f = Gc::<crate::types::native_function::BuiltinFunction>::from_value_unchecked(
                    attr,
                );
                if let DefKind::New = f.def.kind {
                    return self.call_kw(attr, args, kwnames);
                }
            }
            _ => {}
        }
        let class = self.type_of(args[0]);
        let bound = self.bind(attr, Some(args[0]), class)?;
        self.call_kw(bound, &args[1..], kwnames)
    }

    /// Calls the special method `s` of `v`'s type with `args` after `v`; `None` if there is none.
    pub fn call_special(
        &mut self,
        v: Value,
        s: Special,
        args: &[Value],
    ) -> PyResult<Option<Value>> {
        let Some(attr) = self.type_of(v).special(self, s) else {
            return Ok(None);
        };
        // By number: copying a slice of unknown length is a call of the C library.
        let r = match *args {
            [] => self.call_slot(attr, &[v]),
            [a] => self.call_slot(attr, &[v, a]),
            [a, b] => self.call_slot(attr, &[v, a, b]),
            _ => {
                let mut all = [Value::EMPTY; 5];
                all[0] = v;
                all[1..=args.len()].copy_from_slice(args);
                self.call_slot(attr, &all[..=args.len()])
            }
        };
        r.map(Some)
    }

    /// Whether the type of `v` defines `s`, with a value that is not `None`.
    pub fn has_special(&mut self, v: Value, s: Special) -> bool {
        self.type_of(v)
            .special(self, s)
            .is_some_and(|m| !m.is_none())
    }

    /// `v.name(*args)`, without making a bound method where that can be avoided.
    pub fn call_method(&mut self, v: Value, name: Gc<Str>, args: &[Value]) -> PyResult<Value> {
        let (callee, self_) = self.load_method(v, name)?;
        match self_.some() {
            None => self.call(callee, args),
            Some(s) => with_first(self, s, args, |cx, all| cx.call_slot(callee, all)),
        }
    }

    /// `v.name(*args)` by the method's text.
    pub fn call_method_str(&mut self, v: Value, name: &str, args: &[Value]) -> PyResult<Value> {
        let name = self.intern(name);
        self.call_method(v, name, args)
    }

    /// Whether `v` can be called.
    pub fn is_callable(&mut self, v: Value) -> bool {
        let class = self.type_of(v);
        class.call_fn().is_some() || class.special(self, Special::Call).is_some()
    }

    /// `isinstance(v, class)` for a class or tuple of classes, with `__instancecheck__`.
    pub fn isinstance(&mut self, v: Value, class: Value) -> PyResult<bool> {
        if let Some(known) = self.known_instance(v, class) {
            return Ok(known);
        }
        crate::types::type_::check::isinstance(self, v, class)
    }

    /// `isinstance(v, class)` where the MRO of the exact class says it, or a tuple that begins with that class: no
    /// `__instancecheck__` and no `__class__` of `v`'s own has a say.
    #[inline(always)]
    pub fn known_instance(&self, v: Value, class: Value) -> Option<bool> {
        let exact = self.type_of(v);
        if exact.value() == class {
            return Some(true);
        }
        if shape_of(class) != shape_id::TYPE {
            let t = Gc::<Tuple>::from_value(class)?;
            return (t.items().first() == Some(&exact.value())).then_some(true);
        }
        for base in exact.mro_tuple().items() {
            if *base == class {
                return Some(true);
            }
        }
        // No `__class__` but that of `object` has a say.
        let object = self.types().object;
        let plain = exact.shares_special(object, Special::Class)
            && exact.shares_special(object, Special::GetAttribute);
        plain.then_some(false)
    }

    /// `issubclass(sub, class)`, with `__subclasscheck__`.
    pub fn issubclass(&mut self, sub: Value, class: Value) -> PyResult<bool> {
        crate::types::type_::check::issubclass(self, sub, class)
    }
}
