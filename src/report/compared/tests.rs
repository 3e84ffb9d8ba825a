use super::*;
use crate::finding::FindingId;
use crate::report::samples::row as sample;

fn pair(position: usize, verdict: VerdictRow, findings: Vec<Finding>) -> PairRow {
    let case = CaseRow { findings, attempts: 3, ..sample(position, &format!("s::i::e{position}"), verdict) };
    PairRow { case, cancelled: Vec::new(), violates: false, intermittent: false }
}

fn told(rows: &[PairRow]) -> String {
    comparison(rows, ("old".to_owned(), "new".to_owned()), 3, false).sentence
}

#[test]
fn the_sentence_counts_every_case_once() {
    let of = |id, at: &str| Finding::new(id, at, "", "");
    let breaking = || vec![of(FindingId::HeaderMissing, "header:x"), of(FindingId::BodyFieldRemoved, "/a")];
    let mut rows = vec![
        pair(0, VerdictRow::Failed, breaking()),
        pair(1, VerdictRow::Passed, vec![of(FindingId::ErrorCodeUnknown, "/code")]),
        pair(2, VerdictRow::Passed, vec![of(FindingId::BodyFieldAdded, "/b")]),
        pair(3, VerdictRow::Passed, Vec::new()),
        pair(4, VerdictRow::Errored, vec![of(FindingId::EnvAuth, "")]),
        pair(5, VerdictRow::Skipped, Vec::new()),
    ];
    assert_eq!(
        told(&rows),
        "1 of 6 cases breaks: s::i::e0 (body.field.removed /a); 1 with warnings; 1 with harmless differences; \
         1 unchanged; 2 not comparable (1 not sent)"
    );
    let compared = comparison(&rows, ("a".to_owned(), "b".to_owned()), 3, false);
    assert_eq!((compared.counts.cases(), compared.counts.requests), (6, 18));
    rows.extend(
        (6..10).map(|position| pair(position, VerdictRow::Failed, vec![of(FindingId::StatusChanged, "")])),
    );
    assert!(told(&rows).starts_with(
        "5 of 10 cases break: s::i::e0 (body.field.removed /a), s::i::e6 (status.changed), \
         s::i::e7 (status.changed), …; 1 with"
    ));
    assert_eq!(told(&rows[3..4]), "0 of 1 case breaks; 1 unchanged");
    assert_eq!(told(&[]), "0 of 0 cases break");
}

#[test]
fn what_did_not_count_is_kept_and_the_old_servers_own_faults_are_named() {
    let mut rows = vec![pair(0, VerdictRow::Passed, Vec::new()), pair(1, VerdictRow::Passed, Vec::new())];
    rows[1].violates = true;
    rows[1].intermittent = true;
    let finding = Finding::new(FindingId::BodyFieldRemoved, "/a", "", "");
    let reason = crate::compare::live::Reason::Noise;
    rows[0].cancelled = vec![CancelledRow { case: "s::i::e0".to_owned(), finding, reason }];
    let compared = comparison(&rows, ("a".to_owned(), "b".to_owned()), 3, true);
    assert_eq!(compared.violating, ["s::i::e1"]);
    assert_eq!((compared.cancelled.len(), compared.counts.intermittent), (1, 1));
}
