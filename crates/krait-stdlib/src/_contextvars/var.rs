//! `ContextVar` and `Token`.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::{context, map};
use crate::prelude::*;

#[derive(Trace)]
pub struct ContextVar {
    name: Slot,
    default: Slot,
}
impl Native for ContextVar {
    const PY_NAME: &'static str = "_contextvars.ContextVar";
}

/// What `ContextVar.set` returns: the context, the variable and what it had (`EMPTY` if nothing).
#[derive(Trace)]
pub struct Token {
    context: Slot,
    var: Slot,
    old: Slot,
    used: AtomicBool,
}
impl Native for Token {
    const PY_NAME: &'static str = "_contextvars.Token";
}

/// The type of `Token.MISSING`.
#[derive(Trace)]
pub struct Missing(());
impl Native for Missing {
    const PY_NAME: &'static str = "Token.MISSING";
}

type This = Obj<ContextVar>;
type TokenObj = Obj<Token>;

pub static CONTEXT_VAR: TypeSpec = TypeSpec {
    name: "ContextVar",
    module: "_contextvars",
    layout: Layout::native::<ContextVar>(),
    defs: &[Methods::DEFS, Generic::DEFS],
    ..TypeSpec::DEFAULT
};
pub static TOKEN: TypeSpec = TypeSpec {
    name: "Token",
    module: "_contextvars",
    layout: Layout::native::<Token>(),
    defs: &[TokenMethods::DEFS, Generic::DEFS],
    init: Some(init_token),
    ..TypeSpec::DEFAULT
};
static MISSING: TypeSpec = TypeSpec {
    name: "MISSING",
    module: "Token",
    layout: Layout::native::<Missing>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[MissingMethods::DEFS],
    ..TypeSpec::DEFAULT
};

/// The bits of the interpreter's `Token.MISSING`.
#[derive(Default)]
struct MissingObject(AtomicU64);

fn init_token(cx: &mut Cx, t: Gc<Type>) -> PyResult<()> {
    let class = cx.native_type(&MISSING)?;
    let v = NativeObj::alloc(cx, class, Missing(())).value();
    cx.keep_forever(v);
    cx.state::<MissingObject>()
        .0
        .store(v.bits(), Ordering::Release);
    let name = cx.intern("MISSING");
    t.namespace().set_str(cx, name, v);
    Ok(())
}

fn missing(cx: &Cx) -> Value {
    Value::from_bits(cx.state::<MissingObject>().0.load(Ordering::Acquire))
}

struct MissingMethods;

#[pymethods]
impl MissingMethods {
    #[py]
    fn __repr__(_this: Value) -> &'static str {
        "<Token.MISSING>"
    }
}

/// A new variable without a default.
pub fn new_var(cx: &mut Cx, name: &str) -> PyResult<Value> {
    let name = cx.intern(name);
    let class = cx.native_type(&CONTEXT_VAR)?;
    let new = ContextVar {
        name: slot(name.value()),
        default: slot(Value::EMPTY),
    };
    Ok(NativeObj::alloc(cx, class, new).value())
}

/// What the thread's context holds for `var`.
pub fn lookup(cx: &Cx, var: Value) -> Option<Value> {
    context::existing(cx).and_then(|c| map::get(c.vars.get(), var))
}

/// Sets `var` in the thread's context, without a token.
pub fn assign(cx: &mut Cx, var: Value, value: Value) -> PyResult<()> {
    let context = context::current(cx)?;
    let vars = map::insert(cx, context.vars.get(), map::Key::identity(var), value)?;
    context.vars.set(cx, context, vars);
    Ok(())
}

fn set(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
    let class = cx.native_type(&TOKEN)?;
    let context = context::current(cx)?;
    let old = map::get(context.vars.get(), this.value()).unwrap_or(Value::EMPTY);
    assign(cx, this.value(), value)?;
    let token = Token {
        context: slot(context.value()),
        var: slot(this.value()),
        old: slot(old),
        used: AtomicBool::new(false),
    };
    Ok(NativeObj::alloc(cx, class, token).value())
}

fn reset(cx: &mut Cx, this: This, token: TokenObj) -> PyResult<()> {
    let shown = |cx: &mut Cx| cx.repr_string(token.value());
    if token.used.load(Ordering::Acquire) {
        let shown = shown(cx)?;
        return Err(cx.runtime_error(format!("{shown} has already been used once")));
    }
    if token.var.get() != this.value() {
        let shown = shown(cx)?;
        return Err(cx.value_error(format!("{shown} was created by a different ContextVar")));
    }
    let context = context::current(cx)?;
    if token.context.get() != context.value() {
        let shown = shown(cx)?;
        return Err(cx.value_error(format!("{shown} was created in a different Context")));
    }
    token.used.store(true, Ordering::Release);
    let vars = match token.old.get().some() {
        Some(old) => map::insert(
            cx,
            context.vars.get(),
            map::Key::identity(this.value()),
            old,
        )?,
        None => map::remove(cx, context.vars.get(), map::Key::identity(this.value()))?,
    };
    context.vars.set(cx, context, vars);
    Ok(())
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, name, /, *, default=<unrepresentable>)", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        name: Value,
        default: Option<Value>,
    ) -> PyResult<Value> {
        if Gc::<Str>::from_value(name).is_none() {
            return Err(cx.type_error("context variable name must be a str"));
        }
        cx.hash(name)?;
        let new = ContextVar {
            name: slot(name),
            default: slot(default.unwrap_or(Value::EMPTY)),
        };
        Ok(NativeObj::alloc(cx, class, new).value())
    }
    /// Return a value for the context variable for the current context.
    ///
    /// If there is no value for the variable in the current context, the method will:
    ///  * return the value of the default argument of the method, if provided; or
    ///  * return the default value for the context variable, if it was created
    ///    with one; or
    ///  * raise a LookupError.
    #[py(sig = "($self, default=<unrepresentable>, /)")]
    fn get(cx: &mut Cx, this: This, default: Option<Value>) -> PyResult<Value> {
        let set = context::existing(cx).and_then(|c| map::get(c.vars.get(), this.value()));
        match set.or(default).or(this.default.get().some()) {
            Some(v) => Ok(v),
            None => {
                let class = cx.types().lookup_error;
                Err(cx.error_with(class, &[this.value()]))
            }
        }
    }
    /// Call to set a new value for the context variable in the current context.
    ///
    /// The required *value* argument is the new value for the context variable.
    ///
    /// Returns a Token object that can be used to restore the variable to its previous
    /// value via the `ContextVar.reset()` method.
    #[py(name = "set")]
    fn set_value(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        set(cx, this, value)
    }
    /// Reset the context variable.
    ///
    /// The variable is reset to the value it had before the `ContextVar.set()` that
    /// created the token was used.
    #[py(name = "reset")]
    fn reset_value(cx: &mut Cx, this: This, token: Value) -> PyResult<()> {
        match NativeObj::from_value(token) {
            Some(t) => reset(cx, this, t),
            None => {
                let shown = cx.repr_string(token)?;
                Err(cx.type_error(format!("expected an instance of Token, got {shown}")))
            }
        }
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let at = cx.id(this.value());
        guarded_repr(cx, this.value(), "...", |cx| {
            let name = cx.repr_string(this.name.get())?;
            let default = match this.default.get().some() {
                Some(d) => format!(" default={}", cx.repr_string(d)?),
                None => String::new(),
            };
            Ok(cx.new_str(&format!("<ContextVar name={name}{default} at {at:#x}>")))
        })
    }
    #[py(getter, member)]
    fn name(this: This) -> Value {
        this.name.get()
    }
}

struct TokenMethods;

#[pymethods]
impl TokenMethods {
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        _kwargs: Option<Value>,
        _args: &[Value],
    ) -> PyResult<Value> {
        Err(cx.runtime_error("Tokens can only be created by ContextVars"))
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: TokenObj) -> PyResult<String> {
        let at = cx.id(this.value());
        let used = if this.used.load(Ordering::Acquire) {
            " used"
        } else {
            ""
        };
        let var = cx.repr_string(this.var.get())?;
        Ok(format!("<Token{used} var={var} at {at:#x}>"))
    }
    /// Enter into Token context manager.
    #[py(sig = "($self, /)")]
    fn __enter__(this: Value) -> Value {
        this
    }
    /// Exit from Token context manager, restore the linked ContextVar.
    #[py(sig = "($self, type, val, tb, /)")]
    fn __exit__(
        cx: &mut Cx,
        this: TokenObj,
        _type: Value,
        _val: Value,
        _tb: Value,
    ) -> PyResult<()> {
        match NativeObj::from_value(this.var.get()) {
            Some(var) => reset(cx, var, this),
            None => Ok(()),
        }
    }
    #[py(getter)]
    fn var(this: TokenObj) -> Value {
        this.var.get()
    }
    #[py(getter)]
    fn old_value(cx: &mut Cx, this: TokenObj) -> Value {
        this.old.get().some().unwrap_or_else(|| missing(cx))
    }
}
