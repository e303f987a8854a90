//! Format strings, compiled.

use krait_runtime::types::bytes::Bytes;

use super::error;
use crate::prelude::*;

/// One run of equal items.
#[derive(Clone, Copy)]
pub struct Item {
    pub letter: u8,
    /// Bytes of one item; of the whole string for `s` and `p`.
    pub size: usize,
    pub repeat: usize,
    pub offset: usize,
}

/// A compiled format.
#[derive(Trace)]
pub struct Codes {
    /// The format as a str.
    pub format: Slot,
    #[trace(skip)]
    pub items: Vec<Item>,
    pub size: usize,
    /// How many values it takes.
    pub count: usize,
    pub little: bool,
}
impl Native for Codes {
    const PY_NAME: &'static str = "_struct._Codes";
}

static CODES: TypeSpec = TypeSpec {
    name: "_Codes",
    module: "_struct",
    layout: Layout::native::<Codes>(),
    flags: flags::NO_INSTANTIATION,
    ..TypeSpec::DEFAULT
};

/// Size and alignment of a letter; `None` if it is not known in this mode.
fn measure(letter: u8, native: bool) -> Option<(usize, usize)> {
    Some(match letter {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => (1, 1),
        b'h' | b'H' | b'e' => (2, 2),
        b'i' | b'I' | b'f' => (4, 4),
        b'l' | b'L' if native => (8, 8),
        b'l' | b'L' => (4, 4),
        b'q' | b'Q' | b'd' => (8, 8),
        b'n' | b'N' | b'P' if native => (8, 8),
        b'F' => (8, 4),
        b'D' => (16, 8),
        _ => return None,
    })
}

/// The text of a format argument.
fn text(cx: &mut Cx, format: Value) -> PyResult<Vec<u8>> {
    if let Some(s) = Gc::<Str>::from_value(format) {
        if !s.is_ascii() {
            let encoded = cx.encode(s, Some("ascii"), None)?;
            return Ok(
                Gc::<Bytes>::from_value(encoded).map_or_else(Vec::new, |b| b.as_bytes().to_vec())
            );
        }
        return Ok(s.as_bytes().to_vec());
    }
    if let Some(b) = Gc::<Bytes>::from_value(format) {
        return Ok(b.as_bytes().to_vec());
    }
    let name = cx.type_name(format);
    Err(cx.type_error(format!(
        "Struct() argument 1 must be a str or bytes object, not {name}"
    )))
}

struct Parsed {
    items: Vec<Item>,
    size: usize,
    count: usize,
    little: bool,
}

const TOO_LONG: &str = "total struct size too long";

fn parse(text: &[u8]) -> Result<Parsed, &'static str> {
    let (native, little, rest) = match text.first() {
        Some(b'@') => (true, cfg!(target_endian = "little"), &text[1..]),
        Some(b'=') => (false, cfg!(target_endian = "little"), &text[1..]),
        Some(b'<') => (false, true, &text[1..]),
        Some(b'>' | b'!') => (false, false, &text[1..]),
        _ => (true, cfg!(target_endian = "little"), text),
    };
    let mut parsed = Parsed {
        items: Vec::new(),
        size: 0,
        count: 0,
        little,
    };
    let mut rest = rest.iter().copied().peekable();
    while let Some(c) = rest.next() {
        if c.is_ascii_whitespace() || c == 0x0b {
            continue;
        }
        let (mut letter, mut repeat) = (c, 1usize);
        if c.is_ascii_digit() {
            repeat = (c - b'0') as usize;
            while let Some(d) = rest.next_if(u8::is_ascii_digit) {
                repeat = repeat
                    .checked_mul(10)
                    .and_then(|n| n.checked_add((d - b'0') as usize))
                    .filter(|&n| n <= isize::MAX as usize)
                    .ok_or(TOO_LONG)?;
            }
            letter = rest
                .next()
                .ok_or("repeat count given without format specifier")?;
        }
        let (size, align) = measure(letter, native).ok_or("bad char in struct format")?;
        if native {
            parsed.size = parsed
                .size
                .checked_next_multiple_of(align)
                .ok_or(TOO_LONG)?;
        }
        let total = size.checked_mul(repeat).ok_or(TOO_LONG)?;
        let item = match letter {
            b's' | b'p' => Item {
                letter,
                size: repeat,
                repeat: 1,
                offset: parsed.size,
            },
            _ => Item {
                letter,
                size,
                repeat,
                offset: parsed.size,
            },
        };
        parsed.size = parsed
            .size
            .checked_add(total)
            .filter(|&n| n <= isize::MAX as usize)
            .ok_or(TOO_LONG)?;
        if letter != b'x' && item.repeat != 0 {
            parsed.count += item.repeat;
            parsed.items.push(item);
        }
    }
    Ok(parsed)
}

pub fn compile(cx: &mut Cx, format: Value) -> PyResult<Obj<Codes>> {
    let bytes = text(cx, format)?;
    let parsed = match parse(&bytes) {
        Ok(p) => p,
        Err(_) if bytes.contains(&0) => return Err(error(cx, "embedded null character")),
        Err(message) => return Err(error(cx, message)),
    };
    let shown = Str::from_wtf8(cx, &bytes)?;
    let class = cx.native_type(&CODES)?;
    let codes = Codes {
        format: slot(shown.value()),
        items: parsed.items,
        size: parsed.size,
        count: parsed.count,
        little: parsed.little,
    };
    Ok(NativeObj::alloc(cx, class, codes))
}
