//! The frames that run while events are wanted, and where each was last.

use std::sync::OnceLock;

use krait_bytecode::{self as bc, Op};
use krait_runtime::cx::Cx;

use crate::objects::code::CodeObj;
use crate::window::{self, Frame};

/// No instruction.
pub const NOWHERE: u32 = u32::MAX;

/// The state of one frame.
#[derive(Clone, Copy)]
pub struct Entry {
    base: usize,
    code: u64,
    /// The instruction executed last.
    pub last: u32,
    /// Its line, -1 if none was seen yet.
    line: i32,
    /// Events began while it was executed: what is left of it, the place for its result, is yet to
    /// be reported.
    pub in_progress: bool,
    /// The conditional jump that was executed last, if nothing came after it.
    pub branch_from: u32,
}

impl Entry {
    /// A generator goes on, rather than a function starting.
    pub fn is_resumed(&self) -> bool {
        self.last != NOWHERE
    }

    /// Whether `line` is another line than the frame was at.
    pub fn is_other_line(&self, line: i32) -> bool {
        line != self.line
    }

    /// Whether the instruction at `at` begins the same line again: after a jump back, or as the head of a
    /// `for` loop, which stands behind the body, after a turn.
    pub fn is_line_again(&self, code: CodeObj, at: u32) -> bool {
        if self.last == NOWHERE {
            return false;
        }
        if let Some(body) = loop_body(code, at) {
            return body <= self.last && self.last <= at;
        }
        at <= self.last
            && loop_body(code, self.last).is_none()
            && code.line_starts.is_start(&code.unit, at)
    }
}

/// Where the body of the loop begins whose head is the FOR_ITER at `at`; `None`: another instruction is
/// there.
fn loop_body(code: CodeObj, at: u32) -> Option<u32> {
    let words = &code.unit.words;
    let i = bc::decode_at(words, at as usize)?;
    match i.op {
        Op::ForIter | Op::ForIterPair => bc::jump_target(words, &i).map(|t| t as u32),
        _ => None,
    }
}

/// The frames of one thread, innermost last.
#[derive(Default)]
pub struct Watched(Vec<Entry>);

pub enum Arrival {
    /// The function is not set up yet.
    Prologue,
    /// The frame begins, or a generator goes on.
    Entered(Entry),
    Running(Entry),
}

impl Watched {
    /// Events are wanted from now on: the frames that run already did not begin now.
    pub fn begin(&mut self, cx: &Cx) {
        self.0.clear();
        for f in window::frames(cx) {
            let code = f.code();
            self.0.push(Entry {
                base: f.base as usize,
                code: code.id,
                last: code.offset_of(f.pc),
                line: code.line_starts.line(&code.unit, code.offset_of(f.pc)),
                in_progress: true,
                branch_from: NOWHERE,
            });
        }
        self.0.reverse();
    }

    /// The frame is at `at`.
    pub fn arrive(&mut self, frame: Frame, code: CodeObj, at: u32) -> Arrival {
        let base = frame.base as usize;
        while self.0.last().is_some_and(|e| e.base > base) {
            self.0.pop();
        }
        if let Some(e) = self.0.last().copied()
            && e.base == base
        {
            if e.code == code.id {
                return Arrival::Running(e);
            }
            self.0.pop();
        }
        let start = code.line_starts.entry(&code.unit);
        if at < start {
            return Arrival::Prologue;
        }
        let mut entry = Entry {
            base,
            code: code.id,
            last: NOWHERE,
            line: -1,
            in_progress: false,
            branch_from: NOWHERE,
        };
        if at != start {
            // A generator goes on behind its YIELD, whose line has been reported.
            entry.last = before(&code.unit, at);
            entry.line = code.line_starts.line(&code.unit, entry.last);
        }
        self.0.push(entry);
        Arrival::Entered(entry)
    }

    /// The generator's frame, which stands at its YIELD, goes on with an exception.
    pub fn enter_by_throw(&mut self, frame: Frame) {
        self.leave(frame);
        let code = frame.code();
        let at = code.offset_of(frame.pc);
        self.0.push(Entry {
            base: frame.base as usize,
            code: code.id,
            last: at,
            line: code.line_starts.line(&code.unit, at),
            in_progress: false,
            branch_from: NOWHERE,
        });
    }

    /// The frame executes the instruction at `at` next.
    pub fn note(&mut self, frame: Frame, at: u32, line: i32, branch: bool) {
        if let Some(e) = self.0.last_mut()
            && e.base == frame.base as usize
        {
            e.last = at;
            e.in_progress = false;
            e.branch_from = if branch { at } else { NOWHERE };
            if line >= 0 {
                e.line = line;
            }
        }
    }

    /// The last line the frame was seen at, -1 if none.
    pub fn last_line(&self, frame: Frame) -> i32 {
        let own = |e: &&Entry| e.base == frame.base as usize;
        self.0.last().filter(own).map_or(-1, |e| e.line)
    }

    /// The frame ends, or its generator yields.
    pub fn leave(&mut self, frame: Frame) {
        let base = frame.base as usize;
        while self.0.last().is_some_and(|e| e.base >= base) {
            self.0.pop();
        }
    }
}

/// The instruction that stands before the one at `at`.
pub fn before(unit: &bc::Code, at: u32) -> u32 {
    bc::instructions(&unit.words)
        .find(|i| i.next() == at as usize)
        .map_or(0, |i| i.pc as u32)
}

/// Conditional jumps, loops included.
pub fn is_branch(op: Op) -> bool {
    use bc::Role;
    matches!(op, Op::ForIter | Op::ForIterPair)
        || (op.info().roles.contains(&Role::Jump16) || op.info().roles.contains(&Role::Jump32))
            && !matches!(op, Op::Jump | Op::JumpBack)
}

/// The lines of a code object's instructions, worked out when its first event is reported.
#[derive(Default)]
pub struct LineStarts(OnceLock<Table>);

struct Table {
    /// By word: the line, -1 for none. An empty module has the line 0.
    lines: Box<[i32]>,
    /// By word: whether an instruction there begins a line.
    starts: Box<[bool]>,
    /// The last of the instructions that set the function up, and what is behind them.
    start: u32,
    entry: u32,
}

impl LineStarts {
    fn table(&self, unit: &bc::Code) -> &Table {
        self.0.get_or_init(|| build(unit))
    }

    /// The line of the instruction at `at`, -1 for none.
    pub fn line(&self, unit: &bc::Code, at: u32) -> i32 {
        self.table(unit)
            .lines
            .get(at as usize)
            .copied()
            .unwrap_or(-1)
    }

    pub fn is_start(&self, unit: &bc::Code, at: u32) -> bool {
        self.table(unit)
            .starts
            .get(at as usize)
            .copied()
            .unwrap_or(false)
    }

    /// The instruction before the function's body, which stands for its start.
    pub fn before_body(&self, unit: &bc::Code) -> u32 {
        self.table(unit).start
    }

    /// The first instruction of the function's body.
    pub fn entry(&self, unit: &bc::Code) -> u32 {
        self.table(unit).entry
    }
}

fn build(unit: &bc::Code) -> Table {
    let n = unit.words.len();
    let mut lines = vec![-1; n].into_boxed_slice();
    for run in unit.positions.iter() {
        let line = run.position.line;
        lines[run.start as usize..(run.end as usize).min(n)].fill(line);
    }
    let mut starts = vec![false; n].into_boxed_slice();
    let mut before = -1;
    for i in bc::instructions(&unit.words) {
        let line = lines[i.pc];
        starts[i.pc] |= line >= 0 && line != before;
        before = line;
        if let Some(to) = bc::jump_target(&unit.words, &i)
            && let Some(to) = usize::try_from(to).ok().filter(|to| *to < n)
            && lines[to] >= 0
            && (lines[to] != line || to <= i.pc)
        {
            starts[to] = true;
        }
    }
    let setup = [
        Op::Resume,
        Op::MakeCell,
        Op::CopyFreeVars,
        Op::ReturnGenerator,
    ];
    let (mut start, mut entry) = (0, 0);
    for i in bc::instructions(&unit.words) {
        if !setup.contains(&i.op) {
            entry = i.pc as u32;
            break;
        }
        start = i.pc as u32;
    }
    Table {
        lines,
        starts,
        start,
        entry,
    }
}
