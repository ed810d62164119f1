//! `#[offload]` above `#[async_trait]`: under other names, with other attributes between, `?Send`, and with generics.

use std::{borrow::Cow, fmt::Debug, path::Path, rc::Rc};

use async_trait::async_trait as boxed;
use tokio_offload::offload;

use super::send;
use crate::{call_here, elsewhere};

#[boxed]
trait Renamed {
    async fn get(&self, key: &str) -> usize;
}

#[derive(Clone)]
struct Plain(usize);

#[offload]
#[boxed]
impl Renamed for Plain {
    fn get(&self, key: &str) -> usize {
        elsewhere();
        self.0 + key.len()
    }
}

#[async_trait::async_trait]
trait ByPath {
    async fn get(&self, key: Cow<'_, str>) -> usize;
}

/// With attributes of all kinds between.
#[offload]
#[allow(clippy::needless_pass_by_value, reason = "the form is the subject")]
#[cfg(not(target_os = "none"))]
/// More of the docs.
#[rustfmt::skip]
#[async_trait::async_trait]
#[doc(hidden)]
impl ByPath for Plain {
    fn get(&self, key: Cow<'_, str>) -> usize {
        elsewhere();
        self.0 + key.len()
    }
}

#[boxed(?Send)]
trait Local {
    async fn get(&self, key: &str) -> usize;
    async fn local(&self, count: Rc<usize>) -> usize;
}

#[offload]
#[cfg_attr(not(target_os = "none"), boxed(?Send))]
#[cfg_attr(target_os = "none", boxed)]
impl Local for Plain {
    fn get(&self, key: &str) -> usize {
        elsewhere();
        self.0 + key.len()
    }

    async fn local(&self, count: Rc<usize>) -> usize {
        Local::get(self, "a").await + *count
    }
}

#[boxed]
trait Generic<T> {
    async fn put<P, const N: usize>(&self, value: T, path: P, more: [u8; N]) -> String
    where
        P: AsRef<Path> + Send + 'static;

    async fn show<'a>(&self, value: &'a T, of: &'a [u8], f: fn(u8) -> u8) -> Vec<u8>
    where
        T: 'a;
}

#[derive(Clone)]
struct Many<K>(Vec<K>);

#[offload]
#[boxed]
impl<T, K> Generic<T> for Many<K>
where
    T: Debug + Clone + Sync,
    K: Clone + Debug + Sync,
{
    fn put<P, const N: usize>(&self, value: T, path: P, more: [u8; N]) -> String
    where
        P: AsRef<Path> + Send + 'static,
    {
        elsewhere();
        format!(
            "{:?} {value:?} {} {more:?}",
            self.0,
            path.as_ref().display()
        )
    }

    fn show<'a>(&self, value: &'a T, of: &'a [u8], f: fn(u8) -> u8) -> Vec<u8>
    where
        T: 'a,
    {
        elsewhere();
        let _: (&'a T, Self) = (value, self.clone());
        of.iter().copied().map(f).collect()
    }
}

#[boxed]
trait Patterns {
    async fn pair(&self, pair: (u8, u8), last: u8) -> u8;
    async fn many(
        self,
        a: u8,
        b: u8,
        c: &u8,
        d: &[u8],
        e: u8,
        f: u8,
        g: u8,
        h: u8,
        i: u8,
        j: u8,
        k: u8,
        l: String,
        m: &str,
    ) -> usize;
    async fn early(&self, text: &str) -> Result<u8, std::num::ParseIntError>;
}

#[offload]
#[boxed]
impl Patterns for Plain {
    fn pair(&self, (mut a, b): (u8, u8), _: u8) -> u8 {
        elsewhere();
        a += b;
        a
    }

    fn many(
        self,
        a: u8,
        b: u8,
        c: &u8,
        d: &[u8],
        e: u8,
        f: u8,
        g: u8,
        h: u8,
        i: u8,
        j: u8,
        k: u8,
        l: String,
        m: &str,
    ) -> usize {
        elsewhere();
        usize::from(a + b + c + d[0] + e + f + g + h + i + j + k) + l.len() + m.len() + self.0
    }

    fn early(&self, text: &str) -> Result<u8, std::num::ParseIntError> {
        elsewhere();
        if text.is_empty() {
            return Ok(0);
        }
        let number = || text.parse::<u8>();
        Ok(number()? + self.0 as u8)
    }
}

#[test]
fn async_trait_is_recognized_under_another_name_and_by_path() {
    assert_eq!(send(Renamed::get(&Plain(1), "ab")), 3);
    assert_eq!(send(ByPath::get(&Plain(1), "ab".into())), 3);
    assert_eq!(call_here(Local::get(&Plain(1), "ab")), 3);
    assert_eq!(call_here(Local::local(&Plain(1), Rc::new(3))), 5);
}

#[test]
fn a_generic_async_trait_can_be_implemented() {
    let many = Many(vec!["k"]);
    assert_eq!(send(many.put('v', "/", [1, 2])), "[\"k\"] 'v' / [1, 2]");
    assert_eq!(send(many.show(&'v', &[1, 2], |n| n + 1)), [2, 3]);
}

#[test]
fn async_trait_methods_take_patterns_and_more_than_twelve_arguments() {
    assert_eq!(send(Plain(0).pair((1, 2), 3)), 3);
    let (l, m) = (String::from("l"), String::from("m"));
    assert_eq!(
        send(Plain(1).many(1, 1, &1, &[1], 1, 1, 1, 1, 1, 1, 1, l, &m)),
        14
    );
    assert_eq!(send(Plain(1).early("")), Ok(0));
    assert_eq!(send(Plain(1).early("4")), Ok(5));
    assert!(send(Plain(1).early("x")).is_err());
}
