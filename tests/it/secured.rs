//! Certificates: authorities of one's own, the client's, and none at all.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Ran, one_example, run, uphold, workspace};
use crate::tls_server::{Authority, Identity, TlsServer};

const BOTH: &[&str] = &["h2", "http/1.1"];

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let collection = one_example("{{base}}/orders/1", 200, "{\"id\": 1}");
    let shop = [("cases/shop/shop.postman_collection.json", collection.as_str())];
    workspace(&[&shop[..], files].concat())
}

fn ran(folder: &Path, server: &TlsServer, args: &[&str]) -> Ran {
    run(uphold(folder).args(["run", "--base-url", &server.url()]).args(args))
}

fn report(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("reports/run.json")).unwrap()).unwrap()
}

#[test]
fn an_authority_of_ones_own_is_trusted_in_both_versions_of_http() {
    let authority = Authority::new();
    // A bundle: the one that counts is not the first, and there is text between.
    let bundle = format!("Company authorities\n{}\nand\n{}", Authority::new().pem(), authority.pem());
    let folder = folder(&[("ca.pem", &bundle), ("other.pem", &Authority::new().pem())]);
    for (protocols, version) in [(BOTH, "2"), (&["http/1.1"], "1.1"), (&[], "1.1")] {
        let server = TlsServer::start(&authority, protocols, None);
        for args in [&[][..], &["--cacert", "other.pem"]] {
            let ran = ran(folder.path(), &server, args);
            assert_eq!((ran.code, server.seen().len()), (3, 0), "{ran:?}");
            assert!(ran.stdout.contains("an authority that this machine does not trust"), "{}", ran.stdout);
        }
        let ran = ran(folder.path(), &server, &["--cacert", "ca.pem"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let seen: Vec<_> = server.seen().iter().map(|seen| (seen.version, seen.certified)).collect();
        assert_eq!(seen, [(version, false)]);
    }
}

#[test]
fn the_clients_certificate_is_shown_in_both_versions_of_http() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let Identity { certificate, key } = clients.identity(&["client.test"]);
    let both = format!("{certificate}{key}");
    let folder = folder(&[
        ("ca.pem", &authority.pem()),
        ("c.pem", &certificate),
        ("k.pem", &key),
        ("both.pem", &both),
    ]);
    for (protocols, version) in [(BOTH, "2"), (&["http/1.1"], "1.1")] {
        let server = TlsServer::start(&authority, protocols, Some(&clients));
        let without = ran(folder.path(), &server, &["--cacert", "ca.pem"]);
        assert_eq!((without.code, server.seen().len()), (3, 0), "{without:?}");
        for args in [&["--cert", "c.pem", "--key", "k.pem"][..], &["--cert", "both.pem"]] {
            let ran = ran(folder.path(), &server, &[&["--cacert", "ca.pem"], args].concat());
            assert_eq!(ran.code, 0, "{ran:?}");
        }
        let seen: Vec<_> = server.seen().iter().map(|seen| (seen.version, seen.certified)).collect();
        assert_eq!(seen, [(version, true); 2]);
    }
}

#[test]
fn a_run_without_verification_says_so_loudly_and_everywhere() {
    let server = TlsServer::start(&Authority::new(), BOTH, None);
    let folder = folder(&[]);
    let banner = "INSECURE: TLS certificates are not verified (--insecure)";
    for args in [&["--insecure"][..], &["--insecure", "--quiet"]] {
        let ran = ran(folder.path(), &server, args);
        assert_eq!(ran.code, 0, "{ran:?}");
        let lines: Vec<&str> = ran.stdout.lines().collect();
        assert!(lines[0].starts_with(banner), "{}", ran.stdout);
        assert!(lines[lines.len() - 1].starts_with(banner), "{}", ran.stdout);
    }
    assert_eq!(report(folder.path())["insecure"], true);
    let junit = fs::read_to_string(folder.path().join("reports/junit.xml")).unwrap();
    assert!(
        junit.contains("<property name=\"insecure\" value=\"TLS certificates were not verified\"/>"),
        "{junit}"
    );
    // Nobody asked for it: no collection and no suite.toml can.
    let ran = ran(folder.path(), &server, &[]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(!ran.stdout.contains("INSECURE"), "{}", ran.stdout);
    assert_eq!(report(folder.path())["insecure"], false);
}

#[test]
fn a_request_that_asks_for_verification_gets_it_in_any_run() {
    let server = TlsServer::start(&Authority::new(), BOTH, None);
    let mut collection: Value =
        serde_json::from_str(&one_example("{{base}}/orders/1", 200, "{\"id\": 1}")).unwrap();
    for (strict, code) in [(false, 0), (true, 3)] {
        collection["item"][0]["protocolProfileBehavior"] = serde_json::json!({"strictSSL": strict});
        let folder = workspace(&[("cases/shop/shop.postman_collection.json", &collection.to_string())]);
        let ran = ran(folder.path(), &server, &["--insecure"]);
        assert_eq!(ran.code, code, "strictSSL: {strict}: {ran:?}");
    }
}

#[test]
fn files_that_cannot_be_used_are_named_before_anything_is_sent() {
    let (authority, clients) = (Authority::new(), Authority::new());
    let Identity { certificate, key } = clients.identity(&["client.test"]);
    let with_key = format!("{}{key}", authority.pem());
    let cut = &certificate[..certificate.len() / 2];
    let nonsense = "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    let folder = folder(&[
        ("c.pem", &certificate),
        ("k.pem", &key),
        ("other.pem", &clients.identity(&["other.test"]).key),
        ("with-key.pem", &with_key),
        ("cut.pem", cut),
        ("nonsense.pem", nonsense),
        ("encrypted.pem", encrypted),
        ("old.pem", old),
        ("empty.pem", " \n"),
        ("text.pem", "hello\n"),
        ("cert.der", "0\u{1}\u{2}"),
    ]);
    let server = TlsServer::start(&authority, BOTH, None);
    for (args, part) in [
        (&["--cacert", "gone.pem"][..], "gone.pem: cannot be read: No such file"),
        (&["--cacert", "cases"], "cases: cannot be read: "),
        (&["--cacert", "empty.pem"], "empty.pem: is empty"),
        (&["--cacert", "text.pem"], "text.pem: holds no certificate"),
        (&["--cacert", "cut.pem"], "cut.pem: is no whole PEM file"),
        (&["--cacert", "nonsense.pem"], "nonsense.pem: its certificate number 1 cannot be used"),
        (&["--cacert", "with-key.pem"], "with-key.pem: holds a private key"),
        (&["--cacert", "k.pem"], "k.pem: holds a private key"),
        (&["--cacert", "cert.der"], "hint: `openssl x509 -inform der -in cert.der`"),
        (&["--cert", "c.pem"], "hint: name the file that holds it with --key"),
        (&["--cert", "k.pem"], "k.pem: holds no certificate"),
        (&["--cert", "c.pem", "--key", "c.pem"], "c.pem: holds no private key"),
        (
            &["--cert", "c.pem", "--key", "other.pem"],
            "other.pem: the private key does not fit the certificate in c.pem",
        ),
        (
            &["--cert", "c.pem", "--key", "encrypted.pem"],
            "hint: `openssl pkey -in encrypted.pem -out key.pem`",
        ),
        (&["--cert", "c.pem", "--key", "old.pem"], "old.pem: the private key is encrypted"),
        (&["--cert", "c.pem", "--key", "gone.pem"], "gone.pem: cannot be read"),
        (&["--cert", "nonsense.pem", "--key", "k.pem"], "nonsense.pem: its certificate cannot be used"),
        (&["--key", "k.pem"], "--cert"),
        (&["--insecure", "--cacert", "c.pem"], "cannot be used with"),
    ] {
        let ran = ran(folder.path(), &server, args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}: {ran:?}");
        assert!(ran.stderr.contains(part), "{args:?}: `{part}` is not in {}", ran.stderr);
        assert!(!ran.stderr.contains("PRIVATE KEY-----"), "{}", ran.stderr);
    }
    assert!(!folder.path().join("reports").exists() && server.seen().is_empty());
}

/// What people have: keys and certificates as openssl writes them.
#[test]
fn keys_of_every_usual_form_are_taken() {
    if !Command::new("openssl").arg("version").output().is_ok_and(|ran| ran.status.success()) {
        eprintln!("SKIPPED: there is no openssl to make keys with");
        return;
    }
    let folder = folder(&[]);
    let server = TlsServer::start(&Authority::new(), BOTH, None);
    for (name, make) in [
        ("RSA in PKCS #8", "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out k.pem"),
        ("RSA in PKCS #1", "openssl genrsa -traditional -out k.pem 2048"),
        ("EC with its parameters before", "openssl ecparam -name prime256v1 -genkey -out k.pem"),
        ("P-384", "openssl ecparam -name secp384r1 -genkey -noout -out k.pem"),
        ("Ed25519", "openssl genpkey -algorithm ed25519 -out k.pem"),
    ] {
        let script =
            format!("{make} && openssl req -x509 -new -key k.pem -subj /CN=client -out c.pem -days 2");
        let made = run(Command::new("sh").current_dir(folder.path()).args(["-c", &script]));
        assert_eq!(made.code, 0, "{name}: {made:?}");
        let ran = ran(folder.path(), &server, &["--insecure", "--cert", "c.pem", "--key", "k.pem"]);
        assert_eq!(ran.code, 0, "{name}: {ran:?}");
    }
}
