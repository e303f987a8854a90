//! XML and text declarations.

use std::sync::Arc;

use crate::pyexpat::engine::chars::is_space;
use crate::pyexpat::engine::event::Maybe;
use crate::pyexpat::engine::scan::Span;

/// What a declaration says.
#[derive(Default)]
pub struct XmlDecl {
    pub version: Maybe,
    pub encoding: Maybe,
    /// Where the encoding's name stands.
    pub encoding_at: usize,
    pub standalone: Option<bool>,
}

struct Reader<'a> {
    s: &'a [u8],
    at: usize,
}

/// `name="value"`: where both stand.
struct Pair {
    name: Span,
    value: Span,
}

impl Reader<'_> {
    fn byte(&self) -> u8 {
        self.s.get(self.at).copied().unwrap_or_default()
    }

    fn spaces(&mut self) {
        while is_space(self.byte()) {
            self.at += 1;
        }
    }

    /// The next pair, `None` at the end; `Err` is the position of what does not belong.
    fn pair(&mut self) -> Result<Option<Pair>, usize> {
        if self.at == self.s.len() {
            return Ok(None);
        }
        if !is_space(self.byte()) {
            return Err(self.at);
        }
        self.spaces();
        if self.at == self.s.len() {
            return Ok(None);
        }
        let start = self.at;
        while !matches!(self.byte(), 0x80..|0| b'=') && !is_space(self.byte()) {
            self.at += 1;
        }
        let name = (start, self.at);
        self.spaces();
        if self.byte() != b'=' || name.0 == name.1 {
            return Err(self.at);
        }
        self.at += 1;
        self.spaces();
        let quote = self.byte();
        if quote != b'"' && quote != b'\'' {
            return Err(self.at);
        }
        self.at += 1;
        let start = self.at;
        while self.byte() != quote {
            if !(self.byte().is_ascii_alphanumeric() || matches!(self.byte(), b'.' | b'-' | b'_')) {
                return Err(self.at);
            }
            self.at += 1;
        }
        self.at += 1;
        Ok(Some(Pair {
            name,
            value: (start, self.at - 1),
        }))
    }
}

/// Parses the declaration that is `s`, from `<?xml` to `?>`. `is_text`: of an external entity, where the encoding must be
/// named. `Err` is the position of what is wrong.
pub fn parse(s: &[u8], is_text: bool) -> Result<XmlDecl, usize> {
    let mut r = Reader {
        s: &s[..s.len() - 2],
        at: 5,
    };
    let text = |span: Span| -> Arc<str> { String::from_utf8_lossy(&s[span.0..span.1]).into() };
    let mut decl = XmlDecl::default();
    let mut next = r.pair()?;
    match &next {
        Some(p) if &s[p.name.0..p.name.1] == b"version" => {
            decl.version = Some(text(p.value));
            let at = r.at;
            next = r.pair()?;
            if next.is_none() {
                return if is_text { Err(at) } else { Ok(decl) };
            }
        }
        Some(p) if !is_text => return Err(p.name.0),
        None if !is_text => return Err(r.at),
        _ => {}
    }
    if let Some(p) = &next
        && &s[p.name.0..p.name.1] == b"encoding"
    {
        if !s[p.value.0].is_ascii_alphabetic() {
            return Err(p.value.0);
        }
        decl.encoding = Some(text(p.value));
        decl.encoding_at = p.value.0;
        next = r.pair()?;
    } else if is_text {
        return Err(next.map_or(r.at, |p| p.name.0));
    }
    let Some(p) = next else {
        return Ok(decl);
    };
    if &s[p.name.0..p.name.1] != b"standalone" || is_text {
        return Err(p.name.0);
    }
    decl.standalone = match &s[p.value.0..p.value.1] {
        b"yes" => Some(true),
        b"no" => Some(false),
        _ => return Err(p.value.0),
    };
    r.spaces();
    if r.at == r.s.len() {
        Ok(decl)
    } else {
        Err(r.at)
    }
}
