//! Signals, their exceptions, `SignalDict`, and what the module keeps for an interpreter.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use krait_decimal::status as st;

use super::context::{self, Context};
use super::number;
use crate::prelude::*;

/// What a context's flags and traps tell apart, in the order of `flags`.
pub const SIGNALS: [(&str, u32); 9] = [
    ("InvalidOperation", st::ANY_INVALID),
    ("FloatOperation", st::FLOAT_OPERATION),
    ("DivisionByZero", st::DIVISION_BY_ZERO),
    ("Overflow", st::OVERFLOW),
    ("Underflow", st::UNDERFLOW),
    ("Subnormal", st::SUBNORMAL),
    ("Inexact", st::INEXACT),
    ("Rounded", st::ROUNDED),
    ("Clamped", st::CLAMPED),
];

/// The conditions behind the signal InvalidOperation.
const CONDITIONS: [(&str, u32); 5] = [
    ("InvalidOperation", st::INVALID_OPERATION),
    ("ConversionSyntax", st::CONVERSION_SYNTAX),
    ("DivisionImpossible", st::DIVISION_IMPOSSIBLE),
    ("DivisionUndefined", st::DIVISION_UNDEFINED),
    ("InvalidContext", st::INVALID_CONTEXT),
];

/// Exceptions and their bases, bases first.
const EXCEPTIONS: [(&str, &[&str]); 14] = [
    ("DecimalException", &["ArithmeticError"]),
    ("InvalidOperation", &["DecimalException"]),
    ("FloatOperation", &["DecimalException", "TypeError"]),
    ("DivisionByZero", &["DecimalException", "ZeroDivisionError"]),
    ("Inexact", &["DecimalException"]),
    ("Rounded", &["DecimalException"]),
    ("Subnormal", &["DecimalException"]),
    ("Overflow", &["Inexact", "Rounded"]),
    ("Underflow", &["Inexact", "Rounded", "Subnormal"]),
    ("Clamped", &["DecimalException"]),
    ("ConversionSyntax", &["InvalidOperation"]),
    ("DivisionImpossible", &["InvalidOperation"]),
    (
        "DivisionUndefined",
        &["InvalidOperation", "ZeroDivisionError"],
    ),
    ("InvalidContext", &["InvalidOperation"]),
];

/// Objects of the module that native code needs, as words; kept alive for ever.
#[derive(Default)]
pub struct State {
    ready: AtomicBool,
    exceptions: [AtomicU64; EXCEPTIONS.len()],
    /// The context variable.
    pub var: Kept,
    pub default_context: Kept,
    pub basic_context: Kept,
    pub extended_context: Kept,
    pub rational: Kept,
    pub signal_dict: Kept,
    pub decimal_tuple: Kept,
}

#[derive(Default)]
pub struct Kept(AtomicU64);

impl Kept {
    pub fn get(&self) -> Value {
        Value::from_bits(self.0.load(Ordering::Acquire))
    }

    fn set(&self, cx: &mut Cx, v: Value) {
        cx.keep_forever(v);
        self.0.store(v.bits(), Ordering::Release);
    }
}

pub fn state(cx: &Cx) -> &'static State {
    cx.state::<State>()
}

/// The exception of that name.
fn exception(cx: &Cx, name: &str) -> Value {
    let i = EXCEPTIONS.iter().position(|(n, _)| *n == name).unwrap_or(0);
    Value::from_bits(state(cx).exceptions[i].load(Ordering::Acquire))
}

/// Makes what the module needs once per interpreter.
pub fn prepare(cx: &mut Cx) -> PyResult<()> {
    let s = state(cx);
    if s.ready.load(Ordering::Acquire) {
        return Ok(());
    }
    make_exceptions(cx)?;
    let var = crate::_contextvars::new_var(cx, "decimal_context")?;
    s.var.set(cx, var);
    let numbers = cx.import("numbers")?;
    let rational = cx.get_attr_str(numbers, "Rational")?;
    s.rational.set(cx, rational);
    let number = cx.get_attr_str(numbers, "Number")?;
    let decimal = cx.native_type(&number::SPEC)?;
    cx.call_method_str(number, "register", &[decimal.value()])?;
    make_tuple(cx)?;
    make_signal_dict(cx)?;
    let class = cx.native_type(&context::SPEC)?;
    let default = Context::template(decimal.value(), 28, DEFAULT_TRAPS, true);
    let default = NativeObj::alloc(cx, class, default).value();
    s.default_context.set(cx, default);
    let basic_traps = DEFAULT_TRAPS | st::UNDERFLOW | st::CLAMPED;
    let basic = Context::template(decimal.value(), 9, basic_traps, false);
    let basic = NativeObj::alloc(cx, class, basic).value();
    s.basic_context.set(cx, basic);
    let extended = Context::template(decimal.value(), 9, 0, true);
    let extended = NativeObj::alloc(cx, class, extended).value();
    s.extended_context.set(cx, extended);
    s.ready.store(true, Ordering::Release);
    Ok(())
}

const DEFAULT_TRAPS: u32 = st::ANY_INVALID | st::DIVISION_BY_ZERO | st::OVERFLOW;

fn make_exceptions(cx: &mut Cx) -> PyResult<()> {
    let class = cx.types().type_;
    for (i, (name, bases)) in EXCEPTIONS.iter().enumerate() {
        let mut base_values = ValueVec::with_capacity(cx, bases.len())?;
        for base in *bases {
            let base = match EXCEPTIONS[..i].iter().any(|(n, _)| n == base) {
                true => exception(cx, base),
                false => cx.builtin(base)?,
            };
            base_values.push(cx, base)?;
        }
        let bases = cx.new_tuple(base_values.as_slice());
        let namespace = cx.new_dict();
        let module = cx.intern("decimal").value();
        let key = cx.intern("__module__");
        namespace.set_str(cx, key, module);
        let name = cx.intern(name).value();
        let made = cx.call(class.value(), &[name, bases, namespace.value()])?;
        cx.keep_forever(made);
        state(cx).exceptions[i].store(made.bits(), Ordering::Release);
    }
    Ok(())
}

fn make_tuple(cx: &mut Cx) -> PyResult<()> {
    let collections = cx.import("collections")?;
    let namedtuple = cx.get_attr_str(collections, "namedtuple")?;
    let args = [
        cx.new_str("DecimalTuple"),
        cx.new_str("sign digits exponent"),
        cx.new_str("decimal"),
    ];
    let module = cx.intern("module").value();
    let class = cx.call_kw(namedtuple, &args, &[module])?;
    state(cx).decimal_tuple.set(cx, class);
    Ok(())
}

fn make_signal_dict(cx: &mut Cx) -> PyResult<()> {
    let abc = cx.import("collections.abc")?;
    let abc = match cx.lookup_attr_str(abc, "MutableMapping")? {
        Some(_) => abc,
        None => cx.get_attr_str(abc, "abc")?,
    };
    let mapping = cx.get_attr_str(abc, "MutableMapping")?;
    let mixin = cx.native_type(&MIXIN)?;
    let bases = cx.new_tuple(&[mixin.value(), mapping]);
    let name = cx.new_str("SignalDict");
    let namespace = cx.new_dict();
    // The module that CPython's class says it is from: the one whose metaclass made it.
    let key = cx.intern("__module__");
    let module = cx.intern("abc").value();
    namespace.set_str(cx, key, module);
    let meta = cx.type_of(mapping);
    let class = cx.call(meta.value(), &[name, bases, namespace.value()])?;
    state(cx).signal_dict.set(cx, class);
    Ok(())
}

/// Sets the exceptions, contexts and types of the module.
pub fn export(cx: &mut Cx, m: Gc<Module>) {
    for (name, _) in EXCEPTIONS {
        let class = exception(cx, name);
        m.set(cx, name, class);
    }
    let s = state(cx);
    m.set(cx, "DefaultContext", s.default_context.get());
    m.set(cx, "BasicContext", s.basic_context.get());
    m.set(cx, "ExtendedContext", s.extended_context.get());
    m.set(cx, "DecimalTuple", s.decimal_tuple.get());
}

/// The exception for the trapped conditions `trapped`.
#[cold]
pub fn raise(cx: &mut Cx, trapped: u32) -> Raised {
    if trapped & st::NO_MEMORY != 0 {
        return cx.memory_error();
    }
    match trapped_error(cx, trapped) {
        Ok(e) | Err(e) => e,
    }
}

fn trapped_error(cx: &mut Cx, trapped: u32) -> PyResult<Raised> {
    let first = SIGNALS.iter().find(|(_, mask)| trapped & mask != 0);
    let class = exception(cx, first.map_or("InvalidOperation", |(name, _)| name));
    let mut conditions = ValueVec::with_capacity(cx, 2)?;
    for (name, mask) in CONDITIONS.iter().chain(&SIGNALS[1..]) {
        if trapped & mask != 0 {
            let condition = exception(cx, name);
            conditions.push(cx, condition)?;
        }
    }
    let list = cx.new_list(conditions.as_slice());
    let class = Gc::<Type>::from_value_unchecked(class);
    Ok(cx.error_with(class, &[list]))
}

/// The signals in `mask`, as a list of exceptions.
pub fn as_list(cx: &mut Cx, mask: u32) -> PyResult<Value> {
    let mut signals = ValueVec::with_capacity(cx, SIGNALS.len())?;
    for (name, bits) in SIGNALS {
        if mask & bits != 0 {
            let signal = exception(cx, name);
            signals.push(cx, signal)?;
        }
    }
    Ok(cx.new_list(signals.as_slice()))
}

/// The bits of the signal that the exception `key` stands for.
fn mask_of(cx: &mut Cx, key: Value) -> PyResult<u32> {
    let found = SIGNALS.iter().find(|(name, _)| exception(cx, name) == key);
    match found {
        Some((_, mask)) => Ok(*mask),
        None => {
            let message = cx.new_str(
                "valid values for signals are:\n  [InvalidOperation, FloatOperation, DivisionByZero,\n   Overflow, Underflow, Subnormal, Inexact, Rounded,\n   Clamped]",
            );
            Err(cx.key_error(message))
        }
    }
}

/// The mask that a list of signals, a dict of all signals or a signal dict says.
pub fn from_object(cx: &mut Cx, v: Value, lists: bool) -> PyResult<u32> {
    if let Some(d) = NativeObj::<SignalDict>::from_value(v) {
        return d.mask(cx);
    }
    if lists && Gc::<List>::from_value(v).is_some() {
        let mut mask = 0;
        let mut items = cx.iterate(v)?;
        while let Some(item) = items.next(cx)? {
            mask |= mask_of(cx, item)?;
        }
        return Ok(mask);
    }
    let Some(d) = Gc::<Dict>::from_value(v) else {
        return Err(cx.type_error("argument must be a signal dict"));
    };
    if d.len() != SIGNALS.len() {
        let message = cx.new_str("invalid signal dict");
        return Err(cx.key_error(message));
    }
    from_dict(cx, d)
}

fn from_dict(cx: &mut Cx, d: Gc<Dict>) -> PyResult<u32> {
    let (mut mask, mut pos) = (0, 0);
    while let Some((key, value)) = d.next_entry(&mut pos) {
        let bits = mask_of(cx, key)?;
        if cx.is_true(value)? {
            mask |= bits;
        }
    }
    Ok(mask)
}

/// The mapping behind `flags` and `traps` of a context.
#[derive(Trace)]
pub struct SignalDict {
    /// The context, or `EMPTY` for an instance made by hand.
    context: Slot,
    traps: bool,
}
impl Native for SignalDict {
    const PY_NAME: &'static str = "decimal.SignalDictMixin";
}

type This = Obj<SignalDict>;

static MIXIN: TypeSpec = TypeSpec {
    name: "SignalDictMixin",
    module: "decimal",
    layout: Layout::native::<SignalDict>(),
    flags: flags::BASETYPE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

/// The mapping of `context`'s flags or traps.
pub fn dict_of(cx: &mut Cx, context: Obj<Context>, traps: bool) -> Value {
    let class = Gc::<Type>::from_value_unchecked(state(cx).signal_dict.get());
    let payload = SignalDict {
        context: slot(context.value()),
        traps,
    };
    NativeObj::alloc(cx, class, payload).value()
}

impl SignalDict {
    fn owner(&self, cx: &mut Cx) -> PyResult<Obj<Context>> {
        match NativeObj::from_value(self.context.get()) {
            Some(c) => Ok(c),
            None => Err(cx.value_error("invalid signal dict")),
        }
    }

    fn word<'a>(&self, owner: &'a Obj<Context>) -> &'a AtomicU32 {
        if self.traps {
            &owner.traps
        } else {
            &owner.flags
        }
    }

    fn mask(&self, cx: &mut Cx) -> PyResult<u32> {
        let owner = self.owner(cx)?;
        Ok(self.word(&owner).load(Ordering::Relaxed))
    }
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, /, *args, **kwargs)", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        _kwargs: Option<Value>,
        _args: &[Value],
    ) -> PyResult<Value> {
        let payload = SignalDict {
            context: slot(Value::EMPTY),
            traps: false,
        };
        Ok(NativeObj::alloc(cx, class, payload).value())
    }
    #[py]
    fn __len__(cx: &mut Cx, this: This) -> PyResult<usize> {
        this.mask(cx)?;
        Ok(SIGNALS.len())
    }
    #[py]
    fn __iter__(cx: &mut Cx, this: This) -> PyResult<Value> {
        this.mask(cx)?;
        let all = as_list(cx, u32::MAX)?;
        let all = cx.tuple_from(all)?;
        cx.iter(all)
    }
    #[py]
    fn __getitem__(cx: &mut Cx, this: This, key: Value) -> PyResult<bool> {
        let mask = this.mask(cx)?;
        Ok(mask & mask_of(cx, key)? != 0)
    }
    #[py]
    fn __setitem__(cx: &mut Cx, this: This, key: Value, value: Value) -> PyResult<()> {
        this.mask(cx)?;
        let bits = mask_of(cx, key)?;
        let on = cx.is_true(value)?;
        let owner = this.owner(cx)?;
        let word = this.word(&owner);
        if on {
            word.fetch_or(bits, Ordering::Relaxed);
        } else {
            word.fetch_and(!bits, Ordering::Relaxed);
        }
        Ok(())
    }
    #[py]
    fn __delitem__(cx: &mut Cx, this: This, _key: Value) -> PyResult<()> {
        this.mask(cx)?;
        Err(cx.value_error("signal keys cannot be deleted"))
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> PyResult<String> {
        let mask = this.mask(cx)?;
        let parts = SIGNALS.map(|(name, bits)| {
            let on = if mask & bits != 0 { "True" } else { "False" };
            format!("<class 'decimal.{name}'>:{on}")
        });
        Ok(format!("{{{}}}", parts.join(", ")))
    }
    #[py]
    fn __eq__(cx: &mut Cx, this: This, other: Value) -> PyResult<Value> {
        let mask = this.mask(cx)?;
        if let Some(d) = NativeObj::<SignalDict>::from_value(other) {
            return Ok(Value::bool(d.mask(cx)? == mask));
        }
        let Some(d) = Gc::<Dict>::from_value(other) else {
            return Ok(Value::not_implemented());
        };
        if d.len() != SIGNALS.len() {
            return Ok(Value::not_implemented());
        }
        match from_dict(cx, d) {
            Ok(other) => Ok(Value::bool(other == mask)),
            Err(e) if e.is(cx, cx.types().key_error) => Ok(Value::not_implemented()),
            Err(e) => Err(e),
        }
    }
    #[py]
    fn __ne__(cx: &mut Cx, this: This, other: Value) -> PyResult<Value> {
        let equal = Methods::__eq__(cx, this, other)?;
        if equal == Value::not_implemented() {
            return Ok(equal);
        }
        Ok(Value::bool(equal != Value::bool(true)))
    }
    /// A dict with the same signals.
    #[py(sig = "($self, /)")]
    fn copy(cx: &mut Cx, this: This) -> PyResult<Value> {
        let mask = this.mask(cx)?;
        let d = cx.new_dict();
        for (name, bits) in SIGNALS {
            let key = exception(cx, name);
            d.set(cx, key, Value::bool(mask & bits != 0))?;
        }
        Ok(d.value())
    }
}
