//! Types that do not exist, behind a reference, in a slice and as what is returned: each is said once.

use tokio_offload::offload;

#[offload]
fn load(key: &Missing) -> Absent {
    todo!()
}

#[offload]
fn load_all(keys: &[Lost], one: (Gone, u8)) -> (Forgotten, u8) {
    todo!()
}

fn main() {}
