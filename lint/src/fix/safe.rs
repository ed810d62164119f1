//! Which functions the attribute accepts as they are.

use syn::visit::Visit;

use crate::function::{Attribute, Function, borrows};

/// Whether the attribute accepts the function unchanged: it owns or copies its arguments, and returns no borrow.
pub(super) fn is_safe(function: &Function) -> bool {
    let signature = &function.signature;
    let is_plain = signature.asyncness.is_none()
        && signature.constness.is_none()
        && signature.abi.is_none()
        && signature.variadic.is_none();
    let arguments = signature.inputs.iter().all(|input| match input {
        syn::FnArg::Receiver(receiver) => {
            matches!(receiver.kind, syn::ReceiverKind::Reference(_, _, None))
        }
        syn::FnArg::Typed(typed) => Accepted::as_argument(&typed.ty),
    });
    let output = match &signature.output {
        syn::ReturnType::Default => true,
        syn::ReturnType::Type(_, output) => !borrows(output) && Accepted::as_output(output),
    };
    is_plain
        && function.attribute == Attribute::Absent
        && function.is_free_or_inherent
        && !function.has_unknown_callers
        && signature.generics.params.is_empty()
        && arguments
        && output
}

/// Looks for types that the attribute refuses.
struct Accepted {
    accepted: bool,
    /// Whether it is the type of a value that the function returns.
    is_output: bool,
}

impl Accepted {
    fn as_argument(kind: &syn::Type) -> bool {
        Self::check(kind, false)
    }

    fn as_output(kind: &syn::Type) -> bool {
        Self::check(kind, true)
    }

    fn check(kind: &syn::Type, is_output: bool) -> bool {
        let mut found = Self {
            accepted: true,
            is_output,
        };
        found.visit_type(kind);
        found.accepted
    }
}

impl<'ast> Visit<'ast> for Accepted {
    fn visit_type_reference(&mut self, node: &'ast syn::TypeReference) {
        self.accepted &= node.mutability.is_none();
        syn::visit::visit_type_reference(self, node);
    }

    fn visit_type_ptr(&mut self, _: &'ast syn::TypePtr) {
        self.accepted = false;
    }

    fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {
        self.accepted &= self.is_output;
    }

    fn visit_type_trait_object(&mut self, node: &'ast syn::TypeTraitObject) {
        let is_send = |bound: &syn::TypeParamBound| match bound {
            syn::TypeParamBound::Trait(bound) => bound.path.is_ident("Send"),
            _ => false,
        };
        self.accepted &= self.is_output && node.bounds.iter().any(is_send);
    }

    fn visit_path_segment(&mut self, node: &'ast syn::PathSegment) {
        let stays = ["Rc", "Cell", "RefCell", "MutexGuard"];
        self.accepted &= !stays.iter().any(|name| node.ident == name);
        syn::visit::visit_path_segment(self, node);
    }
}

#[cfg(test)]
mod tests {
    use super::is_safe;
    use crate::function::Function;

    fn safe(text: &str) -> bool {
        let signature = syn::parse_str(text).expect("a signature");
        let block = syn::parse_quote!({});
        let start = proc_macro2::LineColumn { line: 1, column: 0 };
        is_safe(&Function {
            is_free_or_inherent: true,
            ..Function::new(&[], start, &signature, &block)
        })
    }

    #[test]
    fn what_the_attribute_takes_is_safe() {
        assert!(safe("fn f(path: &Path, n: usize) -> io::Result<Vec<u8>>"));
        assert!(safe("fn f(&self) -> &'static str"));
        assert!(safe("fn f() -> Cow<'static, str>"));
        assert!(safe("fn f() -> impl Iterator<Item = u8>"));
        assert!(safe("fn f() -> Result<u8, Box<dyn Error + Send + Sync>>"));
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
            "fn f() -> Rc<u8>",
            "fn f(path: &Path) -> Cow<str>",
            "fn f() -> Result<u8, Box<dyn Error>>",
            "const fn f() -> u8",
            "async fn f()",
        ] {
            assert!(!safe(text), "{text}");
        }
    }
}
