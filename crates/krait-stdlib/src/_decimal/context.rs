//! `Context`.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU32, Ordering};

use krait_decimal::{Ctx, MAX_EMAX, MAX_PREC, MIN_EMIN, Rounding, status};
use krait_runtime::cx::thread_slot::{DECIMAL_CONTEXT, DECIMAL_VARS};

use super::{context_ops, signals};
use crate::prelude::*;

/// The fields may be read while another thread sets them.
#[derive(Trace)]
pub struct Context {
    prec: AtomicI64,
    emax: AtomicI64,
    emin: AtomicI64,
    round: AtomicU8,
    clamp: AtomicBool,
    capitals: AtomicBool,
    pub traps: AtomicU32,
    pub flags: AtomicU32,
    /// The mappings that Python sees, made when asked for.
    traps_dict: Slot,
    flags_dict: Slot,
    /// The class `Decimal`, so that results need not look for it.
    pub number_class: Slot,
}
impl Native for Context {
    const PY_NAME: &'static str = "decimal.Context";
}

pub type ContextObj = Obj<Context>;

pub static SPEC: TypeSpec = TypeSpec {
    name: "Context",
    module: "decimal",
    doc: Some(
        "What operations depend on: precision, rounding, limits of the exponent, and which signals\nare traps, that is, raise exceptions.\n\n>>> c = Context(prec=28, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, Overflow])",
    ),
    layout: Layout::native::<Context>(),
    flags: flags::BASETYPE,
    defs: &[
        Methods::DEFS,
        context_ops::Unary::DEFS,
        context_ops::Binary::DEFS,
        context_ops::Tests::DEFS,
        context_ops::Others::DEFS,
    ],
    ..TypeSpec::DEFAULT
};

impl Context {
    /// A context with the usual limits; `even` rounds to half even, or else half up.
    pub fn template(number_class: Value, prec: i64, traps: u32, even: bool) -> Context {
        let round = if even {
            Rounding::HalfEven
        } else {
            Rounding::HalfUp
        };
        Context {
            prec: AtomicI64::new(prec),
            emax: AtomicI64::new(999_999),
            emin: AtomicI64::new(-999_999),
            round: AtomicU8::new(round as u8),
            clamp: AtomicBool::new(false),
            capitals: AtomicBool::new(true),
            traps: AtomicU32::new(traps),
            flags: AtomicU32::new(0),
            traps_dict: slot(Value::EMPTY),
            flags_dict: slot(Value::EMPTY),
            number_class: slot(number_class),
        }
    }

    /// The payload, which lives as long as the collector sees the object.
    pub fn settings(&self) -> Ctx {
        Ctx {
            prec: self.prec.load(Ordering::Relaxed),
            emax: self.emax.load(Ordering::Relaxed),
            emin: self.emin.load(Ordering::Relaxed),
            round: self.round(),
            clamp: self.clamp.load(Ordering::Relaxed),
        }
    }

    pub fn set_ieee(&self, prec: i64, emax: i64) {
        self.prec.store(prec, Ordering::Relaxed);
        self.emax.store(emax, Ordering::Relaxed);
        self.emin.store(1 - emax, Ordering::Relaxed);
        self.clamp.store(true, Ordering::Relaxed);
        self.traps.store(0, Ordering::Relaxed);
    }

    pub fn round(&self) -> Rounding {
        Rounding::ALL[usize::from(self.round.load(Ordering::Relaxed)) % Rounding::ALL.len()]
    }

    pub fn capitals(&self) -> bool {
        self.capitals.load(Ordering::Relaxed)
    }

    fn copied(&self) -> Context {
        let new = Context::template(self.number_class.get(), 0, 0, true);
        let c = self.settings();
        new.prec.store(c.prec, Ordering::Relaxed);
        new.emax.store(c.emax, Ordering::Relaxed);
        new.emin.store(c.emin, Ordering::Relaxed);
        new.round.store(c.round as u8, Ordering::Relaxed);
        new.clamp.store(c.clamp, Ordering::Relaxed);
        new.capitals.store(self.capitals(), Ordering::Relaxed);
        new.traps
            .store(self.traps.load(Ordering::Relaxed), Ordering::Relaxed);
        new.flags
            .store(self.flags.load(Ordering::Relaxed), Ordering::Relaxed);
        new
    }
}

/// A copy of the class `Context` itself.
pub fn copy(cx: &mut Cx, c: ContextObj) -> PyResult<ContextObj> {
    let class = cx.native_type(&SPEC)?;
    Ok(NativeObj::alloc(cx, class, c.copied()))
}

/// Reports what occurred; raises if one of it is trapped.
#[inline]
pub fn signal(cx: &mut Cx, c: ContextObj, occurred: u32) -> PyResult<()> {
    if occurred == 0 {
        return Ok(());
    }
    let before = c.flags.load(Ordering::Relaxed);
    if before | occurred != before {
        c.flags.fetch_or(occurred, Ordering::Relaxed);
    }
    let trapped = occurred & (c.traps.load(Ordering::Relaxed) | status::NO_MEMORY);
    if trapped == 0 {
        return Ok(());
    }
    Err(signals::raise(cx, trapped))
}

/// The thread's context.
#[inline]
pub fn current(cx: &mut Cx) -> PyResult<ContextObj> {
    if let Some(context) = crate::_contextvars::existing_context(cx) {
        let vars = context.vars.get();
        let known = cx.locals[DECIMAL_VARS].get();
        if vars == known
            && !vars.is_empty()
            && let Some(c) = NativeObj::from_value(cx.locals[DECIMAL_CONTEXT].get())
        {
            return Ok(c);
        }
    }
    find_current(cx)
}

#[cold]
fn find_current(cx: &mut Cx) -> PyResult<ContextObj> {
    let state = signals::state(cx);
    let var = state.var.get();
    let known = crate::_contextvars::lookup(cx, var).and_then(NativeObj::from_value);
    let context = match known {
        Some(context) => context,
        None => {
            let template = default_template(cx)?;
            let new = copy(cx, template)?;
            new.flags.store(0, Ordering::Relaxed);
            crate::_contextvars::assign(cx, var, new.value())?;
            new
        }
    };
    if let Some(vars) = crate::_contextvars::existing_context(cx).map(|c| c.vars.get()) {
        // The thread's own words are roots: no barrier.
        cx.locals[DECIMAL_VARS].set_immediate(vars);
        cx.locals[DECIMAL_CONTEXT].set_immediate(context.value());
    }
    Ok(context)
}

/// `DefaultContext`.
fn default_template(cx: &mut Cx) -> PyResult<ContextObj> {
    match NativeObj::from_value(signals::state(cx).default_context.get()) {
        Some(c) => Ok(c),
        None => Err(cx.runtime_error("_decimal is not initialized")),
    }
}

/// Makes `v` the thread's context; the templates are copied.
pub fn set_current(cx: &mut Cx, v: Value) -> PyResult<()> {
    let Some(mut c) = NativeObj::<Context>::from_value(v) else {
        return Err(cx.type_error("argument must be a context"));
    };
    let state = signals::state(cx);
    let templates = [
        &state.default_context,
        &state.basic_context,
        &state.extended_context,
    ];
    if templates.iter().any(|t| t.get() == v) {
        c = copy(cx, c)?;
        c.flags.store(0, Ordering::Relaxed);
    }
    crate::_contextvars::assign(cx, state.var.get(), c.value())
}

/// An optional `context` argument.
#[inline]
pub fn context_arg(cx: &mut Cx, v: Option<Value>) -> PyResult<ContextObj> {
    match v {
        Some(v) if !v.is_none() => match NativeObj::from_value(v) {
            Some(c) => Ok(c),
            None => Err(cx.type_error("optional argument must be a context")),
        },
        _ => current(cx),
    }
}

/// A rounding mode by its name.
pub fn rounding_arg(cx: &mut Cx, v: Value) -> PyResult<Rounding> {
    let name = Gc::<Str>::from_value(v).and_then(|s| s.as_str());
    match Rounding::ALL.into_iter().find(|r| Some(r.name()) == name) {
        Some(r) => Ok(r),
        None => Err(cx.type_error(
            "valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]",
        )),
    }
}

/// An int argument that CPython converts to a `Py_ssize_t`.
pub fn ssize_arg(cx: &mut Cx, v: Value) -> PyResult<i64> {
    match krait_runtime::types::int::as_int(v) {
        Some(n) => match n.to_i64() {
            Some(n) => Ok(n),
            None => Err(cx.overflow_error("Python int too large to convert to C ssize_t")),
        },
        None => Err(cx.type_error("an integer is required")),
    }
}

/// Sets the attribute `name` if it is one of a context's.
pub fn set_field(cx: &mut Cx, c: ContextObj, name: &str, v: Value) -> PyResult<bool> {
    let limited = |cx: &mut Cx, low: i64, high: i64, message: &str| {
        let n = ssize_arg(cx, v)?;
        if (low..=high).contains(&n) {
            Ok(n)
        } else {
            Err(cx.value_error(message))
        }
    };
    match name {
        "prec" => {
            let n = limited(cx, 1, MAX_PREC, "valid range for prec is [1, MAX_PREC]")?;
            c.prec.store(n, Ordering::Relaxed);
        }
        "rounding" => {
            let round = rounding_arg(cx, v)?;
            c.round.store(round as u8, Ordering::Relaxed);
        }
        "Emin" => {
            let n = limited(cx, MIN_EMIN, 0, "valid range for Emin is [MIN_EMIN, 0]")?;
            c.emin.store(n, Ordering::Relaxed);
        }
        "Emax" => {
            let n = limited(cx, 0, MAX_EMAX, "valid range for Emax is [0, MAX_EMAX]")?;
            c.emax.store(n, Ordering::Relaxed);
        }
        "capitals" => {
            let n = limited(cx, 0, 1, "valid values for capitals are 0 or 1")?;
            c.capitals.store(n == 1, Ordering::Relaxed);
        }
        "clamp" => {
            let n = limited(cx, 0, 1, "valid values for clamp are 0 or 1")?;
            c.clamp.store(n == 1, Ordering::Relaxed);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// The text of flags or traps: names in the order of libmpdec's bits.
fn names_of(mask: u32) -> String {
    let mut names = signals::SIGNALS
        .into_iter()
        .filter(|(_, bits)| mask & bits != 0)
        .collect::<Vec<_>>();
    names.sort_by_key(|(_, bits)| bits.trailing_zeros());
    let names = names.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    format!("[{}]", names.join(", "))
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        _kwargs: Option<Value>,
        _args: &[Value],
    ) -> PyResult<Value> {
        let new = default_template(cx)?.copied();
        new.flags.store(0, Ordering::Relaxed);
        Ok(NativeObj::alloc(cx, class, new).value())
    }
    #[py(
        sig = "($self, /, prec=None, rounding=None, Emin=None, Emax=None, capitals=None, clamp=None, flags=None, traps=None)"
    )]
    fn __init__(
        cx: &mut Cx,
        this: ContextObj,
        prec: Value,
        rounding: Value,
        emin: Value,
        emax: Value,
        capitals: Value,
        clamp: Value,
        flags: Value,
        traps: Value,
    ) -> PyResult<()> {
        let given = |v: Value| !v.is_empty() && !v.is_none();
        for (name, v) in [
            ("prec", prec),
            ("rounding", rounding),
            ("Emin", emin),
            ("Emax", emax),
            ("capitals", capitals),
            ("clamp", clamp),
        ] {
            if given(v) {
                set_field(cx, this, name, v)?;
            }
        }
        if given(traps) {
            let mask = signals::from_object(cx, traps, true)?;
            this.traps.store(mask, Ordering::Relaxed);
        }
        if given(flags) {
            let mask = signals::from_object(cx, flags, true)?;
            this.flags.store(mask, Ordering::Relaxed);
        }
        Ok(())
    }
    #[py]
    fn __getattribute__(cx: &mut Cx, this: ContextObj, name: Value) -> PyResult<Value> {
        let name = cx.attribute_name(name)?;
        let traps = match name.as_str() {
            Some("traps") => true,
            Some("flags") => false,
            _ => {
                return match cx.generic_get_attr(this.value(), name)? {
                    Some(v) => Ok(v),
                    None => Err(cx.no_attribute(this.value(), name)),
                };
            }
        };
        let kept = if traps {
            &this.traps_dict
        } else {
            &this.flags_dict
        };
        if let Some(d) = kept.get().some() {
            return Ok(d);
        }
        let d = signals::dict_of(cx, this, traps);
        kept.set(cx, this, d);
        Ok(d)
    }
    #[py]
    fn __setattr__(cx: &mut Cx, this: ContextObj, name: Value, value: Value) -> PyResult<()> {
        let name = cx.attribute_name(name)?;
        let word = match name.as_str() {
            Some("traps") => &this.traps,
            Some("flags") => &this.flags,
            _ => {
                let class = cx.type_of(this.value());
                if class.spec.is_some() && class.lookup(cx, name).is_none() {
                    return Err(cx.no_attribute(this.value(), name));
                }
                return cx.generic_set_attr(this.value(), name, Some(value));
            }
        };
        let mask = signals::from_object(cx, value, false)?;
        word.store(mask, Ordering::Relaxed);
        Ok(())
    }
    #[py]
    fn __delattr__(cx: &mut Cx, _this: ContextObj, _name: Value) -> PyResult<()> {
        Err(cx.attribute_error("context attributes cannot be deleted"))
    }
    #[py]
    fn __repr__(this: ContextObj) -> String {
        let c = this.settings();
        format!(
            "Context(prec={}, rounding={}, Emin={}, Emax={}, capitals={}, clamp={}, flags={}, traps={})",
            c.prec,
            c.round.name(),
            c.emin,
            c.emax,
            u8::from(this.capitals()),
            u8::from(c.clamp),
            names_of(this.flags.load(Ordering::Relaxed)),
            names_of(this.traps.load(Ordering::Relaxed)),
        )
    }
    #[py(getter)]
    fn prec(this: ContextObj) -> i64 {
        this.settings().prec
    }
    #[py(setter = "prec")]
    fn set_prec(cx: &mut Cx, this: ContextObj, v: Option<Value>) -> PyResult<()> {
        set_or_refuse(cx, this, "prec", v)
    }
    #[py(getter, name = "Emax")]
    fn emax(this: ContextObj) -> i64 {
        this.settings().emax
    }
    #[py(setter = "Emax")]
    fn set_emax(cx: &mut Cx, this: ContextObj, v: Option<Value>) -> PyResult<()> {
        set_or_refuse(cx, this, "Emax", v)
    }
    #[py(getter, name = "Emin")]
    fn emin(this: ContextObj) -> i64 {
        this.settings().emin
    }
    #[py(setter = "Emin")]
    fn set_emin(cx: &mut Cx, this: ContextObj, v: Option<Value>) -> PyResult<()> {
        set_or_refuse(cx, this, "Emin", v)
    }
    #[py(getter)]
    fn rounding(cx: &mut Cx, this: ContextObj) -> Value {
        cx.intern(this.round().name()).value()
    }
    #[py(setter = "rounding")]
    fn set_rounding(cx: &mut Cx, this: ContextObj, v: Option<Value>) -> PyResult<()> {
        set_or_refuse(cx, this, "rounding", v)
    }
    #[py(getter)]
    fn capitals(this: ContextObj) -> i64 {
        this.payload.capitals().into()
    }
    #[py(setter = "capitals")]
    fn set_capitals(cx: &mut Cx, this: ContextObj, v: Option<Value>) -> PyResult<()> {
        set_or_refuse(cx, this, "capitals", v)
    }
    #[py(getter)]
    fn clamp(this: ContextObj) -> i64 {
        this.settings().clamp.into()
    }
    #[py(setter = "clamp")]
    fn set_clamp(cx: &mut Cx, this: ContextObj, v: Option<Value>) -> PyResult<()> {
        set_or_refuse(cx, this, "clamp", v)
    }
    /// The least exponent, Emin - prec + 1: that of a subnormal number.
    #[py(name = "Etiny", sig = "($self, /)")]
    fn etiny(this: ContextObj) -> i64 {
        this.settings().etiny()
    }
    /// The largest exponent of a number with prec digits, Emax - prec + 1.
    #[py(name = "Etop", sig = "($self, /)")]
    fn etop(this: ContextObj) -> i64 {
        this.settings().etop()
    }
    /// Reset all flags to False.
    #[py(sig = "($self, /)")]
    fn clear_flags(this: ContextObj) {
        this.flags.store(0, Ordering::Relaxed);
    }
    /// Set all traps to False.
    #[py(sig = "($self, /)")]
    fn clear_traps(this: ContextObj) {
        this.traps.store(0, Ordering::Relaxed);
    }
    /// A copy of the context, flags included.
    #[py(name = "copy", sig = "($self, /)")]
    fn copy_method(cx: &mut Cx, this: ContextObj) -> PyResult<Value> {
        Ok(copy(cx, this)?.value())
    }
    #[py(sig = "($self, /)")]
    fn __copy__(cx: &mut Cx, this: ContextObj) -> PyResult<Value> {
        Ok(copy(cx, this)?.value())
    }
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: ContextObj) -> PyResult<Value> {
        let c = this.settings();
        let flags = signals::as_list(cx, this.flags.load(Ordering::Relaxed))?;
        let traps = signals::as_list(cx, this.traps.load(Ordering::Relaxed))?;
        let args = [
            cx.new_int(c.prec),
            cx.intern(c.round.name()).value(),
            cx.new_int(c.emin),
            cx.new_int(c.emax),
            cx.new_int(this.payload.capitals().into()),
            cx.new_int(c.clamp.into()),
            flags,
            traps,
        ];
        let args = cx.new_tuple(&args);
        let class = cx.type_of(this.value()).value();
        Ok(cx.new_tuple(&[class, args]))
    }
}

fn set_or_refuse(cx: &mut Cx, c: ContextObj, name: &str, v: Option<Value>) -> PyResult<()> {
    match v {
        Some(v) => set_field(cx, c, name, v).map(|_| ()),
        None => Err(cx.attribute_error("context attributes cannot be deleted")),
    }
}
