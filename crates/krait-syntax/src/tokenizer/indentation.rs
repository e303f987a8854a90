//! White space at the start of a line.

use super::{Condition, Indent, Lexed, MAX_INDENTS, Tokenizer};

const TAB_SIZE: u32 = 8;

impl Tokenizer<'_> {
    /// Measures the indentation of a line and queues indents and dedents. The result says whether
    /// the line is blank (or has only a comment), which leaves the indentation alone.
    pub(super) fn line_begin(&mut self) -> Lexed<bool> {
        let mut measured = Indent { col: 0, alt_col: 0 };
        let mut before_continuation: Option<Indent> = None;
        let first = loop {
            let byte = self.next_byte();
            match byte {
                Some(b' ') => {
                    measured.col += 1;
                    measured.alt_col += 1;
                }
                Some(b'\t') => {
                    measured.col = (measured.col / TAB_SIZE + 1) * TAB_SIZE;
                    measured.alt_col += 1;
                }
                Some(0x0C) => measured = Indent { col: 0, alt_col: 0 },
                Some(b'\\') => {
                    // The indentation is that of the first of the joined lines.
                    if before_continuation.is_none_or(|i| i.col == 0) {
                        before_continuation = Some(measured);
                    }
                    self.continuation()?;
                }
                _ => break byte,
            }
        };
        self.back_up(first);
        let blank = matches!(first, Some(b'#' | b'\n'));
        if !blank && self.brackets.is_empty() {
            let joined = before_continuation.filter(|i| i.col != 0);
            self.change_indentation(joined.unwrap_or(measured))?;
        }
        Ok(blank)
    }

    fn change_indentation(&mut self, to: Indent) -> Lexed<()> {
        let none = Indent { col: 0, alt_col: 0 };
        let top = self.indents.last().copied().unwrap_or(none);
        if to.col > top.col {
            if self.indents.len() + 1 >= MAX_INDENTS {
                return Err(self.failed_line(Condition::TooManyIndents));
            }
            if to.alt_col <= top.alt_col {
                return Err(self.failed_line(Condition::InconsistentTabs));
            }
            self.pending += 1;
            self.indents.push(to);
            return Ok(());
        }
        while self.indents.last().is_some_and(|i| to.col < i.col) {
            self.pending -= 1;
            self.indents.pop();
        }
        let top = self.indents.last().copied().unwrap_or(none);
        if to.col != top.col {
            return Err(self.failed_line(Condition::InconsistentDedent));
        }
        if to.alt_col != top.alt_col {
            return Err(self.failed_line(Condition::InconsistentTabs));
        }
        Ok(())
    }

    fn failed_line(&mut self, condition: Condition) -> super::Failed {
        self.cur = self.line_end;
        self.condition(condition)
    }

    /// The rest of a backslash continuation, the backslash being read.
    pub(super) fn continuation(&mut self) -> Lexed<()> {
        if self.next_byte() != Some(b'\n') {
            return Err(self.condition(Condition::AfterBackslash));
        }
        let next = self.next_byte();
        if next.is_none() {
            self.cur = self.line_end;
            return Err(self.condition(Condition::UnexpectedEnd));
        }
        self.back_up(next);
        Ok(())
    }
}
