//! Case mappings, by ICU4X's root locale.

use std::collections::BTreeMap;

use icu_casemap::options::{LeadingAdjustment, TitlecaseOptions, TrailingCase};
use icu_casemap::{CaseMapper, CaseMapperBorrowed, TitlecaseMapper};
use icu_locale_core::LanguageIdentifier;

use crate::emit::array;

pub type Mapping = Vec<u32>;

/// Simple mappings of a code point.
pub struct Simple {
    pub lower: u32,
    pub upper: u32,
    pub title: u32,
    pub fold: u32,
}

impl Simple {
    pub fn of(mapper: &CaseMapperBorrowed<'static>, code: u32) -> Simple {
        let Some(c) = char::from_u32(code) else {
            return Simple {
                lower: code,
                upper: code,
                title: code,
                fold: code,
            };
        };
        Simple {
            lower: mapper.simple_lowercase(c) as u32,
            upper: mapper.simple_uppercase(c) as u32,
            title: mapper.simple_titlecase(c) as u32,
            fold: mapper.simple_fold(c) as u32,
        }
    }
}

/// Full mappings (lower, upper, title, fold) of code points where one of them is not the simple one.
pub struct SpecialCasing {
    pub mappings: BTreeMap<u32, [Mapping; 4]>,
}

impl SpecialCasing {
    pub fn collect() -> SpecialCasing {
        let mapper = CaseMapper::new();
        let title = TitlecaseMapper::new();
        let root = LanguageIdentifier::UNKNOWN;
        let mut options = TitlecaseOptions::default();
        options.leading_adjustment = Some(LeadingAdjustment::None);
        options.trailing_case = Some(TrailingCase::Unchanged);
        let mut mappings = BTreeMap::new();
        for c in (0..crate::LIMIT).filter_map(char::from_u32) {
            let text = c.to_string();
            let full = [
                codes(&mapper.lowercase_to_string(&text, &root)),
                codes(&mapper.uppercase_to_string(&text, &root)),
                codes(&title.titlecase_segment_to_string(&text, &root, options)),
                codes(&mapper.fold_string(&text)),
            ];
            let simple = Simple::of(&mapper, c as u32);
            let plain = [simple.lower, simple.upper, simple.title, simple.fold];
            if full
                .iter()
                .zip(plain)
                .any(|(full, plain)| full[..] != [plain])
            {
                mappings.insert(c as u32, full);
            }
        }
        SpecialCasing { mappings }
    }
}

pub fn emit(out: &mut String, special: &SpecialCasing) {
    array(
        out,
        "SPECIAL_CASING",
        "(u32, [[u32; 3]; 4])",
        special
            .mappings
            .iter()
            .map(|(code, full)| format!("({code}, {:?})", full.each_ref().map(padded))),
    );
}

fn padded(mapping: &Mapping) -> [u32; 3] {
    let mut padded = [0; 3];
    padded[..mapping.len()].copy_from_slice(mapping);
    padded
}

fn codes(text: &str) -> Mapping {
    text.chars().map(|c| c as u32).collect()
}
