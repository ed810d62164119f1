//! Fragments of `macro_rules!` such as `$e:expr` are groups without delimiters. The compiler ignores such a group in the output of a
//! macro, so a fragment that would be parsed differently without its group gets parentheses.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use syn::Expr;

use crate::tokens::body::{regroup, without_invisible_group};

/// Keywords that begin an expression that ends with a block.
const WITH_BLOCK: [&str; 8] = [
    "if", "match", "loop", "while", "for", "unsafe", "const", "async",
];

/// Which neighbours would change the meaning of a fragment.
enum Hold {
    /// Nothing.
    Firm,
    /// `self.f`, which would be a method before `(..)`.
    Field,
    /// `-1` and `&x`: what follows with a dot or as `(..)` would take the end.
    Prefix,
    /// `a + b`, `x as u8`, `|x| x`, `S { x }`: each operator takes the nearest part. A pattern such as `A | B` as well.
    Loose,
    /// `{ f }(1)` and `if a { b } else { c } + 1`, of which a statement or an arm would end too early.
    Block,
    /// `{ x }`, which would be the body of a loop behind `..`.
    Braces,
}

/// The tokens with parentheses around the fragments that need them.
pub(crate) fn kept(tokens: TokenStream) -> TokenStream {
    changed(tokens.clone()).unwrap_or(tokens)
}

/// The tokens, if anything in them changed: what stays has delimiters with spans of their own.
fn changed(tokens: TokenStream) -> Option<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = Vec::with_capacity(tokens.len());
    let mut any = false;
    let (mut earlier, mut before) = (None, None);
    let mut rest = tokens.as_slice();
    while let Some((token, after)) = rest.split_first() {
        let new = match token {
            TokenTree::Group(group) => group_of(group, (earlier, before), after),
            _ => None,
        };
        any |= new.is_some();
        out.push(new.map_or_else(|| token.clone(), TokenTree::Group));
        (earlier, before, rest) = (before, Some(token), after);
    }
    any.then(|| out.into_iter().collect())
}

/// The group, if it or what is in it changes.
fn group_of(group: &Group, before: Before<'_>, after: &[TokenTree]) -> Option<Group> {
    let inside = changed(group.stream());
    if group.delimiter() != Delimiter::None {
        return inside.map(|inside| regroup(group, inside));
    }
    let inside = block(inside.clone().unwrap_or_else(|| group.stream())).or(inside);
    let is_torn = {
        let inside = inside.clone().unwrap_or_else(|| group.stream());
        tears(&hold(inside), before, after)
    };
    if !is_torn {
        return inside.map(|inside| regroup(group, inside));
    }
    let inside = inside.unwrap_or_else(|| group.stream());
    let mut kept = Group::new(Delimiter::Parenthesis, inside);
    // A macro's span, so that no lint reports them as unnecessary.
    kept.set_span(Span::mixed_site().located_at(group.span()));
    Some(kept)
}

/// The braces of a `$body:block` at the start get a macro's span, so that no lint reports them as unnecessary: the compiler no longer sees
/// that they come from a `macro_rules!`.
fn block(tokens: TokenStream) -> Option<TokenStream> {
    let mut tokens = tokens.into_iter();
    let braces = match tokens.next() {
        Some(TokenTree::Group(first)) if first.delimiter() == Delimiter::Brace => first,
        _ => return None,
    };
    let mut own = Group::new(Delimiter::Brace, braces.stream());
    own.set_span(Span::mixed_site().located_at(braces.span()));
    Some([TokenTree::Group(own)].into_iter().chain(tokens).collect())
}

/// The token before, behind the one before that.
type Before<'a> = (Option<&'a TokenTree>, Option<&'a TokenTree>);

fn hold(tokens: TokenStream) -> Hold {
    let tokens = without_invisible_group(tokens);
    let mut parts = tokens.clone().into_iter();
    match (parts.next(), parts.next()) {
        // A `$body:block` need not be read.
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Brace => {
            return Hold::Braces;
        }
        (Some(TokenTree::Group(group)), None) if group.delimiter() != Delimiter::None => {
            return Hold::Firm;
        }
        _ => {}
    }
    let leads_with_block = leads_with_block(&tokens);
    let has_braces = has_braces(&tokens);
    let Ok(value) = syn::parse2::<Expr>(tokens) else {
        return Hold::Firm;
    };
    match of(&value) {
        Hold::Loose if leads_with_block => Hold::Block,
        Hold::Firm | Hold::Field | Hold::Prefix if has_braces && may_end_early(&value) => {
            if leads_with_block {
                Hold::Block
            } else {
                Hold::Loose
            }
        }
        hold => hold,
    }
}

/// Whether a block or a keyword that has one comes first, perhaps behind a label: `'a: loop { .. }`.
fn leads_with_block(tokens: &TokenStream) -> bool {
    let mut tokens = tokens.clone().into_iter().peekable();
    if matches!(tokens.peek(), Some(TokenTree::Punct(sign)) if sign.as_char() == '\'') {
        tokens = tokens
            .skip(3)
            .collect::<TokenStream>()
            .into_iter()
            .peekable();
    }
    match tokens.next() {
        Some(TokenTree::Ident(word)) => is_any(&word, &WITH_BLOCK),
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None => {
            leads_with_block(&group.stream())
        }
        first => is_group(first.as_ref(), Delimiter::Brace),
    }
}

fn has_braces(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => match group.delimiter() {
            Delimiter::None => has_braces(&group.stream()),
            delimiter => delimiter == Delimiter::Brace,
        },
        _ => false,
    })
}

fn of(value: &Expr) -> Hold {
    match value {
        Expr::Group(group) => of(&group.expr),
        Expr::Range(range) if range.start.is_none() && range.end.is_none() => Hold::Firm,
        Expr::Assign(_)
        | Expr::Binary(_)
        | Expr::Break(_)
        | Expr::Cast(_)
        | Expr::Closure(_)
        | Expr::Range(_)
        | Expr::Return(_)
        | Expr::Struct(_)
        | Expr::Yield(_) => Hold::Loose,
        Expr::Unary(unary) => prefix(&unary.expr),
        Expr::Reference(reference) => prefix(&reference.expr),
        Expr::RawAddr(address) => prefix(&address.expr),
        Expr::Field(_) => Hold::Field,
        _ => Hold::Firm,
    }
}

/// A prefix before a closure extends to the end of the closure.
fn prefix(behind: &Expr) -> Hold {
    match of(behind) {
        Hold::Loose => Hold::Loose,
        _ => Hold::Prefix,
    }
}

/// Whether braces in it could be taken for the end of a condition or a statement: `S { x }.is_good()`, `m! { x }`.
fn may_end_early(value: &Expr) -> bool {
    matches!(
        value,
        Expr::Await(_)
            | Expr::Call(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Macro(_)
            | Expr::MethodCall(_)
            | Expr::RawAddr(_)
            | Expr::Reference(_)
            | Expr::Try(_)
            | Expr::Unary(_)
    )
}

fn tears(hold: &Hold, (earlier, before): Before<'_>, after: &[TokenTree]) -> bool {
    let next = after.first();
    let called = is_group(next, Delimiter::Parenthesis);
    match hold {
        Hold::Firm => false,
        Hold::Braces => ends_range(earlier, before),
        Hold::Field => called,
        Hold::Prefix => called || is_group(next, Delimiter::Bracket) || is_suffix(after),
        Hold::Loose => takes_start(earlier, before) || takes_end(before, after),
        Hold::Block => {
            let is_value =
                matches!(before, Some(TokenTree::Punct(sign)) if "=,(".contains(sign.as_char()));
            !is_value || takes_start(earlier, before) || takes_end(before, after)
        }
    }
}

/// Whether `..` or `..=` stands before.
fn ends_range(earlier: Option<&TokenTree>, before: Option<&TokenTree>) -> bool {
    let is_any = |token: Option<&TokenTree>, signs: &str| matches!(token, Some(TokenTree::Punct(sign)) if signs.contains(sign.as_char()));
    is_any(earlier, ".") && is_any(before, ".=")
}

/// `.name` and `?`, not `..`.
fn is_suffix(after: &[TokenTree]) -> bool {
    match after {
        [TokenTree::Punct(sign), next, ..] if sign.as_char() == '.' => {
            !matches!(next, TokenTree::Punct(_))
        }
        [TokenTree::Punct(sign), ..] => sign.as_char() == '?',
        _ => false,
    }
}

/// Whether an operator stands before. `=` and `=>` do not count: they take the whole expression.
fn takes_start(earlier: Option<&TokenTree>, before: Option<&TokenTree>) -> bool {
    let joint = |token: Option<&TokenTree>| match token {
        Some(TokenTree::Punct(sign)) if sign.spacing() == Spacing::Joint => Some(sign.as_char()),
        _ => None,
    };
    match before {
        Some(TokenTree::Punct(sign)) => match sign.as_char() {
            ',' | ';' | ':' => false,
            '=' => joint(earlier).is_some(),
            '>' => joint(earlier) != Some('='),
            _ => true,
        },
        Some(TokenTree::Ident(word)) => is_any(word, &["mut", "const"]),
        _ => false,
    }
}

/// Whether an operator follows, or what a condition decides on.
fn takes_end(before: Option<&TokenTree>, after: &[TokenTree]) -> bool {
    match after.first() {
        Some(TokenTree::Punct(sign)) => match sign.as_char() {
            ',' | ';' | '#' | '\'' => false,
            '=' => !matches!(after.get(1), Some(TokenTree::Punct(next)) if next.as_char() == '>'),
            _ => true,
        },
        Some(TokenTree::Ident(word)) => is_any(word, &["as", "else"]),
        Some(TokenTree::Group(group)) => match group.delimiter() {
            Delimiter::Parenthesis | Delimiter::Bracket => true,
            Delimiter::Brace => matches!(before, Some(TokenTree::Ident(_) | TokenTree::Punct(_))),
            Delimiter::None => false,
        },
        _ => false,
    }
}

fn is_group(token: Option<&TokenTree>, delimiter: Delimiter) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
}

fn is_any(word: &Ident, words: &[&str]) -> bool {
    words.iter().any(|known| word == known)
}
