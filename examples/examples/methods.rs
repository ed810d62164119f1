//! Methods: `&self` is cloned, `self: Arc<Self>` is shared.
//!
//! `cargo run --example methods`

use std::{collections::HashMap, sync::Arc};

use tokio_offload::offload;

#[derive(Clone)]
struct Greeter {
    greeting: String,
}

impl Greeter {
    /// Works on a clone of the greeter, which is cheap here.
    #[offload]
    fn greet(&self, name: &str) -> String {
        format!("{}, {name}!", self.greeting)
    }
}

struct Dictionary {
    words: HashMap<&'static str, &'static str>,
}

impl Dictionary {
    /// Too large to be cloned for each call: the caller gives one more `Arc`.
    #[offload]
    fn translate(self: Arc<Self>, word: &str) -> Option<&'static str> {
        self.words.get(word).copied()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    offload_examples::arguments::none();
    let greeter = Greeter {
        greeting: "Hello".to_owned(),
    };
    println!("{}", greeter.greet("world").await);

    let words = HashMap::from([("water", "Wasser"), ("tree", "Baum")]);
    let dictionary = Arc::new(Dictionary { words });
    for word in ["tree", "stone"] {
        let found = Arc::clone(&dictionary).translate(word).await;
        println!("{word}: {found:?}");
    }
}
