//! Tuple, list, set and dict displays.

use krait_bytecode::{Const, Op};
use ruff_python_ast::{DictItem, Expr};

use super::Compiler;
use super::unit::Val;
use crate::error::Compiled;

/// Longer displays are built piece by piece instead of in consecutive registers, so that windows
/// stay small.
const MAX_INLINE: usize = 30;

/// Displays of at least this many constants are copied from a tuple.
const MIN_COPIED: usize = 3;

impl<'a> Compiler<'a> {
    fn constants(&self, elts: &[Expr]) -> Option<Vec<Const>> {
        elts.iter().map(|e| self.constant_value(e)).collect()
    }

    /// The elements in consecutive new temporaries.
    pub(super) fn consecutive(&mut self, elts: &'a [Expr]) -> Compiled<u32> {
        let first = self.unit().top;
        for elt in elts {
            self.expr_temp(elt)?;
        }
        Ok(first)
    }

    pub(super) fn tuple(&mut self, elts: &'a [Expr], want: Option<u32>) -> Compiled<Val> {
        if let Some(items) = self.constants(elts) {
            return Ok(match want {
                None => Val::Const(Const::Tuple(items)),
                Some(dst) => {
                    self.u().load_const(dst, Const::Tuple(items));
                    Val::Reg(dst)
                }
            });
        }
        let mark = self.unit().top;
        if is_plain(elts) {
            let first = self.consecutive(elts)?;
            let dst = self.dst(mark, want);
            self.u().emit(Op::BuildTuple, dst, first, elts.len() as u32);
            return Ok(Val::Reg(dst));
        }
        let list = self.u().alloc();
        self.list_pieces(list, elts)?;
        let dst = self.dst(mark, want);
        self.u().emit2(Op::ListToTuple, dst, list);
        Ok(Val::Reg(dst))
    }

    pub(super) fn list(&mut self, elts: &'a [Expr], want: Option<u32>) -> Compiled<Val> {
        let mark = self.unit().top;
        let constants = if elts.len() >= MIN_COPIED {
            self.constants(elts)
        } else {
            None
        };
        if constants.is_none() && is_plain(elts) {
            let first = self.consecutive(elts)?;
            let dst = self.dst(mark, want);
            self.u().emit(Op::BuildList, dst, first, elts.len() as u32);
            return Ok(Val::Reg(dst));
        }
        let list = self.building(want);
        match constants {
            Some(items) => {
                self.u().emit(Op::BuildList, list, list, 0);
                let tmp = self.materialize(Val::Const(Const::Tuple(items)));
                self.u().emit2(Op::ListExtend, list, tmp);
            }
            None => self.list_pieces(list, elts)?,
        }
        Ok(self.built(mark, list, want))
    }

    /// Builds a list in `list` element by element.
    pub(super) fn list_pieces(&mut self, list: u32, elts: &'a [Expr]) -> Compiled<()> {
        let mark = self.unit().top;
        let plain = if elts.len() > MAX_INLINE {
            0
        } else {
            elts.iter().take_while(|e| !e.is_starred_expr()).count()
        };
        let first = self.consecutive(&elts[..plain])?;
        self.u().top = mark;
        self.u()
            .emit(Op::BuildList, list, first.max(list), plain as u32);
        self.append_all(list, &elts[plain..], Op::ListAppend, Op::ListExtend)
    }

    fn append_all(&mut self, into: u32, elts: &'a [Expr], one: Op, many: Op) -> Compiled<()> {
        let mark = self.unit().top;
        for elt in elts {
            let (op, value) = match elt {
                Expr::Starred(node) => (many, &*node.value),
                other => (one, other),
            };
            let reg = self.expr_reg(value)?;
            self.u().emit2(op, into, reg);
            self.u().top = mark;
        }
        Ok(())
    }

    pub(super) fn set(&mut self, elts: &'a [Expr], want: Option<u32>) -> Compiled<Val> {
        let mark = self.unit().top;
        let constants = if elts.len() >= MIN_COPIED {
            self.constants(elts)
        } else {
            None
        };
        if constants.is_none() && is_plain(elts) {
            let first = self.consecutive(elts)?;
            let dst = self.dst(mark, want);
            self.u().emit(Op::BuildSet, dst, first, elts.len() as u32);
            return Ok(Val::Reg(dst));
        }
        let set = self.building(want);
        self.u().emit(Op::BuildSet, set, set, 0);
        match constants {
            Some(items) => {
                let tmp = self.materialize(Val::Const(Const::FrozenSet(items)));
                self.u().emit2(Op::SetUpdate, set, tmp);
            }
            None => self.append_all(set, elts, Op::SetAdd, Op::SetUpdate)?,
        }
        Ok(self.built(mark, set, want))
    }

    pub(super) fn dict(&mut self, items: &'a [DictItem], want: Option<u32>) -> Compiled<Val> {
        let mark = self.unit().top;
        let plain = if items.len() > MAX_INLINE / 2 {
            0
        } else {
            items.iter().take_while(|item| item.key.is_some()).count()
        };
        if plain == items.len() {
            let first = self.unit().top;
            self.dict_pairs(items)?;
            let dst = self.dst(mark, want);
            self.u().emit(Op::BuildMap, dst, first, items.len() as u32);
            return Ok(Val::Reg(dst));
        }
        let dict = self.building(want);
        let inner = self.unit().top;
        self.dict_pairs(&items[..plain])?;
        self.u().top = inner;
        self.u().emit(Op::BuildMap, dict, inner, plain as u32);
        for item in &items[plain..] {
            match &item.key {
                Some(key) => {
                    let key = self.operand(key, &[&item.value])?;
                    let value = self.expr_reg(&item.value)?;
                    self.u().emit(Op::MapAdd, dict, key, value);
                }
                None => {
                    let mapping = self.expr_reg(&item.value)?;
                    self.u().emit2(Op::DictUpdate, dict, mapping);
                }
            }
            self.u().top = inner;
        }
        Ok(self.built(mark, dict, want))
    }

    fn dict_pairs(&mut self, items: &'a [DictItem]) -> Compiled<()> {
        for item in items {
            if let Some(key) = &item.key {
                self.expr_temp(key)?;
            }
            self.expr_temp(&item.value)?;
        }
        Ok(())
    }
}

/// Whether all elements fit consecutive registers.
fn is_plain(elts: &[Expr]) -> bool {
    elts.len() <= MAX_INLINE && !elts.iter().any(Expr::is_starred_expr)
}
