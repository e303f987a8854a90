//! Coefficients: natural numbers with decimal operations.

use std::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};

use crate::wide::{self, POW10};

/// A number below `10^38` is always `Small`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coef {
    Small(u128),
    Big(UBig),
}

/// Digits above which a coefficient counts as too large for the memory.
pub const MAX_DIGITS: i64 = 1 << 30;

/// What was cut off at the right, compared with half a unit of the last digit kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rest {
    Zero,
    Below,
    Half,
    Above,
}

impl Rest {
    /// `rest` out of `whole`.
    pub fn of<T: PartialOrd + Default>(rest: T, twice: T, whole: T) -> Rest {
        if rest == T::default() {
            Rest::Zero
        } else if twice < whole {
            Rest::Below
        } else if twice == whole {
            Rest::Half
        } else {
            Rest::Above
        }
    }

    /// With something more, too small to reach the next class.
    pub fn and_more(self, more: bool) -> Rest {
        match self {
            Rest::Zero if more => Rest::Below,
            Rest::Half if more => Rest::Above,
            r => r,
        }
    }
}

pub fn pow10(n: i64) -> UBig {
    match POW10.get(n as usize) {
        Some(p) => UBig::from(*p),
        None => UBig::from(10u8).pow(n as usize),
    }
}

impl Coef {
    pub const ZERO: Coef = Coef::Small(0);
    pub const ONE: Coef = Coef::Small(1);

    pub fn new(n: UBig) -> Coef {
        match u128::try_from(&n) {
            Ok(n) => Coef::from_u128(n),
            Err(_) => Coef::Big(n),
        }
    }

    #[inline]
    pub fn from_u128(n: u128) -> Coef {
        if n < POW10[38] {
            Coef::Small(n)
        } else {
            Coef::Big(UBig::from(n))
        }
    }

    #[inline]
    pub fn from_wide((high, low): (u128, u128)) -> Coef {
        if high == 0 {
            return Coef::from_u128(low);
        }
        let words = [
            low as u64,
            (low >> 64) as u64,
            high as u64,
            (high >> 64) as u64,
        ];
        Coef::new(UBig::from_words(&words))
    }

    pub fn to_big(&self) -> UBig {
        match self {
            Coef::Small(n) => UBig::from(*n),
            Coef::Big(n) => n.clone(),
        }
    }

    #[inline]
    pub fn is_zero(&self) -> bool {
        matches!(self, Coef::Small(0))
    }

    pub fn is_one(&self) -> bool {
        matches!(self, Coef::Small(1))
    }

    pub fn is_odd(&self) -> bool {
        match self {
            Coef::Small(n) => n & 1 == 1,
            Coef::Big(n) => n.bit(0),
        }
    }

    /// The number of decimal digits; zero has one.
    #[inline]
    pub fn digits(&self) -> i64 {
        match self {
            Coef::Small(n) => wide::digits(*n),
            Coef::Big(n) => big_digits(n),
        }
    }

    /// The last digit.
    pub fn last_digit(&self) -> u8 {
        match self {
            Coef::Small(n) => (n % 10) as u8,
            Coef::Big(n) => n % 10u8,
        }
    }

    /// `self * 10^n`, or `None` if that is too large for the memory.
    pub fn shl10(&self, n: i64) -> Option<Coef> {
        if n == 0 || self.is_zero() {
            return Some(self.clone());
        }
        if let Coef::Small(c) = self
            && n <= 38
        {
            if wide::digits(*c) + n <= 38 {
                return Some(Coef::Small(c * POW10[n as usize]));
            }
            return Some(Coef::from_wide(wide::mul(*c, POW10[n as usize])));
        }
        if n > MAX_DIGITS || self.digits() + n > MAX_DIGITS {
            return None;
        }
        Some(Coef::new(self.to_big() * pow10(n)))
    }

    /// `self / 10^n`, and what is cut off.
    pub fn shr10(&self, n: i64) -> (Coef, Rest) {
        if n == 0 {
            return (self.clone(), Rest::Zero);
        }
        match self {
            Coef::Small(c) if n > 38 => (Coef::ZERO, Rest::Zero.and_more(*c != 0)),
            Coef::Small(c) => {
                let (q, rest) = shr_u128(*c, n as usize);
                (Coef::Small(q), rest)
            }
            Coef::Big(c) => {
                if n > self.digits() {
                    return (Coef::ZERO, Rest::Below);
                }
                let p = pow10(n);
                let (q, r) = c.div_rem(&p);
                let rest = Rest::of(r.clone(), r << 1, p);
                (Coef::new(q), rest)
            }
        }
    }

    /// The last `n` digits.
    pub fn low10(&self, n: i64) -> Coef {
        match self {
            Coef::Small(_) if n > 38 => self.clone(),
            Coef::Small(c) => Coef::Small(c % POW10[n as usize]),
            Coef::Big(c) if n >= self.digits() => Coef::Big(c.clone()),
            Coef::Big(c) => Coef::new(c % pow10(n)),
        }
    }

    /// How many zeros stand at the end; none for zero.
    pub fn trailing_zeros(&self) -> i64 {
        match self {
            Coef::Small(0) => 0,
            Coef::Small(c) => {
                let (mut c, mut n) = (*c, 0);
                for step in [16, 8, 4, 2, 1] {
                    while c % POW10[step] == 0 {
                        c /= POW10[step];
                        n += step as i64;
                    }
                }
                n
            }
            Coef::Big(c) => {
                let twos = c.trailing_zeros().unwrap_or(0) as i64;
                let (mut c, mut n) = (Coef::Big(c.clone()), 0);
                let mut step = 1;
                while step * 2 <= twos.min(self.digits()) {
                    step *= 2;
                }
                while step > 0 {
                    let (q, rest) = c.shr10(step);
                    if rest == Rest::Zero && !c.is_zero() {
                        c = q;
                        n += step;
                    } else {
                        step /= 2;
                    }
                }
                n
            }
        }
    }

    #[inline]
    pub fn add(&self, other: &Coef) -> Coef {
        match (self, other) {
            (Coef::Small(a), Coef::Small(b)) => Coef::from_u128(a + b),
            _ => Coef::new(self.to_big() + other.to_big()),
        }
    }

    /// `self - other`, which must not be negative.
    #[inline]
    pub fn sub(&self, other: &Coef) -> Coef {
        match (self, other) {
            (Coef::Small(a), Coef::Small(b)) => Coef::Small(a - b),
            _ => Coef::new(self.to_big() - other.to_big()),
        }
    }

    #[inline]
    pub fn mul(&self, other: &Coef) -> Coef {
        match (self, other) {
            (Coef::Small(a), Coef::Small(b)) => Coef::from_wide(wide::mul(*a, *b)),
            _ => Coef::new(self.to_big() * other.to_big()),
        }
    }

    pub fn div_rem(&self, other: &Coef) -> (Coef, Coef) {
        match (self, other) {
            (Coef::Small(a), Coef::Small(b)) => (Coef::Small(a / b), Coef::Small(a % b)),
            _ => {
                let (q, r) = self.to_big().div_rem(other.to_big());
                (Coef::new(q), Coef::new(r))
            }
        }
    }
}

impl Ord for Coef {
    fn cmp(&self, other: &Coef) -> Ordering {
        match (self, other) {
            (Coef::Small(a), Coef::Small(b)) => a.cmp(b),
            (Coef::Small(_), Coef::Big(_)) => Ordering::Less,
            (Coef::Big(_), Coef::Small(_)) => Ordering::Greater,
            (Coef::Big(a), Coef::Big(b)) => a.cmp(b),
        }
    }
}
impl PartialOrd for Coef {
    fn partial_cmp(&self, other: &Coef) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `c / 10^n` for `n <= 38`, and what is cut off.
#[inline]
pub fn shr_u128(c: u128, n: usize) -> (u128, Rest) {
    if n < 20
        && let Ok(c) = u64::try_from(c)
    {
        let Ok(p) = u64::try_from(POW10[n]) else {
            return (0, Rest::of(c.into(), 2 * u128::from(c), POW10[n]));
        };
        let r = c % p;
        return (
            u128::from(c / p),
            Rest::of(r.into(), 2 * u128::from(r), u128::from(p)),
        );
    }
    let p = POW10[n];
    let (q, r) = (c / p, c % p);
    (q, Rest::of(r, 2 * r, p))
}

/// The decimal digits of a number of more than 38 of them.
fn big_digits(n: &UBig) -> i64 {
    let bits = n.bit_len();
    let top = u64::try_from(n >> bits.saturating_sub(64)).unwrap_or(u64::MAX);
    let log10 = ((top as f64).log2() + bits.saturating_sub(64) as f64) * std::f64::consts::LOG10_2;
    let nearest = log10.round();
    // The error of the estimate is far below this.
    if (log10 - nearest).abs() > 1e-6 + log10 * 1e-14 {
        return log10.floor() as i64 + 1;
    }
    nearest as i64 + i64::from(*n >= pow10(nearest as i64))
}
