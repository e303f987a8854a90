//! Parser of CPython's text signatures (`__text_signature__`), such as `($self, index=-1, /)`.
//!
//! The grammar is a Python parameter list without annotations, whose first entry may be a receiver marked with `$`
//! (the convention of Argument Clinic, PEP 436; read back by `inspect.signature`). Default values are kept as text by
//! whoever shows the signature; here only their presence matters, so any text up to the next top-level comma is accepted.
//! What stands in brackets, as in `(a[, b[, c]], /)`, is optional without having a default that could be shown.

use std::borrow::Cow;
use std::collections::HashSet;

/// Limit of keyword-only parameters: `Params::kwonly_required` is a 64-bit mask.
const MAX_KEYWORD_ONLY: usize = 64;

/// The `$`-marked first entry of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// `$self`: the instance.
    Instance,
    /// `$module`: shown in the text but never passed.
    Module,
    /// `$type` or `$cls`: the class.
    Type,
}

/// One named parameter, positional or keyword-only.
#[derive(Debug, PartialEq, Eq)]
pub struct Param {
    pub name: String,
    pub has_default: bool,
}

/// A parsed text signature.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Signature {
    pub receiver: Option<Receiver>,
    /// Positional parameters, then keyword-only ones.
    pub params: Vec<Param>,
    /// How many of `params` are positional-only.
    pub posonly: usize,
    /// How many of `params` can be passed by position.
    pub positional: usize,
    pub varargs: Option<String>,
    pub varkw: Option<String>,
}

impl Signature {
    /// Parses `text`, parentheses included. The error is a message for the author of the signature.
    pub fn parse(text: &str) -> Result<Self, String> {
        let inner = text
            .trim()
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            .ok_or("a signature is a parenthesized parameter list")?;
        let inner = without_groups(inner);
        let mut parser = Parser::default();
        if !inner.trim().is_empty() {
            for (index, entry) in split_top_level(&inner, ',')?.into_iter().enumerate() {
                parser.entry(index, entry.trim())?;
            }
        }
        parser.finish()
    }

    /// Whether the receiver takes the first slot of the native function's arguments.
    pub fn passes_receiver(&self) -> bool {
        matches!(self.receiver, Some(Receiver::Instance | Receiver::Type))
    }

    /// Number of positional parameters that have no default.
    pub fn required(&self) -> usize {
        self.params[..self.positional]
            .iter()
            .take_while(|param| !param.has_default)
            .count()
    }

    /// Bit `i` is set when the keyword-only parameter `i` has no default.
    pub fn keyword_only_required(&self) -> u64 {
        self.params[self.positional..]
            .iter()
            .enumerate()
            .filter(|(_, param)| !param.has_default)
            .fold(0, |mask, (index, _)| mask | 1 << index)
    }
}

/// State between two entries of the parameter list.
#[derive(Default)]
struct Parser {
    signature: Signature,
    seen: HashSet<String>,
    slash: bool,
    /// `*` or `*args` was met: what follows is keyword-only.
    star: bool,
}

impl Parser {
    fn entry(&mut self, index: usize, entry: &str) -> Result<(), String> {
        if let Some(name) = self.signature.varkw.as_deref() {
            return Err(format!("nothing may follow `**{name}`"));
        }
        match entry {
            "" => Err("empty entry between two commas".to_owned()),
            "/" => self.slash(index),
            "*" => self.star(),
            _ => {
                if let Some(marker) = entry.strip_prefix('$') {
                    self.receiver(index, marker)
                } else if let Some(name) = entry.strip_prefix("**") {
                    self.signature.varkw = Some(self.name(name)?);
                    self.no_dangling_star(&format!("**{name}"))
                } else if let Some(name) = entry.strip_prefix('*') {
                    self.star()?;
                    self.signature.varargs = Some(self.name(name)?);
                    Ok(())
                } else {
                    self.param(entry)
                }
            }
        }
    }

    fn slash(&mut self, index: usize) -> Result<(), String> {
        if self.slash {
            return Err("`/` appears twice".to_owned());
        }
        if self.star {
            return Err("`/` must come before `*`".to_owned());
        }
        if index == 0 {
            return Err("`/` needs a parameter before it".to_owned());
        }
        self.slash = true;
        self.signature.posonly = self.signature.params.len();
        Ok(())
    }

    fn star(&mut self) -> Result<(), String> {
        if self.star {
            return Err("`*` appears twice".to_owned());
        }
        self.star = true;
        self.signature.positional = self.signature.params.len();
        Ok(())
    }

    fn receiver(&mut self, index: usize, marker: &str) -> Result<(), String> {
        if index != 0 {
            return Err(format!("`${marker}` must be the first entry"));
        }
        self.signature.receiver = Some(match marker {
            "self" => Receiver::Instance,
            "module" => Receiver::Module,
            "type" | "cls" => Receiver::Type,
            _ => {
                return Err(format!(
                    "unknown marker `${marker}`: expected `$self`, `$module`, `$type` or `$cls`"
                ));
            }
        });
        Ok(())
    }

    fn param(&mut self, entry: &str) -> Result<(), String> {
        let (name, default) = match entry.split_once('=') {
            Some((name, default)) => (name, Some(default)),
            None => (entry, None),
        };
        let name = self.name(name.trim_end())?;
        if default.is_some_and(|text| text.trim().is_empty()) {
            return Err(format!("`{name}=` lacks a default value"));
        }
        let has_default = default.is_some();
        let after_default = self
            .signature
            .params
            .last()
            .is_some_and(|last| last.has_default);
        if !self.star && !has_default && after_default {
            return Err(format!(
                "`{name}` without a default follows a parameter with one"
            ));
        }
        self.signature.params.push(Param { name, has_default });
        Ok(())
    }

    /// Checks that `name` is an identifier not used before.
    fn name(&mut self, name: &str) -> Result<String, String> {
        if !is_identifier(name) {
            return Err(format!("`{name}` is not a parameter name"));
        }
        if !self.seen.insert(name.to_owned()) {
            return Err(format!("duplicate parameter `{name}`"));
        }
        Ok(name.to_owned())
    }

    /// A bare `*` must be followed by at least one keyword-only parameter.
    fn no_dangling_star(&self, what_follows: &str) -> Result<(), String> {
        let signature = &self.signature;
        let bare = self.star && signature.varargs.is_none();
        if bare && signature.params.len() == signature.positional {
            return Err(format!(
                "`*` must be followed by a keyword-only parameter, not {what_follows}"
            ));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Signature, String> {
        self.no_dangling_star("the end of the list")?;
        if !self.star {
            self.signature.positional = self.signature.params.len();
        }
        let signature = self.signature;
        if signature.positional > usize::from(u8::MAX) {
            return Err("more than 255 positional parameters".to_owned());
        }
        if signature.params.len() - signature.positional > MAX_KEYWORD_ONLY {
            return Err(format!(
                "more than {MAX_KEYWORD_ONLY} keyword-only parameters"
            ));
        }
        Ok(signature)
    }
}

/// Gives parameters in brackets a default in their place.
fn without_groups(text: &str) -> Cow<'_, str> {
    let mut groups = text.split("[,");
    let (Some(first), true) = (groups.next(), text.contains("[,")) else {
        return Cow::Borrowed(text);
    };
    let mut plain = first.to_owned();
    for group in groups {
        let name = group.trim_end_matches([']', '/', ',', ' ']);
        plain.push_str(&format!(",{name}=?"));
        plain.extend(group[name.len()..].chars().filter(|&c| c != ']'));
    }
    Cow::Owned(plain)
}

/// Splits at `separator` outside brackets and string literals.
fn split_top_level(text: &str, separator: char) -> Result<Vec<&str>, String> {
    let mut parts = Vec::new();
    let mut start = 0;
    // Closing brackets still expected.
    let mut open = Vec::new();
    let mut quote = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if let Some(end) = quote {
            if c == '\\' {
                chars.next();
            } else if c == end {
                quote = None;
            }
            continue;
        }
        match c {
            '\'' | '"' => quote = Some(c),
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(c) => return Err(format!("unmatched `{c}`")),
            _ if c == separator && open.is_empty() => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    if quote.is_some() {
        return Err("unterminated string literal".to_owned());
    }
    if let Some(c) = open.pop() {
        return Err(format!("missing `{c}`"));
    }
    parts.push(&text[start..]);
    Ok(parts)
}

fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars
        .next()
        .is_some_and(|c| c == '_' || c.is_ascii_alphabetic())
        && chars.all(|c| c == '_' || c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests;
