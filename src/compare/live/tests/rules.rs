//! The rules of drift and noise, one by one.

use super::super::watch::moved;
use super::every::in_turns;
use super::*;
use crate::finding::{FindingId, Severity};

fn nothing(compared: &Compared) -> bool {
    compared.drift.is_empty() && compared.intermittent.is_empty()
}

#[test]
fn what_every_round_has_is_drift_and_the_rest_is_intermittent_one_level_lower() {
    let (with, without) = (json!({"a": 1, "b": 2}), json!({"a": 1}));
    let of = case(&with);
    let always = of_bodies(&of, &[&with, &without, &with, &without, &with]);
    assert_eq!(lines(&always.drift), ["breaking body.field.removed /b"]);
    assert!(always.intermittent.is_empty() && always.rounds == 2);
    let rounds = |news: &[&Value]| {
        let answers: Vec<&Value> = news.iter().flat_map(|new| [*new, &with]).collect();
        of_bodies(&of, &[vec![&with], answers].concat())
    };
    let six_of_nine = [[&without; 6].as_slice(), &[&with; 3]].concat();
    let sometimes = rounds(&six_of_nine);
    assert_eq!(lines(&sometimes.intermittent), ["warning body.field.removed /b"]);
    assert!(sometimes.drift.is_empty());
    let hint = sometimes.intermittent[0].hint.as_deref().unwrap();
    assert!(hint.starts_with("intermittent: in 6 of 9 rounds"), "{hint}");
    // What chance may give is told as what it is.
    let seldom = rounds(&[&with, &without, &with]);
    assert!(nothing(&seldom));
    assert_eq!(seldom.cancelled[0].reason, Reason::Seldom);
    assert_eq!(lines([&seldom.cancelled[0].finding]), ["breaking body.field.removed /b"]);
}

#[test]
fn values_are_those_of_the_text_in_whatever_charset() {
    let of = case(&json!({"id": 1, "name": "x"}));
    let in_charset = |charset: &str, name: &str| {
        let text = format!("{{\"id\":1,\"name\":\"{name}\",\"self\":\"http://new.example/a\"}}");
        let body: Vec<u8> = match charset {
            "iso-8859-1" => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect(),
            "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            _ => text.into_bytes(),
        };
        let media = format!("application/json; charset={charset}");
        Answer { status: 200, headers: [("Content-Type", media)].into_iter().collect(), body: body.into() }
    };
    for [old, new] in
        [["iso-8859-1", "utf-8"], ["utf-8", "iso-8859-1"], ["utf-16le", "utf-8"], ["utf-8", "utf-16le"]]
    {
        let (was, is) = (in_charset(old, "é"), in_charset(new, "é"));
        let same = compared(&of, &[was.clone(), is, was.clone()], true).unwrap();
        assert_eq!(lines(&same.drift), ["info media_type.param_changed header:content-type"], "{old} {new}");
        let changed = compared(&of, &[was.clone(), in_charset(new, "è"), was], true).unwrap();
        let value = changed.drift.iter().find(|f| f.id == FindingId::BodyValueChanged).unwrap();
        assert_eq!((value.expected.as_str(), value.actual.as_str()), ("\"é\"", "\"è\""));
    }
    let at = Answer { body: vec![0xff, 0xfe].into(), ..in_charset("utf-16le", "") };
    assert_eq!(&*moved(&at, "http://new.example", "http://old.example"), &at);
    let at = moved(&in_charset("utf-16le", "é"), "http://new.example", "http://old.example").into_owned();
    assert!(at.text().is_some_and(|text| text.contains("é") && text.contains("http://old.example/a")));
}

#[test]
fn that_the_new_server_fails_at_times_is_told_where_chance_would_hardly_have_it() {
    let body = json!({"a": 1});
    let of = case(&body);
    let rounds = |news: &[u16]| {
        let statuses = std::iter::once(200).chain(news.iter().flat_map(|new| [*new, 200]));
        let answers: Vec<Answer> = statuses.map(|status| answer(status, &body)).collect();
        compared(&of, &answers, false).unwrap()
    };
    let often = rounds(&[500, 200, 500, 200, 500, 200, 500, 200, 200]);
    let failed = ["warning outcome.success_became_error", "warning status.class_changed"];
    assert_eq!(lines(&often.intermittent), failed);
    assert!(often.drift.is_empty());
    // Equal servers that fail at one call in twenty would show as much.
    let once = rounds(&[500, 200, 200]);
    assert!(nothing(&once));
    assert!(once.cancelled.iter().all(|one| one.reason == Reason::Seldom) && once.cancelled.len() == 2);
}

#[test]
fn only_what_the_old_server_showed_is_noise() {
    let state = |state: &str| json!({"state": state, "n": 1, "code": 7});
    let (open, paid, refunded) = (state("OPEN"), state("PAID"), state("REFUNDED"));
    let of = case(&open);
    let told = |new: &Value, again: &Value| {
        let rounds = [[new, again]; 9];
        lines(&of_bodies(&of, &[&[&open], rounds.as_flattened()].concat()).drift)
    };
    // Once is not enough where words come and go.
    assert_eq!(lines(&of_bodies(&of, &[&open, &refunded, &paid]).drift), Vec::<String>::new());
    assert_eq!(told(&refunded, &paid), ["warning body.enum.new_value /state"]);
    assert_eq!(told(&paid, &paid), Vec::<String>::new());
    // Kinds, too: a text where the old server has whole numbers and fractions.
    let n = |n: Value| json!({"state": "OPEN", "n": n, "code": 7});
    assert_eq!(told(&n("1".into()), &n(1.5.into())), ["breaking body.type.changed /n"]);
    assert_eq!(told(&n(Value::Null), &n(1.5.into())), ["breaking body.null.appeared /n"]);
    assert_eq!(told(&n(2.5.into()), &n(1.5.into())), Vec::<String>::new());
    // A member that the first old answer has not, of another kind than in the second.
    let coupon = |coupon: Value| json!({"state": "OPEN", "n": 1, "code": 7, "coupon": coupon});
    assert_eq!(told(&coupon(5.into()), &coupon("C5".into())), ["breaking body.type.changed /coupon"]);
}

#[test]
fn result_codes_are_noise_where_the_old_server_gave_them() {
    let error = |code: &str| answer(404, &json!({"error": {"code": code, "message": "m"}}));
    let examples = json!([example(404, &json!({"error": {"code": "A", "message": "m"}}))]);
    let of = cases(&examples, "");
    let of = (of.0, Arc::clone(&of.1[0]));
    let told = |new: &str| {
        let rounds = (0..9).flat_map(|_| [error(new), error("B")]);
        let answers: Vec<Answer> = std::iter::once(error("A")).chain(rounds).collect();
        lines(&compared(&of, &answers, false).unwrap().drift)
    };
    assert_eq!(told("B"), Vec::<String>::new());
    assert!(told("C").contains(&"breaking error.code_changed /error/code".to_owned()), "{:?}", told("C"));
}

#[test]
fn an_answer_that_does_not_show_the_place_has_no_say() {
    let with = json!({"lines": [{"qty": 1, "sku": "a"}]});
    let (without, none) = (json!({"lines": [{"sku": "a"}]}), json!({"lines": []}));
    let of = one(&[&with, &none], "");
    let rounds = [[&none, &none], [&without, &with], [&none, &with], [&without, &with]];
    let told = |times: usize| {
        let rounds = rounds.as_flattened().repeat(times);
        lines(&of_bodies(&of, &[&[&with], rounds.as_slice()].concat()).drift)
    };
    assert_eq!(told(3), ["breaking body.field.removed /lines/*/qty"]);
    // Two answers of the one beside four of the other: chance has it in one of 46.
    assert_eq!(told(1), Vec::<String>::new());
}

#[test]
fn the_old_server_against_itself_cancels_the_same_id_at_the_same_place_alone() {
    let (one, other) = (json!({"a": {"x": 1, "y": 1}}), json!({"a": {"x": 1}}));
    let of = case(&one);
    let noisy = of_bodies(&of, &[&one, &other, &other]);
    assert!(nothing(&noisy));
    assert_eq!(lines(noisy.cancelled.iter().map(|one| &one.finding)), ["breaking body.field.removed /a/y"]);
    assert_eq!(noisy.cancelled[0].reason, Reason::Noise);
    // Another place, another id.
    let elsewhere = of_bodies(&of, &[&one, &json!({"a": {"y": 1}}), &other]);
    assert_eq!(lines(&elsewhere.drift), ["breaking body.field.removed /a/x"]);
    let kind = in_turns(&of, &[one.clone(), other.clone()], &[json!({"a": {"x": 1, "y": "1"}})], false);
    assert_eq!(lines(&kind.drift), ["breaking body.type.changed /a/y"]);
    // A later round counts for all.
    let late = of_bodies(&of, &[&one, &other, &one, &other, &other]);
    assert!(nothing(&late));
}

#[test]
fn what_the_saved_examples_show_is_no_drift() {
    let (with, without) = (json!({"id": 1, "note": "x", "s": "open"}), json!({"id": 2, "s": "closed"}));
    let null = json!({"id": 3, "note": null, "s": "open"});
    let of = one(&[&with, &without, &null], "");
    for new in [&without, &null] {
        let compared = of_bodies(&of, &[&with, new, &with]);
        assert!(nothing(&compared), "{compared:?}");
        assert!(compared.cancelled.iter().all(|one| one.reason == Reason::Documented));
        assert!(!compared.cancelled.is_empty());
    }
    // The examples show no such member, no such kind, no such value.
    let old = json!({"id": 1, "note": "x", "s": "open", "more": true});
    for (new, wanted) in [
        (json!({"id": 1, "note": "x", "s": "open"}), "breaking body.field.removed /more"),
        (json!({"id": 1, "note": 7, "s": "open", "more": true}), "breaking body.type.changed /note"),
        (json!({"id": null, "note": "x", "s": "open", "more": true}), "breaking body.null.appeared /id"),
    ] {
        assert_eq!(lines(&of_bodies(&of, &[&old, &new, &old]).drift), [wanted]);
    }
}

#[test]
fn a_generators_example_allows_nothing() {
    let documented = json!({"id": "<integer>", "note": "<string>"});
    let of = case(&documented);
    let (old, new) = (json!({"id": 1, "note": "x"}), json!({"id": 1, "note": null}));
    assert_eq!(lines(&of_bodies(&of, &[&old, &new, &old]).drift), ["breaking body.null.appeared /note"]);
}

#[test]
fn an_answer_of_another_outcome_allows_nothing() {
    let (ok, error) = (json!({"id": 1, "x": 1}), json!({"code": "GONE", "status": "error", "message": "m"}));
    let of = one(&[&ok, &json!({"id": 1})], "");
    let compared = of_bodies(&of, &[&ok, &error, &ok]);
    assert_eq!(lines(&compared.drift), ["breaking outcome.success_became_error /code"]);
    assert!(compared.cancelled.is_empty());
}

#[test]
fn where_the_old_server_violates_its_example_is_told_and_is_no_drift() {
    let of = case(&json!({"id": 1, "name": "x"}));
    let both = json!({"id": "1"});
    let compared = of_bodies(&of, &[&both, &both, &both]);
    assert!(nothing(&compared));
    assert_eq!(
        lines(&compared.violations),
        ["breaking body.field.removed /name", "breaking body.type.changed /id"]
    );
}

#[test]
fn without_two_usable_answers_nothing_is_compared() {
    let body = json!({"id": 1});
    let of = case(&body);
    let ok = || answer(200, &body);
    for (status, id) in
        [(429, FindingId::EnvThrottled), (503, FindingId::EnvUnavailable), (401, FindingId::EnvAuth)]
    {
        for answers in [
            [answer(status, &body), ok(), ok()],
            [ok(), answer(status, &body), ok()],
            [ok(), ok(), answer(status, &body)],
        ] {
            let finding = compared(&of, &answers, false).unwrap_err();
            assert_eq!((finding.id, finding.severity), (id, Severity::Env));
        }
    }
}

#[test]
fn the_rules_of_the_case_hold_for_the_old_answer_too() {
    let toml = "[headers]\nignore = [\"X-Build\"]\n[severity]\n\"body.field.added\" = \"breaking\"\n\
        [[case]]\nmatch = \"*\"\nignore = [\"/meta/**\"]\n";
    let old = json!({"id": 1, "meta": {"a": 1}});
    let of = one(&[&old], toml);
    let mut first = answer(200, &old);
    first.headers.push("X-Build", "7");
    let new = answer(200, &json!({"id": 1, "meta": {"a": "x"}, "more": 1}));
    let compared = compared(&of, &[first.clone(), new, first], false).unwrap();
    assert_eq!(lines(&compared.drift), ["breaking body.field.added /more"]);
}

#[test]
fn values_are_compared_beside_their_counterparts() {
    let old =
        json!({"tags": ["a", "b"], "lines": [{"sku": 1, "name": "n"}, {"sku": 2, "name": "m"}], "t": "x"});
    let of = case(&old);
    let with_values = |new: &Value| {
        let compared = compared(&of, &[answer(200, &old), answer(200, new), answer(200, &old)], true);
        lines(&compared.unwrap().drift)
    };
    let mut new =
        json!({"tags": ["b", "a"], "lines": [{"sku": 2, "name": "m"}, {"sku": 1, "name": "n"}], "t": "x"});
    assert_eq!(with_values(&new), Vec::<String>::new());
    new["lines"][0]["sku"] = 3.into();
    new["t"] = "y".into();
    assert_eq!(with_values(&new), ["info body.value.changed /lines/*/sku", "info body.value.changed /t"]);
    new["lines"].as_array_mut().unwrap().push(json!({"sku": 9, "name": "z"}));
    assert!(with_values(&new).contains(&"info body.value.changed /lines".to_owned()));
}

#[test]
fn links_to_the_server_itself_are_no_difference() {
    let page = |origin: &str, path: &str| {
        let mut page = answer(200, &json!({"next": format!("{origin}/{path}"), "n": 1}));
        page.headers.push("Link", format!("<{origin}/{path}>; rel=\"next\""));
        page
    };
    let of = case(&json!({"next": "http://h/x", "n": 1}));
    let settings = Arc::new(of.0.settings.clone());
    let (old, new) = (Origin::parse("http://old:80").unwrap(), Origin::parse("http://new:8080").unwrap());
    let watched = |answer: &Answer| {
        let first = page("http://old", "a");
        let begun = Watch::begin(&of.1, &request("GET"), &settings, &first, true).unwrap();
        let mut watch = begun.unwrap().at(&old, &new);
        watch.new_answer(answer).unwrap();
        watch.old_again(&first).unwrap();
        lines(&watch.finish().drift)
    };
    assert_eq!(watched(&page("http://new:8080", "a")), Vec::<String>::new());
    let all = ["info body.value.changed /next", "info header.value_changed header:link"];
    assert_eq!(watched(&page("http://new:8080", "b")), all);
    assert_eq!(watched(&page("http://new:80801", "a")), all, "another port");
}

#[test]
fn success_codes_are_compared_where_the_example_documents_one() {
    let of = cases(
        &json!([
            example(200, &json!({"users": [{"code": "SUCCESS", "status": "success"}]})),
            example(200, &json!({"users": [{"code": "INVALID_DATA", "status": "error", "message": "m"}]}))
        ]),
        "",
    );
    let of = (of.0, Arc::clone(&of.1[0]));
    let old = json!({"users": [{"code": "SUCCESS", "status": "success"}]});
    let new = json!({"users": [{"code": "SUCCESS_V2", "status": "success"}]});
    assert_eq!(
        lines(&of_bodies(&of, &[&old, &new, &old]).drift),
        ["breaking error.code_changed /users/*/code"]
    );
}

/// What the case asks for has a say: a list answers the parts of a request, or shows what was asked for.
#[test]
fn a_list_that_repeats_what_was_asked_is_no_failure_and_one_that_answers_it_is() {
    let told = |method: &str, sent: &str, old: &Value, new: &Value| {
        let mut example = example(200, old);
        example["originalRequest"] = json!({"method": method, "url": "https://api.example.com/a",
            "body": {"mode": "raw", "raw": sent}});
        let (suite, cases) = cases(&json!([example]), "");
        let of = (suite, Arc::clone(&cases[0]));
        let found = lines(&of_bodies(&of, &[old, new, old, new, old]).drift);
        found.iter().any(|line| line.contains("outcome.success_became_error"))
    };
    let (done, failed) =
        (json!([{"status": "success", "code": 201}]), json!([{"status": "error", "code": 400}]));
    assert!(told("POST", r#"[{"a": 1}]"#, &done, &failed), "as many as were sent");
    assert!(!told("POST", r#"[{"a": 1}, {"a": 2}]"#, &done, &failed), "another number of them");
    assert!(!told("GET", "", &done, &failed), "what was asked for");
    let (done, failed) =
        (json!({"mails": [{"to": "x", "success": true}]}), json!({"mails": [{"to": "x", "success": false}]}));
    assert!(told("POST", r#"{"to": ["x"]}"#, &done, &failed), "several were asked for");
    assert!(!told("POST", r#"{"to": "x"}"#, &done, &failed), "one was asked for");
}
