//! Traits with parameters, associated types, generic methods and provided methods.

use std::{fmt::Display, future::Future, path::Path, sync::Arc};

use tokio_offload::{Offload, offload};

use crate::{call, call_here, elsewhere};

trait Convert<In, Out> {
    type Error;
    type Running: Future<Output = Out>;
    const SCALE: u32;

    async fn convert(&self, value: In) -> Result<Out, Self::Error>;
    fn run(&self, value: In) -> Self::Running;
}

#[derive(Clone)]
struct Scaler(u32);

impl Convert<u32, String> for Scaler {
    type Error = std::fmt::Error;
    type Running = Offload<String>;
    const SCALE: u32 = 3;

    #[offload]
    fn convert(&self, value: u32) -> Result<String, Self::Error> {
        elsewhere();
        if value == 0 {
            return Err(std::fmt::Error);
        }
        Ok((value * self.0 * Self::SCALE).to_string())
    }

    #[offload]
    fn run(&self, value: u32) -> String {
        elsewhere();
        (value + <Self as Convert<u32, String>>::SCALE).to_string()
    }
}

#[test]
fn traits_with_parameters_and_associated_types_are_implemented() {
    assert_eq!(call(Scaler(2).convert(1)).unwrap(), "6");
    assert!(call(Scaler(2).convert(0)).is_err());
    assert_eq!(call(Scaler(2).run(1)), "4");
}

trait Generic {
    async fn show<T: Display + Send + 'static>(&self, value: T) -> String;
    async fn show_where<T>(&self, value: &T) -> String
    where
        T: Display + Clone + Send + 'static;
    async fn exists(&self, path: impl AsRef<Path>) -> bool;
    async fn exists_too<P: AsRef<Path>>(&self, path: P) -> bool;
    async fn array<const N: usize>(&self, all: [u8; N]) -> usize;
    async fn lifetimes<'a>(&'a self, a: &'a str) -> usize;
}

impl Generic for Scaler {
    #[offload]
    fn show<T: Display + Send + 'static>(&self, value: T) -> String {
        elsewhere();
        value.to_string()
    }

    #[offload]
    fn show_where<T>(&self, value: &T) -> String
    where
        T: Display + Clone + Send + 'static,
    {
        elsewhere();
        value.to_string()
    }

    #[offload]
    fn exists(&self, path: impl AsRef<Path>) -> bool {
        elsewhere();
        path.as_ref().exists()
    }

    #[offload]
    fn exists_too<P: AsRef<Path>>(&self, path: P) -> bool {
        elsewhere();
        path.as_ref().exists()
    }

    #[offload]
    fn array<const N: usize>(&self, all: [u8; N]) -> usize {
        elsewhere();
        all.len() + N
    }

    #[offload]
    fn lifetimes<'a>(&'a self, a: &'a str) -> usize {
        elsewhere();
        let copy: &'a str = a;
        copy.len()
    }
}

async fn all_of(generic: impl Generic) -> usize {
    let path = String::from("/");
    assert!(generic.exists(&path).await && generic.exists_too(&path).await);
    generic.show(1).await.len() + generic.show_where(&2).await.len() + generic.lifetimes("a").await
}

#[test]
fn generic_methods_of_a_trait_are_implemented() {
    let text = String::from("/no/such");
    assert_eq!(call(Scaler(1).show(&*text.clone().leak())), text);
    assert_eq!(call(Scaler(1).show_where(&text)), text);
    assert!(!call(Scaler(1).exists(&text)));
    assert!(!call(Scaler(1).exists_too(&text)));
    assert_eq!(call(Scaler(1).array([0; 2])), 4);
    assert_eq!(call(Scaler(1).lifetimes("abc")), 3);
    assert_eq!(call_here(all_of(Scaler(1))), 3);
}

trait Provided: Clone + Send + 'static {
    fn base(&self) -> u32;

    #[offload]
    fn provided(&self, by: u32) -> u32 {
        elsewhere();
        self.base() + by
    }

    #[offload]
    fn replaced(&self) -> u32 {
        elsewhere();
        0
    }

    #[offload]
    fn no_receiver(n: u32) -> u32 {
        elsewhere();
        n
    }

    #[offload]
    fn by_value(self) -> Self {
        elsewhere();
        self
    }
}

impl Provided for Scaler {
    fn base(&self) -> u32 {
        self.0
    }

    #[offload]
    fn replaced(&self) -> u32 {
        elsewhere();
        self.0
    }
}

impl Provided for u32 {
    fn base(&self) -> u32 {
        *self
    }
}

#[test]
fn provided_methods_can_be_annotated_and_replaced() {
    assert_eq!(call(Scaler(1).provided(1)), 2);
    assert_eq!(call(Scaler(1).replaced()), 1);
    assert_eq!(call(7.replaced()), 0);
    assert_eq!(call(<u32 as Provided>::no_receiver(5)), 5);
    assert_eq!(call(Scaler(1).by_value()).0, 1);
}

trait Blanket {
    async fn blanket(&self) -> String;
}

impl<T: Display + Clone + Send + 'static> Blanket for Vec<T> {
    #[offload]
    fn blanket(&self) -> String {
        elsewhere();
        self.iter().map(T::to_string).collect()
    }
}

impl Blanket for Arc<Scaler> {
    #[offload]
    fn blanket(&self) -> String {
        elsewhere();
        self.0.to_string()
    }
}

impl Blanket for &'static str {
    #[offload]
    fn blanket(&self) -> String {
        elsewhere();
        self.to_uppercase()
    }
}

impl Blanket for fn(u8) -> u8 {
    #[offload]
    fn blanket(&self) -> String {
        elsewhere();
        self(1).to_string()
    }
}

impl Blanket for (u8, [u8; 2]) {
    #[offload]
    fn blanket(&self) -> String {
        elsewhere();
        (self.0 + self.1[0]).to_string()
    }
}

#[test]
fn a_trait_can_be_implemented_for_any_type() {
    assert_eq!(call(vec![1, 2].blanket()), "12");
    assert_eq!(call(Arc::new(Scaler(3)).blanket()), "3");
    assert_eq!(call("ab".blanket()), "AB");
    assert_eq!(call(((|n| n + 1) as fn(u8) -> u8).blanket()), "2");
    assert_eq!(call((1, [2, 3]).blanket()), "3");
}
