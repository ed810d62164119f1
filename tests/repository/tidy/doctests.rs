//! The examples of the docs are compiled as one crate.

/// In that crate each example is a module. One that names the root of its crate does not compile there, and then rustdoc compiles
/// every example of the library by itself, which takes minutes and is not said.
pub(crate) fn names_no_root_of_an_example(path: &str, text: &str, wrong: &mut Vec<String>) {
    // The word that has such an example compiled by itself.
    let alone = "standalone_crate";
    let mut fence = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start();
        let line = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"))
            .unwrap_or(line);
        match (line.trim_start().strip_prefix("```"), fence) {
            (Some(words), None) => fence = Some(words),
            (Some(_), Some(_)) => fence = None,
            (None, Some(words)) if line.contains("crate::") && !words.contains(alone) => {
                let at = index + 1;
                wrong.push(format!(
                    "{path}:{at}: the example names `crate::` and is no `{alone}`"
                ));
            }
            (None, _) => (),
        }
    }
}

#[test]
fn an_example_that_names_its_root_is_seen() {
    let text = "/// ```\n/// use crate::x;\n/// ```\n/// [`x`]: crate::x\n/// ```standalone_crate\n/// use crate::x;\n/// ```\n";
    let mut wrong = Vec::new();
    names_no_root_of_an_example("x.rs", text, &mut wrong);
    assert_eq!(
        wrong,
        ["x.rs:2: the example names `crate::` and is no `standalone_crate`"]
    );
}
