//! What is renamed in a body, and what keeps its name.
use ::tokio_offload::__private as P;
impl Store {
    #[allow(
        clippy::implicit_return,
        clippy::shadow_reuse,
        clippy::shadow_unrelated,
        clippy::items_after_statements,
        clippy::needless_lifetimes,
        single_use_lifetimes
    )]
    fn report<'t>(
        &self,
        also: Cow<str>,
        name: &'t str,
        width: usize,
    ) -> ::tokio_offload::Offload<String> {
        P::call4::<
            _,
            _,
            _,
            usize,
            String,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "report",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::On::Default,
            P::own_self::<Self, _, _>(self),
            P::own_cow::<str>(also),
            P::own::<str, _>(name),
            P::stay(width),
            |__offload_own, also, name, width| -> String {
                let __self = P::lend::<Self, _>(&__offload_own);
                let name: &str = P::lend::<str, _>(&name);
                use ::fmt::{self, Write};
                use self::text::title;
                struct Line<'t>(&'t str);
                impl Line<'_> {
                    fn len(&self) -> usize {
                        self.0.len()
                    }
                }
                let line: Line<'_> = Line(name);
                't: loop {
                    if self::text::done(line.len()) {
                        break 't;
                    }
                }
                let text = format!("{__self:>width$} {{self}} {:__self$} {0}", "{self}");
                let plain = vec!["{self}"];
                assert!(text != "{self}", "{__self:?} is wrong");
                title(&text, plain, |line| write!(line, r#"{__self}"#))
            },
        )
    }
    #[allow(clippy::implicit_return, clippy::shadow_reuse, clippy::shadow_unrelated)]
    fn taken(self, __self: u8) -> ::tokio_offload::Offload<u8> {
        P::call2::<
            _,
            u8,
            u8,
        >(
            || {
                static SITE: P::Site = P::Site::new(
                    "taken",
                    ::core::module_path!(),
                    ::core::file!(),
                    ::core::line!(),
                );
                &SITE
            },
            P::On::Default,
            P::stay(self),
            P::stay(__self),
            |__self_, __self| -> u8 { __self_.0 + __self },
        )
    }
}
