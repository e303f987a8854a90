//! How the command is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=link/start.ld");
    println!("cargo:rerun-if-env-changed=KRAIT_PLAIN_LINK");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os != "linux") {
        return;
    }
    // Without position independence the tables of pointers (types, methods, opcodes) stand in the
    // file as they are used: nothing of them is relocated at start, nor copied for it.
    println!("cargo:rustc-link-arg-bins=-no-pie");
    // What starting runs stands together, see `xtask/src/text_order.rs`. Unoptimised code has other
    // functions and many more of them. `KRAIT_PLAIN_LINK` is for profiles and for linkers that do not
    // know INSERT.
    let optimised = std::env::var("OPT_LEVEL").is_ok_and(|level| level != "0");
    if optimised && std::env::var_os("KRAIT_PLAIN_LINK").is_none() {
        let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{folder}/link/start.ld");
    }
}
