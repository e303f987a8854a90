//! Imports.

use krait_bytecode::{Const, Intrinsic1, Op};
use ruff_python_ast as ast;

use super::Compiler;
use super::unit::Val;
use crate::error::Compiled;

impl<'a> Compiler<'a> {
    /// `dst` = module `name`.
    fn import_module(&mut self, dst: u32, name: &str, level: u32, from_list: Const) {
        let first = self.materialize(Val::Const(Const::Int(i64::from(level))));
        let list = self.u().alloc();
        self.u().load_const(list, from_list);
        let name = self.u().body.name(name);
        self.u().emit(Op::ImportName, dst, first, name);
        self.u().top = first;
    }

    pub(super) fn import(&mut self, node: &'a ast::StmtImport) -> Compiled<()> {
        for alias in &node.names {
            let module = self.unit().top;
            self.import_module(module, &alias.name.id, 0, Const::None);
            self.u().reserve(module);
            match &alias.asname {
                None => {
                    let top_level = alias.name.id.split('.').next().unwrap_or_default();
                    self.store_name_reg(top_level, module);
                }
                Some(asname) => {
                    // `import a.b.c as d` binds the submodule.
                    for part in alias.name.id.split('.').skip(1) {
                        let part = self.u().body.name(part);
                        self.u().emit(Op::ImportFrom, module, module, part);
                    }
                    self.store_name_reg(&asname.id, module);
                }
            }
            self.u().top = module;
        }
        Ok(())
    }

    pub(super) fn import_from(&mut self, node: &'a ast::StmtImportFrom) -> Compiled<()> {
        let name = node.module.as_ref().map_or("", |m| m.id.as_str());
        let names: Vec<Const> = node.names.iter().map(|a| Const::str(&a.name.id)).collect();
        let module = self.unit().top;
        self.import_module(module, name, node.level, Const::Tuple(names));
        self.u().reserve(module);
        for alias in &node.names {
            if alias.name.id == "*" {
                let ignored = self.u().alloc();
                let star = Intrinsic1::ImportStar as u32;
                self.u().emit(Op::Intrinsic1, ignored, module, star);
                self.u().top = ignored;
                continue;
            }
            let item = self.u().alloc();
            let from = self.u().body.name(&alias.name.id);
            self.u().emit(Op::ImportFrom, item, module, from);
            let bound = alias.asname.as_ref().map_or(&alias.name.id, |n| &n.id);
            self.store_name_reg(bound, item);
            self.u().top = item;
        }
        self.u().top = module;
        Ok(())
    }
}
