//! Character names and their reverse (`unicodedata.name`, `lookup`, `\N{...}`).

use crate::properties::Version;
use crate::tables::NAMED_SEQUENCES;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    Character(u32),
    /// A named sequence; `\N{...}` does not accept these, `lookup` does.
    Sequence(&'static [u32]),
}

/// Ranges whose names are a prefix and the code point; the database of names does not list them.
/// The last field says whether `name` knows them, too.
static NUMBERED: [(u32, u32, &str, bool); 4] = [
    (0x1_7000, 0x1_87F7, "TANGUT IDEOGRAPH-", false),
    (0x1_8D00, 0x1_8D08, "TANGUT IDEOGRAPH-", false),
    (0x2_EBF0, 0x2_EE5D, CJK_PREFIX, true),
    (0x3_1350, 0x3_23AF, CJK_PREFIX, true),
];

const CJK_PREFIX: &str = "CJK UNIFIED IDEOGRAPH-";

/// Longest name that is looked up, in bytes.
const MAX_NAME: usize = 256;

/// The name of a code point; `None` for control characters, surrogates and unassigned ones.
pub fn name(code: u32, version: Version) -> Option<String> {
    if version.change(code).is_some_and(|change| change.unassigned) {
        return None;
    }
    for (first, last, prefix, known) in NUMBERED {
        if (first..=last).contains(&code) {
            return known.then(|| format!("{prefix}{code:X}"));
        }
    }
    unicode_names2::name(char::from_u32(code)?).map(|name| name.to_string())
}

/// The character with a name or alias, any case of ASCII letters.
pub fn character(name: &str) -> Option<u32> {
    if name.len() > MAX_NAME || !name.is_ascii() {
        return None;
    }
    for (first, last, prefix, _) in NUMBERED {
        if let Some(code) = numbered(name, prefix)
            && (first..=last).contains(&code)
        {
            return Some(code);
        }
    }
    // The crate takes leading zeros in the numbers of ideographs; CPython does not.
    let number = CJK_PREFIX.len()..;
    if name
        .as_bytes()
        .get(number)
        .is_some_and(|digits| digits.starts_with(b"0"))
        && name[..CJK_PREFIX.len()].eq_ignore_ascii_case(CJK_PREFIX)
    {
        return None;
    }
    unicode_names2::character(name).map(u32::from)
}

/// The code point of a name that is `prefix` and 4 or 5 hexadecimal digits.
fn numbered(name: &str, prefix: &str) -> Option<u32> {
    let (head, digits) = name.split_at_checked(prefix.len())?;
    let well_formed = head.eq_ignore_ascii_case(prefix)
        && matches!(digits.len(), 4 | 5)
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if well_formed {
        u32::from_str_radix(digits, 16).ok()
    } else {
        None
    }
}

/// The character or named sequence with a name or alias; the old version knows names of characters only.
pub fn lookup(text: &str, version: Version) -> Option<Named> {
    let code = character(text);
    if version == Version::V3_2 {
        let known = code.filter(|&c| {
            name(c, version).is_some_and(|own_name| own_name.eq_ignore_ascii_case(text))
        });
        return known.map(Named::Character);
    }
    if let Some(code) = code {
        return Some(Named::Character(code));
    }
    let upper = text.to_ascii_uppercase();
    let found = NAMED_SEQUENCES.binary_search_by_key(&upper.as_str(), |entry| entry.0);
    found
        .ok()
        .map(|index| Named::Sequence(NAMED_SEQUENCES[index].1))
}
