//! Makes a program that differs smaller, as long as it differs in the same way.

use super::generate::Chunk;
use super::session::{Outcome, Program};

/// Runs programs under both interpreters.
pub type Both<'a> = dyn FnMut(&[Program]) -> Result<Vec<(Outcome, Outcome)>, String> + 'a;

/// How two outcomes differ, without the particulars: what may not change while a program shrinks.
/// `None` if they do not. Where CPython takes too long there is nothing to compare with.
pub fn difference(program: &[Chunk], ours: &Outcome, theirs: &Outcome) -> Option<String> {
    let (Outcome::Answers(a), Outcome::Answers(b)) = (ours, theirs) else {
        let same = ours == theirs || (ours.timed_out() && theirs.timed_out());
        return (!same).then(|| format!("{} / {}", word(ours), word(theirs)));
    };
    let answered = b.len() - usize::from(theirs.timed_out());
    if a.iter().take(answered).eq(&b[..answered]) && (theirs.timed_out() || a == b) {
        return None;
    }
    let index = a.iter().zip(b).position(|(a, b)| a != b);
    let Some(index) = index else {
        return Some("number of answers".to_owned());
    };
    let (a, b) = (first_difference(&a[index], &b[index])).unwrap_or_default();
    let member = program.get(index).and_then(|c| c.reaches.as_deref());
    Some(format!(
        "{} {} / {}",
        member.unwrap_or(""),
        abstracted(a),
        abstracted(b)
    ))
}

fn word(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answers(_) => "answers".to_owned(),
        Outcome::Crashed(text) => text.lines().next().unwrap_or("").to_owned(),
        Outcome::Hung => "hung".to_owned(),
    }
}

fn first_difference<'a>(a: &'a str, b: &'a str) -> Option<(&'a str, &'a str)> {
    let (mut a, mut b) = (a.lines(), b.lines());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return None,
            (x, y) if x != y => return Some((x.unwrap_or(""), y.unwrap_or(""))),
            _ => {}
        }
    }
}

/// A line without numbers, quoted text and what follows a few words.
fn abstracted(line: &str) -> String {
    let mut text = String::new();
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => {
                quote = Some(c);
                text.push(c);
            }
            (None, ' ' | '~' | '^') if text.ends_with([' ', '^']) => {}
            (None, '~' | '^') => text.push('^'),
            (None, '0'..='9') if text.ends_with('0') => {}
            (None, '0'..='9') => text.push('0'),
            (None, _) => text.push(c),
        }
        if text.len() > 60 {
            break;
        }
    }
    text
}

/// Most steps of making a program smaller.
const ROUNDS: usize = 30;

/// A chunk alone, and a chunk with one before it: what most differences come down to.
fn likely(program: &[Chunk]) -> Vec<Vec<Chunk>> {
    let alone = program.iter().map(|c| vec![c.clone()]);
    let pairs = (0..program.len()).flat_map(|last| {
        let pair = move |first: usize| vec![program[first].clone(), program[last].clone()];
        (0..last).map(pair)
    });
    alone.chain(pairs).collect()
}

/// The smallest program found that differs as `program` does.
pub fn reduce(program: &[Chunk], like: &str, both: &mut Both<'_>) -> Result<Vec<Chunk>, String> {
    let mut best = program.to_vec();
    if let Some(chunks) = first_like(&likely(program), like, both)? {
        best = chunks;
    }
    for _ in 0..ROUNDS {
        match first_like(&smaller(&best), like, both)? {
            Some(chunks) => best = chunks,
            None => break,
        }
    }
    Ok(best)
}

/// The first candidate that differs in the same way; they are tried a few at a time.
fn first_like(
    candidates: &[Vec<Chunk>],
    like: &str,
    both: &mut Both<'_>,
) -> Result<Option<Vec<Chunk>>, String> {
    for some in candidates.chunks(8) {
        let batch: Vec<Program> = (0..).zip(some.iter().cloned()).collect();
        for (chunks, (ours, theirs)) in some.iter().zip(both(&batch)?) {
            if difference(chunks, &ours, &theirs).as_deref() == Some(like) {
                return Ok(Some(chunks.clone()));
            }
        }
    }
    Ok(None)
}

/// Programs with a chunk less, or a statement and what is indented below it; the smallest first.
fn smaller(program: &[Chunk]) -> Vec<Vec<Chunk>> {
    let mut found = Vec::new();
    if program.len() > 1 {
        for index in 0..program.len() {
            let mut fewer = program.to_vec();
            fewer.remove(index);
            found.push(fewer);
        }
    }
    for (index, chunk) in program.iter().enumerate() {
        let mut texts = without_a_block(&chunk.text);
        texts.sort_by_key(String::len);
        for text in texts {
            let mut fewer = program.to_vec();
            fewer[index].text = text;
            found.push(fewer);
        }
    }
    found
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// `text` without one of its blocks, or with a block in place of the statement around it.
fn without_a_block(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    if lines.len() < 2 {
        return found;
    }
    for start in 0..lines.len() {
        let own = indent(lines[start]);
        let end = (start + 1..lines.len())
            .find(|&i| indent(lines[i]) <= own)
            .unwrap_or(lines.len());
        let rest = |middle: Vec<String>| {
            let mut all: Vec<String> = lines[..start].iter().map(|l| (*l).to_owned()).collect();
            all.extend(middle);
            all.extend(lines[end..].iter().map(|l| (*l).to_owned()));
            all.join("\n")
        };
        found.push(rest(Vec::new()));
        if lines[start].trim() != "pass" {
            found.push(rest(vec![format!("{}pass", " ".repeat(own))]));
        }
        if end > start + 1 {
            let inner = lines[start + 1..end].iter();
            found.push(rest(
                inner
                    .map(|l| l.strip_prefix("    ").unwrap_or(l).to_owned())
                    .collect(),
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::generate::Kind;
    use super::*;

    fn answers(texts: &[&str]) -> Outcome {
        Outcome::Answers(texts.iter().map(|t| (*t).to_owned()).collect())
    }

    /// Interpreters that disagree about every chunk that holds `1 / 0`.
    fn disagreeing(programs: &[Program]) -> Result<Vec<(Outcome, Outcome)>, String> {
        let outcome = |chunks: &[Chunk], other: &str| {
            let text = |c: &Chunk| if c.text.contains("1 / 0") { other } else { "." }.to_owned();
            Outcome::Answers(chunks.iter().map(text).collect())
        };
        Ok(programs
            .iter()
            .map(|(_, c)| (outcome(c, "! a"), outcome(c, "! b")))
            .collect())
    }

    #[test]
    fn shrinks_to_the_statement_that_differs() {
        let text = "if x:\n    for y in z:\n        f(y)\n        1 / 0\nelse:\n    g()";
        let program = vec![
            Chunk::new(Kind::Statements, "x = 1".to_owned()),
            Chunk::new(Kind::Statements, text.to_owned()),
            Chunk::new(Kind::Expression, "x".to_owned()),
        ];
        let (ours, theirs) = disagreeing(&[(0, program.clone())])
            .expect("outcomes")
            .remove(0);
        let how = difference(&program, &ours, &theirs).expect("a difference");
        let small = reduce(&program, &how, &mut disagreeing).expect("a program");
        assert_eq!(
            small,
            vec![Chunk::new(Kind::Statements, "1 / 0".to_owned())]
        );
    }

    #[test]
    fn particulars_make_no_other_difference() {
        let chunk = [Chunk::new(Kind::Expression, "x".to_owned())];
        let how = |a: &str, b: &str| difference(&chunk, &answers(&[a]), &answers(&[b]));
        assert_eq!(how("! E: 'a' at 12", "! F"), how("! E: 'bc' at 7", "! F"));
        assert_ne!(how("! E", "! F"), how("! G", "! F"));
        assert_eq!(how("! E", "! E"), None);
        assert_eq!(how("= 1", "!! time up"), None);
        assert!(how("!! time up", "= 1").is_some());
    }
}
