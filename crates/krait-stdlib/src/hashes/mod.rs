//! `_md5`, `_sha1`, `_sha2`, `_sha3`: hash functions.

use krait_runtime::native::NativeDef;
use krait_runtime::types::bytes::Bytes;

use crate::prelude::*;
use crate::support::lock::Monitor;

use sha2::digest::{Digest, ExtendableOutput, Update, XofReader};

/// The state of any of the hash functions of fixed output length.
trait State: Send + 'static {
    fn update(&mut self, data: &[u8]);
    fn digest(&self) -> Vec<u8>;
    fn copy(&self) -> Box<dyn State>;
}

impl<D: Digest + Clone + Send + 'static> State for D {
    fn update(&mut self, data: &[u8]) {
        Digest::update(self, data);
    }
    fn digest(&self) -> Vec<u8> {
        self.clone().finalize().to_vec()
    }
    fn copy(&self) -> Box<dyn State> {
        Box::new(self.clone())
    }
}

#[derive(Trace)]
struct Hash {
    #[trace(skip)]
    kind: &'static Kind,
    state: Monitor<Box<dyn State>>,
}
impl Native for Hash {
    const PY_NAME: &'static str = "hash";
}

/// One hash function.
struct Kind {
    name: &'static str,
    block_size: usize,
    digest_size: usize,
    spec: &'static TypeSpec,
    start: fn() -> Box<dyn State>,
}

fn make(
    cx: &mut Cx,
    kind: &'static Kind,
    data: Option<Value>,
    string: Option<Value>,
) -> PyResult<Value> {
    let mut state = (kind.start)();
    if let Some(v) = one_of(cx, data, string)? {
        feed(cx, v, |bytes| state.update(bytes))?;
    }
    let class = cx.native_type(kind.spec)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        Hash {
            kind,
            state: Monitor::new(state),
        },
    )
    .value())
}

/// The data to begin with, which has two names.
fn one_of(cx: &mut Cx, data: Option<Value>, string: Option<Value>) -> PyResult<Option<Value>> {
    if data.is_some() && string.is_some() {
        return Err(cx.type_error("'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version."));
    }
    Ok(data.or(string))
}

fn feed(cx: &mut Cx, v: Value, f: impl FnOnce(&[u8])) -> PyResult<()> {
    if Gc::<Str>::from_value(v).is_some() {
        return Err(cx.type_error("Strings must be encoded before hashing"));
    }
    if !cx.is_buffer(v) {
        return Err(cx.type_error("object supporting the buffer API required"));
    }
    cx.bytes_like(v, f)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

struct Methods;

#[pymethods]
impl Methods {
    /// Return a copy of the hash object.
    #[py(sig = "($self, /)")]
    fn copy(cx: &mut Cx, this: Obj<Hash>) -> PyResult<Value> {
        let state = this.state.enter(cx, this.value())?.copy();
        let class = cx.native_type(this.kind.spec)?;
        Ok(NativeObj::alloc(
            cx,
            class,
            Hash {
                kind: this.kind,
                state: Monitor::new(state),
            },
        )
        .value())
    }
    /// Return the digest value as a bytes object.
    #[py(sig = "($self, /)")]
    fn digest(cx: &mut Cx, this: Obj<Hash>) -> PyResult<Value> {
        let d = this.state.enter(cx, this.value())?.digest();
        Ok(Bytes::from_slice(cx, &d)?.value())
    }
    /// Return the digest value as a string of hexadecimal digits.
    #[py(sig = "($self, /)")]
    fn hexdigest(cx: &mut Cx, this: Obj<Hash>) -> PyResult<String> {
        Ok(hex(&this.state.enter(cx, this.value())?.digest()))
    }
    /// Update this hash object's state with the provided string.
    #[py(sig = "($self, obj, /)")]
    fn update(cx: &mut Cx, this: Obj<Hash>, obj: Value) -> PyResult<()> {
        let mut st = this.state.enter(cx, this.value())?;
        feed(cx, obj, |bytes| st.update(bytes))
    }
    #[py(getter)]
    fn block_size(this: Obj<Hash>) -> usize {
        this.kind.block_size
    }
    #[py(getter)]
    fn digest_size(this: Obj<Hash>) -> usize {
        this.kind.digest_size
    }
    #[py(getter)]
    fn name(this: Obj<Hash>) -> &'static str {
        this.kind.name
    }
}

/// What the sponge construction behind SHA-3 is set to; state of 1600 bits.
struct SpongeAttributes;

#[pymethods]
impl SpongeAttributes {
    #[py(getter)]
    fn _capacity_bits(this: Obj<Hash>) -> usize {
        1600 - this.kind.block_size * 8
    }
    #[py(getter)]
    fn _rate_bits(this: Obj<Hash>) -> usize {
        this.kind.block_size * 8
    }
    #[py(getter)]
    fn _suffix(cx: &mut Cx, _this: Obj<Hash>) -> PyResult<Value> {
        Ok(Bytes::from_slice(cx, b"\x06")?.value())
    }
}

const fn tables(module: &str) -> &'static [&'static [NativeDef]] {
    match module.as_bytes() {
        b"_sha3" => &[Methods::DEFS, SpongeAttributes::DEFS],
        _ => &[Methods::DEFS],
    }
}

macro_rules! hashes {
    ($($kind:ident $spec:ident $functions:ident: $module:literal $type:literal $name:ident $text:literal $block:literal $size:literal $state:ty;)*) => {
        $(
            static $spec: TypeSpec =
                TypeSpec { name: $type, module: $module, layout: Layout::native::<Hash>(), flags: flags::NO_INSTANTIATION, defs: tables($module), ..TypeSpec::DEFAULT };
            static $kind: Kind = Kind { name: $text, block_size: $block, digest_size: $size, spec: &$spec, start: || Box::new(<$state as Digest>::new()) };
            struct $functions;
            #[pyfunctions]
            impl $functions {
                /// Return a new hash object.
                #[py(sig = "($module, /, data=b'', *, usedforsecurity=True, string=None)")]
                fn $name(cx: &mut Cx, data: Option<Value>, _usedforsecurity: Option<bool>, string: Option<Value>) -> PyResult<Value> {
                    make(cx, &$kind, data, string)
                }
            }
        )*
    };
}

hashes! {
    MD5_KIND MD5_TYPE Md5Functions: "_md5" "MD5Type" md5 "md5" 64 16 md5::Md5;
    SHA1_KIND SHA1_TYPE Sha1Functions: "_sha1" "SHA1Type" sha1 "sha1" 64 20 sha1::Sha1;
    SHA224_KIND SHA224_TYPE Sha224Functions: "_sha2" "SHA224Type" sha224 "sha224" 64 28 sha2::Sha224;
    SHA256_KIND SHA256_TYPE Sha256Functions: "_sha2" "SHA256Type" sha256 "sha256" 64 32 sha2::Sha256;
    SHA384_KIND SHA384_TYPE Sha384Functions: "_sha2" "SHA384Type" sha384 "sha384" 128 48 sha2::Sha384;
    SHA512_KIND SHA512_TYPE Sha512Functions: "_sha2" "SHA512Type" sha512 "sha512" 128 64 sha2::Sha512;
    SHA3_224_KIND SHA3_224_TYPE Sha3a: "_sha3" "sha3_224" sha3_224 "sha3_224" 144 28 sha3::Sha3_224;
    SHA3_256_KIND SHA3_256_TYPE Sha3b: "_sha3" "sha3_256" sha3_256 "sha3_256" 136 32 sha3::Sha3_256;
    SHA3_384_KIND SHA3_384_TYPE Sha3c: "_sha3" "sha3_384" sha3_384 "sha3_384" 104 48 sha3::Sha3_384;
    SHA3_512_KIND SHA3_512_TYPE Sha3d: "_sha3" "sha3_512" sha3_512 "sha3_512" 72 64 sha3::Sha3_512;
}

// ---- SHAKE: output of any length -----------------------------------------------------------------

#[derive(Clone)]
enum Sponge {
    Shake128(sha3::Shake128),
    Shake256(sha3::Shake256),
}

#[derive(Trace)]
struct Shake {
    state: Monitor<Sponge>,
    bits: u16,
}
impl Native for Shake {
    const PY_NAME: &'static str = "shake";
}

static SHAKE128: TypeSpec = TypeSpec {
    name: "shake_128",
    module: "_sha3",
    layout: Layout::native::<Shake>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[ShakeMethods::DEFS],
    ..TypeSpec::DEFAULT
};
static SHAKE256: TypeSpec = TypeSpec {
    name: "shake_256",
    ..SHAKE_BASE
};
const SHAKE_BASE: TypeSpec = TypeSpec {
    module: "_sha3",
    layout: Layout::native::<Shake>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[ShakeMethods::DEFS],
    ..TypeSpec::DEFAULT
};

fn squeeze(cx: &mut Cx, this: Obj<Shake>, length: usize) -> PyResult<Vec<u8>> {
    if length >= 1 << 29 {
        return Err(cx.value_error("length is too large"));
    }
    let state = this.state.enter(cx, this.value())?.clone();
    let mut out = vec![0; length];
    match state {
        Sponge::Shake128(s) => s.finalize_xof().read(&mut out),
        Sponge::Shake256(s) => s.finalize_xof().read(&mut out),
    }
    Ok(out)
}

fn absorb(state: &mut Sponge, bytes: &[u8]) {
    match state {
        Sponge::Shake128(s) => Update::update(s, bytes),
        Sponge::Shake256(s) => Update::update(s, bytes),
    }
}

fn new_shake(
    cx: &mut Cx,
    mut state: Sponge,
    data: Option<Value>,
    string: Option<Value>,
) -> PyResult<Value> {
    if let Some(v) = one_of(cx, data, string)? {
        feed(cx, v, |b| absorb(&mut state, b))?;
    }
    let (spec, bits) = match &state {
        Sponge::Shake128(_) => (&SHAKE128, 128),
        Sponge::Shake256(_) => (&SHAKE256, 256),
    };
    let class = cx.native_type(spec)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        Shake {
            state: Monitor::new(state),
            bits,
        },
    )
    .value())
}

struct ShakeMethods;

#[pymethods]
impl ShakeMethods {
    /// Return a copy of the hash object.
    #[py(sig = "($self, /)")]
    fn copy(cx: &mut Cx, this: Obj<Shake>) -> PyResult<Value> {
        let state = this.state.enter(cx, this.value())?.clone();
        new_shake(cx, state, None, None)
    }
    /// Return the digest value as a bytes object.
    #[py(sig = "($self, /, length)")]
    fn digest(cx: &mut Cx, this: Obj<Shake>, length: usize) -> PyResult<Value> {
        let out = squeeze(cx, this, length)?;
        Ok(Bytes::from_slice(cx, &out)?.value())
    }
    /// Return the digest value as a string of hexadecimal digits.
    #[py(sig = "($self, /, length)")]
    fn hexdigest(cx: &mut Cx, this: Obj<Shake>, length: usize) -> PyResult<String> {
        Ok(hex(&squeeze(cx, this, length)?))
    }
    /// Update this hash object's state with the provided bytes-like object.
    #[py(sig = "($self, data, /)")]
    fn update(cx: &mut Cx, this: Obj<Shake>, data: Value) -> PyResult<()> {
        let mut st = this.state.enter(cx, this.value())?;
        feed(cx, data, |b| absorb(&mut st, b))
    }
    #[py(getter)]
    fn block_size(this: Obj<Shake>) -> i64 {
        if this.bits == 128 { 168 } else { 136 }
    }
    #[py(getter)]
    fn digest_size(_this: Obj<Shake>) -> i64 {
        0
    }
    #[py(getter)]
    fn _capacity_bits(this: Obj<Shake>) -> i64 {
        i64::from(this.bits) * 2
    }
    #[py(getter)]
    fn _rate_bits(this: Obj<Shake>) -> i64 {
        1600 - i64::from(this.bits) * 2
    }
    #[py(getter)]
    fn _suffix(cx: &mut Cx, _this: Obj<Shake>) -> PyResult<Value> {
        Ok(Bytes::from_slice(cx, b"\x1f")?.value())
    }
    #[py(getter)]
    fn name(this: Obj<Shake>) -> String {
        format!("shake_{}", this.bits)
    }
}

struct ShakeFunctions;

#[pyfunctions]
impl ShakeFunctions {
    /// Return a new SHAKE hash object.
    #[py(sig = "($module, /, data=b'', *, usedforsecurity=True, string=None)")]
    fn shake_128(
        cx: &mut Cx,
        data: Option<Value>,
        _usedforsecurity: Option<bool>,
        string: Option<Value>,
    ) -> PyResult<Value> {
        new_shake(cx, Sponge::Shake128(Default::default()), data, string)
    }
    /// Return a new SHAKE hash object.
    #[py(sig = "($module, /, data=b'', *, usedforsecurity=True, string=None)")]
    fn shake_256(
        cx: &mut Cx,
        data: Option<Value>,
        _usedforsecurity: Option<bool>,
        string: Option<Value>,
    ) -> PyResult<Value> {
        new_shake(cx, Sponge::Shake256(Default::default()), data, string)
    }
}

pub static MD5: ModuleDef = ModuleDef {
    name: "_md5",
    functions: &[Md5Functions::DEFS],
    types: &[&MD5_TYPE],
    ..ModuleDef::DEFAULT
};
pub static SHA1: ModuleDef = ModuleDef {
    name: "_sha1",
    functions: &[Sha1Functions::DEFS],
    types: &[&SHA1_TYPE],
    ..ModuleDef::DEFAULT
};
pub static SHA2: ModuleDef = ModuleDef {
    name: "_sha2",
    functions: &[
        Sha224Functions::DEFS,
        Sha256Functions::DEFS,
        Sha384Functions::DEFS,
        Sha512Functions::DEFS,
    ],
    types: &[&SHA224_TYPE, &SHA256_TYPE, &SHA384_TYPE, &SHA512_TYPE],
    ..ModuleDef::DEFAULT
};
/// The constructors of this module are functions here, types in CPython.
pub static SHA3: ModuleDef = ModuleDef {
    name: "_sha3",
    functions: &[
        Sha3a::DEFS,
        Sha3b::DEFS,
        Sha3c::DEFS,
        Sha3d::DEFS,
        ShakeFunctions::DEFS,
    ],
    ..ModuleDef::DEFAULT
};
