//! The generated tables (see `build/`) and how a code point finds its record.
//!
//! All properties of a code point that are asked often stand in one [`Record`]; the 1.1 million
//! code points share some hundreds of records, found through a two-stage table: the high bits
//! choose a block of 128 indices, the low bits an index. Surrogates are code points like any other.

/// Bits of [`Record::flags`]. `build/records.rs` sets the same bits.
pub mod flag {
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

/// Bits of [`Record::quick_check`] (UAX #15, section 9).
pub mod quick {
    pub const NFD_NO: u8 = 1;
    pub const NFKD_NO: u8 = 1 << 1;
    pub const NFC_NO: u8 = 1 << 2;
    pub const NFC_MAYBE: u8 = 1 << 3;
    pub const NFKC_NO: u8 = 1 << 4;
    pub const NFKC_MAYBE: u8 = 1 << 5;
}

/// The properties of a code point.
#[derive(Debug)]
pub struct Record {
    pub flags: u16,
    /// General category, by ICU's number.
    pub category: u8,
    /// Bidirectional class, by ICU's number; 23 for unassigned code points.
    pub bidi: u8,
    pub combining: u8,
    /// East Asian width, by ICU's number.
    pub width: u8,
    /// Decimal value or 255.
    pub decimal: u8,
    /// Digit value or 255.
    pub digit: u8,
    pub quick_check: u8,
    /// Simple case mappings, as distances.
    pub lower: i32,
    pub upper: i32,
    pub title: i32,
    pub fold: i32,
}

/// What Unicode 3.2 said differently about a range of code points.
#[derive(Debug)]
pub struct Change {
    pub first: u32,
    pub last: u32,
    pub unassigned: bool,
    pub category: Option<&'static str>,
    pub bidirectional: Option<&'static str>,
    pub width: Option<&'static str>,
    pub mirrored: Option<bool>,
    pub decimal: Option<Option<u8>>,
    pub numeric: Option<Option<f64>>,
    /// The canonical decomposition before a corrigendum, or 0.
    pub decomposition: u32,
}

const NO_CHANGE: Change = Change {
    first: 0,
    last: 0,
    unassigned: false,
    category: None,
    bidirectional: None,
    width: None,
    mirrored: None,
    decimal: None,
    numeric: None,
    decomposition: 0,
};

include!(concat!(env!("OUT_DIR"), "/tables.rs"));

/// The record of a code point. What is not a code point has the record of an unassigned one.
#[inline]
pub fn record(code: u32) -> &'static Record {
    let block = match RECORD_INDEX.get((code >> RECORD_SHIFT) as usize) {
        Some(block) => usize::from(*block),
        None => usize::from(RECORD_INDEX[RECORD_INDEX.len() - 1]),
    };
    let low = code as usize & ((1 << RECORD_SHIFT) - 1);
    &RECORDS[usize::from(RECORD_BLOCKS[(block << RECORD_SHIFT) + low])]
}

/// Offset of a code point's decomposition in [`DECOMPOSITION_POOL`]; 0 if it has none.
#[inline]
pub fn decomposition_offset(code: u32) -> usize {
    let Some(block) = DECOMPOSITION_INDEX.get((code >> DECOMPOSITION_SHIFT) as usize) else {
        return 0;
    };
    let low = code as usize & ((1 << DECOMPOSITION_SHIFT) - 1);
    usize::from(DECOMPOSITION_BLOCKS[(usize::from(*block) << DECOMPOSITION_SHIFT) + low])
}
