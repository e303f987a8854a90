//! Instructions before assembly: jumps go to labels, constants are numbered per function, every
//! instruction knows its position and innermost exception handler.

use std::collections::HashMap;

use krait_bytecode::{Const, Op, Position, Text};

/// A place to jump to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Label(pub u32);

/// What an instruction carries besides its operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Payload {
    None,
    /// Index into [`Body::consts`].
    Const(u32),
    Jump(Label),
    Imm(u64),
}

/// Operand `b` of a jump that stands for a line, which it keeps; the offset takes its place.
pub(crate) const OF_LINE: u32 = 1;

/// An instruction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inst {
    pub op: Op,
    pub a: u32,
    pub b: u32,
    pub c: u32,
    pub payload: Payload,
    pub pos: Position,
    /// Index into [`Body::handlers`].
    pub handler: Option<u32>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Item {
    Inst(Inst),
    Label(Label),
}

/// Where an exception handler begins, and the register it expects the exception in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handler {
    pub label: Label,
    pub exc_reg: u32,
}

/// The code of one function under construction.
///
/// Code that runs only after an exception goes to sections of its own, which follow the main one:
/// the normal path falls through without jumps.
#[derive(Debug)]
pub(crate) struct Body {
    sections: Vec<Vec<Item>>,
    open: Vec<usize>,
    labels: u32,
    pub handlers: Vec<Handler>,
    active: Vec<u32>,
    pub consts: Vec<Const>,
    const_index: HashMap<Const, u32>,
    pub names: Vec<Text>,
    name_index: HashMap<Text, u32>,
    /// Position given to new instructions.
    pub pos: Position,
}

impl Body {
    pub fn new() -> Body {
        Body {
            sections: vec![Vec::new()],
            open: vec![0],
            labels: 0,
            handlers: Vec::new(),
            active: Vec::new(),
            consts: Vec::new(),
            const_index: HashMap::new(),
            names: Vec::new(),
            name_index: HashMap::new(),
            pos: Position::NONE,
        }
    }

    fn current(&mut self) -> &mut Vec<Item> {
        let at = *self.open.last().expect("the main section is always open");
        &mut self.sections[at]
    }

    pub fn label(&mut self) -> Label {
        self.labels += 1;
        Label(self.labels - 1)
    }

    pub fn place(&mut self, label: Label) {
        self.current().push(Item::Label(label));
    }

    pub fn push(&mut self, op: Op, [a, b, c]: [u32; 3], payload: Payload) {
        let inst = Inst {
            op,
            a,
            b,
            c,
            payload,
            pos: self.pos,
            handler: self.active.last().copied(),
        };
        self.current().push(Item::Inst(inst));
    }

    /// The instruction just pushed.
    pub fn last(&mut self) -> Option<&Inst> {
        match self.current().last()? {
            Item::Inst(inst) => Some(inst),
            _ => None,
        }
    }

    /// Begins code away from the normal path. It has to end with a jump.
    pub fn begin_cold(&mut self) {
        self.sections.push(Vec::new());
        self.open.push(self.sections.len() - 1);
    }

    pub fn end_cold(&mut self) {
        self.open.pop();
    }

    /// The end so far of the main section.
    pub fn mark(&self) -> usize {
        self.sections[0].len()
    }

    /// Moves the code since `begin_cold` to a place in the main section.
    pub fn end_cold_at(&mut self, mark: usize) {
        let at = self.open.pop().expect("a section is open");
        let items = std::mem::take(&mut self.sections[at]);
        self.sections[0].splice(mark..mark, items);
    }

    /// From here on exceptions go to `label`, with the exception in `exc_reg`.
    pub fn guard(&mut self, label: Label, exc_reg: u32) {
        self.handlers.push(Handler { label, exc_reg });
        self.active.push(self.handlers.len() as u32 - 1);
    }

    /// Ends the innermost guard.
    pub fn unguard(&mut self) {
        self.active.pop().expect("guards are balanced");
    }

    pub fn guards(&self) -> usize {
        self.active.len()
    }

    /// Suspends all guards but the outermost `count`.
    pub fn suspend_guards(&mut self, count: usize) -> Vec<u32> {
        self.active.split_off(count)
    }

    /// Takes suspended guards up again.
    pub fn resume_guards(&mut self, guards: Vec<u32>) {
        self.active.extend(guards);
    }

    pub fn constant(&mut self, value: Const) -> u32 {
        if let Some(&at) = self.const_index.get(&value) {
            return at;
        }
        let at = self.consts.len() as u32;
        self.const_index.insert(value.clone(), at);
        self.consts.push(value);
        at
    }

    pub fn name(&mut self, name: &str) -> u32 {
        let text = Text::from(name);
        if let Some(&at) = self.name_index.get(&text) {
            return at;
        }
        let at = self.names.len() as u32;
        self.name_index.insert(text.clone(), at);
        self.names.push(text);
        at
    }

    /// All items, cold sections last; and the number of labels.
    pub fn take_items(&mut self) -> (Vec<Item>, u32) {
        let sections = std::mem::take(&mut self.sections);
        (sections.into_iter().flatten().collect(), self.labels)
    }
}
