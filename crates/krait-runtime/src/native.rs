//! How native code is declared to Python: definitions, argument conversion, type specifications.
//!
//! A native function takes the context and a slice of registers. After binding, the slice is
//! `[self or type, positional..., keyword-only..., kwargs dict, *varargs tail]`; what is absent and
//! optional is [`Value::EMPTY`]. `#[pymethods]` derives the [`NativeDef`]s from Rust functions.

pub use crate::cx::Cx;
pub use crate::error::PyResult;
use crate::error::Raised;
use crate::heap::Tracer;
use crate::object::{Gc, Header, Kind, Object, Slot};
pub use crate::protocol::compare::CompareOp;
use crate::types::typeobj::Type;
pub use crate::value::Value;

/// The code of a native function: context and bound arguments.
pub type NativeFn = fn(&mut Cx, &[Value]) -> PyResult<Value>;

/// What a call passes besides the callee: positional arguments, then the values of keywords whose
/// names (strs) stand in `kwnames`.
pub type CallFn =
    fn(cx: &mut Cx, callee: Value, args: &[Value], kwnames: &[Value]) -> PyResult<Value>;

/// One native function, method or attribute; made by `#[pymethods]`.
pub struct NativeDef {
    pub name: &'static str,
    /// `__text_signature__`, as CPython shows it.
    pub sig: Option<&'static str>,
    pub doc: Option<&'static str>,
    pub func: NativeFn,
    pub params: Params,
    pub kind: DefKind,
    /// Arguments of a call that needs no arranging and no checks, receivers included;
    /// [`NativeDef::ARRANGED`] if there is none.
    pub exact: u8,
    /// Arguments in front of the parameters: 1 for methods and class methods, 0 for others.
    pub receivers: u8,
    /// Least and most arguments of a call without keywords for which only optional arguments have to be marked
    /// as missing, and their number then; receivers are included, the class that `__new__` gets is one.
    pub least: u8,
    pub most: u8,
    pub fixed: u8,
    /// Words in front of `*args` where all of them but a receiver are optional: a call without keywords has its
    /// arguments in place once these are filled in. [`NativeDef::ARRANGED`] if it is not so simple.
    pub lead: u8,
    pub at_once: AtOnce,
    /// Of `__new__`: takes any arguments and looks at none, which are for `__init__`.
    pub ignores: bool,
}

/// Functions that handlers of the interpreter know: for most arguments they have the answer without a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AtOnce {
    Unknown,
    Id,
    IsInstance,
    Len,
}

impl NativeDef {
    /// Most arguments of a call for which `least` and `most` tell anything.
    pub const FEW: usize = 8;

    /// Most words that `lead` counts.
    pub const MOST_LEAD: u8 = 6;

    /// `exact` and `lead` of what is never called with its registers as they are.
    pub const ARRANGED: u8 = u8::MAX;

    pub const fn new(
        name: &'static str,
        sig: Option<&'static str>,
        doc: Option<&'static str>,
        func: NativeFn,
        params: Params,
        kind: DefKind,
    ) -> NativeDef {
        let receivers = matches!(kind, DefKind::Method | DefKind::ClassMethod) as u8;
        // `__new__` looks at the class that it is given first.
        let plain = params.kwonly == 0
            && !params.varkw
            && !matches!(kind, DefKind::New | DefKind::Getter { .. });
        let exact = if plain {
            receivers + params.positional
        } else {
            Self::ARRANGED
        };
        let first = receivers + matches!(kind, DefKind::New) as u8;
        let fixed = first as usize + params.fixed();
        let least = if params.kwonly_required == 0 && fixed <= Self::FEW {
            first + params.required
        } else {
            Self::ARRANGED
        };
        let leads = params.varargs
            && params.positional == 0
            && params.kwonly_required == 0
            && fixed <= Self::MOST_LEAD as usize
            // Of the words in front of the arguments the collector looks at the last two.
            && (first == 0 || fixed <= 2);
        NativeDef {
            name,
            sig,
            doc,
            func,
            kind,
            exact,
            receivers,
            least,
            most: first + params.positional,
            fixed: fixed as u8,
            lead: if leads { fixed as u8 } else { Self::ARRANGED },
            at_once: AtOnce::Unknown,
            ignores: false,
            params,
        }
    }

    /// The same `__new__`, which ignores its arguments.
    pub const fn ignoring(self) -> NativeDef {
        NativeDef {
            ignores: true,
            ..self
        }
    }

    /// The same, known to handlers as `function`.
    pub const fn at_once(self, function: AtOnce) -> NativeDef {
        NativeDef {
            at_once: function,
            ..self
        }
    }
}

#[derive(Clone, Copy)]
pub enum DefKind {
    Function,
    Method,
    ClassMethod,
    StaticMethod,
    /// `__new__`: the first argument is the class.
    New,
    Getter {
        setter: Option<NativeFn>,
        /// Shows as a member: a field of the object.
        member: bool,
    },
}

/// The parameters of a native function, without `self`.
pub struct Params {
    /// Positional parameters, then keyword-only ones.
    pub names: &'static [&'static str],
    pub posonly: u8,
    /// Positional-only and positional-or-keyword parameters.
    pub positional: u8,
    /// How many of the positional ones are required.
    pub required: u8,
    pub kwonly: u8,
    /// Bit `i`: the keyword-only parameter `i` is required.
    pub kwonly_required: u64,
    pub varargs: bool,
    pub varkw: bool,
}

impl Params {
    /// Slots of the fixed part, without `self`.
    #[inline]
    pub const fn fixed(&self) -> usize {
        self.positional as usize + self.kwonly as usize + self.varkw as usize
    }
}

/// Where an argument is converted, for error messages.
#[derive(Clone, Copy)]
pub struct ArgSite {
    pub func: &'static str,
    /// Counted from 1, without `self`.
    pub index: usize,
    pub param: &'static str,
}

/// Conversion of an argument to what the Rust function wants. The error is CPython's TypeError.
pub trait FromArg: Sized {
    fn from_arg(cx: &mut Cx, v: Value, site: ArgSite) -> PyResult<Self>;
}

/// Conversion of a Rust result to a Python value.
pub trait IntoPy {
    fn into_py(self, cx: &mut Cx) -> PyResult<Value>;
}

impl FromArg for Value {
    #[inline(always)]
    fn from_arg(_: &mut Cx, v: Value, _: ArgSite) -> PyResult<Value> {
        Ok(v)
    }
}

impl<T: FromArg> FromArg for Option<T> {
    #[inline(always)]
    fn from_arg(cx: &mut Cx, v: Value, site: ArgSite) -> PyResult<Self> {
        if v.is_empty() {
            Ok(None)
        } else {
            T::from_arg(cx, v, site).map(Some)
        }
    }
}

/// For `self` parameters and exact builtin layouts; wrong types get CPython's message.
impl<T: Object + NamedLayout> FromArg for Gc<T> {
    #[inline(always)]
    fn from_arg(cx: &mut Cx, v: Value, site: ArgSite) -> PyResult<Self> {
        match Gc::from_value(v) {
            Some(o) => Ok(o),
            None => Err(wrong_type(cx, site, T::PY_NAME, v)),
        }
    }
}

/// The Python type name of a payload layout, for error messages.
pub trait NamedLayout {
    const PY_NAME: &'static str;
}

impl FromArg for bool {
    fn from_arg(cx: &mut Cx, v: Value, _: ArgSite) -> PyResult<bool> {
        cx.is_true(v)
    }
}

macro_rules! int_args {
    ($($t:ty => $name:literal),*) => {$(
        impl FromArg for $t {
            #[inline]
            fn from_arg(cx: &mut Cx, v: Value, _: ArgSite) -> PyResult<$t> {
                let n = match v.as_small() {
                    Some(n) => Some(n),
                    None => cx.index_i64(v)?,
                };
                match n.and_then(|n| <$t>::try_from(n).ok()) {
                    Some(n) => Ok(n),
                    None => Err(cx.overflow_error(concat!("Python int too large to convert to C ", $name))),
                }
            }
        }
    )*};
}
int_args!(i64 => "long", isize => "ssize_t", i32 => "int", u32 => "unsigned int", u8 => "unsigned char", usize => "size_t");

impl FromArg for f64 {
    #[inline]
    fn from_arg(cx: &mut Cx, v: Value, _: ArgSite) -> PyResult<f64> {
        match v.as_immediate_float() {
            Some(x) => Ok(x),
            None => cx.as_f64(v),
        }
    }
}

#[cold]
pub fn wrong_type(cx: &mut Cx, site: ArgSite, expected: &str, got: Value) -> Raised {
    let got = crate::protocol::text::shown_type(cx, got);
    cx.type_error(format!(
        "{}() argument {} must be {expected}, not {got}",
        site.func, site.index
    ))
}

/// A native function got a slice of another length than its definition says: a bug in the binder.
#[cold]
pub fn bad_arity() -> ! {
    panic!("native function called with unbound arguments")
}

impl IntoPy for Value {
    #[inline(always)]
    fn into_py(self, _: &mut Cx) -> PyResult<Value> {
        Ok(self)
    }
}

impl<T: IntoPy> IntoPy for PyResult<T> {
    #[inline(always)]
    fn into_py(self, cx: &mut Cx) -> PyResult<Value> {
        match self {
            Ok(v) => v.into_py(cx),
            Err(e) => Err(e),
        }
    }
}

impl<T> IntoPy for Gc<T> {
    #[inline(always)]
    fn into_py(self, _: &mut Cx) -> PyResult<Value> {
        Ok(self.value())
    }
}

impl IntoPy for () {
    #[inline(always)]
    fn into_py(self, _: &mut Cx) -> PyResult<Value> {
        Ok(Value::none())
    }
}

impl IntoPy for bool {
    #[inline(always)]
    fn into_py(self, _: &mut Cx) -> PyResult<Value> {
        Ok(Value::bool(self))
    }
}

macro_rules! into_int {
    ($($t:ty),*) => {$(
        impl IntoPy for $t {
            #[inline]
            fn into_py(self, cx: &mut Cx) -> PyResult<Value> {
                Ok(cx.new_int(self as i64))
            }
        }
    )*};
}
into_int!(i64, isize, i32, u32, u8, u16);

impl IntoPy for usize {
    #[inline]
    fn into_py(self, cx: &mut Cx) -> PyResult<Value> {
        Ok(cx.new_uint(self as u64))
    }
}

impl IntoPy for u64 {
    #[inline]
    fn into_py(self, cx: &mut Cx) -> PyResult<Value> {
        Ok(cx.new_uint(self))
    }
}

impl IntoPy for f64 {
    #[inline]
    fn into_py(self, cx: &mut Cx) -> PyResult<Value> {
        Ok(cx.new_float(self))
    }
}

impl IntoPy for &str {
    fn into_py(self, cx: &mut Cx) -> PyResult<Value> {
        Ok(cx.new_str(self))
    }
}

impl IntoPy for String {
    fn into_py(self, cx: &mut Cx) -> PyResult<Value> {
        Ok(cx.new_str(&self))
    }
}

/// `None` becomes Python's `None`.
impl<T: IntoPy> IntoPy for Option<T> {
    #[inline]
    fn into_py(self, cx: &mut Cx) -> PyResult<Value> {
        match self {
            Some(v) => v.into_py(cx),
            None => Ok(Value::none()),
        }
    }
}

/// Traced fields of a native payload; see `#[derive(Trace)]`.
///
/// # Safety
/// Every reference to a heap object inside `self` is reported.
pub unsafe trait Trace {
    fn trace(&self, t: &mut Tracer<'_>);
}

/// Says of a type that it is not [`Trace`]: `<T as NotTraced<_>>::CHECKED` is ambiguous, hence does not compile, if it
/// is. For `#[trace(skip)]`.
///
/// ```compile_fail,E0283
/// use krait_runtime::{native::NotTraced, object::Slot};
/// let () = <Slot as NotTraced<_>>::CHECKED;
/// ```
pub trait NotTraced<Why> {
    const CHECKED: () = ();
}
impl<T: ?Sized> NotTraced<()> for T {}
/// Makes [`NotTraced`] ambiguous.
pub struct Traced;
impl<T: ?Sized + Trace> NotTraced<Traced> for T {}

// SAFETY: reports its one word.
unsafe impl Trace for Slot {
    fn trace(&self, t: &mut Tracer<'_>) {
        t.word(self.get().bits());
    }
}
// SAFETY: reports itself.
unsafe impl Trace for Value {
    fn trace(&self, t: &mut Tracer<'_>) {
        t.word(self.bits());
    }
}
// SAFETY: reports itself.
unsafe impl<T> Trace for Gc<T> {
    fn trace(&self, t: &mut Tracer<'_>) {
        t.word(self.value().bits());
    }
}
// SAFETY: reports every element.
unsafe impl<T: Trace> Trace for Vec<T> {
    fn trace(&self, t: &mut Tracer<'_>) {
        self.iter().for_each(|x| x.trace(t));
    }
}
// SAFETY: reports what is there.
unsafe impl<T: Trace> Trace for Option<T> {
    fn trace(&self, t: &mut Tracer<'_>) {
        if let Some(x) = self {
            x.trace(t);
        }
    }
}
macro_rules! trace_nothing {
    ($($t:ty),*) => {$(
        // SAFETY: holds no references.
        unsafe impl Trace for $t {
            fn trace(&self, _: &mut Tracer<'_>) {}
        }
    )*};
}
trace_nothing!(
    (),
    bool,
    u8,
    u16,
    u32,
    u64,
    usize,
    i8,
    i16,
    i32,
    i64,
    isize,
    f32,
    f64,
    String,
    std::sync::atomic::AtomicBool,
    std::sync::atomic::AtomicU8,
    std::sync::atomic::AtomicU32,
    std::sync::atomic::AtomicU64,
    std::sync::atomic::AtomicUsize,
    std::sync::atomic::AtomicI64
);

/// What the collector must know of a `NativeObj<T>`.
pub struct NativeInfo {
    pub trace: unsafe fn(*const Header, &mut Tracer<'_>),
    /// Runs the payload's destructor; only for `Kind::NativeDrop`.
    pub drop: unsafe fn(*mut Header),
    /// Bytes of header, info and payload.
    pub size: usize,
    pub rust_type: std::any::TypeId,
    /// See [`Native::SEND`].
    pub send: Option<SendFn>,
}

/// What sending to a generator, or to an awaitable in native code, gave.
pub enum Outcome {
    Yielded(Value),
    Returned(Value),
}

/// Sends the second value to the first, which has the payload that defines this.
pub type SendFn = fn(&mut Cx, Value, Value) -> PyResult<Outcome>;

/// How to send to `v` without a StopIteration at its end, if its payload is one that says how.
#[inline]
pub fn send_fn(v: Value) -> Option<SendFn> {
    let kind = crate::object::kind_of(v)?;
    if kind != Kind::Native as u8 && kind != Kind::NativeDrop as u8 {
        return None;
    }
    // SAFETY: a live object of a native kind.
    unsafe { crate::heap::native_info(v.object_unchecked())?.send }
}

/// An object whose payload is the Rust value `T`. Shared between threads: keep what changes in
/// `Slot`s, atomics or a [`crate::sync::Guarded`].
#[repr(C)]
pub struct NativeObj<T: Native> {
    pub header: Header,
    info: &'static NativeInfo,
    pub payload: T,
}

/// A Rust type that can be the payload of Python objects.
pub trait Native: Trace + Send + Sync + Sized + 'static {
    /// The Python type name in messages about wrong arguments.
    const PY_NAME: &'static str;
    /// The payload has a destructor that must run when the object dies.
    const NEEDS_DROP: bool = std::mem::needs_drop::<Self>();
    /// The kind byte of the objects; the crate above has kinds of its own for what it tests often.
    const KIND: Kind = if Self::NEEDS_DROP {
        Kind::NativeDrop
    } else {
        Kind::Native
    };
    /// For awaitables and their like: one step, as `send` makes it, but the value at the end is returned and not
    /// the argument of a StopIteration.
    const SEND: Option<SendFn> = None;
    const INFO: &'static NativeInfo = &NativeInfo {
        trace: trace_native::<Self>,
        drop: drop_native::<Self>,
        size: size_of::<NativeObj<Self>>(),
        rust_type: std::any::TypeId::of::<Self>(),
        send: Self::SEND,
    };
}

/// # Safety
/// `o` is a live `NativeObj<T>`.
unsafe fn trace_native<T: Native>(o: *const Header, t: &mut Tracer<'_>) {
    // SAFETY: by contract.
    unsafe { (*o.cast::<NativeObj<T>>()).payload.trace(t) }
}

/// # Safety
/// `o` is a dead `NativeObj<T>` that nobody uses again.
unsafe fn drop_native<T: Native>(o: *mut Header) {
    // SAFETY: by contract.
    unsafe { std::ptr::drop_in_place(&raw mut (*o.cast::<NativeObj<T>>()).payload) }
}

impl<T: Native> std::ops::Deref for NativeObj<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        &self.payload
    }
}

impl<T: Native> NativeObj<T> {
    /// The object behind `v` if its payload is a `T`.
    #[inline]
    pub fn from_value(v: Value) -> Option<Gc<NativeObj<T>>> {
        if crate::object::kind_of(v)? != T::KIND as u8 {
            return None;
        }
        let o = v.object_unchecked().cast::<NativeObj<T>>();
        // SAFETY: native kinds start with header and info.
        let info = unsafe { (*o).info };
        if std::ptr::eq(info, T::INFO) {
            // SAFETY: the info names the payload's type.
            return Some(unsafe { Gc::from_ptr(o) });
        }
        // SAFETY: the info names the payload's type; each codegen unit may have its own copy.
        (info.rust_type == std::any::TypeId::of::<T>()).then(|| unsafe { Gc::from_ptr(o) })
    }

    /// Allocates an instance of `class`, whose layout is `NativeObj<T>`.
    #[inline]
    pub fn alloc(cx: &mut Cx, class: Gc<Type>, payload: T) -> Gc<NativeObj<T>> {
        let kind = T::KIND;
        debug_assert!(
            class.kind() == kind as u8,
            "the class's spec has another layout"
        );
        cx.alloc_instance_of(class, size_of::<NativeObj<T>>(), kind, |header| NativeObj {
            header,
            info: T::INFO,
            payload,
        })
    }
}

impl<T: Native> NativeObj<T> {
    /// An exact instance of the builtin class with this shape, which has no subclasses, tail or finalizer.
    #[inline(always)]
    pub fn alloc_exact(cx: &mut Cx, shape: u32, payload: T) -> Gc<NativeObj<T>> {
        let o = cx
            .mutator
            .alloc(size_of::<NativeObj<T>>(), shape, T::KIND as u8);
        // SAFETY: fresh memory of that size; the header is kept.
        unsafe {
            let header = std::ptr::read(o);
            o.cast::<NativeObj<T>>().write(NativeObj {
                header,
                info: T::INFO,
                payload,
            });
            Gc::from_ptr(o.cast())
        }
    }

    /// As `alloc`, with `room` bytes of zeros behind the payload. For classes without subclasses.
    #[inline(always)]
    pub fn alloc_with_room(
        cx: &mut Cx,
        class: Gc<Type>,
        payload: T,
        room: usize,
    ) -> PyResult<Gc<NativeObj<T>>> {
        let size = size_of::<NativeObj<T>>() + room;
        let o = cx.alloc_sized(size, class.instance_shape(), T::KIND)?;
        // SAFETY: fresh memory of that size; the header is kept.
        unsafe {
            let header = std::ptr::read(o);
            o.cast::<NativeObj<T>>().write(NativeObj {
                header,
                info: T::INFO,
                payload,
            });
            Ok(Gc::from_ptr(o.cast()))
        }
    }
}

impl<T: Native> FromArg for Gc<NativeObj<T>> {
    #[inline(always)]
    fn from_arg(cx: &mut Cx, v: Value, site: ArgSite) -> PyResult<Self> {
        match NativeObj::from_value(v) {
            Some(o) => Ok(o),
            None => Err(wrong_type(cx, site, T::PY_NAME, v)),
        }
    }
}

/// The payload layout of a builtin type's instances.
#[derive(Clone, Copy)]
pub struct Layout {
    pub kind: Kind,
    /// Bytes of the fixed payload, header included.
    pub size: usize,
    /// The size depends on the object (str, int, tuple, bytes).
    pub variable: bool,
}

impl Layout {
    pub const INSTANCE: Layout = Layout {
        kind: Kind::Instance,
        size: 8,
        variable: false,
    };
    pub const PLAIN: Layout = Layout {
        kind: Kind::Plain,
        size: 16,
        variable: false,
    };

    pub const fn of<T: Object>() -> Layout {
        Layout {
            kind: T::KIND,
            size: size_of::<T>(),
            variable: false,
        }
    }

    pub const fn variable<T: Object>() -> Layout {
        Layout {
            kind: T::KIND,
            size: size_of::<T>(),
            variable: true,
        }
    }

    pub const fn native<T: Native>() -> Layout {
        Layout {
            kind: T::KIND,
            size: size_of::<NativeObj<T>>(),
            variable: false,
        }
    }
}

/// The declaration of a type in native code.
pub struct TypeSpec {
    pub name: &'static str,
    pub module: &'static str,
    pub doc: Option<&'static str>,
    /// `None`: `object`.
    pub base: Option<&'static TypeSpec>,
    pub layout: Layout,
    pub flags: u32,
    /// Words behind the payload for fields of native code; see `protocol::instance::member`. For types that extend the
    /// layout of another builtin.
    pub slots: u16,
    /// Tables of methods and attributes, `DEFS` of `#[pymethods]` blocks.
    pub defs: &'static [&'static [NativeDef]],
    /// The fast call path of instances (functions, types); usually `None`.
    pub call: Option<CallFn>,
    /// How `object.__new__` makes an instance of the class or a subclass, for types that have a payload of their own
    /// and only `__init__` fills it. Such a type has no `__new__`.
    pub alloc: Option<fn(&mut Cx, Gc<Type>) -> Value>,
    /// What `__getitem__` gives for an immediate int, counted from the end if negative; `EMPTY` if that takes
    /// `__getitem__` itself, to raise an error for example. For exact instances only.
    pub item: Option<fn(&mut Cx, Value, i64) -> Value>,
    /// Likewise `__setitem__`; false if that takes the method itself.
    pub store_item: Option<fn(&mut Cx, Value, i64, Value) -> bool>,
    /// More attributes, once the type exists.
    pub init: Option<fn(&mut Cx, Gc<Type>) -> PyResult<()>>,
}

impl TypeSpec {
    pub const DEFAULT: TypeSpec = TypeSpec {
        name: "",
        module: "builtins",
        doc: None,
        base: None,
        layout: Layout::INSTANCE,
        flags: 0,
        slots: 0,
        defs: &[],
        call: None,
        alloc: None,
        item: None,
        store_item: None,
        init: None,
    };
}

/// The declaration of a native module.
pub struct ModuleDef {
    pub name: &'static str,
    pub doc: Option<&'static str>,
    pub functions: &'static [&'static [NativeDef]],
    /// Types that become attributes of the module under their names.
    pub types: &'static [&'static TypeSpec],
    /// Constants and whatever else the module needs; runs at import.
    pub init: Option<fn(&mut Cx, Gc<crate::types::module::Module>) -> PyResult<()>>,
}

impl ModuleDef {
    pub const DEFAULT: ModuleDef = ModuleDef {
        name: "",
        doc: None,
        functions: &[],
        types: &[],
        init: None,
    };
}
