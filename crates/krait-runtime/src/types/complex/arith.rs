//! Complex arithmetic.
//!
//! Products and quotients that come out as NaN although an operand is infinite are computed again
//! with the infinities boxed to unit size, as annex G of the C standard recommends.

/// A complex number of two doubles.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub struct Complex64 {
    pub re: f64,
    pub im: f64,
}

/// Why a power has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerError {
    ZeroDivision,
    Overflow,
}

/// An operand of mixed arithmetic. Real numbers have no imaginary part, not even a zero: its sign
/// must not take part.
#[derive(Clone, Copy, Debug)]
pub enum Operand {
    Real(f64),
    Complex(Complex64),
}

impl Operand {
    pub fn to_complex(self) -> Complex64 {
        match self {
            Operand::Real(re) => Complex64 { re, im: 0.0 },
            Operand::Complex(c) => c,
        }
    }
}

pub fn add(a: Operand, b: Operand) -> Complex64 {
    match (a, b) {
        (Operand::Complex(a), Operand::Complex(b)) => Complex64 {
            re: a.re + b.re,
            im: a.im + b.im,
        },
        (Operand::Complex(c), Operand::Real(x)) | (Operand::Real(x), Operand::Complex(c)) => {
            Complex64 {
                re: c.re + x,
                im: c.im,
            }
        }
        (Operand::Real(a), Operand::Real(b)) => Complex64 { re: a + b, im: 0.0 },
    }
}

pub fn sub(a: Operand, b: Operand) -> Complex64 {
    match (a, b) {
        (Operand::Complex(a), Operand::Complex(b)) => Complex64 {
            re: a.re - b.re,
            im: a.im - b.im,
        },
        (Operand::Complex(a), Operand::Real(b)) => Complex64 {
            re: a.re - b,
            im: a.im,
        },
        (Operand::Real(a), Operand::Complex(b)) => Complex64 {
            re: a - b.re,
            im: -b.im,
        },
        (Operand::Real(a), Operand::Real(b)) => Complex64 { re: a - b, im: 0.0 },
    }
}

pub fn mul(a: Operand, b: Operand) -> Complex64 {
    match (a, b) {
        (Operand::Complex(a), Operand::Complex(b)) => a.times(b),
        (Operand::Complex(c), Operand::Real(x)) | (Operand::Real(x), Operand::Complex(c)) => {
            Complex64 {
                re: c.re * x,
                im: c.im * x,
            }
        }
        (Operand::Real(a), Operand::Real(b)) => Complex64 { re: a * b, im: 0.0 },
    }
}

/// `a / b`; `None` for a zero divisor.
pub fn div(a: Operand, b: Operand) -> Option<Complex64> {
    match (a, b) {
        (_, Operand::Real(0.0)) => None,
        (Operand::Complex(a), Operand::Real(x)) => Some(Complex64 {
            re: a.re / x,
            im: a.im / x,
        }),
        (Operand::Real(x), Operand::Complex(b)) => real_over(x, b),
        (a, b) => a.to_complex().over(b.to_complex()),
    }
}

/// 1 for an infinity and 0 for the rest, with the sign of `x`.
fn boxed(x: f64) -> f64 {
    f64::from(x.is_infinite()).copysign(x)
}

/// NaN as a zero of the same sign.
fn nan_to_zero(x: f64) -> f64 {
    if x.is_nan() { 0f64.copysign(x) } else { x }
}

/// `x / b` by Smith's method.
fn real_over(x: f64, b: Complex64) -> Option<Complex64> {
    let (re, im) = (b.re.abs(), b.im.abs());
    if re == 0.0 && im == 0.0 {
        return None;
    }
    let r = if re >= im {
        let ratio = b.im / b.re;
        let denominator = b.re + b.im * ratio;
        Complex64 {
            re: x / denominator,
            im: (-x * ratio) / denominator,
        }
    } else if im >= re {
        let ratio = b.re / b.im;
        let denominator = b.re * ratio + b.im;
        Complex64 {
            re: (x * ratio) / denominator,
            im: -x / denominator,
        }
    } else {
        Complex64 {
            re: f64::NAN,
            im: f64::NAN,
        }
    };
    if r.is_all_nan() && x.is_finite() && b.is_infinite() {
        let (c, d) = (boxed(b.re), boxed(b.im));
        return Some(Complex64 {
            re: 0.0 * (x * c),
            im: 0.0 * (-x * d),
        });
    }
    Some(r)
}

impl Complex64 {
    pub const ONE: Complex64 = Complex64 { re: 1.0, im: 0.0 };

    fn is_all_nan(self) -> bool {
        self.re.is_nan() && self.im.is_nan()
    }

    fn is_infinite(self) -> bool {
        self.re.is_infinite() || self.im.is_infinite()
    }

    fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    pub fn times(self, other: Complex64) -> Complex64 {
        let (a, b, c, d) = (self.re, self.im, other.re, other.im);
        let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
        let r = Complex64 {
            re: ac - bd,
            im: ad + bc,
        };
        if r.is_all_nan() {
            recovered_product(self, other, [ac, bd, ad, bc]).unwrap_or(r)
        } else {
            r
        }
    }

    /// `self / other` by Smith's method; `None` for a zero divisor.
    pub fn over(self, other: Complex64) -> Option<Complex64> {
        let (re, im) = (other.re.abs(), other.im.abs());
        if re == 0.0 && im == 0.0 {
            return None;
        }
        let r = if re >= im {
            let ratio = other.im / other.re;
            let denominator = other.re + other.im * ratio;
            Complex64 {
                re: (self.re + self.im * ratio) / denominator,
                im: (self.im - self.re * ratio) / denominator,
            }
        } else if im >= re {
            let ratio = other.re / other.im;
            let denominator = other.re * ratio + other.im;
            Complex64 {
                re: (self.re * ratio + self.im) / denominator,
                im: (self.im * ratio - self.re) / denominator,
            }
        } else {
            Complex64 {
                re: f64::NAN,
                im: f64::NAN,
            }
        };
        if !r.is_all_nan() {
            return Some(r);
        }
        if self.is_infinite() && other.is_finite() {
            let (a, b) = (boxed(self.re), boxed(self.im));
            let (c, d) = (other.re, other.im);
            return Some(Complex64 {
                re: f64::INFINITY * (a * c + b * d),
                im: f64::INFINITY * (b * c - a * d),
            });
        }
        if other.is_infinite() && self.is_finite() {
            let (c, d) = (boxed(other.re), boxed(other.im));
            let (a, b) = (self.re, self.im);
            return Some(Complex64 {
                re: 0.0 * (a * c + b * d),
                im: 0.0 * (b * c - a * d),
            });
        }
        Some(r)
    }

    /// `self ** exponent`.
    pub fn pow(self, exponent: Complex64) -> Result<Complex64, PowerError> {
        /// Whole exponents up to this are done by multiplying.
        const MOST: f64 = 100.0;
        let r = if exponent.re == exponent.re.floor()
            && exponent.re.abs() <= MOST
            && exponent.im == 0.0
        {
            self.whole_power(exponent.re as i32)?
        } else {
            self.polar_power(exponent)?
        };
        if r.is_infinite() {
            Err(PowerError::Overflow)
        } else {
            Ok(r)
        }
    }

    fn polar_power(self, exponent: Complex64) -> Result<Complex64, PowerError> {
        if exponent.re == 0.0 && exponent.im == 0.0 {
            return Ok(Complex64::ONE);
        }
        if self.re == 0.0 && self.im == 0.0 {
            return if exponent.im != 0.0 || exponent.re < 0.0 {
                Err(PowerError::ZeroDivision)
            } else {
                Ok(Complex64 { re: 0.0, im: 0.0 })
            };
        }
        let magnitude = self.re.hypot(self.im);
        let angle = self.im.atan2(self.re);
        let mut length = magnitude.powf(exponent.re);
        let mut phase = angle * exponent.re;
        if exponent.im != 0.0 {
            length *= (-angle * exponent.im).exp();
            phase += exponent.im * magnitude.ln();
        }
        if phase.is_infinite() {
            // The C library has a domain error here, which CPython reports like this.
            return Err(PowerError::ZeroDivision);
        }
        Ok(Complex64 {
            re: length * phase.cos(),
            im: length * phase.sin(),
        })
    }

    fn whole_power(self, n: i32) -> Result<Complex64, PowerError> {
        let mut rest = n.unsigned_abs();
        let mut r = Complex64::ONE;
        let mut square = self;
        while rest != 0 {
            if rest & 1 != 0 {
                r = r.times(square);
            }
            rest >>= 1;
            if rest != 0 {
                square = square.times(square);
            }
        }
        if n < 0 {
            Complex64::ONE.over(r).ok_or(PowerError::ZeroDivision)
        } else {
            Ok(r)
        }
    }
}

/// The product of annex G where the plain one is NaN but an operand or a partial product infinite.
fn recovered_product(x: Complex64, y: Complex64, partial: [f64; 4]) -> Option<Complex64> {
    let (mut a, mut b, mut c, mut d) = (x.re, x.im, y.re, y.im);
    let mut recover = false;
    if x.is_infinite() {
        (a, b) = (boxed(a), boxed(b));
        (c, d) = (nan_to_zero(c), nan_to_zero(d));
        recover = true;
    }
    if y.is_infinite() {
        (c, d) = (boxed(c), boxed(d));
        (a, b) = (nan_to_zero(a), nan_to_zero(b));
        recover = true;
    }
    if !recover && partial.iter().any(|p| p.is_infinite()) {
        (a, b, c, d) = (
            nan_to_zero(a),
            nan_to_zero(b),
            nan_to_zero(c),
            nan_to_zero(d),
        );
        recover = true;
    }
    recover.then_some(Complex64 {
        re: f64::INFINITY * (a * c - b * d),
        im: f64::INFINITY * (a * d + b * c),
    })
}
