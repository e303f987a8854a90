//! `posix`: the operating system, as `os` presents it.

mod dirs;
mod environ;
mod exec;
mod files;
mod ids;
mod io;
mod paths;
mod sched;
mod spawn;
mod stat;
mod system;
mod tables;
mod wait;

use krait_runtime::types::structseq::{self, StructSeq};

use crate::prelude::*;
use crate::support;

pub use exec::{after_fork_child, after_fork_parent, before_fork};
pub use stat::stat_value;
pub use wait::{RUSAGE, rusage_value};

pub static MODULE: ModuleDef = ModuleDef {
    name: "posix",
    doc: Some(
        "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard (a thinly\ndisguised Unix interface).  Refer to the library manual and\ncorresponding Unix manual entries for more information on calls.",
    ),
    functions: &[
        dirs::Functions::DEFS,
        environ::Functions::DEFS,
        exec::Functions::DEFS,
        files::Functions::DEFS,
        ids::Functions::DEFS,
        io::Functions::DEFS,
        paths::Functions::DEFS,
        sched::Functions::DEFS,
        spawn::Functions::DEFS,
        stat::Functions::DEFS,
        system::Functions::DEFS,
        wait::Functions::DEFS,
    ],
    types: &[&dirs::DIR_ENTRY],
    init: Some(init),
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    support::add_ints(cx, m, tables::CONSTANTS);
    support::add_ints(cx, m, spawn::CONSTANTS);
    let error = cx.types().os_error;
    m.set(cx, "error", error.value());
    let sequences: [&'static StructSeq; 6] = [
        &stat::STAT_RESULT,
        &stat::STATVFS_RESULT,
        &system::TERMINAL_SIZE,
        &system::TIMES_RESULT,
        &system::UNAME_RESULT,
        &wait::WAITID_RESULT,
    ];
    for s in sequences {
        let class = structseq::type_of(cx, s)?;
        m.set(cx, s.name, class.value());
    }
    let sched_param = sched::param_type(cx)?;
    m.set(cx, sched::SCHED_PARAM.name, sched_param.value());
    for (name, table) in [
        ("sysconf_names", tables::SYSCONF),
        ("confstr_names", tables::CONFSTR),
        ("pathconf_names", tables::PATHCONF),
    ] {
        let d = cx.new_dict();
        for &(key, n) in table {
            let key = cx.intern(key);
            d.set_str(cx, key, Value::small(n));
        }
        m.set(cx, name, d.value());
    }
    let have = cx.new_list(&[]);
    for feature in tables::HAVE {
        let s = cx.new_str(feature);
        cx.call_method_str(have, "append", &[s])?;
    }
    m.set(cx, "_have_functions", have);
    let environ = environ::dict(cx)?;
    m.set(cx, "environ", environ);
    Ok(())
}

/// A `dir_fd` argument: `None` means relative to the current directory.
fn dir_fd(cx: &mut Cx, v: Option<Value>) -> PyResult<i32> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(libc::AT_FDCWD),
        Some(v) if cx.is_index(v) => match cx.index_i64(v)?.and_then(|n| i32::try_from(n).ok()) {
            Some(fd) => Ok(fd),
            None => Err(cx.overflow_error("fd is greater than maximum")),
        },
        Some(v) => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!("argument should be integer or None, not {got}")))
        }
    }
}

/// "f: can't specify dir_fd without matching path" and its like.
fn not_with_fd(cx: &mut Cx, function: &str, fd: bool, dir: i32, follow: bool) -> PyResult<()> {
    if fd && dir != libc::AT_FDCWD {
        return Err(cx.value_error(format!(
            "{function}: can't specify dir_fd without matching path"
        )));
    }
    if fd && !follow {
        return Err(cx.value_error(format!(
            "{function}: cannot use fd and follow_symlinks together"
        )));
    }
    Ok(())
}
