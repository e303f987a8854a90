//! `_blake2`: `blake2b` and `blake2s`.

mod hash;

use krait_runtime::types::int::Int;

use crate::prelude::*;
use crate::support::lock::Monitor;
use hash::{Blake2b, Blake2s, Params};

pub static MODULE: ModuleDef = ModuleDef {
    name: "_blake2",
    doc: Some("The BLAKE2 functions of hashlib."),
    types: &[&BLAKE2B, &BLAKE2S],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// Sizes of one of the two functions.
struct Limits {
    /// As messages name it.
    name: &'static str,
    digest: usize,
    /// Of salt and of personalisation.
    extra: usize,
    node_offset: u64,
}

const B: Limits = Limits {
    name: "Blake2b",
    digest: 64,
    extra: 16,
    node_offset: u64::MAX,
};
const S: Limits = Limits {
    name: "Blake2s",
    digest: 32,
    extra: 8,
    node_offset: (1 << 48) - 1,
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    for (name, limits) in [("BLAKE2B", B), ("BLAKE2S", S)] {
        for (what, n) in sizes(&limits) {
            m.set(cx, &format!("{name}_{what}"), Value::small(n as i64));
        }
    }
    m.set(cx, "_GIL_MINSIZE", Value::small(MIN_PARK as i64));
    Ok(())
}

fn sizes(limits: &Limits) -> [(&'static str, usize); 4] {
    [
        ("SALT_SIZE", limits.extra),
        ("PERSON_SIZE", limits.extra),
        ("MAX_KEY_SIZE", limits.digest),
        ("MAX_DIGEST_SIZE", limits.digest),
    ]
}

fn add_sizes(cx: &mut Cx, class: Gc<Type>, limits: &Limits) -> PyResult<()> {
    for (name, n) in sizes(limits) {
        let name = cx.intern(name);
        class.namespace().set_str(cx, name, Value::small(n as i64));
    }
    Ok(())
}

/// Shorter inputs are not worth parking the thread for.
const MIN_PARK: usize = 2048;

/// Feeds the bytes of `v` to a hash.
fn feed(cx: &mut Cx, v: Value, f: impl FnOnce(&[u8])) -> PyResult<()> {
    if Gc::<Str>::from_value(v).is_some() {
        return Err(cx.type_error("Strings must be encoded before hashing"));
    }
    if !cx.is_buffer(v) {
        return Err(cx.type_error("object supporting the buffer API required"));
    }
    let buffer = cx.buffer(v, krait_runtime::protocol::buffer::flags::SIMPLE)?;
    let bytes = buffer.as_slice();
    if bytes.len() < MIN_PARK {
        f(bytes)
    } else {
        cx.blocking(|| f(bytes))
    }
    buffer.release(cx)
}

fn bounded(cx: &mut Cx, v: Option<Value>, max: usize, what: &str) -> PyResult<Vec<u8>> {
    let Some(v) = v else { return Ok(Vec::new()) };
    let bytes = cx.bytes_like(v, <[u8]>::to_vec)?;
    if bytes.len() > max {
        return Err(cx.value_error(format!("maximum {what} length is {max} bytes")));
    }
    Ok(bytes)
}

fn small(cx: &mut Cx, n: Option<i32>, default: u8, least: u8, what: &str) -> PyResult<u8> {
    match n {
        None => Ok(default),
        Some(n) => match u8::try_from(n) {
            Ok(n) if n >= least => Ok(n),
            _ => Err(cx.value_error(format!("{what} must be between {least} and 255"))),
        },
    }
}

fn unsigned(cx: &mut Cx, v: Option<Value>) -> PyResult<u64> {
    let Some(v) = v else { return Ok(0) };
    let n = cx.index_int(v)?;
    if n.is_negative() {
        return Err(cx.value_error("Cannot convert negative int"));
    }
    match n {
        Int::Small(n) => Ok(n as u64),
        Int::Big(b) if b.limbs().len() == 1 => Ok(b.limbs()[0]),
        Int::Big(_) => Err(cx.overflow_error("Python int too large for C unsigned long long")),
    }
}

/// The arguments of a constructor besides the data.
struct Arguments {
    digest_size: Option<i32>,
    key: Option<Value>,
    salt: Option<Value>,
    person: Option<Value>,
    fanout: Option<i32>,
    depth: Option<i32>,
    leaf_size: Option<Value>,
    node_offset: Option<Value>,
    node_depth: Option<i32>,
    inner_size: Option<i32>,
    last_node: Option<bool>,
}

impl Arguments {
    fn check(self, cx: &mut Cx, limits: &Limits) -> PyResult<Params> {
        let max = limits.digest;
        let digest_size = match self.digest_size.unwrap_or(max as i32) {
            n if n >= 1 && n as usize <= max => n as u8,
            n => {
                let name = limits.name;
                return Err(cx.value_error(format!(
                    "digest_size for {name} must be between 1 and {max} bytes, here it is {n}"
                )));
            }
        };
        let salt = bounded(cx, self.salt, limits.extra, "salt")?;
        let person = bounded(cx, self.person, limits.extra, "person")?;
        let fanout = small(cx, self.fanout, 1, 0, "fanout")?;
        let depth = small(cx, self.depth, 1, 1, "depth")?;
        let Ok(leaf_size) = u32::try_from(unsigned(cx, self.leaf_size)?) else {
            return Err(cx.overflow_error("leaf_size is too large"));
        };
        let node_offset = unsigned(cx, self.node_offset)?;
        if node_offset > limits.node_offset {
            return Err(cx.overflow_error("node_offset is too large"));
        }
        let node_depth = small(cx, self.node_depth, 0, 0, "node_depth")?;
        let inner_size = match self.inner_size.unwrap_or(0) {
            n if n >= 0 && n as usize <= max => n as u8,
            _ => return Err(cx.value_error(format!("inner_size must be between 0 and is {max}"))),
        };
        let key = bounded(cx, self.key, max, "key")?;
        let last_node = self.last_node.unwrap_or(false);
        Ok(Params {
            digest_size,
            key,
            salt,
            person,
            fanout,
            depth,
            leaf_size,
            node_offset,
            node_depth,
            inner_size,
            last_node,
        })
    }
}

/// The bytes to start with, under their name or the old one.
fn initial(cx: &mut Cx, data: Option<Value>, string: Option<Value>) -> PyResult<Option<Value>> {
    if data.is_some() && string.is_some() {
        return Err(cx.type_error("'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version."));
    }
    Ok(data.or(string))
}

macro_rules! hash_type {
    ($state:ident $payload:ident $spec:ident $methods:ident $limits:ident $name:literal $full:literal $sig:literal) => {
        #[derive(Trace)]
        struct $payload {
            state: Monitor<$state>,
        }
        impl Native for $payload {
            const PY_NAME: &'static str = $full;
        }

        static $spec: TypeSpec = TypeSpec {
            name: $name,
            module: "_blake2",
            doc: Some("Return a new BLAKE2 hash object."),
            layout: Layout::native::<$payload>(),
            defs: &[$methods::DEFS],
            init: Some(|cx, class| add_sizes(cx, class, &$limits)),
            ..TypeSpec::DEFAULT
        };

        struct $methods;

        #[pymethods]
        impl $methods {
            #[py(new, sig = $sig)]
            #[allow(clippy::too_many_arguments)] // The signature is CPython's.
            fn __new__(
                cx: &mut Cx,
                class: Gc<Type>,
                data: Option<Value>,
                digest_size: Option<i32>,
                key: Option<Value>,
                salt: Option<Value>,
                person: Option<Value>,
                fanout: Option<i32>,
                depth: Option<i32>,
                leaf_size: Option<Value>,
                node_offset: Option<Value>,
                node_depth: Option<i32>,
                inner_size: Option<i32>,
                last_node: Option<bool>,
                _usedforsecurity: Option<bool>,
                string: Option<Value>,
            ) -> PyResult<Value> {
                let data = initial(cx, data, string)?;
                let arguments = Arguments {
                    digest_size,
                    key,
                    salt,
                    person,
                    fanout,
                    depth,
                    leaf_size,
                    node_offset,
                    node_depth,
                    inner_size,
                    last_node,
                };
                let params = arguments.check(cx, &$limits)?;
                let mut state = $state::new(&params);
                if let Some(v) = data {
                    feed(cx, v, |bytes| state.update(bytes))?;
                }
                Ok(NativeObj::alloc(
                    cx,
                    class,
                    $payload {
                        state: Monitor::new(state),
                    },
                )
                .value())
            }
            /// Return a copy of the hash object.
            #[py(sig = "($self, /)")]
            fn copy(cx: &mut Cx, this: Obj<$payload>) -> PyResult<Value> {
                let state = this.state.enter(cx, this.value())?.clone();
                let class = cx.type_of(this.value());
                Ok(NativeObj::alloc(
                    cx,
                    class,
                    $payload {
                        state: Monitor::new(state),
                    },
                )
                .value())
            }
            /// Return the digest value as a bytes object.
            #[py(sig = "($self, /)")]
            fn digest(cx: &mut Cx, this: Obj<$payload>) -> PyResult<Value> {
                let digest = this.state.enter(cx, this.value())?.digest();
                Ok(cx.new_bytes(&digest))
            }
            /// Return the digest value as a string of hexadecimal digits.
            #[py(sig = "($self, /)")]
            fn hexdigest(cx: &mut Cx, this: Obj<$payload>) -> PyResult<String> {
                let digest = this.state.enter(cx, this.value())?.digest();
                Ok(digest.iter().map(|b| format!("{b:02x}")).collect())
            }
            /// Update this hash object's state with the provided bytes-like object.
            #[py(sig = "($self, data, /)")]
            fn update(cx: &mut Cx, this: Obj<$payload>, data: Value) -> PyResult<()> {
                let mut state = this.state.enter(cx, this.value())?;
                feed(cx, data, |bytes| state.update(bytes))
            }
            #[py(getter)]
            fn name(_this: Obj<$payload>) -> &'static str {
                $name
            }
            #[py(getter)]
            fn block_size(_this: Obj<$payload>) -> usize {
                $state::BLOCK
            }
            #[py(getter)]
            fn digest_size(cx: &mut Cx, this: Obj<$payload>) -> PyResult<i64> {
                Ok(this.state.enter(cx, this.value())?.digest_size().into())
            }
        }
    };
}

hash_type!(Blake2b Blake2bObject BLAKE2B Blake2bMethods B "blake2b" "_blake2.blake2b"
    "($type, data=b'', *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)");
hash_type!(Blake2s Blake2sObject BLAKE2S Blake2sMethods S "blake2s" "_blake2.blake2s"
    "($type, data=b'', *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)");
