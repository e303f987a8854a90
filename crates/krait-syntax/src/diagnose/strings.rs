//! String literals, f-strings and t-strings.

use super::engine::{Parser, R, alts};
use super::node::{Node, NodeKind};
use crate::literal::{unescape_bytes, unescape_string};
use crate::tokenizer::Kind;

/// The two kinds of string with replacement fields.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letter {
    F,
    T,
}

impl Letter {
    fn char(self) -> char {
        match self {
            Letter::F => 'f',
            Letter::T => 't',
        }
    }

    fn start(self) -> Kind {
        match self {
            Letter::F => Kind::FStart,
            Letter::T => Kind::TStart,
        }
    }

    fn middle(self) -> Kind {
        match self {
            Letter::F => Kind::FMiddle,
            Letter::T => Kind::TMiddle,
        }
    }

    fn end(self) -> Kind {
        match self {
            Letter::F => Kind::FEnd,
            Letter::T => Kind::TEnd,
        }
    }
}

impl Parser<'_> {
    pub(super) fn strings(&mut self) -> R {
        self.memo(|p| {
            let start = p.here()?;
            alts!(p;
                p.invalid(Self::invalid_string_tstring_concat),
                {
                    let parts = p.many1(Self::string_or_fstring)?;
                    let bytes = parts.iter().filter(|n| n.kind == NodeKind::Bytes).count();
                    if bytes > 0 && bytes < parts.len() {
                        let msg = "cannot mix bytes and nonbytes literals";
                        return p.raise_last(msg);
                    }
                    let fstring = parts.iter().any(|n| n.kind == NodeKind::FString);
                    let kind = if fstring { NodeKind::FString } else { parts[0].kind };
                    Ok(p.node(kind, start))
                },
                {
                    p.many1(|p| p.fstring(Letter::T))?;
                    Ok(p.node(NodeKind::TString, start))
                },
            )
        })
    }

    fn string_or_fstring(&mut self) -> R {
        alts!(self; self.fstring(Letter::F), self.string())
    }

    fn invalid_string_tstring_concat(&mut self) -> R {
        let msg = "cannot mix t-string literals with string or bytes literals";
        alts!(self;
            {
                let parts = self.many1(Self::string_or_fstring)?;
                let other = self.fstring(Letter::T)?;
                self.raise_range(parts[parts.len() - 1], other, msg)
            },
            {
                let parts = self.many1(|p| p.fstring(Letter::T))?;
                let other = self.string_or_fstring()?;
                self.raise_range(parts[parts.len() - 1], other, msg)
            },
        )
    }

    /// A plain literal; its escapes have to be right.
    fn string(&mut self) -> R {
        let node = self.expect(Kind::String)?;
        let text = &self.text[node.start..node.end];
        let quote_at = text.find(['"', '\'']).unwrap_or(0);
        let prefix = text[..quote_at].to_ascii_lowercase();
        let quoted = &text[quote_at..];
        let quotes =
            if quoted.len() >= 6 && (quoted.starts_with("\"\"\"") || quoted.starts_with("'''")) {
                3
            } else {
                1
            };
        let body = &quoted[quotes..quoted.len() - quotes];
        let body_start = node.start + quote_at + quotes;
        let body_range = body_start..body_start + body.len();
        let raw = prefix.contains('r');
        if prefix.contains('b') {
            if !body.is_ascii() {
                let msg = "bytes can only contain ASCII literal characters";
                return self.raise_node(node, msg);
            }
            if !raw && let Err(position) = unescape_bytes(body.as_bytes()) {
                let msg = format!("(value error) invalid \\x escape at position {position}");
                return self.raise_last(msg);
            }
            if !raw {
                self.note_escape(body_range, true, false);
            }
            return Ok(Node {
                kind: NodeKind::Bytes,
                ..node
            });
        }
        if !raw {
            self.check_escapes(body)?;
            self.note_escape(body_range, false, false);
        }
        Ok(Node {
            kind: NodeKind::Str,
            ..node
        })
    }

    fn check_escapes(&mut self, body: &str) -> R<()> {
        match escape_problem(body) {
            None => Ok(()),
            Some(msg) => self.raise_last(msg),
        }
    }

    fn fstring(&mut self, letter: Letter) -> R {
        let start = self.expect(letter.start())?;
        let raw = self.text[start.start..start.end].contains(['r', 'R']);
        let mut literals = Vec::new();
        while let Some(part) = self.opt(|p| {
            alts!(p;
                p.replacement_field(letter, raw).map(|()| None),
                p.expect(letter.middle()).map(Some),
            )
        })? {
            literals.extend(part);
        }
        self.expect(letter.end())?;
        if !raw {
            // CPython decodes the literal parts once the string is complete.
            for part in literals {
                if let Some(msg) = escape_problem(&self.text[part.start..part.end]) {
                    return self.raise_node(part, msg);
                }
                self.note_escape(part.start..part.end, false, true);
            }
        }
        let kind = match letter {
            Letter::F => NodeKind::FString,
            Letter::T => NodeKind::TString,
        };
        Ok(self.node(kind, start.start))
    }

    fn replacement_field(&mut self, letter: Letter, raw: bool) -> R<()> {
        alts!(self;
            {
                self.tok("{")?;
                self.annotated_rhs()?;
                self.opt(|p| p.tok("="))?;
                self.opt(|p| p.conversion(letter))?;
                self.opt(|p| p.format_spec(letter, raw))?;
                self.tok("}").map(drop)
            },
            self.invalid(|p| p.invalid_replacement_field(letter, raw)),
        )
    }

    /// `!r`; what is wrong with it is an error at once.
    fn conversion(&mut self, letter: Letter) -> R<()> {
        let mark = self.tok("!")?;
        let name = self.name()?;
        if mark.end != name.start {
            let letter = letter.char();
            let msg = format!(
                "{letter}-string: conversion type must come right after the exclamation mark"
            );
            return self.raise_range(mark, name, msg);
        }
        let word = &self.text[name.start..name.end];
        if matches!(word, "s" | "r" | "a") {
            return Ok(());
        }
        let letter = letter.char();
        let msg = format!(
            "{letter}-string: invalid conversion character '{word}': expected 's', 'r', or 'a'"
        );
        self.raise_node(name, msg)
    }

    fn format_spec(&mut self, letter: Letter, raw: bool) -> R<()> {
        self.tok(":")?;
        self.format_spec_parts(letter, raw)
    }

    fn format_spec_parts(&mut self, letter: Letter, raw: bool) -> R<()> {
        self.many(|p| {
            alts!(p;
                {
                    let part = p.expect(letter.middle())?;
                    if raw {
                        return Ok(());
                    }
                    p.check_escapes(&p.text[part.start..part.end])?;
                    p.note_escape(part.start..part.end, false, true);
                    Ok(())
                },
                p.replacement_field(letter, raw),
            )
        })
        .map(drop)
    }

    fn invalid_replacement_field(&mut self, letter: Letter, raw: bool) -> R<()> {
        let l = letter.char();
        let conversion = |p: &mut Self| {
            p.opt(|p| {
                p.tok("!")?;
                p.name()
            })
        };
        let start = |p: &mut Self| {
            p.tok("{")?;
            p.annotated_rhs()
        };
        alts!(self;
            {
                self.tok("{")?;
                let found = self.tok_of(&["=", "!", ":", "}"])?;
                let what = &self.text[found.start..found.end];
                let msg = format!("{l}-string: valid expression required before '{what}'");
                self.raise_node(found, msg)
            },
            {
                self.tok("{")?;
                self.not_ahead(Self::annotated_rhs)?;
                self.raise_next_token(format!("{l}-string: expecting a valid expression after '{{'"))
            },
            {
                start(self)?;
                self.not_ahead(|p| p.tok_of(&["=", "!", ":", "}"]))?;
                let msg = format!("{l}-string: expecting '=', or '!', or ':', or '}}'");
                self.raise_next_token(msg)
            },
            {
                start(self)?;
                self.tok("=")?;
                self.not_ahead(|p| p.tok_of(&["!", ":", "}"]))?;
                self.raise_next_token(format!("{l}-string: expecting '!', or ':', or '}}'"))
            },
            {
                start(self)?;
                self.opt(|p| p.tok("="))?;
                self.tok("!")?;
                if self.opt(|p| p.ahead(|p| p.tok_of(&[":", "}"])))?.is_some() {
                    let msg = format!("{l}-string: missing conversion character");
                    return self.raise_next_token(msg);
                }
                self.not_ahead(Self::name)?;
                self.raise_next_token(format!("{l}-string: invalid conversion character"))
            },
            {
                start(self)?;
                self.opt(|p| p.tok("="))?;
                conversion(self)?;
                self.not_ahead(|p| p.tok_of(&[":", "}"]))?;
                self.raise_next_token(format!("{l}-string: expecting ':' or '}}'"))
            },
            {
                start(self)?;
                self.opt(|p| p.tok("="))?;
                conversion(self)?;
                self.tok(":")?;
                // CPython's rule has the parts of f-strings for t-strings, too.
                self.format_spec_parts(Letter::F, raw)?;
                self.not_ahead(|p| p.tok("}"))?;
                self.raise_next_token(format!("{l}-string: expecting '}}', or format specs"))
            },
            {
                start(self)?;
                self.opt(|p| p.tok("="))?;
                conversion(self)?;
                self.not_ahead(|p| p.tok("}"))?;
                self.raise_next_token(format!("{l}-string: expecting '}}'"))
            },
        )
    }
}

/// Why the escapes of a literal cannot be decoded.
fn escape_problem(body: &str) -> Option<String> {
    let error = unescape_string(body).err()?;
    let place = if error.end - error.start == 1 {
        format!("byte 0x5c in position {}", error.start)
    } else {
        format!("bytes in position {}-{}", error.start, error.end - 1)
    };
    let reason = error.reason;
    Some(format!(
        "(unicode error) 'unicodeescape' codec can't decode {place}: {reason}"
    ))
}
