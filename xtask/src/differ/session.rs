//! Runs programs under an interpreter: one process for many, a crash or hang pinned to its program.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
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

/// An interpreter and the folder of its files.
pub struct Session {
    binary: PathBuf,
    flags: Vec<String>,
    folder: PathBuf,
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
        })
    }

    /// The outcomes of `programs`, in their order; `errors` gets what the processes wrote there.
    pub fn run(&self, programs: &[Program], errors: &mut String) -> Result<Vec<Outcome>, String> {
        let mut outcomes = Vec::new();
        while outcomes.len() < programs.len() {
            let rest = &programs[outcomes.len()..];
            self.run_some(rest, &mut outcomes, errors)?;
        }
        Ok(outcomes)
    }

    /// Runs until all have answered, or one did not: that one's outcome is the last.
    fn run_some(
        &self,
        programs: &[Program],
        outcomes: &mut Vec<Outcome>,
        errors: &mut String,
    ) -> Result<(), String> {
        let list: String = programs.iter().map(program_line).collect();
        let path = self.folder.join("programs.json");
        let stderr = self.folder.join("stderr");
        let io = |e: std::io::Error| format!("{}: {e}", self.binary.display());
        fs::write(&path, list).map_err(io)?;
        let mut child = self
            .command(&path, File::create(&stderr).map_err(io)?)
            .spawn()
            .map_err(io)?;
        let lines = lines_of(&mut child);
        let mut answered = 0;
        let mut hung = false;
        while answered < programs.len() {
            match lines.recv_timeout(SILENCE) {
                Ok(line) => outcomes.push(Outcome::Answers(answer(&line, programs[answered].0)?)),
                Err(RecvTimeoutError::Timeout) => {
                    hung = true;
                    child.kill().map_err(io)?;
                    break;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
            answered += 1;
        }
        let status = child.wait().map_err(io)?;
        let text = String::from_utf8_lossy(&fs::read(&stderr).map_err(io)?).into_owned();
        if hung {
            outcomes.push(Outcome::Hung);
        } else if answered < programs.len() {
            let end: Vec<&str> = text.lines().rev().take(12).collect();
            let end: Vec<&str> = end.into_iter().rev().collect();
            outcomes.push(Outcome::Crashed(format!("{status}\n{}", end.join("\n"))));
        }
        errors.push_str(&text);
        Ok(())
    }

    fn command(&self, programs: &Path, stderr: File) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(&self.flags)
            .arg(self.folder.join("driver.py"))
            .arg(self.folder.join("prelude.py"))
            .arg(programs)
            .current_dir(&self.folder)
            .env("PYTHONHASHSEED", "0")
            .env("PYTHON_COLORS", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr);
        command
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A folder in the system's temporary one that cannot be removed harms nobody.
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
