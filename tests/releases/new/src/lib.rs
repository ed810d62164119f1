//! The functions as their second release has them.

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
    /// It has nothing left. New: at the end, so that the others keep their places.
    Empty,
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Offload(error)
    }
}

/// The same in both releases, but for what it says.
#[offload(remote = SHOP)]
pub fn release() -> Result<String, Error> {
    Ok("new".to_owned())
}

/// With other types than before: in grams.
#[offload(remote = SHOP)]
pub fn weight(grams: u64) -> Result<u64, Error> {
    Ok(grams)
}

/// With an error more than before.
#[offload(remote = SHOP)]
pub fn sell(day: u32) -> Result<u32, Trouble> {
    match day {
        5 => Err(Trouble::Empty),
        6 => Err(Trouble::Closed),
        day => Ok(day),
    }
}

/// The release before had no such function.
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
