//! The lines that say what was done to each function, or why it was left.

use super::{Fixed, Obstacle};
use crate::program::Line;

impl Fixed {
    /// A line of text for each function that was changed or left. `place` writes a place as text.
    pub(crate) fn lines(&self, place: impl Fn(&Line) -> String) -> Vec<String> {
        let mut lines = Vec::new();
        let mut say = |line: &Line, text: &str| lines.push(format!("{}: {text}", place(line)));
        for line in &self.places {
            say(line, "annotated");
        }
        for line in &self.awaited {
            say(line, "`.await` added");
        }
        for (name, uses) in &self.left {
            for (line, why) in uses {
                say(
                    line,
                    &format!("`{name}` is not annotated: {}", why.text(name)),
                );
            }
        }
        for (line, text) in &self.refused {
            say(
                line,
                &format!("not annotated, since it would not compile: {text}"),
            );
        }
        for line in &self.lacking {
            say(
                line,
                "not annotated: the attribute needs `cargo add tokio-offload`",
            );
        }
        lines
    }
}

impl Obstacle {
    fn text(self, name: &str) -> String {
        match self {
            Self::NotAsync => format!(
                "this call is in code that is not async; by hand, `#[offload(blocking = blocking_{name})]` keeps a version for it"
            ),
            Self::NotACall => "it is not called here but given away; write a closure that awaits it, by hand".into(),
            Self::InAMacro => "a macro has made this use; write `.await` there by hand".into(),
            Self::NotInAFile => "generated code uses it".into(),
            Self::InItself => "it calls itself".into(),
            Self::PerhapsNotCompiled => {
                "this may be a use, or another version of it, in code that is not compiled here; change it by hand".into()
            }
            Self::InAnExample => "an example in a comment uses it; change both by hand".into(),
            Self::OtherPath => {
                "this file has another path as well, and only this one is checked; change it by hand".into()
            }
            Self::UnderAGuard => {
                "a guard of a lock, a cell or a span is held around this call, and would be across `.await`; drop it before, by hand".into()
            }
            Self::OnlyOnce => {
                "its body may not be there twice, so what it uses itself is not known; change it by hand".into()
            }
        }
    }
}
