//! `str` operations, names, hashes and `%` errors compared with CPython 3.14, case by case
//! (`tests/oracle/text.py`).

mod common;

use common::{escape, unescape};
use krait_unicode::format::percent::{Piece, Wanted, pieces};
use krait_unicode::hash::{HashKey, hash_bytes, hash_complex, hash_str};
use krait_unicode::names::{Named, lookup};
use krait_unicode::normalize::{Form, is_normalized, normalize};
use krait_unicode::properties::Version;
use krait_unicode::{case, ctype, escape as repr, wtf8};

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hexadecimal"))
        .collect()
}

fn form(name: &str) -> Form {
    Form::from_name(name).expect("form")
}

/// The error of a format, or "ok".
fn percent(format: &[u8], is_bytes: bool) -> String {
    for piece in pieces(format, is_bytes) {
        match piece {
            Err(error) => return error.message.to_owned(),
            Ok(Piece::Specifier(specifier)) => {
                if specifier.wanted(is_bytes) == Wanted::Unsupported {
                    return specifier.unsupported(is_bytes).to_string();
                }
            }
            Ok(Piece::Literal(_)) => {}
        }
    }
    "ok".to_owned()
}

fn of_text(operation: &str, text: &[u8]) -> String {
    let flag = |value| i32::from(value).to_string();
    let mapped = match operation {
        "lower" => case::lower(text),
        "upper" => case::upper(text),
        "title" => case::title(text),
        "capitalize" => case::capitalize(text),
        "swapcase" => case::swap_case(text),
        "casefold" => case::fold(text),
        "repr" => repr::str_repr(text),
        "ascii" => repr::str_ascii(text),
        "islower" => return flag(ctype::is_all_case(text, false)),
        "isupper" => return flag(ctype::is_all_case(text, true)),
        "istitle" => return flag(ctype::is_title_cased(text)),
        "isidentifier" => return flag(ctype::is_identifier(text)),
        "isascii" => return flag(wtf8::is_ascii(text)),
        "isalpha" => return flag(ctype::all_of(text, ctype::is_alpha)),
        "isspace" => return flag(ctype::all_of(text, ctype::is_space)),
        "isprintable" => return flag(text.is_empty() || ctype::all_of(text, ctype::is_printable)),
        "percent" => return percent(text, false),
        "percent_bytes" => return percent(text, true),
        "lookup" => match lookup(std::str::from_utf8(text).expect("ASCII"), Version::Current) {
            Some(Named::Character(code)) => wtf8::from_code_points([code]),
            Some(Named::Sequence(codes)) => wtf8::from_code_points(codes.iter().copied()),
            None => b"!".to_vec(),
        },
        _ => {
            if let Some(name) = operation.strip_prefix("is") {
                return flag(is_normalized(text, form(name), Version::Current));
            }
            match operation.strip_prefix("old") {
                Some(name) => normalize(text, form(name), Version::V3_2),
                None => normalize(text, form(operation), Version::Current),
            }
        }
    };
    escape(&mapped)
}

fn key(seed: &str) -> HashKey {
    HashKey::from_seed(seed.parse().expect("seed"))
}

#[test]
fn text_operations_equal_cpython() {
    let mut wrong = Vec::new();
    for line in include_str!("golden/text.txt").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let actual = match *fields {
            ["hash", seed, text, _] => hash_str(&unescape(text), key(seed)).to_string(),
            ["bytes_hash", seed, input, _] => hash_bytes(&bytes(input), key(seed)).to_string(),
            ["complex_hash", real, imaginary, _] => {
                let part = |text: &str| text.parse().expect("hash");
                hash_complex(part(real), part(imaginary)).to_string()
            }
            ["bytes_repr", input, _] => escape(&repr::bytes_repr(&bytes(input))),
            ["bytearray_repr", input, _] => escape(&repr::bytearray_repr(&bytes(input))),
            [operation, text, _] => of_text(operation, &unescape(text)),
            _ => panic!("unknown line {line}"),
        };
        if Some(&actual.as_str()) != fields.last() {
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
