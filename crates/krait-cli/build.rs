//! How the command is linked.

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
    // What starting runs stands together, if somebody had it listed: see `xtask/src/text_order.rs`. The
    // linker must know INSERT. Unoptimised code has other functions and many more of them.
    let optimised = std::env::var("OPT_LEVEL").is_ok_and(|level| level != "0");
    let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let order = std::path::Path::new(&folder).join("link/start.ld");
    if optimised && order.exists() && std::env::var_os("KRAIT_PLAIN_LINK").is_none() {
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{}", order.display());
    }
}
