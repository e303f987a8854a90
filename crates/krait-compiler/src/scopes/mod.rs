//! The symbol table: which scopes a program has and what each name means in each of them.
//!
//! Built in two passes over the whole program, as the language reference's section on naming and
//! binding asks: `build` walks the tree and notes what every scope does with a name; `analyze`
//! decides local, cell, free or global.

mod analyze;
mod build;
mod expressions;
mod symbols;

use std::collections::HashMap;

use krait_syntax::Parsed;
use ruff_python_ast::name::Name;
use ruff_text_size::TextRange;

use crate::error::Compiled;
use crate::future::Futures;
use crate::mangle::Private;
pub(crate) use build::docstring;
pub use build::{block_range, definition_range};

/// Index of a scope in [`Scopes`].
pub type ScopeId = usize;

/// What a scope belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ScopeKind {
    /// A module, `exec`, `eval` or interactive input.
    Module,
    /// A class body.
    Class,
    /// A function body.
    Function,
    /// A lambda.
    Lambda,
    /// A list comprehension.
    ListComp,
    /// A set comprehension.
    SetComp,
    /// A dict comprehension.
    DictComp,
    /// A generator expression.
    Generator,
    /// An `__annotate__` function (PEP 649).
    Annotation,
    /// The scope of type parameters (PEP 695).
    TypeParams,
    /// The value of a type alias.
    TypeAlias,
    /// A bound, constraint or default of a type parameter.
    TypeVariable,
}

impl ScopeKind {
    /// Whether the scope's names live in registers.
    pub fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }

    /// Whether it is a comprehension or generator expression.
    pub fn is_comprehension(self) -> bool {
        use ScopeKind::{DictComp, Generator, ListComp, SetComp};
        matches!(self, ListComp | SetComp | DictComp | Generator)
    }
}

/// What a scope does with a name; the bits of CPython's `symtable`.
pub mod def {
    /// `global` statement.
    pub const GLOBAL: u16 = 1;
    /// Assigned in the scope.
    pub const LOCAL: u16 = 2;
    /// Parameter.
    pub const PARAM: u16 = 4;
    /// `nonlocal` statement.
    pub const NONLOCAL: u16 = 8;
    /// Read.
    pub const USE: u16 = 16;
    /// Free in the class's methods, but also bound in the class.
    pub const FREE_CLASS: u16 = 64;
    /// Imported.
    pub const IMPORT: u16 = 128;
    /// Annotated.
    pub const ANNOT: u16 = 256;
    /// Target of a comprehension.
    pub const COMP_ITER: u16 = 512;
    /// Type parameter.
    pub const TYPE_PARAM: u16 = 1024;
    /// Deleted (own bit; decides where a check for unbound locals can be needed).
    pub const DELETED: u16 = 4096;
    /// Any binding.
    pub const BOUND: u16 = LOCAL | PARAM | IMPORT | TYPE_PARAM;
}

/// What a name means in a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resolution {
    /// A register (or the namespace mapping of a module or class).
    Local,
    /// A local that inner scopes use too.
    Cell,
    /// A variable of an enclosing function.
    Free,
    /// Declared `global`.
    GlobalExplicit,
    /// Global because nothing else binds it.
    GlobalImplicit,
}

/// A name in a scope.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// The (mangled) name.
    pub name: Name,
    /// Bits of [`def`].
    pub flags: u16,
    /// The result of the analysis.
    pub resolution: Resolution,
}

/// A scope.
#[derive(Debug)]
pub struct Scope {
    /// What it belongs to.
    pub kind: ScopeKind,
    /// Name of the function or class, or one like `<listcomp>`.
    pub name: Name,
    /// Enclosing scope.
    pub parent: Option<ScopeId>,
    /// Inner scopes in source order.
    pub children: Vec<ScopeId>,
    /// The names in order of first appearance.
    pub symbols: Vec<Symbol>,
    index: HashMap<Name, usize>,
    /// The class whose private names are meant.
    pub private: Option<Private>,
    /// Where the scope stands in the source.
    pub range: TextRange,
    /// Whether it lies in a function.
    pub nested: bool,
    /// Whether it contains `yield`.
    pub is_generator: bool,
    /// Whether it is an `async def` or a comprehension that awaits.
    pub is_coroutine: bool,
    /// Has `*args`.
    pub varargs: bool,
    /// Has `**kwargs`.
    pub varkeywords: bool,
    /// Class: methods use `__class__`.
    pub needs_class_cell: bool,
    /// Class: annotation scopes in it use its namespace.
    pub needs_class_dict: bool,
    /// Annotation-like scope directly in a class: sees the names of the class.
    pub sees_class: bool,
    /// Comprehension that is compiled into its parent (PEP 709).
    pub inlined: bool,
    /// Has annotations in conditional blocks, or is a module that runs its annotations.
    pub has_conditional_annotations: bool,
    /// Scope of the annotations of this module, class or function.
    pub annotations: Option<ScopeId>,
    /// Function: has a docstring.
    pub has_docstring: bool,
    /// Is a method: defined directly in a class.
    pub is_method: bool,
    /// A walrus (also in a comprehension inside) may rebind its names within an expression.
    pub has_walrus: bool,
    /// Evaluating the iterable of a comprehension: number of enclosing ones.
    pub(crate) comp_iter_expr: u32,
    pub(crate) in_comp_iter_target: bool,
    /// For messages about bounds and defaults: what the scope is.
    pub(crate) description: &'static str,
    /// Positions of `global` and `nonlocal` statements.
    pub(crate) directives: Vec<(Name, TextRange)>,
    pub(crate) conditional_depth: u32,
    pub(crate) has_annotation_statements: bool,
    /// Annotations kept as text, or inside such: its names keep no variable alive.
    pub is_text: bool,
    /// Annotations of a function's variables: they are not evaluated, their names are not noted.
    /// Scopes inside are as anywhere else.
    pub(crate) keeps_no_names: bool,
}

impl Scope {
    /// Looks a mangled name up.
    pub fn symbol(&self, name: &str) -> Option<&Symbol> {
        self.index.get(name).map(|&i| &self.symbols[i])
    }

    /// Flags of a mangled name, 0 if the scope does not mention it.
    pub fn flags(&self, name: &str) -> u16 {
        self.symbol(name).map_or(0, |s| s.flags)
    }

    fn entry(&mut self, name: &Name) -> &mut Symbol {
        let next = self.symbols.len();
        let at = *self.index.entry(name.clone()).or_insert(next);
        if at == next {
            let resolution = Resolution::GlobalImplicit;
            self.symbols.push(Symbol {
                name: name.clone(),
                flags: 0,
                resolution,
            });
        }
        &mut self.symbols[at]
    }

    fn sorted(&self, wanted: impl Fn(&Symbol) -> bool) -> Vec<Name> {
        let mut names: Vec<Name> = self
            .symbols
            .iter()
            .filter(|s| wanted(s))
            .map(|s| s.name.clone())
            .collect();
        names.sort_unstable();
        names
    }

    /// The free variables, sorted.
    pub fn free_names(&self) -> Vec<Name> {
        self.sorted(|s| s.resolution == Resolution::Free || s.flags & def::FREE_CLASS != 0)
    }

    /// The cell variables, sorted.
    pub fn cell_names(&self) -> Vec<Name> {
        self.sorted(|s| s.resolution == Resolution::Cell)
    }
}

/// Which of the scopes of one node is meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Part {
    Body,
    TypeParams,
    Annotations,
    Bound,
    Default,
}

/// All scopes of a program; the module is number 0.
#[derive(Debug)]
pub struct Scopes {
    scopes: Vec<Scope>,
    by_node: HashMap<(usize, Part), ScopeId>,
    /// Annotations are kept as texts (PEP 563).
    pub text_annotations: bool,
}

impl Scopes {
    /// The module's scope.
    pub fn top(&self) -> &Scope {
        &self.scopes[0]
    }

    /// A scope by number.
    pub fn get(&self, id: ScopeId) -> &Scope {
        &self.scopes[id]
    }

    /// All scopes.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.scopes.iter()
    }

    /// The scope that `node` opened.
    pub(crate) fn of<T>(&self, node: &T, part: Part) -> Option<ScopeId> {
        self.by_node.get(&(address(node), part)).copied()
    }
}

/// Nodes are told apart by address: the tree is borrowed for as long as the table is used.
fn address<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

/// The parameter of annotation scopes, under a name that no program can use.
pub(crate) const FORMAT: &str = ".format";

/// The set of the annotations that were reached.
pub const CONDITIONAL: &str = "__conditional_annotations__";

/// Makes the symbol table of a program.
pub(crate) fn analyze(
    parsed: &Parsed,
    futures: &Futures,
    top_level_await: bool,
) -> Compiled<Scopes> {
    let mut scopes = build::build(parsed, futures, top_level_await)?;
    analyze::resolve(&mut scopes, &parsed.source)?;
    Ok(scopes)
}
