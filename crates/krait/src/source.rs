//! Lines of source files, for tracebacks and warnings.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::list::List;
use krait_runtime::types::str::Str;

use crate::state;

/// The text of a file, of an embedded module, or of the code given on the command line.
pub fn text(cx: &Cx, filename: &str) -> Option<String> {
    if let Some((name, text)) = state::of(cx).main_source.get()
        && name == filename
    {
        return Some(text.clone());
    }
    file_text(filename)
}

fn file_text(filename: &str) -> Option<String> {
    if let Some(m) = krait_pylib::find_by_path(filename) {
        return decode(&m.source());
    }
    if filename.starts_with('<') && filename.ends_with('>') {
        return None;
    }
    decode(&std::fs::read(filename).ok()?)
}

/// Line `number` of a file, counted from 1, with its end.
pub fn file_line(filename: &str, number: usize) -> Option<String> {
    let text = file_text(filename)?;
    let line = text.split_inclusive('\n').nth(number.checked_sub(1)?)?;
    Some(line.to_owned())
}

fn decode(bytes: &[u8]) -> Option<String> {
    krait_syntax::decode(bytes, krait_syntax::Origin::Buffer).ok()
}

/// Line `number`, counted from 1, without its end.
pub fn line(cx: &Cx, filename: &str, number: usize) -> Option<String> {
    let text = text(cx, filename)?;
    text.lines().nth(number.checked_sub(1)?).map(str::to_owned)
}

/// The name of what is typed at the prompt, a statement at a time.
pub const TYPED: &str = "<stdin>";

/// Notes the source of a statement that was typed, and of the functions in it.
pub fn note_typed(cx: &mut Cx, code: Value, text: &str) -> PyResult<()> {
    let linecache = cx.import("linecache")?;
    let (text, name) = (cx.new_str(text), cx.new_str(TYPED));
    cx.call_method_str(linecache, "_register_code", &[code, text, name])
        .map(|_| ())
}

/// The statement that `code` was typed in.
pub fn typed(cx: &mut Cx, filename: &str, code: Value) -> Option<String> {
    if filename != TYPED {
        return None;
    }
    let key = cx.intern("linecache");
    let linecache = crate::modules::sys::modules(cx)?.get_str(cx, key)?;
    // Tracebacks are printed even if the program has tampered with the module.
    let lines = cx.call_method_str(linecache, "_getlines_from_code", &[code]);
    let lines = lines.ok().and_then(Gc::<List>::from_value)?;
    let text = |line: &Value| Gc::<Str>::from_value(*line).map(|s| s.to_string_lossy());
    lines.as_slice().iter().map(text).collect()
}
