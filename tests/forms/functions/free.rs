//! Free functions and associated functions of owned arguments.

use std::{collections::HashMap, io, num::ParseIntError, sync::Arc};

use tokio_offload::{block_on, offload};

use crate::{call, elsewhere};

#[offload]
fn nothing() {
    elsewhere();
}

#[offload]
fn unit() -> () {
    elsewhere();
}

#[offload]
fn constant() -> u32 {
    elsewhere();
    7
}

#[offload()]
fn empty_options(n: u32) -> u32 {
    elsewhere();
    n
}

#[tokio_offload::offload]
fn by_full_path(n: u32) -> u32 {
    elsewhere();
    n
}

#[offload]
fn add(a: u32, b: u32) -> u32 {
    elsewhere();
    a + b
}

#[offload]
#[rustfmt::skip]
fn trailing_comma(a: u32, b: u32,) -> u32 {
    elsewhere();
    a - b
}

#[test]
fn functions_with_simple_signatures_run_elsewhere() {
    call(nothing());
    call(unit());
    assert_eq!(call(constant()), 7);
    assert_eq!(call(empty_options(8)), 8);
    assert_eq!(call(by_full_path(9)), 9);
    assert_eq!(call(add(1, 2)), 3);
    assert_eq!(call(trailing_comma(3, 2)), 1);
}

#[offload]
fn owned(text: String, numbers: Vec<u32>, map: HashMap<String, u32>) -> usize {
    elsewhere();
    text.len() + numbers.len() + map.len()
}

#[offload]
fn changed(mut numbers: Vec<u32>, mut last: u32) -> Vec<u32> {
    elsewhere();
    last += 1;
    numbers.push(last);
    numbers
}

#[offload]
fn shared(total: Arc<std::sync::Mutex<u32>>, by: u32) {
    elsewhere();
    *total.lock().unwrap() += by;
}

#[offload]
fn boxed(work: Box<dyn FnOnce() -> u32 + Send>) -> u32 {
    elsewhere();
    work()
}

#[offload]
fn pointer(work: fn(u32) -> u32, n: u32) -> u32 {
    elsewhere();
    work(n)
}

#[test]
fn owned_arguments_move_into_the_body() {
    let map = HashMap::from([(String::from("a"), 1)]);
    assert_eq!(call(owned(String::from("ab"), vec![1, 2, 3], map)), 6);
    assert_eq!(call(changed(vec![1], 1)), [1, 2]);
    let total = Arc::new(std::sync::Mutex::new(1));
    call(shared(Arc::clone(&total), 4));
    assert_eq!(*total.lock().unwrap(), 5);
    assert_eq!(call(boxed(Box::new(|| 11))), 11);
    assert_eq!(call(pointer(|n| n + 1, 11)), 12);
}

#[offload]
fn parse(text: String) -> Result<u32, ParseIntError> {
    elsewhere();
    text.parse()
}

#[offload]
fn converted(text: String) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    elsewhere();
    let number: u32 = text.parse()?;
    if number > 9 {
        return Err("too large".into());
    }
    Ok(number)
}

#[offload]
fn missing() -> io::Result<String> {
    elsewhere();
    let text = std::fs::read_to_string("/no/such/file")?;
    Ok(text)
}

#[offload]
fn first(text: String) -> Option<char> {
    elsewhere();
    let first = text.chars().next()?;
    Some(first)
}

#[test]
fn question_marks_return_early_and_convert_errors() {
    assert_eq!(call(parse(String::from("12"))), Ok(12));
    assert!(call(parse(String::from("x"))).is_err());
    assert_eq!(call(converted(String::from("4"))).unwrap(), 4);
    assert_eq!(
        call(converted(String::from("14"))).unwrap_err().to_string(),
        "too large"
    );
    assert!(call(converted(String::from("?"))).is_err());
    assert_eq!(call(missing()).unwrap_err().kind(), io::ErrorKind::NotFound);
    assert_eq!(call(first(String::from("xy"))), Some('x'));
    assert_eq!(call(first(String::new())), None);
}

#[offload]
fn factorial(n: u64) -> u64 {
    elsewhere();
    if n == 0 {
        return 1;
    }
    n * block_on(factorial(n - 1)).expect("the runtime is there")
}

#[offload]
fn is_even(n: u32) -> bool {
    elsewhere();
    n == 0 || block_on(is_odd(n - 1)).unwrap()
}

#[offload]
fn is_odd(n: u32) -> bool {
    elsewhere();
    n != 0 && block_on(is_even(n - 1)).unwrap()
}

#[test]
fn a_body_can_call_its_own_function() {
    assert_eq!(call(factorial(6)), 720);
    assert!(call(is_even(6)));
}

struct Maker(u32);

impl Maker {
    const START: u32 = 40;

    #[offload]
    fn new(n: u32) -> Self {
        elsewhere();
        Self(n)
    }

    #[offload]
    fn start() -> Maker {
        elsewhere();
        Maker(Self::START)
    }

    #[offload]
    fn read(text: &str) -> Result<Self, ParseIntError> {
        elsewhere();
        Ok(Self(text.parse()?))
    }

    #[offload]
    fn pair(one: Self, two: Option<Self>) -> (Self, u32) {
        elsewhere();
        (one, two.map_or(Self::START, |Self(n)| n))
    }
}

#[test]
fn associated_functions_run_elsewhere() {
    assert_eq!(call(Maker::new(3)).0, 3);
    assert_eq!(call(Maker::start()).0, 40);
    assert_eq!(call(Maker::read("5")).unwrap().0, 5);
    assert!(call(Maker::read("five")).is_err());
    let (one, two) = call(Maker::pair(Maker(1), None));
    assert_eq!((one.0, two), (1, 40));
    assert_eq!(call(Maker::pair(Maker(1), Some(Maker(2)))).1, 2);
}
