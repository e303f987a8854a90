//! Lines of source files, for tracebacks and warnings.

use krait_runtime::error::Raised;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::list::List;
use krait_runtime::types::str::Str;

use krait_syntax::{ErrorKind, Origin, SyntaxError};

use crate::{compile, state};

/// The text of a file, of an embedded module, or of the code given on the command line.
pub fn text(cx: &mut Cx, filename: &str) -> Option<String> {
    if let Some((name, text)) = state::of(cx).main_source.get()
        && name == filename
    {
        return Some(text.clone());
    }
    file_text(cx, filename)
}

fn file_text(cx: &mut Cx, filename: &str) -> Option<String> {
    if let Some(m) = krait_pylib::find_by_path(filename) {
        return decoded(cx, &m.source(), Origin::Buffer).ok();
    }
    if filename.starts_with('<') && filename.ends_with('>') {
        return None;
    }
    let bytes = std::fs::read(filename).ok()?;
    decoded(cx, &bytes, Origin::Buffer).ok()
}

/// Line `number` of a file, counted from 1, with its end.
pub fn file_line(cx: &mut Cx, filename: &str, number: usize) -> Option<String> {
    let text = file_text(cx, filename)?;
    let line = text.split_inclusive('\n').nth(number.checked_sub(1)?)?;
    Some(line.to_owned())
}

/// Why a source has no text.
enum Undecodable {
    Syntax(SyntaxError),
    /// By one of Python's codecs.
    Codec(Raised),
}

/// The text of a source.
pub fn decode(cx: &mut Cx, bytes: &[u8], origin: Origin<'_>, filename: &str) -> PyResult<String> {
    decoded(cx, bytes, origin).map_err(|e| match e {
        Undecodable::Syntax(error) => compile::syntax_error(cx, &error, filename),
        Undecodable::Codec(e) => codec_error(cx, e, origin, filename),
    })
}

/// The same without an exception, which would ask for the text of its line. An encoding that the
/// parser's crate does not know is one of Python's codecs.
fn decoded(cx: &mut Cx, bytes: &[u8], origin: Origin<'_>) -> Result<String, Undecodable> {
    let error = match krait_syntax::decode(bytes, origin) {
        Ok(text) => return Ok(text),
        Err(e) => e,
    };
    let Some(codec) = krait_syntax::foreign_codec(bytes, origin) else {
        return Err(Undecodable::Syntax(error));
    };
    let body = cx.try_new_bytes(codec.body).map_err(Undecodable::Codec)?;
    let name = cx.new_str(codec.name);
    let text = cx
        .call_method_str(body, "decode", &[name])
        .and_then(|text| cx.str_string(text))
        .map_err(Undecodable::Codec)?;
    let head = codec.head.iter().map(|&byte| char::from(byte));
    Ok(head.chain(text.chars()).collect())
}

/// What a codec raised, as a SyntaxError if it is one of the errors that codecs raise.
fn codec_error(cx: &mut Cx, e: Raised, origin: Origin<'_>, filename: &str) -> Raised {
    let t = cx.types();
    let expected = [t.lookup_error, t.syntax_error, t.value_error];
    if !expected.iter().any(|&class| e.is(cx, class)) {
        return e;
    }
    let msg = match cx.str_string(e.value()) {
        Ok(msg) => msg,
        Err(other) => return other,
    };
    let msg = match (origin, msg.split_once("; use codecs.decode()")) {
        (Origin::File(_), Some((first, _))) => first.to_owned(),
        _ => msg,
    };
    let error = SyntaxError {
        located: true,
        offset: -1,
        ..SyntaxError::unlocated(ErrorKind::Syntax, msg)
    };
    compile::syntax_error(cx, &error, filename)
}

/// Line `number`, counted from 1, without its end.
pub fn line(cx: &mut Cx, filename: &str, number: usize) -> Option<String> {
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
