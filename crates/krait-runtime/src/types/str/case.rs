//! Case conversion.

use krait_macros::pymethods;
use krait_unicode::case;

use super::Str;
use crate::native::{Cx, PyResult};
use crate::object::Gc;

pub(super) struct StrCase;

#[pymethods]
impl StrCase {
    /// Return a copy of the string converted to lowercase.
    #[py(sig = "($self, /)")]
    fn lower(cx: &mut Cx, this: Gc<Str>) -> PyResult<Gc<Str>> {
        Str::from_wtf8(cx, &case::lower(this.as_bytes()))
    }

    /// Return a copy of the string converted to uppercase.
    #[py(sig = "($self, /)")]
    fn upper(cx: &mut Cx, this: Gc<Str>) -> PyResult<Gc<Str>> {
        Str::from_wtf8(cx, &case::upper(this.as_bytes()))
    }

    /// Return a version of the string suitable for caseless comparisons.
    #[py(sig = "($self, /)")]
    fn casefold(cx: &mut Cx, this: Gc<Str>) -> PyResult<Gc<Str>> {
        Str::from_wtf8(cx, &case::fold(this.as_bytes()))
    }

    /// Return a version of the string where each word is titlecased.
    ///
    /// Words start with an uppercase (or title case) letter, other cased
    /// letters are lowercase.
    #[py(sig = "($self, /)")]
    fn title(cx: &mut Cx, this: Gc<Str>) -> PyResult<Gc<Str>> {
        Str::from_wtf8(cx, &case::title(this.as_bytes()))
    }

    /// Return a capitalized version of the string.
    ///
    /// The first character becomes title case, the others lowercase.
    #[py(sig = "($self, /)")]
    fn capitalize(cx: &mut Cx, this: Gc<Str>) -> PyResult<Gc<Str>> {
        Str::from_wtf8(cx, &case::capitalize(this.as_bytes()))
    }

    /// Convert uppercase characters to lowercase and lowercase characters to uppercase.
    #[py(sig = "($self, /)")]
    fn swapcase(cx: &mut Cx, this: Gc<Str>) -> PyResult<Gc<Str>> {
        Str::from_wtf8(cx, &case::swap_case(this.as_bytes()))
    }
}
