//! Warnings about an offloaded function stand where they stand for a plain one.
#![deny(warnings, missing_docs)]

pub mod shown {
    //! Something public.
    use tokio_offload::offload;

    #[offload]
    pub fn undocumented(key: &str, mut count: u8, unread: &[u8], _unused: u8) -> usize {
        let spare = 1;
        return key.len();
        drop(String::new());
    }

    #[offload]
    #[deprecated]
    /// Documented.
    pub fn old() {}

    /// Documented.
    pub async fn caller() {
        old().await;
        undocumented("", 1, b"", 1);
        undocumented("", 1, b"", 1).start();
    }
}

fn main() {}
