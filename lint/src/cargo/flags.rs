//! The flags that the user gives the compiler outside of profiles.

use std::env;

use toml::Value;

use super::configuration::{files, tables};

/// Whether they keep the compiler from warnings of futures that nobody awaits.
pub(crate) fn are_quiet() -> bool {
    let variables = env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        name.ends_with("RUSTFLAGS")
            .then(|| value.into_string())?
            .ok()
    });
    let written = files().into_iter().flat_map(|file| tables(&file));
    let written = written.flat_map(|table| rustflags(&Value::Table(table)));
    variables.chain(written).any(|flags| allows_unused(&flags))
}

/// All values of that name. Which target they are for does not matter: `--fix` leaves what may be left.
fn rustflags(of: &Value) -> Vec<String> {
    let Value::Table(table) = of else {
        return Vec::new();
    };
    let all = table.iter().flat_map(|(key, value)| match value {
        Value::String(flags) if key == "rustflags" => vec![flags.clone()],
        Value::Array(flags) if key == "rustflags" => {
            let words: Vec<&str> = flags.iter().filter_map(Value::as_str).collect();
            vec![words.join(" ")]
        }
        other => rustflags(other),
    });
    all.collect()
}

/// The separator of `CARGO_ENCODED_RUSTFLAGS` is no space.
fn allows_unused(flags: &str) -> bool {
    let mut words = flags.split(|sign: char| sign.is_whitespace() || sign == '=' || sign == '\x1f');
    let all = ["unused_must_use", "unused", "warnings"];
    while let Some(word) = words.next() {
        let lint = match word {
            "-A" | "--allow" => words.next(),
            "--cap-lints" if words.next() == Some("allow") => return true,
            _ => word.strip_prefix("-A"),
        };
        let lint = lint.unwrap_or_default().replace('-', "_");
        if lint.split(',').any(|one| all.contains(&one)) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use toml::Value;

    use super::{allows_unused, rustflags};

    #[test]
    fn flags_that_allow_unused_futures_are_told_from_others() {
        for flags in [
            "-A unused_must_use",
            "-Copt-level=1 -Aunused-must-use",
            "--allow=unused",
            "--allow warnings",
            "-Adead_code,unused",
            "--cap-lints=allow",
            "-A\u{1f}unused",
        ] {
            assert!(allows_unused(flags), "{flags}");
        }
        for flags in [
            "-D warnings",
            "-Dunused_must_use",
            "-A dead_code",
            "--cap-lints warn -Wunused",
            "--cfg=unused",
        ] {
            assert!(!allows_unused(flags), "{flags}");
        }
    }

    #[test]
    fn they_are_found_for_all_targets() {
        let text = "[build]\nrustflags = [\"-A\", \"unused\"]\n[target.x]\nrustflags = \"-g\"\n[net]\noffline = true\n";
        let file = Value::Table(text.parse().expect("a table"));
        assert_eq!(rustflags(&file), ["-A unused", "-g"]);
    }
}
