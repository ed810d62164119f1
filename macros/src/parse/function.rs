//! The syntax of a function: the signature is parsed, the body stays one group of tokens.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{
    Attribute, FnArg, GenericParam, Ident, Lifetime, PatType, Signature, Token, Visibility,
    parse_quote,
};

use crate::tokens::body;
use crate::tokens::cfg::{self, Choice};

#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) default: Option<Token![default]>,
    pub(crate) sig: Signature,
    /// The span of its name as written, even if an option renames the function: errors about the call are shown there.
    pub(crate) at: Span,
    /// The braces of the body, without its inner attributes: those stand among `attrs`.
    pub(crate) body: Option<Group>,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let default = input.parse()?;
        let sig: Signature = input.parse()?;
        let mut body = None;
        if !input.peek(Token![;]) {
            body = Some(braces(input)?);
        } else if input.parse::<Token![;]>().is_ok() && !input.is_empty() {
            return Err(input.error("expected the end of the function"));
        }
        if let Some(group) = &mut body {
            let (inner, rest) = body::split_inner_attributes(group.stream());
            attrs.extend(inner);
            *group = body::regroup(group, rest);
        }
        Ok(Self {
            attrs: cfg::flat(attrs),
            vis,
            default,
            at: sig.ident.span(),
            sig,
            body,
        })
    }
}

/// The group of the body, freed from the invisible groups that `macro_rules!` puts around a `$body:block`.
fn braces(input: ParseStream<'_>) -> syn::Result<Group> {
    let rest = body::without_invisible_group(input.parse()?);
    let mut tokens = rest.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Brace => Ok(group),
        _ => Err(syn::Error::new_spanned(
            rest,
            "expected the body of a function",
        )),
    }
}

impl Function {
    /// The names of the lifetimes the function declares, without the quote.
    pub(crate) fn lifetimes(&self) -> Vec<String> {
        self.sig
            .generics
            .lifetimes()
            .map(|declared| declared.lifetime.ident.to_string())
            .collect()
    }

    /// The lifetime that `#[async_trait]` gives a method whose future it has boxed.
    pub(crate) fn boxed(&self) -> Option<&Lifetime> {
        let mut lifetimes = self.sig.generics.lifetimes();
        let found = lifetimes.find(|declared| declared.lifetime.ident == "async_trait");
        found.map(|declared| &declared.lifetime)
    }

    /// A generated name: this start, and as many `_` as make it unique in the function.
    pub(crate) fn fresh(&self, start: &str, span: Span) -> Ident {
        let (sig, body) = (&self.sig, &self.body);
        let tokens = quote!(#sig #body);
        let mut name = start.to_owned();
        while body::mentions(tokens.clone(), name.as_str()) {
            name.push('_');
        }
        Ident::new(&name, span)
    }

    /// The arguments without the receiver.
    pub(crate) fn typed(&self) -> impl Iterator<Item = &PatType> {
        self.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(argument),
            FnArg::Receiver(_) => None,
        })
    }

    /// The tokens of the body, none for a function without one.
    pub(crate) fn body_tokens(&self) -> TokenStream {
        self.body.as_ref().map(Group::stream).unwrap_or_default()
    }

    /// Whether this is a method that a trait only declares, as far as syntax can tell.
    pub(crate) fn is_declaration(&self) -> bool {
        let of_trait =
            self.sig.receiver().is_some() || body::names_self_type(self.sig.to_token_stream());
        self.body.is_none() && of_trait
    }

    /// The function with all its attributes.
    pub(crate) fn written(&self) -> TokenStream {
        let Self {
            attrs,
            vis,
            default,
            at: _,
            sig,
            body,
        } = self;
        let end = body.is_none().then(|| quote!(;));
        quote!(#(#attrs)* #vis #default #sig #body #end)
    }

    /// The function as it is if none of these `cfg` predicates holds: without the parts under them.
    pub(crate) fn without(&self, predicates: &[TokenStream]) -> Self {
        let held: Vec<_> = predicates.iter().map(ToString::to_string).collect();
        let stays = |attrs: &[Attribute]| {
            cfg::predicate(attrs).is_none_or(|predicate| !held.contains(&predicate.to_string()))
        };
        let mut function = self.clone();
        function.attrs.retain(|attr| {
            Choice::of(attr).is_none_or(|choice| !held.contains(&choice.predicate.to_string()))
        });
        let inputs = std::mem::take(&mut function.sig.inputs).into_iter();
        function.sig.inputs = inputs
            .filter(|input| match input {
                FnArg::Receiver(receiver) => stays(&receiver.attrs),
                FnArg::Typed(argument) => stays(&argument.attrs),
            })
            .collect();
        let parameters = std::mem::take(&mut function.sig.generics.params).into_iter();
        function.sig.generics.params = parameters
            .filter(|parameter| match parameter {
                GenericParam::Lifetime(parameter) => stays(&parameter.attrs),
                GenericParam::Type(parameter) => stays(&parameter.attrs),
                GenericParam::Const(parameter) => stays(&parameter.attrs),
            })
            .collect();
        function
    }

    /// The function under one more `#[cfg(..)]`.
    pub(crate) fn under(mut self, predicate: &TokenStream) -> Self {
        self.attrs.push(parse_quote!(#[cfg(#predicate)]));
        self
    }

    pub(crate) fn name(&self) -> &Ident {
        &self.sig.ident
    }
}

/// Whether the word before these tokens modifies a function: another modifier or `fn` follows.
pub(crate) fn is_modifier(after: &[TokenTree]) -> bool {
    let Some(TokenTree::Ident(next)) = after.first() else {
        return false;
    };
    ["fn", "async", "unsafe", "extern", "safe"]
        .iter()
        .any(|word| next == word)
}
