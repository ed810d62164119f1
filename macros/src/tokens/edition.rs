//! Names that are keywords since edition 2018: `async`, `await`, `dyn`, `try`. In a package of edition 2015 they are names.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use crate::tokens::body;

/// The item with `r#async` for the name `async`, which means the same there, and which can be parsed. Bodies stay as they are: only rustc
/// reads them.
pub(crate) fn raw(item: TokenStream) -> TokenStream {
    let is_function = (item.clone().into_iter()).any(|token| is_word(Some(&token), &["fn"]));
    names(item, !is_function)
}

/// `enters`: whether braces are those of a block, and not of a body.
fn names(tokens: TokenStream, enters: bool) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let (mut before, mut out) = (None, TokenStream::new());
    while let Some(token) = tokens.next() {
        let own = match &token {
            TokenTree::Ident(word) if is_name(word, before.as_ref(), tokens.peek()) => {
                Ident::new_raw(&word.to_string(), word.span()).into()
            }
            TokenTree::Group(group) if enters || group.delimiter() != Delimiter::Brace => {
                body::regroup(group, names(group.stream(), false)).into()
            }
            _ => token.clone(),
        };
        out.extend([own]);
        before = Some(token);
    }
    out
}

fn is_name(word: &Ident, before: Option<&TokenTree>, after: Option<&TokenTree>) -> bool {
    let is_behind_fn = is_word(before, &["fn"]);
    match word.to_string().as_str() {
        "async" => is_behind_fn || !is_word(after, &["fn", "unsafe", "extern"]),
        "await" | "try" => true,
        // Otherwise a trait follows.
        "dyn" => match after {
            Some(TokenTree::Punct(sign)) => matches!(sign.as_char(), ':' | ','),
            after => is_behind_fn || after.is_none(),
        },
        _ => false,
    }
}

fn is_word(token: Option<&TokenTree>, words: &[&str]) -> bool {
    matches!(token, Some(TokenTree::Ident(word)) if words.iter().any(|it| word == it))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn assert_raw(item: &str, expected: &str) {
        let tokens = |text: &str| text.parse::<TokenStream>().unwrap();
        assert_eq!(
            raw(tokens(item)).to_string(),
            tokens(expected).to_string(),
            "{item}"
        );
    }

    #[test]
    fn names_of_2015_are_raw() {
        assert_raw(
            "fn f(async: u8, dyn: Box<dyn Fn() + Send>, x: &try::await) -> u8 { async + dyn }",
            "fn f(r#async: u8, r#dyn: Box<dyn Fn() + Send>, x: &r#try::r#await) -> u8 { async + dyn }",
        );
        assert_raw(
            "impl async { fn dyn(&self, await: dyn::Send) { await!(x) } fn try() {} }",
            "impl r#async { fn r#dyn(&self, r#await: r#dyn::Send) { await!(x) } fn r#try() {} }",
        );
        assert_raw(
            "fn f() -> impl Fn() { async }",
            "fn f() -> impl Fn() { async }",
        );
        assert_raw("pub async fn f() {}", "pub async fn f() {}");
    }
}
