//! `_symtable`: what the compiler knows of the names of a program.

use krait_compiler::CompileError;
use krait_compiler::scopes::{
    CONDITIONAL, Resolution, Scope, ScopeId, ScopeKind, Scopes, Symbol, def,
};
use krait_macros::{Trace, pyfunctions, pymethods};
use krait_runtime::native::{Cx, Layout, ModuleDef, Native, NativeObj, PyResult, TypeSpec, Value};
use krait_runtime::object::{Gc, Slot};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::types::typeobj::flags;
use krait_runtime::vec::ValueVec;
use krait_syntax::{Mode, Parsed};

/// A name's scope stands above the bits of [`def`].
const SCOPE_OFFSET: u32 = 12;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_symtable",
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let constants: [(&str, i64); 25] = [
        ("USE", def::USE.into()),
        ("DEF_GLOBAL", def::GLOBAL.into()),
        ("DEF_NONLOCAL", def::NONLOCAL.into()),
        ("DEF_LOCAL", def::LOCAL.into()),
        ("DEF_PARAM", def::PARAM.into()),
        ("DEF_TYPE_PARAM", def::TYPE_PARAM.into()),
        ("DEF_FREE_CLASS", def::FREE_CLASS.into()),
        ("DEF_IMPORT", def::IMPORT.into()),
        // As CPython has it, without type parameters.
        ("DEF_BOUND", (def::LOCAL | def::PARAM | def::IMPORT).into()),
        ("DEF_ANNOT", def::ANNOT.into()),
        ("DEF_COMP_ITER", def::COMP_ITER.into()),
        ("DEF_COMP_CELL", 2048),
        ("TYPE_FUNCTION", 0),
        ("TYPE_CLASS", 1),
        ("TYPE_MODULE", 2),
        ("TYPE_ANNOTATION", 3),
        ("TYPE_TYPE_ALIAS", 4),
        ("TYPE_TYPE_PARAMETERS", 5),
        ("TYPE_TYPE_VARIABLE", 6),
        ("LOCAL", scope_number(Resolution::Local)),
        ("GLOBAL_EXPLICIT", scope_number(Resolution::GlobalExplicit)),
        ("GLOBAL_IMPLICIT", scope_number(Resolution::GlobalImplicit)),
        ("FREE", scope_number(Resolution::Free)),
        ("CELL", scope_number(Resolution::Cell)),
        ("SCOPE_OFF", SCOPE_OFFSET as i64),
    ];
    for (name, value) in constants {
        m.set(cx, name, Value::small(value));
    }
    m.set(cx, "SCOPE_MASK", Value::small(15));
    Ok(())
}

fn scope_number(resolution: Resolution) -> i64 {
    match resolution {
        Resolution::Local => 1,
        Resolution::GlobalExplicit => 2,
        Resolution::GlobalImplicit => 3,
        Resolution::Free => 4,
        Resolution::Cell => 5,
    }
}

fn type_number(kind: ScopeKind) -> i64 {
    match kind {
        ScopeKind::Class => 1,
        ScopeKind::Module => 2,
        ScopeKind::Annotation => 3,
        ScopeKind::TypeAlias => 4,
        ScopeKind::TypeParams => 5,
        ScopeKind::TypeVariable => 6,
        _ => 0,
    }
}

/// A scope as `symtable.SymbolTable` wraps it.
#[derive(Trace)]
pub struct Entry {
    id: Slot,
    name: Slot,
    symbols: Slot,
    varnames: Slot,
    children: Slot,
    nested: Slot,
    kind: Slot,
    lineno: Slot,
}

impl Native for Entry {
    const PY_NAME: &'static str = "symtable entry";
}

pub static ENTRY_SPEC: TypeSpec = TypeSpec {
    name: "symtable entry",
    layout: Layout::native::<Entry>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[EntryMethods::DEFS],
    ..TypeSpec::DEFAULT
};

type EntryObj = Gc<NativeObj<Entry>>;

pub struct EntryMethods;

#[pymethods]
impl EntryMethods {
    #[py(getter)]
    fn id(this: EntryObj) -> Value {
        this.id.get()
    }
    #[py(getter)]
    fn name(this: EntryObj) -> Value {
        this.name.get()
    }
    #[py(getter)]
    fn symbols(this: EntryObj) -> Value {
        this.symbols.get()
    }
    #[py(getter)]
    fn varnames(this: EntryObj) -> Value {
        this.varnames.get()
    }
    #[py(getter)]
    fn children(this: EntryObj) -> Value {
        this.children.get()
    }
    #[py(getter)]
    fn nested(this: EntryObj) -> Value {
        this.nested.get()
    }
    #[py(getter, name = "type")]
    fn kind(this: EntryObj) -> Value {
        this.kind.get()
    }
    #[py(getter)]
    fn lineno(this: EntryObj) -> Value {
        this.lineno.get()
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: EntryObj) -> PyResult<String> {
        let name = cx.str_string(this.name.get())?;
        let id = cx.str_string(this.id.get())?;
        let line = cx.str_string(this.lineno.get())?;
        Ok(format!("<symtable entry {name}({id}), line {line}>"))
    }
}

/// Makes entries of the compiler's scopes.
struct Export<'a> {
    scopes: &'a Scopes,
    parsed: &'a Parsed,
}

impl Export<'_> {
    fn entry(&self, cx: &mut Cx, id: ScopeId) -> PyResult<Value> {
        cx.check_native_stack()?;
        let scope = self.scopes.get(id);
        let symbols = cx.new_dict();
        let mut varnames = ValueVec::new();
        let mut lacks_defaults = self.lacks_defaults(scope);
        for symbol in &scope.symbols {
            // CPython finds the set of reached annotations by other means than its symbol table.
            if symbol.name == CONDITIONAL && scope.kind == ScopeKind::Annotation {
                continue;
            }
            if lacks_defaults && symbol.name != "__classdict__" {
                let name = cx.intern(".defaults");
                symbols.set_str(cx, name, Value::small(parameter_bits(def::PARAM)));
                varnames.push(cx, name.value())?;
                lacks_defaults = false;
            }
            let name = cx.intern(&symbol.name);
            add_symbol(cx, symbols, name, symbol)?;
            if symbol.flags & def::PARAM != 0 {
                varnames.push(cx, name.value())?;
            }
        }
        let mut children = ValueVec::new();
        self.add_children(cx, scope, symbols, &mut children)?;
        let lineno = match scope.kind {
            ScopeKind::Module => 0,
            _ => self.parsed.source.line_col(scope.range.start()).0,
        };
        let name = scope.name.trim_start_matches('<').trim_end_matches('>');
        self.allocate(
            cx,
            name,
            symbols,
            varnames,
            children,
            scope,
            type_number(scope.kind),
            lineno,
        )
    }

    /// CPython passes defaults to the type parameters of every function, whether there are any or not.
    fn lacks_defaults(&self, scope: &Scope) -> bool {
        let mut children = scope.children.iter().map(|&id| self.scopes.get(id));
        scope.kind == ScopeKind::TypeParams
            && children.any(|child| child.kind == ScopeKind::Function)
            && scope.symbols.iter().all(|s| s.name != ".defaults")
    }

    #[allow(clippy::too_many_arguments, reason = "one per field")]
    fn allocate(
        &self,
        cx: &mut Cx,
        name: &str,
        symbols: Gc<Dict>,
        varnames: ValueVec,
        children: ValueVec,
        scope: &Scope,
        kind: i64,
        lineno: u32,
    ) -> PyResult<Value> {
        let class = cx.native_type(&ENTRY_SPEC)?;
        let id = cx.interp().next_id() as i64;
        let fields = Entry {
            id: Slot::new(Value::small(id)),
            name: Slot::new(cx.intern(name).value()),
            symbols: Slot::new(symbols.value()),
            varnames: Slot::new(cx.try_new_list(varnames.as_slice())?.value()),
            children: Slot::new(cx.try_new_list(children.as_slice())?.value()),
            nested: Slot::new(Value::small(i64::from(scope.nested))),
            kind: Slot::new(Value::small(kind)),
            lineno: Slot::new(Value::small(lineno.into())),
        };
        Ok(NativeObj::alloc(cx, class, fields).value())
    }

    /// Inner scopes; those of comprehensions that are compiled in place dissolve (PEP 709).
    fn add_children(
        &self,
        cx: &mut Cx,
        scope: &Scope,
        symbols: Gc<Dict>,
        children: &mut ValueVec,
    ) -> PyResult<()> {
        let mut previous = None;
        for &id in &scope.children {
            let child = self.scopes.get(id);
            if child.inlined {
                for symbol in child.symbols.iter().filter(|s| s.flags & def::PARAM == 0) {
                    let name = cx.intern(&symbol.name);
                    let known = symbols.get_str(cx, name).and_then(Value::as_small);
                    match known {
                        None => add_symbol(cx, symbols, name, symbol)?,
                        // A name that the class binds is not the one of the comprehension.
                        Some(bits)
                            if symbol.resolution == Resolution::Free
                                && (scope.kind != ScopeKind::Class
                                    || bits & i64::from(def::BOUND) == 0) =>
                        {
                            let used = i64::from(symbol.flags & def::USE);
                            symbols.set_str(cx, name, Value::small(bits | used));
                        }
                        Some(_) => {}
                    }
                }
                self.add_children(cx, child, symbols, children)?;
                continue;
            }
            // CPython has a scope for the annotations of every function, whether there are any or not.
            if child.kind == ScopeKind::Function
                && previous != Some(ScopeKind::Annotation)
                && !self.scopes.text_annotations
            {
                let in_class = scope.kind == ScopeKind::Class || scope.sees_class;
                let empty = self.empty_annotations(cx, child, in_class)?;
                children.push(cx, empty)?;
            }
            // The scope's own annotations are not those of a function that follows.
            previous = Some(child.kind).filter(|_| scope.annotations != Some(id));
            if child.is_text {
                continue;
            }
            let entry = self.entry(cx, id)?;
            children.push(cx, entry)?;
        }
        Ok(())
    }

    fn empty_annotations(&self, cx: &mut Cx, function: &Scope, in_class: bool) -> PyResult<Value> {
        let symbols = cx.new_dict();
        let name = cx.intern(".format");
        symbols.set_str(
            cx,
            name,
            Value::small(parameter_bits(def::PARAM | def::USE)),
        );
        if in_class {
            let namespace = cx.intern("__classdict__");
            let bits = i64::from(def::USE) | scope_number(Resolution::Free) << SCOPE_OFFSET;
            symbols.set_str(cx, namespace, Value::small(bits));
        }
        let varnames = ValueVec::from_slice(cx, &[name.value()])?;
        let lineno = self.parsed.source.line_col(function.range.start()).0;
        self.allocate(
            cx,
            "__annotate__",
            symbols,
            varnames,
            ValueVec::new(),
            function,
            type_number(ScopeKind::Annotation),
            lineno,
        )
    }
}

/// What is told of a parameter with these flags.
fn parameter_bits(flags: u16) -> i64 {
    i64::from(flags) | scope_number(Resolution::Local) << SCOPE_OFFSET
}

fn add_symbol(cx: &mut Cx, symbols: Gc<Dict>, name: Gc<Str>, symbol: &Symbol) -> PyResult<()> {
    let resolution = match symbol.name == CONDITIONAL {
        true => Resolution::GlobalImplicit,
        false => symbol.resolution,
    };
    let bits = i64::from(symbol.flags & !def::DELETED) | scope_number(resolution) << SCOPE_OFFSET;
    symbols.set_str(cx, name, Value::small(bits));
    Ok(())
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return symbol and scope dictionaries used internally by compiler.
    #[py(sig = "($module, source, filename, startstr, /)")]
    fn symtable(cx: &mut Cx, source: Value, filename: Value, startstr: Gc<Str>) -> PyResult<Value> {
        let mode = match startstr.as_bytes() {
            b"exec" => Mode::Exec,
            b"eval" => Mode::Eval,
            b"single" => Mode::Single,
            _ => {
                return Err(cx.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'"));
            }
        };
        let (text, name) = crate::compile::source_argument(cx, source, filename, "symtable")?;
        let parsed = crate::compile::parse_text(cx, text, &name, mode, 0)?;
        let scopes = match analyze(&parsed) {
            Ok(scopes) => scopes,
            Err(e) => return Err(crate::compile::compile_error(cx, e, &name)),
        };
        Export {
            scopes: &scopes,
            parsed: &parsed,
        }
        .entry(cx, 0)
    }
}

fn analyze(parsed: &Parsed) -> Result<Scopes, CompileError> {
    krait_compiler::symbol_table(parsed)
}
