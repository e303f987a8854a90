//! Decides what every name of every scope means.

use krait_syntax::Source;
use ruff_python_ast::name::Name;
use ruff_text_size::TextRange;

use super::{CONDITIONAL, Resolution, Scope, ScopeId, ScopeKind, Scopes, def};
use crate::error::{Compiled, scopes_error};

/// Names that a class provides to the functions in it without binding them in its namespace.
const CLASS_CELLS: [&str; 3] = ["__class__", "__classdict__", CONDITIONAL];

pub(super) fn resolve(scopes: &mut Scopes, source: &Source) -> Compiled<()> {
    for id in 0..scopes.scopes.len() {
        if scopes.scopes[id].kind.is_comprehension() {
            let parent = scopes.scopes[id].parent;
            // What stands inside an annotation scope does not see the class as that scope does.
            let inlinable = scopes.scopes[id].kind != ScopeKind::Generator
                && parent.is_some_and(|parent| !scopes.scopes[parent].sees_class);
            scopes.scopes[id].inlined = inlinable;
        }
    }
    // Parents come before their children, so a parent's own resolution is known first.
    for id in 0..scopes.scopes.len() {
        for at in 0..scopes.scopes[id].symbols.len() {
            resolve_symbol(scopes, source, id, at)?;
        }
    }
    Ok(())
}

fn directive(scope: &Scope, name: &Name) -> TextRange {
    let found = scope.directives.iter().find(|(n, _)| n == name);
    found.map_or(scope.range, |(_, range)| *range)
}

fn resolve_symbol(scopes: &mut Scopes, source: &Source, id: ScopeId, at: usize) -> Compiled<()> {
    let scope = &scopes.scopes[id];
    let name = scope.symbols[at].name.clone();
    let flags = scope.symbols[at].flags;
    let resolution = if flags & def::GLOBAL != 0 {
        if flags & def::NONLOCAL != 0 {
            let msg = format!("name '{name}' is nonlocal and global");
            return Err(scopes_error(source, directive(scope, &name), msg));
        }
        Resolution::GlobalExplicit
    } else if flags & def::NONLOCAL != 0 {
        check_nonlocal(scopes, source, id, &name)?;
        mark_free(scopes, id, &name);
        Resolution::Free
    } else if flags & def::BOUND != 0 {
        // An inner scope that was resolved before this name may have made it a cell.
        match scope.symbols[at].resolution {
            Resolution::Cell => Resolution::Cell,
            _ => Resolution::Local,
        }
    } else if scope.is_text {
        Resolution::GlobalImplicit
    } else if let Some(seen) = through_class(scopes, id, &name) {
        seen
    } else if is_hosted_by_class(scopes, id) && CLASS_CELLS.contains(&name.as_str()) {
        // The class's code itself has no access to what it provides to functions.
        Resolution::GlobalImplicit
    } else if find_owner(scopes, id, &name).is_some() {
        mark_free(scopes, id, &name);
        Resolution::Free
    } else if scope.symbols[at].resolution == Resolution::Free {
        Resolution::Free
    } else {
        Resolution::GlobalImplicit
    };
    scopes.scopes[id].symbols[at].resolution = resolution;
    Ok(())
}

/// What a name of the class around an annotation scope means in that scope: it is looked up in the
/// class's namespace, then in the globals.
fn through_class(scopes: &Scopes, id: ScopeId, name: &Name) -> Option<Resolution> {
    let mut at = &scopes.scopes[id];
    if CLASS_CELLS.contains(&name.as_str()) {
        return None;
    }
    while at.sees_class {
        at = &scopes.scopes[at.parent?];
        if at.kind == ScopeKind::Class {
            let flags = at.flags(name);
            if flags & def::GLOBAL != 0 {
                return Some(Resolution::GlobalExplicit);
            }
            let bound = flags & def::BOUND != 0 && flags & def::NONLOCAL == 0;
            return bound.then_some(Resolution::GlobalImplicit);
        }
        if at.flags(name) & def::BOUND != 0 {
            return None;
        }
    }
    None
}

/// Whether `id` is a comprehension that is compiled into a class's code.
fn is_hosted_by_class(scopes: &Scopes, id: ScopeId) -> bool {
    let mut at = &scopes.scopes[id];
    while at.inlined
        && let Some(parent) = at.parent
    {
        at = &scopes.scopes[parent];
        if at.kind == ScopeKind::Class {
            return true;
        }
    }
    false
}

fn check_nonlocal(scopes: &Scopes, source: &Source, id: ScopeId, name: &Name) -> Compiled<()> {
    let scope = &scopes.scopes[id];
    let msg = if id == 0 {
        "nonlocal declaration not allowed at module level".to_owned()
    } else {
        match find_owner(scopes, id, name) {
            None => format!("no binding for nonlocal '{name}' found"),
            Some(owner) if scopes.scopes[owner].flags(name) & def::TYPE_PARAM != 0 => {
                format!("nonlocal binding not allowed for type parameter '{name}'")
            }
            Some(_) => return Ok(()),
        }
    };
    Err(scopes_error(source, directive(scope, name), msg))
}

/// Whether class scope `scope` provides `name` through a cell.
fn class_provides(scope: &Scope, name: &str) -> bool {
    scope.kind == ScopeKind::Class
        && CLASS_CELLS.contains(&name)
        && (name != CONDITIONAL || scope.has_conditional_annotations)
}

/// The function (or class, for its implicit cells) around scope `id` that binds `name`.
fn find_owner(scopes: &Scopes, id: ScopeId, name: &Name) -> Option<ScopeId> {
    let mut at = scopes.scopes[id].parent;
    while let Some(outer) = at {
        let scope = &scopes.scopes[outer];
        at = scope.parent;
        if scope.kind == ScopeKind::Module {
            return None;
        }
        if scope.kind == ScopeKind::Class {
            if class_provides(scope, name) {
                return Some(outer);
            }
            continue;
        }
        let flags = scope.flags(name);
        if flags & def::GLOBAL != 0 {
            return None;
        }
        if flags & def::BOUND != 0 && flags & def::NONLOCAL == 0 {
            return Some(outer);
        }
    }
    None
}

/// Makes the owner's variable a cell and passes it through all scopes between.
///
/// A comprehension that is inlined shares its host's registers: going from one to the other is no
/// reason for a cell.
fn mark_free(scopes: &mut Scopes, id: ScopeId, name: &Name) {
    let Some(owner) = find_owner(scopes, id, name) else {
        return;
    };
    let mut crossed = false;
    let mut at = id;
    while at != owner {
        if at != id {
            pass_on(&mut scopes.scopes[at], name);
        }
        crossed |= !scopes.scopes[at].inlined;
        match scopes.scopes[at].parent {
            Some(parent) => at = parent,
            None => return,
        }
    }
    let scope = &mut scopes.scopes[owner];
    match name.as_str() {
        _ if scope.kind.is_function_like() => {
            if crossed {
                scope.entry(name).resolution = Resolution::Cell;
            }
        }
        "__class__" => scope.needs_class_cell = true,
        "__classdict__" => scope.needs_class_dict = true,
        _ => scope.entry(name).resolution = Resolution::Cell,
    }
}

/// Notes that `name` passes through `scope` on its way to an inner one.
fn pass_on(scope: &mut Scope, name: &Name) {
    let (flags, is_class) = (scope.flags(name), scope.kind == ScopeKind::Class);
    let bound = is_class && flags & (def::BOUND | def::GLOBAL) != 0;
    let marked = flags != 0 && (is_class || scope.sees_class);
    let symbol = scope.entry(name);
    if marked {
        symbol.flags |= def::FREE_CLASS;
    }
    if !bound {
        symbol.resolution = Resolution::Free;
    }
}
