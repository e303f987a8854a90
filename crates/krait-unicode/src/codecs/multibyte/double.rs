//! Encodings without a state, most of them of one or two bytes for a character.

use super::tables::{self, Cell, Pairs, Table, listed, preferred, set};
use super::{DecodeStep, Decoded, EncodeStep, Trouble, byte, pair_code};

/// How a code of a table stands in text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    /// Both bytes with the high bit set.
    Euc,
    /// The same behind 8F.
    EucThird,
    /// JIS codes as Shift JIS packs them.
    Shift,
    /// The second plane of JIS X 0213 behind them.
    ShiftSecond,
}

/// What the bytes from 80 on, and some below, are if they come first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Single {
    /// All lead to more bytes.
    None,
    /// Half-width katakana stand alone, behind 8E those of EUC.
    ShiftJis,
    ShiftJis2004,
    Cp932,
    EucJp,
}

/// What an encoding does besides.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extra {
    None,
    /// Four bytes for what has no two.
    Gb18030,
    /// Syllables of Hangul from their parts, in eight bytes.
    Jamo,
    /// Without ten characters that the edition of 2004 brought.
    Edition2000,
}

pub struct Double {
    layers: &'static [(&'static Table, Form)],
    single: Single,
    pairs: Pairs,
    preferred: &'static [(u32, u32)],
    extra: Extra,
}

const PLAIN: Double = Double {
    layers: &[],
    single: Single::None,
    pairs: &[],
    preferred: &[],
    extra: Extra::None,
};

pub static GB2312: Double = Double {
    layers: &[(set::GB2312, Form::Euc)],
    preferred: preferred::GB2312_ENCODE,
    ..PLAIN
};
pub static GBK: Double = Double {
    layers: &[(set::GBK, Form::Plain), (set::GB2312, Form::Euc)],
    preferred: preferred::GBK_ENCODE,
    ..PLAIN
};
pub static GB18030: Double = Double {
    layers: &[
        (set::GB18030, Form::Plain),
        (set::GBK, Form::Plain),
        (set::GB2312, Form::Euc),
    ],
    preferred: preferred::GB18030_ENCODE,
    extra: Extra::Gb18030,
    ..PLAIN
};
pub static BIG5: Double = Double {
    layers: &[(set::BIG5, Form::Plain)],
    preferred: preferred::BIG5_ENCODE,
    ..PLAIN
};
pub static CP950: Double = Double {
    layers: &[(set::CP950, Form::Plain), (set::BIG5, Form::Plain)],
    preferred: preferred::CP950_ENCODE,
    ..PLAIN
};
pub static BIG5HKSCS: Double = Double {
    layers: &[(set::BIG5HKSCS, Form::Plain), (set::BIG5, Form::Plain)],
    pairs: tables::HKSCS_PAIRS,
    preferred: preferred::BIG5HKSCS_ENCODE,
    ..PLAIN
};
pub static EUC_KR: Double = Double {
    layers: &[(set::KSX1001, Form::Euc)],
    preferred: preferred::EUC_KR_ENCODE,
    extra: Extra::Jamo,
    ..PLAIN
};
pub static CP949: Double = Double {
    layers: &[(set::CP949, Form::Plain), (set::KSX1001, Form::Euc)],
    preferred: preferred::CP949_ENCODE,
    ..PLAIN
};
pub static JOHAB: Double = Double {
    layers: &[(set::JOHAB, Form::Plain)],
    preferred: preferred::JOHAB_ENCODE,
    ..PLAIN
};
pub static SHIFT_JIS: Double = Double {
    layers: &[(set::JISX0208, Form::Shift)],
    single: Single::ShiftJis,
    preferred: preferred::SHIFT_JIS_ENCODE,
    ..PLAIN
};
pub static CP932: Double = Double {
    layers: &[(set::CP932, Form::Plain), (set::JISX0208, Form::Shift)],
    single: Single::Cp932,
    preferred: preferred::CP932_ENCODE,
    ..PLAIN
};
pub static EUC_JP: Double = Double {
    layers: &[(set::JISX0208, Form::Euc), (set::JISX0212, Form::EucThird)],
    single: Single::EucJp,
    preferred: preferred::EUC_JP_ENCODE,
    ..PLAIN
};
pub static EUC_JIS_2004: Double = Double {
    layers: EUC_JIS,
    single: Single::EucJp,
    pairs: tables::JIS_PAIRS,
    preferred: preferred::EUC_JIS_2004_ENCODE,
    ..PLAIN
};
pub static EUC_JISX0213: Double = Double {
    layers: EUC_JIS,
    single: Single::EucJp,
    pairs: tables::JIS_PAIRS,
    preferred: preferred::EUC_JISX0213_ENCODE,
    extra: Extra::Edition2000,
};
pub static SHIFT_JIS_2004: Double = Double {
    layers: SHIFT_JIS_PLANES,
    single: Single::ShiftJis2004,
    pairs: tables::JIS_PAIRS,
    preferred: preferred::SHIFT_JIS_2004_ENCODE,
    ..PLAIN
};
pub static SHIFT_JISX0213: Double = Double {
    layers: SHIFT_JIS_PLANES,
    single: Single::ShiftJis2004,
    pairs: tables::JIS_PAIRS,
    preferred: preferred::SHIFT_JISX0213_ENCODE,
    extra: Extra::Edition2000,
};

const EUC_JIS: &[(&Table, Form)] = &[
    (set::JISX0213_1, Form::Euc),
    (set::JISX0208, Form::Euc),
    (set::JISX0213_2, Form::EucThird),
    (set::JISX0212, Form::EucThird),
];
const SHIFT_JIS_PLANES: &[(&Table, Form)] = &[
    (set::JISX0213_1, Form::Shift),
    (set::JISX0208, Form::Shift),
    (set::JISX0213_2, Form::ShiftSecond),
];

/// Half-width katakana: a byte from A1 to DF.
pub fn katakana(byte: u8) -> Option<u32> {
    matches!(byte, 0xA1..=0xDF).then(|| 0xFF61 + u32::from(byte) - 0xA1)
}

fn katakana_byte(c: u32) -> Option<u8> {
    matches!(c, 0xFF61..=0xFF9F).then(|| (c - 0xFF61 + 0xA1) as u8)
}

/// Rows of the second plane of JIS X 0213 for the lead bytes F0 to F4: of a lower and of a higher
/// trail byte. From F5 on they are in order, from row 79 on.
const SECOND_ROWS: [[u8; 2]; 5] = [[1, 8], [3, 4], [5, 12], [13, 14], [15, 78]];

/// Trail byte of Shift JIS as half of the row pair, and column.
fn shift_column(trail: u8) -> Option<(usize, u8)> {
    let at = match trail {
        0x40..=0x7E => trail - 0x40,
        0x80..=0xFC => trail - 0x41,
        _ => return None,
    };
    Some((usize::from(at / 94), at % 94))
}

/// The code in its table of what stands in text as Shift JIS.
fn unshift(form: Form, lead: u8, trail: u8) -> Option<u16> {
    let (half, column) = shift_column(trail)?;
    let row = match (form, lead) {
        (Form::Shift, 0x81..=0x9F) => (lead - 0x81) * 2 + half as u8,
        (Form::Shift, 0xE0..=0xEF) => (lead - 0xC1) * 2 + half as u8,
        (Form::ShiftSecond, 0xF0..=0xF4) => SECOND_ROWS[usize::from(lead - 0xF0)][half] - 1,
        (Form::ShiftSecond, 0xF5..=0xFC) => (lead - 0xF5) * 2 + half as u8 + 78,
        _ => return None,
    };
    Some(u16::from_be_bytes([row + 0x21, column + 0x21]))
}

fn shift(form: Form, code: u16) -> Option<[u8; 2]> {
    let [row, column] = code.to_be_bytes().map(|b| b - 0x21);
    let (lead, half) = match (form, row) {
        (Form::Shift, _) => (row / 2 + if row < 62 { 0x81 } else { 0xC1 }, row % 2),
        (_, 78..) => ((row - 78) / 2 + 0xF5, row % 2),
        _ => {
            let pair = SECOND_ROWS
                .iter()
                .position(|pair| pair.contains(&(row + 1)))?;
            let half = u8::from(SECOND_ROWS[pair][1] == row + 1);
            (0xF0 + pair as u8, half)
        }
    };
    let at = column + if half == 1 { 94 } else { 0 };
    Some([lead, at + if at < 63 { 0x40 } else { 0x41 }])
}

impl Double {
    pub fn decode(&self, input: &[u8]) -> DecodeStep {
        let lead = input[0];
        if let Some(c) = self.single_byte(lead)? {
            return Ok((1, Decoded::One(c)));
        }
        let trail = byte(input, 1)?;
        if self.single == Single::EucJp {
            match lead {
                0x8E => return found(2, katakana(trail).map_or(Cell::Empty, Cell::One)),
                0x8F => {
                    let code = [trail, byte(input, 2)?];
                    return found(3, self.layered(&code, true));
                }
                _ => {}
            }
        }
        match self.extra {
            Extra::Gb18030 if trail.is_ascii_digit() => return four_bytes(input),
            Extra::Jamo if [lead, trail] == [FIRST_JAMO, FILLER] => return from_jamo(input),
            Extra::Edition2000 if self.is_later(&input[..2]) => return Err(Trouble::Illegal(2)),
            _ => {}
        }
        found(2, self.layered(&input[..2], false))
    }

    /// A character of one byte; an error if the byte leads to nothing.
    fn single_byte(&self, lead: u8) -> Result<Option<u32>, Trouble> {
        let c = match (self.single, lead) {
            (Single::ShiftJis2004, 0x5C) => Some(0xA5),
            (Single::ShiftJis2004, 0x7E) => Some(0x203E),
            (_, ..=0x7F) => Some(u32::from(lead)),
            (Single::None | Single::EucJp, _) => None,
            (_, 0xA1..=0xDF) => katakana(lead),
            (Single::Cp932, 0x80) => Some(0x80),
            (Single::Cp932, 0xA0) => Some(0xF8F0),
            (Single::Cp932, 0xFD..) => Some(0xF8F1 + u32::from(lead - 0xFD)),
            (_, 0x81..=0x9F | 0xE0..=0xEA) => None,
            (Single::Cp932 | Single::ShiftJis2004, 0xEB..=0xFC) => None,
            _ => return Err(Trouble::Illegal(1)),
        };
        Ok(c)
    }

    /// What the layers say of two bytes, those behind 8F if `third`.
    fn layered(&self, code: &[u8], third: bool) -> Cell {
        let [lead, trail] = [code[0], code[1]];
        let as_it_stands = u16::from_be_bytes([lead, trail]);
        for &(table, form) in self.layers {
            let code = match form {
                Form::Plain => Some(as_it_stands),
                Form::Euc | Form::EucThird => (third == (form == Form::EucThird)
                    && as_it_stands & 0x8080 == 0x8080)
                    .then_some(as_it_stands & 0x7F7F),
                Form::Shift | Form::ShiftSecond => unshift(form, lead, trail),
            };
            let cell = code.map_or(Cell::Empty, |code| table.get(code));
            match cell {
                Cell::Empty => {}
                Cell::One(0xFF3C) if self.single == Single::ShiftJis2004 => return Cell::One(0x5C),
                Cell::One(0xFF5E) if self.single == Single::ShiftJis2004 => return Cell::One(0x7E),
                Cell::One(0x9B1C)
                    if self.extra == Extra::Edition2000 && std::ptr::eq(table, set::JISX0213_2) =>
                {
                    return Cell::One(0x9B1D);
                }
                cell => return cell,
            }
        }
        Cell::Empty
    }

    /// Is it one of the characters of the first plane that came in 2004?
    fn is_later(&self, code: &[u8]) -> bool {
        match self.layered(code, false) {
            Cell::One(c) => LATER.contains(&c),
            _ => false,
        }
    }

    pub fn encode(&self, text: &[u32], flush: bool, out: &mut Vec<u8>) -> EncodeStep {
        let c = text[0];
        if c < 0x80 {
            match (self.single, c) {
                (Single::ShiftJis2004, 0x5C) => out.extend([0x81, 0x5F]),
                (Single::ShiftJis2004, 0x7E) => out.extend([0x81, 0xB0]),
                _ => out.push(c as u8),
            }
            return Ok(1);
        }
        if let Some((code, taken)) = pair_code(self.pairs, text, flush)? {
            // Both kinds of pairs are in the first layer.
            let bytes = Bytes::coded(self.layers[0].1, code);
            out.extend_from_slice(bytes.as_slice());
            return Ok(taken);
        }
        match listed(self.preferred, c) {
            Some(0) => {}
            Some(code) => {
                let bytes = code.to_be_bytes();
                let zeros = bytes.iter().take_while(|&&b| b == 0).count();
                out.extend_from_slice(&bytes[zeros..]);
                return Ok(1);
            }
            None => {
                if let Some(half) = self.half_width(c) {
                    out.extend_from_slice(half.as_slice());
                    return Ok(1);
                }
                for &(table, form) in self.layers {
                    if let Some(code) = table.code(c) {
                        out.extend_from_slice(Bytes::coded(form, code).as_slice());
                        return Ok(1);
                    }
                }
            }
        }
        match self.extra {
            Extra::Gb18030 => encode_four_bytes(c, out),
            Extra::Jamo => encode_jamo(c, out),
            _ => Err(Trouble::Illegal(1)),
        }
    }

    fn half_width(&self, c: u32) -> Option<Bytes> {
        let half = katakana_byte(c)?;
        match self.single {
            Single::None => None,
            Single::EucJp => Some(Bytes::of(&[0x8E, half])),
            _ => Some(Bytes::of(&[half])),
        }
    }
}

/// Up to three bytes.
struct Bytes {
    bytes: [u8; 3],
    len: usize,
}

impl Bytes {
    fn of(slice: &[u8]) -> Bytes {
        let mut bytes = [0; 3];
        bytes[..slice.len()].copy_from_slice(slice);
        Bytes {
            bytes,
            len: slice.len(),
        }
    }

    /// A table's code as it stands in text.
    fn coded(form: Form, code: u16) -> Bytes {
        let [high, low] = code.to_be_bytes();
        match form {
            Form::Plain => Bytes::of(&[high, low]),
            Form::Euc => Bytes::of(&[high | 0x80, low | 0x80]),
            Form::EucThird => Bytes::of(&[0x8F, high | 0x80, low | 0x80]),
            Form::Shift | Form::ShiftSecond => match shift(form, code) {
                Some(pair) => Bytes::of(&pair),
                None => Bytes::of(&[]),
            },
        }
    }

    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

fn found(len: usize, cell: Cell) -> DecodeStep {
    match cell {
        Cell::One(c) => Ok((len, Decoded::One(c))),
        Cell::Pair(a, b) => Ok((len, Decoded::Pair(a, b))),
        Cell::Empty | Cell::Hole => Err(Trouble::Illegal(1)),
    }
}

// ---- JIS X 0213 -----------------------------------------------------------------------------------

/// Characters that the edition of 2004 brought or changed.
pub const LATER: &[u32] = &[
    0x4FF1, 0x525D, 0x20B9F, 0x541E, 0x5653, 0x59F8, 0x5C5B, 0x5E77, 0x7626, 0x7E6B,
];

// ---- GB 18030 -------------------------------------------------------------------------------------

fn four_bytes(input: &[u8]) -> DecodeStep {
    let [b1, b2, b3, b4] = [input[0], input[1], byte(input, 2)?, byte(input, 3)?];
    let fits = |b: u8| (0x81..=0xFE).contains(&b);
    if !fits(b1) || !fits(b3) || !b4.is_ascii_digit() {
        return Err(Trouble::Illegal(1));
    }
    let rest = (u32::from(b2 - b'0') * 126 + u32::from(b3 - 0x81)) * 10 + u32::from(b4 - b'0');
    let c = match b1 {
        0x81..=0x84 => tables::gb18030_character(u32::from(b1 - 0x81) * 12600 + rest),
        0x90.. => Some(0x1_0000 + u32::from(b1 - 0x90) * 12600 + rest).filter(|&c| c < 0x11_0000),
        _ => None,
    };
    match c {
        Some(c) => Ok((4, Decoded::One(c))),
        None => Err(Trouble::Illegal(1)),
    }
}

fn encode_four_bytes(c: u32, out: &mut Vec<u8>) -> EncodeStep {
    let (lead, number) = match c {
        0x1_0000.. => (0x90, c - 0x1_0000),
        _ => match tables::gb18030_number(c) {
            Some(number) => (0x81, number),
            None => return Err(Trouble::Illegal(1)),
        },
    };
    out.extend([
        lead + (number / 12600) as u8,
        b'0' + (number / 1260 % 10) as u8,
        0x81 + (number / 10 % 126) as u8,
        b'0' + (number % 10) as u8,
    ]);
    Ok(1)
}

// ---- Hangul from its parts (KS X 1001, annex 3) ---------------------------------------------------

const FIRST_JAMO: u8 = 0xA4;
const FILLER: u8 = 0xD4;
/// Letters of KS X 1001, from A1 on, that can begin a syllable, in the order of Unicode.
const INITIALS: &[u8] =
    b"\xa1\xa2\xa4\xa7\xa8\xa9\xb1\xb2\xb3\xb5\xb6\xb7\xb8\xb9\xba\xbb\xbc\xbd\xbe";
/// Those that can end one, behind none at all.
const FINALS: &[u8] =
    b"\xd4\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa9\xaa\xab\xac\xad\xae\xaf\xb0\xb1\xb2\xb4\xb5\xb6\xb7\xb8\xba\xbb\xbc\xbd\xbe";
const FIRST_VOWEL: u8 = 0xBF;
const VOWELS: u32 = 21;

fn from_jamo(input: &[u8]) -> DecodeStep {
    byte(input, 7)?;
    let place = |list: &[u8], letter| list.iter().position(|&b| b == letter);
    let (initial, last) = (place(INITIALS, input[3]), place(FINALS, input[7]));
    let vowel = u32::from(input[5].wrapping_sub(FIRST_VOWEL));
    match (initial, last) {
        (Some(initial), Some(last))
            if [input[2], input[4], input[6]] == [FIRST_JAMO; 3] && vowel < VOWELS =>
        {
            let c = (initial as u32 * VOWELS + vowel) * 28 + last as u32;
            Ok((8, Decoded::One(0xAC00 + c)))
        }
        _ => Err(Trouble::Illegal(1)),
    }
}

fn encode_jamo(c: u32, out: &mut Vec<u8>) -> EncodeStep {
    if !(0xAC00..=0xD7A3).contains(&c) {
        return Err(Trouble::Illegal(1));
    }
    let at = c - 0xAC00;
    let initial = INITIALS[(at / (VOWELS * 28)) as usize];
    let vowel = FIRST_VOWEL + (at / 28 % VOWELS) as u8;
    let last = FINALS[(at % 28) as usize];
    for letter in [FILLER, initial, vowel, last] {
        out.extend([FIRST_JAMO, letter]);
    }
    Ok(1)
}
