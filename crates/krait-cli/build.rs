//! How the command is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Without position independence the tables of pointers (types, methods, opcodes) stand in the
    // file as they are used: nothing of them is relocated at start, nor copied for it.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
