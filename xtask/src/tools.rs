//! Chores that are a command with the right arguments.

use std::path::PathBuf;
use std::process::Command;

use crate::Outcome;
use crate::files;

/// Runs `command` in the project's folder.
pub fn execute(command: &mut Command) -> Outcome {
    let status = command.current_dir(files::root()).status();
    let program = command.get_program().to_string_lossy().into_owned();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program}: {status}")),
        Err(e) => Err(format!("{program}: {e}")),
    }
}

pub fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The release build of `krait`, with more options of `cargo build`.
pub fn krait(options: &[&str]) -> Result<PathBuf, String> {
    let command = ["build", "--release", "--package", "krait-cli"];
    execute(cargo().args(command).args(options))?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    Ok(files::root().join(target).join("release/krait"))
}

/// `words` without `name VALUE`, and the value.
pub fn take_option(words: &mut Vec<String>, name: &str) -> Option<String> {
    let at = words.iter().position(|word| word == name)?;
    words.remove(at);
    (at < words.len()).then(|| words.remove(at))
}

/// `words` without the flag `name`; was it there?
pub fn take_flag(words: &mut Vec<String>, name: &str) -> bool {
    let before = words.len();
    words.retain(|word| word != name);
    words.len() < before
}

/// Writes the expected bytecode anew.
pub fn goldens() -> Outcome {
    let arguments = ["test", "--package", "krait-compiler", "--test", "goldens"];
    execute(cargo().args(arguments).env("KRAIT_BLESS", "1"))
}

/// The programs of `tests/` with the release build, under stress.
pub fn programs(words: &[String]) -> Outcome {
    let mut words = words.to_vec();
    let every = take_option(&mut words, "--every");
    let sample = take_option(&mut words, "--sample");
    let mut flags = Vec::new();
    if let Some(every) = every {
        flags.push(format!("-X gcstress={every}"));
    }
    if take_flag(&mut words, "--verify") {
        flags.push("-X gcverify".to_owned());
    }
    let mut command = cargo();
    command
        .args(["test", "--package", "krait-cli", "--test", "programs", "--"])
        .args(&words);
    command
        .env("KRAIT_TEST_BINARY", krait(&[])?)
        .env("KRAIT_TEST_FLAGS", flags.join(" "));
    if let Some(sample) = sample {
        command.env("KRAIT_TEST_SAMPLE", sample);
    }
    execute(&mut command)
}

/// Runs a benchmark driver with the release build as one more interpreter, named `krait`.
pub fn bench(words: &[String]) -> Outcome {
    let mut words = words.to_vec();
    let driver = take_option(&mut words, "--driver").ok_or("bench: --driver RUN.PY is missing")?;
    let krait = format!("krait={}", krait(&[])?.display());
    execute(
        Command::new("python3")
            .arg(driver)
            .args(&words)
            .args(["-i", &krait]),
    )
}
