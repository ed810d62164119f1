//! The syntax of `impl` blocks and traits: a head that syn reads, and members whose bodies stay tokens.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parse;
use syn::token::Brace;
use syn::{Attribute, ImplItem, ItemImpl, ItemTrait, TraitItem, Visibility};

use crate::diagnostics::Errors;
use crate::parse::function::{Function, is_modifier};
use crate::parse::method;
use crate::parse::options::Options;
use crate::{
    parse::attribute,
    tokens::{body, cfg},
};

/// An `impl` block or a trait.
pub(crate) struct Block<H> {
    /// Everything but the members. Inner attributes are among the others.
    pub(crate) head: H,
    pub(crate) members: Vec<Member>,
}

pub(crate) enum Member {
    Function(Box<Function>),
    /// A constant, a type or a macro call.
    Other(TokenStream),
}

/// The tokens that a block can start with.
pub(crate) trait Head: Parse {
    fn attrs(&mut self) -> &mut Vec<Attribute>;

    /// The braces of the user.
    fn braces(&self) -> Brace;

    /// Puts the members between these braces.
    fn fill(&mut self, braces: Brace, members: TokenStream);
}

impl Head for ItemImpl {
    fn attrs(&mut self) -> &mut Vec<Attribute> {
        &mut self.attrs
    }

    fn braces(&self) -> Brace {
        self.brace_token
    }

    fn fill(&mut self, braces: Brace, members: TokenStream) {
        (self.brace_token, self.items) = (braces, vec![ImplItem::Verbatim(members)]);
    }
}

impl Head for ItemTrait {
    fn attrs(&mut self) -> &mut Vec<Attribute> {
        &mut self.attrs
    }

    fn braces(&self) -> Brace {
        self.brace_token
    }

    fn fill(&mut self, braces: Brace, members: TokenStream) {
        (self.brace_token, self.items) = (braces, vec![TraitItem::Verbatim(members)]);
    }
}

impl<H: Head + Clone + ToTokens> Block<H> {
    pub(crate) fn functions(&self) -> impl Iterator<Item = &Function> {
        self.members.iter().filter_map(Member::function)
    }

    /// The block as it was before.
    pub(crate) fn written(&self) -> TokenStream {
        let mut head = self.head.clone();
        let members = self.members.iter().map(Member::written).collect();
        head.fill(head.braces(), members);
        head.into_token_stream()
    }
}

impl Member {
    /// The member as it was before, without any `#[offload]`.
    pub(crate) fn written(&self) -> TokenStream {
        match self {
            Self::Function(function) => function.written(),
            Self::Other(tokens) => tokens.clone(),
        }
    }

    pub(crate) fn function(&self) -> Option<&Function> {
        match self {
            Self::Function(function) => Some(function),
            Self::Other(_) => None,
        }
    }

    pub(crate) fn is_function(&self) -> bool {
        self.function().is_some()
    }

    /// Removes the attribute of a method and returns its options, completed by those of the block.
    pub(crate) fn options(&mut self, block: &Options, suffix: Option<&Ident>) -> Option<Options> {
        match self {
            Self::Function(function) => Some(method::options(block, suffix, function)),
            Self::Other(_) => None,
        }
    }

    /// The method, if other modules may call it.
    pub(crate) fn offered(&self) -> Option<&Function> {
        match self {
            Self::Function(function) if !matches!(function.vis, Visibility::Inherited) => {
                Some(function)
            }
            _ => None,
        }
    }

    /// In a block that stays as written, a method with nothing but `#[offload(skip)]` is a member like any other.
    pub(crate) fn set_aside(&mut self) {
        if let Some(function) = self.skipped() {
            *self = Self::Other(function.written());
        }
    }

    /// The method without its `#[offload(skip)]`, if it has nothing else of ours.
    pub(crate) fn skipped(&self) -> Option<Function> {
        let mut function = self.function()?.clone();
        let own = attribute::take_options(&mut function.attrs);
        matches!(own.as_slice(), [attr] if method::skips(attr)).then_some(function)
    }

    /// In a block that stays as written, no method has options of its own.
    pub(crate) fn refuse_options(&mut self, owner: Option<&Ident>, errors: &mut Errors) {
        if let Self::Function(function) = self {
            let mut found = Errors::default();
            for attr in attribute::take_options(&mut function.attrs) {
                method::refuse(&attr, owner, &mut found);
            }
            errors.of_part(cfg::predicate(&function.attrs).as_ref(), found);
        }
    }
}

/// Reads the head as a block without members, and the members one by one.
pub(crate) fn parse<H: Head>(tokens: TokenStream) -> syn::Result<Block<H>> {
    let mut head: Vec<TokenTree> = tokens.into_iter().collect();
    let braces = match head.pop() {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group,
        last => return Err(syn::Error::new_spanned(last, "expected `{`")),
    };
    head.push(body::regroup(&braces, TokenStream::new()).into());
    let mut head: H = syn::parse2(head.into_iter().collect())?;
    let (inner, inside) = body::split_inner_attributes(braces.stream());
    head.attrs().extend(inner);
    head.fill(
        Brace {
            span: braces.delim_span(),
        },
        TokenStream::new(),
    );
    let inside: Vec<TokenTree> = inside.into_iter().collect();
    let mut rest = inside.as_slice();
    let mut members = Vec::new();
    while let Some((member, after)) = rest.split_at_checked(length(rest)) {
        if member.is_empty() {
            break;
        }
        members.push(self::member(member.iter().cloned().collect())?);
        rest = after;
    }
    Ok(Block { head, members })
}

fn member(tokens: TokenStream) -> syn::Result<Member> {
    let tokens = body::without_invisible_group(tokens);
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    match kind(&trees) {
        Some(MemberKind::Function) => Ok(Member::Function(Box::new(syn::parse2(tokens)?))),
        _ => Ok(Member::Other(tokens)),
    }
}

enum MemberKind {
    Function,
    Macro,
    /// A constant or a type, which ends with a semicolon.
    Declaration,
}

/// The kind of the first member, by the first token that decides it.
fn kind(tokens: &[TokenTree]) -> Option<MemberKind> {
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        match token {
            TokenTree::Ident(word) if word == "fn" => return Some(MemberKind::Function),
            TokenTree::Ident(word) if word == "type" => return Some(MemberKind::Declaration),
            TokenTree::Ident(word) if word == "const" && !is_modifier(after) => {
                return Some(MemberKind::Declaration);
            }
            TokenTree::Punct(sign) if sign.as_char() == '!' => return Some(MemberKind::Macro),
            _ => rest = after,
        }
    }
    None
}

/// The number of tokens of the first member.
fn length(tokens: &[TokenTree]) -> usize {
    let declares = matches!(kind(tokens), Some(MemberKind::Declaration));
    let mut rest = tokens;
    let mut opened = false;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        let ends = match token {
            TokenTree::Punct(sign) => sign.as_char() == ';',
            TokenTree::Group(group) => {
                !declares && is_end(group, opened) && !is_argument(after.first())
            }
            _ => false,
        };
        opened |= !matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
            && !matches!(token, TokenTree::Punct(sign) if sign.as_char() == '#');
        if ends {
            break;
        }
    }
    tokens.len() - rest.len()
}

/// Whether the group ends a member: braces, or what `macro_rules!` made of a `$body:block` or of a whole `$item:item`.
fn is_end(group: &Group, opened: bool) -> bool {
    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
    match (group.delimiter(), inside.as_slice()) {
        (Delimiter::Brace, _) => true,
        (Delimiter::None, [TokenTree::Group(group)]) => is_end(group, opened),
        (Delimiter::None, [.., TokenTree::Group(last)]) if !opened => is_end(last, opened),
        (Delimiter::None, [.., TokenTree::Punct(last)]) => !opened && last.as_char() == ';',
        _ => false,
    }
}

/// Whether braces before this token are an argument in a type: `Matrix<{ N }>`.
fn is_argument(after: Option<&TokenTree>) -> bool {
    matches!(after, Some(TokenTree::Punct(sign)) if matches!(sign.as_char(), '>' | ','))
}
