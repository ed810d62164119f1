//! Which items can be annotated, and how the others are named in errors.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, ItemImpl, ItemTrait, Visibility};

use crate::parse::bare_fn;
use crate::parse::block::{self, Block};
use crate::parse::function::{Function, is_modifier};
use crate::parse::naming::{self, Shown};
use crate::tokens::{body, edition};
use crate::{diagnostics, package};

pub(crate) enum Item {
    Function(Box<Function>),
    Block(Box<Block<ItemImpl>>),
    Trait(Box<Block<ItemTrait>>),
    Other(Other),
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
    /// How names are written here.
    pub(crate) fn shown(&self) -> Shown {
        match self {
            Self::Block(block) if block.head.trait_.is_some() => naming::OF_IMPLEMENTATION,
            Self::Block(_) => naming::OF_BLOCK,
            Self::Trait(_) => naming::OF_TRAIT,
            _ => naming::OF_FUNCTION,
        }
    }

    /// Whether it implements a trait.
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

/// Whether the package has edition 2015.
pub(crate) fn is_of_2015() -> bool {
    package::current().is_of_2015
}

/// The item, and mistakes in it that were mended to read it.
pub(crate) fn parse_mended(tokens: TokenStream) -> (Item, Vec<syn::Error>) {
    let item = parse(tokens);
    if let Item::Other(Other {
        tokens,
        reason: Reason::Unreadable(_),
    }) = &item
    {
        let is_block = matches!(kind(tokens), Some(Reason::Kind(_, BLOCK | TRAIT)));
        if let Some((tokens, errors)) = bare_fn::mended(tokens, is_block) {
            return (parse(tokens), errors);
        }
    }
    (item, Vec::new())
}

pub(crate) fn parse(tokens: TokenStream) -> Item {
    let mut tokens = body::without_invisible_group(tokens);
    if is_of_2015() {
        tokens = edition::raw(tokens);
    }
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

/// The kind of an item that is not a function: the first keyword after attributes and visibility.
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
