//! Formatting where CPython's result depends on the locale or on memory.

use krait_unicode::format::percent::{Count, Piece, pieces};
use krait_unicode::format::{
    FormatError, FormatSpec, LocaleInfo, Target, format_float, format_int, format_str,
};

fn locale(thousands_separator: &str, decimal_point: &str, grouping: &[u8]) -> LocaleInfo {
    LocaleInfo {
        decimal_point: decimal_point.to_owned().into(),
        thousands_separator: thousands_separator.to_owned().into(),
        grouping: grouping.into(),
    }
}

fn int(digits: &str, spec: &str, locale: &LocaleInfo) -> String {
    let spec = FormatSpec::parse(spec.as_bytes(), Target::Int, "int").expect("valid");
    let text = format_int(false, digits, &spec, Some(locale)).expect("fits");
    String::from_utf8(text).expect("UTF-8")
}

#[test]
fn type_n_takes_separators_and_groups_from_the_locale() {
    let german = locale(".", ",", &[3, 3, 0]);
    assert_eq!(int("1234567", "n", &german), "1.234.567");
    assert_eq!(int("1234567", "012n", &german), "0.001.234.567");
    assert_eq!(int("1234567", "d", &german), "1234567");
    let indian = locale(",", ".", &[3, 2, 0]);
    assert_eq!(int("123456789", "n", &indian), "12,34,56,789");
    let once = locale(" ", ".", &[3, 127]);
    assert_eq!(int("1234567", "n", &once), "1234 567");
    let narrow_space = locale("\u{202f}", ",", &[3]);
    assert_eq!(
        int("1234567", "12n", &narrow_space),
        "   1\u{202f}234\u{202f}567"
    );
    assert_eq!(int("1234567", "n", &LocaleInfo::c()), "1234567");

    let spec = FormatSpec::parse(b".7n", Target::Float, "float").expect("valid");
    let text = format_float(12345.678, &spec, "float", Some(&german)).expect("fits");
    assert_eq!(text, b"12.345,68");
}

#[test]
fn a_width_beyond_memory_is_an_error() {
    for spec in [
        "9223372036854775807",
        "09223372036854775807,",
        "^9223372036854775807",
    ] {
        let spec = FormatSpec::parse(spec.as_bytes(), Target::Int, "int").expect("valid");
        assert_eq!(
            format_int(false, "7", &spec, None),
            Err(FormatError::Memory)
        );
    }
    let spec = FormatSpec::parse(
        "\u{1f600}<9223372036854775807".as_bytes(),
        Target::Str,
        "str",
    );
    assert_eq!(
        format_str(b"x", &spec.expect("valid"), "str"),
        Err(FormatError::Memory)
    );
}

#[test]
fn percent_specifiers_are_parsed_into_parts() {
    let format = "a%%b%(key(x))-#*.*lx%5c".as_bytes();
    let pieces: Vec<Piece> = pieces(format, false)
        .map(|piece| piece.expect("valid"))
        .collect();
    let [
        Piece::Literal(a),
        Piece::Literal(percent),
        Piece::Literal(b),
        Piece::Specifier(hex),
        Piece::Specifier(char),
    ] = pieces.as_slice()
    else {
        panic!("{pieces:?}");
    };
    assert_eq!(
        (
            &format[a.clone()],
            &format[percent.clone()],
            &format[b.clone()]
        ),
        (&b"a"[..], &b"%"[..], &b"b"[..])
    );
    assert_eq!(
        hex.key.as_ref().map(|key| &format[key.clone()]),
        Some(&b"key(x)"[..])
    );
    assert!(hex.left && hex.alternate && !hex.plus && !hex.space && !hex.zero);
    assert_eq!(
        (hex.width, hex.precision, hex.conversion),
        (Count::Star, Count::Star, u32::from(b'x'))
    );
    assert_eq!(
        (char.width, char.precision, char.index),
        (Count::Fixed(5), Count::Default, format.len() - 1)
    );

    let mut hex = hex.clone();
    hex.set_width(-8);
    hex.set_precision(3);
    let mut out = Vec::new();
    hex.write_int(&mut out, true, "f").expect("fits");
    assert_eq!(out, b"-0x00f  ");
}
