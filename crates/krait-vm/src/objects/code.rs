//! Code objects: the compiler's data made executable.
//!
//! At the first call the instruction words are copied, constants put in their place, inline caches
//! empty: until then a function begins with LOAD_BODY. A code object is *bound* to one globals dict:
//! its caches of global variables hold the addresses of that dict's cells and need no guard. Run
//! with another globals dict, it is copied.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};

use krait_bytecode::{self as bc, Const, Extra, Text};
use krait_runtime::cx::{Cx, Interpreter};
use krait_runtime::error::PyResult;
use krait_runtime::heap::Tracer;
use krait_runtime::native::{Layout, Native, NativeObj, Trace, TypeSpec};
use krait_runtime::object::{Array, Gc, Kind, Slot};
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;

/// A code object's payload.
pub struct Code {
    pub unit: Arc<bc::Code>,
    /// The instructions as they are executed: constants and caches in place. Null until they are
    /// needed, then the same for ever.
    words: AtomicPtr<u64>,
    /// Number of words, set before them.
    len: AtomicUsize,
    /// Values of the constants, an array; keeps what is in `words` alive. `EMPTY` without words.
    consts: Slot,
    /// Interned names, an array. `EMPTY` without words.
    names: Slot,
    /// Interned names of the parameters, an array; `EMPTY` until a call needs them.
    params: Slot,
    pub name: Slot,
    pub qualname: Slot,
    pub filename: Slot,
    /// The globals dict that the caches belong to; `EMPTY` until the first run.
    pub globals: Slot,
    /// The last copy made for other globals; `EMPTY` if there is none.
    variant: Slot,
    /// Of a generator expression: the function that its generators run. `EMPTY` until there is one.
    pub maker: Slot,
    /// The code object this is a copy of; `EMPTY` for an original.
    pub origin: Slot,
    /// Whether all parameters are positional without `*args` and `**kwargs`.
    pub simple: bool,
    /// Runs with a namespace that is not its globals: names are not cached.
    pub foreign_namespace: AtomicBool,
    /// Which registers are alive where.
    pub live: crate::liveness::Map,
    /// The lines of the instructions, for events.
    pub line_starts: crate::instrument::LineStarts,
    /// Distinguishes code objects in instrumentation.
    pub id: u64,
    interp: &'static Interpreter,
}

impl Drop for Code {
    fn drop(&mut self) {
        let words = *self.words.get_mut();
        if words.is_null() {
            return;
        }
        // The addresses of its instructions will be another's.
        self.interp.shapes.site_epoch.fetch_add(1, Ordering::SeqCst);
        let words = std::ptr::slice_from_raw_parts_mut(words, *self.len.get_mut());
        // SAFETY: what `publish` took apart; nobody executes a dead code object.
        drop(unsafe { Box::from_raw(words) });
    }
}

pub type CodeObj = Gc<NativeObj<Code>>;

// SAFETY: reports all slots; the values in `words` are those of `consts` and `names`, or weak.
unsafe impl Trace for Code {
    fn trace(&self, t: &mut Tracer<'_>) {
        for s in [
            &self.consts,
            &self.names,
            &self.params,
            &self.name,
            &self.qualname,
            &self.filename,
            &self.globals,
            &self.variant,
            &self.maker,
            &self.origin,
        ] {
            t.word(s.get().bits());
        }
    }
}

impl Native for Code {
    const PY_NAME: &'static str = "code";
    const NEEDS_DROP: bool = true;
    const KIND: Kind = Kind::Code;
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "code",
    doc: Some("Create a code object.  Not for mere mortals."),
    layout: Layout::native::<Code>(),
    flags: krait_runtime::types::typeobj::flags::WEAKREFABLE,
    defs: &[super::code_methods::Methods::DEFS],
    ..TypeSpec::DEFAULT
};

impl Code {
    /// First instruction, null as long as there are none.
    #[inline(always)]
    pub fn entry(&self) -> *const u64 {
        self.words.load(Ordering::Acquire)
    }

    /// Where a call begins: behind RESUME, or at LOAD_BODY.
    #[inline(always)]
    pub fn first(&self) -> *const u64 {
        let start = self.entry();
        if start.is_null() {
            return crate::interp::load_stub();
        }
        // SAFETY: the first word is RESUME, or else calls begin with it.
        unsafe { start.add((*start as u16 == bc::Op::Resume as u16) as usize) }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A word, to be changed by quickening.
    pub fn word(&self, at: usize) -> &AtomicU64 {
        assert!(at < self.len());
        // SAFETY: in bounds; words are only accessed as whole words.
        unsafe { &*self.entry().add(at).cast::<AtomicU64>() }
    }

    /// Word offset of an instruction address.
    #[inline]
    pub fn offset_of(&self, pc: *const u64) -> u32 {
        (((pc as usize).wrapping_sub(self.entry() as usize)) / 8) as u32
    }

    #[inline(always)]
    pub fn contains(&self, pc: *const u64) -> bool {
        (pc as usize).wrapping_sub(self.entry() as usize) / 8 < self.len()
    }

    pub fn position(&self, pc: *const u64) -> bc::Position {
        self.unit.positions.lookup(self.offset_of(pc))
    }

    /// The interned name with this index.
    #[inline]
    pub fn name_at(&self, index: usize) -> Gc<Str> {
        let names: Gc<Array> = Gc::from_value_unchecked(self.names.get());
        Gc::from_value_unchecked(names.values()[index])
    }

    /// Puts everything back to how it was loaded: no quickened instruction, empty caches.
    pub fn reset_caches(&self) {
        let Some(consts) = self.consts.get().some() else {
            return;
        };
        let mut words = self.unit.body.once().into_owned().words;
        put_constants(&mut words, Gc::from_value_unchecked(consts));
        for (at, w) in words.into_iter().enumerate() {
            self.word(at).store(w, Ordering::Release);
        }
    }

    /// Makes `words` those of the code object, unless another thread was faster.
    fn publish(&self, words: Box<[u64]>) {
        let len = words.len();
        self.len.store(len, Ordering::Release);
        let words = Box::into_raw(words).cast::<u64>();
        let (order, failed) = (Ordering::AcqRel, Ordering::Acquire);
        let null = std::ptr::null_mut();
        if self
            .words
            .compare_exchange(null, words, order, failed)
            .is_err()
        {
            // SAFETY: nobody else has seen them.
            drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(words, len)) });
        }
    }
}

/// Puts the values of constants in the place of their numbers.
fn put_constants(words: &mut [u64], consts: Gc<Array>) {
    let mut pc = 0;
    while let Some(instr) = bc::decode_at(words, pc) {
        for (i, extra) in instr.op.info().extra.iter().enumerate() {
            if let Extra::Const = extra {
                let word = &mut words[pc + 1 + i];
                *word = consts.values()[*word as usize].bits();
            }
        }
        pc = instr.next();
    }
}

/// A str of WTF-8 text.
pub fn text(cx: &mut Cx, t: &Text) -> Value {
    cx.new_str_wtf8(t.as_bytes())
}

pub fn interned(cx: &mut Cx, t: &Text) -> Gc<Str> {
    let s = text(cx, t);
    cx.intern_str(Gc::from_value_unchecked(s))
}

/// Makes the value of a constant.
pub fn constant(cx: &mut Cx, c: &Const) -> PyResult<Value> {
    Ok(match c {
        Const::None => Value::none(),
        Const::True => Value::bool(true),
        Const::False => Value::bool(false),
        Const::Ellipsis => Value::ellipsis(),
        Const::Int(n) => cx.new_int(*n),
        Const::BigInt {
            negative,
            magnitude,
        } => {
            let mut limbs = vec![0u64; magnitude.len().div_ceil(8)];
            for (i, b) in magnitude.iter().enumerate() {
                limbs[i / 8] |= (*b as u64) << (i % 8 * 8);
            }
            cx.new_int_from_limbs(*negative, &limbs)?
        }
        Const::Float(bits) => cx.new_float(f64::from_bits(*bits)),
        Const::Complex(re, im) => cx.new_complex(f64::from_bits(*re), f64::from_bits(*im)),
        Const::Str(t) => {
            let v = text(cx, t);
            let s: Gc<Str> = Gc::from_value_unchecked(v);
            // CPython interns constants that look like names.
            if s.is_ascii()
                && s.as_bytes()
                    .iter()
                    .all(|b| b.is_ascii_alphanumeric() || *b == b'_')
            {
                cx.intern_str(s).value()
            } else {
                v
            }
        }
        Const::Bytes(b) => cx.new_bytes(b),
        Const::Tuple(items) => {
            let array = constants(cx, items)?;
            cx.new_tuple(array.values())
        }
        Const::FrozenSet(items) => {
            let array = constants(cx, items)?;
            cx.new_frozenset_of(array.values())?.value()
        }
        Const::Slice(parts) => {
            let array = constants(cx, &parts[..])?;
            let v = array.values();
            cx.new_slice(v[0], v[1], v[2])
        }
        Const::Code(unit) => load(cx, unit.clone())?.value(),
    })
}

fn constants(cx: &mut Cx, items: &[Const]) -> PyResult<Gc<Array>> {
    let array = cx.try_new_array(items.len())?;
    for (i, c) in items.iter().enumerate() {
        let v = constant(cx, c)?;
        array.slots()[i].set(cx, array, v);
    }
    Ok(array)
}

/// Makes a code object of verified data.
pub fn load(cx: &mut Cx, unit: Arc<bc::Code>) -> PyResult<CodeObj> {
    cx.check_native_stack()?;
    let unit = if cx.interp().config.debug_ranges {
        unit
    } else {
        let mut lines_only = bc::Code::clone(&unit);
        lines_only.positions = unit.positions.without_columns();
        Arc::new(lines_only)
    };
    let name = interned(cx, &unit.name).value();
    let qualname = interned(cx, &unit.qualname).value();
    let filename = interned(cx, &unit.filename).value();
    Ok(allocate(cx, unit, [name, qualname, filename], Value::EMPTY))
}

fn allocate(cx: &mut Cx, unit: Arc<bc::Code>, texts: [Value; 3], origin: Value) -> CodeObj {
    use bc::flags::{CO_VARARGS, CO_VARKEYWORDS};
    let simple = unit.kwonlyargcount == 0
        && unit.flags & (CO_VARARGS | CO_VARKEYWORDS) == 0
        && !unit.has_namespace();
    let class = crate::objects::types(cx).code;
    let code = Code {
        unit,
        words: AtomicPtr::new(std::ptr::null_mut()),
        len: AtomicUsize::new(0),
        consts: Slot::empty(),
        names: Slot::empty(),
        params: Slot::empty(),
        name: Slot::new(texts[0]),
        qualname: Slot::new(texts[1]),
        filename: Slot::new(texts[2]),
        globals: Slot::empty(),
        variant: Slot::empty(),
        maker: Slot::empty(),
        origin: Slot::new(origin),
        simple,
        foreign_namespace: AtomicBool::new(false),
        live: Default::default(),
        line_starts: Default::default(),
        id: cx.interp().next_id(),
        interp: cx.interp(),
    };
    NativeObj::alloc(cx, class, code)
}

/// Makes sure that the code object has its instructions, constants and names. Of several threads
/// that do it at once, the first decides for each.
pub fn load_body(cx: &mut Cx, code: CodeObj) -> PyResult<()> {
    if !code.entry().is_null() {
        return Ok(());
    }
    let unit = code.unit.clone();
    let mut body = unit.body.once();
    if code.consts.get().is_empty() {
        let (consts, names) = match NativeObj::<Code>::from_value(code.origin.get()) {
            // Copies share what never changes.
            Some(origin) => {
                load_body(cx, origin)?;
                (origin.consts.get(), origin.names.get())
            }
            None => {
                let consts = constants(cx, &body.consts)?;
                let names = cx.try_new_array(body.names.len())?;
                for (i, n) in body.names.iter().enumerate() {
                    let s = interned(cx, n);
                    names.slots()[i].set(cx, names, s.value());
                }
                (consts.value(), names.value())
            }
        };
        let _ = code.names.compare_exchange(cx, code, Value::EMPTY, names);
        let _ = code.consts.compare_exchange(cx, code, Value::EMPTY, consts);
    }
    let mut words = match &mut body {
        std::borrow::Cow::Owned(body) => std::mem::take(&mut body.words),
        std::borrow::Cow::Borrowed(body) => body.words.clone(),
    };
    put_constants(&mut words, Gc::from_value_unchecked(code.consts.get()));
    code.publish(words.into_boxed_slice());
    Ok(())
}

/// The values of the constants.
pub fn constants_of(cx: &mut Cx, code: CodeObj) -> PyResult<Gc<Array>> {
    load_body(cx, code)?;
    Ok(Gc::from_value_unchecked(code.consts.get()))
}

/// The interned names.
pub fn names_of(cx: &mut Cx, code: CodeObj) -> PyResult<Gc<Array>> {
    load_body(cx, code)?;
    Ok(Gc::from_value_unchecked(code.names.get()))
}

/// The docstring, or None.
pub fn docstring(cx: &mut Cx, code: CodeObj) -> PyResult<Value> {
    if code.unit.flags & bc::flags::CO_HAS_DOCSTRING == 0 {
        return Ok(Value::none());
    }
    Ok(constants_of(cx, code)?.values()[0])
}

/// The code object to run `code` with `globals`: itself, or a copy bound to them.
pub fn bind_to(cx: &mut Cx, code: CodeObj, globals: Value) -> CodeObj {
    let bound = code.globals.get();
    if bound == globals {
        return code;
    }
    if bound.is_empty()
        && code
            .globals
            .compare_exchange(cx, code, Value::EMPTY, globals)
            .is_ok()
    {
        return code;
    }
    if let Some(v) = NativeObj::<Code>::from_value(code.variant.get())
        && v.globals.get() == globals
    {
        return v;
    }
    let texts = [code.name.get(), code.qualname.get(), code.filename.get()];
    let copy = allocate(cx, code.unit.clone(), texts, code.value());
    copy.globals.set(cx, copy, globals);
    code.variant.set(cx, code, copy.value());
    copy
}

/// The code object that a program sees: a copy stands for its original.
pub fn public(code: CodeObj) -> CodeObj {
    NativeObj::<Code>::from_value(code.origin.get()).unwrap_or(code)
}

/// The interned names of the parameters, without those of `*args` and `**kwargs`.
pub fn parameter_names(cx: &mut Cx, code: CodeObj) -> Gc<Array> {
    if let Some(known) = known_parameter_names(code) {
        return known;
    }
    let unit = code.unit.clone();
    let n = (unit.argcount + unit.kwonlyargcount) as usize;
    let array: Gc<Array> = cx.new_array(n);
    for (slot, name) in array.slots().iter().zip(&unit.varnames) {
        let s = interned(cx, name);
        slot.set(cx, array, s.value());
    }
    code.params.set(cx, code, array.value());
    array
}

/// The same, if a call needed them already.
#[inline(always)]
pub fn known_parameter_names(code: CodeObj) -> Option<Gc<Array>> {
    code.params.get().some().map(Gc::from_value_unchecked)
}

/// A fresh copy of `code` for a run whose namespace is not its globals: caches of names that
/// earlier runs filled from the globals must not be seen by it, nor the other way round.
pub fn detached(cx: &mut Cx, code: CodeObj) -> CodeObj {
    let texts = [code.name.get(), code.qualname.get(), code.filename.get()];
    let copy = allocate(cx, code.unit.clone(), texts, public(code).value());
    copy.foreign_namespace.store(true, Ordering::Relaxed);
    copy
}
