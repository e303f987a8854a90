//! Sets of characters: everything in a code list that consumes exactly one character.
//!
//! A set is evaluated once for every byte value when the program is built. Narrow subjects (ASCII
//! text and bytes) then never look at anything but that table, wide ones only for characters
//! outside ASCII, and only if the set does not treat all of those alike.

use crate::chars;
use crate::constants::{Category, Fold};

/// One member of a set, in code list order: the first that holds the character decides.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    Literal(u32),
    Range(u32, u32),
    RangeUniIgnore(u32, u32),
    Category(Category),
    Charset(Box<[u32; 8]>),
    Big {
        map: Box<[u8; 256]>,
        blocks: Box<[u32]>,
    },
    /// What follows is excluded instead of included (and the other way round).
    Negate,
}

impl Item {
    fn holds(&self, ch: u32) -> bool {
        match self {
            Item::Literal(c) => *c == ch,
            Item::Range(lo, hi) => (*lo..=*hi).contains(&ch),
            Item::RangeUniIgnore(lo, hi) => {
                (*lo..=*hi).contains(&ch) || (*lo..=*hi).contains(&chars::upper_unicode(ch))
            }
            Item::Category(c) => chars::in_category(*c, ch),
            Item::Charset(bits) => ch < 256 && bit(&bits[..], ch),
            Item::Big { map, blocks } => {
                ch < 0x10000
                    && bit(
                        blocks,
                        u32::from(map[(ch >> 8) as usize]) * 256 + (ch & 255),
                    )
            }
            Item::Negate => false,
        }
    }

    /// Whether all (`Some(true)`), none (`Some(false)`) or some of the characters outside ASCII
    /// are held.
    fn holds_non_ascii(&self) -> Option<bool> {
        use Category as C;
        match self {
            Item::Literal(c) if *c < 128 => Some(false),
            Item::Range(lo, hi) if *lo <= 128 && *hi >= 0x10_FFFF => Some(true),
            Item::Range(_, hi) if *hi < 128 => Some(false),
            Item::Charset(bits) if bits[4..].iter().all(|&w| w == 0) => Some(false),
            Item::Category(C::Digit | C::Space | C::Word | C::Linebreak) => Some(false),
            Item::Category(C::NotDigit | C::NotSpace | C::NotWord | C::NotLinebreak) => Some(true),
            Item::Negate => Some(false),
            _ => None,
        }
    }
}

fn bit(words: &[u32], index: u32) -> bool {
    words
        .get((index / 32) as usize)
        .is_some_and(|w| w & (1 << (index % 32)) != 0)
}

/// How a set treats characters outside ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NonAscii {
    None,
    All,
    Ask,
}

/// How a run of set members is skipped fastest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scan {
    /// Every character is a member.
    All,
    /// All but one, two or three bytes are members: look for those.
    Until1(u8),
    Until2(u8, u8),
    Until3(u8, u8, u8),
    Table,
    /// Depends on the locale in force: ask for each character.
    Dynamic,
}

/// The characters that take two bytes of UTF-8.
const TWO_BYTES: std::ops::Range<u32> = 0x80..0x800;
const TWO_BYTES_WORDS: usize = 0x800 / 32;

/// A compiled set.
#[derive(Clone, Debug)]
pub(crate) struct CharSet {
    /// Membership of each byte value. Wide subjects use the first half only.
    pub table: Box<[bool; 256]>,
    pub non_ascii: NonAscii,
    pub scan: Scan,
    /// Membership of the characters of two bytes (from [`TWO_BYTES`]), for wide subjects.
    two_bytes: Option<Box<[u32; TWO_BYTES_WORDS]>>,
    items: Box<[Item]>,
    fold: Fold,
    /// The whole set is complemented, after folding.
    invert: bool,
}

impl CharSet {
    pub(crate) fn new(items: Vec<Item>, fold: Fold, invert: bool, wide: bool) -> CharSet {
        let (items, fold) = unfold(items, fold);
        let mut set = CharSet {
            table: Box::new([false; 256]),
            non_ascii: NonAscii::Ask,
            scan: Scan::Table,
            two_bytes: None,
            items: items.into_boxed_slice(),
            fold,
            invert,
        };
        for ch in 0..if wide { 128 } else { 256 } {
            set.table[ch as usize] = set.contains(ch);
        }
        set.non_ascii = set.classify_non_ascii();
        if wide && set.non_ascii == NonAscii::Ask && !set.is_dynamic() {
            let mut bits = Box::new([0; TWO_BYTES_WORDS]);
            for ch in TWO_BYTES.filter(|&ch| set.contains(ch)) {
                bits[(ch / 32) as usize] |= 1 << (ch % 32);
            }
            set.two_bytes = Some(bits);
        }
        set.scan = set.choose_scan(wide);
        set
    }

    fn classify_non_ascii(&self) -> NonAscii {
        if matches!(self.fold, Fold::Unicode | Fold::Locale) {
            return NonAscii::Ask;
        }
        let mut ok = true;
        for item in &self.items {
            if matches!(item, Item::Negate) {
                ok = !ok;
            }
            match item.holds_non_ascii() {
                Some(false) => {}
                Some(true) => {
                    return if ok != self.invert {
                        NonAscii::All
                    } else {
                        NonAscii::None
                    };
                }
                None => return NonAscii::Ask,
            }
        }
        if ok == self.invert {
            NonAscii::All
        } else {
            NonAscii::None
        }
    }

    fn choose_scan(&self, wide: bool) -> Scan {
        if self.is_dynamic() {
            return Scan::Dynamic;
        }
        if wide && self.non_ascii != NonAscii::All {
            return Scan::Table;
        }
        let limit = if wide { 128 } else { 256 };
        let mut out = self.table[..limit]
            .iter()
            .enumerate()
            .filter(|(_, m)| !**m)
            .map(|(b, _)| b as u8);
        match (out.next(), out.next(), out.next(), out.next()) {
            (None, ..) => Scan::All,
            (Some(a), None, ..) => Scan::Until1(a),
            (Some(a), Some(b), None, _) => Scan::Until2(a, b),
            (Some(a), Some(b), Some(c), None) => Scan::Until3(a, b, c),
            _ => Scan::Table,
        }
    }

    /// Whether membership may change with the locale.
    pub(crate) fn is_dynamic(&self) -> bool {
        self.fold == Fold::Locale
            || self
                .items
                .iter()
                .any(|i| matches!(i, Item::Category(Category::LocWord | Category::LocNotWord)))
    }

    fn contains_folded(&self, ch: u32) -> bool {
        let mut ok = true;
        for item in &self.items {
            if matches!(item, Item::Negate) {
                ok = !ok;
            } else if item.holds(ch) {
                return ok;
            }
        }
        !ok
    }

    /// Each member of the set stands for both its cases, also behind a negation.
    fn contains_either(&self, lower: u32, upper: u32) -> bool {
        let mut ok = true;
        for item in &self.items {
            if matches!(item, Item::Negate) {
                ok = !ok;
            } else if item.holds(lower) || item.holds(upper) {
                return ok;
            }
        }
        !ok
    }

    pub(crate) fn contains(&self, ch: u32) -> bool {
        let found = match self.fold {
            Fold::None => self.contains_folded(ch),
            Fold::Ascii => self.contains_folded(chars::lower_ascii(ch)),
            Fold::Unicode => self.contains_folded(chars::lower_unicode(ch)),
            Fold::Locale => self.contains_either(chars::lower_locale(ch), chars::upper_locale(ch)),
        };
        found != self.invert
    }

    /// Membership of a character outside ASCII when [`NonAscii::Ask`] says so.
    #[inline]
    pub(crate) fn ask(&self, ch: u32) -> bool {
        match &self.two_bytes {
            Some(bits) if ch < TWO_BYTES.end => bit(&bits[..], ch),
            _ => self.contains(ch),
        }
    }

    /// The byte values with which a member may begin, or `None` if that is not known.
    pub(crate) fn first_bytes(&self, wide: bool) -> Option<[bool; 256]> {
        if self.is_dynamic() {
            return None;
        }
        let mut out = *self.table;
        if !wide || self.non_ascii == NonAscii::None {
            return Some(out);
        }
        let longer = usize::from(lead_byte(TWO_BYTES.end));
        match &self.two_bytes {
            Some(bits) => {
                for ch in TWO_BYTES.filter(|&ch| bit(&bits[..], ch)) {
                    out[usize::from(lead_byte(ch))] = true;
                }
            }
            None => out[0xC2..longer].fill(true),
        }
        match self.listed_leads() {
            Some(ranges) => {
                for (lo, hi) in ranges {
                    out[usize::from(lo)..=usize::from(hi)].fill(true);
                }
            }
            None => out[longer..=0xF4].fill(true),
        }
        Some(out)
    }

    /// Lead bytes of the members of more than two bytes, if the set is a plain list.
    fn listed_leads(&self) -> Option<Vec<(u8, u8)>> {
        if self.fold != Fold::None || self.invert {
            return None;
        }
        let mut out = Vec::new();
        for item in &self.items {
            let (lo, hi) = match item {
                Item::Literal(c) => (*c, *c),
                Item::Range(lo, hi) => (*lo, *hi),
                _ => return None,
            };
            if hi >= TWO_BYTES.end && lo <= hi {
                out.push((lead_byte(lo.max(TWO_BYTES.end)), lead_byte(hi)));
            }
        }
        Some(out)
    }
}

/// Replaces the characters of a case-insensitive list by all that fold to them, so that nothing
/// has to be folded in a match.
fn unfold(items: Vec<Item>, fold: Fold) -> (Vec<Item>, Fold) {
    let listed = |i: &Item| matches!(i, Item::Literal(_) | Item::Negate);
    if fold != Fold::Unicode || !items.iter().all(listed) {
        return (items, fold);
    }
    let mut out = Vec::new();
    for item in items {
        match item {
            Item::Literal(c) => {
                out.extend(chars::folding_to(c).into_iter().map(Item::Literal));
            }
            other => out.push(other),
        }
    }
    (out, Fold::None)
}

fn lead_byte(ch: u32) -> u8 {
    match ch {
        0..0x80 => ch as u8,
        0x80..0x800 => 0xC0 | (ch >> 6) as u8,
        0x800..0x10000 => 0xE0 | (ch >> 12) as u8,
        0x10000..0x11_0000 => 0xF0 | (ch >> 18) as u8,
        _ => 0xF4,
    }
}
