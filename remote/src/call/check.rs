//! The checks before a call is submitted or a worker is started.

use crate::{
    error::{Failure, StartError},
    functions::{self, Function, Table},
    pool::{functions::pool, inner::Inner, request::Request, stats::Ended},
    process::io_probe::has_io,
    role,
    wire::{
        codec::{CodecError, Point},
        message::Headers,
    },
};

/// Turns a call into a request, or returns how it fails and how that is counted. Called inside a runtime.
pub(super) fn check(
    inner: &Inner,
    function: &'static Function,
    arguments: Result<Vec<u8>, CodecError>,
    headers: &Headers,
) -> Result<Request, (Failure, Ended)> {
    role::check().map_err(|failure| (failure, Ended::Refused))?;
    if !has_io() {
        return Err((Failure::NoIo, Ended::Refused));
    }
    let known = functions::table().map_err(str::to_owned);
    if let Err(error) = known.and_then(|table| finds_init(inner, table)) {
        let error = StartError::Registry(error);
        return Err((Failure::Start(error), Ended::Refused));
    }
    let request = arguments
        .map_err(|error| error.at(Point::EncodeArguments))
        .and_then(|frame| Request::new(function.name(), function.key(), frame, headers))
        .map_err(|error| (Failure::from(error), Ended::Failed))?;
    let limit = inner.config.max_message;
    match request.len() {
        bytes if bytes > limit => Err((Failure::TooLarge { bytes, limit }, Ended::Failed)),
        _ => Ok(request),
    }
}

/// A worker finds its pool, and so the initialiser, through any function of the pool. Functions of other pools may run there
/// too.
fn finds_init(inner: &Inner, table: &Table) -> Result<(), String> {
    let name = inner.config.name;
    if inner.config.init.is_none() || pool(table, name).is_some() {
        return Ok(());
    }
    Err(format!(
        "no function names the pool `{name}`, so its workers cannot find its `init`: annotate one function of the program \
         with `#[offload(remote = ..)]` of this pool, or leave `init` out"
    ))
}
