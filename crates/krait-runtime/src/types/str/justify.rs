//! Padding and tabs.

use krait_macros::pymethods;
use krait_unicode::wtf8;

use super::{Str, StrBuilder};
use crate::native::{ArgSite, Cx, FromArg, PyResult, Value};
use crate::object::Gc;

pub(super) struct StrJustify;

#[pymethods]
impl StrJustify {
    /// Return a centered string of length width.
    ///
    /// Padding is done using the specified fill character (default is a space).
    #[py(sig = "($self, width, fillchar=' ', /)")]
    fn center(
        cx: &mut Cx,
        this: Gc<Str>,
        width: isize,
        fillchar: Option<Fill>,
    ) -> PyResult<Gc<Str>> {
        let pad = missing(this, width);
        // The odd one goes to the left if the width is odd.
        let left = pad / 2 + (pad & width.max(0) as usize & 1);
        padded(cx, this, left, pad - left, fillchar)
    }

    /// Return a left-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is a space).
    #[py(sig = "($self, width, fillchar=' ', /)")]
    fn ljust(
        cx: &mut Cx,
        this: Gc<Str>,
        width: isize,
        fillchar: Option<Fill>,
    ) -> PyResult<Gc<Str>> {
        padded(cx, this, 0, missing(this, width), fillchar)
    }

    /// Return a right-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is a space).
    #[py(sig = "($self, width, fillchar=' ', /)")]
    fn rjust(
        cx: &mut Cx,
        this: Gc<Str>,
        width: isize,
        fillchar: Option<Fill>,
    ) -> PyResult<Gc<Str>> {
        padded(cx, this, missing(this, width), 0, fillchar)
    }

    /// Pad a numeric string with zeros on the left, to fill a field of the given width.
    ///
    /// The string is never truncated.
    #[py(sig = "($self, width, /)")]
    fn zfill(cx: &mut Cx, this: Gc<Str>, width: isize) -> PyResult<Gc<Str>> {
        let pad = missing(this, width);
        let bytes = this.as_bytes();
        let sign = bytes.iter().take(1).filter(|b| b"+-".contains(b)).count();
        if pad == 0 || sign == 0 {
            return padded(cx, this, pad, 0, Some(Fill(u32::from(b'0'))));
        }
        let digits = this.slice_bytes(cx, sign, bytes.len())?;
        let digits = padded(cx, digits, pad, 0, Some(Fill(u32::from(b'0'))))?;
        let sign = this.slice_bytes(cx, 0, sign)?;
        Str::concat(cx, sign, digits)
    }

    /// Return a copy where all tab characters are expanded using spaces.
    ///
    /// If tabsize is not given, a tab size of 8 characters is assumed.
    #[py(sig = "($self, /, tabsize=8)")]
    fn expandtabs(cx: &mut Cx, this: Gc<Str>, tabsize: Option<i32>) -> PyResult<Gc<Str>> {
        if !this.as_bytes().contains(&b'\t') {
            return this.slice_bytes(cx, 0, this.byte_len());
        }
        let tab = tabsize.unwrap_or(8).max(0) as usize;
        let mut out = Vec::with_capacity(this.byte_len());
        let mut column = 0;
        for code in wtf8::code_points(this.as_bytes()) {
            match code {
                0x09 if tab > 0 => {
                    let n = tab - column % tab;
                    if out.try_reserve(n).is_err() || out.len() + n > isize::MAX as usize / 2 {
                        return Err(cx.overflow_error("new string is too long"));
                    }
                    out.resize(out.len() + n, b' ');
                    column += n;
                }
                0x09 => {}
                _ => {
                    wtf8::push(&mut out, code);
                    column = if matches!(code, 0x0A | 0x0D) {
                        0
                    } else {
                        column + 1
                    };
                }
            }
        }
        Str::from_wtf8(cx, &out)
    }
}

/// A fill character argument.
#[derive(Clone, Copy)]
struct Fill(u32);

impl FromArg for Fill {
    fn from_arg(cx: &mut Cx, v: Value, _: ArgSite) -> PyResult<Fill> {
        match Gc::<Str>::from_value(v) {
            Some(s) if s.char_len() == 1 => Ok(Fill(s.char_at(0))),
            Some(_) => Err(cx.type_error("The fill character must be exactly one character long")),
            None => {
                let got = cx.type_name(v);
                Err(cx.type_error(format!(
                    "The fill character must be a unicode character, not {got}"
                )))
            }
        }
    }
}

fn missing(this: Gc<Str>, width: isize) -> usize {
    (width.max(0) as usize).saturating_sub(this.char_len())
}

fn padded(
    cx: &mut Cx,
    this: Gc<Str>,
    left: usize,
    right: usize,
    fill: Option<Fill>,
) -> PyResult<Gc<Str>> {
    if left == 0 && right == 0 {
        return this.slice_bytes(cx, 0, this.byte_len());
    }
    let fill = fill.map_or(u32::from(b' '), |f| f.0);
    let total = (left + right)
        .saturating_mul(wtf8::encoded_len(fill))
        .saturating_add(this.byte_len());
    let Some(mut out) = StrBuilder::try_with_capacity(total) else {
        return Err(cx.memory_error());
    };
    (0..left).for_each(|_| out.push(fill));
    out.push_gc(this);
    (0..right).for_each(|_| out.push(fill));
    let text = out.finish(cx)?;
    Ok(Gc::from_value_unchecked(text))
}
