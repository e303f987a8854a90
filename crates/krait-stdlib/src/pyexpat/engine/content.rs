//! Elements and what is in them.

use std::sync::Arc;

use crate::pyexpat::engine::error::Code;
use crate::pyexpat::engine::event::{Event, Kind, Text};
use crate::pyexpat::engine::parser::{Flow, Flowing, Parser, Stage, Task};
use crate::pyexpat::engine::prolog::AfterExternal;
use crate::pyexpat::engine::prolog_scan::{Tok, prolog};
use crate::pyexpat::engine::scan::{self, Cdata, Content, Span, Stop, char_ref, predefined};
use crate::pyexpat::engine::values::normalize_lines;

/// The name in a tag whose name begins at `at`.
fn tag_name(s: &[u8], at: usize) -> Span {
    let n = s[at..]
        .iter()
        .position(|&b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'>' | b'/'));
    (at, n.map_or(s.len(), |n| at + n))
}

impl Parser {
    /// The start of an external entity: a byte order mark, a text declaration.
    pub(crate) fn external_start(&mut self) -> Flowing {
        self.move_event(self.at);
        if self.pass_bom() {
            return Ok(Flow::Go);
        }
        let scanned = self.scan_content();
        match scanned {
            Ok((Content::XmlDecl, end)) => {
                let start = self.at;
                self.pass(end)?;
                self.stage = Stage::Content;
                self.declaration_pi(start, end, true)?;
            }
            Err(Stop::Partial | Stop::PartialChar) if !self.last => return Ok(Flow::Wait),
            Err(Stop::Partial) => return Err(Code::UnclosedToken),
            Err(Stop::PartialChar) => return Err(Code::PartialChar),
            Err(Stop::None) if !self.last => return Ok(Flow::Wait),
            _ => self.stage = Stage::Content,
        }
        Ok(Flow::Go)
    }

    fn scan_content(&mut self) -> scan::Scan<(Content, usize)> {
        let mut attrs = std::mem::take(&mut self.raw_attrs);
        attrs.clear();
        let r = scan::content(self.input(), self.cursor(), self.ns.is_some(), &mut attrs);
        self.raw_attrs = attrs;
        r
    }

    /// Elements must end in the entity they begin in.
    fn end_of_content(&mut self) -> Flowing {
        if let Some(o) = self.open.last() {
            if o.level != self.level() {
                return Err(Code::AsyncEntity);
            }
            self.close_entity();
            return Ok(Flow::Go);
        }
        if self.base_level == 0 {
            return Err(Code::NoElements);
        }
        if self.level() != self.base_level {
            return Err(Code::AsyncEntity);
        }
        Ok(Flow::Wait)
    }

    /// The input ends with a carriage return: what is missing is missed there, not behind it.
    fn end_with_cr(&mut self) {
        if self.base_level == 0 {
            self.todo.push_back(Task::Fail(Code::NoElements, None));
        } else if self.level() != self.base_level {
            self.todo.push_back(Task::Fail(Code::AsyncEntity, None));
        }
    }

    pub(crate) fn content_token(&mut self) -> Flowing {
        let start = self.cursor();
        self.move_event(start);
        let scanned = self.scan_content();
        let more = self.more_may_come();
        let (token, end) = match scanned.map_err(|e| self.stop(e)) {
            Ok((Content::TrailingCr | Content::TrailingBrackets, _)) if more => {
                return Ok(Flow::Wait);
            }
            Ok(t) => t,
            Err(Stop::Invalid(at)) => {
                self.move_event(at);
                return Err(Code::InvalidToken);
            }
            Err(_) if more => return Ok(Flow::Wait),
            Err(Stop::None) => return self.end_of_content(),
            Err(Stop::Partial) => return Err(Code::UnclosedToken),
            Err(Stop::PartialChar) => return Err(Code::PartialChar),
        };
        self.pass(end)?;
        match token {
            Content::Data | Content::TrailingBrackets => {
                let text = self.piece(start, end);
                self.emit_or(Event::Text(text.clone()), text);
            }
            Content::Newline | Content::TrailingCr => {
                let text = self.piece(start, end);
                self.emit_or(Event::Text(Text::Byte(*b"\n")), text);
                if token == Content::TrailingCr && self.open.is_empty() {
                    self.end_with_cr();
                }
            }
            Content::StartTag | Content::EmptyElement => {
                self.start_element(start, end, token == Content::EmptyElement)?;
            }
            Content::EndTag => self.end_element(start, end)?,
            Content::CharRef => {
                let Some(c) = char_ref(&self.input()[start..end]) else {
                    return Err(Code::BadCharRef);
                };
                let token = self.piece(start, end);
                let text = c.encode_utf8(&mut [0; 4]).as_bytes().into();
                self.emit_or(Event::Text(Text::Own(text)), token);
            }
            Content::EntityRef => self.entity_ref(start, end)?,
            Content::XmlDecl => return Err(Code::MisplacedXmlPi),
            Content::CdataOpen => {
                let token = self.piece(start, end);
                self.emit_or(Event::StartCdata, token);
                self.stage = Stage::Cdata;
            }
            Content::Pi => self.pi(start, end),
            Content::Comment => self.comment(start, end),
        }
        Ok(Flow::Go)
    }

    pub(crate) fn cdata_token(&mut self) -> Flowing {
        let start = self.cursor();
        self.move_event(start);
        let (token, end) = match scan::cdata(self.input(), start) {
            Ok(t) => t,
            Err(Stop::Invalid(at)) => {
                self.move_event(at);
                return Err(Code::InvalidToken);
            }
            Err(_) if self.more_may_come() => return Ok(Flow::Wait),
            Err(Stop::PartialChar) => return Err(Code::PartialChar),
            Err(Stop::Partial | Stop::None) => return Err(Code::UnclosedCdataSection),
        };
        self.pass(end)?;
        let token_text = self.piece(start, end);
        match token {
            Cdata::Close => {
                self.emit_or(Event::EndCdata, token_text);
                self.stage = Stage::Content;
            }
            Cdata::Newline => self.emit_or(Event::Text(Text::Byte(*b"\n")), token_text),
            Cdata::Data => self.emit_or(Event::Text(token_text.clone()), token_text),
        }
        Ok(Flow::Go)
    }

    fn start_element(&mut self, start: usize, end: usize, is_empty: bool) -> Result<(), Code> {
        let token = self.piece(start, end);
        let entity = self.open.last().map(|o| o.text.clone());
        let raw_attrs = std::mem::take(&mut self.raw_attrs);
        let mut bindings = 0;
        let result = match &entity {
            Some(text) => {
                let name = tag_name(text, start + 1);
                self.start_tag(text, name, &raw_attrs, &mut bindings)
            }
            None => {
                let buf = std::mem::take(&mut self.buf);
                let name = tag_name(&buf, start + 1);
                let r = self.start_tag(&buf, name, &raw_attrs, &mut bindings);
                self.buf = buf;
                r
            }
        };
        self.raw_attrs = raw_attrs;
        let tag = match result {
            Ok(tag) => tag,
            Err(code) => {
                // Declarations of namespaces were reported already.
                if is_empty {
                    self.unbind(bindings);
                }
                self.todo.push_back(Task::Fail(code, None));
                return Ok(());
            }
        };
        if is_empty {
            self.todo.push_back(Task::EmptyStart(tag.name, token));
            self.unbind(tag.bindings);
            self.end_of_root();
        } else {
            self.emit_or(Event::StartElement(tag.name), token);
            self.tags.push(tag);
        }
        Ok(())
    }

    fn end_element(&mut self, start: usize, end: usize) -> Result<(), Code> {
        let floor = self.open.last().map_or(self.base_level, |o| o.level);
        if self.level() == floor {
            return Err(Code::AsyncEntity);
        }
        let Some(tag) = self.tags.pop() else {
            return Err(Code::AsyncEntity);
        };
        let s = self.input();
        let name = tag_name(s, start + 2);
        if self.names.get(tag.raw) != &s[name.0..name.1] {
            self.move_event(start + 2);
            return Err(Code::TagMismatch);
        }
        let token = self.piece(start, end);
        self.emit_or(Event::EndElement(tag.name), token);
        self.unbind(tag.bindings);
        self.end_of_root();
        Ok(())
    }

    fn unbind(&mut self, n: u32) {
        for _ in 0..n {
            if let Some(ns) = &mut self.ns {
                let prefix = ns.unbind();
                self.emit(Event::EndNamespace { prefix });
            }
        }
    }

    fn end_of_root(&mut self) {
        if self.level() == 0 {
            self.stage = Stage::Epilog;
        }
    }

    fn entity_ref(&mut self, start: usize, end: usize) -> Result<(), Code> {
        let token = self.piece(start, end);
        let name = &self.input()[start + 1..end - 1];
        if let Some(b) = predefined(name) {
            // Counted, but a reference is longer than what it stands for: no reason to refuse.
            let _ = self.count_indirect(1);
            self.emit_or(Event::Text(Text::Byte([b])), token);
            return Ok(());
        }
        let name: Arc<str> = String::from_utf8_lossy(name).into();
        let expand = self.expand_internal;
        let asks = self.wants(Kind::ExternalEntityRef);
        let mut dtd = self.dtd();
        let strict = dtd.must_be_declared();
        let Some(entity) = dtd.general.get_mut(&name) else {
            drop(dtd);
            if strict {
                return Err(Code::UndefinedEntity);
            }
            let is_parameter = false;
            self.emit_or(Event::SkippedEntity { name, is_parameter }, token);
            return Ok(());
        };
        if strict && !entity.is_internal {
            return Err(Code::EntityDeclaredInPe);
        }
        if entity.open {
            return Err(Code::RecursiveEntityRef);
        }
        if entity.notation.is_some() {
            return Err(Code::BinaryEntityRef);
        }
        if let Some(text) = entity.text.clone() {
            if expand {
                entity.open = true;
                drop(dtd);
                self.open_entity(&name, false, text, false);
            } else {
                drop(dtd);
                let is_parameter = false;
                self.emit_or(Event::SkippedEntity { name, is_parameter }, token);
            }
            return Ok(());
        }
        let base = entity.base.clone();
        let system_id = entity.system_id.clone();
        let public_id = entity.public_id.clone();
        drop(dtd);
        if !asks {
            self.emit(Event::Default(token));
            return Ok(());
        }
        let context = Some(self.context(&name).into());
        self.emit(Event::ExternalEntityRef {
            context,
            base,
            system_id,
            public_id,
        });
        self.todo.push_back(Task::External(AfterExternal::Content));
        Ok(())
    }

    /// What the parser of an external entity needs to know: bindings of prefixes, entities that are open.
    fn context(&self, name: &str) -> String {
        let bindings = self.ns.iter().flat_map(|ns| ns.context());
        let open = self.open.iter().filter(|o| !o.is_parameter);
        let open = open.map(|o| o.name.to_string());
        let inherited = self.inherited_open();
        let parts: Vec<String> = bindings
            .chain(inherited)
            .chain(open)
            .chain([name.to_owned()])
            .collect();
        parts.join("\x0C")
    }

    /// The entities that are open because this entity is read in them.
    fn inherited_open(&self) -> Vec<String> {
        let dtd = self.dtd();
        let own = |name: &str| self.open.iter().any(|o| &*o.name == name);
        let open = dtd.general.iter().filter(|(n, e)| e.open && !own(n));
        let mut names: Vec<String> = open.map(|(n, _)| n.to_string()).collect();
        names.sort();
        names
    }

    pub(crate) fn pi(&mut self, start: usize, end: usize) {
        let token = self.piece(start, end);
        if !self.wants(Kind::Pi) {
            self.emit(Event::Default(token));
            return;
        }
        let s = &self.input()[start + 2..end - 2];
        let space = |&b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
        let target_end = s.iter().position(space).unwrap_or(s.len());
        let data = &s[target_end..];
        let data = &data[data.iter().position(|b| !space(b)).unwrap_or(data.len())..];
        let target = String::from_utf8_lossy(&s[..target_end]).into();
        let data = Text::Own(normalize_lines(data).into());
        self.emit_or(Event::Pi { target, data }, token);
    }

    pub(crate) fn comment(&mut self, start: usize, end: usize) {
        let token = self.piece(start, end);
        if !self.wants(Kind::Comment) {
            self.emit(Event::Default(token));
            return;
        }
        let text = normalize_lines(&self.input()[start + 4..end - 3]);
        self.emit_or(Event::Comment(Text::Own(text.into())), token);
    }

    pub(crate) fn epilog_token(&mut self) -> Flowing {
        let start = self.at;
        self.move_event(start);
        let scanned = prolog(&self.buf, start, self.ns.is_some());
        let token = match scanned.map_err(|e| self.stop(e)) {
            Ok(t) => t,
            Err(Stop::Invalid(at)) => {
                self.move_event(at);
                return Err(Code::InvalidToken);
            }
            Err(Stop::None) => return Ok(Flow::Wait),
            Err(_) if !self.last => return Ok(Flow::Wait),
            Err(Stop::Partial) => return Err(Code::UnclosedToken),
            Err(Stop::PartialChar) => return Err(Code::PartialChar),
        };
        if !matches!(token.tok, Tok::Space | Tok::Pi | Tok::Comment) {
            return Err(Code::JunkAfterDocElement);
        }
        self.pass(token.end)?;
        match token.tok {
            Tok::Pi => self.pi(start, token.end),
            Tok::Comment => self.comment(start, token.end),
            _ => {
                let text = self.piece(start, token.end);
                self.emit(Event::Default(text));
            }
        }
        Ok(Flow::Go)
    }
}
