//! `string.templatelib`: what a t-string makes. Source: PEP 750.

use krait_macros::{Trace, pymethods};
use krait_runtime::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use krait_runtime::object::{Gc, Slot};
use krait_runtime::types::str::Str;
use krait_runtime::types::str::StrBuilder;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::typeobj::Type;
use krait_runtime::vec::ValueVec;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A template: `n + 1` strings around `n` interpolations.
#[derive(Trace)]
pub struct Template {
    /// A tuple of strs.
    strings: Slot,
    /// A tuple of interpolations.
    interpolations: Slot,
}

/// One `{...}` of a t-string.
#[derive(Trace)]
pub struct Interpolation {
    value: Slot,
    expression: Slot,
    conversion: Slot,
    format_spec: Slot,
}

/// Iterates over the strings that are not empty and the interpolations, as written.
#[derive(Trace)]
pub struct TemplateIter {
    template: Slot,
    /// Even: the string with half the number; odd: the interpolation.
    at: AtomicUsize,
}

type TemplateObj = Gc<NativeObj<Template>>;
type InterpolationObj = Gc<NativeObj<Interpolation>>;

impl Native for Template {
    const PY_NAME: &'static str = "Template";
    const NEEDS_DROP: bool = false;
}
impl Native for Interpolation {
    const PY_NAME: &'static str = "Interpolation";
    const NEEDS_DROP: bool = false;
}
impl Native for TemplateIter {
    const PY_NAME: &'static str = "TemplateIter";
    const NEEDS_DROP: bool = false;
}

pub static TEMPLATE_SPEC: TypeSpec = TypeSpec {
    name: "Template",
    module: "string.templatelib",
    doc: Some("Template object"),
    layout: Layout::native::<Template>(),
    flags: krait_runtime::types::typeobj::flags::SEQUENCE_OPS,
    defs: &[TemplateMethods::DEFS],
    ..TypeSpec::DEFAULT
};

pub static INTERPOLATION_SPEC: TypeSpec = TypeSpec {
    name: "Interpolation",
    module: "string.templatelib",
    doc: Some("Interpolation object"),
    layout: Layout::native::<Interpolation>(),
    defs: &[InterpolationMethods::DEFS],
    init: Some(init_interpolation),
    ..TypeSpec::DEFAULT
};

static ITER_SPEC: TypeSpec = TypeSpec {
    name: "TemplateIter",
    module: "string.templatelib",
    doc: Some("Template iterator object"),
    layout: Layout::native::<TemplateIter>(),
    flags: krait_runtime::types::typeobj::flags::NO_INSTANTIATION,
    defs: &[IterMethods::DEFS],
    ..TypeSpec::DEFAULT
};

fn init_interpolation(cx: &mut Cx, class: Gc<Type>) -> PyResult<()> {
    let names = ["value", "expression", "conversion", "format_spec"].map(|n| cx.intern(n).value());
    let names = cx.new_tuple(&names);
    let key = cx.names().__match_args__;
    class.namespace().set_str(cx, key, names);
    Ok(())
}

/// The interpolation of `value`, written as `text`.
pub fn interpolation(
    cx: &mut Cx,
    value: Value,
    text: Value,
    conversion: Value,
    spec: Value,
) -> PyResult<Value> {
    let spec = if spec.is_none() || spec.is_empty() {
        cx.new_str("")
    } else {
        spec
    };
    let class = cx.native_type(&INTERPOLATION_SPEC)?;
    let payload = Interpolation {
        value: Slot::new(value),
        expression: Slot::new(text),
        conversion: Slot::new(conversion),
        format_spec: Slot::new(spec),
    };
    Ok(NativeObj::alloc(cx, class, payload).value())
}

/// A template of two tuples; there is one string more than interpolations.
pub fn template(cx: &mut Cx, strings: Value, interpolations: Value) -> PyResult<Value> {
    let class = cx.native_type(&TEMPLATE_SPEC)?;
    let payload = Template {
        strings: Slot::new(strings),
        interpolations: Slot::new(interpolations),
    };
    Ok(NativeObj::alloc(cx, class, payload).value())
}

fn tuple(v: Value) -> Gc<Tuple> {
    Gc::from_value_unchecked(v)
}

fn as_interpolation(v: Value) -> Option<InterpolationObj> {
    NativeObj::<Interpolation>::from_value(v)
}

/// Collects parts so that strings and interpolations alternate.
struct Parts {
    strings: ValueVec,
    interpolations: ValueVec,
    /// The last part was a string, which the next one is appended to.
    open: bool,
}

impl Parts {
    fn string(&mut self, cx: &mut Cx, s: Gc<Str>) -> PyResult<()> {
        if self.open {
            let last = self.strings.len() - 1;
            let before: Gc<Str> = Gc::from_value_unchecked(self.strings.as_slice()[last]);
            let joined = Str::concat(cx, before, s)?;
            self.strings.set(cx, last, joined.value());
            return Ok(());
        }
        self.open = true;
        self.strings.push(cx, s.value())
    }

    fn interpolation(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        if !self.open {
            let empty = cx.new_str("");
            self.strings.push(cx, empty)?;
        }
        self.open = false;
        self.interpolations.push(cx, v)
    }

    fn finish(mut self, cx: &mut Cx) -> PyResult<Value> {
        if !self.open {
            let empty = cx.new_str("");
            self.strings.push(cx, empty)?;
        }
        let strings = cx.try_new_tuple(self.strings.as_slice())?;
        let interpolations = cx.try_new_tuple(self.interpolations.as_slice())?;
        template(cx, strings, interpolations)
    }
}

impl Default for Parts {
    fn default() -> Parts {
        Parts {
            strings: ValueVec::new(),
            interpolations: ValueVec::new(),
            open: false,
        }
    }
}

struct TemplateMethods;

#[pymethods]
impl TemplateMethods {
    #[py(new, sig = "($type, *args, **kwargs)", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        if kwargs.is_some() {
            return Err(cx.type_error("Template.__new__ only accepts *args arguments"));
        }
        let mut parts = Parts::default();
        for &v in args {
            if let Some(s) = Gc::<Str>::from_value(v) {
                parts.string(cx, s)?;
            } else if as_interpolation(v).is_some() {
                parts.interpolation(cx, v)?;
            } else {
                let got = cx.type_name(v);
                return Err(cx.type_error(format!(
                    "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {got}"
                )));
            }
        }
        parts.finish(cx)
    }
    /// Strings
    #[py(getter)]
    fn strings(this: TemplateObj) -> Value {
        this.strings.get()
    }
    /// Interpolations
    #[py(getter)]
    fn interpolations(this: TemplateObj) -> Value {
        this.interpolations.get()
    }
    /// Values of interpolations
    #[py(getter)]
    fn values(cx: &mut Cx, this: TemplateObj) -> PyResult<Value> {
        let mut values = ValueVec::new();
        for &i in tuple(this.interpolations.get()).as_slice() {
            if let Some(i) = as_interpolation(i) {
                values.push(cx, i.value.get())?;
            }
        }
        cx.try_new_tuple(values.as_slice())
    }
    #[py]
    fn __iter__(cx: &mut Cx, this: TemplateObj) -> PyResult<Value> {
        let class = cx.native_type(&ITER_SPEC)?;
        let payload = TemplateIter {
            template: Slot::new(this.value()),
            at: AtomicUsize::new(0),
        };
        Ok(NativeObj::alloc(cx, class, payload).value())
    }
    #[py]
    fn __add__(cx: &mut Cx, this: TemplateObj, value: Value) -> PyResult<Value> {
        let Some(other) = NativeObj::<Template>::from_value(value) else {
            let got = cx.type_name(value);
            return Err(cx.type_error(format!("can only concatenate string.templatelib.Template (not \"{got}\") to string.templatelib.Template")));
        };
        let mut parts = Parts::default();
        for t in [this, other] {
            let interpolations = tuple(t.interpolations.get());
            for (i, &s) in tuple(t.strings.get()).as_slice().iter().enumerate() {
                parts.string(cx, Gc::from_value_unchecked(s))?;
                if let Some(&v) = interpolations.as_slice().get(i) {
                    parts.interpolation(cx, v)?;
                }
            }
        }
        parts.finish(cx)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: TemplateObj) -> PyResult<Value> {
        let strings = cx.repr(this.strings.get())?;
        let interpolations = cx.repr(this.interpolations.get())?;
        let mut out = StrBuilder::new();
        out.push_str("Template(strings=");
        out.push_gc(strings);
        out.push_str(", interpolations=");
        out.push_gc(interpolations);
        out.push_str(")");
        out.finish(cx)
    }
    #[py]
    fn __reduce__(cx: &mut Cx, this: TemplateObj) -> PyResult<Value> {
        let module = cx.import("string.templatelib")?;
        let f = cx.get_attr_str(module, "_template_unpickle")?;
        let args = cx.new_tuple(&[this.strings.get(), this.interpolations.get()]);
        Ok(cx.new_tuple(&[f, args]))
    }
    /// Template supports [] for generic usage
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
}

struct IterMethods;

#[pymethods]
impl IterMethods {
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }
    #[py]
    fn __next__(this: Gc<NativeObj<TemplateIter>>) -> Value {
        let Some(t) = NativeObj::<Template>::from_value(this.template.get()) else {
            return Value::EMPTY;
        };
        loop {
            let at = this.at.fetch_add(1, Ordering::Relaxed);
            let from = if at.is_multiple_of(2) {
                t.strings.get()
            } else {
                t.interpolations.get()
            };
            let Some(&v) = tuple(from).as_slice().get(at / 2) else {
                this.at.fetch_sub(1, Ordering::Relaxed);
                return Value::EMPTY;
            };
            if !Gc::<Str>::from_value(v).is_some_and(|s| s.is_empty()) {
                return v;
            }
        }
    }
}

/// The str argument `name` of the constructor.
fn str_argument(cx: &mut Cx, v: Option<Value>, name: &str) -> PyResult<Value> {
    match v {
        None => Ok(cx.new_str("")),
        Some(v) if Gc::<Str>::from_value(v).is_some() => Ok(v),
        Some(v) => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!(
                "Interpolation() argument '{name}' must be str, not {got}"
            )))
        }
    }
}

struct InterpolationMethods;

#[pymethods]
impl InterpolationMethods {
    #[py(
        new,
        sig = "($type, value, expression='', conversion=None, format_spec='')",
        hide_sig
    )]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        value: Value,
        expression: Option<Value>,
        conversion: Option<Value>,
        format_spec: Option<Value>,
    ) -> PyResult<Value> {
        let expression = str_argument(cx, expression, "expression")?;
        let conversion = conversion.unwrap_or(Value::none());
        if !conversion.is_none() {
            let c = str_argument(cx, Some(conversion), "conversion")?;
            if !matches!(
                Gc::<Str>::from_value_unchecked(c).as_bytes(),
                b"s" | b"a" | b"r"
            ) {
                return Err(cx.value_error(
                    "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'",
                ));
            }
        }
        let spec = str_argument(cx, format_spec, "format_spec")?;
        interpolation(cx, value, expression, conversion, spec)
    }
    /// Value
    #[py(getter)]
    fn value(this: InterpolationObj) -> Value {
        this.value.get()
    }
    /// Expression
    #[py(getter)]
    fn expression(this: InterpolationObj) -> Value {
        this.expression.get()
    }
    /// Conversion
    #[py(getter)]
    fn conversion(this: InterpolationObj) -> Value {
        this.conversion.get()
    }
    /// Format specifier
    #[py(getter)]
    fn format_spec(this: InterpolationObj) -> Value {
        this.format_spec.get()
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: InterpolationObj) -> PyResult<Value> {
        let mut out = StrBuilder::new();
        out.push_str("Interpolation(");
        for (i, slot) in [
            &this.value,
            &this.expression,
            &this.conversion,
            &this.format_spec,
        ]
        .into_iter()
        .enumerate()
        {
            if i != 0 {
                out.push_str(", ");
            }
            let r = cx.repr(slot.get())?;
            out.push_gc(r);
        }
        out.push_str(")");
        out.finish(cx)
    }
    #[py]
    fn __reduce__(cx: &mut Cx, this: InterpolationObj) -> Value {
        let class = cx.type_of(this.value()).value();
        let args = cx.new_tuple(&[
            this.value.get(),
            this.expression.get(),
            this.conversion.get(),
            this.format_spec.get(),
        ]);
        cx.new_tuple(&[class, args])
    }
    /// Interpolations are generic over the types of their values
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
}
