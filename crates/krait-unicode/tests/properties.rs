//! Compares every property of every code point with CPython 3.14, by checksums
//! (`tests/oracle/properties.py` writes them and explains how to find a difference).

use krait_unicode::normalize::{Form, normalize};
use krait_unicode::properties::{self, Version};
use krait_unicode::{case, ctype, escape, names, wtf8};

const LIMIT: u32 = 0x11_0000;

fn codes(text: &[u8]) -> String {
    wtf8::code_points(text)
        .map(|code| format!("{code:04X}"))
        .collect::<Vec<_>>()
        .join(" ")
}

fn changed(code: u32, map: impl Fn(&[u8]) -> Vec<u8>) -> Option<String> {
    let text = wtf8::from_code_points([code]);
    let mapped = map(&text);
    (mapped != text).then(|| codes(&mapped))
}

fn flag(value: bool) -> Option<String> {
    value.then(|| "1".to_owned())
}

fn number(value: Option<f64>) -> Option<String> {
    value.map(krait_unicode::numeric::repr)
}

fn non_empty(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

fn in_database(name: &str, code: u32, version: Version) -> Option<String> {
    let form = |form| changed(code, |text| normalize(text, form, version));
    match name {
        "nfc" => form(Form::Nfc),
        "nfd" => form(Form::Nfd),
        "nfkc" => form(Form::Nfkc),
        "nfkd" => form(Form::Nfkd),
        "category" => non_empty(properties::category(code, version)),
        "bidirectional" => non_empty(properties::bidirectional(code, version)),
        "combining" => {
            let class = properties::combining(code, version);
            (class != 0).then(|| class.to_string())
        }
        "east_asian_width" => non_empty(properties::east_asian_width(code, version)),
        "mirrored" => flag(properties::mirrored(code, version)),
        "decimal" => number(properties::decimal(code, version).map(f64::from)),
        "digit" => number(ctype::digit(code).map(f64::from)),
        "numeric" => number(properties::numeric(code, version)),
        "decomposition" => non_empty(&properties::decomposition_text(code, version)),
        "name" => names::name(code, version),
        _ => panic!("unknown property {name}"),
    }
}

fn property(name: &str, code: u32) -> Option<String> {
    match name {
        "is_alpha" => flag(ctype::is_alpha(code)),
        "is_decimal" => flag(ctype::is_decimal(code)),
        "is_digit" => flag(ctype::is_digit(code)),
        "is_numeric" => flag(ctype::is_numeric(code)),
        "is_alnum" => flag(ctype::is_alnum(code)),
        "is_lower" => flag(ctype::is_lower(code)),
        "is_upper" => flag(ctype::is_upper(code)),
        "is_title" => flag(ctype::is_title(code)),
        "is_space" => flag(ctype::is_space(code)),
        "is_line_break" => flag(ctype::is_line_break(code)),
        "is_printable" => flag(ctype::is_printable(code)),
        "is_xid_start" => flag(ctype::is_xid_start(code)),
        "is_xid_continue" => flag(ctype::is_xid_continue(code)),
        // What the final sigma shows: a code point that is both is skipped, too.
        "is_case_ignorable" => flag(ctype::is_case_ignorable(code)),
        "title_after" => changed(code, |text| {
            let titled = case::title(&[b"1", text, b"a"].concat());
            let last = wtf8::code_points(&titled).next_back();
            wtf8::from_code_points(last)
        }),
        "lower" => changed(code, case::lower),
        "upper" => changed(code, case::upper),
        "title" => changed(code, case::title),
        "capitalize" => changed(code, case::capitalize),
        "swapcase" => changed(code, case::swap_case),
        "casefold" => changed(code, case::fold),
        "repr" => changed(code, |text| {
            let quoted = escape::str_repr(text);
            quoted[1..quoted.len() - 1].to_vec()
        }),
        _ => match name.strip_prefix("old_") {
            Some(name) => in_database(name, code, Version::V3_2),
            None => in_database(name, code, Version::Current),
        },
    }
}

/// CRC-32 (IEEE), to compare with `zlib.crc32`.
struct Crc([u32; 256], u32);

impl Crc {
    fn new() -> Crc {
        let table = std::array::from_fn(|byte| {
            (0..8).fold(byte as u32, |crc, _| {
                if crc & 1 == 1 {
                    crc >> 1 ^ 0xEDB8_8320
                } else {
                    crc >> 1
                }
            })
        });
        Crc(table, !0)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.1 = self.1 >> 8 ^ self.0[usize::from(self.1 as u8 ^ byte)];
        }
    }
}

fn summary(name: &str, dump: bool) -> String {
    let mut crc = Crc::new();
    let mut count = 0;
    for code in 0..LIMIT {
        if let Some(value) = property(name, code) {
            let line = format!("{code:04X} {value}\n");
            if dump {
                print!("{line}");
            }
            crc.write(line.as_bytes());
            count += 1;
        }
    }
    format!("{name} {count} {:08x}", !crc.1)
}

#[test]
fn every_property_equals_cpython() {
    if let Ok(name) = std::env::var("KRAIT_DUMP") {
        summary(&name, true);
        return;
    }
    let golden = include_str!("golden/properties.txt");
    let lines: Vec<&str> = golden
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let wrong = |lines: &[&str]| -> Vec<String> {
        let check = |line: &&str| {
            let ours = summary(line.split(' ').next().expect("name"), false);
            (ours != *line).then(|| format!("{ours} instead of {line}"))
        };
        lines.iter().filter_map(check).collect()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = lines.len().div_ceil(4 * threads);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let shares: Vec<_> = lines
            .chunks(share)
            .map(|share| scope.spawn(move || wrong(share)))
            .collect();
        shares
            .into_iter()
            .flat_map(|share| share.join().expect("no panic"))
            .collect()
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}
