//! All ways to have another process do something.

use std::error::Error;

use crate::{
    ours, peers, procs, raw,
    way::{Name, Way},
};

/// All ways that this machine has. Says which are missing.
pub(crate) fn all() -> Result<Vec<Box<dyn Way>>, Box<dyn Error>> {
    let mut ways: Vec<Box<dyn Way>> = vec![
        Box::new(raw::Socket::start()?),
        Box::new(ours::Ours::start(Name::Ours)?),
        Box::new(ours::Ours::start(Name::OursOneThread)?),
        Box::new(procs::Procspawn::start()?),
    ];
    for name in [Name::Executor, Name::Loky, Name::Pebble] {
        match peers::Python::start(name) {
            Ok(python) => ways.push(Box::new(python)),
            Err(error) => eprintln!("without {}: {error}", name.name()),
        }
    }
    Ok(ways)
}
