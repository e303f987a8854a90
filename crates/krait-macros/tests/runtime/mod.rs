//! The least runtime that generated code compiles against.

pub mod heap {
    pub struct Tracer<'a>(pub &'a mut Vec<u64>);
}

pub mod native {
    use crate::heap::Tracer;
    pub use krait_macros::Trace;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Value(pub u64);

    impl Value {
        pub const EMPTY: Self = Self(6);
        pub const NONE: Self = Self(0);
    }

    #[derive(Default)]
    pub struct Cx {
        pub log: Vec<String>,
    }

    pub type PyResult<T> = Result<T, String>;
    pub type NativeFn = fn(&mut Cx, &[Value]) -> PyResult<Value>;

    pub struct NativeDef {
        pub name: &'static str,
        pub sig: Option<&'static str>,
        pub doc: Option<&'static str>,
        pub func: NativeFn,
        pub params: Params,
        pub kind: DefKind,
    }

    impl NativeDef {
        pub const fn new(
            name: &'static str,
            sig: Option<&'static str>,
            doc: Option<&'static str>,
            func: NativeFn,
            params: Params,
            kind: DefKind,
        ) -> Self {
            Self {
                name,
                sig,
                doc,
                func,
                params,
                kind,
            }
        }
    }

    pub enum DefKind {
        Function,
        Method,
        ClassMethod,
        StaticMethod,
        New,
        Getter {
            setter: Option<NativeFn>,
            member: bool,
        },
    }

    pub struct Params {
        pub names: &'static [&'static str],
        pub posonly: u8,
        pub positional: u8,
        pub required: u8,
        pub kwonly: u8,
        pub kwonly_required: u64,
        pub varargs: bool,
        pub varkw: bool,
    }

    #[derive(Clone, Copy, Debug)]
    pub enum CompareOp {
        Lt,
        Le,
        Eq,
        Ne,
        Gt,
        Ge,
    }

    pub struct ArgSite {
        pub func: &'static str,
        pub index: usize,
        pub param: &'static str,
    }

    pub trait FromArg: Sized {
        fn from_arg(cx: &mut Cx, value: Value, site: ArgSite) -> PyResult<Self>;
    }

    impl FromArg for i64 {
        fn from_arg(cx: &mut Cx, value: Value, site: ArgSite) -> PyResult<Self> {
            let ArgSite { func, index, param } = site;
            cx.log.push(format!("{func}:{index}:{param}"));
            i64::try_from(value.0).map_err(|error| error.to_string())
        }
    }

    impl FromArg for Value {
        fn from_arg(_: &mut Cx, value: Value, _: ArgSite) -> PyResult<Self> {
            Ok(value)
        }
    }

    impl<T: FromArg> FromArg for Option<T> {
        fn from_arg(cx: &mut Cx, value: Value, site: ArgSite) -> PyResult<Self> {
            if value == Value::EMPTY {
                return Ok(None);
            }
            T::from_arg(cx, value, site).map(Some)
        }
    }

    pub trait IntoPy {
        fn into_py(self, cx: &mut Cx) -> PyResult<Value>;
    }

    impl IntoPy for Value {
        fn into_py(self, _: &mut Cx) -> PyResult<Value> {
            Ok(self)
        }
    }

    impl IntoPy for i64 {
        fn into_py(self, _: &mut Cx) -> PyResult<Value> {
            u64::try_from(self)
                .map(Value)
                .map_err(|error| error.to_string())
        }
    }

    impl IntoPy for () {
        fn into_py(self, _: &mut Cx) -> PyResult<Value> {
            Ok(Value::NONE)
        }
    }

    impl<T: IntoPy> IntoPy for PyResult<T> {
        fn into_py(self, cx: &mut Cx) -> PyResult<Value> {
            self?.into_py(cx)
        }
    }

    #[cold]
    pub fn bad_arity() -> ! {
        panic!("the binder passed a wrong number of arguments")
    }

    /// # Safety
    ///
    /// `trace` visits every reference into the heap.
    pub unsafe trait Trace {
        fn trace(&self, t: &mut Tracer<'_>);
    }

    pub trait NotTraced<Why> {
        const CHECKED: () = ();
    }
    impl<T: ?Sized> NotTraced<()> for T {}
    pub struct Traced;
    impl<T: ?Sized + Trace> NotTraced<Traced> for T {}

    // SAFETY: visits itself.
    unsafe impl Trace for Value {
        fn trace(&self, t: &mut Tracer<'_>) {
            t.0.push(self.0);
        }
    }
}
