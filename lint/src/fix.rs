//! `--fix`: puts the attribute on functions where that is safe. The compiler then names the calls that need `.await`.

use std::{collections::BTreeSet, fs, io};

use syn::visit::Visit;

use crate::{
    cargo::Packages,
    function::{Attribute, Function},
    program::Line,
    search::{Finding, WayOut},
    source::Sources,
};

/// Annotates the functions that can be annotated, and returns where. `packages` knows the name of the attribute's crate in a file.
pub(crate) fn apply(
    findings: &[Finding],
    sources: &mut Sources,
    packages: &Packages,
) -> io::Result<Vec<Line>> {
    let wanted: BTreeSet<Line> = findings.iter().filter_map(annotatable).cloned().collect();
    let mut places: Vec<Line> = Vec::new();
    for line in wanted {
        if let Some(function) = sources.function(&line).filter(is_safe) {
            places.push(Line {
                line: u32::try_from(function.first_line).unwrap_or(u32::MAX),
                ..line
            });
        }
    }
    places.sort();
    places.dedup();
    // From the end, so that the lines before stay where they are.
    for place in places.iter().rev() {
        let name = packages.name_of_ours(&place.file);
        insert(place, name.unwrap_or("tokio_offload"))?;
    }
    Ok(places)
}

fn annotatable(finding: &Finding) -> Option<&Line> {
    match &finding.way_out {
        WayOut::Annotate {
            line,
            has_sync_callers: false,
            ..
        } => Some(line),
        _ => None,
    }
}

fn insert(place: &Line, name: &str) -> io::Result<()> {
    let text = fs::read_to_string(&place.file)?;
    fs::write(&place.file, annotated(&text, place.line, name))
}

/// `text` with the attribute of the crate `name` above `line`, with the same indentation and line ending. The full path needs no import.
fn annotated(text: &str, line: u32, name: &str) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = (line as usize).saturating_sub(1).min(lines.len());
    let line = lines.get(at).copied().unwrap_or_default();
    let indent = &line[..line.len() - line.trim_start().len()];
    let end = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
    let attribute = format!("{indent}#[{name}::offload]{end}");
    lines.insert(at, &attribute);
    lines.concat()
}

/// Whether the attribute accepts the function unchanged: it owns or copies its arguments, and returns no borrow.
fn is_safe(function: &Function) -> bool {
    let signature = &function.signature;
    let is_plain = signature.asyncness.is_none()
        && signature.constness.is_none()
        && signature.abi.is_none()
        && signature.variadic.is_none();
    let arguments = signature.inputs.iter().all(|input| match input {
        syn::FnArg::Receiver(receiver) => {
            matches!(receiver.kind, syn::ReceiverKind::Reference(_, _, None))
        }
        syn::FnArg::Typed(typed) => Travels::of(&typed.ty),
    });
    let output = match &signature.output {
        syn::ReturnType::Default => true,
        syn::ReturnType::Type(_, output) => !Borrows::of(output),
    };
    is_plain
        && function.attribute == Attribute::Absent
        && function.is_own_to_change
        && signature.generics.params.is_empty()
        && arguments
        && output
}

/// Finds argument types that the attribute refuses.
struct Travels(bool);

impl Travels {
    fn of(kind: &syn::Type) -> bool {
        let mut found = Self(true);
        found.visit_type(kind);
        found.0
    }
}

impl<'ast> Visit<'ast> for Travels {
    fn visit_type_reference(&mut self, node: &'ast syn::TypeReference) {
        self.0 &= node.mutability.is_none();
        syn::visit::visit_type_reference(self, node);
    }

    fn visit_type_ptr(&mut self, _: &'ast syn::TypePtr) {
        self.0 = false;
    }

    fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
        self.0 = false;
    }

    fn visit_type_trait_object(&mut self, _: &'ast syn::TypeTraitObject) {
        self.0 = false;
    }

    fn visit_path_segment(&mut self, node: &'ast syn::PathSegment) {
        let stays = ["Rc", "Cell", "RefCell", "MutexGuard"];
        self.0 &= !stays.iter().any(|name| node.ident == name);
        syn::visit::visit_path_segment(self, node);
    }
}

/// Finds a borrow in the return type.
struct Borrows(bool);

impl Borrows {
    fn of(kind: &syn::Type) -> bool {
        let mut found = Self(false);
        found.visit_type(kind);
        found.0
    }
}

impl<'ast> Visit<'ast> for Borrows {
    fn visit_type_reference(&mut self, node: &'ast syn::TypeReference) {
        let is_static = node
            .lifetime
            .as_ref()
            .is_some_and(|name| name.ident == "static");
        self.0 |= !is_static;
    }

    fn visit_lifetime(&mut self, node: &'ast syn::Lifetime) {
        self.0 |= node.ident != "static";
    }
}

#[cfg(test)]
mod tests {
    use super::{annotated, is_safe};
    use crate::function::{Attribute, Function};

    fn safe(text: &str) -> bool {
        let signature = syn::parse_str(text).expect("a signature");
        is_safe(&Function {
            first_line: 1,
            last_line: 1,
            signature,
            is_own_to_change: true,
            attribute: Attribute::Absent,
        })
    }

    #[test]
    fn a_line_is_indented_and_ended_as_the_one_below() {
        let changed = annotated("mod a {\r\n    fn f() {}\r\n}\r\n", 2, "aside");
        let attribute = "    #[aside::offload]\r\n    fn f() {}\r\n";
        assert_eq!(changed, format!("mod a {{\r\n{attribute}}}\r\n"));
        assert_eq!(
            annotated("fn f() {}", 1, "tokio_offload"),
            "#[tokio_offload::offload]\nfn f() {}"
        );
    }

    #[test]
    fn what_the_attribute_takes_is_safe() {
        assert!(safe("fn f(path: &Path, n: usize) -> io::Result<Vec<u8>>"));
        assert!(safe("fn f(&self) -> &'static str"));
    }

    #[test]
    fn what_it_refuses_or_changes_is_not() {
        for text in [
            "fn f(to: &mut Vec<u8>)",
            "fn f(&mut self)",
            "fn f(self)",
            "fn f(path: &Path) -> &Path",
            "fn f(path: &Path) -> Cow<'_, str>",
            "fn f<T>(t: T)",
            "fn f(f: impl Fn())",
            "fn f(rc: Rc<u8>)",
            "const fn f() -> u8",
            "async fn f()",
        ] {
            assert!(!safe(text), "{text}");
        }
    }
}
