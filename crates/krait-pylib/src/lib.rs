//! The Python part of the standard library, compiled and embedded.
//!
//! One image holds the code objects and the sources of all modules; nothing of it is decoded before
//! it is imported. See `build/image.rs` for its layout.

use std::borrow::Cow;

static IMAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.image"));

/// The folder that the embedded modules seem to lie in: their `__file__` and `co_filename` start
/// with it. It does not exist; `linecache` gets the text through the modules' loader.
pub const ROOT: &str = "/<krait>";

const ENTRY_SIZE: usize = 28;
const FLAG_PACKAGE: u16 = 1;
const FLAG_FROZEN: u16 = 2;

/// A module of the library.
#[derive(Clone, Copy)]
pub struct Module {
    row: &'static [u8],
}

fn u32_at(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn count() -> usize {
    u32_at(IMAGE, 0)
}

fn module(i: usize) -> Module {
    Module {
        row: &IMAGE[4 + i * ENTRY_SIZE..4 + (i + 1) * ENTRY_SIZE],
    }
}

/// The module with this full name.
pub fn find(name: &str) -> Option<Module> {
    let (mut low, mut high) = (0, count());
    while low < high {
        let middle = low + (high - low) / 2;
        let candidate = module(middle);
        match candidate.name().cmp(name) {
            std::cmp::Ordering::Equal => return Some(candidate),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

/// The module whose `__file__` is `path`.
pub fn find_by_path(path: &str) -> Option<Module> {
    let inner = path
        .strip_prefix(ROOT)?
        .strip_prefix('/')?
        .strip_suffix(".py")?;
    let name = inner
        .strip_suffix("/__init__")
        .unwrap_or(inner)
        .replace('/', ".");
    find(&name).filter(|m| m.path() == path)
}

/// All modules, sorted by name.
pub fn modules() -> impl Iterator<Item = Module> {
    (0..count()).map(module)
}

impl Module {
    pub fn name(self) -> &'static str {
        let (at, len) = (u32_at(self.row, 0), u16_at(self.row, 4) as usize);
        std::str::from_utf8(&IMAGE[at..at + len]).expect("the build wrote a str")
    }

    pub fn is_package(self) -> bool {
        u16_at(self.row, 6) & FLAG_PACKAGE != 0
    }

    /// Found before `sys.path` is searched, as CPython's frozen modules are.
    pub fn is_frozen(self) -> bool {
        u16_at(self.row, 6) & FLAG_FROZEN != 0
    }

    /// `__file__`.
    pub fn path(self) -> String {
        let rest = if self.is_package() {
            "/__init__.py"
        } else {
            ".py"
        };
        format!("{ROOT}/{}{rest}", self.name().replace('.', "/"))
    }

    /// The serialised code object, for `krait_bytecode::read_embedded_code`.
    pub fn code(self) -> &'static [u8] {
        let [at, length] = [8, 12].map(|i| u32_at(self.row, i));
        &IMAGE[at..at + length]
    }

    /// The text of the source file.
    pub fn source(self) -> Cow<'static, [u8]> {
        let [at, stored, length] = [16, 20, 24].map(|i| u32_at(self.row, i));
        let bytes = &IMAGE[at..at + stored];
        if stored == length {
            return Cow::Borrowed(bytes);
        }
        Cow::Owned(
            miniz_oxide::inflate::decompress_to_vec_with_limit(bytes, length)
                .expect("the build wrote this data"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_decodes() {
        for m in modules() {
            let code =
                krait_bytecode::read_code(m.code()).unwrap_or_else(|e| panic!("{}: {e}", m.name()));
            // What is decoded at first use is what is decoded with all checks.
            let embedded = krait_bytecode::read_embedded_code(m.code());
            assert_eq!(embedded.as_ref(), Ok(&code));
            let frozen = format!("<frozen {}>", m.name());
            let expected = if m.is_frozen() { frozen } else { m.path() };
            assert_eq!(code.filename.to_lossy(), expected);
            assert!(!m.source().is_empty() || code.names.is_empty());
            assert!(find(m.name()).is_some_and(|found| found.path() == m.path()));
            assert!(find_by_path(&m.path()).is_some_and(|found| found.name() == m.name()));
        }
        assert!(find("no.such.module").is_none());
    }
}
