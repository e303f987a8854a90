//! `sys`: facts about the interpreter and the machine.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::types::structseq::{self, StructSeq};

use crate::state;

/// The Python version whose language and library this is, and where it stands: 0xF0 is final.
pub const VERSION: (u8, u8, u8) = (3, 14, 10);
pub const HEX_VERSION: i64 =
    ((VERSION.0 as i64) << 24) | ((VERSION.1 as i64) << 16) | ((VERSION.2 as i64) << 8) | 0xF0;

/// `sys.version`.
pub fn version_text() -> String {
    format!(
        "{}.{}.{} (krait {}) [Rust]",
        VERSION.0,
        VERSION.1,
        VERSION.2,
        env!("CARGO_PKG_VERSION")
    )
}

static VERSION_INFO: StructSeq = StructSeq {
    module: "sys",
    name: "version_info",
    doc: Some("sys.version_info\n\nVersion information as a named tuple."),
    fields: &[
        ("major", "Major release number"),
        ("minor", "Minor release number"),
        ("micro", "Patch release number"),
        ("releaselevel", "'alpha', 'beta', 'candidate', or 'final'"),
        ("serial", "Serial release number"),
    ],
    visible: 5,
    instantiable: false,
};

static FLAGS: StructSeq = StructSeq {
    module: "sys",
    name: "flags",
    doc: Some("sys.flags\n\nFlags provided through command line arguments or environment vars."),
    fields: &[
        ("debug", "-d"),
        ("inspect", "-i"),
        ("interactive", "-i"),
        ("optimize", "-O or -OO"),
        ("dont_write_bytecode", "-B"),
        ("no_user_site", "-s"),
        ("no_site", "-S"),
        ("ignore_environment", "-E"),
        ("verbose", "-v"),
        ("bytes_warning", "-b"),
        ("quiet", "-q"),
        ("hash_randomization", "-R"),
        ("isolated", "-I"),
        ("dev_mode", "-X dev"),
        ("utf8_mode", "-X utf8"),
        ("warn_default_encoding", "-X warn_default_encoding"),
        ("safe_path", "-P"),
        ("int_max_str_digits", "-X int_max_str_digits"),
        ("gil", "-X gil"),
        ("thread_inherit_context", "-X thread_inherit_context"),
        ("context_aware_warnings", "-X context_aware_warnings"),
    ],
    visible: 18,
    instantiable: false,
};

static HASH_INFO: StructSeq = StructSeq {
    module: "sys",
    name: "hash_info",
    doc: Some("hash_info\n\nA named tuple providing parameters used for computing hashes."),
    fields: &[
        ("width", "width of the type used for hashing, in bits"),
        (
            "modulus",
            "prime number giving the modulus on which the hash function is based",
        ),
        ("inf", "value to be used for hash of a positive infinity"),
        ("nan", "value to be used for hash of a nan"),
        (
            "imag",
            "multiplier used for the imaginary part of a complex number",
        ),
        (
            "algorithm",
            "name of the algorithm for hashing of str, bytes and memoryviews",
        ),
        ("hash_bits", "internal output size of hash algorithm"),
        ("seed_bits", "seed size of hash algorithm"),
        ("cutoff", "small string optimization cutoff"),
    ],
    visible: 9,
    instantiable: false,
};

static INT_INFO: StructSeq = StructSeq {
    module: "sys",
    name: "int_info",
    doc: Some(
        "sys.int_info\n\nA named tuple that holds information about Python's\ninternal representation of integers.  The attributes are read only.",
    ),
    fields: &[
        ("bits_per_digit", "size of a digit in bits"),
        (
            "sizeof_digit",
            "size in bytes of the C type used to represent a digit",
        ),
        (
            "default_max_str_digits",
            "maximum string conversion digits limitation",
        ),
        (
            "str_digits_check_threshold",
            "minimum positive value for int_max_str_digits",
        ),
    ],
    visible: 4,
    instantiable: false,
};

static FLOAT_INFO: StructSeq = StructSeq {
    module: "sys",
    name: "float_info",
    doc: Some("sys.float_info\n\nA named tuple holding information about the float type."),
    fields: &[
        ("max", "DBL_MAX -- maximum representable finite float"),
        (
            "max_exp",
            "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable",
        ),
        (
            "max_10_exp",
            "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable",
        ),
        ("min", "DBL_MIN -- Minimum positive normalized float"),
        (
            "min_exp",
            "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float",
        ),
        (
            "min_10_exp",
            "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float",
        ),
        (
            "dig",
            "DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float",
        ),
        ("mant_dig", "DBL_MANT_DIG -- mantissa digits"),
        (
            "epsilon",
            "DBL_EPSILON -- Difference between 1 and the next representable float",
        ),
        ("radix", "FLT_RADIX -- radix of exponent"),
        (
            "rounds",
            "FLT_ROUNDS -- rounding mode used for arithmetic operations",
        ),
    ],
    visible: 11,
    instantiable: false,
};

static THREAD_INFO: StructSeq = StructSeq {
    module: "sys",
    name: "thread_info",
    doc: Some(
        "sys.thread_info\n\nA named tuple holding information about the thread implementation.",
    ),
    fields: &[
        ("name", "name of the thread implementation"),
        ("lock", "name of the lock implementation"),
        ("version", "name and version of the thread library"),
    ],
    visible: 3,
    instantiable: false,
};

static ASYNCGEN_HOOKS: StructSeq = StructSeq {
    module: "sys",
    name: "asyncgen_hooks",
    doc: None,
    fields: &[("firstiter", ""), ("finalizer", "")],
    visible: 2,
    instantiable: false,
};

pub static UNRAISABLE_ARGS: StructSeq = StructSeq {
    module: "sys",
    name: "UnraisableHookArgs",
    doc: Some("UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook."),
    fields: &[
        ("exc_type", "Exception type"),
        ("exc_value", "Exception value"),
        ("exc_traceback", "Exception traceback"),
        ("err_msg", "Error message"),
        ("object", "Object causing the exception"),
    ],
    visible: 5,
    instantiable: true,
};

pub fn version_info(cx: &mut Cx) -> PyResult<Value> {
    let level = cx.new_str("final");
    let numbers = [VERSION.0, VERSION.1, VERSION.2].map(|n| Value::small(n.into()));
    structseq::new(
        cx,
        &VERSION_INFO,
        &[numbers[0], numbers[1], numbers[2], level, Value::small(0)],
    )
}

pub fn flags(cx: &mut Cx) -> PyResult<Value> {
    let c = state::config(cx);
    let int = |n: u8| Value::small(n.into());
    let digits = krait_runtime::types::int::DigitLimit::get(cx);
    let values = [
        int(c.debug),
        int(c.inspect.into()),
        int(c.interactive.into()),
        int(c.optimize),
        int(c.dont_write_bytecode.into()),
        int(c.no_user_site.into()),
        int(c.no_site.into()),
        int(c.ignore_environment.into()),
        int(c.verbose),
        int(c.bytes_warning),
        int(c.quiet.into()),
        int((c.hash_seed != Some(0)).into()),
        int(c.isolated.into()),
        Value::bool(c.dev_mode),
        int(c.utf8_mode.into()),
        int(c.warn_default_encoding.into()),
        Value::bool(c.safe_path),
        Value::small(digits as i64),
        int(0),
        int(c.thread_inherit_context.into()),
        int(c.context_aware_warnings.into()),
    ];
    structseq::new(cx, &FLAGS, &values)
}

pub fn hash_info(cx: &mut Cx) -> PyResult<Value> {
    let modulus = cx.new_int((1 << 61) - 1);
    let algorithm = cx.new_str("siphash13");
    let [width, inf, nan, imag, bits, seed, cutoff] =
        [64, 314_159, 0, 1_000_003, 64, 128, 0].map(Value::small);
    structseq::new(
        cx,
        &HASH_INFO,
        &[
            width, modulus, inf, nan, imag, algorithm, bits, seed, cutoff,
        ],
    )
}

pub fn int_info(cx: &mut Cx) -> PyResult<Value> {
    structseq::new(cx, &INT_INFO, &[64, 8, 4300, 640].map(Value::small))
}

pub fn float_info(cx: &mut Cx) -> PyResult<Value> {
    let [max, min, epsilon] = [f64::MAX, f64::MIN_POSITIVE, f64::EPSILON].map(|x| cx.new_float(x));
    let int = |n: i32| Value::small(n.into());
    let values = [
        max,
        int(f64::MAX_EXP),
        int(f64::MAX_10_EXP),
        min,
        int(f64::MIN_EXP),
        int(f64::MIN_10_EXP),
        int(f64::DIGITS as i32),
        int(f64::MANTISSA_DIGITS as i32),
        epsilon,
        int(f64::RADIX as i32),
        int(1),
    ];
    structseq::new(cx, &FLOAT_INFO, &values)
}

pub fn thread_info(cx: &mut Cx) -> PyResult<Value> {
    let (name, lock) = (cx.new_str("pthread"), cx.new_str("mutex+cond"));
    structseq::new(cx, &THREAD_INFO, &[name, lock, Value::none()])
}

pub fn asyncgen_hooks(cx: &mut Cx, firstiter: Value, finalizer: Value) -> PyResult<Value> {
    structseq::new(cx, &ASYNCGEN_HOOKS, &[firstiter, finalizer])
}

/// The machine's name as in `sys.implementation._multiarch`.
pub fn multiarch() -> String {
    let abi = if cfg!(target_env = "musl") {
        "musl"
    } else {
        "gnu"
    };
    format!("{}-linux-{abi}", std::env::consts::ARCH)
}

/// `sys.implementation`.
pub fn implementation(cx: &mut Cx, version: Value) -> PyResult<Value> {
    let name = cx.new_str("krait");
    let tag = cx.new_str(crate::CACHE_TAG);
    let arch = cx.new_str(&multiarch());
    let hex = Value::small(HEX_VERSION);
    let isolated = Value::bool(true);
    cx.new_namespace(&[
        ("name", name),
        ("cache_tag", tag),
        ("version", version),
        ("hexversion", hex),
        ("_multiarch", arch),
        ("supports_isolated_interpreters", isolated),
    ])
}
