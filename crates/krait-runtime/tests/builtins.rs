//! Builtin functions, exceptions and generic types give what CPython 3.14 gives:
//! `golden/builtins.txt`, made by `golden/builtins.py` from `golden/builtins_cases.txt`.
//!
//! The lines are run by an evaluator of a few expressions, so that the runtime is tested without
//! compiler and virtual machine.

use krait_runtime::boot::new_interpreter;
use krait_runtime::builtins::MODULE;
use krait_runtime::cx::{Config, Cx, Root};
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::protocol::compare::CompareOp;
use krait_runtime::special::Special;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::exceptions::group;
use krait_runtime::types::module::{self, Module};
use krait_runtime::value::Value;
use krait_runtime::vec::ValueVec;

fn interpreter() -> Box<Cx> {
    let mut cx = new_interpreter(Config {
        hash_seed: Some(0),
        stress: Some(3),
        ..Config::default()
    })
    .expect("memory for a heap");
    let builtins = module::from_def(&mut cx, &MODULE).unwrap_or_else(|_| panic!("builtins"));
    cx.keep_forever(builtins.value());
    cx.set_root(Root::Builtins, builtins.value());
    cx.set_root(Root::BuiltinsDict, builtins.namespace().value());
    let sys = Module::new(&mut cx, "sys", None);
    cx.keep_forever(sys.value());
    cx.set_root(Root::SysDict, sys.namespace().value());
    cx
}

#[test]
fn builtins_match_cpython() {
    let mut cx = interpreter();
    let cx = &mut *cx;
    let scope = cx.new_dict();
    let types = cx.types();
    let extra = [
        ("GenericAlias", types.generic_alias),
        ("SimpleNamespace", types.namespace),
        ("Union", types.union),
        ("NoneType", types.none),
    ];
    for (name, class) in extra {
        let name = cx.intern(name);
        scope.set_str(cx, name, class.value());
    }
    let mut failures = Vec::new();
    let golden = include_str!("golden/builtins.txt");
    for line in golden.lines() {
        let (source, expected) = line.split_once('\t').expect("a golden line has two fields");
        let got = run(cx, scope, source);
        if got != expected {
            failures.push(format!("{source}\n  expected {expected}\n  got      {got}"));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} differ:\n{}",
        failures.len(),
        golden.lines().count(),
        failures.join("\n")
    );
}

fn run(cx: &mut Cx, scope: Gc<Dict>, source: &str) -> String {
    let mut e = Evaluator {
        scope,
        text: source.as_bytes(),
        at: 0,
    };
    let r = e.statement(cx).and_then(|v| cx.repr_string(v));
    match r {
        Ok(text) => text,
        Err(raised) => {
            let class = cx.type_name(raised.value());
            let text = cx
                .str_string(raised.value())
                .unwrap_or_else(|_| "<no text>".to_owned());
            format!("{class}: {text}")
        }
    }
}

/// Runs statements of the form `x`, `name = x`, `x.name = y` and `del x.name`.
struct Evaluator<'a> {
    scope: Gc<Dict>,
    text: &'a [u8],
    at: usize,
}

impl Evaluator<'_> {
    fn peek(&mut self) -> u8 {
        while self.text.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn take(&mut self, token: &str) -> bool {
        self.peek();
        let found = self.text[self.at..].starts_with(token.as_bytes());
        self.at += if found { token.len() } else { 0 };
        found
    }

    fn expect(&mut self, token: &str) {
        assert!(
            self.take(token),
            "expected {token} at {} of {:?}",
            self.at,
            String::from_utf8_lossy(self.text)
        );
    }

    fn name(&mut self) -> String {
        self.peek();
        let start = self.at;
        while self
            .text
            .get(self.at)
            .is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'_')
        {
            self.at += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.at]).into_owned()
    }

    fn statement(&mut self, cx: &mut Cx) -> PyResult<Value> {
        let deletes = self.take("del ");
        let text = String::from_utf8_lossy(self.text).into_owned();
        let assigned = text.split_once(" = ").filter(|(target, _)| {
            target
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._".contains(c))
        });
        if !deletes && assigned.is_none() {
            return self.expression(cx);
        }
        let target = assigned.map_or_else(|| text.trim_start_matches("del "), |a| a.0);
        let value = match assigned {
            Some((_, source)) => Some(
                Evaluator {
                    scope: self.scope,
                    text: source.as_bytes(),
                    at: 0,
                }
                .expression(cx)?,
            ),
            None => None,
        };
        match target.rsplit_once('.') {
            Some((owner, name)) => {
                let owner = Evaluator {
                    scope: self.scope,
                    text: owner.as_bytes(),
                    at: 0,
                }
                .expression(cx)?;
                let name = cx.intern(name);
                cx.store_attr(owner, name, value)?;
            }
            None => {
                let name = cx.intern(target);
                self.scope
                    .set_str(cx, name, value.expect("names are not deleted"));
            }
        }
        Ok(Value::none())
    }

    fn expression(&mut self, cx: &mut Cx) -> PyResult<Value> {
        let mut left = self.postfix(cx)?;
        loop {
            let compared = [("==", CompareOp::Eq), ("!=", CompareOp::Ne)]
                .into_iter()
                .find(|(t, _)| self.take(t));
            left = if let Some((_, op)) = compared {
                let right = self.postfix(cx)?;
                cx.compare(op, left, right)?
            } else if self.take("is ") {
                let right = self.postfix(cx)?;
                Value::bool(left.is(right))
            } else if self.take("|") {
                let right = self.postfix(cx)?;
                cx.binary(Special::Or, left, right)?
            } else if self.take("+") {
                let right = self.postfix(cx)?;
                cx.binary(Special::Add, left, right)?
            } else {
                return Ok(left);
            };
        }
    }

    fn postfix(&mut self, cx: &mut Cx) -> PyResult<Value> {
        let mut v = self.atom(cx)?;
        loop {
            if self.take(".") {
                let name = self.name();
                v = cx.get_attr_str(v, &name)?;
            } else if self.take("(") {
                v = self.call(cx, v)?;
            } else if self.take("[") {
                let (items, is_tuple) = self.items(cx, "]")?;
                let key = if is_tuple {
                    cx.new_tuple(items.as_slice())
                } else {
                    items.as_slice()[0]
                };
                v = cx.get_item(v, key)?;
            } else {
                return Ok(v);
            }
        }
    }

    /// Items up to `end`; whether a comma or nothing at all makes them a tuple.
    fn items(&mut self, cx: &mut Cx, end: &str) -> PyResult<(ValueVec, bool)> {
        let mut items = ValueVec::new();
        let mut comma = false;
        while !self.take(end) {
            let v = self.expression(cx)?;
            items.push(cx, v)?;
            if !self.take(",") {
                self.expect(end);
                break;
            }
            comma = true;
        }
        let is_tuple = comma || items.is_empty();
        Ok((items, is_tuple))
    }

    fn call(&mut self, cx: &mut Cx, callee: Value) -> PyResult<Value> {
        let (mut args, mut names) = (ValueVec::new(), ValueVec::new());
        while !self.take(")") {
            let start = self.at;
            let name = self.name();
            let keyword = !name.is_empty()
                && self.peek() == b'='
                && self.text.get(self.at + 1) != Some(&b'=');
            if keyword {
                self.expect("=");
                let name = cx.intern(&name).value();
                names.push(cx, name)?;
            } else {
                self.at = start;
            }
            let v = self.expression(cx)?;
            args.push(cx, v)?;
            if !self.take(",") {
                self.expect(")");
                break;
            }
        }
        cx.call_kw(callee, args.as_slice(), names.as_slice())
    }

    fn atom(&mut self, cx: &mut Cx) -> PyResult<Value> {
        match self.peek() {
            b'(' => {
                self.at += 1;
                let (items, is_tuple) = self.items(cx, ")")?;
                Ok(if is_tuple {
                    cx.new_tuple(items.as_slice())
                } else {
                    items.as_slice()[0]
                })
            }
            b'[' => {
                self.at += 1;
                let (items, _) = self.items(cx, "]")?;
                Ok(cx.new_list(items.as_slice()))
            }
            b'{' => self.dict(cx),
            b'\'' => self.string(cx),
            b'b' if self.text.get(self.at + 1) == Some(&b'\'') => {
                self.at += 1;
                let s = self.string(cx)?;
                let text = cx.str_string(s)?;
                Ok(cx.new_bytes(text.as_bytes()))
            }
            b'.' => {
                self.expect("...");
                Ok(Value::ellipsis())
            }
            b'-' => {
                self.at += 1;
                let v = self.atom(cx)?;
                cx.unary(Special::Neg, v)
            }
            c if c.is_ascii_digit() => self.number(cx),
            _ => {
                let name = self.name();
                assert!(
                    !name.is_empty(),
                    "no expression at {} of {:?}",
                    self.at,
                    String::from_utf8_lossy(self.text)
                );
                let key = cx.intern(&name);
                match self.scope.get_str(cx, key) {
                    Some(v) => Ok(v),
                    None => cx.builtin(&name),
                }
            }
        }
    }

    fn dict(&mut self, cx: &mut Cx) -> PyResult<Value> {
        self.expect("{");
        let d = cx.new_dict();
        while !self.take("}") {
            let key = self.expression(cx)?;
            self.expect(":");
            let v = self.expression(cx)?;
            d.set(cx, key, v)?;
            self.take(",");
        }
        Ok(d.value())
    }

    fn number(&mut self, cx: &mut Cx) -> PyResult<Value> {
        let start = self.at;
        let mut previous = 0;
        while let Some(&c) = self.text.get(self.at) {
            let in_exponent = matches!(c, b'+' | b'-') && previous == b'e';
            if !c.is_ascii_digit() && !matches!(c, b'.' | b'e') && !in_exponent {
                break;
            }
            previous = c;
            self.at += 1;
        }
        let text = String::from_utf8_lossy(&self.text[start..self.at]).into_owned();
        if self.text.get(self.at) == Some(&b'j') {
            self.at += 1;
            return Ok(cx.new_complex(0.0, text.parse().expect("digits")));
        }
        if let Ok(n) = text.parse::<i64>() {
            return Ok(cx.new_int(n));
        }
        match text.parse::<i128>() {
            Ok(n) => Ok(cx.new_i128(n)),
            Err(_) => Ok(cx.new_float(text.parse().expect("a float"))),
        }
    }

    fn string(&mut self, cx: &mut Cx) -> PyResult<Value> {
        self.expect("'");
        let mut out = String::new();
        loop {
            let c = self.text[self.at];
            self.at += 1;
            match c {
                b'\'' => return Ok(cx.new_str(&out)),
                b'\\' => {
                    let digits = match self.text[self.at] {
                        b'x' => 2,
                        b'u' => 4,
                        _ => 8,
                    };
                    let hex = std::str::from_utf8(&self.text[self.at + 1..=self.at + digits])
                        .expect("hex digits");
                    out.push(
                        u32::from_str_radix(hex, 16)
                            .ok()
                            .and_then(char::from_u32)
                            .expect("a character"),
                    );
                    self.at += 1 + digits;
                }
                c => out.push(char::from(c)),
            }
        }
    }
}

/// What is raised after `except*` keeps the structure of what was caught.
#[test]
fn reraised_parts_are_merged() {
    let mut cx = interpreter();
    let cx = &mut *cx;
    let scope = cx.new_dict();
    let eval = |cx: &mut Cx, source: &str| {
        let mut e = Evaluator {
            scope,
            text: source.as_bytes(),
            at: 0,
        };
        e.statement(cx)
            .unwrap_or_else(|_| panic!("{source} raised"))
    };
    let original = eval(
        cx,
        "ExceptionGroup('a', [ValueError(1), ExceptionGroup('b', [TypeError(2), ValueError(3)])])",
    );
    let value_error = eval(cx, "ValueError");
    let (matching, rest) =
        group::match_star(cx, original, value_error).unwrap_or_else(|_| panic!("match"));
    let shown = cx.repr_string(matching).unwrap_or_default();
    assert_eq!(
        shown,
        "ExceptionGroup('a', [ValueError(1), ExceptionGroup('b', [ValueError(3)])])"
    );
    let shown = cx.repr_string(rest).unwrap_or_default();
    assert_eq!(
        shown,
        "ExceptionGroup('a', [ExceptionGroup('b', [TypeError(2)])])"
    );

    let fresh = eval(cx, "KeyError(4)");
    // What a clause raises is known by its context or traceback.
    cx.set_attr_str(fresh, "__context__", original)
        .unwrap_or_else(|_| panic!("context"));
    let raised = cx.new_list(&[fresh, rest, Value::none()]);
    let result =
        group::prep_reraise_star(cx, original, raised).unwrap_or_else(|_| panic!("reraise"));
    let shown = cx.repr_string(result).unwrap_or_default();
    assert_eq!(
        shown,
        "ExceptionGroup('', [KeyError(4), ExceptionGroup('a', [ExceptionGroup('b', [TypeError(2)])])])"
    );

    let naked = eval(cx, "ValueError(5)");
    let (matching, rest) =
        group::match_star(cx, naked, value_error).unwrap_or_else(|_| panic!("match"));
    assert_eq!(
        cx.repr_string(matching).unwrap_or_default(),
        "ExceptionGroup('', (ValueError(5),))"
    );
    assert!(rest.is_none());
}
