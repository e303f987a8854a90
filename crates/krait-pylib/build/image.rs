//! The layout of the image; `src/lib.rs` reads it.
//!
//! ```text
//! count: u32
//! count entries: name offset u32, name length u16, flags u16, then for code and for source:
//!                offset u32, stored length u32, length u32
//! names, code objects of frozen modules, other code objects, sources
//! ```
//! Offsets count from the image's start; numbers are little endian. Entries are sorted by name.
//! Like stands with like, since each page that is touched counts as memory of the process: starting
//! up reads the entries, all names and a few frozen modules.

/// A compiled module.
pub struct Entry {
    pub name: String,
    pub is_package: bool,
    pub is_frozen: bool,
    pub code: Vec<u8>,
    pub source: Vec<u8>,
}

const ENTRY_SIZE: usize = 32;
const FLAG_PACKAGE: u16 = 1;
const FLAG_FROZEN: u16 = 2;
/// Deflate's middle way between time and size.
const LEVEL: u8 = 6;

/// Where a piece of data stands: offset, stored length, length. Equal lengths: not compressed.
type Span = [u32; 3];

fn put(data: &mut Vec<u8>, bytes: &[u8], compressed: bool) -> Span {
    let at = data.len() as u32;
    let length = bytes.len() as u32;
    let packed = compressed
        .then(|| miniz_oxide::deflate::compress_to_vec(bytes, LEVEL))
        .filter(|p| p.len() < bytes.len());
    let stored = packed.as_deref().unwrap_or(bytes);
    data.extend_from_slice(stored);
    [at, stored.len() as u32, length]
}

/// The whole image.
pub fn layout(entries: &[Entry]) -> Vec<u8> {
    let mut data = (entries.len() as u32).to_le_bytes().to_vec();
    data.resize(4 + entries.len() * ENTRY_SIZE, 0);
    let names: Vec<u32> = entries
        .iter()
        .map(|entry| {
            let at = data.len() as u32;
            data.extend_from_slice(entry.name.as_bytes());
            at
        })
        .collect();
    let mut codes = vec![Span::default(); entries.len()];
    for frozen in [true, false] {
        for (entry, code) in entries.iter().zip(&mut codes) {
            if entry.is_frozen == frozen {
                *code = put(&mut data, &entry.code, !frozen);
            }
        }
    }
    for (i, entry) in entries.iter().enumerate() {
        let source = put(&mut data, &entry.source, true);
        let flags = if entry.is_package { FLAG_PACKAGE } else { 0 }
            | if entry.is_frozen { FLAG_FROZEN } else { 0 };
        let mut row = names[i].to_le_bytes().to_vec();
        row.extend_from_slice(&(entry.name.len() as u16).to_le_bytes());
        row.extend_from_slice(&flags.to_le_bytes());
        for number in codes[i].into_iter().chain(source) {
            row.extend_from_slice(&number.to_le_bytes());
        }
        let start = 4 + i * ENTRY_SIZE;
        data[start..start + ENTRY_SIZE].copy_from_slice(&row);
    }
    data
}
