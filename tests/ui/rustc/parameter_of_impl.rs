//! A type parameter of the `impl`, which the attribute cannot see.

use tokio_offload::offload;

struct Stack<T>(Vec<T>);

impl<T: Ord> Stack<T> {
    #[offload]
    fn largest(self, extra: T) -> bool {
        self.0.iter().all(|item| *item <= extra)
    }
}

fn main() {}
