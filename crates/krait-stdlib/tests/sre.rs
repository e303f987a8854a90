//! Patterns through the native interface: `golden/sre.jsonl` has what CPython gives, made
//! by `golden/sre.py`.

#![allow(non_snake_case, reason = "Python functions keep their names")]

mod common;

use common::{items, module, register, scanner, string};
use krait_macros::pyfunctions;
use krait_runtime::boot::new_interpreter;
use krait_runtime::cx::{Config, Cx};
use krait_runtime::error::PyResult;
use krait_runtime::native::ModuleDef;
use krait_runtime::object::Gc;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::module;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::value::Value;

/// What the test needs of the module `re`.
struct Re;

#[pyfunctions]
impl Re {
    /// `<\g<0>>`, as `re._parser.parse_template` takes it apart.
    #[py]
    fn _compile_template(cx: &mut Cx, pattern: Value, text: Value) -> PyResult<Value> {
        let is_str = Gc::<Str>::from_value(text).is_some();
        let (open, close) = if is_str {
            (cx.new_str("<"), cx.new_str(">"))
        } else {
            (cx.new_bytes(b"<"), cx.new_bytes(b">"))
        };
        let list = cx.new_list(&[open, Value::small(0), close]);
        let sre = cx.import("_sre")?;
        cx.call_method_str(sre, "template", &[pattern, list])
    }
}

static RE: ModuleDef = ModuleDef {
    name: "re",
    functions: &[Re::DEFS],
    ..ModuleDef::DEFAULT
};

/// `{"bytes": s}` stands for bytes.
fn text(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let Some(d) = Gc::<Dict>::from_value(v) else {
        return Ok(v);
    };
    let key = cx.intern("bytes");
    let s = d
        .get_str(cx, key)
        .and_then(Gc::<Str>::from_value)
        .expect("a str");
    let bytes: Vec<u8> = krait_unicode::wtf8::code_points(s.as_bytes())
        .map(|c| c as u8)
        .collect();
    Ok(Bytes::from_slice(cx, &bytes)?.value())
}

/// What `shown` in `golden/sre.py` makes of a result.
fn shown(cx: &mut Cx, v: Value) -> PyResult<Value> {
    if cx.type_name(v) != "re.Match" {
        return Ok(v);
    }
    let none = cx.new_str("none");
    let mut parts = Vec::new();
    for (name, args) in [
        ("span", &[][..]),
        ("group", &[]),
        ("groups", &[]),
        ("groupdict", &[none]),
    ] {
        parts.push(cx.call_method_str(v, name, args)?);
    }
    for name in ["lastindex", "lastgroup", "regs", "pos", "endpos"] {
        parts.push(cx.get_attr_str(v, name)?);
    }
    parts.push(cx.repr(v)?.value());
    // All of them fit on this stack, where the collector looks for them.
    let values: [Value; 10] = parts.try_into().expect("ten parts");
    Ok(cx.new_tuple(&values))
}

fn run(cx: &mut Cx, pattern: Value, method: &str, args: &[Value]) -> PyResult<String> {
    let result = cx.call_method_str(pattern, method, args)?;
    let result = if method == "finditer" {
        let list = cx.new_list(&[]);
        let matches = cx.collect(result)?;
        for &m in matches.as_slice() {
            let m = shown(cx, m)?;
            Gc::<List>::from_value(list).expect("a list").push(cx, m)?;
        }
        list
    } else {
        shown(cx, result)?
    };
    Ok(cx.ascii(result)?.to_string_lossy())
}

fn check_pattern(
    cx: &mut Cx,
    compile: Value,
    line: &[Value],
    failures: &mut Vec<String>,
) -> PyResult<usize> {
    let pattern_text = text(cx, line[0])?;
    let indexgroup = cx.tuple_from(line[5])?;
    let pattern = cx.call(
        compile,
        &[pattern_text, line[1], line[2], line[3], line[4], indexgroup],
    )?;
    let repr = cx.ascii(pattern)?.to_string_lossy();
    if repr != string(line[6]) {
        failures.push(format!("repr: {repr}"));
    }
    let cases = items(line[7]);
    for case in cases {
        let case = items(*case);
        let (method, raw) = (string(case[0]), items(case[1]));
        let mut args = [Value::EMPTY; 3];
        for (i, &a) in raw.iter().enumerate() {
            args[i] = text(cx, a)?;
        }
        let expected = string(case[2]);
        let got = match run(cx, pattern, &method, &args[..raw.len()]) {
            Ok(s) => s,
            Err(e) => format!("raised {}", cx.str_string(e.value())?),
        };
        if got != expected {
            let args = cx.new_tuple(&args[..raw.len()]);
            let args = cx.ascii(args)?.to_string_lossy();
            failures.push(format!(
                "{repr}.{method}{args}\n  expected {expected}\n  got      {got}"
            ));
        }
    }
    Ok(cases.len())
}

#[test]
fn patterns_match_cpython() {
    let mut cx = new_interpreter(Config::default()).expect("memory for a heap");
    let cx = &mut *cx;
    let mut failures = Vec::new();
    let mut total = 0;
    let result = (|cx: &mut Cx| {
        let scan = scanner(cx)?;
        let sre = module(cx, "_sre")?;
        let compile = sre.get(cx, "compile").expect("_sre.compile");
        let re = module::from_def(cx, &RE)?;
        register(cx, "re", re.value());
        for line in include_str!("golden/sre.jsonl").lines() {
            let doc = cx.new_str(line);
            let pair = cx.call(scan, &[doc, Value::small(0)])?;
            let pair = Gc::<Tuple>::from_value(pair).expect("a tuple");
            assert_eq!(
                pair.get(1).as_small(),
                Some(line.len() as i64),
                "the whole line is read"
            );
            total += check_pattern(cx, compile, items(pair.get(0)), &mut failures)?;
        }
        PyResult::Ok(())
    })(cx);
    if let Err(e) = result {
        panic!(
            "raised {:?}: {}",
            cx.type_name(e.value()),
            cx.str_string(e.value()).unwrap_or_default()
        );
    }
    let shown = failures
        .iter()
        .take(20)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("\n");
    assert!(
        failures.is_empty(),
        "{} of {total} differ:\n{shown}",
        failures.len()
    );
}
