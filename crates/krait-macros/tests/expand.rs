//! Expansions compiled against a stand-in runtime, and called.

extern crate self as krait_runtime;

mod runtime;

pub use runtime::{heap, native};

use heap::Tracer;
use krait_macros::{pyfunctions, pymethods};
use native::{CompareOp, Cx, DefKind, NativeDef, PyResult, Trace, Value};

struct Methods;

#[pymethods]
impl Methods {
    pub const LIMIT: i64 = 100;

    /// Add the arguments.
    ///
    /// Twice.
    #[py(sig = "($self, a, b=1, /, *, scale=None)")]
    fn add_(_cx: &mut Cx, this: i64, a: i64, b: Option<i64>, scale: Option<i64>) -> PyResult<i64> {
        Ok((this + a + b.unwrap_or(1)) * scale.unwrap_or(1))
    }

    #[py(classmethod, sig = "($type, /, *args, **kw)", hide_sig)]
    fn collect(ty: Value, kw: Option<Value>, args: &[Value]) -> i64 {
        let sum: u64 = args.iter().map(|arg| arg.0).sum();
        (ty.0 + kw.map_or(1000, |kw| kw.0) + sum) as i64
    }

    #[py(new)]
    fn make(cx: &mut Cx, _ty: Value) -> Value {
        cx.log.push("new".to_owned());
        Value(1)
    }

    #[py(staticmethod, name = "static", doc = "")]
    fn static_one(r#type: Value) -> Value {
        r#type
    }

    #[py(getter)]
    #[cfg(not(miri))]
    fn real(this: Value) -> Value {
        this
    }

    #[py(setter = "real")]
    #[cfg(not(miri))]
    fn set_real(this: Value, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(_) => Ok(()),
            None => Err(format!("cannot delete {}", this.0)),
        }
    }

    /// Read only.
    #[py(getter)]
    fn imag(_this: Value) -> Value {
        Value(0)
    }

    #[py]
    #[cfg(miri)]
    fn absent(this: Missing) {}

    fn plain(&self) -> i64 {
        Self::LIMIT
    }
}

struct Comparisons;

#[pymethods]
impl Comparisons {
    #[py(compare)]
    fn compare(this: Value, other: Value, op: CompareOp) -> Value {
        Value(100 * this.0 + 10 * other.0 + op as u64)
    }
}

struct Functions<T>(T);

#[pyfunctions]
impl<T: Default> Functions<T> {
    #[py(sig = "($module, obj, /)")]
    fn id(obj: Value) -> Value {
        obj
    }
}

fn def(name: &str) -> &'static NativeDef {
    let mut defs = Methods::DEFS.iter();
    defs.find(|def| def.name == name).expect(name)
}

fn call(def: &NativeDef, args: &[u64]) -> (PyResult<u64>, Vec<String>) {
    let mut cx = Cx::default();
    let args: Vec<Value> = args.iter().copied().map(Value).collect();
    let result = (def.func)(&mut cx, &args).map(|value| value.0);
    (result, cx.log)
}

const EMPTY: u64 = Value::EMPTY.0;

#[test]
fn comparisons_are_six_methods() {
    let names: Vec<_> = Comparisons::DEFS.iter().map(|def| def.name).collect();
    let expected = ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"];
    assert_eq!(names, expected);
    let greater = &Comparisons::DEFS[4];
    assert_eq!(greater.sig, Some("($self, value, /)"));
    assert_eq!(greater.doc, Some("Return self>value."));
    assert_eq!(call(greater, &[1, 2]).0, Ok(100 + 20 + 4));
}

#[test]
fn definitions_in_order() {
    let names: Vec<_> = Methods::DEFS.iter().map(|def| def.name).collect();
    assert_eq!(names, ["add", "collect", "make", "static", "real", "imag"]);
    assert_eq!(Methods.plain(), 100);
    assert_eq!(Functions::<u8>::DEFS.len(), 1);
    assert!(matches!(Functions::<u8>::DEFS[0].kind, DefKind::Function));
    assert_eq!(Functions(1u8).0, 1);
}

#[test]
fn method() {
    let def = def("add");
    assert!(matches!(def.kind, DefKind::Method));
    assert_eq!(def.sig, Some("($self, a, b=1, /, *, scale=None)"));
    assert_eq!(def.doc, Some("Add the arguments.\n\nTwice."));
    let params = &def.params;
    assert_eq!(params.names, ["a", "b", "scale"]);
    assert_eq!(
        (params.posonly, params.positional, params.required),
        (2, 2, 1)
    );
    assert_eq!((params.kwonly, params.kwonly_required), (1, 0));
    assert!(!params.varargs && !params.varkw);
    let (result, log) = call(def, &[10, 20, EMPTY, 3]);
    assert_eq!(result, Ok(93));
    assert_eq!(log, ["add:0:self", "add:1:a", "add:3:scale"]);
}

#[test]
fn varargs_come_last() {
    let def = def("collect");
    assert!(matches!(def.kind, DefKind::ClassMethod));
    assert_eq!(def.sig, None);
    assert!(def.params.varargs && def.params.varkw);
    assert_eq!(call(def, &[1, EMPTY]).0, Ok(1001));
    assert_eq!(call(def, &[1, 50, 100, 200]).0, Ok(351));
}

#[test]
fn new_and_staticmethod() {
    assert!(matches!(def("make").kind, DefKind::New));
    assert_eq!(def("make").sig, Some("($type, /)"));
    assert_eq!(call(def("make"), &[0]).1, ["new"]);
    let def = def("static");
    assert!(matches!(def.kind, DefKind::StaticMethod));
    assert_eq!((def.sig, def.doc), (Some("(type, /)"), None));
}

#[test]
fn setter_joins_its_getter() {
    let def_real = def("real");
    assert_eq!(def_real.sig, None);
    let DefKind::Getter {
        setter: Some(setter),
        member: false,
    } = def_real.kind
    else {
        panic!("`real` has a setter");
    };
    let mut cx = Cx::default();
    assert_eq!(setter(&mut cx, &[Value(5), Value(6 + 1)]), Ok(Value::NONE));
    let deleted = setter(&mut cx, &[Value(5), Value::EMPTY]);
    assert_eq!(deleted, Err("cannot delete 5".to_owned()));
    assert!(matches!(
        def("imag").kind,
        DefKind::Getter {
            setter: None,
            member: false
        }
    ));
}

#[test]
#[should_panic(expected = "wrong number of arguments")]
fn arity_is_the_binders_duty() {
    let _ = call(def("real"), &[]);
}

#[derive(Trace)]
struct Pair<T> {
    left: T,
    right: Value,
    #[trace(skip)]
    hash: u64,
}

#[derive(Trace)]
#[allow(dead_code)]
enum Shape {
    Nothing,
    One(Value),
    Two(#[trace(skip)] u8, Value),
    Named { first: Value, second: Pair<Value> },
}

#[derive(Trace)]
struct Unit;

#[derive(Trace)]
#[allow(dead_code)]
enum Flag {
    On,
    Off,
}

fn traced(value: &impl Trace) -> Vec<u64> {
    let mut seen = Vec::new();
    value.trace(&mut Tracer(&mut seen));
    seen
}

#[test]
fn trace_visits_every_field_but_skipped_ones() {
    let pair = |left, right| Pair {
        left: Value(left),
        right: Value(right),
        hash: 99,
    };
    assert_eq!(pair(1, 2).hash, 99);
    assert_eq!(traced(&pair(1, 2)), [1, 2]);
    assert_eq!(traced(&Shape::Nothing), []);
    assert_eq!(traced(&Shape::One(Value(1))), [1]);
    assert_eq!(traced(&Shape::Two(7, Value(2))), [2]);
    let named = Shape::Named {
        first: Value(3),
        second: pair(4, 5),
    };
    assert_eq!(traced(&named), [3, 4, 5]);
    assert_eq!(traced(&Unit), []);
    assert_eq!(traced(&Flag::On), []);
}
