//! The process's locale, as the command takes it over at its start.

use std::ffi::CStr;

/// Locales of UTF-8 without a language, in the order in which they are tried.
const UTF8: [&CStr; 3] = [c"C.UTF-8", c"C.utf8", c"UTF-8"];

/// Takes over the user's locale for characters. Returns whether that is the one of C, which knows ASCII only; with
/// `coerce` it is then replaced by one of UTF-8, for child processes too, unless `LC_ALL` insists (PEP 538). `warn` tells
/// of that.
pub fn adopt(coerce: bool, warn: bool) -> bool {
    let user = krait_stdlib::_locale::adopt();
    let legacy = matches!(user.as_slice(), b"C" | b"POSIX");
    let insists = std::env::var_os("LC_ALL").is_some_and(|v| !v.is_empty());
    if legacy && coerce && !insists {
        for name in UTF8 {
            // SAFETY: a C string.
            if !unsafe { libc::setlocale(libc::LC_CTYPE, name.as_ptr()) }.is_null() {
                let target = name.to_string_lossy();
                // SAFETY: two C strings; no other thread runs yet.
                unsafe { libc::setenv(c"LC_CTYPE".as_ptr(), name.as_ptr(), 1) };
                if warn {
                    eprintln!(
                        "Python detected LC_CTYPE=C: LC_CTYPE coerced to {target} (set another locale or \
                         PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior)."
                    );
                }
                return true;
            }
        }
    }
    if legacy && warn {
        eprintln!(
            "Python runtime initialized with LC_CTYPE=C (a locale with default ASCII encoding), which may cause Unicode \
             compatibility problems. Using C.UTF-8, C.utf8, or UTF-8 (if available) as alternative Unicode-compatible \
             locales is recommended."
        );
    }
    legacy
}
