//! The functions in their second release.

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
    /// Nothing is left. This variant is new. It is last, so that the others keep their numbers.
    Empty,
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Offload(error)
    }
}

/// The same in both releases, except for its result.
#[offload(remote = SHOP)]
pub fn release() -> Result<String, Error> {
    Ok("new".to_owned())
}

/// With other types than in the old release: in grams.
#[offload(remote = SHOP)]
pub fn weight(grams: u64) -> Result<u64, Error> {
    Ok(grams)
}

/// With one more error than in the old release.
#[offload(remote = SHOP)]
pub fn sell(day: u32) -> Result<u32, Trouble> {
    match day {
        5 => Err(Trouble::Empty),
        6 => Err(Trouble::Closed),
        day => Ok(day),
    }
}

/// The old release does not have this function.
#[offload(remote = SHOP)]
pub fn stock() -> Result<u32, Error> {
    Ok(7)
}

/// Calls the function of that name.
pub async fn call(name: String) -> String {
    match &*name {
        "weight" => format!("{:?}", weight(1000).await),
        "sell on day 5" => format!("{:?}", sell(5).await),
        "sell on day 6" => format!("{:?}", sell(6).await),
        "stock" => format!("{:?}", stock().await),
        _ => format!("{:?}", release().await),
    }
}
