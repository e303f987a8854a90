//! Native functions as objects: builtin functions, method and attribute descriptors.
//!
//! Calls go straight from registers to the native code: the binder only copies when defaults or
//! keywords have to be filled in.

use krait_macros::pymethods;

use crate::native::{Cx, DefKind, Layout, NativeDef, Params, PyResult, TypeSpec, Value};
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::special::Special;
use crate::types::shape_id;
use crate::types::str::Str;
use crate::types::typeobj::{Type, flags};
use crate::vec::ValueVec;

/// A method, class method, attribute or slot wrapper of a native type, and `__slots__` members.
#[repr(C)]
pub struct MethodDescr {
    pub header: Header,
    pub def: Option<&'static NativeDef>,
    pub name: Slot,
    pub objclass: Slot,
    /// For members: index of the word in the tail. For class methods: unused.
    pub member: u16,
}
// SAFETY: repr(C), header first.
unsafe impl Object for MethodDescr {
    const KIND: Kind = Kind::MethodDescr;
}

/// A function of a native module, or a native method bound to its object.
#[repr(C)]
pub struct BuiltinFunction {
    pub header: Header,
    pub def: &'static NativeDef,
    pub name: Slot,
    /// The bound object, `EMPTY` for plain functions.
    pub self_: Slot,
    /// `__module__`, `EMPTY` for methods.
    pub module: Slot,
}
// SAFETY: repr(C), header first.
unsafe impl Object for BuiltinFunction {
    const KIND: Kind = Kind::BuiltinFunction;
}

impl MethodDescr {
    pub fn trace(&self, t: &mut crate::heap::Tracer<'_>) {
        t.word(self.name.get().bits());
        t.word(self.objclass.get().bits());
    }
}

impl BuiltinFunction {
    pub fn trace(&self, t: &mut crate::heap::Tracer<'_>) {
        t.word(self.name.get().bits());
        t.word(self.self_.get().bits());
        t.word(self.module.get().bits());
    }
}

fn alloc_descr(
    cx: &mut Cx,
    shape: u32,
    owner: Gc<Type>,
    name: Gc<Str>,
    def: Option<&'static NativeDef>,
    member: u16,
) -> Gc<MethodDescr> {
    let o = cx
        .mutator
        .alloc(size_of::<MethodDescr>(), shape, Kind::MethodDescr as u8);
    // SAFETY: fresh memory of this size; the header is kept.
    unsafe {
        let header = std::ptr::read(o);
        o.cast::<MethodDescr>().write(MethodDescr {
            header,
            def,
            name: Slot::new(name.value()),
            objclass: Slot::new(owner.value()),
            member,
        });
        Gc::from_ptr(o.cast())
    }
}

/// The descriptor of a method or attribute of the native type `owner`.
pub fn new_descriptor(
    cx: &mut Cx,
    owner: Gc<Type>,
    name: Gc<Str>,
    def: &'static NativeDef,
) -> Gc<MethodDescr> {
    let is_special = Special::NAMES.contains(&def.name)
        && !matches!(
            def.name,
            "__format__"
                | "__length_hint__"
                | "__missing__"
                | "__reversed__"
                | "__dir__"
                | "__class_getitem__"
                | "__init_subclass__"
                | "__complex__"
                | "__bytes__"
                | "__round__"
                | "__trunc__"
                | "__floor__"
                | "__ceil__"
                | "__enter__"
                | "__exit__"
                | "__instancecheck__"
                | "__subclasscheck__"
                | "__prepare__"
                | "__set_name__"
        );
    let special_getitem = matches!(
        (def.name, owner.name_string().as_str()),
        ("__getitem__", "dict" | "list") | ("__contains__", "dict" | "set" | "frozenset")
    );
    let shape = match def.kind {
        DefKind::Getter { member: true, .. } => shape_id::MEMBER_DESCRIPTOR,
        DefKind::Getter { .. } => shape_id::GETSET_DESCRIPTOR,
        _ if is_special && !special_getitem => shape_id::WRAPPER_DESCRIPTOR,
        _ => shape_id::METHOD_DESCRIPTOR,
    };
    alloc_descr(cx, shape, owner, name, Some(def), 0)
}

pub fn new_class_method(
    cx: &mut Cx,
    owner: Gc<Type>,
    name: Gc<Str>,
    def: &'static NativeDef,
) -> Gc<MethodDescr> {
    alloc_descr(
        cx,
        shape_id::CLASSMETHOD_DESCRIPTOR,
        owner,
        name,
        Some(def),
        0,
    )
}

/// A `__slots__` member: word `member` of the tail.
pub fn new_member(cx: &mut Cx, owner: Gc<Type>, name: Gc<Str>, member: u16) -> Gc<MethodDescr> {
    alloc_descr(cx, shape_id::MEMBER_DESCRIPTOR, owner, name, None, member)
}

pub fn new_builtin(
    cx: &mut Cx,
    def: &'static NativeDef,
    name: Gc<Str>,
    self_: Value,
    module: Value,
) -> Gc<BuiltinFunction> {
    let o = cx.mutator.alloc(
        size_of::<BuiltinFunction>(),
        shape_id::BUILTIN_FUNCTION,
        Kind::BuiltinFunction as u8,
    );
    // SAFETY: fresh memory of this size; the header is kept.
    unsafe {
        let header = std::ptr::read(o);
        o.cast::<BuiltinFunction>().write(BuiltinFunction {
            header,
            def,
            name: Slot::new(name.value()),
            self_: Slot::new(self_),
            module: Slot::new(module),
        });
        Gc::from_ptr(o.cast())
    }
}

/// A `staticmethod` around a native function.
pub fn new_static_method(cx: &mut Cx, f: Value) -> Value {
    crate::types::descriptors::StaticMethod::alloc(cx, f)
}

impl Gc<MethodDescr> {
    pub fn shape(self) -> u32 {
        // SAFETY: a live object.
        unsafe { (*self.header()).shape() }
    }

    pub fn owner(self) -> Gc<Type> {
        Gc::from_value_unchecked(self.objclass.get())
    }

    pub fn name_string(self) -> String {
        Gc::<Str>::from_value(self.name.get()).map_or_else(String::new, |s| s.to_string_lossy())
    }

    /// A plain method or slot wrapper: called with the object as first argument.
    #[inline(always)]
    pub fn is_method(self) -> bool {
        matches!(
            self.shape(),
            shape_id::METHOD_DESCRIPTOR | shape_id::WRAPPER_DESCRIPTOR
        )
    }

    /// Checks that `v` is an instance of the class this descriptor belongs to.
    pub fn check_instance(self, cx: &mut Cx, v: Value) -> PyResult<()> {
        let owner = self.owner();
        if cx.is_instance(v, owner) {
            return Ok(());
        }
        let (name, class, got) = (self.name_string(), owner.dotted_name(), cx.type_name(v));
        Err(match self.shape() {
            shape_id::WRAPPER_DESCRIPTOR => cx.type_error(format!(
                "descriptor '{name}' requires a '{class}' object but received a '{got}'"
            )),
            _ => cx.type_error(format!(
                "descriptor '{name}' for '{class}' objects doesn't apply to a '{got}' object"
            )),
        })
    }
}

// ---- Binding of arguments -------------------------------------------------------------------

/// How a function names itself in messages about its arguments.
#[derive(Clone, Copy)]
pub struct Callee {
    pub def: &'static NativeDef,
    /// The class of a method, for `list.append() takes ...`.
    pub class: Option<Gc<Type>>,
    /// Arguments that precede the parameters: `self` or the class.
    pub receivers: usize,
}

impl Callee {
    /// The function's name in messages; `__new__` and `__init__` go by the name of their class.
    fn name(&self) -> String {
        match self.class {
            Some(c) if self.constructs() => c.name_string(),
            _ => self.def.name.to_string(),
        }
    }

    fn constructs(&self) -> bool {
        matches!(self.def.kind, DefKind::New) || self.def.name == "__init__"
    }

    fn qualified(&self) -> String {
        match self.class {
            Some(_) if self.constructs() => self.name(),
            Some(c) => format!("{}.{}", c.name_string(), self.def.name),
            None => self.def.name.to_string(),
        }
    }
}

/// Most parameters a native function has, receivers included, without `*args`.
const MAX_FIXED: usize = 24;

/// Calls `def` with unbound arguments: receivers, positional, then keyword values.
#[inline]
pub fn call_def(cx: &mut Cx, callee: Callee, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    let p = &callee.def.params;
    let fixed = callee.receivers + p.fixed();
    // Everything given, nothing to reorder: the registers are the arguments.
    if kwnames.is_empty() && args.len() == fixed && p.kwonly == 0 && !p.varkw {
        return (callee.def.func)(cx, args);
    }
    if kwnames.is_empty() && p.kwonly_required == 0 {
        return fill_and_call(cx, callee, args);
    }
    bind_and_call(cx, callee, args, kwnames)
}

/// Most arguments that `fill_and_call` arranges.
const FEW: usize = 8;

/// Positional arguments only: what is absent is optional, the rest goes to `*args`.
fn fill_and_call(cx: &mut Cx, callee: Callee, args: &[Value]) -> PyResult<Value> {
    let p = &callee.def.params;
    let (given, fixed) = (args.len(), callee.receivers + p.fixed());
    let positional = callee.receivers + p.positional as usize;
    let rest = given.saturating_sub(positional);
    let enough = given >= callee.receivers + p.required as usize;
    if !enough || (rest != 0 && !p.varargs) || fixed + rest > FEW {
        return bind_and_call(cx, callee, args, &[]);
    }
    let mut all = [Value::EMPTY; FEW];
    let direct = given - rest;
    all[..direct].copy_from_slice(&args[..direct]);
    all[fixed..fixed + rest].copy_from_slice(&args[direct..]);
    (callee.def.func)(cx, &all[..fixed + rest])
}

fn bind_and_call(
    cx: &mut Cx,
    callee: Callee,
    args: &[Value],
    kwnames: &[Value],
) -> PyResult<Value> {
    let p = &callee.def.params;
    let given = args.len() - kwnames.len();
    let positional = callee.receivers + p.positional as usize;
    let fixed = callee.receivers + p.fixed();
    assert!(
        fixed <= MAX_FIXED,
        "native function with too many parameters"
    );
    if given > positional && !p.varargs {
        return Err(too_many(
            cx,
            &callee,
            given - callee.receivers,
            kwnames.len(),
        ));
    }
    let mut slots = [Value::EMPTY; MAX_FIXED];
    let direct = given.min(positional);
    slots[..direct].copy_from_slice(&args[..direct]);
    let unexpected = bind_keywords(
        cx,
        &callee,
        &mut slots,
        given.min(positional),
        &args[given..],
        kwnames,
    )?;
    if unexpected.is_some() {
        check_count(
            cx,
            &callee,
            given - callee.receivers.min(given),
            kwnames.len(),
        )?;
    }
    check_required(
        cx,
        &callee,
        &slots,
        given - callee.receivers.min(given),
        kwnames.len(),
    )?;
    if let Some(name) = unexpected {
        return Err(unexpected_keyword(cx, &callee, name));
    }
    if p.varargs && given > positional {
        let mut all = ValueVec::with_capacity(cx, fixed + given - positional)?;
        for &v in slots[..fixed].iter().chain(&args[positional..given]) {
            all.push(cx, v)?;
        }
        return (callee.def.func)(cx, all.as_slice());
    }
    (callee.def.func)(cx, &slots[..fixed])
}

/// Whether keywords that a `__new__` without keyword parameters gets are meant for `__init__`: the class
/// has one of its own, written in Python.
#[cold]
fn is_for_python_init(cx: &mut Cx, callee: &Callee, class: Value) -> bool {
    if !matches!(callee.def.kind, DefKind::New) {
        return false;
    }
    let init = Gc::<Type>::from_value(class).and_then(|class| class.special(cx, Special::Init));
    init.is_some_and(|init| Gc::<MethodDescr>::from_value(init).is_none())
}

/// Puts keyword arguments into their slots; says which one the function does not know.
fn bind_keywords(
    cx: &mut Cx,
    callee: &Callee,
    slots: &mut [Value; MAX_FIXED],
    given: usize,
    values: &[Value],
    kwnames: &[Value],
) -> PyResult<Option<Gc<Str>>> {
    let p = &callee.def.params;
    let mut unexpected = None;
    let first_named = p.posonly as usize;
    let named = p.positional as usize + p.kwonly as usize;
    let kwargs_at = callee.receivers + named;
    if !kwnames.is_empty() && first_named == named && !p.varkw {
        if is_for_python_init(cx, callee, slots[0]) {
            return Ok(None);
        }
        let name = callee.qualified();
        return Err(cx.type_error(format!("{name}() takes no keyword arguments")));
    }
    for (&name, &v) in kwnames.iter().zip(values) {
        let Some(text) = Gc::<Str>::from_value(name) else {
            return Err(cx.type_error("keywords must be strings"));
        };
        match (first_named..named).find(|&i| p.names[i].as_bytes() == text.as_bytes()) {
            Some(i) => {
                let at = callee.receivers + i;
                if at < given || !slots[at].is_empty() {
                    let f = callee.name();
                    return Err(cx.type_error(format!(
                        "argument for {f}() given by name ('{}') and position ({})",
                        p.names[i],
                        i + 1
                    )));
                }
                slots[at] = v;
            }
            None if p.varkw => {
                if slots[kwargs_at].is_empty() {
                    slots[kwargs_at] = cx.new_dict().value();
                }
                let d: Gc<crate::types::dict::Dict> = Gc::from_value_unchecked(slots[kwargs_at]);
                d.set(cx, name, v)?;
            }
            None => unexpected = unexpected.or(Some(text)),
        }
    }
    Ok(unexpected)
}

/// TypeError if there are more arguments than parameters.
#[cold]
fn check_count(cx: &mut Cx, callee: &Callee, given: usize, keywords: usize) -> PyResult<()> {
    let p = &callee.def.params;
    let most = p.positional as usize + p.kwonly as usize;
    if given + keywords <= most {
        return Ok(());
    }
    let kind = if given == 0 { "keyword " } else { "" };
    let (f, s, all) = (callee.name(), plural(most), given + keywords);
    Err(cx.type_error(format!(
        "{f}() takes at most {most} {kind}argument{s} ({all} given)"
    )))
}

#[cold]
fn unexpected_keyword(cx: &mut Cx, callee: &Callee, name: Gc<Str>) -> crate::error::Raised {
    let f = callee.name();
    cx.type_error(format!(
        "{f}() got an unexpected keyword argument '{}'",
        name.to_string_lossy()
    ))
}

fn check_required(
    cx: &mut Cx,
    callee: &Callee,
    slots: &[Value; MAX_FIXED],
    given: usize,
    keywords: usize,
) -> PyResult<()> {
    let p = &callee.def.params;
    if callee.receivers > 0 && slots[0].is_empty() {
        let name = callee.qualified();
        return Err(cx.type_error(format!("unbound method {name}() needs an argument")));
    }
    for i in 0..p.required as usize {
        if slots[callee.receivers + i].is_empty() {
            return Err(missing(cx, callee, i, given, keywords));
        }
    }
    for i in 0..p.kwonly as usize {
        if p.kwonly_required >> i & 1 != 0
            && slots[callee.receivers + p.positional as usize + i].is_empty()
        {
            let (f, name) = (callee.name(), p.names[p.positional as usize + i]);
            return Err(cx.type_error(format!(
                "{f}() missing required keyword-only argument: '{name}'"
            )));
        }
    }
    Ok(())
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// The message for a missing required argument, in the words of CPython's calling convention
/// that such a signature has there.
#[cold]
fn missing(
    cx: &mut Cx,
    callee: &Callee,
    index: usize,
    given: usize,
    keywords: usize,
) -> crate::error::Raised {
    let p = &callee.def.params;
    // With `**kwargs`, the positional arguments are unpacked by themselves.
    let only_positional = p.posonly == p.positional || p.varkw;
    if only_positional && p.kwonly == 0 {
        return arity(cx, callee, given);
    }
    let _ = keywords;
    let f = callee.name();
    if index < p.posonly as usize {
        let least = if p.required == p.positional {
            "exactly"
        } else {
            "at least"
        };
        let n = p.required.min(p.posonly) as usize;
        return cx.type_error(format!(
            "{f}() takes {least} {n} positional argument{} ({given} given)",
            plural(n)
        ));
    }
    cx.type_error(format!(
        "{f}() missing required argument '{}' (pos {})",
        p.names[index],
        index + 1
    ))
}

#[cold]
fn too_many(cx: &mut Cx, callee: &Callee, given: usize, keywords: usize) -> crate::error::Raised {
    let p = &callee.def.params;
    if (p.posonly == p.positional || p.varkw) && p.kwonly == 0 {
        return arity(cx, callee, given);
    }
    let f = callee.name();
    let total = p.positional as usize + p.kwonly as usize;
    let most = if p.required as usize == total {
        "exactly"
    } else {
        "at most"
    };
    if given + keywords > total {
        let word = if keywords > 0 || p.posonly < p.positional {
            "argument"
        } else {
            "positional argument"
        };
        return cx.type_error(format!(
            "{f}() takes {most} {total} {word}{} ({} given)",
            plural(total),
            given + keywords
        ));
    }
    let n = p.positional as usize;
    if n == 0 {
        return cx.type_error(format!("{f}() takes no positional arguments"));
    }
    let most = if p.required == p.positional {
        "exactly"
    } else {
        "at most"
    };
    cx.type_error(format!(
        "{f}() takes {most} {n} positional argument{} ({given} given)",
        plural(n)
    ))
}

/// Messages of functions that take positional arguments only.
#[cold]
fn arity(cx: &mut Cx, callee: &Callee, given: usize) -> crate::error::Raised {
    let p = &callee.def.params;
    let (least, most) = (p.required as usize, p.positional as usize);
    if most == 0 && p.varkw && !p.varargs {
        let f = callee.def.name;
        return cx.type_error(format!("{f}() takes no positional arguments"));
    }
    if most == 0 && !p.varargs {
        let name = callee.qualified();
        return cx.type_error(format!("{name}() takes no arguments ({given} given)"));
    }
    if least == 1 && most == 1 && !p.varargs && !matches!(callee.def.kind, DefKind::New) {
        let name = callee.qualified();
        return cx.type_error(format!(
            "{name}() takes exactly one argument ({given} given)"
        ));
    }
    if least == 1 && most == 2 && matches!(callee.def.name, "__pow__" | "__rpow__" | "__ipow__") {
        return cx.type_error(format!("expected 1 or 2 arguments, got {given}"));
    }
    let f = callee.name();
    let (bound, n) = match (least == most && !p.varargs, given < least) {
        (true, _) => ("", least),
        (false, true) => ("at least ", least),
        (false, false) => ("at most ", most),
    };
    cx.type_error(format!(
        "{f} expected {bound}{n} argument{}, got {given}",
        plural(n)
    ))
}

/// The `Params` of a definition that takes exactly its receivers.
pub fn takes_nothing(p: &Params) -> bool {
    p.fixed() == 0 && !p.varargs
}

// ---- Calls ----------------------------------------------------------------------------------

/// Calls a builtin function object.
pub fn call_builtin(
    cx: &mut Cx,
    callee: Value,
    args: &[Value],
    kwnames: &[Value],
) -> PyResult<Value> {
    let f: Gc<BuiltinFunction> = Gc::from_value_unchecked(callee);
    let self_ = f.self_.get();
    let def = f.def;
    match def.kind {
        DefKind::Function | DefKind::StaticMethod => call_def(
            cx,
            Callee {
                def,
                class: None,
                receivers: 0,
            },
            args,
            kwnames,
        ),
        // `T.__new__`: the class is an ordinary first argument.
        DefKind::New => {
            check_new(cx, f, args)?;
            call_def(
                cx,
                Callee {
                    def,
                    class: Gc::from_value(self_),
                    receivers: 1,
                },
                args,
                kwnames,
            )
        }
        _ => {
            let class = if let DefKind::ClassMethod = def.kind {
                Gc::from_value(self_)
            } else {
                Some(cx.type_of(self_))
            };
            let callee = Callee {
                def,
                class,
                receivers: 1,
            };
            let all = ValueVec::with_first(cx, self_, args)?;
            let r = call_def(cx, callee, all.as_slice(), kwnames)?;
            // `__next__` of a native iterator at its end.
            if r.is_empty() {
                Err(cx.stop_iteration(Value::none()))
            } else {
                Ok(r)
            }
        }
    }
}

/// `T.__new__(S)` wants a subtype `S` of `T` whose layout `T` made.
fn check_new(cx: &mut Cx, f: Gc<BuiltinFunction>, args: &[Value]) -> PyResult<()> {
    let Some(class) = Gc::<Type>::from_value(f.self_.get()) else {
        return Ok(());
    };
    let name = class.name_string();
    let Some(&first) = args.first() else {
        return Err(cx.type_error(format!("{name}.__new__(): not enough arguments")));
    };
    let Some(sub) = Gc::<Type>::from_value(first) else {
        let got = cx.type_name(first);
        return Err(cx.type_error(format!("{name}.__new__(X): X is not a type object ({got})")));
    };
    let sub_name = sub.name_string();
    if !sub.is_subtype(class) {
        return Err(cx.type_error(format!(
            "{name}.__new__({sub_name}): {sub_name} is not a subtype of {name}"
        )));
    }
    if sub.flags() & flags::NO_INSTANTIATION != 0 {
        let name = sub.full_name(cx);
        return Err(cx.type_error(format!("cannot create '{name}' instances")));
    }
    if sub.kind() != class.kind() || sub.payload != class.payload {
        let native = crate::types::type_::native_base(sub);
        if native.flags() & flags::NO_INSTANTIATION != 0 {
            let name = sub.full_name(cx);
            return Err(cx.type_error(format!("cannot create '{name}' instances")));
        }
        let best = native.name_string();
        return Err(cx.type_error(format!(
            "{name}.__new__({sub_name}) is not safe, use {best}.__new__()"
        )));
    }
    Ok(())
}

/// Calls an unbound method descriptor: the first argument is the object.
pub fn call_method_descr(
    cx: &mut Cx,
    callee: Value,
    args: &[Value],
    kwnames: &[Value],
) -> PyResult<Value> {
    let d: Gc<MethodDescr> = Gc::from_value_unchecked(callee);
    let Some(def) = d.def else {
        return Err(cx.type_error("'member_descriptor' object is not callable"));
    };
    let owner = d.owner();
    if args.len() == kwnames.len() {
        let (class, name) = (owner.name_string(), d.name_string());
        return Err(match d.shape() {
            shape_id::WRAPPER_DESCRIPTOR => cx.type_error(format!(
                "descriptor '{name}' of '{class}' object needs an argument"
            )),
            _ => cx.type_error(format!("unbound method {class}.{name}() needs an argument")),
        });
    }
    match d.shape() {
        shape_id::GETSET_DESCRIPTOR => {
            return Err(cx.type_error("'getset_descriptor' object is not callable"));
        }
        shape_id::CLASSMETHOD_DESCRIPTOR => {}
        _ => d.check_instance(cx, args[0])?,
    }
    let r = call_def(
        cx,
        Callee {
            def,
            class: Some(owner),
            receivers: 1,
        },
        args,
        kwnames,
    )?;
    if r.is_empty() {
        Err(cx.stop_iteration(Value::none()))
    } else {
        Ok(r)
    }
}

// ---- Types ----------------------------------------------------------------------------------

macro_rules! descr_spec {
    ($id:ident $name:literal $defs:expr, $call:expr) => {
        pub static $id: TypeSpec = TypeSpec {
            name: $name,
            layout: Layout::of::<MethodDescr>(),
            flags: flags::NO_INSTANTIATION,
            defs: $defs,
            call: $call,
            ..TypeSpec::DEFAULT
        };
    };
}

descr_spec!(WRAPPER_SPEC "wrapper_descriptor" &[DescrMethods::DEFS, MethodDescrMethods::DEFS, DescrReduce::DEFS], Some(call_method_descr));
descr_spec!(METHOD_SPEC "method_descriptor" &[DescrMethods::DEFS, MethodDescrMethods::DEFS, DescrReduce::DEFS], Some(call_method_descr));
descr_spec!(CLASSMETHOD_SPEC "classmethod_descriptor" &[DescrMethods::DEFS, MethodDescrMethods::DEFS], Some(call_method_descr));
descr_spec!(GETSET_SPEC "getset_descriptor" &[DescrMethods::DEFS, DataDescrMethods::DEFS], None);
descr_spec!(MEMBER_SPEC "member_descriptor" &[DescrMethods::DEFS, DataDescrMethods::DEFS, DescrReduce::DEFS], None);

pub static BUILTIN_SPEC: TypeSpec = TypeSpec {
    name: "builtin_function_or_method",
    layout: Layout::of::<BuiltinFunction>(),
    flags: flags::NO_INSTANTIATION | flags::WEAKREFABLE,
    defs: &[BuiltinMethods::DEFS],
    call: Some(call_builtin),
    ..TypeSpec::DEFAULT
};
pub static METHOD_WRAPPER_SPEC: TypeSpec = TypeSpec {
    name: "method-wrapper",
    layout: Layout::of::<BuiltinFunction>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[BuiltinMethods::DEFS, WrapperMethods::DEFS],
    call: Some(call_builtin),
    ..TypeSpec::DEFAULT
};

struct WrapperMethods;

#[pymethods]
impl WrapperMethods {
    #[py(getter)]
    fn __objclass__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> Value {
        let class = cx.type_of(this.self_.get());
        let name = Gc::from_value_unchecked(this.name.get());
        let defines = |cx: &mut Cx, t: &Gc<Type>| {
            let found = t.namespace().get_str(cx, name);
            found
                .and_then(Gc::<MethodDescr>::from_value)
                .and_then(|d| d.def)
                .is_some_and(|def| std::ptr::eq(def, this.def))
        };
        let owner = class.mro_types().find(|t| defines(cx, t));
        owner.unwrap_or(class).value()
    }
}

fn text(v: Option<&'static str>, cx: &mut Cx) -> Value {
    match v {
        Some(s) => cx.new_str(s),
        None => Value::none(),
    }
}

struct DescrMethods;

#[pymethods]
impl DescrMethods {
    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<MethodDescr>) -> String {
        let (name, class) = (this.name_string(), this.owner().name_string());
        let _ = cx;
        match this.shape() {
            shape_id::WRAPPER_DESCRIPTOR => format!("<slot wrapper '{name}' of '{class}' objects>"),
            shape_id::GETSET_DESCRIPTOR => format!("<attribute '{name}' of '{class}' objects>"),
            shape_id::MEMBER_DESCRIPTOR => format!("<member '{name}' of '{class}' objects>"),
            _ => format!("<method '{name}' of '{class}' objects>"),
        }
    }
    #[py(getter, member)]
    fn __name__(this: Gc<MethodDescr>) -> Value {
        this.name.get()
    }
    #[py(getter)]
    fn __qualname__(cx: &mut Cx, this: Gc<MethodDescr>) -> PyResult<String> {
        let _ = cx;
        let class = Gc::<Str>::from_value(this.owner().qualname.get())
            .map_or_else(String::new, |s| s.to_string_lossy());
        Ok(format!("{class}.{}", this.name_string()))
    }
    #[py(getter, member)]
    fn __objclass__(this: Gc<MethodDescr>) -> Value {
        this.objclass.get()
    }
    #[py(getter)]
    fn __doc__(cx: &mut Cx, this: Gc<MethodDescr>) -> Value {
        text(this.def.and_then(|d| d.doc), cx)
    }
    #[py(sig = "($self, instance, owner=None, /)")]
    fn __get__(
        cx: &mut Cx,
        this: Gc<MethodDescr>,
        instance: Value,
        owner: Option<Value>,
    ) -> PyResult<Value> {
        if instance.is_none() && owner.is_none_or(Value::is_none) {
            return Err(cx.type_error("__get__(None, None) is invalid"));
        }
        let instance = if instance.is_none() {
            None
        } else {
            Some(instance)
        };
        crate::protocol::attr::bind_descr(cx, this, instance, owner)
    }
}

/// Descriptors that are pickled as attributes of their class.
struct DescrReduce;

#[pymethods]
impl DescrReduce {
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<MethodDescr>) -> PyResult<Value> {
        let getattr = cx.builtin("getattr")?;
        let args = cx.new_tuple(&[this.objclass.get(), this.name.get()]);
        Ok(cx.new_tuple(&[getattr, args]))
    }
}

struct MethodDescrMethods;

#[pymethods]
impl MethodDescrMethods {
    #[py(getter)]
    fn __text_signature__(cx: &mut Cx, this: Gc<MethodDescr>) -> Value {
        text(this.def.and_then(|d| d.sig), cx)
    }
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Gc<MethodDescr>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        cx.call_with_kwargs(this.value(), args, kwargs)
    }
}

struct DataDescrMethods;

#[pymethods]
impl DataDescrMethods {
    #[py(sig = "($self, instance, value, /)")]
    fn __set__(cx: &mut Cx, this: Gc<MethodDescr>, instance: Value, value: Value) -> PyResult<()> {
        crate::protocol::attr::set_through_descr(cx, this, instance, Some(value))
    }
    #[py(sig = "($self, instance, /)")]
    fn __delete__(cx: &mut Cx, this: Gc<MethodDescr>, instance: Value) -> PyResult<()> {
        crate::protocol::attr::set_through_descr(cx, this, instance, None)
    }
}

struct BuiltinMethods;

impl BuiltinMethods {
    fn is_wrapper(this: Gc<BuiltinFunction>) -> bool {
        // SAFETY: a live object.
        unsafe { (*this.header()).shape() == shape_id::METHOD_WRAPPER }
    }
}

#[pymethods]
impl BuiltinMethods {
    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> String {
        let name = this.def.name;
        match this.self_.get().some() {
            Some(s) if Self::is_wrapper(this) => {
                let class = cx.type_name(s);
                format!(
                    "<method-wrapper '{name}' of {class} object at {:#x}>",
                    cx.id(s)
                )
            }
            Some(s) if !crate::object::is_kind(s, Kind::Module) => {
                let class = cx.type_name(s);
                format!(
                    "<built-in method {name} of {class} object at {:#x}>",
                    cx.id(s)
                )
            }
            _ => format!("<built-in function {name}>"),
        }
    }
    #[py]
    fn __eq__(cx: &mut Cx, this: Gc<BuiltinFunction>, other: Value) -> Value {
        let _ = cx;
        match Gc::<BuiltinFunction>::from_value(other) {
            Some(o) => {
                Value::bool(std::ptr::eq(o.def, this.def) && o.self_.get().is(this.self_.get()))
            }
            None => Value::not_implemented(),
        }
    }
    #[py]
    fn __hash__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> i64 {
        let self_ = this.self_.get().some().map_or(0, |v| cx.id(v) as i64 >> 3);
        (std::ptr::from_ref(this.def) as i64 >> 3) ^ self_
    }
    #[py(getter, member)]
    fn __name__(this: Gc<BuiltinFunction>) -> Value {
        this.name.get()
    }
    #[py(getter)]
    fn __qualname__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> Value {
        let class = match this.self_.get().some() {
            None => return this.name.get(),
            Some(s) => match Gc::<Type>::from_value(s) {
                Some(t)
                    if matches!(
                        this.def.kind,
                        DefKind::ClassMethod | DefKind::StaticMethod | DefKind::New
                    ) =>
                {
                    t
                }
                _ if crate::object::is_kind(s, Kind::Module) => return this.name.get(),
                _ => cx.type_of(s),
            },
        };
        let class = Gc::<Str>::from_value(class.qualname.get())
            .map_or_else(String::new, |s| s.to_string_lossy());
        cx.new_str(&format!("{class}.{}", this.def.name))
    }
    #[py(getter)]
    fn __self__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> Value {
        if matches!(this.def.kind, DefKind::StaticMethod) {
            return Value::none();
        }
        match this.self_.get().some() {
            Some(s) => s,
            None => cx.module_named(this.module.get()),
        }
    }
    #[py(getter)]
    fn __module__(this: Gc<BuiltinFunction>) -> Value {
        this.module.get().some().unwrap_or(Value::none())
    }
    #[py(setter = "__module__")]
    fn set_module(cx: &mut Cx, this: Gc<BuiltinFunction>, value: Option<Value>) {
        this.module.set(cx, this, value.unwrap_or(Value::none()));
    }
    #[py(getter)]
    fn __doc__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> Value {
        text(this.def.doc, cx)
    }
    #[py(getter)]
    fn __text_signature__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> Value {
        text(this.def.sig, cx)
    }
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Gc<BuiltinFunction>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        cx.call_with_kwargs(this.value(), args, kwargs)
    }
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> PyResult<Value> {
        let Some(s) = this
            .self_
            .get()
            .some()
            .filter(|s| !crate::object::is_kind(*s, Kind::Module))
        else {
            return Ok(this.name.get());
        };
        let getattr = cx.builtin("getattr")?;
        let args = cx.new_tuple(&[s, this.name.get()]);
        Ok(cx.new_tuple(&[getattr, args]))
    }
}

macro_rules! named {
    ($($t:ty => $name:literal),*) => {$(
        impl crate::native::NamedLayout for $t {
            const PY_NAME: &'static str = $name;
        }
    )*};
}
named!(MethodDescr => "method_descriptor", BuiltinFunction => "builtin_function_or_method", Type => "type", crate::object::Cell => "cell");
