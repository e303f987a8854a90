//! Limits of C types and facts about this build.

use krait_stdlib::prelude::*;

pub fn set(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let ints: &[(&str, i128)] = &[
        ("CHAR_MAX", libc::c_char::MAX.into()),
        ("CHAR_MIN", libc::c_char::MIN.into()),
        ("INT32_MAX", i32::MAX.into()),
        ("INT32_MIN", i32::MIN.into()),
        ("INT64_MAX", i64::MAX.into()),
        ("INT64_MIN", i64::MIN.into()),
        ("INT_MAX", libc::c_int::MAX.into()),
        ("INT_MIN", libc::c_int::MIN.into()),
        ("LLONG_MAX", libc::c_longlong::MAX.into()),
        ("LLONG_MIN", libc::c_longlong::MIN.into()),
        ("LONG_MAX", libc::c_long::MAX.into()),
        ("LONG_MIN", libc::c_long::MIN.into()),
        ("PY_SSIZE_T_MAX", isize::MAX as i128),
        ("PY_SSIZE_T_MIN", isize::MIN as i128),
        ("SHRT_MAX", i16::MAX.into()),
        ("SHRT_MIN", i16::MIN.into()),
        ("SIZEOF_PID_T", size_of::<libc::pid_t>() as i128),
        ("SIZEOF_TIME_T", size_of::<libc::time_t>() as i128),
        ("SIZEOF_VOID_P", size_of::<usize>() as i128),
        ("SIZEOF_WCHAR_T", size_of::<libc::wchar_t>() as i128),
        ("SIZE_MAX", usize::MAX as i128),
        ("UCHAR_MAX", u8::MAX.into()),
        ("UINT32_MAX", u32::MAX.into()),
        ("UINT64_MAX", u64::MAX.into()),
        ("UINT_MAX", libc::c_uint::MAX.into()),
        ("ULLONG_MAX", libc::c_ulonglong::MAX.into()),
        ("ULONG_MAX", libc::c_ulong::MAX.into()),
        ("USHRT_MAX", u16::MAX.into()),
        ("the_number_three", 3),
    ];
    for &(name, n) in ints {
        let v = match u64::try_from(n) {
            Ok(n) => cx.new_uint(n),
            Err(_) => cx.new_int(n as i64),
        };
        m.set(cx, name, v);
    }
    let floats = [
        ("DBL_MAX", f64::MAX),
        ("DBL_MIN", f64::MIN_POSITIVE),
        ("FLT_MAX", f32::MAX.into()),
        ("FLT_MIN", f32::MIN_POSITIVE.into()),
    ];
    for (name, x) in floats {
        let v = cx.new_float(x);
        m.set(cx, name, v);
    }
    // Krait's heap is its own; x86-64 and AArch64 set the top bit of quiet NaNs.
    for name in ["WITH_PYMALLOC", "WITH_MIMALLOC", "nan_msb_is_signaling"] {
        m.set(cx, name, Value::bool(false));
    }
    Ok(())
}
