//! Every change of every answer of the seeds, on a new server beside a noisy old one.

use std::collections::BTreeSet;

use super::*;
use crate::compare::tests::mutations::seeds;
use crate::finding::Severity;
use crate::mock::served;
use crate::mutate::{Base, Kind, Nature, another_call, mutations};
use crate::plan::SEED;

/// What a mock answers stands for a server; what another call of it would give stands for its noise, on
/// both sides. A change that breaks the contract of the undisturbed answer is told in spite of the noise,
/// and noise alone is never told.
#[test]
fn changes_are_told_and_noise_is_not() {
    let plan = seeds();
    let settings = Arc::new(Settings::default());
    let (mut told, mut kinds) = (0, BTreeSet::new());
    for case in plan.suites.iter().flat_map(|suite| &suite.cases) {
        let base = Base::new(served(case, SEED));
        let code = case.expectation.code.as_ref().map(|code| code.at.as_str());
        let call = |seed| another_call(&base, code, seed);
        let watched = |new: &Answer| {
            let begun = Watch::begin(case, &request("POST"), &settings, &base.answer, false).unwrap();
            let mut watch = begun.unwrap();
            let taken = watch.new_answer(new);
            taken.map(|()| {
                watch.old_again(&call(3)).unwrap();
                watch.finish()
            })
        };
        let quiet = watched(&call(2)).unwrap();
        assert_eq!(lines(&quiet.drift), Vec::<String>::new(), "{}", case.id);
        for mutation in mutations(case, &base, SEED).list {
            let Some(changed) = mutation.apply(&Base::new(call(4)), SEED) else { continue };
            let Ok(compared) = watched(&changed) else { continue };
            let breaks = compared.drift.iter().any(|finding| finding.severity >= Severity::Breaking);
            match mutation.kind.nature() {
                Nature::Breaking if breaks => {
                    told += 1;
                    kinds.insert(mutation.kind);
                }
                // What one answer cannot know is for the tests of `prove` to tell.
                Nature::Breaking => {}
                Nature::Harmless => {
                    assert!(
                        !breaks,
                        "{} {} {}: {:?}",
                        case.id,
                        mutation.kind.as_str(),
                        mutation.at,
                        compared.drift
                    );
                }
            }
        }
    }
    let missed: Vec<&str> = Kind::ALL
        .iter()
        .filter(|kind| kind.nature() == Nature::Breaking && !kinds.contains(kind))
        .map(|kind| kind.as_str())
        .collect();
    // The seeds have neither a header of exact value nor an integer that may not be a fraction.
    assert!(missed.iter().all(|kind| ["header.value", "header.gone"].contains(kind)), "{missed:?}");
    assert!(told > 300, "{told}");
}
