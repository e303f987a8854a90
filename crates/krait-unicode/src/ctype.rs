//! Predicates on code points, as `str.is*` and the tokenizer ask them.
//!
//! All take any `u32`; surrogates are code points of category Cs.

use crate::tables::{RECORD_BLOCKS, RECORDS, flag, record};

/// Flags of U+0000 to U+00FF, so that the common case is one load. The first two blocks of the
/// two-stage table are those of Latin-1.
static LATIN1_FLAGS: [u16; 256] = {
    let mut flags = [0; 256];
    let mut code = 0;
    while code < 256 {
        flags[code] = RECORDS[RECORD_BLOCKS[code] as usize].flags;
        code += 1;
    }
    flags
};

#[inline]
fn has(code: u32, mask: u16) -> bool {
    let flags = match LATIN1_FLAGS.get(code as usize) {
        Some(flags) => *flags,
        None => record(code).flags,
    };
    flags & mask != 0
}

/// `str.isalpha`: general category L (Lm, Lt, Lu, Ll, Lo).
#[inline]
pub fn is_alpha(code: u32) -> bool {
    has(code, flag::ALPHA)
}

/// `str.isdecimal`: Numeric_Type=Decimal.
#[inline]
pub fn is_decimal(code: u32) -> bool {
    has(code, flag::DECIMAL)
}

/// `str.isdigit`: Numeric_Type=Decimal or Digit.
#[inline]
pub fn is_digit(code: u32) -> bool {
    has(code, flag::DIGIT)
}

/// `str.isnumeric`: has a numeric value of any kind.
#[inline]
pub fn is_numeric(code: u32) -> bool {
    has(code, flag::NUMERIC)
}

/// `str.isalnum`.
#[inline]
pub fn is_alnum(code: u32) -> bool {
    has(
        code,
        flag::ALPHA | flag::DECIMAL | flag::DIGIT | flag::NUMERIC,
    )
}

/// The property Lowercase.
#[inline]
pub fn is_lower(code: u32) -> bool {
    has(code, flag::LOWER)
}

/// The property Uppercase.
#[inline]
pub fn is_upper(code: u32) -> bool {
    has(code, flag::UPPER)
}

/// General category Lt.
#[inline]
pub fn is_title(code: u32) -> bool {
    has(code, flag::TITLE)
}

/// `str.isspace`: bidirectional class WS, B or S, or general category Zs.
#[inline]
pub fn is_space(code: u32) -> bool {
    has(code, flag::SPACE)
}

/// Whether `str.splitlines` ends a line here.
#[inline]
pub fn is_line_break(code: u32) -> bool {
    has(code, flag::LINE_BREAK)
}

/// `str.isprintable`; `repr` escapes the others.
#[inline]
pub fn is_printable(code: u32) -> bool {
    has(code, flag::PRINTABLE)
}

/// XID_Start. An identifier may also start with `_`.
#[inline]
pub fn is_xid_start(code: u32) -> bool {
    has(code, flag::XID_START)
}

/// XID_Continue.
#[inline]
pub fn is_xid_continue(code: u32) -> bool {
    has(code, flag::XID_CONTINUE)
}

/// The property Cased.
#[inline]
pub fn is_cased(code: u32) -> bool {
    has(code, flag::CASED)
}

/// The property Case_Ignorable.
#[inline]
pub fn is_case_ignorable(code: u32) -> bool {
    has(code, flag::CASE_IGNORABLE)
}

/// The value of a decimal digit.
#[inline]
pub fn decimal(code: u32) -> Option<u8> {
    if code < 0x80 {
        let value = code.wrapping_sub(0x30);
        return (value < 10).then_some(value as u8);
    }
    let value = record(code).decimal;
    (value != 255).then_some(value)
}

/// The value of a digit, such as 2 for a superscript two.
#[inline]
pub fn digit(code: u32) -> Option<u8> {
    let value = record(code).digit;
    (value != 255).then_some(value)
}

/// `str.isidentifier` for a text.
pub fn is_identifier(text: &[u8]) -> bool {
    let mut codes = crate::wtf8::code_points(text);
    match codes.next() {
        Some(first) if first == u32::from(b'_') || is_xid_start(first) => {
            codes.all(is_xid_continue)
        }
        _ => false,
    }
}

/// Whether every code point of a non-empty text passes `test` (the pattern of most `str.is*`).
pub fn all_of(text: &[u8], test: impl Fn(u32) -> bool) -> bool {
    !text.is_empty() && crate::wtf8::code_points(text).all(test)
}

/// `str.islower` (`upper` false) or `str.isupper`: some cased letter, none of the other case.
pub fn is_all_case(text: &[u8], upper: bool) -> bool {
    let mut found = false;
    let (wanted, other) = if upper {
        (flag::UPPER, flag::LOWER)
    } else {
        (flag::LOWER, flag::UPPER)
    };
    for code in crate::wtf8::code_points(text) {
        if has(code, other | flag::TITLE) {
            return false;
        }
        found |= has(code, wanted);
    }
    found
}

/// `str.istitle`: upper case starts every run of cased letters, lower case follows.
pub fn is_title_cased(text: &[u8]) -> bool {
    let mut found = false;
    let mut previous_is_cased = false;
    for code in crate::wtf8::code_points(text) {
        if has(code, flag::UPPER | flag::TITLE) {
            if previous_is_cased {
                return false;
            }
            previous_is_cased = true;
            found = true;
        } else if is_lower(code) {
            if !previous_is_cased {
                return false;
            }
            found = true;
        } else {
            previous_is_cased = false;
        }
    }
    found
}
