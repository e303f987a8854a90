//! Source positions of instructions, compactly.
//!
//! The table is a sequence of runs. A run is a varint `words << 1 | has_position`, then, if it has
//! one: line (zigzag varint, relative to the run before), `end_line - line` (zigzag), column + 1
//! and end column + 1 (0 meaning none). Columns are UTF-8 byte offsets as in `co_positions()`.

use std::borrow::Cow;

use crate::varint::{Reader, write_signed, write_unsigned};

/// Source range of an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Position {
    /// First line, from 1; 0 or less for none.
    pub line: i32,
    /// Last line.
    pub end_line: i32,
    /// First byte in the first line, from 0; -1 for none.
    pub col: i32,
    /// Byte behind the last one in the last line; -1 for none.
    pub end_col: i32,
}

impl Position {
    /// No position: an instruction the source does not show.
    pub const NONE: Position = Position {
        line: -1,
        end_line: -1,
        col: -1,
        end_col: -1,
    };

    /// A whole line.
    pub fn line(line: i32) -> Position {
        Position {
            line,
            end_line: line,
            col: -1,
            end_col: -1,
        }
    }

    /// Whether there is a line.
    pub fn is_some(self) -> bool {
        self.line >= 0
    }
}

/// The position table of a code object.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Positions {
    bytes: Cow<'static, [u8]>,
    firstlineno: i32,
}

impl Positions {
    /// Takes a table in the format above.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>, firstlineno: i32) -> Positions {
        Positions {
            bytes: bytes.into(),
            firstlineno,
        }
    }

    /// The table's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The same without columns.
    pub fn without_columns(&self) -> Positions {
        let mut lines = PositionsBuilder::new(self.firstlineno);
        for run in self.iter() {
            let position = Position {
                col: -1,
                end_col: -1,
                ..run.position
            };
            lines.push((run.end - run.start) as usize, position);
        }
        lines.finish()
    }

    /// The runs, in order.
    pub fn iter(&self) -> PositionRuns<'_> {
        PositionRuns {
            reader: Reader::new(&self.bytes),
            line: self.firstlineno,
            at: 0,
        }
    }

    /// Position of the instruction at word `pc`.
    pub fn lookup(&self, pc: u32) -> Position {
        self.iter()
            .find(|run| pc < run.end)
            .map_or(Position::NONE, |run| run.position)
    }
}

/// Words `start..end` come from `position`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PositionRun {
    /// First word.
    pub start: u32,
    /// Word behind the run.
    pub end: u32,
    /// Where they come from.
    pub position: Position,
}

/// Iterator over the runs; ends early if the table is damaged.
pub struct PositionRuns<'a> {
    reader: Reader<'a>,
    line: i32,
    at: u32,
}

impl Iterator for PositionRuns<'_> {
    type Item = PositionRun;

    fn next(&mut self) -> Option<PositionRun> {
        if self.reader.is_empty() {
            return None;
        }
        let head = self.reader.unsigned().ok()?;
        let start = self.at;
        let end = start.checked_add(u32::try_from(head >> 1).ok()?)?;
        self.at = end;
        if head & 1 == 0 {
            return Some(PositionRun {
                start,
                end,
                position: Position::NONE,
            });
        }
        let small = |v: u64| i32::try_from(v).ok();
        let delta = i32::try_from(self.reader.signed().ok()?).ok()?;
        self.line = self.line.checked_add(delta)?;
        let span = i32::try_from(self.reader.signed().ok()?).ok()?;
        let col = small(self.reader.unsigned().ok()?)? - 1;
        let end_col = small(self.reader.unsigned().ok()?)? - 1;
        let end_line = self.line.checked_add(span)?;
        let position = Position {
            line: self.line,
            end_line,
            col,
            end_col,
        };
        Some(PositionRun {
            start,
            end,
            position,
        })
    }
}

/// Writes a position table.
pub struct PositionsBuilder {
    bytes: Vec<u8>,
    firstlineno: i32,
    line: i32,
    pending: Option<(u64, Position)>,
}

impl PositionsBuilder {
    /// Begins a table.
    pub fn new(firstlineno: i32) -> PositionsBuilder {
        PositionsBuilder {
            bytes: Vec::new(),
            firstlineno,
            line: firstlineno,
            pending: None,
        }
    }

    /// The next `words` words come from `position`.
    pub fn push(&mut self, words: usize, position: Position) {
        match &mut self.pending {
            Some((n, p)) if *p == position => *n += words as u64,
            _ => {
                self.flush();
                self.pending = Some((words as u64, position));
            }
        }
    }

    fn flush(&mut self) {
        let Some((words, p)) = self.pending.take() else {
            return;
        };
        if !p.is_some() {
            write_unsigned(&mut self.bytes, words << 1);
            return;
        }
        write_unsigned(&mut self.bytes, words << 1 | 1);
        write_signed(&mut self.bytes, i64::from(p.line) - i64::from(self.line));
        write_signed(&mut self.bytes, i64::from(p.end_line) - i64::from(p.line));
        write_unsigned(&mut self.bytes, (p.col + 1).max(0) as u64);
        write_unsigned(&mut self.bytes, (p.end_col + 1).max(0) as u64);
        self.line = p.line;
    }

    /// The finished table.
    pub fn finish(mut self) -> Positions {
        self.flush();
        Positions {
            bytes: self.bytes.into(),
            firstlineno: self.firstlineno,
        }
    }
}
