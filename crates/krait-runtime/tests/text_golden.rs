//! Operations on text and bytes give what CPython gives: `golden/text_methods.txt`, made by
//! `golden/text_methods.py`.

use krait_runtime::boot::new_interpreter;
use krait_runtime::cx::{Config, Cx};
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::protocol::codecs;
use krait_runtime::protocol::compare::CompareOp;
use krait_runtime::special::Special;
use krait_runtime::types::bytearray::ByteArray;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::list::List;
use krait_runtime::types::memoryview::MemoryView;
use krait_runtime::types::str::{Str, template};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::value::Value;
use krait_runtime::vec::ValueVec;

/// How many differences a failing test prints.
const MAX_FAILURES_SHOWN: usize = 400;

#[test]
fn text_methods_match_cpython() {
    let golden = include_str!("golden/text_methods.txt");
    let mut cx = new_interpreter(Config {
        hash_seed: Some(0),
        ..Config::default()
    })
    .expect("memory for a heap");
    let mut failures = Vec::new();
    let mut total = 0;
    for (i, line) in golden.lines().enumerate() {
        let mut parts = line.split('\t');
        let (Some(op), Some(args), Some(expected)) = (parts.next(), parts.next(), parts.next())
        else {
            panic!("line {} of the golden file is malformed", i + 1);
        };
        total += 1;
        let got = run(&mut cx, op, args);
        if got != expected {
            failures.push(format!(
                "{}: {op} {args}\n  expected {expected}\n  got      {got}",
                i + 1
            ));
        }
    }
    let shown: Vec<&str> = failures
        .iter()
        .take(MAX_FAILURES_SHOWN)
        .map(String::as_str)
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {total} differ:\n{}",
        failures.len(),
        shown.join("\n")
    );
}

/// A view keeps the bytes where they are, until it is released or garbage.
#[test]
fn bytearray_does_not_resize_under_a_view() {
    let mut cx = new_interpreter(Config::default()).expect("memory for a heap");
    let cx = &mut *cx;
    let array = ByteArray::from_slice(cx, b"abcdef").expect("memory");
    let view = MemoryView::new(cx, array.value()).expect("a view");
    let error = array.push(cx, 1).expect_err("a view is alive");
    assert_eq!(
        cx.str_string(error.value()).expect("a message"),
        "Existing exports of data: object cannot be re-sized"
    );
    assert!(array.set_byte(cx, 0, b'A'), "the contents may change");
    view.release(cx).expect("no exports of its own");
    array.push(cx, 1).expect("nobody looks");
    drop_views(cx, array);
    // A stale word on this stack may keep the last view alive, not a hundred.
    assert!(array.exports().count() >= 100);
    let _ = array.push(cx, 2);
    assert!(array.exports().count() <= 2);
}

#[inline(never)]
fn drop_views(cx: &mut Cx, array: Gc<ByteArray>) {
    for _ in 0..100 {
        MemoryView::new(cx, array.value()).expect("a view");
    }
}

/// Error handlers of programs are called with the exception and say what to insert.
#[test]
fn registered_error_handlers_are_called() {
    let mut cx = new_interpreter(Config::default()).expect("memory for a heap");
    let cx = &mut *cx;
    let replace = codecs::lookup_error(cx, "xmlcharrefreplace").expect("a built-in handler");
    let name = cx.new_str("mine");
    codecs::register_error(cx, name, replace).expect("it is callable");
    let text = Gc::<Str>::from_value(cx.new_str("aé\u{20ac}b")).expect("a str");
    let encoded = cx
        .encode(text, Some("ascii"), Some("mine"))
        .expect("handled");
    assert_eq!(cx.repr_string(encoded).expect("text"), "b'a&#233;&#8364;b'");
    let error = cx
        .encode(text, Some("nonesuch"), None)
        .expect_err("no such codec");
    assert_eq!(
        cx.str_string(error.value()).expect("a message"),
        "unknown encoding: nonesuch"
    );
}

/// What `_string` is made of.
#[test]
fn templates_are_taken_apart() {
    let mut cx = new_interpreter(Config::default()).expect("memory for a heap");
    let cx = &mut *cx;
    let text = Gc::<Str>::from_value(cx.new_str("a{b.c[0]!r:>{w}}d{{")).expect("a str");
    let parts = template::formatter_parser(cx, text).expect("well-formed");
    assert_eq!(
        cx.repr_string(parts.value()).expect("text"),
        "[('a', 'b.c[0]', '>{w}', 'r'), ('d{', None, None, None)]"
    );
    let name = Gc::<Str>::from_value(cx.new_str("b.c[0][x]")).expect("a str");
    let (first, rest) = template::formatter_field_name_split(cx, name).expect("well-formed");
    assert_eq!(cx.repr_string(first).expect("text"), "'b'");
    assert_eq!(
        cx.repr_string(rest.value()).expect("text"),
        "[(True, 'c'), (False, 0), (False, 'x')]"
    );
}

fn run(cx: &mut Cx, op: &str, args: &str) -> String {
    let mut parser = Parser {
        text: args.as_bytes(),
        at: 0,
    };
    let tuple = parser.value(cx);
    let Some(args) = Gc::<Tuple>::from_value(tuple) else {
        panic!("arguments are a tuple: {args:?}")
    };
    let result = apply(cx, op, args.as_slice());
    let mut shown = match result.and_then(|v| show(cx, v)) {
        Ok(s) => s,
        Err(e) => {
            let class = cx.type_name(e.value());
            let message = cx.str_string(e.value()).unwrap_or_else(|_| "?".to_owned());
            format!("{class}: {message}")
        }
    };
    if let Some(&first) = args.as_slice().first()
        && Gc::<ByteArray>::from_value(first).is_some()
    {
        let receiver = cx.repr_string(first).unwrap_or_default();
        shown = format!("{shown} -> {receiver}");
    }
    shown
}

fn show(cx: &mut Cx, v: Value) -> PyResult<String> {
    if let Some(view) = MemoryView::from_value(v) {
        let list = view.to_list(cx)?;
        return Ok(format!("memoryview({})", cx.repr_string(list)?));
    }
    cx.repr_string(v)
}

fn apply(cx: &mut Cx, op: &str, args: &[Value]) -> PyResult<Value> {
    let slice = |cx: &mut Cx| cx.new_slice(args[1], args[2], args[3]);
    if let Some(name) = op.strip_prefix('.') {
        return cx.call_method_str(args[0], name, &args[1..]);
    }
    let types = cx.types();
    let class = match op {
        "str" => Some(types.str),
        "bytes" => Some(types.bytes),
        "bytearray" => Some(types.bytearray),
        "memoryview" => Some(types.memoryview),
        "list" => Some(types.list),
        _ => None,
    };
    if let Some(class) = class {
        return cx.call(class.value(), args);
    }
    match op {
        "format" => {
            let spec = Gc::<Str>::from_value(args[1]).expect("a format spec");
            cx.format(args[0], spec).map(Value::from)
        }
        "%" => cx.binary(Special::Mod, args[0], args[1]),
        "+" => cx.binary(Special::Add, args[0], args[1]),
        "*" => cx.binary(Special::Mul, args[0], args[1]),
        "+=" => cx.in_place(Special::Add, args[0], args[1]),
        "*=" => cx.in_place(Special::Mul, args[0], args[1]),
        "==" => cx.compare(CompareOp::Eq, args[0], args[1]),
        "<" => cx.compare(CompareOp::Lt, args[0], args[1]),
        "in" => cx.contains(args[0], args[1]).map(Value::bool),
        "[]" => cx.get_item(args[0], args[1]),
        "[]=" => cx
            .set_item(args[0], args[1], args[2])
            .map(|()| Value::none()),
        "del" => cx.del_item(args[0], args[1]).map(|()| Value::none()),
        "[:]" => {
            let key = slice(cx);
            cx.get_item(args[0], key)
        }
        "[:]=" => {
            let key = slice(cx);
            cx.set_item(args[0], key, args[4]).map(|()| Value::none())
        }
        "del[:]" => {
            let key = slice(cx);
            cx.del_item(args[0], key).map(|()| Value::none())
        }
        _ => {
            let view = MemoryView::new(cx, args[0])?.value();
            match op {
                "view.cast" => cx.call_method_str(view, "cast", &args[1..]),
                "view.hex" => cx.call_method_str(view, "hex", &args[1..]),
                "view.get" => cx.get_item(view, args[1]),
                "view.set" => cx.set_item(view, args[1], args[2]).map(|()| Value::none()),
                "view==" => cx.compare(CompareOp::Eq, view, args[1]),
                "view[:]" => {
                    let key = slice(cx);
                    cx.get_item(view, key)
                }
                _ => panic!("unknown operation {op}"),
            }
        }
    }
}

/// Reads the literals that `repr` writes.
struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn take(&mut self, token: &str) -> bool {
        let found = self.text[self.at..].starts_with(token.as_bytes());
        self.at += if found { token.len() } else { 0 };
        found
    }

    fn value(&mut self, cx: &mut Cx) -> Value {
        if self.take("None") {
            return Value::none();
        }
        if self.take("True") {
            return Value::bool(true);
        }
        if self.take("bytearray(b") {
            let bytes = self.quoted(true);
            assert!(self.take(")"));
            return ByteArray::from_slice(cx, &bytes).expect("memory").value();
        }
        match self.text[self.at] {
            b'(' => {
                let items = self.items(cx, b')');
                cx.new_tuple(items.as_slice())
            }
            b'[' => {
                let items = self.items(cx, b']');
                List::from_vec(cx, items).value()
            }
            b'{' => self.dict(cx),
            b'b' => {
                self.at += 1;
                let bytes = self.quoted(true);
                Bytes::from_slice(cx, &bytes).expect("memory").value()
            }
            b'\'' | b'"' => {
                let text = self.quoted(false);
                cx.new_str_wtf8(&text)
            }
            _ => self.number(cx),
        }
    }

    fn items(&mut self, cx: &mut Cx, close: u8) -> ValueVec {
        let mut items = ValueVec::new();
        self.at += 1;
        while self.text[self.at] != close {
            let v = self.value(cx);
            items.push(cx, v).expect("memory");
            let _ = self.take(",") && self.take(" ");
        }
        self.at += 1;
        items
    }

    fn dict(&mut self, cx: &mut Cx) -> Value {
        let dict: Value = cx.new_dict().into();
        self.at += 1;
        while !self.take("}") {
            let key = self.value(cx);
            assert!(self.take(": "));
            let value = self.value(cx);
            cx.set_item(dict, key, value).expect("hashable keys");
            let _ = self.take(", ");
        }
        dict
    }

    fn number(&mut self, cx: &mut Cx) -> Value {
        let rest = &self.text[self.at..];
        let len = rest
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b))
            .count();
        let text = std::str::from_utf8(&rest[..len]).expect("ASCII");
        self.at += len;
        if let Ok(n) = text.parse::<i64>() {
            return cx.new_int(n);
        }
        let text_value = cx.new_str(text);
        let class = if text.contains(['.', 'e']) {
            cx.types().float
        } else {
            cx.types().int
        };
        cx.call(class.value(), &[text_value]).expect("a number")
    }

    fn hex(&mut self, digits: usize) -> u32 {
        let text = std::str::from_utf8(&self.text[self.at..self.at + digits]).expect("digits");
        self.at += digits;
        u32::from_str_radix(text, 16).expect("digits")
    }

    fn quoted(&mut self, is_bytes: bool) -> Vec<u8> {
        let quote = self.text[self.at];
        self.at += 1;
        let mut out = Vec::new();
        loop {
            let b = self.text[self.at];
            self.at += 1;
            if b == quote {
                return out;
            }
            if b != b'\\' {
                out.push(b);
                continue;
            }
            let escape = self.text[self.at];
            self.at += 1;
            let code = match escape {
                b'n' => 10,
                b'r' => 13,
                b't' => 9,
                b'x' => self.hex(2),
                b'u' => self.hex(4),
                b'U' => self.hex(8),
                other => u32::from(other),
            };
            if is_bytes {
                out.push(code as u8)
            } else {
                krait_unicode::wtf8::push(&mut out, code)
            }
        }
    }
}
