//! Codec kernels compared with CPython 3.14, case by case (`tests/oracle/codec_cases.py`).

mod common;

use common::{escape, unescape};
use krait_unicode::codecs::*;
use krait_unicode::wtf8::to_utf32;

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal"))
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn decode(name: &str, input: &[u8], is_final: bool, table: &[u32]) -> String {
    let mut out = Vec::new();
    let order = if name.ends_with("be") {
        ByteOrder::Big
    } else {
        ByteOrder::Little
    };
    let result = match name {
        "utf-8" => decode_utf8(input, 0, is_final, &mut out),
        "utf-16-le" | "utf-16-be" => decode_utf16(input, 0, order, is_final, &mut out),
        "utf-32-le" | "utf-32-be" => decode_utf32(input, 0, order, is_final, &mut out),
        "utf-7" => decode_utf7(input, 0, is_final, &mut out),
        "unicode_escape" => {
            decode_unicode_escape(input, 0, is_final, &mut out).map(|escaped| escaped.consumed)
        }
        "raw_unicode_escape" => decode_raw_unicode_escape(input, 0, is_final, &mut out),
        "ascii" => decode_ascii(input, 0, &mut out),
        "cp1252" => {
            let lookup = |byte, out: &mut Vec<u8>| Ok::<_, ()>(push_from_table(table, byte, out));
            decode_charmap(input, 0, &mut out, lookup).map_err(|error| match error {
                CharmapError::Undefined(error) => error,
                CharmapError::Lookup(()) => unreachable!("the lookup does not fail"),
            })
        }
        _ => panic!("unknown codec {name}"),
    };
    match result {
        Ok(consumed) => format!("{consumed} {}", escape(&out)),
        Err(error) => format!("!{} {} {}", error.start, error.end, error.reason),
    }
}

fn encode(name: &str, text: &[u8], map: &EncodingMap) -> String {
    let mut out = Vec::new();
    let order = if name.ends_with("be") {
        ByteOrder::Big
    } else {
        ByteOrder::Little
    };
    let result =
        match name {
            "utf-8" => encode_utf8(text, 0, &mut out),
            "utf-16-le" | "utf-16-be" => encode_utf16(text, 0, order, &mut out),
            "utf-32-le" | "utf-32-be" => encode_utf32(text, 0, order, &mut out),
            "ascii" => encode_ascii(text, 0, &mut out),
            "latin-1" => encode_latin1(text, 0, &mut out),
            "cp1252" => encode_charmap(text, 0, &mut out, |code, out| map.lookup(code, out))
                .map_err(|error| match error {
                    CharmapError::Undefined(error) => error,
                    CharmapError::Lookup(never) => match never {},
                }),
            "utf-7" => return hex(&encode_utf7(text)),
            "unicode_escape" => return hex(&encode_unicode_escape(text)),
            "raw_unicode_escape" => return hex(&encode_raw_unicode_escape(text)),
            _ => panic!("unknown codec {name}"),
        };
    match result {
        Ok(()) => hex(&out),
        Err(error) => {
            let range = error.char_range(text);
            format!("!{} {} {}", range.start, range.end, error.reason)
        }
    }
}

#[test]
fn codecs_equal_cpython() {
    let golden = include_str!("golden/codecs.txt");
    let table = golden
        .lines()
        .find_map(|line| line.strip_prefix("table\tcp1252\t"));
    let table = unescape(table.expect("table"));
    let map = EncodingMap::new(&table);
    let codes = to_utf32(&table);
    let mut wrong = Vec::new();
    for line in golden.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let (actual, expected) = match *fields {
            ["decode", name, is_final, input, expected] => (
                decode(name, &bytes(input), is_final == "1", &codes),
                expected,
            ),
            ["encode", name, text, expected] => (encode(name, &unescape(text), &map), expected),
            ["bytes_escape", policy, input, expected] => {
                let policy = match policy {
                    "strict" => EscapePolicy::Strict,
                    "replace" => EscapePolicy::Replace,
                    _ => EscapePolicy::Ignore,
                };
                let actual = match decode_bytes_escape(&bytes(input), policy) {
                    Ok((bytes, _)) => hex(&bytes),
                    Err(error) => format!("!{}", error.message()),
                };
                (actual, expected)
            }
            ["table", ..] => continue,
            _ => panic!("unknown line {line}"),
        };
        if actual != expected {
            wrong.push(format!("{line}: {actual}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong, such as {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(40)]
    );
}
