//! Bytes of a source file to text: byte order mark, coding cookie (PEP 263), null bytes.

use encoding_rs::Encoding;

use crate::error::{ErrorKind, SyntaxError};

/// Where the bytes come from; CPython words some errors differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// Bytes given to `compile()`, `exec()` or the import system.
    Buffer,
    /// A script that is run by its file name.
    File(&'a str),
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Decodes a source file. The text has no byte order mark any more.
pub fn decode(bytes: &[u8], origin: Origin<'_>) -> Result<String, SyntaxError> {
    let (body, has_bom) = match bytes.strip_prefix(BOM) {
        Some(body) => (body, true),
        None => (bytes, false),
    };
    let cookie = cookie(body);
    if let Some(nul) = body.iter().position(|&b| b == 0) {
        // A file is read line by line: what does not decode before the null byte comes first.
        let first = match (origin, &cookie) {
            (Origin::File(_), None) => decode_utf8(&body[..nul], origin, has_bom).err(),
            _ => None,
        };
        return Err(first.unwrap_or_else(|| null_bytes(body, nul, origin)));
    }
    match cookie {
        None => decode_utf8(body, origin, has_bom),
        Some(Cookie { name, end }) => {
            // The codec of a file reads on behind the line with the cookie.
            let start = match origin {
                Origin::Buffer => 0,
                Origin::File(_) => end,
            };
            let normal = normalize(name);
            if let Some(other) = has_bom.then(|| not_utf8(name, &normal)).flatten() {
                return Err(bom_conflict(body, &other));
            }
            match normal.as_str() {
                "utf-8" if name.to_ascii_lowercase().starts_with("utf-8") => {
                    decode_utf8(body, origin, true)
                }
                "utf-8" => decode_codec_utf8(body, start),
                "iso-8859-1" => Ok(body.iter().map(|&b| char::from(b)).collect()),
                "ascii" => decode_ascii(body, start),
                other => decode_other(body, name, other, start),
            }
        }
    }
}

/// An encoding that a source file declares and [`decode`] does not know: codecs of Python may.
pub struct ForeignCodec<'a> {
    pub name: &'a str,
    /// What the codec does not see: the lines up to the declaration, if it is a file.
    pub head: &'a [u8],
    pub body: &'a [u8],
}

/// The codec that `bytes` need, if that is why [`decode`] refused them.
pub fn foreign_codec<'a>(bytes: &'a [u8], origin: Origin<'_>) -> Option<ForeignCodec<'a>> {
    let Cookie { name, end } = cookie(bytes)?;
    let normal = normalize(name);
    let known = ["utf-8", "iso-8859-1", "ascii"].contains(&normal.as_str());
    if known || bytes.starts_with(BOM) || bytes.contains(&0) || web_encoding(&normal).is_some() {
        return None;
    }
    let start = match origin {
        Origin::Buffer => 0,
        Origin::File(_) => end,
    };
    let (head, body) = bytes.split_at(start);
    Some(ForeignCodec { name, head, body })
}

/// A declaration of the encoding.
struct Cookie<'a> {
    name: &'a str,
    /// Where its line ends.
    end: usize,
}

/// The coding cookie, if the first or second line has one.
fn cookie(bytes: &[u8]) -> Option<Cookie<'_>> {
    let mut lines = bytes.split(|&b| b == b'\n');
    let first = lines.next()?;
    if let Some(name) = cookie_in_line(first) {
        let end = first.len();
        return Some(Cookie { name, end });
    }
    // A second line counts only after a line of white space and comments.
    let blank = first
        .iter()
        .find(|b| !matches!(b, b' ' | b'\t' | 0x0C | b'\r'));
    if matches!(blank, None | Some(b'#')) {
        let second = lines.next()?;
        let name = cookie_in_line(second)?;
        let end = first.len() + 1 + second.len();
        return Some(Cookie { name, end });
    }
    None
}

fn cookie_in_line(line: &[u8]) -> Option<&str> {
    let start = line
        .iter()
        .position(|b| !matches!(b, b' ' | b'\t' | 0x0C))?;
    if line[start] != b'#' {
        return None;
    }
    let comment = &line[start..];
    (0..comment.len()).find_map(|at| {
        let rest = comment[at..].strip_prefix(b"coding")?;
        let (sep, rest) = rest.split_first()?;
        if !matches!(sep, b':' | b'=') {
            return None;
        }
        let skip = rest
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let rest = &rest[skip..];
        let len = rest
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            .count();
        (len > 0).then(|| std::str::from_utf8(&rest[..len]).unwrap_or_default())
    })
}

/// The name as CPython shows it if it is not one that may follow a byte order mark: of the names of
/// UTF-8, those that its tokenizer knows.
fn not_utf8(name: &str, normal: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    let is_known = lower == "utf-8" || lower.starts_with("utf-8-");
    match normal {
        "utf-8" if is_known => None,
        "utf-8" => Some(name.to_owned()),
        _ => Some(normal.to_owned()),
    }
}

/// The names that need no codec look-up, under one spelling each.
fn normalize(name: &str) -> String {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    let is =
        |base: &str| lower == base || lower.strip_prefix(base).is_some_and(|r| r.starts_with('-'));
    if is("utf-8") || lower == "utf8" || lower == "u8" || lower == "cp65001" {
        return "utf-8".to_owned();
    }
    if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        return "iso-8859-1".to_owned();
    }
    match lower.as_str() {
        "latin1" | "l1" | "latin" | "iso8859-1" | "8859" | "cp819" => "iso-8859-1".to_owned(),
        "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" => "ascii".to_owned(),
        _ => lower,
    }
}

fn decode_utf8(body: &[u8], origin: Origin<'_>, declared: bool) -> Result<String, SyntaxError> {
    let error = match std::str::from_utf8(body) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let line_start = body[..at]
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |p| p + 1);
    let line_end = body[at..]
        .iter()
        .position(|&b| b == b'\n')
        .map_or(body.len(), |p| at + p);
    let lineno = body[..at].iter().filter(|&&b| b == b'\n').count() as u32 + 1;
    let before = String::from_utf8_lossy(&body[line_start..at]);
    let byte = body[at];
    let (msg, offset) = match origin {
        Origin::File(_) if declared => {
            let text = codec_message("utf-8", byte, at - line_start, utf8_reason(byte, &error));
            (format!("(unicode error) {text}"), 0)
        }
        _ => {
            let place = match origin {
                Origin::Buffer => String::new(),
                Origin::File(name) => format!(" in file {name}"),
            };
            let text = format!(
                "Non-UTF-8 code starting with '\\x{byte:02x}'{place} on line {lineno}, but no \
                 encoding declared; see https://peps.python.org/pep-0263/ for details"
            );
            (text, before.chars().count() as i32 + 1)
        }
    };
    Err(SyntaxError {
        kind: ErrorKind::Syntax,
        msg,
        located: true,
        lineno,
        offset,
        end_lineno: Some(lineno),
        end_offset: Some(offset),
        text: Some(String::from_utf8_lossy(&body[line_start..line_end]).into_owned()),
        warnings: Vec::new(),
        last_statement: (0, 0),
    })
}

fn utf8_reason(byte: u8, error: &std::str::Utf8Error) -> &'static str {
    match (byte, error.error_len()) {
        (_, None) => "unexpected end of data",
        (0x80..=0xC1 | 0xF5..=0xFF, _) => "invalid start byte",
        _ => "invalid continuation byte",
    }
}

/// `utf8` without the dash goes through the codec, which words its errors in its own way. This and the
/// other codecs count positions from `start`.
fn decode_codec_utf8(body: &[u8], start: usize) -> Result<String, SyntaxError> {
    std::str::from_utf8(body)
        .map(str::to_owned)
        .map_err(|error| {
            let at = error.valid_up_to();
            let reason = utf8_reason(body[at], &error);
            codec_error("utf-8", body[at], at.saturating_sub(start), reason)
        })
}

fn decode_ascii(body: &[u8], start: usize) -> Result<String, SyntaxError> {
    match body.iter().position(|b| !b.is_ascii()) {
        None => Ok(String::from_utf8_lossy(body).into_owned()),
        Some(at) => Err(codec_error(
            "ascii",
            body[at],
            at.saturating_sub(start),
            "ordinal not in range(128)",
        )),
    }
}

/// Other 8-bit and multi-byte encodings. Python's names are not quite the web's, so only those are
/// looked up that mean the same in both worlds.
fn decode_other(
    body: &[u8],
    name: &str,
    normal: &str,
    start: usize,
) -> Result<String, SyntaxError> {
    let Some(encoding) = web_encoding(normal) else {
        return Err(unplaced(format!("unknown encoding: {name}")));
    };
    let undefined = undefined_in(encoding, body);
    if undefined.is_none()
        && let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(body)
    {
        return Ok(text.into_owned());
    }
    let at = undefined.unwrap_or_else(|| first_malformed(encoding, body));
    let (codec, reason) = if encoding.is_single_byte() {
        ("charmap", "character maps to <undefined>")
    } else {
        (normal, "illegal multibyte sequence")
    };
    Err(codec_error(
        codec,
        body[at],
        at.saturating_sub(start),
        reason,
    ))
}

/// The first byte that Windows's code pages leave undefined, where the web has control characters.
fn undefined_in(encoding: &'static Encoding, body: &[u8]) -> Option<usize> {
    if !encoding.is_single_byte() || !encoding.name().starts_with("windows-") {
        return None;
    }
    (0..body.len()).find(|&at| {
        let byte = &body[at..=at];
        byte[0] >= 0x80
            && encoding
                .decode_without_bom_handling_and_without_replacement(byte)
                .is_none_or(|text| text.starts_with(|c| matches!(c, '\u{80}'..='\u{9f}')))
    })
}

fn first_malformed(encoding: &'static Encoding, body: &[u8]) -> usize {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = String::with_capacity(body.len() * 3 + 16);
    let (result, read) = decoder.decode_to_string_without_replacement(body, &mut out, true);
    match result {
        encoding_rs::DecoderResult::Malformed(bad, after) => {
            read.saturating_sub(usize::from(bad) + usize::from(after))
        }
        _ => 0,
    }
}

fn web_encoding(normal: &str) -> Option<&'static Encoding> {
    Encoding::for_label(web_label(normal)?.as_bytes())
}

fn web_label(normal: &str) -> Option<String> {
    let plain = normal.replace('-', "");
    if let Some(page) = plain.strip_prefix("cp").or(plain.strip_prefix("windows")) {
        return match page {
            "1250" | "1251" | "1252" | "1253" | "1254" | "1255" | "1256" | "1257" | "1258" => {
                Some(format!("windows-{page}"))
            }
            "866" => Some("ibm866".to_owned()),
            "874" => Some("windows-874".to_owned()),
            "932" => Some("shift_jis".to_owned()),
            "936" => Some("gbk".to_owned()),
            "949" => Some("euc-kr".to_owned()),
            "950" => Some("big5".to_owned()),
            _ => None,
        };
    }
    if let Some(part) = plain.strip_prefix("iso8859") {
        return matches!(part.parse(), Ok(2..=8u8 | 10 | 13..=16))
            .then(|| format!("iso-8859-{part}"));
    }
    Some(
        match plain.as_str() {
            "latin2" => "iso-8859-2",
            "latin3" => "iso-8859-3",
            "latin4" => "iso-8859-4",
            "latin9" => "iso-8859-15",
            "koi8r" => "koi8-r",
            "koi8u" => "koi8-u",
            "macroman" | "macintosh" => "macintosh",
            "maccyrillic" => "x-mac-cyrillic",
            "shiftjis" | "sjis" | "ms932" | "mskanji" | "windows31j" => "shift_jis",
            "eucjp" | "ujis" => "euc-jp",
            "iso2022jp" => "iso-2022-jp",
            "euckr" | "korean" | "ksc5601" | "uhc" | "ms949" => "euc-kr",
            "gbk" | "gb2312" | "euccn" | "chinese" | "ms936" => "gbk",
            "gb18030" => "gb18030",
            "big5" | "big5tw" => "big5",
            "big5hkscs" => "big5-hkscs",
            _ => return None,
        }
        .to_owned(),
    )
}

/// A codec's error: CPython reports it at line 0.
fn codec_error(codec: &str, byte: u8, at: usize, reason: &str) -> SyntaxError {
    unplaced(codec_message(codec, byte, at, reason))
}

fn codec_message(codec: &str, byte: u8, at: usize, reason: &str) -> String {
    format!("'{codec}' codec can't decode byte 0x{byte:02x} in position {at}: {reason}")
}

fn unplaced(msg: String) -> SyntaxError {
    SyntaxError {
        located: true,
        lineno: 0,
        offset: -1,
        ..SyntaxError::unlocated(ErrorKind::Syntax, msg)
    }
}

fn bom_conflict(body: &[u8], encoding: &str) -> SyntaxError {
    let line = body.split(|&b| b == b'\n').next().unwrap_or_default();
    let text = String::from_utf8_lossy(line).into_owned();
    SyntaxError {
        kind: ErrorKind::Syntax,
        msg: format!("encoding problem: {encoding} with BOM"),
        located: true,
        lineno: 1,
        offset: 0,
        end_lineno: Some(1),
        end_offset: Some(text.chars().count() as i32),
        text: Some(text),
        warnings: Vec::new(),
        last_statement: (0, 0),
    }
}

fn null_bytes(bytes: &[u8], nul: usize, origin: Origin<'_>) -> SyntaxError {
    if origin == Origin::Buffer {
        let msg = "source code string cannot contain null bytes";
        return SyntaxError::unlocated(ErrorKind::Syntax, msg);
    }
    let before = &bytes[..nul];
    let line_start = before
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |p| p + 1);
    let lineno = before.iter().filter(|&&b| b == b'\n').count() as u32 + 1;
    let text = String::from_utf8_lossy(&before[line_start..]).into_owned();
    SyntaxError {
        kind: ErrorKind::Syntax,
        msg: "source code cannot contain null bytes".to_owned(),
        located: true,
        lineno,
        offset: 0,
        end_lineno: Some(lineno),
        end_offset: Some(0),
        text: Some(text),
        warnings: Vec::new(),
        last_statement: (0, 0),
    }
}
