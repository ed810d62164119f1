//! Closures in a body whose parameters have lifetimes of the function. With `'_` in their place a closure would take any lifetime, and
//! could not return or keep what it is given.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Pat, Token, Type};

use crate::tokens::body::{is_sign, regroup};
use crate::tokens::pointer::find;

/// Words behind which an expression begins.
const BEFORE: [&str; 10] = [
    "async", "break", "else", "if", "in", "match", "move", "return", "static", "while",
];

struct Parameter {
    attrs: Vec<Attribute>,
    pattern: Pat,
    ty: Option<Type>,
}

impl Parse for Parameter {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attrs: input.call(Attribute::parse_outer)?,
            pattern: Pat::parse_single(input)?,
            ty: match input.parse::<Option<Token![:]>>()? {
                Some(_) => Some(input.parse()?),
                None => None,
            },
        })
    }
}

/// The closure at the start, if one of its parameters has one of the lifetimes, and how many tokens it takes. `before`: the token in
/// front of it.
///
/// Output: `|__parameter0, y: u8| -> &'a str { let x: &'a str = __parameter0; .. }`, whose first parameter has one lifetime, which the
/// compiler finds.
pub(crate) fn with_own(
    tokens: &[TokenTree],
    before: Option<&TokenTree>,
    lifetimes: &[String],
) -> Option<(TokenStream, usize)> {
    let (bar, after) = tokens.split_first().filter(|(bar, _)| is_sign(bar, '|'))?;
    if lifetimes.is_empty() || ends_operand(before) {
        return None;
    }
    let end = after.iter().position(|token| is_sign(token, '|'))?;
    let (written, rest) = after.split_at_checked(end)?;
    let written = written.iter().cloned().collect();
    let mut parameters = Punctuated::<Parameter, Token![,]>::parse_terminated
        .parse2(written)
        .ok()?;
    let bindings = bindings(&mut parameters, lifetimes);
    let (close, rest) = rest.split_first().filter(|_| !bindings.is_empty())?;
    let (head, body, after) = body(rest)?;
    let body = with_bindings(body, &bindings);
    let (head, parameters) = (head.iter(), parameters.iter());
    let closure = quote!(#bar #(#parameters),* #close #(#head)* #body);
    Some((closure, tokens.len() - after.len()))
}

/// Takes the types with such lifetimes from the parameters. Output: `let x: &'a str = __parameter0;`
fn bindings(
    parameters: &mut Punctuated<Parameter, Token![,]>,
    lifetimes: &[String],
) -> TokenStream {
    let mut bindings = TokenStream::new();
    for (index, parameter) in parameters.iter_mut().enumerate() {
        let has = |ty: &Type| {
            let tokens = ty.to_token_stream();
            lifetimes
                .iter()
                .any(|name| find(tokens.clone(), name).is_some())
        };
        let Some(ty) = parameter.ty.take_if(|ty| has(ty)) else {
            continue;
        };
        let name = name(index);
        let pattern = std::mem::replace(&mut parameter.pattern, Pat::Verbatim(quote!(#name)));
        let attrs = std::mem::take(&mut parameter.attrs);
        let binding = quote_spanned!(name.span()=> #(#attrs)* let #pattern: #ty = #name;);
        bindings.extend(binding);
    }
    bindings
}

fn name(index: usize) -> Ident {
    format_ident!("__parameter{index}", span = Span::mixed_site())
}

impl ToTokens for Parameter {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, pattern, ty } = self;
        let ty = ty.iter();
        tokens.extend(quote!(#(#attrs)* #pattern #(: #ty)*));
    }
}

/// Whether an operand may end with this token, so that a `|` behind it is an operator.
fn ends_operand(before: Option<&TokenTree>) -> bool {
    match before {
        None => false,
        Some(TokenTree::Ident(word)) => !BEFORE.iter().any(|before| word == before),
        Some(TokenTree::Punct(sign)) => sign.as_char() == '?',
        Some(TokenTree::Group(_) | TokenTree::Literal(_)) => true,
    }
}

/// The return type with its arrow, the body, and what stands behind the closure.
fn body(tokens: &[TokenTree]) -> Option<(&[TokenTree], &[TokenTree], &[TokenTree])> {
    let declares = matches!(tokens, [minus, more, ..] if is_sign(minus, '-') && is_sign(more, '>'));
    let start = if declares {
        tokens.iter().position(is_block)?
    } else {
        0
    };
    let (head, rest) = tokens.split_at_checked(start)?;
    let length = if declares { 1 } else { length(rest) };
    let (body, after) = rest.split_at_checked(length)?;
    (!body.is_empty()).then_some((head, body, after))
}

/// How many tokens an expression takes: those to the next `,` or `;`, but for a `,` in a turbofish or in a type that a path begins with.
fn length(tokens: &[TokenTree]) -> usize {
    let (mut depth, mut before) = (0_usize, None);
    for (index, token) in tokens.iter().enumerate() {
        let is_behind = |sign| before.is_some_and(|before| is_sign(before, sign));
        // Behind an operand it compares, and two of them shift.
        let compares = ends_operand(before) || is_behind('>') || is_behind('<');
        if is_sign(token, '<') && (depth > 0 || !compares) {
            depth += 1;
        } else if is_sign(token, '>') && !is_behind('-') {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && (is_sign(token, ',') || is_sign(token, ';')) {
            return index;
        }
        before = Some(token);
    }
    tokens.len()
}

fn is_block(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

/// The body as a block that begins with the bindings.
fn with_bindings(body: &[TokenTree], bindings: &TokenStream) -> TokenTree {
    match body {
        [TokenTree::Group(block)] if block.delimiter() == Delimiter::Brace => {
            let inside = block.stream();
            regroup(block, quote!(#bindings #inside)).into()
        }
        body => {
            let body = body.iter();
            Group::new(Delimiter::Brace, quote!(#bindings #(#body)*)).into()
        }
    }
}
