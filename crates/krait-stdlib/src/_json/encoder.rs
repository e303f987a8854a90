//! `make_encoder`: the JSON writer.

use krait_runtime::types::exceptions::add_note;
use krait_runtime::types::float;
use krait_runtime::types::int::{self, Int};
use krait_runtime::types::list::sort;
use krait_runtime::types::str::StrBuilder;
use krait_unicode::numeric;

use super::escape;
use crate::prelude::*;

/// How strings are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strings {
    Ascii,
    Any,
    /// By the callable `encoder`.
    Custom,
}

/// The settings of a `JSONEncoder`.
#[derive(Trace)]
pub struct Encoder {
    markers: Slot,
    default: Slot,
    encoder: Slot,
    indent: Slot,
    key_separator: Slot,
    item_separator: Slot,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
    #[trace(skip)]
    strings: Strings,
}
impl Native for Encoder {
    const PY_NAME: &'static str = "_json.Encoder";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "Encoder",
    module: "_json",
    doc: Some(
        "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
    ),
    layout: Layout::native::<Encoder>(),
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

type This = Obj<Encoder>;

/// Containers up to this depth are looked for one by one, deeper ones through the dict `markers`.
const SHALLOW: usize = 24;

/// One document being written.
struct Writer {
    settings: This,
    out: StrBuilder,
    /// The containers that are being written, if `check_circular`.
    open: ValueVec,
    markers: Option<Gc<Dict>>,
    item_separator: Gc<Str>,
    key_separator: Gc<Str>,
    indent: Option<Gc<Str>>,
}

fn str_slot(s: &Slot) -> Gc<Str> {
    Gc::from_value_unchecked(s.get())
}

impl Writer {
    fn new(settings: This) -> Writer {
        Writer {
            settings,
            out: StrBuilder::new(),
            open: ValueVec::new(),
            markers: Gc::from_value(settings.markers.get()),
            item_separator: str_slot(&settings.item_separator),
            key_separator: str_slot(&settings.key_separator),
            indent: Gc::from_value(settings.indent.get()),
        }
    }

    /// `level`: indentation of the line `v` stands on.
    fn value(&mut self, cx: &mut Cx, v: Value, level: usize) -> PyResult<()> {
        if let Some(n) = v.as_small() {
            self.push_small(n);
        } else if v.is_none() {
            self.out.push_ascii(b"null");
        } else if v == Value::bool(true) {
            self.out.push_ascii(b"true");
        } else if v == Value::bool(false) {
            self.out.push_ascii(b"false");
        } else if let Some(s) = Gc::<Str>::from_value(v) {
            self.string(cx, s)?;
        } else if let Some(n) = int::as_int(v) {
            self.int(cx, n)?;
        } else if let Some(x) = float::as_float(v) {
            let text = float_text(cx, self.settings, v, x)?;
            self.out.push_ascii(text.as_bytes());
        } else if let Some(d) = Gc::<Dict>::from_value(v) {
            cx.check_native_stack()?;
            self.dict(cx, d, level)?;
        } else if Gc::<List>::from_value(v).is_some() || Gc::<Tuple>::from_value(v).is_some() {
            cx.check_native_stack()?;
            self.list(cx, v, level)?;
        } else {
            self.other(cx, v, level)?;
        }
        Ok(())
    }

    fn push_small(&mut self, n: i64) {
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut left = n.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        if n < 0 {
            self.out.push_ascii(b"-");
        }
        self.out.push_ascii(&digits[at..]);
    }

    fn int(&mut self, cx: &mut Cx, n: Int) -> PyResult<()> {
        match n {
            Int::Small(n) => self.push_small(n),
            big => {
                let text = int::to_decimal(cx, big)?;
                self.out.push_ascii(text.as_bytes());
            }
        }
        Ok(())
    }

    fn string(&mut self, cx: &mut Cx, s: Gc<Str>) -> PyResult<()> {
        match self.settings.strings {
            Strings::Ascii => escape::push_quoted_ascii(&mut self.out, s),
            Strings::Any => escape::push_quoted(&mut self.out, s),
            Strings::Custom => {
                let v = cx.call(self.settings.encoder.get(), &[s.value()])?;
                let Some(encoded) = Gc::<Str>::from_value(v) else {
                    let got = cx.type_name(v);
                    return Err(cx.type_error(format!("encoder() must return a string, not {got}")));
                };
                self.out.push_gc(encoded);
            }
        }
        Ok(())
    }

    fn new_line(&mut self, level: usize) {
        if let Some(indent) = self.indent {
            self.out.push_ascii(b"\n");
            for _ in 0..level {
                self.out.push_gc(indent);
            }
        }
    }

    fn separate(&mut self, level: usize) {
        self.out.push_gc(self.item_separator);
        self.new_line(level);
    }

    /// Notes that `v` is being written. ValueError if it is already.
    fn enter(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        let Some(markers) = self.markers else {
            return Ok(());
        };
        let open = self.open.as_slice();
        let mut circular = open[..open.len().min(SHALLOW)].contains(&v);
        if open.len() >= SHALLOW && !circular {
            let id = cx.id(v);
            let id = cx.new_uint(id);
            circular = markers.set_default(cx, id, v)?.1;
        }
        if circular {
            return Err(cx.value_error("Circular reference detected"));
        }
        self.open.push(cx, v)
    }

    fn leave(&mut self, cx: &mut Cx) -> PyResult<()> {
        let Some(markers) = self.markers else {
            return Ok(());
        };
        if let Some(v) = self.open.pop()
            && self.open.len() >= SHALLOW
        {
            let id = cx.id(v);
            let id = cx.new_uint(id);
            markers.remove(cx, id)?;
        }
        Ok(())
    }

    fn list(&mut self, cx: &mut Cx, v: Value, level: usize) -> PyResult<()> {
        let length = |v: Value| Gc::<List>::from_value(v).map_or_else(|| tuple_len(v), |l| l.len());
        if length(v) == 0 {
            self.out.push_ascii(b"[]");
            return Ok(());
        }
        self.enter(cx, v)?;
        self.out.push_ascii(b"[");
        self.new_line(level + 1);
        let mut i = 0;
        while let Some(item) = item_at(v, i) {
            if i != 0 {
                self.separate(level + 1);
            }
            if let Err(e) = self.value(cx, item, level + 1) {
                let class = cx.type_of(v).full_name(cx);
                let note = cx.new_str(&format!("when serializing {class} item {i}"));
                return Err(noted(cx, e, note));
            }
            i += 1;
        }
        self.leave(cx)?;
        self.new_line(level);
        self.out.push_ascii(b"]");
        Ok(())
    }

    fn dict(&mut self, cx: &mut Cx, d: Gc<Dict>, level: usize) -> PyResult<()> {
        if d.is_empty() {
            self.out.push_ascii(b"{}");
            return Ok(());
        }
        self.enter(cx, d.value())?;
        self.out.push_ascii(b"{");
        let mut first = true;
        if self.settings.sort_keys || !d.is_exact() {
            let items = self.items(cx, d)?;
            let mut i = 0;
            while let Some(item) = items.get(i) {
                let Some(pair) = Gc::<Tuple>::from_value(item).filter(|t| t.len() == 2) else {
                    return Err(cx.value_error("items must return 2-tuples"));
                };
                self.member(cx, d, pair.get(0), pair.get(1), level + 1, &mut first)?;
                i += 1;
            }
        } else {
            let mut at = 0;
            while let Some((key, value)) = d.next_entry(&mut at) {
                self.member(cx, d, key, value, level + 1, &mut first)?;
            }
        }
        self.leave(cx)?;
        // All keys may have been skipped.
        if !first {
            self.new_line(level);
        }
        self.out.push_ascii(b"}");
        Ok(())
    }

    fn items(&self, cx: &mut Cx, d: Gc<Dict>) -> PyResult<Gc<List>> {
        let items = cx.call_method_str(d.value(), "items", &[])?;
        let items = cx.collect(items)?;
        let items = List::from_vec(cx, items);
        if self.settings.sort_keys {
            sort::sort(cx, items, None, false)?;
        }
        Ok(items)
    }

    fn member(
        &mut self,
        cx: &mut Cx,
        d: Gc<Dict>,
        key: Value,
        value: Value,
        level: usize,
        first: &mut bool,
    ) -> PyResult<()> {
        let Some(name) = self.key_text(cx, key)? else {
            return Ok(());
        };
        if *first {
            *first = false;
            self.new_line(level);
        } else {
            self.separate(level);
        }
        self.string(cx, name)?;
        self.out.push_gc(self.key_separator);
        if let Err(e) = self.value(cx, value, level) {
            let class = cx.type_of(d.value()).full_name(cx);
            let mut note = StrBuilder::new();
            note.push_str(&format!("when serializing {class} item "));
            let shown = cx.repr(key)?;
            note.push_gc(shown);
            let note = note.finish(cx)?;
            return Err(noted(cx, e, note));
        }
        Ok(())
    }

    /// The text of a key; `None` if it is to be left out.
    fn key_text(&mut self, cx: &mut Cx, key: Value) -> PyResult<Option<Gc<Str>>> {
        if let Some(s) = Gc::<Str>::from_value(key) {
            return Ok(Some(s));
        }
        let text = if key.is_none() {
            "null".to_owned()
        } else if key == Value::bool(true) {
            "true".to_owned()
        } else if key == Value::bool(false) {
            "false".to_owned()
        } else if let Some(x) = float::as_float(key) {
            float_text(cx, self.settings, key, x)?
        } else if let Some(n) = int::as_int(key) {
            int::to_decimal(cx, n)?
        } else if self.settings.skipkeys {
            return Ok(None);
        } else {
            let got = cx.type_name(key);
            return Err(cx.type_error(format!(
                "keys must be str, int, float, bool or None, not {got}"
            )));
        };
        Ok(Some(Str::from_utf8(cx, &text)?))
    }

    /// An object that only `default` knows how to write.
    fn other(&mut self, cx: &mut Cx, v: Value, level: usize) -> PyResult<()> {
        self.enter(cx, v)?;
        let replacement = cx.call(self.settings.default.get(), &[v])?;
        cx.check_native_stack()?;
        if let Err(e) = self.value(cx, replacement, level) {
            let class = cx.type_of(v).full_name(cx);
            let note = cx.new_str(&format!("when serializing {class} object"));
            return Err(noted(cx, e, note));
        }
        self.leave(cx)
    }
}

fn tuple_len(v: Value) -> usize {
    Gc::<Tuple>::from_value(v).map_or(0, |t| t.len())
}

/// Item `i` of a list or tuple.
fn item_at(v: Value, i: usize) -> Option<Value> {
    match Gc::<List>::from_value(v) {
        Some(l) => l.get(i),
        None => Gc::<Tuple>::from_value(v)?.items().get(i).copied(),
    }
}

#[cold]
fn noted(cx: &mut Cx, e: Raised, note: Value) -> Raised {
    match add_note(cx, e, note) {
        Ok(()) => e,
        Err(other) => other,
    }
}

/// A float as JSON, and what JSON does not know as JavaScript if that is allowed.
fn float_text(cx: &mut Cx, settings: This, v: Value, x: f64) -> PyResult<String> {
    if x.is_finite() {
        return Ok(numeric::repr(x));
    }
    if !settings.allow_nan {
        let shown = cx.repr_string(v)?;
        return Err(cx.value_error(format!(
            "Out of range float values are not JSON compliant: {shown}"
        )));
    }
    Ok(if x.is_nan() {
        "NaN"
    } else if x > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
    .to_owned())
}

/// Which of the module's own functions `encoder` is.
fn strings_of(cx: &mut Cx, encoder: Value) -> PyResult<Strings> {
    let module = cx.import("_json")?;
    if cx
        .get_attr_str(module, "encode_basestring_ascii")?
        .is(encoder)
    {
        return Ok(Strings::Ascii);
    }
    let any = cx.get_attr_str(module, "encode_basestring")?.is(encoder);
    Ok(if any { Strings::Any } else { Strings::Custom })
}

fn separator(cx: &mut Cx, v: Value, number: usize) -> PyResult<Value> {
    if Gc::<Str>::from_value(v).is_some() {
        return Ok(v);
    }
    let got = cx.type_name(v);
    Err(cx.type_error(format!(
        "make_encoder() argument {number} must be str, not {got}"
    )))
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        sig = "($type, markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
        hide_sig
    )]
    #[expect(clippy::too_many_arguments, reason = "the signature is CPython's")]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        markers: Value,
        default: Value,
        encoder: Value,
        indent: Value,
        key_separator: Value,
        item_separator: Value,
        sort_keys: bool,
        skipkeys: bool,
        allow_nan: bool,
    ) -> PyResult<Value> {
        if !markers.is_none() && Gc::<Dict>::from_value(markers).is_none() {
            let got = cx.type_name(markers);
            return Err(cx.type_error(format!(
                "make_encoder() argument 1 must be dict or None, not {got}"
            )));
        }
        let payload = Encoder {
            markers: slot(markers),
            default: slot(default),
            encoder: slot(encoder),
            indent: slot(indent),
            key_separator: slot(separator(cx, key_separator, 5)?),
            item_separator: slot(separator(cx, item_separator, 6)?),
            sort_keys,
            skipkeys,
            allow_nan,
            strings: strings_of(cx, encoder)?,
        };
        Ok(NativeObj::alloc(cx, Gc::<Type>::from_value_unchecked(class), payload).value())
    }
    #[py(sig = "($self, /, obj, _current_indent_level)", hide_sig)]
    fn __call__(cx: &mut Cx, this: This, obj: Value, level: isize) -> PyResult<Value> {
        let indent = this.indent.get();
        if !indent.is_none() && Gc::<Str>::from_value(indent).is_none() {
            let got = cx.type_name(indent);
            return Err(cx.type_error(format!("can only concatenate str (not \"{got}\") to str")));
        }
        let mut writer = Writer::new(this);
        writer.value(cx, obj, level.max(0) as usize)?;
        let text = writer.out.finish(cx)?;
        Ok(cx.new_tuple(&[text]))
    }
    /// markers
    #[py(getter)]
    fn markers(this: This) -> Value {
        this.markers.get()
    }
    /// default
    #[py(getter)]
    fn default(this: This) -> Value {
        this.default.get()
    }
    /// encoder
    #[py(getter)]
    fn encoder(this: This) -> Value {
        this.encoder.get()
    }
    /// indent
    #[py(getter)]
    fn indent(this: This) -> Value {
        this.indent.get()
    }
    /// key_separator
    #[py(getter)]
    fn key_separator(this: This) -> Value {
        this.key_separator.get()
    }
    /// item_separator
    #[py(getter)]
    fn item_separator(this: This) -> Value {
        this.item_separator.get()
    }
    /// sort_keys
    #[py(getter)]
    fn sort_keys(this: This) -> bool {
        this.sort_keys
    }
    /// skipkeys
    #[py(getter)]
    fn skipkeys(this: This) -> bool {
        this.skipkeys
    }
}
