//! Layouts that are never the type of a value a program sees, and `cell`.

use crate::native::{Layout, TypeSpec};
use crate::object::{Cell, Kind};

const fn internal(name: &'static str, kind: Kind) -> TypeSpec {
    TypeSpec {
        name,
        module: "krait",
        layout: Layout {
            kind,
            size: 16,
            variable: true,
        },
        ..TypeSpec::DEFAULT
    }
}

pub static ARRAY_SPEC: TypeSpec = internal("array_storage", Kind::Array);
pub static RAW_BYTES_SPEC: TypeSpec = internal("raw_bytes", Kind::RawBytes);
pub static DICT_STORAGE_SPEC: TypeSpec = internal("dict_storage", Kind::DictStorage);
pub static SET_STORAGE_SPEC: TypeSpec = internal("set_storage", Kind::SetStorage);
pub static GLOBAL_CELL_SPEC: TypeSpec = internal("global_cell", Kind::GlobalCell);
pub static CELL_SPEC: TypeSpec = TypeSpec {
    name: "cell",
    layout: Layout::of::<Cell>(),
    defs: &[super::descriptors::CellMethods::DEFS],
    ..TypeSpec::DEFAULT
};
