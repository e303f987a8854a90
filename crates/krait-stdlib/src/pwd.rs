//! `pwd`: the database of users.

use std::ffi::CString;
use std::sync::Mutex;

use krait_runtime::types::structseq::{self, StructSeq};

use crate::prelude::*;
use crate::support::accounts::{self, Entry};

pub static MODULE: ModuleDef = ModuleDef {
    name: "pwd",
    doc: Some(
        "This module provides access to the Unix password database.\nIt is available on all Unix versions.\n\nEntries are struct_passwd objects: tuples of name, password, uid, gid, gecos,\nhome directory and shell, with attributes of the same order. An entry that does\nnot exist is a KeyError.",
    ),
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

static STRUCT_PASSWD: StructSeq = StructSeq {
    module: "pwd",
    name: "struct_passwd",
    doc: Some(
        "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple.",
    ),
    fields: &[
        ("pw_name", "user name"),
        ("pw_passwd", "password"),
        ("pw_uid", "user id"),
        ("pw_gid", "group id"),
        ("pw_gecos", "real name"),
        ("pw_dir", "home directory"),
        ("pw_shell", "shell program"),
    ],
    visible: 7,
    instantiable: true,
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let class = structseq::type_of(cx, &STRUCT_PASSWD)?;
    m.set(cx, "struct_passwd", class.value());
    Ok(())
}

/// A copy of a `struct passwd`.
struct User {
    uid: u32,
    gid: u32,
    /// Name, password, gecos, directory, shell.
    texts: [Option<Vec<u8>>; 5],
}

impl Entry for User {
    type Raw = libc::passwd;
    unsafe fn from_raw(raw: &libc::passwd) -> User {
        let texts = [
            raw.pw_name,
            raw.pw_passwd,
            raw.pw_gecos,
            raw.pw_dir,
            raw.pw_shell,
        ];
        User {
            uid: raw.pw_uid,
            gid: raw.pw_gid,
            // SAFETY: by contract.
            texts: texts.map(|p| unsafe { accounts::bytes(p) }),
        }
    }
}

impl User {
    fn value(&self, cx: &mut Cx) -> PyResult<Value> {
        let mut texts = [Value::none(); 5];
        for (v, text) in texts.iter_mut().zip(&self.texts) {
            *v = accounts::text(cx, text)?;
        }
        let [name, password, gecos, directory, shell] = texts;
        let (uid, gid) = (
            Value::small(accounts::shown(self.uid)),
            Value::small(accounts::shown(self.gid)),
        );
        structseq::new(
            cx,
            &STRUCT_PASSWD,
            &[name, password, uid, gid, gecos, directory, shell],
        )
    }
}

/// `getpwent` has one position for the whole process.
static WALK: Mutex<()> = Mutex::new(());

fn all() -> Vec<User> {
    let _one = WALK.lock().unwrap_or_else(|e| e.into_inner());
    let mut users = Vec::new();
    // SAFETY: one thread walks at a time; each entry is copied before the next call.
    unsafe {
        libc::setpwent();
        loop {
            let p = libc::getpwent();
            if p.is_null() {
                break;
            }
            users.push(User::from_raw(&*p));
        }
        libc::endpwent();
    }
    users
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Return the password database entry for the given numeric user ID.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[py(sig = "($module, uidobj, /)")]
    fn getpwuid(cx: &mut Cx, uidobj: Value) -> PyResult<Value> {
        let Some(uid) = accounts::id(cx, uidobj, "uid")? else {
            return Err(cx.key_error_message("getpwuid(): uid not found"));
        };
        // SAFETY: the helper gives valid pointers and the buffer's size.
        let user: Option<User> = accounts::look_up(cx, |e, b, n, found| unsafe {
            libc::getpwuid_r(uid, e, b, n, found)
        })?;
        match user {
            Some(u) => u.value(cx),
            None => Err(cx.key_error_message(format!(
                "getpwuid(): uid not found: {}",
                accounts::shown(uid)
            ))),
        }
    }
    /// Return the password database entry for the given user name.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[py(sig = "($module, name, /)")]
    fn getpwnam(cx: &mut Cx, name: Gc<Str>) -> PyResult<Value> {
        let key: CString = accounts::name(cx, name)?;
        // SAFETY: the helper gives valid pointers and the buffer's size; the name is a C string.
        let user: Option<User> = accounts::look_up(cx, |e, b, n, found| unsafe {
            libc::getpwnam_r(key.as_ptr(), e, b, n, found)
        })?;
        match user {
            Some(u) => u.value(cx),
            None => {
                let shown = cx.repr_string(name.value())?;
                Err(cx.key_error_message(format!("getpwnam(): name not found: {shown}")))
            }
        }
    }
    /// Return a list of all available password database entries, in arbitrary order.
    ///
    /// See help(pwd) for more on password database entries.
    #[py(sig = "($module, /)")]
    fn getpwall(cx: &mut Cx) -> PyResult<Value> {
        let users = cx.blocking(all);
        let mut out = ValueVec::new();
        for user in &users {
            let v = user.value(cx)?;
            out.push(cx, v)?;
        }
        Ok(List::from_vec(cx, out).value())
    }
}
