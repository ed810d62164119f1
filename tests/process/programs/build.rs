//! Has the programs linked by the linker that `OFFLOAD_LINKER` names, where what linking must keep is tested.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=OFFLOAD_LINKER");
    if let Ok(linker) = env::var("OFFLOAD_LINKER") {
        // Stands behind what rustc says of its own, and the last word counts.
        println!("cargo::rustc-link-arg=-fuse-ld={linker}");
    }
}
