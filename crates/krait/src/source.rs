//! Lines of source files, for tracebacks and warnings.

use krait_runtime::cx::Cx;

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
