//! `_locale`: the C library's locale.
//!
//! The locale belongs to the process, as does the message catalogue of `gettext`. Text goes to the C library and comes
//! back in the file system's encoding.

use std::ffi::{CStr, CString, c_char, c_int};

use krait_runtime::types::exceptions;
use krait_unicode::wtf8;

use crate::libc_constants;
use crate::prelude::*;
use crate::support::fs_path::fs_decode;
use crate::support::names::CName;
use crate::support::{self, os_error};

pub static MODULE: ModuleDef = ModuleDef {
    name: "_locale",
    doc: Some("Support for POSIX locales."),
    functions: &[Functions::DEFS, Catalogue::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

static ERROR: TypeSpec = support::exception_spec("locale", "Error", None, &exceptions::EXCEPTION);

// What the crate `libc` does not declare.
unsafe extern "C" {
    fn wcscoll(a: *const i32, b: *const i32) -> c_int;
    fn wcsxfrm(out: *mut i32, text: *const i32, size: usize) -> usize;
    fn gettext(message: *const c_char) -> *mut c_char;
    fn dgettext(domain: *const c_char, message: *const c_char) -> *mut c_char;
    fn dcgettext(domain: *const c_char, message: *const c_char, category: c_int) -> *mut c_char;
    fn textdomain(domain: *const c_char) -> *mut c_char;
    fn bindtextdomain(domain: *const c_char, folder: *const c_char) -> *mut c_char;
    fn bind_textdomain_codeset(domain: *const c_char, codeset: *const c_char) -> *mut c_char;
}

/// Members of `nl_langinfo` by name. glibc's own `_DATE_FMT` is `date`'s format of today.
const ITEMS: &[(&str, i64)] = libc_constants! {
    ABDAY_1 ABDAY_2 ABDAY_3 ABDAY_4 ABDAY_5 ABDAY_6 ABDAY_7 ABMON_1 ABMON_2 ABMON_3 ABMON_4 ABMON_5 ABMON_6 ABMON_7 ABMON_8
    ABMON_9 ABMON_10 ABMON_11 ABMON_12 ALT_DIGITS AM_STR CODESET CRNCYSTR DAY_1 DAY_2 DAY_3 DAY_4 DAY_5 DAY_6 DAY_7 D_FMT
    D_T_FMT ERA ERA_D_FMT ERA_D_T_FMT ERA_T_FMT MON_1 MON_2 MON_3 MON_4 MON_5 MON_6 MON_7 MON_8 MON_9 MON_10 MON_11 MON_12
    NOEXPR PM_STR RADIXCHAR THOUSEP T_FMT T_FMT_AMPM YESEXPR
};
const DATE_FORMAT: i64 = 0x2006c;

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let categories = libc_constants! {
        LC_ALL LC_COLLATE LC_CTYPE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME
    };
    support::add_ints(cx, m, categories);
    support::add_ints(cx, m, ITEMS);
    m.set(cx, "_DATE_FMT", Value::small(DATE_FORMAT));
    m.set(cx, "CHAR_MAX", Value::small(c_char::MAX as i64));
    let error = cx.native_type(&ERROR)?;
    m.set(cx, "Error", error.value());
    Ok(())
}

#[cold]
fn error(cx: &mut Cx, message: &str) -> Raised {
    match cx.native_type(&ERROR) {
        Ok(class) => cx.error(class, message),
        Err(e) => e,
    }
}

/// Takes over the user's locale for characters, as at the start of every Python. Returns its name.
pub fn adopt() -> Vec<u8> {
    // SAFETY: a C string; the result is copied before anybody can change the locale.
    unsafe {
        let name = libc::setlocale(libc::LC_CTYPE, c"".as_ptr());
        match name.is_null() {
            true => b"C".to_vec(),
            false => CStr::from_ptr(name).to_bytes().to_vec(),
        }
    }
}

/// The encoding of the locale's characters.
pub fn encoding() -> String {
    // SAFETY: the result is a C string, valid until the next call or `setlocale`, and copied at once.
    let name = unsafe { CStr::from_ptr(libc::nl_langinfo(libc::CODESET)) };
    match name.to_string_lossy() {
        name if name.is_empty() => "utf-8".to_owned(),
        name => name.into_owned(),
    }
}

/// A copy of what the C library returned; `None` for null.
///
/// # Safety
/// `p` is null or a C string.
unsafe fn text(cx: &mut Cx, p: *const c_char) -> PyResult<Option<Value>> {
    if p.is_null() {
        return Ok(None);
    }
    // SAFETY: by contract; copied, for it may be gone at the next call.
    let bytes = unsafe { CStr::from_ptr(p) }.to_bytes().to_vec();
    fs_decode(cx, &bytes).map(Some)
}

fn pointer(name: &Option<CString>) -> *const c_char {
    name.as_ref().map_or(std::ptr::null(), |c| c.as_ptr())
}

/// An argument that is a str or `None`.
fn optional(cx: &mut Cx, v: Option<Value>, what: &str) -> PyResult<Option<CString>> {
    let Some(v) = v.filter(|v| !v.is_none()) else {
        return Ok(None);
    };
    let Some(s) = Gc::<Str>::from_value(v) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!("{what} must be str or None, not {got}")));
    };
    let bytes = support::fs_path::fs_encode(cx, s)?;
    CString::new(bytes)
        .map(Some)
        .map_err(|_| cx.value_error("embedded null character"))
}

/// The characters for functions of wide strings, with a zero behind them.
fn wide(cx: &mut Cx, s: Gc<Str>) -> PyResult<Vec<i32>> {
    let mut codes: Vec<i32> = wtf8::to_utf32(s.as_bytes())
        .into_iter()
        .map(|c| c as i32)
        .collect();
    if codes.contains(&0) {
        return Err(cx.value_error("embedded null character"));
    }
    codes.push(0);
    Ok(codes)
}

/// Sizes of groups of digits, with the terminator.
///
/// # Safety
/// `p` is a C string.
unsafe fn grouping(cx: &mut Cx, p: *const c_char) -> PyResult<Value> {
    let mut sizes = ValueVec::new();
    // SAFETY: by contract.
    let bytes = unsafe { CStr::from_ptr(p) }.to_bytes_with_nul();
    if bytes != [0] {
        for &size in bytes {
            sizes.push(cx, Value::small(size as i64))?;
            if size as c_char == c_char::MAX {
                break;
            }
        }
    }
    Ok(List::from_vec(cx, sizes).value())
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Activates/queries locale processing.
    #[py(sig = "($module, category, locale=None, /)")]
    fn setlocale(cx: &mut Cx, category: i32, locale: Option<Value>) -> PyResult<Value> {
        let name = optional(cx, locale, "setlocale() argument 2")?;
        // SAFETY: null or a C string; the result is copied before anybody can change the locale.
        let set = unsafe { text(cx, libc::setlocale(category, pointer(&name)))? };
        set.ok_or_else(|| {
            error(
                cx,
                match name {
                    Some(_) => "unsupported locale setting",
                    None => "locale query failed",
                },
            )
        })
    }
    /// Returns numeric and monetary locale-specific parameters.
    #[py(sig = "($module, /)")]
    fn localeconv(cx: &mut Cx) -> PyResult<Value> {
        // SAFETY: the result is valid until the next call or `setlocale`; its strings are copied below.
        let l = unsafe { std::ptr::read(libc::localeconv()) };
        let d = cx.new_dict();
        let texts = [
            ("int_curr_symbol", l.int_curr_symbol),
            ("currency_symbol", l.currency_symbol),
            ("mon_decimal_point", l.mon_decimal_point),
            ("mon_thousands_sep", l.mon_thousands_sep),
            ("mon_grouping", l.mon_grouping),
            ("positive_sign", l.positive_sign),
            ("negative_sign", l.negative_sign),
        ];
        let numbers = [
            ("int_frac_digits", l.int_frac_digits),
            ("frac_digits", l.frac_digits),
            ("p_cs_precedes", l.p_cs_precedes),
            ("p_sep_by_space", l.p_sep_by_space),
            ("n_cs_precedes", l.n_cs_precedes),
            ("n_sep_by_space", l.n_sep_by_space),
            ("p_sign_posn", l.p_sign_posn),
            ("n_sign_posn", l.n_sign_posn),
        ];
        let last = [
            ("decimal_point", l.decimal_point),
            ("thousands_sep", l.thousands_sep),
            ("grouping", l.grouping),
        ];
        let add_text = |cx: &mut Cx, (name, p): (&str, *mut c_char)| -> PyResult<()> {
            // SAFETY: members of `lconv` are C strings.
            let v = unsafe {
                if name.ends_with("grouping") {
                    grouping(cx, p)?
                } else {
                    text(cx, p)?.unwrap_or(Value::none())
                }
            };
            let key = cx.intern(name);
            d.set_str(cx, key, v);
            Ok(())
        };
        for member in texts {
            add_text(cx, member)?;
        }
        for (name, n) in numbers {
            let key = cx.intern(name);
            d.set_str(cx, key, Value::small(n as i64));
        }
        for member in last {
            add_text(cx, member)?;
        }
        Ok(d.value())
    }
    /// Compares two strings according to the locale.
    #[py(sig = "($module, os1, os2, /)")]
    fn strcoll(cx: &mut Cx, os1: Gc<Str>, os2: Gc<Str>) -> PyResult<i32> {
        let (a, b) = (wide(cx, os1)?, wide(cx, os2)?);
        // SAFETY: two strings that end in zero.
        Ok(unsafe { wcscoll(a.as_ptr(), b.as_ptr()) })
    }
    /// Return a string that can be used as a key for locale-aware comparisons.
    #[py(sig = "($module, string, /)")]
    fn strxfrm(cx: &mut Cx, string: Gc<Str>) -> PyResult<Value> {
        let source = wide(cx, string)?;
        let mut out = vec![0i32; source.len()];
        loop {
            // SAFETY: the source ends in zero, and the result fits the size that is passed.
            let n = unsafe {
                *libc::__errno_location() = 0;
                wcsxfrm(out.as_mut_ptr(), source.as_ptr(), out.len())
            };
            let errno = support::errno();
            if errno != 0 && errno != libc::ERANGE {
                return Err(os_error(cx, errno));
            }
            if n < out.len() {
                out.truncate(n);
                break;
            }
            out.resize(n + 1, 0);
        }
        let bytes = wtf8::from_code_points(out.into_iter().map(|c| c as u32));
        Ok(Str::from_wtf8(cx, &bytes)?.value())
    }
    /// Return the value for the locale information associated with key.
    #[py(sig = "($module, key, /)")]
    fn nl_langinfo(cx: &mut Cx, key: i32) -> PyResult<Value> {
        if key as i64 != DATE_FORMAT && !ITEMS.iter().any(|&(_, n)| n == key as i64) {
            return Err(cx.value_error("unsupported langinfo constant"));
        }
        // SAFETY: the result is a C string, and copied at once.
        let v = unsafe { text(cx, libc::nl_langinfo(key))? };
        Ok(v.unwrap_or_else(|| cx.new_str("")))
    }
    /// Get the current locale encoding.
    #[py(sig = "($module, /)")]
    fn getencoding() -> String {
        encoding()
    }
}

struct Catalogue;

#[pyfunctions]
impl Catalogue {
    /// gettext(msg) -> string
    ///
    /// Return translation of msg.
    #[py(sig = "($module, msg, /)")]
    fn gettext(cx: &mut Cx, msg: CName) -> PyResult<Option<Value>> {
        // SAFETY: a C string; the result is one, and copied at once.
        unsafe { text(cx, gettext(msg.0.as_ptr())) }
    }
    /// dgettext(domain, msg) -> string
    ///
    /// Return translation of msg in domain.
    #[py(sig = "($module, domain, msg, /)")]
    fn dgettext(cx: &mut Cx, domain: Value, msg: CName) -> PyResult<Option<Value>> {
        let domain = optional(cx, Some(domain), "dgettext() argument 1")?;
        // SAFETY: C strings, the first may be null; the result is one, and copied at once.
        unsafe { text(cx, dgettext(pointer(&domain), msg.0.as_ptr())) }
    }
    /// Return translation of msg in domain and category.
    #[py(sig = "($module, domain, msg, category, /)")]
    fn dcgettext(cx: &mut Cx, domain: Value, msg: CName, category: i32) -> PyResult<Option<Value>> {
        let domain = optional(cx, Some(domain), "dcgettext() argument 1")?;
        // SAFETY: C strings, the first may be null; the result is one, and copied at once.
        unsafe { text(cx, dcgettext(pointer(&domain), msg.0.as_ptr(), category)) }
    }
    /// Set the C library's textdmain to domain, returning the new domain.
    #[py(sig = "($module, domain, /)")]
    fn textdomain(cx: &mut Cx, domain: Value) -> PyResult<Value> {
        let domain = optional(cx, Some(domain), "textdomain() argument")?;
        // SAFETY: null or a C string; the result is one, and copied at once.
        let now = unsafe { text(cx, textdomain(pointer(&domain)))? };
        now.ok_or_else(|| os_error(cx, support::errno()))
    }
    /// Bind the C library's domain to dir.
    #[py(sig = "($module, domain, dir, /)")]
    fn bindtextdomain(cx: &mut Cx, domain: CName, dir: Value) -> PyResult<Value> {
        if domain.0.is_empty() {
            return Err(error(cx, "domain must be a non-empty string"));
        }
        let folder = optional(cx, Some(dir), "bindtextdomain() argument 2")?;
        // SAFETY: C strings, the second may be null; the result is one, and copied at once.
        let now = unsafe { text(cx, bindtextdomain(domain.0.as_ptr(), pointer(&folder)))? };
        now.ok_or_else(|| os_error(cx, support::errno()))
    }
    /// Bind the C library's domain to codeset.
    #[py(sig = "($module, domain, codeset, /)")]
    fn bind_textdomain_codeset(
        cx: &mut Cx,
        domain: CName,
        codeset: Value,
    ) -> PyResult<Option<Value>> {
        let codeset = optional(cx, Some(codeset), "bind_textdomain_codeset() argument 2")?;
        // SAFETY: C strings, the second may be null; the result is one or null, and copied at once.
        unsafe {
            text(
                cx,
                bind_textdomain_codeset(domain.0.as_ptr(), pointer(&codeset)),
            )
        }
    }
}
