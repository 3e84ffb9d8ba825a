//! The examples of RFC 5849 §1.2 and §3.4.1; RSA signatures verified by `ring`.

use base64::Engine;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};
use rsa::pkcs1::EncodeRsaPublicKey;

use super::*;
use crate::message::{Headers, Origin};

const RSA: &str = include_str!("../../../../tests/fixtures/keys/rsa.pem");

fn auth(method: OAuth1Method, name: &str, params: &[(&'static str, &str)]) -> OAuth1 {
    let mut all: Vec<(&'static str, String)> = params.iter().map(|(n, v)| (*n, (*v).to_owned())).collect();
    all.push(("oauth_signature_method", name.to_owned()));
    OAuth1 {
        method,
        consumer_secret: "kd94hf93k423kf44".to_owned(),
        token_secret: String::new(),
        private_key: String::new(),
        params: all,
        timestamp: None,
        nonce: None,
        realm: "Photos".to_owned(),
        body_hash: false,
        in_header: true,
        encode_header: true,
    }
}

fn request(method: &str, url: &str) -> Request {
    let origin = Origin::parse(url).unwrap();
    let target = url.replacen(&origin.to_string(), "", 1);
    Request { method: method.to_owned(), origin, target, headers: Headers::new(), body: None }
}

fn signed(auth: &OAuth1, mut request: Request, now: u64, nonce: &str) -> Request {
    sign(auth, &mut request, now, nonce).unwrap();
    request
}

fn header(request: &Request) -> &str {
    request.headers.get("authorization").unwrap()
}

#[test]
fn the_exchange_of_rfc_5849() {
    let temporary = auth(
        OAuth1Method::HmacSha1,
        "HMAC-SHA1",
        &[("oauth_consumer_key", "dpf43f3p2l4k3l03"), ("oauth_callback", "http://printer.example.com/ready")],
    );
    let made =
        signed(&temporary, request("POST", "https://photos.example.net/initiate"), 137_131_200, "wIjqoS");
    assert!(header(&made).starts_with("OAuth realm=\"Photos\",oauth_consumer_key=\"dpf43f3p2l4k3l03\","));
    assert!(
        header(&made).contains("oauth_signature=\"74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D\""),
        "{}",
        header(&made)
    );
    assert!(header(&made).contains("oauth_callback=\"http%3A%2F%2Fprinter.example.com%2Fready\""));

    let mut token = auth(
        OAuth1Method::HmacSha1,
        "HMAC-SHA1",
        &[("oauth_consumer_key", "dpf43f3p2l4k3l03"), ("oauth_token", "nnch734d00sl2jdk")],
    );
    token.token_secret = "pfkkdhi9sl3r4s00".to_owned();
    let photo = request("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original");
    let made = signed(&token, photo, 137_131_202, "chapoH");
    assert!(
        header(&made).contains("oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\""),
        "{}",
        header(&made)
    );
}

#[test]
fn the_base_string_of_rfc_5849() {
    let mut post = request("POST", "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b");
    post.headers.push("Content-Type", "application/x-www-form-urlencoded");
    let own = [
        ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"),
        ("oauth_nonce", "7d8f3e4a"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(
        base_string(&post, "b5=%3D%253D&a3=a&c%40=&a2=r%20b", "c2&a3=2+q", &own),
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
    );
}

#[test]
fn rsa_signatures_are_verified_by_another_implementation() {
    let public = rsa_key(RSA).unwrap().to_public_key().to_pkcs1_der().unwrap();
    for (method, name, algorithm) in [
        (OAuth1Method::RsaSha1, "RSA-SHA1", &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
        (OAuth1Method::RsaSha256, "RSA-SHA256", &RSA_PKCS1_2048_8192_SHA256),
    ] {
        let mut auth = auth(method, name, &[("oauth_consumer_key", "key")]);
        auth.private_key = RSA.to_owned();
        let base = "POST&http%3A%2F%2Fexample.com%2F&a%3D1";
        let made = STANDARD.decode(signature(&auth, base).unwrap()).unwrap();
        let key = UnparsedPublicKey::new(algorithm, public.as_bytes());
        assert!(key.verify(base.as_bytes(), &made).is_ok(), "{name}");
        assert!(key.verify(b"other", &made).is_err(), "{name}");
    }
}

#[test]
fn plaintext_is_the_secrets_themselves() {
    let mut auth = auth(OAuth1Method::Plaintext, "PLAINTEXT", &[("oauth_consumer_key", "k")]);
    auth.consumer_secret = "a&b".to_owned();
    assert_eq!(signature(&auth, "anything"), Ok("a%26b&".to_owned()));
}

#[test]
fn parameters_go_to_the_form_or_to_the_query() {
    let mut auth = auth(OAuth1Method::HmacSha256, "HMAC-SHA256", &[("oauth_consumer_key", "k")]);
    auth.in_header = false;
    let mut form = request("POST", "http://example.com/a");
    form.headers.push("Content-Type", "application/x-www-form-urlencoded");
    form.body = Some("x=1&oauth_nonce=old".into());
    let made = signed(&auth, form, 1, "n");
    let body = String::from_utf8(made.body.unwrap().to_vec()).unwrap();
    assert!(body.starts_with("x=1&oauth_consumer_key=k&oauth_signature_method=HMAC-SHA256&oauth_timestamp=1&oauth_nonce=n&oauth_signature="), "{body}");
    assert!(!made.headers.contains("authorization"));
    let made = signed(&auth, request("GET", "http://example.com/a?x=1"), 1, "n");
    assert!(made.target.starts_with("/a?x=1&oauth_consumer_key=k&"), "{}", made.target);
}

#[test]
fn the_body_hash_is_that_of_the_draft() {
    // draft-eaton-oauth-bodyhash-00 §4.2.
    assert_eq!(body_hash(OAuth1Method::HmacSha1, b"Hello World!"), "Lve95gjOVATpfV8EL5X4nxwjKHE=");
    let mut auth = auth(OAuth1Method::HmacSha1, "HMAC-SHA1", &[("oauth_consumer_key", "k")]);
    auth.body_hash = true;
    let mut put = request("PUT", "http://example.com/a");
    put.body = Some("Hello World!".into());
    assert!(
        header(&signed(&auth, put, 1, "n")).contains("oauth_body_hash=\"Lve95gjOVATpfV8EL5X4nxwjKHE%3D\"")
    );
    assert!(!header(&signed(&auth, request("GET", "http://example.com/a"), 1, "n")).contains("body_hash"));
}
