//! Asks the linker for what the shipped module is split by: the relocations from function to function.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_wasm = env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm");
    // Every profile but those for tests: what is tested is not split.
    let is_shipped = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if is_wasm && is_shipped {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
