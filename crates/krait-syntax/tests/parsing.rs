//! The parser's API: decoding, values of literals, limits, deep nesting.

use krait_syntax::ast::{Expr, Mod, Stmt};
use krait_syntax::{
    ErrorKind, Mode, Options, Origin, Parsed, Ranged, bytes_value, decode, parse, parse_func_type,
    string_value,
};

fn exec(text: &str) -> Parsed {
    parse(text.to_owned(), &Options::default()).expect("the source parses")
}

fn error_kind(text: String) -> ErrorKind {
    let outcome = parse(text, &Options::default());
    outcome.expect_err("the source does not parse").kind
}

/// The value of a source that is one string literal.
fn string(text: &str) -> Vec<u8> {
    let parsed = exec(text);
    let Mod::Module(module) = &parsed.ast else {
        panic!("not a module");
    };
    let Stmt::Expr(statement) = &module.body[0] else {
        panic!("not an expression");
    };
    let parts: Vec<u8> = match &*statement.value {
        Expr::StringLiteral(literal) => {
            let parts = literal.value.iter();
            parts
                .flat_map(|p| string_value(&parsed.source, p).into_owned())
                .collect()
        }
        Expr::BytesLiteral(literal) => {
            let parts = literal.value.iter();
            parts
                .flat_map(|p| bytes_value(&parsed.source, p).into_owned())
                .collect()
        }
        other => panic!("not a literal: {other:?}"),
    };
    parts
}

#[test]
fn escapes() {
    assert_eq!(string(r"'a\n\x41\u00e9\101\q\''"), "a\nAéA\\q'".as_bytes());
    assert_eq!(string(r"r'\n'"), br"\n");
    assert_eq!(string("'a\\\nb'"), b"ab");
    assert_eq!(
        string(r"'\N{EM DASH}\N{latin small letter a}'"),
        "—a".as_bytes()
    );
    assert_eq!(string(r"'\N{NULL}'"), b"\0");
    assert_eq!(string(r"b'\xff\0\400\u1'"), b"\xff\0\0\\u1");
    assert_eq!(string("'''a\r\nb\rc'''"), b"a\nb\nc");
}

#[test]
fn lone_surrogates_are_kept() {
    assert_eq!(string(r"'\ud800'"), b"\xED\xA0\x80");
    assert_eq!(string(r"'\ud83d\ude00'"), b"\xED\xA0\xBD\xED\xB8\x80");
    assert_eq!(string("'\u{1F600}'"), "\u{1F600}".as_bytes());
}

#[test]
fn cookies() {
    let text = |bytes: &[u8]| decode(bytes, Origin::Buffer).map_err(|e| e.msg);
    assert_eq!(text(b"\xEF\xBB\xBFx").as_deref(), Ok("x"));
    let latin = b"#!/bin/x\n# vim: set fileencoding=latin-1 :\n'\xe9'";
    assert!(text(latin).is_ok_and(|t| t.ends_with("'é'")));
    assert!(text(b"# coding: shift_jis\n'\x82\xa0'").is_ok_and(|t| t.ends_with("'あ'")));
    assert!(text(b"# coding: cp1252\n'\x80'").is_ok_and(|t| t.ends_with("'€'")));
    let unknown = text(b"# coding: foo\nx").expect_err("no such encoding");
    assert_eq!(unknown, "unknown encoding: foo");
    let bom = text(b"\xEF\xBB\xBF# coding: latin-1\nx").expect_err("a contradiction");
    assert_eq!(bom, "encoding problem: iso-8859-1 with BOM");
    let invalid = text(b"x = 1\n\xff").expect_err("not UTF-8");
    assert!(invalid.starts_with(r"Non-UTF-8 code starting with '\xff' on line 2, but"));
}

#[test]
fn long_chains_parse_and_drop() {
    for (first, more) in [
        ("1", "+1"),
        ("a", ".b"),
        ("a", "()"),
        ("a", "[0]"),
        ("a", " and b"),
    ] {
        let text = format!("{first}{}", more.repeat(300_000));
        assert!(exec(&text).depth_bound() >= 300_000);
    }
    exec(&format!("if 1: pass\n{}", "elif 1: pass\n".repeat(20_000)));
}

#[test]
fn deep_nesting_is_refused() {
    for prefix in ["-", "not ", "lambda: ", "1 if 1 else ", "2 ** "] {
        let deep = format!("{}1", prefix.repeat(300_000));
        assert_eq!(error_kind(deep), ErrorKind::TooDeep, "{prefix}");
        exec(&format!("{}1", prefix.repeat(2_000)));
    }
    assert_eq!(error_kind("(".repeat(100_000)), ErrorKind::Syntax);
}

#[test]
fn incomplete_input() {
    let mut options = Options::new(Mode::Single);
    options.allow_incomplete = true;
    let kind = |text: &str| parse(text.to_owned(), &options).map_err(|e| e.kind).err();
    assert_eq!(kind("x = 1\n"), None);
    assert_eq!(kind("if x:\n"), Some(ErrorKind::Incomplete));
    assert_eq!(kind("(1,\n"), Some(ErrorKind::Incomplete));
    assert_eq!(kind("'''abc\n"), Some(ErrorKind::Incomplete));
    assert_eq!(kind("x = = 1\n"), Some(ErrorKind::Syntax));
}

#[test]
fn warnings() {
    let parsed = exec("x = '\\d'\ny = 1if 2else 3\nz = f'\\w{y}'");
    let lines: Vec<u32> = parsed.warnings.iter().map(|w| w.lineno).collect();
    assert_eq!(lines, [1, 2, 2, 3]);
    assert!(
        parsed.warnings[0]
            .msg
            .starts_with("\"\\d\" is an invalid escape sequence.")
    );
    assert_eq!(parsed.warnings[1].msg, "invalid decimal literal");
}

#[test]
fn signatures() {
    let parsed = parse_func_type("(int, *str, **Dict[a, b]) -> List[x]".to_owned()).unwrap();
    let text = |e: &Expr| parsed.source.slice(e.range()).to_owned();
    let arguments: Vec<String> = parsed.argtypes.iter().map(text).collect();
    assert_eq!(arguments, ["int", "str", "Dict[a, b]"]);
    assert_eq!(text(&parsed.returns), "List[x]");
    assert!(
        parse_func_type("() -> int".to_owned())
            .unwrap()
            .argtypes
            .is_empty()
    );
    assert!(parse_func_type("(int -> str".to_owned()).is_err());
}

/// Prints which of the files named in `KRAIT_FILES` (one a line) do not parse.
#[test]
fn files_parse() {
    let options = Options {
        type_comments: std::env::var_os("KRAIT_TYPE_COMMENTS").is_some(),
        ..Options::default()
    };
    for name in std::env::var("KRAIT_FILES").unwrap_or_default().lines() {
        let bytes = std::fs::read(name).expect("the file is readable");
        let text = decode(&bytes, Origin::Buffer).map_err(Box::new);
        if let Err(error) = text.and_then(|text| parse(text, &options)) {
            println!("{name}: {error}");
        }
    }
}
