//! What the engine asks about single characters.
//!
//! Three families, as in the code lists: ASCII, the C locale in force (bytes patterns with
//! `re.LOCALE`) and Unicode.

use std::sync::OnceLock;

use krait_unicode::{case, ctype};

use crate::constants::{Category, Fold, flag};

pub(crate) fn is_ascii_space(ch: u32) -> bool {
    matches!(ch, 9..=13 | 32)
}

pub(crate) fn is_ascii_word(ch: u32) -> bool {
    u8::try_from(ch).is_ok_and(|b| b.is_ascii_alphanumeric() || b == b'_')
}

pub(crate) fn is_uni_word(ch: u32) -> bool {
    if ch < 128 {
        return is_ascii_word(ch);
    }
    ctype::is_alnum(ch)
}

pub(crate) fn is_loc_word(ch: u32) -> bool {
    ch < 256 && (ch == u32::from(b'_') || locale::is_alnum(ch))
}

/// Lower case of an ASCII letter, anything else unchanged (`_sre.ascii_tolower`).
pub fn lower_ascii(ch: u32) -> u32 {
    if (u32::from(b'A')..=u32::from(b'Z')).contains(&ch) {
        ch + 32
    } else {
        ch
    }
}

/// Simple lower case mapping (`_sre.unicode_tolower`).
pub fn lower_unicode(ch: u32) -> u32 {
    if ch < 128 {
        lower_ascii(ch)
    } else {
        case::simple_lower(ch)
    }
}

/// The first character of the full upper case mapping, as CPython has it here: `S` for `ß`, whose
/// simple mapping is `ß` itself.
pub(crate) fn upper_unicode(ch: u32) -> u32 {
    case::to_upper(ch).codes().first().copied().unwrap_or(ch)
}

pub(crate) fn lower_locale(ch: u32) -> u32 {
    if ch < 256 { locale::lower(ch) } else { ch }
}

pub(crate) fn upper_locale(ch: u32) -> u32 {
    if ch < 256 { locale::upper(ch) } else { ch }
}

/// Whether case-insensitive matching must treat the character specially (`_sre.ascii_iscased`).
pub fn ascii_iscased(ch: u32) -> bool {
    u8::try_from(ch).is_ok_and(|b| b.is_ascii_alphabetic())
}

/// Whether case-insensitive matching must treat the character specially
/// (`_sre.unicode_iscased`).
pub fn unicode_iscased(ch: u32) -> bool {
    let lower = lower_unicode(ch);
    ch != lower || ch != upper_unicode(ch)
}

/// `_sre.getlower`: lower case as a pattern with these flags sees it.
pub fn getlower(ch: u32, flags: u32) -> u32 {
    if flags & flag::LOCALE != 0 {
        lower_locale(ch)
    } else if flags & flag::UNICODE != 0 {
        lower_unicode(ch)
    } else {
        lower_ascii(ch)
    }
}

pub(crate) fn fold(ch: u32, fold: Fold) -> u32 {
    match fold {
        Fold::None => ch,
        Fold::Ascii => lower_ascii(ch),
        Fold::Locale => lower_locale(ch),
        Fold::Unicode => lower_unicode(ch),
    }
}

/// The characters whose simple lower case is `ch`.
pub(crate) fn folding_to(ch: u32) -> Vec<u32> {
    // Pairs of lower case and character, of the characters that differ from their lower case.
    static CASED: OnceLock<Vec<(u32, u32)>> = OnceLock::new();
    let cased = CASED.get_or_init(|| {
        let pairs = (0..=LAST_CASED).map(|c| (lower_unicode(c), c));
        let mut pairs: Vec<_> = pairs.filter(|(lower, c)| lower != c).collect();
        pairs.sort_unstable();
        pairs
    });
    let from = cased.partition_point(|&(lower, _)| lower < ch);
    let others = cased[from..]
        .iter()
        .take_while(|&&(lower, _)| lower == ch)
        .map(|&(_, c)| c);
    (lower_unicode(ch) == ch)
        .then_some(ch)
        .into_iter()
        .chain(others)
        .collect()
}

/// No character from here on has an upper or lower case (the block of Adlam is the last).
const LAST_CASED: u32 = 0x1_FFFF;

pub(crate) fn in_category(category: Category, ch: u32) -> bool {
    use Category as C;
    match category {
        C::Digit => (48..58).contains(&ch),
        C::NotDigit => !(48..58).contains(&ch),
        C::Space => is_ascii_space(ch),
        C::NotSpace => !is_ascii_space(ch),
        C::Word => is_ascii_word(ch),
        C::NotWord => !is_ascii_word(ch),
        C::Linebreak => ch == 10,
        C::NotLinebreak => ch != 10,
        C::LocWord => is_loc_word(ch),
        C::LocNotWord => !is_loc_word(ch),
        C::UniDigit => ctype::is_decimal(ch),
        C::UniNotDigit => !ctype::is_decimal(ch),
        C::UniSpace => ctype::is_space(ch),
        C::UniNotSpace => !ctype::is_space(ch),
        C::UniWord => is_uni_word(ch),
        C::UniNotWord => !is_uni_word(ch),
        C::UniLinebreak => ctype::is_line_break(ch),
        C::UniNotLinebreak => !ctype::is_line_break(ch),
    }
}

/// The C library's opinion, asked at match time because `setlocale` may change it.
mod locale {
    use std::ffi::c_int;

    pub(super) fn is_alnum(ch: u32) -> bool {
        // SAFETY: the callers pass values below 256, which is what isalnum is defined for.
        unsafe { libc::isalnum(ch as c_int) != 0 }
    }

    pub(super) fn lower(ch: u32) -> u32 {
        // SAFETY: the callers pass values below 256, which is what tolower is defined for.
        unsafe { libc::tolower(ch as c_int) as u32 }
    }

    pub(super) fn upper(ch: u32) -> u32 {
        // SAFETY: the callers pass values below 256, which is what toupper is defined for.
        unsafe { libc::toupper(ch as c_int) as u32 }
    }
}
