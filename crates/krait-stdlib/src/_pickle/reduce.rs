//! Writing what builds an object again, and globals by their names.

use super::opcodes::*;
use super::save::{Saver, noted};
use super::{pickling_error, table, type_name};
use crate::prelude::*;

/// An item of the tuple that `__reduce__` returned; `None` counts as absent.
fn optional(t: Gc<Tuple>, i: usize) -> Option<Value> {
    (i < t.len()).then(|| t.get(i)).filter(|v| !v.is_none())
}

#[cold]
fn bad_item(cx: &mut Cx, which: &str, wanted: &str, v: Value) -> Raised {
    let got = type_name(cx, v);
    pickling_error(
        cx,
        format!("{which} item of the tuple returned by __reduce__ must be {wanted}, not {got}"),
    )
}

/// `e` with the error that it replaces as its context.
#[cold]
fn chained(cx: &mut Cx, e: Raised, context: Raised) -> Raised {
    let (this, context) = (e.exception(), context.value());
    this.context.set(cx, this, context);
    e
}

impl Saver {
    /// Saves `v`; an error gets a note about its part in `obj`.
    fn save_part(&mut self, cx: &mut Cx, v: Value, obj: Option<Value>, part: &str) -> PyResult<()> {
        let owner = obj.unwrap_or(Value::none());
        self.save(cx, v).map_err(|e| noted(cx, e, owner, part))
    }

    /// `(callable, args, state, list items, dict items, state setter)` for `obj`.
    pub fn save_reduce(
        &mut self,
        cx: &mut Cx,
        reduced: Gc<Tuple>,
        obj: Option<Value>,
    ) -> PyResult<()> {
        if !(2..=6).contains(&reduced.len()) {
            return Err(pickling_error(
                cx,
                "tuple returned by __reduce__ must contain 2 through 6 elements",
            ));
        }
        let (function, args) = (reduced.get(0), reduced.get(1));
        if !cx.is_callable(function) {
            return Err(bad_item(cx, "first", "callable", function));
        }
        let Some(args) = Gc::<Tuple>::from_value(args) else {
            return Err(bad_item(cx, "second", "a tuple", args));
        };
        let state = optional(reduced, 2);
        let list_items = optional(reduced, 3);
        let dict_items = optional(reduced, 4);
        let state_setter = optional(reduced, 5);
        for (which, items) in [("fourth", list_items), ("fifth", dict_items)] {
            if let Some(v) = items
                && !cx.has_special(v, Special::Next)
            {
                return Err(bad_item(cx, which, "an iterator", v));
            }
        }
        if let Some(v) = state_setter
            && !cx.is_callable(v)
        {
            return Err(bad_item(cx, "sixth", "callable", v));
        }
        self.save_construction(cx, function, args, obj)?;
        if let Some(v) = obj {
            // An object in itself was written by the recursion: what is on the stack is dropped.
            match self.memo_index(cx, v) {
                Some(index) => {
                    self.write(&[POP]);
                    self.write_get(index);
                }
                None => self.memoize(cx, v),
            }
        }
        let owner = obj.unwrap_or(Value::none());
        if let Some(items) = list_items {
            self.save_appends(cx, items, owner)?;
        }
        if let Some(items) = dict_items {
            self.save_set_items(cx, items, owner)?;
        }
        let Some(state) = state else {
            return Ok(());
        };
        match state_setter {
            None => {
                self.save_part(cx, state, obj, "state")?;
                self.write(&[BUILD]);
            }
            Some(setter) => {
                self.save_part(cx, setter, obj, "state setter")?;
                self.save(cx, owner)?;
                self.save_part(cx, state, obj, "state")?;
                self.write(&[TUPLE2, REDUCE, POP]);
            }
        }
        Ok(())
    }

    /// The call that makes the object.
    fn save_construction(
        &mut self,
        cx: &mut Cx,
        function: Value,
        args: Gc<Tuple>,
        obj: Option<Value>,
    ) -> PyResult<()> {
        let name = match self.protocol >= 2 {
            true => cx.lookup_attr_str(function, "__name__")?,
            false => None,
        };
        match name.and_then(Gc::<Str>::from_value).map(|s| s.as_bytes()) {
            Some(b"__newobj_ex__") => self.save_newobj_ex(cx, args, obj),
            Some(b"__newobj__") => self.save_newobj(cx, args, obj),
            _ => {
                self.save_part(cx, function, obj, "reconstructor")?;
                self.save_part(cx, args.value(), obj, "reconstructor arguments")?;
                self.write(&[REDUCE]);
                Ok(())
            }
        }
    }

    fn save_newobj_ex(&mut self, cx: &mut Cx, args: Gc<Tuple>, obj: Option<Value>) -> PyResult<()> {
        let &[class, positional, keywords] = args.as_slice() else {
            let n = args.len();
            return Err(pickling_error(
                cx,
                format!("__newobj_ex__ expected 3 arguments, got {n}"),
            ));
        };
        let problem = if Gc::<Type>::from_value(class).is_none() {
            Some(("first", "a class", class))
        } else if Gc::<Tuple>::from_value(positional).is_none() {
            Some(("second", "a tuple", positional))
        } else if Gc::<Dict>::from_value(keywords).is_none() {
            Some(("third", "a dict", keywords))
        } else {
            None
        };
        if let Some((which, wanted, v)) = problem {
            let got = type_name(cx, v);
            return Err(pickling_error(
                cx,
                format!("{which} argument to __newobj_ex__() must be {wanted}, not {got}"),
            ));
        }
        if self.protocol >= 4 {
            self.save_part(cx, class, obj, "class")?;
            self.save_part(cx, positional, obj, "__new__ arguments")?;
            self.save_part(cx, keywords, obj, "__new__ arguments")?;
            self.write(&[NEWOBJ_EX]);
            return Ok(());
        }
        // partial(class.__new__, class, *positional, **keywords)()
        let functools = cx.import("functools")?;
        let partial = cx.get_attr_str(functools, "partial")?;
        let new = cx.get_attr_str(class, "__new__")?;
        let mut all = ValueVec::from_slice(cx, &[new, class])?;
        for &v in Gc::<Tuple>::from_value_unchecked(positional).as_slice() {
            all.push(cx, v)?;
        }
        let call = cx.call_with_kwargs(partial, all.as_slice(), Some(keywords))?;
        self.save_part(cx, call, obj, "reconstructor")?;
        let none = cx.empty_tuple();
        self.save(cx, none)?;
        self.write(&[REDUCE]);
        Ok(())
    }

    fn save_newobj(&mut self, cx: &mut Cx, args: Gc<Tuple>, obj: Option<Value>) -> PyResult<()> {
        let Some((&class, rest)) = args.as_slice().split_first() else {
            return Err(pickling_error(
                cx,
                "__newobj__ expected at least 1 argument, got 0",
            ));
        };
        if Gc::<Type>::from_value(class).is_none() {
            let got = type_name(cx, class);
            return Err(pickling_error(
                cx,
                format!("first argument to __newobj__() must be a class, not {got}"),
            ));
        }
        if let Some(v) = obj {
            let expected = cx.get_attr_str(v, "__class__")?;
            if expected != class {
                let expected = cx.repr_string(expected)?;
                let got = cx.repr_string(class)?;
                return Err(pickling_error(
                    cx,
                    format!("first argument to __newobj__() must be {expected}, not {got}"),
                ));
            }
        }
        self.save_part(cx, class, obj, "class")?;
        let rest = cx.try_new_tuple(rest)?;
        self.save_part(cx, rest, obj, "__new__ arguments")?;
        self.write(&[NEWOBJ]);
        Ok(())
    }

    // ---- Globals --------------------------------------------------------------------------

    pub fn save_type(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        let singletons = [Value::none(), Value::not_implemented(), Value::ellipsis()];
        let Some(single) = singletons.into_iter().find(|&s| cx.type_of(s).value() == v) else {
            return self.save_global(cx, v, None);
        };
        let args = cx.new_tuple(&[single]);
        let class = cx.types().type_.value();
        let reduced = cx.new_tuple(&[class, args]);
        self.save_reduce(cx, Gc::from_value_unchecked(reduced), Some(v))
    }

    pub fn save_global(&mut self, cx: &mut Cx, v: Value, name: Option<Value>) -> PyResult<()> {
        let name = match name {
            Some(n) => n,
            None => match cx.lookup_attr_str(v, "__qualname__")? {
                Some(n) => n,
                None => cx.get_attr_str(v, "__name__")?,
            },
        };
        let Some(name) = Gc::<Str>::from_value(name) else {
            let got = cx.type_name(name);
            return Err(cx.type_error(format!("__qualname__ must be a str, not {got}")));
        };
        let module = module_of(cx, v, name)?;
        if self.protocol >= 2 && self.save_extension(cx, v, module, name)? {
            return Ok(());
        }
        if self.protocol >= 4 {
            self.save(cx, module)?;
            self.save(cx, name.value())?;
            self.write(&[STACK_GLOBAL]);
        } else {
            self.save_dotted(cx, module, name)?;
        }
        self.memoize(cx, v);
        Ok(())
    }

    /// A global with a number of its own (`copyreg.add_extension`).
    fn save_extension(
        &mut self,
        cx: &mut Cx,
        v: Value,
        module: Value,
        name: Gc<Str>,
    ) -> PyResult<bool> {
        let registry = table(cx, "copyreg", "_extension_registry")?;
        if registry.is_empty() {
            return Ok(false);
        }
        let key = cx.new_tuple(&[module, name.value()]);
        let Some(found) = registry.get(cx, key)? else {
            return Ok(false);
        };
        let Some(code) = found.as_small() else {
            let (object, code) = (cx.repr_string(v)?, cx.repr_string(found)?);
            return Err(pickling_error(
                cx,
                format!("can't pickle {object}: extension code {code} isn't an integer"),
            ));
        };
        match code {
            1..=0xFF => self.write(&[EXT1, code as u8]),
            0x100..=0xFFFF => self.write(&[EXT2, code as u8, (code >> 8) as u8]),
            0x1_0000..=0x7FFF_FFFF => {
                self.write(&[EXT4]);
                self.write(&(code as u32).to_le_bytes());
            }
            _ => {
                let object = cx.repr_string(v)?;
                return Err(cx.runtime_error(format!(
                    "can't pickle {object}: extension code {code} is out of range"
                )));
            }
        }
        Ok(true)
    }

    /// Up to protocol 3, a nested name is a chain of `getattr` calls.
    fn save_dotted(&mut self, cx: &mut Cx, module: Value, name: Gc<Str>) -> PyResult<()> {
        let Some(text) = name.as_str().filter(|t| t.contains('.')) else {
            return self.save_toplevel(cx, module, name);
        };
        let mut parts = text.split('.');
        let first = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.collect();
        let getattr = cx.builtin("getattr")?;
        for _ in &rest {
            self.save(cx, getattr)?;
            if self.protocol < 2 {
                self.write(&[MARK]);
            }
        }
        let first = cx.intern(first);
        self.save_toplevel(cx, module, first)?;
        for part in rest {
            let part = cx.intern(part).value();
            self.save(cx, part)?;
            self.write(&[if self.protocol < 2 { TUPLE } else { TUPLE2 }, REDUCE]);
        }
        Ok(())
    }

    fn save_toplevel(&mut self, cx: &mut Cx, module: Value, name: Gc<Str>) -> PyResult<()> {
        let (mut module, mut name) = (module, name.value());
        if self.fix_imports {
            let key = cx.new_tuple(&[module, name]);
            let names = table(cx, "_compat_pickle", "REVERSE_NAME_MAPPING")?;
            let imports = table(cx, "_compat_pickle", "REVERSE_IMPORT_MAPPING")?;
            if let Some(pair) = names.get(cx, key)?.and_then(Gc::<Tuple>::from_value) {
                (module, name) = (pair.get(0), pair.get(1));
            } else if let Some(other) = imports.get(cx, module)? {
                module = other;
            }
        }
        self.write(&[GLOBAL]);
        self.write_identifier(cx, module, "module")?;
        self.write_identifier(cx, name, "global")
    }

    fn write_identifier(&mut self, cx: &mut Cx, v: Value, kind: &str) -> PyResult<()> {
        let encoding = if self.protocol >= 3 { "utf-8" } else { "ascii" };
        let Some(s) = Gc::<Str>::from_value(v) else {
            let got = cx.type_name(v);
            return Err(cx.type_error(format!("{kind} identifier must be a str, not {got}")));
        };
        match cx.encode(s, Some(encoding), None) {
            Ok(_) => {}
            Err(e) if e.is(cx, cx.types().unicode_encode_error) => {
                let (shown, protocol) = (cx.repr_string(v)?, self.protocol);
                let new = pickling_error(
                    cx,
                    format!(
                        "can't pickle {kind} identifier {shown} using pickle protocol {protocol}"
                    ),
                );
                return Err(chained(cx, new, e));
            }
            Err(e) => return Err(e),
        }
        self.write(s.as_bytes());
        self.write(b"\n");
        Ok(())
    }
}

/// `obj.a.b` for a dotted path.
pub fn dotted(cx: &mut Cx, mut obj: Value, path: Gc<Str>) -> PyResult<Value> {
    let Some(text) = path.as_str() else {
        return cx.get_attr(obj, path);
    };
    for part in text.split('.') {
        obj = cx.get_attr_str(obj, part)?;
    }
    Ok(obj)
}

/// Whether `path` in `module` is `v`; the error is that of the look-up.
fn is_at(cx: &mut Cx, v: Value, module: Value, path: Gc<Str>) -> PyResult<bool> {
    dotted(cx, module, path).map(|found| found.is(v))
}

/// The name of the module where `v` is found as `name`.
fn module_of(cx: &mut Cx, v: Value, name: Gc<Str>) -> PyResult<Value> {
    let given = cx
        .lookup_attr_str(v, "__module__")?
        .filter(|m| !m.is_none());
    let local = name
        .as_str()
        .is_some_and(|t| t.split('.').any(|part| part == "<locals>"));
    if local {
        let shown = cx.repr_string(v)?;
        return Err(pickling_error(
            cx,
            format!("Can't pickle local object {shown}"),
        ));
    }
    let module_name = match given {
        Some(m) => m,
        None => match search_modules(cx, v, name)? {
            Some(m) => return Ok(m),
            None => cx.intern("__main__").value(),
        },
    };
    let module = match import_module(cx, module_name) {
        Ok(m) => m,
        Err(e) => {
            let types = cx.types();
            let expected = [types.import_error, types.value_error, types.key_error];
            if !expected.into_iter().any(|t| e.is(cx, t)) {
                return Err(e);
            }
            let (shown, reason) = (cx.repr_string(v)?, cx.str_string(e.value())?);
            let new = pickling_error(cx, format!("Can't pickle {shown}: {reason}"));
            return Err(chained(cx, new, e));
        }
    };
    let (text, context) = match is_at(cx, v, module, name) {
        Ok(true) => return Ok(module_name),
        Ok(false) => ("the same object", None),
        Err(e) if e.is(cx, cx.types().attribute_error) => ("found", Some(e)),
        Err(e) => return Err(e),
    };
    let shown = cx.repr_string(v)?;
    let (module_name, name) = (cx.str_string(module_name)?, cx.str_string(name.value())?);
    let place = format!("{module_name}.{name}");
    let new = pickling_error(
        cx,
        format!("Can't pickle {shown}: it's not {text} as {place}"),
    );
    Err(match context {
        Some(e) => chained(cx, new, e),
        None => new,
    })
}

/// Looks through `sys.modules` for what does not name its module.
fn search_modules(cx: &mut Cx, v: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    let Some(modules) = cx.sys_get("modules") else {
        return Err(cx.runtime_error("lost sys.modules"));
    };
    let names = cx.collect(modules)?;
    for &module_name in names.as_slice() {
        let skipped = Gc::<Str>::from_value(module_name)
            .is_some_and(|s| matches!(s.as_bytes(), b"__main__" | b"__mp_main__"));
        if skipped {
            continue;
        }
        let module = match cx.get_item(modules, module_name) {
            Ok(m) if !m.is_none() => m,
            _ => continue,
        };
        match is_at(cx, v, module, name) {
            Ok(true) => return Ok(Some(module_name)),
            Ok(false) => {}
            Err(e) if e.is(cx, cx.types().attribute_error) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(None)
}

/// `__import__(name, level=0)`, then `sys.modules[name]`.
pub fn import_module(cx: &mut Cx, name: Value) -> PyResult<Value> {
    let Some(modules) = cx.sys_get("modules") else {
        return Err(cx.runtime_error("lost sys.modules"));
    };
    let import = cx.builtin("__import__")?;
    let level = cx.intern("level").value();
    cx.call_kw(import, &[name, Value::small(0)], &[level])?;
    cx.get_item(modules, name)
}
