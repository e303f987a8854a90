//! `bool`: the two static objects `True` and `False` (see `singletons`).

mod methods;

use crate::native::{Layout, TypeSpec};
use crate::object::Kind;
use crate::types::typeobj::flags;

pub static SPEC: TypeSpec = TypeSpec {
    name: "bool",
    doc: Some(
        "True for an argument that counts as true, False for any other.\n\nTrue and False are the only instances; the class cannot be subclassed.",
    ),
    base: Some(&super::int::SPEC),
    layout: Layout {
        kind: Kind::Bool,
        size: 16,
        variable: false,
    },
    flags: flags::LONG_SUBCLASS,
    defs: &[methods::Methods::DEFS],
    ..TypeSpec::DEFAULT
};
