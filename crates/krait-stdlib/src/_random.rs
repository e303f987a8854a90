//! `_random`: the Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), with CPython's sequences.

use krait_runtime::sync::Guarded;
use krait_runtime::types::int::{Int, as_int, is_int};

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_random",
    doc: Some("Module implements the Mersenne Twister random number generator."),
    types: &[&RANDOM],
    ..ModuleDef::DEFAULT
};

const N: usize = 624;
const M: usize = 397;

/// The generator's words, and which is next.
pub struct Twister {
    words: [u32; N],
    index: usize,
}

impl Twister {
    fn seed(&mut self, seed: u32) {
        self.words[0] = seed;
        for i in 1..N {
            let previous = self.words[i - 1];
            self.words[i] = 1812433253u32
                .wrapping_mul(previous ^ (previous >> 30))
                .wrapping_add(i as u32);
        }
        self.index = N;
    }

    /// Seeds by an array of words, at least one.
    fn seed_by(&mut self, key: &[u32]) {
        self.seed(19650218);
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let previous = self.words[i - 1];
            let mixed = self.words[i] ^ (previous ^ (previous >> 30)).wrapping_mul(1664525);
            self.words[i] = mixed.wrapping_add(key[j]).wrapping_add(j as u32);
            i += 1;
            j = (j + 1) % key.len();
            if i >= N {
                self.words[0] = self.words[N - 1];
                i = 1;
            }
        }
        for _ in 0..N - 1 {
            let previous = self.words[i - 1];
            let mixed = self.words[i] ^ (previous ^ (previous >> 30)).wrapping_mul(1566083941);
            self.words[i] = mixed.wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                self.words[0] = self.words[N - 1];
                i = 1;
            }
        }
        self.words[0] = 0x8000_0000;
    }

    fn twist(&mut self) {
        for i in 0..N {
            let y = (self.words[i] & 0x8000_0000) | (self.words[(i + 1) % N] & 0x7fff_ffff);
            let odd = if y & 1 != 0 { 0x9908_b0df } else { 0 };
            self.words[i] = self.words[(i + M) % N] ^ (y >> 1) ^ odd;
        }
        self.index = 0;
    }

    fn next(&mut self) -> u32 {
        if self.index >= N {
            self.twist();
        }
        let mut y = self.words[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// A double in [0, 1) with 53 random bits.
    fn double(&mut self) -> f64 {
        let (a, b) = ((self.next() >> 5) as f64, (self.next() >> 6) as f64);
        (a * 67108864.0 + b) * (1.0 / 9007199254740992.0)
    }
}

#[derive(Trace)]
pub struct Random {
    #[trace(skip)]
    state: Guarded<Twister>,
}
impl Native for Random {
    const PY_NAME: &'static str = "_random.Random";
}

type This = Obj<Random>;

static RANDOM: TypeSpec = TypeSpec {
    name: "Random",
    module: "_random",
    doc: Some("Random() -> create a random number generator with its own internal state."),
    layout: Layout::native::<Random>(),
    flags: flags::BASETYPE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

/// Seeds from the system's entropy.
fn seed_from_system(cx: &mut Cx, this: This) {
    let mut bytes = [0u8; N * 4];
    // SAFETY: fills at most the given bytes.
    unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) };
    let key: Vec<u32> = bytes
        .as_chunks()
        .0
        .iter()
        .map(|&c| u32::from_le_bytes(c))
        .collect();
    this.state.lock(cx).seed_by(&key);
}

/// Seeds by the magnitude of an int, or by the hash of anything else.
fn seed_with(cx: &mut Cx, this: This, v: Value) -> PyResult<()> {
    let n = if is_int(v) {
        v
    } else {
        let hash = cx.hash(v)?;
        cx.new_uint(hash as u64)
    };
    let limbs = match as_int(n) {
        Some(Int::Small(n)) => vec![n.unsigned_abs()],
        Some(Int::Big(b)) => b.limbs().to_vec(),
        None => vec![0],
    };
    let mut key: Vec<u32> = limbs
        .iter()
        .flat_map(|&l| [l as u32, (l >> 32) as u32])
        .collect();
    while key.len() > 1 && key.last() == Some(&0) {
        key.pop();
    }
    this.state.lock(cx).seed_by(&key);
    Ok(())
}

fn seed(cx: &mut Cx, this: This, v: Option<Value>) -> PyResult<()> {
    match v.filter(|v| !v.is_none()) {
        Some(v) => seed_with(cx, this, v),
        None => {
            seed_from_system(cx, this);
            Ok(())
        }
    }
}

/// Words of a state tuple.
fn state_words(cx: &mut Cx, state: Value) -> PyResult<([u32; N], usize)> {
    let Some(t) = Gc::<Tuple>::from_value(state) else {
        return Err(cx.type_error("state vector must be a tuple"));
    };
    if t.len() != N + 1 {
        return Err(cx.value_error("state vector is the wrong size"));
    }
    let mut words = [0; N];
    for (i, word) in words.iter_mut().enumerate() {
        let n = cx.index_int(t.get(i))?;
        *word = match n.to_i64().map(u32::try_from) {
            Some(Ok(n)) => n,
            Some(Err(_)) if n.is_negative() => {
                return Err(cx.overflow_error("can't convert negative value to unsigned int"));
            }
            _ => {
                return Err(cx.overflow_error("Python int too large to convert to C unsigned long"));
            }
        };
    }
    match cx.index_i64(t.get(N))? {
        Some(i) if (0..=N as i64).contains(&i) => Ok((words, i as usize)),
        _ => Err(cx.value_error("invalid state")),
    }
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        _kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let this = NativeObj::alloc(
            cx,
            class,
            Random {
                state: Guarded::new(Twister {
                    words: [0; N],
                    index: N,
                }),
            },
        );
        seed(cx, this, args.first().copied())?;
        Ok(this.value())
    }
    #[py(sig = "($self, seed=None, /)", hide_sig)]
    fn __init__(cx: &mut Cx, this: This, seed_: Option<Value>) -> PyResult<()> {
        seed(cx, this, seed_)
    }
    /// random() -> x in the interval [0, 1).
    #[py(sig = "($self, /)")]
    fn random(cx: &mut Cx, this: This) -> f64 {
        this.state.lock(cx).double()
    }
    /// seed([n]) -> None.
    ///
    /// Defaults to use urandom and falls back to a combination
    /// of the current time and the process identifier.
    #[py(name = "seed", sig = "($self, n=None, /)")]
    fn seed_again(cx: &mut Cx, this: This, n: Option<Value>) -> PyResult<()> {
        seed(cx, this, n)
    }
    /// getstate() -> tuple containing the current state.
    #[py(sig = "($self, /)")]
    fn getstate(cx: &mut Cx, this: This) -> PyResult<Value> {
        let (words, index) = {
            let state = this.state.lock(cx);
            (state.words, state.index)
        };
        tuple_of(cx, N + 1, |i| {
            Value::small(words.get(i).map_or(index as i64, |&w| w as i64))
        })
    }
    /// setstate(state) -> None.  Restores generator state.
    #[py]
    fn setstate(cx: &mut Cx, this: This, state: Value) -> PyResult<()> {
        let (words, index) = state_words(cx, state)?;
        *this.state.lock(cx) = Twister { words, index };
        Ok(())
    }
    /// getrandbits(k) -> x.  Generates an int with k random bits.
    #[py]
    fn getrandbits(cx: &mut Cx, this: This, k: Value) -> PyResult<Value> {
        let n = cx.index_int(k)?;
        if n.is_negative() {
            return Err(cx.value_error("number of bits must be non-negative"));
        }
        let Some(k) = n.to_i64() else {
            return Err(cx.overflow_error("Python int too large to convert to C int"));
        };
        if k == 0 {
            return Ok(Value::small(0));
        }
        if k <= 32 {
            let word = this.state.lock(cx).next();
            return Ok(Value::small((word >> (32 - k)) as i64));
        }
        let mut limbs: Vec<u64> = Vec::new();
        let count = (k as u64).div_ceil(32) as usize;
        if limbs.try_reserve_exact(count.div_ceil(2)).is_err() {
            return Err(cx.memory_error());
        }
        let mut state = this.state.lock(cx);
        for i in 0..count {
            let left = k as usize - i * 32;
            let word = if left < 32 {
                state.next() >> (32 - left)
            } else {
                state.next()
            } as u64;
            match limbs.last_mut() {
                Some(limb) if i % 2 == 1 => *limb |= word << 32,
                _ => limbs.push(word),
            }
        }
        drop(state);
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        cx.new_int_from_limbs(false, &limbs)
    }
}
