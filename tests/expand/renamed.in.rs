//! What is renamed in a body, and what keeps its name.

impl Store {
    #[offload]
    fn report<'t>(&self, also: Cow<str>, name: &'t str, width: usize) -> String {
        use ::fmt::{self, Write};
        use self::text::title;
        struct Line<'t>(&'t str);
        impl Line<'_> {
            fn len(&self) -> usize {
                self.0.len()
            }
        }
        let line: Line<'t> = Line(name);
        't: loop {
            if self::text::done(line.len()) {
                break 't;
            }
        }
        let text = format!("{self:>width$} {{self}} {:self$} {0}", "{self}");
        let plain = vec!["{self}"];
        assert!(text != "{self}", "{self:?} is wrong");
        title(&text, plain, |line| write!(line, r#"{self}"#))
    }

    #[offload]
    fn taken(self, __self: u8) -> u8 {
        self.0 + __self
    }
}
