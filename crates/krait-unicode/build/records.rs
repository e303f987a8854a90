//! The property records: each distinct combination of properties once, found by a two-stage table.

use std::collections::HashMap;

use icu_casemap::CaseMapper;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use icu_properties::props::{
    BidiClass, BidiMirrored, CaseIgnorable, Cased, EastAsianWidth, GeneralCategory, Lowercase,
    Uppercase, XidContinue, XidStart,
};
use icu_properties::{
    CodePointMapData, CodePointMapDataBorrowed, CodePointSetData, CodePointSetDataBorrowed,
};

use crate::case::{Simple, SpecialCasing};
use crate::data::Data;
use crate::decomposition::Decompositions;
use crate::emit::{array, two_stage};

/// Bit of each predicate; `src/tables.rs` names the same bits.
mod flag {
    pub const ALPHA: u16 = 1;
    pub const DECIMAL: u16 = 1 << 1;
    pub const DIGIT: u16 = 1 << 2;
    pub const NUMERIC: u16 = 1 << 3;
    pub const LOWER: u16 = 1 << 4;
    pub const UPPER: u16 = 1 << 5;
    pub const TITLE: u16 = 1 << 6;
    pub const SPACE: u16 = 1 << 7;
    pub const LINE_BREAK: u16 = 1 << 8;
    pub const PRINTABLE: u16 = 1 << 9;
    pub const XID_START: u16 = 1 << 10;
    pub const XID_CONTINUE: u16 = 1 << 11;
    pub const CASED: u16 = 1 << 12;
    pub const CASE_IGNORABLE: u16 = 1 << 13;
    pub const MIRRORED: u16 = 1 << 14;
    pub const SPECIAL_CASE: u16 = 1 << 15;
}

struct Sources {
    category: CodePointMapDataBorrowed<'static, GeneralCategory>,
    bidi: CodePointMapDataBorrowed<'static, BidiClass>,
    width: CodePointMapDataBorrowed<'static, EastAsianWidth>,
    combining: CanonicalCombiningClassMapBorrowed<'static>,
    sets: [(CodePointSetDataBorrowed<'static>, u16); 7],
}

impl Sources {
    fn new() -> Sources {
        Sources {
            category: CodePointMapData::new(),
            bidi: CodePointMapData::new(),
            width: CodePointMapData::new(),
            combining: CanonicalCombiningClassMapBorrowed::new(),
            sets: [
                (CodePointSetData::new::<Lowercase>(), flag::LOWER),
                (CodePointSetData::new::<Uppercase>(), flag::UPPER),
                (CodePointSetData::new::<XidStart>(), flag::XID_START),
                (CodePointSetData::new::<XidContinue>(), flag::XID_CONTINUE),
                (CodePointSetData::new::<Cased>(), flag::CASED),
                (
                    CodePointSetData::new::<CaseIgnorable>(),
                    flag::CASE_IGNORABLE,
                ),
                (CodePointSetData::new::<BidiMirrored>(), flag::MIRRORED),
            ],
        }
    }

    fn flags(&self, code: u32) -> u16 {
        use GeneralCategory as Gc;
        let category = self.category.get32(code);
        let bidi = self.bidi.get32(code);
        let mut flags = 0;
        for (set, bit) in &self.sets {
            if set.contains32(code) {
                flags |= bit;
            }
        }
        if matches!(
            category,
            Gc::UppercaseLetter
                | Gc::LowercaseLetter
                | Gc::TitlecaseLetter
                | Gc::ModifierLetter
                | Gc::OtherLetter
        ) {
            flags |= flag::ALPHA;
        }
        if category == Gc::TitlecaseLetter {
            flags |= flag::TITLE;
        }
        let separates = [
            BidiClass::WhiteSpace,
            BidiClass::ParagraphSeparator,
            BidiClass::SegmentSeparator,
        ];
        if category == Gc::SpaceSeparator || separates.contains(&bidi) && category != Gc::Unassigned
        {
            flags |= flag::SPACE;
        }
        // str.splitlines: bidirectional type B, or mandatory break by UAX #14.
        if bidi == BidiClass::ParagraphSeparator || matches!(code, 0xB | 0xC | 0x2028) {
            flags |= flag::LINE_BREAK;
        }
        let unprintable = matches!(
            category,
            Gc::Control
                | Gc::Format
                | Gc::Surrogate
                | Gc::PrivateUse
                | Gc::Unassigned
                | Gc::LineSeparator
                | Gc::ParagraphSeparator
                | Gc::SpaceSeparator
        );
        if code == 0x20 || !unprintable {
            flags |= flag::PRINTABLE;
        }
        flags
    }
}

const NONE: u8 = 255;

/// Decimal and digit value, with their flags.
fn digits(code: u32, category: GeneralCategory, zero: u32, data: &Data) -> (u8, u8, u16) {
    if category == GeneralCategory::DecimalNumber {
        // Decimal digits stand in rows of ten (Unicode, section 4.6).
        let value = ((code - zero) % 10) as u8;
        return (value, value, flag::DECIMAL | flag::DIGIT | flag::NUMERIC);
    }
    match data.numeric_run(code) {
        Some(run) if run.is_digit => {
            let value = run.numerator + i64::from(code - run.first);
            (NONE, value as u8, flag::DIGIT | flag::NUMERIC)
        }
        Some(_) => (NONE, NONE, flag::NUMERIC),
        None => (NONE, NONE, 0),
    }
}

pub fn emit(
    out: &mut String,
    data: &Data,
    decompositions: &Decompositions,
    special: &SpecialCasing,
) {
    let sources = Sources::new();
    let mapper = CaseMapper::new();
    let mut known: HashMap<String, u16> = HashMap::new();
    let mut records = Vec::new();
    let mut indices = Vec::with_capacity(crate::LIMIT as usize);
    let mut zero = 0;
    for code in 0..crate::LIMIT {
        let category = sources.category.get32(code);
        let is_decimal = category == GeneralCategory::DecimalNumber;
        if is_decimal && (code == 0 || sources.category.get32(code - 1) != category) {
            zero = code;
        }
        let (decimal, digit, digit_flags) = digits(code, category, zero, data);
        let mut flags = sources.flags(code) | digit_flags;
        if special.mappings.contains_key(&code) {
            flags |= flag::SPECIAL_CASE;
        }
        let simple = Simple::of(&mapper, code);
        let delta = |to: u32| to as i32 - code as i32;
        // An unassigned code point has no bidirectional class in the database (23: the empty name).
        let bidi = if category == GeneralCategory::Unassigned {
            23
        } else {
            sources.bidi.get32(code).to_icu4c_value()
        };
        let record = format!(
            "Record {{ flags: {flags}, category: {}, bidi: {bidi}, combining: {}, width: {}, decimal: {decimal}, \
             digit: {digit}, quick_check: {}, lower: {}, upper: {}, title: {}, fold: {} }}",
            category as u8,
            sources.combining.get32_u8(code),
            sources.width.get32(code).to_icu4c_value(),
            decompositions.quick_check(code),
            delta(simple.lower),
            delta(simple.upper),
            delta(simple.title),
            delta(simple.fold),
        );
        let index = *known.entry(record).or_insert_with_key(|record| {
            records.push(record.clone());
            u16::try_from(records.len() - 1).expect("fewer than 65,536 records")
        });
        indices.push(index);
    }
    two_stage(out, "RECORD", 7, &indices);
    array(out, "RECORDS", "Record", records);
}
