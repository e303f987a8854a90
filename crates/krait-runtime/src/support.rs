//! Small helpers that many parts need.

use crate::cx::{Cx, Root};
use crate::error::{PyResult, Raised};
use crate::object::{Gc, Header};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

impl Cx {
    /// `id(v)`: the address of an object; immediates have ids made from their value, odd so that
    /// they never equal an address.
    pub fn id(&self, v: Value) -> u64 {
        match v.as_object() {
            Some(o) => match Gc::<crate::object::FloatObj>::from_value(v) {
                Some(f) if v.is(Value::from_object(o)) && self.type_of(v) == self.types().float => {
                    f.value.to_bits().rotate_left(5) | 1
                }
                _ => o as u64,
            },
            None => v.bits().rotate_left(1) | 1,
        }
    }

    /// Locks `o` for writing; `unlock_object` must follow, with no allocation, call or safepoint in
    /// between. Costs one branch while the process has one thread.
    #[inline(always)]
    pub fn lock_object(&mut self, o: *mut Header) -> ObjectLock {
        self.mutator.lock(o);
        ObjectLock(())
    }

    #[inline(always)]
    pub fn unlock_object(&mut self, o: *mut Header, _lock: ObjectLock) {
        self.mutator.unlock(o);
    }

    /// `repr(v)` as text.
    pub fn repr_string(&mut self, v: Value) -> PyResult<String> {
        let r = self.repr(v)?;
        Ok(r.to_string_lossy())
    }

    /// `str(v)` as text.
    pub fn str_string(&mut self, v: Value) -> PyResult<String> {
        let r = self.str(v)?;
        Ok(r.to_string_lossy())
    }

    /// An attribute name given by a program, interned.
    pub fn attribute_name(&mut self, name: Value) -> PyResult<Gc<Str>> {
        match Gc::<Str>::from_value(name) {
            Some(s) if s.is_interned() => Ok(s),
            Some(s) => Ok(self.intern_str(s)),
            None => {
                let got = self.type_name(name);
                Err(self.type_error(format!("attribute name must be string, not '{got}'")))
            }
        }
    }

    /// The builtin `name`.
    pub fn builtin(&mut self, name: &str) -> PyResult<Value> {
        let key = self.intern(name);
        match Gc::<Dict>::from_value(self.root(Root::BuiltinsDict))
            .and_then(|d| d.get_str(self, key))
        {
            Some(v) => Ok(v),
            None => Err(self.name_error(format!("name '{name}' is not defined"))),
        }
    }

    /// What `name` means to the running Python function where it is no variable: its builtins may be
    /// any mapping. AttributeError if they lack it.
    pub fn frame_builtin(&mut self, name: &str) -> PyResult<Value> {
        let builtins = self.hooks().builtins.and_then(|f| f(self));
        let builtins = builtins.unwrap_or_else(|| self.root(Root::BuiltinsDict));
        let key = self.intern(name).value();
        match self.get_item(builtins, key) {
            Err(e) if e.is(self, self.types().key_error) => Err(self.attribute_error(name)),
            result => result,
        }
    }

    /// `sys.name`.
    pub fn sys_get(&mut self, name: &str) -> Option<Value> {
        let key = self.intern(name);
        Gc::<Dict>::from_value(self.root(Root::SysDict))?.get_str(self, key)
    }

    pub fn sys_set(&mut self, name: &str, v: Value) {
        let key = self.intern(name);
        if let Some(d) = Gc::<Dict>::from_value(self.root(Root::SysDict)) {
            d.set_str(self, key, v);
        }
    }

    /// The module `name` from `sys.modules`, imported if need be; dotted names give the leaf.
    pub fn import(&mut self, name: &str) -> PyResult<Value> {
        let key = self.intern(name);
        if let Some(m) =
            Gc::<Dict>::from_value(self.root(Root::Modules)).and_then(|d| d.get_str(self, key))
        {
            return Ok(m);
        }
        let import = self.builtin("__import__")?;
        self.call(import, &[key.value()])?;
        match Gc::<Dict>::from_value(self.root(Root::Modules)).and_then(|d| d.get_str(self, key)) {
            Some(m) => Ok(m),
            None => Err(self.import_error(format!("No module named '{name}'"))),
        }
    }

    /// `sys.modules[name]` for a module name held by a function, `None` if there is none.
    pub fn module_named(&mut self, name: Value) -> Value {
        let Some(s) = Gc::<Str>::from_value(name) else {
            return Value::none();
        };
        let found =
            Gc::<Dict>::from_value(self.root(Root::Modules)).and_then(|d| d.get_str(self, s));
        found.unwrap_or(Value::none())
    }

    /// A function of `importlib._bootstrap`, once that runs.
    pub fn importlib_function(&mut self, name: &str) -> PyResult<Option<Value>> {
        let Some(m) = Gc::<Module>::from_value(self.root(Root::Importlib)) else {
            return Ok(None);
        };
        Ok(m.get(self, name))
    }

    /// `v.name` by text, `None` if there is no such attribute.
    pub fn lookup_attr_str(&mut self, v: Value, name: &str) -> PyResult<Option<Value>> {
        let name = self.intern(name);
        self.lookup_attr(v, name)
    }

    /// `tuple(v)`.
    pub fn tuple_from(&mut self, v: Value) -> PyResult<Value> {
        if Gc::<Tuple>::from_value(v).is_some_and(|t| t.is_exact()) {
            return Ok(v);
        }
        if let Some(list) = Gc::<List>::from_value(v)
            && list.is_exact()
            && !self.mutator.is_multithreaded()
        {
            return self.try_new_tuple(list.as_slice());
        }
        // Unlike `list(v)`, nobody asks how many there will be.
        let items = crate::types::str::collect(self, v)?;
        self.try_new_tuple(items.as_slice())
    }

    /// The strings of an iterable, sorted by code point.
    pub fn sorted_strings(&mut self, v: Value) -> PyResult<Vec<String>> {
        let items = self.collect(v)?;
        let mut all: Vec<String> = items
            .as_slice()
            .iter()
            .filter_map(|&s| Gc::<Str>::from_value(s))
            .map(|s| s.to_string_lossy())
            .collect();
        all.sort();
        Ok(all)
    }

    /// Reports an exception that nobody can handle, through `sys.unraisablehook`.
    pub fn unraisable(&mut self, e: Raised, message: &str, object: Value) {
        if let Some(f) = self.hooks().unraisable {
            f(self, e, message, object);
        }
    }

    /// The same for an exception that came up `during` something with `object`: "while finalizing file".
    pub fn unraisable_during(&mut self, e: Raised, during: &str, object: Value) {
        let message = match self.repr_string(object) {
            Ok(shown) => format!("Exception ignored {during} {shown}"),
            Err(_) => String::new(),
        };
        self.unraisable(e, &message, Value::none());
    }
}

/// Proof that an object is locked; given back to `unlock_object`.
#[must_use]
pub struct ObjectLock(());
