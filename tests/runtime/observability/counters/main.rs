//! D6: what functions and pools count and measure, against what happened to them.

#[expect(
    dead_code,
    reason = "shared with the behaviour tests, which use the rest"
)]
#[path = "../../calls/support.rs"]
mod support;

mod advice;
mod ends;
mod histograms;
mod kit;
mod members;
mod moments;
mod races;
mod refusals;
mod warnings;
