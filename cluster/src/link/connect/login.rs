//! How a process logs in to the servers, and how a URL contains the login.

/// How a process proves who it is.
#[derive(Clone)]
pub(super) enum Login {
    None,
    Token(String),
    Password(String, String),
    Seed(String),
    File(std::path::PathBuf),
}

/// A URL without its login, and that login.
pub(super) fn without_login(url: &str) -> (Option<Login>, String) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("nats", url));
    let (authority, _) = rest.split_once('/').unwrap_or((rest, ""));
    let Some((login, _)) = authority.rsplit_once('@') else {
        return (None, url.to_owned());
    };
    let rest = &rest[login.len() + 1..];
    let login = match login.split_once(':') {
        Some((user, password)) => Login::Password(user.to_owned(), password.to_owned()),
        None => Login::Token(login.to_owned()),
    };
    (Some(login), format!("{scheme}://{rest}"))
}
