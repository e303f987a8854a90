//! The frames of a traceback.

use krait_bytecode::Position;
use krait_runtime::native::{Cx, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::str::Str;
use krait_vm::objects::function::FunctionExt;
use krait_vm::objects::traceback::{TracebackObj, as_traceback};

use super::carets;
use crate::source;

/// Equal frames in a row that are shown.
const REPEATS: usize = 3;

/// A frame as it is printed.
struct Entry {
    file: String,
    line: i64,
    name: String,
    position: Position,
    /// Its source, where that is not found by the name of the file.
    typed: Option<String>,
}

fn text(v: Value) -> String {
    Gc::<Str>::from_value(v).map_or_else(String::new, |s| s.to_string_lossy())
}

fn entry(cx: &mut Cx, t: TracebackObj) -> Entry {
    let function = t.function();
    let code = function.body();
    let position = t.position();
    let file = text(code.filename.get());
    Entry {
        typed: source::typed(cx, &file, code.value()),
        file,
        line: t.line().unwrap_or(0),
        name: text(code.name.get()),
        position,
    }
}

/// `sys.tracebacklimit`.
fn limit(cx: &mut Cx) -> Option<usize> {
    let n = cx.sys_get("tracebacklimit")?;
    Some(n.as_small()?.max(0) as usize)
}

/// Source files of one traceback, read once each.
#[derive(Default)]
struct Sources(Vec<(String, Option<String>)>);

impl Sources {
    fn get(&mut self, cx: &mut Cx, file: &str) -> Option<&str> {
        let at = match self.0.iter().position(|(f, _)| f == file) {
            Some(i) => i,
            None => {
                self.0.push((file.to_owned(), source::text(cx, file)));
                self.0.len() - 1
            }
        };
        self.0[at].1.as_deref()
    }
}

/// The text of all frames from `tb` on; empty if there are none.
pub fn format(cx: &mut Cx, tb: Value) -> String {
    text_of(cx, tb, true)
}

/// The same without marks below the lines.
pub fn format_plain(cx: &mut Cx, tb: Value) -> String {
    text_of(cx, tb, false)
}

fn text_of(cx: &mut Cx, tb: Value, marks: bool) -> String {
    let mut out = String::new();
    let mut at = as_traceback(tb);
    let mut skip = 0;
    if let Some(n) = limit(cx) {
        let count = std::iter::successors(at, |t| as_traceback(t.next.get())).count();
        skip = count.saturating_sub(n);
    }
    let mut sources = Sources::default();
    let mut last: Option<Entry> = None;
    let mut count = 0;
    while let Some(t) = at {
        at = as_traceback(t.next.get());
        if skip > 0 {
            skip -= 1;
            continue;
        }
        let e = entry(cx, t);
        let same = last
            .as_ref()
            .is_some_and(|l| l.file == e.file && l.line == e.line && l.name == e.name);
        if !same {
            note_repeats(&mut out, count);
            count = 0;
        }
        count += 1;
        if count <= REPEATS {
            frame(cx, &mut out, &e, &mut sources, marks);
        }
        last = Some(e);
    }
    note_repeats(&mut out, count);
    out
}

fn note_repeats(out: &mut String, count: usize) {
    if count > REPEATS {
        let n = count - REPEATS;
        let plural = if n > 1 { "s" } else { "" };
        out.push_str(&format!(
            "  [Previous line repeated {n} more time{plural}]\n"
        ));
    }
}

fn frame(cx: &mut Cx, out: &mut String, e: &Entry, sources: &mut Sources, marks: bool) {
    out.push_str(&format!(
        "  File \"{}\", line {}, in {}\n",
        e.file, e.line, e.name
    ));
    let Some(first) = usize::try_from(e.line).ok().filter(|n| *n > 0) else {
        return;
    };
    let found = match &e.typed {
        Some(text) => Some(text.as_str()),
        None => sources.get(cx, &e.file),
    };
    let Some(text) = found else {
        return;
    };
    let p = e.position;
    // A traceback whose line was set by hand has no position that belongs to it.
    let known = marks && p.is_some() && i64::from(p.line) == e.line;
    let last = if known && p.end_line >= p.line {
        p.end_line as usize
    } else {
        first
    };
    let lines: Vec<&str> = text
        .lines()
        .skip(first - 1)
        .take(last - first + 1)
        .collect();
    if lines.iter().all(|l| l.trim().is_empty()) {
        return;
    }
    if !known || p.col < 0 || p.end_col < 0 || lines.len() < last - first + 1 {
        out.push_str("    ");
        out.push_str(lines[0].trim());
        out.push('\n');
        return;
    }
    carets::mark(out, &lines, p.col as usize, p.end_col as usize);
}
