//! Path arguments: str, bytes, `os.PathLike`, and where allowed a file descriptor or `None`.

use std::ffi::CString;

use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::object::Gc;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::int;
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;

/// What a path argument may be, and where it stands, for messages.
#[derive(Clone, Copy)]
pub struct PathRules {
    pub function: &'static str,
    pub argument: &'static str,
    pub fd: bool,
    pub none: bool,
}

impl PathRules {
    pub const fn new(function: &'static str) -> PathRules {
        PathRules {
            function,
            argument: "path",
            fd: false,
            none: false,
        }
    }

    pub const fn named(function: &'static str, argument: &'static str) -> PathRules {
        PathRules {
            argument,
            ..PathRules::new(function)
        }
    }

    pub const fn or_fd(self) -> PathRules {
        PathRules { fd: true, ..self }
    }

    pub const fn or_none(self) -> PathRules {
        PathRules { none: true, ..self }
    }

    fn accepted(&self) -> &'static str {
        match (self.fd, self.none) {
            (true, true) => "string, bytes, os.PathLike, integer or None",
            (true, false) => "string, bytes, os.PathLike or integer",
            (false, true) => "string, bytes, os.PathLike or None",
            (false, false) => "string, bytes or os.PathLike",
        }
    }
}

/// A converted path.
pub struct FsPath {
    /// What the program gave, for `OSError.filename`.
    pub given: Value,
    pub c: CString,
    /// A descriptor in place of a path.
    pub fd: Option<i32>,
    /// Results derived from it are `bytes`.
    pub is_bytes: bool,
}

impl FsPath {
    /// Converts `v`; an absent argument or `None` means the current directory where that is allowed.
    pub fn from_value(cx: &mut Cx, v: Option<Value>, rules: PathRules) -> PyResult<FsPath> {
        let v = v.unwrap_or(Value::none());
        if rules.none && v.is_none() {
            return Ok(FsPath {
                given: Value::none(),
                c: c".".to_owned(),
                fd: None,
                is_bytes: false,
            });
        }
        if let Some((bytes, is_bytes)) = text_bytes(cx, v)? {
            return FsPath::from_bytes(cx, v, bytes, is_bytes, rules);
        }
        if rules.fd && cx.is_index(v) {
            let fd = descriptor(cx, v)?;
            return Ok(FsPath {
                given: v,
                c: CString::default(),
                fd: Some(fd),
                is_bytes: false,
            });
        }
        let path = match cx.call_type_method(v, "__fspath__")? {
            Some(p) => p,
            None => return Err(wrong_type(cx, v, rules)),
        };
        match text_bytes(cx, path)? {
            Some((bytes, is_bytes)) => FsPath::from_bytes(cx, path, bytes, is_bytes, rules),
            None => {
                let (class, got) = (cx.type_name(v), cx.type_name(path));
                Err(cx.type_error(format!(
                    "expected {class}.__fspath__() to return str or bytes, not {got}"
                )))
            }
        }
    }

    fn from_bytes(
        cx: &mut Cx,
        given: Value,
        bytes: Vec<u8>,
        is_bytes: bool,
        rules: PathRules,
    ) -> PyResult<FsPath> {
        match CString::new(bytes) {
            Ok(c) => Ok(FsPath {
                given,
                c,
                fd: None,
                is_bytes,
            }),
            Err(_) => Err(cx.value_error(format!(
                "{}: embedded null character in {}",
                rules.function, rules.argument
            ))),
        }
    }

    /// A path for a function that takes no descriptor.
    pub fn plain(cx: &mut Cx, v: Value, function: &'static str) -> PyResult<FsPath> {
        FsPath::from_value(cx, Some(v), PathRules::new(function))
    }

    pub fn ptr(&self) -> *const libc::c_char {
        self.c.as_ptr()
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.c.as_bytes()
    }

    /// `code` raised as `OSError` about this path.
    pub fn error(&self, cx: &mut Cx, code: i32) -> Raised {
        super::os_error_path(cx, code, self.given)
    }

    /// Negative results are raised.
    pub fn check(&self, cx: &mut Cx, result: Result<isize, i32>) -> PyResult<isize> {
        match result {
            Ok(n) => Ok(n),
            Err(code) => Err(self.error(cx, code)),
        }
    }

    /// Text in the type of this path: bytes for a bytes path.
    pub fn text_like(&self, cx: &mut Cx, bytes: &[u8]) -> PyResult<Value> {
        if self.is_bytes {
            Ok(Bytes::from_slice(cx, bytes)?.value())
        } else {
            fs_decode(cx, bytes)
        }
    }
}

fn wrong_type(cx: &mut Cx, v: Value, rules: PathRules) -> Raised {
    let got = cx.type_name(v);
    cx.type_error(format!(
        "{}: {} should be {}, not {got}",
        rules.function,
        rules.argument,
        rules.accepted()
    ))
}

fn descriptor(cx: &mut Cx, v: Value) -> PyResult<i32> {
    match cx.index_i64(v)? {
        Some(n) if n > i32::MAX as i64 => Err(cx.overflow_error("fd is greater than maximum")),
        Some(n) if n < i32::MIN as i64 => Err(cx.overflow_error("fd is less than minimum")),
        Some(n) => Ok(n as i32),
        None => Err(cx.overflow_error("fd is greater than maximum")),
    }
}

/// The bytes of a str (in the file system's encoding) or bytes object.
fn text_bytes(cx: &mut Cx, v: Value) -> PyResult<Option<(Vec<u8>, bool)>> {
    if let Some(s) = Gc::<Str>::from_value(v) {
        return Ok(Some((fs_encode(cx, s)?, false)));
    }
    Ok(Gc::<Bytes>::from_value(v).map(|b| (b.as_bytes().to_vec(), true)))
}

/// `os.fsencode` of a str: UTF-8, U+DC80..U+DCFF stand for single bytes.
pub fn fs_encode(cx: &mut Cx, s: Gc<Str>) -> PyResult<Vec<u8>> {
    if let Some(text) = s.as_str() {
        return Ok(text.as_bytes().to_vec());
    }
    let mut out = Vec::with_capacity(s.byte_len());
    for (i, code) in krait_unicode::wtf8::code_points(s.as_bytes()).enumerate() {
        match code {
            0xDC80..=0xDCFF => out.push((code - 0xDC00) as u8),
            _ if krait_unicode::wtf8::is_surrogate(code) => {
                return Err(krait_runtime::protocol::codecs::unicode_encode_error(
                    cx,
                    "utf-8",
                    s,
                    i..i + 1,
                    "surrogates not allowed",
                ));
            }
            _ => krait_unicode::wtf8::push(&mut out, code),
        }
    }
    Ok(out)
}

/// `os.fsdecode` of bytes.
pub fn fs_decode(cx: &mut Cx, bytes: &[u8]) -> PyResult<Value> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Str::from_wtf8(cx, text.as_bytes())?.value());
    }
    let mut out = Vec::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        out.extend_from_slice(chunk.valid().as_bytes());
        for &b in chunk.invalid() {
            krait_unicode::wtf8::push(&mut out, 0xDC00 + b as u32);
        }
    }
    Ok(Str::from_wtf8(cx, &out)?.value())
}

/// `os.fspath`.
pub fn fspath(cx: &mut Cx, v: Value) -> PyResult<Value> {
    if Gc::<Str>::from_value(v).is_some() || Gc::<Bytes>::from_value(v).is_some() {
        return Ok(v);
    }
    let Some(path) = cx.call_type_method(v, "__fspath__")? else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "expected str, bytes or os.PathLike object, not {got}"
        )));
    };
    if Gc::<Str>::from_value(path).is_some() || Gc::<Bytes>::from_value(path).is_some() {
        return Ok(path);
    }
    let (class, got) = (cx.type_name(v), cx.type_name(path));
    Err(cx.type_error(format!(
        "expected {class}.__fspath__() to return str or bytes, not {got}"
    )))
}

/// Names looked up on the type only, as the language looks up special methods.
pub trait TypeMethod {
    /// Calls the method `name` of `v`'s type, `None` if there is none.
    fn call_type_method(&mut self, v: Value, name: &str) -> PyResult<Option<Value>>;
}

impl TypeMethod for Cx {
    fn call_type_method(&mut self, v: Value, name: &str) -> PyResult<Option<Value>> {
        let key = self.intern(name);
        let class = self.type_of(v);
        let Some(attr) = class.lookup(self, key) else {
            return Ok(None);
        };
        if attr.is_none() {
            return Ok(None);
        }
        let bound = self.bind(attr, Some(v), class)?;
        self.call(bound, &[]).map(Some)
    }
}

/// A converted int-like argument, `-1` allowed for "no change" (uid and gid).
pub fn id_arg(cx: &mut Cx, v: Value, what: &str) -> PyResult<u32> {
    if !int::is_int(v) && !cx.is_index(v) {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!("{what} should be integer, not {got}")));
    }
    match cx.index_i64(v)? {
        Some(-1) => Ok(u32::MAX),
        Some(n) if n < 0 => Err(cx.overflow_error(format!("{what} is less than minimum"))),
        Some(n) if n < u32::MAX as i64 => Ok(n as u32),
        _ => Err(cx.overflow_error(format!("{what} is greater than maximum"))),
    }
}
