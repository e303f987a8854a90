//! The type `code`: attributes, positions, `replace`, equality.
//!
//! Offsets that Python code sees (`f_lasti`, `co_lines()`, `tb_lasti`) count the bytes of
//! `co_code`, in which an instruction word takes [`WORD_BYTES`].

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use krait_bytecode as bc;
use krait_macros::pymethods;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::str::{Str, StrBuilder};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::vec::ValueVec;

use super::code::{self, CodeObj, interned, public};
use super::function::as_code;

/// Bytes of `co_code` for each instruction word.
pub const WORD_BYTES: i64 = 8;
/// Entries of `co_positions()` for each word: CPython's code units have two bytes.
const UNITS: usize = WORD_BYTES as usize / 2;

fn names(cx: &mut Cx, texts: &[bc::Text]) -> PyResult<Value> {
    let mut all = ValueVec::with_capacity(cx, texts.len())?;
    for t in texts {
        let s = interned(cx, t);
        all.push(cx, s.value())?;
    }
    cx.try_new_tuple(all.as_slice())
}

fn optional_number(cx: &mut Cx, n: i32) -> Value {
    if n < 0 {
        Value::none()
    } else {
        cx.new_int(n as i64)
    }
}

/// The exception table in CPython's format: start, length, target in code units, depth.
fn exception_table(unit: &bc::Code) -> Vec<u8> {
    let mut out = Vec::new();
    for e in &unit.exceptions {
        let units = |words: u32| words * UNITS as u32;
        push_varint(&mut out, units(e.start), true);
        push_varint(&mut out, units(e.end - e.start), false);
        push_varint(&mut out, units(e.handler), false);
        push_varint(&mut out, 0, false);
    }
    out
}

/// Six bits a byte, the most significant first; bit 6: more follow, bit 7: an entry begins.
fn push_varint(out: &mut Vec<u8>, n: u32, begin: bool) {
    let digits = (1..6).rev().find(|d| n >> (6 * d) != 0).unwrap_or(0);
    for d in (0..=digits).rev() {
        let mut b = (n >> (6 * d)) as u8 & 63;
        if d != 0 {
            b |= 64;
        }
        if begin && d == digits {
            b |= 128;
        }
        out.push(b);
    }
}

/// What equality and hash look at besides the constants: everything but names of files and scopes.
fn identity(unit: &bc::Code) -> impl Hash + PartialEq + '_ {
    (
        (
            &unit.name,
            unit.argcount,
            unit.posonlyargcount,
            unit.kwonlyargcount,
            unit.flags,
            unit.firstlineno,
        ),
        (
            &unit.words,
            &unit.names,
            &unit.varnames,
            &unit.cellvars,
            &unit.freevars,
        ),
        (&unit.positions, &unit.exceptions),
    )
}

/// Whether two code objects are equal to Python: those among the constants are compared likewise.
fn same(a: &bc::Code, b: &bc::Code) -> bool {
    let same_const = |(a, b): (&bc::Const, &bc::Const)| match (a, b) {
        (bc::Const::Code(a), bc::Const::Code(b)) => same(a, b),
        (a, b) => a == b,
    };
    identity(a) == identity(b)
        && a.consts.len() == b.consts.len()
        && a.consts.iter().zip(&b.consts).all(same_const)
}

fn hash_into(unit: &bc::Code, hasher: &mut DefaultHasher) {
    identity(unit).hash(hasher);
    for c in &unit.consts {
        match c {
            bc::Const::Code(code) => hash_into(code, hasher),
            c => c.hash(hasher),
        }
    }
}

// ---- replace --------------------------------------------------------------------------------

fn wrong(cx: &mut Cx, field: &str, expected: &str, got: Value) -> krait_runtime::error::Raised {
    let got = cx.type_name(got);
    cx.type_error(format!(
        "replace() argument '{field}' must be {expected}, not {got}"
    ))
}

fn text_field(cx: &mut Cx, field: &str, v: Value) -> PyResult<bc::Text> {
    match Gc::<Str>::from_value(v) {
        Some(s) => Ok(bc::Text::from_wtf8(s.as_bytes())),
        None => Err(wrong(cx, field, "str", v)),
    }
}

fn number_field(cx: &mut Cx, field: &str, v: Value) -> PyResult<i32> {
    let n = cx.index_i64(v)?.and_then(|n| i32::try_from(n).ok());
    match n {
        Some(n) => Ok(n),
        None => Err(cx.overflow_error(format!("replace() argument '{field}' is out of range"))),
    }
}

fn count_field(cx: &mut Cx, field: &str, v: Value) -> PyResult<u32> {
    let n = number_field(cx, field, v)?;
    u32::try_from(n).map_err(|_| cx.value_error(format!("{field} must be a positive integer")))
}

fn names_field(cx: &mut Cx, field: &str, v: Value, old: &[bc::Text]) -> PyResult<Vec<bc::Text>> {
    let Some(t) = Gc::<Tuple>::from_value(v) else {
        return Err(wrong(cx, field, "tuple", v));
    };
    let mut all = Vec::new();
    for &item in t.as_slice() {
        match Gc::<Str>::from_value(item) {
            Some(s) => all.push(bc::Text::from_wtf8(s.as_bytes())),
            None => {
                let got = cx.type_name(item);
                return Err(cx.type_error(format!(
                    "name tuples must contain only strings, not '{got}'"
                )));
            }
        }
    }
    match all.len().cmp(&old.len()) {
        std::cmp::Ordering::Less => Err(cx.value_error(format!("code: {field} is too small"))),
        std::cmp::Ordering::Greater => {
            Err(cx.not_implemented_error(format!("replace() cannot add to {field}")))
        }
        std::cmp::Ordering::Equal => Ok(all),
    }
}

/// A constant of a value, `None` if the compiler makes no such constants.
fn constant_of(cx: &mut Cx, v: Value) -> PyResult<Option<bc::Const>> {
    use bc::Const;
    let items = |cx: &mut Cx, values: &[Value]| -> PyResult<Option<Vec<Const>>> {
        let mut all = Vec::new();
        for &v in values {
            match constant_of(cx, v)? {
                Some(c) => all.push(c),
                None => return Ok(None),
            }
        }
        Ok(Some(all))
    };
    let ty = cx.types();
    let class = cx.type_of(v);
    Ok(if v.is_none() {
        Some(Const::None)
    } else if v == Value::bool(true) {
        Some(Const::True)
    } else if v == Value::bool(false) {
        Some(Const::False)
    } else if v == Value::ellipsis() {
        Some(Const::Ellipsis)
    } else if class == ty.float {
        let x = cx.as_f64(v)?;
        Some(Const::float(x))
    } else if class == ty.int {
        cx.index_i64(v)?.map(Const::Int)
    } else if class == ty.str {
        Gc::<Str>::from_value(v).map(|s| Const::Str(bc::Text::from_wtf8(s.as_bytes())))
    } else if class == ty.bytes {
        Gc::<Bytes>::from_value(v).map(|b| Const::Bytes(b.as_bytes().into()))
    } else if class == ty.tuple {
        let t: Gc<Tuple> = Gc::from_value_unchecked(v);
        items(cx, t.as_slice())?.map(Const::Tuple)
    } else {
        as_code(v).map(|c| Const::Code(c.unit.clone()))
    })
}

/// The places of the constants that `co_consts` shows. The second code object of a generator expression is
/// none of them: a program that walks nested code finds each expression once.
fn shown_constants(unit: &bc::Code) -> Vec<usize> {
    let loops: Vec<usize> = bc::instructions(&unit.words)
        .filter(|i| i.op == bc::Op::CallExpression)
        .map(|i| unit.words[i.pc + 1] as usize)
        .collect();
    (0..unit.consts.len())
        .filter(|at| !loops.contains(at))
        .collect()
}

fn consts_field(cx: &mut Cx, v: Value, code: CodeObj) -> PyResult<Vec<bc::Const>> {
    let Some(t) = Gc::<Tuple>::from_value(v) else {
        return Err(wrong(cx, "co_consts", "tuple", v));
    };
    let old = code::constants_of(cx, code)?;
    let shown = shown_constants(&code.unit);
    if t.len() != shown.len() {
        return Err(cx.not_implemented_error("replace() cannot change the number of constants"));
    }
    let mut all = code.unit.consts.to_vec();
    for (i, &new) in shown.into_iter().zip(t.as_slice()) {
        let kept = if new.is(old.values()[i]) {
            Some(code.unit.consts[i].clone())
        } else {
            constant_of(cx, new)?
        };
        match kept {
            Some(c) => all[i] = c,
            None => {
                let got = cx.type_name(new);
                return Err(cx.not_implemented_error(format!(
                    "replace() cannot make a constant of '{got}' objects"
                )));
            }
        }
    }
    Ok(all)
}

/// Fields whose bytes describe the instructions: only what they are already.
fn same_bytes(cx: &mut Cx, field: &str, v: Value, now: &[u8]) -> PyResult<()> {
    match Gc::<Bytes>::from_value(v) {
        None => Err(wrong(cx, field, "bytes", v)),
        Some(b) if b.as_bytes() == now => Ok(()),
        Some(_) => Err(cx.not_implemented_error(format!("replace() cannot change {field}"))),
    }
}

fn same_count(cx: &mut Cx, field: &str, v: Value, now: usize) -> PyResult<()> {
    let n = count_field(cx, field, v)?;
    if n as usize == now {
        Ok(())
    } else {
        Err(cx.value_error(format!("code: {field} does not fit the code")))
    }
}

fn replace_field(
    cx: &mut Cx,
    code: CodeObj,
    unit: &mut bc::Code,
    field: &str,
    v: Value,
) -> PyResult<()> {
    match field {
        "co_name" => unit.name = text_field(cx, field, v)?,
        "co_qualname" => unit.qualname = text_field(cx, field, v)?,
        "co_filename" => unit.filename = text_field(cx, field, v)?,
        "co_firstlineno" => {
            let line = count_field(cx, field, v)?;
            unit.firstlineno = i32::try_from(line).unwrap_or(i32::MAX);
            unit.positions =
                bc::Positions::from_bytes(unit.positions.as_bytes().to_vec(), unit.firstlineno);
        }
        "co_flags" => unit.flags = count_field(cx, field, v)?,
        "co_argcount" => unit.argcount = count_field(cx, field, v)?,
        "co_posonlyargcount" => unit.posonlyargcount = count_field(cx, field, v)?,
        "co_kwonlyargcount" => unit.kwonlyargcount = count_field(cx, field, v)?,
        "co_nlocals" => same_count(cx, field, v, code.unit.nlocals())?,
        "co_stacksize" => {
            count_field(cx, field, v)?;
        }
        "co_names" => unit.names = names_field(cx, field, v, &code.unit.names)?,
        "co_varnames" => unit.varnames = names_field(cx, field, v, &code.unit.varnames)?,
        "co_freevars" => unit.freevars = names_field(cx, field, v, &code.unit.freevars)?,
        "co_cellvars" => unit.cellvars = names_field(cx, field, v, &code.unit.cellvars)?,
        "co_consts" => unit.consts = consts_field(cx, v, code)?,
        "co_code" => same_bytes(cx, field, v, &code_bytes(&code.unit))?,
        "co_linetable" => same_bytes(cx, field, v, code.unit.positions.as_bytes())?,
        "co_exceptiontable" => same_bytes(cx, field, v, &exception_table(&code.unit))?,
        _ => {
            return Err(cx.type_error(format!(
                "replace() got an unexpected keyword argument '{field}'"
            )));
        }
    }
    Ok(())
}

fn code_bytes(unit: &bc::Code) -> Vec<u8> {
    unit.words.iter().flat_map(|w| w.to_le_bytes()).collect()
}

fn replaced(cx: &mut Cx, code: CodeObj, changes: Option<Value>) -> PyResult<Value> {
    let code = public(code);
    let mut unit = bc::Code::clone(&code.unit);
    if let Some(d) = changes.and_then(Gc::<Dict>::from_value) {
        let mut pos = 0;
        while let Some((k, v)) = d.next_entry(&mut pos) {
            let field = Gc::<Str>::from_value(k).map_or_else(String::new, |s| s.to_string_lossy());
            replace_field(cx, code, &mut unit, &field, v)?;
        }
    }
    // Registers of parameters come from the counts, which have to agree with the variables.
    if unit.posonlyargcount > unit.argcount || unit.nparams() > unit.nlocals() {
        return Err(cx.value_error("code: co_varnames is too small"));
    }
    if unit.nparams() != code.unit.nparams() {
        return Err(cx.not_implemented_error("replace() cannot change the number of parameters"));
    }
    code::load(cx, Arc::new(unit)).map(|c| c.value())
}

pub struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        sig = "($type, *args, **kwargs)",
        shown = "($type, argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize,\n     flags, codestring, constants, names, varnames, filename, name,\n     qualname, firstlineno, linetable, exceptiontable, freevars=(),\n     cellvars=(), /)"
    )]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        _kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        if args.len() < 16 {
            let n = args.len();
            return Err(cx.type_error(format!("code expected at least 16 arguments, got {n}")));
        }
        Err(cx.not_implemented_error(
            "code objects are made by compile(); their instructions are not CPython's",
        ))
    }
    #[py(getter, member)]
    fn co_name(this: CodeObj) -> Value {
        this.name.get()
    }
    #[py(getter, member)]
    fn co_qualname(this: CodeObj) -> Value {
        this.qualname.get()
    }
    #[py(getter, member)]
    fn co_filename(this: CodeObj) -> Value {
        this.filename.get()
    }
    #[py(getter, member)]
    fn co_firstlineno(this: CodeObj) -> i32 {
        this.unit.firstlineno
    }
    #[py(getter, member)]
    fn co_flags(this: CodeObj) -> u32 {
        this.unit.flags
    }
    #[py(getter, member)]
    fn co_argcount(this: CodeObj) -> u32 {
        this.unit.argcount
    }
    #[py(getter, member)]
    fn co_posonlyargcount(this: CodeObj) -> u32 {
        this.unit.posonlyargcount
    }
    #[py(getter, member)]
    fn co_kwonlyargcount(this: CodeObj) -> u32 {
        this.unit.kwonlyargcount
    }
    #[py(getter, member)]
    fn co_nlocals(this: CodeObj) -> usize {
        this.unit.nlocals()
    }
    #[py(getter, member)]
    fn co_stacksize(this: CodeObj) -> u32 {
        this.unit.nregs.into()
    }
    #[py(getter)]
    fn co_varnames(cx: &mut Cx, this: CodeObj) -> PyResult<Value> {
        names(cx, &this.unit.varnames)
    }
    #[py(getter)]
    fn co_cellvars(cx: &mut Cx, this: CodeObj) -> PyResult<Value> {
        names(cx, &this.unit.cellvars)
    }
    #[py(getter)]
    fn co_freevars(cx: &mut Cx, this: CodeObj) -> PyResult<Value> {
        names(cx, &this.unit.freevars)
    }
    #[py(getter, member)]
    fn co_names(cx: &mut Cx, this: CodeObj) -> PyResult<Value> {
        let all = code::names_of(cx, this)?;
        cx.try_new_tuple(all.values())
    }
    #[py(getter, member)]
    fn co_consts(cx: &mut Cx, this: CodeObj) -> PyResult<Value> {
        let all = code::constants_of(cx, this)?;
        let mut shown = ValueVec::new();
        for at in shown_constants(&this.unit) {
            shown.push(cx, all.values()[at])?;
        }
        cx.try_new_tuple(shown.as_slice())
    }
    #[py(getter)]
    fn co_code(cx: &mut Cx, this: CodeObj) -> Value {
        cx.new_bytes(&code_bytes(&this.unit))
    }
    #[py(getter)]
    fn _co_code_adaptive(cx: &mut Cx, this: CodeObj) -> Value {
        cx.new_bytes(&code_bytes(&this.unit))
    }
    #[py(getter, member)]
    fn co_linetable(cx: &mut Cx, this: CodeObj) -> Value {
        cx.new_bytes(this.unit.positions.as_bytes())
    }
    #[py(getter, member)]
    fn co_exceptiontable(cx: &mut Cx, this: CodeObj) -> Value {
        cx.new_bytes(&exception_table(&this.unit))
    }
    #[py]
    fn co_lines(cx: &mut Cx, this: CodeObj) -> PyResult<Value> {
        let mut all = ValueVec::new();
        let runs: Vec<_> = this
            .unit
            .positions
            .iter()
            .map(|r| (r.start, r.end, r.position.line))
            .collect();
        let merged = runs.chunk_by(|a, b| a.2 == b.2);
        for run in merged {
            let start = Value::small(run[0].0 as i64 * WORD_BYTES);
            let end = Value::small(run[run.len() - 1].1 as i64 * WORD_BYTES);
            let line = optional_number(cx, run[0].2);
            let entry = cx.new_tuple(&[start, end, line]);
            all.push(cx, entry)?;
        }
        let list = cx.try_new_list(all.as_slice())?;
        cx.iter(list.value())
    }
    #[py]
    fn co_positions(cx: &mut Cx, this: CodeObj) -> PyResult<Value> {
        let mut all = ValueVec::new();
        for run in this.unit.positions.iter() {
            let p = run.position;
            let parts = [p.line, p.end_line, p.col, p.end_col].map(|n| optional_number(cx, n));
            let entry = cx.new_tuple(&parts);
            for _ in 0..(run.end - run.start) as usize * UNITS {
                all.push(cx, entry)?;
            }
        }
        let list = cx.try_new_list(all.as_slice())?;
        cx.iter(list.value())
    }
    #[py(
        sig = "($self, /, **changes)",
        doc = "Return a copy of the code object with new values for the specified fields."
    )]
    fn replace(cx: &mut Cx, this: CodeObj, changes: Option<Value>) -> PyResult<Value> {
        replaced(cx, this, changes)
    }
    #[py(
        sig = "($self, /, *args, **changes)",
        shown = "($self, /, **changes)",
        doc = "The same as replace()."
    )]
    fn __replace__(
        cx: &mut Cx,
        this: CodeObj,
        changes: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        if !args.is_empty() {
            return Err(cx.type_error("replace() takes no positional arguments"));
        }
        replaced(cx, this, changes)
    }
    /// (internal-only) Return the local variable name for the given oparg.
    ///
    /// WARNING: this method is for internal use only and may change or go
    /// away.
    #[py(sig = "($self, /, oparg)")]
    fn _varname_from_oparg(cx: &mut Cx, this: CodeObj, oparg: i32) -> PyResult<Value> {
        match u16::try_from(oparg)
            .ok()
            .and_then(|r| this.unit.register_name(r))
        {
            Some(name) => Ok(interned(cx, name).value()),
            None => Err(cx.index_error("tuple index out of range")),
        }
    }
    #[py]
    fn __eq__(this: CodeObj, value: Value) -> Value {
        match as_code(value) {
            Some(other) => {
                Value::bool(Arc::ptr_eq(&this.unit, &other.unit) || same(&this.unit, &other.unit))
            }
            None => Value::not_implemented(),
        }
    }
    #[py]
    fn __hash__(this: CodeObj) -> i64 {
        // Without keys: equal code objects of one process have equal hashes.
        let mut hasher = DefaultHasher::new();
        hash_into(&this.unit, &mut hasher);
        match hasher.finish() as i64 {
            -1 => -2,
            h => h,
        }
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: CodeObj) -> PyResult<Value> {
        let code = public(this);
        let (name, file) = (cx.str(code.name.get())?, cx.str(code.filename.get())?);
        let line = match code.unit.firstlineno {
            0 => -1,
            line => line,
        };
        let mut out = StrBuilder::new();
        out.push_str("<code object ");
        out.push_gc(name);
        out.push_str(&format!(" at {:#x}, file \"", cx.id(code.value())));
        out.push_gc(file);
        out.push_str(&format!("\", line {line}>"));
        out.finish(cx)
    }
}
