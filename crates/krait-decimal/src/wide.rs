//! Powers of ten up to 128 bits, and just enough 256-bit arithmetic for products and dividends of two such numbers.

/// Powers of ten that fit a `u128`.
pub static POW10: [u128; 39] = {
    let mut table = [1u128; 39];
    let mut i = 1;
    while i < 39 {
        table[i] = table[i - 1] * 10;
        i += 1;
    }
    table
};

/// How many decimal digits `n` has; zero has one.
#[inline]
pub fn digits(n: u128) -> i64 {
    let bits = 128 - (n | 1).leading_zeros();
    // 1233 / 4096 is a little more than log10(2); the estimate is right or one too high.
    let estimate = ((bits * 1233) >> 12) as usize;
    if estimate > 38 {
        return 39;
    }
    estimate as i64 + i64::from(n >= POW10[estimate] || n == 0 && estimate == 0)
}

/// `a * b` as high and low half.
#[inline]
pub fn mul(a: u128, b: u128) -> (u128, u128) {
    let (a1, a0) = (a >> 64, a & u128::from(u64::MAX));
    let (b1, b0) = (b >> 64, b & u128::from(u64::MAX));
    let low = a0 * b0;
    let mid1 = a1 * b0 + (low >> 64);
    let mid2 = a0 * b1 + (mid1 & u128::from(u64::MAX));
    let high = a1 * b1 + (mid1 >> 64) + (mid2 >> 64);
    (high, mid2 << 64 | low & u128::from(u64::MAX))
}

/// Quotient and remainder of `high:low` by `d`, where `high < d`.
#[inline]
pub fn div(high: u128, low: u128, d: u128) -> (u128, u128) {
    debug_assert!(high < d);
    if high == 0 {
        return (low / d, low % d);
    }
    const BASE: u128 = 1 << 64;
    const MASK: u128 = BASE - 1;
    let s = d.leading_zeros();
    let d = d << s;
    let (d1, d0) = (d >> 64, d & MASK);
    let high = if s == 0 {
        high
    } else {
        high << s | low >> (128 - s)
    };
    let low = low << s;
    let step = |high: u128, next: u128| {
        let mut q = high / d1;
        let mut rest = high - q * d1;
        while q >= BASE || q * d0 > (rest << 64 | next) {
            q -= 1;
            rest += d1;
            if rest >= BASE {
                break;
            }
        }
        (q, (high << 64 | next).wrapping_sub(q.wrapping_mul(d)))
    };
    let (q1, rest) = step(high, low >> 64);
    let (q0, rest) = step(rest, low & MASK);
    (q1 << 64 | q0, rest >> s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_digits() {
        for (k, power) in (0..39).zip(POW10) {
            assert_eq!(digits(power), k + 1);
            assert_eq!(digits(power - 1), k.max(1));
        }
        assert_eq!(digits(u128::MAX), 39);
    }

    #[test]
    fn divides_what_was_multiplied() {
        let mut x = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C834_u128;
        for i in 0..20_000 {
            x = x
                .wrapping_mul(0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645)
                .wrapping_add(i);
            let a = x >> (i % 120);
            let d = (x.rotate_left(61) >> (i % 97)) | 1;
            let r = x.rotate_left(31) % d;
            let (high, low) = mul(a, d);
            let (low, carry) = low.overflowing_add(r);
            assert_eq!(div(high + u128::from(carry), low, d), (a, r));
        }
    }
}
