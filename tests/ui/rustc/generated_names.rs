//! A body cannot name what the attribute makes.

use tokio_offload::offload;

#[derive(Clone)]
struct Store(u8);

impl Store {
    #[offload]
    fn load(&self, (one, two): (u8, u8)) -> u8 {
        drop((__offload_own, __arg0, SITE));
        self.0 + one + two
    }
}

fn main() {}
