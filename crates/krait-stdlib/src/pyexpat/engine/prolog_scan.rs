//! Finding where tokens of prolog, document type declaration and epilog end.

use crate::pyexpat::engine::chars::{self, CLASS, NAME, NAME_START, is_space};
use crate::pyexpat::engine::scan::{Cursor, Scan, Stop, multibyte};

/// A token outside of elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tok {
    XmlDecl,
    Pi,
    Comment,
    Bom,
    Space,
    /// `<!NAME`
    DeclOpen,
    DeclClose,
    Name,
    NmToken,
    PrefixedName,
    /// `#NAME`
    PoundName,
    Or,
    Comma,
    Percent,
    OpenParen,
    CloseParen,
    CloseParenQuestion,
    CloseParenAsterisk,
    CloseParenPlus,
    OpenBracket,
    CloseBracket,
    Literal,
    ParamEntityRef,
    /// The `<` of a start tag.
    InstanceStart,
    NameQuestion,
    NameAsterisk,
    NamePlus,
    /// `<![`
    CondOpen,
    /// `]]>`
    CondClose,
    /// The end of a parameter entity.
    End,
}

/// A token with its end. `open`: it ends with the input, and could go on.
pub struct Token {
    pub tok: Tok,
    pub end: usize,
    pub open: bool,
}

fn whole(tok: Tok, end: usize) -> Scan<Token> {
    Ok(Token {
        tok,
        end,
        open: false,
    })
}

/// The token at `at`.
pub fn prolog(s: &[u8], at: usize, ns: bool) -> Scan<Token> {
    let Some(&first) = s.get(at) else {
        return Err(Stop::None);
    };
    let mut c = Cursor::new(s, at + 1, ns);
    match first {
        b'"' | b'\'' => literal(&mut c, first),
        b'<' => markup(&mut c),
        b' ' | b'\t' | b'\r' | b'\n' => Ok(space(s, at)),
        b'%' => percent(&mut c),
        b',' => whole(Tok::Comma, c.at),
        b'[' => whole(Tok::OpenBracket, c.at),
        b'|' => whole(Tok::Or, c.at),
        b'>' => whole(Tok::DeclClose, c.at),
        b'(' => whole(Tok::OpenParen, c.at),
        b']' => match s.get(c.at..) {
            Some([b']', b'>', ..]) => whole(Tok::CondClose, c.at + 2),
            Some([b']']) => Err(Stop::Partial),
            rest => Ok(Token {
                tok: Tok::CloseBracket,
                end: c.at,
                open: rest.is_none_or(<[u8]>::is_empty),
            }),
        },
        b')' => close_paren(&c),
        b'#' => pound_name(&mut c),
        _ => {
            c.at = at;
            name(&mut c)
        }
    }
}

fn space(s: &[u8], at: usize) -> Token {
    let n = s[at..].iter().position(|&b| !is_space(b));
    let mut end = n.map_or(s.len(), |n| at + n);
    // A carriage return at the end may be half of a line end.
    let open = end == s.len() && s[end - 1] == b'\r';
    if open && end - at > 1 {
        end -= 1;
        return Token {
            tok: Tok::Space,
            end,
            open: false,
        };
    }
    Token {
        tok: Tok::Space,
        end,
        open,
    }
}

fn literal(c: &mut Cursor<'_>, quote: u8) -> Scan<Token> {
    while c.peek()? != quote {
        c.any_char()?;
    }
    c.at += 1;
    match c.s.get(c.at) {
        None => Ok(Token {
            tok: Tok::Literal,
            end: c.at,
            open: true,
        }),
        Some(&b) if is_space(b) || matches!(b, b'>' | b'%' | b'[') => whole(Tok::Literal, c.at),
        Some(_) => c.invalid(),
    }
}

fn markup(c: &mut Cursor<'_>) -> Scan<Token> {
    match c.peek()? {
        b'!' => {
            c.at += 1;
            declaration(c)
        }
        b'?' => {
            c.at += 1;
            let tok = if c.pi()? { Tok::XmlDecl } else { Tok::Pi };
            whole(tok, c.at)
        }
        b => {
            let start = c.at - 1;
            // Whether the name is one is for the scanner of content to say.
            if b < 0x80 && (CLASS[b as usize] & NAME_START == 0 || (c.ns && b == b':')) {
                return c.invalid();
            }
            if b >= 0x80 && !matches!(b, 0xC0..=0xF4) {
                return c.invalid();
            }
            whole(Tok::InstanceStart, start)
        }
    }
}

fn declaration(c: &mut Cursor<'_>) -> Scan<Token> {
    match c.peek()? {
        b'-' => {
            c.at += 1;
            c.comment()?;
            return whole(Tok::Comment, c.at);
        }
        b'[' => return whole(Tok::CondOpen, c.at + 1),
        b if !(b.is_ascii_alphabetic() || b == b'_') => return c.invalid(),
        _ => c.at += 1,
    }
    loop {
        match c.peek()? {
            b'%' => {
                // `<!ENTITY% name` is not allowed.
                match c.s.get(c.at + 1) {
                    None => return Err(Stop::Partial),
                    Some(&b) if is_space(b) || b == b'%' => return c.invalid(),
                    Some(_) => return whole(Tok::DeclOpen, c.at),
                }
            }
            b if is_space(b) => return whole(Tok::DeclOpen, c.at),
            b if b.is_ascii_alphabetic() || b == b'_' => c.at += 1,
            _ => return c.invalid(),
        }
    }
}

fn percent(c: &mut Cursor<'_>) -> Scan<Token> {
    let b = c.peek()?;
    if is_space(b) || b == b'%' {
        return whole(Tok::Percent, c.at);
    }
    if !c.name_start()? {
        return c.invalid();
    }
    c.name_chars()?;
    c.expect(b';')?;
    whole(Tok::ParamEntityRef, c.at)
}

fn pound_name(c: &mut Cursor<'_>) -> Scan<Token> {
    if !c.name_start()? {
        return c.invalid();
    }
    match c.name_chars() {
        Err(Stop::Partial) => Ok(Token {
            tok: Tok::PoundName,
            end: c.at,
            open: true,
        }),
        Err(e) => Err(e),
        Ok(()) => match c.s[c.at] {
            b if is_space(b) || matches!(b, b')' | b'>' | b'%' | b'|') => {
                whole(Tok::PoundName, c.at)
            }
            _ => c.invalid(),
        },
    }
}

fn close_paren(c: &Cursor<'_>) -> Scan<Token> {
    match c.s.get(c.at) {
        None => Ok(Token {
            tok: Tok::CloseParen,
            end: c.at,
            open: true,
        }),
        Some(b'*') => whole(Tok::CloseParenAsterisk, c.at + 1),
        Some(b'?') => whole(Tok::CloseParenQuestion, c.at + 1),
        Some(b'+') => whole(Tok::CloseParenPlus, c.at + 1),
        Some(&b) if is_space(b) || matches!(b, b'>' | b',' | b'|' | b')') => {
            whole(Tok::CloseParen, c.at)
        }
        Some(_) => c.invalid(),
    }
}

/// A name or a name token, with a sign of repetition perhaps.
fn name(c: &mut Cursor<'_>) -> Scan<Token> {
    let (is_start, is_char, n) = name_char(c)?;
    let mut tok = match (is_start, is_char) {
        (true, _) => Tok::Name,
        (false, true) => Tok::NmToken,
        _ => return c.invalid(),
    };
    c.at += n;
    while let Some(&b) = c.s.get(c.at) {
        if c.ns && b == b':' {
            c.at += 1;
            tok = match tok {
                Tok::Name => {
                    c.peek()?;
                    match name_char(c)? {
                        (_, true, n) => {
                            c.at += n;
                            Tok::PrefixedName
                        }
                        _ => Tok::NmToken,
                    }
                }
                _ => Tok::NmToken,
            };
            continue;
        }
        let (_, is_char, n) = name_char(c)?;
        if is_char {
            c.at += n;
            continue;
        }
        if is_space(b) || matches!(b, b'>' | b')' | b',' | b'|' | b'[' | b'%') {
            return whole(tok, c.at);
        }
        let repeated = match b {
            b'+' => Tok::NamePlus,
            b'*' => Tok::NameAsterisk,
            b'?' => Tok::NameQuestion,
            _ => return c.invalid(),
        };
        if tok == Tok::NmToken {
            return c.invalid();
        }
        return whole(repeated, c.at + 1);
    }
    Ok(Token {
        tok,
        end: c.at,
        open: true,
    })
}

/// Whether the character here may begin a name, may stand in one, and its length.
fn name_char(c: &Cursor<'_>) -> Scan<(bool, bool, usize)> {
    let b = c.peek()?;
    if b < 0x80 {
        let class = CLASS[b as usize];
        let colon = c.ns && b == b':';
        return Ok((
            class & NAME_START != 0 && !colon,
            class & NAME != 0 && !colon,
            1,
        ));
    }
    let (code, n) = multibyte(c.s, c.at)?;
    let ok = chars::is_name_char(code);
    if !ok {
        return c.invalid();
    }
    Ok((chars::is_name_start(code), ok, n))
}

/// The end of an ignored section's next piece: behind the `]]>` that closes the section, or `Err`. `depth` counts the
/// sections in it.
pub fn ignored(s: &[u8], at: usize) -> Scan<usize> {
    let mut depth = 0usize;
    let mut c = Cursor::new(s, at, false);
    while c.at < s.len() {
        match &s[c.at..] {
            [b'<', b'!', b'[', ..] => {
                depth += 1;
                c.at += 3;
            }
            [b']', b']', b'>', ..] => {
                c.at += 3;
                if depth == 0 {
                    return Ok(c.at);
                }
                depth -= 1;
            }
            [b'<'] | [b'<', b'!'] | [b']'] | [b']', b']'] => return Err(Stop::Partial),
            _ => c.any_char()?,
        }
    }
    Err(Stop::Partial)
}
