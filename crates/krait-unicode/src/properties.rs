//! What `unicodedata` says of a code point, by Unicode 16.0 or by 3.2 (`ucd_3_2_0`, for IDNA).

use std::cmp::Ordering;

use crate::ctype;
use crate::tables::{
    Change, DECOMPOSITION_POOL, DECOMPOSITION_TAGS, NUMERIC, UCD_3_2, decomposition_offset, flag,
    record,
};

/// The Unicode version of the tables.
pub const UNICODE_VERSION: &str = "16.0.0";

/// Names of general categories by ICU's number.
static CATEGORIES: [&str; 30] = [
    "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Me", "Mc", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc",
    "Cf", "Co", "Cs", "Pd", "Ps", "Pe", "Pc", "Po", "Sm", "Sc", "Sk", "So", "Pi", "Pf",
];

/// Names of bidirectional classes by ICU's number; the last is that of unassigned code points.
static BIDI_CLASSES: [&str; 24] = [
    "L", "R", "EN", "ES", "ET", "AN", "CS", "B", "S", "WS", "ON", "LRE", "LRO", "AL", "RLE", "RLO",
    "PDF", "NSM", "BN", "FSI", "LRI", "RLI", "PDI", "",
];

static WIDTHS: [&str; 6] = ["N", "A", "H", "F", "Na", "W"];

/// Which database is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Unicode 16.0.
    Current,
    /// Unicode 3.2.
    V3_2,
}

impl Version {
    /// What this version says differently about a code point.
    pub(crate) fn change(self, code: u32) -> Option<&'static Change> {
        if self == Version::Current {
            return None;
        }
        let found = UCD_3_2.binary_search_by(|change| {
            if change.last < code {
                Ordering::Less
            } else if change.first > code {
                Ordering::Greater
            } else {
                Ordering::Equal
            }
        });
        found.ok().map(|index| &UCD_3_2[index])
    }
}

/// General category, such as `"Lu"`.
pub fn category(code: u32, version: Version) -> &'static str {
    match version.change(code) {
        Some(Change {
            unassigned: true, ..
        }) => "Cn",
        Some(Change {
            category: Some(category),
            ..
        }) => category,
        _ => CATEGORIES[usize::from(record(code).category)],
    }
}

/// Bidirectional class, such as `"AL"`; empty for unassigned code points.
pub fn bidirectional(code: u32, version: Version) -> &'static str {
    match version.change(code) {
        Some(Change {
            unassigned: true, ..
        }) => "",
        Some(Change {
            bidirectional: Some(class),
            ..
        }) => class,
        _ => BIDI_CLASSES[usize::from(record(code).bidi)],
    }
}

/// Canonical combining class.
pub fn combining(code: u32, version: Version) -> u8 {
    match version.change(code) {
        Some(Change {
            unassigned: true, ..
        }) => 0,
        _ => record(code).combining,
    }
}

/// East Asian width, such as `"Na"`.
pub fn east_asian_width(code: u32, version: Version) -> &'static str {
    match version.change(code) {
        Some(Change {
            unassigned: true, ..
        }) => "N",
        Some(Change {
            width: Some(width), ..
        }) => width,
        _ => WIDTHS[usize::from(record(code).width)],
    }
}

/// Whether the character is mirrored in bidirectional text.
pub fn mirrored(code: u32, version: Version) -> bool {
    match version.change(code) {
        Some(Change {
            unassigned: true, ..
        }) => false,
        Some(Change {
            mirrored: Some(mirrored),
            ..
        }) => *mirrored,
        _ => record(code).flags & flag::MIRRORED != 0,
    }
}

/// Value as decimal digit.
pub fn decimal(code: u32, version: Version) -> Option<u8> {
    match version.change(code) {
        Some(Change {
            unassigned: true, ..
        }) => None,
        Some(Change {
            decimal: Some(decimal),
            ..
        }) => *decimal,
        _ => ctype::decimal(code),
    }
}

/// Numeric value.
pub fn numeric(code: u32, version: Version) -> Option<f64> {
    match version.change(code) {
        Some(Change {
            unassigned: true, ..
        }) => return None,
        Some(Change {
            numeric: Some(numeric),
            ..
        }) => return *numeric,
        _ => {}
    }
    let record = record(code);
    if record.flags & flag::NUMERIC == 0 {
        return None;
    }
    if record.decimal != 255 {
        return Some(f64::from(record.decimal));
    }
    let index = NUMERIC.partition_point(|run| run.1 < code);
    let (first, _, numerator, denominator) = *NUMERIC.get(index)?;
    let numerator = numerator + i64::from(code - first) * denominator;
    Some(numerator as f64 / denominator as f64)
}

/// The one-level decomposition: compatibility tag without brackets (empty if canonical) and code
/// points. Hangul syllables have none here: theirs follow from arithmetic.
pub fn decomposition(code: u32, version: Version) -> Option<(&'static str, &'static [u32])> {
    if version.change(code).is_some_and(|change| change.unassigned) {
        return None;
    }
    let offset = decomposition_offset(code);
    if offset == 0 {
        return None;
    }
    let head = DECOMPOSITION_POOL[offset];
    let len = (head & 0xFF) as usize;
    let mapping = &DECOMPOSITION_POOL[offset + 1..offset + 1 + len];
    Some((DECOMPOSITION_TAGS[(head >> 8) as usize], mapping))
}

/// The decomposition as `unicodedata.decomposition` writes it: `"<compat> 0066 0069"`.
pub fn decomposition_text(code: u32, version: Version) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    let mut hangul = Vec::new();
    let found = match decomposition(code, version) {
        None if crate::normalize::push_hangul(code, &mut hangul) => Some(("", hangul.as_slice())),
        found => found,
    };
    if let Some((tag, mapping)) = found {
        if !tag.is_empty() {
            text.push('<');
            text.push_str(tag);
            text.push('>');
        }
        for part in mapping {
            if !text.is_empty() {
                text.push(' ');
            }
            // Writing to a String does not fail.
            let _ = write!(text, "{part:04X}");
        }
    }
    text
}
