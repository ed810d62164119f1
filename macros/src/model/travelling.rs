//! Which type parameters stand for values that cross to the body.

use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use quote::quote;
use syn::{FnArg, GenericArgument, Path, ReturnType, Signature, Type};

use crate::parse::function::Function;
use crate::tokens::{body, borrow};

/// The type parameters around a function that must be able to travel.
pub(crate) enum Around {
    /// The attribute was shown them.
    Known(Vec<Ident>),
    /// What is called like one.
    Guessed(Vec<Ident>),
}

impl Around {
    pub(crate) fn names(&self) -> &[Ident] {
        match self {
            Self::Known(names) | Self::Guessed(names) => names,
        }
    }

    /// Whether something else than a parameter may be among them.
    pub(crate) fn may_err(&self) -> bool {
        matches!(self, Self::Guessed(names) if !names.is_empty())
    }
}

/// The type parameters of the `impl` around a method that stands alone, which the attribute is not shown: what is called
/// like one in the types that cross, `T` or `K2`, and is none of the method's.
pub(crate) fn around(function: &Function) -> Around {
    let sig = &function.sig;
    let (inputs, output) = (&sig.inputs, &sig.output);
    let is_method = sig.receiver().is_some()
        || body::names_self_type(quote!(#inputs #output))
        || body::names_self_type(function.body_tokens());
    if !is_method {
        return Around::Guessed(Vec::new());
    }
    let mut found = Vec::new();
    for input in &sig.inputs {
        if let FnArg::Typed(argument) = input {
            named_like_one(&argument.ty, &mut found);
        }
    }
    if let ReturnType::Type(_, ty) = output {
        named_like_one(ty, &mut found);
    }
    let own = |name: &Ident| {
        let mut own = sig.generics.type_params();
        own.any(|parameter| parameter.ident == *name)
    };
    found.retain(|name| !own(name));
    Around::Guessed(found)
}

/// Only where nothing but a type can stand: `N` in `[u8; N]` and `Grid<N>` may be a number.
fn named_like_one(ty: &Type, found: &mut Vec<Ident>) {
    match borrow::peel(ty) {
        Type::Reference(reference) => named_like_one(&reference.elem, found),
        Type::Slice(slice) => named_like_one(&slice.elem, found),
        Type::Array(array) => named_like_one(&array.elem, found),
        Type::Tuple(tuple) => tuple.elems.iter().for_each(|ty| named_like_one(ty, found)),
        Type::Path(path) if path.qself.is_none() => in_path(&path.path, found),
        _ => {}
    }
}

fn in_path(path: &Path, found: &mut Vec<Ident>) {
    if let Some(name) = path.get_ident() {
        let text = name.to_string();
        let mut letters = text.chars();
        let upper = letters
            .next()
            .is_some_and(|first| first.is_ascii_uppercase());
        if upper && letters.all(|rest| rest.is_ascii_digit()) && !found.contains(name) {
            found.push(name.clone());
        }
        return;
    }
    let containers = [
        "Arc", "BTreeMap", "BTreeSet", "Box", "HashMap", "HashSet", "Option", "Result", "Vec",
        "VecDeque",
    ];
    for name in containers {
        for argument in borrow::arguments_of(path, name)
            .iter()
            .flat_map(|list| &list.args)
        {
            if let GenericArgument::Type(ty) = argument {
                named_like_one(ty, found);
            }
        }
    }
}

/// Whether a value of the parameter may be among what crosses: an argument or the output names it, or names something that
/// may stand for it, such as `I::Item`.
pub(crate) fn travels(name: &Ident, sig: &Signature) -> bool {
    let (inputs, output) = (&sig.inputs, &sig.output);
    let crossing = quote!(#inputs #output);
    body::mentions(crossing.clone(), name)
        || body::mentions(crossing.clone(), "impl")
        || body::mentions(crossing.clone(), "as")
        || sig
            .generics
            .type_params()
            .any(|parameter| projects(crossing.clone(), &parameter.ident))
}

/// Whether the tokens hold `T::..`.
fn projects(tokens: TokenStream, name: &Ident) -> bool {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let here = tokens.windows(2).any(|pair| match pair {
        [TokenTree::Ident(word), TokenTree::Punct(colon)] => {
            word == name && colon.as_char() == ':' && colon.spacing() == Spacing::Joint
        }
        _ => false,
    });
    here || tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => projects(group.stream(), name),
        _ => false,
    })
}
