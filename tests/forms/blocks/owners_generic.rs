//! Owners of generic values: the handle has the generics of the block, and only what is passed must travel.

use std::{cell::RefCell, marker::PhantomData, rc::Rc};

use tokio_offload::offload;

use crate::{call, elsewhere};

trait Codec {
    type Frame;

    fn write(&mut self, frame: Self::Frame) -> usize;
}

struct Port<C: Codec, const N: usize> {
    codec: C,
    written: usize,
}

#[offload(owner = pub(crate) PortHandle)]
impl<C: Codec, const N: usize> Port<C, N>
where
    C::Frame: Clone + Send + 'static,
{
    pub fn open(codec: C) -> Result<Self, [u8; N]> {
        elsewhere();
        Ok(Self { codec, written: 0 })
    }

    pub fn write(&mut self, frame: &[C::Frame]) -> [usize; N] {
        elsewhere();
        for frame in frame {
            self.written += self.codec.write(frame.clone());
        }
        [self.written; N]
    }

    pub fn written(&self) -> usize {
        elsewhere();
        self.written
    }

    pub fn same(&self, other: PhantomData<fn() -> Self>) -> PhantomData<fn() -> Self> {
        elsewhere();
        other
    }
}

#[derive(Default)]
struct Lengths(usize);

impl Codec for Lengths {
    type Frame = String;

    fn write(&mut self, frame: String) -> usize {
        self.0 += 1;
        frame.len()
    }
}

#[test]
fn a_handle_has_the_generic_parameters_of_its_block() {
    let port = call(PortHandle::<Lengths, 2>::open(Lengths::default())).expect("it opens");
    assert_eq!(call(port.write(&["a".into(), "bc".into()])), [3, 3]);
    assert_eq!(call(port.clone().written()), 3);
    let _: PhantomData<fn() -> Port<Lengths, 2>> = call(port.same(PhantomData));
}

/// A value whose parameter is not `Send` either.
struct Shared<T> {
    items: Rc<RefCell<Vec<T>>>,
}

#[offload(owner = SharedHandle)]
impl<T> Shared<T> {
    pub fn made_by(make: fn() -> Vec<T>) -> Self {
        elsewhere();
        let items = Rc::new(RefCell::new(make()));
        Self { items }
    }

    pub fn len(&mut self) -> usize {
        elsewhere();
        self.items.borrow().len()
    }

    pub fn push(&self, item: T) -> Option<T> {
        elsewhere();
        self.items.borrow_mut().push(item);
        None
    }
}

#[test]
fn type_parameters_of_an_owned_value_need_no_send() {
    let shared = call(SharedHandle::made_by(|| vec![1, 2]));
    assert_eq!(call(shared.push(3)), None);
    assert_eq!(call(shared.len()), 3);
}

#[test]
fn an_owned_value_need_not_be_send() {
    let owner = call(tokio_offload::Owner::spawn(|| {
        elsewhere();
        let items = Rc::new(RefCell::new(vec![Rc::new(1)]));
        Shared { items }
    }));
    assert_eq!(call(SharedHandle::from(owner).len()), 1);
}
