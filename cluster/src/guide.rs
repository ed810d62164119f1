//! The guide: pages with examples that are compiled.

#[doc = include_str!("../guide/many_machines.md")]
pub mod many_machines {}

#[doc = include_str!("../guide/security.md")]
pub mod security {}

#[doc = include_str!("../guide/operating.md")]
pub mod operating {}

#[doc = include_str!("../guide/scaling.md")]
pub mod scaling {}

#[doc = include_str!("../guide/when_not_to.md")]
pub mod when_not_to {}
