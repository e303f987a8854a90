//! Operators and methods of numbers, through the protocols, with CPython's results.

use krait_runtime::boot::new_interpreter;
use krait_runtime::cx::{Config, Cx};
use krait_runtime::error::PyResult;
use krait_runtime::protocol::compare::CompareOp;
use krait_runtime::special::Special;
use krait_runtime::value::Value;

fn with_cx(f: impl FnOnce(&mut Cx)) {
    let mut cx = match new_interpreter(Config::default()) {
        Ok(cx) => cx,
        Err(e) => panic!("interpreter did not start: {e}"),
    };
    f(&mut cx);
}

/// `int(text)`, `float(text)` or `complex(text)`, by what the text looks like.
fn number(cx: &mut Cx, text: &str) -> Value {
    let types = cx.types();
    let class = if text.ends_with('j') {
        types.complex
    } else if text.contains(['.', 'n', 'e']) {
        types.float
    } else {
        types.int
    };
    match text {
        "True" => Value::bool(true),
        "False" => Value::bool(false),
        "None" => Value::none(),
        _ if text.starts_with('\'') => cx.new_str(text.trim_matches('\'')),
        _ => {
            let text = cx.new_str(text);
            shown_ok(cx, class.value(), text)
        }
    }
}

fn shown_ok(cx: &mut Cx, class: Value, text: Value) -> Value {
    match cx.call(class, &[text]) {
        Ok(v) => v,
        Err(e) => panic!("{}", describe(cx, Err(e))),
    }
}

/// `repr` of a result, or the exception as `Type: message`.
fn describe(cx: &mut Cx, r: PyResult<Value>) -> String {
    match r {
        Ok(v) => cx.repr_string(v).unwrap_or_else(|_| "repr failed".into()),
        Err(e) => {
            let name = cx.type_name(e.value());
            let text = cx
                .str_string(e.value())
                .unwrap_or_else(|_| "str failed".into());
            format!("{name}: {text}")
        }
    }
}

#[test]
fn binary_operators() {
    use Special::*;
    let cases = [
        (Add, "1", "2", "3"),
        (Add, "2305843009213693951", "1", "2305843009213693952"),
        (Sub, "-2305843009213693952", "1", "-2305843009213693953"),
        (Mul, "4611686018427387904", "4", "18446744073709551616"),
        (Mul, "'ab'", "3", "'ababab'"),
        (Mul, "2", "'ab'", "'abab'"),
        (
            Mul,
            "'ab'",
            "1.0",
            "TypeError: can't multiply sequence by non-int of type 'float'",
        ),
        (
            Mul,
            "1.0",
            "'ab'",
            "TypeError: can't multiply sequence by non-int of type 'float'",
        ),
        (
            Add,
            "1",
            "'a'",
            "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
        ),
        (
            Add,
            "'a'",
            "1",
            "TypeError: can only concatenate str (not \"int\") to str",
        ),
        (
            Pow,
            "2",
            "'a'",
            "TypeError: unsupported operand type(s) for ** or pow(): 'int' and 'str'",
        ),
        (
            DivMod,
            "1j",
            "1",
            "TypeError: unsupported operand type(s) for divmod(): 'complex' and 'int'",
        ),
        (Add, "1", "0.5", "1.5"),
        (Add, "0.5", "True", "1.5"),
        (Add, "True", "True", "2"),
        (And, "True", "True", "True"),
        (And, "True", "3", "1"),
        (TrueDiv, "1", "3", "0.3333333333333333"),
        (
            TrueDiv,
            "100000000000000000000000",
            "3",
            "3.333333333333333e+22",
        ),
        (TrueDiv, "1", "0", "ZeroDivisionError: division by zero"),
        (Mod, "1.5", "0", "ZeroDivisionError: division by zero"),
        (FloorDiv, "-7", "2", "-4"),
        (FloorDiv, "-7.5", "2", "-4.0"),
        (Mod, "-7", "2", "1"),
        (DivMod, "-7", "2", "(-4, 1)"),
        (Pow, "2", "100", "1267650600228229401496703205376"),
        (Pow, "2", "-1", "0.5"),
        (
            Pow,
            "0",
            "-1",
            "ZeroDivisionError: zero to a negative power",
        ),
        (
            Pow,
            "-8",
            "0.5",
            "(1.7319121124709868e-16+2.8284271247461903j)",
        ),
        (
            Pow,
            "2.0",
            "10000",
            "OverflowError: (34, 'Numerical result out of range')",
        ),
        (LShift, "1", "100", "1267650600228229401496703205376"),
        (LShift, "1", "4611686018427387904", "MemoryError: "),
        (
            LShift,
            "1",
            "9223372036854775808",
            "OverflowError: too many digits in integer",
        ),
        (LShift, "1", "-1", "ValueError: negative shift count"),
        (RShift, "-1", "100000000000000000000", "-1"),
        (Mul, "2", "1.5j", "3j"),
        (TrueDiv, "1", "infj", "-0j"),
        (Add, "100000000000000000000", "1e400", "inf"),
        (Mul, "100000000000000000000", "1.0", "1e+20"),
    ];
    with_cx(|cx| {
        for (op, a, b, expected) in cases {
            let (x, y) = (number(cx, a), number(cx, b));
            let r = cx.binary(op, x, y);
            assert_eq!(describe(cx, r), expected, "{a} {op:?} {b}");
        }
    });
}

#[test]
fn comparisons_and_hashes() {
    with_cx(|cx| {
        for (op, a, b, expected) in [
            (CompareOp::Lt, "1", "2", "True"),
            (
                CompareOp::Eq,
                "9007199254740993",
                "9007199254740992.0",
                "False",
            ),
            (
                CompareOp::Gt,
                "9007199254740993",
                "9007199254740992.0",
                "True",
            ),
            (CompareOp::Eq, "1.0", "True", "True"),
            (CompareOp::Eq, "1", "'1'", "False"),
            (CompareOp::Ne, "nan", "nan", "True"),
            (CompareOp::Eq, "1", "1+0j", "True"),
            (
                CompareOp::Lt,
                "1",
                "'a'",
                "TypeError: '<' not supported between instances of 'int' and 'str'",
            ),
            (
                CompareOp::Lt,
                "1j",
                "2",
                "TypeError: '<' not supported between instances of 'complex' and 'int'",
            ),
        ] {
            let (x, y) = (number(cx, a), number(cx, b));
            let r = cx.compare(op, x, y);
            assert_eq!(describe(cx, r), expected, "{a} {op:?} {b}");
        }
        for (v, expected) in [
            ("-1", -2),
            ("2305843009213693951", 0),
            ("2305843009213693952", 1),
            ("-1267650600228229401496703205376", -549755813888),
            ("inf", 314159),
            ("1j", 1000003),
            ("0.5", 1152921504606846976),
            ("True", 1),
        ] {
            let x = number(cx, v);
            assert_eq!(cx.hash(x).ok(), Some(expected), "hash({v})");
        }
        let list = cx.new_list(&[]);
        let r = cx.hash(list).map(Value::small);
        assert_eq!(describe(cx, r), "TypeError: unhashable type: 'list'");
    });
}

#[test]
fn methods() {
    with_cx(|cx| {
        for (v, name, args, expected) in [
            ("97", "__format__", &["'>+8,d'"][..], "'     +97'"),
            (
                "1000000000000000000000000000000",
                "__format__",
                &["','"],
                "'1,000,000,000,000,000,000,000,000,000,000'",
            ),
            ("-255", "__format__", &["'#_x'"], "'-0xff'"),
            ("97", "__format__", &["'c'"], "'a'"),
            ("10", "__format__", &["'e'"], "'1.000000e+01'"),
            (
                "10",
                "__format__",
                &["'y'"],
                "ValueError: Unknown format code 'y' for object of type 'int'",
            ),
            ("1.5", "__format__", &["'>10'"], "'       1.5'"),
            ("1j", "__format__", &["'.2f'"], "'0.00+1.00j'"),
            ("25", "__round__", &["-1"], "20"),
            ("2.675", "__round__", &["2"], "2.67"),
            ("2.5", "__round__", &[], "2"),
            (
                "256",
                "to_bytes",
                &["1"],
                "OverflowError: int too big to convert",
            ),
            (
                "-129",
                "to_bytes",
                &["2", "'little'"],
                "OverflowError: can't convert negative int to unsigned",
            ),
            ("256", "to_bytes", &["2", "'little'"], "b'\\x00\\x01'"),
            ("37", "bit_length", &[], "6"),
            ("0.1", "hex", &[], "'0x1.999999999999ap-4'"),
            ("-0.25", "as_integer_ratio", &[], "(-1, 4)"),
            (
                "nan",
                "__floor__",
                &[],
                "ValueError: cannot convert float NaN to integer",
            ),
            ("3+4j", "__abs__", &[], "5.0"),
            ("3+4j", "conjugate", &[], "(3-4j)"),
            ("True", "__repr__", &[], "'True'"),
            ("1", "__add__", &["'a'"], "NotImplemented"),
            ("2", "__pow__", &["-1", "5"], "3"),
            (
                "2",
                "__pow__",
                &["-1", "4"],
                "ValueError: base is not invertible for the given modulus",
            ),
        ] {
            let this = number(cx, v);
            let mut values = [Value::EMPTY; 3];
            for (slot, arg) in values.iter_mut().zip(args) {
                *slot = number(cx, arg);
            }
            let r = cx.call_method_str(this, name, &values[..args.len()]);
            assert_eq!(describe(cx, r), expected, "({v}).{name}{args:?}");
        }
    });
}

#[test]
fn construction_errors() {
    with_cx(|cx| {
        let (int, float, complex) = (
            cx.types().int.value(),
            cx.types().float.value(),
            cx.types().complex.value(),
        );
        for (class, args, expected) in [
            (int, &["'0x1f'", "16"][..], "31"),
            (
                int,
                &["'1__0'"],
                "ValueError: invalid literal for int() with base 10: '1__0'",
            ),
            (
                int,
                &["'12'", "37"],
                "ValueError: int() base must be >= 2 and <= 36, or 0",
            ),
            (
                int,
                &["1.5", "10"],
                "TypeError: int() can't convert non-string with explicit base",
            ),
            (
                int,
                &["None"],
                "TypeError: int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
            ),
            (
                int,
                &["inf"],
                "OverflowError: cannot convert float infinity to integer",
            ),
            (int, &["-1.9"], "-1"),
            (float, &["'1_0.5'"], "10.5"),
            (
                float,
                &["'abc'"],
                "ValueError: could not convert string to float: 'abc'",
            ),
            (
                float,
                &["None"],
                "TypeError: float() argument must be a string or a real number, not 'NoneType'",
            ),
            (complex, &["1", "2"], "(1+2j)"),
            (
                complex,
                &["'1+'"],
                "ValueError: complex() arg is a malformed string",
            ),
            (
                complex,
                &["1", "'2'"],
                "TypeError: complex() argument 'imag' must be a real number, not str",
            ),
            (
                complex,
                &["None"],
                "TypeError: complex() argument must be a string or a number, not NoneType",
            ),
        ] {
            let mut values = [Value::EMPTY; 2];
            for (slot, arg) in values.iter_mut().zip(args) {
                *slot = number(cx, arg);
            }
            let r = cx.call(class, &values[..args.len()]);
            assert_eq!(describe(cx, r), expected, "{args:?}");
        }
        let digits = "1".repeat(5000);
        let text = cx.new_str(&digits);
        let r = cx.call(int, &[text]);
        assert!(describe(cx, r).starts_with("ValueError: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits;"));
    });
}
