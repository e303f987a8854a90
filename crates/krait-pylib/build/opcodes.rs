//! The module `_opcode_metadata`, from the list of opcodes.

use std::fmt::Write;

use crate::collect::Source;
use krait_bytecode::ALL_OPS;

/// `_opcode_metadata.py`: names and numbers of the opcodes. No opcode is a specialised form of
/// another to a program, and none is without an argument.
pub fn metadata_module() -> Source {
    let mut text = String::from("_specializations = {}\n_specialized_opmap = {}\n\nopmap = {\n");
    for op in ALL_OPS {
        writeln!(text, "    '{}': {},", op.name(), *op as u16).expect("a string takes everything");
    }
    text.push_str("}\n\nHAVE_ARGUMENT = 0\nMIN_INSTRUMENTED_OPCODE = 65535\n");
    Source {
        name: "_opcode_metadata".to_owned(),
        is_package: false,
        text: text.into_bytes(),
    }
}
