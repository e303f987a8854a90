//! JSON through the native interface: `golden/json_cases.jsonl` has what CPython gives, made by
//! `golden/json_cases.py`.

mod common;

use common::{items, module, register, scanner, string};
use krait_runtime::boot::new_interpreter;
use krait_runtime::cx::{Config, Cx};
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::object::Gc;
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::value::Value;

/// `ascii(value)` or the message, and the position.
fn read(cx: &mut Cx, scan: Value, text: Value) -> PyResult<(String, i64)> {
    let small = |v: Value| v.as_small().unwrap_or(-1);
    match cx.call(scan, &[text, Value::small(0)]) {
        Ok(pair) => {
            let pair = Gc::<Tuple>::from_value(pair).expect("a tuple");
            Ok((cx.ascii(pair.get(0))?.to_string_lossy(), small(pair.get(1))))
        }
        Err(e) => Ok(refusal(cx, e)),
    }
}

fn refusal(cx: &mut Cx, e: Raised) -> (String, i64) {
    let args = Gc::<Tuple>::from_value(e.exception().args.get()).expect("a tuple");
    if e.is(cx, cx.types().stop_iteration) {
        return ("stop".to_owned(), args.get(0).as_small().unwrap_or(-1));
    }
    match args.items() {
        // The stand-in for JSONDecodeError keeps message, text and position.
        [message, _, position] => (string(*message), position.as_small().unwrap_or(-1)),
        _ => (cx.str_string(e.value()).unwrap_or_default(), -1),
    }
}

fn write(cx: &mut Cx, json: Gc<Module>, settings: &[Value], v: Value) -> PyResult<String> {
    let make = json.get(cx, "make_encoder").expect("_json.make_encoder");
    let name = if settings[0] == Value::bool(true) {
        "encode_basestring_ascii"
    } else {
        "encode_basestring"
    };
    let encoder = json.get(cx, name).expect("an encoder");
    let markers = cx.new_dict().value();
    let (none, no) = (Value::none(), Value::bool(false));
    let writer = cx.call(
        make,
        &[
            markers,
            none,
            encoder,
            settings[1],
            settings[2],
            settings[3],
            settings[4],
            no,
            no,
        ],
    )?;
    let made = cx.call(writer, &[v, Value::small(0)])?;
    let chunks = Gc::<Tuple>::from_value(made).expect("a tuple");
    let text = cx.ascii(chunks.get(0))?;
    Ok(text.to_string_lossy())
}

fn check(cx: &mut Cx, failures: &mut Vec<String>) -> PyResult<()> {
    let scan = scanner(cx)?;
    let json = module(cx, "_json")?;
    let decoder = Module::new(cx, "json.decoder", None);
    let stand_in = cx.types().value_error.value();
    decoder.set(cx, "JSONDecodeError", stand_in);
    register(cx, "json.decoder", decoder.value());
    for line in include_str!("golden/json_cases.jsonl").lines() {
        let doc = cx.new_str(line);
        let pair = cx.call(scan, &[doc, Value::small(0)])?;
        let case = items(Gc::<Tuple>::from_value(pair).expect("a tuple").get(0));
        let (got, expected) = if Gc::<List>::from_value(case[0]).is_some() {
            let expected = cx.ascii(case[2])?.to_string_lossy();
            (write(cx, json, items(case[0]), case[1])?, expected)
        } else {
            let (value, position) = read(cx, scan, case[0])?;
            (
                format!("{value} {position}"),
                format!("{} {:?}", string(case[1]), case[2]),
            )
        };
        if got != expected {
            failures.push(format!("{line}\n  expected {expected}\n  got      {got}"));
        }
    }
    Ok(())
}

#[test]
fn json_matches_cpython() {
    let mut cx = new_interpreter(Config::default()).expect("memory for a heap");
    let cx = &mut *cx;
    let mut failures = Vec::new();
    if let Err(e) = check(cx, &mut failures) {
        panic!(
            "raised {}: {}",
            cx.type_name(e.value()),
            cx.str_string(e.value()).unwrap_or_default()
        );
    }
    assert!(
        failures.is_empty(),
        "{} differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
