//! Renames `self` and the function's lifetimes in a body that becomes a closure.

use proc_macro2::{Group, Ident, Literal, TokenStream, TokenTree};

use crate::tokens::body::{is_quote, nested_item, regroup};
use crate::tokens::{closure, pointer};

/// The names to replace. Every token keeps its span, so hygiene works as before.
pub(crate) struct Rewrite<'a> {
    /// The new name of `self`, for a method.
    pub(crate) receiver: Option<&'a str>,
    /// The lifetimes that become `'_`: the closure has lifetimes of its own.
    pub(crate) lifetimes: &'a [String],
}

/// The names of macros of std whose string literals are text, not formats.
const PLAIN_TEXT: [&str; 7] = [
    "concat",
    "env",
    "include_bytes",
    "include_str",
    "option_env",
    "stringify",
    "vec",
];

/// The names of macros of std that compare two values before they format something.
const COMPARED: [&str; 4] = [
    "assert_eq",
    "assert_ne",
    "debug_assert_eq",
    "debug_assert_ne",
];

impl Rewrite<'_> {
    pub(crate) fn apply(&self, tokens: TokenStream) -> TokenStream {
        if self.receiver.is_none() && self.lifetimes.is_empty() {
            return tokens;
        }
        self.stream(tokens, None)
    }

    /// `formats`: these are the arguments of a macro, and after that many of them a string may capture `{self}`.
    fn stream(&self, tokens: TokenStream, formats: Option<usize>) -> TokenStream {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut out = TokenStream::new();
        let mut values = formats.unwrap_or(0);
        let mut formats = self.receiver.filter(|_| formats.is_some());
        let (mut earlier, mut before) = (None, None);
        let mut rest = tokens.as_slice();
        while let Some((token, after)) = rest.split_first() {
            if let Some((kept, after)) = rest.split_at_checked(untouched(rest, before)) {
                if let Some(last) = kept.last() {
                    out.extend(kept.iter().cloned());
                    (earlier, before, rest) = (None, Some(last), after);
                    continue;
                }
            }
            if let Some((own, after)) = self.with_own_lifetimes(rest, before) {
                out.extend(own);
                (earlier, before, rest) = (None, Some(token), after);
                continue;
            }
            let new = match token {
                TokenTree::Group(group) => self.group(group, earlier, before).into(),
                TokenTree::Ident(word) => self.word(word, before),
                TokenTree::Literal(text)
                    if values == 0 && is_whole_argument(before, after.first()) =>
                {
                    let name = formats;
                    formats = formats.filter(|_| !has_placeholder(text));
                    name.map_or_else(|| text.clone(), |name| format_capture(text, name))
                        .into()
                }
                token => token.clone(),
            };
            values -= usize::from(values > 0 && is_punct(token, ','));
            out.extend([new]);
            (earlier, before, rest) = (before, Some(token), after);
        }
        out
    }

    /// The type of a function at the start whose result has one of the lifetimes, or a closure whose parameter has one, and the tokens
    /// behind it.
    fn with_own_lifetimes<'t>(
        &self,
        tokens: &'t [TokenTree],
        before: Option<&TokenTree>,
    ) -> Option<(TokenStream, &'t [TokenTree])> {
        if self.lifetimes.is_empty() {
            return None;
        }
        let own = pointer::with_own(tokens, self.lifetimes);
        let own = own.or_else(|| closure::with_own(tokens, before, self.lifetimes));
        let (own, length) = own?;
        Some((self.stream(own, None), tokens.get(length..)?))
    }

    fn group(
        &self,
        group: &Group,
        earlier: Option<&TokenTree>,
        before: Option<&TokenTree>,
    ) -> Group {
        let formats = match (earlier, before) {
            (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(bang)))
                if bang.as_char() == '!' =>
            {
                if name == "stringify" {
                    return group.clone();
                }
                let compares = COMPARED.iter().any(|compares| name == compares);
                let plain = PLAIN_TEXT.iter().any(|plain| name == plain);
                (!plain).then_some(if compares { 2 } else { 0 })
            }
            _ => None,
        };
        regroup(group, self.stream(group.stream(), formats))
    }

    fn word(&self, word: &Ident, before: Option<&TokenTree>) -> TokenTree {
        if is_quote(before) {
            let declared = self.lifetimes.iter().any(|lifetime| word == lifetime);
            return if declared {
                Ident::new("_", word.span())
            } else {
                word.clone()
            }
            .into();
        }
        match self.receiver {
            Some(name) if word == "self" => Ident::new(name, word.span()).into(),
            _ => word.clone().into(),
        }
    }
}

/// How many tokens at the start stay as they are: a nested item, a `use`, the path of `self::x`, `pub(self)`, a label.
fn untouched(tokens: &[TokenTree], before: Option<&TokenTree>) -> usize {
    match tokens {
        [
            TokenTree::Ident(word),
            TokenTree::Punct(a),
            TokenTree::Punct(b),
            ..,
        ] if word == "self" && a.as_char() == ':' && b.as_char() == ':' => 1,
        [TokenTree::Ident(word), TokenTree::Group(_), ..] if word == "pub" => 2,
        [TokenTree::Ident(word), next, ..] if word == "use" && !is_punct(next, '<') => {
            until_semicolon(tokens)
        }
        [TokenTree::Punct(quote), TokenTree::Ident(_), after, ..]
            if quote.as_char() == '\'' && (jumps(before) || is_punct(after, ':')) =>
        {
            2
        }
        [TokenTree::Punct(quote), TokenTree::Ident(_)]
            if quote.as_char() == '\'' && jumps(before) =>
        {
            2
        }
        _ => nested_item(tokens),
    }
}

fn until_semicolon(tokens: &[TokenTree]) -> usize {
    let end = tokens.iter().position(|token| is_punct(token, ';'));
    end.map_or(0, |index| index + 1)
}

/// Whether a lifetime after this token is a label.
fn jumps(before: Option<&TokenTree>) -> bool {
    matches!(before, Some(TokenTree::Ident(word)) if word == "break" || word == "continue")
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn is_whole_argument(before: Option<&TokenTree>, after: Option<&TokenTree>) -> bool {
    let border = |token: Option<&TokenTree>| token.is_none_or(|token| is_punct(token, ','));
    border(before) && border(after)
}

/// Whether the text formats something, so that later strings are arguments and not formats.
fn has_placeholder(text: &Literal) -> bool {
    text.to_string().replace("{{", "").contains('{')
}

/// The format string with `{self}` and `{x:self$}` spelled `{__self}` and `{x:__self$}`.
fn format_capture(text: &Literal, name: &str) -> Literal {
    let source = text.to_string();
    if !source.contains("self") || !(source.starts_with('"') || source.starts_with('r')) {
        return text.clone();
    }
    let mut out = String::with_capacity(source.len() + 2);
    let mut rest = source.as_str();
    while let Some((head, tail)) = rest.split_once('{') {
        out.push_str(head);
        out.push('{');
        if let Some(escaped) = tail.strip_prefix('{') {
            out.push('{');
            rest = escaped;
            continue;
        }
        let Some((inside, after)) = tail.split_once('}') else {
            rest = tail;
            break;
        };
        out.push_str(&placeholder(inside, name));
        out.push('}');
        rest = after;
    }
    out.push_str(rest);
    let Ok(mut new) = out.parse::<Literal>() else {
        return text.clone();
    };
    new.set_span(text.span());
    new
}

/// The text between the braces: a name, and after a colon a format, which may take its width from a name.
fn placeholder(inside: &str, name: &str) -> String {
    let (argument, format) = inside.split_once(':').unwrap_or((inside, ""));
    let argument = match argument.trim() {
        "self" => argument.replace("self", name),
        _ => argument.to_owned(),
    };
    let format = width(format, name);
    let colon = if inside.contains(':') { ":" } else { "" };
    format!("{argument}{colon}{format}")
}

/// The format with `self$` spelled `__self$`. A `0` before it is a flag; other letters before it belong to another name.
fn width(format: &str, name: &str) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("self$") {
        let longer = before.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let longer = longer.take(1).any(|start| !matches!(start, "" | "0"));
        out.push_str(before);
        out.push_str(if longer { "self" } else { name });
        out.push('$');
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn a_width_is_renamed_only_under_its_whole_name() {
        for format in ["self$", ">self$", "#0self$.self$"] {
            assert_eq!(width(format, "me"), format.replace("self$", "me$"));
        }
        for format in [">myself$", "a_self$", "x1self$", "?", "self"] {
            assert_eq!(width(format, "me"), format);
        }
    }
}
