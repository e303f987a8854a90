//! The committed data files (`data/*.txt`, written by `data/extract.py`).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::emit::array;

/// Numeric values of a run of code points; each next code point counts one more.
pub struct NumericRun {
    pub first: u32,
    pub last: u32,
    pub numerator: i64,
    pub denominator: i64,
    pub is_digit: bool,
}

pub struct Data {
    pub numeric: Vec<NumericRun>,
    /// Compatibility tag of each code point that has one.
    pub compat_tags: BTreeMap<u32, String>,
    /// Mappings that differ from the full compatibility decomposition.
    pub compat_mappings: BTreeMap<u32, Vec<u32>>,
    ucd_3_2: Vec<(u32, u32, String)>,
    named_sequences: Vec<(String, Vec<u32>)>,
}

impl Data {
    pub fn read(folder: &Path) -> Data {
        let mut compat_tags = BTreeMap::new();
        let mut compat_mappings = BTreeMap::new();
        for line in lines(folder, "compat.txt") {
            let (key, value) = line.split_once(' ').expect("two fields");
            let (first, last) = span(key);
            if let Some(mapping) = value.strip_prefix("= ") {
                compat_mappings.insert(first, codes(mapping));
            } else {
                compat_tags.extend((first..=last).map(|code| (code, value.to_owned())));
            }
        }
        Data {
            numeric: lines(folder, "numeric.txt")
                .iter()
                .map(|line| numeric_run(line))
                .collect(),
            compat_tags,
            compat_mappings,
            ucd_3_2: lines(folder, "ucd_3_2.txt")
                .iter()
                .map(|line| {
                    let (key, value) = line.split_once(' ').expect("two fields");
                    let (first, last) = span(key);
                    (first, last, value.to_owned())
                })
                .collect(),
            named_sequences: lines(folder, "named_sequences.txt")
                .iter()
                .map(|line| {
                    let (name, mapping) = line.split_once(';').expect("two fields");
                    (name.to_owned(), codes(mapping))
                })
                .collect(),
        }
    }

    pub fn numeric_run(&self, code: u32) -> Option<&NumericRun> {
        self.numeric
            .iter()
            .find(|run| (run.first..=run.last).contains(&code))
    }

    pub fn emit(&self, out: &mut String) {
        array(
            out,
            "NUMERIC",
            "(u32, u32, i64, i64)",
            self.numeric.iter().map(|run| {
                format!(
                    "({}, {}, {}, {})",
                    run.first, run.last, run.numerator, run.denominator
                )
            }),
        );
        array(
            out,
            "NAMED_SEQUENCES",
            "(&str, &[u32])",
            self.named_sequences
                .iter()
                .map(|(name, mapping)| format!("({name:?}, &{mapping:?})")),
        );
        array(
            out,
            "UCD_3_2",
            "Change",
            self.ucd_3_2
                .iter()
                .map(|(first, last, value)| change(*first, *last, value)),
        );
    }
}

fn numeric_run(line: &str) -> NumericRun {
    let mut fields = line.split(' ');
    let (first, last) = span(fields.next().expect("code points"));
    let value = fields.next().expect("value");
    let (numerator, denominator) = value.split_once('/').unwrap_or((value, "1"));
    NumericRun {
        first,
        last,
        numerator: numerator.parse().expect("number"),
        denominator: denominator.parse().expect("number"),
        is_digit: fields.next() == Some("digit"),
    }
}

/// The Rust expression for one difference between Unicode 3.2 and 16.0.
fn change(first: u32, last: u32, value: &str) -> String {
    let mut fields = format!("first: {first}, last: {last}, ");
    if value == "unassigned" {
        fields.push_str("unassigned: true, ");
    } else {
        for part in value.split(' ') {
            let (key, value) = part.split_once('=').expect("key=value");
            let text = match key {
                "gc" => format!("category: Some({value:?}), "),
                "bc" => format!("bidirectional: Some({value:?}), "),
                "ea" => format!("width: Some({value:?}), "),
                "mirrored" => format!("mirrored: Some({}), ", value == "1"),
                "nfkd" => format!("decomposition: 0x{value}, "),
                "decimal" | "numeric" if value == "-" => format!("{key}: Some(None), "),
                "decimal" => format!("decimal: Some(Some({value})), "),
                "numeric" => format!("numeric: Some(Some({value}.0)), "),
                other => panic!("unknown key {other}"),
            };
            fields.push_str(&text);
        }
    }
    let mut text = String::new();
    write!(text, "Change {{ {fields} ..NO_CHANGE }}").expect("write to a String");
    text
}

fn lines(folder: &Path, name: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.join(name)).expect("data file");
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

fn code(text: &str) -> u32 {
    u32::from_str_radix(text, 16).expect("hexadecimal code point")
}

fn codes(text: &str) -> Vec<u32> {
    text.split_ascii_whitespace().map(code).collect()
}

fn span(text: &str) -> (u32, u32) {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    (code(first), code(last))
}
