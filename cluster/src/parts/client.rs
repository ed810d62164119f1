//! The client of the servers. A new one takes its place if it has died.

use std::sync::{Arc, PoisonError, RwLock};

use async_nats::Client;

/// The client, for all who use it. Whoever waits for its messages asks again whether it is still the same.
#[derive(Clone, Debug)]
pub(crate) struct SharedClient(Arc<RwLock<Arc<Client>>>);

impl SharedClient {
    pub(crate) fn new(client: Client) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(client))))
    }

    /// The client as it is now.
    pub(crate) fn get(&self) -> Arc<Client> {
        let client = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&client)
    }

    /// Another one is used from now on.
    pub(crate) fn replace(&self, client: Client) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(client);
    }
}
