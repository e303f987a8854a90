//! How the command is linked.

use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=link");
    println!("cargo:rerun-if-env-changed=KRAIT_PLAIN_LINK");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os != "linux") {
        return;
    }
    // Without position independence the tables of pointers (types, methods, opcodes) stand in the
    // file as they are used: nothing of them is relocated at start, nor copied for it.
    println!("cargo:rustc-link-arg-bins=-no-pie");
    // Unoptimised code has other functions and many more of them.
    if std::env::var("OPT_LEVEL").is_ok_and(|level| level == "0") {
        return;
    }
    let folder =
        PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("link");
    // What starting runs stands together, if somebody had it listed: see `xtask/src/text_order.rs`.
    let order = folder.join("start.ld");
    if order.exists() && std::env::var_os("KRAIT_PLAIN_LINK").is_none() {
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{}", order.display());
    }
    let cold = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join("cold.ld");
    let modules =
        std::fs::read_to_string(folder.join("cold.txt")).expect("the list of cold modules");
    std::fs::write(&cold, cold_section(&modules)).expect("a linker script");
    println!("cargo:rustc-link-arg-bins=-Wl,-T,{}", cold.display());
}

/// A linker script that gives the code of these modules a section of its own. The system maps sixteen pages of an
/// executable around one that is touched, and what it maps counts as the process's memory: mixed in with the rest
/// all of this code did.
fn cold_section(modules: &str) -> String {
    let mut script = String::from("SECTIONS\n{\n  .text.cold :\n  {\n");
    for module in modules
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        // `a::b` is mangled as `1a1b`, and as `a..b` within the name of an implementation.
        let path: String = module
            .split("::")
            .map(|name| format!("{}{name}", name.len()))
            .collect();
        let dotted = module.replace("::", "..");
        script += &format!("    *(.text.*{path}*)\n    *(.text.*{dotted}..*)\n");
    }
    script + "  }\n}\nINSERT BEFORE .text;\n"
}
