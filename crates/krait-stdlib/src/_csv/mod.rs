//! `_csv`: reading and writing comma-separated values.

mod dialect;
mod reader;
mod writer;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use krait_runtime::types::exceptions;
use krait_runtime::types::int::is_int;

use crate::prelude::*;
use crate::support;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_csv",
    doc: Some("CSV parsing and writing.\n"),
    functions: &[Functions::DEFS],
    types: &[&dialect::SPEC, &ERROR],
    init: Some(init),
};

static ERROR: TypeSpec = exception_class("_csv", "Error", None, &exceptions::EXCEPTION);

#[cold]
fn error(cx: &mut Cx, message: &str) -> Raised {
    raise(cx, &ERROR, message)
}

/// The error of an attempt to set what is a plain read-only field in CPython.
#[cold]
fn readonly(cx: &mut Cx) -> PyResult<()> {
    Err(cx.attribute_error("readonly attribute"))
}

/// What the module keeps between calls.
struct State {
    /// The longest field that a reader accepts, in characters.
    field_limit: AtomicI64,
    /// The bits of the dict of dialects by name; 0 until it is made.
    dialects: AtomicU64,
}

impl Default for State {
    fn default() -> State {
        State {
            field_limit: AtomicI64::new(128 * 1024),
            dialects: AtomicU64::new(0),
        }
    }
}

/// The registered dialects.
fn dialects(cx: &mut Cx) -> Gc<Dict> {
    let known = &cx.state::<State>().dialects;
    let bits = known.load(Ordering::Acquire);
    if bits != 0 {
        return Gc::from_value_unchecked(Value::from_bits(bits));
    }
    let dict = cx.new_dict().value();
    cx.keep_forever(dict);
    let first = known.compare_exchange(0, dict.bits(), Ordering::AcqRel, Ordering::Acquire);
    Gc::from_value_unchecked(first.map_or_else(Value::from_bits, |_| dict))
}

/// The dialect registered under `name`.
fn registered(cx: &mut Cx, name: Value) -> PyResult<Value> {
    match dialects(cx).get(cx, name)? {
        Some(d) => Ok(d),
        None => Err(error(cx, "unknown dialect")),
    }
}

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let dialects = dialects(cx);
    m.set(cx, "_dialects", dialects.value());
    for (name, spec) in [("Reader", &reader::SPEC), ("Writer", &writer::SPEC)] {
        let class = cx.native_type(spec)?;
        m.set(cx, name, class.value());
    }
    support::add_ints(cx, m, dialect::QUOTE_STYLES);
    Ok(())
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Return a list of all known dialect names.
    #[py(sig = "($module, /)")]
    fn list_dialects(cx: &mut Cx) -> PyResult<Value> {
        let names = dialects(cx).value();
        let names = cx.collect(names)?;
        Ok(List::from_vec(cx, names).value())
    }
    /// Create a mapping from a string name to a CVS dialect.
    ///
    /// The optional "dialect" argument specifies the base dialect instance
    /// or the name of the registered dialect.  The function also accepts
    /// optional keyword arguments which override settings provided by the
    /// dialect.
    #[py(sig = "($module, name, /, dialect='excel', **fmtparams)")]
    fn register_dialect(
        cx: &mut Cx,
        name: Value,
        dialect: Option<Value>,
        fmtparams: Option<Value>,
    ) -> PyResult<()> {
        if Gc::<Str>::from_value(name).is_none() {
            return Err(cx.type_error("dialect name must be a string"));
        }
        let dialect = dialect::make(cx, dialect, fmtparams)?;
        dialects(cx).set(cx, name, dialect.value())
    }
    /// Delete the name/dialect mapping associated with a string name.
    #[py(sig = "($module, /, name)")]
    fn unregister_dialect(cx: &mut Cx, name: Value) -> PyResult<()> {
        match dialects(cx).remove(cx, name)? {
            Some(_) => Ok(()),
            None => Err(error(cx, "unknown dialect")),
        }
    }
    /// Return the dialect instance associated with name.
    #[py(sig = "($module, /, name)")]
    fn get_dialect(cx: &mut Cx, name: Value) -> PyResult<Value> {
        registered(cx, name)
    }
    /// Sets an upper limit on parsed fields.
    ///
    /// Returns old limit. If limit is not given, no new limit is set and
    /// the old limit is returned
    #[py(sig = "($module, /, new_limit=<unrepresentable>)")]
    fn field_size_limit(cx: &mut Cx, new_limit: Option<Value>) -> PyResult<i64> {
        let limit = &cx.state::<State>().field_limit;
        let Some(new) = new_limit else {
            return Ok(limit.load(Ordering::Relaxed));
        };
        if !is_int(new) {
            return Err(cx.type_error("limit must be an integer"));
        }
        let Some(new) = cx.index_i64(new)? else {
            return Err(cx.overflow_error("Python int too large to convert to C ssize_t"));
        };
        Ok(limit.swap(new, Ordering::Relaxed))
    }
    /// Return a reader object that will process lines from the given iterable.
    ///
    /// The "iterable" argument can be any object that returns a line
    /// of input for each iteration, such as a file object or a list.  The
    /// optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    ///
    /// The returned object is an iterator.  Each iteration returns a row
    /// of the CSV file (which can span multiple input lines).
    #[py(sig = "($module, iterable, /, dialect='excel', **fmtparams)")]
    fn reader(
        cx: &mut Cx,
        iterable: Value,
        dialect: Option<Value>,
        fmtparams: Option<Value>,
    ) -> PyResult<Value> {
        let source = cx.iter(iterable)?;
        let dialect = dialect::make(cx, dialect, fmtparams)?;
        reader::make(cx, source, dialect)
    }
    /// Return a writer object that will write user data on the given file object.
    ///
    /// The "fileobj" argument can be any object that supports the file API.
    /// The optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    #[py(sig = "($module, fileobj, /, dialect='excel', **fmtparams)")]
    fn writer(
        cx: &mut Cx,
        fileobj: Value,
        dialect: Option<Value>,
        fmtparams: Option<Value>,
    ) -> PyResult<Value> {
        let write = cx.lookup_attr_str(fileobj, "write")?;
        let Some(write) = write.filter(|&w| cx.is_callable(w)) else {
            return Err(cx.type_error("argument 1 must have a \"write\" method"));
        };
        let dialect = dialect::make(cx, dialect, fmtparams)?;
        writer::make(cx, write, dialect)
    }
}
