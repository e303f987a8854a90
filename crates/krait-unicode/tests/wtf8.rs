//! The `str` encoding, and resuming a codec after an error.

use krait_unicode::codecs::{decode_utf8, encode_ascii};
use krait_unicode::wtf8::*;

const SAMPLE: [u32; 10] = [
    0x61, 0xE9, 0x20AC, 0xD800, 0xDC00, 0x1F600, 0x7F, 0x80, 0x7FF, 0x10FFFF,
];

fn sample(len: usize) -> (Vec<u32>, Vec<u8>) {
    let codes: Vec<u32> = SAMPLE.iter().copied().cycle().take(len).collect();
    let text = from_code_points(codes.iter().copied());
    (codes, text)
}

#[test]
fn every_code_point_round_trips() {
    for code in 0..0x11_0000 {
        let text = from_code_points([code]);
        assert_eq!(text.len(), encoded_len(code));
        assert_eq!(decode_at(&text, 0), (code, text.len()));
        assert_eq!(validate(&text), Ok(()));
        assert_eq!(has_surrogates(&text), is_surrogate(code));
        if let Some(c) = char::from_u32(code) {
            assert_eq!(text, c.to_string().as_bytes());
        }
    }
}

#[test]
fn offsets_and_counts_equal_a_walk() {
    for len in [0, 1, 2, 9, 30, 64, 65, 300] {
        let (codes, text) = sample(len);
        assert_eq!(count(&text), len);
        assert_eq!(to_utf32(&text), codes);
        assert!(code_points(&text).rev().eq(codes.iter().rev().copied()));
        let mut at = 0;
        for (index, code) in codes.iter().enumerate() {
            assert_eq!(offset_of(&text, index), Some(at));
            at += encoded_len(*code);
        }
        assert_eq!(offset_of(&text, len), Some(text.len()));
        assert_eq!(offset_of(&text, len + 1), None);
    }
    let ascii = [b'x'; 200];
    assert_eq!(offset_of(&ascii, 130), Some(130));
    assert_eq!(ascii_prefix(&ascii), 200);
    assert_eq!(ascii_prefix("abc\u{e9}".as_bytes()), 3);
}

#[test]
fn validation_finds_the_first_wrong_byte() {
    assert_eq!(validate(b"ok \xED\xA0\x80 \xED\xB0\x80"), Ok(()));
    assert_eq!(validate(b"a\xED\xA0"), Err(1));
    assert_eq!(validate(b"\xED\xA0\x80\xFF"), Err(3));
    assert_eq!(validate(b"ab\xC0\x80"), Err(2));
}

#[test]
fn kinds_are_those_of_cpython() {
    for (text, width) in [
        ("", 1),
        ("a", 1),
        ("\u{ff}", 1),
        ("\u{100}", 2),
        ("\u{ffff}", 2),
        ("\u{10000}", 4),
    ] {
        assert_eq!(kind(text.as_bytes()), width, "{text:?}");
    }
    assert_eq!(kind(&from_code_points([0xDFFF])), 2);
    assert_eq!(max_code_point("a\u{e9}b".as_bytes()), Some(0xE9));
}

#[test]
fn utf16_joins_pairs_and_keeps_lone_surrogates() {
    let text = from_code_points([0x61, 0x1F600, 0xDC00]);
    let units = to_utf16(&text);
    assert_eq!(units, [0x61, 0xD83D, 0xDE00, 0xDC00]);
    assert_eq!(from_utf16(&units), text);
    assert_eq!(from_latin1(b"\xE9a"), "\u{e9}a".as_bytes());
}

#[test]
fn a_handler_can_resume_after_each_error() {
    let input = b"a\xFFb\xE2\x82c\xF0\x9F";
    let mut out = Vec::new();
    let mut at = 0;
    loop {
        match decode_utf8(input, at, true, &mut out) {
            Ok(end) => break assert_eq!(end, input.len()),
            Err(error) => {
                push(&mut out, 0xFFFD);
                at = error.end;
            }
        }
    }
    assert_eq!(out, String::from_utf8_lossy(input).as_bytes());

    let text = "a\u{e9}\u{20ac}b\u{1f600}".as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    let mut ranges = Vec::new();
    while let Err(error) = encode_ascii(text, at, &mut out) {
        ranges.push(error.char_range(text));
        out.push(b'?');
        at = error.end;
    }
    assert_eq!(out, b"a?b?");
    assert_eq!(ranges, [1..3, 4..5]);
}
