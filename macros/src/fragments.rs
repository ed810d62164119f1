//! Which fragments of `macro_rules!` get parentheses.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::tokens::{body::regroup, precedence::kept};

fn fragment(tokens: TokenStream) -> Group {
    Group::new(Delimiter::None, tokens)
}

/// The tokens with this one for each `x`.
fn put(token: &TokenTree, around: &TokenStream) -> TokenStream {
    let tokens = around.clone().into_iter().map(|part| match part {
        TokenTree::Ident(word) if word == "x" => token.clone(),
        TokenTree::Group(group) => regroup(&group, put(token, &group.stream())).into(),
        part => part,
    });
    tokens.collect()
}

fn becomes(code: &TokenStream, around: &TokenStream, part: &TokenStream) {
    let given = put(&fragment(code.clone()).into(), around);
    let written = around.to_string().replace('x', &part.to_string());
    assert_eq!(kept(given).to_string(), written);
}

fn stays(code: &TokenStream, around: &TokenStream) {
    becomes(code, around, code);
}

fn is_wrapped(code: &TokenStream, around: &TokenStream) {
    becomes(code, around, &quote!((#code)));
}

/// Expressions that would be parsed differently without the group around them.
fn loose() -> [TokenStream; 10] {
    [
        quote!(a + b),
        quote!(a as u8),
        quote!(1..b),
        quote!(a = b),
        quote!(|a| a),
        quote!(return a),
        quote!(S { a }),
        quote!(S { a }.b()),
        quote!(!|a| a),
        quote!(A | B),
    ]
}

#[test]
fn what_operators_would_tear_gets_parentheses() {
    let tearing = [
        quote!(x * 2),
        quote!(2 == x),
        quote!(&mut x),
        quote!(x.f()),
        quote!(if x {}),
        quote!(f!(x as u64)),
        quote!({ x(1)[2] }),
        quote!(let x = y;),
    ];
    for code in loose() {
        for around in &tearing {
            is_wrapped(&code, around);
        }
    }
}

#[test]
fn what_stands_alone_gets_none() {
    let whole = [
        quote!(f(1, x)),
        quote!(let y = x;),
        quote!(f!(x)),
        quote!(match y {
            x => 1,
            x if y => x,
        }),
        quote!({ x }),
        quote!(return x;),
    ];
    for code in loose() {
        for around in &whole {
            stays(&code, around);
        }
    }
}

#[test]
fn a_sign_in_front_holds_what_follows_it_but_for_methods() {
    for code in [quote!(-1), quote!(&a)] {
        for around in [quote!(x.abs()), quote!(x?), quote!(x[0]), quote!(x(1))] {
            is_wrapped(&code, &around);
        }
        for around in [
            quote!(x + 1),
            quote!(x..=x),
            quote!(x as u8),
            quote!(Vec<x>),
        ] {
            stays(&code, &around);
        }
    }
    is_wrapped(&quote!(self.f), &quote!(x(1)));
    stays(&quote!(self.f), &quote!(-x.g()));
}

#[test]
fn what_begins_with_a_block_is_a_value_also_as_a_statement() {
    for around in [
        quote!({ x }),
        quote!(match y {
            1 => x,
            _ => 2,
        }),
    ] {
        is_wrapped(&quote!(if a { b } else { c } - 1), &around);
        is_wrapped(&quote!({ f }(1)), &around);
        is_wrapped(&quote!(unsafe { a }[1]), &around);
    }
    stays(&quote!(if a { b } else { c } - 1), &quote!(let y = x;));
    stays(
        &quote!(if a {
            b
        }),
        &quote!(x y();),
    );
}

#[test]
fn braces_behind_a_range_are_its_end_and_no_body() {
    for around in [
        quote!(for n in 0..x {}),
        quote!(match 0..=x {
            _ => 1,
        }),
    ] {
        is_wrapped(&quote!({ 5 }), &around);
    }
    for around in [quote!(if x {}), quote!(x), quote!(y == x), quote!(f(x))] {
        stays(&quote!({ 5 }), &around);
    }
}

#[test]
fn what_is_no_expression_or_whole_stays() {
    for code in [
        quote!(Vec<u8>),
        quote!(&'a T),
        quote!(dyn A + B),
        quote!(a::b),
        quote!(f(1)),
        quote!("a"),
        quote!(..),
        quote!(let y = 1),
    ] {
        for around in [quote!(x * 2), quote!(<x>::f()), quote!(-x)] {
            stays(&code, &around);
        }
    }
}

#[test]
fn a_fragment_in_a_fragment_is_kept_as_well() {
    let inner = fragment(quote!(a + b));
    let outer = fragment(quote!(#inner * 2));
    assert_eq!(
        kept(quote!(#outer / 3)).to_string(),
        quote!(((a + b) * 2) / 3).to_string()
    );
    let alone = fragment(fragment(quote!(a + b)).into_token_stream());
    assert_eq!(
        kept(quote!(#alone * 2)).to_string(),
        quote!((a + b) * 2).to_string()
    );
}
