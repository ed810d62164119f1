//! Looks up the functions of a pool in the table of functions, and compares its list with the list of a worker.

use crate::{
    functions::{Function, Table},
    pool::Workers,
    wire::message::Known,
};

/// The pool of that name, found through any of its functions.
pub(crate) fn pool(table: &Table, name: &str) -> Option<&'static Workers> {
    let function = table.of(name).into_iter().next()?;
    function.place().as_any()?.downcast_ref()
}

/// The functions of one pool in order, with the fingerprints of their arguments and results.
pub(crate) fn known(table: &Table, pool: &str) -> Vec<Known> {
    let known = |function: &Function| Known {
        name: function.name().to_owned(),
        fingerprint: function.fingerprint(),
    };
    table.of(pool).into_iter().map(known).collect()
}

/// The first function that the worker lacks or has with another fingerprint, if any. Additional functions of the worker do no harm.
pub(crate) fn difference(wanted: &[Known], had: &[Known]) -> Option<String> {
    wanted.iter().find_map(|function| {
        let name = &function.name;
        match had.iter().find(|other| other.name == *name) {
            None => Some(format!("it has no function `{name}` for this pool")),
            Some(other) if other.fingerprint != function.fingerprint => Some(format!(
                "its function `{name}` has other arguments or another result"
            )),
            Some(_) => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fingerprint::hash, functions::place::Remote};

    static ONE: Workers = Workers::new("one");
    static OTHER: Workers = Workers::new("other");
    static TWIN: Workers = Workers::new("one");

    const fn function(name: &'static str, place: fn() -> &'static dyn Remote) -> Function {
        Function::new(name, place, |_, _| Ok(()), |_| ())
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
        static FUNCTIONS: [Function; 2] = [
            function("a", || &ONE),
            function("b", || &ONE).with_key(hash(b"a")),
        ];
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
        assert_eq!(pool(&table, "other").unwrap().name(), "other");
        assert!(pool(&table, "none").is_none());
        let names: Vec<_> = known(&table, "one").into_iter().map(|f| f.name).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn differences_are_named() {
        let known = |name: &str, fingerprint| Known {
            name: name.to_owned(),
            fingerprint,
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
