//! The source lines of a frame with marks under the part that raised: `~~~^^^`.
//!
//! Source of the rules: PEP 657, and what CPython 3.14 prints.

use krait_syntax::ast::{Expr, Mod, Stmt};
use krait_syntax::{Mode, Options, Parsed, Ranged};
use krait_unicode::properties::{Version, east_asian_width};

/// Leading blanks that all lines with text share are removed; lines of blanks become empty.
fn dedent(lines: &[String]) -> Vec<String> {
    let mut margin: Option<&str> = None;
    for line in lines.iter().filter(|l| !l.trim().is_empty()) {
        let blanks = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        margin = Some(match margin {
            None => blanks,
            Some(m) => {
                let common = m
                    .bytes()
                    .zip(blanks.bytes())
                    .take_while(|(a, b)| a == b)
                    .count();
                &m[..common]
            }
        });
    }
    let cut = margin.map_or(0, str::len);
    lines
        .iter()
        .map(|l| {
            if l.trim().is_empty() {
                String::new()
            } else {
                l[cut..].to_owned()
            }
        })
        .collect()
}

/// Characters before byte `offset`.
fn char_offset(line: &str, offset: usize) -> usize {
    let bytes = &line.as_bytes()[..offset.min(line.len())];
    String::from_utf8_lossy(bytes).chars().count()
}

/// Columns that the first `n` characters take on a terminal.
fn width(line: &str, n: usize) -> usize {
    if line.is_ascii() {
        return n;
    }
    let wide = |c: char| matches!(east_asian_width(c as u32, Version::Current), "W" | "F");
    line.chars()
        .take(n)
        .map(|c| if wide(c) { 2 } else { 1 })
        .sum()
}

/// A place in a segment: line from 0, character.
type Place = (usize, usize);

/// The operator of the expression, or its brackets: from `left` to `right`.
struct Anchors {
    left: Place,
    right: Place,
}

/// The part of the lines that raised, and places in it.
struct Segment {
    lines: Vec<Vec<char>>,
}

impl Segment {
    /// The first place at or after this one that has a character.
    fn valid(&self, (mut line, mut col): Place) -> Option<Place> {
        while line < self.lines.len() && col >= self.lines[line].len() {
            (line, col) = (line + 1, 0);
        }
        (line < self.lines.len()).then_some((line, col))
    }

    /// The next place whose character `stop` accepts; comments and line continuations are skipped.
    fn until(&self, mut at: Place, stop: impl Fn(char) -> bool) -> Option<Place> {
        loop {
            let c = self.lines[at.0][at.1];
            if matches!(c, '\\' | '#') {
                at = self.valid((at.0 + 1, 0))?;
            } else if stop(c) {
                return Some(at);
            } else {
                at = self.valid((at.0, at.1 + 1))?;
            }
        }
    }

    /// A byte offset of the parsed text, which has one line more in front.
    fn place(&self, parsed: &Parsed, offset: krait_syntax::TextSize) -> Option<Place> {
        let (line, col) = parsed.source.line_col(offset);
        let line = (line as usize).checked_sub(2)?;
        let text: String = self.lines.get(line)?.iter().collect();
        Some((line, char_offset(&text, col as usize)))
    }
}

fn parse(text: String) -> Option<Parsed> {
    krait_syntax::parse(text, &Options::new(Mode::Exec)).ok()
}

fn body(parsed: &Parsed) -> &[Stmt] {
    match &parsed.ast {
        Mod::Module(m) => &m.body,
        Mod::Expression(_) => &[],
    }
}

fn anchors(segment: &str) -> Option<Anchors> {
    // Brackets make an expression of several lines one that stands alone.
    let parsed = parse(format!("(\n{segment}\n)"))?;
    let [Stmt::Expr(statement)] = body(&parsed) else {
        return None;
    };
    let seg = Segment {
        lines: segment.lines().map(|l| l.chars().collect()).collect(),
    };
    match &*statement.value {
        Expr::BinOp(e) => {
            let start = seg.valid(seg.place(&parsed, e.left.end())?)?;
            let (line, col) = seg.until(start, |c| {
                !krait_unicode::ctype::is_space(c as u32) && c != ')'
            })?;
            let right = seg.place(&parsed, e.right.start())?;
            let mut end = col + 1;
            // Operators have one or two characters.
            if let Some(&c) = seg.lines[line].get(end)
                && (right.0 > line || end < right.1)
                && !krait_unicode::ctype::is_space(c as u32)
                && !matches!(c, '\\' | '#')
            {
                end += 1;
            }
            Some(Anchors {
                left: (line, col),
                right: (line, end),
            })
        }
        Expr::Subscript(e) => brackets(&seg, &parsed, e.value.end(), e.end(), '['),
        Expr::Call(e) => brackets(&seg, &parsed, e.func.end(), e.end(), '('),
        _ => None,
    }
}

fn brackets(
    seg: &Segment,
    parsed: &Parsed,
    from: krait_syntax::TextSize,
    to: krait_syntax::TextSize,
    open: char,
) -> Option<Anchors> {
    let start = seg.valid(seg.place(parsed, from)?)?;
    Some(Anchors {
        left: seg.until(start, |c| c == open)?,
        right: seg.place(parsed, to)?,
    })
}

/// `return f(...)` and `x = f(...)` that raised as a whole need no marks.
fn is_plain_call(lines: &[String], start: usize, end: usize) -> Option<bool> {
    let parsed = parse(lines.join("\n"))?;
    let Some(first) = body(&parsed).first() else {
        return Some(true);
    };
    let value = match first {
        Stmt::Return(r) => r
            .value
            .as_deref()
            .filter(|v| matches!(v, Expr::Call(c) if matches!(*c.func, Expr::Name(_)))),
        Stmt::Assign(a) if matches!(a.targets[..], [Expr::Name(_)]) => {
            Some(&*a.value).filter(|v| matches!(v, Expr::Call(_)))
        }
        _ => None,
    };
    let Some(value) = value else {
        return Some(false);
    };
    let (from, to) = (
        parsed.source.line_col(value.start()),
        parsed.source.line_col(value.end()),
    );
    Some(from == (1, start as u32) && to == (lines.len() as u32, end as u32))
}

/// What is printed for one frame.
struct Shown<'a> {
    lines: &'a [String],
    /// Columns of start and end on a terminal.
    dp_start: usize,
    dp_end: usize,
    anchors: Option<Anchors>,
    carets: bool,
    result: Vec<String>,
}

impl Shown<'_> {
    fn line(&mut self, n: usize) {
        let line = &self.lines[n];
        self.result.push(line.clone());
        if !self.carets {
            return;
        }
        let blanks = line
            .chars()
            .take_while(|c| krait_unicode::ctype::is_space(*c as u32))
            .count();
        let columns = if n == self.lines.len() - 1 {
            self.dp_end
        } else {
            width(line, line.chars().count())
        };
        let marks = (0..columns).map(|col| match &self.anchors {
            _ if col < blanks || n == 0 && col < self.dp_start => ' ',
            Some(a) if (n, col) >= a.left && (n, col) < a.right => '^',
            Some(_) => '~',
            None => '^',
        });
        let marks = marks.collect();
        self.result.push(marks);
    }

    /// The first, the last and the lines around the anchors; what lies between is cut.
    fn significant(&self) -> Vec<usize> {
        let last = self.lines.len() - 1;
        let mut all = vec![0, last];
        if let Some(a) = &self.anchors {
            for at in [a.left.0, a.right.0] {
                all.extend(at.saturating_sub(1)..=at + 1);
            }
        }
        all.retain(|n| *n <= last);
        all.sort_unstable();
        all.dedup();
        all
    }

    fn all(&mut self) {
        let significant = self.significant();
        for (i, &n) in significant.iter().enumerate() {
            if i > 0 {
                match n - significant[i - 1] {
                    0 | 1 => {}
                    2 => self.line(n - 1),
                    gap => self.result.push(format!("...<{} lines>...", gap - 1)),
                }
            }
            self.line(n);
        }
    }
}

/// Appends the lines of a frame, from byte `col` of the first to byte `end_col` of the last.
pub fn mark(out: &mut String, original: &[&str], col: usize, end_col: usize) {
    let original: Vec<String> = original.iter().map(|l| l.trim_end().to_owned()).collect();
    let lines = dedent(&original);
    let (Some(first), Some(last)) = (original.first(), original.last()) else {
        return;
    };
    let cut = first.chars().count() - lines[0].chars().count();
    let start = char_offset(first, col).saturating_sub(cut);
    let end = char_offset(last, end_col).saturating_sub(cut);
    let last_line = &lines[lines.len() - 1];
    let joined: Vec<char> = lines.join("\n").chars().collect();
    let tail = last_line.chars().count().saturating_sub(end);
    let segment: String = joined
        .get(start..joined.len().saturating_sub(tail))
        .unwrap_or_default()
        .iter()
        .collect();
    let found = anchors(&segment);
    let before: String = lines[0].chars().take(start).collect();
    let after: String = last_line.chars().skip(end).collect();
    let needed = found.is_some() || !before.trim_start().is_empty() || !after.trim_end().is_empty();
    let carets = needed && is_plain_call(&lines, start, end) != Some(true);
    // Places in the segment become columns of the lines.
    let found = found.map(|a| {
        let shift = |(line, col): Place| {
            let col = if line == 0 { col + start } else { col };
            (line, lines.get(line).map_or(col, |l| width(l, col)))
        };
        Anchors {
            left: shift(a.left),
            right: shift(a.right),
        }
    });
    let (dp_start, dp_end) = (width(&lines[0], start), width(last_line, end));
    let mut shown = Shown {
        lines: &lines,
        dp_start,
        dp_end,
        anchors: found,
        carets,
        result: Vec::new(),
    };
    shown.all();
    for line in dedent(&shown.result) {
        out.push_str("    ");
        out.push_str(&line);
        out.push('\n');
    }
}
