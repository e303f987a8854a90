//! Runs programs under an interpreter: one process for many, a crash or hang pinned to its program.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use super::generate::Chunk;
use super::tables::{DRIVER, PRELUDE};

/// How long a program may say nothing; the driver's own limit for a chunk is shorter.
const SILENCE: Duration = Duration::from_secs(60);

pub type Program = (u64, Vec<Chunk>);

/// What a program did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// A text for each chunk.
    Answers(Vec<String>),
    Crashed(String),
    Hung,
}

impl Outcome {
    /// Did the driver stop it because it took too long?
    pub fn timed_out(&self) -> bool {
        match self {
            Outcome::Answers(texts) => texts.iter().any(|t| t.ends_with("! time up")),
            Outcome::Hung => true,
            Outcome::Crashed(_) => false,
        }
    }
}

/// Programs to a process, so that what they leave behind does not add up.
const LIFETIME: usize = 2000;

/// An interpreter, its process if there is one, and the folder of its files.
pub struct Session {
    binary: PathBuf,
    flags: Vec<String>,
    folder: PathBuf,
    process: Option<Process>,
    /// What the processes so far wrote to standard error.
    pub errors: String,
}

struct Process {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
    programs: usize,
}

impl Session {
    pub fn new(name: &str, binary: PathBuf, flags: Vec<String>) -> Result<Session, String> {
        let folder =
            std::env::temp_dir().join(format!("krait-differ-{}-{name}", std::process::id()));
        let write = |file: &str, text: &str| fs::write(folder.join(file), text);
        fs::create_dir_all(&folder)
            .and_then(|()| write("driver.py", DRIVER))
            .and_then(|()| write("prelude.py", PRELUDE))
            .map_err(|e| format!("{}: {e}", folder.display()))?;
        Ok(Session {
            binary,
            flags,
            folder,
            process: None,
            errors: String::new(),
        })
    }

    /// The outcomes of `programs`, in their order.
    pub fn run(&mut self, programs: &[Program]) -> Result<Vec<Outcome>, String> {
        let mut outcomes = Vec::new();
        while outcomes.len() < programs.len() {
            self.run_some(&programs[outcomes.len()..], &mut outcomes)?;
        }
        Ok(outcomes)
    }

    fn io(&self, e: &std::io::Error) -> String {
        format!("{}: {e}", self.binary.display())
    }

    /// Runs until all have answered, or one did not: that one's outcome is the last.
    fn run_some(
        &mut self,
        programs: &[Program],
        outcomes: &mut Vec<Outcome>,
    ) -> Result<(), String> {
        if self.process.as_ref().is_some_and(|p| p.programs > LIFETIME) {
            self.finish()?;
        }
        let mut process = match self.process.take() {
            Some(process) => process,
            None => self.start()?,
        };
        let list: String = programs.iter().map(program_line).collect();
        // The input of a process that died is of no use; it shows below.
        let _ = process
            .input
            .write_all(list.as_bytes())
            .and_then(|()| process.input.flush());
        for (number, _) in programs {
            match process.lines.recv_timeout(SILENCE) {
                Ok(line) => outcomes.push(Outcome::Answers(answer(&line, *number)?)),
                Err(RecvTimeoutError::Timeout) => {
                    process.child.kill().map_err(|e| self.io(&e))?;
                    self.end(process)?;
                    outcomes.push(Outcome::Hung);
                    return Ok(());
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let (status, text) = self.end(process)?;
                    let end: Vec<&str> = text.lines().rev().take(12).collect();
                    let end: Vec<&str> = end.into_iter().rev().collect();
                    outcomes.push(Outcome::Crashed(format!("{status}\n{}", end.join("\n"))));
                    return Ok(());
                }
            }
            process.programs += 1;
        }
        self.process = Some(process);
        Ok(())
    }

    /// Lets the process come to its end.
    pub fn finish(&mut self) -> Result<(), String> {
        match self.process.take() {
            Some(process) => self.end(process).map(|_| ()),
            None => Ok(()),
        }
    }

    fn end(&mut self, process: Process) -> Result<(ExitStatus, String), String> {
        let Process {
            mut child, input, ..
        } = process;
        drop(input);
        let status = child.wait().map_err(|e| self.io(&e))?;
        let text = fs::read(self.folder.join("stderr")).map_err(|e| self.io(&e))?;
        let text = String::from_utf8_lossy(&text).into_owned();
        self.errors.push_str(&text);
        Ok((status, text))
    }

    fn start(&self) -> Result<Process, String> {
        let stderr = File::create(self.folder.join("stderr")).map_err(|e| self.io(&e))?;
        let child = Command::new(&self.binary)
            .args(&self.flags)
            .arg(self.folder.join("driver.py"))
            .arg(self.folder.join("prelude.py"))
            .current_dir(&self.folder)
            .env("PYTHONHASHSEED", "0")
            .env("PYTHON_COLORS", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn();
        let mut child = child.map_err(|e| self.io(&e))?;
        Ok(Process {
            input: child.stdin.take().expect("a pipe"),
            lines: lines_of(&mut child),
            child,
            programs: 0,
        })
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A process left waits for input and ends with it. A folder in the system's temporary one that cannot be removed harms nobody.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn program_line((number, chunks): &Program) -> String {
    let chunks: Vec<_> = chunks
        .iter()
        .map(|c| serde_json::json!([c.kind.letter(), c.text]))
        .collect();
    format!("{}\n", serde_json::json!([number, chunks]))
}

/// The lines a process writes, from a thread that ends with it.
fn lines_of(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    let output = child.stdout.take().expect("a pipe");
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

fn answer(line: &str, number: u64) -> Result<Vec<String>, String> {
    let unreadable = |e: &dyn std::fmt::Display| format!("answer to program {number}: {e}: {line}");
    let (got, texts): (u64, Vec<String>) =
        serde_json::from_str(line).map_err(|e| unreadable(&e))?;
    match got == number {
        true => Ok(texts),
        false => Err(unreadable(&"another program")),
    }
}
