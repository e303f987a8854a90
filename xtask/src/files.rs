//! The project's files.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The project's folder.
pub fn root() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    folder.canonicalize().expect("xtask lies in the project")
}

/// A file that git knows or would add.
pub struct File {
    /// Relative to the project's folder.
    pub path: String,
    pub text: String,
}

/// All text files of the project.
pub fn all() -> Result<Vec<File>, String> {
    let root = root();
    let list = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let output = Command::new("git").args(list).current_dir(&root).output();
    let output = output.map_err(|e| format!("git: {e}"))?;
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut files = Vec::new();
    for path in names.split('\0').filter(|name| !name.is_empty()) {
        // What is no text, or was deleted and not yet committed, has nothing to check.
        if let Ok(text) = std::fs::read_to_string(root.join(path)) {
            files.push(File {
                path: path.to_owned(),
                text,
            });
        }
    }
    Ok(files)
}
