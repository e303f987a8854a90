//! Reading: the opcodes for containers, globals and instances.

use krait_runtime::types::set::Set;

use super::load::Loader;
use super::opcodes::*;
use super::unpickler::find_class;
use super::{table, unpickling_error};
use crate::prelude::*;

impl Loader {
    pub fn load_object(&mut self, cx: &mut Cx, opcode: u8) -> PyResult<()> {
        match opcode {
            EMPTY_TUPLE => {
                let v = cx.empty_tuple();
                self.push(cx, v)
            }
            TUPLE1 => self.load_short_tuple(cx, 1),
            TUPLE2 => self.load_short_tuple(cx, 2),
            TUPLE3 => self.load_short_tuple(cx, 3),
            EMPTY_LIST => {
                let v = cx.new_list(&[]);
                self.push(cx, v)
            }
            EMPTY_DICT => {
                let v = cx.new_dict().value();
                self.push(cx, v)
            }
            EMPTY_SET => {
                let v = cx.new_set().value();
                self.push(cx, v)
            }
            TUPLE | LIST | DICT | FROZENSET => self.load_marked(cx, opcode),
            APPEND => {
                self.need(cx, 2)?;
                let start = self.height() - 1;
                self.append(cx, start)
            }
            APPENDS => {
                let start = self.pop_mark(cx)?;
                self.append(cx, start)
            }
            SETITEM => {
                self.need(cx, 3)?;
                let start = self.height() - 2;
                self.set_items(cx, start)
            }
            SETITEMS => {
                let start = self.pop_mark(cx)?;
                self.set_items(cx, start)
            }
            ADDITEMS => self.add_items(cx),
            GLOBAL | STACK_GLOBAL => self.load_global(cx, opcode),
            EXT1 | EXT2 | EXT4 => self.load_extension(cx, opcode),
            INST | OBJ => self.load_instance(cx, opcode),
            NEWOBJ => self.load_new(cx, false),
            NEWOBJ_EX => self.load_new(cx, true),
            REDUCE => {
                self.need(cx, 2)?;
                let args = self.pop(cx)?;
                let function = self.pop(cx)?;
                let items = cx.tuple_from(args)?;
                let items: Gc<Tuple> = Gc::from_value_unchecked(items);
                let v = cx.call(function, items.as_slice())?;
                self.push(cx, v)
            }
            BUILD => self.load_build(cx),
            _ => {
                let shown = if opcode.is_ascii_graphic() || opcode == b' ' {
                    char::from(opcode).to_string()
                } else {
                    format!("\\x{opcode:02x}")
                };
                Err(unpickling_error(
                    cx,
                    format!("invalid load key, '{shown}'."),
                ))
            }
        }
    }

    fn load_short_tuple(&mut self, cx: &mut Cx, n: usize) -> PyResult<()> {
        self.need(cx, n)?;
        let start = self.height() - n;
        let v = cx.try_new_tuple(self.above(start))?;
        self.truncate(start);
        self.push(cx, v)
    }

    fn load_marked(&mut self, cx: &mut Cx, opcode: u8) -> PyResult<()> {
        let start = self.pop_mark(cx)?;
        let v = match opcode {
            TUPLE => cx.try_new_tuple(self.above(start))?,
            LIST => cx.try_new_list(self.above(start))?.value(),
            FROZENSET => cx.new_frozenset_of(self.above(start))?.value(),
            _ => {
                let items = self.above(start);
                if !items.len().is_multiple_of(2) {
                    return Err(unpickling_error(cx, "odd number of items for DICT"));
                }
                let d = cx.new_dict();
                for pair in items.chunks_exact(2) {
                    d.set(cx, pair[0], pair[1])?;
                }
                d.value()
            }
        };
        self.truncate(start);
        self.push(cx, v)
    }

    /// The object below `start`, to which what is above belongs.
    fn owner(&self, cx: &mut Cx, start: usize) -> PyResult<Value> {
        match start.checked_sub(1) {
            Some(at) if at >= self.fence() => Ok(self.above(at)[0]),
            _ => Err(self.underflow(cx)),
        }
    }

    fn append(&mut self, cx: &mut Cx, start: usize) -> PyResult<()> {
        let owner = self.owner(cx, start)?;
        if self.height() == start {
            return Ok(());
        }
        if let Some(list) = Gc::<List>::from_value(owner)
            && list.is_exact()
        {
            match *self.above(start) {
                [v] => list.push(cx, v)?,
                _ => list.extend_from_slice(cx, self.above(start))?,
            }
        } else if let Some(extend) = cx.lookup_attr_str(owner, "extend")? {
            let items = cx.new_list(self.above(start));
            cx.call(extend, &[items])?;
        } else {
            let append = cx.get_attr_str(owner, "append")?;
            for i in start..self.height() {
                let v = self.above(i)[0];
                cx.call(append, &[v])?;
            }
        }
        self.truncate(start);
        Ok(())
    }

    fn set_items(&mut self, cx: &mut Cx, start: usize) -> PyResult<()> {
        let owner = self.owner(cx, start)?;
        let n = self.height() - start;
        if !n.is_multiple_of(2) {
            return Err(unpickling_error(cx, "odd number of items for SETITEMS"));
        }
        let dict = Gc::<Dict>::from_value(owner).filter(|_| cx.type_of(owner) == cx.types().dict);
        for i in (start..start + n).step_by(2) {
            let (k, v) = (self.above(i)[0], self.above(i)[1]);
            match dict {
                Some(d) => d.set(cx, k, v)?,
                None => cx.set_item(owner, k, v)?,
            }
        }
        self.truncate(start);
        Ok(())
    }

    fn add_items(&mut self, cx: &mut Cx) -> PyResult<()> {
        let start = self.pop_mark(cx)?;
        let owner = self.owner(cx, start)?;
        if self.height() == start {
            return Ok(());
        }
        if let Some(set) = Gc::<Set>::from_value(owner)
            && cx.is_instance(owner, cx.types().set)
        {
            for i in start..self.height() {
                let v = self.above(i)[0];
                set.add(cx, v)?;
            }
        } else {
            let add = cx.get_attr_str(owner, "add")?;
            for i in start..self.height() {
                let v = self.above(i)[0];
                cx.call(add, &[v])?;
            }
        }
        self.truncate(start);
        Ok(())
    }

    // ---- Globals --------------------------------------------------------------------------

    fn find_class(&mut self, cx: &mut Cx, module: Value, name: Value) -> PyResult<Value> {
        if self.own_find_class {
            return cx.call_method_str(self.this.value(), "find_class", &[module, name]);
        }
        find_class(cx, self.this, module, name)
    }

    /// A line as the name of a module or a global.
    fn name_line(&mut self, cx: &mut Cx, encoding: &str) -> PyResult<Value> {
        let line = self.text_line(cx)?;
        cx.decode(line, Some(encoding), None)
    }

    fn load_global(&mut self, cx: &mut Cx, opcode: u8) -> PyResult<()> {
        let (module, name) = if opcode == GLOBAL {
            let module = self.name_line(cx, "utf-8")?;
            (module, self.name_line(cx, "utf-8")?)
        } else {
            let name = self.pop(cx)?;
            let module = self.pop(cx)?;
            let exact = |v| Gc::<Str>::from_value(v).is_some_and(|s| s.is_exact());
            if !exact(name) || !exact(module) {
                return Err(unpickling_error(cx, "STACK_GLOBAL requires str"));
            }
            (module, name)
        };
        let v = self.find_class(cx, module, name)?;
        self.push(cx, v)
    }

    fn load_extension(&mut self, cx: &mut Cx, opcode: u8) -> PyResult<()> {
        let code = match opcode {
            EXT1 => i64::from(self.number::<1>(cx)?[0]),
            EXT2 => i64::from(u16::from_le_bytes(self.number(cx)?)),
            _ => i64::from(i32::from_le_bytes(self.number(cx)?)),
        };
        if code <= 0 {
            return Err(unpickling_error(cx, "EXT specifies code <= 0"));
        }
        let key = Value::small(code);
        let cache = table(cx, "copyreg", "_extension_cache")?;
        if let Some(v) = cache.get(cx, key)? {
            return self.push(cx, v);
        }
        let Some(pair) = table(cx, "copyreg", "_inverted_registry")?.get(cx, key)? else {
            return Err(cx.value_error(format!("unregistered extension code {code}")));
        };
        let names = Gc::<Tuple>::from_value(pair).map(|t| t.as_slice());
        let is_str = |v: Value| Gc::<Str>::from_value(v).is_some();
        let Some(&[module, name]) = names.filter(|t| t.iter().all(|&v| is_str(v))) else {
            return Err(cx.value_error(format!(
                "_inverted_registry[{code}] isn't a 2-tuple of strings"
            )));
        };
        let v = self.find_class(cx, module, name)?;
        cache.set(cx, key, v)?;
        self.push(cx, v)
    }

    // ---- Instances ------------------------------------------------------------------------

    fn load_instance(&mut self, cx: &mut Cx, opcode: u8) -> PyResult<()> {
        let start = self.pop_mark(cx)?;
        let (class, args) = if opcode == INST {
            let module = self.name_line(cx, "ascii")?;
            let name = self.name_line(cx, "ascii")?;
            (self.find_class(cx, module, name)?, start)
        } else {
            if self.height() == start {
                return Err(self.underflow(cx));
            }
            (self.above(start)[0], start + 1)
        };
        let plain = self.height() == args
            && Gc::<Type>::from_value(class).is_some()
            && cx.lookup_attr_str(class, "__getinitargs__")?.is_none();
        let v = if plain {
            let new = cx.get_attr_str(class, "__new__")?;
            cx.call(new, &[class])?
        } else {
            let args = ValueVec::from_slice(cx, self.above(args))?;
            cx.call(class, args.as_slice())?
        };
        self.truncate(start);
        self.push(cx, v)
    }

    /// `class.__new__(class, *args, **kwargs)`
    fn load_new(&mut self, cx: &mut Cx, keywords: bool) -> PyResult<()> {
        let what = if keywords { "NEWOBJ_EX" } else { "NEWOBJ" };
        self.need(cx, if keywords { 3 } else { 2 })?;
        let kwargs = if keywords { Some(self.pop(cx)?) } else { None };
        let args = self.pop(cx)?;
        let class = self.pop(cx)?;
        let problem = if Gc::<Type>::from_value(class).is_none() {
            Some(("class", "type", class))
        } else if Gc::<Tuple>::from_value(args).is_none() {
            Some(("args", "tuple", args))
        } else {
            kwargs
                .filter(|&k| Gc::<Dict>::from_value(k).is_none())
                .map(|k| ("kwargs", "dict", k))
        };
        if let Some((part, wanted, v)) = problem {
            let got = cx.type_name(v);
            return Err(unpickling_error(
                cx,
                format!("{what} {part} argument must be a {wanted}, not {got}"),
            ));
        }
        let new = cx.get_attr_str(class, "__new__")?;
        let args: Gc<Tuple> = Gc::from_value_unchecked(args);
        let v = if args.is_empty() && kwargs.is_none() {
            cx.call(new, &[class])?
        } else {
            let mut all = ValueVec::from_slice(cx, &[class])?;
            for &a in args.as_slice() {
                all.push(cx, a)?;
            }
            cx.call_with_kwargs(new, all.as_slice(), kwargs)?
        };
        self.push(cx, v)
    }

    fn load_build(&mut self, cx: &mut Cx) -> PyResult<()> {
        self.need(cx, 2)?;
        let state = self.pop(cx)?;
        let instance = self.top(cx)?;
        if let Some(f) = cx.lookup_attr_str(instance, "__setstate__")? {
            cx.call(f, &[state])?;
            return Ok(());
        }
        let (state, slots) = match Gc::<Tuple>::from_value(state).map(|t| t.as_slice()) {
            Some(&[state, slots]) => (state, Some(slots)),
            _ => (state, None),
        };
        if !state.is_none() {
            let Some(state) = Gc::<Dict>::from_value(state) else {
                return Err(unpickling_error(cx, "state is not a dictionary"));
            };
            set_attributes(cx, instance, state)?;
        }
        if let Some(slots) = slots.filter(|s| !s.is_none()) {
            let Some(slots) = Gc::<Dict>::from_value(slots) else {
                return Err(unpickling_error(cx, "slot state is not a dictionary"));
            };
            let mut pos = 0;
            while let Some((k, v)) = slots.next_entry(&mut pos) {
                let name = cx.attribute_name(k)?;
                cx.set_attr(instance, name, v)?;
            }
        }
        Ok(())
    }
}

/// `instance.__dict__.update(state)`
fn set_attributes(cx: &mut Cx, instance: Value, state: Gc<Dict>) -> PyResult<()> {
    let dict = cx.get_attr_str(instance, "__dict__")?;
    let mut pos = 0;
    while let Some((k, v)) = state.next_entry(&mut pos) {
        let key = match Gc::<Str>::from_value(k) {
            Some(s) if s.is_exact() => cx.intern_str(s).value(),
            _ => k,
        };
        cx.set_item(dict, key, v)?;
    }
    Ok(())
}
