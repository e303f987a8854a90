//! Leaving statements by `return`, `break` and `continue`: what their cleanup has to do, innermost
//! first.

use krait_bytecode::Op;
use ruff_python_ast::Stmt;
use ruff_python_ast::name::Name;
use ruff_text_size::TextRange;

use super::Compiler;
use super::unit::Block;
use crate::error::Compiled;
use crate::ir::Label;

/// What leaving one block takes.
enum Step<'a> {
    Nothing,
    Refused,
    Finally(&'a [Stmt]),
    PopException(u32, Option<&'a Name>),
    Exit {
        exit_pair: u32,
        is_async: bool,
        pos: krait_bytecode::Position,
    },
}

impl<'a> Compiler<'a> {
    fn step(&self, at: usize) -> (Step<'a>, Option<usize>) {
        match &self.unit().blocks[at] {
            Block::Loop { guards, .. } => (Step::Nothing, Some(*guards)),
            Block::Level => (Step::Nothing, None),
            Block::HandlerStar => (Step::Refused, None),
            Block::Finally { body, guards } => (Step::Finally(body), Some(*guards)),
            Block::FinallyEnd { saved, guards } => {
                (Step::PopException(*saved, None), Some(*guards))
            }
            Block::Handler {
                saved,
                name,
                guards,
            } => (Step::PopException(*saved, *name), Some(*guards)),
            Block::With {
                exit_pair,
                is_async,
                guards,
                pos,
            } => {
                let step = Step::Exit {
                    exit_pair: *exit_pair,
                    is_async: *is_async,
                    pos: *pos,
                };
                (step, Some(*guards))
            }
        }
    }

    /// Whether leaving all blocks may run code that rebinds locals.
    pub(super) fn unwinding_runs_code(&self) -> bool {
        self.unit().blocks.iter().any(|block| {
            matches!(
                block,
                Block::Finally { .. } | Block::Handler { name: Some(_), .. }
            )
        })
    }

    /// Leaves all blocks of the function.
    pub(super) fn unwind_all(&mut self, range: TextRange) -> Compiled<()> {
        self.unwind(0, range)
    }

    /// Leaves the blocks inside the innermost loop and goes to the label that `choose` picks of its
    /// two (continue, break). False if there is no loop.
    pub(super) fn leave_to_loop(
        &mut self,
        range: TextRange,
        choose: impl FnOnce(Label, Label) -> Label,
    ) -> Compiled<bool> {
        let found = self
            .unit()
            .blocks
            .iter()
            .enumerate()
            .rev()
            .find_map(|(at, b)| match b {
                Block::Loop {
                    continue_to,
                    break_to,
                    guards,
                } => Some((at, *continue_to, *break_to, *guards)),
                _ => None,
            });
        let Some((at, continue_to, break_to, guards)) = found else {
            self.check_refused(range)?;
            return Ok(false);
        };
        self.unwind(at + 1, range)?;
        self.set_pos(range);
        // The jump polls: by then the blocks are left and their guards must not catch anything.
        let suspended = self.u().body.suspend_guards(guards);
        self.u().jump_with_line(choose(continue_to, break_to));
        self.u().body.resume_guards(suspended);
        Ok(true)
    }

    fn check_refused(&self, range: TextRange) -> Compiled<()> {
        if self
            .unit()
            .blocks
            .iter()
            .any(|b| matches!(b, Block::HandlerStar))
        {
            let msg = "'break', 'continue' and 'return' cannot appear in an except* block";
            return self.error(range, msg);
        }
        Ok(())
    }

    fn unwind(&mut self, down_to: usize, range: TextRange) -> Compiled<()> {
        if self.unit().blocks.len() <= down_to {
            return Ok(());
        }
        // Each cleanup runs in the context outside its block.
        let mut left: Vec<Block<'a>> = Vec::new();
        let all_guards = self.u().body.suspend_guards(0);
        let mut active = all_guards.len();
        while self.unit().blocks.len() > down_to {
            let at = self.unit().blocks.len() - 1;
            let (step, guards) = self.step(at);
            left.extend(self.u().blocks.pop());
            active = guards.unwrap_or(active).min(active);
            self.u().body.resume_guards(all_guards[..active].to_vec());
            let result = self.leave_block(step, range);
            self.u().body.suspend_guards(0);
            result?;
        }
        self.u().body.resume_guards(all_guards);
        self.u().blocks.extend(left.into_iter().rev());
        Ok(())
    }

    fn leave_block(&mut self, step: Step<'a>, range: TextRange) -> Compiled<()> {
        match step {
            Step::Nothing => {}
            Step::Refused => {
                let msg = "'break', 'continue' and 'return' cannot appear in an except* block";
                return self.error(range, msg);
            }
            Step::Finally(body) => self.conditional_body(body)?,
            Step::PopException(saved, name) => {
                self.u().emit1(Op::PopExc, saved);
                if let Some(name) = name {
                    self.unbind_name(name);
                }
            }
            Step::Exit {
                exit_pair,
                is_async,
                pos,
            } => {
                self.u().body.pos = pos;
                self.call_exit_normally(exit_pair, is_async);
            }
        }
        Ok(())
    }
}
