//! The examples of RFC 7616 §3.9 and RFC 2617 §3.5, and challenges as servers write them.

use proptest::prelude::*;

use super::*;
use crate::message::{Headers, Origin};

fn auth(username: &str, password: &str, cnonce: &str) -> Digest {
    Digest {
        username: username.to_owned(),
        password: password.to_owned(),
        preset: None,
        algorithm: None,
        qop: None,
        nonce_count: None,
        client_nonce: Some(cnonce.to_owned()),
        opaque: None,
        retry: true,
    }
}

fn request(method: &str, target: &str, body: Option<&'static str>) -> Request {
    Request {
        method: method.to_owned(),
        origin: Origin::parse("http://www.example.org").unwrap(),
        target: target.to_owned(),
        headers: Headers::new(),
        body: body.map(Into::into),
    }
}

fn refused(values: &[&str]) -> Answer {
    let headers = values.iter().map(|value| ("WWW-Authenticate", *value)).collect();
    Answer { status: 401, headers, body: bytes::Bytes::new() }
}

fn answered(auth: &Digest, values: &[&str], mut request: Request) -> Option<String> {
    let challenge = challenge(auth, &refused(values))?;
    answer(auth, &challenge, &mut request, "unused");
    request.headers.get("authorization").map(str::to_owned)
}

fn response(header: &str) -> &str {
    header.split("response=\"").nth(1).unwrap().split('"').next().unwrap()
}

const SHA_256: &str = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
const MD5: &str = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";

#[test]
fn the_examples_of_rfc_7616() {
    let mufasa = auth("Mufasa", "Circle of Life", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
    let get = || request("GET", "/dir/index.html", None);
    let sha = answered(&mufasa, &[SHA_256, MD5], get()).unwrap();
    assert_eq!(response(&sha), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
    assert!(sha.contains("algorithm=SHA-256, qop=auth, nc=00000001, cnonce=\"f2/wE4q74E6zI"), "{sha}");
    assert!(sha.ends_with("opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""), "{sha}");
    let md5 = Digest { algorithm: Some("MD5".to_owned()), ..mufasa };
    let md5 = answered(&md5, &[SHA_256, MD5], get()).unwrap();
    assert_eq!(response(&md5), "8ca523f5e9506fed4657c9700eebdbec");
}

#[test]
fn the_example_of_rfc_7616_with_sha_512_256() {
    let auth = auth("Jäsøn Doe", "Secret, or not?", "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v");
    let value = "Digest realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256, nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", charset=UTF-8, userhash=true";
    let mut get = request("GET", "/doe.json", None);
    get.origin = Origin::parse("http://api.example.org").unwrap();
    let header = answered(&auth, &[value], get).unwrap();
    // Erratum 4897 of RFC 7616: this is SHA-512/256 (FIPS 180-4), not SHA-512 cut to 256 bits.
    assert_eq!(response(&header), "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5");
}

#[test]
fn the_example_of_rfc_2617() {
    let auth = auth("Mufasa", "Circle Of Life", "0a4f113b");
    let value = "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
    let header = answered(&auth, &[value], request("GET", "/dir/index.html", None)).unwrap();
    assert_eq!(response(&header), "6629fae49393a05397450978507c4ef1");
}

#[test]
fn without_qop_it_is_the_old_form() {
    // RFC 2069 §2.4 with the erratum 749.
    let auth = auth("Mufasa", "CircleOfLife", "x");
    let value = "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"";
    let header = answered(&auth, &[value], request("GET", "/dir/index.html", None)).unwrap();
    assert_eq!(response(&header), "1949323746fe6a43ef61f9606e7febea");
    assert!(!header.contains("cnonce") && !header.contains("nc="), "{header}");
}

#[test]
fn what_cannot_be_answered_is_left() {
    let auth = auth("u", "p", "c");
    for values in [
        &["Basic realm=\"x\""][..],
        &["Digest realm=\"x\""],
        &["Digest realm=\"x\", nonce=\"n\", algorithm=SHA-3"],
        &["Digest realm=\"x\", nonce=\"n\", qop=\"auth-conf\""],
        &["Negotiate"],
        &[],
    ] {
        assert_eq!(answered(&auth, values, request("GET", "/", None)), None, "{values:?}");
    }
}

#[test]
fn a_challenge_stands_among_others() {
    let value = "Negotiate, Basic realm=\"a, Digest nonce=b\", Digest realm=\"q\\\"x\", nonce=\"n,1\", stale=TRUE, qop=auth, Bearer realm=\"z\", nonce=\"other\"";
    let found = challenge(&auth("u", "p", "c"), &refused(&[value])).unwrap();
    assert_eq!((found.realm.as_str(), found.nonce.as_str(), found.stale), ("q\"x", "n,1", true));
    let header = answered(&auth("u\"", "p", "c"), &[value], request("GET", "/", None)).unwrap();
    assert!(header.starts_with("Digest username=\"u\\\"\", realm=\"q\\\"x\","), "{header}");
}

proptest! {
    #[test]
    fn no_challenge_panics(value in "(Digest |Basic |nonce=|realm=|\"|,|=|\\\\|a| |é){0,20}") {
        let _ = challenge(&auth("u", "p", "c"), &refused(&[&value]));
    }
}
