//! Associated types of the block's parameter: what rustc proposes can be pasted, with and without a return type.

use tokio_offload::offload;

trait Kind {
    type Value;
}

struct Store<K>(K);

impl<K: Kind> Store<K> {
    #[offload(asynchronous = put_async)]
    fn put(value: K::Value) {
        drop(value);
    }

    #[offload]
    fn get(key: u8) -> K::Value {
        unimplemented!("{key}")
    }
}

fn main() {}
