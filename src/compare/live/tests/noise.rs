//! Servers whose answers are never the same: equal ones are not told apart, and a break beside the noise is found.

use super::*;
use crate::finding::Severity;

/// xorshift64*, as in Marsaglia, "Xorshift RNGs".
struct Dice(u64);

impl Dice {
    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % end
    }

    fn falls(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

type Server<'a> = &'a dyn Fn(&mut Dice) -> Answer;

/// Old, new, old again, as long as more is asked for.
fn asked(dice: &mut Dice, old: Server<'_>, new: Server<'_>) -> Compared {
    let of = case(&json!({"id": 1}));
    let settings: Arc<Settings> = Arc::new(of.0.settings.clone());
    let begun = Watch::begin(&of.1, &request("GET"), &settings, &old(dice), false);
    let mut watch = begun.unwrap().unwrap().confirmed_by(3, true);
    for _ in 0..watch.most_rounds() {
        watch.new_answer(&new(dice)).unwrap();
        watch.old_again(&old(dice)).unwrap();
        if !watch.is_suspicious() {
            break;
        }
    }
    watch.finish()
}

fn told(compared: &Compared) -> Vec<String> {
    let all = compared.drift.iter().chain(&compared.intermittent);
    lines(all.filter(|finding| finding.severity >= Severity::Warning))
}

/// Equal servers, so many comparisons: none tells anything.
fn nothing_of(seed: u64, comparisons: usize, server: Server<'_>) {
    let mut dice = Dice(seed);
    for at in 0..comparisons {
        let found = asked(&mut dice, server, server);
        assert_eq!(told(&found), Vec::<String>::new(), "comparison {at} of seed {seed}");
    }
}

/// A break of the new server, so many comparisons: each names it as what every answer has.
fn each_finds(wanted: &str, comparisons: usize, old: Server<'_>, new: Server<'_>) {
    let mut dice = Dice(5);
    for at in 0..comparisons {
        let found = asked(&mut dice, old, new);
        assert!(lines(&found.drift).contains(&wanted.to_owned()), "{at} {wanted}: {found:?}");
    }
}

fn whole() -> Value {
    json!({"id": 1, "name": "x", "count": 5, "owner": {"name": "Ann"}, "lines": [{"qty": 1}]})
}

fn ok(body: &Value) -> Answer {
    answer(200, body)
}

/// Of so many members each there with that probability, and then null at so many of a hundred times.
fn members(dice: &mut Dice, number: usize, (there, null): (u64, u64)) -> Value {
    let mut body = whole();
    for at in 0..number {
        if dice.falls(there) {
            body[format!("m{at}")] = if dice.falls(null) { Value::Null } else { 1.into() };
        }
    }
    body
}

/// Objects in objects, each null at so many of a hundred times.
fn nested(dice: &mut Dice, depth: usize, null: u64) -> Value {
    if depth == 0 {
        return json!({"e": 1});
    }
    if dice.falls(null) { Value::Null } else { json!({"d": nested(dice, depth - 1, null)}) }
}

#[test]
fn many_members_that_come_and_go_and_are_null_at_times_tell_nothing() {
    nothing_of(3, 12, &|dice| ok(&members(dice, 40, (10, 50))));
    nothing_of(4, 8, &|dice| ok(&members(dice, 30, (100, 7))));
    nothing_of(5, 8, &|dice| ok(&members(dice, 20, (50, 20))));
}

#[test]
fn nulls_in_places_that_are_seldom_shown_tell_nothing() {
    for null in [30, 40, 55] {
        nothing_of(null, 40, &|dice| {
            let mut body = whole();
            body["a"] = nested(dice, 4, null);
            ok(&body)
        });
    }
    nothing_of(6, 60, &|dice| {
        let mut body = whole();
        if dice.falls(20) {
            body["lines"] = json!([{"qty": if dice.falls(50) { Value::Null } else { 1.into() }}]);
        } else {
            body["lines"] = json!([]);
        }
        ok(&body)
    });
}

/// So many answers of a hundred are another one.
fn at_times(percent: u64, other: Answer, body: Value) -> impl Fn(&mut Dice) -> Answer {
    move |dice| if dice.falls(percent) { other.clone() } else { ok(&body) }
}

fn raw(status: u16, media: &str, body: &str) -> Answer {
    Answer { status, headers: [("Content-Type", media)].into_iter().collect(), body: body.to_owned().into() }
}

/// What breaks, and how it is told.
fn breaks() -> Vec<(&'static str, Value)> {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = whole();
        change(&mut body);
        body
    };
    vec![
        (
            "breaking body.field.removed /name",
            with(&|body| drop(body.as_object_mut().unwrap().remove("name"))),
        ),
        ("breaking body.field.removed /lines/*/qty", with(&|body| body["lines"] = json!([{}]))),
        ("breaking body.type.changed /count", with(&|body| body["count"] = "5".into())),
        ("breaking body.null.appeared /owner", with(&|body| body["owner"] = Value::Null)),
        ("breaking body.type.widened /count", with(&|body| body["count"] = 5.5.into())),
        ("breaking body.root_type_changed", json!([whole()])),
    ]
}

#[test]
fn an_answer_without_json_excuses_only_answers_without_json() {
    let others = [
        raw(200, "application/json", "oops {"),
        raw(200, "application/json", "{\"id\": 1, \"na"),
        raw(200, "application/json", ""),
        raw(200, "text/html", "<html>later</html>"),
        raw(200, "application/json", "null"),
    ];
    for other in others {
        let old = at_times(10, other.clone(), whole());
        nothing_of(8, 10, &old);
        for (wanted, body) in breaks() {
            each_finds(wanted, 3, &old, &at_times(10, other.clone(), body));
            // The first answer of the old server is one of them.
            each_finds(
                wanted,
                2,
                &at_times(50, other.clone(), whole()),
                &at_times(10, other.clone(), breaks_of(wanted)),
            );
        }
        // They excuse themselves.
        let all = asked(&mut Dice(9), &at_times(30, other.clone(), whole()), &at_times(100, other, whole()));
        assert!(all.drift.iter().all(|finding| finding.severity < Severity::Breaking), "{all:?}");
    }
}

fn breaks_of(wanted: &str) -> Value {
    breaks().into_iter().find(|(name, _)| *name == wanted).map(|(_, body)| body).unwrap()
}

#[test]
fn an_answer_of_another_status_or_outcome_shows_no_place() {
    let failures = [
        answer(500, &json!({"error": {"code": "INTERNAL", "message": "boom"}})),
        answer(404, &json!({"code": "NOT_FOUND", "message": "gone"})),
        answer(200, &json!({"status": "error", "code": "LIMIT", "message": "later"})),
    ];
    for failure in failures {
        for percent in [5, 20] {
            let old = at_times(percent, failure.clone(), whole());
            nothing_of(11, 5, &old);
            for (wanted, body) in breaks().into_iter().filter(|(wanted, _)| wanted.contains(" /")) {
                each_finds(wanted, 3, &old, &at_times(percent, failure.clone(), body));
            }
        }
        if failure.status < 400 {
            // Without the message it would be another success.
            continue;
        }
        // The failure itself drifts while all else stays.
        let mut other = failure.clone();
        other.body = failure.text().unwrap().replace("message", "text").into();
        let (old, new) = (at_times(50, failure.clone(), whole()), at_times(50, other, whole()));
        let found = asked(&mut Dice(12), &old, &new);
        assert!(lines(&found.drift).iter().any(|line| line.contains("message")), "{found:?}");
    }
}

#[test]
fn another_media_type_beside_answers_without_a_body_is_told_as_that() {
    let none = Answer { status: 204, headers: Headers::new(), body: String::new().into() };
    let old = at_times(20, none.clone(), whole());
    nothing_of(13, 20, &old);
    let page = raw(200, "text/html", "<html>x</html>");
    let new = move |dice: &mut Dice| if dice.falls(20) { none.clone() } else { page.clone() };
    let mut dice = Dice(14);
    for _ in 0..5 {
        let found = asked(&mut dice, &old, &new);
        assert!(
            lines(&found.drift).contains(&"breaking media_type.changed header:content-type".to_owned()),
            "{found:?}"
        );
        assert!(!told(&found).iter().any(|line| line.contains("status.")), "{found:?}");
    }
}
