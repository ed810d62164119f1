//! What the compiler says about mistakes: `ours` where the attribute speaks, `rustc` where it only aims the compiler.

#[test]
fn ours() {
    trybuild::TestCases::new().compile_fail("ui/ours/*.rs");
}

#[test]
fn rustc() {
    trybuild::TestCases::new().compile_fail("ui/rustc/*.rs");
}
