//! Tests with damaged frames and messages, mutated by the same random numbers each time.
//!
//! The other end of a worker's socket may send anything. Each message is read or refused, without a panic and without more memory than
//! its bytes justify.

use offload_limits::Seed;

use crate::panics::Panic;
use crate::wire::{
    codec::decode,
    frame::{HEAD, Head, Kind, ROOM},
    message::{
        Headers, Hello, Known, Refusal, TooLarge, append_headers, codec_frame, frame, read,
        read_codec, split_headers,
    },
    reader::MessageReader,
};

const LIMIT: usize = 1 << 20;

/// Messages of each kind, whole.
fn messages() -> Vec<Vec<u8>> {
    let hello = Hello {
        pool: "pool".into(),
        functions: vec![
            Known {
                name: "a::b".into(),
                fingerprint: u64::MAX,
            };
            3
        ],
        memory_limit: Some(1 << 40),
        core_dumps: true,
        max_resident: None,
        max_message: 1 << 30,
        stack_size: Some(8),
    };
    let panic = Panic {
        message: "m".repeat(200),
        location: Some("file.rs:1:2".into()),
    };
    let mut call = ROOM.to_vec();
    call.extend_from_slice(b"arguments");
    let headers: Headers = vec![("key".into(), "value".into()); 4];
    append_headers(&headers, &mut call).expect("headers encode");
    let mut head = Head::new(Kind::Call);
    head.extra = true;
    head.seal(&mut call);
    vec![
        frame(Kind::Hello, &hello),
        frame(Kind::Ready, &()),
        frame(Kind::Refusal, &Refusal::Mismatch("text".into())),
        frame(Kind::Panic, &panic),
        frame(Kind::TooLarge, &TooLarge { bytes: 1, limit: 2 }),
        codec_frame(&crate::CodecError::new(&"x")),
        call,
        Vec::new(),
    ]
}

/// What each side does with a message.
fn understand(head: Head, body: &[u8]) -> bool {
    match head.kind {
        Kind::Hello => read::<Hello>(body).is_ok(),
        Kind::Ready => read::<()>(body).is_ok(),
        Kind::Refusal => read::<Refusal>(body).is_ok(),
        Kind::Panic => read::<Panic>(body).is_ok(),
        Kind::TooLarge => read::<TooLarge>(body).is_ok(),
        Kind::Codec => read_codec(body).is_ok(),
        Kind::Call | Kind::Reply => split_headers(body, head.extra).is_ok(),
    }
}

#[test]
fn mutated_frames_are_understood_or_refused() {
    let messages = messages();
    let mut seed = Seed::new(1);
    let (mut understood, mut refused) = (0, 0);
    for _ in 0..60_000 {
        let mut bytes = messages[seed.index(messages.len())].clone();
        seed.mutate(&mut bytes);
        let mut incoming = MessageReader::new(Vec::new(), LIMIT);
        let mut rest = &bytes[..];
        // In pieces, as a socket might have it.
        let end = loop {
            let room = incoming.room();
            assert!(room.len() <= LIMIT + HEAD);
            let piece = rest.len().min(room.len()).min(1 + seed.index(64));
            if piece == 0 {
                break None;
            }
            room[..piece].copy_from_slice(&rest[..piece]);
            rest = &rest[piece..];
            match incoming.filled(piece) {
                Ok(None) => {}
                Ok(Some(head)) => break Some(head),
                Err(_) => break None,
            }
        };
        if end.is_some_and(|head| understand(head, incoming.body())) {
            understood += 1;
        } else {
            refused += 1;
        }
    }
    // The mutations lead to both results.
    assert!(
        understood > 1000 && refused > 1000,
        "{understood} {refused}"
    );
}

#[test]
fn mutated_bodies_are_understood_or_refused() {
    let messages = messages();
    let mut seed = Seed::new(2);
    let mut understood = 0;
    for _ in 0..60_000 {
        let message = &messages[seed.index(messages.len())];
        let mut body = message.get(HEAD..).unwrap_or_default().to_vec();
        seed.mutate(&mut body);
        for kind in 1..=8 {
            let mut bytes = [0; HEAD];
            let mut frame = ROOM.to_vec();
            Head::new(Kind::Ready).seal(&mut frame);
            bytes.copy_from_slice(&frame);
            bytes[4] = kind;
            let mut head = Head::read(&bytes).expect("a kind of ours");
            head.extra = seed.below(2) == 0;
            understood += u32::from(understand(head, &body));
        }
    }
    assert!(understood > 1000);
}

#[test]
fn a_length_that_is_a_lie_costs_nothing() {
    // Sixteen exabytes of items, in a message of a few bytes.
    let lie = [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 1, 2, 3,
    ];
    assert!(decode::<Vec<u64>>(&mut &lie[..]).is_err());
    assert!(decode::<Vec<String>>(&mut &lie[..]).is_err());
    assert!(decode::<String>(&mut &lie[..]).is_err());
    assert!(decode::<&[u8]>(&mut &lie[..]).is_err());
    assert!(decode::<std::collections::HashMap<u8, u8>>(&mut &lie[..]).is_err());
}
