//! Comments that allow findings.

use std::path::Path;

use crate::program::Line;

/// A comment `offload-lint: allow`, with its group, if it names one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    pub(crate) line: Line,
    pub(crate) id: Option<String>,
}

/// The text of a comment that allows a finding.
const ALLOW: &str = "offload-lint: allow";

pub(super) fn comments_of(path: &Path, lines: &[String]) -> Vec<Comment> {
    let mut comments = Vec::new();
    for (index, text) in lines.iter().enumerate() {
        // From the right, because there may be slashes in the code as well.
        let Some((before, rest)) = text.rsplit_once(ALLOW) else {
            continue;
        };
        if !before.trim_end().trim_end_matches('!').ends_with("//") {
            continue;
        }
        let id = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        comments.push(Comment {
            line: Line {
                file: path.to_owned(),
                line: u32::try_from(index + 1).unwrap_or(u32::MAX),
            },
            id: id.map(|(id, _)| id.trim().to_owned()),
        });
    }
    comments
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::comments_of;

    #[test]
    fn a_comment_may_name_a_group() {
        let lines = [
            "// offload-lint: allow(fs): small",
            "x(); // offload-lint: allow",
            "// allow",
            "open(\"http://x\"); // offload-lint: allow(net)",
            "why(); // not offload-lint: allow",
            "//! offload-lint: allow",
        ];
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let found = comments_of(Path::new("a.rs"), &lines);
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.line.line, one.id.as_deref()))
            .collect();
        assert_eq!(
            found,
            [(1, Some("fs")), (2, None), (4, Some("net")), (6, None)]
        );
    }
}
