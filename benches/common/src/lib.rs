//! What the reports of all benchmarks share: the name of the machine, and medians with quartiles.

mod machine;
mod spread;

pub use machine::machine;
pub use spread::Spread;
