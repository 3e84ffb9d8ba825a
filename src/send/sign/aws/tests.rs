//! The AWS Signature Version 4 test suite (github.com/awslabs/aws-c-auth), whose signatures were
//! made by another implementation.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::message::{Origin, Request};
use crate::postman::auth::late::AwsV4;

/// 2015-08-30T12:36:00Z.
const NOW: u64 = 1_440_938_160;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn auth(in_query: bool) -> AwsV4 {
    AwsV4 {
        access_key: "AKIDEXAMPLE".to_owned(),
        secret_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
        session_token: None,
        region: "us-east-1".to_owned(),
        service: "service".to_owned(),
        in_query,
    }
}

fn request(method: &str, target: &str, headers: &[(&str, &str)]) -> Request {
    Request {
        method: method.to_owned(),
        origin: Origin::parse("https://example.amazonaws.com").unwrap(),
        target: target.to_owned(),
        headers: headers.iter().copied().collect(),
        body: None,
    }
}

/// Test, request, signature in the header, signature in the query.
type Vector =
    (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);

/// Without the two whose path is no URL (a space, characters beyond ASCII): it is sent encoded, and the
/// suite signs what is not.
const VECTORS: &[Vector] = &[
    (
        "GET",
        "/",
        &[],
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d",
    ),
    (
        "GET",
        "//example//",
        &[],
        "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
        "c1834e8fb0307243711f0f907f6ab7311ed300d87f13792d7ee4da89ab93e082",
    ),
    (
        "GET",
        "/example/..",
        &[],
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        "e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d",
    ),
    (
        "GET",
        "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        &[],
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        "95968482db1b9e0fadef6efc1bd24689f77c77d9ef56919c96a28cc92e0d6005",
    ),
    (
        "GET",
        "/",
        &[("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1")],
        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        "3349ee0b81b4b589da0ff28a395c3591e04de515651dd74f298fa992d1507a97",
    ),
    (
        "GET",
        "/",
        &[
            ("My-Header1", "value4"),
            ("My-Header1", "value1"),
            ("My-Header1", "value3"),
            ("My-Header1", "value2"),
        ],
        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
        "313720e71ca6202fdcfa9b20f88de01a4eb0638a83c833b1c184359a4eda864e",
    ),
    (
        "GET",
        "/",
        &[("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")],
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        "e7bb0fd515e125e1aec2ecc4c0c17484fb06f6846b927c35e46005dd3df3acd4",
    ),
    (
        "GET",
        "/?Param2=value2&Param1=value1",
        &[],
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        "86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5",
    ),
    (
        "GET",
        "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
        &[],
        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
        "c5f1848ceec943ac2ca68ee720460c23aaae30a2300586597ada94c4a65e4787",
    ),
    (
        "GET",
        "/?ሴ=bar",
        &[],
        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
        "0bdd809b1519ac4f0c1dc3540e2cc46bd0c7f778eda408b2ebf3b913d21ff600",
    ),
    (
        "POST",
        "/?Param1=value1",
        &[],
        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
        "a9ef26247f293bffe40eeff86a0480ba8c14d31503b2e0c3399e3a16bf1a3682",
    ),
];

/// As a job is signed: in the form in which it is sent.
fn signed(auth: &AwsV4, request: &Request) -> Request {
    let mut request = crate::send::sign::sent_form(request).unwrap();
    super::sign(auth, &mut request, at(NOW)).unwrap();
    request
}

fn in_header(request: &Request) -> &str {
    request.headers.get("authorization").unwrap().rsplit("Signature=").next().unwrap()
}

fn in_query(request: &Request) -> &str {
    let rest = request.target.rsplit("X-Amz-Signature=").next().unwrap();
    rest.split('&').next().unwrap()
}

#[test]
fn signatures_are_those_of_the_test_suite() {
    for (method, target, headers, header, query) in VECTORS {
        let plain = signed(&auth(false), &request(method, target, headers));
        assert_eq!(in_header(&plain), *header, "{method} {target} {headers:?}");
        // The suite presigns for an hour.
        let mark = if target.contains('?') { '&' } else { '?' };
        let target = format!("{target}{mark}X-Amz-Expires=3600");
        let presigned = signed(&auth(true), &request(method, &target, headers));
        assert_eq!(in_query(&presigned), *query, "{method} {target} {headers:?}");
        assert!(!presigned.headers.contains("authorization"));
    }
}

#[test]
fn the_header_names_scope_and_fields() {
    let signed = signed(&auth(false), &request("GET", "/", &[]));
    assert_eq!(
        signed.headers.get("authorization").unwrap().split(", Signature").next(),
        Some(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date"
        )
    );
    assert_eq!(signed.headers.get("x-amz-date"), Some("20150830T123600Z"));
}

#[test]
fn a_session_token_is_signed() {
    let token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
    let with = |in_query| AwsV4 { session_token: Some(token.to_owned()), ..auth(in_query) };
    let plain = signed(&with(false), &request("GET", "/", &[]));
    assert_eq!(in_header(&plain), "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8");
    let presigned = signed(&with(true), &request("GET", "/?X-Amz-Expires=3600", &[]));
    assert_eq!(in_query(&presigned), "7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c");
}

#[test]
fn signing_again_takes_the_first_signature_away() {
    for in_query in [false, true] {
        let once = signed(&auth(in_query), &request("POST", "/a?b=c", &[("Content-Type", "text/plain")]));
        assert_eq!(signed(&auth(in_query), &once), once);
    }
}

#[test]
fn s3_takes_the_path_as_it_is_and_names_the_hash_of_the_body() {
    // "Example: GET Object" of the S3 documentation ("Authenticating Requests: Using the
    // Authorization Header").
    let s3 = AwsV4 {
        access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        service: "s3".to_owned(),
        ..auth(false)
    };
    let mut get = request("GET", "/test$file.text", &[]);
    get.method = "PUT".to_owned();
    get.origin = Origin::parse("https://examplebucket.s3.amazonaws.com").unwrap();
    get.headers.push("Date", "Fri, 24 May 2013 00:00:00 GMT");
    get.headers.push("x-amz-storage-class", "REDUCED_REDUNDANCY");
    get.body = Some("Welcome to Amazon S3.".into());
    super::sign(&s3, &mut get, at(1_369_353_600)).unwrap();
    assert_eq!(in_header(&get), "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    let body = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    assert_eq!(get.headers.get("x-amz-content-sha256"), Some(body));
}
