//! The report as SARIF 2.1.0, which forges and editors show beside the code.

use std::{fmt::Write as _, path::Path};

use serde_json::{Value, json};

use super::contents::Report;
use crate::search::Finding;

pub(super) fn render(report: &Report<'_>) -> String {
    let rules: Vec<Value> = report
        .table
        .groups
        .iter()
        .map(|group| {
            json!({
                "id": group.id,
                "shortDescription": { "text": group.reason },
                "help": { "text": format!("Instead: {}.", group.help) },
            })
        })
        .collect();
    let results: Vec<Value> = report
        .findings
        .iter()
        .map(|one| result(report, one))
        .collect();
    let notes: Vec<Value> = report
        .unused
        .iter()
        .map(|unused| json!({ "level": "warning", "message": { "text": unused } }))
        .collect();
    let value = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo-offload-lint",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notes }],
            "results": results,
        }],
    });
    format!("{value:#}\n")
}

fn result(report: &Report<'_>, finding: &Finding) -> Value {
    let file = finding
        .site
        .file
        .strip_prefix(report.root)
        .unwrap_or(&finding.site.file);
    let text = format!(
        "`{}` blocks an async worker, called from `{}`. Help: {}",
        finding.blocks,
        finding.root.name,
        report.help(finding)
    );
    json!({
        "ruleId": finding.id,
        "level": if finding.level <= 2 { "warning" } else { "note" },
        "message": { "text": text },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(file) },
            // Code from a macro may have line zero, and the format begins with line one.
            "region": { "startLine": finding.site.line.max(1) },
        } }],
    })
}

/// A path as part of a URI.
fn uri(path: &Path) -> String {
    let mut uri = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::uri;

    #[test]
    fn paths_are_written_as_addresses_are() {
        assert_eq!(uri(Path::new("src/main.rs")), "src/main.rs");
        assert_eq!(uri(Path::new("a b/ä#1.rs")), "a%20b/%C3%A4%231.rs");
    }
}
