//! The report as SARIF 2.1.0, which forges and editors show beside the code.

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
    let value = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "cargo-offload-lint",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
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
            "artifactLocation": { "uri": file.display().to_string() },
            "region": { "startLine": finding.site.line },
        } }],
    })
}
