//! The functions in their first release.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_offload::{Error, offload};
use tokio_offload_cluster::Cluster;

/// The cluster of both releases.
pub static SHOP: Cluster = Cluster::new("shop").wait_for_nodes(Duration::from_secs(1));

/// Why a shop does not sell.
#[derive(Debug, Serialize, Deserialize)]
pub enum Trouble {
    /// It is closed on that day.
    Closed,
    /// The call failed.
    Offload(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Offload(error)
    }
}

/// The same in both releases, except for its result.
#[offload(remote = SHOP)]
pub fn release() -> Result<String, Error> {
    Ok("old".to_owned())
}

/// The next release has other types.
#[offload(remote = SHOP)]
pub fn weight(kilos: u32) -> Result<u32, Error> {
    Ok(kilos)
}

/// The next release has one more error.
#[offload(remote = SHOP)]
pub fn sell(day: u32) -> Result<u32, Trouble> {
    if day == 6 {
        return Err(Trouble::Closed);
    }
    Ok(day)
}

/// Calls the function of that name.
pub async fn call(name: String) -> String {
    match &*name {
        "weight" => format!("{:?}", weight(1).await),
        "sell on day 5" => format!("{:?}", sell(5).await),
        "sell on day 6" => format!("{:?}", sell(6).await),
        _ => format!("{:?}", release().await),
    }
}
