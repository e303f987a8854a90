//! Code lists are untrusted: damaged ones are refused or run, but never crash.

use krait_sre::{Breakpoints, Interrupted, MatchError, Method, Program, Scan, Scratch, Subject};

/// A small generator, so that a failure can be repeated.
struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

fn codes() -> Vec<(Vec<u32>, usize)> {
    let patterns = include_str!("golden.txt")
        .lines()
        .filter(|l| l.starts_with("P "));
    let parse = |line: &str| {
        let fields: Vec<&str> = line.split(' ').collect();
        let words = fields[3]
            .split(',')
            .map(|w| u32::from_str_radix(w, 16).unwrap());
        (words.collect(), fields[2].parse().unwrap())
    };
    patterns.map(parse).collect()
}

fn damage(code: &mut Vec<u32>, rng: &mut Rng) {
    for _ in 0..1 + rng.below(3) {
        let at = rng.below(code.len());
        match rng.below(6) {
            0 => code[at] = rng.below(48) as u32,
            1 => code[at] = code[at].wrapping_add(1),
            2 => code[at] = code[at].wrapping_sub(1),
            3 => code[at] = u32::MAX - rng.below(3) as u32,
            4 => code.truncate(at + 1),
            _ => code.insert(at, rng.below(48) as u32),
        }
    }
}

#[test]
fn damaged_code_never_crashes() {
    let text = "abcAB1_ \n\u{e9}\u{20ac}aab";
    let index = Breakpoints::new(text.as_bytes());
    let subjects = [
        Subject::Bytes(text.as_bytes()),
        Subject::Wtf8(text.as_bytes(), &index),
    ];
    let mut rng = Rng(0x9E37_79B9_7F4A_7C15);
    let mut accepted = 0;
    for (code, groups) in codes() {
        for _ in 0..8 {
            let mut code = code.clone();
            damage(&mut code, &mut rng);
            let Ok(program) = Program::new(code, 0, groups) else {
                continue;
            };
            accepted += 1;
            for subject in &subjects {
                let mut polls = 0;
                let mut poll = || {
                    polls += 1;
                    if polls > 3 { Err(Interrupted) } else { Ok(()) }
                };
                let mut scan = Scan::new(subject, 0, usize::MAX);
                let mut scratch = Scratch::default();
                while let Ok(true) =
                    scan.step(Method::Search, &program, subject, &mut scratch, &mut poll)
                {
                    assert!(scratch.byte_span(0).is_some());
                }
            }
        }
    }
    assert!(accepted > 100);
}

#[test]
fn empty_and_unfinished_code_is_refused() {
    assert!(Program::new(vec![], 0, 0).is_err());
    assert!(Program::new(vec![16], 0, 0).is_err());
    assert!(Program::new(vec![17, 0, 1], 0, 0).is_err());
    assert!(Program::new(vec![17, 0, 1], 0, usize::MAX).is_err());
}

/// `(a+)+b`, which takes exponential time on a run of a's.
fn catastrophe() -> Program {
    let max = u32::MAX;
    let code = vec![
        23, 14, 1, max, 17, 0, 24, 6, 1, max, 16, 97, 1, 17, 1, 18, 16, 98, 1,
    ];
    Program::new(code, 0, 1).unwrap()
}

#[test]
fn long_matches_can_be_interrupted() {
    let program = catastrophe();
    let text = [b'a'; 64].iter().chain(b"c").copied().collect::<Vec<u8>>();
    let mut polls = 0;
    let mut poll = || {
        polls += 1;
        if polls == 10 {
            Err(Interrupted)
        } else {
            Ok(())
        }
    };
    let found = program.search(&Subject::Ascii(&text), 0, usize::MAX, &mut poll);
    assert_eq!(found, Err(MatchError::Interrupted));
}

#[test]
fn deep_backtracking_needs_no_native_stack() {
    // (?:a|b)*c over a long text, on a small stack.
    let code = vec![
        23,
        15,
        0,
        u32::MAX,
        7,
        5,
        16,
        97,
        15,
        7,
        5,
        16,
        98,
        15,
        2,
        0,
        18,
        16,
        99,
        1,
    ];
    let run = move || {
        let program = Program::new(code, 0, 0).unwrap();
        let text = b"ab".repeat(500_000);
        let found = program.match_(&Subject::Ascii(&text), 0, usize::MAX, &mut || Ok(()));
        assert_eq!(found, Ok(None));
    };
    std::thread::Builder::new()
        .stack_size(128 << 10)
        .spawn(run)
        .unwrap()
        .join()
        .unwrap();
}
