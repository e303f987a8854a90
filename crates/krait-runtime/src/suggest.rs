//! "Did you mean": the closest known name to one that does not exist.
//!
//! Names are compared by an edit distance in which a change of case costs less than any other
//! edit. Source of the weights and limits: CPython, which promises none of them but whose messages
//! programs are tested against.

/// Cost of inserting, deleting or replacing a byte.
const MOVE: usize = 2;
/// Cost of replacing an ASCII letter by the same letter in the other case.
const CASE: usize = 1;
/// With this many candidates or more nothing is suggested.
const MAX_CANDIDATES: usize = 750;
/// Names that differ in more bytes than this are not compared.
const MAX_LENGTH: usize = 40;

/// The candidate nearest to `word`, if one is near enough. Of equally near ones the first.
pub fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let candidates: Vec<&str> = candidates.collect();
    let found = closest_index(word.as_bytes(), candidates.iter().map(|c| c.as_bytes()))?;
    Some(candidates[found].to_string())
}

/// As [`closest`], of texts in UTF-8 or WTF-8: the place of the candidate.
pub fn closest_index<'a>(word: &[u8], candidates: impl Iterator<Item = &'a [u8]>) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for (i, candidate) in candidates.enumerate() {
        if i + 1 >= MAX_CANDIDATES {
            return None;
        }
        if candidate == word {
            continue;
        }
        // No more than a third of the characters may change.
        let mut limit = (word.len() + candidate.len() + 3) * MOVE / 6;
        if let Some((d, _)) = best {
            limit = limit.min(d - 1);
        }
        if let Some(d) = distance(word, candidate, limit) {
            best = Some((d, i));
            if d == 0 {
                break;
            }
        }
    }
    best.map(|(_, i)| i)
}

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

/// The edit distance of `a` and `b`, `None` if it is above `limit`.
fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    let within = |d: usize| (d <= limit).then_some(d);
    if a.is_empty() || b.is_empty() {
        return within((a.len() + b.len()) * MOVE);
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH || a.len().abs_diff(b.len()) * MOVE > limit {
        return None;
    }
    // One row of the matrix: row[j] is the distance of what was read of `a` and of b[..j].
    let mut row: Vec<usize> = (0..=b.len()).map(|j| j * MOVE).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * MOVE;
        for (j, &y) in b.iter().enumerate() {
            let replaced = diagonal + substitution(x, y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal.min(row[j]) + MOVE);
        }
        if row[1..].iter().all(|&d| d > limit) {
            return None;
        }
    }
    within(row[b.len()])
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn suggests_what_is_near() {
        let names = ["blech", "Blech", "noise", "more_noise"];
        let near = |w: &str| closest(w, names.into_iter());
        assert_eq!(near("bluch").as_deref(), Some("blech"));
        assert_eq!(near("BLECH").as_deref(), Some("Blech"));
        assert_eq!(near("more_noisee").as_deref(), Some("more_noise"));
        assert_eq!(near("unrelated"), None);
        assert_eq!(near("a"), None);
    }
}
