//! Which registers are alive at a safepoint, for frames that the collector meets and generators
//! that yield.
//!
//! A code object's liveness is computed when the collector first meets a frame of it (or it first
//! yields) and remembered, instruction by instruction, in the code object. All of this lives in
//! Rust's own heap: it is used while the collector runs.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use krait_bytecode::{self as bc, Access, BitSet, Op};

/// What is alive at one instruction.
pub struct Live {
    /// Registers that the instruction reads or that are needed behind it: they hold values.
    pub precise: BitSet,
    /// The area of a call: callable and arguments as long as nothing was written over them, the
    /// callee's registers or leftovers of them after that.
    pub area: BitSet,
}

/// Liveness of one code object.
#[derive(Default)]
pub struct Map {
    flow: OnceLock<bc::Liveness>,
    known: Mutex<HashMap<u32, &'static Live>>,
    yields: OnceLock<Box<[YieldPoint]>>,
}

/// A YIELD: where it is, and what a generator that stands there keeps.
struct YieldPoint {
    pc: u32,
    kept: BitSet,
    /// Registers up to the last of these.
    saved: usize,
    /// Ending the generator here runs a handler or closes what it delegates to.
    guarded: bool,
}

impl Drop for Map {
    fn drop(&mut self) {
        let known = self.known.get_mut().unwrap_or_else(|e| e.into_inner());
        for (_, live) in known.drain() {
            // SAFETY: made by `Box::leak` in `at`; nobody looks at a dead code object's map.
            drop(unsafe { Box::from_raw(std::ptr::from_ref(live).cast_mut()) });
        }
    }
}

impl Map {
    fn flow(&self, unit: &bc::Code) -> &bc::Liveness {
        self.flow.get_or_init(|| bc::liveness(unit))
    }

    /// What is alive at the instruction at word `pc`. `None`: no instruction begins there.
    pub fn at(&self, unit: &bc::Code, pc: u32) -> Option<&Live> {
        let mut known = self.known.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(&live) = known.get(&pc) {
            return Some(live);
        }
        let instr = bc::decode_at(&unit.words, pc as usize)?;
        let mut precise = self.flow(unit).live_in(unit, pc as usize);
        let mut area = BitSet::new(unit.nregs as usize);
        // The header's place in front of the callable is scratch, or has the marks of missing arguments.
        let first = instr.b as usize + crate::window::CALLABLE;
        bc::for_each_register(&unit.words, &instr, |reg, access| {
            let reg = reg as usize;
            if access == Access::Clobber && reg < unit.nregs as usize {
                precise.remove(reg);
                if reg >= first {
                    area.insert(reg);
                }
            }
        });
        // `drop` frees it.
        let live: &'static Live = Box::leak(Box::new(Live { precise, area }));
        known.insert(pc, live);
        Some(live)
    }

    /// The registers a generator has to keep at the YIELD at word `pc`.
    pub fn kept_at_yield(&self, unit: &bc::Code, pc: u32) -> Option<&BitSet> {
        self.yields(unit)
            .iter()
            .find(|y| y.pc == pc)
            .map(|y| &y.kept)
    }

    /// How many registers a generator saves at the YIELD at word `pc`: up to the last it keeps.
    pub fn saved_at_yield(&self, unit: &bc::Code, pc: u32) -> usize {
        let point = self.yields(unit).iter().find(|y| y.pc == pc);
        point.map_or(unit.nregs as usize, |y| y.saved)
    }

    /// The most registers that a generator of this code saves.
    pub fn most_saved(&self, unit: &bc::Code) -> usize {
        let variables = unit.first_temp() as usize;
        let saved = self.yields(unit).iter().map(|y| y.saved);
        saved.max().unwrap_or(0).max(variables)
    }

    /// Whether a generator at the YIELD at word `pc` has something left to do when it is given up.
    pub fn is_guarded_yield(&self, unit: &bc::Code, pc: u32) -> bool {
        self.yields(unit).iter().any(|y| y.pc == pc && y.guarded)
    }

    /// Whether that holds for any YIELD.
    pub fn has_guarded_yield(&self, unit: &bc::Code) -> bool {
        self.yields(unit).iter().any(|y| y.guarded)
    }

    fn yields(&self, unit: &bc::Code) -> &[YieldPoint] {
        self.yields.get_or_init(|| self.all_yields(unit))
    }

    fn all_yields(&self, unit: &bc::Code) -> Box<[YieldPoint]> {
        let mut all = Vec::new();
        for instr in bc::instructions(&unit.words).filter(|i| i.op == Op::Yield) {
            let mut kept = self.flow(unit).live_out(unit, instr.pc);
            if instr.c != 0 {
                // The iterator it delegates to.
                kept.insert(instr.c as usize - 1);
            }
            let pc = instr.pc as u32;
            // A cache word holds this, where zero means empty.
            let saved = kept.iter().last().map_or(1, |r| r + 1);
            all.push(YieldPoint {
                pc,
                kept,
                saved,
                guarded: instr.c != 0 || has_own_handler(unit, pc),
            });
        }
        all.into()
    }
}

/// Whether a handler of the program stands around `pc`: one that is not there only to turn
/// StopIteration into RuntimeError (PEP 479).
fn has_own_handler(unit: &bc::Code, pc: u32) -> bool {
    let Some(handler) = unit.handler_for(pc) else {
        return false;
    };
    let Some(first) = bc::decode_at(&unit.words, handler.handler as usize) else {
        return false;
    };
    let converts =
        first.op == Op::Intrinsic1 && first.c as u32 == bc::Intrinsic1::StopIterationError as u32;
    !converts
}
