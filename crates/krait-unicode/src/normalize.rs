//! Normalization forms (UAX #15).

use crate::properties::{Version, decomposition};
use crate::tables::{COMPOSITION, quick, record};
use crate::wtf8::{code_points, push};

/// A normalization form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Nfc,
    Nfd,
    Nfkc,
    Nfkd,
}

impl Form {
    /// The form of a name such as `"NFC"`.
    pub fn from_name(name: &str) -> Option<Form> {
        Some(match name {
            "NFC" => Form::Nfc,
            "NFD" => Form::Nfd,
            "NFKC" => Form::Nfkc,
            "NFKD" => Form::Nfkd,
            _ => return None,
        })
    }

    fn composes(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }

    fn is_compat(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }

    /// Quick-check bits that mean "No" and "Maybe".
    fn quick_check_bits(self) -> (u8, u8) {
        match self {
            Form::Nfc => (quick::NFC_NO, quick::NFC_MAYBE),
            Form::Nfd => (quick::NFD_NO, 0),
            Form::Nfkc => (quick::NFKC_NO, quick::NFKC_MAYBE),
            Form::Nfkd => (quick::NFKD_NO, 0),
        }
    }
}

/// Answer of the quick check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuickCheck {
    Yes,
    No,
    Maybe,
}

/// Whether a text is in a form, as far as looking at each code point tells.
pub fn quick_check(text: &[u8], form: Form) -> QuickCheck {
    if text.is_ascii() {
        return QuickCheck::Yes;
    }
    let (no, maybe) = form.quick_check_bits();
    let mut answer = QuickCheck::Yes;
    let mut last_class = 0;
    for code in code_points(text) {
        let record = record(code);
        if record.combining != 0 && last_class > record.combining || record.quick_check & no != 0 {
            return QuickCheck::No;
        }
        if record.quick_check & maybe != 0 {
            answer = QuickCheck::Maybe;
        }
        last_class = record.combining;
    }
    answer
}

/// `unicodedata.is_normalized`.
pub fn is_normalized(text: &[u8], form: Form, version: Version) -> bool {
    if text.is_ascii() {
        return true;
    }
    if version == Version::Current {
        match quick_check(text, form) {
            QuickCheck::Yes => return true,
            QuickCheck::No => return false,
            QuickCheck::Maybe => {}
        }
    }
    normalize(text, form, version) == text
}

/// `unicodedata.normalize`.
pub fn normalize(text: &[u8], form: Form, version: Version) -> Vec<u8> {
    if text.is_ascii() || version == Version::Current && quick_check(text, form) == QuickCheck::Yes
    {
        return text.to_vec();
    }
    let mut codes = Vec::with_capacity(text.len());
    for code in code_points(text) {
        decompose(code, form.is_compat(), version, &mut codes);
    }
    order(&mut codes);
    if form.composes() {
        compose(&mut codes);
    }
    let mut out = Vec::with_capacity(text.len());
    for code in codes {
        push(&mut out, code);
    }
    out
}

mod hangul {
    pub const S_BASE: u32 = 0xAC00;
    pub const L_BASE: u32 = 0x1100;
    pub const V_BASE: u32 = 0x1161;
    pub const T_BASE: u32 = 0x11A7;
    pub const L_COUNT: u32 = 19;
    pub const V_COUNT: u32 = 21;
    pub const T_COUNT: u32 = 28;
    pub const S_COUNT: u32 = L_COUNT * V_COUNT * T_COUNT;
}

/// Appends the jamo of a Hangul syllable; false if the code point is none.
pub(crate) fn push_hangul(code: u32, out: &mut Vec<u32>) -> bool {
    use hangul::{L_BASE, S_BASE, S_COUNT, T_BASE, T_COUNT, V_BASE, V_COUNT};
    let syllable = code.wrapping_sub(S_BASE);
    if syllable >= S_COUNT {
        return false;
    }
    out.push(L_BASE + syllable / (V_COUNT * T_COUNT));
    out.push(V_BASE + syllable % (V_COUNT * T_COUNT) / T_COUNT);
    if !syllable.is_multiple_of(T_COUNT) {
        out.push(T_BASE + syllable % T_COUNT);
    }
    true
}

/// Appends the full decomposition of a code point.
fn decompose(code: u32, compat: bool, version: Version, out: &mut Vec<u32>) {
    if push_hangul(code, out) {
        return;
    }
    if let Some(change) = version.change(code)
        && change.decomposition != 0
    {
        out.push(change.decomposition);
        return;
    }
    match decomposition(code, version) {
        Some((tag, mapping)) if compat || tag.is_empty() => {
            for part in mapping {
                decompose(*part, compat, version, out);
            }
        }
        _ => out.push(code),
    }
}

/// Canonical ordering: each run of non-starters sorted by class, stably.
fn order(codes: &mut [u32]) {
    let mut start = 0;
    while start < codes.len() {
        if record(codes[start]).combining == 0 {
            start += 1;
            continue;
        }
        let run = codes[start..]
            .iter()
            .take_while(|code| record(**code).combining != 0)
            .count();
        codes[start..start + run].sort_by_key(|code| record(*code).combining);
        start += run;
    }
}

/// The primary composite of a pair.
pub fn compose_pair(one: u32, two: u32) -> Option<u32> {
    use hangul::{L_BASE, L_COUNT, S_BASE, S_COUNT, T_BASE, T_COUNT, V_BASE, V_COUNT};
    let lead = one.wrapping_sub(L_BASE);
    let vowel = two.wrapping_sub(V_BASE);
    if lead < L_COUNT && vowel < V_COUNT {
        return Some(S_BASE + (lead * V_COUNT + vowel) * T_COUNT);
    }
    let syllable = one.wrapping_sub(S_BASE);
    let tail = two.wrapping_sub(T_BASE);
    if syllable < S_COUNT && syllable.is_multiple_of(T_COUNT) && (1..T_COUNT).contains(&tail) {
        return Some(one + tail);
    }
    let found = COMPOSITION.binary_search_by_key(&(one, two), |entry| (entry.0, entry.1));
    found.ok().map(|index| COMPOSITION[index].2)
}

/// Canonical composition, in place (UAX #15, D117).
fn compose(codes: &mut Vec<u32>) {
    let mut starter: Option<usize> = None;
    let mut last_class = 0;
    let mut kept = 0;
    for at in 0..codes.len() {
        let code = codes[at];
        let class = record(code).combining;
        if let Some(first) = starter {
            // Not blocked: directly after the starter, or after a lower class.
            let adjacent = kept == first + 1;
            if (adjacent || last_class != 0 && last_class < class)
                && let Some(composite) = compose_pair(codes[first], code)
            {
                codes[first] = composite;
                continue;
            }
        }
        if class == 0 {
            starter = Some(kept);
        }
        last_class = class;
        codes[kept] = code;
        kept += 1;
    }
    codes.truncate(kept);
}
