//! `PYTHON*` variables and `-X` options.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use krait::Config;

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|v| !v.is_empty())
}

fn text(name: &str) -> Option<String> {
    variable(name).map(|v| v.to_string_lossy().into_owned())
}

/// A variable that is a level: a number, or 1 for anything else.
fn level(name: &str) -> u8 {
    text(name).map_or(0, |t| t.parse::<u32>().map_or(1, |n| n.min(255) as u8))
}

/// Applies the environment, unless `-E` was given. Options of the command line go before.
///
/// # Errors
/// The text of a fatal error.
pub fn apply(c: &mut Config) -> Result<(), String> {
    if !c.ignore_environment {
        levels(c);
        c.module_search_paths = search_paths();
        c.home = variable("PYTHONHOME");
        c.pycache_prefix = variable("PYTHONPYCACHEPREFIX");
        c.io_encoding = text("PYTHONIOENCODING");
        if let Some(w) = text("PYTHONWARNINGS") {
            let before = std::mem::take(&mut c.warn_options);
            c.warn_options = w
                .split(',')
                .filter(|s| !s.is_empty())
                .map(str::to_owned)
                .chain(before)
                .collect();
        }
        if !c.random_hash {
            c.hash_seed = hash_seed(text("PYTHONHASHSEED"))?;
        }
        if let Some(n) = text("PYTHON_CPU_COUNT") {
            c.cpu_count = cpu_count(&n)?;
        }
        if let Some(level) = text("PYTHONPROFILEIMPORTTIME") {
            c.import_time = if level == "2" { 2 } else { 1 };
        }
        if let Some(t) = text("PYTHONINTMAXSTRDIGITS") {
            c.int_max_str_digits =
                Some(digits(&t).ok_or_else(|| digits_error("PYTHONINTMAXSTRDIGITS"))?);
        }
    }
    x_options(c)?;
    locale(c)?;
    if c.dev_mode {
        c.warn_options.insert(0, "default".to_owned());
    }
    match c.bytes_warning {
        0 => {}
        1 => c.warn_options.push("default::BytesWarning".to_owned()),
        _ => c.warn_options.push("error::BytesWarning".to_owned()),
    }
    Ok(())
}

fn levels(c: &mut Config) {
    c.debug = c.debug.max(level("PYTHONDEBUG").min(1));
    c.optimize = c.optimize.max(level("PYTHONOPTIMIZE"));
    c.verbose = c.verbose.max(level("PYTHONVERBOSE"));
    c.inspect |= variable("PYTHONINSPECT").is_some();
    c.unbuffered |= variable("PYTHONUNBUFFERED").is_some();
    c.dont_write_bytecode |= variable("PYTHONDONTWRITEBYTECODE").is_some();
    c.no_user_site |= variable("PYTHONNOUSERSITE").is_some();
    c.safe_path |= variable("PYTHONSAFEPATH").is_some();
    c.dev_mode |= variable("PYTHONDEVMODE").is_some();
    c.debug_ranges &= variable("PYTHONNODEBUGRANGES").is_none();
    c.warn_default_encoding |= variable("PYTHONWARNDEFAULTENCODING").is_some();
    let one = |name: &str| text(name).as_deref() == Some("1");
    c.thread_inherit_context |= one("PYTHON_THREAD_INHERIT_CONTEXT");
    c.context_aware_warnings |= one("PYTHON_CONTEXT_AWARE_WARNINGS");
}

/// The locale, and with it what is left to it whether UTF-8 mode is on (PEP 538, PEP 540).
fn locale(c: &mut Config) -> Result<(), String> {
    let asked = |name: &str| text(name).filter(|_| !c.ignore_environment);
    let coerce = asked("PYTHONCOERCECLOCALE");
    let legacy = krait::locale::adopt(
        coerce.as_deref() != Some("0"),
        coerce.as_deref() == Some("warn"),
    );
    let option = c.x_options.iter().rev().find_map(|o| match o.as_str() {
        "utf8" => Some("1"),
        _ => o.strip_prefix("utf8="),
    });
    c.utf8_mode = match (option, asked("PYTHONUTF8").as_deref()) {
        (Some("1"), _) | (None, Some("1")) => true,
        (Some("0"), _) | (None, Some("0")) => false,
        (Some(_), _) => {
            return Err("preconfig_init_utf8_mode: invalid -X utf8 option value".to_owned());
        }
        (None, Some(_)) => {
            return Err(
                "preconfig_init_utf8_mode: invalid PYTHONUTF8 environment variable value"
                    .to_owned(),
            );
        }
        (None, None) => legacy,
    };
    Ok(())
}

fn search_paths() -> Vec<OsString> {
    let Some(paths) = variable("PYTHONPATH") else {
        return Vec::new();
    };
    paths
        .as_bytes()
        .split(|&b| b == b':')
        .map(|p| OsString::from_vec(p.to_vec()))
        .map(absolute)
        .collect()
}

fn absolute(path: OsString) -> OsString {
    std::path::absolute(&path).map_or(path, Into::into)
}

fn hash_seed(t: Option<String>) -> Result<Option<u32>, String> {
    match t.as_deref() {
        None | Some("random") => Ok(None),
        Some(n) => n.parse().map(Some).map_err(|_| {
            "config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]".to_owned()
        }),
    }
}

fn digits(t: &str) -> Option<usize> {
    t.parse().ok().filter(|&n| n == 0 || n >= 640)
}

fn digits_error(what: &str) -> String {
    format!(
        "config_init_int_max_str_digits: {what}: invalid limit; must be >= 640 or 0 for unlimited."
    )
}

fn cpu_count(t: &str) -> Result<Option<u32>, String> {
    if t == "default" {
        return Ok(None);
    }
    let n = t.parse().ok().filter(|&n| n > 0);
    n.map(Some).ok_or_else(|| {
        "config_init_cpu_count: -X cpu_count=n option: n is missing or an invalid number, n must be greater than 0"
            .to_owned()
    })
}

fn import_time(t: &str) -> Result<u8, String> {
    match t {
        "" | "1" => Ok(1),
        "2" => Ok(2),
        other if other.parse::<i64>().is_err() => Ok(1),
        _ => Err(
            "config_init_import_time: -X importtime: values other than 1 and 2 are reserved for future use."
                .to_owned(),
        ),
    }
}

fn x_options(c: &mut Config) -> Result<(), String> {
    for option in c.x_options.clone() {
        let (name, value) = option.split_once('=').unwrap_or((&option, ""));
        match name {
            "dev" => c.dev_mode = true,
            "thread_inherit_context" => c.thread_inherit_context = value == "1",
            "context_aware_warnings" => c.context_aware_warnings = value == "1",
            "no_debug_ranges" => c.debug_ranges = false,
            "warn_default_encoding" => c.warn_default_encoding = true,
            "int_max_str_digits" => {
                c.int_max_str_digits =
                    Some(digits(value).ok_or_else(|| digits_error("-X int_max_str_digits"))?)
            }
            "pycache_prefix" => c.pycache_prefix = (!value.is_empty()).then(|| value.into()),
            "cpu_count" => c.cpu_count = cpu_count(value)?,
            "importtime" => c.import_time = import_time(value)?,
            "opcount" => c.opcount = true,
            "gcstress" => c.gc_stress = Some(value.parse().ok().filter(|&n| n > 0).unwrap_or(1)),
            "gcverify" => c.gc_verify = true,
            _ => {}
        }
    }
    Ok(())
}
