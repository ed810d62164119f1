//! What a report says of a thread that was found.

use std::time::Duration;

use super::{Reader, Suspect};
use crate::{
    Blocked,
    linux::{culprit::culprit, printable::printable},
};

/// Why a stack that was read leads to no function.
const NO_NAME: &str = "no function of yours is on its stack";

/// The same in a build that does not record which functions were inlined.
const INLINED: &str = "no function of yours is on its stack, or it was inlined and this build does not tell: `debug = \"line-tables-only\"` in the profile does";

impl Reader {
    pub(crate) fn report(
        &self,
        worker: Option<usize>,
        after: Duration,
        suspect: &Suspect,
    ) -> Blocked {
        let mut report = Blocked::new(worker, suspect.seen.how, after);
        report.one_poll = suspect.seen.is_still;
        report.stack = suspect
            .frames
            .iter()
            .map(|frame| printable(&frame.name))
            .collect();
        if let Some(it) = culprit(&suspect.frames, &self.program) {
            report.function = Some(printable(&it.function));
            report.file = it.file.as_deref().map(printable);
            report.calls = it.calls.as_deref().map(printable);
            report.line = it.line;
        } else {
            let tells_inlined = suspect.frames.iter().any(|it| it.file.is_some());
            report.unnamed = Some(if tells_inlined { NO_NAME } else { INLINED });
        }
        report
    }
}
