//! Character sets of two bytes: see `build/cjk.rs` for how they are laid out.

include!(concat!(env!("OUT_DIR"), "/cjk.rs"));

static WORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cjk.bin"));

fn word(at: usize) -> u16 {
    u16::from_le_bytes([WORDS[2 * at], WORDS[2 * at + 1]])
}

/// Codes of one lead byte.
struct Row {
    lead: u8,
    first: u8,
    len: u16,
    at: usize,
}

/// Characters in order, and behind them their codes.
struct Reverse {
    at: usize,
    len: usize,
}

impl Reverse {
    fn get(&self, c: u16) -> Option<u16> {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = (low + high) / 2;
            if word(self.at + middle) < c {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < self.len && word(self.at + low) == c).then(|| word(self.at + self.len + low))
    }
}

pub struct Table {
    rows: &'static [Row],
    reverse: Reverse,
    above: Reverse,
}

/// What a table says of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing: the table below may know it.
    Empty,
    /// It means nothing, whatever tables below say.
    Hole,
    One(u32),
    Pair(u32, u32),
}

impl Table {
    pub fn get(&self, code: u16) -> Cell {
        let [lead, trail] = code.to_be_bytes();
        let Ok(row) = self.rows.binary_search_by_key(&lead, |row| row.lead) else {
            return Cell::Empty;
        };
        let row = &self.rows[row];
        let at = usize::from(trail.wrapping_sub(row.first));
        if trail < row.first || at >= usize::from(row.len) {
            return Cell::Empty;
        }
        match word(row.at + at) {
            0 => Cell::Empty,
            0xFFFD => Cell::Hole,
            special @ 0xD800..=0xDFFF => match SPECIAL[usize::from(special - 0xD800)] {
                (c, 0) => Cell::One(c),
                (a, b) => Cell::Pair(a, b),
            },
            c => Cell::One(u32::from(c)),
        }
    }

    /// The code of a character.
    pub fn code(&self, c: u32) -> Option<u16> {
        match c >> 16 {
            0 => self.reverse.get(c as u16),
            2 => self.above.get(c as u16),
            _ => None,
        }
    }
}

/// Finds `c` in a list that is in order.
pub fn listed(list: &[(u32, u32)], c: u32) -> Option<u32> {
    let at = list.binary_search_by_key(&c, |&(key, _)| key).ok()?;
    Some(list[at].1)
}

/// The pairs of characters that have one code in a table: first, second, code.
pub type Pairs = &'static [(u32, u32, u16)];

/// Pairs of JIS X 0213.
pub static JIS_PAIRS: Pairs = &[
    (0x00E6, 0x0300, 0x2B44),
    (0x0254, 0x0300, 0x2B48),
    (0x0254, 0x0301, 0x2B49),
    (0x0259, 0x0300, 0x2B4C),
    (0x0259, 0x0301, 0x2B4D),
    (0x025A, 0x0300, 0x2B4E),
    (0x025A, 0x0301, 0x2B4F),
    (0x028C, 0x0300, 0x2B4A),
    (0x028C, 0x0301, 0x2B4B),
    (0x02E5, 0x02E9, 0x2B66),
    (0x02E9, 0x02E5, 0x2B65),
    (0x304B, 0x309A, 0x2477),
    (0x304D, 0x309A, 0x2478),
    (0x304F, 0x309A, 0x2479),
    (0x3051, 0x309A, 0x247A),
    (0x3053, 0x309A, 0x247B),
    (0x30AB, 0x309A, 0x2577),
    (0x30AD, 0x309A, 0x2578),
    (0x30AF, 0x309A, 0x2579),
    (0x30B1, 0x309A, 0x257A),
    (0x30B3, 0x309A, 0x257B),
    (0x30BB, 0x309A, 0x257C),
    (0x30C4, 0x309A, 0x257D),
    (0x30C8, 0x309A, 0x257E),
    (0x31F7, 0x309A, 0x2678),
];

/// Pairs of Big5-HKSCS.
pub static HKSCS_PAIRS: Pairs = &[
    (0x00CA, 0x0304, 0x8862),
    (0x00CA, 0x030C, 0x8864),
    (0x00EA, 0x0304, 0x88A3),
    (0x00EA, 0x030C, 0x88A5),
];

macro_rules! export {
    ($($table:ident)*; $($list:ident)*) => {
        /// The tables by name.
        pub mod set {
            $(pub static $table: &super::Table = &super::$table;)*
        }
        /// Characters whose code is not the first one that means them, by encoding.
        pub mod preferred {
            $(pub static $list: &[(u32, u32)] = super::$list;)*
        }
    };
}

export! {
    JISX0208 JISX0212 JISX0213_1 JISX0213_2 GB2312 KSX1001 GBK GB18030 CP949 JOHAB CP932 BIG5 CP950
    BIG5HKSCS;
    GB2312_ENCODE GBK_ENCODE GB18030_ENCODE EUC_KR_ENCODE CP949_ENCODE JOHAB_ENCODE BIG5_ENCODE
    CP950_ENCODE BIG5HKSCS_ENCODE SHIFT_JIS_ENCODE CP932_ENCODE EUC_JP_ENCODE EUC_JISX0213_ENCODE
    EUC_JIS_2004_ENCODE SHIFT_JISX0213_ENCODE SHIFT_JIS_2004_ENCODE
}

/// Number of GB 18030's four-byte code of a character below U+10000.
pub fn gb18030_number(c: u32) -> Option<u32> {
    let at = RANGES.partition_point(|&[_, last, _]| last < c);
    let &[first, _, number] = RANGES.get(at)?;
    (first <= c).then(|| number + c - first)
}

/// The character of that number.
pub fn gb18030_character(number: u32) -> Option<u32> {
    let at = RANGES.partition_point(|&[_, _, start]| start <= number);
    let &[first, last, start] = RANGES.get(at.checked_sub(1)?)?;
    let c = first + number - start;
    (c <= last).then_some(c)
}
