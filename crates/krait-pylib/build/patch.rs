//! Unified diffs, as `diff -u` writes them. Each was made from the very file that it is applied to,
//! so a line that is not where a patch says stops the build.

use std::path::Path;

/// What becomes of one module's source.
pub struct FilePatch {
    /// Full name of the module, without `.__init__`.
    pub module: String,
    hunks: Vec<Hunk>,
}

struct Hunk {
    /// Index of the first old line.
    start: usize,
    /// Lines with their mark: a space, `-` or `+`.
    lines: Vec<String>,
}

/// All patches of a folder.
pub fn read(folder: &Path) -> Vec<FilePatch> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut patches = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension().is_some_and(|e| e == "patch") {
            let text = std::fs::read_to_string(&path)
                .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            parse(&text, &mut patches);
        }
    }
    patches
}

fn parse(text: &str, patches: &mut Vec<FilePatch>) {
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(path) = line.strip_prefix("--- a/") {
            lines.next();
            patches.push(FilePatch {
                module: module_of(path),
                hunks: Vec::new(),
            });
            continue;
        }
        let Some((mut old, mut new, start)) = ranges(line) else {
            panic!("not a patch: {line}");
        };
        let mut hunk = Hunk {
            start,
            lines: Vec::new(),
        };
        while old + new > 0 {
            let line = lines.next().expect("a hunk is as long as it says");
            old -= usize::from(!line.starts_with('+'));
            new -= usize::from(!line.starts_with('-'));
            hunk.lines.push(line.to_owned());
        }
        let patch = patches.last_mut().expect("hunks follow a file's name");
        patch.hunks.push(hunk);
    }
}

/// Module name of a path in the library.
fn module_of(path: &str) -> String {
    let stem = path.trim_end().strip_suffix(".py").expect("a module");
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    stem.replace('/', ".")
}

/// Lengths of the old and the new text, and index of the first old line: `@@ -3,7 +3,8 @@`.
fn ranges(line: &str) -> Option<(usize, usize, usize)> {
    let mut words = line.strip_prefix("@@ -")?.split(' ');
    let range = |word: &str| {
        let (start, len) = word.split_once(',').unwrap_or((word, "1"));
        Some((start.parse::<usize>().ok()?, len.parse::<usize>().ok()?))
    };
    let (start, old) = range(words.next()?)?;
    let (_, new) = range(words.next()?.strip_prefix('+')?)?;
    // A range of no lines names the line before it.
    Some((old, new, if old == 0 { start } else { start - 1 }))
}

impl FilePatch {
    pub fn apply(&self, source: &[u8]) -> Vec<u8> {
        let text = std::str::from_utf8(source).expect("the library is UTF-8");
        let old: Vec<&str> = text.lines().collect();
        let (mut at, mut out) = (0, Vec::new());
        for hunk in &self.hunks {
            out.extend_from_slice(&old[at..hunk.start]);
            at = hunk.start;
            for line in &hunk.lines {
                let (mark, line) = line.split_at(1);
                if mark != "+" {
                    let module = &self.module;
                    assert_eq!(old[at], line, "line {} of {module}", at + 1);
                    at += 1;
                }
                if mark != "-" {
                    out.push(line);
                }
            }
        }
        out.extend_from_slice(&old[at..]);
        let mut text = out.join("\n");
        text.push('\n');
        text.into_bytes()
    }
}
