//! RFC 7515 Appendix A.1 for HMAC; RSA and ECDSA verified by `ring`, P-521 by the `openssl` program.

use std::io::Write;
use std::process::Command;

use p256::elliptic_curve::sec1::ToEncodedPoint;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    VerificationAlgorithm,
};
use rsa::pkcs1::EncodeRsaPublicKey;

use super::*;

const RSA: &str = include_str!("../../../../tests/fixtures/keys/rsa.pem");
const P256: &str = include_str!("../../../../tests/fixtures/keys/p256.pem");
const P384: &str = include_str!("../../../../tests/fixtures/keys/p384.pem");
const P521: &str = include_str!("../../../../tests/fixtures/keys/p521.pem");

fn made(name: &str, key: &str) -> String {
    let algorithm = Algorithm::of(name).unwrap();
    token(
        name,
        algorithm,
        "{\"kid\": \"1\", \"alg\": \"none\"}",
        "{\"sub\": \"a\", \"n\": 1.50}",
        key.as_bytes(),
    )
    .unwrap()
}

/// Signing input and signature.
fn parts(token: &str) -> (&str, Vec<u8>) {
    let (input, signature) = token.rsplit_once('.').unwrap();
    (input, URL_SAFE_NO_PAD.decode(signature).unwrap())
}

#[test]
fn the_example_of_rfc_7515() {
    let key = secret(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        true,
    )
    .unwrap();
    let input = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let algorithm = Algorithm::of("HS256").unwrap();
    let signature = signature(algorithm, &key, input.as_bytes()).unwrap();
    assert_eq!(URL_SAFE_NO_PAD.encode(signature), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

#[test]
fn header_and_payload_are_written_compactly_with_the_true_algorithm() {
    let token = made("HS256", "k");
    let mut parts = token
        .split('.')
        .map(|part| String::from_utf8_lossy(&URL_SAFE_NO_PAD.decode(part).unwrap()).into_owned());
    assert_eq!(parts.next().as_deref(), Some("{\"alg\":\"HS256\",\"kid\":\"1\"}"));
    assert_eq!(parts.next().as_deref(), Some("{\"sub\":\"a\",\"n\":1.50}"));
}

#[test]
fn hmac_is_verified_by_another_implementation() {
    use ring::hmac;
    for (name, algorithm) in
        [("HS256", hmac::HMAC_SHA256), ("HS384", hmac::HMAC_SHA384), ("HS512", hmac::HMAC_SHA512)]
    {
        let token = made(name, "a secret");
        let (input, signature) = parts(&token);
        let key = hmac::Key::new(algorithm, b"a secret");
        assert!(hmac::verify(&key, input.as_bytes(), &signature).is_ok(), "{name}");
        assert!(hmac::verify(&key, b"other", &signature).is_err(), "{name}");
    }
}

#[test]
fn rsa_and_ecdsa_are_verified_by_another_implementation() {
    let rsa = rsa_key(RSA).unwrap().to_public_key().to_pkcs1_der().unwrap().as_bytes().to_vec();
    let point = |pem: &str| {
        let key: p256::SecretKey = pem.parse().unwrap();
        key.public_key().to_encoded_point(false).as_bytes().to_vec()
    };
    let larger = |pem: &str| {
        let key: p384::SecretKey = pem.parse().unwrap();
        key.public_key().to_encoded_point(false).as_bytes().to_vec()
    };
    let all: [(&str, &str, &dyn VerificationAlgorithm, Vec<u8>); 8] = [
        ("RS256", RSA, &RSA_PKCS1_2048_8192_SHA256, rsa.clone()),
        ("RS384", RSA, &RSA_PKCS1_2048_8192_SHA384, rsa.clone()),
        ("RS512", RSA, &RSA_PKCS1_2048_8192_SHA512, rsa.clone()),
        ("PS256", RSA, &RSA_PSS_2048_8192_SHA256, rsa.clone()),
        ("PS384", RSA, &RSA_PSS_2048_8192_SHA384, rsa.clone()),
        ("PS512", RSA, &RSA_PSS_2048_8192_SHA512, rsa),
        ("ES256", P256, &ECDSA_P256_SHA256_FIXED, point(P256)),
        ("ES384", P384, &ECDSA_P384_SHA384_FIXED, larger(P384)),
    ];
    for (name, pem, algorithm, public) in all {
        let token = made(name, pem);
        assert_eq!(token, made(name, &pem.replace('\n', "\\n")), "{name}: equal parameters, equal tokens");
        let (input, signature) = parts(&token);
        let key = SomeKey { algorithm, public: &public };
        assert!(key.verifies(input.as_bytes(), &signature), "{name}");
        assert!(!key.verifies(b"other", &signature), "{name}");
    }
}

struct SomeKey<'a> {
    algorithm: &'a dyn VerificationAlgorithm,
    public: &'a [u8],
}

impl SomeKey<'_> {
    fn verifies(&self, input: &[u8], signature: &[u8]) -> bool {
        self.algorithm.verify(self.public.into(), input.into(), signature.into()).is_ok()
    }
}

/// `ring` knows no P-521.
#[test]
fn p521_is_verified_by_openssl() -> std::io::Result<()> {
    let token = made("ES512", P521);
    let (input, signature) = parts(&token);
    assert_eq!(signature.len(), 132);
    let folder = tempfile::tempdir()?;
    let file = |name: &str, bytes: &[u8]| -> std::io::Result<std::path::PathBuf> {
        let path = folder.path().join(name);
        std::fs::File::create(&path)?.write_all(bytes)?;
        Ok(path)
    };
    let der = p521::ecdsa::Signature::from_slice(&signature).unwrap().to_der();
    let (key, sig, text) =
        (file("key", P521.as_bytes())?, file("sig", der.as_bytes())?, file("text", input.as_bytes())?);
    let Ok(output) = Command::new("openssl")
        .args(["dgst", "-sha512", "-prverify"])
        .arg(key)
        .arg("-signature")
        .arg(sig)
        .arg(text)
        .output()
    else {
        println!("SKIPPED: there is no openssl here");
        return Ok(());
    };
    assert!(String::from_utf8_lossy(&output.stdout).contains("Verified OK"), "{output:?}");
    Ok(())
}

#[test]
fn what_is_wrong_is_named_without_the_key() {
    let rs = Algorithm::of("RS256").unwrap();
    let es = Algorithm::of("ES384").unwrap();
    for (algorithm, header, payload, key, part) in [
        (rs, "", "", "s3cr3t", "no RSA key"),
        (es, "", "", P256, "no P-384 key"),
        (rs, "", "", "-----BEGIN ENCRYPTED PRIVATE KEY-----", "encrypted"),
        (rs, "[]", "", RSA, "`header` is no JSON object"),
        (rs, "", "{", RSA, "`payload` is no JSON (line 1"),
    ] {
        let error = token("x", algorithm, header, payload, key.as_bytes()).unwrap_err();
        assert!(error.contains(part) && !error.contains("s3cr3t"), "{error}");
    }
    assert_eq!(Algorithm::of("none").or(Algorithm::of("HS1")).or(Algorithm::of("")), None);
    assert!(secret("***", true).is_err());
}
