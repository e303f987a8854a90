//! Number text compared with CPython 3.14, case by case (`tests/oracle/numbers.py`).

mod common;

use common::{escape, unescape};
use krait_unicode::format::percent::{Piece, Specifier, pieces};
use krait_unicode::format::{
    FormatError, FormatSpec, IntKind, Target, format_char, format_complex, format_float,
    format_int, format_str, int_kind,
};
use krait_unicode::{hash, numeric};

fn double(bits: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(bits, 16).expect("16 hexadecimal digits"))
}

/// The bits as Python packs them: a NaN is the positive quiet one unless it was given.
fn bits(value: f64) -> String {
    format!("{:016x}", value.to_bits())
}

fn shown(result: Result<Vec<u8>, FormatError>) -> String {
    match result {
        Ok(text) => escape(&text),
        Err(FormatError::Value(message)) => escape(format!("!ValueError: {message}").as_bytes()),
        Err(FormatError::Quoting(message)) => {
            escape(&[b"!ValueError: ".as_slice(), &message].concat())
        }
        Err(FormatError::Overflow(message)) => format!("!OverflowError: {message}"),
        Err(FormatError::Memory) => "!MemoryError: ".to_owned(),
    }
}

/// The digits of a decimal int in another base.
fn digits(decimal: &str, base: u32) -> (bool, String) {
    let value: i128 = decimal.parse().expect("int");
    let magnitude = value.unsigned_abs();
    let text = match base {
        2 => format!("{magnitude:b}"),
        8 => format!("{magnitude:o}"),
        16 => format!("{magnitude:x}"),
        _ => magnitude.to_string(),
    };
    (value < 0, text)
}

fn int(value: &str, spec: &[u8]) -> Result<Vec<u8>, FormatError> {
    let spec = FormatSpec::parse(spec, Target::Int, "int")?;
    match int_kind(&spec, "int")? {
        IntKind::Digits(base) => {
            let (negative, digits) = digits(value, base);
            format_int(negative, &digits, &spec, None)
        }
        IntKind::Char => format_char(value.parse().ok(), &spec),
        IntKind::Float => format_float(value.parse().expect("int"), &spec, "int", None),
    }
}

fn percent(format: &str, write: impl Fn(&Specifier, &mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    for piece in pieces(format.as_bytes(), false) {
        match piece.expect("well-formed") {
            Piece::Literal(range) => out.extend_from_slice(&format.as_bytes()[range]),
            Piece::Specifier(specifier) => write(&specifier, &mut out),
        }
    }
    escape(&out)
}

fn actual(fields: &[&str]) -> String {
    match *fields {
        ["repr", value] => numeric::repr(double(value)),
        ["hex", value] => numeric::to_hex(double(value)),
        ["hash", value] => hash::hash_double(double(value))
            .expect("no NaN")
            .to_string(),
        ["round", value, digits] => {
            match numeric::round_to_digits(double(value), digits.parse().expect("digits")) {
                Some(value) => bits(value),
                None => "!OverflowError: rounded value too large to represent".to_owned(),
            }
        }
        ["float", value, spec] => {
            let spec = FormatSpec::parse(&unescape(spec), Target::Float, "float");
            shown(spec.and_then(|spec| format_float(double(value), &spec, "float", None)))
        }
        ["int", value, spec] => shown(int(value, &unescape(spec))),
        ["int_hash", value] => {
            let wide: i128 = value.parse().expect("int");
            let magnitude = wide.unsigned_abs();
            let limbs = [magnitude as u64, (magnitude >> 64) as u64];
            let hash = hash::hash_limbs(wide < 0, &limbs);
            if let Ok(small) = i64::try_from(wide) {
                assert_eq!(hash, hash::hash_small_int(small));
            }
            hash.to_string()
        }
        ["str", value, spec] => {
            let spec = FormatSpec::parse(&unescape(spec), Target::Str, "str");
            shown(spec.and_then(|spec| format_str(&unescape(value), &spec, "str")))
        }
        ["complex_repr", real, imaginary] => numeric::complex_repr(double(real), double(imaginary)),
        ["complex", real, imaginary, spec] => {
            let spec = FormatSpec::parse(&unescape(spec), Target::Complex, "complex");
            shown(spec.and_then(|spec| {
                format_complex(double(real), double(imaginary), &spec, "complex", None)
            }))
        }
        ["parse", text] => {
            numeric::parse_float(&unescape(text)).map_or("!ValueError".to_owned(), bits)
        }
        ["parse_complex", text] => match numeric::parse_complex(&unescape(text)) {
            Some((real, imaginary)) => format!("{} {}", bits(real), bits(imaginary)),
            None => "!ValueError".to_owned(),
        },
        ["from_hex", text] => match numeric::from_hex(&unescape(text)) {
            Ok(value) => bits(value),
            Err(error @ numeric::HexError::TooLarge) => {
                format!("!OverflowError: {}", error.message())
            }
            Err(error) => format!("!ValueError: {}", error.message()),
        },
        ["percent_float", value, format] => percent(format, |specifier, out| {
            specifier.write_float(out, double(value)).expect("fits");
        }),
        ["percent_int", value, format] => percent(format, |specifier, out| {
            let base = match specifier.wanted(false) {
                krait_unicode::format::percent::Wanted::Int(base) => base,
                other => panic!("{other:?}"),
            };
            let (negative, digits) = digits(value, base);
            specifier.write_int(out, negative, &digits).expect("fits");
        }),
        ["percent_str", value, format] => percent(format, |specifier, out| {
            specifier
                .write_text(out, &unescape(value), false)
                .expect("fits");
        }),
        _ => panic!("unknown line {fields:?}"),
    }
}

#[test]
fn number_text_equals_cpython() {
    let mut wrong = Vec::new();
    for line in include_str!("golden/numbers.txt").lines() {
        let (arguments, expected) = line.rsplit_once('\t').expect("fields");
        let fields: Vec<&str> = arguments.split('\t').collect();
        let actual = actual(&fields);
        if actual != expected {
            wrong.push(format!("{fields:?}: {actual} instead of {expected}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong, such as {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(40)]
    );
}
