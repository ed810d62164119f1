//! Code that the example programs share: a clock that notes its delays, drawings of them, directory trees, files, command lines.

pub mod arguments;
#[cfg(target_os = "linux")]
pub mod interrupt;
pub mod picture;
pub mod program;
pub mod progress;
pub mod say;
pub mod scratch;
pub mod spread;
pub mod table;
pub mod terminal;
pub mod ticker;
pub mod timeline;
pub mod tree;
