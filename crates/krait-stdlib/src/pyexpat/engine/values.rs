//! The values of attributes: references are replaced, white space is normalised (XML 1.0, section 3.3.3).

use std::sync::Arc;

use crate::pyexpat::engine::account::Account;
use crate::pyexpat::engine::dtd::Dtd;
use crate::pyexpat::engine::error::Code;
use crate::pyexpat::engine::scan::{InValue, Span, Stop, attribute_value, char_ref, predefined};

/// What is wrong with a value, and where, if it is in the value itself.
pub struct Wrong {
    pub code: Code,
    pub at: Option<usize>,
}

impl From<Code> for Wrong {
    fn from(code: Code) -> Wrong {
        Wrong { code, at: None }
    }
}

/// What values depend on.
pub struct Values<'a> {
    pub dtd: Option<&'a mut Dtd>,
    pub account: &'a Account,
    pub ns: bool,
    /// An entity must be declared in the document.
    pub strict: bool,
}

/// An entity in expansion.
struct Frame {
    name: Arc<str>,
    text: Arc<[u8]>,
    at: usize,
}

impl Values<'_> {
    /// Appends the value that stands at `span` to `out`.
    pub fn normalize(
        &mut self,
        input: &[u8],
        span: Span,
        is_cdata: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), Wrong> {
        let mut frames = Vec::new();
        let result = self.run(&input[..span.1], span.0, is_cdata, out, &mut frames);
        if let Some(dtd) = self.dtd.as_deref_mut() {
            for f in frames {
                set_open(dtd, &f.name, false);
            }
        }
        result
    }

    fn run(
        &mut self,
        input: &[u8],
        from: usize,
        is_cdata: bool,
        out: &mut Vec<u8>,
        frames: &mut Vec<Frame>,
    ) -> Result<(), Wrong> {
        let start = out.len();
        let mut main = from;
        loop {
            let inner = frames.last().map(|f| (f.text.clone(), f.at));
            let is_main = inner.is_none();
            let (text, at) = match &inner {
                Some((text, at)) => (&text[..], *at),
                None => (input, main),
            };
            let wrong = |code, at| Wrong {
                code,
                at: is_main.then_some(at),
            };
            let (token, end) = match attribute_value(text, at, self.ns) {
                Ok(t) => t,
                Err(Stop::None) => match frames.pop() {
                    Some(f) => {
                        if let Some(dtd) = self.dtd.as_deref_mut() {
                            set_open(dtd, &f.name, false);
                        }
                        continue;
                    }
                    None => break,
                },
                Err(Stop::Invalid(at)) => return Err(wrong(Code::InvalidToken, at)),
                Err(Stop::Partial | Stop::PartialChar) => {
                    return Err(wrong(Code::InvalidToken, at));
                }
            };
            match frames.last_mut() {
                Some(f) => {
                    self.account.add_indirect(end - at)?;
                    f.at = end;
                }
                None => main = end,
            }
            let blank_before = out.len() == start || out.last() == Some(&b' ');
            match token {
                InValue::Data => out.extend_from_slice(&text[at..end]),
                InValue::Space if !is_cdata && blank_before => {}
                InValue::Space => out.push(b' '),
                InValue::CharRef => {
                    let Some(c) = char_ref(&text[at..end]) else {
                        return Err(wrong(Code::BadCharRef, at));
                    };
                    if !(c == ' ' && !is_cdata && blank_before) {
                        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                }
                InValue::EntityRef | InValue::ParamEntityRef => {
                    let name = &text[at + 1..end - 1];
                    if let Some(b) = predefined(name) {
                        // Counted, but a reference is longer than what it stands for: no reason to refuse.
                        let _ = self.account.add_indirect(1);
                        out.push(b);
                    } else if let Some(f) = self.open(name).map_err(|code| match code {
                        Code::UndefinedEntity | Code::EntityDeclaredInPe => code.into(),
                        _ => wrong(code, at),
                    })? {
                        frames.push(f);
                    }
                }
            }
        }
        if !is_cdata && out.len() > start && out.last() == Some(&b' ') {
            out.pop();
        }
        Ok(())
    }

    /// Begins to expand an entity; `None` if it is skipped.
    fn open(&mut self, name: &[u8]) -> Result<Option<Frame>, Code> {
        let name = std::str::from_utf8(name).unwrap_or_default();
        let known = match self.dtd.as_deref_mut() {
            Some(dtd) => dtd
                .general
                .get_key_value(name)
                .map(|(name, _)| name.clone()),
            None => None,
        };
        let dtd = self.dtd.as_deref_mut();
        let (Some(name), Some(dtd)) = (known, dtd) else {
            return if self.strict {
                Err(Code::UndefinedEntity)
            } else {
                Ok(None)
            };
        };
        let entity = dtd.general.get_mut(&name).ok_or(Code::UndefinedEntity)?;
        if self.strict && !entity.is_internal {
            return Err(Code::EntityDeclaredInPe);
        }
        if entity.open {
            return Err(Code::RecursiveEntityRef);
        }
        if entity.notation.is_some() {
            return Err(Code::BinaryEntityRef);
        }
        let Some(text) = entity.text.clone() else {
            return Err(Code::AttributeExternalEntityRef);
        };
        entity.open = true;
        Ok(Some(Frame { name, text, at: 0 }))
    }
}

fn set_open(dtd: &mut Dtd, name: &str, open: bool) {
    if let Some(e) = dtd.general.get_mut(name) {
        e.open = open;
    }
}

/// A public identifier with its white space normalised.
pub fn public_id(literal: &[u8]) -> Arc<str> {
    let text = String::from_utf8_lossy(literal);
    let words: Vec<&str> = text
        .split([' ', '\r', '\n'])
        .filter(|w| !w.is_empty())
        .collect();
    words.join(" ").into()
}

/// The position of the first character that a public identifier must not have.
pub fn bad_in_public_id(literal: &[u8]) -> Option<usize> {
    literal
        .iter()
        .position(|&b| !(b.is_ascii_alphanumeric() || b" \r\n-'()+,./:=?;!*#@$_%".contains(&b)))
}

/// Text with its line ends as line feeds.
pub fn normalize_lines(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(i) = rest.iter().position(|&b| b == b'\r') {
        out.extend_from_slice(&rest[..i]);
        out.push(b'\n');
        rest = &rest[i + 1..];
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    out.extend_from_slice(rest);
    out
}
