//! Generates the Unicode 16.0 tables of this crate.
//!
//! General properties, case mappings and normalization come from ICU4X 2.0; `data/` holds the few
//! facts that no crate carries (numeric values, compatibility tags, named sequences, what
//! Unicode 3.2 said differently, and the character sets of East Asia).

mod case;
mod cjk;
mod data;
mod decomposition;
mod emit;
mod records;

use std::path::PathBuf;
use std::{env, fs};

/// One past the last code point.
const LIMIT: u32 = 0x11_0000;

fn main() {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=data");
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let data = data::Data::read(&manifest.join("data"));

    let mut out = String::new();
    let decompositions = decomposition::Decompositions::collect(&data);
    let special = case::SpecialCasing::collect();
    records::emit(&mut out, &data, &decompositions, &special);
    case::emit(&mut out, &special);
    decompositions.emit(&mut out);
    data.emit(&mut out);

    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    fs::write(folder.join("tables.rs"), out).expect("write tables.rs");
    cjk::emit(&manifest.join("data/cjk.txt"), &folder);
}
