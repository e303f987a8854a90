//! A program and the directives at its head.

use std::path::{Path, PathBuf};
use std::time::Duration;

/// A program without a `timeout` directive may run this long.
const TIMEOUT: Duration = Duration::from_secs(30);

pub struct Program {
    /// The path below `tests/`, without `.py`.
    pub name: String,
    pub path: PathBuf,
    pub exit: i32,
    pub args: Vec<String>,
    pub flags: Vec<String>,
    pub env: Vec<(String, String)>,
    pub stdin: String,
    pub timeout: Duration,
    pub no_stress: bool,
    /// How often to collect at the most, under stress: every n-th allocation.
    pub stress: Option<u32>,
}

impl Program {
    /// Reads the directives of the program at `path`, which lies below `root`.
    ///
    /// # Panics
    ///
    /// If the file cannot be read or a directive makes no sense: a test that is not understood must
    /// not count as one that passed.
    pub fn load(root: &Path, path: &Path) -> Program {
        let name = path
            .strip_prefix(root)
            .expect("below the root")
            .with_extension("");
        let mut program = Program {
            name: name.to_string_lossy().into_owned(),
            path: path.to_owned(),
            exit: 0,
            args: Vec::new(),
            flags: Vec::new(),
            env: Vec::new(),
            stdin: String::new(),
            timeout: TIMEOUT,
            no_stress: false,
            stress: None,
        };
        // Programs about source encodings are not UTF-8.
        let source = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let source = String::from_utf8_lossy(&source);
        for line in source.lines().take_while(|line| line.starts_with('#')) {
            if let Some((key, value)) = line[1..].trim().split_once(':') {
                program.directive(key, value.trim());
            }
        }
        program
    }

    fn directive(&mut self, key: &str, value: &str) {
        let words = || value.split_whitespace().map(str::to_owned).collect();
        match key {
            "exit" => self.exit = value.parse().expect("`# exit:` takes a number"),
            "args" => self.args = words(),
            "flags" => self.flags = words(),
            "env" => {
                let (name, value) = value.split_once('=').expect("`# env:` takes NAME=value");
                self.env.push((name.to_owned(), value.to_owned()));
            }
            "stdin" => {
                self.stdin.push_str(value);
                self.stdin.push('\n');
            }
            "timeout" => {
                let seconds = value.parse().expect("`# timeout:` takes seconds");
                self.timeout = Duration::from_secs(seconds);
            }
            "no-stress" => self.no_stress = true,
            "stress" => {
                let every = value.split_whitespace().next().and_then(|n| n.parse().ok());
                self.stress = Some(every.expect("`# stress:` takes a number"));
            }
            _ => {}
        }
    }
}
