//! Tables of the East Asian encodings, from `data/cjk.txt` (`data/extract_cjk.py` describes it).
//!
//! All numbers are 16 bits wide and stand in one file, `cjk.bin`; `cjk.rs` says what is where. In
//! a table, 0 is a code that means nothing, U+FFFD one that means nothing in the tables below
//! either, and a surrogate an index into the list of what does not fit into 16 bits: characters
//! above U+FFFF, and pairs of characters.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// First of the values that stand for an entry of the list.
const SPECIAL: u16 = 0xD800;

#[derive(Default)]
struct Table {
    /// Code to character.
    cells: BTreeMap<u16, u32>,
    pairs: BTreeMap<u16, (u32, u32)>,
}

#[derive(Default)]
struct Sections {
    tables: BTreeMap<String, Table>,
    /// For each encoding, characters and their codes, 0 for none.
    preferences: BTreeMap<String, Vec<(u32, u32)>>,
    ranges: Vec<[u32; 3]>,
}

/// Writes the tables to `folder`.
pub fn emit(data: &Path, folder: &Path) {
    let text = std::fs::read_to_string(data).expect("cjk.txt is readable");
    let sections = parse(&text);
    let mut blob = Blob::default();
    let mut source = String::new();
    for (name, table) in &sections.tables {
        blob.table(&mut source, &constant(name), table);
    }
    let special = blob.special.clone();
    writeln!(source, "static SPECIAL: &[(u32, u32)] = &{special:?};").expect("to memory");
    for (name, list) in &sections.preferences {
        let name = constant(name);
        writeln!(source, "static {name}_ENCODE: &[(u32, u32)] = &{list:?};").expect("to memory");
    }
    let ranges = &sections.ranges;
    writeln!(source, "static RANGES: &[[u32; 3]] = &{ranges:?};").expect("to memory");
    std::fs::write(folder.join("cjk.rs"), source).expect("cjk.rs can be written");
    let bytes: Vec<u8> = blob.words.iter().flat_map(|w| w.to_le_bytes()).collect();
    std::fs::write(folder.join("cjk.bin"), bytes).expect("cjk.bin can be written");
}

fn constant(name: &str) -> String {
    name.to_ascii_uppercase().replace('-', "_")
}

fn hex(word: &str) -> u32 {
    u32::from_str_radix(word, 16).expect("a number in base 16")
}

fn parse(text: &str) -> Sections {
    let mut sections = Sections::default();
    let mut name = "";
    for line in text.lines().filter(|line| !line.starts_with("# ")) {
        if let Some(inner) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            name = inner;
            if let Some(encoding) = name.strip_suffix(" encode") {
                sections.preferences.entry(encoding.to_owned()).or_default();
            }
            continue;
        }
        let (first, rest) = line.split_once(' ').expect("two columns");
        let code = hex(first);
        if name == "pairs" {
            let table = if code < 0x8000 {
                "jisx0213-1"
            } else {
                "big5hkscs"
            };
            let (a, b) = rest.split_once(' ').expect("two characters");
            let table = sections.tables.entry(table.to_owned()).or_default();
            table.pairs.insert(code as u16, (hex(a), hex(b)));
        } else if let Some(encoding) = name.strip_suffix(" encode") {
            let to = if rest == "-" { 0 } else { hex(rest) };
            let list = sections.preferences.get_mut(encoding);
            list.expect("made with its heading").push((code, to));
        } else if name == "gb18030 ranges" {
            let (last, number) = rest.split_once(' ').expect("three columns");
            let number = number.parse().expect("a number");
            sections.ranges.push([code, hex(last), number]);
        } else {
            let table = sections.tables.entry(name.to_owned()).or_default();
            for (at, c) in rest.chars().enumerate() {
                table.cells.insert(code as u16 + at as u16, u32::from(c));
            }
        }
    }
    sections
}

#[derive(Default)]
struct Blob {
    words: Vec<u16>,
    special: Vec<(u32, u32)>,
}

impl Blob {
    fn value(&mut self, c: u32, second: u32) -> u16 {
        if second == 0 && c < 0x1_0000 {
            return c as u16;
        }
        let known = self.special.iter().position(|&s| s == (c, second));
        let index = known.unwrap_or_else(|| {
            self.special.push((c, second));
            self.special.len() - 1
        });
        assert!(index < 0x800, "too many characters above U+FFFF");
        SPECIAL + index as u16
    }

    fn table(&mut self, source: &mut String, name: &str, table: &Table) {
        let mut values = BTreeMap::new();
        for (&code, &c) in &table.cells {
            values.insert(code, self.value(c, 0));
        }
        for (&code, &(a, b)) in &table.pairs {
            values.insert(code, self.value(a, b));
        }
        let mut rows = String::new();
        for lead in 0..=0xFF_u16 {
            let codes: Vec<u16> = values
                .range(lead << 8..=lead << 8 | 0xFF)
                .map(|(&code, _)| code)
                .collect();
            let (Some(&first), Some(&last)) = (codes.first(), codes.last()) else {
                continue;
            };
            let at = self.words.len();
            let (first, len) = (first & 0xFF, last - first + 1);
            write!(
                rows,
                "Row {{ lead: {lead}, first: {first}, len: {len}, at: {at} }}, "
            )
            .expect("to memory");
            for trail in first..first + len {
                let value = values.get(&(lead << 8 | trail));
                self.words.push(value.copied().unwrap_or(0));
            }
        }
        let reverse = self.reverse(table, false);
        let above = self.reverse(table, true);
        writeln!(
            source,
            "static {name}: Table = Table {{ rows: &[{rows}], reverse: {reverse}, above: {above} }};"
        )
        .expect("to memory");
    }

    /// Characters in order, then their codes: the first code that means a character is its own.
    fn reverse(&mut self, table: &Table, above: bool) -> String {
        let mut codes = BTreeMap::new();
        for (&code, &c) in &table.cells {
            if c != 0xFFFD && (c > 0xFFFF) == above {
                codes.entry(c).or_insert(code);
            }
        }
        let at = self.words.len();
        // Of those above U+FFFF all are in plane 2.
        assert!(codes.keys().all(|&c| !above || c >> 16 == 2));
        self.words.extend(codes.keys().map(|&c| c as u16));
        self.words.extend(codes.values());
        format!("Reverse {{ at: {at}, len: {} }}", codes.len())
    }
}
