//! The functions that workers can run, and how a call finds its own.

use std::{collections::HashMap, fmt, ptr, sync::OnceLock};

use crate::{
    fingerprint::{Shape, hash},
    pool::Workers,
    wire::{codec::CodecError, message::Known},
};

/// All functions of this program that workers can run; the linker puts them together.
#[linkme::distributed_slice]
pub static FUNCTIONS: [Function];

/// Decodes the arguments, runs the body, encodes the result. A panic of the body passes through.
pub type Answer = fn(input: &[u8], output: &mut Vec<u8>) -> Result<(), CodecError>;

/// One function that workers can run: one static for each annotated function.
pub struct Function {
    name: &'static str,
    key: u64,
    workers: fn() -> &'static Workers,
    pub(crate) answer: Answer,
    shape: fn(&mut Shape),
}

impl Function {
    /// `name` is the stable key: the path of the function. `workers` leads to its pool, `answer` runs it, `shape` looks at its
    /// arguments and its result.
    pub const fn new(
        name: &'static str,
        workers: fn() -> &'static Workers,
        answer: Answer,
        shape: fn(&mut Shape),
    ) -> Self {
        Self {
            name,
            key: hash(name.as_bytes()),
            workers,
            answer,
            shape,
        }
    }

    /// The pool whose workers run it.
    pub fn workers(&self) -> &'static Workers {
        (self.workers)()
    }

    /// The stable key.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The stable key in short, as it crosses.
    pub(crate) const fn key(&self) -> u64 {
        self.key
    }

    fn known(&self) -> Known {
        let mut shape = Shape::default();
        (self.shape)(&mut shape);
        Known {
            name: self.name.to_owned(),
            shape: shape.hash(),
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Function").field(&self.name).finish()
    }
}

/// The functions of this program by key, or why they cannot be told apart.
pub(crate) fn table() -> Result<&'static Table, &'static str> {
    static TABLE: OnceLock<Result<Table, String>> = OnceLock::new();
    let table = TABLE.get_or_init(|| Table::new(&FUNCTIONS));
    table.as_ref().map_err(String::as_str)
}

/// Functions by key.
#[derive(Debug)]
pub(crate) struct Table {
    by_key: HashMap<u64, &'static Function>,
}

impl Table {
    fn new(functions: &'static [Function]) -> Result<Self, String> {
        let mut by_key = HashMap::with_capacity(functions.len());
        let mut pools: HashMap<&str, &Workers> = HashMap::new();
        for function in functions {
            let pool = (function.workers)();
            if let Some(other) = by_key.insert(function.key, function) {
                return Err(alike(function, other));
            }
            let other = pools.entry(pool.name()).or_insert(pool);
            if !ptr::eq(*other, pool) {
                return Err(format!("two pools are called `{}`", pool.name()));
            }
        }
        Ok(Self { by_key })
    }

    pub(crate) fn find(&self, key: u64) -> Option<&'static Function> {
        self.by_key.get(&key).copied()
    }

    /// The pool of that name: any function of it leads there.
    pub(crate) fn pool(&self, name: &str) -> Option<&'static Workers> {
        let mut pools = self.by_key.values().map(|function| (function.workers)());
        pools.find(|pool| pool.name() == name)
    }

    /// The functions of one pool, with the shapes of what they take and give, in order.
    pub(crate) fn known(&self, pool: &str) -> Vec<Known> {
        let mine = self.by_key.values();
        let mine = mine.filter(|function| (function.workers)().name() == pool);
        let mut known: Vec<_> = mine.map(|function| function.known()).collect();
        known.sort_by(|one, other| one.name.cmp(&other.name));
        known
    }
}

/// What the pool wants and the worker does not have, if anything. What the worker has beyond that harms nobody.
pub(crate) fn difference(wanted: &[Known], had: &[Known]) -> Option<String> {
    wanted.iter().find_map(|function| {
        let name = &function.name;
        match had.iter().find(|other| other.name == *name) {
            None => Some(format!("it has no function `{name}` for this pool")),
            Some(other) if other.shape != function.shape => Some(format!(
                "its function `{name}` has other arguments or another result"
            )),
            Some(_) => None,
        }
    })
}

fn alike(one: &Function, other: &Function) -> String {
    let pool = |function: &Function| (function.workers)().name();
    if one.name == other.name {
        return format!(
            "two functions are called `{}`, one of pool `{}` and one of pool `{}`: rename one",
            one.name,
            pool(other),
            pool(one),
        );
    }
    format!(
        "the functions `{}` and `{}` have the same key: rename one",
        other.name, one.name
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    static ONE: Workers = Workers::new("one");
    static OTHER: Workers = Workers::new("other");
    static TWIN: Workers = Workers::new("one");

    const fn function(name: &'static str, workers: fn() -> &'static Workers) -> Function {
        Function::new(name, workers, |_, _| Ok(()), |_| ())
    }

    #[test]
    fn functions_of_one_name_are_refused_with_both_pools() {
        static FUNCTIONS: [Function; 2] = [function("a::f", || &ONE), function("a::f", || &OTHER)];
        let error = Table::new(&FUNCTIONS).unwrap_err();
        for word in ["a::f", "`one`", "`other`"] {
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn keys_that_collide_are_refused_with_both_names() {
        static FUNCTIONS: [Function; 2] = [function("a", || &ONE), {
            let mut function = function("b", || &ONE);
            function.key = hash(b"a");
            function
        }];
        let error = Table::new(&FUNCTIONS).unwrap_err();
        assert!(error.contains("`a`") && error.contains("`b`"), "{error}");
    }

    #[test]
    fn pools_of_one_name_are_refused() {
        static FUNCTIONS: [Function; 2] = [function("a", || &ONE), function("b", || &TWIN)];
        assert!(Table::new(&FUNCTIONS).unwrap_err().contains("`one`"));
    }

    #[test]
    fn a_table_knows_its_functions_and_pools() {
        static FUNCTIONS: [Function; 3] = [
            function("b", || &ONE),
            function("a", || &ONE),
            function("c", || &OTHER),
        ];
        let table = Table::new(&FUNCTIONS).unwrap();
        assert_eq!(table.find(hash(b"c")).unwrap().name(), "c");
        assert!(table.find(7).is_none());
        assert_eq!(table.pool("other").unwrap().name(), "other");
        assert!(table.pool("none").is_none());
        let names: Vec<_> = table.known("one").into_iter().map(|f| f.name).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn differences_are_named() {
        let known = |name: &str, shape| Known {
            name: name.to_owned(),
            shape,
        };
        let wanted = [known("a", 1), known("b", 2)];
        assert_eq!(difference(&wanted, &wanted), None);
        assert_eq!(
            difference(&wanted, &[known("b", 2), known("c", 3), known("a", 1)]),
            None
        );
        let error = difference(&wanted, &[known("a", 1)]).unwrap();
        assert!(error.contains("no function `b`"), "{error}");
        let error = difference(&wanted, &[known("a", 1), known("b", 3)]).unwrap();
        assert!(error.contains("`b` has other arguments"), "{error}");
    }
}
