//! A type parameter of the `impl`, which the attribute cannot see where the signature does not name it.

use tokio_offload::offload;

struct Stack<T>(Vec<T>);

impl<T: Ord> Stack<T> {
    #[offload]
    fn is_sorted(self) -> bool {
        self.0.is_sorted()
    }
}

fn main() {}
