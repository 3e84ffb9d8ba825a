//! The media type.

use crate::contract::Expectation;
use crate::finding::{Finding, FindingId, Severity};
use crate::message::{Answer, MediaType};

const AT: &str = "header:content-type";

/// Another media type; between `application/json` and `+json` it is a warning, another charset alone is
/// info. Several fields that disagree are another type, too: which of them a client takes is its own
/// affair (RFC 9110 §8.3).
pub(super) fn check(expectation: &Expectation, answer: &Answer) -> Option<Finding> {
    let expected = expectation.media_type.as_ref()?;
    let Some(actual) = answer.media_type() else {
        let written = answer.headers.get("content-type").unwrap_or("none");
        return Some(Finding::new(
            FindingId::MediaTypeChanged,
            AT,
            &expected.essence,
            super::show::cut(written),
        ));
    };
    let other = |media: &MediaType| media.essence != actual.essence;
    let all = || answer.headers.get_all("content-type");
    if all().filter_map(MediaType::parse).any(|media| other(&media)) {
        let all = all().collect::<Vec<_>>().join(", ");
        return Some(Finding::new(
            FindingId::MediaTypeChanged,
            AT,
            &expected.essence,
            super::show::cut(&all),
        ));
    }
    if actual.essence != expected.essence {
        let finding = Finding::new(
            FindingId::MediaTypeChanged,
            AT,
            &expected.essence,
            super::show::cut(&actual.essence),
        );
        let variant = is_variant(expected, &actual);
        return Some(if variant { finding.at_severity(Severity::Warning) } else { finding });
    }
    let charset = |media: &MediaType| media.charset.as_deref().unwrap_or("none").to_owned();
    (actual.charset != expected.charset).then(|| {
        Finding::new(
            FindingId::MediaTypeParamChanged,
            AT,
            format!("charset {}", charset(expected)),
            format!("charset {}", super::show::cut(&charset(&actual))),
        )
    })
}

/// Plain JSON on one side, `+json` (RFC 6839 §3.1) on the other.
fn is_variant(a: &MediaType, b: &MediaType) -> bool {
    let plain = |media: &MediaType| media.essence == "application/json";
    let suffixed = |media: &MediaType| media.essence.ends_with("+json");
    plain(a) && suffixed(b) || suffixed(a) && plain(b)
}
