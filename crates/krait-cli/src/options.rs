//! The command line, read as CPython reads its own.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use krait::Config;

/// What is to be run.
#[derive(Debug, PartialEq, Eq)]
pub enum Program {
    Command(String),
    Module(String),
    File(OsString),
    /// `-`, or nothing given.
    Stdin,
}

/// What the command line asks for.
pub enum Request {
    Run(Box<Config>, Program),
    Help,
    HelpEnvironment,
    HelpXOptions,
    HelpAll,
    /// `-V`, with details if given twice.
    Version(bool),
    /// `-c` with what is no text.
    UndecodableCommand(OsString),
}

/// Why the command line is refused. Exit code 2.
pub struct UsageError(pub String);

/// Options that take the rest of their word, or the next word, as argument.
const WITH_ARGUMENT: &[u8] = b"cmWX";

struct Parser {
    words: VecDeque<OsString>,
    config: Config,
    warn: Vec<String>,
    version: u8,
    request: Option<Request>,
}

fn lossy(s: &OsStr) -> String {
    s.to_string_lossy().into_owned()
}

/// Reads the words after the program's name.
pub fn parse(
    words: impl IntoIterator<Item = OsString>,
    config: Config,
) -> Result<Request, UsageError> {
    let mut p = Parser {
        words: words.into_iter().collect(),
        config,
        warn: Vec::new(),
        version: 0,
        request: None,
    };
    let program = p.options()?;
    if let Some(r) = p.request {
        return Ok(r);
    }
    if p.version > 0 {
        return Ok(Request::Version(p.version > 1));
    }
    let (program, first) = match program {
        Some(found) => found,
        None => match p.words.pop_front() {
            None => (Program::Stdin, OsString::new()),
            Some(w) if w == "-" => (Program::Stdin, w),
            Some(w) => (Program::File(w.clone()), w),
        },
    };
    p.config.argv = std::iter::once(first).chain(p.words).collect();
    p.config.warn_options.append(&mut p.warn);
    Ok(Request::Run(Box::new(p.config), program))
}

impl Parser {
    /// Reads options up to the program. A program that an option names comes with `sys.argv[0]`.
    fn options(&mut self) -> Result<Option<(Program, OsString)>, UsageError> {
        while let Some(word) = self.words.front() {
            let bytes = word.as_bytes();
            if !bytes.starts_with(b"-") || bytes == b"-" {
                return Ok(None);
            }
            let word = self.words.pop_front().unwrap_or_default();
            if word == "--" {
                return Ok(None);
            }
            if let Some(long) = word.as_bytes().strip_prefix(b"--") {
                self.long(&lossy(OsStr::from_bytes(long)))?;
                continue;
            }
            if let Some(found) = self.short(&word.as_bytes()[1..])? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn long(&mut self, name: &str) -> Result<(), UsageError> {
        match name {
            "help" => self.request = Some(Request::Help),
            "help-env" => self.request = Some(Request::HelpEnvironment),
            "help-xoptions" => self.request = Some(Request::HelpXOptions),
            "help-all" => self.request = Some(Request::HelpAll),
            "version" => self.version += 1,
            "check-hash-based-pycs" => {
                let value = self.words.pop_front().map(|w| lossy(&w));
                match value.as_deref() {
                    Some(v @ ("always" | "default" | "never")) => self
                        .config
                        .x_options
                        .push(format!("check_hash_based_pycs={v}")),
                    Some(_) => return Err(UsageError(
                        "--check-hash-based-pycs must be one of 'default', 'always', or 'never'"
                            .to_owned(),
                    )),
                    None => {
                        return Err(UsageError(
                            "Argument expected for the --check-hash-based-pycs option".to_owned(),
                        ));
                    }
                }
            }
            other => return Err(UsageError(format!("Unknown option: --{other}"))),
        }
        Ok(())
    }

    /// Reads a word of one-letter options.
    fn short(&mut self, letters: &[u8]) -> Result<Option<(Program, OsString)>, UsageError> {
        let mut at = 0;
        while let Some(&letter) = letters.get(at) {
            at += 1;
            if !WITH_ARGUMENT.contains(&letter) {
                self.flag(letter)?;
                continue;
            }
            let rest = &letters[at..];
            let argument = if rest.is_empty() {
                self.words.pop_front()
            } else {
                Some(OsString::from_vec(rest.to_vec()))
            };
            let Some(argument) = argument else {
                return Err(UsageError(format!(
                    "Argument expected for the -{} option",
                    letter as char
                )));
            };
            if letter == b'c' && argument.to_str().is_none() {
                self.request = Some(Request::UndecodableCommand(argument));
                return Ok(Some((Program::Stdin, OsString::new())));
            }
            return self.with_argument(letter, &lossy(&argument));
        }
        Ok(None)
    }

    fn with_argument(
        &mut self,
        letter: u8,
        argument: &str,
    ) -> Result<Option<(Program, OsString)>, UsageError> {
        match letter {
            b'c' => {
                return Ok(Some((
                    Program::Command(format!("{argument}\n")),
                    OsString::from("-c"),
                )));
            }
            b'm' => {
                return Ok(Some((
                    Program::Module(argument.to_owned()),
                    OsString::from("-m"),
                )));
            }
            b'W' => self.warn.push(argument.to_owned()),
            _ => self.config.x_options.push(argument.to_owned()),
        }
        Ok(None)
    }

    fn flag(&mut self, letter: u8) -> Result<(), UsageError> {
        let c = &mut self.config;
        match letter {
            b'b' => c.bytes_warning += 1,
            b'B' => c.dont_write_bytecode = true,
            b'd' => c.debug = 1,
            b'E' => c.ignore_environment = true,
            b'i' => (c.inspect, c.interactive) = (true, true),
            b'I' => {
                (
                    c.isolated,
                    c.ignore_environment,
                    c.safe_path,
                    c.no_user_site,
                ) = (true, true, true, true)
            }
            b'O' => c.optimize += 1,
            b'P' => c.safe_path = true,
            b'q' => c.quiet = true,
            b'R' => c.random_hash = true,
            b's' => c.no_user_site = true,
            b'S' => c.no_site = true,
            b't' => {}
            b'u' => c.unbuffered = true,
            b'v' => c.verbose += 1,
            b'V' => self.version += 1,
            b'x' => c.skip_first_line = true,
            b'h' | b'?' => self.request = Some(Request::Help),
            other => return Err(UsageError(format!("Unknown option: -{}", other as char))),
        }
        Ok(())
    }
}
