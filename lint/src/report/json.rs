//! The report as JSON: one object. Later versions only add fields.

use serde_json::{Value, json};

use super::contents::Report;
use crate::{
    allow::place,
    search::{Finding, Pointer, Step},
};

pub(super) fn render(report: &Report<'_>) -> String {
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|one| finding(report, one))
        .collect();
    let value = json!({ "version": 1, "findings": findings, "unused_allowances": report.unused });
    format!("{value:#}\n")
}

fn finding(report: &Report<'_>, finding: &Finding) -> Value {
    let file = finding
        .site
        .file
        .strip_prefix(report.root)
        .unwrap_or(&finding.site.file);
    let chain: Vec<Value> = finding.chain.iter().map(|one| step(one, report)).collect();
    json!({
        "id": finding.id,
        "level": finding.level,
        "blocks": finding.blocks,
        "file": file.display().to_string(),
        "line": finding.site.line,
        "async": step(&finding.root, report),
        "calls": chain,
        "only_at_start": finding.at_start,
        "pointer": finding.pointer.as_ref().map(|one| pointer(one, report)),
        "help": report.help(finding),
    })
}

fn pointer(pointer: &Pointer, report: &Report<'_>) -> Value {
    let at = pointer.taken.as_ref().map(|line| place(line, report.root));
    json!({ "function": pointer.function, "taken_at": at, "is_called": pointer.is_called })
}

fn step(step: &Step, report: &Report<'_>) -> Value {
    let at = step.line.as_ref().map(|line| place(line, report.root));
    json!({ "function": step.name, "at": at })
}
