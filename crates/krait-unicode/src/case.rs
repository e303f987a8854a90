//! Case mappings: simple ones of a code point, and the full ones that `str` methods use.

use crate::ctype::{is_case_ignorable, is_cased, is_lower, is_upper};
use crate::tables::{SPECIAL_CASING, flag, record};
use crate::wtf8::{code_points, push};

const CAPITAL_SIGMA: u32 = 0x3A3;
const SMALL_SIGMA: u32 = 0x3C3;
const FINAL_SIGMA: u32 = 0x3C2;

/// A full case mapping: one to three code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapping {
    codes: [u32; 3],
    len: u8,
}

impl Mapping {
    #[inline]
    const fn one(code: u32) -> Mapping {
        Mapping {
            codes: [code, 0, 0],
            len: 1,
        }
    }

    /// The code points.
    #[inline]
    pub fn codes(&self) -> &[u32] {
        &self.codes[..usize::from(self.len)]
    }

    fn push_to(&self, out: &mut Vec<u8>) {
        for code in self.codes() {
            push(out, *code);
        }
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Lower,
    Upper,
    Title,
    Fold,
}

fn full(code: u32, kind: Kind) -> Mapping {
    if code < 0x80 {
        let byte = code as u8;
        return Mapping::one(u32::from(match kind {
            Kind::Lower | Kind::Fold => byte.to_ascii_lowercase(),
            Kind::Upper | Kind::Title => byte.to_ascii_uppercase(),
        }));
    }
    let record = record(code);
    if record.flags & flag::SPECIAL_CASE != 0
        && let Ok(found) = SPECIAL_CASING.binary_search_by_key(&code, |entry| entry.0)
    {
        let codes = SPECIAL_CASING[found].1[kind as usize];
        let len = codes.iter().take_while(|code| **code != 0).count() as u8;
        return Mapping { codes, len };
    }
    let delta = match kind {
        Kind::Lower => record.lower,
        Kind::Upper => record.upper,
        Kind::Title => record.title,
        Kind::Fold => record.fold,
    };
    Mapping::one(code.wrapping_add_signed(delta))
}

/// Full lower-case mapping, without context (see [`lower`] for the final sigma).
pub fn to_lower(code: u32) -> Mapping {
    full(code, Kind::Lower)
}

/// Full upper-case mapping.
pub fn to_upper(code: u32) -> Mapping {
    full(code, Kind::Upper)
}

/// Full title-case mapping.
pub fn to_title(code: u32) -> Mapping {
    full(code, Kind::Title)
}

/// Full case folding.
pub fn to_folded(code: u32) -> Mapping {
    full(code, Kind::Fold)
}

/// Simple lower-case mapping, as `_sre` and the tokenizer use it.
#[inline]
pub fn simple_lower(code: u32) -> u32 {
    code.wrapping_add_signed(record(code).lower)
}

/// Simple upper-case mapping.
#[inline]
pub fn simple_upper(code: u32) -> u32 {
    code.wrapping_add_signed(record(code).upper)
}

/// Simple title-case mapping.
#[inline]
pub fn simple_title(code: u32) -> u32 {
    code.wrapping_add_signed(record(code).title)
}

/// Simple case folding.
#[inline]
pub fn simple_fold(code: u32) -> u32 {
    code.wrapping_add_signed(record(code).fold)
}

/// The lower case of a capital sigma at byte offset `at` of `text` (Unicode, table 3-17): the
/// final form where a cased letter goes before it and none follows, case-ignorable ones skipped.
fn lower_sigma(text: &[u8], at: usize) -> u32 {
    let after = at + 2;
    let cased_before = code_points(&text[..at])
        .rev()
        .find(|code| !is_case_ignorable(*code))
        .is_some_and(is_cased);
    let cased_after = code_points(&text[after..])
        .find(|code| !is_case_ignorable(*code))
        .is_some_and(is_cased);
    if cased_before && !cased_after {
        FINAL_SIGMA
    } else {
        SMALL_SIGMA
    }
}

fn push_lower(text: &[u8], at: usize, code: u32, out: &mut Vec<u8>) {
    if code == CAPITAL_SIGMA {
        push(out, lower_sigma(text, at));
    } else {
        to_lower(code).push_to(out);
    }
}

/// Calls `visit(byte offset, code point, out)` for each code point and returns `out`.
fn map(text: &[u8], mut visit: impl FnMut(usize, u32, &mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut codes = code_points(text);
    loop {
        let at = codes.offset();
        let Some(code) = codes.next() else { break };
        visit(at, code, &mut out);
    }
    out
}

/// `str.lower`.
pub fn lower(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    map(text, |at, code, out| push_lower(text, at, code, out))
}

/// `str.upper`.
pub fn upper(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    map(text, |_, code, out| to_upper(code).push_to(out))
}

/// `str.casefold`.
pub fn fold(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    map(text, |_, code, out| to_folded(code).push_to(out))
}

/// `str.title`.
pub fn title(text: &[u8]) -> Vec<u8> {
    let mut previous_is_cased = false;
    if text.is_ascii() {
        let letter = |&byte: &u8| {
            let within = std::mem::replace(&mut previous_is_cased, byte.is_ascii_alphabetic());
            if within {
                byte.to_ascii_lowercase()
            } else {
                byte.to_ascii_uppercase()
            }
        };
        return text.iter().map(letter).collect();
    }
    map(text, |at, code, out| {
        if previous_is_cased {
            push_lower(text, at, code, out);
        } else {
            to_title(code).push_to(out);
        }
        previous_is_cased = is_cased(code);
    })
}

/// `str.capitalize`.
pub fn capitalize(text: &[u8]) -> Vec<u8> {
    if text.is_ascii() {
        let mut out = text.to_ascii_lowercase();
        if let Some(first) = out.first_mut() {
            first.make_ascii_uppercase();
        }
        return out;
    }
    map(text, |at, code, out| {
        if at == 0 {
            to_title(code).push_to(out);
        } else {
            push_lower(text, at, code, out);
        }
    })
}

/// `str.swapcase`.
pub fn swap_case(text: &[u8]) -> Vec<u8> {
    map(text, |at, code, out| {
        if is_upper(code) {
            push_lower(text, at, code, out);
        } else if is_lower(code) {
            to_upper(code).push_to(out);
        } else {
            push(out, code);
        }
    })
}
