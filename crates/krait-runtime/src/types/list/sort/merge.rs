//! A merge sort for comparisons that may fail: natural runs, merged in the order of powersort
//! (Munro and Wild, "Nearly-Optimal Mergesorts", ESA 2018), with galloping (Peters' timsort).
//!
//! An error leaves the items in any state; the caller has the originals.

use std::cmp::Ordering;

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::protocol::compare::{CompareOp, compare_numbers};
use crate::protocol::iter::shape_of;
use crate::special::Special;
use crate::types::dict::table::as_exact_str;
use crate::types::shape_id;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Consecutive wins of one run after which a merge starts to gallop.
const GALLOP: usize = 7;
/// Runs shorter than this are extended by insertion.
const MIN_RUN: usize = 32;

type Item<const W: usize> = [Value; W];

/// A sorted part of the items: start, length, and the power of the boundary before it.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    len: usize,
    power: u32,
}

struct Sorter<'a, const W: usize> {
    cx: &'a mut Cx,
    items: &'a mut [Item<W>],
    temp: Vec<Item<W>>,
    min_gallop: usize,
    ask_first: bool,
}

/// Sorts `items` by their first words with Python's `<`; `ask_first` stands for a comparison by the
/// keys' own `__lt__` before that.
pub(super) fn sort<const W: usize>(
    cx: &mut Cx,
    items: &mut [Item<W>],
    ask_first: bool,
) -> PyResult<()> {
    let n = items.len();
    let mut s = Sorter {
        cx,
        items,
        temp: Vec::new(),
        min_gallop: GALLOP,
        ask_first,
    };
    let mut runs: Vec<Run> = Vec::new();
    let mut start = 0;
    while start < n {
        let mut len = s.natural_run(start)?;
        let least = MIN_RUN.min(n - start);
        if len < least {
            s.insertion(start, len, least)?;
            len = least;
        }
        if let Some(&last) = runs.last() {
            let power = boundary_power(last, len, n);
            while let [.., a, b] = runs[..]
                && b.power > power
            {
                s.merge(a, b)?;
                runs.pop();
                let top = runs.len() - 1;
                runs[top].len += b.len;
            }
            runs.push(Run { start, len, power });
        } else {
            runs.push(Run {
                start,
                len,
                power: 0,
            });
        }
        start += len;
    }
    while let [.., a, b] = runs[..] {
        s.merge(a, b)?;
        runs.pop();
        let top = runs.len() - 1;
        runs[top].len += b.len;
    }
    Ok(())
}

/// The depth of the boundary between `left` and the run of `len` items behind it in a perfectly
/// balanced merge tree over `n` items: where the binary fractions of the runs' midpoints part.
fn boundary_power(left: Run, len: usize, n: usize) -> u32 {
    let mut a = 2 * left.start + left.len;
    let mut b = a + left.len + len;
    let mut power = 0;
    loop {
        power += 1;
        if a >= n {
            a -= n;
            b -= n;
        } else if b >= n {
            return power;
        }
        a <<= 1;
        b <<= 1;
    }
}

/// How two numbers or exact strs order; `None` where that takes more. A NaN counts as greater.
#[inline(always)]
fn order_at_once(a: Value, b: Value) -> Option<Ordering> {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small()) {
        return Some(x.cmp(&y));
    }
    if let (Some(x), Some(y)) = (as_exact_str(a), as_exact_str(b)) {
        return Some(x.as_bytes().cmp(y.as_bytes()));
    }
    if compare_numbers(CompareOp::Lt, a, b)? {
        return Some(Ordering::Less);
    }
    let equal = compare_numbers(CompareOp::Eq, a, b)?;
    Some(match equal {
        true => Ordering::Equal,
        false => Ordering::Greater,
    })
}

/// `a < b`; tuples are compared here, since sorting rows is common.
#[inline]
fn less(cx: &mut Cx, a: Value, b: Value) -> PyResult<bool> {
    if shape_of(a) != shape_id::TUPLE || shape_of(b) != shape_id::TUPLE {
        return cx.lt(a, b);
    }
    let items = |v| Gc::<Tuple>::from_value_unchecked(v).as_slice();
    let (x, y) = (items(a), items(b));
    for i in 0..x.len().min(y.len()) {
        if x[i] == y[i] {
            continue;
        }
        match order_at_once(x[i], y[i]) {
            Some(Ordering::Equal) => {}
            Some(order) => return Ok(order.is_lt()),
            None => return rest_is_less(cx, &x[i..], &y[i..]),
        }
    }
    Ok(x.len() < y.len())
}

#[inline(never)]
fn rest_is_less(cx: &mut Cx, x: &[Value], y: &[Value]) -> PyResult<bool> {
    match crate::types::tuple::methods::first_difference(cx, x, y)? {
        Some(i) => cx.lt(x[i], y[i]),
        None => Ok(x.len() < y.len()),
    }
}

/// What `__lt__` of `a` says, unless it declines.
fn own_less(cx: &mut Cx, a: Value, b: Value) -> PyResult<Option<bool>> {
    let Some(method) = cx.type_of(a).special(cx, Special::Lt) else {
        return Ok(None);
    };
    let answer = cx.call_comparison(method, a, b)?;
    match answer == Value::not_implemented() {
        true => Ok(None),
        false => cx.is_true(answer).map(Some),
    }
}

impl<const W: usize> Sorter<'_, W> {
    #[inline(always)]
    fn less(&mut self, a: Item<W>, b: Item<W>) -> PyResult<bool> {
        if self.ask_first
            && let Some(own) = own_less(self.cx, a[0], b[0])?
        {
            return Ok(own);
        }
        less(self.cx, a[0], b[0])
    }

    /// The length of the run at `start`; a strictly descending one is reversed.
    fn natural_run(&mut self, start: usize) -> PyResult<usize> {
        let n = self.items.len();
        if start + 1 >= n {
            return Ok(n - start);
        }
        let descending = self.less(self.items[start + 1], self.items[start])?;
        let mut end = start + 2;
        while end < n && self.less(self.items[end], self.items[end - 1])? == descending {
            end += 1;
        }
        if descending {
            self.items[start..end].reverse();
        }
        Ok(end - start)
    }

    /// Extends the run of `sorted` items at `start` to `len` items by binary insertion.
    fn insertion(&mut self, start: usize, sorted: usize, len: usize) -> PyResult<()> {
        for at in start + sorted..start + len {
            let item = self.items[at];
            let (mut low, mut high) = (start, at);
            while low < high {
                let mid = low + (high - low) / 2;
                if self.less(item, self.items[mid])? {
                    high = mid;
                } else {
                    low = mid + 1;
                }
            }
            self.items[low..=at].rotate_right(1);
        }
        Ok(())
    }

    /// How many items of `self.items[range]` go before `key`: all that are less, and with
    /// `after_equal` those that are not greater. The search starts at the front and doubles its
    /// step, or at the end with `from_end`.
    fn gallop(
        &mut self,
        key: Item<W>,
        (start, len): (usize, usize),
        in_temp: bool,
        after_equal: bool,
        from_end: bool,
    ) -> PyResult<usize> {
        // Whether item `i` goes before the key.
        let before = |s: &mut Self, i: usize| {
            let item = if in_temp {
                s.temp[start + i]
            } else {
                s.items[start + i]
            };
            if after_equal {
                Ok(!s.less(key, item)?)
            } else {
                s.less(item, key)
            }
        };
        let (mut low, mut high) = (0, len);
        let mut step = 1;
        if from_end {
            while step <= len && !before(self, len - step)? {
                high = len - step;
                step = step.saturating_mul(2);
            }
            low = if step <= len { len - step + 1 } else { 0 };
        } else {
            while step <= len && before(self, step - 1)? {
                low = step;
                step = step.saturating_mul(2);
            }
            high = if step <= len { step - 1 } else { high };
        }
        while low < high {
            let mid = low + (high - low) / 2;
            if before(self, mid)? {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        Ok(low)
    }

    /// Merges two adjacent runs.
    fn merge(&mut self, a: Run, b: Run) -> PyResult<()> {
        // What is in place already stays there.
        let skip = self.gallop(self.items[b.start], (a.start, a.len), false, true, false)?;
        let (start, len_a) = (a.start + skip, a.len - skip);
        if len_a == 0 {
            return Ok(());
        }
        let len_b = self.gallop(
            self.items[b.start - 1],
            (b.start, b.len),
            false,
            false,
            true,
        )?;
        if len_b == 0 {
            return Ok(());
        }
        if len_a <= len_b {
            self.merge_low(start, len_a, len_b)
        } else {
            self.merge_high(start, len_a, len_b)
        }
    }

    /// Merges from the front; the left run, the shorter one, moves to `temp`.
    fn merge_low(&mut self, start: usize, len_a: usize, len_b: usize) -> PyResult<()> {
        self.temp.clear();
        self.temp
            .extend_from_slice(&self.items[start..start + len_a]);
        let (mut a, mut b, mut to) = (0, start + len_a, start);
        let end = b + len_b;
        let (mut wins_a, mut wins_b) = (0, 0);
        while a < len_a && b < end {
            if wins_a.max(wins_b) >= self.min_gallop {
                let n = self.gallop(self.items[b], (a, len_a - a), true, true, false)?;
                self.items[to..to + n].copy_from_slice(&self.temp[a..a + n]);
                (a, to) = (a + n, to + n);
                if a == len_a {
                    break;
                }
                let m = self.gallop(self.temp[a], (b, end - b), false, false, false)?;
                self.items.copy_within(b..b + m, to);
                (b, to) = (b + m, to + m);
                self.adapt(n.max(m), &mut wins_a, &mut wins_b);
                continue;
            }
            if self.less(self.items[b], self.temp[a])? {
                self.items[to] = self.items[b];
                (b, wins_b, wins_a) = (b + 1, wins_b + 1, 0);
            } else {
                self.items[to] = self.temp[a];
                (a, wins_a, wins_b) = (a + 1, wins_a + 1, 0);
            }
            to += 1;
        }
        // What is left of the right run is in place.
        let rest = len_a - a;
        self.items[to..to + rest].copy_from_slice(&self.temp[a..]);
        Ok(())
    }

    /// Merges from the end; the right run, the shorter one, moves to `temp`.
    fn merge_high(&mut self, start: usize, len_a: usize, len_b: usize) -> PyResult<()> {
        self.temp.clear();
        self.temp
            .extend_from_slice(&self.items[start + len_a..start + len_a + len_b]);
        // One past what is still to be merged: of the left run, of the right one, of the result.
        let (mut a, mut b, mut to) = (start + len_a, len_b, start + len_a + len_b);
        let (mut wins_a, mut wins_b) = (0, 0);
        while a > start && b > 0 {
            if wins_a.max(wins_b) >= self.min_gallop {
                let stay = self.gallop(self.temp[b - 1], (start, a - start), false, true, true)?;
                let n = a - start - stay;
                self.items.copy_within(a - n..a, to - n);
                (a, to) = (a - n, to - n);
                if a == start {
                    break;
                }
                let stay = self.gallop(self.items[a - 1], (0, b), true, false, true)?;
                let m = b - stay;
                self.items[to - m..to].copy_from_slice(&self.temp[stay..b]);
                (b, to) = (stay, to - m);
                self.adapt(n.max(m), &mut wins_a, &mut wins_b);
                continue;
            }
            to -= 1;
            if self.less(self.temp[b - 1], self.items[a - 1])? {
                self.items[to] = self.items[a - 1];
                (a, wins_a, wins_b) = (a - 1, wins_a + 1, 0);
            } else {
                self.items[to] = self.temp[b - 1];
                (b, wins_b, wins_a) = (b - 1, wins_b + 1, 0);
            }
        }
        // What is left of the left run is in place.
        self.items[to - b..to].copy_from_slice(&self.temp[..b]);
        Ok(())
    }

    /// Galloping that pays makes more of it likely, galloping that does not, less.
    fn adapt(&mut self, longest: usize, wins_a: &mut usize, wins_b: &mut usize) {
        if longest >= GALLOP {
            self.min_gallop = self.min_gallop.saturating_sub(1).max(1);
        } else {
            self.min_gallop += 2;
            (*wins_a, *wins_b) = (0, 0);
        }
    }
}
