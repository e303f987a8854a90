//! Arranging the arguments of native functions.

use std::mem::MaybeUninit;

use super::errors::{check_count, missing, too_many, unexpected_keyword};
use super::slots::slot_of;
use super::{BuiltinFunction, MethodDescr};
use crate::cx::Root;
use crate::native::{Cx, DefKind, NativeDef, Params, PyResult, Value};
use crate::object::Gc;
use crate::special::Special;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::typeobj::Type;
use crate::vec::{ValueVec, clear_few, copy_few};

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
    pub(super) fn name(&self) -> String {
        match self.class {
            Some(c) if self.constructs() => c.name_string(),
            _ => self.def.name.to_string(),
        }
    }

    pub(super) fn constructs(&self) -> bool {
        matches!(self.def.kind, DefKind::New) || self.def.name == "__init__"
    }

    /// A method behind a slot complains in the words of CPython's wrappers of slots.
    pub(super) fn is_slot(&self) -> bool {
        self.class
            .is_some_and(|c| slot_of(self.def, &c.name_string()).is_some())
            && !self.constructs()
    }

    /// The name with that of the class or module.
    pub(super) fn qualified(&self, cx: &mut Cx) -> String {
        match self.class {
            Some(_) if self.constructs() => self.name(),
            Some(c) => format!("{}.{}", c.name_string(), self.def.name),
            None => match self.module(cx).map(Gc::<Str>::to_string_lossy) {
                Some(module) if module != "builtins" => format!("{module}.{}", self.def.name),
                _ => self.def.name.to_string(),
            },
        }
    }

    /// The module that has the function, as far as it is known to programs.
    fn module(&self, cx: &mut Cx) -> Option<Gc<Str>> {
        let modules = Gc::<Dict>::from_value(cx.root(Root::Modules))?;
        let name = cx.intern(self.def.name);
        let mut at = 0;
        while let Some((_, module)) = modules.next_entry(&mut at) {
            let found = Gc::<Module>::from_value(module)
                .and_then(|m| m.namespace().get_str(cx, name))
                .and_then(Gc::<BuiltinFunction>::from_value);
            if let Some(f) = found.filter(|f| std::ptr::eq(f.def, self.def)) {
                return Gc::from_value(f.module.get());
            }
        }
        None
    }
}

/// Most parameters a native function has, receivers included, without `*args`.
const MAX_FIXED: usize = 24;

/// Calls `def` with unbound arguments: receivers, positional, then keyword values.
#[inline]
pub fn call_def(cx: &mut Cx, callee: Callee, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    let p = &callee.def.params;
    let fixed = callee.receivers + p.fixed();
    if callee.def.ignores && args.len() > kwnames.len() {
        return call_ignoring(cx, callee.def, args[0]);
    }
    // Everything given, nothing to reorder: the registers are the arguments.
    if kwnames.is_empty() && args.len() == fixed && p.kwonly == 0 && !p.varkw {
        return (callee.def.func)(cx, args);
    }
    if kwnames.is_empty() {
        return fill_and_call(cx, callee.def, callee.class, callee.receivers, args);
    }
    let mut all = [Value::EMPTY; FEW];
    match name_few(&callee, &mut all, args, kwnames) {
        Some(n) => (callee.def.func)(cx, &all[..n]),
        None => bind_and_call(cx, callee, args, kwnames),
    }
}

/// Calls a `__new__` that looks at the class only. Handlers call it, whose own frames must have no array.
#[inline(never)]
pub fn call_ignoring(cx: &mut Cx, def: &'static NativeDef, class: Value) -> PyResult<Value> {
    let all = [class, Value::EMPTY];
    (def.func)(cx, &all[..def.fixed as usize])
}

/// Puts the arguments of a function that has few parameters into their places; says how many words that makes. `None`:
/// there are more of them, some belong into `**kwargs`, or something is wrong.
fn name_few(
    callee: &Callee,
    all: &mut [Value; FEW],
    args: &[Value],
    kwnames: &[Value],
) -> Option<usize> {
    let (p, receivers) = (&callee.def.params, callee.receivers);
    let given = args.len() - kwnames.len();
    let fixed = receivers + p.fixed();
    let rest = given.saturating_sub(receivers + p.positional as usize);
    if p.kwonly_required != 0 || given < receivers || rest != 0 && !p.varargs || fixed + rest > FEW
    {
        return None;
    }
    let (given, named) = args.split_at(given);
    let (positional, rest) = given.split_at(given.len() - rest);
    let places = all.iter_mut().zip(positional);
    places.for_each(|(to, v)| *to = *v);
    let places = all[fixed..].iter_mut().zip(rest);
    places.for_each(|(to, v)| *to = *v);
    let parameters = p.posonly as usize..(p.positional + p.kwonly) as usize;
    for (name, v) in kwnames.iter().zip(named) {
        let text = Gc::<Str>::from_value(*name)?;
        let mut parameters = parameters.clone();
        let i = parameters.find(|&i| p.names[i].as_bytes() == text.as_bytes())?;
        let place = &mut all[receivers + i];
        if !place.is_empty() {
            return None;
        }
        *place = *v;
    }
    let required = &all[..receivers + p.required as usize];
    let complete = !required.iter().any(|v| v.is_empty());
    complete.then_some(fixed + rest.len())
}

/// Most arguments that `fill_and_call` arranges.
const FEW: usize = NativeDef::FEW;

/// `call_def` for positional arguments only: what is absent is optional, the rest goes to `*args`.
/// Takes scalars: handlers of the interpreter call it.
pub fn fill_and_call(
    cx: &mut Cx,
    def: &'static NativeDef,
    class: Option<Gc<Type>>,
    receivers: usize,
    args: &[Value],
) -> PyResult<Value> {
    let (given, fixed) = (args.len(), def.fixed as usize);
    if given < def.least as usize || given > def.most as usize {
        let callee = Callee {
            def,
            class,
            receivers,
        };
        return fill_rest_and_call(cx, &callee, args);
    }
    let mut all = [MaybeUninit::uninit(); FEW];
    copy_few(&mut all, args);
    clear_few(&mut all[given..fixed]);
    // SAFETY: these are written.
    let all = unsafe { std::slice::from_raw_parts(all.as_ptr().cast(), fixed) };
    (def.func)(cx, all)
}

/// The rest of `fill_and_call`: there is something for `*args`, or something is wrong.
#[inline(never)]
fn fill_rest_and_call(cx: &mut Cx, callee: &Callee, args: &[Value]) -> PyResult<Value> {
    let p = &callee.def.params;
    let fixed = callee.receivers + p.fixed();
    let rest = args
        .len()
        .saturating_sub(callee.receivers + p.positional as usize);
    let enough = args.len() >= callee.receivers + p.required as usize && p.kwonly_required == 0;
    if !enough || !p.varargs || fixed + rest > FEW {
        return bind_and_call(cx, *callee, args, &[]);
    }
    let mut all = [MaybeUninit::uninit(); FEW];
    let (direct, more) = args.split_at(args.len() - rest);
    copy_few(&mut all, direct);
    clear_few(&mut all[direct.len()..fixed]);
    copy_few(&mut all[fixed..], more);
    // SAFETY: these are written.
    let all = unsafe { std::slice::from_raw_parts(all.as_ptr().cast(), fixed + rest) };
    (callee.def.func)(cx, all)
}

#[inline(never)]
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
    let named = p.posonly < p.positional || p.kwonly > 0 || p.varkw;
    let own = given - callee.receivers.min(given);
    let total = p.positional as usize + p.kwonly as usize;
    let too_many_together = named && !p.varkw && own > 0 && own + kwnames.len() > total;
    if !p.varargs && (too_many_together || given > positional && (kwnames.is_empty() || named)) {
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
        let own = given - callee.receivers.min(given);
        return Err(unexpected_keyword(cx, &callee, name, own));
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
        let name = match callee.is_slot() {
            true => format!("wrapper {}", callee.def.name),
            false => callee.qualified(cx),
        };
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
                let d: Gc<Dict> = Gc::from_value_unchecked(slots[kwargs_at]);
                d.set(cx, name, v)?;
            }
            None => unexpected = unexpected.or(Some(text)),
        }
    }
    Ok(unexpected)
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
        let name = callee.qualified(cx);
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

/// The `Params` of a definition that takes exactly its receivers.
pub fn takes_nothing(p: &Params) -> bool {
    p.fixed() == 0 && !p.varargs
}
