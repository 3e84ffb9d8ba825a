//! What some answers have together, and what a null or an absent member hides for a while.

use super::every::in_turns;
use super::*;

fn whole() -> Value {
    json!({"id": 1, "name": "x", "n": 5, "mail": "a@b.example", "tags": ["a"]})
}

fn without(names: &[&str]) -> Value {
    let mut body = whole();
    for name in names {
        body.as_object_mut().unwrap().remove(*name);
    }
    body
}

/// How many of so many rounds, and every answer of the old server the whole.
fn of_rounds(of: &(Suite, Arc<Case>), new: &[Value]) -> Compared {
    let whole = whole();
    let rounds = new.iter().flat_map(|new| [new, &whole]);
    of_bodies(of, &std::iter::once(&whole).chain(rounds).collect::<Vec<_>>())
}

#[test]
fn another_object_in_some_answers_is_one_event_however_much_it_lacks() {
    let of = case(&whole());
    let other = json!({"kind": "other"});
    let third = [other, whole(), whole()];
    let rounds: Vec<Value> = (0..36).map(|at| third[at % 3].clone()).collect();
    let compared = of_rounds(&of, &rounds);
    let removed =
        ["/id", "/mail", "/n", "/name", "/tags"].map(|at| format!("warning body.field.removed {at}"));
    let told: Vec<String> =
        lines(&compared.intermittent).into_iter().filter(|line| line.contains("removed")).collect();
    assert_eq!(told, removed);
    assert!(lines(&compared.drift).is_empty());
    let hint = compared.intermittent[0].hint.as_deref().unwrap();
    assert!(hint.starts_with("intermittent: in 12 of 36 rounds"), "{hint}");
}

#[test]
fn one_of_several_differences_in_some_answers_is_told_of_all() {
    let of = case(&whole());
    let lacks = [["name"], ["n"], ["mail"], ["tags"]];
    let every = |nth: usize| -> Vec<Value> {
        (0..36).map(|at| if at % nth == 0 { without(&lacks[at / nth % 4]) } else { whole() }).collect()
    };
    let compared = of_rounds(&of, &every(3));
    let removed = ["/mail", "/n", "/name", "/tags"].map(|at| format!("warning body.field.removed {at}"));
    assert_eq!(lines(&compared.intermittent), removed);
    let hint = compared.intermittent[0].hint.as_deref().unwrap();
    assert_eq!(
        hint,
        "intermittent: in 3 of 36 rounds; 12 of them have this or another difference of this level"
    );
    assert!(compared.drift.is_empty() && compared.cancelled.is_empty());
    // Seldom enough for chance.
    let seldom = of_rounds(&of, &every(9));
    assert!(seldom.intermittent.is_empty() && seldom.cancelled.len() == 4);
    // The old server lacks one of others as often.
    let old = [without(&["id"]), whole(), whole(), without(&["name", "id"]), whole(), whole()];
    let noisy = in_turns(&of, &old, &every(3)[..12], false);
    assert!(noisy.intermittent.is_empty() && noisy.drift.is_empty(), "{noisy:?}");
}

/// Old, new, old again, as long as more is asked for: what came, and after how many rounds.
fn asked(of: &(Suite, Arc<Case>), old: &[Value], new: &[Value]) -> (Compared, usize) {
    let settings: Arc<Settings> = Arc::new(of.0.settings.clone());
    let turn = |bodies: &[Value], at: usize| answer(200, &bodies[at.min(bodies.len() - 1)]);
    let begun = Watch::begin(&of.1, &request("GET"), &settings, &turn(old, 0), false);
    let mut watch = begun.unwrap().unwrap().confirmed_by(3, true);
    for round in 0..watch.most_rounds() {
        watch.new_answer(&turn(new, round)).unwrap();
        watch.old_again(&turn(old, round + 1)).unwrap();
        if !watch.is_suspicious() {
            break;
        }
    }
    let rounds = watch.rounds_done();
    (watch.finish(), rounds)
}

#[test]
fn a_null_of_the_first_answers_hides_nothing() {
    let next = |next: Value| json!({"id": 1, "next": next});
    let [null, text, number] = [next(Value::Null), next("a".into()), next(5.into())];
    let changed = ["breaking body.type.changed /next"];
    for example in [&null, &text] {
        let of = case(example);
        // The null is excused, by the example or the old server, and the number behind it is not.
        let old = [text.clone(), null.clone(), text.clone()];
        let (compared, rounds) = asked(&of, &old, &[null.clone(), null.clone(), number.clone()]);
        assert_eq!((lines(&compared.drift).as_slice(), rounds), (changed.map(String::from).as_slice(), 9));
        let (compared, _) =
            asked(&of, &old, &[null.clone(), null.clone(), null.clone(), null.clone(), number.clone()]);
        assert_eq!(lines(&compared.drift), changed);
        // Seen, and the same: three rounds; never seen: nine.
        let (compared, rounds) = asked(&of, &old, &[null.clone(), text.clone()]);
        assert_eq!((compared.drift.len(), compared.intermittent.len(), rounds), (0, 0, 3));
        assert_eq!(asked(&of, &old, std::slice::from_ref(&null)).1, 9);
        // Nothing came and went.
        assert_eq!(asked(&of, std::slice::from_ref(&text), std::slice::from_ref(&text)).1, 1);
        assert_eq!(asked(&of, std::slice::from_ref(&null), std::slice::from_ref(&null)).1, 1);
    }
}
