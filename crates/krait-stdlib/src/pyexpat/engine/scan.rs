//! Finding where tokens end. Scanners keep no state: a token that the input does not hold completely is scanned again
//! when there is more.

use crate::pyexpat::engine::chars::{self, BAD, CLASS, NAME, NAME_START, is_space};

/// Why there is no token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// There is no input.
    None,
    /// The input ends in the token.
    Partial,
    /// The input ends in a character.
    PartialChar,
    /// The byte at this position cannot be there.
    Invalid(usize),
}

pub type Scan<T> = Result<T, Stop>;

/// A token of an element's content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Content {
    StartTag,
    EmptyElement,
    EndTag,
    CharRef,
    EntityRef,
    XmlDecl,
    /// A line end, however it is written.
    Newline,
    CdataOpen,
    Data,
    Pi,
    Comment,
    /// The input ends with a carriage return.
    TrailingCr,
    /// The input ends with what may become `]]>`.
    TrailingBrackets,
}

/// A range of the input.
pub type Span = (usize, usize);

/// An attribute in a start tag.
#[derive(Clone, Copy)]
pub struct RawAttr {
    pub name: Span,
    pub value: Span,
    /// The value has no reference and no white space but blanks.
    pub plain: bool,
}

/// The character at `at`, which is not ASCII, and its length.
pub fn multibyte(s: &[u8], at: usize) -> Scan<(u32, usize)> {
    let n = match s[at] {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return Err(Stop::Invalid(at)),
    };
    let Some(bytes) = s.get(at..at + n) else {
        return Err(Stop::PartialChar);
    };
    let c = std::str::from_utf8(bytes)
        .ok()
        .and_then(|t| t.chars().next());
    match c.map(u32::from) {
        Some(c) if chars::is_char(c) => Ok((c, n)),
        _ => Err(Stop::Invalid(at)),
    }
}

/// A place in the input.
pub struct Cursor<'a> {
    pub s: &'a [u8],
    pub at: usize,
    /// Colons part names.
    pub ns: bool,
}

impl<'a> Cursor<'a> {
    pub fn new(s: &'a [u8], at: usize, ns: bool) -> Cursor<'a> {
        Cursor { s, at, ns }
    }

    /// The next byte; there must be one for the token to be complete.
    pub fn peek(&self) -> Scan<u8> {
        self.s.get(self.at).copied().ok_or(Stop::Partial)
    }

    pub fn invalid<T>(&self) -> Scan<T> {
        Err(Stop::Invalid(self.at))
    }

    /// Passes `b`.
    pub fn expect(&mut self, b: u8) -> Scan<()> {
        if self.peek()? != b {
            return self.invalid();
        }
        self.at += 1;
        Ok(())
    }

    /// Passes a character that may begin a name, if there is one here.
    pub fn name_start(&mut self) -> Scan<bool> {
        let b = self.peek()?;
        if b < 0x80 {
            let ok = CLASS[b as usize] & NAME_START != 0 && !(self.ns && b == b':');
            self.at += usize::from(ok);
            return Ok(ok);
        }
        let (c, n) = multibyte(self.s, self.at)?;
        let ok = chars::is_name_start(c);
        self.at += if ok { n } else { 0 };
        Ok(ok)
    }

    /// Passes the characters of a name. `Partial` if they end with the input.
    pub fn name_chars(&mut self) -> Scan<()> {
        loop {
            let b = self.peek()?;
            if b < 0x80 {
                if CLASS[b as usize] & NAME == 0 || (self.ns && b == b':') {
                    return Ok(());
                }
                self.at += 1;
            } else {
                let (c, n) = multibyte(self.s, self.at)?;
                if !chars::is_name_char(c) {
                    return self.invalid();
                }
                self.at += n;
            }
        }
    }

    /// Passes a name, in which one colon may stand where colons part names.
    fn qualified_name(&mut self) -> Scan<()> {
        if !self.name_start()? {
            return self.invalid();
        }
        self.name_chars()?;
        if self.ns && self.peek()? == b':' {
            self.at += 1;
            if !self.name_start()? {
                return self.invalid();
            }
            self.name_chars()?;
        }
        Ok(())
    }

    /// Passes a name as end tags have it: colons are checked by the comparison with the start tag.
    fn loose_name(&mut self) -> Scan<()> {
        if !self.name_start()? {
            return self.invalid();
        }
        self.ns = false;
        self.name_chars()
    }

    /// Passes any character that XML allows.
    pub fn any_char(&mut self) -> Scan<()> {
        let b = self.peek()?;
        if b >= 0x80 {
            self.at += multibyte(self.s, self.at)?.1;
        } else if CLASS[b as usize] & BAD != 0 {
            return self.invalid();
        } else {
            self.at += 1;
        }
        Ok(())
    }

    pub fn spaces(&mut self) -> Scan<()> {
        while is_space(self.peek()?) {
            self.at += 1;
        }
        Ok(())
    }

    /// A comment, from behind `<!-`.
    pub fn comment(&mut self) -> Scan<()> {
        self.expect(b'-')?;
        loop {
            if self.peek()? != b'-' {
                self.any_char()?;
                continue;
            }
            self.at += 1;
            if self.peek()? == b'-' {
                self.at += 1;
                return self.expect(b'>');
            }
        }
    }

    /// A processing instruction, from behind `<?`. Whether it is an XML declaration.
    pub fn pi(&mut self) -> Scan<bool> {
        let start = self.at;
        self.ns = false;
        if !self.name_start()? {
            return self.invalid();
        }
        self.name_chars()?;
        let target = &self.s[start..self.at];
        let next = self.peek()?;
        if !is_space(next) && next != b'?' {
            return self.invalid();
        }
        let is_xml = target.eq_ignore_ascii_case(b"xml");
        if is_xml && target != b"xml" {
            return self.invalid();
        }
        if next == b'?' {
            self.at += 1;
            self.expect(b'>')?;
            return Ok(is_xml);
        }
        loop {
            if self.peek()? != b'?' {
                self.any_char()?;
                continue;
            }
            self.at += 1;
            if self.peek()? == b'>' {
                self.at += 1;
                return Ok(is_xml);
            }
        }
    }

    /// A reference, from behind `&`. Whether it is one to a character.
    fn reference(&mut self) -> Scan<bool> {
        let is_char = self.peek()? == b'#';
        if is_char {
            self.at += 1;
            let hex = self.peek()? == b'x';
            self.at += usize::from(hex);
            let is_digit = |b: u8| {
                if hex {
                    b.is_ascii_hexdigit()
                } else {
                    b.is_ascii_digit()
                }
            };
            if !is_digit(self.peek()?) {
                return self.invalid();
            }
            while is_digit(self.peek()?) {
                self.at += 1;
            }
        } else {
            if !self.name_start()? {
                return self.invalid();
            }
            self.name_chars()?;
        }
        self.expect(b';')?;
        Ok(is_char)
    }

    /// The value of an attribute, from its quote on. Its range, and whether it is plain.
    fn attribute_value(&mut self) -> Scan<(Span, bool)> {
        let quote = self.peek()?;
        if quote != b'"' && quote != b'\'' {
            return self.invalid();
        }
        self.at += 1;
        let start = self.at;
        let mut plain = true;
        loop {
            while self.at < self.s.len() && CLASS[self.s[self.at] as usize] & chars::VALUE != 0 {
                self.at += 1;
            }
            match self.peek()? {
                b if b == quote => break,
                b'&' => {
                    plain = false;
                    self.at += 1;
                    self.reference()?;
                }
                b'<' => return self.invalid(),
                b'\t' | b'\n' | b'\r' => {
                    plain = false;
                    self.at += 1;
                }
                _ => self.any_char()?,
            }
        }
        self.at += 1;
        Ok(((start, self.at - 1), plain))
    }

    /// A start tag, from behind `<`.
    fn start_tag(&mut self, attrs: &mut Vec<RawAttr>) -> Scan<Content> {
        self.qualified_name()?;
        // An attribute may begin after white space only.
        loop {
            let spaced = is_space(self.peek()?);
            self.spaces()?;
            match self.peek()? {
                b'>' => {
                    self.at += 1;
                    return Ok(Content::StartTag);
                }
                b'/' => {
                    self.at += 1;
                    self.expect(b'>')?;
                    return Ok(Content::EmptyElement);
                }
                _ if !spaced => return self.invalid(),
                _ => {}
            }
            let start = self.at;
            self.qualified_name()?;
            let name = (start, self.at);
            self.spaces()?;
            self.expect(b'=')?;
            self.spaces()?;
            let (value, plain) = self.attribute_value()?;
            attrs.push(RawAttr { name, value, plain });
        }
    }

    fn end_tag(&mut self) -> Scan<Content> {
        self.loose_name()?;
        self.spaces()?;
        self.expect(b'>')?;
        Ok(Content::EndTag)
    }

    fn markup(&mut self, attrs: &mut Vec<RawAttr>) -> Scan<Content> {
        self.at += 1;
        match self.peek()? {
            b'/' => {
                self.at += 1;
                self.end_tag()
            }
            b'!' => {
                self.at += 1;
                match self.peek()? {
                    b'-' => {
                        self.at += 1;
                        self.comment()?;
                        Ok(Content::Comment)
                    }
                    b'[' => {
                        self.at += 1;
                        if self.s.len() - self.at < 6 {
                            return Err(Stop::Partial);
                        }
                        b"CDATA[".iter().try_for_each(|&b| self.expect(b))?;
                        Ok(Content::CdataOpen)
                    }
                    _ => self.invalid(),
                }
            }
            b'?' => {
                self.at += 1;
                let is_xml = self.pi()?;
                Ok(if is_xml {
                    Content::XmlDecl
                } else {
                    Content::Pi
                })
            }
            _ => self.start_tag(attrs),
        }
    }

    /// Passes character data up to the next thing that is something else. A `]]>` in it is wrong.
    fn data(&mut self) -> Scan<Content> {
        let start = self.at;
        loop {
            while self.at < self.s.len() && CLASS[self.s[self.at] as usize] & chars::DATA != 0 {
                self.at += 1;
            }
            let Some(&b) = self.s.get(self.at) else {
                return Ok(Content::Data);
            };
            let first = self.at == start;
            match b {
                0x80.. => match multibyte(self.s, self.at) {
                    Ok((_, n)) => self.at += n,
                    Err(stop) if first => return Err(stop),
                    Err(_) => return Ok(Content::Data),
                },
                b']' => match self.s.get(self.at + 1..) {
                    Some(&[b']', b'>', ..]) => return Err(Stop::Invalid(self.at + 2)),
                    Some(&[] | &[b']']) if first => {
                        self.at = self.s.len();
                        return Ok(Content::TrailingBrackets);
                    }
                    Some(&[] | &[b']']) => return Ok(Content::Data),
                    _ => self.at += 1,
                },
                _ if first => return self.invalid(),
                _ => return Ok(Content::Data),
            }
        }
    }
}

/// The token of an element's content at `at`, and where it ends. The attributes of a start tag go to `attrs`.
pub fn content(s: &[u8], at: usize, ns: bool, attrs: &mut Vec<RawAttr>) -> Scan<(Content, usize)> {
    let mut c = Cursor::new(s, at, ns);
    let token = match s.get(at) {
        None => return Err(Stop::None),
        Some(b'<') => c.markup(attrs)?,
        Some(b'&') => {
            c.at += 1;
            let is_char = c.reference()?;
            if is_char {
                Content::CharRef
            } else {
                Content::EntityRef
            }
        }
        Some(b'\n') => {
            c.at += 1;
            Content::Newline
        }
        Some(b'\r') => {
            c.at += 1;
            match s.get(c.at) {
                None => Content::TrailingCr,
                Some(&b) => {
                    c.at += usize::from(b == b'\n');
                    Content::Newline
                }
            }
        }
        Some(_) => c.data()?,
    };
    Ok((token, c.at))
}

/// A token in a CDATA section.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cdata {
    Close,
    Newline,
    Data,
}

/// The token of a CDATA section at `at`, and where it ends.
pub fn cdata(s: &[u8], at: usize) -> Scan<(Cdata, usize)> {
    let mut c = Cursor::new(s, at, false);
    match s.get(at) {
        None => return Err(Stop::None),
        Some(b'\n') => return Ok((Cdata::Newline, at + 1)),
        Some(b'\r') => {
            c.at += 1;
            c.at += usize::from(c.peek()? == b'\n');
            return Ok((Cdata::Newline, c.at));
        }
        Some(b']') => {
            c.at += 1;
            if c.peek()? == b']' {
                c.at += 1;
                if c.peek()? == b'>' {
                    return Ok((Cdata::Close, c.at + 1));
                }
                c.at -= 1;
            }
        }
        Some(_) => c.any_char()?,
    }
    // What follows in the same piece, up to something that needs a look of its own.
    loop {
        match s.get(c.at) {
            None | Some(b']' | b'\r' | b'\n') => break,
            Some(_) if c.any_char().is_err() => break,
            Some(_) => {}
        }
    }
    Ok((Cdata::Data, c.at))
}

/// A token in the value of an attribute or an entity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InValue {
    CharRef,
    EntityRef,
    ParamEntityRef,
    /// A line end or a tabulator.
    Space,
    Data,
}

/// The token of an attribute's value at `at`, and where it ends.
pub fn attribute_value(s: &[u8], at: usize, ns: bool) -> Scan<(InValue, usize)> {
    let special = |b: u8| matches!(b, b'&' | b'<' | b' ' | b'\t' | b'\r' | b'\n');
    match s.get(at) {
        None => Err(Stop::None),
        Some(b'&') => reference_in_value(s, at, ns),
        Some(b'<') => Err(Stop::Invalid(at)),
        Some(b' ' | b'\t' | b'\n' | b'\r') => Ok((InValue::Space, line_end(s, at))),
        Some(_) => Ok((InValue::Data, until(s, at, special))),
    }
}

/// The token of an entity's value at `at`, and where it ends.
pub fn entity_value(s: &[u8], at: usize, ns: bool) -> Scan<(InValue, usize)> {
    let special = |b: u8| matches!(b, b'&' | b'%' | b'\r' | b'\n');
    match s.get(at) {
        None => Err(Stop::None),
        Some(b'&') => reference_in_value(s, at, ns),
        Some(b'%') => {
            let mut c = Cursor::new(s, at + 1, ns);
            if !c.name_start()? {
                return c.invalid();
            }
            c.name_chars()?;
            c.expect(b';')?;
            Ok((InValue::ParamEntityRef, c.at))
        }
        Some(b'\n' | b'\r') => Ok((InValue::Space, line_end(s, at))),
        Some(_) => Ok((InValue::Data, until(s, at, special))),
    }
}

fn reference_in_value(s: &[u8], at: usize, ns: bool) -> Scan<(InValue, usize)> {
    let mut c = Cursor::new(s, at + 1, ns);
    let is_char = c.reference()?;
    let token = if is_char {
        InValue::CharRef
    } else {
        InValue::EntityRef
    };
    Ok((token, c.at))
}

/// The end of the white space character at `at`: CR and LF are one.
fn line_end(s: &[u8], at: usize) -> usize {
    at + if s[at..].starts_with(b"\r\n") { 2 } else { 1 }
}

fn until(s: &[u8], at: usize, special: impl Fn(u8) -> bool) -> usize {
    let n = s[at..].iter().position(|&b| special(b));
    n.map_or(s.len(), |n| at + n)
}

/// The character that a reference such as `&#65;` or `&#x41;` names.
pub fn char_ref(token: &[u8]) -> Option<char> {
    let digits = &token[2..token.len() - 1];
    let (digits, radix) = match digits {
        [b'x', hex @ ..] => (hex, 16),
        _ => (digits, 10),
    };
    let mut n: u32 = 0;
    for &d in digits {
        n = n * radix + (d as char).to_digit(radix)?;
        if n > 0x10FFFF {
            return None;
        }
    }
    char::from_u32(n).filter(|&c| chars::is_char(c.into()))
}

/// The character that one of the five predefined entities stands for.
pub fn predefined(name: &[u8]) -> Option<u8> {
    match name {
        b"lt" => Some(b'<'),
        b"gt" => Some(b'>'),
        b"amp" => Some(b'&'),
        b"quot" => Some(b'"'),
        b"apos" => Some(b'\''),
        _ => None,
    }
}
