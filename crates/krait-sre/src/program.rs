//! The public face of the engine: programs, captures, scans.

use std::sync::OnceLock;

use crate::compile::compile;
use crate::exec::{Demand, Exec, Scratch};
use crate::inst::Compiled;
use crate::{CodeError, Interrupted, MatchError, Subject};

/// A compiled pattern. It is immutable and may be shared between threads.
#[derive(Debug)]
pub struct Program {
    code: Box<[u32]>,
    flags: u32,
    groups: usize,
    narrow: Compiled,
    /// Made when the first subject outside ASCII comes along.
    wide: OnceLock<Option<Box<Compiled>>>,
}

/// How a pattern is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// At the first place where it matches.
    Search,
    /// At the start only.
    Match,
    /// At the start only, and up to the end.
    FullMatch,
}

impl Program {
    /// Checks a code list as `re._compiler` makes it and prepares it for matching. `groups` does
    /// not count group 0.
    pub fn new(code: Vec<u32>, flags: u32, groups: usize) -> Result<Program, CodeError> {
        let narrow = compile(&code, groups, false)?;
        let code = code.into_boxed_slice();
        Ok(Program {
            code,
            flags,
            groups,
            narrow,
            wide: OnceLock::new(),
        })
    }

    /// The code list.
    pub fn code(&self) -> &[u32] {
        &self.code
    }

    /// The flags it was compiled with.
    pub fn flags(&self) -> u32 {
        self.flags
    }

    /// Number of groups, not counting group 0.
    pub fn groups(&self) -> usize {
        self.groups
    }

    fn wide(&self) -> Result<&Compiled, MatchError> {
        let wide = self
            .wide
            .get_or_init(|| compile(&self.code, self.groups, true).ok().map(Box::new));
        // The narrow program was made from the same code, so that this cannot fail.
        wide.as_deref().ok_or(MatchError::OutOfMemory)
    }

    /// `Pattern.search(subject, pos, endpos)`; positions in characters, clamped to the subject.
    pub fn search(
        &self,
        subject: &Subject<'_>,
        pos: usize,
        endpos: usize,
        poll: &mut dyn FnMut() -> Result<(), Interrupted>,
    ) -> Result<Option<Captures>, MatchError> {
        self.once(Method::Search, subject, pos, endpos, poll)
    }

    /// `Pattern.match(subject, pos, endpos)`.
    pub fn match_(
        &self,
        subject: &Subject<'_>,
        pos: usize,
        endpos: usize,
        poll: &mut dyn FnMut() -> Result<(), Interrupted>,
    ) -> Result<Option<Captures>, MatchError> {
        self.once(Method::Match, subject, pos, endpos, poll)
    }

    /// `Pattern.fullmatch(subject, pos, endpos)`.
    pub fn fullmatch(
        &self,
        subject: &Subject<'_>,
        pos: usize,
        endpos: usize,
        poll: &mut dyn FnMut() -> Result<(), Interrupted>,
    ) -> Result<Option<Captures>, MatchError> {
        self.once(Method::FullMatch, subject, pos, endpos, poll)
    }

    fn once(
        &self,
        method: Method,
        subject: &Subject<'_>,
        pos: usize,
        endpos: usize,
        poll: &mut dyn FnMut() -> Result<(), Interrupted>,
    ) -> Result<Option<Captures>, MatchError> {
        let mut scratch = Scratch::default();
        let mut scan = Scan::new(subject, pos, endpos);
        let found = scan.step(method, self, subject, &mut scratch, poll)?;
        Ok(found.then(|| Captures::of(&scratch, self.groups)))
    }
}

/// The spans of a match, in bytes of the subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captures {
    spans: Box<[Option<(usize, usize)>]>,
    lastindex: Option<usize>,
}

impl Captures {
    /// Copies the result of the last successful match.
    pub fn of(scratch: &Scratch, groups: usize) -> Captures {
        Captures {
            spans: (0..=groups).map(|g| scratch.byte_span(g)).collect(),
            lastindex: scratch.lastindex(),
        }
    }

    /// Byte span of a group, `None` if there is no such group or it took no part in the match.
    pub fn byte_span(&self, group: usize) -> Option<(usize, usize)> {
        self.spans.get(group).copied().flatten()
    }

    /// Span of a group in characters of the subject that was matched.
    pub fn span(&self, group: usize, subject: &Subject<'_>) -> Option<(usize, usize)> {
        let (from, to) = self.byte_span(group)?;
        Some((subject.char_of_byte(from), subject.char_of_byte(to)))
    }

    /// Number of spans: the groups and group 0.
    pub fn span_count(&self) -> usize {
        self.spans.len()
    }

    /// `Match.lastindex`.
    pub fn lastindex(&self) -> Option<usize> {
        self.lastindex
    }
}

/// Where a series of matches stands (`finditer`, `findall`, `sub`, `split`, scanners).
///
/// An empty match is allowed next to a match, but not twice at the same place: after an empty
/// match the next one at that place must not be empty.
#[derive(Clone, Copy, Debug)]
pub struct Scan {
    next: usize,
    end: usize,
    must_advance: bool,
    finished: bool,
}

impl Scan {
    /// Starts between two character positions, which are clamped to the subject.
    pub fn new(subject: &Subject<'_>, pos: usize, endpos: usize) -> Scan {
        let end = subject.byte_of_char(endpos);
        let next = subject.byte_of_char(pos);
        Scan {
            next,
            end,
            must_advance: false,
            finished: false,
        }
    }

    /// Byte position at which the next match is looked for.
    pub fn position(&self) -> usize {
        self.next
    }

    /// Byte position up to which matches are looked for.
    pub fn end(&self) -> usize {
        self.end
    }

    /// Finds the next match and leaves it in `scratch`. After a failure the scan is over.
    ///
    /// `subject` must be the one the scan was made for. `poll` is called now and then in long
    /// matches.
    pub fn step(
        &mut self,
        method: Method,
        program: &Program,
        subject: &Subject<'_>,
        scratch: &mut Scratch,
        poll: &mut dyn FnMut() -> Result<(), Interrupted>,
    ) -> Result<bool, MatchError> {
        if self.finished {
            return Ok(false);
        }
        let beyond = self.next > self.end;
        if beyond && method != Method::Match {
            self.finished = true;
            return Ok(false);
        }
        let bytes = subject.bytes();
        let from = self.next.min(bytes.len());
        let hay = &bytes[..self.end.clamp(from, bytes.len())];
        let wide = subject.is_wide();
        let mut compiled = if wide {
            program.wide()?
        } else {
            &program.narrow
        };
        let beyond_end;
        if beyond {
            beyond_end = compiled.beyond_end();
            compiled = &beyond_end;
        }
        let demand = Demand {
            to_end: method == Method::FullMatch,
            advance: self.must_advance,
        };
        let mut exec = Exec::new(compiled, hay, scratch, poll);
        let found = match (method, wide) {
            (Method::Search, false) => exec.search::<false>(from, demand.advance)?,
            (Method::Search, true) => exec.search::<true>(from, demand.advance)?,
            (_, false) => exec.match_at::<false>(from, demand)?,
            (_, true) => exec.match_at::<true>(from, demand)?,
        };
        if found && let Some((start, end)) = scratch.byte_span(0) {
            self.must_advance = start == end;
            self.next = end;
        } else {
            self.finished = true;
        }
        Ok(found)
    }
}
