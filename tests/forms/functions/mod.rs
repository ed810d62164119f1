//! Every form of function the attribute accepts: compiled and called, with its value checked and the thread of its body.

#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "the forms are the subject, not what one would write; `deny_lints` asks for every lint"
)]

mod additive;
mod arities;
mod as_ref;
mod attributes;
mod bodies;
mod borrowed;
mod borrowed_parts;
mod captured;
mod cfg_arguments;
mod cfg_mistakes;
mod converted;
mod crate_paths;
mod drops;
mod famous_names;
mod foreign_types;
mod fragments;
mod fragments_of_blocks;
mod free;
mod future_methods;
mod future_names;
mod generic;
mod hygiene;
mod impls;
mod items_in_bodies;
mod lent_places;
mod lifetimes;
mod lints;
mod made_by_macros;
mod no_prelude;
mod opaque;
mod patterns;
mod places;
mod pools;
mod pools_of_self;
mod raw_names;
mod receivers;
mod returns;
mod same_names;
mod self_in_bodies;
mod self_in_macros;
mod shadowed;
mod shared;
mod taken_names;
mod traits;
mod traits_wider;
mod twins;
mod twins_of_methods;
mod wider;
