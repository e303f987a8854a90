//! Where things seem to be: `sys.prefix` and its like.

use std::path::{Path, PathBuf};

use krait_runtime::native::{Cx, PyResult};
use krait_runtime::object::Gc;
use krait_runtime::types::list::List;

use crate::modules::sys;
use crate::state;

/// `PREFIX/bin/krait` lies in `PREFIX`; an executable elsewhere in its own folder.
fn prefix_of(executable: &Path) -> PathBuf {
    let folder = executable.parent().unwrap_or(Path::new("/"));
    match folder.file_name().and_then(|n| n.to_str()) {
        Some("bin") => folder.parent().unwrap_or(folder).to_owned(),
        _ => folder.to_owned(),
    }
}

/// The base of a virtual environment: `home` in `pyvenv.cfg` beside or above the executable.
fn venv_home(executable: &Path) -> Option<(PathBuf, PathBuf)> {
    let folder = executable.parent()?;
    for place in [folder, folder.parent()?] {
        let Ok(text) = std::fs::read_to_string(place.join("pyvenv.cfg")) else {
            continue;
        };
        let home = text.lines().find_map(|l| {
            let (key, value) = l.split_once('=')?;
            (key.trim() == "home").then(|| PathBuf::from(value.trim()))
        });
        if let Some(home) = home {
            return Some((place.to_owned(), home));
        }
    }
    None
}

/// What is installed beside the embedded library, as its tests are: searched behind it.
fn add_library_folder(cx: &mut Cx, base: &Path) -> PyResult<()> {
    let (major, minor, _) = crate::PYTHON_VERSION;
    let folder = base.join(format!("lib/krait{major}.{minor}"));
    let path = cx.sys_get("path").and_then(Gc::<List>::from_value);
    if let Some(path) = path.filter(|_| folder.is_dir()) {
        let v = sys::os_string(cx, folder.as_os_str())?;
        path.push(cx, v)?;
    }
    Ok(())
}

/// Sets `sys.prefix`, `sys.exec_prefix` and the base ones.
pub fn init(cx: &mut Cx) -> PyResult<()> {
    let c = state::config(cx);
    let executable = PathBuf::from(&c.executable);
    let (prefix, base) = match (&c.home, venv_home(&executable)) {
        (Some(home), _) => (PathBuf::from(home), PathBuf::from(home)),
        (None, Some((venv, home))) => (venv, prefix_of(&home.join("krait"))),
        (None, None) => {
            let real = executable.canonicalize().unwrap_or(executable);
            let p = prefix_of(&real);
            (p.clone(), p)
        }
    };
    add_library_folder(cx, &base)?;
    for (names, path) in [
        (["prefix", "exec_prefix"], prefix),
        (["base_prefix", "base_exec_prefix"], base),
    ] {
        let v = sys::os_string(cx, path.as_os_str())?;
        for name in names {
            cx.sys_set(name, v);
        }
    }
    let home = match &c.home {
        Some(h) => sys::os_string(cx, h)?,
        None => krait_runtime::value::Value::none(),
    };
    cx.sys_set("_home", home);
    Ok(())
}
