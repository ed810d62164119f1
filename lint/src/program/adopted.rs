//! Handles async bodies that a macro of another crate generates around code of the package, such as `async_stream::stream!`.

use foldhash::{HashMap, HashSet};

use super::{
    line::{Line, Own},
    name,
};

/// Moves the bodies that are inside a function of the package out of `foreign`, and returns them as the package's, with the place of
/// that function. `foreign` are the async bodies in files of other crates, by symbol.
pub(super) fn adopted<'s, At: Copy>(
    own: &HashMap<&'s str, Own>,
    foreign: &mut HashMap<&'s str, At>,
) -> Vec<(&'s str, At, Own)> {
    let function = |symbol: &str| outermost(&name::readable(symbol)).to_owned();
    let wanted: HashMap<&str, String> = foreign.keys().map(|it| (*it, function(it))).collect();
    let functions = around(own, &wanted.values().map(String::as_str).collect());
    let mut adopted = Vec::new();
    foreign.retain(|symbol, at| {
        let around = wanted.get(symbol).and_then(|it| functions.get(it));
        adopted.extend(around.map(|function| {
            let own = Own {
                name: Own::ASYNC.to_owned(),
                line: function.line.clone(),
            };
            (*symbol, *at, own)
        }));
        around.is_none()
    });
    adopted
}

/// The functions of the package that have those names. If one was inlined at every call, the program may have only its bodies.
fn around<'o>(own: &'o HashMap<&str, Own>, wanted: &HashSet<&str>) -> HashMap<String, &'o Own> {
    let ends: HashSet<&str> = wanted
        .iter()
        .filter_map(|it| it.rsplit("::").next())
        .collect();
    // Only names that may fit are made, because making a name is slow.
    let may_fit = |own: &Own| own.is_closure() || ends.contains(own.ident());
    let mut found: HashMap<String, &Own> = HashMap::default();
    for (symbol, own) in own.iter().filter(|(_, own)| may_fit(own)) {
        let name = name::readable(symbol);
        let name = outermost(&name);
        let is_better = |known: &&Own| rank(own) < rank(known);
        if wanted.contains(name) && found.get(name).is_none_or(is_better) {
            found.insert(name.to_owned(), own);
        }
    }
    found
}

fn rank(own: &Own) -> (bool, &Line) {
    (own.is_closure(), &own.line)
}

/// The function around a closure or an async body.
fn outermost(name: &str) -> &str {
    name.trim_end_matches("::{closure}")
}

#[cfg(test)]
mod tests {
    use super::{HashMap, adopted};
    use crate::program::{Line, Own};

    #[test]
    fn a_body_inside_a_function_of_the_package_is_the_packages() {
        let line = Line {
            file: "/a/src/lib.rs".into(),
            line: 7,
        };
        let own = Own {
            name: "lines".to_owned(),
            line: line.clone(),
        };
        let own = HashMap::from_iter([("a::lines", own)]);
        let [inside, outside] = ["a::lines::{closure}::{closure}", "b::lines::{closure}"];
        let mut foreign = HashMap::from_iter([(inside, 1), (outside, 2)]);
        let found = adopted(&own, &mut foreign);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].0, found[0].1), (inside, 1));
        assert!(found[0].2.is_async() && found[0].2.line == line);
        assert_eq!(foreign.into_keys().collect::<Vec<_>>(), [outside]);
    }

    #[test]
    fn one_of_its_bodies_is_enough() {
        let line = Line {
            file: "/a/src/lib.rs".into(),
            line: 7,
        };
        let body = Own {
            name: "{async_fn#0}".to_owned(),
            line,
        };
        let own = HashMap::from_iter([("a::lines::{closure}", body)]);
        let mut foreign = HashMap::from_iter([("a::lines::{closure}::{closure}", 1)]);
        assert_eq!(adopted(&own, &mut foreign).len(), 1);
        assert!(foreign.is_empty());
    }
}
