//! Decides how handlers reach the next one: by tail calls where the compiler is known to make
//! jumps of them, by a trampoline otherwise.

use std::env;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(krait_tail_calls)");
    println!("cargo::rerun-if-changed=build.rs");
    let optimised = env::var("OPT_LEVEL").is_ok_and(|l| matches!(l.as_str(), "2" | "3"));
    let arch =
        env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|a| matches!(a.as_str(), "x86_64" | "aarch64"));
    let trampoline = env::var_os("CARGO_FEATURE_TRAMPOLINE").is_some();
    if optimised && arch && !trampoline {
        println!("cargo::rustc-cfg=krait_tail_calls");
    }
}
