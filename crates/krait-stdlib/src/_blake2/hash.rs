//! BLAKE2b and BLAKE2s (RFC 7693) with the whole parameter block: salt, personalisation, tree mode.

/// What the parameter block holds.
#[derive(Clone, Debug)]
pub struct Params {
    pub digest_size: u8,
    pub key: Vec<u8>,
    pub salt: Vec<u8>,
    pub person: Vec<u8>,
    pub fanout: u8,
    pub depth: u8,
    pub leaf_size: u32,
    pub node_offset: u64,
    pub node_depth: u8,
    pub inner_size: u8,
    pub last_node: bool,
}

const SIGMA: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/// The four columns, then the four diagonals.
const QUARTERS: [[usize; 4]; 8] = [
    [0, 4, 8, 12],
    [1, 5, 9, 13],
    [2, 6, 10, 14],
    [3, 7, 11, 15],
    [0, 5, 10, 15],
    [1, 6, 11, 12],
    [2, 7, 8, 13],
    [3, 4, 9, 14],
];

macro_rules! blake2 {
    ($name:ident, $word:ty, $double:ty, $rounds:literal, $iv:expr, [$r1:literal $r2:literal $r3:literal $r4:literal]) => {
        #[derive(Clone)]
        pub struct $name {
            h: [$word; 8],
            /// Bytes hashed, without what is buffered.
            count: $double,
            block: [u8; size_of::<$word>() * 16],
            filled: usize,
            digest_size: u8,
            last_node: bool,
        }

        impl $name {
            pub const BLOCK: usize = size_of::<$word>() * 16;
            const WORD: usize = size_of::<$word>();
            const IV: [$word; 8] = $iv;

            pub fn new(p: &Params) -> $name {
                let mut parameters = [0u8; size_of::<$word>() * 8];
                parameters[0] = p.digest_size;
                parameters[1] = p.key.len() as u8;
                parameters[2] = p.fanout;
                parameters[3] = p.depth;
                parameters[4..8].copy_from_slice(&p.leaf_size.to_le_bytes());
                // The node offset has 8 bytes in BLAKE2b, 6 in BLAKE2s.
                let offset_size = if Self::WORD == 8 { 8 } else { 6 };
                parameters[8..8 + offset_size]
                    .copy_from_slice(&p.node_offset.to_le_bytes()[..offset_size]);
                parameters[8 + offset_size] = p.node_depth;
                parameters[9 + offset_size] = p.inner_size;
                let (salt, person) = (Self::WORD * 4, Self::WORD * 6);
                parameters[salt..salt + p.salt.len()].copy_from_slice(&p.salt);
                parameters[person..person + p.person.len()].copy_from_slice(&p.person);
                let mut h = Self::IV;
                for (word, bytes) in h.iter_mut().zip(parameters.as_chunks().0) {
                    *word ^= <$word>::from_le_bytes(*bytes);
                }
                let mut state = $name {
                    h,
                    count: 0,
                    block: [0; Self::BLOCK],
                    filled: 0,
                    digest_size: p.digest_size,
                    last_node: p.last_node,
                };
                if !p.key.is_empty() {
                    state.block[..p.key.len()].copy_from_slice(&p.key);
                    state.filled = Self::BLOCK;
                }
                state
            }

            pub fn digest_size(&self) -> u8 {
                self.digest_size
            }

            pub fn update(&mut self, mut data: &[u8]) {
                while !data.is_empty() {
                    // The last block is compressed at the end only, with the final flag.
                    if self.filled == Self::BLOCK {
                        self.count += Self::BLOCK as $double;
                        self.compress(false);
                        self.filled = 0;
                    }
                    let n = data.len().min(Self::BLOCK - self.filled);
                    self.block[self.filled..self.filled + n].copy_from_slice(&data[..n]);
                    self.filled += n;
                    data = &data[n..];
                }
            }

            /// The digest; the state is not changed.
            pub fn digest(&self) -> Vec<u8> {
                let mut last = self.clone();
                last.count += last.filled as $double;
                last.block[last.filled..].fill(0);
                last.compress(true);
                let mut out: Vec<u8> = last.h.iter().flat_map(|w| w.to_le_bytes()).collect();
                out.truncate(self.digest_size.into());
                out
            }

            fn compress(&mut self, is_last: bool) {
                let mut m = [0; 16];
                for (word, bytes) in m.iter_mut().zip(self.block.as_chunks().0) {
                    *word = <$word>::from_le_bytes(*bytes);
                }
                let mut v = [0; 16];
                v[..8].copy_from_slice(&self.h);
                v[8..].copy_from_slice(&Self::IV);
                v[12] ^= self.count as $word;
                v[13] ^= (self.count >> (Self::WORD * 8)) as $word;
                if is_last {
                    v[14] = !v[14];
                    if self.last_node {
                        v[15] = !v[15];
                    }
                }
                for round in 0..$rounds {
                    let s = &SIGMA[round % 10];
                    for (i, &[a, b, c, d]) in QUARTERS.iter().enumerate() {
                        v[a] = v[a].wrapping_add(v[b]).wrapping_add(m[s[2 * i]]);
                        v[d] = (v[d] ^ v[a]).rotate_right($r1);
                        v[c] = v[c].wrapping_add(v[d]);
                        v[b] = (v[b] ^ v[c]).rotate_right($r2);
                        v[a] = v[a].wrapping_add(v[b]).wrapping_add(m[s[2 * i + 1]]);
                        v[d] = (v[d] ^ v[a]).rotate_right($r3);
                        v[c] = v[c].wrapping_add(v[d]);
                        v[b] = (v[b] ^ v[c]).rotate_right($r4);
                    }
                }
                for (i, h) in self.h.iter_mut().enumerate() {
                    *h ^= v[i] ^ v[i + 8];
                }
            }
        }
    };
}

blake2!(
    Blake2b,
    u64,
    u128,
    12,
    [
        0x6a09e667f3bcc908,
        0xbb67ae8584caa73b,
        0x3c6ef372fe94f82b,
        0xa54ff53a5f1d36f1,
        0x510e527fade682d1,
        0x9b05688c2b3e6c1f,
        0x1f83d9abfb41bd6b,
        0x5be0cd19137e2179,
    ],
    [32 24 16 63]
);
blake2!(
    Blake2s,
    u32,
    u64,
    10,
    [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19],
    [16 12 8 7]
);
