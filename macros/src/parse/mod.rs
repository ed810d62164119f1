//! The syntax of annotated items, and of the options: signatures are parsed, bodies stay one group of tokens.
//!
//! Parsers return a value and the mistakes they met, so that the user sees all mistakes at once.
//!
//! - Items: `item` is what is annotated: a `function`, or a `block` whose methods have options of their own (`method`). `attribute` has the
//!   attributes beside ours, `bare_fn` is a type that is not read as one.
//! - Options: `options` has the table and reads them, `separators` what stands between them, `value` and `naming` their values,
//!   `conflicts` which exclude one another, `inherited` what methods take from their block, `crate_path` where the library is. `entry`
//!   reads those of `main` and `test`, with a `time`.
//! - Editors: `editor` and `hints`.
//!
//! May import `diagnostics`, `tokens` and `package`. Interprets no values.

pub(crate) mod attribute;
mod bare_fn;
pub(crate) mod block;
mod conflicts;
pub(crate) mod crate_path;
pub(crate) mod editor;
pub(crate) mod entry;
pub(crate) mod function;
pub(crate) mod hints;
mod inherited;
pub(crate) mod item;
pub(crate) mod method;
pub(crate) mod naming;
pub(crate) mod options;
mod separators;
pub(crate) mod time;
pub(crate) mod value;

/// Whether the feature `remote` of the library is on: without it there is nothing to name after `remote =`.
pub(crate) const HAS_REMOTE: bool = cfg!(any(feature = "remote", test));

/// Whether the feature `watch` of the library is on.
pub(crate) const HAS_WATCH: bool = cfg!(any(feature = "watch", test));
