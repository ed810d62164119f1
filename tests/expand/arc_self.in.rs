//! Methods that own their receiver, or a pointer to it.

impl Store {
    #[offload]
    fn size(self: Arc<Self>) -> usize {
        self.files.len()
    }

    #[offload]
    fn watch(self: &Arc<Self>) -> Arc<Self> {
        self.clone()
    }

    #[offload]
    fn close(mut self) -> ! {
        self.files.clear();
        exit(0)
    }
}
