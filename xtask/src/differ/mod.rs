//! `cargo xtask differ`: random programs under Krait and CPython, and where they differ.
//! `docs/internals/differ.md` is about it.

mod body;
mod class;
mod coverage;
mod format;
mod generate;
mod operation;
mod reduce;
mod rng;
mod session;
mod source;
mod tables;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::Outcome as Ending;
use crate::tools::{krait, take_flag, take_option};
use coverage::Coverage;
use generate::{Chunk, Subject, program};
use reduce::{difference, reduce};
use session::{Outcome, Program, Session};
use tables::Tables;

/// Programs that are sent to the interpreters at once.
const BATCH: u64 = 500;

struct Settings {
    oracle: PathBuf,
    krait: PathBuf,
    seed: u64,
    first: u64,
    count: u64,
    /// What all programs are about, if not everything.
    only: Option<Subject>,
    /// Differences that are reduced and printed; more are counted.
    limit: usize,
}

pub fn run(words: &[String]) -> Ending {
    let mut words = words.to_vec();
    let mut number = |name: &str, otherwise: u64| match take_option(&mut words, name) {
        None => Ok(otherwise),
        Some(text) => text
            .parse()
            .map_err(|_| format!("differ: {name} {text}: no number")),
    };
    let (seed, first, count) = (
        number("--seed", 1)?,
        number("--from", 0)?,
        number("--count", 10_000)?,
    );
    let limit = usize::try_from(number("--limit", 20)?).unwrap_or(usize::MAX);
    let only = match take_option(&mut words, "--only") {
        None => None,
        Some(name) => {
            let subject = Subject::named(&name);
            Some(subject.ok_or_else(|| format!("differ: --only {name}: no such subject"))?)
        }
    };
    if take_flag(&mut words, "--print") {
        print(seed, first, count, only);
        return Ok(());
    }
    let oracle = take_option(&mut words, "--oracle").ok_or("differ: --oracle PYTHON is missing")?;
    let binary = take_option(&mut words, "--krait");
    let surface = take_flag(&mut words, "--surface");
    if let Some(word) = words.first() {
        return Err(format!("differ: what is {word}?"));
    }
    let oracle = PathBuf::from(oracle);
    if surface {
        return write_surface(&oracle);
    }
    let krait = match binary {
        Some(path) => path.into(),
        None => krait(&[])?,
    };
    compare(&Settings {
        oracle,
        krait,
        seed,
        first,
        count,
        only,
        limit,
    })
}

fn print(seed: u64, first: u64, count: u64, only: Option<Subject>) {
    let tables = Tables::new();
    for number in first..first + count {
        let chunks = program(&tables, seed, number, only);
        print!("{}", listing(seed, number, &chunks));
    }
}

/// A program as text, with the number that makes it again.
fn listing(seed: u64, number: u64, chunks: &[Chunk]) -> String {
    let mut text = format!("# --seed {seed} --from {number} --count 1\n");
    for chunk in chunks {
        text += &format!("#-- {}\n{}\n", chunk.kind.letter(), chunk.text);
    }
    text
}

/// Both interpreters.
struct Pair {
    ours: Session,
    theirs: Session,
}

impl Pair {
    /// Runs both at once.
    fn run(&mut self, programs: &[Program]) -> Result<Vec<(Outcome, Outcome)>, String> {
        let (a, b) = std::thread::scope(|scope| {
            let other = scope.spawn(|| self.theirs.run(programs));
            let own = self.ours.run(programs);
            (own, other.join().expect("the oracle's thread"))
        });
        Ok(a?.into_iter().zip(b?).collect())
    }
}

/// Differences of one kind.
struct Found {
    number: u64,
    chunks: Vec<Chunk>,
    times: usize,
}

fn compare(settings: &Settings) -> Ending {
    if surface(&settings.oracle)? != tables::SURFACE {
        return Err("differ: this oracle has other types or methods; see --surface".to_owned());
    }
    let tables = Tables::new();
    let flags = vec!["-X".to_owned(), "opcount".to_owned()];
    let mut pair = Pair {
        ours: Session::new("krait", settings.krait.clone(), flags)?,
        theirs: Session::new("oracle", settings.oracle.clone(), Vec::new())?,
    };
    let mut coverage = Coverage::default();
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    let (mut slow, mut last) = (0, None);
    let began = Instant::now();
    let end = settings.first + settings.count;
    let mut start = settings.first;
    while start < end {
        let stop = end.min(start + BATCH);
        let programs: Vec<Program> = (start..stop)
            .map(|number| {
                (
                    number,
                    program(&tables, settings.seed, number, settings.only),
                )
            })
            .collect();
        for (one, (a, b)) in programs.iter().zip(pair.run(&programs)?) {
            coverage.count(one, &a);
            slow += usize::from(a.timed_out());
            let Some(how) = difference(&one.1, &a, &b) else {
                continue;
            };
            last = Some(one.0);
            let entry = found.entry(how).or_insert_with(|| Found {
                number: one.0,
                chunks: one.1.clone(),
                times: 0,
            });
            entry.times += 1;
            // The shortest is reduced soonest.
            if size(&one.1) < size(&entry.chunks) {
                (entry.number, entry.chunks) = (one.0, one.1.clone());
            }
        }
        start = stop;
    }
    let seconds = began.elapsed().as_secs_f64();
    pair.ours.finish()?;
    coverage.opcounts(&pair.ours.errors);
    print!("{}", coverage.report(&tables));
    println!(
        "seed {}: programs {} to {end} in {seconds:.0} s, {slow} too slow; the last {} agree",
        settings.seed,
        settings.first,
        end - last.map_or(settings.first, |n| n + 1),
    );
    report(settings, &found, &mut pair)
}

fn size(chunks: &[Chunk]) -> usize {
    chunks.iter().map(|c| c.text.len()).sum()
}

/// Prints what differs, the most frequent first.
fn report(settings: &Settings, found: &BTreeMap<String, Found>, pair: &mut Pair) -> Ending {
    let mut list: Vec<(&String, &Found)> = found.iter().collect();
    list.sort_by_key(|(_, f)| std::cmp::Reverse(f.times));
    let all: usize = list.iter().map(|(_, f)| f.times).sum();
    let mut run = |programs: &[Program]| pair.run(programs);
    for (how, one) in list.iter().take(settings.limit) {
        let small = reduce(&one.chunks, how, &mut run)?;
        println!("\n==== {} times: {how}", one.times);
        print!("{}", listing(settings.seed, one.number, &small));
        let outcomes = run(&[(0, small)])?;
        for (a, b) in &outcomes {
            print_difference(a, b);
        }
    }
    match list.len() {
        0 => Ok(()),
        kinds => Err(format!("{all} programs differ, in {kinds} ways")),
    }
}

fn print_difference(ours: &Outcome, theirs: &Outcome) {
    if let (Outcome::Answers(a), Outcome::Answers(b)) = (ours, theirs) {
        let pair = a.iter().zip(b).find(|(a, b)| a != b);
        if let Some((a, b)) = pair {
            println!("---- krait\n{}\n---- oracle\n{}", &a[1..], &b[1..]);
            return;
        }
    }
    println!("---- krait\n{ours:?}\n---- oracle\n{theirs:?}");
}

/// Which types and methods the oracle has: the text of `surface.txt`.
fn surface(oracle: &Path) -> Result<String, String> {
    let io = |e: std::io::Error| format!("{}: {e}", oracle.display());
    let output = Command::new(oracle)
        .args(["surface.py", "prelude.py", "values.txt", "library.txt"])
        .current_dir(folder())
        .output()
        .map_err(io)?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let head =
        "# Written by `cargo xtask differ --surface`: builtin types and what CPython gives them.\n";
    Ok(format!("{head}{}", String::from_utf8_lossy(&output.stdout)))
}

/// The tables' folder.
fn folder() -> PathBuf {
    crate::files::root().join("xtask/src/differ")
}

fn write_surface(oracle: &Path) -> Ending {
    let path = folder().join("surface.txt");
    std::fs::write(&path, surface(oracle)?).map_err(|e| format!("{}: {e}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use krait_compiler::{CompileOptions, compile};
    use krait_syntax::{Mode, Options, parse};

    #[test]
    fn a_seed_makes_the_same_programs() {
        let tables = Tables::new();
        for number in 0..200 {
            let twice = [(); 2].map(|()| program(&tables, 7, number, None));
            assert_eq!(twice[0], twice[1]);
        }
        assert_ne!(program(&tables, 7, 1, None), program(&tables, 8, 1, None));
    }

    fn compiles(chunk: &Chunk) -> bool {
        let mode = match chunk.kind {
            generate::Kind::Expression => Mode::Eval,
            _ => Mode::Exec,
        };
        let Ok(parsed) = parse(chunk.text.clone(), &Options::new(mode)) else {
            return false;
        };
        compile(&parsed, "<program>", &CompileOptions::new(mode)).is_ok()
    }

    /// Some must not compile: messages of syntax errors are compared too.
    #[test]
    fn nearly_all_programs_compile() {
        let tables = Tables::new();
        let programs = (0..600).map(|n| program(&tables, 3, n, None));
        let chunks: Vec<Chunk> = programs.flatten().collect();
        let bad = chunks.iter().filter(|c| !compiles(c)).count();
        assert!(
            bad * 25 < chunks.len(),
            "{bad} of {} do not compile",
            chunks.len()
        );
    }

    #[test]
    fn members_of_all_types_take_their_turn() {
        let tables = Tables::new();
        let mut coverage = std::collections::BTreeSet::new();
        for number in 0..tables.members.list.len() as u64 {
            coverage.extend(
                program(&tables, 1, number, None)
                    .into_iter()
                    .filter_map(|c| c.reaches),
            );
        }
        for member in &tables.members.list {
            assert!(coverage.contains(&format!("{}.{}", member.owner, member.name)));
        }
    }
}
