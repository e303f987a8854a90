//! `product`, `permutations`, `combinations`, `combinations_with_replacement`.
//!
//! Each keeps the indices of the last result in atomics; the next one is made by changing few of them.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering::Relaxed};

use super::iterator;
use crate::prelude::*;

const FRESH: u8 = 0;
const RUNNING: u8 = 1;
const DONE: u8 = 2;

/// Indices into the pool; never out of its range when one thread is at work.
type Indices = Vec<AtomicUsize>;

fn indices(cx: &mut Cx, n: usize, f: impl Fn(usize) -> usize) -> PyResult<Indices> {
    let mut v = Vec::new();
    if v.try_reserve_exact(n).is_err() {
        return Err(cx.memory_error());
    }
    v.extend((0..n).map(|i| AtomicUsize::new(f(i))));
    Ok(v)
}

/// `product`: a tuple of pools (one for each position), and an index into each.
#[derive(Trace)]
pub struct Product {
    pools: Slot,
    indices: Indices,
    state: AtomicU8,
}
impl Native for Product {
    const PY_NAME: &'static str = "itertools.product";
}

/// `combinations` (with replacement if `AGAIN`): the pool, and `r` indices that ascend.
#[derive(Trace)]
pub struct Combinations<const AGAIN: bool> {
    pool: Slot,
    indices: Indices,
    state: AtomicU8,
}
impl Native for Combinations<false> {
    const PY_NAME: &'static str = "itertools.combinations";
}
impl Native for Combinations<true> {
    const PY_NAME: &'static str = "itertools.combinations_with_replacement";
}

/// `permutations`: all indices of the pool, of which the first `r` count, and a countdown for each of those.
#[derive(Trace)]
pub struct Permutations {
    pool: Slot,
    indices: Indices,
    cycles: Indices,
    state: AtomicU8,
}
impl Native for Permutations {
    const PY_NAME: &'static str = "itertools.permutations";
}

pub static PRODUCT: TypeSpec = iterator::<Product>(
    "product",
    "product(*iterables, repeat=1) --> product object\n\nCartesian product of input iterables.  Equivalent to nested for-loops.\n\nFor example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).\nThe leftmost iterators are in the outermost for-loop, so the output tuples\ncycle in a manner similar to an odometer (with the rightmost element changing\non every iteration).\n\nTo compute the product of an iterable with itself, specify the number\nof repetitions with the optional repeat keyword argument.",
    &[IterSelf::DEFS, Generic::DEFS, ProductMethods::DEFS],
);
pub static COMBINATIONS: TypeSpec = iterator::<Combinations<false>>(
    "combinations",
    "Return successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)",
    &[IterSelf::DEFS, Generic::DEFS, CombinationsMethods::DEFS],
);
pub static WITH_REPLACEMENT: TypeSpec = iterator::<Combinations<true>>(
    "combinations_with_replacement",
    "Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')",
    &[IterSelf::DEFS, Generic::DEFS, WithReplacementMethods::DEFS],
);
pub static PERMUTATIONS: TypeSpec = iterator::<Permutations>(
    "permutations",
    "Return successive r-length permutations of elements in the iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)",
    &[IterSelf::DEFS, Generic::DEFS, PermutationsMethods::DEFS],
);

/// Item `i` of a pool. Indices that threads garbled between them give some item all the same.
#[inline]
fn pick(pool: Gc<Tuple>, i: usize) -> Value {
    let items = pool.items();
    items
        .get(i)
        .copied()
        .unwrap_or_else(|| items[items.len() - 1])
}

fn product_pools(cx: &mut Cx, iterables: &[Value], repeat: usize) -> PyResult<Value> {
    let mut pools = ValueVec::with_capacity(cx, iterables.len())?;
    for &v in iterables {
        let pool = cx.tuple_from(v)?;
        pools.push(cx, pool)?;
    }
    let n = pools.len();
    if n.checked_mul(repeat)
        .is_none_or(|total| total > isize::MAX as usize / 8)
    {
        return Err(cx.overflow_error("repeat argument too large"));
    }
    tuple_of(cx, n * repeat, |i| pools.as_slice()[i % n])
}

struct ProductMethods;

#[pymethods]
impl ProductMethods {
    #[py(new, sig = "($type, *iterables, repeat=1)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        repeat: Option<Value>,
        iterables: &[Value],
    ) -> PyResult<Value> {
        let repeat = match repeat {
            Some(r) => cx.index_isize(r)?,
            None => 1,
        };
        if repeat < 0 {
            return Err(cx.value_error("repeat argument cannot be negative"));
        }
        let pools = product_pools(
            cx,
            if repeat == 0 { &[] } else { iterables },
            repeat as usize,
        )?;
        let t: Gc<Tuple> = Gc::from_value_unchecked(pools);
        let indices = indices(cx, t.len(), |_| 0)?;
        Ok(NativeObj::alloc(
            cx,
            class,
            Product {
                pools: slot(pools),
                indices,
                state: AtomicU8::new(FRESH),
            },
        )
        .value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<Product>) -> PyResult<Value> {
        let pools = tuple_in(&this.pools);
        let pool = |i: usize| Gc::<Tuple>::from_value_unchecked(pools.get(i));
        match this.state.load(Relaxed) {
            DONE => return Ok(Value::EMPTY),
            FRESH => {
                if (0..pools.len()).any(|i| pool(i).is_empty()) {
                    this.state.store(DONE, Relaxed);
                    return Ok(Value::EMPTY);
                }
                this.state.store(RUNNING, Relaxed);
            }
            _ => {
                // Count up like an odometer.
                let advanced = (0..pools.len()).rev().any(|i| {
                    let next = this.indices[i].load(Relaxed) + 1;
                    let fits = next < pool(i).len();
                    this.indices[i].store(if fits { next } else { 0 }, Relaxed);
                    fits
                });
                if !advanced {
                    this.state.store(DONE, Relaxed);
                    return Ok(Value::EMPTY);
                }
            }
        }
        tuple_of(cx, pools.len(), |i| {
            pick(pool(i), this.indices[i].load(Relaxed))
        })
    }
    #[py(sig = "($self, /)")]
    fn __sizeof__(this: Obj<Product>) -> usize {
        size_of::<NativeObj<Product>>() + this.indices.len() * 8
    }
}

fn length_argument(cx: &mut Cx, r: isize) -> PyResult<usize> {
    if r < 0 {
        Err(cx.value_error("r must be non-negative"))
    } else {
        Ok(r as usize)
    }
}

fn new_combinations<const AGAIN: bool>(
    cx: &mut Cx,
    class: Gc<Type>,
    iterable: Value,
    r: isize,
) -> PyResult<Value>
where
    Combinations<AGAIN>: Native,
{
    let pool = cx.tuple_from(iterable)?;
    let r = length_argument(cx, r)?;
    let n = Gc::<Tuple>::from_value_unchecked(pool).len();
    let impossible = if AGAIN { n == 0 && r > 0 } else { r > n };
    let indices = indices(cx, if impossible { 0 } else { r }, |i| {
        if AGAIN { 0 } else { i }
    })?;
    let state = AtomicU8::new(if impossible { DONE } else { FRESH });
    Ok(NativeObj::alloc(
        cx,
        class,
        Combinations::<AGAIN> {
            pool: slot(pool),
            indices,
            state,
        },
    )
    .value())
}

fn next_combination<const AGAIN: bool>(
    cx: &mut Cx,
    this: Obj<Combinations<AGAIN>>,
) -> PyResult<Value>
where
    Combinations<AGAIN>: Native,
{
    let pool = tuple_in(&this.pool);
    let (n, r) = (pool.len(), this.indices.len());
    match this.state.load(Relaxed) {
        DONE => return Ok(Value::EMPTY),
        FRESH => this.state.store(RUNNING, Relaxed),
        _ => {
            // The rightmost index that is not at its largest value yet.
            let largest = |i: usize| if AGAIN { n - 1 } else { i + n - r };
            let Some(i) = (0..r)
                .rev()
                .find(|&i| this.indices[i].load(Relaxed) < largest(i))
            else {
                this.state.store(DONE, Relaxed);
                return Ok(Value::EMPTY);
            };
            let first = this.indices[i].load(Relaxed) + 1;
            for (k, index) in this.indices[i..].iter().enumerate() {
                index.store(if AGAIN { first } else { first + k }, Relaxed);
            }
        }
    }
    tuple_of(cx, r, |i| pick(pool, this.indices[i].load(Relaxed)))
}

struct CombinationsMethods;

#[pymethods]
impl CombinationsMethods {
    #[py(new, sig = "($type, iterable, r)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, iterable: Value, r: isize) -> PyResult<Value> {
        new_combinations::<false>(cx, class, iterable, r)
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<Combinations<false>>) -> PyResult<Value> {
        next_combination(cx, this)
    }
    #[py(sig = "($self, /)")]
    fn __sizeof__(this: Obj<Combinations<false>>) -> usize {
        size_of::<NativeObj<Combinations<false>>>() + this.indices.len() * 8
    }
}

struct WithReplacementMethods;

#[pymethods]
impl WithReplacementMethods {
    #[py(new, sig = "($type, iterable, r)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, iterable: Value, r: isize) -> PyResult<Value> {
        new_combinations::<true>(cx, class, iterable, r)
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<Combinations<true>>) -> PyResult<Value> {
        next_combination(cx, this)
    }
    #[py(sig = "($self, /)")]
    fn __sizeof__(this: Obj<Combinations<true>>) -> usize {
        size_of::<NativeObj<Combinations<true>>>() + this.indices.len() * 8
    }
}

/// Changes the indices to the next permutation; `false` after the last one.
fn advance_permutation(p: &Permutations) -> bool {
    let n = p.indices.len();
    for i in (0..p.cycles.len()).rev() {
        let left = p.cycles[i].load(Relaxed).wrapping_sub(1);
        if left == 0 || left > n {
            // All choices for this position are used up: restore the order behind it.
            let first = p.indices[i].load(Relaxed);
            for j in i..n - 1 {
                p.indices[j].store(p.indices[j + 1].load(Relaxed), Relaxed);
            }
            p.indices[n - 1].store(first, Relaxed);
            p.cycles[i].store(n - i, Relaxed);
        } else {
            p.cycles[i].store(left, Relaxed);
            let j = n - left;
            let (a, b) = (p.indices[i].load(Relaxed), p.indices[j].load(Relaxed));
            p.indices[i].store(b, Relaxed);
            p.indices[j].store(a, Relaxed);
            return true;
        }
    }
    false
}

struct PermutationsMethods;

#[pymethods]
impl PermutationsMethods {
    #[py(new, sig = "($type, iterable, r=None)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, iterable: Value, r: Option<Value>) -> PyResult<Value> {
        let pool = cx.tuple_from(iterable)?;
        let n = Gc::<Tuple>::from_value_unchecked(pool).len();
        let r = match r.filter(|r| !r.is_none()) {
            None => n,
            Some(r) if !krait_runtime::types::int::is_int(r) => {
                return Err(cx.type_error("Expected int as r"));
            }
            Some(r) => {
                let r = cx.index_isize(r)?;
                length_argument(cx, r)?
            }
        };
        let used = if r > n { 0 } else { r };
        let cycles = indices(cx, used, |i| n - i)?;
        let indices = indices(cx, n, |i| i)?;
        let state = AtomicU8::new(if r > n { DONE } else { FRESH });
        Ok(NativeObj::alloc(
            cx,
            class,
            Permutations {
                pool: slot(pool),
                indices,
                cycles,
                state,
            },
        )
        .value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<Permutations>) -> PyResult<Value> {
        match this.state.load(Relaxed) {
            DONE => return Ok(Value::EMPTY),
            FRESH => this.state.store(RUNNING, Relaxed),
            _ if advance_permutation(&this) => {}
            _ => {
                this.state.store(DONE, Relaxed);
                return Ok(Value::EMPTY);
            }
        }
        let pool = tuple_in(&this.pool);
        tuple_of(cx, this.cycles.len(), |i| {
            pick(pool, this.indices[i].load(Relaxed))
        })
    }
    #[py(sig = "($self, /)")]
    fn __sizeof__(this: Obj<Permutations>) -> usize {
        size_of::<NativeObj<Permutations>>() + (this.indices.len() + this.cycles.len()) * 8
    }
}
