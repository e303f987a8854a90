//! Adding names to scopes, with the checks on `global`, `nonlocal` and duplicates.

use ruff_python_ast::name::Name;
use ruff_text_size::TextRange;

use super::build::Builder;
use super::{ScopeId, ScopeKind, def};
use crate::error::Compiled;
use crate::mangle::mangle;

impl Builder<'_> {
    pub(super) fn mangled(&self, name: &str) -> Name {
        mangle(self.scope().private.as_ref(), name)
    }

    /// Notes that the current scope does `flag` with `name`.
    pub(super) fn add(&mut self, name: &str, flag: u16, range: TextRange) -> Compiled<()> {
        self.add_in(self.current, name, flag, range)
    }

    pub(super) fn add_in(
        &mut self,
        scope: ScopeId,
        name: &str,
        mut flag: u16,
        range: TextRange,
    ) -> Compiled<()> {
        let name = mangle(self.scopes[scope].private.as_ref(), name);
        let seen = self.scopes[scope].flags(&name);
        if flag & def::PARAM != 0 && seen & def::PARAM != 0 {
            let msg = format!("duplicate argument '{name}' in function definition");
            return Err(self.error(range, msg));
        }
        if flag & def::TYPE_PARAM != 0 && seen & def::TYPE_PARAM != 0 {
            return Err(self.error(range, format!("duplicate type parameter '{name}'")));
        }
        let target = &self.scopes[scope];
        if target.in_comp_iter_target {
            if seen & (def::GLOBAL | def::NONLOCAL) != 0 {
                let msg = "comprehension inner loop cannot rebind assignment expression target";
                return Err(self.error(range, format!("{msg} '{name}'")));
            }
            if flag & def::LOCAL != 0 {
                flag |= def::COMP_ITER;
            }
        }
        self.scopes[scope].entry(&name).flags |= flag;
        if flag & def::GLOBAL != 0 {
            self.scopes[0].entry(&name).flags |= flag;
        }
        Ok(())
    }

    pub(super) fn check_debug(&self, name: &str, del: bool, range: TextRange) -> Compiled<()> {
        if name != "__debug__" {
            return Ok(());
        }
        let verb = if del { "delete" } else { "assign to" };
        Err(self.error(range, format!("cannot {verb} __debug__")))
    }

    /// Binds a name written at `range`.
    pub(super) fn bind(&mut self, name: &str, range: TextRange) -> Compiled<()> {
        self.check_debug(name, false, range)?;
        self.add(name, def::LOCAL, range)
    }

    pub(super) fn global_or_nonlocal(
        &mut self,
        names: &[ruff_python_ast::Identifier],
        range: TextRange,
        flag: u16,
    ) -> Compiled<()> {
        let word = if flag == def::GLOBAL {
            "global"
        } else {
            "nonlocal"
        };
        for identifier in names {
            let name = self.mangled(&identifier.id);
            let seen = self.scope().flags(&name);
            let conflict = if seen & def::PARAM != 0 {
                Some(format!("name '{name}' is parameter and {word}"))
            } else if seen & def::USE != 0 {
                Some(format!("name '{name}' is used prior to {word} declaration"))
            } else if seen & def::ANNOT != 0 {
                Some(format!("annotated name '{name}' can't be {word}"))
            } else if seen & (def::LOCAL | def::TYPE_PARAM) != 0 {
                Some(format!(
                    "name '{name}' is assigned to before {word} declaration"
                ))
            } else {
                None
            };
            if let Some(msg) = conflict {
                return Err(self.error(range, msg));
            }
            self.add(&identifier.id, flag, range)?;
            self.scope_mut().directives.push((name, range));
        }
        Ok(())
    }

    /// The target of an assignment expression inside a comprehension belongs to the function
    /// around all comprehensions (PEP 572).
    pub(super) fn bind_walrus_outside(&mut self, name: &str, range: TextRange) -> Compiled<()> {
        let mangled = self.mangled(name);
        let mut at = Some(self.current);
        while let Some(id) = at {
            let scope = &self.scopes[id];
            if scope.kind == ScopeKind::Annotation {
                at = scope.parent;
                continue;
            }
            if scope.kind.is_comprehension() {
                if scope.flags(&mangled) & def::COMP_ITER != 0 {
                    let msg =
                        "assignment expression cannot rebind comprehension iteration variable";
                    return Err(self.error(range, format!("{msg} '{name}'")));
                }
                at = scope.parent;
                continue;
            }
            let kind = scope.kind;
            return self.bind_walrus_in(id, kind, name, &mangled, range);
        }
        Ok(())
    }

    fn bind_walrus_in(
        &mut self,
        id: ScopeId,
        kind: ScopeKind,
        name: &str,
        mangled: &Name,
        range: TextRange,
    ) -> Compiled<()> {
        let refused = match kind {
            ScopeKind::Class => {
                Some("assignment expression within a comprehension cannot be used in a class body")
            }
            ScopeKind::TypeParams => Some(
                "assignment expression within a comprehension cannot be used within the definition of a generic",
            ),
            ScopeKind::TypeAlias => {
                Some("assignment expression within a comprehension cannot be used in a type alias")
            }
            ScopeKind::TypeVariable => Some(
                "assignment expression within a comprehension cannot be used in a TypeVar bound",
            ),
            _ => None,
        };
        if let Some(msg) = refused {
            return Err(self.error(range, msg));
        }
        let is_global =
            kind == ScopeKind::Module || self.scopes[id].flags(mangled) & def::GLOBAL != 0;
        let here = if is_global {
            def::GLOBAL
        } else {
            def::NONLOCAL
        };
        self.add_in(self.current, name, here, range)?;
        self.scopes[self.current]
            .directives
            .push((mangled.clone(), range));
        // Comprehensions between this one and the function only pass the name on.
        let mut between = self.scopes[self.current].parent;
        while let Some(outer) = between.filter(|&outer| outer != id) {
            self.scopes[outer].entry(mangled).flags |= here;
            between = self.scopes[outer].parent;
        }
        self.scopes[id].has_walrus = true;
        let there = if is_global { def::GLOBAL } else { def::LOCAL };
        if kind == ScopeKind::Module {
            self.scopes[0].entry(mangled).flags |= def::GLOBAL;
            return Ok(());
        }
        self.add_in(id, name, there, range)
    }
}
