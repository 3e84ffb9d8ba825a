//! Whatever stands in `Location`, nothing of a case leaves its origin.

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::message::Omitted;

const HOME: &str = "http://api.example.com:8080";
const NAMED: &str = "https://files.example.com";

fn origin(text: &str) -> Origin {
    Origin::parse(text).unwrap()
}

fn rules() -> Redirects {
    Redirects { follow: true, named: vec![origin(NAMED)], ..Redirects::default() }
}

fn request(method: &str) -> Request {
    Request {
        method: method.to_owned(),
        origin: origin(HOME),
        target: "/a/b?page=1".to_owned(),
        headers: [
            ("Authorization", "Bearer t"),
            ("X-Api-Key", "k"),
            ("Cookie", "s=1"),
            ("Content-Type", "a/b"),
        ]
        .into_iter()
        .collect(),
        body: Some(Bytes::from_static(b"secret")),
    }
}

fn answer(status: u16, locations: &[&str]) -> Answer {
    let headers = locations.iter().map(|location| ("location", *location)).collect();
    Answer { status, headers, body: Bytes::new() }
}

/// What is sent next, or why nothing is; an empty text where it is no redirect at all.
fn led(method: &str, status: u16, locations: &[&str]) -> Result<String, &'static str> {
    let rules = rules();
    let mut chain = Chain::new(&rules, &request(method));
    match chain.step(&answer(status, locations)) {
        Step::Follow(next) => Ok(format!("{} {}", next.request.method, next.request.url())),
        Step::Done => match chain.into_hops().pop().map(|hop| hop.fate) {
            Some(Fate::Refused(why)) => Err(why),
            other => {
                assert_eq!(other, None);
                Ok(String::new())
            }
        },
        Step::GiveUp(error) => panic!("{error}"),
    }
}

#[test]
fn a_location_is_read_as_the_url_standard_does() {
    for (location, url) in [
        ("/x?y=1#z", "http://api.example.com:8080/x?y=1"),
        ("x", "http://api.example.com:8080/a/x"),
        ("../../..", "http://api.example.com:8080/"),
        ("?page=2", "http://api.example.com:8080/a/b?page=2"),
        ("#top", "http://api.example.com:8080/a/b?page=1"),
        ("HTTP://API.example.com:8080", "http://api.example.com:8080/"),
        ("//api.example.com:8080//x", "http://api.example.com:8080//x"),
        ("/grün x", "http://api.example.com:8080/gr%C3%BCn%20x"),
        ("https://files.example.com:443/f?sig=1", "https://files.example.com/f?sig=1"),
    ] {
        assert_eq!(led("GET", 302, &[location]), Ok(format!("GET {url}")), "{location}");
    }
}

#[test]
fn what_leads_elsewhere_is_not_followed() {
    const ELSEWHERE: &str =
        "it leads to another origin, which neither the base URL nor `[target] hosts` names";
    let long = format!("/{}", "a".repeat(70_000));
    for (location, why) in [
        ("https://api.example.com:8080/", ELSEWHERE),
        ("http://api.example.com/", ELSEWHERE),
        ("http://api.example.com:8081/", ELSEWHERE),
        ("//evil.example/", ELSEWHERE),
        ("\\\\evil.example/", ELSEWHERE),
        ("/\\evil.example/", ELSEWHERE),
        ("http://api.example.com.evil.example:8080/", ELSEWHERE),
        ("http://files.example.com/", ELSEWHERE),
        ("http://api.example.com:8080@evil.example/", "there is a user name or password in it"),
        ("http://u:p@api.example.com:8080/", "there is a user name or password in it"),
        ("/\t/evil.example/", "the Location holds a control character"),
        ("/a\r\nX-B: 1", "the Location holds a control character"),
        ("http://[::1", "the Location is no URL"),
        ("http://api.example.com:99999/", "the Location is no URL"),
        ("file:///etc/passwd", "it is neither http nor https"),
        ("data:text/html,hi", "it is neither http nor https"),
        ("javascript:alert(1)", "it is neither http nor https"),
        ("ftp://api.example.com:8080/", "it is neither http nor https"),
        (&long, "the Location is a URL that cannot be sent"),
    ] {
        assert_eq!(led("GET", 302, &[location]), Err(why), "{location:.80}");
    }
    assert_eq!(led("GET", 302, &["/a", "/b"]), Err("there are several Location fields"));
    assert!(led("GET", 302, &["/a", "/a"]).is_ok());
}

#[test]
fn without_a_location_and_with_other_statuses_there_is_no_redirect() {
    assert_eq!(led("GET", 302, &[]), Ok(String::new()));
    assert_eq!(led("GET", 302, &[""]), Ok(String::new()));
    for status in [200, 201, 300, 304, 305, 306, 400] {
        assert_eq!(led("GET", status, &["/x"]), Ok(String::new()), "{status}");
    }
}

#[test]
fn method_and_body_are_as_in_postman() {
    for (status, method, keep_method, expected, body) in [
        (301, "POST", false, "GET", false),
        (302, "DELETE", false, "GET", false),
        (303, "HEAD", false, "HEAD", false),
        (303, "OPTIONS", false, "GET", false),
        (307, "POST", false, "POST", true),
        (308, "PUT", false, "PUT", true),
        (303, "POST", true, "POST", true),
    ] {
        let rules = Redirects { keep_method, ..rules() };
        let mut chain = Chain::new(&rules, &request(method));
        let Step::Follow(next) = chain.step(&answer(status, &["/x"])) else { panic!("{status} {method}") };
        let kept = next.request.headers.contains("content-type");
        assert_eq!(
            (next.request.method.as_str(), next.request.body.is_some(), kept, next.bare),
            (expected, body, body, false),
            "{status} {method}"
        );
        assert_eq!(next.request.headers.get("authorization"), Some("Bearer t"));
        assert_eq!(next.request.headers.get("referer"), Some("http://api.example.com:8080/a/b?page=1"));
    }
}

#[test]
fn a_typed_referer_stays_where_none_is_written() {
    let rules = Redirects { no_referer: true, ..rules() };
    let mut typed = request("GET");
    typed.headers.push("referer", "https://typed.example/");
    for (request, referer) in [(&typed, Some("https://typed.example/")), (&request("GET"), None)] {
        let Step::Follow(next) = Chain::new(&rules, request).step(&answer(302, &["/x"])) else { panic!() };
        assert_eq!(next.request.headers.get("referer"), referer);
    }
}

#[test]
fn another_origin_gets_a_bare_request_and_so_does_who_comes_after_it() {
    let rules = rules();
    let mut chain = Chain::new(&rules, &request("POST"));
    for location in [&format!("{NAMED}/f"), &format!("{HOME}/back"), "/again"] {
        let Step::Follow(next) = chain.step(&answer(302, &[location])) else { panic!("{location}") };
        assert!(next.bare && next.request.headers.is_empty() && next.request.body.is_none(), "{next:?}");
        assert_eq!(next.request.method, "GET");
    }
    for (status, keep_method) in [(307, false), (302, true)] {
        let rules = Redirects { keep_method, ..rules.clone() };
        let mut chain = Chain::new(&rules, &request("POST"));
        assert!(matches!(chain.step(&answer(status, &[NAMED])), Step::Done));
        let why = "it asks to send a method that may write to another origin";
        assert_eq!(chain.into_hops().pop().map(|hop| hop.fate), Some(Fate::Refused(why)));
    }
}

#[test]
fn the_limit_is_named_and_so_is_a_circle() {
    let given_up = |limit, location: &dyn Fn(u32) -> String| {
        let rules = Redirects { limit, ..rules() };
        let mut chain = Chain::new(&rules, &request("GET"));
        for number in 0.. {
            if let Step::GiveUp(error) = chain.step(&answer(302, &[&location(number)])) {
                assert_eq!((number, chain.into_hops().len()), (limit, limit as usize));
                return error.to_string();
            }
        }
        unreachable!()
    };
    let text = "gave up after 10 redirects, the limit (`maxRedirects`)";
    assert_eq!(given_up(10, &|number| format!("/{number}")), text);
    assert_eq!(given_up(10, &|number| format!("/{}", number % 2)), format!("{text}: they go in a circle"));
    assert_eq!(given_up(0, &|_| "/x".to_owned()), text.replace("10", "0"));
}

/// Locations of pieces that mean something to a parser of URLs, and arbitrary ones.
fn locations() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "http",
        "https",
        "file",
        "data",
        ":",
        "/",
        "//",
        "\\",
        "@",
        "?",
        "#",
        ".",
        "..",
        "%2f",
        "%00",
        "\t",
        "\r\n",
        "\0",
        " ",
        "api.example.com",
        ":8080",
        "files.example.com",
        "evil.example",
        "[::1]",
        "127.0.0.1",
        "ü",
        "xn--",
        "\u{3002}",
        "\u{ff0f}",
        "u:p",
        "a",
        ";",
    ];
    let piece = prop_oneof![4 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()];
    let begun = prop::sample::select(vec![
        "",
        HOME,
        NAMED,
        "http://",
        "//",
        "/",
        "https://api.example.com:8080",
        "http://files.example.com",
        "http://api.example.com",
    ]);
    (begun, prop::collection::vec(piece, 0..8))
        .prop_map(|(begun, pieces)| format!("{begun}{}", pieces.concat()))
}

proptest! {
    #[test]
    fn no_hop_takes_anything_of_the_case_away_from_its_origin(
        method in prop::sample::select(vec!["GET", "HEAD", "POST", "DELETE", "OPTIONS", "FOO"]),
        keep_method: bool,
        no_referer: bool,
        answers in prop::collection::vec((prop::sample::select(vec![301_u16, 302, 303, 307, 308]), locations()), 1..8),
    ) {
        let rules = Redirects { keep_method, no_referer, limit: 5, ..rules() };
        let mut chain = Chain::new(&rules, &request(method));
        let mut left = false;
        for (status, location) in answers {
            let Step::Follow(next) = chain.step(&answer(status, &[&location])) else { break };
            let sent = outgoing::build(&next.request, Omitted::default()).unwrap();
            let to = origin(sent.url().as_str());
            prop_assert_eq!(&to, &next.request.origin);
            prop_assert!(to == origin(HOME) || to == origin(NAMED), "{} by {:?}", to, location);
            prop_assert!(sent.url().username().is_empty() && sent.url().fragment().is_none());
            left |= to != origin(HOME);
            prop_assert_eq!(next.bare, left);
            if left {
                prop_assert!(next.request.headers.is_empty() && next.request.body.is_none());
                prop_assert!(next.request.is_safe());
            }
        }
    }
}
