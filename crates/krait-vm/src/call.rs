//! Calling Python functions: binding arguments into the callee's window, from the interpreter's
//! loop and from native code.

use std::sync::atomic::Ordering;

use krait_bytecode::flags::{CO_VARARGS, CO_VARKEYWORDS};
use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::value::Value;
use krait_runtime::vec::fill_few;

use crate::interp::{self, Next};
use crate::objects::code::CodeObj;
use crate::objects::function::{FunctionExt, FunctionObj, NOT_SIMPLE, as_function};
use crate::window::{AUX, CALLER, FRAME, FUNCTION, Frame, HEADER, RETURN_PC, top};

/// The call slot of functions: a call from native code.
pub fn call_function(
    cx: &mut Cx,
    callee: Value,
    args: &[Value],
    kwnames: &[Value],
) -> PyResult<Value> {
    let f = as_function(callee).expect("the call slot of functions gets a function");
    // SAFETY: the window above the running frame is free.
    unsafe {
        let base = top(cx).add(HEADER);
        check_room(cx, base, args.len())?;
        std::ptr::copy_nonoverlapping(args.as_ptr(), base, args.len());
        *base.offset(FUNCTION) = callee;
        bind(cx, f, base, args.len() - kwnames.len(), kwnames)?;
        enter_from_native(cx, f, base);
    }
    run_result(cx)
}

/// Runs a function whose window is filled already (its parameters at `base`).
///
/// # Safety
/// `base` is the first register behind a free header above the running frame.
pub unsafe fn enter_from_native(cx: &mut Cx, f: FunctionObj, base: *mut Value) {
    // SAFETY: by contract.
    unsafe {
        *base.offset(RETURN_PC) = Value::from_bits(interp::exit_stub() as u64);
        *base.offset(CALLER) = Value::from_bits(cx.base as u64);
        *base.offset(AUX) = Value::from_bits(cx.pc as u64);
        *base.offset(FUNCTION) = f.value();
        *base.offset(FRAME) = crate::window::ENTRY_MARK;
        clear_variables(f, base);
        cx.depth += 1;
        cx.base = base;
        cx.pc = f.entry.load(Ordering::Acquire);
        interp::run(cx, cx.pc, base);
    }
}

/// Takes the result of the run that just ended.
pub fn run_result(cx: &mut Cx) -> PyResult<Value> {
    // SAFETY: no other reference to the thread's state.
    let vm = unsafe { crate::thread::vm(cx) };
    match vm.error.take() {
        Some(e) => Err(e),
        None => Ok(std::mem::replace(&mut vm.result, Value::EMPTY)),
    }
}

/// Whether another frame fits at `base`, and nobody wants the thread's attention.
#[inline(always)]
pub fn has_room(cx: &Cx, base: *mut Value) -> bool {
    // The bound is `stack_end`: the slack behind it holds one window of any ordinary function.
    (base as usize) < cx.mutator.poll().bound() && cx.depth < cx.recursion_limit
}

/// RecursionError if there is no room for another frame at `base`. Serves who wants attention: recursion
/// without loops must not keep other threads, signals and finalizers waiting.
#[inline(always)]
pub fn check_room(cx: &mut Cx, base: *mut Value, args: usize) -> PyResult<()> {
    let last = base.wrapping_add(args);
    if has_room(cx, last) {
        return Ok(());
    }
    poll_and_check_room(cx, last)
}

#[cold]
#[inline(never)]
fn poll_and_check_room(cx: &mut Cx, last: *mut Value) -> PyResult<()> {
    if cx.mutator.poll().bound() == 0 {
        crate::pending::poll(cx)?;
    }
    check_depth(cx, last)
}

/// As [`check_room`], but others have to wait.
pub fn check_depth(cx: &mut Cx, last: *mut Value) -> PyResult<()> {
    if (last as usize) < cx.stack_end as usize && cx.depth < cx.recursion_limit {
        Ok(())
    } else {
        Err(too_deep(cx))
    }
}

#[cold]
fn too_deep(cx: &mut Cx) -> Raised {
    cx.recursion_error("maximum recursion depth exceeded")
}

/// Variables that are no parameters start unbound.
///
/// # Safety
/// `base` is the window of a frame of `f`.
#[inline(always)]
pub unsafe fn clear_variables(f: FunctionObj, base: *mut Value) {
    let (from, to) = (
        f.unbound_from.load(Ordering::Relaxed) as usize,
        f.unbound_to.load(Ordering::Relaxed) as usize,
    );
    // SAFETY: inside the window.
    unsafe { fill_few(base.add(from), to - from, Value::UNBOUND) };
}

/// Enters the function `f` whose arguments stand bound at `base`, called by the instruction of `caller`.
///
/// # Safety
/// The window is complete but for the header.
#[inline(always)]
pub unsafe fn push(cx: &mut Cx, caller: Frame, f: FunctionObj, base: *mut Value) -> Next {
    // SAFETY: by contract.
    unsafe {
        *base.offset(RETURN_PC) = Value::from_bits(caller.pc as u64);
        *base.offset(CALLER) = Value::from_bits(caller.base as u64);
        *base.offset(FUNCTION) = f.value();
        *base.offset(FRAME) = Value::EMPTY;
        clear_variables(f, base);
        cx.depth += 1;
        Next {
            pc: f.entry.load(Ordering::Acquire),
            base,
        }
    }
}

/// Enters the method `f` for the instruction of `caller`, which is no call, with the first `N` of `args` in
/// a window behind its own. `mark` says what becomes of the result. `None`:
/// the function takes other arguments, or there is no room; nothing is done.
///
/// The arguments come one by one: an array would cost a handler its tail calls.
///
/// # Safety
/// `caller` is the running frame.
#[inline(always)]
pub unsafe fn enter_method<const N: usize>(
    cx: &mut Cx,
    caller: Frame,
    f: FunctionObj,
    (first, second, third): (Value, Value, Value),
    mark: Value,
) -> Option<Next> {
    // SAFETY: the window above the running frame is free.
    unsafe {
        let new = caller.end().add(HEADER);
        if !is_exact(f, N) || !has_room(cx, new) {
            return None;
        }
        *new = first;
        if N > 1 {
            *new.add(1) = second;
        }
        if N > 2 {
            *new.add(2) = third;
        }
        let next = push(cx, caller, f, new);
        *new.offset(FRAME) = mark;
        Some(next)
    }
}

/// As [`enter_method`] for a helper that returns to its handler: `cx` says where to go on.
///
/// # Safety
/// As there; the window at `cx.base` is the running one.
#[inline(always)]
pub unsafe fn enter_method_here<const N: usize>(
    cx: &mut Cx,
    f: FunctionObj,
    args: (Value, Value, Value),
    mark: Value,
) -> bool {
    // SAFETY: by contract.
    unsafe {
        let caller = Frame::running(cx);
        match enter_method::<N>(cx, caller, f, args, mark) {
            Some(n) => {
                cx.pc = n.pc;
                cx.base = n.base;
                true
            }
            None => false,
        }
    }
}

/// Arranges `given` positional arguments and keyword values at `base` into the function's
/// parameters.
///
/// # Safety
/// The arguments stand at `base`, with free registers behind them.
pub unsafe fn bind(
    cx: &mut Cx,
    f: FunctionObj,
    base: *mut Value,
    given: usize,
    kwnames: &[Value],
) -> PyResult<()> {
    if kwnames.is_empty() && f.exact_args.load(Ordering::Relaxed) as usize == given {
        return Ok(());
    }
    let unit = &f.body().unit;
    let plain = unit.flags & (CO_VARARGS | CO_VARKEYWORDS) == 0
        // SAFETY: by contract.
        && unsafe {
            kwnames.is_empty() && fill_plain_defaults(f, base, given)
                || bind_plain(cx, f, base, given, kwnames)
        };
    if plain {
        return Ok(());
    }
    let parameters = (unit.argcount + unit.kwonlyargcount) as usize + 2;
    // SAFETY: by contract. The registers count as roots meanwhile: no frame has them yet.
    unsafe {
        let vm = crate::thread::vm_ptr(cx);
        let words = parameters.max(given + kwnames.len());
        let outer = std::mem::replace(&mut (*vm).filling, (base, words));
        let r = match bind_rest(cx, f, base, given, kwnames) {
            Ok(true) => Ok(()),
            Ok(false) => bind_slow(cx, f, base, given, kwnames),
            Err(e) => Err(e),
        };
        (*vm).filling = outer;
        r
    }
}

/// Copies the defaults of a function that has positional parameters only, where that is all there is
/// to do.
///
/// # Safety
/// As `bind`.
#[inline(always)]
pub unsafe fn fill_plain_defaults(f: FunctionObj, base: *mut Value, given: usize) -> bool {
    let defaults = f.defaults.get();
    if defaults.is_none() {
        return false;
    }
    // `None` or a tuple. No tuple is as long as `NOT_SIMPLE` would need.
    let defaults = Gc::<Tuple>::from_value_unchecked(defaults).as_slice();
    let missing = (f.exact_args.load(Ordering::Relaxed) as usize).wrapping_sub(given);
    if missing > defaults.len() {
        return false;
    }
    let from = defaults.len() - missing;
    let mut i = 0;
    while i < missing {
        // SAFETY: registers of the window. The empty statement: see `copy_few`.
        unsafe {
            *base.add(given + i) = *defaults.get_unchecked(from + i);
            std::arch::asm!("", options(nomem, nostack, preserves_flags));
        }
        i += 1;
    }
    true
}

/// Most keywords of a call that `bind_plain` arranges.
const FEW: usize = 8;

/// Binds keywords and fills in defaults where no object has to be made for it. `false`: nothing was
/// changed, something is special or wrong.
///
/// # Safety
/// As `bind`.
#[inline(never)]
unsafe fn bind_plain(
    cx: &mut Cx,
    f: FunctionObj,
    base: *mut Value,
    given: usize,
    kwnames: &[Value],
) -> bool {
    let code = f.body();
    let unit = &code.unit;
    let npos = unit.argcount as usize;
    let total = npos + unit.kwonlyargcount as usize;
    if unit.flags & (CO_VARARGS | CO_VARKEYWORDS) != 0
        || given > npos
        || total > 64
        || kwnames.len() > FEW
    {
        return false;
    }
    if unit.has_namespace() {
        // Code of a module as a function: its globals are its namespace.
        // SAFETY: the first register of the window.
        unsafe { *base = f.globals.get() };
        return kwnames.is_empty();
    }
    let needs_names = total > npos || !kwnames.is_empty();
    let known = crate::objects::code::known_parameter_names(code);
    if needs_names && known.is_none() {
        return false;
    }
    let names = known.as_ref().map_or(&[][..], |array| array.values());
    let mut to = [0u8; FEW];
    let mut named = 0u64;
    for (to, name) in to.iter_mut().zip(kwnames) {
        let first = given.max(unit.posonlyargcount as usize);
        match (first..total).find(|&i| names[i] == *name) {
            Some(i) => *to = i as u8,
            None => return false,
        }
        named |= 1 << *to;
    }
    let defaults = Gc::<Tuple>::from_value(f.defaults.get());
    let defaults = defaults.as_ref().map_or(&[][..], |d| d.as_slice());
    let first_default = npos.saturating_sub(defaults.len());
    let is_named = |i: usize| named >> i & 1 != 0;
    if (given..first_default).any(|i| !is_named(i)) {
        return false;
    }
    let kwdefaults = Gc::<Dict>::from_value(f.kwdefaults.get());
    let keyword_default = |cx: &mut Cx, i: usize| {
        let name = Gc::from_value_unchecked(names[i]);
        kwdefaults.and_then(|d| d.get_str(cx, name))
    };
    if (npos..total).any(|i| !is_named(i) && keyword_default(cx, i).is_none()) {
        return false;
    }
    // SAFETY: registers of the window, and the values behind the positional arguments.
    unsafe {
        let mut values = [Value::EMPTY; FEW];
        for (i, v) in values.iter_mut().enumerate().take(kwnames.len()) {
            *v = *base.add(given + i);
        }
        let skip = defaults.len().saturating_sub(npos);
        for i in given.max(first_default)..npos {
            *base.add(i) = defaults[i - first_default + skip];
        }
        for i in (npos..total).filter(|&i| !is_named(i)) {
            *base.add(i) = keyword_default(cx, i).unwrap_or(Value::EMPTY);
        }
        for (v, to) in values.iter().zip(to).take(kwnames.len()) {
            *base.add(to as usize) = *v;
        }
    }
    true
}

/// Binds positional arguments to parameters, `*args` and `**kwargs`. `false`: nothing was changed,
/// there are keywords, or something is wrong.
///
/// # Safety
/// As `bind`; what stands at `base` is a root.
#[inline(never)]
unsafe fn bind_rest(
    cx: &mut Cx,
    f: FunctionObj,
    base: *mut Value,
    given: usize,
    kwnames: &[Value],
) -> PyResult<bool> {
    let unit = &f.body().unit;
    let npos = unit.argcount as usize;
    let (varargs, varkw) = (
        unit.flags & CO_VARARGS != 0,
        unit.flags & CO_VARKEYWORDS != 0,
    );
    let defaults = Gc::<Tuple>::from_value(f.defaults.get());
    let defaults = defaults.as_ref().map_or(&[][..], |d| d.as_slice());
    if !kwnames.is_empty()
        || unit.kwonlyargcount != 0
        || unit.has_namespace()
        || given > npos && !varargs
        || npos.saturating_sub(given) > defaults.len()
    {
        return Ok(false);
    }
    // SAFETY: arguments, and registers of the window.
    unsafe {
        if varargs {
            let first = npos.min(given);
            let rest = std::slice::from_raw_parts(base.add(first), given - first);
            let rest = cx.try_new_tuple(rest)?;
            *base.add(npos) = rest;
        }
        if varkw {
            *base.add(npos + varargs as usize) = cx.new_dict().value();
        }
        if given < npos {
            let missing = &defaults[defaults.len() - (npos - given)..];
            for (i, &v) in missing.iter().enumerate() {
                *base.add(given + i) = v;
            }
        }
    }
    Ok(true)
}

/// # Safety
/// As `bind`.
#[inline(never)]
unsafe fn bind_slow(
    cx: &mut Cx,
    f: FunctionObj,
    base: *mut Value,
    given: usize,
    kwnames: &[Value],
) -> PyResult<()> {
    let code = f.body();
    let unit = &code.unit;
    let npos = unit.argcount as usize;
    let nkwonly = unit.kwonlyargcount as usize;
    let varargs = unit.flags & CO_VARARGS != 0;
    let varkw = unit.flags & CO_VARKEYWORDS != 0;
    let total = npos + nkwonly;
    if nkwonly != 0 || !kwnames.is_empty() {
        // The next call may find them.
        crate::objects::code::parameter_names(cx, code);
    }
    // Keyword values are saved first: they stand where parameters go.
    // SAFETY: the values stand behind the positional arguments.
    let keywords = unsafe { std::slice::from_raw_parts(base.add(given), kwnames.len()) };
    let keywords = krait_runtime::vec::ValueVec::from_slice(cx, keywords)?;
    let rest = if varargs {
        // SAFETY: given arguments beyond the positional parameters.
        let extra = unsafe {
            std::slice::from_raw_parts(base.add(npos.min(given)), given.saturating_sub(npos))
        };
        Some(cx.try_new_tuple(extra)?)
    } else {
        None
    };
    let kwdict = if varkw { Some(cx.new_dict()) } else { None };
    // SAFETY: registers of the window.
    unsafe {
        for i in npos.min(given)..total {
            *base.add(i) = Value::EMPTY;
        }
        if let Some(r) = rest {
            *base.add(total) = r;
        }
        if let Some(d) = kwdict {
            *base.add(total + varargs as usize) = d.value();
        }
        bind_keywords(cx, f, code, base, keywords.as_slice(), kwnames, kwdict)?;
        if given > npos && !varargs {
            return Err(too_many_positional(cx, f, code, base, given));
        }
        if given < npos {
            fill_defaults(cx, f, code, base, given)?;
        }
        if nkwonly != 0 {
            fill_keyword_defaults(cx, f, code, base)?;
        }
    }
    Ok(())
}

/// # Safety
/// `base` is the window being filled.
unsafe fn bind_keywords(
    cx: &mut Cx,
    f: FunctionObj,
    code: CodeObj,
    base: *mut Value,
    values: &[Value],
    kwnames: &[Value],
    kwdict: Option<Gc<Dict>>,
) -> PyResult<()> {
    let unit = &code.unit;
    let total = (unit.argcount + unit.kwonlyargcount) as usize;
    let known = crate::objects::code::parameter_names(cx, code);
    for (&name, &v) in kwnames.iter().zip(values) {
        let Some(text) = Gc::<Str>::from_value(name) else {
            let q = qualname(f);
            return Err(cx.type_error(format!("{q}() keywords must be strings")));
        };
        let candidates = unit.posonlyargcount as usize..total;
        let found = candidates
            .clone()
            .find(|&i| known.values()[i] == name)
            .or_else(|| {
                candidates
                    .clone()
                    .find(|&i| unit.varnames[i].as_bytes() == text.as_bytes())
            });
        match (found, kwdict) {
            (Some(i), _) => {
                // SAFETY: a parameter's register.
                unsafe {
                    if !(*base.add(i)).is_empty() {
                        let q = qualname(f);
                        let name = text.to_string_lossy();
                        return Err(cx.type_error(format!(
                            "{q}() got multiple values for argument '{name}'"
                        )));
                    }
                    *base.add(i) = v;
                }
            }
            // A subclass's `__eq__` would run where the arguments stand: its plain text is the key.
            (None, Some(d)) => {
                let key = if cx.type_of(name) == cx.types().str {
                    text
                } else {
                    Gc::from_value_unchecked(cx.new_str_wtf8(text.as_bytes()))
                };
                d.set_str(cx, key, v);
            }
            (None, None) => return Err(unexpected_keyword(cx, f, code, text, kwnames)),
        }
    }
    Ok(())
}

fn qualname(f: FunctionObj) -> String {
    Gc::<Str>::from_value(f.qualname.get()).map_or_else(String::new, |s| s.to_string_lossy())
}

#[cold]
fn unexpected_keyword(
    cx: &mut Cx,
    f: FunctionObj,
    code: CodeObj,
    name: Gc<Str>,
    kwnames: &[Value],
) -> Raised {
    let q = qualname(f);
    let unit = &code.unit;
    let posonly: Vec<String> = unit.varnames[..unit.posonlyargcount as usize]
        .iter()
        .filter(|p| {
            kwnames
                .iter()
                .any(|k| Gc::<Str>::from_value(*k).is_some_and(|k| k.as_bytes() == p.as_bytes()))
        })
        .map(|p| p.to_lossy().into_owned())
        .collect();
    if !posonly.is_empty() {
        return cx.type_error(format!(
            "{q}() got some positional-only arguments passed as keyword arguments: '{}'",
            posonly.join(", ")
        ));
    }
    let text = name.to_string_lossy();
    let params = &unit.varnames
        [unit.posonlyargcount as usize..(unit.argcount + unit.kwonlyargcount) as usize];
    let candidates: Vec<String> = params.iter().map(|p| p.to_lossy().into_owned()).collect();
    let hint = krait_runtime::suggest::closest(&text, candidates.iter().map(String::as_str));
    match hint {
        Some(h) => cx.type_error(format!(
            "{q}() got an unexpected keyword argument '{text}'. Did you mean '{h}'?"
        )),
        None => cx.type_error(format!("{q}() got an unexpected keyword argument '{text}'")),
    }
}

/// # Safety
/// `base` is the window being filled.
unsafe fn fill_defaults(
    cx: &mut Cx,
    f: FunctionObj,
    code: CodeObj,
    base: *mut Value,
    given: usize,
) -> PyResult<()> {
    let npos = code.unit.argcount as usize;
    let defaults = Gc::<Tuple>::from_value(f.defaults.get());
    let ndefaults = defaults.map_or(0, |d| d.len());
    let first_default = npos.saturating_sub(ndefaults);
    let mut missing = Vec::new();
    for i in given..npos {
        // SAFETY: a parameter's register.
        unsafe {
            if (*base.add(i)).is_empty() {
                match defaults {
                    Some(d) if i >= first_default => {
                        *base.add(i) = d.get(i - first_default + ndefaults.saturating_sub(npos))
                    }
                    _ => missing.push(i),
                }
            }
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing_arguments(cx, f, code, &missing, "positional"))
    }
}

/// # Safety
/// `base` is the window being filled.
unsafe fn fill_keyword_defaults(
    cx: &mut Cx,
    f: FunctionObj,
    code: CodeObj,
    base: *mut Value,
) -> PyResult<()> {
    let npos = code.unit.argcount as usize;
    let defaults = Gc::<Dict>::from_value(f.kwdefaults.get());
    let mut missing = Vec::new();
    for i in npos..npos + code.unit.kwonlyargcount as usize {
        // SAFETY: a parameter's register.
        unsafe {
            if (*base.add(i)).is_empty() {
                let names = crate::objects::code::parameter_names(cx, code);
                let name = Gc::from_value_unchecked(names.values()[i]);
                match defaults.and_then(|d| d.get_str(cx, name)) {
                    Some(v) => *base.add(i) = v,
                    None => missing.push(i),
                }
            }
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing_arguments(cx, f, code, &missing, "keyword-only"))
    }
}

#[cold]
fn missing_arguments(
    cx: &mut Cx,
    f: FunctionObj,
    code: CodeObj,
    missing: &[usize],
    kind: &str,
) -> Raised {
    let names: Vec<String> = missing
        .iter()
        .map(|&i| format!("'{}'", code.unit.varnames[i].to_lossy()))
        .collect();
    let listed = match names.as_slice() {
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [start @ .., last] => format!("{}, and {last}", start.join(", ")),
        [] => String::new(),
    };
    let (q, n) = (qualname(f), names.len());
    let plural = if n == 1 { "" } else { "s" };
    cx.type_error(format!(
        "{q}() missing {n} required {kind} argument{plural}: {listed}"
    ))
}

/// # Safety
/// `base` is the window being filled.
#[cold]
unsafe fn too_many_positional(
    cx: &mut Cx,
    f: FunctionObj,
    code: CodeObj,
    base: *mut Value,
    given: usize,
) -> Raised {
    let unit = &code.unit;
    let npos = unit.argcount as usize;
    let ndefaults = Gc::<Tuple>::from_value(f.defaults.get()).map_or(0, |d| d.len());
    // SAFETY: parameters' registers.
    let kwonly_given = (npos..npos + unit.kwonlyargcount as usize)
        .filter(|&i| unsafe { !(*base.add(i)).is_empty() })
        .count();
    let (takes, plural) = if ndefaults != 0 {
        (
            format!("from {} to {npos}", npos - ndefaults.min(npos)),
            true,
        )
    } else {
        (npos.to_string(), npos != 1)
    };
    let s = |p: bool| if p { "s" } else { "" };
    let kwonly = if kwonly_given > 0 {
        format!(
            " positional argument{} (and {kwonly_given} keyword-only argument{})",
            s(given != 1),
            s(kwonly_given != 1)
        )
    } else {
        String::new()
    };
    let were = if given == 1 && kwonly_given == 0 {
        "was"
    } else {
        "were"
    };
    let q = qualname(f);
    cx.type_error(format!(
        "{q}() takes {takes} positional argument{} but {given}{kwonly} {were} given",
        s(plural)
    ))
}

/// Whether a call with `n` positional arguments needs no binding.
#[inline(always)]
pub fn is_exact(f: FunctionObj, n: usize) -> bool {
    let exact = f.exact_args.load(Ordering::Relaxed);
    exact as usize == n && exact != NOT_SIMPLE
}

/// Calls a Python function for a frame that gets a namespace in register 0: module, class and
/// `exec` code.
pub fn run_with_namespace(cx: &mut Cx, f: FunctionObj, namespace: Value) -> PyResult<Value> {
    // SAFETY: the window above the running frame is free.
    unsafe {
        let base = top(cx).add(HEADER);
        check_room(cx, base, 1)?;
        *base = namespace;
        enter_from_native(cx, f, base);
    }
    run_result(cx)
}
