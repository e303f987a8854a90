//! One run of one program.

use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::Settings;
use crate::program::Program;

/// What a program did.
pub struct Actual {
    pub out: String,
    pub err: String,
    /// The exit status; the negated number of the signal that ended it.
    pub exit: i32,
}

/// A collection at every allocation takes this many times longer.
const STRESS_FACTOR: u32 = 10;

pub fn run(program: &Program, settings: &Settings) -> Result<Actual, String> {
    let mut child = start(program, settings)?;
    let out = drain(child.stdout.take());
    let err = drain(child.stderr.take());
    if let Some(mut pipe) = child.stdin.take() {
        // A program that does not read its input closes the pipe: not our concern.
        let _ = pipe.write_all(program.stdin.as_bytes());
    }
    let factor = if settings.is_stressed() {
        STRESS_FACTOR
    } else {
        1
    };
    let limit = program.timeout * factor;
    let status = wait(&mut child, limit)?;
    let root = format!("{}/", settings.root.display());
    // Programs print the paths of files as the interpreter knows them, which are absolute.
    let text = |reader: JoinHandle<Vec<u8>>| {
        let bytes = reader.join().expect("reading a pipe does not panic");
        String::from_utf8_lossy(&bytes).replace(&root, "tests/")
    };
    let exit = status
        .code()
        .unwrap_or_else(|| -status.signal().unwrap_or(0));
    Ok(Actual {
        out: text(out),
        err: text(err),
        exit,
    })
}

fn start(program: &Program, settings: &Settings) -> Result<Child, String> {
    let mut command = Command::new(&settings.interpreter);
    command.args(&settings.flags);
    if let Some(every) = program.stress.filter(|&n| settings.collects_every() < n) {
        // The later of two options counts.
        command.arg("-X").arg(format!("gcstress={every}"));
    }
    command
        .args(&program.flags)
        .arg(&program.path)
        .args(&program.args);
    command.current_dir(&settings.root).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
        .env("HOME", "/nonexistent")
        .env("LANG", "C.UTF-8")
        .env("PYTHONDONTWRITEBYTECODE", "1");
    command.envs(program.env.iter().map(|(name, value)| (name, value)));
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
        .spawn()
        .map_err(|e| format!("{}: {e}", settings.interpreter.display()))
}

fn drain<R: Read + Send + 'static>(pipe: Option<R>) -> JoinHandle<Vec<u8>> {
    let mut pipe = pipe.expect("the pipe was asked for");
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read before an error is still worth showing.
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}

fn wait(child: &mut Child, limit: Duration) -> Result<ExitStatus, String> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            return Ok(status);
        }
        if began.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            return Err(format!("timed out after {} s", limit.as_secs()));
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}
