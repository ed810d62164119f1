//! `self` in macros: format strings that capture it, and strings that only look as if they did.

use std::fmt::{self, Write as _};

use tokio_offload::offload;

use crate::{call, elsewhere};

#[derive(Clone, Debug, PartialEq)]
struct Tag(u8);

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t{}", self.0)
    }
}

macro_rules! text {
    ($text:literal) => {
        $text
    };
}

macro_rules! field {
    ($of:expr, $name:tt) => {
        $of.$name
    };
}

macro_rules! format_twice {
    ($text:literal $($rest:tt)*) => {
        format!($text $($rest)*) + &format!($text $($rest)*)
    };
}

impl Tag {
    #[offload]
    fn plain(&self) -> String {
        elsewhere();
        format!("{self}")
    }

    #[offload]
    fn debug(&self) -> String {
        elsewhere();
        format!("{self:?} {self:#?}")
    }

    #[offload]
    fn padded(&self, width: usize) -> String {
        elsewhere();
        format!("{self:>width$?}|{0:>1$}", self.0, width)
    }

    #[offload]
    fn escaped(&self) -> String {
        elsewhere();
        format!("{{self}} {{{self}}} {}", self)
    }

    #[offload]
    fn raw(&self) -> String {
        elsewhere();
        format!(r#""{self}""#) + &format!(r"{self}\n")
    }

    #[offload]
    fn spaced(&self) -> String {
        elsewhere();
        format!("{self } {self :?}")
    }

    #[offload]
    fn several(&self) -> String {
        elsewhere();
        let mut out = String::new();
        write!(out, "{self}").unwrap();
        writeln!(out, "{self:?}").unwrap();
        let args = format!("{}", format_args!("{self}"));
        out + &args
    }

    #[offload]
    fn checked(&self) -> bool {
        elsewhere();
        assert!(self.0 > 0, "{self}");
        assert_eq!(self.0, 1, "of {self:?}");
        assert_ne!(self.0, 2, "{self} {}", self.0);
        debug_assert!(*self == Tag(1), "{self}");
        matches!(self, Self(1))
    }

    #[offload]
    fn panics(&self) -> String {
        elsewhere();
        if self.0 == 1 {
            panic!("by {self}");
        }
        unreachable!("{self}")
    }

    #[offload]
    fn other_delimiters(&self) -> String {
        elsewhere();
        let one = format!["{self}"];
        let two = format! {"{self}"};
        one + &two
    }

    #[offload]
    fn named(&self) -> String {
        elsewhere();
        format!("{me} {of}", me = self, of = format!("{self}"))
    }

    #[offload]
    fn own_macros(&self) -> String {
        elsewhere();
        format_twice!("{self}") + &field!(self, 0).to_string()
    }

    #[offload]
    fn std_paths(&self) -> String {
        elsewhere();
        std::format!("{self}") + &::std::format!("{self:?}")
    }

    #[offload]
    fn nested(&self) -> Vec<String> {
        elsewhere();
        vec![
            format!("{self}"),
            [1].map(|n| format!("{n}{self}")).concat(),
        ]
    }

    #[offload]
    fn by_value(self, n: u8) -> String {
        elsewhere();
        let text = format!("{self}{n}");
        drop(self);
        text
    }

    #[offload]
    fn by_mut_value(mut self) -> String {
        elsewhere();
        self.0 += 1;
        format!("{self}")
    }
}

#[test]
fn format_strings_can_capture_self() {
    let tag = Tag(1);
    assert_eq!(call(tag.plain()), "t1");
    assert_eq!(call(tag.debug()), "Tag(1) Tag(\n    1,\n)");
    assert_eq!(call(tag.padded(3)), "Tag(  1)|  1");
    assert_eq!(call(tag.escaped()), "{self} {t1} t1");
    assert_eq!(call(tag.raw()), "\"t1\"t1\\n");
    assert_eq!(call(tag.spaced()), "t1 Tag(1)");
    assert_eq!(call(tag.several()), "t1Tag(1)\nt1");
    assert!(call(tag.checked()));
    let error = call(tag.panics().outcome()).unwrap_err();
    assert!(format!("{error}").contains("by t1"), "{error}");
    assert_eq!(call(tag.other_delimiters()), "t1t1");
    assert_eq!(call(tag.named()), "t1 t1");
    assert_eq!(call(tag.own_macros()), "t1t11");
    assert_eq!(call(tag.std_paths()), "t1Tag(1)");
    assert_eq!(call(tag.nested()), ["t1", "1t1"]);
    assert_eq!(call(tag.clone().by_value(2)), "t12");
    assert_eq!(call(tag.by_mut_value()), "t2");
}

impl Tag {
    #[offload]
    fn arguments(&self) -> String {
        elsewhere();
        format!("{}{}", "{self}", self.0)
    }

    #[offload]
    fn width_of_another_name(&self, myself: usize) -> String {
        elsewhere();
        format!("{:>myself$}{self:>0myself$}", self.0)
    }

    #[offload]
    fn literals(&self) -> Vec<&'static str> {
        elsewhere();
        let plain = "{self}";
        let listed = vec!["{self}", "self"];
        vec![plain, listed[0], concat!("{self}", 1), stringify!(self)]
    }

    #[offload]
    fn passed_to_own_macro(&self) -> &'static str {
        elsewhere();
        text!("self {}")
    }

    #[offload]
    fn compared(&self) -> bool {
        elsewhere();
        let template = "{self}";
        assert_eq!(template, "{self}");
        template == "{self}"
    }
}

#[test]
fn strings_that_only_look_like_captures_are_left_alone() {
    let tag = Tag(1);
    assert_eq!(call(tag.arguments()), "{self}1");
    assert_eq!(call(tag.width_of_another_name(3)), "  1t1");
    assert_eq!(
        call(tag.literals()),
        ["{self}", "{self}", "{self}1", "self"]
    );
    assert_eq!(call(tag.passed_to_own_macro()), "self {}");
    assert!(call(tag.compared()));
}
