//! `grp`: the database of groups.

use std::ffi::CString;
use std::sync::Mutex;

use krait_runtime::types::structseq::{self, StructSeq};

use crate::prelude::*;
use crate::support::accounts::{self, Entry};

pub static MODULE: ModuleDef = ModuleDef {
    name: "grp",
    doc: Some(
        "Access to the Unix group database.\n\nEntries are struct_group objects: tuples of name, password, gid and the list of\nmembers' names, with attributes of the same order. An entry that does not exist\nis a KeyError. Users whose primary group this is need not be among the members.",
    ),
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

static STRUCT_GROUP: StructSeq = StructSeq {
    module: "grp",
    name: "struct_group",
    doc: Some(
        "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.\n",
    ),
    fields: &[
        ("gr_name", "group name"),
        ("gr_passwd", "password"),
        ("gr_gid", "group id"),
        ("gr_mem", "group members"),
    ],
    visible: 4,
    instantiable: true,
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let class = structseq::type_of(cx, &STRUCT_GROUP)?;
    m.set(cx, "struct_group", class.value());
    Ok(())
}

/// A copy of a `struct group`.
struct Group {
    gid: u32,
    name: Option<Vec<u8>>,
    password: Option<Vec<u8>>,
    members: Vec<Option<Vec<u8>>>,
}

impl Entry for Group {
    type Raw = libc::group;
    unsafe fn from_raw(raw: &libc::group) -> Group {
        let mut members = Vec::new();
        let mut p = raw.gr_mem;
        // SAFETY: by contract; the list of members ends with a null pointer.
        unsafe {
            while !p.is_null() && !(*p).is_null() {
                members.push(accounts::bytes(*p));
                p = p.add(1);
            }
            Group {
                gid: raw.gr_gid,
                name: accounts::bytes(raw.gr_name),
                password: accounts::bytes(raw.gr_passwd),
                members,
            }
        }
    }
}

impl Group {
    fn value(&self, cx: &mut Cx) -> PyResult<Value> {
        let mut members = ValueVec::new();
        for member in &self.members {
            let v = accounts::text(cx, member)?;
            members.push(cx, v)?;
        }
        let members = List::from_vec(cx, members).value();
        let name = accounts::text(cx, &self.name)?;
        let password = accounts::text(cx, &self.password)?;
        structseq::new(
            cx,
            &STRUCT_GROUP,
            &[
                name,
                password,
                Value::small(accounts::shown(self.gid)),
                members,
            ],
        )
    }
}

/// `getgrent` has one position for the whole process.
static WALK: Mutex<()> = Mutex::new(());

fn all() -> Vec<Group> {
    let _one = WALK.lock().unwrap_or_else(|e| e.into_inner());
    let mut groups = Vec::new();
    // SAFETY: one thread walks at a time; each entry is copied before the next call.
    unsafe {
        libc::setgrent();
        loop {
            let p = libc::getgrent();
            if p.is_null() {
                break;
            }
            groups.push(Group::from_raw(&*p));
        }
        libc::endgrent();
    }
    groups
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Return the group database entry for the given numeric group ID.
    ///
    /// If id is not valid, raise KeyError.
    #[py(sig = "($module, /, id)")]
    fn getgrgid(cx: &mut Cx, id: Value) -> PyResult<Value> {
        let Some(gid) = accounts::id(cx, id, "gid")? else {
            return Err(cx.key_error_message("getgrgid(): gid not found"));
        };
        // SAFETY: the helper gives valid pointers and the buffer's size.
        let group: Option<Group> = accounts::look_up(cx, |e, b, n, found| unsafe {
            libc::getgrgid_r(gid, e, b, n, found)
        })?;
        match group {
            Some(g) => g.value(cx),
            None => Err(cx.key_error_message(format!(
                "getgrgid(): gid not found: {}",
                accounts::shown(gid)
            ))),
        }
    }
    /// Return the group database entry for the given group name.
    ///
    /// If name is not valid, raise KeyError.
    #[py(sig = "($module, /, name)")]
    fn getgrnam(cx: &mut Cx, name: Gc<Str>) -> PyResult<Value> {
        let key: CString = accounts::name(cx, name)?;
        // SAFETY: the helper gives valid pointers and the buffer's size; the name is a C string.
        let group: Option<Group> = accounts::look_up(cx, |e, b, n, found| unsafe {
            libc::getgrnam_r(key.as_ptr(), e, b, n, found)
        })?;
        match group {
            Some(g) => g.value(cx),
            None => {
                let shown = cx.repr_string(name.value())?;
                Err(cx.key_error_message(format!("getgrnam(): name not found: {shown}")))
            }
        }
    }
    /// Return a list of all available group entries, in arbitrary order.
    ///
    /// An entry whose name starts with '+' or '-' represents an instruction
    /// to use YP/NIS and may not be accessible via getgrnam or getgrgid.
    #[py(sig = "($module, /)")]
    fn getgrall(cx: &mut Cx) -> PyResult<Value> {
        let groups = cx.blocking(all);
        let mut out = ValueVec::new();
        for group in &groups {
            let v = group.value(cx)?;
            out.push(cx, v)?;
        }
        Ok(List::from_vec(cx, out).value())
    }
}
