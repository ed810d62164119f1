//! Measures what an offloaded call costs, beside the code that users would write instead.
//!
//! Each workload is written once, for any way of moving a body off the async workers. The criterion files, the programs and the report
//! all run the same code.

mod chart;
mod cpu;
mod gauge;
mod headline;
pub mod heap;
pub mod inside;
pub mod observed;
pub mod pairs;
pub mod program;
pub mod sample;
pub mod scenario;
mod table;
mod target;
pub mod ways;
pub mod work;
