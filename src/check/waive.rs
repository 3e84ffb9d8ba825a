//! Findings that waivers let go.

use crate::finding::{Finding, FindingId, Severity};
use crate::plan::Case;

/// The findings after the waivers of the case: what one lets go is info, with its reason; what one let go
/// until its last day counts as ever, and `waiver.expired` says so beside it. What says more of the
/// environment than of the API is let go by nothing.
pub fn waived(case: &Case, findings: Vec<Finding>) -> Vec<Finding> {
    if case.waivers.is_empty() {
        return findings;
    }
    let (mut kept, mut expired): (Vec<Finding>, Vec<Finding>) = (Vec::new(), Vec::new());
    for finding in findings {
        let mut fitting = case.waivers.iter().filter(|waiver| waiver.names(&finding));
        let holds = fitting.clone().find(|waiver| !waiver.is_over);
        match (holds, fitting.next()) {
            _ if finding.severity == Severity::Env => kept.push(finding),
            (Some(one), _) => {
                let why = format!("until {}: {}", one.waiver.until, one.waiver.reason);
                kept.push(Finding { severity: Severity::Info, waived: Some(why), ..finding });
            }
            (None, Some(over)) => {
                let told = expired.iter().any(|other| other.at == finding.at);
                let message = Finding::new(
                    FindingId::WaiverExpired,
                    finding.at.clone(),
                    format!("a waiver of {}", finding.id),
                    format!("it held until {}: {}", over.waiver.until, over.waiver.reason),
                )
                .with_hint(
                    "accept the answer, or waive it anew with another --until; then take the old waiver out",
                );
                expired.extend((!told).then_some(message));
                kept.push(finding);
            }
            (None, None) => kept.push(finding),
        }
    }
    kept.extend(expired.into_iter().filter_map(|finding| case.expectation.severity.apply(finding)));
    kept
}
