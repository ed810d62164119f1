//! What streams, ordered maps and the ends of calls promise, one module for each group of promises.

mod actions;
mod adapters;
mod ends;
mod kit;
mod ordered_map;
mod places;
mod read_ahead;
mod stops;
