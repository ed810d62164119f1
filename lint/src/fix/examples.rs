//! Finds names in examples of documentation, which are compiled only as tests: in comments, and in text that comments include.

use proc_macro2::{Literal, TokenStream, TokenTree};

use super::text::code;

/// The offsets of the comments in `text` with an example that has the name.
pub(super) fn in_comments(name: &str, is_method: bool, text: &str) -> Vec<usize> {
    if !text.contains(name) {
        return Vec::new();
    }
    let (base, code) = code(text);
    let mut found = Vec::new();
    if let Ok(tokens) = code.parse::<TokenStream>() {
        let name = Name { name, is_method };
        look(tokens, code, &name, &mut found);
    }
    found.iter().map(|at| at + base).collect()
}

/// The offsets of the lines that have the name in an example.
pub(super) fn in_markdown(name: &str, is_method: bool, text: &str) -> Vec<usize> {
    let name = Name { name, is_method };
    let mut example = Example::default();
    let mut at = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        if example.is_code(line) && name.is_in(line) {
            found.push(at);
        }
        at += line.len();
    }
    found
}

/// The tokenizer turns each line of a documentation comment into an attribute `doc`.
fn look(tokens: TokenStream, code: &str, name: &Name<'_>, found: &mut Vec<usize>) {
    let mut example = Example::default();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                if let Some((at, comment)) = comment(group.stream()) {
                    let mut has = false;
                    let is_block = code[at..].starts_with("/*");
                    let is_line = code[at..].starts_with("//");
                    // No `any`: each line has to be read, since it may begin or end an example.
                    for line in comment.lines() {
                        let line = match line.strip_prefix(' ') {
                            Some(line) if is_line => line,
                            _ if is_block => without_star(line),
                            _ => line,
                        };
                        has |= example.is_code(line) && name.is_in(line);
                    }
                    found.extend(has.then_some(at));
                } else {
                    look(group.stream(), code, name, found);
                }
            }
            TokenTree::Punct(_) => {}
            // The comment ends where its item begins.
            TokenTree::Ident(_) | TokenTree::Literal(_) => example = Example::default(),
        }
    }
}

/// The text of `doc = ".."`, and where it is.
fn comment(attribute: TokenStream) -> Option<(usize, String)> {
    let tokens: Vec<TokenTree> = attribute.into_iter().collect();
    let [
        TokenTree::Ident(word),
        TokenTree::Punct(_),
        TokenTree::Literal(text),
    ] = &tokens[..]
    else {
        return None;
    };
    let at = text.span().byte_range().start;
    (word == "doc").then_some(())?;
    Some((at, string(text)?))
}

fn string(text: &Literal) -> Option<String> {
    match syn::Lit::new(text.clone()) {
        syn::Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}

/// A line of a block comment without the ` * ` that it may begin with.
fn without_star(line: &str) -> &str {
    match line.trim_start().strip_prefix('*') {
        Some("") => "",
        Some(rest) => rest.strip_prefix(' ').unwrap_or(line),
        None => line,
    }
}

/// The state from one line to the next: whether it is in an example.
#[derive(Default)]
struct Example {
    inside: Option<Fence>,
}

struct Fence {
    /// The backticks or tildes that begin it, and end it.
    sign: String,
    is_rust: bool,
    /// How many block quotes it is in.
    quotes: usize,
}

impl Example {
    fn is_code(&mut self, line: &str) -> bool {
        let (quotes, text) = without_quotes(line);
        // The end of a block quote ends a fence inside it.
        self.inside = self.inside.take().filter(|it| it.quotes <= quotes);
        let Some(fence) = &self.inside else {
            self.inside = fence(text, quotes);
            // Markdown takes a line indented by four spaces as code.
            let is_indented = text.starts_with("    ") || text.starts_with('\t');
            return self.inside.is_none() && is_indented;
        };
        // A fence outside of block quotes may have code that begins with `>`.
        let end = if fence.quotes == 0 { line } else { text };
        let is_rust = fence.is_rust;
        if signs(end.trim()).starts_with(&fence.sign) {
            self.inside = None;
            return false;
        }
        is_rust
    }
}

/// The number of block quotes around the line, and what is in them.
fn without_quotes(line: &str) -> (usize, &str) {
    let mut rest = line;
    let mut quotes = 0;
    while let Some(inner) = rest.trim_start().strip_prefix('>') {
        quotes += 1;
        rest = inner.strip_prefix(' ').unwrap_or(inner);
    }
    (quotes, rest)
}

/// The fence that the line begins, perhaps after the marker of a list item.
fn fence(line: &str, quotes: usize) -> Option<Fence> {
    let is_of_list = |sign: char| "-*+.)".contains(sign) || sign.is_ascii_digit();
    let item = line.trim().split_once(' ');
    let text = match item {
        Some((item, text)) if item.chars().all(is_of_list) => text.trim(),
        _ => line.trim(),
    };
    let sign = signs(text);
    (sign.len() >= 3).then(|| Fence {
        is_rust: is_rust(&text[sign.len()..]),
        sign: sign.to_owned(),
        quotes,
    })
}

/// The backticks or tildes at the beginning of the text.
fn signs(text: &str) -> &str {
    let end = text.find(|sign| !['`', '~'].contains(&sign));
    &text[..end.unwrap_or(text.len())]
}

/// Whether rustdoc compiles the code of a fence with this info string.
fn is_rust(words: &str) -> bool {
    let known = [
        "rust",
        "ignore",
        "should_panic",
        "no_run",
        "compile_fail",
        "test_harness",
        "standalone",
        "edition",
    ];
    let mut words = words
        .split([',', ' ', '{', '}'])
        .filter(|it| !it.is_empty());
    let is_error = |word: &str| {
        let number = word.strip_prefix('E');
        number.is_some_and(|it| it.chars().all(|sign| sign.is_ascii_digit()))
    };
    words.all(|word| is_error(word) || known.iter().any(|one| word.starts_with(one)))
}

struct Name<'a> {
    name: &'a str,
    is_method: bool,
}

impl Name<'_> {
    /// Whether the line of code has the name, outside of comments.
    fn is_in(&self, line: &str) -> bool {
        let line = line.split("//").next().unwrap_or_default();
        let is_part = |sign: Option<char>| sign.is_some_and(|it| it.is_alphanumeric() || it == '_');
        line.match_indices(self.name).any(|(at, name)| {
            let (before, after) = (&line[..at], &line[at + name.len()..]);
            let last = before.chars().next_back();
            let fits = if self.is_method {
                last == Some('.') || last == Some(':')
            } else {
                last != Some('.')
            };
            fits && !is_part(last) && !is_part(after.chars().next())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{in_comments, in_markdown};

    #[test]
    fn examples_in_comments_are_seen() {
        for text in [
            "/// Loads.\n/// ```\n/// let a = app::load(1);\n/// ```\nfn load() {}",
            "//! ```rust,no_run\n//! load();\n//! ```\nfn a() {}",
            "mod a { impl B { /// ```ignore\n /// load()\n /// ```\n fn b() {} } }",
            "/** Text.\n```\nload(1)\n```\n*/\nfn a() {}",
            "#[doc = \"```\\nload()\\n```\"] fn a() {}",
            "/// ```\n/// # fn main() {\n/// load();\n#[inline]\n/// ```\nfn a() {}",
            "/// Such as:\n///\n///     load()\nfn a() {}",
            "/// ~~~\n/// load()\n/// ~~~\nfn a() {}",
            "/**\n    load();\n*/\nfn a() {}",
            "/**\n * Text.\n *\n *     load();\n */\nfn a() {}",
            "/**\n * ```\n * load();\n * ```\n */\nfn a() {}",
            "#[doc = \"    load()\"] fn a() {}",
            "/// \tload()\nfn a() {}",
            "/// > ```\n/// > load()\n/// > ```\nfn a() {}",
            "/// > ```text\n/// > a\n\n/// ```\n/// load()\n/// ```\nfn a() {}",
            "/// - ```\n///   load()\n///   ```\nfn a() {}",
            "/// ```text\n/// load()\n/// ```\n/// ```\n/// load()\n/// ```\nfn a() {}",
        ] {
            assert_eq!(in_comments("load", false, text).len(), 1, "{text}");
        }
        let method = "/// ```\n/// a.load(); load();\n/// ```\nfn a() {}";
        assert_eq!(in_comments("load", true, method), [8]);
    }

    #[test]
    fn other_comments_are_not() {
        for text in [
            "/// Loads, as `load()` does.\nfn load() { load() }",
            "/// ```text\n/// load()\n/// ```\nfn a() {}",
            "// ```\n// load()\n// ```\nfn a() {}",
            "///    load()\nfn a() {}",
            "/**\n * - load()\n */\nfn a() {}",
            "/// > ```text\n/// > load()\n/// > ```\nfn a() {}",
            "/// ```\n/// a.load(); reload(); load_all(); // load\n/// ```\nfn a() {}",
            "/// ```\n/// a()\n/// ```\nfn a() { load(\"```\") }\n/// load()\nfn b() {}",
        ] {
            assert_eq!(in_comments("load", false, text), [0; 0], "{text}");
        }
    }

    #[test]
    fn text_that_comments_include_has_examples() {
        let text = "# App\n\n```rust\nload();\n```\n\n```sh\nload\n```\nand load().\n";
        assert_eq!(in_markdown("load", false, text), [15]);
        let text = "Text:\n\n    load();\n\n> ```\n> load();\n> ```\n\n> load()\n   load\n";
        assert_eq!(in_markdown("load", false, text), [7, 26]);
    }
}
