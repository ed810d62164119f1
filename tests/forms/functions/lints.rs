//! Lints speak about annotated functions as they do about plain ones: `expect` asks for each of them.

use tokio_offload::offload;

use crate::{call, elsewhere};

mod unused {
    use tokio_offload::offload;

    #[expect(dead_code, reason = "nobody calls it")]
    #[offload]
    fn function(n: u8) -> u8 {
        n
    }

    #[offload]
    #[expect(dead_code, reason = "nobody calls it")]
    fn below(text: &str) -> usize {
        text.len()
    }

    struct Host;

    #[expect(dead_code, reason = "nobody calls it")]
    impl Host {
        #[offload]
        fn method(self, n: u8) -> u8 {
            n
        }
    }
}

#[expect(unused_variables, reason = "the body ignores it")]
#[offload]
fn argument(n: u8) -> u8 {
    elsewhere();
    1
}

#[expect(unused_variables, reason = "the body ignores it")]
#[offload]
fn borrowed_argument(text: &str) -> u8 {
    elsewhere();
    1
}

#[expect(unused_variables, reason = "the body ignores it")]
#[offload]
fn in_pattern((a, b): (u8, u8)) -> u8 {
    elsewhere();
    a
}

#[expect(unused_mut, reason = "the body changes nothing")]
#[offload]
fn mutable(mut n: u8) -> u8 {
    elsewhere();
    n
}

#[expect(
    unused_variables,
    unused_assignments,
    reason = "the body writes and forgets"
)]
#[offload]
fn assigned(mut n: u8) -> u8 {
    elsewhere();
    n = 2;
    1
}

#[expect(unreachable_code, reason = "the body returns before it ends")]
#[offload]
fn unreachable() -> u8 {
    elsewhere();
    return 1;
    2
}

#[expect(unused_must_use, reason = "the body drops a result")]
#[offload]
fn forgotten() -> u8 {
    elsewhere();
    "1".parse::<u8>();
    1
}

#[expect(unused_variables, reason = "the body ignores it")]
#[offload]
fn past_cfg(
    #[cfg(not(target_os = "none"))] text: &str,
    #[cfg(not(target_os = "none"))] n: u8,
) -> u8 {
    elsewhere();
    n
}

#[expect(non_snake_case, reason = "the form is the subject")]
#[offload]
fn camelCase(camelArgument: u8) -> u8 {
    elsewhere();
    camelArgument
}

#[test]
fn lints_report_in_bodies_as_in_plain_functions() {
    assert_eq!(call(argument(1)), 1);
    assert_eq!(call(borrowed_argument("")), 1);
    assert_eq!(call(in_pattern((1, 2))), 1);
    assert_eq!(call(mutable(1)), 1);
    assert_eq!(call(assigned(1)), 1);
    assert_eq!(call(unreachable()), 1);
    assert_eq!(call(forgotten()), 1);
    assert_eq!(call(past_cfg("", 1)), 1);
    assert_eq!(call(camelCase(1)), 1);
}

#[deprecated = "there is a newer one"]
#[offload]
fn old() -> u8 {
    elsewhere();
    1
}

#[offload]
#[must_use = "it was worth it"]
fn used() -> u8 {
    elsewhere();
    1
}

#[offload]
fn result() -> Result<u8, u8> {
    elsewhere();
    Ok(1)
}

#[test]
fn lints_report_at_callers_as_for_plain_functions() {
    #[expect(deprecated, reason = "the form is the subject")]
    let value = call(old());
    assert_eq!(value, 1);
    #[expect(unused_must_use, reason = "a call that nobody awaits")]
    {
        used();
    }
    #[expect(unused_must_use, reason = "a call that nobody awaits")]
    {
        result();
    }
    call(async {
        #[expect(unused_must_use, reason = "a result that nobody looks at")]
        {
            result().await;
        }
    });
}
