//! Types of a program's own with names that are famous from std, imported and used by their bare names: they mean what they are.

use crate::{call, elsewhere};

mod own {
    use std::cell::RefCell as StdRefCell;

    #[derive(Clone)]
    pub(super) struct Cell<T>(pub(super) T);

    #[derive(Clone)]
    pub(super) struct RefCell<T>(pub(super) StdRefCell<T>);

    #[derive(Clone)]
    pub(super) struct OnceLock<T>(pub(super) T);

    pub(super) struct MutexGuard<T>(pub(super) T);

    pub(super) struct BoxFuture<T>(pub(super) T);

    pub(super) trait Future<T>: Send {
        fn value(&self) -> T;
    }

    impl Future<u8> for u8 {
        fn value(&self) -> u8 {
            *self
        }
    }
}

mod offloaded {
    use std::borrow::Cow;

    use tokio_offload::offload;

    use super::{
        elsewhere,
        own::{BoxFuture, Cell, Future, MutexGuard, OnceLock, RefCell},
    };

    #[offload]
    pub(super) fn of_board(cells: &[Cell<u8>], last: Option<&Cell<u8>>) -> u8 {
        elsewhere();
        cells.iter().chain(last).map(|cell| cell.0).sum()
    }

    #[offload]
    pub(super) fn of_table<T>(cell: &RefCell<T>, once: Cow<'_, OnceLock<u8>>) -> (T, u8)
    where
        T: Clone,
    {
        elsewhere();
        (cell.0.borrow().clone(), once.0)
    }

    #[offload]
    pub(super) fn of_guard(guard: MutexGuard<String>) -> String {
        elsewhere();
        guard.0
    }

    #[offload]
    pub(super) fn of_parcel(n: u8) -> BoxFuture<u8> {
        elsewhere();
        BoxFuture(n)
    }

    #[offload]
    pub(super) fn of_days_to_come(n: u8) -> Box<dyn Future<u8>> {
        elsewhere();
        Box::new(n)
    }

    #[offload]
    impl Cell<u8> {
        pub(super) fn plus(
            &self,
            other: &Cell<u8>,
            #[cfg(any())] gone: &Cell<Nothing>,
        ) -> Cell<u8> {
            elsewhere();
            Cell(self.0 + other.0)
        }
    }
}

#[test]
fn own_types_with_famous_names_keep_their_meaning() {
    use own::{Cell, MutexGuard, OnceLock, RefCell};
    let (one, two) = (Cell(1), Cell(2));
    assert_eq!(call(offloaded::of_board(&[Cell(3)], Some(&one))), 4);
    assert_eq!(call(one.plus(&two)).0, 3);
    let table = RefCell(std::cell::RefCell::new("a"));
    let once = std::borrow::Cow::Owned(OnceLock(5));
    assert_eq!(call(offloaded::of_table(&table, once)), ("a", 5));
    assert_eq!(call(offloaded::of_guard(MutexGuard("b".to_owned()))), "b");
    assert_eq!(call(offloaded::of_parcel(6)).0, 6);
    assert_eq!(call(offloaded::of_days_to_come(7)).value(), 7);
}
