//! The table of functions that run in other processes, and in `place` the interface to these processes.
//!
//! May import `error`, `fingerprint`, `reply` and `wire`.

pub(crate) mod place;

use std::{collections::HashMap, fmt, ptr, sync::OnceLock};

use crate::{
    fingerprint::{Fingerprint, hash},
    functions::place::Remote,
    wire::{codec::CodecError, output::Output},
};

/// All functions of this program that run in other processes. The linker collects them under this name alone, whatever crate it is in. So
/// it has the name of this library and of this release: a program may have a list of its own, and two releases of this library.
#[linkme::distributed_slice]
pub static TOKIO_OFFLOAD_0_1_FUNCTIONS: [Function];

/// Decodes the arguments, runs the body, encodes the result. A panic of the body passes through.
pub type Answer = fn(input: &[u8], output: &mut Output) -> Result<(), CodecError>;

/// One function that runs in another process: one static for each annotated function.
pub struct Function {
    name: &'static str,
    key: u64,
    place: fn() -> &'static dyn Remote,
    answer: Answer,
    fingerprint: fn(&mut Fingerprint),
}

impl Function {
    /// `name` is the stable key: the path of the function. `place` returns where it runs, `answer` runs it, `fingerprint` adds the types of
    /// its arguments and its result.
    pub const fn new(
        name: &'static str,
        place: fn() -> &'static dyn Remote,
        answer: Answer,
        fingerprint: fn(&mut Fingerprint),
    ) -> Self {
        Self {
            name,
            key: hash(name.as_bytes()),
            place,
            answer,
            fingerprint,
        }
    }

    /// Where it runs.
    pub fn place(&self) -> &'static dyn Remote {
        (self.place)()
    }

    /// The stable key.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The stable key as a number, which messages contain.
    pub const fn key(&self) -> u64 {
        self.key
    }

    /// The fingerprint of the types of its arguments and its result.
    pub fn fingerprint(&self) -> u64 {
        let mut fingerprint = Fingerprint::default();
        (self.fingerprint)(&mut fingerprint);
        fingerprint.hash()
    }

    /// Runs it here: decodes the arguments and appends the encoded result. A panic of the body passes through.
    pub fn run(&self, input: &[u8], output: &mut Output) -> Result<(), CodecError> {
        (self.answer)(input, output)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Function").field(&self.name).finish()
    }
}

/// The functions of this program by key. An error if two of them, or two places, have the same name.
pub fn table() -> Result<&'static Table, &'static str> {
    static TABLE: OnceLock<Result<Table, String>> = OnceLock::new();
    let table = TABLE.get_or_init(|| Table::new(&TOKIO_OFFLOAD_0_1_FUNCTIONS));
    table.as_ref().map_err(String::as_str)
}

/// Functions by key.
#[derive(Debug)]
pub struct Table {
    by_key: HashMap<u64, &'static Function>,
}

impl Table {
    pub(crate) fn new(functions: &'static [Function]) -> Result<Self, String> {
        let mut by_key = HashMap::with_capacity(functions.len());
        let mut places: HashMap<&str, &dyn Remote> = HashMap::new();
        for function in functions {
            let place = function.place();
            if let Some(other) = by_key.insert(function.key, function) {
                return Err(alike(function, other));
            }
            let other = places.entry(place.name()).or_insert(place);
            if !ptr::addr_eq(*other, place) {
                return Err(format!(
                    "two pools are called `{}`: rename one",
                    place.name()
                ));
            }
        }
        Ok(Self { by_key })
    }

    /// The function of that key.
    pub fn find(&self, key: u64) -> Option<&'static Function> {
        self.by_key.get(&key).copied()
    }

    /// The functions that run at the place of that name, ordered by their own names.
    pub fn of(&self, place: &str) -> Vec<&'static Function> {
        let mine = self.by_key.values().copied();
        let mut mine: Vec<_> = mine
            .filter(|function| function.place().name() == place)
            .collect();
        mine.sort_by_key(|function| function.name);
        mine
    }
}

fn alike(one: &Function, other: &Function) -> String {
    if one.name == other.name {
        return format!(
            "two functions are called `{}`, one of pool `{}` and one of pool `{}`: rename one",
            one.name,
            other.place().name(),
            one.place().name(),
        );
    }
    format!(
        "the functions `{}` and `{}` have the same key: rename one",
        other.name, one.name
    )
}

#[cfg(test)]
impl Function {
    /// The function with another key.
    pub(crate) const fn with_key(mut self, key: u64) -> Self {
        self.key = key;
        self
    }
}

#[cfg(test)]
mod tests {
    /// What the linker finds by name is that of one release.
    #[test]
    fn names_for_the_linker_tell_the_release() {
        let release = concat!(
            env!("CARGO_PKG_VERSION_MAJOR"),
            "_",
            env!("CARGO_PKG_VERSION_MINOR")
        );
        for (name, declared) in [
            ("FUNCTIONS", include_str!("mod.rs")),
            ("ENTRIES", include_str!("../child/init.rs")),
        ] {
            let expected = format!("pub static TOKIO_OFFLOAD_{release}_{name}: [");
            assert!(declared.contains(&expected), "{expected}");
        }
    }
}
