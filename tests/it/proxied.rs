//! Proxies, seen from the proxy and from the server behind it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use crate::support::{Ran, Recorder, answer, listen, one_example, run, uphold, workspace};
use crate::tls_server::{Authority, TlsServer};

/// A proxy that opens tunnels to one server whatever name is asked for.
struct TunnelProxy {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
}

impl TunnelProxy {
    fn to(server: SocketAddr, answer: &'static str) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        Self { address: listen(move |client| tunnel(client, server, answer, &record)), seen }
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn tunnel(client: &TcpStream, server: SocketAddr, answer: &str, record: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(client);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            return;
        }
    }
    record.lock().unwrap().push(head);
    let mut to_client = client;
    if to_client.write_all(answer.as_bytes()).is_err() || !answer.contains(" 200 ") {
        return;
    }
    let server = TcpStream::connect(server).unwrap();
    thread::scope(|both| {
        both.spawn(|| {
            let _ = std::io::copy(&mut reader, &mut &server);
            let _ = server.shutdown(Shutdown::Write);
        });
        let _ = std::io::copy(&mut &server, &mut to_client);
        let _ = client.shutdown(Shutdown::Both);
    });
}

const OPEN: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let collection = one_example("{{base}}/orders/1", 200, "{\"id\": 1}");
    let shop = [("cases/shop/shop.postman_collection.json", collection.as_str())];
    workspace(&[&shop[..], files].concat())
}

fn to(folder: &Path, url: &str) -> Command {
    let mut command = uphold(folder);
    command.args(["run", "--base-url", url]);
    command
}

fn good() -> Recorder {
    Recorder::answering(answer("200 OK", "application/json", "{\"id\": 1}"))
}

/// Everything that a run wrote.
fn outputs(folder: &Path, ran: &Ran) -> String {
    let file = |name: &str| fs::read_to_string(folder.join("reports").join(name)).unwrap_or_default();
    format!("{}{}{}{}", ran.stdout, ran.stderr, file("run.json"), file("junit.xml"))
}

#[test]
fn a_forward_proxy_sees_the_request_and_is_told_of_without_its_password() {
    let proxy = good();
    let folder = folder(&[]);
    let host = proxy.url().trim_start_matches("http://").to_owned();
    let with_password = format!("http://me:p%40ss-w0rd@{host}");
    let ran = run(to(folder.path(), "http://api.test").args(["--proxy", &with_password]));
    assert_eq!(ran.code, 0, "{ran:?}");
    let seen = proxy.seen();
    assert!(seen[0].starts_with("GET http://api.test/orders/1 HTTP/1.1\r\n"), "{}", seen[0]);
    assert!(seen[0].contains("\r\nhost: api.test\r\n"), "{}", seen[0]);
    // `me:p@ss-w0rd`
    assert!(seen[0].contains("\r\nproxy-authorization: Basic bWU6cEBzcy13MHJk\r\n"), "{}", seen[0]);
    let via = format!("via proxy {host}\n");
    assert_eq!(ran.stdout.matches(&via).count(), 2, "at the start and at the end: {}", ran.stdout);
    let outputs = outputs(folder.path(), &ran);
    assert!(outputs.contains(&format!("<property name=\"proxies\" value=\"{host}\"/>")), "{outputs}");
    assert!(outputs.contains(&format!("\"proxies\": [\n    \"{host}\"\n  ]")), "{outputs}");
    for secret in ["p%40ss-w0rd", "p@ss-w0rd", "bWU6cEBzcy13MHJk"] {
        assert!(!outputs.contains(secret), "{secret} in {outputs}");
    }
}

#[test]
fn a_tunnel_shows_the_proxy_host_and_port_alone_and_the_server_nothing_of_the_proxy() {
    let authority = Authority::new();
    for protocols in [&["h2", "http/1.1"][..], &["http/1.1"]] {
        let server = TlsServer::start(&authority, protocols, None);
        let proxy = TunnelProxy::to(server.address, OPEN);
        let folder = folder(&[("ca.pem", &authority.pem())]);
        let url = format!("http://me:p4ssw0rd@{}", proxy.address);
        let ran = run(to(folder.path(), "https://api.test").args(["--cacert", "ca.pem", "--proxy", &url]));
        assert_eq!(ran.code, 0, "{ran:?}");
        let expected = "CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\nProxy-Authorization: Basic bWU6cDRzc3cwcmQ=\r\n\r\n";
        assert_eq!(proxy.seen(), [expected]);
        let seen = server.seen();
        assert!(seen[0].head.contains("/orders/1"), "{seen:?}");
        assert!(!seen[0].head.to_lowercase().contains("proxy"), "{seen:?}");
        assert!(!outputs(folder.path(), &ran).contains("p4ssw0rd"));
    }
}

#[test]
fn this_machine_is_never_behind_a_proxy() {
    let (proxy, server) = (good(), good());
    let folder = folder(&[]);
    let port = server.url().rsplit_once(':').unwrap().1.to_owned();
    for host in ["127.0.0.1", "localhost"] {
        let mut command = to(folder.path(), &format!("http://{host}:{port}"));
        let ran = run(command.args(["--proxy", &proxy.url()]).env("ALL_PROXY", proxy.url()));
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(!ran.stdout.contains("via proxy"), "{}", ran.stdout);
    }
    let mock = run(uphold(folder.path()).args(["run", "--mock"]).env("ALL_PROXY", proxy.url()));
    assert_eq!(mock.code, 0, "{mock:?}");
    assert_eq!((proxy.seen().len(), server.seen().len()), (0, 2));
}

#[test]
fn the_environment_names_proxies_as_for_every_other_program() {
    let (proxy, other) = (good(), good());
    let folder = folder(&[]);
    let (url, unused) = (proxy.url(), other.url());
    for env in [
        &[("http_proxy", url.as_str())][..],
        &[("HTTP_PROXY", url.as_str())],
        &[("all_proxy", url.as_str())],
        &[("http_proxy", url.as_str()), ("HTTP_PROXY", unused.as_str()), ("HTTPS_PROXY", unused.as_str())],
        &[("HTTP_PROXY", unused.as_str()), ("REQUEST_METHOD", "GET"), ("ALL_PROXY", url.as_str())],
        &[("http_proxy", url.as_str()), ("NO_PROXY", "other.test,10.0.0.0/8")],
    ] {
        let before = proxy.seen().len();
        let ran = run(to(folder.path(), "http://api.test").envs(env.iter().copied()));
        assert_eq!((ran.code, proxy.seen().len()), (0, before + 1), "{env:?}: {ran:?}");
    }
    // Not through the proxy: a name that exists nowhere.
    for (env, args) in [
        (&[("http_proxy", url.as_str()), ("no_proxy", ".invalid")][..], &[][..]),
        (&[("http_proxy", url.as_str())], &["--no-proxy", "api.invalid"]),
        (&[("HTTP_PROXY", url.as_str()), ("REQUEST_METHOD", "GET")], &[]),
        (&[("HTTPS_PROXY", url.as_str())], &[]),
    ] {
        let before = proxy.seen().len();
        let ran = run(to(folder.path(), "http://api.invalid").envs(env.iter().copied()).args(args));
        assert_eq!((ran.code, proxy.seen().len()), (3, before), "{env:?}: {ran:?}");
        assert!(!ran.stdout.contains("via proxy"), "{}", ran.stdout);
    }
    assert_eq!(other.seen().len(), 0);
}

#[test]
fn a_proxy_that_does_not_help_is_named_and_its_word_is_no_answer_of_the_api() {
    let folder = folder(&[]);
    let wants = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, answer, part) in [
        ("http://api.test", wants, "the proxy wants credentials (407)"),
        ("https://api.test", wants, "the proxy wants credentials (407)"),
        ("https://api.test", "HTTP/1.1 403 Forbidden\r\n\r\n", "the proxy refuses to pass it on"),
        ("https://api.test", "", "the proxy closed the connection"),
    ] {
        let proxy = TunnelProxy::to(nowhere, answer);
        let ran = run(to(folder.path(), url).args(["--proxy", &proxy.address.to_string()]));
        assert_eq!(ran.code, 3, "{ran:?}");
        let place = format!("cannot connect: api.test by the proxy {}: {part}", proxy.address);
        assert!(ran.stdout.contains(&place), "`{place}` is not in {}", ran.stdout);
    }
    let ran = run(to(folder.path(), "http://api.test").args(["--proxy", &format!("http://{nowhere}")]));
    assert!(
        ran.stdout.contains(&format!("api.test by the proxy {nowhere}: connection refused")),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_proxy_that_is_none_is_refused_before_anything_is_sent() {
    let folder = folder(&[]);
    let server = good();
    for (env, args, parts) in [
        (
            &[][..],
            &["--proxy", "socks5://u:s3cr3t@p:1"][..],
            ["--proxy: a SOCKS proxy (socks5)", "speaks HTTP"],
        ),
        (&[], &["--proxy", "http://u:s3cr3t@p:x"], ["--proxy: not the URL of a proxy", "http://HOST:PORT"]),
        (&[], &["--no-proxy", "http://a.test"], ["--no-proxy: `http://a.test` is no host", ".example.com"]),
        (
            &[("HTTPS_PROXY", "ftp://p")],
            &[],
            ["HTTPS_PROXY: `ftp` is no scheme of a proxy", "http://HOST:PORT"],
        ),
        (&[("all_proxy", "socks5h://p")], &[], ["all_proxy: a SOCKS proxy (socks5h)", "speaks HTTP"]),
    ] {
        let ran = run(to(folder.path(), &server.url()).envs(env.iter().copied()).args(args));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
        for part in parts {
            assert!(ran.stderr.contains(part), "`{part}` is not in {}", ran.stderr);
        }
        assert!(!ran.stderr.contains("s3cr3t"), "{}", ran.stderr);
    }
    assert!(server.seen().is_empty() && !folder.path().join("reports").exists());
}
