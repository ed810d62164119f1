//! A value that stays on a thread of its own: neither `Send` nor `Clone`, with methods that take `&mut self`.
//!
//! `cargo run --example owner`

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, thread};

use tokio_offload::offload;

/// Stands for a connection to a database or a device.
struct Ledger {
    /// `Rc`: this never leaves its thread.
    entries: Rc<RefCell<BTreeMap<String, i64>>>,
}

/// `LedgerHandle` has the same methods, asynchronous. It can be cloned and shared; calls run one after the other.
#[offload(owner = LedgerHandle)]
impl Ledger {
    pub(crate) fn open() -> Self {
        println!("opened on {:?}", thread::current().name());
        let entries = Rc::default();
        Self { entries }
    }

    pub(crate) fn book(&mut self, account: &str, amount: i64) -> i64 {
        let mut entries = self.entries.borrow_mut();
        let balance = entries.entry(account.to_owned()).or_default();
        *balance += amount;
        *balance
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        println!("closed on {:?}", thread::current().name());
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    offload_examples::arguments::none();
    let ledger = LedgerHandle::open().await;
    let tasks: Vec<_> = (1..=3)
        .map(|amount| {
            let ledger = ledger.clone();
            tokio::spawn(async move { ledger.book("rent", amount).await })
        })
        .collect();
    for task in tasks {
        println!("balance: {}", task.await.expect("no panic"));
    }
    // With the last handle the thread ends; `finish` waits until the value is dropped there.
    let owner = tokio_offload::Owner::from(ledger);
    owner.finish(drop).await;
}
