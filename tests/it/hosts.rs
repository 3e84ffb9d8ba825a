//! Whatever a collection says, its requests go to the host that the target names, and nowhere else.

use std::net::TcpListener;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::batch::Batch;
use crate::wiretap::{Arrived, Wiretap};

/// How many hostile items go through one run.
const ITEMS: usize = 80;

/// What URLs, variables and fields are made of. `EVIL` is the address of the other server in one of its
/// spellings, `GOOD` that of the named one.
const PIECES: &[&str] = &[
    "EVIL",
    "EVIL",
    "EVIL",
    "GOOD",
    "//",
    "///",
    "/",
    "\\",
    "\\\\",
    "@",
    ":",
    "?",
    "#",
    "&",
    "=",
    ";",
    ".",
    "..",
    "%2e%2e",
    "%2f",
    "%40",
    "%5c",
    "\t",
    "\n",
    "\r",
    " ",
    "\u{a0}",
    "\u{3002}",
    "http:",
    "http://",
    "HTTP://",
    "hTTp:\\\\",
    "https://",
    "ws://",
    "file://",
    "//@",
    "user:pw@",
    "@EVIL",
    "{{base}}",
    "{{evil}}",
    "{{host}}",
    "{{port}}",
    "{{path}}",
    "{{nope}}",
    "{{base}}@EVIL",
    "{{base}}.EVIL",
    ":id",
    "a",
    "ü",
    "[",
    "]",
];

/// Spellings of the other server's address.
fn spelled(port: u16, spelling: usize) -> String {
    let hosts = [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "[::1]",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "１２７.0.0.1",
        "127。0。0。1",
        "localhost.",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
    ];
    format!("{}:{port}", hosts[spelling % hosts.len()])
}

fn text(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(select(PIECES), 0..most).prop_map(|pieces| pieces.concat())
}

fn url() -> impl Strategy<Value = Value> {
    let parts = (text(3), text(4), text(3), text(3), text(3), text(3), text(3));
    let object = parts.prop_map(|(protocol, host, port, path, query, id, user)| {
        json!({
            "protocol": protocol, "host": [host], "port": port, "path": [path, ":id"],
            "query": [{"key": query, "value": id}],
            "variable": [{"key": "id", "value": id}],
            "auth": {"user": user, "password": path},
        })
    });
    let simple = (text(4), text(4)).prop_map(|(host, path)| json!({"host": [host], "path": [path]}));
    let raw = text(5).prop_map(|raw| json!({"raw": raw}));
    prop_oneof![
        4 => text(6).prop_map(Value::from),
        2 => text(4).prop_map(|behind| Value::from(format!("{{{{base}}}}{behind}"))),
        2 => simple,
        2 => object,
        1 => raw
    ]
}

fn auth() -> impl Strategy<Value = Value> {
    let grants = select(vec!["client_credentials", "password_credentials", "authorization_code"]);
    let grant = (grants, text(3)).prop_map(|(grant, url)| {
        let token_url = if url.is_empty() { "http://EVIL/token".to_owned() } else { url };
        json!({"type": "oauth2", "oauth2": [
            {"key": "grant_type", "value": grant}, {"key": "accessTokenUrl", "value": token_url},
            {"key": "refreshTokenUrl", "value": "http://EVIL/refresh"},
            {"key": "authUrl", "value": "http://EVIL/auth"}, {"key": "refreshToken", "value": "r"},
            {"key": "clientId", "value": "c"}, {"key": "clientSecret", "value": "s"},
            {"key": "username", "value": "u"}, {"key": "password", "value": "p"},
        ]})
    });
    let key = (select(vec!["Host", "X-Forwarded-Host", "k"]), select(vec!["header", "query"]), text(3));
    let key = key.prop_map(|(name, place, value)| {
        json!({"type": "apikey", "apikey": [
            {"key": "key", "value": name}, {"key": "value", "value": value}, {"key": "in", "value": place},
        ]})
    });
    let digest = json!({"type": "digest", "digest": [
        {"key": "username", "value": "u"}, {"key": "password", "value": "p"}, {"key": "realm", "value": "EVIL"},
        {"key": "nonce", "value": "http://EVIL/"},
    ]});
    let asap = json!({"type": "edgegrid", "edgegrid": [{"key": "baseURL", "value": "http://EVIL/"}]});
    prop_oneof![3 => Just(Value::Null), 3 => grant, 1 => key, 1 => Just(digest), 1 => Just(asap)]
}

fn body() -> impl Strategy<Value = Value> {
    let source = prop_oneof![
        text(3),
        select(vec!["//EVIL/a", "\\\\EVIL\\a", "http://EVIL/a", "a.txt"]).prop_map(str::to_owned)
    ];
    prop_oneof![
        Just(Value::Null),
        source.clone().prop_map(|src| json!({"mode": "file", "file": {"src": src}})),
        source.prop_map(
            |src| json!({"mode": "formdata", "formdata": [{"key": "f", "type": "file", "src": src}]})
        ),
        text(3).prop_map(|raw| json!({"mode": "raw", "raw": raw})),
    ]
}

prop_compose! {
    /// A request with the variables for it, and a spelling of the other server.
    fn hostile()(
        url in url(), auth in auth(), body in body(), header in text(3), name in select(vec!["Host", "X-Original-URL", "Location", "Proxy"]),
        proxy in text(2), base in text(3), path in text(3), spelling in 0..13_usize, post in any::<bool>(),
    ) -> (Value, Value, usize) {
        let method = if post { "POST" } else { "GET" };
        let request = json!({
            "method": method, "url": url, "auth": auth, "body": body,
            "header": [{"key": name, "value": header}, {"key": name, "value": "EVIL"}],
            "proxy": {"host": "EVIL", "match": "*", "disabled": false, "proxy": proxy},
        });
        let variables = json!([
            {"key": "base", "value": if base.is_empty() { "http://EVIL".to_owned() } else { base }},
            {"key": "evil", "value": "EVIL"}, {"key": "host", "value": "127.0.0.1"},
            {"key": "port", "value": "EVILPORT"}, {"key": "path", "value": path},
        ]);
        (request, variables, spelling)
    }
}

/// The other server, on both families of loopback where the machine has them.
fn other() -> (Wiretap, Option<TcpListener>) {
    let other = Wiretap::start();
    let v6 = TcpListener::bind(("::1", other.port())).ok();
    if let Some(v6) = &v6 {
        v6.set_nonblocking(true).unwrap();
    }
    (other, v6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn no_collection_makes_a_request_leave_for_a_host_that_the_target_does_not_name(
        items in proptest::collection::vec(hostile(), ITEMS),
    ) {
        let good = Wiretap::start();
        let (evil, v6) = other();
        let mut batch = Batch::new();
        for (request, variables, spelling) in &items {
            let address = spelled(evil.port(), *spelling);
            let told = |value: &Value| -> Value {
                let text = value.to_string().replace("EVILPORT", &evil.port().to_string());
                let text = text.replace("EVIL", &address).replace("GOOD", &good.authority());
                serde_json::from_str(&text).unwrap()
            };
            batch.suite(&good.url(), &told(request), &json!([]), &told(variables), "");
        }
        batch.suite(&good.url(), &json!({"method": "GET", "url": "{{base}}/plain"}), &json!([]), &json!([]), "");
        let proxy = format!("http://{}", evil.authority());
        let names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"];
        let outcome = batch.run(&[], &names.map(|name| (name, proxy.clone())));
        let (seen, other) = (good.seen(), evil.seen());
        prop_assert_eq!(other.connections, 0, "{:?}", &other.requests);
        prop_assert!(v6.is_none_or(|v6| v6.accept().is_err()));
        prop_assert_eq!(&seen.faults, &Vec::<String>::new());
        // A token may be asked for at the target itself, which is no try of a case.
        let for_token = |request: &&Arrived| String::from_utf8_lossy(&request.body).contains("grant_type=");
        let tokens = seen.requests.iter().filter(for_token).count();
        prop_assert_eq!(seen.requests.len() - tokens, outcome.attempts(), "{:?}", outcome.ran);
        prop_assert!(seen.requests.iter().any(|request| request.target == "/plain"));
        // Where nearly everything is skipped, nothing is proven.
        prop_assert!(seen.requests.len() > ITEMS / 10, "{} arrived", seen.requests.len());
    }
}
