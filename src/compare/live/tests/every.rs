//! What every new answer has, in one way or another, and what examples and answers say that know nothing.

use super::*;
use crate::finding::{FindingId, Severity};

/// `old` in turns against `new` in turns, nine rounds.
pub(super) fn in_turns(of: &(Suite, Arc<Case>), old: &[Value], new: &[Value], values: bool) -> Compared {
    let turn = |bodies: &[Value], at: usize| answer(200, &bodies[at % bodies.len()]);
    let rounds = (0..9).flat_map(|at| [turn(new, at), turn(old, at + 1)]);
    let answers: Vec<Answer> = std::iter::once(turn(old, 0)).chain(rounds).collect();
    compared(of, &answers, values).unwrap()
}

fn drift(of: &(Suite, Arc<Case>), old: &[Value], new: &[Value]) -> Vec<String> {
    lines(&in_turns(of, old, new, false).drift)
}

#[test]
fn a_break_in_every_answer_breaks_in_whatever_way() {
    let whole = json!({"a": 1, "b": 1, "c": 1});
    let of = case(&whole);
    let without = [json!({"b": 1, "c": 1}), json!({"a": 1, "c": 1}), json!({"a": 1, "b": 1})];
    let old = [whole];
    let compared = in_turns(&of, &old, &without, false);
    let removed = ["/a", "/b", "/c"].map(|at| format!("breaking body.field.removed {at}"));
    assert_eq!(lines(&compared.drift), removed);
    assert!(compared.intermittent.is_empty() && compared.cancelled.is_empty());
    let hint = compared.drift[0].hint.as_deref().unwrap();
    assert!(hint.starts_with("in 3 of 9 rounds; every answer of the new server has this"), "{hint}");
    // A fraction or a text.
    let of_a = |a: Value| json!({"a": a, "b": 1, "c": 1});
    let both = ["breaking body.type.changed /a", "breaking body.type.widened /a"];
    assert_eq!(drift(&of, &old, &[of_a(1.5.into()), of_a("1".into())]), both);
    // Nothing of it where one answer is as it should be.
    let sound = [&without[..], &old].concat();
    assert_eq!(drift(&of, &old, &sound), Vec::<String>::new());
}

#[test]
fn members_that_come_and_go_on_both_servers_make_up_no_break() {
    // Of eight members each answer of either server lacks two others.
    let member = |at: usize| format!("m{}", at % 8);
    let mut state = 1_u64;
    let mut drawn = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % 8
    };
    let mut body = move || {
        let lacks = [member(drawn()), member(drawn())];
        let there = (0..8).map(member).filter(|name| !lacks.contains(name));
        Value::Object(there.map(|name| (name, 1.into())).collect())
    };
    let of = case(&Value::Object((0..8).map(|at| (member(at), 1.into())).collect()));
    for comparison in 0..20 {
        let bodies: Vec<Value> = (0..19).map(|_| body()).collect();
        let found = of_bodies(&of, &bodies.iter().collect::<Vec<_>>());
        assert!(
            found.drift.iter().all(|found| found.severity < Severity::Warning),
            "{comparison}: {found:?}"
        );
    }
}

#[test]
fn words_spelled_anew_are_one_difference() {
    let words = |words: &[&str]| words.iter().map(|word| json!({"status": word})).collect::<Vec<Value>>();
    let of = case(&json!({"status": "OPEN"}));
    let (upper, lower) = (words(&["OPEN", "PAID", "SENT", "DONE"]), words(&["open", "paid", "sent", "done"]));
    let compared = in_turns(&of, &upper, &lower, false);
    assert_eq!(lines(&compared.drift), ["warning body.enum.new_value /status"]);
    let hint = compared.drift[0].hint.as_deref().unwrap();
    assert_eq!(hint, "other answers have \"paid\", \"sent\", \"done\"");
    assert_eq!(drift(&of, &upper, &upper), Vec::<String>::new());
}

#[test]
fn null_does_not_show_of_what_kind_a_value_is() {
    let next = |next: Value| json!({"id": 1, "next": next});
    let texts = [next("a".into()), next("b".into()), next(Value::Null)];
    let numbers = [next(5.into()), next(6.into()), next(Value::Null)];
    let changed = ["breaking body.type.changed /next"];
    for example in ["a".into(), Value::Null] {
        let of = case(&next(example));
        let compared = in_turns(&of, &texts, &numbers, false);
        assert_eq!(lines(&compared.drift), changed);
        assert!(compared.intermittent.is_empty());
        assert_eq!(drift(&of, &texts, &texts), Vec::<String>::new());
    }
    // Beside the null of an example only null is excused.
    let of = case(&next(Value::Null));
    let number = [next(5.into())];
    assert_eq!(drift(&of, &texts[..1], &number), changed);
    assert_eq!(drift(&of, &[next(json!({"a": 1}))], &[next(json!([1]))]), changed);
    assert_eq!(drift(&of, &texts[..1], &texts[2..]), Vec::<String>::new());
    // Where another example shows a kind, that kind is excused.
    let of = one(&[&next(Value::Null), &next(7.into())], "");
    assert_eq!(drift(&of, &texts[..1], &number), Vec::<String>::new());
}

#[test]
fn the_empty_text_of_an_example_excuses_the_empty_text() {
    let mail = |mail: &str| json!({"id": 1, "mail": mail});
    let of = case(&mail(""));
    let old = [mail("a@b.example")];
    assert_eq!(drift(&of, &old, &[mail("none")]), ["warning body.format.changed /mail"]);
    assert_eq!(drift(&of, &old, &[mail("")]), Vec::<String>::new());
    // So does that of the old server.
    let either = [mail("a@b.example"), mail("")];
    assert_eq!(drift(&of, &either, &[mail("none")]), ["warning body.format.changed /mail"]);
    assert_eq!(drift(&of, &either, &either), Vec::<String>::new());
    let any = [mail("a@b.example"), mail("unknown"), mail("")];
    assert_eq!(drift(&of, &any, &[mail("none")]), Vec::<String>::new());
    let of = one(&[&mail(""), &mail("unknown")], "");
    assert_eq!(drift(&of, &old, &[mail("none")]), Vec::<String>::new());
}

#[test]
fn answers_to_one_request_are_one_observation_of_its_values() {
    let of = case(&json!({"k": "a"}));
    let body = |owner: &str| json!({"k": "a", "owner": owner, "l": [{"name": "x", "by": owner}]});
    let compared = in_turns(&of, &[body("Ann")], &[body("Bob")], true);
    assert_eq!(lines(&compared.drift), ["info body.value.changed /l/*/by", "info body.value.changed /owner"]);
    // A list in one answer is many.
    let list = |last: &str| {
        let states: Vec<&str> = [["on", "off"].repeat(8), vec![last]].concat();
        json!({"l": states.iter().map(|state| json!({"state": state})).collect::<Vec<Value>>()})
    };
    let found = in_turns(&case(&list("on")), &[list("on")], &[list("gone")], false);
    assert!(found.drift.iter().any(|found| found.id == FindingId::BodyEnumNewValue), "{:?}", found.drift);
}
