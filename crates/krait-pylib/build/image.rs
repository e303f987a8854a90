//! The layout of the image; `src/lib.rs` reads it.
//!
//! ```text
//! count: u32
//! count entries: name offset u32, name length u16, flags u16, then for code: offset u32, length u32,
//!                and for source: offset u32, stored length u32, length u32
//! names, code objects of frozen modules, other code objects, sources
//! ```
//! Offsets count from the image's start; numbers are little endian. Entries are sorted by name.
//! Like stands with like, since each page that is touched counts as memory of the process: starting
//! up reads the entries, all names and a few frozen modules. Code objects are not compressed, as
//! they are decoded where they are, function by function.

/// A compiled module.
pub struct Entry {
    pub name: String,
    pub is_package: bool,
    pub is_frozen: bool,
    pub code: Vec<u8>,
    pub source: Vec<u8>,
}

const ENTRY_SIZE: usize = 28;
const FLAG_PACKAGE: u16 = 1;
const FLAG_FROZEN: u16 = 2;
/// Deflate's middle way between time and size.
const LEVEL: u8 = 6;

fn put(data: &mut Vec<u8>, bytes: &[u8]) -> u32 {
    let at = data.len() as u32;
    data.extend_from_slice(bytes);
    at
}

/// Appends `bytes`, compressed if that is shorter.
fn put_packed(data: &mut Vec<u8>, bytes: &[u8]) -> [u32; 3] {
    let packed = miniz_oxide::deflate::compress_to_vec(bytes, LEVEL);
    let stored = if packed.len() < bytes.len() {
        &packed
    } else {
        bytes
    };
    [put(data, stored), stored.len() as u32, bytes.len() as u32]
}

/// The whole image.
pub fn layout(entries: &[Entry]) -> Vec<u8> {
    let mut data = (entries.len() as u32).to_le_bytes().to_vec();
    data.resize(4 + entries.len() * ENTRY_SIZE, 0);
    let names: Vec<u32> = entries
        .iter()
        .map(|entry| put(&mut data, entry.name.as_bytes()))
        .collect();
    let mut codes = vec![0; entries.len()];
    for frozen in [true, false] {
        for (entry, code) in entries.iter().zip(&mut codes) {
            if entry.is_frozen == frozen {
                *code = put(&mut data, &entry.code);
            }
        }
    }
    for (i, entry) in entries.iter().enumerate() {
        let source = put_packed(&mut data, &entry.source);
        let flags = if entry.is_package { FLAG_PACKAGE } else { 0 }
            | if entry.is_frozen { FLAG_FROZEN } else { 0 };
        let mut row = names[i].to_le_bytes().to_vec();
        row.extend_from_slice(&(entry.name.len() as u16).to_le_bytes());
        row.extend_from_slice(&flags.to_le_bytes());
        for number in [codes[i], entry.code.len() as u32]
            .into_iter()
            .chain(source)
        {
            row.extend_from_slice(&number.to_le_bytes());
        }
        let start = 4 + i * ENTRY_SIZE;
        data[start..start + ENTRY_SIZE].copy_from_slice(&row);
    }
    data
}
