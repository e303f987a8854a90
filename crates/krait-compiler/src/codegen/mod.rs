//! Code generation: one pass over the tree, function by function.
//!
//! Values live in registers. Named variables have a register of their own for the whole function;
//! temporaries are allocated like a stack (`Unit::top`), so that what has to be consecutive, a call
//! area above all, is. An expression is generated *into* a register its user wants (`want`) or, if
//! nobody cares, left where it is: a plain local costs no instruction.
//!
//! Two rules keep exceptions honest: an instruction writes its destination only when it succeeds,
//! and an expression writes a *named* destination with its last instruction only. What needs
//! several writes (`and`, `or`, displays built piece by piece) goes through a temporary.

mod annotations;
mod assign;
mod calls;
mod classes;
mod comprehensions;
mod conditions;
mod displays;
mod expr;
mod fstrings;
mod functions;
mod generators;
mod imports;
mod loops;
mod match_;
mod match_class;
mod names;
mod percent;
mod stmt;
mod try_;
mod try_star;
mod type_params;
mod unit;
mod unwind;
mod with_;

use std::collections::{BTreeSet, HashMap};

use krait_bytecode::{Code, LocalKind, Op, Position, Text, flags};
use krait_syntax::{Mode, Parsed, Source, SyntaxWarningInfo};
use ruff_python_ast::name::Name;
use ruff_python_ast::{Mod, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::CompileOptions;
use crate::assemble::{LocalRange, MAX_REGISTERS, TOO_MANY_REGISTERS, assemble};
use crate::error::{Compiled, TOO_DEEP, syntax_error, syntax_warning};
use crate::future::Futures;
use crate::ir::Body;
use crate::limits::{MAX_DEPTH, grow_stack};
use crate::scopes::{FORMAT, Resolution, Scope, ScopeId, ScopeKind, Scopes, def};
use unit::{Place, Unit, Val};

/// The state of a compilation.
pub(crate) struct Compiler<'a> {
    parsed: &'a Parsed,
    source: &'a Source,
    scopes: &'a Scopes,
    options: &'a CompileOptions,
    futures: Futures,
    filename: Text,
    units: Vec<Unit<'a>>,
    depth: u32,
    /// Code is generated a second time (a `finally` body after an exception): no warnings again.
    quiet: u32,
    pub(crate) warnings: Vec<SyntaxWarningInfo>,
}

impl<'a> Compiler<'a> {
    pub fn new(
        parsed: &'a Parsed,
        scopes: &'a Scopes,
        options: &'a CompileOptions,
        futures: Futures,
        filename: &str,
    ) -> Compiler<'a> {
        Compiler {
            parsed,
            source: &parsed.source,
            scopes,
            options,
            futures,
            filename: Text::from(filename),
            units: Vec::new(),
            depth: 0,
            quiet: 0,
            warnings: Vec::new(),
        }
    }

    /// Compiles the whole program.
    pub fn module(&mut self) -> Compiled<Code> {
        self.enter(0, "<module>", 1)?;
        if self.options.top_level_await && self.scopes.top().is_coroutine {
            self.u().flags |= flags::CO_COROUTINE;
        }
        let handler = self.start_generator();
        match &self.parsed.ast {
            Mod::Module(module) => self.module_body(&module.body)?,
            Mod::Expression(module) => {
                let value = self.expr_reg(&module.body)?;
                self.set_pos(module.body.range());
                self.u().emit1(Op::Return, value);
            }
        }
        self.end_generator(handler);
        self.leave()
    }

    fn module_body(&mut self, body: &'a [Stmt]) -> Compiled<()> {
        let start = self.u().body.mark();
        self.u().body.pos = Position::NONE;
        self.start_conditional_annotations();
        let Some(first) = body.first().map(Ranged::range) else {
            // What an empty program does has a line, which no program has.
            self.u().body.pos = Position::line(0);
            self.u().emit1(Op::ReturnNone, 0);
            return Ok(());
        };
        let mut body = body;
        if self.options.mode == Mode::Exec
            && let Some(doc) = self.docstring(body)
        {
            self.set_pos(doc.range);
            if let Some(text) = self.docstring_value(doc) {
                let value = self.materialize(Val::Const(text));
                self.store_name_reg("__doc__", value);
                self.u().top = self.u().first_temp;
            }
            body = &body[1..];
        }
        self.body(body)?;
        self.finish_module_annotations(start, first)?;
        self.u().implicit_return();
        Ok(())
    }

    // ---- The current unit ----------------------------------------------------------------

    fn u(&mut self) -> &mut Unit<'a> {
        self.units.last_mut().expect("a unit is open")
    }

    fn unit(&self) -> &Unit<'a> {
        self.units.last().expect("a unit is open")
    }

    fn scope_of(&self, id: ScopeId) -> &'a Scope {
        self.scopes.get(id)
    }

    /// Begins a function, class body or module.
    fn enter(&mut self, scope_id: ScopeId, name: &str, firstlineno: i32) -> Compiled<()> {
        let scope = self.scope_of(scope_id);
        let qualname = self.qualname(scope, name);
        let mut unit = Unit {
            scope: scope_id,
            kind: scope.kind,
            name: Name::new(name),
            qualname,
            firstlineno,
            flags: self.futures.flags,
            argcount: 0,
            posonly: 0,
            kwonly: 0,
            body: Body::new(),
            varnames: Vec::new(),
            hidden: Vec::new(),
            first_local: u32::from(!scope.kind.is_function_like()),
            nparams: 0,
            places: HashMap::new(),
            cellvars: Vec::new(),
            freevars: scope.free_names(),
            first_free: 0,
            first_temp: 0,
            top: 0,
            max_top: 0,
            blocks: Vec::new(),
            inlined: Vec::new(),
            is_async: scope.is_coroutine,
            is_generator: scope.is_generator,
            has_walrus: scope.has_walrus,
            static_attributes: BTreeSet::new(),
            annotations: Vec::new(),
            conditional_depth: 0,
            next_conditional: 0,
        };
        layout_registers(&mut unit, scope, self.scopes);
        unit.flags |= scope_flags(scope);
        self.units.push(unit);
        let unit = self.u();
        let module = unit.kind == ScopeKind::Module;
        let line = if module { 0 } else { firstlineno };
        unit.body.pos = Position {
            line,
            end_line: line + i32::from(module),
            col: 0,
            end_col: 0,
        };
        unit.emit1(Op::Resume, 0);
        unit.body.pos = Position::line(line);
        if !unit.freevars.is_empty() {
            let (first, count) = (unit.first_free, unit.freevars.len() as u32);
            unit.emit2(Op::CopyFreeVars, first, count);
        }
        for at in 0..unit.cellvars.len() {
            let reg = unit.cellvars[at].1;
            unit.emit1(Op::MakeCell, reg);
        }
        Ok(())
    }

    /// Ends the current unit.
    fn leave(&mut self) -> Compiled<Code> {
        let unit = self.units.pop().expect("a unit is open");
        if unit.max_top > MAX_REGISTERS || unit.first_temp > MAX_REGISTERS {
            return Err(TOO_MANY_REGISTERS);
        }
        let locals = LocalRange {
            first: unit.first_local,
            // Variables of comprehensions can be temporaries.
            count: unit.max_top.max(unit.first_temp),
            params: unit.nparams,
        };
        let has_doc = unit.flags & flags::CO_HAS_DOCSTRING != 0;
        let parts = assemble(unit.body, locals, unit.firstlineno, has_doc)?;
        let kind = |&hidden: &bool| {
            if hidden {
                LocalKind::Hidden
            } else {
                LocalKind::Plain
            }
        };
        let text = |name: &Name| match name.as_str() {
            FORMAT if unit.kind == ScopeKind::Annotation => Text::from("format"),
            name => Text::from(name),
        };
        let body = krait_bytecode::Body {
            varnames: unit.varnames.iter().map(text).collect(),
            local_kinds: unit.hidden.iter().map(kind).collect(),
            cellvars: unit.cellvars.iter().map(|(name, _)| text(name)).collect(),
            cell_regs: unit.cellvars.iter().map(|(_, reg)| *reg as u16).collect(),
            words: parts.words,
            consts: parts.consts,
            names: parts.names,
            exceptions: parts.exceptions,
            positions: parts.positions,
        };
        Ok(Code {
            name: text(&unit.name),
            qualname: Text::from(unit.qualname),
            filename: self.filename.clone(),
            firstlineno: unit.firstlineno,
            flags: unit.flags,
            argcount: unit.argcount,
            posonlyargcount: unit.posonly,
            kwonlyargcount: unit.kwonly,
            first_local: unit.first_local as u16,
            first_free: unit.first_free as u16,
            nregs: unit.max_top.max(unit.first_temp) as u16,
            freevars: unit.freevars.iter().map(text).collect(),
            body: body.into(),
        })
    }

    fn qualname(&self, scope: &Scope, name: &str) -> String {
        let Some(mut parent) = self.units.last() else {
            return name.to_owned();
        };
        // The scope of type parameters does not show.
        if parent.kind == ScopeKind::TypeParams {
            match self
                .units
                .len()
                .checked_sub(2)
                .and_then(|i| self.units.get(i))
            {
                Some(outer) => parent = outer,
                None => return name.to_owned(),
            }
        }
        if parent.kind == ScopeKind::Module {
            return name.to_owned();
        }
        if matches!(scope.kind, ScopeKind::Function | ScopeKind::Class) {
            let outer = self.scope_of(parent.scope);
            let mangled = self.mangle(name);
            let declared = outer.symbol(&mangled).map(|s| s.resolution);
            if declared == Some(Resolution::GlobalExplicit) {
                return name.to_owned();
            }
        }
        if matches!(parent.kind, ScopeKind::Function | ScopeKind::Lambda) {
            return format!("{}.<locals>.{name}", parent.qualname);
        }
        format!("{}.{name}", parent.qualname)
    }

    // ---- Positions, errors, recursion -----------------------------------------------------

    fn position(&self, range: TextRange) -> Position {
        let (line, col) = self.source.line_col(range.start());
        let (end_line, end_col) = self.source.line_col(range.end());
        Position {
            line: line as i32,
            end_line: end_line as i32,
            col: col as i32,
            end_col: end_col as i32,
        }
    }

    /// Makes `range` the position of the next instructions; the result is the position before.
    fn set_pos(&mut self, range: TextRange) -> Position {
        let position = self.position(range);
        std::mem::replace(&mut self.u().body.pos, position)
    }

    fn line_of(&self, range: TextRange) -> i32 {
        self.source.line_col(range.start()).0 as i32
    }

    fn error<T>(&self, range: TextRange, msg: impl Into<String>) -> Compiled<T> {
        Err(syntax_error(self.source, range, msg))
    }

    fn warn(&mut self, range: TextRange, msg: impl Into<String>) {
        if self.quiet == 0 {
            self.warnings
                .push(syntax_warning(self.source, range, msg.into()));
        }
    }

    /// Compiles something a second time: it has been warned of.
    fn quietly<T>(&mut self, f: impl FnOnce(&mut Self) -> Compiled<T>) -> Compiled<T> {
        self.quiet += 1;
        let result = f(self);
        self.quiet -= 1;
        result
    }

    fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> Compiled<T>) -> Compiled<T> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        let result = grow_stack(|| f(self));
        self.depth -= 1;
        result
    }
}

fn scope_flags(scope: &Scope) -> u32 {
    let mut bits = 0;
    if scope.kind.is_function_like() {
        bits |= flags::CO_OPTIMIZED | flags::CO_NEWLOCALS;
        if scope.nested {
            bits |= flags::CO_NESTED;
        }
        bits |= match (scope.is_generator, scope.is_coroutine) {
            (true, true) => flags::CO_ASYNC_GENERATOR,
            (true, false) => flags::CO_GENERATOR,
            (false, true) => flags::CO_COROUTINE,
            (false, false) => 0,
        };
        if scope.varargs {
            bits |= flags::CO_VARARGS;
        }
        if scope.varkeywords {
            bits |= flags::CO_VARKEYWORDS;
        }
        if scope.is_method {
            bits |= flags::CO_METHOD;
        }
    }
    bits
}

/// Gives every variable of the function its register.
fn layout_registers(unit: &mut Unit<'_>, scope: &Scope, scopes: &Scopes) {
    let mut next = unit.first_local;
    if scope.kind.is_function_like() {
        let params = scope.symbols.iter().filter(|s| s.flags & def::PARAM != 0);
        for symbol in params {
            unit.varnames.push(symbol.name.clone());
            let place = match symbol.resolution {
                Resolution::Cell => Place::Cell(next),
                _ => Place::Local(next),
            };
            unit.places.insert(symbol.name.clone(), place);
            next += 1;
        }
        unit.nparams = next - unit.first_local;
        for symbol in &scope.symbols {
            if symbol.resolution == Resolution::Local && symbol.flags & def::PARAM == 0 {
                unit.varnames.push(symbol.name.clone());
                unit.places.insert(symbol.name.clone(), Place::Local(next));
                next += 1;
            }
        }
    }
    unit.hidden = vec![false; unit.varnames.len()];
    for name in comprehension_locals(scope, scopes) {
        if !unit.places.contains_key(&name) && !unit.freevars.contains(&name) {
            if scope
                .symbol(&name)
                .is_some_and(|s| s.resolution == Resolution::Cell)
            {
                continue;
            }
            unit.hidden.push(!scope.kind.is_function_like());
            // Not in `places`: only the comprehension sees it.
            unit.varnames.push(name);
            next += 1;
        }
    }
    let mut cells = scope.cell_names();
    let implicit = [
        (scope.needs_class_cell, "__class__"),
        (scope.needs_class_dict, "__classdict__"),
    ];
    cells.extend(
        implicit
            .iter()
            .filter(|(needed, _)| *needed)
            .map(|(_, name)| Name::new(name)),
    );
    cells.sort_unstable();
    cells.dedup();
    for name in cells {
        let reg = match unit.places.get(&name) {
            Some(Place::Cell(reg)) => *reg,
            _ => {
                next += 1;
                unit.places.insert(name.clone(), Place::Cell(next - 1));
                next - 1
            }
        };
        unit.cellvars.push((name, reg));
    }
    // Parameters first, as `co_cellvars` has them.
    unit.cellvars.sort_by_key(|(_, reg)| *reg);
    unit.first_free = next;
    for (at, name) in unit.freevars.iter().enumerate() {
        unit.places
            .entry(name.clone())
            .or_insert(Place::Cell(next + at as u32));
    }
    next += unit.freevars.len() as u32;
    unit.first_temp = next;
    unit.set_top(next);
}

/// Plain locals of the comprehensions that are compiled into `scope`.
fn comprehension_locals(scope: &Scope, scopes: &Scopes) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    let mut work: Vec<ScopeId> = scope.children.iter().rev().copied().collect();
    while let Some(id) = work.pop() {
        let child = scopes.get(id);
        if !child.inlined {
            continue;
        }
        for symbol in &child.symbols {
            let plain = symbol.resolution == Resolution::Local && symbol.name != ".0";
            if plain && !names.contains(&symbol.name) {
                names.push(symbol.name.clone());
            }
        }
        work.extend(child.children.iter().rev().copied());
    }
    names
}
