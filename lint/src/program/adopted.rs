//! Handles async bodies that a macro of another crate generates around code of the package, such as `async_stream::stream!`.

use std::collections::HashMap;

use super::{line::Own, name};

/// Removes those symbols from `foreign` that are inside a function of the package. `foreign` are bodies in files of other crates; the
/// removed ones count as the package's, at the place of that function.
pub(super) fn adopted<At: Copy>(
    own: &HashMap<String, Own>,
    foreign: &mut HashMap<String, At>,
) -> Vec<(String, At, Own)> {
    // If a function was inlined at every call, only its bodies may be left.
    let (bodies, named): (Vec<_>, Vec<_>) =
        own.iter().partition(|(_, own)| own.name.starts_with('{'));
    let function = |symbol: &str| outermost(&name::readable(symbol)).to_owned();
    let functions: HashMap<String, &Own> = bodies
        .into_iter()
        .chain(named)
        .map(|(symbol, own)| (function(symbol), own))
        .collect();
    let mut adopted = Vec::new();
    foreign.retain(|symbol, at| {
        let around = functions.get(&function(symbol));
        adopted.extend(around.map(|function| {
            let own = Own {
                name: Own::ASYNC.to_owned(),
                line: function.line.clone(),
            };
            (symbol.clone(), *at, own)
        }));
        around.is_none()
    });
    adopted
}

/// The function around a closure or a body.
fn outermost(name: &str) -> &str {
    name.trim_end_matches("::{closure}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::adopted;
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
        let own = HashMap::from([("a::lines".to_owned(), own)]);
        let [inside, outside] = ["a::lines::{closure}::{closure}", "b::lines::{closure}"];
        let mut foreign = HashMap::from([(inside.to_owned(), 1), (outside.to_owned(), 2)]);
        let found = adopted(&own, &mut foreign);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].0.as_str(), found[0].1), (inside, 1));
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
        let own = HashMap::from([("a::lines::{closure}".to_owned(), body)]);
        let mut foreign = HashMap::from([("a::lines::{closure}::{closure}".to_owned(), 1)]);
        assert_eq!(adopted(&own, &mut foreign).len(), 1);
        assert!(foreign.is_empty());
    }
}
