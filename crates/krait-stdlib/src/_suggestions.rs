//! `_suggestions`: the name most like another one, for "Did you mean".

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_suggestions",
    functions: &[Functions::DEFS],
    ..ModuleDef::DEFAULT
};

/// More candidates than these are not looked at.
const MAX_CANDIDATES: usize = 750;
/// Longer names, in bytes of UTF-8 and without what is the same at either end, are not compared.
const MAX_NAME: usize = 40;
/// What it costs to insert, delete or replace a byte, and to change its case.
const MOVE: usize = 2;
const CASE: usize = 1;

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

/// The cost of making `a` from `b`; `None` if it is above `limit`.
fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev());
    let suffix = suffix.take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
    if a.len().max(b.len()) > MAX_NAME {
        return None;
    }
    let mut row: Vec<usize> = (0..=a.len()).map(|n| n * MOVE).collect();
    for &other in b {
        let mut diagonal = row[0];
        row[0] += MOVE;
        for (i, &byte) in a.iter().enumerate() {
            let replaced = diagonal + substitution(byte, other);
            diagonal = row[i + 1];
            row[i + 1] = replaced.min(row[i].min(diagonal) + MOVE);
        }
        if row.iter().all(|cost| *cost > limit) {
            return None;
        }
    }
    row.last().copied().filter(|cost| *cost <= limit)
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Returns the candidate in candidates that's closest to item
    #[py(sig = "($module, candidates, item, /)")]
    fn _generate_suggestions(cx: &mut Cx, candidates: Value, item: Gc<Str>) -> PyResult<Value> {
        let Some(list) = Gc::<List>::from_value(candidates) else {
            return Err(cx.type_error("candidates must be a list"));
        };
        let snapshot = list.snapshot(cx)?;
        let names = snapshot.as_slice();
        for &name in names {
            if Gc::<Str>::from_value(name).is_none() {
                return Err(cx.type_error("all elements in 'candidates' must be strings"));
            }
        }
        if names.len() >= MAX_CANDIDATES {
            return Ok(Value::none());
        }
        let (mut best, mut cost) = (Value::none(), usize::MAX);
        for &name in names {
            let Some(text) = Gc::<Str>::from_value(name) else {
                continue;
            };
            let (text, item) = (text.as_bytes(), item.as_bytes());
            // No more than a third of the bytes may change, and an equal cost is no better.
            let limit = ((text.len() + item.len() + 3) * MOVE / 6).min(cost - 1);
            if text == item {
                continue;
            }
            if let Some(found) = distance(item, text, limit) {
                (best, cost) = (name, found);
            }
        }
        Ok(best)
    }
}
