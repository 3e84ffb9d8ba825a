//! Announcements in headers, and the policy on all other header fields as a table.

use proptest::prelude::*;

use super::*;

const NOW: (&str, &str) = ("Date", "Sat, 21 Nov 2026 20:00:00 GMT");

fn told(world: &World, fields: &[(&str, &str)]) -> Vec<String> {
    let found = world.findings(&answer(200, fields, b""));
    let line = |f: &Finding| {
        let hint = f.hint.as_deref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{} {} {}{hint}", f.severity, f.at.replace("header:", ""), f.actual)
    };
    found.iter().filter(|f| f.id == FindingId::HeaderDeprecationAnnounced).map(line).collect()
}

fn silent() -> World {
    World::of([example(200, &[], None)])
}

#[test]
fn each_form_of_a_date_is_read_and_any_other_value_is_still_an_announcement() {
    for (field, value, wanted) in [
        ("Deprecation", "@1688169599", "warning deprecation deprecated since 2023-06-30"),
        ("deprecation", " @1688169599;x=1 ", "warning deprecation deprecated since 2023-06-30"),
        ("Deprecation", "@1893456000", "warning deprecation deprecated from 2030-01-01"),
        ("Deprecation", "Fri, 30 Jun 2023 23:59:59 GMT", "warning deprecation deprecated since 2023-06-30"),
        ("Deprecation", "true", "warning deprecation deprecated"),
        ("Deprecation", "?1", "warning deprecation deprecated"),
        ("Deprecation", "@99999999999999999999", "warning deprecation deprecated: @99999999999999999999"),
        ("Deprecation", "@-", "warning deprecation deprecated: @-"),
        ("Deprecation", "", "warning deprecation deprecated: "),
        ("Sunset", "Wed, 31 Dec 2027 23:59:59 GMT", "warning sunset sunset: Wed, 31 Dec 2027 23:59:59 GMT"),
        ("Sunset", "Fri, 31 Dec 2027 23:59:59 GMT", "warning sunset sunset 2027-12-31"),
        ("Sunset", "Friday, 31-Dec-27 23:59:59 GMT", "warning sunset sunset 2027-12-31"),
        ("Sunset", "soon", "warning sunset sunset: soon"),
        ("Warning", "299 - \"gone, soon\"", "warning warning 299 - \"gone, soon\""),
        ("Warning", "299", "warning warning 299"),
        ("Warning", "110 - \"stale, 299 api \"x\"", "warning warning 299 api \"x\""),
        ("Warning", "110 - \"stale\", 299 api \"x\"", "warning warning 299 api \"x\""),
    ] {
        assert_eq!(told(&silent(), &[NOW, (field, value)]), [wanted], "{field}: {value}");
    }
    for (field, value) in [("Deprecation", "false"), ("Deprecation", "?0"), ("Warning", "199 - \"299 x\"")] {
        assert_eq!(told(&silent(), &[NOW, (field, value)]), Vec::<String>::new(), "{field}: {value}");
    }
}

#[test]
fn a_sunset_is_breaking_from_ninety_days_before_by_the_clock_of_the_answer() {
    let level = |fields: &[(&str, &str)]| told(&silent(), fields)[0].split(' ').next().unwrap().to_owned();
    let on = |time| ("Sunset", time);
    assert_eq!(level(&[NOW, on("Fri, 19 Feb 2027 20:00:00 GMT")]), "breaking", "90 days");
    assert_eq!(level(&[NOW, on("Fri, 19 Feb 2027 20:00:01 GMT")]), "warning", "and a second");
    assert_eq!(level(&[NOW, on("Thu, 01 Jan 1970 00:00:00 GMT")]), "breaking", "past");
    let (far, near) = (on("Fri, 31 Dec 2027 23:59:59 GMT"), on("Tue, 01 Dec 2026 00:00:00 GMT"));
    for both in [[NOW, far, near], [NOW, near, far]] {
        assert_eq!(told(&silent(), &both), ["breaking sunset sunset 2026-12-01"], "the nearest");
    }
    for date in [&[][..], &[("Date", "now")]] {
        let fields: Vec<_> = date.iter().copied().chain([on("Thu, 01 Jan 1970 00:00:00 GMT")]).collect();
        assert_eq!(level(&fields), "warning", "no clock: {date:?}");
    }
}

#[test]
fn a_documented_sunset_is_told_once_it_has_moved_near() {
    let documented = |end| World::of([example(200, &[("Sunset", end)], None)]);
    let far = documented("Mon, 31 Dec 2035 23:59:59 GMT");
    let near = ("Sunset", "Sat, 19 Dec 2026 20:00:00 GMT");
    assert_eq!(told(&far, &[NOW, near]), ["breaking sunset sunset 2026-12-19"]);
    assert_eq!(told(&far, &[NOW, ("Sunset", "Fri, 31 Dec 2027 23:59:59 GMT")]), [""; 0], "still far");
    assert_eq!(told(&far, &[near]), [""; 0], "no clock");
    assert_eq!(told(&far, &[NOW, ("Sunset", "soon")]), [""; 0], "no date");
    assert_eq!(
        told(&documented("Tue, 01 Dec 2026 00:00:00 GMT"), &[NOW, near]),
        [""; 0],
        "documented as near"
    );
    let mut ignoring = far;
    ignoring.settings.headers.ignore = vec!["sunset".to_owned()];
    assert_eq!(told(&ignoring, &[NOW, near]), [""; 0]);
}

#[test]
fn the_end_of_an_announcement_is_no_difference() {
    for (field, value) in [("Deprecation", "true"), ("Sunset", "soon"), ("Warning", "299 - \"gone\"")] {
        let world = World::of([example(200, &[("X-Anchor", "1"), (field, value)], None)]);
        assert_eq!(lines(&world.findings(&answer(200, &[("X-Anchor", "1")], b""))), [""; 0], "{field}");
    }
}

#[test]
fn links_explain_the_first_announcement() {
    let link = "<https://x/a,b>; rel=\"help\", </gone>; type=\"text/html\"; rel=\"Deprecation sunset\"; rel=help, \
                <no bracket; rel=sunset, <https://x/v2\u{1b}>; rel=successor-version";
    let fields = [NOW, ("Sunset", "x"), ("Deprecation", "true"), ("Link", link)];
    assert_eq!(
        told(&silent(), &fields),
        [
            "warning deprecation deprecated (see /gone (deprecation), /gone (sunset))",
            "warning sunset sunset: x"
        ]
    );
    let fields = [("Sunset", "x"), ("Link", "<https://x/v2>; title=\"a;b\"; REL = successor-version")];
    assert_eq!(told(&silent(), &fields), ["warning sunset sunset: x (see https://x/v2 (successor-version))"]);
}

#[test]
fn only_what_no_example_of_the_status_shows_is_news_and_it_is_told_once() {
    let kept = ("X-Kept", "1");
    let came = [kept, ("Sunset", "x"), ("Warning", "299 - \"y\"")];
    let found = |world: &World| lines(&world.findings(&answer(200, &came, b"")));
    let both = [
        "warning header.deprecation_announced header:sunset",
        "warning header.deprecation_announced header:warning",
    ];
    assert_eq!(found(&World::of([example(200, &[kept], None)])), both);
    let with_stale = example(200, &[kept, ("Warning", "110 - \"stale\"")], None);
    assert_eq!(found(&World::of([with_stale])), both, "no header.value_changed beside it");
    let known = example(200, &[kept, ("sunset", "Fri, 31 Dec 2027 23:59:59 GMT")], None);
    assert_eq!(found(&World::of([example(200, &[kept], None), known])), both[1..]);
    let elsewhere = example(500, &[kept, ("sunset", "x")], None);
    assert_eq!(found(&World::of([example(200, &[kept], None), elsewhere])), both);
    let mut world = World::of([example(200, &[kept], None)]);
    world.settings.headers.ignore = vec!["sunset".to_owned(), "warning".to_owned()];
    assert_eq!(found(&world), Vec::<String>::new());
    let mut world = World::of([example(200, &[kept, ("Warning", "110 - \"stale\"")], None)]);
    world.settings.headers.exact = vec!["warning".to_owned()];
    assert_eq!(found(&world), ["breaking header.value_changed header:warning", both[0]]);
}

/// DESIGN: what is said of a field that is gone, of another value, and of one that is new.
#[test]
fn the_policy_on_fields() {
    let anchor = ("X-Anchor", "1");
    let levels = |name: &str, saved: &str, other: &str| {
        let world = World::of([example(200, &[anchor, (name, saved)], None)]);
        let found = |fields: &[(&str, &str)]| lines(&world.findings(&answer(200, fields, b""))).join("+");
        let new = World::of([example(200, &[anchor], None)]);
        let new = lines(&new.findings(&answer(200, &[anchor, (name, saved)], b""))).join("+");
        let short = |text: String| text.replace(&format!(" header:{}", name.to_lowercase()), "");
        (short(found(&[anchor])), short(found(&[anchor, (name, other)])), short(new))
    };
    let owned = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    let loud = owned("breaking header.missing", "info header.value_changed", "info header.added");
    let soft = owned("warning header.missing", "info header.value_changed", "info header.added");
    let none = owned("", "", "");
    for name in [
        "Strict-Transport-Security",
        "Content-Security-Policy",
        "Content-Security-Policy-Report-Only",
        "X-Frame-Options",
        "X-Content-Type-Options",
        "X-XSS-Protection",
        "X-Download-Options",
        "Referrer-Policy",
        "Permissions-Policy",
        "Cross-Origin-Opener-Policy",
        "Access-Control-Allow-Origin",
        "Cache-Control",
        "Pragma",
        "Expires",
    ] {
        assert_eq!(levels(name, "a", "b"), soft, "{name}");
    }
    for name in "date age last-modified etag content-length transfer-encoding connection keep-alive vary via server \
                 x-powered-by set-cookie server-timing x-request-id request-id x-correlation-id x-runtime traceparent \
                 tracestate b3 x-b3-traceid x-datadog-trace-id x-amzn-trace-id x-amzn-requestid x-amz-request-id \
                 x-amz-id-2 x-amz-cf-id x-ms-request-id client-request-id x-cloud-trace-context sentry-trace cf-ray \
                 cf-cache-status x-served-by x-cache x-cache-hits x-timer x-varnish report-to nel alt-svc \
                 x-ratelimit-limit x-rate-limit-reset ratelimit ratelimit-policy retry-after my-request-id my-trace-id"
        .split_whitespace()
    {
        assert_eq!(levels(name, "a", "b"), none, "{name}");
    }
    for name in ["Content-Language", "Allow", "X-Total-Count"] {
        assert_eq!(levels(name, "a", "b"), loud, "{name}");
    }
    for saved in
        ["2021-05-11T12:57:36+00:00", "Sat, 21 Nov 2026 20:00:00 GMT", "4d8b6ee4f7d1d284c930a4e807480c5c"]
    {
        assert_eq!(levels("X-Odd", saved, "b"), owned("", "", "info header.added"), "{saved}");
    }
    for name in ["api-version", "X-Api-Version", "my-api-version"] {
        let version =
            owned("breaking header.missing", "info header.api_version_changed", "info header.added");
        assert_eq!(levels(name, "1.0", "2.0"), version, "{name}");
    }
    for name in ["x-version", "myapi-versions"] {
        assert_eq!(levels(name, "1.0", "2.0"), loud, "{name}");
    }
}

proptest! {
    #[test]
    fn arbitrary_fields_never_panic(values in prop::collection::vec("[ -~]{0,40}", 5)) {
        let names = ["Deprecation", "Sunset", "Warning", "Link", "Date"];
        let fields: Vec<_> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
        let found = silent().findings(&answer(200, &fields, b""));
        prop_assert!(found.iter().any(|finding| finding.at == "header:sunset"));
    }
}
