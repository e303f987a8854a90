//! `is...` methods.

use krait_macros::pymethods;
use krait_unicode::ctype;

use super::Str;
use crate::object::Gc;

pub(super) struct StrPredicates;

#[pymethods]
impl StrPredicates {
    /// Return True if all characters are ASCII; the empty string is.
    #[py(sig = "($self, /)")]
    fn isascii(this: Gc<Str>) -> bool {
        this.is_ascii()
    }

    /// Return True if all characters are alphabetic and there is at least one.
    #[py(sig = "($self, /)")]
    fn isalpha(this: Gc<Str>) -> bool {
        ctype::all_of(this.as_bytes(), ctype::is_alpha)
    }

    /// Return True if all characters are alphabetic or numeric and there is at least one.
    #[py(sig = "($self, /)")]
    fn isalnum(this: Gc<Str>) -> bool {
        ctype::all_of(this.as_bytes(), ctype::is_alnum)
    }

    /// Return True if all characters are decimal digits and there is at least one.
    #[py(sig = "($self, /)")]
    fn isdecimal(this: Gc<Str>) -> bool {
        ctype::all_of(this.as_bytes(), ctype::is_decimal)
    }

    /// Return True if all characters are digits and there is at least one.
    #[py(sig = "($self, /)")]
    fn isdigit(this: Gc<Str>) -> bool {
        ctype::all_of(this.as_bytes(), ctype::is_digit)
    }

    /// Return True if all characters are numeric and there is at least one.
    #[py(sig = "($self, /)")]
    fn isnumeric(this: Gc<Str>) -> bool {
        ctype::all_of(this.as_bytes(), ctype::is_numeric)
    }

    /// Return True if all characters are whitespace and there is at least one.
    #[py(sig = "($self, /)")]
    fn isspace(this: Gc<Str>) -> bool {
        ctype::all_of(this.as_bytes(), ctype::is_space)
    }

    /// Return True if all characters are printable; the empty string is.
    #[py(sig = "($self, /)")]
    fn isprintable(this: Gc<Str>) -> bool {
        this.is_empty() || ctype::all_of(this.as_bytes(), ctype::is_printable)
    }

    /// Return True if all cased characters are lowercase and there is at least one.
    #[py(sig = "($self, /)")]
    fn islower(this: Gc<Str>) -> bool {
        ctype::is_all_case(this.as_bytes(), false)
    }

    /// Return True if all cased characters are uppercase and there is at least one.
    #[py(sig = "($self, /)")]
    fn isupper(this: Gc<Str>) -> bool {
        ctype::is_all_case(this.as_bytes(), true)
    }

    /// Return True if the string is title-cased.
    ///
    /// Uppercase and title case characters only follow uncased ones,
    /// lowercase characters only cased ones.
    #[py(sig = "($self, /)")]
    fn istitle(this: Gc<Str>) -> bool {
        ctype::is_title_cased(this.as_bytes())
    }

    /// Return True if the string is a valid Python identifier.
    ///
    /// keyword.iskeyword(s) tells whether it is reserved, as "def" or "class".
    #[py(sig = "($self, /)")]
    fn isidentifier(this: Gc<Str>) -> bool {
        ctype::is_identifier(this.as_bytes())
    }
}
