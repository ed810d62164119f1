//! What a body captures, moves and keeps: whole arguments, whatever of them it touches.

use std::{
    cell::Cell,
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
};

use tokio_offload::{Offload, offload};

use crate::{call, elsewhere};

struct Pair {
    left: String,
    right: String,
}

#[offload]
fn one_field(pair: Pair) -> String {
    elsewhere();
    pair.left
}

#[offload]
fn fields_in_closures(mut pair: Pair) -> String {
    elsewhere();
    let mut grow = || pair.left.push('!');
    grow();
    let take = || pair.right;
    pair.left + &take()
}

#[offload]
fn channels(sender: Sender<u8>, receiver: Receiver<u8>) -> Vec<u8> {
    elsewhere();
    sender.send(1).unwrap();
    drop(sender);
    receiver.into_iter().collect()
}

#[offload]
fn not_sync(cell: Cell<u8>, both: (Cell<u8>, Receiver<u8>)) -> Cell<u8> {
    elsewhere();
    cell.set(cell.get() + both.0.get());
    cell
}

#[offload]
fn not_clone(guard: std::fs::File, sender: Sender<Cell<u8>>) -> std::fs::File {
    elsewhere();
    sender.send(Cell::new(1)).unwrap();
    guard
}

#[offload]
fn unpolled(inner: Offload<u8>) -> (Offload<u8>,) {
    elsewhere();
    (inner,)
}

#[test]
fn a_body_captures_whole_arguments_even_if_it_uses_one_field() {
    let pair = || Pair {
        left: String::from("l"),
        right: String::from("r"),
    };
    assert_eq!(call(one_field(pair())), "l");
    assert_eq!(call(fields_in_closures(pair())), "l!r");
    let (sender, receiver) = mpsc::channel();
    assert_eq!(call(channels(sender, receiver)), [1]);
    let (_, unused) = mpsc::channel();
    assert_eq!(
        call(not_sync(Cell::new(1), (Cell::new(3), unused))).get(),
        4
    );
    let (sender, receiver) = mpsc::channel();
    let file = std::fs::File::open("/dev/null").unwrap();
    call(not_clone(file, sender));
    assert_eq!(receiver.recv().unwrap().get(), 1);
    assert_eq!(
        call(async { unpolled(tokio_offload::run(|| 3)).await.0.await }),
        3
    );
}

#[test]
fn a_call_can_be_joined_spawned_collected_and_boxed() {
    #[offload]
    fn value(n: u8, text: &str) -> usize {
        elsewhere();
        usize::from(n) + text.len()
    }
    let text = String::from("ab");
    let joined = async {
        let text = String::from("abc");
        let (a, b) = tokio::join!(value(1, &text), value(2, "b"));
        a + b
    };
    assert_eq!(call(joined), 7);
    let spawned = async {
        let text = String::from("abcd");
        tokio::spawn(value(1, &text)).await.unwrap()
    };
    assert_eq!(call(spawned), 5);
    let mut many: Vec<_> = (0..4).map(|n| value(n, &text)).collect();
    drop(text);
    many.reverse();
    let all = async move {
        let mut total = 0;
        for one in many {
            total += one.await;
        }
        total
    };
    assert_eq!(call(all), 14);
    let boxed: Box<dyn Future<Output = usize> + Send + Sync + Unpin> = Box::new(value(1, ""));
    assert_eq!(call(boxed), 1);
}

#[test]
fn an_offloaded_function_coerces_to_a_function_pointer() {
    #[offload]
    fn double(n: u8) -> u8 {
        elsewhere();
        n * 2
    }
    #[offload]
    fn length(text: &str) -> usize {
        elsewhere();
        text.len()
    }
    let pointer: fn(u8) -> Offload<u8> = double;
    assert_eq!(call(pointer(2)), 4);
    let for_all: for<'a> fn(&'a str) -> Offload<usize> = length;
    assert_eq!(call(for_all("abc")), 3);
    let list: Vec<Offload<u8>> = [1, 2].into_iter().map(double).collect();
    assert_eq!(list.into_iter().map(call).sum::<u8>(), 6);
    let method: fn(&Shared, u8) -> Offload<usize> = Shared::get;
    assert_eq!(call(method(&Shared(Arc::from([1, 2])), 1)), 3);
}

#[derive(Clone)]
struct Shared(Arc<[u8]>);

impl Shared {
    #[offload]
    fn get(&self, more: u8) -> usize {
        elsewhere();
        self.0.len() + usize::from(more)
    }
}
