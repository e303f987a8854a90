//! `print`.

use krait_macros::pyfunctions;

use crate::cx::Root;
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::types::dict::Dict;
use crate::types::str::{Str, StrBuilder};
use crate::types::typeobj::flags;

/// `sys.name` for one of the standard streams.
pub(super) fn stream(cx: &mut Cx, name: Gc<Str>) -> Option<Value> {
    Gc::<Dict>::from_value(cx.root(Root::SysDict))?.get_str(cx, name)
}

/// `sep` or `end`: a str, or `None` for the default.
fn separator(cx: &mut Cx, name: &str, v: Option<Value>) -> PyResult<Option<Gc<Str>>> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(None),
        Some(v) => match Gc::<Str>::from_value(v) {
            Some(s) => Ok(Some(s)),
            None => {
                let got = cx.type_name(v);
                Err(cx.type_error(format!("{name} must be None or a string, not {got}")))
            }
        },
    }
}

/// Whether `file` is a text file of the `_io` module itself, to which several writes may be made
/// one: nobody sees the difference.
fn is_plain_file(cx: &mut Cx, file: Value) -> bool {
    let class = cx.type_of(file);
    class.flags() & flags::HEAPTYPE == 0
        && class
            .spec
            .is_some_and(|s| s.name == "TextIOWrapper" && s.module == "_io")
        && {
            let write = cx.names().write;
            cx.instance_get(file, write).is_none()
        }
}

/// All that is to be written as one str, if making it runs no Python code and every encoding can
/// write it, so that nothing can fail between two parts.
fn joined(
    cx: &mut Cx,
    args: &[Value],
    sep: Option<Gc<Str>>,
    end: Option<Gc<Str>>,
) -> PyResult<Option<Value>> {
    let mut out = StrBuilder::new();
    let mut push = |s: Gc<Str>| {
        let ascii = s.is_ascii();
        if ascii {
            out.push_gc(s);
        }
        ascii
    };
    let (space, newline) = (
        Gc::<Str>::from_value_unchecked(cx.new_char(b' '.into())),
        Gc::<Str>::from_value_unchecked(cx.new_char(b'\n'.into())),
    );
    for (i, &v) in args.iter().enumerate() {
        if i > 0 && !push(sep.unwrap_or(space)) {
            return Ok(None);
        }
        let simple = v.is_small() || v.is_immediate_float() || v.is_none() || v.as_bool().is_some();
        let text = match Gc::<Str>::from_value(v).filter(|s| s.is_exact()) {
            Some(s) => s,
            None if simple => cx.str(v)?,
            None => return Ok(None),
        };
        if !push(text) {
            return Ok(None);
        }
    }
    if push(end.unwrap_or(newline)) {
        Ok(Some(out.finish(cx)?))
    } else {
        Ok(None)
    }
}

fn write(cx: &mut Cx, file: Value, text: Value) -> PyResult<()> {
    let name = cx.names().write;
    cx.call_method(file, name, &[text]).map(|_| ())
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Prints the values to a stream, or to sys.stdout by default.
    ///
    ///   sep
    ///     string inserted between values, default a space.
    ///   end
    ///     string appended after the last value, default a newline.
    ///   file
    ///     a file-like object (stream); defaults to the current sys.stdout.
    ///   flush
    ///     whether to forcibly flush the stream.
    #[py(sig = "($module, /, *args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(
        cx: &mut Cx,
        sep: Option<Value>,
        end: Option<Value>,
        file: Option<Value>,
        flush: Option<bool>,
        args: &[Value],
    ) -> PyResult<()> {
        let file = match file.filter(|f| !f.is_none()) {
            Some(f) => f,
            None => match stream(cx, cx.names().stdout) {
                // There is none, say in a program without console: nothing to do.
                Some(f) if f.is_none() => return Ok(()),
                Some(f) => f,
                None => return Err(cx.runtime_error("lost sys.stdout")),
            },
        };
        let (sep, end) = (separator(cx, "sep", sep)?, separator(cx, "end", end)?);
        let whole = if is_plain_file(cx, file) {
            joined(cx, args, sep, end)?
        } else {
            None
        };
        if let Some(text) = whole {
            write(cx, file, text)?;
        } else {
            for (i, &v) in args.iter().enumerate() {
                if i > 0 {
                    let sep = sep.map_or_else(|| cx.new_char(b' '.into()), |s| s.value());
                    write(cx, file, sep)?;
                }
                let text = cx.str(v)?;
                write(cx, file, text.value())?;
            }
            let end = end.map_or_else(|| cx.new_char(b'\n'.into()), |s| s.value());
            write(cx, file, end)?;
        }
        if flush.unwrap_or(false) {
            let name = cx.names().flush;
            cx.call_method(file, name, &[])?;
        }
        Ok(())
    }
}
