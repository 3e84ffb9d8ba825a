//! A break of each kind in DESIGN's taxonomy, between two servers whose every answer is another one.

use serde_json::{Value, json};

use super::{Break, SUITE, compare, findings, noisy, report, shop};
use crate::support::workspace;

/// One break of each kind, and the finding that names it.
const BREAKS: [(&str, Break); 26] = [
    ("breaking status.changed", |status, _, _| {
        *status = 201;
        None
    }),
    ("breaking status.class_changed", |status, _, _| {
        *status = 500;
        None
    }),
    ("breaking outcome.success_became_error /code", |_, _, body| {
        *body = json!({"code": "GONE", "status": "error", "message": "no more"});
        None
    }),
    ("breaking media_type.changed header:content-type", |_, fields, _| {
        "text/html".clone_into(&mut fields[0].1);
        None
    }),
    ("info media_type.param_changed header:content-type", |_, fields, _| {
        "application/json; charset=utf-8".clone_into(&mut fields[0].1);
        None
    }),
    ("breaking header.missing header:x-total", |_, fields, _| {
        fields.remove(2);
        None
    }),
    ("info header.value_changed header:x-total", |_, fields, _| {
        "4".clone_into(&mut fields[2].1);
        None
    }),
    ("info header.added header:x-new", |_, fields, _| {
        fields.push(("X-New".to_owned(), "1".to_owned()));
        None
    }),
    ("info header.api_version_changed header:api-version", |_, fields, _| {
        "3".clone_into(&mut fields[3].1);
        None
    }),
    ("warning header.deprecation_announced header:deprecation", |_, fields, _| {
        fields.push(("Deprecation".to_owned(), "@1688169599".to_owned()));
        None
    }),
    ("breaking body.became_empty", |_, _, _| Some(String::new())),
    ("breaking body.not_json", |_, _, _| Some("<html>down</html>".to_owned())),
    ("breaking body.root_type_changed", |_, _, body| {
        *body = json!([body]);
        None
    }),
    ("breaking body.field.removed /owner/phone", |_, _, body| {
        body["owner"].as_object_mut().unwrap().remove("phone");
        None
    }),
    ("breaking body.field.removed /lines/*/qty", |_, _, body| {
        body["lines"][2].as_object_mut().unwrap().remove("qty");
        None
    }),
    ("info body.field.added /more", |_, _, body| {
        body["more"] = 1.into();
        None
    }),
    ("breaking body.field.renamed /created_at", |_, _, body| {
        let members = body.as_object_mut().unwrap();
        let value = members.remove("created_at").unwrap();
        members.insert("createdAt".to_owned(), value);
        None
    }),
    ("breaking body.type.changed /id", |_, _, body| {
        body["id"] = body["id"].to_string().into();
        None
    }),
    ("breaking body.type.changed /load", |_, _, body| {
        body["load"] = "high".into();
        None
    }),
    ("breaking body.type.widened /size", |_, _, body| {
        body["size"] = 3.5.into();
        None
    }),
    ("breaking body.null.appeared /owner/name", |_, _, body| {
        body["owner"]["name"] = Value::Null;
        None
    }),
    ("warning body.format.changed /uuid", |_, _, body| {
        body["uuid"] = "17".into();
        None
    }),
    ("warning body.string.became_empty /email", |_, _, body| {
        body["email"] = "".into();
        None
    }),
    ("warning body.enum.new_value /state", |_, _, body| {
        body["state"] = "lost".into();
        None
    }),
    ("warning body.array.became_empty /lines", |_, _, body| {
        body["lines"] = json!([]);
        None
    }),
    ("warning body.map.key_shape /by_id/{key}", |_, _, body| {
        body["by_id"] = json!({"first": {"n": 1}, "100002": {"n": 2}});
        None
    }),
];

#[test]
fn a_break_of_each_kind_is_found_in_spite_of_the_noise() {
    let folder = workspace(&[(SUITE, &shop(1))]);
    let old = noisy(1, None);
    for (wanted, fault) in BREAKS {
        let new = noisy(2, Some(fault));
        let ran = compare(folder.path(), &old, &new, &[]);
        let found = findings(&report(folder.path()));
        let times = found.iter().filter(|line| *line == wanted).count();
        assert_eq!(times, 3, "{wanted}: {found:#?}\n{ran:?}");
        assert_eq!(ran.code, i32::from(wanted.starts_with("breaking")), "{wanted}: {ran:?}");
    }
}
