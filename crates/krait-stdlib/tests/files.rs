//! Streams, descriptors and locks without a virtual machine: native calls only.

use krait_runtime::boot::new_interpreter;
use krait_runtime::cx::{Config, Cx};
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::module::{self, Module};
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;

/// Runs `f` in a fresh interpreter; a Python error fails the test with its text.
fn with_modules(names: &[&str], f: impl FnOnce(&mut Cx, &[Gc<Module>]) -> PyResult<()>) {
    let mut cx = new_interpreter(Config::default()).expect("memory for an interpreter");
    let cx = &mut *cx;
    let modules: Vec<Gc<Module>> = names
        .iter()
        .map(|n| {
            let def = krait_stdlib::MODULES
                .iter()
                .find(|d| d.name == *n)
                .expect("a module of this crate");
            let m = module::from_def(cx, def);
            unwrap(cx, m)
        })
        .collect();
    for m in &modules {
        cx.keep_forever(m.value());
    }
    let r = f(cx, &modules);
    unwrap(cx, r);
}

fn unwrap<T>(cx: &mut Cx, r: PyResult<T>) -> T {
    match r {
        Ok(v) => v,
        Err(e) => {
            let class = cx.type_name(e.value());
            let text = cx.str_string(e.value()).unwrap_or_default();
            panic!("{class}: {text}")
        }
    }
}

fn call(cx: &mut Cx, m: Gc<Module>, name: &str, args: &[Value]) -> PyResult<Value> {
    cx.call_method_str(m.value(), name, args)
}

/// `open(path, mode, encoding="utf-8")`: without an encoding the locale's would be imported.
fn open_text(cx: &mut Cx, io: Gc<Module>, path: Value, mode: &str) -> PyResult<Value> {
    let (mode, encoding) = (cx.new_str(mode), cx.new_str("utf-8"));
    call(cx, io, "open", &[path, mode, Value::small(-1), encoding])
}

fn text(v: Value) -> String {
    Gc::<Str>::from_value(v).map_or_else(|| format!("{v:?}"), |s| s.to_string_lossy())
}

fn temporary(name: &str) -> String {
    let dir = std::env::temp_dir().join(format!("krait-stdlib-{}-{name}", std::process::id()));
    dir.to_string_lossy().into_owned()
}

#[test]
fn text_files_translate_newlines_and_remember_positions() {
    with_modules(&["_io"], |cx, m| {
        let path = temporary("text");
        let p = cx.new_str(&path);
        let f = open_text(cx, m[0], p, "w")?;
        let line = cx.new_str("f\u{fc}nf\r\nzwei\n");
        assert_eq!(cx.call_method_str(f, "write", &[line])?, Value::small(11));
        cx.call_method_str(f, "close", &[])?;
        assert_eq!(
            std::fs::read(&path).unwrap(),
            "f\u{fc}nf\r\nzwei\n".as_bytes()
        );
        let f = open_text(cx, m[0], p, "r")?;
        let first = cx.call_method_str(f, "readline", &[])?;
        assert_eq!(text(first), "f\u{fc}nf\n");
        let at = cx.call_method_str(f, "tell", &[])?;
        let rest = cx.call_method_str(f, "read", &[])?;
        assert_eq!(text(rest), "zwei\n");
        cx.call_method_str(f, "seek", &[at])?;
        let again = cx.call_method_str(f, "read", &[Value::small(2)])?;
        assert_eq!(text(again), "zw");
        let shown = cx.repr_string(f)?;
        assert_eq!(
            shown,
            format!("<_io.TextIOWrapper name='{path}' mode='r' encoding='utf-8'>")
        );
        cx.call_method_str(f, "close", &[])?;
        let closed = cx.call_method_str(f, "read", &[]).expect_err("closed");
        assert_eq!(
            cx.str_string(closed.value())?,
            "I/O operation on closed file."
        );
        std::fs::remove_file(&path).unwrap();
        Ok(())
    });
}

#[test]
fn lines_are_iterated() {
    with_modules(&["_io"], |cx, m| {
        let path = temporary("lines");
        std::fs::write(&path, "a\nbb\r\nccc").unwrap();
        let p = cx.new_str(&path);
        let f = open_text(cx, m[0], p, "r")?;
        let lines = cx.collect(f)?;
        let lines: Vec<String> = lines.as_slice().iter().map(|&l| text(l)).collect();
        assert_eq!(lines, ["a\n", "bb\n", "ccc"]);
        std::fs::remove_file(&path).unwrap();
        Ok(())
    });
}

#[test]
fn bytes_in_memory() {
    with_modules(&["_io"], |cx, m| {
        let b = call(cx, m[0], "BytesIO", &[])?;
        let data = cx.new_bytes(b"one\ntwo");
        cx.call_method_str(b, "write", &[data])?;
        cx.call_method_str(b, "seek", &[Value::small(0)])?;
        let line = cx.call_method_str(b, "readline", &[])?;
        assert_eq!(Gc::<Bytes>::from_value(line).unwrap().as_bytes(), b"one\n");
        let s = call(cx, m[0], "StringIO", &[])?;
        let t = cx.new_str("x\u{e9}y");
        cx.call_method_str(s, "write", &[t])?;
        let all = cx.call_method_str(s, "getvalue", &[])?;
        assert_eq!(text(all), "x\u{e9}y");
        Ok(())
    });
}

#[test]
fn missing_files_name_themselves() {
    with_modules(&["posix"], |cx, m| {
        let p = cx.new_str("/nonexistent/x");
        let e = call(cx, m[0], "stat", &[p]).expect_err("no such file");
        assert_eq!(cx.type_name(e.value()), "FileNotFoundError");
        assert_eq!(
            cx.str_string(e.value())?,
            "[Errno 2] No such file or directory: '/nonexistent/x'"
        );
        Ok(())
    });
}

#[test]
fn status_of_a_directory() {
    with_modules(&["posix"], |cx, m| {
        let p = cx.new_str("/tmp");
        let st = call(cx, m[0], "stat", &[p])?;
        assert_eq!(cx.len(st)?, 10);
        let shown = cx.repr_string(st)?;
        assert!(
            shown.starts_with("os.stat_result(st_mode=") && shown.contains(", st_atime="),
            "{shown}"
        );
        let ns = cx.get_attr_str(st, "st_mtime_ns")?;
        let seconds = cx.get_attr_str(st, "st_mtime")?;
        assert!(cx.as_f64(ns)? / 1e9 - cx.as_f64(seconds)? < 1.0);
        let names = call(cx, m[0], "listdir", &[p])?;
        cx.len(names)?;
        Ok(())
    });
}

#[test]
fn digests() {
    with_modules(&["_md5", "_sha2"], |cx, m| {
        let data = cx.new_bytes(b"abc");
        let h = call(cx, m[0], "md5", &[data])?;
        let hex = cx.call_method_str(h, "hexdigest", &[])?;
        assert_eq!(text(hex), "900150983cd24fb0d6963f7d28e17f72");
        let h = call(cx, m[1], "sha256", &[data])?;
        let hex = cx.call_method_str(h, "hexdigest", &[])?;
        assert_eq!(
            text(hex),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        Ok(())
    });
}

#[test]
fn sockets_talk_to_each_other() {
    with_modules(&["_socket"], |cx, m| {
        let pair = call(cx, m[0], "socketpair", &[])?;
        let (a, b) = (
            cx.get_item(pair, Value::small(0))?,
            cx.get_item(pair, Value::small(1))?,
        );
        let data = cx.new_bytes(b"hello");
        cx.call_method_str(a, "sendall", &[data])?;
        let got = cx.call_method_str(b, "recv", &[Value::small(10)])?;
        assert_eq!(Gc::<Bytes>::from_value(got).unwrap().as_bytes(), b"hello");
        cx.call_method_str(a, "close", &[])?;
        cx.call_method_str(b, "close", &[])?;
        Ok(())
    });
}

#[test]
fn modules_of_the_system_can_be_made() {
    let names = [
        "_codecs",
        "_io",
        "_md5",
        "_posixsubprocess",
        "_sha1",
        "_sha2",
        "_sha3",
        "_signal",
        "_socket",
        "_thread",
        "atexit",
        "posix",
        "select",
    ];
    with_modules(&names, |_, _| Ok(()));
}

#[test]
fn a_lock_excludes() {
    with_modules(&["_thread"], |cx, m| {
        let lock = call(cx, m[0], "allocate_lock", &[])?;
        let no = Value::bool(false);
        assert_eq!(
            cx.call_method_str(lock, "acquire", &[no])?,
            Value::bool(true)
        );
        assert_eq!(
            cx.call_method_str(lock, "acquire", &[no])?,
            Value::bool(false)
        );
        cx.call_method_str(lock, "release", &[])?;
        let e = cx
            .call_method_str(lock, "release", &[])
            .expect_err("not locked");
        assert_eq!(cx.str_string(e.value())?, "release unlocked lock");
        Ok(())
    });
}

#[test]
fn a_thread_runs_a_native_function() {
    with_modules(&["_thread"], |cx, m| {
        let lock = call(cx, m[0], "allocate_lock", &[])?;
        cx.call_method_str(lock, "acquire", &[])?;
        let release = cx.get_attr_str(lock, "release")?;
        let handle = call(cx, m[0], "start_joinable_thread", &[release])?;
        cx.call_method_str(handle, "join", &[])?;
        assert_eq!(cx.call_method_str(lock, "locked", &[])?, Value::bool(false));
        Ok(())
    });
}
