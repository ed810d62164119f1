//! Every mistake of an owner in one build. Callers that await see no further one.

use tokio_offload::offload;

struct Db(String);

#[offload(owner = DbHandle)]
impl Db {
    pub fn open(path: &mut str) -> Result<Self, String> {
        Ok(Self(path.to_owned()))
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    pub async fn later(&mut self) -> usize {
        std::future::ready(self.0.len()).await
    }

    pub fn good(&mut self, more: &str) -> usize {
        self.0.push_str(more);
        self.0.len()
    }
}

async fn caller() -> Result<usize, String> {
    let db = DbHandle::open(&mut String::new()).await?;
    Ok(db.text().await.len() + db.later().await + db.clone().good("x").await)
}

fn main() {
    drop(caller());
}
