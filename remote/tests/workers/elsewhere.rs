//! Bodies of functions that name another place: workers run any function of their program.

use std::sync::Mutex;

use tokio_offload_remote::{
    Config, FUNCTIONS, Failure, Function, Remote, StartError, Workers, decode, encode, linkme,
};

static HOME: Workers = Config::new("elsewhere-home").processes(1).build();
static GUESTS: Workers = Config::new("elsewhere-guests").processes(1).build();
static STRICT: Workers = Config::new("elsewhere-strict")
    .processes(1)
    .init(|| Ok(()))
    .build();

#[linkme::distributed_slice(FUNCTIONS)]
#[linkme(crate = tokio_offload_remote::linkme)]
static DOUBLE: Function = Function::new(
    "elsewhere::double",
    || &HOME,
    |mut input, output| output.encode(&(decode::<u32>(&mut input)? * 2)),
    |fingerprint| {
        fingerprint.add::<u32>();
        fingerprint.add::<u32>();
    },
);

async fn double(place: &'static dyn Remote) -> Result<u32, Failure> {
    let mut arguments = place.take_buffer();
    encode(&21_u32, &mut arguments).unwrap();
    let reply = place.call(&DOUBLE, Ok(arguments), Vec::new()).await?;
    Ok(decode(&mut reply.bytes()).unwrap())
}

#[tokio::test]
async fn workers_run_functions_of_another_place() {
    assert_eq!(double(&HOME).await.unwrap(), 42);
    assert_eq!(double(&GUESTS).await.unwrap(), 42);
    assert_eq!((HOME.stats().done, GUESTS.stats().done), (1, 1));
}

/// They would run without it.
#[tokio::test]
async fn workers_that_cannot_find_their_init_are_not_used() {
    let Err(Failure::Start(StartError::Registry(text))) = double(&STRICT).await else {
        panic!("it ran");
    };
    assert!(
        text.contains("`elsewhere-strict`") && text.contains("`init`"),
        "{text}"
    );
    assert_eq!((STRICT.stats().started, STRICT.stats().refused), (0, 1));
}

/// Spoilt by a body that panics, in its worker.
static PLACE: Mutex<&'static Workers> = Mutex::new(&SPOILT);
static SPOILT: Workers = Config::new("elsewhere-spoilt").processes(1).build();

#[linkme::distributed_slice(FUNCTIONS)]
#[linkme(crate = tokio_offload_remote::linkme)]
static SPOILS: Function = Function::new(
    "elsewhere::spoils",
    || *PLACE.lock().unwrap(),
    |_, _| {
        let _place = PLACE.lock().unwrap();
        panic!("as planned");
    },
    |_| (),
);

#[tokio::test]
async fn a_place_that_cannot_be_told_in_a_worker_is_a_panic_of_the_call() {
    for word in ["as planned", "Poison", "Poison"] {
        let call = SPOILT.call(&SPOILS, Ok(SPOILT.take_buffer()), Vec::new());
        let Err(Failure::Panicked { message, .. }) = call.await else {
            panic!("it has an answer");
        };
        assert!(message.contains(word), "{message}");
    }
    assert_eq!(SPOILT.stats().started, 1);
}

/// Lists of the program itself, which has given them names that this library uses too.
mod own_lists {
    use tokio_offload_remote::linkme;

    #[linkme::distributed_slice]
    #[linkme(crate = tokio_offload_remote::linkme)]
    pub(crate) static FUNCTIONS: [fn() -> u8];

    #[linkme::distributed_slice]
    #[linkme(crate = tokio_offload_remote::linkme)]
    pub(crate) static ENTRIES: [u8];
}

/// The linker knows such lists by their names alone.
#[test]
fn a_program_has_lists_of_its_own() {
    assert_eq!(
        (own_lists::FUNCTIONS.len(), own_lists::ENTRIES.len()),
        (0, 0)
    );
    assert!(FUNCTIONS.iter().any(|one| one.name() == DOUBLE.name()));
}
