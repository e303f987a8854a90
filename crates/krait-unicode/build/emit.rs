//! Writing Rust source for tables.

use std::fmt::{Display, Write};

/// Writes `static NAME: [ty; n] = [...]`.
pub fn array<T: Display>(
    out: &mut String,
    name: &str,
    ty: &str,
    items: impl IntoIterator<Item = T>,
) {
    let mut body = String::new();
    let mut len = 0usize;
    for item in items {
        if len.is_multiple_of(16) {
            body.push('\n');
        }
        write!(body, "{item},").expect("write to a String");
        len += 1;
    }
    writeln!(out, "pub static {name}: [{ty}; {len}] = [{body}\n];").expect("write to a String");
}

/// Writes a two-stage table: `NAME_INDEX` (a block number per `1 << shift` values) and
/// `NAME_BLOCKS`, the distinct blocks one after another.
pub fn two_stage(out: &mut String, name: &str, shift: u32, values: &[u16]) {
    let size = 1usize << shift;
    let mut blocks: Vec<&[u16]> = Vec::new();
    let mut index: Vec<u16> = Vec::new();
    for block in values.chunks(size) {
        let found = blocks
            .iter()
            .position(|known| *known == block)
            .unwrap_or_else(|| {
                blocks.push(block);
                blocks.len() - 1
            });
        index.push(u16::try_from(found).expect("fewer than 65,536 blocks"));
    }
    array(out, &format!("{name}_INDEX"), "u16", index);
    array(
        out,
        &format!("{name}_BLOCKS"),
        "u16",
        blocks.iter().flat_map(|block| block.iter()),
    );
    writeln!(out, "pub const {name}_SHIFT: u32 = {shift};").expect("write to a String");
}
