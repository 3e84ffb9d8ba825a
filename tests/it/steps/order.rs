//! Cases with steps beside each other: nothing overlaps that shares a path.

use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::json;

use super::{Shop, item};
use crate::support::{Recorder, answer};

/// How many requests below `/users` are being answered, and the most at a time.
#[derive(Default)]
struct Watch {
    now: usize,
    most: usize,
}

#[test]
fn sixteen_jobs_do_not_overlap_where_steps_share_a_path() {
    let watch = Arc::new(Mutex::new(Watch::default()));
    let seen = Arc::clone(&watch);
    let server = Recorder::with(move |request| {
        let users = request.split(' ').nth(1).is_some_and(|target| target.starts_with("/users"));
        if users {
            let mut watch = seen.lock().unwrap();
            watch.now += 1;
            watch.most = watch.most.max(watch.now);
        }
        // Long enough for others to come in between, if they could.
        (0..200).for_each(|_| thread::yield_now());
        if users {
            seen.lock().unwrap().now -= 1;
        }
        answer("200 OK", "application/json", r#"{"id": "u1"}"#)
    });
    let body = r#"{"id": "u1"}"#;
    let mut items = vec![item("Reset", "POST", "{{base}}/users/reset", 200, body, &json!({}))];
    for n in 0..20 {
        items.push(item(&format!("Put {n}"), "PUT", "{{base}}/users/{{id}}", 200, body, &json!({})));
        items.push(item(
            &format!("Get {n}"),
            "GET",
            &format!("{{{{base}}}}/other/{n}"),
            200,
            body,
            &json!({}),
        ));
    }
    // A case without steps on a path that is a step of others.
    items.push(item("Again", "POST", "{{base}}/users/reset", 200, body, &json!({})));
    let toml =
        "[[case]]\nmatch = \"*::put_*\"\nbefore = [{ case = \"*::reset::ok\", capture = { id = \"/id\" } }]";
    let shop = Shop::live(&items, toml, &server, &["-j", "16"]);
    assert_eq!(shop.ran.code, 0, "{:?}", shop.ran);
    assert_eq!(watch.lock().unwrap().most, 1);
    assert_eq!(server.seen().len(), 1 + 20 * 2 + 20 + 1);
    let sent: Vec<String> =
        super::lines(&server).into_iter().filter(|line| line.contains("/users")).collect();
    assert_eq!(sent[0], "POST /users/reset", "file order");
    for pair in sent[1..41].chunks(2) {
        assert_eq!(pair, ["POST /users/reset", "PUT /users/u1"]);
    }
}

#[test]
fn a_step_has_the_row_of_its_case() {
    let server = Recorder::with(|request| {
        let target = request.split(' ').nth(1).unwrap_or_default().to_owned();
        answer("200 OK", "application/json", &json!({ "id": target.rsplit('/').next() }).to_string())
    });
    let items = [
        item("Find", "GET", "{{base}}/find/{{name}}", 200, r#"{"id": "x"}"#, &json!({})),
        item("Use", "GET", "{{base}}/use/{{id}}/{{name}}", 200, r#"{"id": "x"}"#, &json!({})),
    ];
    let toml =
        "[[case]]\nmatch = \"*::use::ok\"\nbefore = [{ case = \"*::find::ok\", capture = { id = \"/id\" } }]";
    let folder = crate::support::workspace(&[("rows.csv", "name\nann\nbob\n")]);
    let rows = folder.path().join("rows.csv").display().to_string();
    let shop = Shop::live(&items, toml, &server, &["--data", &rows, "--filter", "*::use::*"]);
    assert_eq!(shop.ran.code, 0, "{:?}", shop.ran);
    let mut sent = super::lines(&server);
    sent.sort();
    assert_eq!(sent, ["GET /find/ann", "GET /find/bob", "GET /use/ann/ann", "GET /use/bob/bob"]);
}
