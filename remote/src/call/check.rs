//! What has to hold before a worker is asked for, or started.

use crate::{
    error::{Failure, StartError},
    pool::{
        functions::{self, Function},
        inner::Inner,
        request::Request,
        stats::Ended,
    },
    process::io_probe::has_io,
    role,
    wire::{
        codec::{CodecError, Point},
        message::Headers,
    },
};

/// A call as a request, or what it fails with and counts as. Asked inside of a runtime.
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
    if let Err(error) = functions::table() {
        let error = StartError::Registry(error.to_owned());
        return Err((Failure::Start(error), Ended::Refused));
    }
    let request = arguments
        .map_err(|error| error.at(Point::EncodeArguments))
        .and_then(|frame| Request::new(function.name(), function.key(), frame, headers))
        .map_err(|error| (Failure::Codec(error), Ended::Failed))?;
    let limit = inner.config.max_message;
    match request.len() {
        bytes if bytes > limit => Err((Failure::TooLarge { bytes, limit }, Ended::Failed)),
        _ => Ok(request),
    }
}
