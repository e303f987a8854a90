//! Hashes of numbers: equal numbers of any type hash equally, as residues modulo the prime
//! 2^61 - 1 ("Hashing of numeric types" in the library reference).

/// Bits of the modulus.
pub const HASH_BITS: u32 = 61;
/// The prime modulus.
pub const HASH_MODULUS: u64 = (1 << HASH_BITS) - 1;
/// Hash of positive infinity.
pub const HASH_INFINITY: i64 = 314_159;
/// Factor of the imaginary part.
pub const HASH_IMAGINARY: u64 = 1_000_003;

/// -1 is not a hash.
#[inline]
fn not_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// Hash of an int that fits 64 bits.
#[inline]
pub fn hash_small_int(value: i64) -> i64 {
    let residue = (value.unsigned_abs() % HASH_MODULUS) as i64;
    not_minus_one(if value < 0 { -residue } else { residue })
}

/// Hash of an int given by its magnitude in 64-bit limbs, lowest first.
pub fn hash_limbs(negative: bool, limbs: &[u64]) -> i64 {
    let modulus = u128::from(HASH_MODULUS);
    let residue = limbs.iter().rev().fold(0u64, |residue, limb| {
        ((u128::from(residue) << 64 | u128::from(*limb)) % modulus) as u64
    }) as i64;
    not_minus_one(if negative { -residue } else { residue })
}

/// Hash of a float; `None` for NaN, whose hash is that of the object's identity.
pub fn hash_double(value: f64) -> Option<i64> {
    if value.is_nan() {
        return None;
    }
    if value.is_infinite() {
        return Some(if value > 0.0 {
            HASH_INFINITY
        } else {
            -HASH_INFINITY
        });
    }
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52 & 0x7FF) as i64;
    let (mantissa, exponent) = if biased == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, biased - 1075)
    };
    // Multiplying by 2 modulo 2^61 - 1 rotates 61 bits.
    let shift = exponent.rem_euclid(i64::from(HASH_BITS)) as u32;
    let rotated = (mantissa << shift & HASH_MODULUS) | mantissa >> (HASH_BITS - shift);
    let residue = (rotated % HASH_MODULUS) as i64;
    Some(not_minus_one(if value < 0.0 { -residue } else { residue }))
}

/// Hash of a complex number from the hashes of its parts.
pub fn hash_complex(real: i64, imaginary: i64) -> i64 {
    let mixed = (real as u64).wrapping_add(HASH_IMAGINARY.wrapping_mul(imaginary as u64));
    not_minus_one(mixed as i64)
}
