//! Which files of the library go into the image.

use std::collections::BTreeMap;
use std::path::Path;

use crate::patch::FilePatch;

/// One module's source file.
pub struct Source {
    /// Full name, without `.__init__`.
    pub name: String,
    pub is_package: bool,
    pub text: Vec<u8>,
}

/// Modules that are found before `sys.path` is searched, like CPython's frozen ones: what starting
/// up needs.
const FROZEN: [&str; 22] = [
    "__hello__",
    "__phello__",
    "__phello__.spam",
    "__phello__.ham",
    "__phello__.ham.eggs",
    "_collections_abc",
    "_sitebuiltins",
    "abc",
    "codecs",
    "genericpath",
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "importlib.machinery",
    "importlib.util",
    "io",
    "ntpath",
    "os",
    "posixpath",
    "runpy",
    "site",
    "stat",
    "zipimport",
];

/// Folders and modules that are of no use here: an editor, demos, what needs Tk, and what
/// RustPython added for builds without an operating system.
const LEFT_OUT: [&str; 8] = [
    "idlelib",
    "turtledemo",
    "tkinter",
    "turtle",
    "_dummy_os",
    "_dummy_thread",
    "dummy_threading",
    "_pycodecs",
];

impl Source {
    pub fn is_frozen(&self) -> bool {
        FROZEN.contains(&self.name.as_str()) || self.name == "_krait_importer"
    }

    /// `co_filename` of the module's code.
    pub fn code_filename(&self) -> String {
        if self.is_frozen() {
            return format!("<frozen {}>", self.name);
        }
        let path = self.name.replace('.', "/");
        let rest = if self.is_package {
            "/__init__.py"
        } else {
            ".py"
        };
        format!("/<krait>/{path}{rest}")
    }
}

/// All modules of the library at `lib`, patched, with those of `overrides` in place of theirs.
pub fn library(lib: &Path, patches: &[FilePatch], overrides: &Path) -> Vec<Source> {
    let mut found = BTreeMap::new();
    walk(lib, "", &mut found);
    for patch in patches {
        let source = found
            .get_mut(&patch.module)
            .unwrap_or_else(|| panic!("a patch of {}, which is not there", patch.module));
        source.text = patch.apply(&source.text);
    }
    walk(overrides, "", &mut found);
    found.into_values().collect()
}

fn walk(folder: &Path, package: &str, found: &mut BTreeMap<String, Source>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for entry in entries.flatten() {
        let path = entry.path();
        let file = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            let is_test = matches!(file.as_str(), "test" | "tests" | "idle_test");
            if !is_test && file != "__pycache__" && !LEFT_OUT.contains(&file.as_str()) {
                walk(&path, &format!("{package}{file}."), found);
            }
        } else if let Some(stem) = file.strip_suffix(".py") {
            add(&path, package, stem, found);
        }
    }
}

fn add(path: &Path, package: &str, stem: &str, found: &mut BTreeMap<String, Source>) {
    let is_package = stem == "__init__";
    let name = if is_package {
        package.trim_end_matches('.').to_owned()
    } else {
        format!("{package}{stem}")
    };
    if LEFT_OUT.contains(&name.as_str()) || name.is_empty() {
        return;
    }
    let text = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    found.insert(
        name.clone(),
        Source {
            name,
            is_package,
            text,
        },
    );
}
