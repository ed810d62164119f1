//! Errors that crossed, also from releases with other kinds of errors.

use super::*;

#[test]
fn what_happened_in_a_cluster_crosses_too() {
    let loss = NodeLoss(Box::new(NodeFacts {
        node: "n7".to_owned(),
        host: "east".to_owned(),
        function: "a::f".to_owned(),
        attempts: 2,
    }));
    let errors = [
        Error::NoNodes(Duration::from_secs(5)),
        Error::Mismatch("they have another".into()),
        Error::Lost(loss),
        Error::Unreachable("refused".into()),
    ];
    for error in errors {
        let mut bytes = Vec::new();
        engine::encode(&error, &mut bytes).unwrap();
        let back: Error = engine::decode(&mut &bytes[..]).unwrap();
        assert_eq!(format!("{back:?}"), format!("{error:?}"));
    }
}

fn parcel(version: u8, bytes: Vec<u8>) -> Error {
    let parcel: Parcel = (version, "it rains".to_owned(), bytes);
    let mut written = Vec::new();
    engine::encode(&parcel, &mut written).unwrap();
    engine::decode(&mut &written[..]).unwrap()
}

/// A later release may have kinds that this one does not know, or another form.
#[test]
fn what_is_not_known_is_its_text() {
    let unknown = [
        (VERSION, vec![120, 1]),
        (VERSION, vec![]),
        (VERSION + 1, vec![1]),
    ];
    for (version, bytes) in unknown {
        let back = parcel(version, bytes);
        let is_text = matches!(&back, Error::Other(text) if text.to_string() == "it rains");
        assert!(is_text, "{back:?}");
    }
    assert!(matches!(parcel(VERSION, vec![1]), Error::Cancelled));
}

#[test]
fn a_kind_that_has_one_more_field_elsewhere_is_known() {
    let error = Error::TooLarge { bytes: 2, limit: 1 };
    let mut bytes = Vec::new();
    engine::encode_message(&Sent::from(&error), &mut bytes).unwrap();
    bytes.push(7);
    let back = parcel(VERSION, bytes);
    assert_eq!(format!("{back:?}"), format!("{error:?}"));
}

/// Releases before and after a change read each other: a kind that is added, is added at the end.
#[test]
fn kinds_keep_their_numbers() {
    let number = |error: &Error| {
        let mut bytes = Vec::new();
        engine::encode_message(&Sent::from(error), &mut bytes).unwrap();
        bytes[0]
    };
    let kinds = [
        (1, Error::Cancelled),
        (2, Error::Full),
        (3, Error::Shutdown),
        (4, Error::NoRuntime),
        (5, Error::NotInBody),
        (9, Error::Poisoned),
        (10, Error::WouldBlock),
        (11, Error::NotInitialized),
        (12, Error::NoIo),
        (13, Error::Forked(1)),
        (14, Error::Privileged(String::new())),
        (15, Error::Nested),
        (23, Error::TimedOut(Duration::ZERO)),
        (24, Error::QueueTimedOut(Duration::ZERO)),
        (26, Error::TooLarge { bytes: 2, limit: 1 }),
        (27, Error::Other("".into())),
        (28, Error::TooDeep { limit: 1 }),
        (29, Error::NoNodes(Duration::ZERO)),
        (30, Error::Mismatch("".into())),
        (32, Error::Unreachable("".into())),
    ];
    for (known, error) in kinds {
        assert_eq!(number(&error), known, "{error:?}");
    }
}
