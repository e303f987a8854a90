//! `errno`: the error numbers of the system.

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "errno",
    doc: Some(
        "This module makes available standard errno system symbols.\n\nThe value of each symbol is the corresponding integer value,\ne.g., on most systems, errno.ENOENT equals the integer 2.\n\nThe dictionary errno.errorcode maps numeric codes to symbol names,\ne.g., errno.errorcode[2] could be the string 'ENOENT'.\n\nSymbols that are not relevant to the underlying system are not defined.\n\nTo map error codes to error messages, use the function os.strerror(),\ne.g. os.strerror(2) could return 'No such file or directory'.",
    ),
    functions: &[],
    types: &[],
    init: Some(init),
};

macro_rules! codes {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
}

/// Where two names share a number, the later one is in `errorcode`.
static CODES: &[(&str, i32)] = codes! {
    ENODEV ENOCSI EHOSTUNREACH ENOMSG EUCLEAN EL2NSYNC EL2HLT ENODATA ENOTBLK ENOSYS EPIPE EINVAL EOVERFLOW EADV EINTR EUSERS ENOTEMPTY
    ENOBUFS EPROTO EREMOTE ENAVAIL ECHILD ELOOP EXDEV E2BIG ESRCH EMSGSIZE EAFNOSUPPORT EBADR EHOSTDOWN EPFNOSUPPORT ENOPROTOOPT
    EBUSY EBADFD EDOTDOT EISCONN ENOTCONN ESHUTDOWN ENONET EBADE EBADF EMULTIHOP EIO EUNATCH EPROTOTYPE ENOSPC ENOEXEC EALREADY
    ENETDOWN ENOTNAM EACCES ELNRNG EILSEQ ENOTDIR ENOTUNIQ EPERM EDOM EXFULL ECONNREFUSED EISDIR EPROTONOSUPPORT EROFS EADDRNOTAVAIL
    EIDRM ECOMM ESRMNT EREMOTEIO EL3RST EBADMSG ENFILE ELIBMAX ESPIPE ENOLINK ENETRESET ETIMEDOUT ENOENT EEXIST EDQUOT ENOSTR EBADSLT
    EBADRQC ELIBACC EFAULT EFBIG EDEADLOCK EDEADLK ELIBBAD ENOLCK EISNAM ECONNABORTED ENETUNREACH ESTALE ENOSR ENOMEM ENOTSOCK
    ESTRPIPE EMLINK ERANGE ELIBEXEC EL3HLT ECONNRESET EADDRINUSE EOPNOTSUPP EREMCHG EAGAIN ENAMETOOLONG ENOTTY ERESTART ESOCKTNOSUPPORT
    ETIME EBFONT EWOULDBLOCK ETOOMANYREFS EMFILE ETXTBSY EINPROGRESS ENXIO ELIBSCN ECANCELED EOWNERDEAD ENOTRECOVERABLE ENOTSUP
    ERFKILL ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EMEDIUMTYPE ENOMEDIUM ENOPKG ECHRNG EHWPOISON
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let names = cx.new_dict();
    for &(name, code) in CODES {
        let n = Value::small(code as i64);
        m.set(cx, name, n);
        // The usual names of numbers that have two.
        if matches!(name, "EWOULDBLOCK" | "EDEADLOCK" | "ENOTSUP") && names.contains(cx, n)? {
            continue;
        }
        let name = cx.intern(name);
        names.set(cx, n, name.value())?;
    }
    m.set(cx, "errorcode", names.value());
    Ok(())
}
