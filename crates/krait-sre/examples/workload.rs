//! Runs a workload recorded by `record_workload.py` and compares the time with the reference's.
//!
//! `--each` lists the slowest operations.

use std::hint::black_box;
use std::time::{Duration, Instant};

use krait_sre::{Breakpoints, Captures, Method, Program, Scan, Scratch, Subject};

struct Op {
    pattern: usize,
    subject: usize,
    all: bool,
    count: usize,
    repeats: usize,
}

#[derive(Default)]
struct Workload {
    programs: Vec<Program>,
    subjects: Vec<(bool, Vec<u8>)>,
    ops: Vec<Op>,
    reference: f64,
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |b: u8| (b as char).to_digit(16).unwrap() as u8;
    if text == "." {
        return Vec::new();
    }
    text.as_bytes()
        .chunks(2)
        .map(|d| digit(d[0]) << 4 | digit(d[1]))
        .collect()
}

fn load(text: &str) -> Workload {
    let mut out = Workload::default();
    for line in text.lines() {
        let f: Vec<&str> = line.split(' ').collect();
        let number = |i: usize| f[i].parse::<usize>().unwrap();
        match f[0] {
            "P" => {
                let code = f[3].split(',').map(|w| u32::from_str_radix(w, 16).unwrap());
                out.programs
                    .push(Program::new(code.collect(), number(1) as u32, number(2)).unwrap());
            }
            "S" => out.subjects.push((f[1] == "s", unhex(f[2]))),
            "O" => out.ops.push(Op {
                pattern: number(1),
                subject: number(2),
                all: f[3] == "all",
                count: number(4),
                repeats: number(5),
            }),
            _ => out.reference = f[1].parse().unwrap(),
        }
    }
    out
}

/// All matches, the text between them copied as `sub` does.
fn all(program: &Program, subject: &Subject, count: usize, scratch: &mut Scratch) -> Vec<u8> {
    let mut scan = Scan::new(subject, 0, usize::MAX);
    let (mut out, mut done, mut n) = (Vec::new(), 0, 0);
    let bytes = subject.bytes();
    while scan
        .step(Method::Search, program, subject, scratch, &mut || Ok(()))
        .unwrap()
    {
        let (from, to) = scratch.byte_span(0).unwrap();
        out.extend_from_slice(&bytes[done..from]);
        done = to;
        n += 1;
        if n == count {
            break;
        }
    }
    out.extend_from_slice(&bytes[done..]);
    out
}

fn run(op: &Op, program: &Program, subject: &Subject, scratch: &mut Scratch) {
    for _ in 0..op.repeats {
        if op.all {
            black_box(all(program, subject, op.count, scratch));
            continue;
        }
        let mut scan = Scan::new(subject, 0, usize::MAX);
        let found = scan
            .step(Method::Search, program, subject, scratch, &mut || Ok(()))
            .unwrap();
        black_box(found.then(|| Captures::of(scratch, program.groups())));
    }
}

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let each = args
        .iter()
        .position(|a| a == "--each")
        .map(|i| args.remove(i))
        .is_some();
    for path in args {
        let load = load(&std::fs::read_to_string(&path).unwrap());
        let indexes: Vec<Breakpoints> = load
            .subjects
            .iter()
            .map(|(_, bytes)| Breakpoints::new(bytes))
            .collect();
        let subjects: Vec<Subject> = load
            .subjects
            .iter()
            .zip(&indexes)
            .map(|((text, bytes), index)| match text {
                false => Subject::Bytes(bytes),
                true if bytes.is_ascii() => Subject::Ascii(bytes),
                true => Subject::Wtf8(bytes, index),
            })
            .collect();
        let mut best = vec![Duration::MAX; load.ops.len()];
        let mut scratch = Scratch::default();
        // The best of several runs of each operation, for the machine may be busy.
        for _ in 0..9 {
            for (op, best) in load.ops.iter().zip(&mut best) {
                let start = Instant::now();
                run(
                    op,
                    &load.programs[op.pattern],
                    &subjects[op.subject],
                    &mut scratch,
                );
                *best = start.elapsed().min(*best);
            }
        }
        let total: Duration = best.iter().sum();
        let (ms, reference) = (total.as_secs_f64() * 1e3, load.reference * 1e3);
        println!(
            "{path}: {ms:.2} ms, reference {reference:.2} ms, {:.2}x",
            reference / ms
        );
        if each {
            let mut order: Vec<usize> = (0..best.len()).collect();
            order.sort_by_key(|&i| std::cmp::Reverse(best[i]));
            for &i in order.iter().take(40) {
                let op = &load.ops[i];
                let bytes = load.subjects[op.subject].1.len();
                println!(
                    "  {:?} pattern {} on {bytes} bytes x{}",
                    best[i], op.pattern, op.repeats
                );
            }
        }
    }
}
