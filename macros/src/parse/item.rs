//! The syntax of what may be annotated. The signature is parsed, the body stays one group of tokens.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Ident, ItemImpl, ItemTrait, Signature, Token, Visibility};

use crate::parse::block::{self, Block};
use crate::{diagnostics, tokens::body};

pub(crate) enum Item {
    Function(Box<Function>),
    Block(Box<Block<ItemImpl>>),
    Trait(Box<Block<ItemTrait>>),
    Other(Other),
}

#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) default: Option<Token![default]>,
    pub(crate) sig: Signature,
    /// The braces of the body, without its inner attributes: those stand among `attrs`.
    pub(crate) body: Option<Group>,
}

/// An item that is not a function, or one that syn cannot read.
pub(crate) struct Other {
    pub(crate) tokens: TokenStream,
    pub(crate) reason: Reason,
}

pub(crate) enum Reason {
    /// The keyword that says what the item is, and its name in a sentence.
    Kind(TokenTree, &'static str),
    Unreadable(syn::Error),
}

impl Item {
    /// What a value of `blocking` looks like here.
    pub(crate) fn blocking_example(&self) -> &'static str {
        match self {
            Self::Block(_) => "_blocking",
            Self::Trait(_) => "BlockingStore",
            _ => "load_blocking",
        }
    }

    /// Whether its methods are those of a trait.
    pub(crate) fn is_of_trait(&self) -> bool {
        match self {
            Self::Block(block) => block.head.trait_.is_some(),
            Self::Trait(_) => true,
            Self::Function(_) | Self::Other(_) => false,
        }
    }
}

impl Reason {
    pub(crate) fn error(&self) -> syn::Error {
        match self {
            Self::Kind(keyword, kind) => diagnostics::wrong_item(keyword, kind),
            Self::Unreadable(error) => diagnostics::unreadable(error),
        }
    }
}

pub(crate) fn parse(tokens: TokenStream) -> Item {
    let tokens = body::without_invisible_group(tokens);
    match Function::parse.parse2(tokens.clone()) {
        Ok(function) => Item::Function(Box::new(function)),
        Err(error) => {
            let reason = kind(&tokens).unwrap_or(Reason::Unreadable(error));
            parse_block(&tokens, &reason).unwrap_or_else(|error| {
                let reason = error.map_or(reason, Reason::Unreadable);
                Item::Other(Other { tokens, reason })
            })
        }
    }
}

/// The item as a block or a trait; an error only if it is one and cannot be read.
fn parse_block(tokens: &TokenStream, reason: &Reason) -> Result<Item, Option<syn::Error>> {
    match reason {
        Reason::Kind(_, BLOCK) => Ok(Item::Block(Box::new(block::parse(tokens.clone())?))),
        Reason::Kind(_, TRAIT) => Ok(Item::Trait(Box::new(block::parse(tokens.clone())?))),
        _ => Err(None),
    }
}

const BLOCK: &str = "an `impl` block";
const TRAIT: &str = "a trait";

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let default = input.parse()?;
        let sig = input.parse()?;
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
            attrs,
            vis,
            default,
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

/// What the item is when it is not a function: the first word that tells, after attributes and visibility.
fn kind(tokens: &TokenStream) -> Option<Reason> {
    let start = |input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<TokenStream>()
    };
    let rest: Vec<TokenTree> = start.parse2(tokens.clone()).ok()?.into_iter().collect();
    let mut rest = rest.as_slice();
    while let Some((token, after)) = rest.split_first() {
        let TokenTree::Ident(word) = token else {
            return None;
        };
        let name = match word.to_string().as_str() {
            "fn" => return None,
            "extern" if matches!(after, [TokenTree::Literal(_), TokenTree::Ident(_), ..]) => {
                rest = after.split_first()?.1;
                continue;
            }
            "extern" if matches!(after, [TokenTree::Ident(next), ..] if next == "crate") => {
                Some("an `extern crate`")
            }
            "const" | "extern" if is_modifier(after) => None,
            word => known(word).or(match after {
                [TokenTree::Punct(bang), ..] if bang.as_char() == '!' => Some("a macro call"),
                _ => None,
            }),
        };
        if let Some(name) = name {
            return Some(Reason::Kind(token.clone(), name));
        }
        rest = after;
    }
    None
}

fn known(word: &str) -> Option<&'static str> {
    Some(match word {
        "struct" => "a `struct`",
        "enum" => "an `enum`",
        "union" => "a `union`",
        "mod" => "a module",
        "const" => "a `const`",
        "static" => "a `static`",
        "type" => "a `type` alias",
        "use" => "a `use`",
        "extern" => "an `extern` block",
        "macro" | "macro_rules" => "a macro",
        "trait" => TRAIT,
        "impl" => BLOCK,
        _ => return None,
    })
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

impl Function {
    /// The names of the lifetimes the function declares, without the quote.
    pub(crate) fn lifetimes(&self) -> Vec<String> {
        self.sig
            .generics
            .lifetimes()
            .map(|declared| declared.lifetime.ident.to_string())
            .collect()
    }

    /// A name of the macro's own: what it starts with, and as many `_` as make it occur nowhere in the function.
    pub(crate) fn fresh(&self, start: &str, span: Span) -> Ident {
        let (sig, body) = (&self.sig, &self.body);
        let tokens = quote!(#sig #body);
        let mut name = start.to_owned();
        while body::mentions(tokens.clone(), name.as_str()) {
            name.push('_');
        }
        Ident::new(&name, span)
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
            sig,
            body,
        } = self;
        let end = body.is_none().then(|| quote!(;));
        quote!(#(#attrs)* #vis #default #sig #body #end)
    }

    pub(crate) fn name(&self) -> &Ident {
        &self.sig.ident
    }
}
