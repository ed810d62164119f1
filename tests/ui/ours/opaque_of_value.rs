//! A method of an owner that returns what may borrow from the value.

use tokio_offload::offload;

struct Db(Vec<u8>);

#[offload(owner = DbHandle)]
impl Db {
    pub fn rows(&self) -> impl Iterator<Item = u8> {
        self.0.iter().copied()
    }
}

async fn caller(db: DbHandle) -> usize {
    db.rows().await.count()
}

fn main() {
    let _ = caller;
}
