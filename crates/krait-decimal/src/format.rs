//! Numbers after a format specification.

use crate::context::{Rounding, status};
use crate::num::Dec;
use crate::text::place_point;

/// How a locale writes numbers.
#[derive(Clone, Debug)]
pub struct Locale {
    pub point: String,
    pub separator: String,
    /// Sizes of the groups from the point on, as in C's `lconv`; the last one repeats.
    pub grouping: Vec<u8>,
}

impl Locale {
    /// No groups, and the usual point, which an empty `point` stands for.
    pub fn plain() -> Locale {
        Locale {
            point: String::new(),
            separator: String::new(),
            grouping: Vec::new(),
        }
    }

    pub fn thousands() -> Locale {
        Locale {
            point: ".".into(),
            separator: ",".into(),
            grouping: vec![3, 3],
        }
    }
}

#[derive(Clone, Debug)]
pub struct Spec {
    pub fill: String,
    /// One of `<>=^`, or `0` for zeros between sign and digits.
    pub align: char,
    pub sign: char,
    pub no_negative_zero: bool,
    pub width: usize,
    pub prec: Option<i64>,
    /// `e`, `f`, `g`, `%`; capitals apart.
    pub kind: char,
    pub capital: bool,
    pub locale: Locale,
}

impl Spec {
    pub fn format(&self, d: &Dec, round: Rounding) -> Result<String, u32> {
        let (negative, mut body) = self.body(d, round)?;
        let sign = match (negative, self.sign) {
            (true, _) => "-",
            (false, '+') => "+",
            (false, ' ') => " ",
            _ => "",
        };
        if d.is_finite() {
            body = self.localise(&body, sign.len());
        }
        Ok(self.pad(sign, &body, d.is_finite()))
    }

    /// The number rounded as the specification says.
    fn rounded(&self, d: &Dec, round: Rounding) -> Result<Dec, u32> {
        let mut st = 0;
        let mut d = d.clone();
        if self.kind == '%' {
            d.exp += 2;
        }
        if let Some(prec) = self.prec {
            let digits = d.digits();
            match self.kind {
                'g' if digits > prec.max(1) => {
                    d = d.rescale(d.exp + digits - prec.max(1), round, &mut st);
                    d = shortened(d, prec.max(1));
                }
                'e' if !d.coef.is_zero() => {
                    d = d.rescale(d.exp + digits - (prec + 1), round, &mut st);
                    d = shortened(d, prec + 1);
                }
                'f' | '%' => d = d.rescale(-prec, round, &mut st),
                _ => {}
            }
        }
        if matches!(self.kind, 'f' | '%') && d.is_zero() && d.exp > 0 {
            d.exp = 0;
        }
        if st & (status::INVALID_OPERATION | status::NO_MEMORY) != 0 {
            return Err(st);
        }
        if self.no_negative_zero && d.is_zero() {
            d.negative = false;
        }
        Ok(d)
    }

    /// Sign and text without grouping.
    fn body(&self, d: &Dec, round: Rounding) -> Result<(bool, String), u32> {
        if !d.is_finite() {
            let mut text = d.clone().with_sign(false).to_text(true, false);
            if self.kind == '%' {
                text.push('%');
            }
            return Ok((d.negative, text));
        }
        let d = self.rounded(d, round)?;
        let digits = d.coef.to_text();
        let left = d.exp + digits.len() as i64;
        let point = match self.kind {
            'f' | '%' => left,
            // Zero keeps the digits behind the point that were asked for.
            'e' if d.coef.is_zero() => 1 - self.prec.unwrap_or(0),
            'e' => 1,
            _ if d.exp <= 0 && left > -6 => left,
            _ => 1,
        };
        if point.unsigned_abs() > crate::coef::MAX_DIGITS as u64 {
            return Err(status::NO_MEMORY);
        }
        let mut s = String::new();
        place_point(&mut s, &digits, point);
        match self.kind {
            '%' => s.push('%'),
            'f' => {}
            kind => {
                if kind == 'e' || left != point {
                    s.push(if self.capital { 'E' } else { 'e' });
                    s.push_str(&format!("{:+}", left - point));
                }
            }
        }
        Ok((d.negative, s))
    }

    /// Groups the digits before the point, filled with zeros up to the width if that is asked for.
    fn localise(&self, body: &str, sign: usize) -> String {
        let whole_len = body.bytes().take_while(u8::is_ascii_digit).count();
        let (whole, rest) = body.split_at(whole_len);
        let rest = match rest.strip_prefix('.') {
            Some(fraction) if self.locale.point.is_empty() => format!(".{fraction}"),
            Some(fraction) => format!("{}{fraction}", self.locale.point),
            None => rest.to_owned(),
        };
        let room = if self.align == '0' {
            self.width.saturating_sub(sign + rest.chars().count())
        } else {
            0
        };
        let mut s = self.grouped(whole, room);
        s.push_str(&rest);
        s
    }

    fn grouped(&self, whole: &str, room: usize) -> String {
        let separator = &self.locale.separator;
        let separator_len = separator.chars().count();
        let mut groups: Vec<String> = Vec::new();
        let mut digits = whole.as_bytes();
        let mut used = 0;
        let mut sizes = self.locale.grouping.iter();
        let mut size = sizes.next().copied().unwrap_or(0);
        loop {
            let unlimited = separator.is_empty() || size == 0 || size > 126;
            let wanted = room.saturating_sub(used).max(digits.len()).max(1);
            let take = if unlimited {
                wanted
            } else {
                wanted.min(size.into())
            };
            let from = digits.len().saturating_sub(take);
            let zeros = take - (digits.len() - from);
            let text = String::from_utf8_lossy(&digits[from..]);
            groups.push(format!("{}{text}", "0".repeat(zeros)));
            digits = &digits[..from];
            used += take;
            if digits.is_empty() && used >= room {
                break;
            }
            used += separator_len;
            if let Some(&next) = sizes.next() {
                size = next;
            }
        }
        groups.reverse();
        groups.join(separator)
    }

    fn pad(&self, sign: &str, body: &str, finite: bool) -> String {
        let len = sign.len() + body.chars().count();
        let missing = self.width.saturating_sub(len);
        let (fill, align) = match self.align {
            '0' if finite => ("0", '='),
            '0' => (" ", '>'),
            a => (self.fill.as_str(), a),
        };
        let (left, inner, right) = match align {
            '<' => (0, 0, missing),
            '^' => (missing / 2, 0, missing - missing / 2),
            '=' => (0, missing, 0),
            _ => (missing, 0, 0),
        };
        [
            &*fill.repeat(left),
            sign,
            &*fill.repeat(inner),
            body,
            &*fill.repeat(right),
        ]
        .concat()
    }
}

/// Rounding may have given one digit more than wanted: a power of ten.
fn shortened(mut d: Dec, digits: i64) -> Dec {
    if d.digits() > digits {
        d.coef = d.coef.shr10(1).0;
        d.exp += 1;
    }
    d
}
