//! SipHash-1-3, keyed (PEP 456), and the derivation of its key.

use crate::wtf8::{code_points, kind};

/// The 128-bit key of an interpreter process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashKey {
    pub k0: u64,
    pub k1: u64,
}

impl HashKey {
    /// The key of `PYTHONHASHSEED=seed`; 0 switches randomization off.
    pub fn from_seed(seed: u32) -> HashKey {
        if seed == 0 {
            return HashKey { k0: 0, k1: 0 };
        }
        // The linear congruential generator of CPython's lcg_urandom.
        let mut state = seed;
        let bytes: [u8; 16] = std::array::from_fn(|_| {
            state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
            (state >> 16) as u8
        });
        HashKey::from_bytes(bytes)
    }

    /// A key of random bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> HashKey {
        let key = u128::from_le_bytes(bytes);
        HashKey {
            k0: key as u64,
            k1: (key >> 64) as u64,
        }
    }
}

/// The state of SipHash-1-3 over a stream of little-endian units.
struct Hasher {
    v: [u64; 4],
    /// Bytes not yet mixed in, low ones first.
    pending: u64,
    pending_bits: u32,
    len: u64,
}

impl Hasher {
    fn new(key: HashKey) -> Hasher {
        Hasher {
            v: [
                key.k0 ^ 0x736f_6d65_7073_6575,
                key.k1 ^ 0x646f_7261_6e64_6f6d,
                key.k0 ^ 0x6c79_6765_6e65_7261,
                key.k1 ^ 0x7465_6462_7974_6573,
            ],
            pending: 0,
            pending_bits: 0,
            len: 0,
        }
    }

    #[inline]
    fn round(&mut self) {
        let [v0, v1, v2, v3] = &mut self.v;
        *v0 = v0.wrapping_add(*v1);
        *v2 = v2.wrapping_add(*v3);
        *v1 = v1.rotate_left(13) ^ *v0;
        *v3 = v3.rotate_left(16) ^ *v2;
        *v0 = v0.rotate_left(32);
        *v2 = v2.wrapping_add(*v1);
        *v0 = v0.wrapping_add(*v3);
        *v1 = v1.rotate_left(17) ^ *v2;
        *v3 = v3.rotate_left(21) ^ *v0;
        *v2 = v2.rotate_left(32);
    }

    #[inline]
    fn word(&mut self, word: u64) {
        self.v[3] ^= word;
        self.round();
        self.v[0] ^= word;
    }

    /// Appends the low `bits` (8, 16 or 32) of `unit`; all units of a stream have one size.
    #[inline]
    fn unit(&mut self, unit: u32, bits: u32) {
        self.pending |= u64::from(unit) << self.pending_bits;
        self.pending_bits += bits;
        self.len += u64::from(bits / 8);
        if self.pending_bits == 64 {
            self.word(self.pending);
            self.pending = 0;
            self.pending_bits = 0;
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.word(u64::from_le_bytes(*word));
        }
        self.len += 8 * words.len() as u64;
        for byte in rest {
            self.unit(u32::from(*byte), 8);
        }
    }

    /// The hash as Python has it: never -1.
    fn finish(mut self) -> i64 {
        let last = self.len << 56 | self.pending;
        self.word(last);
        self.v[2] ^= 0xFF;
        self.round();
        self.round();
        self.round();
        let hash = (self.v[0] ^ self.v[1] ^ self.v[2] ^ self.v[3]) as i64;
        if hash == -1 { -2 } else { hash }
    }
}

/// `hash(bytes)`.
pub fn hash_bytes(bytes: &[u8], key: HashKey) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    let mut hasher = Hasher::new(key);
    hasher.bytes(bytes);
    hasher.finish()
}

/// `hash(str)`: of the text in units of 1, 2 or 4 bytes, whichever its largest character needs.
pub fn hash_str(text: &[u8], key: HashKey) -> i64 {
    if text.is_ascii() {
        return hash_bytes(text, key);
    }
    let bits = 8 * kind(text) as u32;
    let mut hasher = Hasher::new(key);
    for code in code_points(text) {
        hasher.unit(code, bits);
    }
    hasher.finish()
}
