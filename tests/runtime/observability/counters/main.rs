//! D6: what functions and pools count and measure, against what happened to them.

mod advice;
mod auto_traits;
mod ends;
mod histograms;
mod kit;
mod members;
mod moments;
mod races;
mod refusals;
mod warnings;
