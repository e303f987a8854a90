//! Decoded source text with its line index.

use ruff_text_size::{TextRange, TextSize};

/// Source text with `\n` line ends, and the offsets of its lines.
#[derive(Clone, Debug)]
pub struct Source {
    text: String,
    /// Byte offset of the first byte of each line; never empty.
    line_starts: Vec<u32>,
    /// Of a synthetic source: offset, line and column of the ends of its pieces, sorted.
    places: Option<Vec<(u32, u32, u32)>>,
}

impl Source {
    /// Takes the text over; `\r\n` and `\r` become `\n`, as CPython's tokenizer does it.
    ///
    /// The text has to be shorter than 4 GiB, which [`crate::parse`] checks.
    pub fn new(text: String) -> Source {
        let text = translate_newlines(text);
        let mut line_starts = Vec::with_capacity(text.len() / 32 + 1);
        line_starts.push(0);
        for (at, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                line_starts.push(at as u32 + 1);
            }
        }
        Source {
            text,
            line_starts,
            places: None,
        }
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a range of the AST.
    pub fn slice(&self, range: TextRange) -> &str {
        &self.text[range]
    }

    /// Line (1-based) and UTF-8 byte column (0-based), as AST nodes give their position.
    pub fn line_col(&self, offset: TextSize) -> (u32, u32) {
        let offset = offset.to_u32();
        if let Some(places) = &self.places {
            let after = places.partition_point(|&(at, _, _)| at <= offset);
            let known = after.checked_sub(1).map(|i| places[i]);
            return known.map_or((1, 0), |(_, line, col)| (line, col));
        }
        let line = self
            .line_starts
            .partition_point(|&start| start <= offset)
            .saturating_sub(1);
        (line as u32 + 1, offset - self.line_starts[line])
    }

    /// Whether this belongs to a tree that was not parsed; see [`SyntheticSource`].
    pub fn is_synthetic(&self) -> bool {
        self.places.is_some()
    }

    /// Number of lines; a text that ends in a newline has an empty last line.
    pub fn line_count(&self) -> u32 {
        self.line_starts.len() as u32
    }

    /// Byte offset at which a line (1-based) starts; the end of the text for lines past it.
    pub fn line_start(&self, lineno: u32) -> TextSize {
        let start = lineno
            .checked_sub(1)
            .and_then(|index| self.line_starts.get(index as usize));
        TextSize::new(start.copied().unwrap_or(self.text.len() as u32))
    }

    /// A line (1-based) without its line end.
    pub fn line_text(&self, lineno: u32) -> Option<&str> {
        if self.places.is_some() {
            return None;
        }
        let index = lineno.checked_sub(1)? as usize;
        let start = *self.line_starts.get(index)? as usize;
        let end = match self.line_starts.get(index + 1) {
            Some(&next) => next as usize - 1,
            None => self.text.len(),
        };
        Some(&self.text[start..end])
    }

    /// Column in characters (0-based) for a byte column of a line.
    pub fn char_col(&self, lineno: u32, byte_col: u32) -> u32 {
        if self.places.is_some() {
            return byte_col;
        }
        let start = self.line_start(lineno).to_usize();
        let bytes = self.text.as_bytes();
        let end = (start + byte_col as usize).min(bytes.len());
        let prefix = &bytes[start.min(end)..end];
        let past_the_end = byte_col as usize - prefix.len();
        let is_first_byte = |b: &&u8| **b & 0xC0 != 0x80;
        (prefix.iter().filter(is_first_byte).count() + past_the_end) as u32
    }
}

/// A source for a tree that was put together by a program.
///
/// Each node gets a piece of text of its own, whose range stands for the node's position, whatever
/// that is: it need not be where the nodes around it say. Pieces of literals hold their spelling, so
/// that the literal's value is decoded from it like any other's.
#[derive(Debug, Default)]
pub struct SyntheticSource {
    text: String,
    places: Vec<(u32, u32, u32)>,
}

impl SyntheticSource {
    /// Appends a piece. `start` and `end` are lines (1-based) and byte columns (0-based).
    pub fn piece(&mut self, text: &str, start: (u32, u32), end: (u32, u32)) -> TextRange {
        let from = self.text.len() as u32;
        self.text.push_str(if text.is_empty() { " " } else { text });
        let to = self.text.len() as u32;
        self.text.push(' ');
        self.places.push((from, start.0, start.1));
        self.places.push((to, end.0, end.1));
        TextRange::new(from.into(), to.into())
    }

    /// The source that the ranges belong to.
    pub fn finish(self) -> Source {
        Source {
            text: self.text,
            line_starts: vec![0],
            places: Some(self.places),
        }
    }
}

fn translate_newlines(text: String) -> String {
    if !text.contains('\r') {
        return text;
    }
    text.replace("\r\n", "\n").replace('\r', "\n")
}
