//! Runs the programs under `tests/` with the built `krait` and compares what they print.
//!
//! `NAME.py` is a test. Beside it may stand `NAME.out` and `NAME.err`, the expected standard
//! output and standard error (empty where there is no file). Comments at the head of the program
//! give the rest:
//!
//!     # exit: 1            expected exit status, 0 without this line
//!     # args: a b          arguments of the program
//!     # flags: -O          options of the interpreter
//!     # env: NAME=value    one variable a line
//!     # stdin: text        one line of standard input a line
//!     # timeout: 60        seconds
//!     # no-stress: why     not run when a collection happens at every allocation
//!     # stress: 101 why    then run with one at every 101st at the most
//!
//! Files and folders whose names begin with `_` are material of the tests beside them; a folder
//! directly in `stdlib/` is named for its module, `_` or not.
//!
//! | variable | effect |
//! | --- | --- |
//! | `KRAIT_TEST_FLAGS` | more options for every run, as in `-X gcstress=1 -X gcverify` |
//! | `KRAIT_TEST_SAMPLE=n` | every n-th program only |
//! | `KRAIT_TEST_JOBS` | programs at once; the number of processors without it |
//! | `KRAIT_TEST_BINARY` | another interpreter to test |
//! | `KRAIT_BLESS=1` | writes the expectations from `KRAIT_ORACLE` (`python3.14` without it) |
//!
//! Words on the command line choose programs: `cargo test -p krait-cli --test programs -- types/int`.

mod expect;
mod program;
mod run;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use program::Program;

/// Folders of `tests/` that hold programs.
const SUITES: [&str; 4] = ["lang", "types", "stdlib", "regressions"];

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let root = root
        .canonicalize()
        .expect("the folder `tests` of the project");
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|w| !w.starts_with('-'))
        .collect();
    if std::env::args().any(|w| w == "--list") {
        return ExitCode::SUCCESS;
    }
    let settings = Settings::from_env(&root);
    let programs = choose(&root, &words, settings.sample);
    let known = known_failures(&root.join("known-failures.txt"));
    let began = Instant::now();
    let outcomes = run_all(&programs, &settings);
    report(&programs, &outcomes, &known, &settings, began)
}

/// What the environment asks for.
pub struct Settings {
    pub root: PathBuf,
    pub interpreter: PathBuf,
    pub flags: Vec<String>,
    pub bless: bool,
    sample: usize,
    jobs: usize,
}

impl Settings {
    fn from_env(root: &Path) -> Settings {
        let text = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        let number = |name: &str| text(name).and_then(|v| v.parse().ok());
        let bless = text("KRAIT_BLESS").is_some();
        let interpreter = if bless {
            text("KRAIT_ORACLE").unwrap_or_else(|| "python3.14".into())
        } else {
            text("KRAIT_TEST_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_krait").into())
        };
        let flags: Vec<String> = match text("KRAIT_TEST_FLAGS") {
            Some(words) if !bless => words.split_whitespace().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Settings {
            root: root.to_owned(),
            interpreter: interpreter.into(),
            flags,
            bless,
            sample: number("KRAIT_TEST_SAMPLE").unwrap_or(1),
            jobs: number("KRAIT_TEST_JOBS").unwrap_or(processors),
        }
    }
}

impl Settings {
    /// At how many allocations a collection happens under stress; without stress at no number of them.
    pub fn collects_every(&self) -> u32 {
        let every = |flag: &String| flag.strip_prefix("gcstress=")?.parse().ok();
        self.flags.iter().find_map(every).unwrap_or(u32::MAX)
    }

    pub fn is_stressed(&self) -> bool {
        self.collects_every() != u32::MAX
    }
}

/// How one program went.
enum Outcome {
    Passed,
    Skipped,
    Failed(String),
}

fn choose(root: &Path, words: &[String], sample: usize) -> Vec<Program> {
    let mut paths = Vec::new();
    for suite in SUITES {
        for folder in entries(&root.join(suite)) {
            collect(&folder, &mut paths);
        }
    }
    paths.sort();
    let programs = paths.iter().map(|path| Program::load(root, path));
    let chosen = programs.filter(|p| words.is_empty() || words.iter().any(|w| p.name.contains(w)));
    chosen.step_by(sample.max(1)).collect()
}

/// All programs at or below `path`.
fn collect(path: &Path, into: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for inner in entries(path) {
            let name = inner.file_name().unwrap_or_default().to_string_lossy();
            if !name.starts_with('_') {
                collect(&inner, into);
            }
        }
    } else if path.extension().is_some_and(|e| e == "py") {
        into.push(path.to_owned());
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
}

fn run_all(programs: &[Program], settings: &Settings) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..settings.jobs.max(1) {
            scope.spawn(|| {
                while let Some((index, program)) = take(&next, programs) {
                    let outcome = one(program, settings);
                    outcomes
                        .lock()
                        .expect("no panic while held")
                        .insert(index, outcome);
                }
            });
        }
    });
    outcomes
        .into_inner()
        .expect("no panic while held")
        .into_values()
        .collect()
}

fn take<'a>(next: &AtomicUsize, programs: &'a [Program]) -> Option<(usize, &'a Program)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    programs.get(index).map(|program| (index, program))
}

fn one(program: &Program, settings: &Settings) -> Outcome {
    if program.no_stress && settings.is_stressed() {
        return Outcome::Skipped;
    }
    let checked = run::run(program, settings).and_then(|actual| {
        if settings.bless {
            expect::bless(program, &actual)
        } else {
            expect::check(program, &actual)
        }
    });
    match checked {
        Ok(()) => Outcome::Passed,
        Err(why) => Outcome::Failed(why),
    }
}

/// The programs that are known to fail: `name` or `name  # reason`, a line each. The list may only
/// shrink: a program on it that passes is a failure of the run.
fn known_failures(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, reason) = line.split_once('#').unwrap_or((line, ""));
            (name.trim().to_owned(), reason.trim().to_owned())
        })
        .collect()
}

fn report(
    programs: &[Program],
    outcomes: &[Outcome],
    known: &BTreeMap<String, String>,
    settings: &Settings,
    began: Instant,
) -> ExitCode {
    let (mut passed, mut skipped, mut expected) = (0, 0, 0);
    let mut failed = Vec::new();
    for (program, outcome) in programs.iter().zip(outcomes) {
        let is_known = known.contains_key(&program.name) && !settings.bless;
        match outcome {
            Outcome::Skipped => skipped += 1,
            Outcome::Passed if is_known && !settings.is_stressed() => {
                println!(
                    "{}: passes, but tests/known-failures.txt lists it\n",
                    program.name
                );
                failed.push(&program.name);
            }
            Outcome::Passed => passed += 1,
            Outcome::Failed(_) if is_known => expected += 1,
            Outcome::Failed(why) => {
                println!("---- {}\n{why}\n", program.name);
                failed.push(&program.name);
            }
        }
    }
    for name in &failed {
        println!("failed: {name}");
    }
    println!(
        "programs: {passed} passed, {} failed, {expected} known failures, {skipped} skipped; {:.1} s",
        failed.len(),
        began.elapsed().as_secs_f64()
    );
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
