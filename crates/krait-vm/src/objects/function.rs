//! Functions written in Python.

use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use krait_bytecode::flags::{CO_VARARGS, CO_VARKEYWORDS};
use krait_macros::Trace;
use krait_runtime::cx::{Cx, Root};
use krait_runtime::native::{Layout, Native, NativeObj, TypeSpec};
use krait_runtime::object::{Gc, Kind, Slot};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::typeobj::flags;
use krait_runtime::value::Value;

use super::code::{self, Code, CodeObj};

/// A function's payload. What a call needs stands first.
#[derive(Trace)]
pub struct Function {
    /// First instruction of `body`, LOAD_BODY if it has none yet.
    #[trace(skip)]
    pub entry: AtomicPtr<u64>,
    /// Arguments of a call that needs no binding; `NOT_SIMPLE` if there is no such call.
    pub exact_args: AtomicU32,
    /// Window size in registers.
    pub nregs: AtomicU32,
    /// Registers of variables behind the parameters, `UNBOUND` at entry: first and end.
    pub unbound_from: AtomicU32,
    pub unbound_to: AtomicU32,
    /// The code object that runs: `code`, or a copy of it bound to `globals`.
    pub body: Slot,
    pub code: Slot,
    pub globals: Slot,
    pub builtins: Slot,
    pub closure: Slot,
    pub defaults: Slot,
    pub kwdefaults: Slot,
    pub name: Slot,
    pub qualname: Slot,
    pub module: Slot,
    /// `EMPTY`: the code's docstring.
    pub doc: Slot,
    pub annotations: Slot,
    pub annotate: Slot,
    pub type_params: Slot,
    /// Pairs of a code object that ran before `body` and the next such pair; `EMPTY` at the end. Frames and
    /// suspended generators may still run it.
    former: Slot,
}

pub type FunctionObj = Gc<NativeObj<Function>>;

/// `exact_args` of functions whose arguments always have to be bound.
pub const NOT_SIMPLE: u32 = u32::MAX;

impl Native for Function {
    const PY_NAME: &'static str = "function";
    const NEEDS_DROP: bool = false;
    const KIND: Kind = Kind::Function;
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "function",
    doc: Some(
        "Create a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n    a string that overrides the name from the code object\n  argdefs\n    a tuple that specifies the default argument values\n  closure\n    a tuple that supplies the bindings for free variables\n  kwdefaults\n    a dictionary that specifies the default keyword argument values",
    ),
    layout: Layout::native::<Function>(),
    flags: flags::INSTANCE_DICT | flags::WEAKREFABLE,
    defs: &[super::function_methods::Methods::DEFS],
    call: Some(crate::call::call_function),
    ..TypeSpec::DEFAULT
};

/// Makes a function of `code` with these globals.
pub fn new(cx: &mut Cx, code: CodeObj, globals: Gc<Dict>, qualname: Value) -> FunctionObj {
    let names = cx.names();
    let module = globals.get_str(cx, names.__name__).unwrap_or(Value::none());
    let builtins = builtins_of(cx, globals);
    let class = super::types(cx).function;
    let body = code::bind_to(cx, code, globals.value());
    let facts = Facts::of(body);
    NativeObj::alloc(
        cx,
        class,
        Function {
            entry: AtomicPtr::new(body.first().cast_mut()),
            exact_args: AtomicU32::new(facts.exact_args),
            nregs: AtomicU32::new(facts.nregs),
            unbound_from: AtomicU32::new(facts.unbound_from),
            unbound_to: AtomicU32::new(facts.unbound_to),
            body: Slot::new(body.value()),
            code: Slot::new(code.value()),
            globals: Slot::new(globals.value()),
            builtins: Slot::new(builtins),
            closure: Slot::new(Value::none()),
            defaults: Slot::new(Value::none()),
            kwdefaults: Slot::new(Value::none()),
            name: Slot::new(code.name.get()),
            qualname: Slot::new(qualname),
            module: Slot::new(module),
            doc: Slot::empty(),
            annotations: Slot::empty(),
            annotate: Slot::new(Value::none()),
            type_params: Slot::empty(),
            former: Slot::empty(),
        },
    )
}

/// What a function repeats of its code.
struct Facts {
    exact_args: u32,
    nregs: u32,
    unbound_from: u32,
    unbound_to: u32,
}

impl Facts {
    fn of(body: CodeObj) -> Facts {
        let unit = &body.unit;
        let simple = unit.kwonlyargcount == 0
            && unit.flags & (CO_VARARGS | CO_VARKEYWORDS) == 0
            && !unit.has_namespace();
        // Register 0 of code with a namespace is its only parameter.
        let params = unit.nparams().max(unit.first_local as usize);
        Facts {
            exact_args: if simple { unit.argcount } else { NOT_SIMPLE },
            nregs: unit.nregs as u32,
            unbound_from: params as u32,
            unbound_to: params.max(unit.first_temp() as usize) as u32,
        }
    }
}

/// `globals['__builtins__']`, of a module its dict; without it, what the running function has, or
/// the interpreter's.
pub fn builtins_of(cx: &mut Cx, globals: Gc<Dict>) -> Value {
    let key = cx.names().__builtins__;
    match globals.get_str(cx, key) {
        Some(v) => match Gc::<krait_runtime::types::module::Module>::from_value(v) {
            Some(m) => m.dict.get(),
            None => v,
        },
        None => super::frame_methods::current_builtins(cx)
            .unwrap_or_else(|| cx.root(Root::BuiltinsDict)),
    }
}

/// What `FunctionObj` adds to its payload.
pub trait FunctionExt: Copy {
    fn set_code(self, cx: &mut Cx, code: CodeObj);
    /// What ran before the present body.
    fn former_bodies(self) -> impl Iterator<Item = CodeObj>;
    fn begin_with_words(self, body: CodeObj);
    fn body(self) -> CodeObj;
}

impl FunctionExt for FunctionObj {
    /// Makes `code` the function's code. Frames that run keep what they had: their window is not
    /// shortened, and the function goes on to know their code.
    fn set_code(self, cx: &mut Cx, code: CodeObj) {
        let globals = self.globals.get();
        let body = code::bind_to(cx, code, globals);
        let facts = Facts::of(body);
        let former = self.body();
        if former != body && !self.former_bodies().any(|b| b == former) {
            let pair = cx.new_tuple(&[former.value(), self.former.get()]);
            self.former.set(cx, self, pair);
        }
        self.code.set(cx, self, code.value());
        self.body.set(cx, self, body.value());
        // A call reads these one by one.
        cx.mutator.stop_world(|_| {
            self.exact_args.store(facts.exact_args, Ordering::Relaxed);
            self.nregs.fetch_max(facts.nregs, Ordering::Relaxed);
            self.unbound_from
                .store(facts.unbound_from, Ordering::Relaxed);
            self.unbound_to.store(facts.unbound_to, Ordering::Relaxed);
            self.entry.store(body.first().cast_mut(), Ordering::Release);
        });
    }

    fn former_bodies(self) -> impl Iterator<Item = CodeObj> {
        let mut at = self.former.get();
        std::iter::from_fn(move || {
            let pair = Gc::<Tuple>::from_value(at)?;
            at = pair.items()[1];
            as_code(pair.items()[0])
        })
    }

    /// `body` has got its instructions: the next call begins with them.
    fn begin_with_words(self, body: CodeObj) {
        let (stub, first) = (
            crate::interp::load_stub().cast_mut(),
            body.first().cast_mut(),
        );
        let (order, failed) = (Ordering::AcqRel, Ordering::Relaxed);
        // Not if another code object was assigned meanwhile.
        if self.body.get() == body.value() {
            let _ = self.entry.compare_exchange(stub, first, order, failed);
        }
    }

    #[inline(always)]
    fn body(self) -> CodeObj {
        // SAFETY: `body` is always a code object.
        unsafe { Gc::from_ptr(self.body.get().object_unchecked().cast()) }
    }
}

/// The function in `v`, if it is one.
#[inline(always)]
pub fn as_function(v: Value) -> Option<FunctionObj> {
    if krait_runtime::object::is_kind(v, Kind::Function) {
        // SAFETY: only functions have this kind.
        Some(unsafe { Gc::from_ptr(v.object_unchecked().cast()) })
    } else {
        None
    }
}

/// The function in `v`, of whose kind the caller knows.
#[inline(always)]
pub fn known_function(v: Value) -> FunctionObj {
    debug_assert!(krait_runtime::object::is_kind(v, Kind::Function));
    // SAFETY: only functions have this kind.
    unsafe { Gc::from_ptr(v.object_unchecked().cast()) }
}

/// The code object in `v`, if it is one.
pub fn as_code(v: Value) -> Option<CodeObj> {
    NativeObj::<Code>::from_value(v)
}
