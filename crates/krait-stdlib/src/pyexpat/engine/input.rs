//! Input of a parser: what encoding it has, and where in it the parser is.

use crate::pyexpat::engine::encoding::{self, Detected, Encoding, Known};
use crate::pyexpat::engine::error::Code;
use crate::pyexpat::engine::event::{Event, Kind};
use crate::pyexpat::engine::parser::{Answer, Flow, Flowing, Parser, Position, Stage, Task};

impl Parser {
    // Positions.

    /// The position of the current event.
    pub fn position(&mut self) -> Position {
        if self.event.0 > self.position_at {
            self.advance_position(self.event.0);
        }
        self.position
    }

    /// The index of the current event in the whole input; `None` before any input.
    pub fn byte_index(&mut self) -> Option<usize> {
        if !self.started {
            return None;
        }
        let at = self.event.0;
        if at < self.byte_at {
            let back = self.raw_len(at, self.byte_at);
            return Some(self.byte - back);
        }
        self.byte += self.raw_len(self.byte_at, at);
        self.byte_at = at;
        Some(self.byte)
    }

    fn raw_len(&self, from: usize, to: usize) -> usize {
        let text = &self.buf[from..to];
        self.encoding
            .as_ref()
            .map_or(text.len(), |e| e.raw_len(text))
    }

    /// The input from the current event on, as it came.
    pub fn input_context(&self) -> Vec<u8> {
        let text = &self.buf[self.event.0.min(self.buf.len())..];
        self.encoding
            .as_ref()
            .map_or_else(|| text.to_vec(), |e| e.encode(text))
    }

    pub(crate) fn advance_position(&mut self, to: usize) {
        let text = &self.buf[self.position_at..to];
        let p = &mut self.position;
        let mut line_start = 0;
        let mut i = 0;
        while i < text.len() {
            if text[i] == b'\n' || text[i] == b'\r' {
                let pair = text[i..].starts_with(b"\r\n");
                i += usize::from(pair);
                p.line += 1;
                p.column = 0;
                line_start = i + 1;
            }
            i += 1;
        }
        p.column += text[line_start..]
            .iter()
            .filter(|&&b| b & 0xC0 != 0x80)
            .count();
        self.position_at = to;
    }

    // Input.

    /// Adds input; `last` if it is all.
    pub fn feed(&mut self, data: &[u8], last: bool) -> Result<(), Code> {
        match self.stage {
            Stage::Failed(_) => return Ok(()),
            Stage::Done => return Err(Code::Finished),
            _ => {}
        }
        self.started = true;
        self.drop_used();
        self.last = last;
        let encoding = self.encoding.clone().unwrap_or(Encoding::Utf8);
        self.decode(&encoding, data);
        Ok(())
    }

    /// Forgets input that is used.
    fn drop_used(&mut self) {
        let used = self.at;
        if self.position_at < used {
            self.advance_position(used);
        }
        self.event = (used, used);
        self.byte_index();
        self.buf.drain(..used);
        self.position_at -= used;
        self.byte_at = 0;
        self.event = (0, 0);
        self.at = 0;
    }

    fn decode(&mut self, encoding: &Encoding, data: &[u8]) {
        let mut rest = std::mem::take(&mut self.rest);
        if rest.is_empty() {
            encoding.decode(data, &mut self.buf, &mut self.rest);
        } else {
            rest.extend_from_slice(data);
            encoding.decode(&rest, &mut self.buf, &mut self.rest);
        }
        if self.last && !self.rest.is_empty() {
            if self.rest.len() == 1 {
                self.torn = true;
            } else {
                // A lead byte with nothing behind it: an incomplete character for the scanners too.
                self.buf.push(0xF0);
            }
            self.rest.clear();
        }
    }

    /// The encoding is known from here on: what is in the buffer behind `self.at` is transcoded.
    pub(crate) fn switch_encoding(&mut self, encoding: Encoding) {
        self.byte += self.raw_len(self.byte_at, self.at);
        self.byte_at = self.at;
        let raw = self.buf.split_off(self.at);
        self.decode(&encoding, &raw);
        self.encoding = Some(encoding);
    }

    pub(crate) fn detect(&mut self) -> Flowing {
        if let Some(name) = self.hint.clone()
            && Known::from_name(&name).is_none()
        {
            self.ask_encoding(&name, None)?;
            self.stage = self.first_stage();
            return Ok(Flow::Go);
        }
        let hint = self.hint.as_deref().and_then(Known::from_name);
        match encoding::detect(&self.buf, self.last, hint, self.base_level > 0) {
            Detected::Unsure => Ok(Flow::Wait),
            Detected::Torn => Err(Code::UnclosedToken),
            Detected::As(encoding, bom) => {
                self.bom = bom;
                self.switch_encoding(encoding);
                self.stage = self.first_stage();
                Ok(Flow::Go)
            }
        }
    }

    fn first_stage(&mut self) -> Stage {
        if self.is_param_entity {
            self.dtd().param_entity_read = true;
        }
        if self.is_param_entity && self.value_job.is_some() {
            Stage::EntityValue
        } else if self.base_level > 0 {
            Stage::ExternalStart
        } else {
            Stage::Prolog
        }
    }

    /// Passes a byte order mark.
    pub(crate) fn pass_bom(&mut self) -> bool {
        let bom = std::mem::take(&mut self.bom);
        if bom {
            self.at += 3;
        }
        bom
    }

    /// Asks for the map of an encoding.
    pub(crate) fn ask_encoding(&mut self, name: &str, at: Option<usize>) -> Result<(), Code> {
        if !self.wants(Kind::UnknownEncoding) {
            return Err(self.unknown_encoding(at));
        }
        let name = name.into();
        self.emit(Event::UnknownEncoding { name });
        self.todo.push_back(Task::Encoding(at));
        Ok(())
    }

    fn unknown_encoding(&mut self, at: Option<usize>) -> Code {
        if let Some(at) = at {
            self.move_event(at);
        }
        Code::UnknownEncoding
    }

    pub(crate) fn use_map(&mut self, at: Option<usize>) -> Result<(), Code> {
        match self.answer.take() {
            Some(Answer::Map(map)) if encoding::is_usable(&map) => {
                self.switch_encoding(Encoding::Map(map));
                Ok(())
            }
            _ => Err(self.unknown_encoding(at)),
        }
    }
}
