//! The context: one `Cx` per thread, one `Interpreter` per isolated Python, nothing global.
//!
//! An interpreter owns its heap, shapes and type objects; threads belong to one interpreter. Two
//! interpreters in a process share only immutable statics (`None`, one-character strings).

use std::any::TypeId;
use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, RwLock};

use krait_heap::address_map::AddressMap;
use krait_heap::{Heap, Mutator};

use crate::error::PyResult;
use crate::heap::Model;
use crate::names::Names;
use crate::native::TypeSpec;
use crate::object::{Gc, Header, Slot};
use crate::shape::{ShapeEntry, ShapeTable};
use crate::types::list_of_types::Types;
use crate::types::str::Interned;
use crate::types::typeobj::Type;
use crate::value::Value;

/// State of one isolated Python: its heap, shapes, types and modules.
pub struct Interpreter {
    pub heap: std::sync::Arc<Heap<Model>>,
    pub shapes: ShapeTable,
    names: std::cell::UnsafeCell<Option<Box<Names>>>,
    /// The builtin types; set once while the interpreter starts.
    types: std::cell::UnsafeCell<Option<Box<Types>>>,
    /// Types of native modules, made on first use.
    // tidy: rooted by `Interpreter`'s tracing.
    native_types: RwLock<AddressMap<Value>>,
    /// Interned strings by content, under the hash that each has cached.
    // tidy: rooted by `Interpreter`'s tracing.
    pub(crate) interned: Mutex<Interned>,
    /// Precise roots that are not in any object: see [`Root`].
    pub roots: [Slot; Root::COUNT],
    /// More roots, registered by native modules; never shrinks.
    // tidy: rooted by `Interpreter`'s tracing.
    extra_roots: Mutex<Vec<Value>>,
    pub hooks: RwLock<Hooks>,
    pub config: Config,
    /// Per-module native state, by the address of its key.
    pub(crate) state: RwLock<HashMap<TypeId, &'static (dyn std::any::Any + Send + Sync)>>,
    pub hash_key: krait_unicode::hash::HashKey,
    /// Hashes of the static strings, which do not depend on an interpreter: that of the empty one, then
    /// those of U+0000 to U+00FF; 0 until computed.
    pub(crate) latin1_hashes: Box<[AtomicU64; 257]>,
    next_id: AtomicU64,
    pub(crate) weakrefs: crate::types::weakref::Registry,
    pub(crate) finalizers: crate::finalize::Finalizers,
}

// SAFETY: `types` is written once before the interpreter is shared; the rest is synchronised.
unsafe impl Sync for Interpreter {}
// SAFETY: as above; references in it stay within the interpreter's threads.
unsafe impl Send for Interpreter {}

/// Interpreter-wide objects that everything needs.
#[derive(Clone, Copy)]
#[repr(usize)]
pub enum Root {
    /// `sys.modules`.
    Modules,
    Builtins,
    /// The dict of the module `builtins`.
    BuiltinsDict,
    SysDict,
    Importlib,
    /// `_frozen_importlib._find_and_load`-like entry, set by the import system.
    ImportFind,
    EmptyTuple,
    EmptyBytes,
    EmptyFrozenSet,
    CodecSearchPath,
    CodecCache,
    CodecErrors,
    WarningsState,
    AsyncHooks,
    /// The hooks of `sys`.
    SysHooks,
    /// Callbacks of `sys.monitoring`.
    Monitoring,
    /// What stood first in `sys.path` when the program began.
    FirstPathEntry,
    /// The code given with `-c`.
    MainCode,
    /// The builtin functions of these names, as they were when the interpreter started.
    All,
    Any,
    Sum,
    Sorted,
    Max,
    Min,
}

impl Root {
    pub const COUNT: usize = Root::Min as usize + 1;
}

/// The key of str and bytes hashes. One for the process: static strings cache their hash, and
/// interpreters share them.
fn process_hash_key(seed: Option<u32>) -> krait_unicode::hash::HashKey {
    static KEY: std::sync::OnceLock<krait_unicode::hash::HashKey> = std::sync::OnceLock::new();
    *KEY.get_or_init(|| krait_unicode::hash::HashKey::from_seed(seed.unwrap_or_else(random_u32)))
}

fn random_u32() -> u32 {
    let mut bytes = [0u8; 4];
    // SAFETY: fills at most the given bytes.
    unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), libc::GRND_NONBLOCK) };
    u32::from_ne_bytes(bytes)
}

/// How the interpreter was asked to run (`sys.flags` and friends).
#[derive(Clone, Debug)]
pub struct Config {
    pub hash_seed: Option<u32>,
    pub optimize: u8,
    /// Code objects know the columns of their instructions (not `-X no_debug_ranges`).
    pub debug_ranges: bool,
    pub int_max_str_digits: usize,
    /// Checks that cost something (`-X dev`).
    pub dev_mode: bool,
    /// Collect at every n-th allocation (`-X gcstress=N`).
    pub stress: Option<u32>,
    /// Check the whole heap at every collection (`-X gcverify`).
    pub verify_heap: bool,
    /// What all objects together may take, in bytes; beyond it MemoryError is raised.
    pub memory_limit: Option<usize>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            hash_seed: None,
            optimize: 0,
            debug_ranges: true,
            int_max_str_digits: 4300,
            dev_mode: false,
            stress: None,
            verify_heap: false,
            memory_limit: None,
        }
    }
}

/// Bit of the main thread's poll word: a signal arrived.
pub const POLL_SIGNAL: u32 = 1 << 8;
/// Poll bit: finalizers or weak reference callbacks wait.
pub const POLL_FINALIZE: u32 = 1 << 9;
/// Poll bit: another thread sent an exception.
pub const POLL_ASYNC: u32 = 1 << 10;
/// What this thread has to report of its execution changed.
pub const POLL_INSTRUMENT: u32 = 1 << 11;

/// What lower layers ask of higher ones; installed by the crates that implement it.
#[derive(Clone, Copy, Default)]
#[allow(
    clippy::type_complexity,
    reason = "each function type is used once, and its parameters say what it is"
)]
pub struct Hooks {
    /// Whether a value is a generator under `types.coroutine`, which is awaited itself.
    pub is_iterable_coroutine: Option<fn(Value) -> bool>,
    /// Reports the register windows and other references of a stopped thread.
    pub trace_thread: Option<fn(&Cx, &mut crate::heap::Tracer<'_>)>,
    /// After marking: what the layers above hold weakly. Called with the world stopped.
    pub after_marking: Option<fn(&Interpreter, &mut krait_heap::WeakPhase<'_>)>,
    /// Whether a dead generator has ended, so that nothing is left to do for it for ever.
    pub has_ended: Option<fn(*mut Header) -> bool>,
    /// Whether a generator that is about to die has something left to do.
    pub must_finalize: Option<fn(*mut Header) -> bool>,
    /// Closes a generator that died while suspended, warns of a coroutine that nobody awaited.
    pub finalize_generator: Option<fn(&mut Cx, Value)>,
    /// Source text to a code object: (source str/bytes or AST, filename, mode, flags, optimize).
    pub compile: Option<fn(&mut Cx, Value, Value, &str, u32, i32) -> PyResult<Value>>,
    /// Runs what is pending (signals, finalizers, weak reference callbacks) between bytecodes.
    pub run_pending: Option<fn(&mut Cx) -> PyResult<()>>,
    /// The Python frame `depth` levels up, as a frame object.
    pub frame: Option<fn(&mut Cx, usize) -> Option<Value>>,
    /// The globals of the running Python function.
    pub globals: Option<fn(&Cx) -> Option<Value>>,
    /// The builtins of the running Python function.
    pub builtins: Option<fn(&Cx) -> Option<Value>>,
    /// `locals()` of the running Python function.
    pub locals: Option<fn(&mut Cx) -> PyResult<Value>>,
    /// `sys.unraisablehook`: exception, message, object.
    pub unraisable: Option<fn(&mut Cx, crate::error::Raised, &str, Value)>,
    /// Undoes the inline caches that depend on a class.
    pub purge_caches: Option<fn(&mut Cx, Gc<Type>)>,
    /// Runs the body of a class statement, a Python function, with this namespace as its locals; returns
    /// the cell of `__class__`, or `None` if no method uses it.
    pub call_class_body: Option<fn(&mut Cx, func: Value, namespace: Value) -> PyResult<Value>>,
    /// `__import__(name, globals, locals, fromlist, level)`; globals and locals may be `None`.
    pub import: Option<
        fn(
            &mut Cx,
            name: Value,
            globals: Value,
            locals: Value,
            fromlist: Value,
            level: i32,
        ) -> PyResult<Value>,
    >,
    /// Runs a code object in these namespaces; the closure is a tuple of cells.
    pub exec_code: Option<
        fn(
            &mut Cx,
            code: Value,
            globals: Value,
            locals: Value,
            closure: Option<Value>,
        ) -> PyResult<Value>,
    >,
    /// Compiler flags (`from __future__`) of the running code, for `compile`, `eval` and `exec`.
    pub inherited_flags: Option<fn(&Cx) -> u32>,
    /// A line from the terminal with line editing, `None` at its end: (prompt).
    pub read_line: Option<fn(&mut Cx, prompt: &str) -> PyResult<Option<Value>>>,
    /// Class and first argument for `super()` without arguments, from the running frame.
    pub super_arguments: Option<fn(&mut Cx) -> PyResult<(Value, Value)>>,
    /// Prepares the context of a new thread to run Python code: its register stack.
    pub thread_start: Option<fn(&mut Cx) -> bool>,
    /// Undoes `thread_start`, before the context is dropped.
    pub thread_end: Option<fn(&mut Cx)>,
    /// Calls the Python handlers of signals that arrived; part of what `run_pending` does on the
    /// main thread when [`POLL_SIGNAL`] is set.
    pub run_signals: Option<fn(&mut Cx) -> PyResult<()>>,
}

/// A thread of an interpreter: allocation cursors, register window, current exception.
pub struct Cx {
    pub mutator: Mutator<Model>,
    interp: &'static Interpreter,
    shapes: *const ShapeEntry,
    /// Saved program counter of the running instruction, for tracebacks and the collector.
    pub pc: *const u64,
    /// Register 0 of the running frame.
    pub base: *mut Value,
    /// First register above the running frame, where a native call may place arguments.
    pub top: *mut Value,
    /// The register stack's bounds.
    pub stack_start: *mut Value,
    pub stack_end: *mut Value,
    /// Native stack addresses below this raise RecursionError.
    pub native_limit: usize,
    /// Depth of Python calls and its limit (`sys.setrecursionlimit`).
    pub depth: u32,
    pub recursion_limit: u32,
    /// The exception being handled (`sys.exception()`), or `None`.
    pub handled: Slot,
    /// Thread-local objects of the upper layers: trace function, async hooks, context...
    pub locals: [Slot; thread_slot::COUNT],
    pub thread_id: u64,
    /// The state of the virtual machine on this thread; owned by the crate above.
    pub vm: *mut (),
    /// The next value of a generator, `EMPTY` at its end; set with `vm`.
    pub next_of_generator: Option<fn(&mut Cx, Value) -> PyResult<Value>>,
    pub(crate) lookup_cache: Box<crate::types::typeobj::LookupCache>,
    pub(crate) plain_refs: Box<crate::types::weakref::PlainRefs>,
    states: KnownStates,
    pub(crate) repr_stack: Vec<usize>,
    /// This thread is running finalizers already: those that come up meanwhile wait for it.
    pub(crate) finalizing: bool,
}

/// States of the interpreter that this thread asked for, by type: the interpreter's table is behind a
/// lock.
#[derive(Default)]
struct KnownStates([Cell<Option<(TypeId, *const ())>>; 32]);

impl KnownStates {
    #[inline]
    fn slot(&self, key: TypeId) -> &Cell<Option<(TypeId, *const ())>> {
        /// A type's id is a hash already.
        #[derive(Default)]
        struct First(u64);
        impl Hasher for First {
            fn finish(&self) -> u64 {
                self.0
            }
            fn write(&mut self, bytes: &[u8]) {
                self.0 = bytes.first().map_or(0, |&b| u64::from(b));
            }
            fn write_u64(&mut self, id: u64) {
                self.0 = id;
            }
        }
        let mut hasher = First::default();
        key.hash(&mut hasher);
        &self.0[hasher.finish() as usize % self.0.len()]
    }
}

/// Indices into [`Cx::locals`].
pub mod thread_slot {
    pub const TRACE: usize = 0;
    pub const PROFILE: usize = 1;
    pub const CONTEXT: usize = 2;
    pub const ASYNC_FIRSTITER: usize = 3;
    pub const ASYNC_FINALIZER: usize = 4;
    pub const THREAD_DICT: usize = 5;
    pub const RUNNING_LOOP: usize = 6;
    pub const CURRENT_TASK: usize = 7;
    /// The map of context variables for which `DECIMAL_CONTEXT` is right.
    pub const DECIMAL_VARS: usize = 8;
    pub const DECIMAL_CONTEXT: usize = 9;
    pub const COUNT: usize = 10;
}

impl Interpreter {
    /// An interpreter without types; `boot` fills it.
    pub(crate) fn allocate(
        config: Config,
        heap: std::sync::Arc<Heap<Model>>,
    ) -> &'static Interpreter {
        let hash_key = process_hash_key(config.hash_seed);
        Box::leak(Box::new(Interpreter {
            heap,
            shapes: ShapeTable::new(),
            names: std::cell::UnsafeCell::new(None),
            types: std::cell::UnsafeCell::new(None),
            native_types: RwLock::default(),
            interned: Mutex::default(),
            roots: [const { Slot::empty() }; Root::COUNT],
            extra_roots: Mutex::default(),
            hooks: RwLock::default(),
            config,
            state: RwLock::default(),
            hash_key,
            latin1_hashes: Box::new([const { AtomicU64::new(0) }; 257]),
            next_id: AtomicU64::new(1),
            weakrefs: Default::default(),
            finalizers: Default::default(),
        }))
    }

    /// # Safety
    /// Called once, before another thread knows the interpreter.
    pub(crate) unsafe fn set_types(&self, types: Box<Types>) {
        // SAFETY: by contract nobody reads meanwhile.
        unsafe { *self.types.get() = Some(types) };
    }

    /// # Safety
    /// Called once, before another thread knows the interpreter.
    pub(crate) unsafe fn set_names(&self, names: Names) {
        // SAFETY: by contract nobody reads meanwhile.
        unsafe { *self.names.get() = Some(Box::new(names)) };
    }

    #[inline(always)]
    pub fn names(&self) -> &Names {
        // SAFETY: set once during start, read-only after.
        match unsafe { &*self.names.get() } {
            Some(n) => n,
            None => panic!("names used before the interpreter started"),
        }
    }

    #[inline(always)]
    pub fn types(&self) -> &Types {
        // SAFETY: set once during start, before anything asks; read-only after.
        unsafe {
            let types = &*self.types.get();
            debug_assert!(types.is_some(), "types used before the interpreter started");
            types.as_deref().unwrap_unchecked()
        }
    }

    /// The state that [`Cx::state`] made, if it has.
    pub fn existing_state<T: Send + Sync + 'static>(&self) -> Option<&'static T> {
        self.state
            .read()
            .unwrap_or_else(|e| e.into_inner())
            .get(&TypeId::of::<T>())?
            .downcast_ref()
    }

    pub(crate) fn has_types(&self) -> bool {
        // SAFETY: as in `types`.
        unsafe { (*self.types.get()).is_some() }
    }

    pub fn next_id(&self) -> u64 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn trace_roots(&self, t: &mut crate::heap::Tracer<'_>) {
        self.roots.iter().for_each(|r| t.word(r.get().bits()));
        let lock = |e: std::sync::PoisonError<_>| e.into_inner();
        self.extra_roots
            .lock()
            .unwrap_or_else(lock)
            .iter()
            .for_each(|v| t.word(v.bits()));
        self.interned
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .trace(t);
        self.native_types
            .read()
            .unwrap_or_else(|e| e.into_inner())
            .values()
            .for_each(|v| t.word(v.bits()));
        if self.has_types() {
            self.types().trace(t);
        }
    }
}

impl Cx {
    /// The context of a new thread of `interp`.
    pub(crate) fn new(interp: &'static Interpreter, mutator: Mutator<Model>) -> Box<Cx> {
        Box::new(Cx {
            mutator,
            interp,
            shapes: interp.shapes.base(),
            pc: std::ptr::null(),
            base: std::ptr::null_mut(),
            top: std::ptr::null_mut(),
            stack_start: std::ptr::null_mut(),
            stack_end: std::ptr::null_mut(),
            native_limit: 0,
            depth: 0,
            recursion_limit: 1000,
            handled: Slot::new(Value::none()),
            locals: [const { Slot::empty() }; thread_slot::COUNT],
            thread_id: 0,
            vm: std::ptr::null_mut(),
            next_of_generator: None,
            lookup_cache: Default::default(),
            plain_refs: Default::default(),
            states: KnownStates::default(),
            repr_stack: Vec::new(),
            finalizing: false,
        })
    }

    /// The interpreter; it outlives every thread of it.
    #[inline(always)]
    pub fn interp(&self) -> &'static Interpreter {
        self.interp
    }

    #[inline(always)]
    pub fn types(&self) -> &'static Types {
        self.interp.types()
    }

    #[inline(always)]
    pub fn names(&self) -> &'static Names {
        self.interp.names()
    }

    #[inline(always)]
    pub fn hooks(&self) -> Hooks {
        *self.interp.hooks.read().unwrap_or_else(|e| e.into_inner())
    }

    #[inline(always)]
    pub fn root(&self, which: Root) -> Value {
        self.interp.roots[which as usize].get()
    }

    pub fn set_root(&self, which: Root, v: Value) {
        // Roots are scanned in every collection: no barrier.
        self.interp.roots[which as usize].set_immediate(v);
    }

    /// Keeps `v` alive for the life of the interpreter.
    pub fn keep_forever(&self, v: Value) {
        self.interp
            .extra_roots
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .push(v);
    }

    /// Native state of type `T` of this interpreter, made on first use. It must hold no `Value`s
    /// of its own: keep those in objects.
    #[inline]
    pub fn state<T: Default + Send + Sync + 'static>(&self) -> &'static T {
        let key = TypeId::of::<T>();
        let known = self.states.slot(key);
        match known.get() {
            // SAFETY: found under this type before, and never freed.
            Some((k, state)) if k == key => unsafe { &*state.cast::<T>() },
            _ => {
                let state = self.find_state::<T>();
                known.set(Some((key, std::ptr::from_ref(state).cast())));
                state
            }
        }
    }

    fn find_state<T: Default + Send + Sync + 'static>(&self) -> &'static T {
        let key = TypeId::of::<T>();
        if let Some(s) = self
            .interp
            .state
            .read()
            .unwrap_or_else(|e| e.into_inner())
            .get(&key)
        {
            return s
                .downcast_ref()
                .expect("state is stored under its own type");
        }
        let mut map = self.interp.state.write().unwrap_or_else(|e| e.into_inner());
        map.entry(key)
            .or_insert_with(|| Box::leak(Box::new(T::default())))
            .downcast_ref()
            .expect("state is stored under its own type")
    }

    // ---- Objects ------------------------------------------------------------------------

    #[inline(always)]
    pub fn shape_entry(&self, id: u32) -> &'static ShapeEntry {
        // SAFETY: ids in headers come from this table, whose entries never move.
        unsafe { &*self.shapes.add(id as usize) }
    }

    /// `type(v)`.
    #[inline(always)]
    pub fn type_of(&self, v: Value) -> Gc<Type> {
        if let Some(o) = v.as_object() {
            // SAFETY: an object reference points to a live header.
            self.shape_entry(unsafe { (*o).shape() }).class
        } else if v.is_small() {
            self.types().int
        } else {
            debug_assert!(v.is_immediate_float(), "type of an unset value");
            self.types().float
        }
    }

    /// The name of `v`'s type, for messages: with the module for native types outside of
    /// `builtins`. Where the plain name is wanted (`repr`), use `name_string` of the type.
    pub fn type_name(&self, v: Value) -> String {
        self.type_of(v).dotted_name()
    }

    /// The same, without a copy of the names of builtin types.
    pub fn known_type_name(&self, v: Value) -> Cow<'static, str> {
        match self.type_of(v).spec {
            Some(spec) if spec.module == "builtins" => Cow::Borrowed(spec.name),
            _ => Cow::Owned(self.type_name(v)),
        }
    }

    /// Whether `v` is an instance of `class` or of a subclass (no `__instancecheck__`).
    #[inline]
    pub fn is_instance(&self, v: Value, class: Gc<Type>) -> bool {
        let t = self.type_of(v);
        t == class || t.is_subtype(class)
    }

    #[inline(always)]
    pub fn write_barrier(&mut self, owner: *mut Header) {
        self.mutator.write_barrier(owner);
    }

    /// The type object of a native specification, made on first use.
    pub fn native_type(&mut self, spec: &'static TypeSpec) -> PyResult<Gc<Type>> {
        let key = spec as *const TypeSpec as usize;
        if let Some(v) = self
            .interp
            .native_types
            .read()
            .unwrap_or_else(|e| e.into_inner())
            .get(&key)
        {
            return Ok(Gc::from_value_unchecked(*v));
        }
        let class = crate::types::typeobj::from_spec(self, spec)?;
        let mut map = self
            .interp
            .native_types
            .write()
            .unwrap_or_else(|e| e.into_inner());
        Ok(Gc::from_value_unchecked(
            *map.entry(key).or_insert(class.value()),
        ))
    }

    /// The builtin type with this name, if a specification of that name was made into a type
    /// already: for crates that cannot name the one that specifies it.
    pub fn builtin_type_named(&self, name: &str) -> Option<Gc<Type>> {
        let map = self
            .interp
            .native_types
            .read()
            .unwrap_or_else(|e| e.into_inner());
        map.values()
            .map(|&v| Gc::<Type>::from_value_unchecked(v))
            .find(|t| {
                t.spec
                    .is_some_and(|s| s.name == name && s.module == "builtins")
            })
    }

    pub(crate) fn register_native_type(&self, spec: &'static TypeSpec, class: Gc<Type>) {
        self.interp
            .native_types
            .write()
            .unwrap_or_else(|e| e.into_inner())
            .insert(spec as *const TypeSpec as usize, class.value());
    }

    /// Runs `f` with this thread parked: it does not hold up collections. `f` must not touch the
    /// heap.
    pub fn blocking<R>(&mut self, f: impl FnOnce() -> R) -> R {
        self.mutator.blocking(f)
    }

    /// RecursionError if the native stack is nearly used up.
    #[inline]
    pub fn check_native_stack(&mut self) -> PyResult<()> {
        self.check_native_stack_while("")
    }

    /// The same, with the words for what is being done at the end of the message.
    #[inline]
    pub fn check_native_stack_while(&mut self, doing: &'static str) -> PyResult<()> {
        let here = 0u8;
        if (&raw const here as usize) < self.native_limit {
            Err(self.native_overflow(doing))
        } else {
            Ok(())
        }
    }

    #[cold]
    fn native_overflow(&mut self, doing: &str) -> crate::error::Raised {
        self.recursion_error(format!("maximum recursion depth exceeded{doing}"))
    }
}
