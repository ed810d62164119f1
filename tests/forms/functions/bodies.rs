//! What may stand in a body.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio_offload::{block_on, check_cancelled, offload};

use crate::{call, elsewhere};

#[offload]
fn labels(limit: u32) -> u32 {
    elsewhere();
    let mut found = 0;
    'outer: for a in 1.. {
        for b in 1..a {
            if a * b > limit {
                found = a + b;
                break 'outer;
            }
            if b > 3 {
                continue 'outer;
            }
        }
    }
    found
        + 'block: {
            if found > 3 {
                break 'block 1;
            }
            2
        }
}

#[offload]
fn closures(items: Vec<u32>, by: u32) -> u32 {
    elsewhere();
    let mut total = 0;
    let mut add = |n: u32| total += n * by;
    items.iter().copied().for_each(&mut add);
    let take = move || items.len();
    total + u32::try_from(take()).unwrap_or(0)
}

#[offload]
fn asynchronous(n: u32) -> u32 {
    elsewhere();
    let work = async move {
        let more = async || n + 1;
        more().await + other(n).await
    };
    block_on(work).unwrap_or(0)
}

#[offload]
fn other(n: u32) -> u32 {
    elsewhere();
    n * 2
}

#[offload]
fn matches_and_guards(value: Option<(u8, &'static str)>) -> String {
    elsewhere();
    match value {
        Some((n @ 1..=3, text)) if text.len() > 1 => format!("{n}{text}"),
        Some((_, text)) => text.to_owned(),
        None => "none".into(),
    }
}

#[offload]
fn loops(mut n: u32) -> u32 {
    elsewhere();
    let first = loop {
        n += 1;
        if n % 7 == 0 {
            break n;
        }
    };
    while let Some(less) = n.checked_sub(3) {
        n = less;
    }
    first * 10 + n
}

#[offload]
fn chains(a: Option<u8>, b: Option<u8>) -> u8 {
    elsewhere();
    if let Some(a) = a
        && let Some(b) = b
        && a < b
    {
        return b - a;
    }
    let value = const { 3 * 3 };
    value
}

#[test]
fn a_body_may_use_every_kind_of_expression() {
    assert_eq!(call(labels(10)), 8);
    assert_eq!(call(closures(vec![1, 2], 3)), 11);
    assert_eq!(call(asynchronous(4)), 13);
    assert_eq!(call(matches_and_guards(Some((2, "ab")))), "2ab");
    assert_eq!(call(matches_and_guards(None)), "none");
    assert_eq!(call(loops(1)), 71);
    assert_eq!(call(chains(Some(1), Some(3))), 2);
    assert_eq!(call(chains(None, Some(3))), 9);
}

#[offload]
fn inner_attributes(unused: u8, N: u8) -> u8 {
    #![allow(unused_variables, reason = "the form is the subject")]
    #![allow(non_snake_case)]
    elsewhere();
    let nothing = 1;
    N
}

#[offload]
fn inner_docs() -> u8 {
    //! A comment of the function, from inside.
    elsewhere();
    1
}

#[offload]
fn attributes_of_statements(items: &[u8]) -> usize {
    elsewhere();
    #[allow(unused_mut)]
    let mut n = items.len();
    #[cfg(target_os = "none")]
    let n = unknown();
    #[cfg(not(target_os = "none"))]
    {
        n
    }
}

#[offload]
fn macros(a: u8, text: &str) -> String {
    elsewhere();
    let list = vec![a; 2];
    assert!(matches!(list[..], [_, _]), "{a} {text:?} {list:?}");
    assert_eq!(list.len(), 2, "{text}");
    let width = 4;
    format!(
        "{a:>width$}|{text:<5}|{0}|{name}|{{a}}",
        list.len(),
        name = text
    )
}

#[offload]
fn raw_strings(text: &str) -> String {
    elsewhere();
    let json = r#"{"a": "b"}"#;
    format!(r"{text}{json}") + concat!("x", 1) + stringify!({ text })
}

#[offload]
fn only_a_comment() {
    // The caller's thread is not asked about here: an empty body cannot say where it runs.
}

#[offload]
fn one_macro() {
    assert!({
        elsewhere();
        true
    });
}

#[offload]
fn question_mark_of_ours() -> Result<u8, tokio_offload::Error> {
    elsewhere();
    check_cancelled()?;
    Ok(1)
}

#[test]
fn attributes_and_macros_in_a_body_keep_their_meaning() {
    assert_eq!(call(inner_attributes(1, 2)), 2);
    assert_eq!(call(inner_docs()), 1);
    assert_eq!(call(attributes_of_statements(&[1])), 1);
    assert_eq!(call(macros(1, "ab")), "   1|ab   |2|ab|{a}");
    assert_eq!(call(raw_strings("t")), "t{\"a\": \"b\"}x1{ text }");
    call(one_macro());
    call(async {
        only_a_comment().await;
        one_macro().await;
    });
    assert_eq!(call(question_mark_of_ours()).ok(), Some(1));
}

#[offload]
fn counted() -> u32 {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    elsewhere();
    CALLS.fetch_add(1, Ordering::SeqCst) + 1
}

#[offload]
fn counted_by_type<T: Default>() -> u32 {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    elsewhere();
    drop(T::default());
    CALLS.fetch_add(1, Ordering::SeqCst) + 1
}

#[offload]
fn kept_by_thread() -> usize {
    thread_local! {
        static SEEN: std::cell::RefCell<BTreeSet<u8>> = const { std::cell::RefCell::new(BTreeSet::new()) };
    }
    elsewhere();
    SEEN.with_borrow_mut(|seen| {
        seen.insert(1);
        seen.len()
    })
}

#[test]
fn a_static_in_a_body_exists_once() {
    assert_eq!(
        [call(counted()), call(counted()), call(counted())],
        [1, 2, 3]
    );
    assert_eq!(
        [
            call(counted_by_type::<u8>()),
            call(counted_by_type::<String>())
        ],
        [1, 2]
    );
    assert_eq!(call(kept_by_thread()), 1);
}

#[offload]
fn tail_temporaries(list: std::sync::Arc<Mutex<Vec<u8>>>) -> usize {
    elsewhere();
    list.lock().unwrap().len()
}

#[offload]
fn local_temporaries(n: u8) -> usize {
    elsewhere();
    let list = Mutex::new(vec![n]);
    list.lock().unwrap().len()
}

#[test]
fn temporaries_of_a_tail_expression_compile() {
    assert_eq!(call(tail_temporaries(std::sync::Arc::default())), 0);
    assert_eq!(call(local_temporaries(1)), 1);
}
