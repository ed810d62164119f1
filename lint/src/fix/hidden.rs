//! Finds names in code that the compiler may not have seen: under a `cfg`, in a macro, or in a file that it has not read.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use super::text::code;

/// The offsets of `name` in such code. `is_read`: whether the compiler has read the file.
pub(super) fn hidden(name: &str, is_method: bool, text: &str, is_read: bool) -> Vec<usize> {
    if !text.contains(name) {
        return Vec::new();
    }
    let (base, code) = code(text);
    let mut names = Names {
        name,
        is_method,
        base,
        found: Vec::new(),
    };
    match code.parse::<TokenStream>() {
        Ok(tokens) => names.look(tokens, !is_read),
        // What the compiler has read and is no Rust is a text that code includes.
        Err(_) if is_read => {}
        Err(_) => names.found.extend(text.find(name)),
    }
    names.found
}

struct Names<'a> {
    name: &'a str,
    is_method: bool,
    base: usize,
    found: Vec<usize>,
}

/// What a `cfg` covers, which decides where its effect ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// A field, argument or arm, which ends with a comma. It may turn out to be an item or a statement.
    Part,
    /// An item, which ends with a block or a semicolon.
    Item,
    /// A statement, which ends with a semicolon.
    Statement,
}

impl Names<'_> {
    fn look(&mut self, tokens: TokenStream, is_hidden: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let is_hidden = is_hidden || (0..tokens.len()).any(|at| is_about_all(&tokens, at));
        let mut about = None;
        for (at, token) in tokens.iter().enumerate() {
            if is_condition(&tokens, at) {
                about = Some(About::Part);
            }
            let is_hidden = is_hidden || about.is_some();
            match token {
                TokenTree::Group(group) if !is_attribute(&tokens, at) => {
                    self.look(group.stream(), is_hidden || is_of_macro(&tokens[..at]));
                }
                TokenTree::Ident(word) if is_hidden && self.is_use(word, &tokens[..at]) => {
                    self.found.push(word.span().byte_range().start + self.base);
                }
                _ => {}
            }
            about = about.and_then(|about| after(about, token, tokens.get(at + 1)));
        }
    }

    /// Whether the word may name the function, or another version of it. `before` tells fields and methods from free functions.
    fn is_use(&self, word: &Ident, before: &[TokenTree]) -> bool {
        let is_after = |sign| is_punct(before.last(), sign);
        let is_defined = matches!(before.last(), Some(TokenTree::Ident(it)) if it == "fn");
        let fits = if self.is_method {
            is_after('.') || is_after(':') || is_defined
        } else {
            !is_after('.')
        };
        word == self.name && fits
    }
}

/// What the `cfg` still covers after `token`.
fn after(about: About, token: &TokenTree, next: Option<&TokenTree>) -> Option<About> {
    let items = [
        "fn", "impl", "mod", "trait", "struct", "enum", "union", "extern",
    ];
    let statements = ["let", "use", "static", "const", "type"];
    let goes_on = match next {
        Some(TokenTree::Ident(word)) => word == "else" || word == "as",
        // Other punctuation continues an expression.
        Some(TokenTree::Punct(sign)) => !['#', '\'', ','].contains(&sign.as_char()),
        _ => false,
    };
    match token {
        TokenTree::Punct(sign) if sign.as_char() == ';' => None,
        TokenTree::Punct(sign) if sign.as_char() == ',' && about == About::Part => None,
        TokenTree::Group(group)
            if group.delimiter() == Delimiter::Brace && about != About::Statement && !goes_on =>
        {
            None
        }
        TokenTree::Ident(word) if items.iter().any(|one| word == one) => Some(About::Item),
        TokenTree::Ident(word)
            if about == About::Part && statements.iter().any(|one| word == one) =>
        {
            Some(About::Statement)
        }
        _ => Some(about),
    }
}

/// Macros of the standard library whose arguments are all compiled, and keywords that may stand before the operator `!`.
const WHOLE: &str = "assert assert_eq assert_ne dbg debug_assert debug_assert_eq debug_assert_ne eprint eprintln format \
    format_args matches panic print println todo unimplemented unreachable vec write writeln if while match in return break";

/// Whether a group after these tokens is the argument of a macro that may drop it, or the body of a `macro_rules!`.
fn is_of_macro(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Ident(word), sign, TokenTree::Ident(_)] => {
            word == "macro_rules" && is_punct(Some(sign), '!')
        }
        [.., TokenTree::Ident(name), sign] => {
            is_punct(Some(sign), '!') && !WHOLE.split(' ').any(|one| name == one)
        }
        _ => false,
    }
}

fn is_punct(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(it)) if it.as_char() == sign)
}

/// Whether a `cfg` begins there. `cfg(test)` does not count, since tests are compiled.
fn is_condition(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), '#') && has_condition(tokens.get(at + 1))
}

/// Whether the `cfg` there covers the whole group that it is in: as `#![cfg(..)]` does, and `if #[cfg(..)]` with its `else`.
fn is_about_all(tokens: &[TokenTree], at: usize) -> bool {
    let is_inner = is_punct(tokens.get(at), '#')
        && is_punct(tokens.get(at + 1), '!')
        && has_condition(tokens.get(at + 2));
    let is_if = matches!(&tokens[at], TokenTree::Ident(word) if word == "if");
    is_inner || (is_if && is_condition(tokens, at + 1))
}

fn has_condition(attribute: Option<&TokenTree>) -> bool {
    let Some(TokenTree::Group(group)) = attribute else {
        return false;
    };
    let mut inside = group.stream().into_iter();
    let is_cfg = matches!(inside.next(), Some(TokenTree::Ident(word)) if word == "cfg");
    let is_test = inside
        .next()
        .is_some_and(|of| of.to_string().replace(' ', "") == "(test)");
    group.delimiter() == Delimiter::Bracket && is_cfg && !is_test
}

fn is_attribute(tokens: &[TokenTree], at: usize) -> bool {
    let before = |back: usize, sign| {
        at.checked_sub(back)
            .is_some_and(|at| is_punct(tokens.get(at), sign))
    };
    let is_bracket =
        matches!(&tokens[at], TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
    is_bracket && (before(1, '#') || (before(1, '!') && before(2, '#')))
}

#[cfg(test)]
mod tests {
    use super::hidden;

    fn count(text: &str) -> usize {
        hidden("load", false, text, true).len()
    }

    #[test]
    fn names_under_conditions_are_seen() {
        for text in [
            "#[cfg(windows)] fn a<A, B>(b: u8) { load(1) } fn c() { load(2) }",
            "#[cfg(windows)] use a::{b, load}; use a::load;",
            "fn a() { #[cfg(windows)] let b = if c { 1 } else { load(1) }; load(2); }",
            "fn a() { #[cfg(windows)] load(1); load(2); }",
            "fn a() { match b { #[cfg(windows)] 1 => load(1), 2 => load(2) } }",
            "fn a() { #[cfg(windows)] if b { c } else { load(1) } load(2) }",
            "if_cfg! { if #[cfg(windows)] { 1 } else { load(1) } } fn a() { load(2) }",
            "mod a { #![cfg(windows)] fn b() { load(1) } } fn c() { load(2) }",
            "#[cfg(windows)] fn load() {} #[cfg(test)] fn a() { load(2) }",
            "cfg_select! { windows => { fn a() { load(1); } } _ => {} } fn b() { load(2) }",
            "cfg_win! { mod a { fn b() { c(load) } } } fn b() { load(2) }",
            "macro_rules! a { () => { load(1) } } fn b() { load(2) }",
            "fn a() { b::cfg!(load(1)); load(2) }",
            "fn a() { #[cfg(windows)] unsafe { api() }.map(load); load(2) }",
            "fn a() { #[cfg(windows)] match b { _ => c }?.map(load); load(2) }",
            "fn a() { B { #[cfg(windows)] c: if d { 1 } else { 2 } + load(1), e: load(2) } }",
            "fn a() { b(#[cfg(windows)] { 1 } as u8 + load(1), load(2)) }",
            "#[cfg(windows)] #[doc = \"load\"] fn a() { b.load(1); self::load(1) } fn c() { load(2) }",
        ] {
            assert_eq!(count(text), 1, "{text}");
        }
        for text in [
            "fn a() { load(1) }",
            "#[cfg(a)] fn b() { c.load(1) }",
            "#[cfg(a)] fn b(load_all: u8) {}",
            "fn a() { println!(\"{}\", load); vec![load] }",
            "fn a() { while !done { load(1) } if !(load(2)) {} }",
            "#[cfg(a)] fn b() {} #[test] fn c() { load(1) }",
        ] {
            assert_eq!(count(text), 0, "{text}");
        }
    }

    #[test]
    fn all_of_a_file_that_is_not_read_is_seen() {
        let text = "\u{feff}fn a() { load(1); b.load(1) }";
        let found = |is_method| hidden("load", is_method, text, false);
        assert_eq!(found(false), [12]);
        assert_eq!(found(true), [23]);
    }
}
