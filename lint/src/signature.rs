//! Recognises signatures of functions that a task polls.

use syn::{GenericArgument, PathArguments, ReturnType, Type};

/// Whether it takes the `&mut Context` of a task. Other crates have a `Context` too: that of a task has a lifetime, or the path of
/// the standard library, or the function returns a `Poll`.
pub(crate) fn takes_context(signature: &syn::Signature) -> bool {
    let returns_poll = match &signature.output {
        ReturnType::Type(_, type_) => last_of(type_).is_some_and(|last| last.ident == "Poll"),
        ReturnType::Default => false,
    };
    signature.inputs.iter().any(|input| match input {
        syn::FnArg::Typed(argument) => is_context(&argument.ty, returns_poll),
        syn::FnArg::Receiver(_) => false,
    })
}

fn is_context(type_: &Type, returns_poll: bool) -> bool {
    let Type::Reference(reference) = type_ else {
        return false;
    };
    let Type::Path(path) = &*reference.elem else {
        return false;
    };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    let of_std = path.path.segments.iter().any(|part| part.ident == "task");
    let fits = match &last.arguments {
        PathArguments::None => of_std || returns_poll,
        PathArguments::AngleBracketed(arguments) => {
            let is_lifetime = |it: &GenericArgument| matches!(it, GenericArgument::Lifetime(_));
            arguments.args.iter().all(is_lifetime)
        }
        PathArguments::Parenthesized(_) => false,
    };
    last.ident == "Context" && reference.mutability.is_some() && fits
}

fn last_of(type_: &Type) -> Option<&syn::PathSegment> {
    match type_ {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::takes_context;

    fn takes(signature: &str) -> bool {
        takes_context(&syn::parse_str(signature).expect("a signature"))
    }

    #[test]
    fn the_context_of_a_task_is_told_from_others() {
        assert!(takes(
            "fn more(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool"
        ));
        assert!(takes("fn more(&self, cx: &mut Context) -> Poll<u8>"));
        assert!(takes("fn more(&self, cx: &mut std::task::Context)"));
        assert!(!takes("fn poll_events(&self) -> bool"));
        assert!(!takes("fn draw(&self, cx: &mut Context)"));
        assert!(!takes("fn started(&mut self, cx: &mut Context<Self>)"));
        assert!(!takes("fn show(&self, cx: &Context<'_>) -> bool"));
    }
}
