//! What the example programs share: a clock that notes its delays, drawings of them, command lines.

pub mod arguments;
pub mod picture;
pub mod progress;
pub mod say;
pub mod table;
pub mod ticker;
pub mod timeline;
