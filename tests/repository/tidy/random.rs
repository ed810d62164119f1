//! Random numbers of tests come from one place.

use crate::rules::has_extension;

/// The generator, and work that is to be measured and happens to be one.
const GENERATORS: [&str; 2] = ["tests/limits/src/seed.rs", "benches/src/cpu.rs"];

/// The steps of the usual generators.
const STEPS: [&str; 5] = [
    "<< 13;",
    "<<= 13;",
    "6_364_136_223",
    "6364136223",
    "fn xorshift",
];

pub(crate) fn draws_from_the_seed(path: &str, text: &str, wrong: &mut Vec<String>) {
    if !has_extension(path, "rs") || GENERATORS.contains(&path) || path.ends_with("tidy/random.rs")
    {
        return;
    }
    if STEPS.iter().any(|step| text.contains(step)) {
        wrong.push(format!(
            "{path}: makes random numbers of its own; `offload_limits::Seed` has them"
        ));
    }
}

#[test]
fn a_generator_of_its_own_is_seen() {
    let seen = |path: &str, text: &str| {
        let mut wrong = Vec::new();
        draws_from_the_seed(path, text, &mut wrong);
        wrong.len()
    };
    assert_eq!(seen("remote/tests/x.rs", "self.0 ^= self.0 << 13;\n"), 1);
    assert_eq!(
        seen(
            "remote/tests/x.rs",
            "x.wrapping_mul(6_364_136_223_846_793_005)"
        ),
        1
    );
    assert_eq!(seen("remote/tests/x.rs", "use offload_limits::Seed;\n"), 0);
    assert_eq!(seen(GENERATORS[0], "self.0 ^= self.0 << 13;\n"), 0);
}
