//! Raw identifiers, names beyond ASCII, and functions that call others of their own name.

use tokio_offload::offload;

use crate::{call, elsewhere};

#[expect(non_camel_case_types, reason = "the form is the subject")]
#[derive(Clone)]
struct r#struct {
    r#type: u8,
}

#[offload]
fn r#match(r#in: u8) -> u8 {
    elsewhere();
    r#in
}

#[offload]
fn r#fn(r#ref: &str, mut r#mut: String) -> String {
    elsewhere();
    r#mut.push_str(r#ref);
    r#mut
}

#[offload]
fn r#plain(r#value: r#struct) -> r#struct {
    elsewhere();
    value
}

#[offload]
fn borrowed(r#dyn: &r#struct, r#struct { r#type }: r#struct) -> u8 {
    elsewhere();
    r#dyn.r#type + r#type
}

#[offload]
fn past_twelve_and_cfg(
    #[cfg(not(target_os = "none"))] r#as: &str,
    #[cfg(not(target_os = "none"))] r#box: Box<u8>,
) -> usize {
    elsewhere();
    r#as.len() + usize::from(*r#box)
}

#[offload]
fn r#async<'r#for>(r#await: &'r#for [u8]) -> usize {
    elsewhere();
    let same: &'r#for [u8] = r#await;
    same.len()
}

impl r#struct {
    #[offload]
    fn r#use(&self, r#static: u8) -> u8 {
        elsewhere();
        self.r#type + r#static
    }

    #[offload(blocking = r#loop)]
    fn r#while(&self) -> u8 {
        elsewhere();
        self.r#type
    }
}

#[offload]
fn größe(länge: &str) -> usize {
    elsewhere();
    länge.len()
}

#[test]
fn raw_identifiers_can_name_functions_arguments_and_types() {
    assert_eq!(call(r#match(1)), 1);
    assert_eq!(call(r#fn("b", String::from("a"))), "ab");
    let value = r#struct { r#type: 2 };
    assert_eq!(call(plain(value.clone())).r#type, 2);
    assert_eq!(call(borrowed(&value, value.clone())), 4);
    assert_eq!(call(past_twelve_and_cfg("a", Box::new(1))), 2);
    assert_eq!(call(r#async(&[1])), 1);
    assert_eq!(call(value.r#use(1)), 3);
    assert_eq!(call(value.r#while()), 2);
    assert_eq!(value.r#loop(), 2);
    assert_eq!(call(größe("ab")), 2);
}

fn head(n: u8) -> u8 {
    n + 1
}

#[derive(Clone)]
struct File(u8);

impl File {
    #[offload]
    fn head(&self) -> u8 {
        elsewhere();
        head(self.0)
    }

    #[offload]
    fn call(&self) -> u8 {
        elsewhere();
        let call = |n| n + 2;
        call(self.0)
    }
}

mod names {
    use super::elsewhere;

    fn offload(n: u8) -> u8 {
        n * 2
    }

    #[tokio_offload::offload]
    pub(super) fn run(n: u8) -> u8 {
        elsewhere();
        offload(n)
    }
}

#[test]
fn a_body_can_call_another_function_of_its_own_name() {
    assert_eq!(call(File(1).head()), 2);
    assert_eq!(call(File(1).call()), 3);
    assert_eq!(call(names::run(2)), 4);
}
